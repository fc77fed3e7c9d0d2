//! What a domain, its slots and its queues promise to one thread at a time.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use ungil_qsbr::{Block, Domain, Held, Retired, Slot};

/// Counts how many of its blocks are freed.
#[derive(Default)]
struct Freed(AtomicUsize);

impl Freed {
    fn block(&self, bytes: usize) -> Block {
        unsafe fn count(_: *mut u8, freed: usize) {
            // SAFETY: every test keeps the counter until its domain is gone.
            unsafe { &*(freed as *const Freed) }.0.fetch_add(1, Relaxed);
        }
        Block { pointer: std::ptr::null_mut(), bytes, free: count, context: &raw const *self as usize }
    }

    fn count(&self) -> usize {
        self.0.load(Relaxed)
    }
}

fn retire(retired: &Retired, slot: &Slot, block: Block) {
    // SAFETY: the blocks of these tests are reachable by nobody.
    unsafe { retired.retire(slot, block) }
}

#[test]
fn blocks_wait_for_a_reader_online_and_for_no_other() {
    let freed = Freed::default();
    let domain = Domain::new();
    let (mine, reader, sleeper) = (domain.register(), domain.register(), domain.register());
    let retired = Retired::new(&domain);
    reader.online();
    retire(&retired, &mine, freed.block(8));
    assert_eq!(retired.process(&mine), 0);
    assert_eq!(retired.held(), Held { bytes: 8, items: 1 });
    assert_eq!(domain.held(), Held { bytes: 8, items: 1 });
    reader.quiescent();
    assert_eq!(retired.process(&mine), 1);
    assert_eq!((freed.count(), retired.held(), domain.held()), (1, Held::default(), Held::default()));
    assert!(!sleeper.is_online());
}

#[test]
fn blocks_wait_for_their_own_retirer_while_it_is_online() {
    let freed = Freed::default();
    let domain = Domain::new();
    let mine = domain.register();
    let retired = Retired::new(&domain);
    mine.online();
    retire(&retired, &mine, freed.block(8));
    assert_eq!(retired.process(&mine), 0);
    mine.quiescent();
    assert_eq!(retired.process(&mine), 1);
}

#[test]
fn a_reader_that_comes_online_after_the_advance_delays_nothing() {
    let domain = Domain::new();
    let (early, late) = (domain.register(), domain.register());
    early.online();
    let goal = domain.advance();
    late.online();
    assert!(!domain.poll(goal));
    early.offline();
    assert!(domain.poll(goal));
    assert!(late.is_online());
}

#[test]
fn a_batch_is_sealed_by_items_and_by_bytes() {
    let freed = Freed::default();
    let domain = Domain::new();
    let mine = domain.register();
    let retired = Retired::new(&domain);
    while !retired.should_process() {
        retire(&retired, &mine, freed.block(1));
    }
    // Nobody is online: the full batch went at once.
    assert_eq!((freed.count(), retired.held().items), (128, 0));
    retired.process(&mine);
    assert!(!retired.should_process());
    retire(&retired, &mine, freed.block(2 << 20));
    assert_eq!((freed.count(), retired.should_process()), (129, true));
}

#[test]
fn a_batch_that_waits_when_the_next_is_sealed_hurries_the_laggards() {
    let freed = Freed::default();
    let domain = Domain::new();
    let asked = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
    let slot = |index: usize| {
        let asked = asked[index].clone();
        domain.register_with(move || {
            asked.fetch_add(1, Relaxed);
        })
    };
    let (lagging, offline) = (slot(0), slot(1));
    let mine = domain.register();
    let retired = Retired::new(&domain);
    lagging.online();
    retire(&retired, &mine, freed.block(1 << 20));
    assert_eq!(asked[0].load(Relaxed), 0);
    retire(&retired, &mine, freed.block(1 << 20));
    assert_eq!((asked[0].load(Relaxed), asked[1].load(Relaxed)), (1, 0));
    lagging.quiescent();
    assert_eq!(retired.process(&mine), 2);
    drop((lagging, offline));
    assert_eq!(Arc::strong_count(&asked[0]), 1, "a dropped slot keeps its callback");
}

