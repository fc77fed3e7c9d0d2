//! `unicode_escape`, the escapes of string literals over Latin-1, and `raw_unicode_escape`, with only `\u` and
//! `\U`.

use super::{DecodeError, Decoder, EncodeError, Encoder};
use crate::buffer::TextBuf;
use crate::text::TextRef;
use crate::unicode::names;

pub(super) struct UnicodeEscape;
pub(super) struct RawUnicodeEscape;

/// What an escape stands for.
enum Escaped {
    Code(u32),
    /// A line continuation.
    Nothing,
    /// Not an escape: the backslash and what follows stand for themselves.
    Literal,
}

/// An escape that is wrong up to `end`; `cut` if more bytes could complete it.
struct Wrong {
    end: usize,
    reason: &'static str,
    cut: bool,
}

/// The hexadecimal number of exactly `count` digits at `at`, or the place of the first byte that is none.
fn hex_number(bytes: &[u8], at: usize, count: usize) -> Result<u32, usize> {
    let digits = bytes[at..].iter().take(count).map_while(|&byte| char::from(byte).to_digit(16));
    let (length, number) = digits.fold((0, 0), |(length, number), digit| (length + 1, number << 4 | digit));
    if length == count { Ok(number) } else { Err(at + length) }
}

fn hex_escape(
    bytes: &[u8],
    at: usize,
    kind: u8,
    out_of_range: &'static str,
) -> Result<(Escaped, usize), Wrong> {
    let (count, reason) = match kind {
        b'x' => (2, "truncated \\xXX escape"),
        b'u' => (4, "truncated \\uXXXX escape"),
        _ => (8, "truncated \\UXXXXXXXX escape"),
    };
    let number =
        hex_number(bytes, at, count).map_err(|end| Wrong { end, reason, cut: end == bytes.len() })?;
    if number > 0x10ffff {
        return Err(Wrong { end: at + count, reason: out_of_range, cut: false });
    }
    Ok((Escaped::Code(number), at + count))
}

/// `{NAME}` at `at`.
fn named(bytes: &[u8], at: usize) -> Result<(Escaped, usize), Wrong> {
    let reason = "malformed \\N character escape";
    let wrong = |end| Wrong { end, reason, cut: end == bytes.len() };
    if bytes.get(at) != Some(&b'{') {
        return Err(wrong(at));
    }
    let length = bytes[at + 1..].iter().position(|&byte| byte == b'}');
    let end = at + 1 + length.ok_or_else(|| wrong(bytes.len()))?;
    if length == Some(0) {
        return Err(Wrong { end, reason, cut: false });
    }
    let name = std::str::from_utf8(&bytes[at + 1..end]).ok();
    match name.and_then(names::lookup) {
        Some(code) => Ok((Escaped::Code(code), end + 1)),
        None => Err(Wrong { end: end + 1, reason: "unknown Unicode character name", cut: false }),
    }
}

/// The escape whose backslash is before `at`, and the place after it.
fn escape(bytes: &[u8], at: usize) -> Result<(Escaped, usize), Wrong> {
    let Some(&kind) = bytes.get(at) else {
        return Err(Wrong { end: at, reason: "\\ at end of string", cut: true });
    };
    let code = match kind {
        b'\n' => return Ok((Escaped::Nothing, at + 1)),
        b'\\' | b'\'' | b'"' => kind,
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'0'..=b'7' => {
            let digits = bytes[at..].iter().take(3).map_while(|&byte| char::from(byte).to_digit(8));
            let (length, number) =
                digits.fold((0, 0), |(length, number), digit| (length + 1, number << 3 | digit));
            return Ok((Escaped::Code(number), at + length));
        }
        b'x' | b'u' | b'U' => return hex_escape(bytes, at + 1, kind, "illegal Unicode character"),
        b'N' => return named(bytes, at + 1),
        _ => return Ok((Escaped::Literal, at)),
    };
    Ok((Escaped::Code(code.into()), at + 1))
}

/// Decodes Latin-1 in which a backslash starts what `escape` reads.
fn decode_escapes(
    encoding: &'static str,
    escape: impl Fn(&[u8], usize) -> Result<(Escaped, usize), Wrong>,
    (bytes, mut at, last): (&[u8], usize, bool),
    out: &mut TextBuf,
) -> Result<usize, DecodeError> {
    while let Some(&byte) = bytes.get(at) {
        if byte != b'\\' {
            out.push(byte.into());
            at += 1;
            continue;
        }
        match escape(bytes, at + 1) {
            Ok((escaped, next)) => {
                match escaped {
                    Escaped::Code(code) => out.push(code),
                    Escaped::Nothing => {}
                    Escaped::Literal => {
                        out.push(byte.into());
                        out.extend(bytes[at + 1..next].iter().map(|&byte| byte.into()));
                    }
                }
                at = next;
            }
            Err(wrong) if wrong.cut && !last => return Ok(at),
            Err(Wrong { end, reason, .. }) => return Err(DecodeError { encoding, start: at, end, reason }),
        }
    }
    Ok(at)
}

impl Decoder for UnicodeEscape {
    fn run(&self, bytes: &[u8], at: usize, last: bool, out: &mut TextBuf) -> Result<usize, DecodeError> {
        decode_escapes("unicodeescape", escape, (bytes, at, last), out)
    }
}

impl Decoder for RawUnicodeEscape {
    fn run(&self, bytes: &[u8], at: usize, last: bool, out: &mut TextBuf) -> Result<usize, DecodeError> {
        let raw_escape = |bytes: &[u8], at: usize| match bytes.get(at) {
            Some(&kind @ (b'u' | b'U')) => hex_escape(bytes, at + 1, kind, "\\Uxxxxxxxx out of range"),
            Some(_) => Ok((Escaped::Literal, at + 1)),
            None if last => Ok((Escaped::Literal, at)),
            None => Err(Wrong { end: at, reason: "\\ at end of string", cut: true }),
        };
        decode_escapes("rawunicodeescape", raw_escape, (bytes, at, last), out)
    }
}

fn push_unicode_escape(code: u32, out: &mut Vec<u8>) {
    let escaped = if code < 0x10000 { format!("\\u{code:04x}") } else { format!("\\U{code:08x}") };
    out.extend_from_slice(escaped.as_bytes());
}

impl Encoder for UnicodeEscape {
    fn run(&self, text: TextRef<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        for code in text.slice(at..text.len()).codes() {
            match code {
                0x09 => out.extend_from_slice(b"\\t"),
                0x0a => out.extend_from_slice(b"\\n"),
                0x0d => out.extend_from_slice(b"\\r"),
                0x5c => out.extend_from_slice(b"\\\\"),
                0x20..=0x7e => out.push(code as u8),
                0..0x100 => out.extend_from_slice(format!("\\x{code:02x}").as_bytes()),
                _ => push_unicode_escape(code, out),
            }
        }
        Ok(())
    }
}

impl Encoder for RawUnicodeEscape {
    fn run(&self, text: TextRef<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        for code in text.slice(at..text.len()).codes() {
            match u8::try_from(code) {
                Ok(byte) => out.push(byte),
                Err(_) => push_unicode_escape(code, out),
            }
        }
        Ok(())
    }
}
