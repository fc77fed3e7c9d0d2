//! Borrowed text of any kind.
//!
//! A `TextRef` views code units owned elsewhere (a str object's inline storage, a [`TextBuf`]). It need not be
//! stored as narrow as possible: a slice of UCS2 text may hold nothing but ASCII. Every operation gives the same
//! answer for the same code points, whatever kind they are stored in; operations that make new text return a
//! `TextBuf`, which is always narrowest. Positions and lengths count code points.

mod affix;
mod case;
mod literal;
mod pad;
mod predicates;
mod replace;
mod repr;
mod split;

use std::cmp::Ordering;
use std::ops::Range;

pub(crate) use affix::strip;
pub use affix::{Side, search_range};
pub(crate) use pad::center_margins;
pub use replace::Translation;
pub(crate) use repr::push_hex_escape;

use crate::buffer::TextBuf;
use crate::unit::{CodeUnit, Kind};

/// A view of a string's units.
#[derive(Clone, Copy)]
pub enum TextRef<'a> {
    /// Bytes, all below 128.
    Ascii(&'a [u8]),
    /// 16-bit units; surrogates stand for themselves.
    Ucs2(&'a [u16]),
    /// 32-bit units, all at most U+10FFFF.
    Ucs4(&'a [u32]),
}

/// Evaluates an expression with the view's slice bound to a name, once per kind.
macro_rules! with_units {
    ($text:expr, $units:ident => $body:expr) => {
        match $text {
            $crate::text::TextRef::Ascii($units) => $body,
            $crate::text::TextRef::Ucs2($units) => $body,
            $crate::text::TextRef::Ucs4($units) => $body,
        }
    };
}
pub(crate) use with_units;

impl<'a> TextRef<'a> {
    /// The empty string.
    pub const EMPTY: TextRef<'static> = TextRef::Ascii(&[]);

    /// ASCII text from a Rust string.
    ///
    /// # Panics
    /// If the string is not ASCII; meant for literals.
    pub const fn ascii(text: &'a str) -> Self {
        assert!(text.is_ascii());
        Self::Ascii(text.as_bytes())
    }

    /// Number of code points.
    #[inline]
    pub fn len(self) -> usize {
        with_units!(self, units => units.len())
    }

    /// Whether there is nothing in it.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The kind of the view, which may be wider than its content needs.
    #[inline]
    pub fn kind(self) -> Kind {
        match self {
            Self::Ascii(_) => Kind::Ascii,
            Self::Ucs2(_) => Kind::Ucs2,
            Self::Ucs4(_) => Kind::Ucs4,
        }
    }

    /// The kind that the content needs.
    pub fn narrowest_kind(self) -> Kind {
        match self {
            Self::Ascii(_) => Kind::Ascii,
            _ => Kind::of(with_units!(self, units => CodeUnit::largest(units))),
        }
    }

    /// The code point at `index`, if there is one.
    pub fn get(self, index: usize) -> Option<u32> {
        with_units!(self, units => units.get(index).map(|&unit| unit.code()))
    }

    /// The code point at `index`.
    ///
    /// # Panics
    /// If `index` is not below the length.
    #[inline]
    pub fn code_at(self, index: usize) -> u32 {
        with_units!(self, units => units[index].code())
    }

    /// The part at `range`.
    ///
    /// # Panics
    /// If the range reaches beyond the end or runs backwards.
    #[inline]
    pub fn slice(self, range: Range<usize>) -> TextRef<'a> {
        with_units!(self, units => CodeUnit::text(&units[range]))
    }

    /// `count` code points from `start`, `step` apart: an extended slice whose bounds are already normalised.
    ///
    /// # Panics
    /// If one of the places lies outside the text.
    pub fn stepped(self, start: usize, step: isize, count: usize) -> TextBuf {
        let place = |nth: usize| (start as isize + step * nth as isize) as usize;
        (0..count).map(|nth| self.code_at(place(nth))).collect()
    }

    /// The code points in order.
    pub fn codes(self) -> Codes<'a> {
        Codes { text: self, range: 0..self.len() }
    }

    /// A copy in the narrowest kind.
    pub fn to_buf(self) -> TextBuf {
        let mut buf = TextBuf::new();
        buf.push_text(self);
        buf
    }

    /// This text `count` times over.
    pub fn repeat(self, count: usize) -> TextBuf {
        with_units!(self, units => TextBuf::from_units(&units.repeat(count)))
    }

    /// Joins parts with this text between them.
    pub fn join<'p>(self, parts: impl IntoIterator<Item = TextRef<'p>>) -> TextBuf {
        let mut joined = TextBuf::new();
        for (nth, part) in parts.into_iter().enumerate() {
            if nth > 0 {
                joined.push_text(self);
            }
            joined.push_text(part);
        }
        joined
    }

    /// As a Rust string, if it is stored as ASCII.
    pub fn as_ascii(self) -> Option<&'a str> {
        match self {
            Self::Ascii(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// As a Rust string, lone surrogates replaced by U+FFFD.
    pub fn to_string_lossy(self) -> String {
        self.codes().map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }
}

impl PartialEq for TextRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Ascii(left), Self::Ascii(right)) => left == right,
            (Self::Ucs2(left), Self::Ucs2(right)) => left == right,
            (Self::Ucs4(left), Self::Ucs4(right)) => left == right,
            (left, right) => left.len() == right.len() && left.codes().eq(right.codes()),
        }
    }
}

impl Eq for TextRef<'_> {}

impl PartialOrd for TextRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Order by code points.
impl Ord for TextRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (*self, *other) {
            (Self::Ascii(left), Self::Ascii(right)) => left.cmp(right),
            (Self::Ucs2(left), Self::Ucs2(right)) => left.cmp(right),
            (Self::Ucs4(left), Self::Ucs4(right)) => left.cmp(right),
            (left, right) => left.codes().cmp(right.codes()),
        }
    }
}

impl PartialEq<str> for TextRef<'_> {
    fn eq(&self, other: &str) -> bool {
        self.codes().eq(other.chars().map(u32::from))
    }
}

impl std::fmt::Debug for TextRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.repr().as_text().to_string_lossy())
    }
}

/// Iterator over code points, from either end.
#[derive(Clone)]
pub struct Codes<'a> {
    text: TextRef<'a>,
    range: Range<usize>,
}

impl Iterator for Codes<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        self.range.next().map(|index| self.text.code_at(index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl DoubleEndedIterator for Codes<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        self.range.next_back().map(|index| self.text.code_at(index))
    }
}

impl ExactSizeIterator for Codes<'_> {}
