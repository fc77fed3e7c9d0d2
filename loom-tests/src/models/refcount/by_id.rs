//! Counts by id: what threads count for themselves adds up when they have exited, and nobody dies before.

use super::{World, owner};
use crate::{Model, Search};
use loom::sync::Arc;
use loom::sync::atomic::Ordering::AcqRel;
use loom::thread::spawn;
use ungil_refcount::{CountedObjects, PerThreadCounts, Release, clear_deferred, merge};

pub const MODELS: &[Model] = &[Model {
    name: "refcount::counts_by_id_add_up_at_exit",
    search: Search::Exhaustive,
    body: counts_by_id_add_up_at_exit,
    known_bad: &["refcount.deferred.bit", "refcount.per_thread.merge"],
}];

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
