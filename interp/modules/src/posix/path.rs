//! Paths: `str` in the file system's encoding, `bytes`, or what `__fspath__` gives.

use ungil_objects::error::Result;
use ungil_objects::protocol::{call, codec};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, raise};
use ungil_text::codec::Encoding;

/// The bytes of a path argument.
pub fn path_bytes(t: &mut Thread, path: Ref<'_>, function: &str) -> Result<Vec<u8>> {
    let path = fs_path(t, path, function)?;
    let bytes = match path.downcast_ref::<Str>() {
        Some(text) => codec::encode(t, text.text(), Encoding::Utf8, "surrogateescape")?,
        None => path.downcast_ref::<Bytes>().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default(),
    };
    if bytes.contains(&0) {
        raise!(t, ValueError, "{function}: embedded null character in path");
    }
    Ok(bytes)
}

/// `os.fspath`: a `str` or `bytes`.
pub fn fs_path(t: &mut Thread, path: Ref<'_>, function: &str) -> Result<Value> {
    if path.downcast::<Str>().is_some() || path.downcast::<Bytes>().is_some() {
        return Ok(path.to_value());
    }
    let name = t.names().__fspath__;
    let Some(answer) = call::call_special_if_any(t, name, &[path])? else {
        let class = path.class(t).name(t);
        match function {
            "" => raise!(t, TypeError, "expected str, bytes or os.PathLike object, not {class}"),
            _ => raise!(t, TypeError, "{function}: path should be string, bytes or os.PathLike, not {class}"),
        }
    };
    if answer.downcast_ref::<Str>().is_some() || answer.downcast_ref::<Bytes>().is_some() {
        return Ok(answer);
    }
    let (class, given) = (path.class(t).name(t), answer.borrow().class(t).name(t));
    raise!(t, TypeError, "expected {class}.__fspath__() to return str or bytes, not {given}")
}

/// A name of the file system as a `str`.
pub fn path_text(t: &mut Thread, bytes: &[u8]) -> Result<Value> {
    let decoded = codec::decode(t, bytes, Encoding::Utf8, "surrogateescape", true)?;
    Ok(Str::part_of(t, decoded.text.as_text()))
}
