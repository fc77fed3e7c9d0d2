//! The `%` formatting of `str` and `bytes`: `%[(key)][flags][width][.precision][length]conversion`.
//!
//! Parsing is lazy and generic over units, so that formats of both types are parsed alike. Applying a
//! specification works on text that the caller has made of the argument.

use std::ops::Range;

use ungil_numbers::float::{FloatFormat, Style};

use super::{FormatError, IntegerBase, check_width};
use crate::buffer::TextBuf;
use crate::text::{TextRef, with_units};
use crate::unit::CodeUnit;

/// A width or precision: given, or to be taken from the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    Given(usize),
    FromArguments,
}

/// A parsed conversion specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PercentSpec {
    /// The place of the mapping key.
    pub key: Option<Range<usize>>,
    pub left: bool,
    pub plus: bool,
    pub space: bool,
    pub alternate: bool,
    pub zero: bool,
    pub width: Option<Amount>,
    pub precision: Option<Amount>,
    pub conversion: u32,
    /// The place of the conversion character.
    pub place: usize,
}

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Literal(Range<usize>),
    /// `%%`.
    Percent,
    Spec(PercentSpec),
}

/// Iterator over the pieces of a format. After an error it ends.
pub struct Pieces<'a, T> {
    units: &'a [T],
    at: usize,
    precision_error: &'static str,
}

impl<'a> Pieces<'a, u8> {
    /// The pieces of a `bytes` format.
    pub fn of_bytes(format: &'a [u8]) -> Self {
        Self { units: format, at: 0, precision_error: "prec too big" }
    }
}

impl<'a, T: CodeUnit> Pieces<'a, T> {
    /// The pieces of a `str` format, given as its units.
    pub fn of_text(format: &'a [T]) -> Self {
        Self { units: format, at: 0, precision_error: "precision too big" }
    }

    fn peek(&self) -> Option<char> {
        self.units.get(self.at).and_then(|unit| char::from_u32(unit.code()))
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    fn piece(&mut self) -> Result<Piece, FormatError> {
        let percent = T::from_code(b'%'.into());
        if !self.eat('%') {
            let start = self.at;
            let length = T::find_unit(&self.units[start..], percent);
            self.at = length.map_or(self.units.len(), |length| start + length);
            return Ok(Piece::Literal(start..self.at));
        }
        if self.eat('%') { Ok(Piece::Percent) } else { self.spec().map(Piece::Spec) }
    }

    fn spec(&mut self) -> Result<PercentSpec, FormatError> {
        let mut spec = PercentSpec {
            key: if self.eat('(') { Some(self.key()?) } else { None },
            left: false,
            plus: false,
            space: false,
            alternate: false,
            zero: false,
            width: None,
            precision: None,
            conversion: 0,
            place: 0,
        };
        while let Some(flag) = self.peek() {
            match flag {
                '-' => spec.left = true,
                '+' => spec.plus = true,
                ' ' => spec.space = true,
                '#' => spec.alternate = true,
                '0' => spec.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        spec.width = self.amount(isize::MAX as usize, "width too big")?;
        if let Some(Amount::Given(width)) = spec.width {
            check_width(width)?;
        }
        if self.eat('.') {
            let precision = self.amount(i32::MAX as usize, self.precision_error)?;
            spec.precision = Some(precision.unwrap_or(Amount::Given(0)));
        }
        if matches!(self.peek(), Some('h' | 'l' | 'L')) {
            self.at += 1;
        }
        let conversion = self.units.get(self.at).ok_or_else(|| FormatError::value("incomplete format"))?;
        (spec.conversion, spec.place) = (conversion.code(), self.at);
        self.at += 1;
        Ok(spec)
    }

    /// The key up to the parenthesis that closes it.
    fn key(&mut self) -> Result<Range<usize>, FormatError> {
        let start = self.at;
        let mut depth = 1;
        while let Some(unit) = self.units.get(self.at) {
            self.at += 1;
            match char::from_u32(unit.code()) {
                Some('(') => depth += 1,
                Some(')') if depth == 1 => return Ok(start..self.at - 1),
                Some(')') => depth -= 1,
                _ => {}
            }
        }
        Err(FormatError::value("incomplete format key"))
    }

    fn amount(&mut self, limit: usize, too_big: &'static str) -> Result<Option<Amount>, FormatError> {
        if self.eat('*') {
            return Ok(Some(Amount::FromArguments));
        }
        let mut number = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            let value = number.unwrap_or(0usize);
            let grown = value.checked_mul(10).and_then(|value| value.checked_add(digit as usize));
            number = Some(grown.filter(|&grown| grown <= limit).ok_or_else(|| FormatError::value(too_big))?);
            self.at += 1;
        }
        Ok(number.map(Amount::Given))
    }
}

impl<T: CodeUnit> Iterator for Pieces<'_, T> {
    type Item = Result<Piece, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.units.len() {
            return None;
        }
        let piece = self.piece();
        if piece.is_err() {
            self.at = self.units.len();
        }
        Some(piece)
    }
}

