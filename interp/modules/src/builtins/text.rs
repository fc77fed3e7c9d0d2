//! Functions about text.

use ungil_macros::function;
use ungil_objects::object::Obj;
use ungil_objects::protocol::{buffer, convert, format as formatting, text};
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Result, Thread, Value, raise};
use ungil_text::TextBuf;

/// Return the canonical string representation of the object.
///
/// For many object types, including most builtins, eval() will return an object
/// with the same value when passed this string.
#[function]
pub fn repr(t: &mut Thread, obj: Ref<'_>) -> Result<Obj<Str>> {
    text::repr(t, obj)
}

/// Return an ASCII-only representation of an object.
///
/// As repr(), return a string containing a printable representation of an
/// object, but escape the non-ASCII characters in the string returned by repr()
/// using \\x, \\u or \\U escapes. This generates a string similar to that
/// returned by repr() in Python 2.
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

/// Return type(value).__format__(value, format_spec)
///
/// Many built-in types implement format_spec according to the
/// Format Specification Mini-language. See help('FORMATTING')
/// for details.
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

/// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
#[function]
pub fn chr(t: &mut Thread, i: Ref<'_>) -> Result<Value> {
    let index = convert::index(t, i)?;
    match index.borrow().as_i64() {
        Some(code @ 0..=0x10_ffff) => Ok(Str::character(t, code as u32)),
        _ => raise!(t, ValueError, "chr() arg not in range(0x110000)"),
    }
}

/// Return the ordinal value of a character.
///
/// If the argument is a one-byte string, its value is returned.
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
