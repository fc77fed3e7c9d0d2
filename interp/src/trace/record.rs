//! Recording: one turn of a hot loop, instruction by instruction, with what the operands were.
//!
//! The eval loop exists twice, watched by [`NoWatcher`] (which costs nothing) and by a [`Recorder`]. The recorder looks at each
//! instruction before it runs. It is done when a backward jump to the loop's head is next, which it leaves to the interpreter;
//! it gives up when the frame is left, after [`LIMIT`] instructions, or at a loop that has a trace of its own.

use ungil_bytecode::{Instruction, Opcode, Operand};
use ungil_objects::types::range::RangeIterator;
use ungil_objects::{Object, Ref, Thread, Word};

use crate::code::Code;
use crate::eval::Machine;
use crate::frame::Frame;

/// Instructions of the longest recording.
const LIMIT: usize = 1000;

/// What a register held.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    Unbound,
    None,
    Bool,
    /// An integer of 63 bits.
    Int,
    /// A float that fits a word.
    Float,
    /// An exact `range_iterator`.
    Range,
    Object,
}

impl Kind {
    fn of(word: Word, t: &Thread) -> Kind {
        match word {
            Word::UNBOUND => Kind::Unbound,
            Word::NONE => Kind::None,
            Word::TRUE | Word::FALSE => Kind::Bool,
            _ if word.is_int() => Kind::Int,
            _ if word.is_float() => Kind::Float,
            _ => {
                // SAFETY: the register keeps the object alive.
                let value = unsafe { Ref::from_word(word) };
                match value.downcast_exact::<RangeIterator>(t) {
                    Some(_) => Kind::Range,
                    None => Kind::Object,
                }
            }
        }
    }
}

/// An instruction that ran.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Its word, prefix included, counted from the beginning of the code.
    pub at: u32,
    /// The instruction in the form in which it ran.
    pub instruction: Instruction,
    /// For each operand that is a register and read: what it held before.
    pub seen: [Option<Kind>; 3],
}

/// One turn of a loop, from its head to a backward jump to it.
pub struct Recording<'a> {
    pub code: &'a Object<Code>,
    /// The first word of the loop.
    pub head: u32,
    /// What ran, in order. A comparison may have taken the conditional jump behind it, which is not listed then. The last step
    /// is the backward jump.
    pub steps: Vec<Step>,
}

impl<'a> Recording<'a> {
    /// A constant of the code.
    pub fn constant(&self, index: u32) -> Word {
        self.code.constant(index as usize).word()
    }

    /// The number of the first register that is a temporary.
    pub fn first_temporary(&self) -> u32 {
        self.code.first_temporary
    }
}

/// Looks at each instruction of the eval loop before it runs.
pub(crate) trait Watcher {
    /// Whether it looks at all.
    const WATCHES: bool;
    /// Looks at the instruction at `m.pc`; whether it has seen enough.
    fn sees(&mut self, m: &Machine<'_>) -> bool;
}

/// Watches nothing.
pub(crate) struct NoWatcher;

impl Watcher for NoWatcher {
    const WATCHES: bool = false;

    #[inline(always)]
    fn sees(&mut self, _: &Machine<'_>) -> bool {
        false
    }
}

/// Records one turn of a loop.
pub(crate) struct Recorder<'a> {
    frame: Frame,
    /// The backward jump that found the loop hot.
    jump: *const u64,
    start: *const u64,
    recording: Recording<'a>,
    is_complete: bool,
}

impl<'a> Recorder<'a> {
    /// A recorder that begins at the machine's next instruction, to which the backward jump at `m.at` led.
    pub fn new(m: &Machine<'a>) -> Recorder<'a> {
        let head = m.code.word_of(m.pc);
        Recorder {
            frame: m.frame(),
            jump: m.at,
            start: m.pc.wrapping_sub(head as usize),
            recording: Recording { code: m.code, head, steps: Vec::new() },
            is_complete: false,
        }
    }

    /// What was recorded, if the loop was closed.
    pub fn complete(&self) -> Option<&Recording<'a>> {
        self.is_complete.then_some(&self.recording)
    }

    /// What was recorded so far.
    pub fn recording(&self) -> &Recording<'a> {
        &self.recording
    }

    /// The backward jump that found the loop hot.
    pub fn jump(&self) -> *const u64 {
        self.jump
    }

    fn step(&self, m: &Machine<'_>) -> Option<Step> {
        // SAFETY: both lie in one copy of the running frame's code.
        let at = unsafe { m.pc.offset_from(self.start) } as u32;
        // SAFETY: an instruction with prefix has two words, and verified code ends with one that has no prefix; words of a
        // thread's own copy change only by its own hand or as atomics of the same size.
        let words = unsafe {
            let first = m.pc.read();
            let is_wide = first as u16 == Opcode::Wide as u16;
            [first, if is_wide { m.pc.add(1).read() } else { 0 }, 0, 0, 0, 0]
        };
        let (instruction, _) = Instruction::decode(&words, 0)?;
        let mut seen = [None; 3];
        for ((kind, register), seen) in instruction.kinds().zip(&mut seen) {
            if matches!(kind, Operand::Src | Operand::Keep | Operand::Local | Operand::Update) {
                *seen = Some(Kind::of(m.registers.word(register as usize), m.t));
            }
        }
        Some(Step { at, instruction, seen })
    }
}

impl Watcher for Recorder<'_> {
    const WATCHES: bool = true;

    #[inline(never)]
    fn sees(&mut self, m: &Machine<'_>) -> bool {
        if m.frame() != self.frame || self.recording.steps.len() == LIMIT {
            return true;
        }
        let Some(step) = self.step(m) else { return true };
        let Instruction { opcode, .. } = step.instruction;
        let target = step.instruction.offset().map(|offset| {
            let next = step.at as i64 + step.instruction.length() as i64;
            (next + i64::from(offset)) as u32
        });
        let is_back_edge =
            matches!(opcode, Opcode::JumpBackward | Opcode::JumpBackwardCounted | Opcode::JumpBackwardTraced);
        self.recording.steps.push(step);
        self.is_complete = is_back_edge && target == Some(self.recording.head);
        self.is_complete || opcode == Opcode::JumpBackwardTraced
    }
}
