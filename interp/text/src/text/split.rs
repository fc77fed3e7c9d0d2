//! `str.split`, `rsplit`, `splitlines`, `partition` and the searches they share a dispatch with.
//!
//! All results are places in the text; slicing is left to the caller.

use std::ops::Range;

use super::{TextRef, with_units};
use crate::unicode::properties::{is_line_break, is_space};
use crate::unit::CodeUnit;
use crate::{search, split};

/// Evaluates an expression with haystack and needle as slices of the haystack's kind, or the alternative if the
/// needle has a code point that this kind cannot hold.
macro_rules! with_needle {
    ($hay:expr, $needle:expr, |$units:ident, $found:ident| $body:expr, else $otherwise:expr) => {
        match $hay {
            $crate::text::TextRef::Ascii($units) => match <u8 as CodeUnit>::adopt($needle) {
                Some($found) => $body,
                None => $otherwise,
            },
            $crate::text::TextRef::Ucs2($units) => match <u16 as CodeUnit>::adopt($needle) {
                Some($found) => $body,
                None => $otherwise,
            },
            $crate::text::TextRef::Ucs4($units) => match <u32 as CodeUnit>::adopt($needle) {
                Some($found) => $body,
                None => $otherwise,
            },
        }
    };
}
pub(super) use with_needle;

impl TextRef<'_> {
    /// The first occurrence of `needle`.
    pub fn find(self, needle: TextRef<'_>) -> Option<usize> {
        with_needle!(self, needle, |units, needle| search::find(units, &needle), else None)
    }

    /// The last occurrence of `needle`.
    pub fn rfind(self, needle: TextRef<'_>) -> Option<usize> {
        with_needle!(self, needle, |units, needle| search::rfind(units, &needle), else None)
    }

    /// The first place of one code point.
    pub fn find_code(self, code: u32) -> Option<usize> {
        match self {
            Self::Ascii(units) => u8::try_from(code).ok().and_then(|unit| u8::find_unit(units, unit)),
            Self::Ucs2(units) => u16::try_from(code).ok().and_then(|unit| u16::find_unit(units, unit)),
            Self::Ucs4(units) => u32::find_unit(units, code),
        }
    }

    /// Whether `needle` occurs.
    pub fn contains(self, needle: TextRef<'_>) -> bool {
        self.find(needle).is_some()
    }

    /// The number of occurrences that do not overlap; an empty needle occurs once more than there are characters.
    pub fn count(self, needle: TextRef<'_>) -> usize {
        with_needle!(self, needle, |units, needle| search::count(units, &needle), else 0)
    }

    /// `str.split()` without a separator.
    pub fn split_whitespace(self, max: Option<usize>) -> Vec<Range<usize>> {
        with_units!(self, units => split::split_whitespace(units, max, |unit| is_space(unit.code())))
    }

    /// `str.rsplit()` without a separator.
    pub fn rsplit_whitespace(self, max: Option<usize>) -> Vec<Range<usize>> {
        with_units!(self, units => split::rsplit_whitespace(units, max, |unit| is_space(unit.code())))
    }

    /// `str.split(separator)`: passes the pieces in order. The caller has refused an empty separator.
    #[inline]
    pub fn split(self, separator: TextRef<'_>, max: Option<usize>, mut piece: impl FnMut(Range<usize>)) {
        let whole = 0..self.len();
        with_needle!(self, separator, |units, found| split::split(units, &found, max, piece), else piece(whole))
    }

    /// `str.rsplit(separator)`. The caller has refused an empty separator.
    pub fn rsplit(self, separator: TextRef<'_>, max: Option<usize>) -> Vec<Range<usize>> {
        let whole = 0..self.len();
        with_needle!(self, separator, |units, separator| split::rsplit(units, &separator, max), else vec![whole])
    }

    /// `str.splitlines`.
    pub fn split_lines(self, keep_ends: bool) -> Vec<Range<usize>> {
        with_units!(self, units => split::split_lines(units, keep_ends, |unit| is_line_break(unit.code())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TextBuf;

    type Case<'a, const N: usize> = ([&'a str; N], Option<usize>, &'a [&'a str], &'a [&'a str]);

    fn pieces(text: &TextBuf, ranges: Vec<Range<usize>>) -> Vec<String> {
        ranges.into_iter().map(|range| text.as_text().slice(range).to_string_lossy()).collect()
    }

    #[test]
    fn whitespace() {
        let table: [Case<1>; 6] = [
            (["  a  b c "], None, &["a", "b", "c"], &["a", "b", "c"]),
            (["  a  b c "], Some(1), &["a", "b c "], &["  a  b", "c"]),
            (["  a b "], Some(0), &["a b "], &["  a b"]),
            ([""], None, &[], &[]),
            ([" \t\u{3000}"], None, &[], &[]),
            (["é\u{2003}ü\u{1c}x"], None, &["é", "ü", "x"], &["é", "ü", "x"]),
        ];
        for ([text], max, split, rsplit) in table {
            let text = TextBuf::from(text);
            assert_eq!(pieces(&text, text.as_text().split_whitespace(max)), split);
            assert_eq!(pieces(&text, text.as_text().rsplit_whitespace(max)), rsplit);
        }
    }

    #[test]
    fn separators() {
        let table: [Case<2>; 6] = [
            (["a,b,,c", ","], None, &["a", "b", "", "c"], &["a", "b", "", "c"]),
            (["a,b,,c", ","], Some(1), &["a", "b,,c"], &["a,b,", "c"]),
            (["aaa", "aa"], None, &["", "a"], &["a", ""]),
            (["", ","], None, &[""], &[""]),
            (["abc", "😀"], None, &["abc"], &["abc"]),
            (["ü😀ü", "ü"], None, &["", "😀", ""], &["", "😀", ""]),
        ];
        for ([text, separator], max, split, rsplit) in table {
            let (text, separator) = (TextBuf::from(text), TextBuf::from(separator));
            let mut places = Vec::new();
            text.as_text().split(separator.as_text(), max, |place| places.push(place));
            assert_eq!(pieces(&text, places), split);
            assert_eq!(pieces(&text, text.as_text().rsplit(separator.as_text(), max)), rsplit);
        }
    }

    #[test]
    fn lines() {
        let text = TextBuf::from("a\nb\r\n\rc\u{2028}d\u{85}");
        assert_eq!(pieces(&text, text.as_text().split_lines(false)), ["a", "b", "", "c", "d"]);
        assert_eq!(
            pieces(&text, text.as_text().split_lines(true)),
            ["a\n", "b\r\n", "\r", "c\u{2028}", "d\u{85}"]
        );
    }

    #[test]
    fn searches_cross_kinds() {
        let text = TextBuf::from("größe 😀 größe");
        assert_eq!(text.as_text().find(TextRef::ascii("e")), Some(4));
        assert_eq!(text.as_text().rfind(TextBuf::from("öße").as_text()), Some(10));
        assert_eq!(text.as_text().count(TextBuf::from("ö").as_text()), 2);
        assert_eq!(TextRef::ascii("abc").find(TextBuf::from("ö").as_text()), None);
    }
}
