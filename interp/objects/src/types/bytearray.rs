//! `bytearray`: bytes that can be changed, under the object's lock once it is shared.

use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_macros::class;

use crate::class::Class;
use crate::error::Result;
use crate::fields::Guarded;
use crate::object::{Obj, Object};
use crate::protocol::sequence::{Subscript, clamp, normalise, subscript};
use crate::protocol::{buffer, convert, iterate};
use crate::raise;
use crate::shape::Shape;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::bytes::construct;
use crate::types::bytes::methods::byte_methods;
use crate::types::bytes::sequence::{ByteSequence, byte};
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The payload of `bytearray`.
pub struct ByteArray {
    bytes: Guarded<Vec<u8>>,
    /// Views that look at the bytes; the length stays as it is while there are any. Counted up under the lock.
    exports: AtomicUsize,
}

crate::payload!(ByteArray, plain);

impl Trace for ByteArray {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl ByteArray {
    pub fn from_vec(t: &Thread, bytes: Vec<u8>) -> Obj<ByteArray> {
        ByteArray::with_shape(t, t.shape_of::<ByteArray>(), bytes)
    }

    fn with_shape(t: &Thread, shape: &Shape, bytes: Vec<u8>) -> Obj<ByteArray> {
        t.alloc_with_shape(shape, ByteArray { bytes: Guarded::new(bytes), exports: AtomicUsize::new(0) })
    }

