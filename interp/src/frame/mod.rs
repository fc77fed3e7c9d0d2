//! Frames: windows of registers on the thread's register stack.
//!
//! ```text
//! base - 1        namespace of the locals, where code has one (modules, class bodies, `exec`)
//! base            callable; a frame's own reference to what is being called
//! frame - 5       previous frame (address of its registers, or null)
//! frame - 4       where the previous frame goes on (its program counter)
//! frame - 3       code
//! frame - 2       function
//! frame - 1       flags, distance to base, destination register in the previous frame
//! frame           locals, cells, temporaries
//! ```
//!
//! Between `base` and the header lies nothing, or the unused self slot of a call window. The five header words hold no counted
//! references, but for the function when [`Flags::OWNS_FUNCTION`] is set.

pub(crate) mod object;
mod registers;
pub(crate) mod scan;

pub(crate) use registers::{Operand, Registers, copy, copy_value, own};

use std::ptr::NonNull;

use ungil_bytecode::CALL_HEADER;
use ungil_objects::{Object, Ref, Thread, Value, Word};

use crate::code::Code;
use crate::function::Function;

/// Header words of a frame.
pub(crate) const HEADER: usize = CALL_HEADER as usize;

/// What is special about a frame, as bits.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Flags(pub u16);

impl Flags {
    pub const NONE: Flags = Flags(0);
    /// Its caller is native code: returning leaves the eval loop.
    pub const ENTRY: Flags = Flags(1);
    /// It runs words of its thread's own, which it may specialise.
    pub const ADAPTIVE: Flags = Flags(1 << 1);
    /// It runs a generator's body: its registers go back to the generator.
    pub const GENERATOR: Flags = Flags(1 << 2);
    /// It runs `__init__` for a class call: its callable word is the instance, which is the call's result.
    pub const INITIALISER: Flags = Flags(1 << 3);
    /// The function word of the header is counted.
    pub const OWNS_FUNCTION: Flags = Flags(1 << 4);
    /// A frame object refers to it and takes its locals over at its end.
    pub const HAS_OBJECT: Flags = Flags(1 << 5);
    /// It runs a generator's body for a sink, which takes what it yields.
    pub const DRAINED: Flags = Flags(1 << 6);

    #[inline(always)]
    pub fn has(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }

    #[inline(always)]
    pub fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

/// A live frame, by the address of its registers. Valid until the frame is left.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub(crate) struct Frame(NonNull<Word>);

/// The header of a new frame.
pub(crate) struct FrameHeader {
    pub previous: Option<Frame>,
    pub return_pc: *const u64,
    pub code: *const Object<Code>,
    pub function: Word,
    pub flags: Flags,
    /// Words between the callable and the frame's first register.
    pub distance: u16,
    /// The register of the previous frame that takes the result.
    pub destination: u32,
}

impl Frame {
    /// # Safety
    /// `registers` points into a thread's register stack, with room for the header before it.
    #[inline(always)]
    pub unsafe fn at(registers: *mut Word) -> Frame {
        // SAFETY: the stack is not at address zero.
        Frame(unsafe { NonNull::new_unchecked(registers) })
    }

    /// The frame at an address that may be null.
    ///
    /// # Safety
    /// Not null means that a frame lives there.
    #[inline(always)]
    pub unsafe fn from_address(address: *mut Word) -> Option<Frame> {
        NonNull::new(address).map(Frame)
    }

    #[inline(always)]
    pub fn address(self) -> *mut Word {
        self.0.as_ptr()
    }

    #[inline(always)]
    fn header(self, word: usize) -> *mut u64 {
        // SAFETY: the header lies before the registers.
        unsafe { self.0.as_ptr().sub(word).cast() }
    }

    /// Writes the header.
    ///
    /// # Safety
    /// The words before the registers belong to this frame.
    #[inline(always)]
    pub unsafe fn set_header(self, header: FrameHeader) {
        let FrameHeader { previous, return_pc, code, function, flags, distance, destination } = header;
        // SAFETY: promised by the caller.
        unsafe {
            self.header(5).write(previous.map_or(0, |frame| frame.address() as u64));
            self.header(4).write(return_pc as u64);
            self.header(3).write(code as u64);
            self.header(2).write(function.bits());
            self.header(1)
                .write(u64::from(flags.0) | u64::from(distance) << 16 | u64::from(destination) << 32);
        }
    }

