//! Storage kinds and the code units they hold.
//!
//! A Python string is a sequence of code points, each stored in one unit of the narrowest kind that holds them
//! all (PEP 393's idea with three kinds): ASCII bytes, 16-bit units, 32-bit units. No unit is ever half of a
//! surrogate pair; a unit in the surrogate range is a lone surrogate.

use std::borrow::Cow;

use crate::search::{self, WideFinder};
use crate::text::TextRef;

/// How wide a string's units are. Ordered: a wider kind can hold all that a narrower one can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One byte a unit, all below 128.
    Ascii,
    /// Two bytes a unit.
    Ucs2,
    /// Four bytes a unit.
    Ucs4,
}

impl Kind {
    /// The narrowest kind that holds `code`.
    pub fn of(code: u32) -> Self {
        match code {
            0..0x80 => Self::Ascii,
            0x80..0x10000 => Self::Ucs2,
            _ => Self::Ucs4,
        }
    }

    /// Bytes per unit.
    pub fn width(self) -> usize {
        match self {
            Self::Ascii => 1,
            Self::Ucs2 => 2,
            Self::Ucs4 => 4,
        }
    }
}

/// One unit of a string: `u8` (ASCII text, or any byte in the `bytes` kernels), `u16` or `u32`.
pub trait CodeUnit: Copy + Eq + Ord + Into<u32> + std::fmt::Debug + 'static {
    /// The kind of text made of such units.
    const KIND: Kind;

    /// A needle prepared for repeated searches.
    type Finder<'n>;

    /// The unit for a code point that fits the kind; the high bits are dropped otherwise.
    fn from_code(code: u32) -> Self;

    /// The code point that the unit stands for.
    #[inline]
    fn code(self) -> u32 {
        self.into()
    }

    /// A slice as text.
    fn text(units: &[Self]) -> TextRef<'_>;

    /// The text in units of this kind, or `None` if a code point does not fit.
    fn adopt(text: TextRef<'_>) -> Option<Cow<'_, [Self]>>;

    /// Prepares a search; the needle is not empty.
    fn finder(needle: &[Self]) -> Self::Finder<'_>;

    /// The first occurrence of the finder's needle.
    fn find_with(finder: &Self::Finder<'_>, hay: &[Self]) -> Option<usize>;

    /// The first occurrence of one unit.
    fn find_unit(hay: &[Self], unit: Self) -> Option<usize> {
        hay.iter().position(|&other| other == unit)
    }

    /// The last occurrence of one unit.
    fn rfind_unit(hay: &[Self], unit: Self) -> Option<usize> {
        hay.iter().rposition(|&other| other == unit)
    }

    /// The last occurrence of a needle of two units or more.
    fn rfind_units(hay: &[Self], needle: &[Self]) -> Option<usize> {
        search::rfind_by_scan(hay, needle)
    }

    /// The largest unit, 0 for an empty slice.
    fn largest(units: &[Self]) -> u32 {
        units.iter().copied().max().map_or(0, Into::into)
    }
}

fn fitting<T: CodeUnit>(text: TextRef<'_>) -> Option<Cow<'_, [T]>> {
    (text.narrowest_kind() <= T::KIND).then(|| text.codes().map(T::from_code).collect::<Vec<T>>().into())
}

impl CodeUnit for u8 {
    const KIND: Kind = Kind::Ascii;
    type Finder<'n> = memchr::memmem::Finder<'n>;

    fn from_code(code: u32) -> Self {
        code as u8
    }

    #[inline(always)]
    fn text(units: &[Self]) -> TextRef<'_> {
        TextRef::Ascii(units)
    }

    #[inline]
    fn adopt(text: TextRef<'_>) -> Option<Cow<'_, [Self]>> {
        match text {
            TextRef::Ascii(units) => Some(units.into()),
            _ => fitting(text),
        }
    }

    fn finder(needle: &[Self]) -> Self::Finder<'_> {
        memchr::memmem::Finder::new(needle)
    }

    fn find_with(finder: &Self::Finder<'_>, hay: &[Self]) -> Option<usize> {
        finder.find(hay)
    }

    fn find_unit(hay: &[Self], unit: Self) -> Option<usize> {
        memchr::memchr(unit, hay)
    }

    fn rfind_unit(hay: &[Self], unit: Self) -> Option<usize> {
        memchr::memrchr(unit, hay)
    }

    fn rfind_units(hay: &[Self], needle: &[Self]) -> Option<usize> {
        memchr::memmem::rfind(hay, needle)
    }
}

impl CodeUnit for u16 {
    const KIND: Kind = Kind::Ucs2;
    type Finder<'n> = WideFinder<'n, u16>;

    fn from_code(code: u32) -> Self {
        code as u16
    }

    #[inline(always)]
    fn text(units: &[Self]) -> TextRef<'_> {
        TextRef::Ucs2(units)
    }

    #[inline]
    fn adopt(text: TextRef<'_>) -> Option<Cow<'_, [Self]>> {
        match text {
            TextRef::Ucs2(units) => Some(units.into()),
            _ => fitting(text),
        }
    }

    fn finder(needle: &[Self]) -> Self::Finder<'_> {
        WideFinder::new(needle)
    }

    fn find_with(finder: &Self::Finder<'_>, hay: &[Self]) -> Option<usize> {
        finder.find(hay)
    }
}

impl CodeUnit for u32 {
    const KIND: Kind = Kind::Ucs4;
    type Finder<'n> = WideFinder<'n, u32>;

    fn from_code(code: u32) -> Self {
        code
    }

    #[inline(always)]
    fn text(units: &[Self]) -> TextRef<'_> {
        TextRef::Ucs4(units)
    }

    #[inline]
    fn adopt(text: TextRef<'_>) -> Option<Cow<'_, [Self]>> {
        match text {
            TextRef::Ucs4(units) => Some(units.into()),
            _ => fitting(text),
        }
    }

    fn finder(needle: &[Self]) -> Self::Finder<'_> {
        WideFinder::new(needle)
    }

    fn find_with(finder: &Self::Finder<'_>, hay: &[Self]) -> Option<usize> {
        finder.find(hay)
    }
}
