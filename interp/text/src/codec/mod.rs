//! Encoding text to bytes and decoding it back.
//!
//! A codec runs until it meets what it cannot handle and reports the place. The caller's error handler then either
//! ends the operation or repairs it: it gives what to write instead and the place at which to go on (PEP 293).
//! [`Handler`] is the handlers that Python has built in; handlers registered by programs are closures of the
//! runtime.

mod charmap;
mod escape;
mod handler;
mod single_byte;
mod utf16;
mod utf32;
mod utf8;

pub use charmap::{decode_charmap, encode_charmap};
pub use handler::Handler;

use crate::buffer::TextBuf;
use crate::text::TextRef;

/// The order of bytes within a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    Little,
    Big,
    /// Said by a byte order mark; this machine's without one. Encoding writes a mark.
    Marked,
}

impl ByteOrder {
    const NATIVE: Self = if cfg!(target_endian = "big") { Self::Big } else { Self::Little };
}

/// The encodings that need no tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// UTF-8 after a byte order mark, which decoding skips if it is there.
    Utf8Sig,
    Ascii,
    Latin1,
    Utf16(ByteOrder),
    Utf32(ByteOrder),
    UnicodeEscape,
    RawUnicodeEscape,
}

impl Encoding {
    /// The encoding by one of its names, in any case and with `-`, `_` or a space between words.
    pub fn from_name(name: &str) -> Option<Self> {
        let name: String =
            name.chars().map(|c| if matches!(c, '_' | ' ') { '-' } else { c.to_ascii_lowercase() }).collect();
        Some(match &*name {
            "utf-8" | "utf8" | "u8" | "cp65001" => Self::Utf8,
            "utf-8-sig" => Self::Utf8Sig,
            "ascii" | "us-ascii" | "646" => Self::Ascii,
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "l1" => Self::Latin1,
            "utf-16" | "utf16" | "u16" => Self::Utf16(ByteOrder::Marked),
            "utf-16-le" | "utf-16le" => Self::Utf16(ByteOrder::Little),
            "utf-16-be" | "utf-16be" => Self::Utf16(ByteOrder::Big),
            "utf-32" | "utf32" | "u32" => Self::Utf32(ByteOrder::Marked),
            "utf-32-le" | "utf-32le" => Self::Utf32(ByteOrder::Little),
            "utf-32-be" | "utf-32be" => Self::Utf32(ByteOrder::Big),
            "unicode-escape" => Self::UnicodeEscape,
            "raw-unicode-escape" => Self::RawUnicodeEscape,
            _ => return None,
        })
    }
}

/// Bytes that are not text in an encoding: what `UnicodeDecodeError` holds beside the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    pub encoding: &'static str,
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

/// Text that an encoding cannot represent: what `UnicodeEncodeError` holds beside the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeError {
    pub encoding: &'static str,
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

/// How to go on after a [`DecodeError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeRepair {
    pub text: TextBuf,
    /// The place in the bytes at which decoding goes on.
    pub resume: usize,
}

/// What to write in place of text that cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Substitute {
    /// Text, to be encoded in turn.
    Text(TextBuf),
    Bytes(Vec<u8>),
}

/// How to go on after an [`EncodeError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeRepair {
    pub substitute: Substitute,
    /// The place in the text at which encoding goes on.
    pub resume: usize,
}

/// Decoded text and how many bytes it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    pub text: TextBuf,
    pub consumed: usize,
}

/// One direction of a codec: decodes from `at` into `out` until the end or an error. With `last` unset, an
/// incomplete sequence at the end is not an error: the place where it starts is returned.
trait Decoder {
    fn run(&self, bytes: &[u8], at: usize, last: bool, out: &mut TextBuf) -> Result<usize, DecodeError>;
}

/// The other direction: encodes from `at` into `out` until the end or an error.
trait Encoder {
    /// Bytes per unit; substitutes come in whole units.
    fn width(&self) -> usize {
        1
    }

