//! Thread states: attach, detach, safepoints, ids, what a thread leaves behind.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use ungil_qsbr::Block;
use ungil_refcount::{Header, Owner, Release, decref, merge};
use ungil_tstate::heap::HeapKind;
use ungil_tstate::{
    AttachError, Bits, InterpreterState, NewThreadError, State, ThreadRef, Whence, with_current,
};

fn new_thread(whence: Whence) -> ThreadRef {
    InterpreterState::new().expect("heaps").new_thread_state(whence).expect("a state")
}

#[test]
fn attaching_makes_current_and_detaching_undoes_it() {
    let thread = new_thread(Whence::Main);
    assert_eq!((thread.state(), thread.is_current(), thread.number()), (State::Detached, false, 1));
    thread.attach().expect("free");
    assert_eq!((thread.state(), thread.is_current()), (State::Attached, true));
    with_current(|current| assert_eq!(current.map(|state| state.number()), Some(1)));
    assert!(thread.stack_limits().contains(ungil_tstate::stack::stack_pointer()));
    thread.blocking(|| {
        assert_eq!(thread.state(), State::Detached);
        with_current(|current| assert!(current.is_none()));
    });
    assert!(thread.is_current());
    thread.detach();
    assert_eq!((thread.state(), thread.is_current()), (State::Detached, false));
}

#[test]
fn a_thread_is_attached_by_one_state_at_a_time_and_a_state_by_one_thread() {
    let one = new_thread(Whence::Main);
    let other = one.interpreter().new_thread_state(Whence::Embedder).expect("a state");
    one.attach().expect("free");
    assert_eq!(one.attach(), Err(AttachError::AlreadyAttached));
    assert_eq!(other.attach(), Err(AttachError::AlreadyAttached));
    one.detach();
    std::thread::spawn(move || {
        other.attach().expect("free");
        assert!(other.is_current());
    })
    .join()
    .expect("ended");
    assert_eq!(one.interpreter().thread_count(), 1);
}

#[test]
#[cfg_attr(debug_assertions, should_panic = "in use")]
fn a_state_that_is_lent_outlives_its_reference() {
    let thread = new_thread(Whence::Main);
    thread.attach().expect("free");
    with_current(|current| {
        drop(thread);
        assert_eq!(current.map(|state| state.number()), Some(1));
    });
}

#[test]
fn a_panic_in_a_blocking_call_passes_through_attached() {
    let thread = new_thread(Whence::Main);
    thread.attach().expect("free");
    let caught =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| thread.blocking(|| panic!("expected"))));
    assert!(caught.is_err() && thread.is_current());
}

#[test]
fn ids_are_handed_on_smallest_first_and_states_counted() {
    let interpreter = InterpreterState::new().expect("heaps");
    let make = || interpreter.new_thread_state(Whence::Threading).expect("a state");
    let (one, two, three) = (make(), make(), make());
    assert_eq!([&one, &two, &three].map(|thread| thread.owner().id()), [Some(1), Some(2), Some(3)]);
    drop(two);
    drop(one);
    assert_eq!(interpreter.thread_count(), 1);
    let next = make();
    assert_eq!((next.owner().id(), next.number()), (Some(1), 4));
    drop(three);
}

#[test]
fn more_threads_than_ids_are_refused() {
    let interpreter = InterpreterState::new().expect("heaps");
    let all: Vec<_> = (0..Owner::MAX_ID)
        .map(|_| interpreter.new_thread_state(Whence::Threading).expect("a state"))
        .collect();
    let refused = interpreter.new_thread_state(Whence::Threading);
    assert_eq!(refused.err(), Some(NewThreadError::TooManyThreads));
    drop(all.into_iter().next_back());
}

#[test]
fn a_raised_bit_is_returned_once() {
    let thread = new_thread(Whence::Main);
    thread.attach().expect("free");
    assert!(thread.breaker().is_clear());
    thread.breaker().raise(Bits::SIGNAL | Bits::QSBR);
    thread.interpreter().raise_by_owner(thread.owner().id().expect("an id"), Bits::COLLECT);
    assert!(!thread.breaker().is_clear());
    assert_eq!(thread.safepoint(), Bits::SIGNAL | Bits::COLLECT);
    assert!(thread.breaker().is_clear());
    assert_eq!(thread.safepoint(), Bits::NONE);
}