    /// A view ends.
    pub(crate) fn end_export(&self) {
        self.exports.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Object<ByteArray> {
    /// Runs `work` on the bytes, which it may overwrite.
    pub fn with<R>(&self, t: &Thread, work: impl FnOnce(&mut [u8]) -> R) -> R {
        self.bytes.with(t, self.header(), |bytes| work(bytes))
    }

    /// Runs `work` on the bytes, whose number it may change.
    ///
    /// # Errors
    /// `BufferError` while a view looks at them.
    pub fn resize<R>(&self, t: &Thread, work: impl FnOnce(&mut Vec<u8>) -> R) -> Result<R> {
        let done = self
            .bytes
            .with(t, self.header(), |bytes| (self.exports.load(Ordering::Relaxed) == 0).then(|| work(bytes)));
        match done {
            Some(result) => Ok(result),
            None => raise!(t, BufferError, "Existing exports of data: object cannot be re-sized"),
        }
    }

    /// A view begins: the number of bytes is fixed until it ends.
    pub(crate) fn begin_export(&self, t: &Thread) -> usize {
        self.bytes.with(t, self.header(), |bytes| {
            self.exports.fetch_add(1, Ordering::Relaxed);
            bytes.len()
        })
    }
}

impl ByteSequence for ByteArray {
    const NAME: &'static str = "bytearray";

    fn with<R>(this: &Object<Self>, t: &Thread, work: impl FnOnce(&[u8]) -> R) -> R {
        this.with(t, |bytes| work(bytes))
    }

    fn make(t: &Thread, bytes: &[u8]) -> Value {
        ByteArray::from_vec(t, bytes.to_vec()).into_value()
    }

    fn unchanged(this: &Object<Self>, t: &Thread) -> Value {
        ByteArray::from_vec(t, this.with(t, |bytes| bytes.to_vec())).into_value()
    }
}

byte_methods!(ByteArray);

const OUT_OF_RANGE: &str = "byte must be in range(0, 256)";

/// A sequence of bytes that can change in place and in length.
///
/// source is what it begins with: an iterable of numbers below 256, an object with a buffer, or a str, which takes an encoding.
/// A single number stands for that many zeros. Without arguments it is empty.
#[class(name = "bytearray", match_self, members = [BYTE_OPERATORS, BYTE_METHODS, BYTE_SEARCH, BYTE_PREDICATES])]
impl ByteArray {
    #[new(signature = "(source=b'', encoding=None, errors=None)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        source: Option<Ref<'_>>,
        encoding: Option<Ref<'_>>,
        errors: Option<Ref<'_>>,
    ) -> Result<Value> {
        let content = construct::from_arguments(t, source, encoding, errors, false, "bytearray")?;
        let bytes = buffer::argument(t, content.borrow())?.into_owned();
        Ok(ByteArray::with_shape(t, class.root_shape(), bytes).into_value())
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Self>) -> String {
        let class = this.borrow().class(t).name(t);
        this.with(t, |bytes| format!("{class}({})", ungil_text::bytes::repr(bytes)))
    }

    #[method]
    fn __str__(t: &mut Thread, this: &Object<Self>) -> String {
        let class = this.borrow().class(t).name(t);
        this.with(t, |bytes| format!("{class}({})", ungil_text::bytes::repr(bytes)))
    }

    #[method]
    fn __add__(t: &mut Thread, this: &Object<Self>, other: Ref<'_>) -> Result<Value> {
        let Some(other) = buffer::bytes_of(t, other) else { return Ok(Value::NOT_IMPLEMENTED) };
        Ok(Self::map(this, t, |bytes| [bytes, &other].concat()))
    }

    #[method]
    fn __iadd__(t: &mut Thread, this: &Object<Self>, other: Ref<'_>) -> Result<Value> {
        let Some(other) = buffer::bytes_of(t, other) else {
            let class = other.class(t).name(t);
            raise!(t, TypeError, "can't concat {class} to bytearray");
        };
        this.resize(t, |bytes| bytes.extend_from_slice(&other))?;
        Ok(this.to_value())
    }

    #[method]
    fn __imul__(t: &mut Thread, this: &Object<Self>, count: Ref<'_>) -> Result<Value> {
        let Some(count) = crate::protocol::sequence::repetitions(t, count)? else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let fits = this.resize(t, |bytes| {
            let extra = bytes.len().checked_mul(count.saturating_sub(1));
            let fits = extra.is_some_and(|extra| bytes.try_reserve(extra).is_ok());
            match count {
                0 => bytes.clear(),
                _ if fits => {
                    let unit = bytes.clone();
                    (1..count).for_each(|_| bytes.extend_from_slice(&unit));
                }
                _ => {}
            }
            fits
        })?;
        if fits { Ok(this.to_value()) } else { Err(crate::types::text::sized_error(t)) }
    }

    #[method]
    fn __setitem__(t: &mut Thread, this: &Object<Self>, key: Ref<'_>, value: Ref<'_>) -> Result<()> {
        match subscript(t, key, "bytearray")? {
            Subscript::Index(index) => {
                let value = byte(t, value, OUT_OF_RANGE)?;
                let place = this.with(t, |bytes| {
                    let place = normalise(index, bytes.len())?;
                    bytes[place] = value;
                    Some(place)
                });
                match place {
                    Some(_) => Ok(()),
                    None => raise!(t, IndexError, "bytearray index out of range"),
                }
            }
            Subscript::Slice(bounds) => {
                let value = match buffer::bytes_of(t, value) {
                    Some(bytes) => bytes.into_owned(),
                    None if value.as_int().is_some() => {
                        raise!(
                            t,
                            TypeError,
                            "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
                        )
                    }
                    None => collect(t, value)?,
                };
                let selection = bounds.select(Self::length(this, t));
                if selection.step == 1 {
                    let start = selection.start as usize;
                    if selection.len == value.len() {
                        this.with(t, |bytes| {
                            if let Some(part) = bytes.get_mut(start..start + value.len()) {
                                part.copy_from_slice(&value);
                            }
                        });
                        return Ok(());
                    }
                    return this.resize(t, |bytes| {
                        let end = (start + selection.len).min(bytes.len());
                        bytes.splice(start.min(end)..end, value);
                    });
                }
                if selection.len != value.len() {
                    let (given, len) = (value.len(), selection.len);
                    raise!(
                        t,
                        ValueError,
                        "attempt to assign bytes of size {given} to extended slice of size {len}"
                    );
                }
                this.with(t, |bytes| {
                    for (place, value) in selection.positions().zip(value) {
                        if let Some(byte) = bytes.get_mut(place) {
                            *byte = value;
                        }
                    }
                });
                Ok(())
            }
        }
    }

    #[method]
    fn __delitem__(t: &mut Thread, this: &Object<Self>, key: Ref<'_>) -> Result<()> {
        match subscript(t, key, "bytearray")? {
            Subscript::Index(index) => {
                let removed =
                    this.resize(t, |bytes| normalise(index, bytes.len()).map(|place| bytes.remove(place)))?;
                match removed {
                    Some(_) => Ok(()),
                    None => raise!(t, IndexError, "bytearray index out of range"),
                }
            }
            Subscript::Slice(bounds) => this.resize(t, |bytes| {
                let selection = bounds.select(bytes.len()).ascending();
                for place in selection.positions().rev() {
                    bytes.remove(place);
                }
            }),
        }
    }

    #[method]
    fn append(t: &mut Thread, this: &Object<Self>, item: Ref<'_>) -> Result<()> {
        let item = byte(t, item, OUT_OF_RANGE)?;
        this.resize(t, |bytes| bytes.push(item))
    }

    #[method]
    fn extend(t: &mut Thread, this: &Object<Self>, iterable_of_ints: Ref<'_>) -> Result<()> {
        let more = match buffer::bytes_of(t, iterable_of_ints) {
            Some(bytes) => bytes.into_owned(),
            None => collect(t, iterable_of_ints)?,
        };
        this.resize(t, |bytes| bytes.extend_from_slice(&more))
    }

    #[method]
    fn insert(t: &mut Thread, this: &Object<Self>, index: i64, item: Ref<'_>) -> Result<()> {
        let item = byte(t, item, OUT_OF_RANGE)?;
        this.resize(t, |bytes| bytes.insert(clamp(index, bytes.len()), item))
    }

    #[method(signature = "(index=-1, /)")]
    fn pop(t: &mut Thread, this: &Object<Self>, index: Option<i64>) -> Result<Value> {
        let index = index.unwrap_or(-1);
        let popped = this.resize(t, |bytes| match normalise(index, bytes.len()) {
            Some(place) => Ok(bytes.remove(place)),
            None => Err(bytes.is_empty()),
        })?;
        match popped {
            Ok(byte) => Ok(Value::from_i32(byte.into())),
            Err(true) => raise!(t, IndexError, "pop from empty bytearray"),
            Err(false) => raise!(t, IndexError, "pop index out of range"),
        }
    }

    #[method]
    fn remove(t: &mut Thread, this: &Object<Self>, value: Ref<'_>) -> Result<()> {
        let value = byte(t, value, OUT_OF_RANGE)?;
        let found = this.resize(t, |bytes| {
            let place = bytes.iter().position(|&byte| byte == value)?;
            Some(bytes.remove(place))
        })?;
        match found {
            Some(_) => Ok(()),
            None => raise!(t, ValueError, "value not found in bytearray"),
        }
    }

    #[method]
    fn clear(t: &Thread, this: &Object<Self>) -> Result<()> {
        this.resize(t, Vec::clear)
    }

    #[method]
    fn reverse(t: &Thread, this: &Object<Self>) {
        this.with(t, <[u8]>::reverse);
    }

    #[method]
    fn copy(t: &Thread, this: &Object<Self>) -> Value {
        Self::unchanged(this, t)
    }

    #[method(name = "resize")]
    fn resize_to(t: &mut Thread, this: &Object<Self>, size: i64) -> Result<()> {
        let Ok(size) = usize::try_from(size) else {
            raise!(t, ValueError, "bytearray.resize(): new size must be >= 0, got {size}");
        };
        let fits = this.resize(t, |bytes| {
            let fits = bytes.try_reserve(size.saturating_sub(bytes.len())).is_ok();
            if fits {
                bytes.resize(size, 0);
            }
            fits
        })?;
        if fits { Ok(()) } else { Err(crate::types::text::sized_error(t)) }
    }

    #[method]
    fn __alloc__(t: &Thread, this: &Object<Self>) -> usize {
        this.bytes.with(t, this.header(), |bytes| bytes.capacity())
    }

    #[method]
    fn __reduce__(t: &Thread, this: &Object<Self>) -> Obj<Tuple> {
        let content = this.with(t, |bytes| crate::types::bytes::Bytes::from_slice(t, bytes).into_value());
        let arguments = Tuple::from_values(t, [content]).into_value();
        Tuple::from_values(t, [this.borrow().class(t).to_value(), arguments])
    }

    #[classmethod]
    fn fromhex(t: &mut Thread, class: &Object<Class>, string: Ref<'_>) -> Result<Value> {
        let bytes = construct::from_hex(t, string)?;
        crate::protocol::call::call(t, class.borrow(), &[bytes.borrow()])
    }
}

fn collect(t: &mut Thread, items: Ref<'_>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    iterate::each(t, items, |t, item| {
        if item.borrow().as_int().is_none() {
            convert::index(t, item.borrow())?;
        }
        bytes.push(byte(t, item.borrow(), OUT_OF_RANGE)?);
        Ok(())
    })?;
    Ok(bytes)
}
