//! A mutex for the runtime's own tables, on the one-byte lock.
//!
//! Unlike `std::sync::Mutex` it can be taken by an attached thread whose holder may be detached or suspended: the
//! waiter detaches while it sleeps. It is not poisoned: a panic under it releases it.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};

use crate::byte_lock;
use crate::sync::AtomicU8;
use crate::thread::ThreadState;

/// Mutual exclusion around a `T`. The guard must not be held across a safepoint of the thread that holds it.
#[derive(Default)]
pub struct Mutex<T> {
    byte: AtomicU8,
    value: UnsafeCell<T>,
}

// SAFETY: the lock gives one thread at a time access to the value.
unsafe impl<T: Send> Send for Mutex<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex.
    pub fn new(value: T) -> Mutex<T> {
        Mutex { byte: AtomicU8::new(0), value: UnsafeCell::new(value) }
    }

    /// Locks; an attached thread passes its state and detaches while it sleeps.
    pub fn lock(&self, me: Option<&ThreadState>) -> MutexGuard<'_, T> {
        byte_lock::lock(&self.byte, me);
        MutexGuard(self)
    }

    /// Locks if nobody holds the mutex.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        byte_lock::try_lock(&self.byte).then_some(MutexGuard(self))
    }

    /// The value, which the exclusive borrow proves unshared.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

/// Unlocks when dropped.
#[must_use]
pub struct MutexGuard<'a, T>(&'a Mutex<T>);

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the guard holds the lock.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard holds the lock.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        byte_lock::unlock(&self.0.byte);
    }
}
