//! Owned text under construction, always in the narrowest kind that holds it.
//!
//! The invariant is kept by each push: it looks at what it adds and widens the storage first if need be, so
//! nothing has to be scanned again at the end.

use crate::text::{TextRef, with_units};
use crate::unit::{CodeUnit, Kind};

/// A growable string.
#[derive(Clone)]
pub enum TextBuf {
    /// Bytes, all below 128.
    Ascii(Vec<u8>),
    /// 16-bit units, one at least above 127.
    Ucs2(Vec<u16>),
    /// 32-bit units, one at least above 0xFFFF.
    Ucs4(Vec<u32>),
}

impl Default for TextBuf {
    fn default() -> Self {
        Self::new()
    }
}

impl TextBuf {
    /// An empty buffer.
    pub const fn new() -> Self {
        Self::Ascii(Vec::new())
    }

    /// An empty buffer with room for `units` ASCII characters.
    pub fn with_capacity(units: usize) -> Self {
        Self::Ascii(Vec::with_capacity(units))
    }

    /// A copy of a slice of units.
    pub fn from_units<T: CodeUnit>(units: &[T]) -> Self {
        let mut buf = Self::new();
        buf.push_text(T::text(units));
        buf
    }

    /// A view of the content.
    pub fn as_text(&self) -> TextRef<'_> {
        match self {
            Self::Ascii(units) => TextRef::Ascii(units),
            Self::Ucs2(units) => TextRef::Ucs2(units),
            Self::Ucs4(units) => TextRef::Ucs4(units),
        }
    }

    /// Number of code points.
    pub fn len(&self) -> usize {
        self.as_text().len()
    }

    /// Whether nothing was pushed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes room for `units` more code points.
    pub fn reserve(&mut self, units: usize) {
        match self {
            Self::Ascii(buf) => buf.reserve(units),
            Self::Ucs2(buf) => buf.reserve(units),
            Self::Ucs4(buf) => buf.reserve(units),
        }
    }

    fn widen(&mut self, kind: Kind) {
        if kind <= self.as_text().kind() {
            return;
        }
        fn copied<T: CodeUnit>(text: TextRef<'_>, room: usize) -> Vec<T> {
            let mut units = Vec::with_capacity(room);
            units.extend(text.codes().map(T::from_code));
            units
        }
        let room = match self {
            Self::Ascii(units) => units.capacity(),
            Self::Ucs2(units) => units.capacity(),
            Self::Ucs4(units) => units.capacity(),
        };
        *self = match kind {
            Kind::Ascii => return,
            Kind::Ucs2 => Self::Ucs2(copied(self.as_text(), room)),
            Kind::Ucs4 => Self::Ucs4(copied(self.as_text(), room)),
        };
    }

    /// Appends one code point.
    #[inline]
    pub fn push(&mut self, code: u32) {
        self.widen(Kind::of(code));
        match self {
            Self::Ascii(buf) => buf.push(code as u8),
            Self::Ucs2(buf) => buf.push(code as u16),
            Self::Ucs4(buf) => buf.push(code),
        }
    }

    /// Appends the same code point `count` times.
    pub fn push_repeated(&mut self, code: u32, count: usize) {
        if count == 0 {
            return;
        }
        self.widen(Kind::of(code));
        match self {
            Self::Ascii(buf) => buf.resize(buf.len() + count, code as u8),
            Self::Ucs2(buf) => buf.resize(buf.len() + count, code as u16),
            Self::Ucs4(buf) => buf.resize(buf.len() + count, code),
        }
    }

    /// Appends text of any kind.
    pub fn push_text(&mut self, text: TextRef<'_>) {
        self.widen(text.narrowest_kind());
        match (&mut *self, text) {
            (Self::Ascii(buf), TextRef::Ascii(units)) => buf.extend_from_slice(units),
            (Self::Ucs2(buf), TextRef::Ucs2(units)) => buf.extend_from_slice(units),
            (Self::Ucs4(buf), TextRef::Ucs4(units)) => buf.extend_from_slice(units),
            (Self::Ascii(buf), _) => buf.extend(text.codes().map(|code| code as u8)),
            (Self::Ucs2(buf), TextRef::Ascii(units)) => buf.extend(units.iter().map(|&unit| u16::from(unit))),
            (Self::Ucs2(buf), _) => buf.extend(text.codes().map(|code| code as u16)),
            (Self::Ucs4(buf), _) => {
                with_units!(text, units => buf.extend(units.iter().map(|&unit| unit.code())))
            }
        }
    }

    /// Appends a Rust string.
    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() {
            return self.push_text(TextRef::Ascii(text.as_bytes()));
        }
        let is_wide = text.bytes().any(|byte| byte >= 0xf0);
        self.widen(if is_wide { Kind::Ucs4 } else { Kind::Ucs2 });
        match self {
            Self::Ascii(_) => {}
            Self::Ucs2(buf) => buf.extend(text.chars().map(|c| c as u16)),
            Self::Ucs4(buf) => buf.extend(text.chars().map(u32::from)),
        }
    }
}

impl Extend<u32> for TextBuf {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, codes: I) {
        let codes = codes.into_iter();
        self.reserve(codes.size_hint().0);
        codes.for_each(|code| self.push(code));
    }
}

impl FromIterator<u32> for TextBuf {
    fn from_iter<I: IntoIterator<Item = u32>>(codes: I) -> Self {
        let mut buf = Self::new();
        buf.extend(codes);
        buf
    }
}

impl From<&str> for TextBuf {
    fn from(text: &str) -> Self {
        let mut buf = Self::new();
        buf.push_str(text);
        buf
    }
}

impl std::fmt::Write for TextBuf {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

impl PartialEq for TextBuf {
    fn eq(&self, other: &Self) -> bool {
        self.as_text() == other.as_text()
    }
}

impl Eq for TextBuf {}

impl PartialEq<str> for TextBuf {
    fn eq(&self, other: &str) -> bool {
        self.as_text() == *other
    }
}

impl PartialEq<&str> for TextBuf {
    fn eq(&self, other: &&str) -> bool {
        self.as_text() == **other
    }
}

impl std::fmt::Debug for TextBuf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_text().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_stays_narrowest() {
        let mut buf = TextBuf::new();
        buf.push_text(TextRef::Ucs4(&[0x61, 0x62]));
        assert!(matches!(buf, TextBuf::Ascii(_)));
        buf.push(0xe9);
        assert!(matches!(buf, TextBuf::Ucs2(_)));
        buf.push_text(TextRef::Ucs4(&[0xd800]));
        assert!(matches!(buf, TextBuf::Ucs2(_)));
        buf.push_str("😀");
        assert!(matches!(buf, TextBuf::Ucs4(_)));
        assert_eq!(buf.as_text().codes().collect::<Vec<_>>(), [0x61, 0x62, 0xe9, 0xd800, 0x1f600]);
    }

    #[test]
    fn the_same_text_is_equal_in_every_kind() {
        let narrow = TextBuf::from("ab");
        assert_eq!(narrow.as_text(), TextRef::Ucs2(&[0x61, 0x62]));
        assert!(narrow.as_text() < TextRef::Ucs4(&[0x61, 0x63]));
    }
}
