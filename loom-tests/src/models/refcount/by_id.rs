//! Counts by id: what threads count for themselves adds up when they have exited, and nobody dies before; an object has one id
//! as long as it has any, whoever gives it, and whatever collectors write to the same word meanwhile.

use super::{World, owner, thread};
use crate::{Model, Search};
use loom::sync::atomic::Ordering::{AcqRel, Relaxed};
use loom::sync::{Arc, Mutex};
use loom::thread::spawn;
use ungil_refcount::{CountedObjects, PerThreadCounts, Release, clear_deferred, merge};

pub const MODELS: &[Model] = &[
    Model {
        name: "refcount::counts_by_id_add_up_at_exit",
        search: Search::Exhaustive,
        body: counts_by_id_add_up_at_exit,
        known_bad: &["refcount.deferred.bit", "refcount.per_thread.merge"],
    },
    Model {
        name: "refcount::two_threads_give_an_object_one_id",
        search: Search::Exhaustive,
        body: two_threads_give_an_object_one_id,
        known_bad: &["refcount.per_thread.assign.again"],
    },
    Model {
        name: "refcount::ids_outlast_collections",
        search: Search::Exhaustive,
        body: ids_outlast_collections,
        known_bad: &["refcount.per_thread.set_aside", "refcount.per_thread.put_back"],
    },
    Model {
        name: "refcount::an_id_that_is_used_again_counts_its_new_object",
        search: Search::Exhaustive,
        body: an_id_that_is_used_again_counts_its_new_object,
        known_bad: &["refcount.per_thread.release", "refcount.per_thread.merge"],
    },
];

/// A thread counts a reference by id and passes it on; another drops it by an ordinary decrement, or the collector does.
fn counts_by_id_add_up_at_exit() {
    let world = World::<1>::of_shared_objects();
    let objects = Arc::new(CountedObjects::new());
    // SAFETY: this thread owns a reference; the object outlives the table.
    let id = unsafe { objects.assign(world.pointer(0), owner()) }.expect("an id is free");
    // SAFETY: this thread is the owner.
    assert_eq!(unsafe { merge(world.pointer(0), 0) }, Release::Alive);
    let counter = spawn({
        let (world, objects) = (world.clone(), objects.clone());
        move || {
            let mut counts = PerThreadCounts::new();
            counts.incref(id);
            world.slot.swap(world.pointer(0).as_ptr(), AcqRel);
            counts.merge(&objects);
        }
    });
    let mut counts = PerThreadCounts::new();
    world.release(0, owner());
    if !world.slot.swap(std::ptr::null_mut(), AcqRel).is_null() {
        world.look_at(0);
        world.release(0, owner());
    }
    counter.join().expect("the counter holds");
    if !world.slot.swap(std::ptr::null_mut(), AcqRel).is_null() {
        counts.decref(id);
    }
    counts.merge(&objects);
    assert_eq!(world.header(0).reference_count(), 0);
    // SAFETY: the only thread left, and all counts are merged.
    unsafe {
        objects.release(id);
        assert_eq!(clear_deferred(world.pointer(0), owner()), Release::Dead);
    }
    world.destroy(world.pointer(0));
}

/// As the interpreter counts a reference to a deferred object that another thread owns.
fn count(
    world: &World<2>,
    index: usize,
    objects: &CountedObjects,
    counts: &mut PerThreadCounts,
    change: i64,
) {
    let header = world.header(index);
    let id = header.count_id().unwrap_or_else(|| {
        // SAFETY: the object outlives the table; no collector is at work, says the model.
        unsafe { objects.assign(world.pointer(index), thread(2)) }.expect("an id is free")
    });
    counts.add(id, change);
}

/// Objects that are deferred, as their owner leaves them to all threads.
fn of_deferred_objects() -> (Arc<World<2>>, Arc<CountedObjects>) {
    let world = World::of_shared_objects();
    (0..2).for_each(|index| world.header(index).set_deferred(owner()));
    (world, Arc::new(CountedObjects::new()))
}

/// Two threads count an object that has no id yet.
fn two_threads_give_an_object_one_id() {
    let (world, objects) = of_deferred_objects();
    let work = {
        let (world, objects) = (world.clone(), objects.clone());
        move || {
            let mut counts = PerThreadCounts::new();
            count(&world, 0, &objects, &mut counts, 1);
            counts.merge(&objects);
        }
    };
    let other = spawn(work.clone());
    work();
    other.join().expect("the other holds");
    assert_eq!(objects.len(), 1, "two ids for one object");
    assert_eq!(world.header(0).reference_count(), 3);
    let id = world.header(0).count_id().expect("it was counted by id");
    assert_eq!(objects.object(id), Some(world.pointer(0)));
}

/// A thread counts two objects while another collects, with the first as participant. The lock is the stopped world.
fn ids_outlast_collections() {
    let (world, objects) = of_deferred_objects();
    let attached = Arc::new(Mutex::new(PerThreadCounts::new()));
    let counter = spawn({
        let (world, objects, attached) = (world.clone(), objects.clone(), attached.clone());
        move || {
            for index in [0, 1, 0] {
                let mut counts = attached.lock().expect("no holder panics");
                count(&world, index, &objects, &mut counts, 1);
            }
        }
    });
    for _ in 0..2 {
        let mut counts = attached.lock().expect("no holder panics");
        counts.merge(&objects);
        let scratch = |index: usize| world.header(index).scratch();
        // SAFETY: the world is stopped.
        unsafe { objects.set_aside() };
        assert_eq!(scratch(1).load(Relaxed), 0, "an id was taken for a collector's count");
        let references = world.header(0).reference_count();
        scratch(0).store(references as u32 + 1, Relaxed);
        scratch(0).store(0, Relaxed);
        // SAFETY: as above; the words are zero.
        unsafe { objects.put_back() };
    }
    counter.join().expect("the counter holds");
    attached.lock().expect("no holder panics").merge(&objects);
    assert_eq!(objects.len(), 2, "an object has lost its id and was given another");
    assert_eq!((world.header(0).reference_count(), world.header(1).reference_count()), (3, 2));
}

/// A collector takes an object's id back, which another object gets; then the first, which was let go after all, is counted again.
fn an_id_that_is_used_again_counts_its_new_object() {
    let (world, objects) = of_deferred_objects();
    let attached = Arc::new(Mutex::new(PerThreadCounts::new()));
    count(&world, 0, &objects, &mut attached.lock().expect("no holder panics"), 1);
    let counter = spawn({
        let (world, objects, attached) = (world.clone(), objects.clone(), attached.clone());
        move || {
            for index in [1, 0] {
                let mut counts = attached.lock().expect("no holder panics");
                count(&world, index, &objects, &mut counts, 1);
            }
        }
    });
    {
        let mut counts = attached.lock().expect("no holder panics");
        counts.merge(&objects);
        if let Some(id) = world.header(0).count_id() {
            // SAFETY: the world is stopped, and the counts are merged.
            unsafe { objects.release(id) };
        }
    }
    counter.join().expect("the counter holds");
    attached.lock().expect("no holder panics").merge(&objects);
    assert_eq!((world.header(0).reference_count(), world.header(1).reference_count()), (3, 2));
}
