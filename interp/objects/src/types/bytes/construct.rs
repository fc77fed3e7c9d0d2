//! Making bytes from the arguments of `bytes()` and `bytearray()`.

use ungil_text::{TextRef, bytes as kernel};

use super::Bytes;
use super::sequence::byte;
use crate::class::Unary;
use crate::error::{Exc, Result};
use crate::protocol::{buffer, call, codec, convert, iterate};
use crate::raise;
use crate::thread::Thread;
use crate::types::int::IntRef;
use crate::types::text::{Str, sized_error};
use crate::value::{Ref, Value};

/// The `bytes` that the arguments of a constructor stand for. `by_method`: whether the source's `__bytes__` counts.
pub fn from_arguments(
    t: &mut Thread,
    source: Option<Ref<'_>>,
    encoding: Option<Ref<'_>>,
    errors: Option<Ref<'_>>,
    by_method: bool,
    class: &str,
) -> Result<Value> {
    let Some(source) = source else {
        if encoding.is_some() || errors.is_some() {
            let which = if encoding.is_some() { "encoding" } else { "errors" };
            raise!(t, TypeError, "{which} without a string argument");
        }
        return Ok(Bytes::from_slice(t, &[]).into_value());
    };
    if let Some(text) = source.downcast::<Str>() {
        if encoding.is_none() && errors.is_none() {
            raise!(t, TypeError, "string argument without an encoding");
        }
        let encoding = codec::name_argument(t, encoding, class, "encoding")?;
        let errors = codec::name_argument(t, errors, class, "errors")?;
        return codec::encode_value(t, text, encoding, errors);
    }
    if encoding.is_some() || errors.is_some() {
        let which = if encoding.is_some() { "encoding" } else { "errors" };
        raise!(t, TypeError, "{which} without a string argument");
    }
    from_source(t, source, by_method, class)
}

pub(crate) fn from_source(t: &mut Thread, source: Ref<'_>, by_method: bool, class: &str) -> Result<Value> {
    let name = t.names().__bytes__;
    if by_method
        && source.downcast_exact::<Bytes>(t).is_none()
        && let Some(answer) = call::call_special_if_any(t, name, &[source])?
    {
        if answer.downcast_ref::<Bytes>().is_none() {
            let class = answer.borrow().class(t).name(t);
            raise!(t, TypeError, "__bytes__ returned non-bytes (type {class})");
        }
        return Ok(answer);
    }
    if let Some(bytes) = buffer::bytes_of(t, source) {
        return Ok(Bytes::from_slice(t, &bytes).into_value());
    }
    if source.as_int().is_some() || source.shape(t).special().unary(Unary::Index).is_some() {
        match convert::index(t, source) {
            Ok(count) => return zeros(t, count.borrow(), source),
            Err(raised) if raised.is(t, Exc::TypeError) => {}
            Err(raised) => return Err(raised),
        }
    }
    let special = source.shape(t).special();
    if special.unary(Unary::Iter).is_none() && special.binary(crate::class::Binary::GetItem).is_none() {
        let given = source.class(t).name(t);
        raise!(t, TypeError, "cannot convert '{given}' object to {class}");
    }
    let mut bytes = Vec::new();
    let message =
        if class == "bytes" { "bytes must be in range(0, 256)" } else { "byte must be in range(0, 256)" };
    iterate::each(t, source, |t, item| {
        bytes.push(byte(t, item.borrow(), message)?);
        Ok(())
    })?;
    Ok(Bytes::from_slice(t, &bytes).into_value())
}

fn zeros(t: &mut Thread, count: Ref<'_>, source: Ref<'_>) -> Result<Value> {
    match count.as_int() {
        Some(IntRef::Small(count)) => {
            let Ok(count) = usize::try_from(count) else { raise!(t, ValueError, "negative count") };
            let mut bytes = Vec::new();
            if bytes.try_reserve_exact(count).is_err() {
                return Err(sized_error(t));
            }
            bytes.resize(count, 0);
            Ok(Bytes::from_slice(t, &bytes).into_value())
        }
        _ => raise!(t, OverflowError, "cannot fit '{}' into an index-sized integer", source.class(t).name(t)),
    }
}

/// `bytes.fromhex`.
pub fn from_hex(t: &mut Thread, digits: Ref<'_>) -> Result<Value> {
    let decoded = match digits.downcast::<Str>() {
        Some(text) => kernel::from_hex(text.text()),
        None => match buffer::bytes_of(t, digits) {
            Some(bytes) => kernel::from_hex(TextRef::Ascii(&bytes)),
            None => {
                let class = digits.class(t).name(t);
                raise!(t, TypeError, "fromhex() argument must be str or bytes-like, not {class}")
            }
        },
    };
    match decoded {
        Ok(bytes) => Ok(Bytes::from_slice(t, &bytes).into_value()),
        Err(error) => raise!(t, ValueError, "{error}"),
    }
}
