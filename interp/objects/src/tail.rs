//! Items of variable number that lie behind a payload in the same block: a tuple's elements, a string's code units.
//!
//! The number is fixed at allocation. A [`Tail`] is the payload's last field; it has the size of its length alone and finds
//! the items behind itself.

use std::ops::Deref;
use std::ptr::NonNull;

use ungil_refcount::Header;

use crate::layout::Payload;
use crate::object::Object;
use crate::trace::{Trace, Tracer};

/// The last field of a payload with items behind it. Dereferences to the items.
#[repr(C)]
pub struct Tail<E> {
    len: usize,
    items: [E; 0],
}

/// A payload whose last field is a [`Tail`].
///
/// # Safety
/// The type must be `repr(C)`, and the tail its last field and reaching to the type's end: its length is the payload's last word.
pub unsafe trait Tailed: Payload {
    type Item: Sized;

    fn tail(&self) -> &Tail<Self::Item>;
}

impl<E> Tail<E> {
    /// # Safety
    /// The tail must be placed in a block where `len` items follow it, and they must be initialised before it is read.
    #[inline(always)]
    pub(crate) unsafe fn new(len: usize) -> Tail<E> {
        Tail { len, items: [] }
    }

    /// # Safety
    /// The tail is alive, nobody else looks at it, and `len` items follow it, initialised.
    #[inline(always)]
    pub(crate) unsafe fn set_len(tail: NonNull<Tail<E>>, len: usize) {
        // SAFETY: promised by the caller.
        unsafe { (*tail.as_ptr()).len = len };
    }
}

impl<E> Deref for Tail<E> {
    type Target = [E];

    #[inline(always)]
    fn deref(&self) -> &[E] {
        // SAFETY: `new`'s caller promised that the items follow, initialised.
        unsafe { std::slice::from_raw_parts((&raw const self.items).cast::<E>(), self.len) }
    }
}

impl<E> Drop for Tail<E> {
    fn drop(&mut self) {
        // SAFETY: the items follow and are dropped with their tail only.
        unsafe {
            std::ptr::slice_from_raw_parts_mut((&raw mut self.items).cast::<E>(), self.len).drop_in_place()
        }
    }
}

impl<E: Trace> Trace for Tail<E> {
    #[inline]
    fn trace(&self, tracer: &mut Tracer<'_>) {
        (**self).trace(tracer);
    }
}

/// The byte offset behind the tail of an object, aligned to eight.
///
/// # Safety
/// The object has layout `T`.
#[inline]
pub(crate) unsafe fn behind<T: Tailed>(object: NonNull<Header>) -> usize {
    // SAFETY: promised by the caller.
    let object = unsafe { object.cast::<Object<T>>().as_ref() };
    (size_of::<Object<T>>() + size_of::<T::Item>() * object.tail().len()).next_multiple_of(size_of::<u64>())
}