#[test]
fn counting_allocations_past_the_threshold_asks_for_a_collection() {
    let thread = new_thread(Whence::Main);
    thread.attach().expect("free");
    thread.interpreter().set_collection_threshold(2000);
    for i in 1..=2048 {
        assert!(thread.breaker().is_clear(), "too early, at {i}");
        // SAFETY: this thread is attached by it.
        unsafe { thread.count_allocations(1) };
    }
    assert_eq!(thread.interpreter().allocations(), 2048);
    assert_eq!(thread.safepoint(), Bits::COLLECT);
}

static FREED: AtomicUsize = AtomicUsize::new(0);

#[test]
fn retired_memory_waits_for_every_attached_thread_and_no_detached_one() {
    unsafe fn free(_: *mut u8, _: usize) {
        FREED.fetch_add(1, Ordering::Relaxed);
    }
    let block = || Block { pointer: std::ptr::dangling_mut(), bytes: 4 << 20, free, context: 0 };
    let me = new_thread(Whence::Main);
    me.attach().expect("free");
    let reader = me.interpreter().new_thread_state(Whence::Threading).expect("a state");
    let (attached, wait_attached) = channel();
    let (resume, wait_resume) = channel::<()>();
    let reading = std::thread::spawn(move || {
        reader.attach().expect("free");
        attached.send(()).expect("sent");
        // Blocks while attached, as no thread of a program may.
        wait_resume.recv().expect("resumed");
        assert!(reader.safepoint().is_empty());
        reader.blocking(|| {
            attached.send(()).expect("sent");
            wait_resume.recv().expect("resumed");
        });
    });
    wait_attached.recv().expect("attached");
    // SAFETY: nobody ever reaches the block.
    unsafe { me.retire(block()) };
    me.safepoint();
    assert_eq!(FREED.load(Ordering::Relaxed), 0);
    resume.send(()).expect("sent");
    wait_attached.recv().expect("blocking");
    me.breaker().raise(Bits::QSBR);
    assert!(me.safepoint().is_empty());
    assert_eq!(FREED.load(Ordering::Relaxed), 1);
    resume.send(()).expect("sent");
    reading.join().expect("ended");
}

/// An object that `thread` owns and has shared, with one reference that another thread gives up.
fn shared_object(thread: &ThreadRef) -> NonNull<Header> {
    // SAFETY: attached.
    let block =
        unsafe { thread.alloc(HeapKind::Object, size_of::<Header>()) }.expect("memory").cast::<Header>();
    // SAFETY: the block is new and large enough; this thread is the owner.
    unsafe {
        block.write(Header::new(0, thread.owner()));
        block.as_ref().share();
    }
    block
}

/// Drops the one reference from a thread that does not own the object.
fn drop_elsewhere(by: &ThreadRef, object: NonNull<Header>) -> Release {
    // SAFETY: the reference is given up here, and what decref says is done.
    unsafe {
        match decref(object, by.owner()) {
            Release::HandToOwner(id) => by.interpreter().hand_over(id, object),
            done => done,
        }
    }
}

#[test]
fn a_reference_handed_to_its_owner_is_merged_there() {
    let owner = new_thread(Whence::Main);
    owner.attach().expect("free");
    let object = shared_object(&owner);
    owner.detach();
    let other = owner.interpreter().new_thread_state(Whence::Threading).expect("a state");
    other.attach().expect("free");
    assert_eq!(drop_elsewhere(&other, object), Release::Alive);
    other.detach();

    owner.attach().expect("free");
    assert_eq!(owner.safepoint(), Bits::MERGE);
    let taken: Vec<_> = owner.take_merges().collect();
    assert_eq!(taken, [object]);
    // SAFETY: the entry is a reference of ours to give up.
    assert_eq!(unsafe { merge(object, -1) }, Release::Dead);
}

