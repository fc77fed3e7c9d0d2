//! The lock-free read of a shared slot, on the counts of `refcount` and the delayed free of `qsbr`.
//!
//! A reader loads a slot, tries to count what it found, and looks again whether the slot still holds it; if any of that
//! fails, it would take the lock. Meanwhile a writer overwrites the slot and drops the old value; whoever ends the last
//! reference takes the object apart at once, and retires its block. So a reader may look at the header of a dead object,
//! but never at a dead object's content, and never at memory that serves something else.
//!
//! Looking again is not what keeps this safe as long as the block of an object that was ever shared is not used again
//! within a grace period: the laws hold without it. A heap that reuses such blocks at once, in their class, needs it.

use crate::{Model, Search};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::AtomicUsize;
use loom::sync::atomic::Ordering::{Acquire, Release};
use loom::thread;
use std::ptr::NonNull;
use ungil_qsbr::{Block, Domain, Retired, Slot, step};
use ungil_refcount::{Header, Owner, Release as Outcome, decref};

pub const MODELS: &[Model] = &[
    Model {
        name: "lock_free_read::finds_a_live_object_or_takes_the_lock",
        search: Search::Exhaustive,
        body: finds_a_live_object_or_takes_the_lock,
        known_bad: &["refcount.try_incref.dead", "refcount.last_owned_drop"],
    },
    Model {
        name: "lock_free_read::never_meets_memory_that_is_used_again",
        search: Search::Exhaustive,
        body: never_meets_memory_that_is_used_again,
        known_bad: &["qsbr.online.fence", "qsbr.scan.fence", "model.destroy.retire"],
    },
];

struct Object {
    header: Header,
    /// Whether the object is whole.
    content: UnsafeCell<bool>,
    /// Stands for the block: readable as long as it is not used again.
    memory: UnsafeCell<()>,
}

impl Object {
    /// An object of the writer's with one reference, shared.
    fn new(writer: Owner) -> Self {
        let object = Object {
            header: Header::new(0, writer),
            content: UnsafeCell::new(true),
            memory: UnsafeCell::new(()),
        };
        // SAFETY: the writer makes it.
        unsafe { object.header.share() };
        object
    }
}

/// A slot that holds the first of two objects, and the counts' and the reclamation's view of a thread.
struct World {
    slot: AtomicUsize,
    objects: [Object; 2],
}

struct Thread {
    me: Owner,
    slot: Slot,
    retired: Retired,
}

impl Thread {
    fn new(id: u16, domain: &Domain) -> Self {
        // SAFETY: each thread of a model has an id of its own.
        Self { me: unsafe { Owner::new(id) }, slot: domain.register(), retired: Retired::new(domain) }
    }

    fn drop_reference(&self, object: &Object) {
        // SAFETY: the caller's reference.
        match unsafe { decref(NonNull::from(&object.header), self.me) } {
            Outcome::Alive => {}
            Outcome::Dead => self.destroy(object),
            Outcome::HandToOwner(_) => unreachable!("no reference here was counted by another thread"),
        }
    }

    /// Takes a dead object apart, and lets its memory be used again when no reader can look at it any more.
    fn destroy(&self, object: &Object) {
        unsafe fn use_again(memory: *mut u8, _: usize) {
            // SAFETY: the world outlives its threads; the checker reports a race.
            unsafe { &*memory.cast::<UnsafeCell<()>>() }.with_mut(|_| ());
        }
        // SAFETY: the law under test; the checker reports a race.
        object.content.with_mut(|whole| unsafe { *whole = false });
        let pointer = (&raw const object.memory).cast_mut().cast();
        let block = Block { pointer, bytes: 1, free: use_again, context: 0 };
        // SAFETY: dead, so in no slot, and readers are online.
        step!("model.destroy.retire", unsafe { self.retired.retire(&self.slot, block) },
              otherwise unsafe { use_again(pointer, 0) });
    }

    /// The lock-free read. Gives a reference, or says that the lock is to be taken.
    fn read<'world>(&self, world: &'world World) -> Option<&'world Object> {
        // Acquire: with the writer's release, so that the object is whole.
        let found = world.slot.load(Acquire);
        let object = &world.objects[found];
        object.memory.with(|_| object.header.try_incref(self.me)).then_some(())?;
        if world.slot.load(Acquire) == found {
            return Some(object);
        }
        self.drop_reference(object);
        None
    }

    fn overwrite(&self, world: &World) {
        world.slot.store(1, Release);
        self.drop_reference(&world.objects[0]);
    }

    fn use_and_drop(&self, object: &Object) {
        // SAFETY: the law under test; the checker reports a race.
        object.content.with(|whole| assert!(unsafe { *whole }, "counted a dead object"));
        self.drop_reference(object);
    }
}

fn world() -> (Arc<World>, Thread, Thread) {
    let domain = Domain::new();
    let (writer, reader) = (Thread::new(1, &domain), Thread::new(2, &domain));
    let objects = [Object::new(writer.me), Object::new(writer.me)];
    (Arc::new(World { slot: AtomicUsize::new(0), objects }), writer, reader)
}

fn finds_a_live_object_or_takes_the_lock() {
    let (world, writer, reader) = world();
    let thread = thread::spawn({
        let world = world.clone();
        move || {
            reader.slot.online();
            if let Some(object) = reader.read(&world) {
                reader.use_and_drop(object);
            }
            reader.slot.offline();
            reader
        }
    });
    writer.overwrite(&world);
    let reader = thread.join().expect("the reader holds");
    let dead: usize = [&writer, &reader].map(|thread| thread.retired.process(&thread.slot)).iter().sum();
    assert_eq!(dead, 1, "the overwritten object dies once");
}

/// The reader goes offline with its reference, and drops it only in the end, so that the writer frees meanwhile what it
/// can.
fn never_meets_memory_that_is_used_again() {
    let (world, writer, reader) = world();
    let thread = thread::spawn({
        let world = world.clone();
        move || {
            reader.slot.online();
            let kept = reader.read(&world);
            reader.slot.offline();
            if let Some(object) = kept {
                reader.use_and_drop(object);
            }
            reader
        }
    });
    writer.overwrite(&world);
    writer.retired.process(&writer.slot);
    drop(thread.join().expect("the reader holds"));
}
