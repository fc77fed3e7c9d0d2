//! The owning and the borrowing word.
//!
//! [`Value`] owns one count of what it points to and is bound to the thread that is attached; [`Ref`] borrows: its lifetime
//! comes from a `Value`, from a register window, or is `'static` for what never dies. Dropping a `Value` never runs Python
//! code and is no safepoint: an object that dies of it is torn down by [`reclaim`](crate::reclaim), whose finaliser work waits.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use ungil_refcount::Header;

use crate::class::Class;
use crate::counts;
use crate::handle::Handle;
use crate::layout::Payload;
use crate::object::{Obj, Object};
use crate::reclaim;
use crate::shape::Shape;
use crate::thread::Thread;
use crate::word::Word;

/// An owned Python value. Not `Send`: see [`Handle`] for references that cross threads.
#[repr(transparent)]
pub struct Value(Word, PhantomData<*mut ()>);

/// A borrowed Python value.
#[derive(Copy, Clone)]
#[repr(transparent)]
pub struct Ref<'a>(Word, PhantomData<(&'a (), *mut ())>);

/// The values that are words by themselves and belong to no interpreter.
pub const NONE: Ref<'static> = Ref(Word::NONE, PhantomData);
pub const TRUE: Ref<'static> = Ref(Word::TRUE, PhantomData);
pub const FALSE: Ref<'static> = Ref(Word::FALSE, PhantomData);
pub const NOT_IMPLEMENTED: Ref<'static> = Ref(Word::NOT_IMPLEMENTED, PhantomData);
pub const ELLIPSIS: Ref<'static> = Ref(Word::ELLIPSIS, PhantomData);

impl Value {
    pub const NONE: Value = Value(Word::NONE, PhantomData);
    pub const TRUE: Value = Value(Word::TRUE, PhantomData);
    pub const FALSE: Value = Value(Word::FALSE, PhantomData);
    pub const NOT_IMPLEMENTED: Value = Value(Word::NOT_IMPLEMENTED, PhantomData);
    pub const ELLIPSIS: Value = Value(Word::ELLIPSIS, PhantomData);

    /// Takes over the count that `word` owns, if it owns one.
    ///
    /// # Safety
    /// A counted word must own its count and be given up by the caller; an uncounted pointer must be immortal.
    #[inline(always)]
    pub unsafe fn from_word(word: Word) -> Value {
        Value(word, PhantomData)
    }

    /// Gives up ownership: the word now owns the count.
    #[inline(always)]
    pub fn into_word(self) -> Word {
        ManuallyDrop::new(self).0
    }

    #[inline(always)]
    pub fn word(&self) -> Word {
        self.0
    }

    #[inline(always)]
    pub const fn from_bool(value: bool) -> Value {
        Value(Word::from_bool(value), PhantomData)
    }

    /// An integer that always fits a word.
    #[inline(always)]
    pub const fn from_i32(value: i32) -> Value {
        Value(Word::from_i32(value), PhantomData)
    }

    /// The integer as an immediate, if it fits.
    #[inline(always)]
    pub const fn from_small_int(value: i64) -> Option<Value> {
        match Word::from_int(value) {
            Some(word) => Some(Value(word, PhantomData)),
            None => None,
        }
    }

    /// The float as an immediate, if its exponent is in range.
    #[inline(always)]
    pub const fn from_small_float(value: f64) -> Option<Value> {
        match Word::from_float(value) {
            Some(word) => Some(Value(word, PhantomData)),
            None => None,
        }
    }

    #[inline(always)]
    pub fn borrow(&self) -> Ref<'_> {
        Ref(self.0, PhantomData)
    }

    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    #[inline(always)]
    pub fn is_not_implemented(&self) -> bool {
        self.0 == Word::NOT_IMPLEMENTED
    }

    /// The object as a typed borrow, if it has layout `T`.
    #[inline(always)]
    pub fn downcast_ref<T: Payload>(&self) -> Option<&Object<T>> {
        self.borrow().downcast::<T>()
    }

    /// Publishes the value and everything it reaches, and makes a reference that any thread may hold.
    pub fn into_handle(self, t: &Thread) -> Handle {
        Handle::new(t, self)
    }

    /// The value as an owned reference to an object of layout `T`, or itself back.
    #[inline(always)]
    pub fn downcast<T: Payload>(self) -> Result<Obj<T>, Value> {
        if self.borrow().downcast::<T>().is_some() {
            // SAFETY: just checked that the word points to an object of this layout.
            Ok(unsafe { Obj::from_value_unchecked(self) })
        } else {
            Err(self)
        }
    }
}

