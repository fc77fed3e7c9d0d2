//! Merge queues: where foreign drops leave the references that the owner counted.
//!
//! Each owner id has a queue: a list that is pushed to by compare-and-swap and taken as a whole. Its head is null
//! (empty), a node, or CLOSED, which it is before the id is first opened and after its thread has exited.
//!
//! - *Push* (any thread): link a node and swap it for the head with release; finding CLOSED there leads to the closed
//!   path. Whoever pushes to an empty list asks the owner to come ([`Breakers`]): the owner clears that request
//!   **before** it takes, so that a push which the taking misses finds the request still to be made.
//! - *Take* (the owner, or whoever has suspended it): swap the head for null with acquire. What the pushers did to an
//!   object before they gave up their reference happens before its merge.
//! - *Open* and *close* (the thread that receives or leaves the id) swap between CLOSED and null while holding the queue's
//!   lock. A pusher that found CLOSED takes that lock and looks again: if the id has been adopted meanwhile it pushes
//!   after all; if not, it keeps the lock while it merges the object itself, so that an adopter, who would count the
//!   object by plain additions, cannot come in between. The lock also orders the exited owner's last counts before that
//!   merge. An object is queued at most once in its life, so no two pushers ever merge the same one.
//!
//! Taking for a *detached* owner is the same operation as taking for oneself, under a guard that keeps the owner from
//! attaching: suspend, [`take`](MergeQueues::take), [`merge`] each with -1, resume, and only then destroy what is dead.
//!
//! Slots live in chunks that are made when an id of theirs is first used and never move.

use std::ptr::NonNull;

use crate::count::{Release, merge};
use crate::header::Header;
use crate::owner::Owner;
use crate::sync::{AtomicPtr, Mutex, MutexGuard, Ordering::Relaxed, lock, site, step};

#[cfg(not(ungil_loom))]
mod size {
    pub const SLOTS_PER_CHUNK: usize = 64;
    pub const CHUNKS: usize = 512;
}
#[cfg(ungil_loom)]
mod size {
    pub const SLOTS_PER_CHUNK: usize = 4;
    pub const CHUNKS: usize = 1;
}
use size::{CHUNKS, SLOTS_PER_CHUNK};

/// How a pusher reaches the owner of a queue that was empty.
pub trait Breakers {
    /// Asks the thread with this id to take its queue at its next safepoint: sets the bit in its eval breaker, with at
    /// least release. The thread may have exited meanwhile; then there is nothing to do.
    fn request_merge(&self, owner: u16);
}

/// The queues of one interpreter.
pub struct MergeQueues {
    chunks: Box<[AtomicPtr<Chunk>]>,
}

struct Chunk {
    slots: [Slot; SLOTS_PER_CHUNK],
}

/// One owner's queue, on a cache line of its own.
#[repr(align(64))]
struct Slot {
    head: AtomicPtr<Node>,
    closing: Mutex<()>,
}

/// One reference that a foreign thread has handed over.
struct Node {
    object: NonNull<Header>,
    next: *mut Node,
}

/// The head of a queue that nobody serves.
fn closed() -> *mut Node {
    std::ptr::without_provenance_mut(align_of::<Node>())
}

/// Where a push went.
#[must_use = "the first in a queue must ask its owner to come, and an object whose queue is closed must be merged"]
pub enum Pushed<'a> {
    /// Into an empty queue: the owner must be asked to take it.
    First,
    /// Behind others, whose first pusher asks.
    More,
    /// Nowhere: the owner is gone and kept from coming back by this guard, under which the caller merges the object.
    Closed(ClosedQueue<'a>),
}

/// Keeps a closed queue from being opened again.
pub struct ClosedQueue<'a> {
    _closing: MutexGuard<'a, ()>,
}

impl MergeQueues {
    /// Queues for all ids, all closed.
    pub fn new() -> MergeQueues {
        MergeQueues { chunks: (0..CHUNKS).map(|_| AtomicPtr::new(std::ptr::null_mut())).collect() }
    }

    /// Opens the queue of a thread that has just received this id. Waits for pushers that are merging what the id's
    /// former holder left.
    pub fn open(&self, id: u16) {
        let slot = self.slot(id);
        let _closing = step!("refcount.queue.open.lock", Some(lock(&slot.closing)), otherwise None);
        let head = slot.head.load(Relaxed);
        debug_assert!(head == closed(), "an id has one holder at a time");
        if head == closed() {
            slot.head.store(std::ptr::null_mut(), Relaxed);
        }
    }

    /// Closes the queue and returns what is in it, to be merged by the caller. From here on the thread counts nothing
    /// under this id.
    ///
    /// # Safety
    /// The caller holds the id, or has suspended its holder.
    pub unsafe fn close(&self, id: u16) -> Taken {
        let slot = self.slot(id);
        let _closing = lock(&slot.closing);
        let mark = step!("refcount.queue.close.mark", closed(), otherwise std::ptr::null_mut());
        // Acquire: partner is the release of each push.
        Taken::new(slot.head.swap(mark, site!("refcount.queue.close", Acquire)))
    }

