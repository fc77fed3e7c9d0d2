//! Quiescent-state reclamation: no reader finds a block freed that it could still reach, and nothing waits for ever.
//!
//! A [`Cellar`] holds the blocks. Freeing one writes to it and marks it; reading one asserts that it is not marked. So
//! a block freed too early shows either as the assertion, or as a race between the two accesses.

use crate::{Model, Search};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::AtomicUsize;
use loom::sync::atomic::Ordering::Relaxed;
use loom::thread;
use ungil_qsbr::{Block, Domain, Retired, Slot};

pub const MODELS: &[Model] = &[
    Model {
        name: "qsbr::a_reader_online_delays_the_free",
        search: Search::Exhaustive,
        body: a_reader_online_delays_the_free,
        known_bad: &["qsbr.online.fence", "qsbr.scan.fence", "qsbr.scan.entry", "qsbr.offline.store"],
    },
    Model {
        name: "qsbr::a_quiescent_state_ends_the_delay",
        search: Search::Exhaustive,
        body: a_quiescent_state_ends_the_delay,
        known_bad: &["qsbr.advance", "qsbr.quiescent.clock", "qsbr.quiescent.store"],
    },
    Model {
        name: "qsbr::a_reader_online_again_releases_its_last_section",
        search: Search::Exhaustive,
        body: a_reader_online_again_releases_its_last_section,
        known_bad: &["qsbr.online.store"],
    },
    Model {
        name: "qsbr::a_bound_raised_by_another_thread_is_safe",
        search: Search::Preemptions(3),
        body: a_bound_raised_by_another_thread_is_safe,
        known_bad: &["qsbr.poll.bound", "qsbr.scan.raise"],
    },
    Model {
        name: "qsbr::a_goal_is_of_the_retirers_own_making",
        search: Search::Preemptions(3),
        body: a_goal_is_of_the_retirers_own_making,
        known_bad: &["qsbr.seal.advance"],
    },
    Model {
        name: "qsbr::a_slot_registered_meanwhile_is_seen",
        search: Search::Exhaustive,
        body: a_slot_registered_meanwhile_is_seen,
        known_bad: &["qsbr.online.fence", "qsbr.scan.chunk", "qsbr.register.chunk"],
    },
    Model {
        name: "qsbr::a_slot_is_used_again_safely",
        search: Search::Preemptions(2),
        body: a_slot_is_used_again_safely,
        known_bad: &["qsbr.scan.entry", "qsbr.offline.store"],
    },
    Model {
        name: "qsbr::what_an_exiting_thread_leaves_is_freed_when_due",
        search: Search::Exhaustive,
        body: what_an_exiting_thread_leaves_is_freed_when_due,
        known_bad: &["qsbr.orphans.due"],
    },
    Model {
        name: "qsbr::the_clock_may_wrap",
        search: Search::Exhaustive,
        body: the_clock_may_wrap,
        known_bad: &["qsbr.order.wrap"],
    },
    Model {
        name: "qsbr::no_laggard_is_raised_after_its_slot_is_dropped",
        search: Search::Exhaustive,
        body: no_laggard_is_raised_after_its_slot_is_dropped,
        known_bad: &["qsbr.drop.release"],
    },
];

#[derive(Clone, Copy, PartialEq, Debug)]
enum Wine {
    Good,
    Gone,
}

/// Blocks that readers reach through one shared index, which a writer moves on. All bottles are there from the start, so
/// the index is relaxed: whatever order there is, reclamation has made.
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
        let bottle = &self.bottles[self.open.load(Relaxed)];
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
        self.open.store(index + 1, Relaxed);
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

/// Registers the main thread as the retirer.
fn retirer(domain: &Domain) -> (Slot, Retired) {
    (domain.register(), Retired::new(domain))
}

fn a_reader_online_delays_the_free() {
    let domain = Domain::new();
    let cellar = Cellar::new();
    let (slot, retired) = retirer(&domain);
    let reader = domain.register();
    let thread = spawn(&cellar, move |cellar| read(&reader, cellar));
    retire(&slot, &retired, &cellar);
    thread.join().expect("the reader holds");
    retired.process(&slot);
    assert!(cellar.is_gone(0), "the last reader has left, and the block stays");
}

fn a_quiescent_state_ends_the_delay() {
    let domain = Domain::new();
    let cellar = Cellar::new();
    let (slot, retired) = retirer(&domain);
    let reader = domain.register();
    reader.online();
    let thread = spawn(&cellar, move |cellar| {
        cellar.taste();
        reader.quiescent();
        cellar.taste();
        reader
    });
    retire(&slot, &retired, &cellar);
    let reader = thread.join().expect("the reader holds");
    reader.quiescent();
    retired.process(&slot);
    assert!(cellar.is_gone(0), "every reader was quiescent, and the block stays");
}

fn a_reader_online_again_releases_its_last_section() {
    let domain = Domain::new();
    let cellar = Cellar::new();
    let (slot, retired) = retirer(&domain);
    let reader = domain.register();
    let thread = spawn(&cellar, move |cellar| {
        read(&reader, cellar);
        reader.online();
        reader
    });
    retire(&slot, &retired, &cellar);
    let reader = thread.join().expect("the reader holds");
    reader.offline();
    retired.process(&slot);
    assert!(cellar.is_gone(0), "every reader was offline, and the block stays");
}