#[test]
fn an_exited_threads_blocks_are_freed_by_whoever_processes() {
    let freed = Freed::default();
    let domain = Domain::new();
    let (mine, reader) = (domain.register(), domain.register());
    let retired = Retired::new(&domain);
    reader.online();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (slot, leaving) = (domain.register(), Retired::new(&domain));
            retire(&leaving, &slot, freed.block(8));
            drop(slot);
            domain.adopt(leaving);
        });
    });
    assert_eq!((freed.count(), domain.held()), (0, Held { bytes: 8, items: 1 }));
    assert_eq!(retired.process(&mine), 0);
    reader.offline();
    assert_eq!(retired.process(&mine), 1);
    assert_eq!(domain.held(), Held::default());
}

#[test]
fn adoption_frees_what_is_due_and_the_domains_end_the_rest() {
    let freed = Freed::default();
    let domain = Domain::new();
    let (mine, reader) = (domain.register(), domain.register());
    let leave = || {
        let retired = Retired::new(&domain);
        retire(&retired, &mine, freed.block(8));
        domain.adopt(retired);
    };
    leave();
    assert_eq!(freed.count(), 1);
    reader.online();
    leave();
    assert_eq!(freed.count(), 1);
    drop((mine, reader, domain));
    assert_eq!(freed.count(), 2);
}

#[test]
fn a_free_function_may_retire() {
    thread_local!(static LEFT: Cell<usize> = const { Cell::new(1000) });
    struct Thread {
        slot: Slot,
        retired: Retired,
    }
    unsafe fn retire_another(pointer: *mut u8, _: usize) {
        if LEFT.replace(LEFT.get().saturating_sub(1)) > 0 {
            // SAFETY: the test keeps the thread's data until nothing is left.
            let thread = unsafe { &*pointer.cast::<Thread>() };
            let again = Block { pointer, bytes: 1 << 20, free: retire_another, context: 0 };
            retire(&thread.retired, &thread.slot, again);
            assert_eq!(thread.retired.process(&thread.slot), 0, "processing inside a free function");
        }
    }
    let domain = Domain::new();
    let thread = Thread { slot: domain.register(), retired: Retired::new(&domain) };
    let pointer = (&raw const thread).cast_mut().cast();
    let first = Block { pointer, bytes: 1 << 20, free: retire_another, context: 0 };
    retire(&thread.retired, &thread.slot, first);
    while thread.retired.held().items > 0 {
        thread.retired.process(&thread.slot);
    }
    assert_eq!(LEFT.get(), 0);
}

#[test]
fn a_panic_in_a_free_function_leaves_the_queue_usable() {
    unsafe fn panics(_: *mut u8, _: usize) {
        panic!("as the test wants");
    }
    let freed = Freed::default();
    let domain = Domain::new();
    let mine = domain.register();
    let retired = Retired::new(&domain);
    let bad = Block { pointer: std::ptr::null_mut(), bytes: 1, free: panics, context: 0 };
    retire(&retired, &mine, bad);
    assert!(catch_unwind(AssertUnwindSafe(|| retired.process(&mine))).is_err());
    retire(&retired, &mine, freed.block(1));
    assert_eq!(retired.process(&mine), 1);
}

#[test]
fn boxes_are_dropped() {
    let domain = Domain::new();
    let (mine, retired) = (domain.register(), Retired::new(&domain));
    let counter = Arc::new(());
    retire(&retired, &mine, Block::from_box(Box::new(counter.clone())));
    assert_eq!(retired.process(&mine), 1);
    assert_eq!(Arc::strong_count(&counter), 1);
}

#[test]
fn slots_are_used_again_smallest_first() {
    let domain = Domain::new();
    let mut slots: Vec<Slot> = (0..20).map(|_| domain.register()).collect();
    assert_eq!(slots.iter().map(Slot::index).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
    drop(slots.drain(3..10));
    assert_eq!([domain.register(), domain.register()].map(|slot| slot.index()), [3, 4]);
}

#[test]
#[should_panic(expected = "different domains")]
fn a_slot_of_another_domain_is_refused() {
    let freed = Freed::default();
    let stranger = Domain::new().register();
    let retired = Retired::new(&Domain::new());
    retire(&retired, &stranger, freed.block(1));
    retired.process(&stranger);
}

#[test]
fn sizes_may_be_absurd() {
    let freed = Freed::default();
    let domain = Domain::new();
    let (mine, reader) = (domain.register(), domain.register());
    let retired = Retired::new(&domain);
    reader.online();
    retire(&retired, &mine, freed.block(usize::MAX));
    retire(&retired, &mine, freed.block(usize::MAX));
    assert_eq!(retired.held(), Held { bytes: usize::MAX, items: 2 });
}