impl Clone for Value {
    #[inline]
    fn clone(&self) -> Value {
        self.borrow().to_value()
    }
}

impl Drop for Value {
    #[inline(always)]
    fn drop(&mut self) {
        if self.0.owns_count() {
            // SAFETY: this word owns a count and is gone after this.
            unsafe { reclaim::release(self.0.object_unchecked()) }
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Debug for Ref<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a> Ref<'a> {
    /// # Safety
    /// What the word points to must stay alive, and its count unclaimed by others, for `'a`.
    #[inline(always)]
    pub unsafe fn from_word(word: Word) -> Ref<'a> {
        Ref(word, PhantomData)
    }

    #[inline(always)]
    pub fn word(self) -> Word {
        self.0
    }

    /// A borrow of the object behind a header reference.
    #[inline(always)]
    pub fn from_header(header: &'a Header) -> Ref<'a> {
        Ref(Word::uncounted(NonNull::from(header)), PhantomData)
    }

    /// An owned reference to the same value: counts, unless the value is an immediate or immortal.
    #[inline(always)]
    pub fn to_value(self) -> Value {
        match self.0.object() {
            None => Value(self.0, PhantomData),
            Some(object) => {
                // SAFETY: the object lives for `'a`.
                let header = unsafe { object.as_ref() };
                if header.is_immortal() {
                    Value(Word::uncounted(object), PhantomData)
                } else {
                    counts::add(header);
                    Value(Word::counted(object), PhantomData)
                }
            }
        }
    }

    #[inline(always)]
    pub fn is_none(self) -> bool {
        self.0.is_none()
    }

    #[inline(always)]
    pub fn is_not_implemented(self) -> bool {
        self.0 == Word::NOT_IMPLEMENTED
    }

    /// Identity, as Python's `is`.
    #[inline(always)]
    pub fn is(self, other: Ref<'_>) -> bool {
        self.0.is_same(other.0)
    }

    /// The integer, if this is an immediate one. Larger integers are objects: see `convert::to_i64`.
    #[inline(always)]
    pub fn as_small_int(self) -> Option<i64> {
        self.0.as_int()
    }

    /// The truth of `True` and `False` themselves.
    #[inline(always)]
    pub fn as_bool(self) -> Option<bool> {
        match self.0 {
            Word::TRUE => Some(true),
            Word::FALSE => Some(false),
            _ => None,
        }
    }

    #[inline(always)]
    pub fn header(self) -> Option<&'a Header> {
        // SAFETY: the object lives for `'a`.
        self.0.object().map(|object| unsafe { object.as_ref() })
    }

    /// The shape of the value: of the object, or of an immediate's class.
    #[inline(always)]
    pub fn shape(self, t: &Thread) -> &'a Shape {
        match self.header() {
            // SAFETY: a live object's shape outlives it.
            Some(header) => unsafe { Shape::of(header) },
            None => t.immediate_shape(self.0),
        }
    }

    /// The class of the value, as `type(value)` answers.
    #[inline(always)]
    pub fn class(self, t: &Thread) -> &'a Object<Class> {
        self.shape(t).class()
    }

    /// The object with layout `T`, which its class or a base of it brought; subclasses' instances included.
    #[inline(always)]
    pub fn downcast<T: Payload>(self) -> Option<&'a Object<T>> {
        let header = self.header()?;
        // SAFETY: a live object's shape outlives it; the layout says that the payload is a `T`.
        unsafe {
            if std::ptr::eq(Shape::of(header).layout(), T::layout()) {
                Some(&*std::ptr::from_ref(header).cast::<Object<T>>())
            } else {
                None
            }
        }
    }

    /// Like [`downcast`](Ref::downcast), for instances of the class itself only, not of subclasses.
    #[inline(always)]
    pub fn downcast_exact<T: Payload>(self, t: &Thread) -> Option<&'a Object<T>> {
        let header = self.header()?;
        if header.shape().load(Ordering::Relaxed) == t.shape_word::<T>() {
            // SAFETY: the built-in class's own shape implies its layout.
            Some(unsafe { &*std::ptr::from_ref(header).cast::<Object<T>>() })
        } else {
            None
        }
    }
}
