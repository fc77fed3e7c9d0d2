//! Counting references to deferred objects from threads that do not own them, without writing to them.
//!
//! Functions, classes, modules, code and what else is [deferred](ungil_refcount::Bit::DEFERRED) is used by all threads. Their owner counts
//! them by plain additions; every other thread counts them [by id](ungil_refcount::PerThreadCounts), in an array of its own. An object
//! gets its id when the first thread that does not own it counts it.
//!
//! Only the collector, which alone ends deferred objects, and a thread's exit add the arrays up.

use std::cell::RefCell;
use std::ptr::NonNull;

use ungil_refcount::{
    CountId, Header, Owner, PerThreadCounts, Release, decref, decref_biased, decref_uncontended,
};

use crate::promotion;
use crate::thread::{Thread, current_owner, with_current};

/// A thread's counts by id.
pub(crate) struct ThreadCounts(RefCell<PerThreadCounts>);

impl ThreadCounts {
    pub(crate) const fn new() -> ThreadCounts {
        ThreadCounts(RefCell::new(PerThreadCounts::new()))
    }
}

impl Thread {
    /// Moves this thread's counts by id to the objects' headers.
    ///
    /// # Safety
    /// The calling thread is this one, or has stopped the world.
    pub unsafe fn merge_counts(&self) {
        self.counts.0.borrow_mut().merge(self.interpreter().counted());
    }
}

/// Counts a reference to a living object.
#[inline(always)]
pub(crate) fn add(header: &Header) {
    add_as(current_owner(), header);
}

/// Counts a reference to a living object, by the attached thread, whose owner word this is.
#[inline(always)]
pub(crate) fn add_as(owner: Owner, header: &Header) {
    if header.is_biased_to(owner) {
        header.incref(owner);
    } else {
        add_foreign(header);
    }
}

#[inline(never)]
fn add_foreign(header: &Header) {
    if !(header.is_deferred() && count_by_id(header, 1)) {
        header.incref(current_owner());
    }
}

/// Gives up a reference.
///
/// # Safety
/// The caller owns a count of the object and does not use it afterwards.
#[inline(always)]
pub(crate) unsafe fn remove(object: NonNull<Header>) -> Release {
    let owner = current_owner();
    // SAFETY: the caller's count keeps the object alive until here.
    unsafe {
        if object.as_ref().is_biased_to(owner) {
            decref_biased(object, owner)
        } else {
            remove_foreign(object)
        }
    }
}

/// # Safety
/// As for [`remove`].
#[inline(never)]
unsafe fn remove_foreign(object: NonNull<Header>) -> Release {
    // SAFETY: the caller's count keeps the object alive until here.
    let header = unsafe { object.as_ref() };
    if header.is_deferred() && count_by_id(header, -1) {
        return Release::Alive;
    }
    // SAFETY: promised by the caller.
    match unsafe { decref_uncontended(object) } {
        Some(release) => release,
        // SAFETY: the reference is still the caller's, who gives it up.
        None => unsafe { remove_contended(object) },
    }
}

/// # Safety
/// As for [`remove`].
#[cold]
#[inline(never)]
unsafe fn remove_contended(object: NonNull<Header>) -> Release {
    let promoted = with_current(|current| {
        // SAFETY: the caller's count keeps the object alive.
        current.is_some_and(|t| unsafe { promotion::contended(t, object) })
    });
    // SAFETY: as above.
    if promoted && count_by_id(unsafe { object.as_ref() }, -1) {
        return Release::Alive;
    }
    // SAFETY: promised by the caller.
    unsafe { decref(object, current_owner()) }
}

/// Adds to this thread's count of a deferred object. `false` if no thread is attached, or there are no more ids.
pub(crate) fn count_by_id(header: &Header, change: i64) -> bool {
    with_current(|current| {
        let Some(t) = current else { return false };
        let Some(id) = header.count_id().or_else(|| assign(t, header)) else { return false };
        t.counts.0.borrow_mut().add(id, change);
        true
    })
}

#[cold]
#[inline(never)]
pub(crate) fn assign(t: &Thread, header: &Header) -> Option<CountId> {
    // SAFETY: whoever counts a reference has one, or reads the object from a place where it cannot die before the next
    // safepoint; the collector releases ids. This thread is attached, so no collector is at work.
    unsafe { t.interpreter().counted().assign(NonNull::from(header), t.owner()) }
}
