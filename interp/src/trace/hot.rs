//! Which loops are hot: the counters in the bytecode, and the traces of a code object.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use smallvec::SmallVec;
use ungil_bytecode::{CodeSpec, Instruction, Opcode};

use super::{Recorder, Trace};
use crate::eval::{Machine, specialise};
use crate::thread_data::Evaluator;

/// Turns until a loop whose recording failed is recorded again.
const COOL: i32 = -2000;
/// Failures after which a loop is given up.
const MAX_FAILURES: u32 = 4;
/// How often in a row a trace is tried in vain before its jump becomes an ordinary one.
const MAX_MISSES: u64 = 1000;

/// The loops of one code object, by their heads. The lock is held for a look only.
#[derive(Default)]
pub(crate) struct Loops(Mutex<SmallVec<[(u32, Loop); 2]>>);

#[derive(Clone)]
enum Loop {
    Failed(u32),
    Traced(Arc<Trace>),
}

impl Loops {
    fn find(&self, head: u32) -> Option<Loop> {
        self.0.lock().iter().find(|(other, _)| *other == head).map(|(_, found)| found.clone())
    }

    /// Remembers a trace, unless another thread was first; the one that stays.
    fn add(&self, head: u32, trace: Trace) -> Arc<Trace> {
        let mut loops = self.0.lock();
        match loops.iter_mut().find(|(other, _)| *other == head) {
            Some((_, Loop::Traced(first))) => first.clone(),
            Some((_, failed)) => {
                let trace = Arc::new(trace);
                *failed = Loop::Traced(trace.clone());
                trace
            }
            None => {
                let trace = Arc::new(trace);
                loops.push((head, Loop::Traced(trace.clone())));
                trace
            }
        }
    }

    /// Notes that a recording came to nothing; how many did by now.
    fn fail(&self, head: u32) -> u32 {
        let mut loops = self.0.lock();
        match loops.iter_mut().find(|(other, _)| *other == head) {
            Some((_, Loop::Failed(times))) => {
                *times += 1;
                *times
            }
            Some(_) => 1,
            None => {
                loops.push((head, Loop::Failed(1)));
                1
            }
        }
    }
}

/// Turns the backward jumps of new code into counting ones.
pub(crate) fn count_jumps(spec: &CodeSpec, words: &[AtomicU64], threshold: u16) {
    let mut at = 0;
    while let Some((instruction, next)) = Instruction::decode(&spec.words, at) {
        if instruction.opcode == Opcode::JumpBackward {
            rewrite(&words[at], Opcode::JumpBackwardCounted);
            words[at + 1].store(start_count(-i32::from(threshold)), Ordering::Relaxed);
        }
        at = next;
    }
}

fn start_count(count: i32) -> u64 {
    u64::from(count as u32)
}

fn rewrite(word: &AtomicU64, opcode: Opcode) {
    let seen = word.load(Ordering::Relaxed);
    ungil_tlbc::specialise(word, seen, seen & !0xFFFF | opcode as u64);
}

/// A word of the running copy.
fn word(pc: *const u64) -> &'static AtomicU64 {
    // SAFETY: bytecode words are atomics, and live while the code runs.
    unsafe { &*pc.cast::<AtomicU64>() }
}

/// Counts a turn of a loop after its backward jump, at `m.at`, was taken; whether to record the next one.
#[inline(always)]
pub(crate) fn count(m: &mut Machine<'_>) -> bool {
    if !m.is_adaptive() {
        specialise::warm_up(m);
        return false;
    }
    let cache = word(m.at.wrapping_add(1));
    let count = (cache.load(Ordering::Relaxed) as i32).wrapping_add(1);
    cache.store(start_count(count), Ordering::Relaxed);
    count >= 0 && is_unknown(m)
}

/// The loop is hot: whether to record it. If another thread has, its trace is taken.
#[cold]
#[inline(never)]
fn is_unknown(m: &mut Machine<'_>) -> bool {
    let head = m.code.word_of(m.pc);
    match m.code.loops.find(head) {
        Some(Loop::Traced(trace)) => {
            enter_from_now_on(m.at, &trace);
            false
        }
        Some(Loop::Failed(times)) if times >= MAX_FAILURES => {
            rewrite(word(m.at), Opcode::JumpBackward);
            false
        }
        _ => true,
    }
}

/// The recorder has stopped before the instruction at `m.pc`: compiles what it has, if that is a whole turn of the loop; the
/// loop cools down otherwise.
pub(crate) fn finish(m: &Machine<'_>, recorder: &Recorder<'_>) {
    let recording = recorder.recording();
    let loops = &recording.code.loops;
    let compiler = Evaluator::of(m.t).shared.tracing.get();
    let compiled = recorder.complete().zip(compiler).and_then(|(whole, compiler)| compiler.compile(whole));
    match compiled {
        Some(trace) => enter_from_now_on(m.pc, &loops.add(recording.head, trace)),
        None => {
            let count = COOL << loops.fail(recording.head).min(MAX_FAILURES);
            word(recorder.jump().wrapping_add(1)).store(start_count(count), Ordering::Relaxed);
        }
    }
}

/// Lets a backward jump of this thread's own bytecode lead into a trace of its code.
fn enter_from_now_on(jump: *const u64, trace: &Arc<Trace>) {
    word(jump.wrapping_add(1)).store(Arc::as_ptr(trace) as u64 * CACHE_UNIT, Ordering::Relaxed);
    rewrite(word(jump), Opcode::JumpBackwardTraced);
}

/// The address of a trace, which has at most 48 bits, is multiplied by this in the cache word.
const CACHE_UNIT: u64 = 1 << 16;

/// The trace of the jump at `m.at`: good as long as the frame runs.
#[inline(always)]
pub(super) fn trace(m: &Machine<'_>) -> &'static Trace {
    let cache = word(m.at.wrapping_add(1)).load(Ordering::Relaxed);
    // SAFETY: `enter_from_now_on` has written the address of a trace, which the code that runs keeps.
    unsafe { &*((cache / CACHE_UNIT) as *const Trace) }
}

/// The trace at `m.at` was entered.
#[inline(always)]
pub(super) fn entered(m: &Machine<'_>) {
    let cache = word(m.at.wrapping_add(1));
    let value = cache.load(Ordering::Relaxed);
    if !value.is_multiple_of(CACHE_UNIT) {
        cache.store(value - value % CACHE_UNIT, Ordering::Relaxed);
    }
}

/// The trace at `m.at` was tried in vain: a register held something else than when it was recorded.
#[cold]
pub(super) fn missed(m: &Machine<'_>) {
    let cache = word(m.at.wrapping_add(1));
    let value = cache.load(Ordering::Relaxed);
    if value % CACHE_UNIT < MAX_MISSES {
        cache.store(value + 1, Ordering::Relaxed);
    } else {
        rewrite(word(m.at), Opcode::JumpBackward);
    }
}