/// The poller meets the retirer between its advance and its poll; without the meeting the checker's search would not
/// take the poller there (README).
fn a_bound_raised_by_another_thread_is_safe() {
    let domain = Domain::new();
    let cellar = Cellar::new();
    let reader = domain.register();
    let meeting = Arc::new(AtomicUsize::new(0));
    let reading = spawn(&cellar, move |cellar| read(&reader, cellar));
    let polling = thread::spawn({
        let (domain, meeting) = (domain.clone(), meeting.clone());
        move || {
            domain.poll(domain.advance());
            meeting.store(1, Relaxed);
        }
    });
    let block = cellar.unlink();
    let goal = domain.advance();
    meeting.load(Relaxed);
    if domain.poll(goal) {
        // SAFETY: the law under test.
        unsafe { (block.free)(block.pointer, block.context) };
    }
    reading.join().expect("the reader holds");
    polling.join().expect("the poller holds");
}

fn a_goal_is_of_the_retirers_own_making() {
    let domain = Domain::new();
    let cellar = Cellar::new();
    let (slot, retired) = retirer(&domain);
    let reader = domain.register();
    reader.online();
    let reading = spawn(&cellar, move |cellar| {
        reader.quiescent();
        cellar.taste();
        reader
    });
    let advancing = thread::spawn({
        let domain = domain.clone();
        move || domain.advance()
    });
    retire(&slot, &retired, &cellar);
    drop(reading.join().expect("the reader holds"));
    advancing.join().expect("the other retirer holds");
}

/// The second slot needs a new chunk, which the scanner may meet half-linked.
fn a_slot_registered_meanwhile_is_seen() {
    let domain = Domain::new();
    let cellar = Cellar::new();
    let (slot, retired) = retirer(&domain);
    let thread = spawn(&cellar, {
        let domain = domain.clone();
        move |cellar| read(&domain.register(), cellar)
    });
    retire(&slot, &retired, &cellar);
    thread.join().expect("the reader holds");
    retired.process(&slot);
    assert!(cellar.is_gone(0), "the reader has unregistered, and the block stays");
}

fn a_slot_is_used_again_safely() {
    let domain = Domain::new();
    let cellar = Cellar::new();
    let (slot, retired) = retirer(&domain);
    let reader = || {
        let domain = domain.clone();
        move |cellar: &Cellar| read(&domain.register(), cellar)
    };
    let threads = [spawn(&cellar, reader()), spawn(&cellar, reader())];
    retire(&slot, &retired, &cellar);
    threads.into_iter().for_each(|thread| thread.join().expect("the readers hold"));
    retired.process(&slot);
    assert!(cellar.is_gone(0), "the readers have unregistered, and the block stays");
}

fn what_an_exiting_thread_leaves_is_freed_when_due() {
    let domain = Domain::new();
    let cellar = Cellar::new();
    let (slot, retired) = retirer(&domain);
    let thread = spawn(&cellar, {
        let (slot, retired) = retirer(&domain);
        move |cellar| {
            // SAFETY: unlinked, and readers reach it while online only.
            unsafe { retired.retire(&slot, cellar.unlink()) };
            drop(slot);
            drop(retired);
        }
    });
    read(&slot, &cellar);
    retired.process(&slot);
    thread.join().expect("the retirer holds");
    retired.process(&slot);
    assert!(cellar.is_gone(0), "nobody frees what the exited thread left");
    assert_eq!(domain.held().items, 0);
}

/// The reader may be online at the clock's last reading before the wrap, the first after it, or the second.
fn the_clock_may_wrap() {
    let domain = Domain::with_clock(u64::MAX);
    let cellar = Cellar::new();
    let (slot, retired) = retirer(&domain);
    let reader = domain.register();
    reader.online();
    let thread = spawn(&cellar, move |cellar| {
        cellar.taste();
        reader.quiescent();
        cellar.taste();
        reader.offline();
    });
    retire(&slot, &retired, &cellar);
    retire(&slot, &retired, &cellar);
    thread.join().expect("the reader holds");
    retired.process(&slot);
    assert!(cellar.is_gone(0) && cellar.is_gone(1), "the reader has left, and a block stays");
}

/// What a laggard's callback uses, and its thread ends.
struct Alive(UnsafeCell<bool>);

// SAFETY: that its two uses do not meet is the law under test; the checker reports a race.
unsafe impl Sync for Alive {}

impl Alive {
    fn assert(&self) {
        // SAFETY: as above.
        self.0.with(|alive| assert!(unsafe { *alive }, "raised after the slot was dropped"));
    }

    fn end(&self) {
        // SAFETY: as above.
        self.0.with_mut(|alive| unsafe { *alive = false });
    }
}

fn no_laggard_is_raised_after_its_slot_is_dropped() {
    let domain = Domain::new();
    let alive = Arc::new(Alive(UnsafeCell::new(true)));
    let slot = domain.register_with({
        let alive = alive.clone();
        move || alive.assert()
    });
    slot.online();
    let thread = thread::spawn(move || {
        drop(slot);
        alive.end();
    });
    domain.hurry(domain.advance());
    thread.join().expect("the thread holds");
}

fn spawn<R: 'static>(
    cellar: &Arc<Cellar>,
    body: impl FnOnce(&Cellar) -> R + 'static,
) -> thread::JoinHandle<R> {
    let cellar = cellar.clone();
    thread::spawn(move || body(&cellar))
}
