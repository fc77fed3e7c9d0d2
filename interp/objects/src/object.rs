//! Objects in memory: a [`Header`], a payload of one Rust type, and behind it what varies with the object (a tail of items, the
//! attributes of an instance).
//!
//! [`Object<T>`] is only ever seen behind a reference; [`Obj<T>`] owns one count of it and is [`Value`] with the type known.

use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use ungil_refcount::Header;

use crate::layout::Payload;
use crate::shape::Shape;
use crate::trace::Tracer;
use crate::value::{Ref, Value};

/// A Python object with payload `T`. Dereferences to the payload.
#[repr(C)]
pub struct Object<T> {
    header: Header,
    payload: T,
}

impl<T> Object<T> {
    #[inline(always)]
    pub(crate) fn new(header: Header, payload: T) -> Object<T> {
        Object { header, payload }
    }

    #[inline(always)]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The payload, for as long as the object is borrowed.
    #[inline(always)]
    pub fn payload(&self) -> &T {
        &self.payload
    }

    /// The object as an untyped borrow.
    #[inline(always)]
    pub fn borrow(&self) -> Ref<'_> {
        Ref::from_header(&self.header)
    }

    /// An owned, untyped reference to this object.
    #[inline(always)]
    pub fn to_value(&self) -> Value {
        self.borrow().to_value()
    }

    /// An owned reference to this object.
    #[inline(always)]
    pub fn to_obj(&self) -> Obj<T> {
        Obj(self.to_value(), PhantomData)
    }

    #[inline(always)]
    pub fn shape(&self) -> &Shape {
        // SAFETY: a live object's shape outlives it.
        unsafe { Shape::of(&self.header) }
    }

    #[inline(always)]
    pub fn is(&self, other: Ref<'_>) -> bool {
        self.borrow().is(other)
    }
}

impl<T> Deref for Object<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.payload
    }
}

/// An owned reference to an object whose layout is known.
#[repr(transparent)]
pub struct Obj<T>(Value, PhantomData<T>);

impl<T> Obj<T> {
    /// # Safety
    /// The value must point to an object of layout `T`.
    #[inline(always)]
    pub(crate) unsafe fn from_value_unchecked(value: Value) -> Obj<T> {
        Obj(value, PhantomData)
    }

    #[inline(always)]
    pub fn into_value(self) -> Value {
        self.0
    }

    #[inline(always)]
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

impl<T> Deref for Obj<T> {
    type Target = Object<T>;

    #[inline(always)]
    fn deref(&self) -> &Object<T> {
        // SAFETY: the value points to an object of this layout and keeps it alive.
        unsafe { self.0.word().object_unchecked().cast().as_ref() }
    }
}

impl<T> Clone for Obj<T> {
    #[inline]
    fn clone(&self) -> Obj<T> {
        Obj(self.0.clone(), PhantomData)
    }
}

impl<T> From<Obj<T>> for Value {
    #[inline(always)]
    fn from(object: Obj<T>) -> Value {
        object.0
    }
}

impl<T> std::fmt::Debug for Obj<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// # Safety
/// The object has layout `T`, is dead, and its payload was not dropped before.
#[inline(always)]
pub(crate) unsafe fn drop_payload<T: Payload>(header: NonNull<Header>) {
    // SAFETY: promised by the caller.
    unsafe { (&raw mut (*header.cast::<Object<T>>().as_ptr()).payload).drop_in_place() }
}

/// # Safety
/// The object has layout `T` and is alive; no other thread changes it meanwhile, or it is published by its owner.
pub(crate) unsafe fn trace_payload<T: Payload>(header: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: promised by the caller.
    unsafe { header.cast::<Object<T>>().as_ref() }.payload.trace(tracer);
}

/// # Safety
/// The object has layout `T`, and nothing of it was destroyed.
pub(crate) unsafe fn is_settled<T: Payload>(header: NonNull<Header>) -> bool {
    // SAFETY: promised by the caller.
    unsafe { header.cast::<Object<T>>().as_ref() }.payload.is_settled()
}
