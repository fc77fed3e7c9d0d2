//! Slots: one entry a thread, in chunks that never move, and the registry that hands them out.
//!
//! An entry is written by its slot's thread alone and read by every scanner, without a lock. Chunks form a list that
//! only grows and is freed with the domain, so an entry's address holds for the slot's whole life. Which entries are
//! taken is the registry's business, under its lock; a scanner need not know, since a free entry is offline.
//! [`domain`](crate::domain) has the protocol.

use crate::domain::{Domain, Held, Isolated};
use crate::sequence::OFFLINE;
use crate::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering::Relaxed};
use crate::sync::{Mutex, MutexGuard};
use crate::{fence, site, step};
use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ptr::{self, NonNull};
use std::sync::PoisonError;

/// Small, so that a process with one thread scans little; one under the model checker, so that the second thread
/// already needs a new chunk.
const ENTRIES: usize = if cfg!(ungil_loom) { 1 } else { 8 };

/// What other threads see of a slot.
pub(crate) struct Entry {
    /// [`OFFLINE`], or the reading of the clock at the last quiescent state.
    pub(crate) seen: Isolated<AtomicU64>,
    /// Statistics of the thread's queue, written when it seals or processes.
    pub(crate) held_bytes: AtomicUsize,
    pub(crate) held_items: AtomicUsize,
}

impl Entry {
    pub(crate) fn held(&self) -> Held {
        Held { bytes: self.held_bytes.load(Relaxed), items: self.held_items.load(Relaxed) }
    }
}

struct Chunk {
    entries: [Entry; ENTRIES],
    next: AtomicPtr<Chunk>,
}

/// Makes a thread announce a quiescent state soon.
pub(crate) type Laggard = Box<dyn Fn() + Send + Sync>;

pub(crate) struct Slots {
    first: Chunk,
    registry: Mutex<Registry>,
}

#[derive(Default)]
struct Registry {
    /// All entries in order of the list, with how to hurry the slot that has it.
    places: Vec<Place>,
    /// Free places, smallest first.
    free: BinaryHeap<Reverse<usize>>,
}

struct Place {
    entry: NonNull<Entry>,
    laggard: Option<Laggard>,
}

// SAFETY: the pointer is to an entry of the domain, made of atomics.
unsafe impl Send for Place {}

impl Chunk {
    fn new() -> Self {
        let entry = || Entry {
            seen: Isolated(AtomicU64::new(OFFLINE)),
            held_bytes: AtomicUsize::new(0),
            held_items: AtomicUsize::new(0),
        };
        Self { entries: std::array::from_fn(|_| entry()), next: AtomicPtr::new(ptr::null_mut()) }
    }

    fn next(&self) -> Option<&Chunk> {
        // Acquire: with the release of `Registry::grow`.
        let next = self.next.load(site!("qsbr.scan.chunk", Acquire));
        // SAFETY: null, or a chunk that was linked whole and is freed with the domain, which is borrowed.
        unsafe { next.as_ref() }
    }
}

impl Slots {
    pub(crate) fn new() -> Self {
        Self { first: Chunk::new(), registry: Mutex::new(Registry::default()) }
    }

    /// All entries, taken or free.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        std::iter::successors(Some(&self.first), |chunk| chunk.next()).flat_map(|chunk| &chunk.entries)
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn register(&self, domain: &Domain, laggard: Laggard) -> Slot {
        let mut registry = self.registry();
        let index = match registry.free.pop() {
            Some(Reverse(index)) => index,
            None => registry.grow(&self.first),
        };
        let place = &mut registry.places[index];
        place.laggard = Some(laggard);
        Slot { domain: domain.clone(), entry: place.entry, index, seen: Cell::new(OFFLINE) }
    }

    fn release(&self, index: usize) {
        let mut registry = self.registry();
        let laggard = registry.places[index].laggard.take();
        registry.free.push(Reverse(index));
        drop(registry);
        drop(laggard);
    }

    pub(crate) fn raise_laggards(&self, lags: impl Fn(u64) -> bool) {
        for place in &self.registry().places {
            // SAFETY: entries live as long as the domain, which is borrowed.
            let entry = unsafe { place.entry.as_ref() };
            if let Some(raise) = place.laggard.as_ref().filter(|_| lags(entry.seen.0.load(Relaxed))) {
                raise();
            }
        }
    }
}

