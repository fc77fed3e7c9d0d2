//! Integers as bytes and back.

use ungil_macros::methods;
use ungil_numbers::int::{from_bytes, to_bytes};

use super::{Index, Int, IntRef};
use crate::class::Class;
use crate::error::{OrRaise, Result};
use crate::object::{Obj, Object};
use crate::protocol::{buffer, call};
use crate::raise;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::bytes::construct::from_source;
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// Whether the order of bytes is `'big'`, as it is by default.
fn is_big_endian(t: &Thread, order: Option<&Object<Str>>) -> Result<bool> {
    match order.map(|order| order.as_ascii()) {
        None | Some(Some("big")) => Ok(true),
        Some(Some("little")) => Ok(false),
        Some(_) => raise!(t, ValueError, "byteorder must be either 'little' or 'big'"),
    }
}

#[methods(BYTES)]
impl Int {
    /// The integer as `length` bytes, the highest first, or the lowest for `byteorder='little'`.
    ///
    /// With `signed`, negative ones are written as two's complement.
    /// Raises `OverflowError` if it does not fit, or is negative without `signed`.
    #[method(signature = "(length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(
        t: &mut Thread,
        this: IntRef<'_>,
        length: Option<Index>,
        byteorder: Option<&Object<Str>>,
        signed: bool,
    ) -> Result<Obj<Bytes>> {
        let big_endian = is_big_endian(t, byteorder)?;
        let length = match length.as_ref().map_or(IntRef::Small(1), Index::get) {
            length if length.is_negative() => raise!(t, ValueError, "length argument must be non-negative"),
            IntRef::Small(length) => length as usize,
            IntRef::Big(_) => raise!(t, OverflowError, "Python int too large to convert to C ssize_t"),
        };
        let bytes = to_bytes(this, length, big_endian, signed).or_raise(t)?;
        Ok(Bytes::from_slice(t, &bytes))
    }

    /// The integer that bytes stand for, the highest first, or the lowest for `byteorder='little'`.
    ///
    /// `bytes` is a buffer or an iterable of small numbers. With `signed`, it is read as two's complement.
    #[classmethod(signature = "(bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(
        t: &mut Thread,
        class: &Object<Class>,
        bytes: Ref<'_>,
        byteorder: Option<&Object<Str>>,
        signed: bool,
    ) -> Result<Value> {
        let big_endian = is_big_endian(t, byteorder)?;
        if bytes.as_int().is_some() || bytes.downcast::<Str>().is_some() {
            raise!(t, TypeError, "cannot convert '{}' object to bytes", bytes.class(t).name(t));
        }
        let bytes = from_source(t, bytes, true, "bytes")?;
        let bytes = buffer::argument(t, bytes.borrow())?;
        let value = Int::from_integer(t, from_bytes(&bytes, big_endian, signed));
        if std::ptr::eq(class, t.shape_of::<Int>().class()) {
            return Ok(value);
        }
        call::call(t, class.borrow(), &[value.borrow()])
    }
}