    #[inline(always)]
    pub fn previous(self) -> Option<Frame> {
        // SAFETY: a live frame's header is written.
        unsafe { Frame::from_address(self.header(5).read() as *mut Word) }
    }

    #[inline(always)]
    pub fn return_pc(self) -> *const u64 {
        // SAFETY: a live frame's header is written.
        unsafe { self.header(4).read() as *const u64 }
    }

    #[inline(always)]
    pub fn code<'a>(self) -> &'a Object<Code> {
        // SAFETY: a live frame's function keeps its code alive, or the collector does.
        unsafe { &*(self.header(3).read() as *const Object<Code>) }
    }

    #[inline(always)]
    pub fn function_word(self) -> Word {
        // SAFETY: a live frame's header is written.
        unsafe { Word::from_bits(self.header(2).read()) }
    }

    #[inline(always)]
    pub fn function<'a>(self) -> &'a Object<Function> {
        // SAFETY: a frame keeps its function alive.
        unsafe { self.function_word().object_unchecked().cast::<Object<Function>>().as_ref() }
    }

    #[inline(always)]
    fn info(self) -> u64 {
        // SAFETY: a live frame's header is written.
        unsafe { self.header(1).read() }
    }

    #[inline(always)]
    pub fn flags(self) -> Flags {
        Flags(self.info() as u16)
    }

    pub fn add_flags(self, flags: Flags) {
        // SAFETY: a live frame's header is written.
        unsafe { self.header(1).write(self.info() | u64::from(flags.0)) }
    }

    #[inline(always)]
    pub fn destination(self) -> usize {
        (self.info() >> 32) as usize
    }

    /// The place of the callable's word.
    #[inline(always)]
    pub fn callable_place(self) -> *mut Word {
        let distance = (self.info() >> 16) as u16 as usize;
        // SAFETY: the callable lies that far before the registers.
        unsafe { self.0.as_ptr().sub(distance) }
    }

    /// Takes the reference to what is being called.
    ///
    /// # Safety
    /// The frame is being left.
    #[inline(always)]
    pub unsafe fn take_callable(self) -> Value {
        // SAFETY: the frame owns the word.
        unsafe { registers::own(self.callable_place().read()) }
    }

    /// The identity of the generator whose frame this is.
    pub fn generator(self) -> Option<u64> {
        // SAFETY: a live frame keeps what it runs.
        self.flags().has(Flags::GENERATOR).then(|| unsafe { self.callable_place().read() }.identity())
    }

    #[inline(always)]
    pub fn registers(self) -> Registers {
        Registers::of(self)
    }

    /// The place of the namespace, in a frame whose code has one.
    pub fn namespace_place(self) -> *mut Word {
        self.callable_place().wrapping_sub(1)
    }

    /// The lowest word of the frame, which was the top of the stack when native code entered it.
    pub fn lowest(self) -> *mut Word {
        let namespace = usize::from(self.code().has_namespace());
        self.callable_place().wrapping_sub(namespace)
    }

    /// The namespace of the frame's locals: its own if the code has one.
    pub fn namespace(self) -> Option<Value> {
        let has_namespace = self.code().has_namespace();
        // SAFETY: the frame keeps its namespace.
        has_namespace.then(|| unsafe { Ref::from_word(self.namespace_place().read()) }.to_value())
    }

    /// The globals of the frame's function.
    pub fn globals<'a>(self) -> Ref<'a> {
        self.function().globals_ref()
    }
}

/// The frames of the attached thread, innermost first, each with the program counter where it is.
pub(crate) fn live_frames(t: &Thread) -> impl Iterator<Item = (Frame, *const u64)> {
    // SAFETY: the thread's innermost frame lives.
    let innermost = unsafe { Frame::from_address(t.registers.frame()) };
    let first = innermost.map(|frame| (frame, t.registers.pc()));
    std::iter::successors(first, |(frame, _)| {
        // A native caller has left the address of its instruction, the loop that of the next one.
        let entered = frame.flags().has(Flags::ENTRY);
        let pc = if entered { frame.return_pc() } else { frame.return_pc().wrapping_sub(1) };
        frame.previous().map(|previous| (previous, pc))
    })
}

/// The word of the instruction that a live frame of this thread executes.
pub(crate) fn position_of(t: &Thread, frame: Frame) -> u32 {
    live_frames(t).find(|(other, _)| *other == frame).map_or(0, |(frame, pc)| frame.code().word_of(pc))
}
