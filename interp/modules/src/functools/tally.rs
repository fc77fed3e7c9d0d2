//! A counter that several threads bump without sharing a cache line: each adds to a part that its id picks.

use std::sync::atomic::{AtomicU64, Ordering};

use ungil_objects::Thread;

/// Threads beyond this number share parts.
const PARTS: usize = 8;

#[derive(Default)]
#[repr(align(64))]
struct Part(AtomicU64);

/// A count of events.
#[derive(Default)]
pub(super) struct Tally {
    parts: Box<[Part; PARTS]>,
}

impl Tally {
    pub(super) fn bump(&self, t: &Thread) {
        let part = t.owner().id().map_or(0, |id| usize::from(id) % PARTS);
        self.parts[part].0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn total(&self) -> u64 {
        self.parts.iter().map(|part| part.0.load(Ordering::Relaxed)).sum()
    }

    pub(super) fn reset(&self) {
        self.parts.iter().for_each(|part| part.0.store(0, Ordering::Relaxed));
    }
}

impl ungil_objects::trace::Trace for Tally {
    fn trace(&self, _: &mut ungil_objects::trace::Tracer<'_>) {}
}
