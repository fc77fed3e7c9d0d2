//! The operations of `bytes` and `bytearray` that differ from those of `str`.
//!
//! Searching, splitting by a separator and into lines, and stripping are the kernels of [`crate::search`] and
//! [`crate::split`] over `&[u8]`; what is here knows that bytes are ASCII where they are text at all. Whitespace
//! is space, `\t`, `\n`, `\r`, `\v` and `\f`; lines end at `\n`, `\r` and `\r\n` only.

mod case;
mod hex;
mod repr;

use std::ops::Range;

pub use case::{capitalize, is_lower, is_title, is_upper, swap_case, to_title};
pub use hex::{FromHexError, from_hex, to_hex};
pub use repr::{EscapeError, push_repr, repr, unescape};

use crate::split;
use crate::text::{Side, center_margins, strip};

/// Whitespace to `bytes`.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 0x09..=0x0d)
}

/// `bytes.split()` without a separator.
pub fn split_whitespace(bytes: &[u8], max: Option<usize>) -> Vec<Range<usize>> {
    split::split_whitespace(bytes, max, is_space)
}

/// `bytes.rsplit()` without a separator.
pub fn rsplit_whitespace(bytes: &[u8], max: Option<usize>) -> Vec<Range<usize>> {
    split::rsplit_whitespace(bytes, max, is_space)
}

/// `bytes.splitlines`.
pub fn split_lines(bytes: &[u8], keep_ends: bool) -> Vec<Range<usize>> {
    split::split_lines(bytes, keep_ends, |byte| matches!(byte, b'\n' | b'\r'))
}

/// What is left without whitespace at the ends.
pub fn strip_whitespace(bytes: &[u8], side: Side) -> Range<usize> {
    strip(bytes, side, is_space)
}

/// What is left without any bytes of `set` at the ends.
pub fn strip_set(bytes: &[u8], set: &[u8], side: Side) -> Range<usize> {
    strip(bytes, side, |byte| set.contains(&byte))
}

/// Replaces the first `max` occurrences of `old`; `None` if there is nothing to replace. An empty `old` occurs
/// before each byte and at the end.
pub fn replace(bytes: &[u8], old: &[u8], new: &[u8], max: Option<usize>) -> Option<Vec<u8>> {
    let max = max.unwrap_or(usize::MAX);
    let places: Vec<usize> = if old.is_empty() {
        (0..=bytes.len()).take(max).collect()
    } else {
        crate::search::matches(bytes, old).take(max).collect()
    };
    if places.is_empty() || old == new {
        return None;
    }
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for place in places {
        replaced.extend_from_slice(&bytes[at..place]);
        replaced.extend_from_slice(new);
        at = place + old.len();
    }
    replaced.extend_from_slice(&bytes[at..]);
    Some(replaced)
}

/// `bytes.translate`: without the bytes of `delete`, the rest through `table`.
pub fn translate(bytes: &[u8], table: Option<&[u8; 256]>, delete: &[u8]) -> Vec<u8> {
    let mut deleted = [false; 256];
    delete.iter().for_each(|&byte| deleted[usize::from(byte)] = true);
    let kept = bytes.iter().filter(|&&byte| !deleted[usize::from(byte)]);
    kept.map(|&byte| table.map_or(byte, |table| table[usize::from(byte)])).collect()
}

/// Joins parts with `separator` between them.
pub fn join<'p>(separator: &[u8], parts: impl IntoIterator<Item = &'p [u8]>) -> Vec<u8> {
    let mut joined = Vec::new();
    for (nth, part) in parts.into_iter().enumerate() {
        if nth > 0 {
            joined.extend_from_slice(separator);
        }
        joined.extend_from_slice(part);
    }
    joined
}

fn padded(bytes: &[u8], left: usize, right: usize, fill: u8) -> Vec<u8> {
    let mut out = vec![fill; left];
    out.extend_from_slice(bytes);
    out.resize(out.len() + right, fill);
    out
}

/// Centred in `width`.
pub fn center(bytes: &[u8], width: usize, fill: u8) -> Vec<u8> {
    let (left, right) = center_margins(bytes.len(), width);
    padded(bytes, left, right, fill)
}

/// Filled on the right up to `width`.
pub fn left_justify(bytes: &[u8], width: usize, fill: u8) -> Vec<u8> {
    padded(bytes, 0, width.saturating_sub(bytes.len()), fill)
}

/// Filled on the left up to `width`.
pub fn right_justify(bytes: &[u8], width: usize, fill: u8) -> Vec<u8> {
    padded(bytes, width.saturating_sub(bytes.len()), 0, fill)
}

/// Zeros on the left, after a sign.
pub fn zero_fill(bytes: &[u8], width: usize) -> Vec<u8> {
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let zeros = vec![b'0'; width.saturating_sub(bytes.len())];
    [&bytes[..sign], &zeros, &bytes[sign..]].concat()
}

/// Tabs replaced by spaces up to the next multiple of `size`; columns count from the last line break.
pub fn expand_tabs(bytes: &[u8], size: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut column = 0;
    for &byte in bytes {
        match byte {
            b'\t' if size > 0 => {
                let spaces = size - column % size;
                out.resize(out.len() + spaces, b' ');
                column += spaces;
            }
            b'\t' => {}
            b'\n' | b'\r' => {
                column = 0;
                out.push(byte);
            }
            _ => {
                column += 1;
                out.push(byte);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whitespace_is_ascii_without_separators() {
        assert_eq!(split_whitespace(b"a\x0bb\x1cc", None), [0..1, 2..5]);
        assert_eq!(split_lines(b"a\x0bb\rc\r\nd\x1c", false), [0..3, 4..5, 7..9]);
        assert_eq!(strip_whitespace(b" \x1ca\x0c", Side::Both), 1..3);
        assert_eq!(strip_set(b"xay", b"yx", Side::Both), 1..2);
    }

    #[test]
    fn replaces_and_translates() {
        assert_eq!(replace(b"abab", b"b", b"--", None).unwrap(), b"a--a--");
        assert_eq!(replace(b"ab", b"", b"-", None).unwrap(), b"-a-b-");
        assert_eq!(replace(b"ab", b"", b"-", Some(1)).unwrap(), b"-ab");
        assert_eq!(replace(b"ab", b"c", b"-", None), None);
        let mut table: [u8; 256] = std::array::from_fn(|byte| byte as u8);
        table[usize::from(b'a')] = b'X';
        assert_eq!(translate(b"banana", Some(&table), b"n"), b"bXXX");
    }

    #[test]
    fn pads() {
        assert_eq!(center(b"ab", 5, b'.'), b"..ab.");
        assert_eq!(zero_fill(b"-42", 6), b"-00042");
        assert_eq!(expand_tabs(b"a\tbc\td\n\te", 4), b"a   bc  d\n    e");
        assert_eq!(join(b", ", [&b"a"[..], b"b"]), b"a, b");
    }
}