/// The pieces of a `str` format of any kind; an error, if there is one, comes last.
pub fn pieces_of(format: TextRef<'_>) -> Vec<Result<Piece, FormatError>> {
    with_units!(format, units => Pieces::of_text(units).collect())
}

impl PercentSpec {
    /// Takes a width from the arguments: a negative one asks for the left side.
    ///
    /// # Errors
    /// If the result would not fit into memory.
    pub fn set_width(&mut self, width: isize) -> Result<(), FormatError> {
        check_width(width.unsigned_abs())?;
        self.left |= width < 0;
        self.width = Some(Amount::Given(width.unsigned_abs()));
        Ok(())
    }

    /// Takes a precision from the arguments: a negative one is zero.
    pub fn set_precision(&mut self, precision: i32) {
        self.precision = Some(Amount::Given(usize::try_from(precision).unwrap_or(0)));
    }

    /// The error for a conversion that does not exist.
    pub fn unsupported(&self) -> FormatError {
        let code = self.conversion;
        let shown = match u8::try_from(code) {
            Ok(byte @ 0x20..=0x7e) => char::from(byte),
            _ => '?',
        };
        let place = self.place;
        FormatError::value(format!("unsupported format character '{shown}' (0x{code:x}) at index {place}"))
    }

    fn given_precision(&self) -> Option<usize> {
        match self.precision {
            Some(Amount::Given(precision)) => Some(precision),
            _ => None,
        }
    }

    /// The margins that bring `len` units to the width.
    fn margins(&self, len: usize) -> (usize, usize) {
        let width = if let Some(Amount::Given(width)) = self.width { width } else { 0 };
        let rest = width.saturating_sub(len);
        if self.left { (0, rest) } else { (rest, 0) }
    }

    /// `%s`, `%r`, `%a` of a `str`: cut to the precision and padded.
    pub fn format_text(&self, text: TextRef<'_>) -> TextBuf {
        let shown = text.slice(0..self.given_precision().unwrap_or(usize::MAX).min(text.len()));
        self.pad_text(shown)
    }

    /// `%c`: padded only.
    pub fn pad_text(&self, text: TextRef<'_>) -> TextBuf {
        let (left, right) = self.margins(text.len());
        text.padded(left, right, b' '.into())
    }

