//! What models need to know that programs cannot: only under `--cfg ungil_loom`.

pub use crate::count::TwoReferences;
pub use crate::word::{Gate, Refused, StateWord};

use std::sync::atomic::{AtomicBool, Ordering};

/// What a thread unwinds with where a program's thread would sleep for ever. The model forgets the thread's
/// [`ThreadRef`](crate::ThreadRef), which such a thread never drops.
pub struct Hung;

static FAIR_HANDOVER: AtomicBool = AtomicBool::new(false);

/// Whether sleepers count as having waited long enough to be handed a lock.
pub fn set_fair_handover(is_fair: bool) {
    FAIR_HANDOVER.store(is_fair, Ordering::Relaxed);
}

pub(crate) fn is_fair() -> bool {
    FAIR_HANDOVER.load(Ordering::Relaxed)
}
