//! Quiescent-state reclamation: no reader finds a block freed that it could still reach, and nothing waits for ever.
//!
//! A [`Cellar`] holds the blocks. Freeing one writes to it and marks it; reading one asserts that it is not marked. So
//! a block freed too early shows either as the assertion, or as a race between the two accesses.

use crate::{Model, Search};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::AtomicUsize;
use loom::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use loom::thread;
use ungil_qsbr::{Block, Domain, Retired, Slot};

pub const MODELS: &[Model] = &[Model {
    name: "qsbr::an_online_reader_delays_the_free",
    search: Search::Exhaustive,
    body: an_online_reader_delays_the_free,
    known_bad: &["qsbr.online.fence", "qsbr.scan.fence", "qsbr.scan.entry", "qsbr.offline.store"],
}];

#[derive(Clone, Copy, PartialEq, Debug)]
enum Wine {
    Good,
    Gone,
}

/// Blocks that readers reach through one shared index, which a writer moves on.
struct Cellar {
    open: AtomicUsize,
    bottles: [UnsafeCell<Wine>; 3],
}

impl Cellar {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            open: AtomicUsize::new(0),
            bottles: std::array::from_fn(|_| UnsafeCell::new(Wine::Good)),
        })
    }

    /// What a reader does while its slot is online.
    fn taste(&self) {
        let bottle = &self.bottles[self.open.load(Acquire)];
        // SAFETY: the law under test; the checker reports a race.
        bottle.with(|wine| assert_eq!(unsafe { *wine }, Wine::Good, "read after free"));
    }

    /// What a writer does: unlinks the block, links the next.
    fn unlink(&self) -> Block {
        unsafe fn pour_away(bottle: *mut u8, _context: usize) {
            // SAFETY: the cellar outlives the domain's use of it; the checker reports a race.
            let bottle = unsafe { &*bottle.cast::<UnsafeCell<Wine>>() };
            // SAFETY: as above.
            bottle.with_mut(|wine| unsafe { *wine = Wine::Gone });
        }
        let index = self.open.load(Relaxed);
        self.open.store(index + 1, Release);
        let pointer = (&raw const self.bottles[index]).cast_mut().cast();
        Block { pointer, bytes: 1, free: pour_away, context: 0 }
    }

    /// Whether a block is freed; the caller is the only thread left.
    fn is_gone(&self, index: usize) -> bool {
        // SAFETY: as above.
        self.bottles[index].with(|wine| unsafe { *wine } == Wine::Gone)
    }
}

/// One read section.
fn read(slot: &Slot, cellar: &Cellar) {
    slot.online();
    cellar.taste();
    slot.offline();
}

/// Unlinks a block and frees what may be freed at once.
fn retire(slot: &Slot, retired: &Retired, cellar: &Cellar) {
    // SAFETY: unlinked, and readers reach it while online only.
    unsafe { retired.retire(slot, cellar.unlink()) };
    retired.process(slot);
}

fn an_online_reader_delays_the_free() {
    let domain = Domain::new();
    let cellar = Cellar::new();
    let (slot, reader) = (domain.register(), domain.register());
    let retired = Retired::new(&domain);
    let thread = thread::spawn({
        let cellar = cellar.clone();
        move || read(&reader, &cellar)
    });
    retire(&slot, &retired, &cellar);
    thread.join().expect("the reader holds");
    retired.process(&slot);
    assert!(cellar.is_gone(0), "the last reader has left, and the block stays");
}
