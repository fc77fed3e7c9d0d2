//! ASCII and Latin-1.

use super::{DecodeError, Decoder, EncodeError, Encoder};
use crate::buffer::TextBuf;
use crate::text::TextRef;

pub(super) struct Ascii;
pub(super) struct Latin1;

impl Decoder for Ascii {
    fn run(&self, bytes: &[u8], at: usize, _last: bool, out: &mut TextBuf) -> Result<usize, DecodeError> {
        let length = bytes[at..].iter().position(|byte| !byte.is_ascii()).unwrap_or(bytes.len() - at);
        let start = at + length;
        out.push_text(TextRef::Ascii(&bytes[at..start]));
        if start == bytes.len() {
            return Ok(start);
        }
        Err(DecodeError { encoding: "ascii", start, end: start + 1, reason: "ordinal not in range(128)" })
    }
}

impl Decoder for Latin1 {
    fn run(&self, bytes: &[u8], at: usize, _last: bool, out: &mut TextBuf) -> Result<usize, DecodeError> {
        let rest = &bytes[at..];
        if rest.is_ascii() {
            out.push_text(TextRef::Ascii(rest));
        } else {
            out.extend(rest.iter().map(|&byte| byte.into()));
        }
        Ok(bytes.len())
    }
}

/// Writes code points below `limit` as bytes; a run of others is one error.
fn encode_below(
    limit: u32,
    (encoding, reason): (&'static str, &'static str),
    text: TextRef<'_>,
    at: usize,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    if let TextRef::Ascii(units) = text {
        out.extend_from_slice(&units[at..]);
        return Ok(());
    }
    let rest = text.slice(at..text.len());
    out.extend(rest.codes().take_while(|&code| code < limit).map(|code| code as u8));
    let Some(wrong) = rest.codes().position(|code| code >= limit) else { return Ok(()) };
    let run = rest.slice(wrong..rest.len()).codes().take_while(|&code| code >= limit).count();
    let start = at + wrong;
    Err(EncodeError { encoding, start, end: start + run, reason })
}

impl Encoder for Ascii {
    fn run(&self, text: TextRef<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        encode_below(0x80, ("ascii", "ordinal not in range(128)"), text, at, out)
    }
}

impl Encoder for Latin1 {
    fn run(&self, text: TextRef<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        encode_below(0x100, ("latin-1", "ordinal not in range(256)"), text, at, out)
    }
}
