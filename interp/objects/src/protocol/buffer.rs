//! The buffer protocol: objects that lend their bytes.
//!
//! Bytes are lent as slices to a closure, so that no pointer outlives the lock of a mutable exporter. An exporter that a view looks
//! at keeps its length for as long (`exports` in `bytearray`).

use std::borrow::Cow;

use crate::error::Result;
use crate::raise;
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::memoryview::MemoryView;
use crate::value::Ref;

/// Runs `work` on the bytes of an object, in order; `None` if it lends none.
pub fn with_bytes<R>(t: &Thread, value: Ref<'_>, work: impl FnOnce(&[u8]) -> R) -> Option<R> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Some(work(bytes.as_slice()));
    }
    if let Some(array) = value.downcast::<ByteArray>() {
        return Some(array.with(t, |bytes| work(bytes)));
    }
    value.downcast::<MemoryView>().filter(|view| !view.is_released()).map(|view| work(&view.to_vec(t)))
}

/// Whether an object lends its bytes.
pub fn is_buffer(value: Ref<'_>) -> bool {
    value.downcast::<Bytes>().is_some()
        || value.downcast::<ByteArray>().is_some()
        || value.downcast::<MemoryView>().is_some()
}

/// The bytes of an object, borrowed from `bytes` and copied from others; `None` if it lends none.
pub fn bytes_of<'a>(t: &Thread, value: Ref<'a>) -> Option<Cow<'a, [u8]>> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Some(Cow::Borrowed(bytes.as_slice()));
    }
    with_bytes(t, value, |bytes| Cow::Owned(bytes.to_vec()))
}

/// The bytes of an argument.
///
/// # Errors
/// `TypeError` if it lends none, `ValueError` for a released view.
pub fn argument<'a>(t: &Thread, value: Ref<'a>) -> Result<Cow<'a, [u8]>> {
    match bytes_of(t, value) {
        Some(bytes) => Ok(bytes),
        None if value.downcast::<MemoryView>().is_some() => {
            raise!(t, ValueError, "operation forbidden on released memoryview object")
        }
        None => raise!(t, TypeError, "a bytes-like object is required, not '{}'", value.class(t).name(t)),
    }
}

/// The number of bytes that an object takes in.
///
/// # Errors
/// `TypeError` if the object cannot be written to.
pub fn writable_len(t: &Thread, value: Ref<'_>) -> Result<usize> {
    if let Some(array) = value.downcast::<ByteArray>() {
        return Ok(array.with(t, |bytes| bytes.len()));
    }
    match value.downcast::<MemoryView>() {
        Some(view) if !view.is_readonly() && !view.is_released() => Ok(view.byte_len()),
        _ => {
            let class = value.class(t).name(t);
            raise!(t, TypeError, "read-write bytes-like object expected, not {class}")
        }
    }
}

/// Overwrites the first bytes of an object, as many as it still has.
///
/// # Errors
/// `TypeError` if the object cannot be written to.
pub fn write(t: &Thread, value: Ref<'_>, bytes: &[u8]) -> Result<()> {
    writable_len(t, value)?;
    if let Some(array) = value.downcast::<ByteArray>() {
        array.with(t, |to| {
            let len = to.len().min(bytes.len());
            to[..len].copy_from_slice(&bytes[..len]);
        });
    } else if let Some(view) = value.downcast::<MemoryView>() {
        view.write_bytes(t, bytes);
    }
    Ok(())
}
