//! Weak references: a side table from the address of an object to what is known of the references to it.
//!
//! The table is sharded by address, a lock each. An entry's lock decides between two parties:
//! - *upgrading*: whoever holds the lock and finds the entry may read the object's header, because its destroyer would
//!   have to take the entry out first; [`try_incref`](Header::try_incref) then says whether it has died already.
//! - *destroying*: whoever is told that an object with [`Bit::WEAKREFS`] is dead takes the entry out, under the lock
//!   marks the references that it lists as cleared, and only then destroys the object and runs callbacks.
//!
//! A weak reference keeps the address of its object and is marked under the lock when that dies. Whoever upgrades looks at
//! the mark under the lock as well, since another object may have taken the address. The lock is never held across a
//! call or a safepoint; an entry of `E` is dropped after unlocking.

use std::collections::BTreeMap;
use std::ptr::NonNull;

use crate::header::{Bit, Header};
use crate::owner::Owner;
use crate::sync::{Mutex, MutexGuard, lock};

#[cfg(not(ungil_loom))]
const SHARDS: usize = 128;
#[cfg(ungil_loom)]
const SHARDS: usize = 2;

/// The weak references of an interpreter: for each object that has some, an entry of the embedder's type.
pub struct WeakTable<E> {
    shards: Box<[Shard<E>]>,
}

/// On a cache line of its own.
#[repr(align(64))]
struct Shard<E> {
    entries: Mutex<BTreeMap<usize, E>>,
}

/// An object's place in the table, locked.
pub struct WeakEntry<'a, E> {
    entries: MutexGuard<'a, BTreeMap<usize, E>>,
    object: NonNull<Header>,
}

impl<E> WeakTable<E> {
    /// An empty table.
    pub fn new() -> WeakTable<E> {
        WeakTable { shards: (0..SHARDS).map(|_| Shard { entries: Mutex::new(BTreeMap::new()) }).collect() }
    }

    /// Locks the place of this address, which need not be an object's any more.
    ///
    /// # Safety
    /// Whoever destroys an object that has [`Bit::WEAKREFS`] takes its entry out first.
    pub unsafe fn lock(&self, object: NonNull<Header>) -> WeakEntry<'_, E> {
        // Fibonacci hashing of the address without the bits that alignment fixes.
        let hash = (object.addr().get() as u64 >> 3).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let shard = &self.shards[(hash >> 32) as usize % SHARDS];
        WeakEntry { entries: lock(&shard.entries), object }
    }
}

impl<E> Default for WeakTable<E> {
    fn default() -> WeakTable<E> {
        WeakTable::new()
    }
}

impl<E> WeakEntry<'_, E> {
    /// The entry, if the object has one.
    pub fn get(&mut self) -> Option<&mut E> {
        self.entries.get_mut(&self.object.addr().get())
    }

    /// The entry, made if the object has none; marks the object as having weak references.
    ///
    /// # Safety
    /// The caller owns a reference to the object.
    pub unsafe fn get_or_insert_with(&mut self, me: Owner, make: impl FnOnce() -> E) -> &mut E {
        // SAFETY: the caller's reference keeps the object alive.
        unsafe { self.object.as_ref() }.set(Bit::WEAKREFS, me);
        self.entries.entry(self.object.addr().get()).or_insert_with(make)
    }

    /// Adds a reference to the object if it lives. The caller has checked, under this lock, that the weak reference it
    /// upgrades is not marked as cleared.
    pub fn upgrade(&self, me: Owner) -> bool {
        // SAFETY: an entry that is there says that the object has not been destroyed, and the lock keeps it so.
        self.entries.contains_key(&self.object.addr().get()) && unsafe { self.object.as_ref() }.try_incref(me)
    }

    /// Takes the entry out: by the destroyer, or when the last weak reference has gone. The bit stays set.
    pub fn take(&mut self) -> Option<E> {
        self.entries.remove(&self.object.addr().get())
    }
}