#[test]
fn what_is_queued_for_a_detached_thread_can_be_merged_without_it() {
    let owner = new_thread(Whence::Main);
    owner.attach().expect("free");
    let object = shared_object(&owner);
    owner.detach();
    let other = owner.interpreter().new_thread_state(Whence::Threading).expect("a state");
    other.attach().expect("free");
    assert_eq!(drop_elsewhere(&other, object), Release::Alive);
    let id = owner.owner().id().expect("an id");
    let mut dead = Vec::new();
    assert!(other.interpreter().merge_for_detached(id, |object| dead.push(object)));
    assert_eq!(dead, [object]);
    assert!(!other.interpreter().merge_for_detached(other.owner().id().expect("an id"), |_| ()));
    other.detach();
    owner.attach().expect("let go");
}

#[test]
fn what_an_ended_thread_left_in_its_queue_comes_to_the_next_holder_of_its_id() {
    let owner = new_thread(Whence::Main);
    owner.attach().expect("free");
    let (queued, late) = (shared_object(&owner), shared_object(&owner));
    owner.detach();
    let other = owner.interpreter().new_thread_state(Whence::Threading).expect("a state");
    other.attach().expect("free");
    assert_eq!(drop_elsewhere(&other, queued), Release::Alive);
    let id = owner.owner().id();
    drop(owner);
    // With the owner gone, whoever drops last merges and is told.
    assert_eq!(drop_elsewhere(&other, late), Release::Dead);
    other.detach();

    let next = other.interpreter().new_thread_state(Whence::Threading).expect("a state");
    assert_eq!(next.owner().id(), id);
    next.attach().expect("free");
    assert_eq!(next.safepoint(), Bits::MERGE);
    assert_eq!(next.take_merges().collect::<Vec<_>>(), [queued]);
}

#[test]
fn a_freed_small_block_is_allocated_again_and_the_lists_are_bounded() {
    let thread = new_thread(Whence::Main);
    thread.attach().expect("free");
    let live = || {
        let world = thread.interpreter().stop_the_world(&thread);
        let mut blocks = 0;
        // SAFETY: the closure leaves the heaps alone.
        unsafe { world.walk(HeapKind::Collected, |_, _| blocks += 1) };
        blocks
    };
    // SAFETY: attached, here and below; each block is this test's own until it is freed.
    let alloc = |size| unsafe { thread.alloc(HeapKind::Collected, size) }.expect("memory");
    let block = alloc(40);
    // SAFETY: as above.
    unsafe { thread.free(HeapKind::Collected, 40, block) };
    if cfg!(feature = "freelists") {
        assert_eq!(alloc(48), block, "of the same class");
        // SAFETY: as above.
        assert!(unsafe { ungil_tstate::heap::usable_size(block) } >= 48, "as long as its class");
        // SAFETY: as above.
        unsafe {
            block.write_bytes(7, 48);
            thread.free(HeapKind::Collected, 48, block);
        }
    }
    let blocks: Vec<_> =
        (1..=400).chain([5000; 10]).flat_map(|size| [size; 30]).map(|size| (size, alloc(size))).collect();
    let distinct: std::collections::HashSet<_> = blocks.iter().map(|(_, block)| *block).collect();
    assert_eq!((distinct.len(), live()), (blocks.len(), blocks.len()));
    for (size, block) in blocks {
        // SAFETY: as above.
        unsafe { thread.free(HeapKind::Collected, size, block) };
    }
    assert!(live() <= 24 * 256);
    thread.clear_free_lists();
    assert_eq!(live(), 0);
}

#[test]
fn a_state_fetches_its_heaps_anew_on_another_os_thread() {
    /// Attaches, allocates, and leaves the blocks' addresses.
    fn allocate(thread: &ThreadRef, blocks: usize) -> Vec<usize> {
        thread.attach().expect("free");
        // SAFETY: attached.
        let alloc = |_| unsafe { thread.alloc(HeapKind::Raw, 64) }.expect("memory").addr().get();
        let blocks = (0..blocks).map(alloc).collect();
        thread.detach();
        blocks
    }
    let moves = new_thread(Whence::Embedder);
    let stays = moves.interpreter().new_thread_state(Whence::Main).expect("a state");
    let mut blocks = allocate(&moves, 1);
    // Both at once: with the handles of this thread, the other would take its blocks.
    let moved = std::thread::spawn(move || allocate(&moves, 200_000));
    blocks.extend(allocate(&stays, 200_000));
    blocks.extend(moved.join().expect("ended"));
    let distinct: std::collections::HashSet<_> = blocks.iter().collect();
    assert_eq!(distinct.len(), blocks.len());
}
