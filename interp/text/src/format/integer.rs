//! Formatting an integer, given as its sign and digits.

use super::FormatError;
use super::number::NumberParts;
use super::spec::FormatSpec;
use crate::buffer::TextBuf;

/// The base in which a specification shows an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegerBase {
    Binary,
    Octal,
    Decimal,
    Hexadecimal,
}

impl IntegerBase {
    /// 2, 8, 10 or 16.
    pub fn radix(self) -> u32 {
        match self {
            Self::Binary => 2,
            Self::Octal => 8,
            Self::Decimal => 10,
            Self::Hexadecimal => 16,
        }
    }
}

/// What a specification wants to know of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegerDigits {
    /// Its digits in a base, for [`FormatSpec::format_integer`].
    InBase(IntegerBase),
    /// The character with that number, for [`FormatSpec::format_code`].
    Character,
    /// Its value as a float, for [`FormatSpec::format_float`].
    Float,
}

impl FormatSpec<'_> {
    /// How an integer is to be given to this specification.
    ///
    /// # Errors
    /// If the specification is not one for integers.
    pub fn integer_digits(&self) -> Result<IntegerDigits, FormatError> {
        let wanted = match self.presentation_char() {
            Some('b') => IntegerDigits::InBase(IntegerBase::Binary),
            Some('o') => IntegerDigits::InBase(IntegerBase::Octal),
            Some('d' | 'n') => IntegerDigits::InBase(IntegerBase::Decimal),
            Some('x' | 'X') => IntegerDigits::InBase(IntegerBase::Hexadecimal),
            Some('c') => IntegerDigits::Character,
            Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => return Ok(IntegerDigits::Float),
            _ => return Err(self.unknown_presentation()),
        };
        let refused = match wanted {
            _ if self.precision.is_some() => "Precision not allowed in integer format specifier",
            _ if self.no_negative_zero => {
                "Negative zero coercion (z) not allowed in integer format specifier"
            }
            IntegerDigits::Character if self.sign.is_some() => {
                "Sign not allowed with integer format specifier 'c'"
            }
            IntegerDigits::Character if self.alternate => {
                "Alternate form (#) not allowed with integer format specifier 'c'"
            }
            _ => return Ok(wanted),
        };
        Err(FormatError::value(refused))
    }

    /// `format(int, spec)` from the digits in the wanted base, in lower case and without a sign.
    pub fn format_integer(&self, negative: bool, digits: &str) -> TextBuf {
        let upper = self.presentation_char() == Some('X');
        let (prefix, group_size) = match self.presentation_char() {
            Some('b') => ("0b", 4),
            Some('o') => ("0o", 4),
            Some('x') => ("0x", 4),
            Some('X') => ("0X", 4),
            _ => ("", 3),
        };
        let prefix = if self.alternate { prefix } else { "" };
        let uppercase = upper.then(|| digits.to_ascii_uppercase());
        let whole = uppercase.as_deref().unwrap_or(digits);
        self.layout(NumberParts { negative, prefix, whole, ..NumberParts::default() }, group_size)
    }

    /// `format(int, "c")`: the character, padded.
    ///
    /// # Errors
    /// If the number is not that of a code point.
    pub fn format_code(&self, value: i64) -> Result<TextBuf, FormatError> {
        let code = u32::try_from(value).ok().filter(|&code| code <= 0x10ffff);
        let code = code.ok_or_else(|| FormatError::overflow("%c arg not in range(0x110000)"))?;
        let character: TextBuf = std::iter::once(code).collect();
        Ok(self.pad(character.as_text()))
    }
}
