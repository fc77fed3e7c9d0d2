//! Specialising instructions: when, and how the caches are written.
//!
//! The low 16 bits of an instruction's first cache word are its counter, zero at first. The general form counts up to
//! [`WARM`] and then tries to specialise; a failure, or a specialised form that misses, sets the counter back by
//! [`COOL`] so that it is tried again after as many executions. Only words of the thread's own are specialised.

use std::sync::atomic::{AtomicU64, Ordering};

use ungil_bytecode::Opcode;

use super::machine::Machine;
use crate::frame::Flags;

const WARM: i16 = 2;
const COOL: i16 = -64;

/// What most first cache words hold beside the counter.
#[derive(Copy, Clone)]
pub(super) struct Cache {
    pub version: u32,
    pub index: u16,
}

impl Cache {
    #[inline(always)]
    pub fn read(word: u64) -> Cache {
        Cache { version: (word >> 32) as u32, index: (word >> 16) as u16 }
    }

    pub fn word(self) -> u64 {
        u64::from(self.version) << 32 | u64::from(self.index) << 16
    }
}

/// A word of the bytecode, as its owner and instrumenters share it.
#[inline(always)]
fn word(pc: *const u64) -> &'static AtomicU64 {
    // SAFETY: bytecode words are atomics, and live while the code runs.
    unsafe { &*pc.cast::<AtomicU64>() }
}

/// Counts an execution of the general form; whether it is time to specialise.
#[inline(always)]
pub(super) fn is_due(m: &Machine<'_>) -> bool {
    let is_due = becomes_due(m);
    if is_due {
        cool(m);
    }
    is_due
}

/// The same for a quicker way than the full one, to which it leaves an execution that is due.
#[inline(always)]
pub(super) fn becomes_due(m: &Machine<'_>) -> bool {
    if !m.is_adaptive() {
        return false;
    }
    let cache = word(m.pc);
    let value = cache.load(Ordering::Relaxed);
    let counter = (value as i16).wrapping_add(1);
    let is_due = counter >= WARM;
    if !is_due {
        cache.store(value & !0xFFFF | u64::from(counter as u16), Ordering::Relaxed);
    }
    is_due
}

fn cool(m: &Machine<'_>) {
    let cache = word(m.pc);
    let value = cache.load(Ordering::Relaxed);
    cache.store(value & !0xFFFF | u64::from(COOL as u16), Ordering::Relaxed);
}

/// Rewrites the running instruction to a specialised form with these caches. Instructions with a prefix stay general.
pub(super) fn install(m: &Machine<'_>, opcode: Opcode, first: Cache, more: &[u64]) {
    // SAFETY: the instruction's own word lies right before its caches.
    let at = unsafe { m.pc.sub(1) };
    if at != m.at {
        return;
    }
    let seen = word(at).load(Ordering::Relaxed);
    let counter = word(m.pc).load(Ordering::Relaxed) & 0xFFFF;
    word(m.pc).store(first.word() | counter, Ordering::Relaxed);
    for (index, value) in more.iter().enumerate() {
        // SAFETY: the table says how many cache words follow.
        word(unsafe { m.pc.add(1 + index) }).store(*value, Ordering::Relaxed);
    }
    ungil_tlbc::specialise(word(at), seen, seen & !0xFFFF | opcode as u64);
}

/// Rewrites a specialised instruction whose cache no longer holds to its general form.
#[cold]
pub(super) fn generalise(m: &Machine<'_>, opcode: Opcode) {
    let seen = word(m.at).load(Ordering::Relaxed);
    ungil_tlbc::specialise(word(m.at), seen, seen & !0xFFFF | opcode as u64);
    cool(m);
}

/// A turn of a loop in a copy that is not the thread's own counts as an entry: enough of them make it one.
#[cold]
#[inline(never)]
pub(crate) fn warm_up(m: &mut Machine<'_>) {
    let (start, adaptive) = m.code.entry(m.t);
    if adaptive.has(Flags::ADAPTIVE) {
        m.pc = start.wrapping_add(m.code.word_of(m.pc) as usize);
        m.frame().add_flags(Flags::ADAPTIVE);
    }
}
