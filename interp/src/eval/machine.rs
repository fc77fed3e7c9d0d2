//! The state of the eval loop while it runs a frame, and the moves that all handlers share.
//!
//! Handlers that touch a [`Machine`] are inlined into the loop, so that its fields live in machine registers; whatever is not
//! inlined takes the token and registers instead.

use std::hint::cold_path;
use std::mem::ManuallyDrop;

use ungil_objects::call::NativeDef;
use ungil_objects::error::Result;
use ungil_objects::protocol::iterate::Sink;
use ungil_objects::{Object, Ref, Thread, Value, Word, release_unless_last};

use crate::code::Code;
use crate::frame::{Flags, Frame, Operand, Registers, copy, own};

pub(crate) struct Machine<'t> {
    pub t: &'t mut Thread,
    /// The next word.
    pub pc: *const u64,
    /// The word of the instruction that runs, its prefix included.
    pub at: *const u64,
    pub registers: Registers,
    pub code: &'t Object<Code>,
    pub constants: *const Word,
    pub first_temporary: usize,
    /// The native function that a call instruction has called last, to name it should it panic.
    pub native: Option<&'static NativeDef>,
    /// Takes what the entry frame yields, if that is drained.
    pub sink: Option<&'t mut Sink<'t>>,
    /// The entry frame was left by a `yield`: from then on another thread may run, and end, its generator.
    pub has_yielded: bool,
}

impl<'t> Machine<'t> {
    pub fn new(t: &'t mut Thread, frame: Frame, pc: *const u64) -> Machine<'t> {
        let mut machine = Machine {
            t,
            pc,
            at: pc,
            registers: frame.registers(),
            code: frame.code(),
            constants: std::ptr::null(),
            first_temporary: 0,
            native: None,
            sink: None,
            has_yielded: false,
        };
        machine.enter(frame, pc);
        machine
    }

    /// Goes on in a frame, which becomes the thread's innermost.
    #[inline(always)]
    pub fn enter(&mut self, frame: Frame, pc: *const u64) {
        self.enter_code(frame, frame.code(), pc);
    }

    /// As [`Machine::enter`], where the frame's code is at hand.
    #[inline(always)]
    pub fn enter_code(&mut self, frame: Frame, code: &'t Object<Code>, pc: *const u64) {
        self.registers = frame.registers();
        self.code = code;
        self.constants = code.constants();
        self.first_temporary = code.first_temporary as usize;
        self.pc = pc;
        self.t.registers.set_frame(frame.address());
        self.t.registers.set_top(self.registers.place(code.window as usize));
    }

    /// Goes on in the frame that has called the running one, behind its call.
    #[inline(always)]
    pub fn go_back(&mut self, caller: Frame, pc: *const u64) {
        self.enter(caller, pc);
        self.at = pc.wrapping_sub(1);
    }

    /// The frame that runs.
    #[inline(always)]
    pub fn frame(&self) -> Frame {
        // SAFETY: the registers are a frame's.
        unsafe { Frame::at(self.registers.address()) }
    }

    /// Whether the words that run are the thread's own, which it may specialise.
    #[inline(always)]
    pub fn is_adaptive(&self) -> bool {
        self.frame().flags().has(Flags::ADAPTIVE)
    }

    /// Tells the thread where its innermost frame is: before whatever may raise, call or look at frames.
    #[inline(always)]
    pub fn save(&self) {
        self.t.registers.set_pc(self.at);
    }

    #[inline(always)]
    pub fn constant(&self, index: usize) -> Ref<'t> {
        // SAFETY: the index comes from verified code; the code keeps its constants.
        unsafe { Ref::from_word(self.constants.add(index).read()) }
    }

