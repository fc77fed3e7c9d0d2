//! Merge queues: a reference that was handed over is merged once, by the owner or by whoever finds it gone.

use super::{World, owner, thread};
use crate::{Model, Search};
use loom::sync::Arc;
use loom::sync::atomic::Ordering::{Acquire, Relaxed};
use loom::thread::{JoinHandle, spawn};
use ungil_qsbr::step;
use ungil_refcount::{MergeQueues, Release, merge};

pub const MODELS: &[Model] = &[
    Model {
        name: "refcount::a_handed_over_reference_survives_the_owners_exit",
        search: Search::Exhaustive,
        body: a_handed_over_reference_survives_the_owners_exit,
        known_bad: &["refcount.queue.close.mark", "refcount.queue.push", "refcount.queue.close"],
    },
    Model {
        name: "refcount::a_taken_reference_was_given_up_before",
        search: Search::Exhaustive,
        body: a_taken_reference_was_given_up_before,
        known_bad: &["refcount.queue.push", "refcount.queue.take"],
    },
    Model {
        name: "refcount::what_a_taking_misses_is_asked_for_again",
        search: Search::Preemptions(3),
        body: what_a_taking_misses_is_asked_for_again,
        known_bad: &["model.request.cleared_before_taking", "refcount.queue.push"],
    },
    Model {
        name: "refcount::an_adopter_waits_for_a_pusher_that_merges",
        search: Search::Exhaustive,
        body: an_adopter_waits_for_a_pusher_that_merges,
        known_bad: &["refcount.queue.open.lock"],
    },
    Model {
        name: "refcount::merging_early_meets_a_foreign_drop",
        search: Search::Exhaustive,
        body: merging_early_meets_a_foreign_drop,
        known_bad: &["refcount.decref.merged", "refcount.queue.push"],
    },
    Model {
        name: "refcount::a_chunk_of_queues_is_whole_when_found",
        search: Search::Exhaustive,
        body: a_chunk_of_queues_is_whole_when_found,
        known_bad: &[
            "refcount.queue.chunk.load",
            "refcount.queue.chunk.publish",
            "refcount.queue.chunk.lost",
        ],
    },
];

/// The foreign thread of this id drops a reference that the owner counted.
fn drop_elsewhere<const OBJECTS: usize>(
    world: &Arc<World<OBJECTS>>,
    index: usize,
    id: u16,
) -> JoinHandle<()> {
    let world = world.clone();
    spawn(move || {
        world.look_at(index);
        world.release(index, thread(id));
    })
}

fn a_handed_over_reference_survives_the_owners_exit() {
    let world = World::<1>::of_shared_objects();
    let foreigner = drop_elsewhere(&world, 0, 2);
    world.exit();
    foreigner.join().expect("the foreigner holds");
    world.assert_destroyed(0);
}

fn a_taken_reference_was_given_up_before() {
    let world = World::<1>::of_shared_objects();
    let foreigner = drop_elsewhere(&world, 0, 2);
    world.settle();
    foreigner.join().expect("the foreigner holds");
    world.settle();
    world.assert_destroyed(0);
}

/// The owner takes its queue when it is asked to, and only then.
fn what_a_taking_misses_is_asked_for_again() {
    let world = World::<2>::of_shared_objects();
    let clear = || {
        world.breaker.swap(0, Acquire);
    };
    let safepoint = || {
        if world.breaker.load(Relaxed) == 0 {
            return;
        }
        step!("model.request.cleared_before_taking", clear(), otherwise());
        world.settle();
        step!("model.request.cleared_before_taking", (), otherwise clear());
    };
    let foreigners = [drop_elsewhere(&world, 0, 2), drop_elsewhere(&world, 1, 3)];
    safepoint();
    for foreigner in foreigners {
        foreigner.join().expect("the foreigner holds");
        safepoint();
    }
    world.assert_destroyed(0);
    world.assert_destroyed(1);
}

/// The owner has left an object with two references: one dropped elsewhere, one that the adopter of the id has.
fn an_adopter_waits_for_a_pusher_that_merges() {
    let world = World::<1>::of_shared_objects();
    world.header(0).incref(owner());
    world.exit();
    let foreigner = drop_elsewhere(&world, 0, 2);
    world.queues.open(1);
    world.header(0).incref(owner());
    world.look_at(0);
    world.release(0, owner());
    world.release(0, owner());
    world.settle();
    foreigner.join().expect("the foreigner holds");
    world.exit();
    world.assert_destroyed(0);
}

/// The owner folds its count in before it has dropped its reference, as promotion does.
fn merging_early_meets_a_foreign_drop() {
    let world = World::<1>::of_shared_objects();
    world.header(0).incref(owner());
    let foreigner = drop_elsewhere(&world, 0, 2);
    // SAFETY: this is the owner, and it has a reference.
    assert_eq!(unsafe { merge(world.pointer(0), 0) }, Release::Alive);
    world.look_at(0);
    world.release(0, owner());
    world.settle();
    foreigner.join().expect("the foreigner holds");
    world.exit();
    world.assert_destroyed(0);
}

fn a_chunk_of_queues_is_whole_when_found() {
    let queues = Arc::new(MergeQueues::new());
    let other = spawn({
        let queues = queues.clone();
        move || {
            queues.open(2);
            // SAFETY: this thread holds the id.
            assert!(unsafe { queues.close(2) }.is_empty());
        }
    });
    queues.open(1);
    // SAFETY: this thread holds the id.
    assert!(unsafe { queues.close(1) }.is_empty());
    other.join().expect("the other thread holds");
}
