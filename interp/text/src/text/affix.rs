//! The ends of a text: `startswith`, `endswith`, `removeprefix`, the `strip` family, and the start and end
//! arguments that the searching methods share.

use std::ops::Range;

use super::{TextRef, with_units};
use crate::unicode::properties::is_space;
use crate::unit::CodeUnit;

/// Which ends to strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
    Both,
}

/// The part of a sequence of `len` items that the `start` and `end` arguments of `find`, `count`, `startswith` …
/// select: negative numbers count from the end. `None` if the part starts beyond its end, where not even an empty
/// needle is found.
pub fn search_range(start: isize, end: isize, len: usize) -> Option<Range<usize>> {
    let len = len as isize;
    let from_end = |place: isize| if place < 0 { (place + len).max(0) } else { place };
    let (start, end) = (from_end(start), from_end(end.min(len)));
    (start <= end).then_some(start as usize..end as usize)
}

/// What is left of a slice after stripping units from its ends.
pub(crate) fn strip<T: CodeUnit>(units: &[T], side: Side, strips: impl Fn(T) -> bool) -> Range<usize> {
    let kept = |unit: &T| !strips(*unit);
    let start = if side == Side::Right { 0 } else { units.iter().position(kept).unwrap_or(units.len()) };
    let end = if side == Side::Left {
        units.len()
    } else {
        units.iter().rposition(kept).map_or(start, |at| at + 1)
    };
    start..end.max(start)
}

impl TextRef<'_> {
    /// Whether the text begins with `prefix`.
    pub fn starts_with(self, prefix: TextRef<'_>) -> bool {
        prefix.len() <= self.len() && self.slice(0..prefix.len()) == prefix
    }

    /// Whether the text ends with `suffix`.
    pub fn ends_with(self, suffix: TextRef<'_>) -> bool {
        suffix.len() <= self.len() && self.slice(self.len() - suffix.len()..self.len()) == suffix
    }

    /// What is left without whitespace at the ends.
    pub fn strip_whitespace(self, side: Side) -> Range<usize> {
        with_units!(self, units => strip(units, side, |unit| is_space(unit.code())))
    }

    /// What is left without any characters of `set` at the ends.
    pub fn strip_set(self, set: TextRef<'_>, side: Side) -> Range<usize> {
        with_units!(self, units => strip(units, side, |unit| set.find_code(unit.code()).is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TextBuf;

    #[test]
    fn strips() {
        let text = TextBuf::from(" \u{a0}x y\u{2029}");
        assert_eq!(text.as_text().strip_whitespace(Side::Both), 2..5);
        assert_eq!(text.as_text().strip_whitespace(Side::Left), 2..6);
        assert_eq!(text.as_text().strip_whitespace(Side::Right), 0..5);
        assert_eq!(TextRef::ascii("   ").strip_whitespace(Side::Both).len(), 0);
        assert_eq!(TextRef::ascii("xyxaxy").strip_set(TextRef::ascii("yx"), Side::Both), 3..4);
        assert_eq!(TextRef::ascii("xyx").strip_set(TextRef::ascii("yx"), Side::Right), 0..0);
    }

    #[test]
    fn start_and_end() {
        assert_eq!(search_range(0, isize::MAX, 3), Some(0..3));
        assert_eq!(search_range(-2, -1, 3), Some(1..2));
        assert_eq!(search_range(-9, 9, 3), Some(0..3));
        assert_eq!(search_range(3, 9, 3), Some(3..3));
        assert_eq!(search_range(4, 9, 3), None);
        assert_eq!(search_range(2, 1, 3), None);
        assert_eq!(search_range(isize::MIN, isize::MIN, 3), Some(0..0));
    }

    #[test]
    fn affixes_cross_kinds() {
        let text = TextBuf::from("abcé");
        assert!(text.as_text().starts_with(TextRef::ascii("ab")));
        assert!(text.as_text().ends_with(TextBuf::from("é").as_text()));
        assert!(!TextRef::ascii("a").starts_with(text.as_text()));
    }
}