    #[inline(always)]
    pub fn operand(&self, index: usize) -> Operand<'t> {
        self.registers.operand(index, self.first_temporary)
    }

    /// An operand as an owned value: moved from a temporary, counted from a local.
    #[inline(always)]
    pub fn value(&self, index: usize) -> Value {
        if index >= self.first_temporary {
            self.registers.take(index)
        } else {
            self.registers.read(index).to_value()
        }
    }

    /// An operand as a word for another register: moved from a temporary, counted from a local.
    #[inline(always)]
    pub fn moved(&self, index: usize) -> Word {
        let word = self.registers.word(index);
        if index >= self.first_temporary { word } else { copy(word, self.t) }
    }

    /// Drops an operand if it is a temporary. Finalisers that become due wait for [`Machine::settle`].
    #[inline(always)]
    pub fn consume(&self, index: usize) {
        if index >= self.first_temporary {
            self.registers.drop_one(self.t, index);
        }
    }

    /// Drops an operand if it is a temporary, and writes a word to a result register. Finalisers that become due run in between.
    #[inline(always)]
    pub fn consume_into(&mut self, operand: usize, index: usize, word: Word) {
        if operand >= self.first_temporary {
            let dropped = self.registers.word(operand);
            // SAFETY: the temporary is consumed.
            if dropped.owns_count() && !unsafe { release_unless_last(dropped, self.t.owner()) } {
                cold_path();
                self.registers.drop_one(self.t, operand);
                return self.deliver(index, word);
            }
        }
        self.set(index, word);
    }

    /// The cache word behind the instruction.
    #[inline(always)]
    pub fn cache(&self, word: usize) -> u64 {
        // SAFETY: the table says how many cache words follow; this thread alone writes them in its own copy.
        unsafe { self.pc.add(word).read() }
    }

    #[inline(always)]
    pub fn jump(&mut self, offset: i32) {
        // SAFETY: jump targets of verified code are instructions of the same code.
        self.pc = unsafe { self.pc.offset(offset as isize) };
    }

    /// Goes on at another word of the same code; `from` is the running instruction's.
    pub fn jump_to(&mut self, from: u32, to: u32) {
        // SAFETY: both are words of the copy that runs.
        self.pc = unsafe { self.at.offset(to as isize - from as isize) };
    }

    #[inline(always)]
    pub fn skip(&mut self, words: usize) {
        // SAFETY: the words are the instruction's own cache.
        self.pc = unsafe { self.pc.add(words) };
    }

    /// Writes a result register; a local's old value is dropped.
    #[inline(always)]
    pub fn set(&mut self, index: usize, word: Word) {
        if index >= self.first_temporary {
            self.registers.put(index, word);
            return;
        }
        // Not cold, but the other way is what most instructions go.
        cold_path();
        let old = self.registers.word(index);
        self.registers.put(index, word);
        if old.owns_count() {
            self.save();
            drop_word(self.t, old);
        }
    }

    #[inline(always)]
    pub fn set_value(&mut self, index: usize, value: Value) {
        self.set(index, value.into_word());
    }

    /// Drops a value; finalisers that become due run at once.
    #[inline(always)]
    pub fn discard(&mut self, value: Value) {
        let word = value.into_word();
        if word.owns_count() {
            self.save();
            drop_word(self.t, word);
        }
    }

    /// Runs finalisers that wait, at the end of the instruction that made them due.
    #[inline(always)]
    pub fn settle(&mut self) {
        if self.t.has_pending() {
            cold_path();
            self.save();
            self.t.run_pending();
        }
    }

    /// Runs finalisers that wait, and then writes a word to a result register. In this order: the collector, which one of them may call,
    /// does not yet look for words without a count there.
    #[inline(always)]
    pub fn deliver(&mut self, index: usize, word: Word) {
        if self.t.has_pending() {
            cold_path();
            // SAFETY: the word is given up to the value, and taken back.
            let held = unsafe { own(word) };
            self.settle();
            self.set_value(index, held);
            return;
        }
        self.set(index, word);
    }

    /// A binary operation on two operands, which are consumed.
    #[inline(always)]
    pub fn binary(
        &mut self,
        a: usize,
        left: usize,
        right: usize,
        work: impl FnOnce(&mut Thread, Ref<'_>, Ref<'_>) -> Result<Value>,
    ) -> Result<()> {
        self.save();
        let (left, right) = (self.operand(left), self.operand(right));
        let result = work(self.t, left.get(), right.get())?;
        drop(left);
        drop(right);
        self.set_value(a, result);
        self.settle();
        Ok(())
    }

    /// A unary operation on an operand, which is consumed.
    #[inline(always)]
    pub fn unary(
        &mut self,
        a: usize,
        operand: usize,
        work: impl FnOnce(&mut Thread, Ref<'_>) -> Result<Value>,
    ) -> Result<()> {
        self.save();
        let operand = self.operand(operand);
        let result = work(self.t, operand.get())?;
        drop(operand);
        self.set_value(a, result);
        self.settle();
        Ok(())
    }
}

/// A machine in the loop's own stack frame, where its fields have fixed places instead of being found by a pointer. It goes
/// back to where it was when the loop is left, by a panic too.
pub(super) struct Near<'a, 't> {
    far: &'a mut Machine<'t>,
    machine: ManuallyDrop<Machine<'t>>,
}

impl<'a, 't> Near<'a, 't> {
    #[inline(always)]
    pub fn new(far: &'a mut Machine<'t>) -> Near<'a, 't> {
        // SAFETY: nobody uses the original before it is overwritten.
        let machine = ManuallyDrop::new(unsafe { std::ptr::read(far) });
        Near { far, machine }
    }

    #[inline(always)]
    pub fn machine(&mut self) -> &mut Machine<'t> {
        &mut self.machine
    }
}

impl Drop for Near<'_, '_> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the copy is not used any more; the original is one that was moved out of.
        unsafe { std::ptr::write(self.far, ManuallyDrop::take(&mut self.machine)) };
    }
}

/// Drops a register's word; finalisers that become due run at once.
#[inline(always)]
pub(super) fn drop_word(t: &mut Thread, word: Word) {
    // SAFETY: the register has given the word up.
    if !unsafe { release_unless_last(word, t.owner()) } {
        cold_path();
        drop_last(t, word);
    }
}

#[inline(never)]
fn drop_last(t: &mut Thread, word: Word) {
    // SAFETY: the register has given the word up.
    drop(unsafe { Value::from_word(word) });
    if t.has_pending() {
        t.run_pending();
    }
}
