//! Promotion: a thread that is not the owner defers an object while others count it, some of whom have not seen it.

use super::{World, owner, thread};
use crate::{Model, Search};
use loom::sync::Arc;
use loom::sync::atomic::Ordering::AcqRel;
use loom::thread::{JoinHandle, spawn};
use ungil_refcount::{CountedObjects, PerThreadCounts, Release, clear_deferred};

pub const MODELS: &[Model] = &[
    Model {
        name: "refcount::a_promoted_object_outlives_the_owners_last_drop",
        search: Search::Exhaustive,
        body: a_promoted_object_outlives_the_owners_last_drop,
        known_bad: &["refcount.defer.bias"],
    },
    Model {
        name: "refcount::a_promoted_object_outlives_drops_that_have_not_seen_it",
        search: Search::Preemptions(3),
        body: a_promoted_object_outlives_drops_that_have_not_seen_it,
        known_bad: &["refcount.defer.bias"],
    },
    Model {
        name: "refcount::two_promotions_are_one",
        search: Search::Preemptions(3),
        body: two_promotions_are_one,
        known_bad: &["refcount.defer.once", "refcount.per_thread.assign.again"],
    },
];

/// What a thread does that found the count contended: it has a reference and defers the object. Then it counts a reference by id, which
/// it passes on, and its first one is given up by somebody who has not seen any of that.
fn promote(world: &World<1>, objects: &CountedObjects, counts: &mut PerThreadCounts, id: u16) {
    // SAFETY: the caller owns a reference.
    let under = unsafe { objects.assign(world.pointer(0), thread(id)) }.expect("an id is free");
    counts.incref(under);
    world.slot.swap(world.pointer(0).as_ptr(), AcqRel);
    world.release(0, thread(id));
}

/// A thread that promotes, and returns its counts by id.
fn spawn_promoter(
    world: &Arc<World<1>>,
    objects: &Arc<CountedObjects>,
    id: u16,
) -> JoinHandle<PerThreadCounts> {
    let (world, objects) = (world.clone(), objects.clone());
    spawn(move || {
        let mut counts = PerThreadCounts::new();
        promote(&world, &objects, &mut counts, id);
        counts
    })
}

/// What a thread does with a reference, as far as it knows about promotion.
fn drop_by_anyone(world: &World<1>, counts: &mut PerThreadCounts, id: u16) {
    world.look_at(0);
    let header = world.header(0);
    match header.count_id().filter(|_| header.is_deferred()) {
        Some(under) => counts.decref(under),
        None => world.release(0, thread(id)),
    }
}

/// The slot's reference, if there is one: it keeps the object alive.
fn take_from_slot(world: &World<1>, counts: &mut PerThreadCounts, id: u16) {
    if !world.slot.swap(std::ptr::null_mut(), AcqRel).is_null() {
        drop_by_anyone(world, counts, id);
    }
}

/// The collector: sums up and ends what has no references.
fn collect(world: &World<1>, objects: &CountedObjects, all: &mut [PerThreadCounts]) {
    world.look_at(0);
    all.iter_mut().for_each(|counts| counts.merge(objects));
    assert_eq!(world.header(0).reference_count(), 0, "the counts do not add up");
    let id = world.header(0).count_id().expect("promoted objects have one");
    // SAFETY: the only thread left, and all counts are merged.
    unsafe {
        objects.release(id);
        assert!(objects.is_empty(), "an object has one id");
        assert_eq!(clear_deferred(world.pointer(0), owner()), Release::Dead);
    }
    world.destroy(world.pointer(0));
}

/// The owner has one reference, a foreigner another. The foreigner promotes; the owner drops its reference and knows nothing.
fn a_promoted_object_outlives_the_owners_last_drop() {
    let world = World::<1>::of_shared_objects();
    let objects = Arc::new(CountedObjects::new());
    world.header(0).incref(thread(2));
    let promoter = spawn_promoter(&world, &objects, 2);
    let mut counts = PerThreadCounts::new();
    world.release(0, owner());
    let promoted = promoter.join().expect("the promoter holds");
    take_from_slot(&world, &mut counts, 1);
    collect(&world, &objects, &mut [promoted, counts]);
}

/// A third thread drops a reference that the owner counted: through the shared word, by way of the owner's queue, or by id.
fn a_promoted_object_outlives_drops_that_have_not_seen_it() {
    let world = World::<1>::of_shared_objects();
    let objects = Arc::new(CountedObjects::new());
    world.header(0).incref(thread(2));
    world.header(0).incref(owner());
    let promoter = spawn_promoter(&world, &objects, 2);
    let bystander = spawn({
        let world = world.clone();
        move || {
            let mut counts = PerThreadCounts::new();
            drop_by_anyone(&world, &mut counts, 3);
            counts
        }
    });
    let mut counts = PerThreadCounts::new();
    world.release(0, owner());
    let promoted = promoter.join().expect("the promoter holds");
    let dropped = bystander.join().expect("the bystander holds");
    take_from_slot(&world, &mut counts, 1);
    world.settle();
    collect(&world, &objects, &mut [promoted, dropped, counts]);
}

/// Two threads find the count contended at the same time: one id, one bias.
fn two_promotions_are_one() {
    let world = World::<1>::of_shared_objects();
    let objects = Arc::new(CountedObjects::new());
    let promoters = [2, 3].map(|id| {
        world.header(0).incref(thread(id));
        let (world, objects) = (world.clone(), objects.clone());
        spawn(move || {
            let mut counts = PerThreadCounts::new();
            // SAFETY: this thread owns a reference.
            let under = unsafe { objects.assign(world.pointer(0), thread(id)) }.expect("an id is free");
            counts.decref(under);
            counts
        })
    });
    world.release(0, owner());
    let [first, second] = promoters.map(|promoter| promoter.join().expect("the promoter holds"));
    collect(&world, &objects, &mut [first, second]);
}
