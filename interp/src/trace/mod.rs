//! Traces: hot loops that run as machine code, as the interpreter sees them.
//!
//! This crate finds hot loops, records one turn of such a loop, and enters what a [`TraceCompiler`] makes of the recording; it knows
//! nothing of how that works. Without a compiler ([`install`] was not called) no bytecode counts, records or enters
//! anything.
//!
//! A loop's backward jump takes three forms, each thread rewriting its own bytecode ([`hot`]):
//!
//! ```text
//! jump_backward            no compiler, or the loop was given up
//! jump_backward_counted    the cache word counts up from minus the threshold; at zero the thread records
//! jump_backward_traced     the cache word is the trace's address, shifted left by 16, and how often it could not be entered
//! ```
//!
//! # Threads
//!
//! A [`Trace`] is immutable and shared by all threads of the interpreter. It is found through its code object's table, under that
//! table's lock, once for each thread and jump; from then on the thread's own bytecode names it, so entering touches no word
//! that another thread writes. All that a trace changes are registers of the running frame and the positions of range iterators,
//! which it stores one by one as the interpreter does. It never announces quiescence and never runs Python: at a
//! set breaker it ends before the backward jump, which is then the interpreter's safepoint.
//!
//! # Lifetime
//!
//! A trace assumes nothing but what it checks itself when it is entered, so nothing invalidates it; what instruments code rewrites
//! the backward jumps, which is how a trace is left for good. A trace lives as long as the code object of its loop, which the collector
//! frees when no frame runs it: so nobody is in a trace that goes, and no bytecode names it.

pub(crate) mod enter;
pub(crate) mod hot;
mod record;

use std::any::Any;
use std::sync::atomic::AtomicU64;

use ungil_objects::types::range::RangeState;
use ungil_objects::{Interpreter, Word};

pub use record::{Kind, Recording, Step};
pub(crate) use record::{NoWatcher, Recorder, Watcher};

use crate::thread_data::Shared;

/// Makes machine code of recorded loops. Called on the thread that recorded, attached; it must not call Python.
pub trait TraceCompiler: Send + Sync {
    /// The trace of a loop, or `None` if the recording has something in it that is not compiled.
    fn compile(&self, recording: &Recording<'_>) -> Option<Trace>;

    /// After how many turns a loop is recorded; at least 2.
    fn threshold(&self) -> u16;
}

/// Machine code of a trace: takes the frame's registers, the thread's breaker and the states of the range iterators,
/// and returns the number of the exit that it took, or [`NOT_ENTERED`].
pub type Entry = unsafe extern "C" fn(*mut Word, *const AtomicU64, *const RangeState) -> u64;

/// What an [`Entry`] returns, having changed nothing, if a register does not hold what the trace was compiled for.
pub const NOT_ENTERED: u64 = u64::MAX;

/// The range iterators that one trace can step.
pub const MAX_RANGES: usize = 4;

/// A way out of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExitPoint {
    /// Where the interpreter goes on, in words from the head of the loop.
    pub resume: i32,
    /// The registers that the trace has left as bare 64-bit floats.
    pub floats: Box<[u32]>,
}

/// A compiled loop.
pub struct Trace {
    pub(crate) entry: Entry,
    /// The registers that must hold range iterators, in the order of the states passed.
    pub(crate) ranges: Box<[u32]>,
    pub(crate) exits: Box<[ExitPoint]>,
    /// What keeps the machine code.
    _memory: Box<dyn Any + Send + Sync>,
}

impl Trace {
    /// # Panics
    /// If there are more than [`MAX_RANGES`] ranges.
    ///
    /// # Safety
    /// Called with the registers of a frame at the loop's head, a live breaker and the states of iterators in `ranges`, `entry`
    /// overwrites no register that owns a count, leaves a word or (if the exit says so) a bare float in each register that it
    /// writes, and returns [`NOT_ENTERED`] or the number of one of `exits`, each of which names an instruction of the loop's
    /// code before which the registers are as the interpreter would have them. `memory` keeps the code executable.
    pub unsafe fn new(
        entry: Entry,
        ranges: Box<[u32]>,
        exits: Box<[ExitPoint]>,
        memory: Box<dyn Any + Send + Sync>,
    ) -> Trace {
        assert!(ranges.len() <= MAX_RANGES, "a trace steps few ranges");
        Trace { entry, ranges, exits, _memory: memory }
    }
}

/// Gives an interpreter a compiler, before it has code: code made earlier keeps jumps that do not count. The first one stays.
/// Only threads with bytecode of their own (`-X tlbc=1`, the default) record and enter traces.
pub fn install(interpreter: &'static Interpreter, compiler: Box<dyn TraceCompiler>) {
    let _ = Shared::of(interpreter).tracing.set(compiler);
}