impl Registry {
    /// Adds places: those of the first chunk, or of a new one linked behind the last. Returns the first of them.
    fn grow(&mut self, first: &Chunk) -> usize {
        let chunk = if self.places.is_empty() {
            first
        } else {
            let last = std::iter::successors(Some(first), |chunk| chunk.next()).last().unwrap_or(first);
            let chunk = Box::into_raw(Box::new(Chunk::new()));
            // Release: with the acquire of `Chunk::next`.
            last.next.store(chunk, site!("qsbr.register.chunk", Release));
            // SAFETY: just made; freed with the domain only.
            unsafe { &*chunk }
        };
        let index = self.places.len();
        self.places
            .extend(chunk.entries.iter().map(|entry| Place { entry: NonNull::from(entry), laggard: None }));
        self.free.extend((index + 1..self.places.len()).map(Reverse));
        index
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        let mut next = self.first.next.load(Relaxed);
        while !next.is_null() {
            // SAFETY: made by `Box::into_raw` in `grow`, linked once, and the domain is ending.
            let chunk = unsafe { Box::from_raw(next) };
            next = chunk.next.load(Relaxed);
        }
    }
}

/// A thread's place in a [`Domain`].
///
/// While the slot is *online*, nothing that was reachable since its last [`quiescent`](Self::quiescent) state is
/// freed. A slot belongs to one thread at a time and may move to another. Dropping it unregisters the thread.
pub struct Slot {
    domain: Domain,
    entry: NonNull<Entry>,
    index: usize,
    /// What the entry holds, so that its own thread never loads it.
    seen: Cell<u64>,
}

// SAFETY: the entry is made of atomics and lives as long as the domain, which the slot keeps alive.
unsafe impl Send for Slot {}

impl Slot {
    #[inline]
    fn entry(&self) -> &Entry {
        // SAFETY: entries never move and live as long as the domain, which the slot keeps alive.
        unsafe { self.entry.as_ref() }
    }

    /// Begins to read: from here on, what this thread can reach stays. One full fence. The slot must be offline.
    #[inline]
    pub fn online(&self) {
        debug_assert!(!self.is_online(), "the slot is online already");
        let now = self.domain.clock().load(Relaxed);
        self.seen.set(now);
        // Release: with the acquire of `scan`, for what was read before the slot last went offline.
        self.entry().seen.0.store(now, site!("qsbr.online.store", Release));
        // With the fence of `scan`.
        fence!("qsbr.online.fence", SeqCst);
    }

    /// Ends reading: this thread holds no reference to what others may retire, until it is [`online`](Self::online)
    /// again. A thread that blocks should be offline.
    #[inline]
    pub fn offline(&self) {
        self.seen.set(OFFLINE);
        // Release: with the acquire of `scan`.
        self.entry().seen.0.store(OFFLINE, site!("qsbr.offline.store", Release));
    }

    /// Announces that this thread holds, at this moment, no reference to what others may retire. One load of a shared
    /// line; a store to the thread's own line if the clock moved since the last time. The slot must be online.
    #[inline]
    pub fn quiescent(&self) {
        debug_assert!(self.is_online(), "the slot is offline");
        // Acquire: with the release of `advance`.
        let now = self.domain.clock().load(site!("qsbr.quiescent.clock", Acquire));
        if self.seen.replace(now) != now {
            // Release: with the acquire of `scan`.
            self.entry().seen.0.store(now, site!("qsbr.quiescent.store", Release));
        }
    }

    /// Whether the slot is online.
    #[inline]
    pub fn is_online(&self) -> bool {
        self.seen.get() != OFFLINE
    }

    /// The domain that this slot is of.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The slot's number: small, and used again after the slot is dropped.
    pub fn index(&self) -> usize {
        self.index
    }

    pub(crate) fn publish_held(&self, held: Held) {
        self.entry().held_bytes.store(held.bytes, Relaxed);
        self.entry().held_items.store(held.items, Relaxed);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.offline();
        self.publish_held(Held::default());
        step!("qsbr.drop.release", self.domain.shared.slots.release(self.index), otherwise());
    }
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Slot").field("index", &self.index).field("seen", &self.seen.get()).finish()
    }
}
