//! Reference counts: one file a protocol, over one small world of objects.
//!
//! An [`Object`] that is destroyed is written to and marked; using one asserts that it is not marked. So an object that
//! dies too early, or a reference whose drop orders nothing, shows as the assertion or as a race between the two accesses;
//! one that dies twice, or never, shows at the end.

pub mod by_id;
pub mod counts;
pub mod promotion;
pub mod publishing;
pub mod queues;
pub mod weak;

use std::ptr::NonNull;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicPtr, AtomicU32, Ordering::Release as Publish};
use ungil_refcount::{Breakers, Header, MergeQueues, Owner, Release, Taken, decref, merge};

#[derive(Clone, Copy, PartialEq, Debug)]
enum Life {
    Alive,
    Destroyed,
}

struct Object {
    header: Header,
    life: UnsafeCell<Life>,
}

/// A shared slot, the queues, the owner's eval breaker, and objects that belong to thread 1.
struct World<const OBJECTS: usize> {
    slot: AtomicPtr<Header>,
    queues: MergeQueues,
    breaker: AtomicU32,
    objects: [Object; OBJECTS],
}

// SAFETY: the cells are what the models are about; the checker reports a race.
unsafe impl<const OBJECTS: usize> Sync for World<OBJECTS> {}

impl<const OBJECTS: usize> Breakers for World<OBJECTS> {
    fn request_merge(&self, _owner: u16) {
        self.breaker.fetch_or(1, Publish);
    }
}

/// The thread with this id; each model gives an id to one thread.
fn thread(id: u16) -> Owner {
    // SAFETY: see above.
    unsafe { Owner::new(id) }
}

/// The owner of all objects.
fn owner() -> Owner {
    thread(1)
}

impl<const OBJECTS: usize> World<OBJECTS> {
    /// Objects of one reference each, local to the owner, whose queue is open.
    fn new() -> Arc<Self> {
        let queues = MergeQueues::new();
        queues.open(1);
        Arc::new(World {
            slot: AtomicPtr::new(std::ptr::null_mut()),
            queues,
            breaker: AtomicU32::new(0),
            objects: std::array::from_fn(|_| Object {
                header: Header::new(0, owner()),
                life: UnsafeCell::new(Life::Alive),
            }),
        })
    }

    /// Likewise, but shared.
    fn of_shared_objects() -> Arc<Self> {
        let world = World::new();
        for index in 0..OBJECTS {
            world.share(index);
        }
        world
    }

    fn header(&self, index: usize) -> &Header {
        &self.objects[index].header
    }

    fn pointer(&self, index: usize) -> NonNull<Header> {
        NonNull::from(self.header(index))
    }

    fn object(&self, pointer: NonNull<Header>) -> &Object {
        self.objects
            .iter()
            .find(|object| std::ptr::eq(&object.header, pointer.as_ptr()))
            .expect("every pointer is to one of the world's objects")
    }

    /// What the owner does before it publishes.
    fn share(&self, index: usize) {
        // SAFETY: called by the owner.
        unsafe { self.header(index).share() };
    }

    /// What a holder does with its reference.
    fn look_at(&self, index: usize) {
        // SAFETY: the law under test.
        self.objects[index]
            .life
            .with(|life| assert_eq!(unsafe { *life }, Life::Alive, "used after its death"));
    }

    /// Gives up a reference with all that may follow.
    fn release(&self, index: usize, me: Owner) {
        let object = self.pointer(index);
        // SAFETY: each model drops what it has counted.
        let mut release = unsafe { decref(object, me) };
        if let Release::HandToOwner(id) = release {
            // SAFETY: just told to.
            release = unsafe { self.queues.hand_over(id, object, self) };
        }
        if release == Release::Dead {
            self.destroy(object);
        }
    }

    fn destroy(&self, object: NonNull<Header>) {
        self.object(object).life.with_mut(|life| {
            // SAFETY: the law under test.
            let life = unsafe { &mut *life };
            assert_eq!(*life, Life::Alive, "destroyed twice");
            *life = Life::Destroyed;
        });
    }

    /// The owner's safepoint.
    fn settle(&self) {
        // SAFETY: called by the owner.
        self.merge_all(unsafe { self.queues.take(1) });
    }

    /// The owner's exit.
    fn exit(&self) {
        // SAFETY: called by the owner.
        self.merge_all(unsafe { self.queues.close(1) });
    }

    fn merge_all(&self, taken: Taken) {
        for object in taken {
            // SAFETY: the queue held a reference, and the owner has taken it.
            if unsafe { merge(object, -1) } == Release::Dead {
                self.destroy(object);
            }
        }
    }

    /// At the end, when the caller is the only thread left.
    fn assert_destroyed(&self, index: usize) {
        // SAFETY: see above.
        let life = self.objects[index].life.with(|life| unsafe { *life });
        assert_eq!(life, Life::Destroyed, "nobody was told of its death");
    }
}
