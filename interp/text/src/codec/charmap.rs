//! Encodings given by a table of 256 characters, as the `encodings` package of the standard library has them.

use super::{
    DecodeError, DecodeRepair, Decoded, Decoder, EncodeError, EncodeRepair, Encoder, decode_by, encode_by,
};
use crate::buffer::TextBuf;
use crate::text::TextRef;

/// Stands in a table for a byte without a character.
const UNDEFINED: u32 = 0xfffe;
const ENCODING: &str = "charmap";
const REASON: &str = "character maps to <undefined>";

struct Table<'a>(TextRef<'a>);

impl Decoder for Table<'_> {
    fn run(&self, bytes: &[u8], at: usize, _last: bool, out: &mut TextBuf) -> Result<usize, DecodeError> {
        for (start, &byte) in bytes.iter().enumerate().skip(at) {
            match self.0.get(byte.into()).filter(|&code| code != UNDEFINED) {
                Some(code) => out.push(code),
                None => {
                    return Err(DecodeError { encoding: ENCODING, start, end: start + 1, reason: REASON });
                }
            }
        }
        Ok(bytes.len())
    }
}

struct Mapping<F>(F);

impl<F: Fn(u32) -> Option<u8>> Encoder for Mapping<F> {
    fn run(&self, text: TextRef<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        for start in at..text.len() {
            match self.0(text.code_at(start)) {
                Some(byte) => out.push(byte),
                None => {
                    let rest = text.slice(start..text.len());
                    let run = rest.codes().take_while(|&code| self.0(code).is_none()).count();
                    return Err(EncodeError { encoding: ENCODING, start, end: start + run, reason: REASON });
                }
            }
        }
        Ok(())
    }
}

/// Decodes by a table whose n-th character is that of byte n; U+FFFE and what lies beyond the table is undefined.
///
/// # Errors
/// What `on_error` returns.
pub fn decode_charmap<E>(
    table: TextRef<'_>,
    bytes: &[u8],
    on_error: impl FnMut(&[u8], DecodeError) -> Result<DecodeRepair, E>,
) -> Result<Decoded, E> {
    decode_by(&Table(table), bytes, 0, true, on_error)
}

/// Encodes by a mapping from code points to bytes.
///
/// # Errors
/// What `on_error` returns, or the error whose substitute the mapping does not have either.
pub fn encode_charmap<E: From<EncodeError>>(
    mapping: impl Fn(u32) -> Option<u8>,
    text: TextRef<'_>,
    on_error: impl FnMut(TextRef<'_>, EncodeError) -> Result<EncodeRepair, E>,
) -> Result<Vec<u8>, E> {
    let mut out = Vec::with_capacity(text.len());
    encode_by(&Mapping(mapping), text, &mut out, on_error)?;
    Ok(out)
}
