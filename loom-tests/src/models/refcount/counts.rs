//! Drops and tries: death is seen by one thread, after all uses, and no one counts the dead.

use super::{World, owner, thread};
use crate::{Model, Search};
use loom::sync::Arc;
use loom::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use loom::thread::spawn;
use std::ptr::NonNull;

pub const MODELS: &[Model] = &[
    Model {
        name: "refcount::the_last_of_owner_and_foreigner_sees_death",
        search: Search::Exhaustive,
        body: the_last_of_owner_and_foreigner_sees_death,
        known_bad: &["refcount.last_owned_drop", "refcount.decref.unmerged", "refcount.decref.merged"],
    },
    Model {
        name: "refcount::the_last_of_three_sees_death",
        search: Search::Preemptions(3),
        body: the_last_of_three_sees_death,
        known_bad: &[
            "refcount.decref.queue",
            "refcount.decref.unmerged",
            "refcount.merge",
            "refcount.queue.push",
        ],
    },
    Model {
        name: "refcount::references_of_both_counts_end_in_one_death",
        search: Search::Preemptions(3),
        body: references_of_both_counts_end_in_one_death,
        known_bad: &["refcount.decref.queue", "refcount.merge", "refcount.queue.take"],
    },
    Model {
        name: "refcount::try_incref_fails_once_the_last_drop_is_done",
        search: Search::Exhaustive,
        body: try_incref_fails_once_the_last_drop_is_done,
        known_bad: &["refcount.try_incref.dead", "refcount.last_owned_drop", "refcount.decref.unmerged"],
    },
    Model {
        name: "refcount::two_tries_and_the_last_drop_end_in_one_death",
        search: Search::Preemptions(3),
        body: two_tries_and_the_last_drop_end_in_one_death,
        known_bad: &["refcount.try_incref.dead", "refcount.decref.merged"],
    },
    Model {
        name: "refcount::immortality_survives_a_drop_in_flight",
        search: Search::Exhaustive,
        body: immortality_survives_a_drop_in_flight,
        known_bad: &["refcount.make_immortal"],
    },
];

fn the_last_of_owner_and_foreigner_sees_death() {
    let world = World::<1>::of_shared_objects();
    world.header(0).incref(thread(2));
    let foreigner = spawn({
        let world = world.clone();
        move || {
            world.look_at(0);
            world.release(0, thread(2));
        }
    });
    world.look_at(0);
    world.release(0, owner());
    foreigner.join().expect("the foreigner holds");
    world.assert_destroyed(0);
}

/// The foreigners drop references that the owner counted: one is queued, the other brings the shared count below zero.
fn the_last_of_three_sees_death() {
    let world = World::<1>::of_shared_objects();
    world.header(0).incref(owner());
    world.header(0).incref(owner());
    drop_by_three(world);
}

/// One reference is the owner's count's, one the shared count's; whichever foreigner drops first takes the latter.
fn references_of_both_counts_end_in_one_death() {
    let world = World::<1>::of_shared_objects();
    world.header(0).incref(owner());
    world.header(0).incref(thread(3));
    drop_by_three(world);
}

/// The owner and two foreigners drop one reference each.
fn drop_by_three(world: Arc<World<1>>) {
    let foreigners = [2, 3].map(|id| {
        let world = world.clone();
        spawn(move || {
            world.look_at(0);
            world.release(0, thread(id));
        })
    });
    world.look_at(0);
    world.release(0, owner());
    world.settle();
    for foreigner in foreigners {
        foreigner.join().expect("the foreigner holds");
    }
    world.exit();
    world.assert_destroyed(0);
}

/// Finds the object in the slot, if it is still there, and uses it if it can.
fn read(world: &Arc<World<1>>, id: u16) -> loom::thread::JoinHandle<()> {
    let world = world.clone();
    spawn(move || {
        let found = NonNull::new(world.slot.load(Acquire));
        if found.is_some() && world.header(0).try_incref(thread(id)) {
            world.look_at(0);
            world.release(0, thread(id));
        }
    })
}

/// Takes the object out of the slot and drops the slot's reference. (The memory stays readable, as `qsbr` sees to.)
fn overwrite(world: &World<1>) {
    if !world.slot.swap(std::ptr::null_mut(), AcqRel).is_null() {
        world.release(0, owner());
    }
}

fn try_incref_fails_once_the_last_drop_is_done() {
    let world = World::<1>::of_shared_objects();
    world.slot.store(world.pointer(0).as_ptr(), Relaxed);
    let reader = read(&world, 2);
    overwrite(&world);
    reader.join().expect("the reader holds");
    world.assert_destroyed(0);
}

fn two_tries_and_the_last_drop_end_in_one_death() {
    let world = World::<1>::of_shared_objects();
    world.slot.store(world.pointer(0).as_ptr(), Relaxed);
    let readers = [read(&world, 2), read(&world, 3)];
    overwrite(&world);
    for reader in readers {
        reader.join().expect("the reader holds");
    }
    world.assert_destroyed(0);
}

/// One thread makes the object immortal and forgets its reference, another drops its own meanwhile.
fn immortality_survives_a_drop_in_flight() {
    let world = World::<1>::of_shared_objects();
    world.header(0).incref(thread(2));
    let foreigner = spawn({
        let world = world.clone();
        move || world.release(0, thread(2))
    });
    world.header(0).make_immortal(owner());
    world.release(0, owner());
    world.release(0, owner());
    foreigner.join().expect("the foreigner holds");
    world.release(0, thread(2));
    world.look_at(0);
    assert!(world.header(0).try_incref(thread(3)));
}
