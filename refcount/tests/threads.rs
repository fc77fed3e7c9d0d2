//! Counting by real threads: every object is destroyed exactly once, whatever the threads do to it. The memory of the
//! dead stays readable until the end, as a virtual machine's would until every thread has been quiescent.

use std::ptr::NonNull;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};

use ungil_refcount::{Breakers, Header, MergeQueues, Owner, Release, Taken, decref, merge};

const THREADS: u16 = 4;
/// How often each thread takes an id, works, and hands the id on.
const LIVES: usize = 200;
const ROUNDS: usize = 400;
const SLOTS: usize = 4;

#[repr(C)]
struct Object {
    header: Header,
    destroyed: AtomicBool,
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
    free_ids: Mutex<Vec<u16>>,
}

/// All objects that a thread has made; freed at the end of the test.
type Made = Vec<*mut Object>;

impl World {
    fn new() -> World {
        World {
            queues: MergeQueues::new(),
            requests: Requests((0..=THREADS).map(|_| AtomicU32::new(0)).collect()),
            slots: (0..SLOTS).map(|_| AtomicPtr::new(std::ptr::null_mut())).collect(),
            free_ids: Mutex::new((1..=THREADS).collect()),
        }
    }

    fn make(&self, me: Owner, made: &mut Made) -> NonNull<Header> {
        let object = Box::new(Object { header: Header::new(0, me), destroyed: AtomicBool::new(false) });
        made.push(Box::into_raw(object));
        NonNull::new(made[made.len() - 1].cast()).unwrap()
    }

    fn is_destroyed(&self, object: NonNull<Header>) -> &AtomicBool {
        // SAFETY: made by `make`, freed at the end.
        unsafe { &(*object.as_ptr().cast::<Object>()).destroyed }
    }

    fn destroy(&self, object: NonNull<Header>) {
        assert!(!self.is_destroyed(object).swap(true, Ordering::Relaxed), "destroyed twice");
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

    fn settle(&self, taken: Taken) {
        for object in taken {
            // SAFETY: the queue held a reference, and this thread took it as the owner.
            if unsafe { merge(object, -1) } == Release::Dead {
                self.destroy(object);
            }
        }
    }

    /// Takes an id, makes objects and puts them into slots, takes and borrows others' objects, and leaves.
    fn live(&self, made: &mut Made) {
        let id = self.free_ids.lock().unwrap().pop().unwrap();
        // SAFETY: the pool gives an id to one thread at a time.
        let me = unsafe { Owner::new(id) };
        self.queues.open(id);
        for round in 0..ROUNDS {
            let object = self.make(me, made);
            // SAFETY: just made, and held by the reference it was made with.
            let header = unsafe { object.as_ref() };
            // SAFETY: this is the owner.
            unsafe { header.share() };
            let places = 1 + round % 3;
            (1..places).for_each(|_| header.incref(me));
            for place in 0..places {
                let slot = &self.slots[(round + place * usize::from(id)) % SLOTS];
                if let Some(old) = NonNull::new(slot.swap(object.as_ptr(), Ordering::AcqRel)) {
                    self.release(old, me);
                }
                self.read(&self.slots[round % SLOTS], me);
            }
            if self.requests.0[usize::from(id)].swap(0, Ordering::Acquire) != 0 {
                // SAFETY: this thread holds the id.
                self.settle(unsafe { self.queues.take(id) });
            }
        }
        // SAFETY: this thread holds the id.
        self.settle(unsafe { self.queues.close(id) });
        self.free_ids.lock().unwrap().push(id);
    }

    /// What a lock-free reader of a slot does.
    fn read(&self, slot: &AtomicPtr<Header>, me: Owner) {
        let Some(object) = NonNull::new(slot.load(Ordering::Acquire)) else { return };
        // SAFETY: dead or alive, the header stays readable.
        if unsafe { object.as_ref() }.try_incref(me) {
            assert!(!self.is_destroyed(object).load(Ordering::Relaxed), "counted a dead object");
            self.release(object, me);
        }
    }
}

#[test]
fn every_object_is_destroyed_exactly_once() {
    let world = World::new();
    let threads = std::thread::scope(|scope| {
        let work = || {
            let mut made = Made::new();
            (0..LIVES).for_each(|_| world.live(&mut made));
            made.into_iter().map(|object| object.expose_provenance()).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    for slot in &world.slots {
        if let Some(object) = NonNull::new(slot.load(Ordering::Relaxed)) {
            world.release(object, Owner::NONE);
        }
    }
    for address in threads {
        // SAFETY: made by `make`; no thread is left.
        let object = unsafe { Box::from_raw(std::ptr::with_exposed_provenance_mut::<Object>(address)) };
        assert!(object.destroyed.into_inner(), "never destroyed: {:?}", object.header);
    }
}