    /// `%b`, `%s`, `%r`, `%a` of `bytes`: cut to the precision and padded.
    pub fn format_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.pad_bytes(&bytes[..self.given_precision().unwrap_or(usize::MAX).min(bytes.len())])
    }

    /// `%c` of `bytes`: padded only.
    pub fn pad_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let (left, right) = self.margins(bytes.len());
        [&vec![b' '; left], bytes, &vec![b' '; right]].concat()
    }

    /// The base of an integer conversion, `None` for other conversions.
    pub fn integer_base(&self) -> Option<IntegerBase> {
        match char::from_u32(self.conversion)? {
            'd' | 'i' | 'u' => Some(IntegerBase::Decimal),
            'o' => Some(IntegerBase::Octal),
            'x' | 'X' => Some(IntegerBase::Hexadecimal),
            _ => None,
        }
    }

    /// Whether this is `%e`, `%f`, `%g` or one of their upper-case forms.
    pub fn is_float(&self) -> bool {
        matches!(char::from_u32(self.conversion), Some('e' | 'E' | 'f' | 'F' | 'g' | 'G'))
    }

    /// An integer conversion, from the digits in its base in lower case. The result is ASCII.
    pub fn format_integer(&self, negative: bool, digits: &str) -> String {
        let prefix = match char::from_u32(self.conversion) {
            Some('o') if self.alternate => "0o",
            Some('x') if self.alternate => "0x",
            Some('X') if self.alternate => "0X",
            _ => "",
        };
        let least = self.given_precision().unwrap_or(0);
        let mut number = "0".repeat(least.saturating_sub(digits.len())) + digits;
        if self.conversion == u32::from(b'X') {
            number.make_ascii_uppercase();
        }
        self.layout(negative, prefix, &number)
    }

    /// A float conversion. The result is ASCII.
    pub fn format_float(&self, x: f64) -> String {
        let style = match char::from_u32(self.conversion) {
            Some('e' | 'E') => Style::Exponent,
            Some('f' | 'F') => Style::Fixed,
            _ => Style::General,
        };
        let upper = matches!(char::from_u32(self.conversion), Some('E' | 'F' | 'G'));
        let plain = FloatFormat::new(style, self.given_precision().unwrap_or(6));
        let number = FloatFormat { upper, alternate: self.alternate, ..plain }.format(x);
        match number.strip_prefix('-') {
            Some(magnitude) => self.layout(true, "", magnitude),
            None => self.layout(false, "", &number),
        }
    }

    fn layout(&self, negative: bool, prefix: &str, digits: &str) -> String {
        let sign = match (negative, self.plus, self.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        };
        let (left, right) = self.margins(sign.len() + prefix.len() + digits.len());
        let (spaces, zeros) = if self.zero { (0, left) } else { (left, 0) };
        [&" ".repeat(spaces), sign, prefix, &"0".repeat(zeros), digits, &" ".repeat(right)].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(format: &str) -> PercentSpec {
        match Pieces::of_bytes(format.as_bytes()).next() {
            Some(Ok(Piece::Spec(spec))) => spec,
            other => panic!("{format}: {other:?}"),
        }
    }

    #[test]
    fn pieces() {
        let pieces: Result<Vec<_>, _> = Pieces::of_text(&b"a%%b%(x(y))s"[..]).collect();
        let pieces = pieces.unwrap();
        assert_eq!(pieces[..3], [Piece::Literal(0..1), Piece::Percent, Piece::Literal(3..4)]);
        assert!(matches!(&pieces[3], Piece::Spec(spec) if spec.key == Some(6..10) && spec.place == 11));
        let errors = [
            ("%", "incomplete format"),
            ("%(a)", "incomplete format"),
            ("%(a", "incomplete format key"),
            ("%99999999999999999999d", "width too big"),
            ("%.99999999999d", "precision too big"),
        ];
        for (format, expected) in errors {
            let error = Pieces::of_text(format.as_bytes()).next().unwrap().unwrap_err();
            assert_eq!(error.message, expected);
        }
        let wide = TextBuf::from("é%d%");
        let last = pieces_of(wide.as_text()).pop().unwrap();
        assert_eq!(last.unwrap_err().message, "incomplete format");
        assert_eq!(spec("%q").unsupported().message, "unsupported format character 'q' (0x71) at index 1");
        assert_eq!(spec("%lld").unsupported().message, "unsupported format character 'l' (0x6c) at index 2");
    }

    #[test]
    fn integers() {
        let table = [
            ("%d", false, "5", "5"),
            ("%05d", true, "3", "-0003"),
            ("%-05d", false, "3", "3    "),
            ("%05.3d", false, "3", "00003"),
            ("%+ d", false, "3", "+3"),
            ("% d", false, "3", " 3"),
            ("%#.5x", false, "ff", "0x000ff"),
            ("%#08x", true, "ff", "-0x000ff"),
            ("%+#.8o", true, "12", "-0o00000012"),
            ("%-#10X", false, "a", "0XA       "),
        ];
        for (format, negative, digits, expected) in table {
            assert_eq!(spec(format).format_integer(negative, digits), expected, "{format}");
        }
    }

    #[test]
    fn floats() {
        let table = [
            ("%08.3f", -1.5, "-001.500"),
            ("%010f", f64::INFINITY, "0000000inf"),
            ("%+f", f64::NAN, "+nan"),
            ("%-14e|", 1.5, "1.500000e+00  "),
            ("%#g", 1.0, "1.00000"),
            ("%.f", 2.5, "2"),
            ("%G", 1e-10, "1E-10"),
        ];
        for (format, x, expected) in table {
            assert_eq!(spec(format).format_float(x), expected, "{format}");
        }
    }

    #[test]
    fn strings() {
        assert_eq!(spec("%05.2s").format_text(TextBuf::from("éab").as_text()), "   éa");
        assert_eq!(spec("%-4s|").format_bytes(b"ab"), b"ab  ");
        let mut starred = spec("%*.*s");
        starred.set_width(-4).unwrap();
        assert!(spec("%*s").set_width(isize::MAX).is_err());
        starred.set_precision(1);
        assert_eq!(starred.format_text(TextRef::ascii("ab")), "a   ");
    }
}
