//! `bytes.hex` and `bytes.fromhex`.

use super::is_space;
use crate::text::TextRef;

/// Hexadecimal digits, with a separator between groups of `group` bytes: counted from the right if positive, from
/// the left if negative. No separator if `group` is zero.
pub fn to_hex(bytes: &[u8], separator: Option<u8>, group: isize) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let size = group.unsigned_abs();
    let first = if group > 0 && size > 0 { bytes.len() % size } else { 0 };
    let mut out = Vec::with_capacity(bytes.len() * 3);
    for (nth, byte) in bytes.iter().enumerate() {
        if let Some(separator) = separator.filter(|_| size > 0 && nth > 0)
            && (nth + size - first).is_multiple_of(size)
        {
            out.push(separator);
        }
        out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    out
}

/// What is wrong with the argument of `fromhex`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromHexError {
    /// Something that is no hexadecimal digit, at a place.
    NotHexadecimal(usize),
    /// The last digit stands alone.
    Odd,
}

impl std::fmt::Display for FromHexError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotHexadecimal(place) => {
                write!(f, "non-hexadecimal number found in fromhex() arg at position {place}")
            }
            Self::Odd => f.write_str("fromhex() arg must contain an even number of hexadecimal digits"),
        }
    }
}

impl std::error::Error for FromHexError {}

/// Pairs of hexadecimal digits, with ASCII whitespace between them. Bytes are given as [`TextRef::Ascii`].
///
/// # Errors
/// If there is anything else, or a digit without its partner.
pub fn from_hex(text: TextRef<'_>) -> Result<Vec<u8>, FromHexError> {
    let digit = |at: usize| match text.get(at) {
        None => Err(FromHexError::Odd),
        Some(code) => {
            let digit = char::from_u32(code).and_then(|c| c.to_digit(16));
            digit.map(|digit| digit as u8).ok_or(FromHexError::NotHexadecimal(at))
        }
    };
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    while let Some(code) = text.get(at) {
        if u8::try_from(code).is_ok_and(is_space) {
            at += 1;
            continue;
        }
        let high = digit(at)?;
        bytes.push(high << 4 | digit(at + 1)?);
        at += 2;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex() {
        assert_eq!(to_hex(b"abc", None, 1), b"616263");
        assert_eq!(to_hex(b"abcdefg", Some(b'-'), 2), b"61-6263-6465-6667");
        assert_eq!(to_hex(b"abcdefg", Some(b'-'), -2), b"6162-6364-6566-67");
        assert_eq!(to_hex(b"ab", Some(b':'), 1), b"61:62");
        assert_eq!(to_hex(b"ab", Some(b':'), 9), b"6162");
    }

    #[test]
    fn fromhex() {
        assert_eq!(from_hex(TextRef::ascii(" 0a\n0B\x0b ")).unwrap(), b"\x0a\x0b");
        assert_eq!(from_hex(TextRef::ascii("a")), Err(FromHexError::Odd));
        assert_eq!(from_hex(TextRef::ascii("a a")), Err(FromHexError::NotHexadecimal(1)));
        assert_eq!(from_hex(TextRef::ascii("g")), Err(FromHexError::NotHexadecimal(0)));
    }
}
