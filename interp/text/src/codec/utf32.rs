//! UTF-32 in both byte orders.

use super::{ByteOrder, DecodeError, Decoder, EncodeError, Encoder, is_surrogate};
use crate::buffer::TextBuf;
use crate::text::TextRef;

pub(super) struct Utf32Decoder {
    big: bool,
}

impl Utf32Decoder {
    /// The decoder for some bytes, and where they start after a mark.
    pub(super) fn new(order: ByteOrder, bytes: &[u8]) -> (Self, usize) {
        let (order, start) = match (order, bytes) {
            (ByteOrder::Marked, [0xff, 0xfe, 0, 0, ..]) => (ByteOrder::Little, 4),
            (ByteOrder::Marked, [0, 0, 0xfe, 0xff, ..]) => (ByteOrder::Big, 4),
            (ByteOrder::Marked, _) => (ByteOrder::NATIVE, 0),
            _ => (order, 0),
        };
        (Self { big: order == ByteOrder::Big }, start)
    }
}

impl Decoder for Utf32Decoder {
    fn run(&self, bytes: &[u8], mut at: usize, last: bool, out: &mut TextBuf) -> Result<usize, DecodeError> {
        let encoding = if self.big { "utf-32-be" } else { "utf-32-le" };
        let wrong = |start, end, reason| Err(DecodeError { encoding, start, end, reason });
        while let Some(&unit) = bytes[at..].first_chunk() {
            match if self.big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) } {
                code if is_surrogate(code) => {
                    return wrong(at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)");
                }
                0x110000.. => return wrong(at, at + 4, "code point not in range(0x110000)"),
                code => out.push(code),
            }
            at += 4;
        }
        if at < bytes.len() && last { wrong(at, bytes.len(), "truncated data") } else { Ok(at) }
    }
}

pub(super) struct Utf32Encoder {
    order: ByteOrder,
}

impl Utf32Encoder {
    /// The encoder for a byte order, after writing its mark if it is to be marked.
    pub(super) fn new(order: ByteOrder, out: &mut Vec<u8>) -> Self {
        if order == ByteOrder::Marked {
            out.extend(0xfeff_u32.to_ne_bytes());
        }
        Self { order }
    }
}

impl Encoder for Utf32Encoder {
    fn width(&self) -> usize {
        4
    }

    fn run(&self, text: TextRef<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let (encoding, to_bytes): (_, fn(u32) -> [u8; 4]) = match self.order {
            ByteOrder::Little => ("utf-32-le", u32::to_le_bytes),
            ByteOrder::Big => ("utf-32-be", u32::to_be_bytes),
            ByteOrder::Marked => ("utf-32", u32::to_ne_bytes),
        };
        for start in at..text.len() {
            let code = text.code_at(start);
            if is_surrogate(code) {
                return Err(EncodeError {
                    encoding,
                    start,
                    end: start + 1,
                    reason: "surrogates not allowed",
                });
            }
            out.extend(to_bytes(code));
        }
        Ok(())
    }
}
