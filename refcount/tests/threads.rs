//! Counting by real threads: every object is destroyed exactly once, whatever the threads do to it.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering};

use ungil_refcount::{Breakers, Header, MergeQueues, Owner, Release, decref, merge};

const THREADS: u16 = 4;
const ROUNDS: usize = 20_000;
const SLOTS: usize = 8;

#[repr(C)]
struct Object {
    header: Header,
    payload: u64,
}

/// Eval breakers with one bit.
struct Requests(Vec<AtomicU32>);

impl Breakers for Requests {
    fn request_merge(&self, owner: u16) {
        self.0[usize::from(owner)].store(1, Ordering::Release);
    }
}

struct World {
    queues: MergeQueues,
    requests: Requests,
    slots: Vec<AtomicPtr<Header>>,
    made: AtomicUsize,
    destroyed: AtomicUsize,
}

impl World {
    fn make(&self, me: Owner) -> NonNull<Header> {
        self.made.fetch_add(1, Ordering::Relaxed);
        let object = Box::into_raw(Box::new(Object { header: Header::new(0, me), payload: 77 }));
        NonNull::new(object.cast()).unwrap()
    }

    fn destroy(&self, object: NonNull<Header>) {
        // SAFETY: reported dead to the caller, and made by `make`.
        let object = unsafe { Box::from_raw(object.as_ptr().cast::<Object>()) };
        assert_eq!(object.payload, 77);
        self.destroyed.fetch_add(1, Ordering::Relaxed);
    }

    fn release(&self, object: NonNull<Header>, me: Owner) {
        // SAFETY: the callers own a reference.
        let mut release = unsafe { decref(object, me) };
        if let Release::HandToOwner(id) = release {
            // SAFETY: just told to.
            release = unsafe { self.queues.hand_over(id, object, &self.requests) };
        }
        if release == Release::Dead {
            self.destroy(object);
        }
    }

    fn settle(&self, taken: ungil_refcount::Taken) {
        for object in taken {
            // SAFETY: the queue held a reference, and this thread took it as the owner.
            if unsafe { merge(object, -1) } == Release::Dead {
                self.destroy(object);
            }
        }
    }

    /// Counts, swaps references through the slots, exits in the middle of everything.
    fn run(&self, id: u16) {
        // SAFETY: each thread has an id of its own.
        let me = unsafe { Owner::new(id) };
        self.queues.open(id);
        for round in 0..ROUNDS {
            let object = self.make(me);
            // SAFETY: made above.
            unsafe {
                object.as_ref().share();
                for _ in 0..round % 3 {
                    object.as_ref().incref(me);
                }
            }
            let slot = |n: usize| &self.slots[(round * 7 + n * usize::from(id)) % SLOTS];
            for n in 0..1 + round % 3 {
                let old = slot(n).swap(object.as_ptr(), Ordering::AcqRel);
                if let Some(old) = NonNull::new(old) {
                    // SAFETY: the slot's reference is ours now.
                    unsafe { old.as_ref().incref(me) };
                    self.release(old, me);
                    self.release(old, me);
                }
            }
            if self.requests.0[usize::from(id)].swap(0, Ordering::Acquire) != 0 {
                // SAFETY: this thread holds the id.
                self.settle(unsafe { self.queues.take(id) });
            }
        }
        // SAFETY: this thread holds the id.
        self.settle(unsafe { self.queues.close(id) });
    }
}

#[test]
fn every_object_is_destroyed_exactly_once() {
    let world = World {
        queues: MergeQueues::new(),
        requests: Requests((0..=THREADS).map(|_| AtomicU32::new(0)).collect()),
        slots: (0..SLOTS).map(|_| AtomicPtr::new(std::ptr::null_mut())).collect(),
        made: AtomicUsize::new(0),
        destroyed: AtomicUsize::new(0),
    };
    std::thread::scope(|scope| {
        for id in 1..=THREADS {
            let world = &world;
            scope.spawn(move || world.run(id));
        }
    });
    for slot in &world.slots {
        if let Some(object) = NonNull::new(slot.load(Ordering::Relaxed)) {
            world.release(object, Owner::NONE);
        }
    }
    assert_eq!(world.made.into_inner(), world.destroyed.into_inner());
}