    /// Takes what is in the queue, to be merged by the caller. The owner has cleared the request to merge before.
    ///
    /// # Safety
    /// The caller holds the id, or has suspended its holder.
    pub unsafe fn take(&self, id: u16) -> Taken {
        let head = &self.slot(id).head;
        let now = head.load(Relaxed);
        if now.is_null() || now == closed() {
            return Taken::new(std::ptr::null_mut());
        }
        // Acquire: partner is the release of each push.
        Taken::new(head.swap(std::ptr::null_mut(), site!("refcount.queue.take", Acquire)))
    }

    /// Hands a reference to the queue of the object's owner.
    ///
    /// # Safety
    /// The caller's [`decref`](crate::decref) of this object has just said [`Release::HandToOwner`] with this id.
    pub unsafe fn push(&self, id: u16, object: NonNull<Header>) -> Pushed<'_> {
        let slot = self.slot(id);
        let node = Box::into_raw(Box::new(Node { object, next: std::ptr::null_mut() }));
        // A queue is mostly empty; the swap finds out.
        let mut head = std::ptr::null_mut();
        loop {
            if head == closed() {
                let closing = lock(&slot.closing);
                head = slot.head.load(Relaxed);
                if head == closed() {
                    // SAFETY: the node came from a box above and was linked nowhere.
                    drop(unsafe { Box::from_raw(node) });
                    return Pushed::Closed(ClosedQueue { _closing: closing });
                }
            }
            // SAFETY: the node is ours until the swap below succeeds.
            unsafe { (*node).next = head };
            // Release: partner is the acquire of take and close.
            match slot.head.compare_exchange_weak(head, node, site!("refcount.queue.push", Release), Relaxed)
            {
                Ok(_) if head.is_null() => return Pushed::First,
                Ok(_) => return Pushed::More,
                Err(found) => head = found,
            }
        }
    }

    /// What to do about [`Release::HandToOwner`]: pushes, and asks the owner to come, or merges the object if the owner
    /// is gone. `Dead` if that was the last reference.
    ///
    /// # Safety
    /// As for [`push`](Self::push).
    pub unsafe fn hand_over(&self, id: u16, object: NonNull<Header>, breakers: &impl Breakers) -> Release {
        // SAFETY: passed on.
        match unsafe { self.push(id, object) } {
            Pushed::First => {
                breakers.request_merge(id);
                Release::Alive
            }
            Pushed::More => Release::Alive,
            // SAFETY: the guard excludes an owner; the reference given up is the one that was to be queued.
            Pushed::Closed(_guard) => unsafe { merge(object, -1) },
        }
    }

    fn slot(&self, id: u16) -> &Slot {
        assert!((1..=Owner::MAX_ID).contains(&id), "an owner id is between 1 and Owner::MAX_ID");
        let (chunk, index) = (usize::from(id) / SLOTS_PER_CHUNK, usize::from(id) % SLOTS_PER_CHUNK);
        &self.chunk(chunk).slots[index]
    }

    fn chunk(&self, index: usize) -> &Chunk {
        let place = &self.chunks[index];
        // Acquire: partner is the release of whoever made the chunk.
        let mut chunk = place.load(site!("refcount.queue.chunk.load", Acquire));
        if chunk.is_null() {
            let new = Box::into_raw(Box::new(Chunk { slots: std::array::from_fn(|_| Slot::new()) }));
            chunk = match place.compare_exchange(
                std::ptr::null_mut(),
                new,
                site!("refcount.queue.chunk.publish", Release),
                site!("refcount.queue.chunk.lost", Acquire),
            ) {
                Ok(_) => new,
                Err(found) => {
                    // SAFETY: the chunk came from a box above and was published nowhere.
                    drop(unsafe { Box::from_raw(new) });
                    found
                }
            };
        }
        // SAFETY: a chunk that is published stays until the queues are dropped, which needs them exclusively.
        unsafe { &*chunk }
    }
}

impl Default for MergeQueues {
    fn default() -> MergeQueues {
        MergeQueues::new()
    }
}

impl Drop for MergeQueues {
    fn drop(&mut self) {
        for place in &self.chunks {
            let chunk = place.load(Relaxed);
            if chunk.is_null() {
                continue;
            }
            // SAFETY: chunks come from boxes, and nobody else is using the queues.
            let chunk = unsafe { Box::from_raw(chunk) };
            for slot in &chunk.slots {
                let head = slot.head.load(Relaxed);
                if head != closed() {
                    drop(Taken::new(head));
                }
            }
        }
    }
}

impl Slot {
    fn new() -> Slot {
        Slot { head: AtomicPtr::new(closed()), closing: Mutex::new(()) }
    }
}

/// What was taken from a queue: each object is to be [merged](merge) with -1, and destroyed if that says so. Objects that
/// are left in it when it is dropped never die.
#[must_use = "each object must be merged"]
pub struct Taken {
    next: *mut Node,
}

// SAFETY: a list of nodes that only its holder can reach; what it lists are references, which any thread may hold.
unsafe impl Send for Taken {}

impl Taken {
    fn new(head: *mut Node) -> Taken {
        Taken { next: head }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.next.is_null()
    }
}

impl Iterator for Taken {
    type Item = NonNull<Header>;

    fn next(&mut self) -> Option<NonNull<Header>> {
        if self.next.is_null() {
            return None;
        }
        // SAFETY: the nodes of a taken list came from boxes and belong to it.
        let node = unsafe { Box::from_raw(self.next) };
        self.next = node.next;
        Some(node.object)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}
