//! UTF-16 in both byte orders.

use super::{ByteOrder, DecodeError, Decoder, EncodeError, Encoder};
use crate::buffer::TextBuf;
use crate::text::TextRef;

pub(super) struct Utf16Decoder {
    big: bool,
}

impl Utf16Decoder {
    /// The decoder for some bytes, and where they start after a mark.
    pub(super) fn new(order: ByteOrder, bytes: &[u8]) -> (Self, usize) {
        let (order, start) = match (order, bytes) {
            (ByteOrder::Marked, [0xff, 0xfe, ..]) => (ByteOrder::Little, 2),
            (ByteOrder::Marked, [0xfe, 0xff, ..]) => (ByteOrder::Big, 2),
            (ByteOrder::Marked, _) => (ByteOrder::NATIVE, 0),
            _ => (order, 0),
        };
        (Self { big: order == ByteOrder::Big }, start)
    }

    fn unit(&self, bytes: &[u8], at: usize) -> Option<u16> {
        let pair = *bytes.get(at..)?.first_chunk()?;
        Some(if self.big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    }
}

impl Decoder for Utf16Decoder {
    fn run(&self, bytes: &[u8], mut at: usize, last: bool, out: &mut TextBuf) -> Result<usize, DecodeError> {
        let encoding = if self.big { "utf-16-be" } else { "utf-16-le" };
        let wrong = |start, end, reason| Err(DecodeError { encoding, start, end, reason });
        while let Some(unit) = self.unit(bytes, at) {
            match unit {
                0xd800..0xdc00 => match self.unit(bytes, at + 2) {
                    Some(low @ 0xdc00..0xe000) => {
                        out.push(0x10000 + ((u32::from(unit) & 0x3ff) << 10 | u32::from(low) & 0x3ff));
                        at += 2;
                    }
                    Some(_) => return wrong(at, at + 2, "illegal UTF-16 surrogate"),
                    None if last => return wrong(at, bytes.len(), "unexpected end of data"),
                    None => return Ok(at),
                },
                0xdc00..0xe000 => return wrong(at, at + 2, "illegal encoding"),
                _ => out.push(unit.into()),
            }
            at += 2;
        }
        if at < bytes.len() && last { wrong(at, bytes.len(), "truncated data") } else { Ok(at) }
    }
}

pub(super) struct Utf16Encoder {
    order: ByteOrder,
}

impl Utf16Encoder {
    /// The encoder for a byte order, after writing its mark if it is to be marked.
    pub(super) fn new(order: ByteOrder, out: &mut Vec<u8>) -> Self {
        if order == ByteOrder::Marked {
            out.extend(0xfeff_u16.to_ne_bytes());
        }
        Self { order }
    }
}

impl Encoder for Utf16Encoder {
    fn width(&self) -> usize {
        2
    }

    fn run(&self, text: TextRef<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let (encoding, to_bytes): (_, fn(u16) -> [u8; 2]) = match self.order {
            ByteOrder::Little => ("utf-16-le", u16::to_le_bytes),
            ByteOrder::Big => ("utf-16-be", u16::to_be_bytes),
            ByteOrder::Marked => ("utf-16", u16::to_ne_bytes),
        };
        for start in at..text.len() {
            let Some(c) = char::from_u32(text.code_at(start)) else {
                return Err(EncodeError {
                    encoding,
                    start,
                    end: start + 1,
                    reason: "surrogates not allowed",
                });
            };
            out.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| to_bytes(*unit)));
        }
        Ok(())
    }
}
