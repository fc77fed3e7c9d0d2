//! Publication and borrowing: what a thread finds in a shared slot is whole, shared and countable, and what the owner
//! borrows from one lasts until its next safepoint.

use super::{World, owner, thread};
use crate::{Model, Search};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::Ordering::{AcqRel, Acquire};
use loom::thread::spawn;
use std::ptr::NonNull;
use ungil_qsbr::{site, step};

pub const MODELS: &[Model] = &[
    Model {
        name: "refcount::a_published_parent_and_its_child_are_whole",
        search: Search::Exhaustive,
        body: a_published_parent_and_its_child_are_whole,
        known_bad: &["refcount.share.mark", "refcount.share.ladder", "model.publish", "model.publish.child"],
    },
    Model {
        name: "refcount::sharing_precedes_the_owners_last_drop",
        search: Search::Exhaustive,
        body: sharing_precedes_the_owners_last_drop,
        known_bad: &["refcount.share.mark", "refcount.last_owned_drop"],
    },
    Model {
        name: "refcount::a_borrow_lasts_until_the_safepoint",
        search: Search::Exhaustive,
        body: a_borrow_lasts_until_the_safepoint,
        known_bad: &["model.borrow.ends_at_safepoint", "refcount.queue.push"],
    },
];

const PARENT: usize = 0;
const CHILD: usize = 1;

/// Two objects, and the parent's field.
struct Family {
    world: Arc<World<2>>,
    field: UnsafeCell<usize>,
}

// SAFETY: the field is what the model is about; the checker reports a race.
unsafe impl Sync for Family {}

fn a_published_parent_and_its_child_are_whole() {
    let family = Arc::new(Family { world: World::<2>::new(), field: UnsafeCell::new(PARENT) });
    let reader = spawn({
        let family = family.clone();
        move || {
            if family.world.slot.load(Acquire).is_null() {
                return;
            }
            // SAFETY: the law under test.
            let child = family.field.with(|field| unsafe { *field });
            assert_eq!(child, CHILD);
            for index in [PARENT, child] {
                assert!(family.world.header(index).is_shared(), "found in a shared place");
                assert!(family.world.header(index).try_incref(thread(2)));
                family.world.look_at(index);
                family.world.release(index, thread(2));
            }
        }
    });
    let world = &family.world;
    // SAFETY: nothing is published yet.
    family.field.with_mut(|field| unsafe { *field = CHILD });
    step!("model.publish.child", world.share(CHILD), otherwise());
    world.share(PARENT);
    world.slot.store(world.pointer(PARENT).as_ptr(), site!("model.publish", Release));
    reader.join().expect("the reader holds");
}

/// The owner publishes its only reference, and at once takes it back and drops it.
fn sharing_precedes_the_owners_last_drop() {
    let world = World::<1>::new();
    let reader = spawn({
        let world = world.clone();
        move || {
            let found = NonNull::new(world.slot.load(Acquire));
            if found.is_some() && world.header(0).try_incref(thread(2)) {
                world.look_at(0);
                world.release(0, thread(2));
            }
        }
    });
    // The reader may have counted through the slot before the owner drops.
    world.share(0);
    world.slot.store(world.pointer(0).as_ptr(), loom::sync::atomic::Ordering::Release);
    world.slot.swap(std::ptr::null_mut(), AcqRel);
    world.release(0, owner());
    reader.join().expect("the reader holds");
    world.assert_destroyed(0);
}

/// The owner uses what it read from the slot without counting it; another thread overwrites the slot.
fn a_borrow_lasts_until_the_safepoint() {
    let world = World::<1>::of_shared_objects();
    world.slot.store(world.pointer(0).as_ptr(), loom::sync::atomic::Ordering::Relaxed);
    let writer = spawn({
        let world = world.clone();
        move || {
            world.slot.swap(std::ptr::null_mut(), AcqRel);
            world.look_at(0);
            world.release(0, thread(2));
        }
    });
    let found = NonNull::new(world.slot.load(Acquire));
    let borrowed = found.is_some() && world.header(0).is_biased_to(owner());
    step!("model.borrow.ends_at_safepoint", (), otherwise world.settle());
    if borrowed {
        world.look_at(0);
    }
    world.settle();
    writer.join().expect("the writer holds");
    world.exit();
    world.assert_destroyed(0);
}
