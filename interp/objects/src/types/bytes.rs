//! `bytes`: immutable bytes, which lie behind the payload. What it shares with `bytearray` is in [`sequence`] and [`methods`].

pub mod construct;
pub(crate) mod format;
mod iterator;
pub(crate) mod methods;
pub mod sequence;

use std::sync::atomic::{AtomicI64, Ordering};

use ungil_macros::class;

pub use self::iterator::BytesIterator;
pub use self::sequence::ByteSequence;

use self::methods::byte_methods;
use crate::call::IntoResult;
use crate::class::Class;
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::buffer;
use crate::shape::Shape;
use crate::tail::{Tail, Tailed};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::text::hash_bytes;
use crate::value::{Ref, Value};

/// The payload of `bytes`.
#[repr(C)]
pub struct Bytes {
    /// -1 until computed. Written by any thread, always with the same value.
    hash: AtomicI64,
    bytes: Tail<u8>,
}

crate::payload!(Bytes, plain, tailed);

// SAFETY: `repr(C)`, and the tail is the last field and ends the type.
unsafe impl Tailed for Bytes {
    type Item = u8;

    fn tail(&self) -> &Tail<u8> {
        &self.bytes
    }
}

impl Trace for Bytes {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

const NO_HASH: i64 = -1;

impl Bytes {
    pub fn from_slice(t: &Thread, bytes: &[u8]) -> Obj<Bytes> {
        Bytes::with_shape(t, t.shape_of::<Bytes>(), bytes)
    }

    /// Bytes of `bytes` or a subclass.
    pub fn with_shape(t: &Thread, shape: &Shape, bytes: &[u8]) -> Obj<Bytes> {
        Bytes::from_parts(t, shape, &[bytes])
    }

    fn from_parts(t: &Thread, shape: &Shape, parts: &[&[u8]]) -> Obj<Bytes> {
        let len = parts.iter().map(|part| part.len()).sum();
        let payload = |bytes| Bytes { hash: AtomicI64::new(NO_HASH), bytes };
        t.alloc_bytes(shape, len, payload, |bytes| parts.iter().for_each(|part| bytes.push(part)))
    }

    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    pub fn hash(&self, t: &Thread) -> i64 {
        match self.hash.load(Ordering::Relaxed) {
            NO_HASH => {
                let hash = hash_bytes(&self.bytes, t.interpreter().hash_seed);
                self.hash.store(hash, Ordering::Relaxed);
                hash
            }
            hash => hash,
        }
    }
}

impl ByteSequence for Bytes {
    const NAME: &'static str = "bytes";

    fn with<R>(this: &Object<Self>, _: &Thread, work: impl FnOnce(&[u8]) -> R) -> R {
        work(&this.bytes)
    }

    fn make(t: &Thread, bytes: &[u8]) -> Value {
        Bytes::from_slice(t, bytes).into_value()
    }

    fn unchanged(this: &Object<Self>, t: &Thread) -> Value {
        match this.borrow().downcast_exact::<Bytes>(t) {
            Some(exact) => exact.to_value(),
            None => Bytes::make(t, &this.bytes),
        }
    }
}

impl IntoResult for Vec<u8> {
    /// `bytes`.
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        Ok(Bytes::make(t, &self))
    }
}

byte_methods!(Bytes);

/// An immutable sequence of numbers from 0 to 255.
///
/// Made from an iterable of such numbers, from an object with a buffer, or from a `str` and its `encoding`;
/// an integer gives that many zeros, and no argument nothing at all.
#[class(name = "bytes", match_self, members = [BYTE_OPERATORS, BYTE_METHODS, BYTE_SEARCH, BYTE_PREDICATES])]
impl Bytes {
    #[new(signature = "(source=b'', encoding=None, errors=None)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        source: Option<Ref<'_>>,
        encoding: Option<Ref<'_>>,
        errors: Option<Ref<'_>>,
    ) -> Result<Value> {
        let is_bytes = std::ptr::eq(class.root_shape(), t.shape_of::<Bytes>());
        if let Some(source) = source
            && is_bytes
            && encoding.is_none()
            && errors.is_none()
            && let Some(exact) = source.downcast_exact::<Bytes>(t)
        {
            return Ok(exact.to_value());
        }
        let content = construct::from_arguments(t, source, encoding, errors, true, "bytes")?;
        match content.borrow().downcast_exact::<Bytes>(t) {
            Some(bytes) if !is_bytes => {
                Ok(Bytes::with_shape(t, class.root_shape(), &bytes.bytes).into_value())
            }
            _ => Ok(content),
        }
    }

    #[method]
    fn __hash__(t: &Thread, this: &Object<Self>) -> i64 {
        this.hash(t)
    }

    #[method]
    fn __repr__(&self) -> String {
        ungil_text::bytes::repr(&self.bytes)
    }

    #[method]
    fn __bytes__(t: &Thread, this: &Object<Self>) -> Value {
        Bytes::unchanged(this, t)
    }

    #[method]
    fn __add__(t: &mut Thread, this: &Object<Self>, other: Ref<'_>) -> Result<Value> {
        let Some(other) = buffer::bytes_of(t, other) else { return Ok(Value::NOT_IMPLEMENTED) };
        let shape = t.shape_of::<Bytes>();
        Ok(Bytes::from_parts(t, shape, &[&*this.bytes, &*other]).into_value())
    }

    #[method]
    fn __getnewargs__(t: &Thread, this: &Object<Self>) -> Obj<crate::types::tuple::Tuple> {
        crate::types::tuple::Tuple::from_values(t, [Bytes::make(t, &this.bytes)])
    }

    #[classmethod]
    fn fromhex(t: &mut Thread, class: &Object<Class>, string: Ref<'_>) -> Result<Value> {
        let bytes = construct::from_hex(t, string)?;
        if std::ptr::eq(class.root_shape(), t.shape_of::<Bytes>()) {
            return Ok(bytes);
        }
        crate::protocol::call::call(t, class.borrow(), &[bytes.borrow()])
    }
}
