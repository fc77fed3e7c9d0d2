//! Paths: `str` in the file system's encoding, `bytes`, or what `__fspath__` gives.

use ungil_macros::function;
use ungil_objects::error::Result;
use ungil_objects::object::Obj;
use ungil_objects::protocol::{call, codec};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
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

/// A path as `str` or `bytes`: those as they are, anything else by its `__fspath__`.
///
/// Raises `TypeError` if that is missing or answers something different.
#[function]
pub fn fspath(t: &mut Thread, path: Ref<'_>) -> Result<Value> {
    fs_path(t, path, "")
}

/// A result of the same kind as a path argument.
pub fn like(t: &mut Thread, path: &Value, bytes: &[u8]) -> Result<Value> {
    match path.downcast_ref::<Bytes>() {
        Some(_) => Ok(Bytes::from_slice(t, bytes).into_value()),
        None => path_text(t, bytes),
    }
}

/// The bytes of a path, zero bytes included.
fn raw_bytes(t: &mut Thread, path: &Value) -> Result<Vec<u8>> {
    match path.downcast_ref::<Str>() {
        Some(text) => codec::encode(t, text.text(), Encoding::Utf8, "surrogateescape"),
        None => Ok(path.downcast_ref::<Bytes>().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default()),
    }
}

/// How many slashes start a path as its root: POSIX gives exactly two a meaning of their own.
fn root_length(path: &[u8]) -> usize {
    match path {
        [b'/', b'/', b'/', ..] => 1,
        [b'/', b'/', ..] => 2,
        [b'/', ..] => 1,
        _ => 0,
    }
}

/// The shortest way to write a path: without repeated slashes, `.`, and `..` where a name comes before it.
#[function]
pub fn _path_normpath(t: &mut Thread, path: Ref<'_>) -> Result<Value> {
    let path = fs_path(t, path, "")?;
    let bytes = raw_bytes(t, &path)?;
    let root = root_length(&bytes);
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in bytes.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => {
                parts.pop();
            }
            b".." if root > 0 && parts.is_empty() => {}
            part => parts.push(part),
        }
    }
    let mut normal = vec![b'/'; root];
    normal.extend(parts.join(&b'/'));
    if normal.is_empty() {
        normal.push(b'.');
    }
    like(t, &path, &normal)
}

/// A path in three parts: the drive, always empty here; the slashes that make it absolute; the rest.
#[function]
pub fn _path_splitroot_ex(t: &mut Thread, path: Ref<'_>) -> Result<Obj<Tuple>> {
    let path = fs_path(t, path, "")?;
    let bytes = raw_bytes(t, &path)?;
    let (root, tail) = match bytes.as_slice() {
        [b'/', b'/', b'/', ..] => bytes.split_at(1),
        [b'/', b'/', ..] => bytes.split_at(2),
        [b'/', ..] => bytes.split_at(1),
        _ => (&[][..], bytes.as_slice()),
    };
    let parts = [like(t, &path, &[])?, like(t, &path, root)?, like(t, &path, tail)?];
    Ok(Tuple::from_values(t, parts))
}
