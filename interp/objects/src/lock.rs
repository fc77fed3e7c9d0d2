//! The one-byte lock in an object's header, taken only for shared objects.
//!
//! A lock is never held across a safepoint or a call: the guard borrows the token, and everything that may run code takes the
//! token mutably.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU8, Ordering};

use ungil_refcount::Header;
use ungil_tstate::byte_lock;

use crate::thread::Thread;

/// A held object lock. Released on drop.
pub struct ObjectLock<'t> {
    byte: &'t AtomicU8,
    _token: PhantomData<&'t Thread>,
}

/// Locks a shared object. The wait is attached, so that borrowed words and blocks stay valid through it: whoever holds an
/// object lock reaches no safepoint and waits for nothing but another object lock, in address order.
#[inline]
pub fn lock<'t>(_t: &'t Thread, holder: &'t Header) -> ObjectLock<'t> {
    byte_lock::lock(holder.lock_byte(), None);
    ObjectLock { byte: holder.lock_byte(), _token: PhantomData }
}

/// Locks two objects in the order of their addresses; one lock if they are the same.
pub fn lock_two<'t>(t: &'t Thread, a: &'t Header, b: &'t Header) -> (ObjectLock<'t>, Option<ObjectLock<'t>>) {
    if std::ptr::eq(a, b) {
        return (lock(t, a), None);
    }
    let (first, second) = if std::ptr::from_ref(a) < std::ptr::from_ref(b) { (a, b) } else { (b, a) };
    (lock(t, first), Some(lock(t, second)))
}

impl Drop for ObjectLock<'_> {
    #[inline]
    fn drop(&mut self) {
        byte_lock::unlock(self.byte);
    }
}

/// Exclusive entry to an object's guarded data.
pub(crate) enum Entry<'t> {
    Local(&'t AtomicU8),
    Shared(#[allow(dead_code, reason = "held for its drop")] ObjectLock<'t>),
}

/// Enters an object: by its lock if it is shared, by a plain mark that catches re-entry if it is local.
#[inline]
pub(crate) fn enter<'t>(t: &'t Thread, holder: &'t Header) -> Entry<'t> {
    if holder.is_local(t.owner()) {
        let byte = holder.lock_byte();
        assert!(byte.load(Ordering::Relaxed) == 0, "an object's guarded data was entered twice");
        byte.store(1, Ordering::Relaxed);
        Entry::Local(byte)
    } else {
        Entry::Shared(lock(t, holder))
    }
}

impl Drop for Entry<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Entry::Local(byte) = self {
            byte.store(0, Ordering::Relaxed);
        }
    }
}
