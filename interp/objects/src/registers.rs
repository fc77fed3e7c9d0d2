//! A thread's register stack: reserved address space that never moves, in which frames are windows.
//!
//! Only touched pages take memory. The words below [`top`](RegisterStack::top) belong to frames and to calls in preparation; the
//! eval loop knows their layout, this file only hands out room. [`Window`] is the safe way for native code to build the
//! arguments of a call.

use std::cell::Cell;
use std::ops::Deref;

use memmap2::MmapMut;

use crate::value::{Ref, Value};
use crate::word::Word;

/// Address space reserved for one thread's registers, in bytes.
const RESERVED: usize = 64 << 20;
/// Room that is kept free at the end, so that the exception of an overflow can be made and printed.
const MARGIN_WORDS: usize = 16 << 10;

/// The register stack of one thread.
pub struct RegisterStack {
    memory: MmapMut,
    top: Cell<*mut Word>,
    /// Base of the innermost frame's window; null below the first. Owned by the eval loop.
    frame: Cell<*mut Word>,
    /// Where the innermost frame executes; stored before anything that can look. Owned by the eval loop.
    pc: Cell<*const u64>,
    /// How many Python frames there may be in all.
    depth_limit: Cell<u32>,
    /// How many more there may be.
    depth_left: Cell<u32>,
    /// The address behind the last word that ordinary frames may use.
    limit: usize,
}

impl RegisterStack {
    /// # Errors
    /// When the system refuses the address space.
    pub fn reserve() -> std::io::Result<RegisterStack> {
        let mut memory = MmapMut::map_anon(RESERVED)?;
        let base = memory.as_mut_ptr().cast::<Word>();
        Ok(RegisterStack {
            memory,
            top: Cell::new(base),
            frame: Cell::new(std::ptr::null_mut()),
            pc: Cell::new(std::ptr::null()),
            depth_limit: Cell::new(u32::MAX),
            depth_left: Cell::new(u32::MAX),
            limit: base as usize + RESERVED - MARGIN_WORDS * size_of::<Word>(),
        })
    }

    /// The first word that belongs to nobody.
    #[inline(always)]
    pub fn top(&self) -> *mut Word {
        self.top.get()
    }

    #[inline(always)]
    pub fn set_top(&self, top: *mut Word) {
        self.top.set(top);
    }

    #[inline(always)]
    pub fn frame(&self) -> *mut Word {
        self.frame.get()
    }

    #[inline(always)]
    pub fn set_frame(&self, frame: *mut Word) {
        self.frame.set(frame);
    }

    #[inline(always)]
    pub fn pc(&self) -> *const u64 {
        self.pc.get()
    }

    #[inline(always)]
    pub fn set_pc(&self, pc: *const u64) {
        self.pc.set(pc);
    }

    /// Python frames in use.
    pub fn depth(&self) -> u32 {
        self.depth_limit.get() - self.depth_left.get()
    }

    /// Counts a Python frame; `false` at the limit.
    #[inline(always)]
    pub fn enter_depth(&self) -> bool {
        let left = self.depth_left.get();
        if left == 0 {
            return false;
        }
        self.depth_left.set(left - 1);
        true
    }

    #[inline(always)]
    pub fn leave_depth(&self) {
        self.depth_left.set(self.depth_left.get() + 1);
    }

    /// Limits the frames in use, which are not more.
    pub fn set_depth_limit(&self, limit: u32) {
        self.depth_left.set(limit.saturating_sub(self.depth()));
        self.depth_limit.set(limit);
    }

    /// The lowest word.
    pub fn base(&self) -> *mut Word {
        self.memory.as_ptr().cast::<Word>().cast_mut()
    }

    /// Whether `words` more fit above `from`.
    #[inline(always)]
    pub fn has_room(&self, from: *mut Word, words: usize) -> bool {
        from as usize + words * size_of::<Word>() <= self.limit
    }

    /// Puts values on top of the stack for as long as the window lives.
    pub fn window<'a>(&'a self, values: impl IntoIterator<Item = Value>) -> Window<'a> {
        let start = self.top.get();
        let mut window = Window { stack: self, start, len: 0 };
        for value in values {
            window.push(value);
        }
        window
    }
}

/// Values on top of the register stack, in order. Dropped from there with the window.
pub struct Window<'a> {
    stack: &'a RegisterStack,
    start: *mut Word,
    len: usize,
}

impl Window<'_> {
    /// # Panics
    /// When the register stack is exhausted beyond its margin.
    pub fn push(&mut self, value: Value) {
        let slot = self.start.wrapping_add(self.len);
        let end = self.stack.base().wrapping_add(RESERVED / size_of::<Word>());
        assert!(slot < end, "the register stack is exhausted");
        // SAFETY: the slot lies in the reserved space and above everything in use.
        unsafe { slot.write(value.into_word()) };
        self.len += 1;
        self.stack.top.set(slot.wrapping_add(1));
    }
}

impl<'a> Deref for Window<'a> {
    type Target = [Ref<'a>];

    fn deref(&self) -> &[Ref<'a>] {
        // SAFETY: the words were written by `push` and stay until the window is dropped; `Ref` is transparent over `Word`.
        unsafe { std::slice::from_raw_parts(self.start.cast::<Ref<'a>>(), self.len) }
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        self.stack.top.set(self.start);
        for i in 0..self.len {
            // SAFETY: the window owns its words.
            drop(unsafe { Value::from_word(self.start.add(i).read()) });
        }
    }
}
