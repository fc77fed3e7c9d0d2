//! Threads that replace, read, block and exit: nothing is read after it was freed, nothing is lost, memory is bounded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::*};
use std::thread;
use ungil_qsbr::{Block, Domain, Held, Retired};

const CELLS: usize = 16;
const WORD: u64 = 0x5afe_5afe_5afe_5afe;

/// A payload that its drop spoils, so that a stale reader sees it.
struct Payload {
    word: u64,
    live: Arc<AtomicUsize>,
}

impl Payload {
    fn new(live: &Arc<AtomicUsize>) -> Box<Self> {
        live.fetch_add(1, Relaxed);
        Box::new(Self { word: WORD, live: live.clone() })
    }
}

impl Drop for Payload {
    fn drop(&mut self) {
        // SAFETY: the field is ours; volatile, so that the write is not left out.
        unsafe { (&raw mut self.word).write_volatile(0) };
        self.live.fetch_sub(1, Relaxed);
    }
}

struct Table {
    domain: Domain,
    cells: [AtomicPtr<Payload>; CELLS],
    live: Arc<AtomicUsize>,
}

impl Table {
    fn new() -> Self {
        let live = Arc::new(AtomicUsize::new(0));
        let cells = std::array::from_fn(|_| AtomicPtr::new(Box::into_raw(Payload::new(&live))));
        Self { domain: Domain::new(), cells, live }
    }

    fn check(&self, at: usize) {
        // SAFETY: the caller is online; that this suffices is under test.
        assert_eq!(unsafe { (*self.cells[at % CELLS].load(Acquire)).word }, WORD, "read after free");
    }

    fn replace(&self, at: usize) -> Block {
        let old = self.cells[at % CELLS].swap(Box::into_raw(Payload::new(&self.live)), AcqRel);
        // SAFETY: made by `Box::into_raw`, and unlinked by this swap alone.
        Block { bytes: 1024, ..Block::from_box(unsafe { Box::from_raw(old) }) }
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        for cell in &mut self.cells {
            // SAFETY: no thread is left.
            drop(unsafe { Box::from_raw(*cell.get_mut()) });
        }
    }
}

/// A thread that reads and replaces, and asks and is asked to be quiescent by a flag, as an interpreter's breaker.
fn work(table: &Table, seed: usize, rounds: usize) {
    let flag = Arc::new(AtomicBool::new(false));
    let slot = table.domain.register_with({
        let flag = flag.clone();
        move || flag.store(true, Relaxed)
    });
    let retired = Retired::new(&table.domain);
    slot.online();
    for round in 0..rounds {
        let at = seed.wrapping_add(round.wrapping_mul(7919));
        table.check(at);
        if round % 3 == 0 {
            // SAFETY: unlinked by the swap; readers are online.
            unsafe { retired.retire(&slot, table.replace(at)) };
        }
        if flag.load(Relaxed) || retired.should_process() {
            flag.store(false, Relaxed);
            slot.quiescent();
            retired.process(&slot);
        }
        if round % 1000 == 0 {
            slot.offline();
            thread::yield_now();
            slot.online();
        }
    }
    drop(slot);
}

#[test]
fn readers_writers_and_exits_lose_nothing() {
    let table = Table::new();
    for generation in 0..4 {
        thread::scope(|scope| {
            for seed in 0..4 {
                let table = &table;
                scope.spawn(move || work(table, generation * 31 + seed, 20_000));
            }
        });
        let slot = table.domain.register();
        Retired::new(&table.domain).process(&slot);
        assert_eq!(table.domain.held(), Held::default());
        assert_eq!(table.live.load(Relaxed), CELLS);
    }
}

#[test]
fn what_waits_is_bounded_while_a_thread_sleeps_offline() {
    let table = Table::new();
    let _sleeper = table.domain.register();
    let slot = table.domain.register();
    let retired = Retired::new(&table.domain);
    slot.online();
    let mut most = 0;
    for round in 0..100_000 {
        // SAFETY: unlinked by the swap; readers are online.
        unsafe { retired.retire(&slot, table.replace(round)) };
        if retired.should_process() {
            slot.quiescent();
            retired.process(&slot);
        }
        most = most.max(retired.held().bytes);
    }
    assert!(most <= 2 << 20, "{most} bytes waited");
}
