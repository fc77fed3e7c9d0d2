//! Functions about text.

use ungil_macros::function;
use ungil_objects::object::Obj;
use ungil_objects::protocol::{buffer, convert, format as formatting, text};
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Result, Thread, Value, raise};
use ungil_text::TextBuf;

/// The text that shows the object to programmers, by its `__repr__`. Where it can, it is code that makes an equal one.
#[function]
pub fn repr(t: &mut Thread, obj: Ref<'_>) -> Result<Obj<Str>> {
    text::repr(t, obj)
}

/// The text of `repr`, with each character beyond ASCII replaced by the escape that literals have for it.
#[function]
pub fn ascii(t: &mut Thread, obj: Ref<'_>) -> Result<Obj<Str>> {
    let shown = text::repr(t, obj)?;
    if shown.as_ascii().is_some() {
        return Ok(shown);
    }
    let mut escaped = TextBuf::new();
    for code in shown.text().codes() {
        match code {
            0..=0x7f => escaped.push(code),
            0x80..=0xff => escaped.push_str(&format!("\\x{code:02x}")),
            0x100..=0xffff => escaped.push_str(&format!("\\u{code:04x}")),
            _ => escaped.push_str(&format!("\\U{code:08x}")),
        }
    }
    Ok(Str::from_buf(t, &escaped))
}

/// Writes a value as a format specification says, by the `__format__` of its class.
/// Without a specification, most values become what `str` makes of them.
#[function]
pub fn format(t: &mut Thread, value: Ref<'_>, format_spec: Option<Ref<'_>>) -> Result<Obj<Str>> {
    match format_spec {
        Some(spec) if spec.downcast::<Str>().is_none() => {
            raise!(t, TypeError, "format() argument 2 must be str, not {}", spec.class(t).name(t))
        }
        Some(spec) => formatting::format_by_method(t, value, spec),
        None => formatting::format(t, value, ungil_text::TextRef::ascii("")),
    }
}

/// The str of one character that has this code point. Raises ValueError beyond 0x10ffff and below 0.
#[function]
pub fn chr(t: &mut Thread, i: Ref<'_>) -> Result<Value> {
    let index = convert::index(t, i)?;
    match index.borrow().as_i64() {
        Some(code @ 0..=0x10_ffff) => Ok(Str::character(t, code as u32)),
        _ => raise!(t, ValueError, "chr() arg not in range(0x110000)"),
    }
}

/// The code point of the one character of a str, or the value of the one byte of a bytes-like object.
/// Raises TypeError for any other length.
#[function]
pub fn ord(t: &mut Thread, character: Ref<'_>) -> Result<i64> {
    let len = if let Some(text) = character.downcast::<Str>() {
        match (text.len(), text.text().get(0)) {
            (1, Some(code)) => return Ok(i64::from(code)),
            (len, _) => len,
        }
    } else if let Some(bytes) = buffer::bytes_of(t, character) {
        match *bytes {
            [byte] => return Ok(i64::from(byte)),
            _ => bytes.len(),
        }
    } else {
        raise!(t, TypeError, "ord() expected string of length 1, but {} found", character.class(t).name(t));
    };
    raise!(t, TypeError, "ord() expected a character, but string of length {len} found")
}