    /// Encodes substitutes as well, and therefore writes no marks.
    fn run(&self, text: TextRef<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError>;
}

fn decode_by<E>(
    decoder: &dyn Decoder,
    bytes: &[u8],
    start: usize,
    last: bool,
    mut on_error: impl FnMut(&[u8], DecodeError) -> Result<DecodeRepair, E>,
) -> Result<Decoded, E> {
    let mut text = TextBuf::with_capacity(bytes.len() - start);
    let mut at = start;
    loop {
        match decoder.run(bytes, at, last, &mut text) {
            Ok(consumed) => return Ok(Decoded { text, consumed }),
            Err(error) => {
                let repair = on_error(bytes, error)?;
                text.push_text(repair.text.as_text());
                at = repair.resume.min(bytes.len());
            }
        }
    }
}

fn encode_by<E: From<EncodeError>>(
    encoder: &dyn Encoder,
    text: TextRef<'_>,
    out: &mut Vec<u8>,
    mut on_error: impl FnMut(TextRef<'_>, EncodeError) -> Result<EncodeRepair, E>,
) -> Result<(), E> {
    let mut at = 0;
    while let Err(error) = encoder.run(text, at, out) {
        let repair = on_error(text, error.clone())?;
        match repair.substitute {
            Substitute::Bytes(bytes) if bytes.len() % encoder.width() == 0 => out.extend_from_slice(&bytes),
            Substitute::Bytes(_) => return Err(error.into()),
            Substitute::Text(substitute) => {
                if encoder.run(substitute.as_text(), 0, out).is_err() {
                    return Err(error.into());
                }
            }
        }
        at = repair.resume.min(text.len());
    }
    Ok(())
}

/// Decodes bytes. Unless `last` is set, more bytes may follow and an incomplete sequence at the end is left.
///
/// # Errors
/// What `on_error` returns; it is given the bytes and the error.
pub fn decode<E>(
    encoding: Encoding,
    bytes: &[u8],
    last: bool,
    on_error: impl FnMut(&[u8], DecodeError) -> Result<DecodeRepair, E>,
) -> Result<Decoded, E> {
    match encoding {
        Encoding::Utf8 => decode_by(&utf8::Utf8, bytes, 0, last, on_error),
        Encoding::Utf8Sig => {
            let skipped = if bytes.starts_with(utf8::MARK) { utf8::MARK.len() } else { 0 };
            let mut decoded = decode_by(&utf8::Utf8, &bytes[skipped..], 0, last, on_error)?;
            decoded.consumed += skipped;
            Ok(decoded)
        }
        Encoding::Ascii => decode_by(&single_byte::Ascii, bytes, 0, last, on_error),
        Encoding::Latin1 => decode_by(&single_byte::Latin1, bytes, 0, last, on_error),
        Encoding::Utf16(order) => {
            let (decoder, start) = utf16::Utf16Decoder::new(order, bytes);
            decode_by(&decoder, bytes, start, last, on_error)
        }
        Encoding::Utf32(order) => {
            let (decoder, start) = utf32::Utf32Decoder::new(order, bytes);
            decode_by(&decoder, bytes, start, last, on_error)
        }
        Encoding::UnicodeEscape => decode_by(&escape::UnicodeEscape, bytes, 0, last, on_error),
        Encoding::RawUnicodeEscape => decode_by(&escape::RawUnicodeEscape, bytes, 0, last, on_error),
    }
}

/// Encodes text.
///
/// # Errors
/// What `on_error` returns; it is given the text and the error. If a substitute cannot be encoded either, the
/// error that it was to repair.
pub fn encode<E: From<EncodeError>>(
    encoding: Encoding,
    text: TextRef<'_>,
    on_error: impl FnMut(TextRef<'_>, EncodeError) -> Result<EncodeRepair, E>,
) -> Result<Vec<u8>, E> {
    let mut out = Vec::with_capacity(text.len());
    match encoding {
        Encoding::Utf8 => encode_by(&utf8::Utf8, text, &mut out, on_error)?,
        Encoding::Utf8Sig => {
            out.extend_from_slice(utf8::MARK);
            encode_by(&utf8::Utf8, text, &mut out, on_error)?;
        }
        Encoding::Ascii => encode_by(&single_byte::Ascii, text, &mut out, on_error)?,
        Encoding::Latin1 => encode_by(&single_byte::Latin1, text, &mut out, on_error)?,
        Encoding::Utf16(order) => {
            encode_by(&utf16::Utf16Encoder::new(order, &mut out), text, &mut out, on_error)?
        }
        Encoding::Utf32(order) => {
            encode_by(&utf32::Utf32Encoder::new(order, &mut out), text, &mut out, on_error)?
        }
        Encoding::UnicodeEscape => encode_by(&escape::UnicodeEscape, text, &mut out, on_error)?,
        Encoding::RawUnicodeEscape => encode_by(&escape::RawUnicodeEscape, text, &mut out, on_error)?,
    }
    Ok(out)
}

fn is_surrogate(code: u32) -> bool {
    matches!(code, 0xd800..=0xdfff)
}
