//! A heap walk finds exactly the live blocks, whoever made them.

use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::mpsc::channel;

use ungil_tstate::heap::{self, HeapKind, Heaps, ThreadHeaps};

fn live(heaps: &Heaps, kind: HeapKind) -> HashMap<usize, usize> {
    let mut found = HashMap::new();
    // SAFETY: every other thread of the test is parked on a channel or has ended.
    unsafe { heaps.walk(kind, |block, bytes| assert!(found.insert(block.addr().get(), bytes).is_none())) };
    found
}

/// Blocks of many sizes, every third of them freed again.
fn make(heaps: &Heaps, mine: &ThreadHeaps, kind: HeapKind) -> Vec<usize> {
    let sizes = [16, 24, 48, 100, 1000, 5000, 70_000, 3 << 20];
    let mut kept = Vec::new();
    for i in 0..300 {
        let block = mine.alloc(heaps, kind, sizes[i % sizes.len()]).expect("memory");
        assert_eq!(block.addr().get() % 16, 0);
        if i % 3 == 0 {
            // SAFETY: nobody else knows the block.
            unsafe { heap::free(block) };
        } else {
            kept.push(block.addr().get());
        }
    }
    kept
}

#[test]
fn a_walk_finds_the_live_blocks_of_running_parked_and_ended_threads() {
    let heaps = Heaps::new().expect("heaps");
    let here = ThreadHeaps::new();
    let mut expected = make(&heaps, &here, HeapKind::Collected);
    make(&heaps, &here, HeapKind::Object);
    std::thread::scope(|scope| {
        let heaps = &heaps;
        expected.extend(
            scope.spawn(|| make(heaps, &ThreadHeaps::new(), HeapKind::Collected)).join().expect("ended"),
        );
        let (send, receive) = channel();
        let (resume, parked) = channel::<()>();
        scope.spawn(move || {
            send.send(make(heaps, &ThreadHeaps::new(), HeapKind::Collected)).expect("sent");
            let _ = parked.recv();
        });
        expected.extend(receive.recv().expect("parked"));

        let found = live(heaps, HeapKind::Collected);
        assert_eq!(found.len(), expected.len());
        assert!(expected.iter().all(|block| found.contains_key(block)));

        // Freed from another thread than the one that made it, a block is gone from the walk as well.
        for block in expected.drain(..expected.len() / 2) {
            // SAFETY: the block is live and unused.
            unsafe { heap::free(NonNull::new(block as *mut u8).expect("not null")) };
        }
        let last = expected.pop().expect("one");
        // SAFETY: the block is live and unused.
        unsafe { heap::free(NonNull::new(last as *mut u8).expect("not null")) };
        let found = live(heaps, HeapKind::Collected);
        assert_eq!(found.len(), expected.len());
        assert!(expected.iter().all(|block| found.contains_key(block)));
        drop(resume);
    });
}

#[test]
fn heaps_are_told_apart() {
    let heaps = Heaps::new().expect("heaps");
    let other = Heaps::new().expect("heaps");
    let here = ThreadHeaps::new();
    for kind in HeapKind::ALL {
        let block = here.alloc(&heaps, kind, 40).expect("memory");
        assert!(heaps.contains(kind, block));
        assert!(!other.contains(kind, block));
        assert_eq!(live(&heaps, kind).len(), 1);
        assert!(live(&other, kind).is_empty());
    }
}

#[test]
fn resizing_keeps_content_and_heap() {
    let heaps = Heaps::new().expect("heaps");
    let here = ThreadHeaps::new();
    let mut block = here.alloc(&heaps, HeapKind::Raw, 32).expect("memory");
    // SAFETY: the block is this test's own and each write and read lies inside it.
    unsafe {
        block.write_bytes(7, 32);
        for size in [64, 4096, 1 << 20, 48] {
            block = heap::resize(block, size).expect("memory");
            assert!(heap::usable_size(block) >= size);
            assert!(heaps.contains(HeapKind::Raw, block));
            assert!((0..32).all(|i| block.add(i).read() == 7));
        }
        heap::free(block);
    }
    assert!(live(&heaps, HeapKind::Raw).is_empty());
}

#[test]
fn a_block_too_large_for_the_machine_is_refused() {
    let heaps = Heaps::new().expect("heaps");
    assert!(ThreadHeaps::new().alloc(&heaps, HeapKind::Raw, usize::MAX / 4).is_none());
}

#[test]
fn a_dropped_heap_leaves_nothing_behind_in_a_thread_that_used_it() {
    let here = ThreadHeaps::new();
    for _ in 0..50 {
        let heaps = Heaps::new().expect("heaps");
        here.forget();
        for kind in HeapKind::ALL {
            make(&heaps, &here, kind);
        }
    }
}
