//! UTF-8. Validation is the standard library's, which delimits invalid sequences as Python does: by the maximal
//! subpart of a well-formed sequence (The Unicode Standard, section 3.9, table 3-7).

use super::{DecodeError, Decoder, EncodeError, Encoder, is_surrogate};
use crate::buffer::TextBuf;
use crate::text::TextRef;

/// The byte order mark in UTF-8.
pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) struct Utf8;

impl Decoder for Utf8 {
    fn run(&self, bytes: &[u8], at: usize, last: bool, out: &mut TextBuf) -> Result<usize, DecodeError> {
        let mut chunks = bytes[at..].utf8_chunks();
        let Some(chunk) = chunks.next() else { return Ok(at) };
        out.push_str(chunk.valid());
        let start = at + chunk.valid().len();
        let wrong = chunk.invalid();
        if wrong.is_empty() {
            return Ok(start);
        }
        let end = start + wrong.len();
        let incomplete = end == bytes.len() && is_incomplete(wrong);
        if incomplete && !last {
            return Ok(start);
        }
        let reason = match wrong[0] {
            0x80..=0xc1 | 0xf5.. => "invalid start byte",
            _ if incomplete => "unexpected end of data",
            _ => "invalid continuation byte",
        };
        Err(DecodeError { encoding: "utf-8", start, end, reason })
    }
}

/// Whether more bytes could make an ill-formed sequence at the end of the input a character.
fn is_incomplete(wrong: &[u8]) -> bool {
    std::str::from_utf8(wrong).is_err_and(|error| error.error_len().is_none())
}

impl Encoder for Utf8 {
    fn run(&self, text: TextRef<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        if let TextRef::Ascii(units) = text {
            out.extend_from_slice(&units[at..]);
            return Ok(());
        }
        let mut buffer = [0; 4];
        for index in at..text.len() {
            match char::from_u32(text.code_at(index)) {
                Some(c) => out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes()),
                None => {
                    let run =
                        text.slice(index..text.len()).codes().take_while(|&code| is_surrogate(code)).count();
                    let (encoding, reason) = ("utf-8", "surrogates not allowed");
                    return Err(EncodeError { encoding, start: index, end: index + run, reason });
                }
            }
        }
        Ok(())
    }
}
