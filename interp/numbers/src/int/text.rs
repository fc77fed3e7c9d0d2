//! Integers as text, in bases 2 to 36, and back.
//!
//! Conversions between text and bases that are not powers of two take more than linear time, so that Python bounds
//! the digits they may have (4300 unless `sys.set_int_max_str_digits` says otherwise; 0 is no bound).

use dashu_base::BitTest;
use dashu_int::UBig;

use super::{Int, IntRef};
use crate::error::{NumberError, Result};

/// Numbers of fewer digits are never refused.
const ALWAYS_ALLOWED: usize = 640;

impl IntRef<'_> {
    /// The digits of the magnitude in lower case, without prefix.
    pub fn digits(self, radix: u32) -> String {
        match self {
            Self::Small(value) => {
                let magnitude = value.unsigned_abs();
                match radix {
                    2 => format!("{magnitude:b}"),
                    8 => format!("{magnitude:o}"),
                    10 => magnitude.to_string(),
                    16 => format!("{magnitude:x}"),
                    _ => UBig::from(magnitude).in_radix(radix as u8).to_string(),
                }
            }
            Self::Big(_) => self.magnitude().in_radix(radix as u8).to_string(),
        }
    }

    /// `str(self)`.
    ///
    /// # Errors
    /// If there are more digits than `max_digits`.
    pub fn to_decimal(self, max_digits: usize) -> Result<String> {
        let value = match self {
            Self::Small(value) => return Ok(value.to_string()),
            Self::Big(value) => value,
        };
        let limit = if max_digits == 0 { usize::MAX } else { max_digits.max(ALWAYS_ALLOWED) };
        let refused = || {
            NumberError::value(format!(
                "Exceeds the limit ({max_digits} digits) for integer string conversion; use \
                 sys.set_int_max_str_digits() to increase the limit"
            ))
        };
        // A digit is worth more than 3 bits: refuse what is surely too long before the work.
        if value.bit_len() / 4 > limit {
            return Err(refused());
        }
        let text = value.to_string();
        if text.len() - usize::from(self.is_negative()) > limit { Err(refused()) } else { Ok(text) }
    }
}

/// Why a text is not an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseIntError {
    /// Not a literal in the base; the runtime shows the text in its message.
    Invalid,
    /// So many digits, more than allowed.
    TooManyDigits(usize),
}

impl ParseIntError {
    /// The message of the `ValueError` for too many digits.
    pub fn too_many_digits(digits: usize, max_digits: usize) -> String {
        format!(
            "Exceeds the limit ({max_digits} digits) for integer string conversion: value has {digits} digits; use \
             sys.set_int_max_str_digits() to increase the limit"
        )
    }
}

/// `int(text, base)` for a base of 0 or 2 to 36: an optional sign, an optional prefix that fits the base, digits
/// with single underscores between them. Without a prefix in base 0 the number is decimal and zeros may not lead
/// it. The caller has stripped whitespace and made all digits ASCII.
///
/// # Errors
/// If the text is something else or has more digits than `max_digits` allows.
pub fn parse(text: &str, base: u32, max_digits: usize) -> std::result::Result<Int, ParseIntError> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let prefixed = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => Some(16),
        [b'0', b'o' | b'O', ..] => Some(8),
        [b'0', b'b' | b'B', ..] => Some(2),
        _ => None,
    };
    let has_prefix = prefixed.is_some_and(|found| base == 0 || base == found);
    let radix = if base != 0 { base } else { prefixed.unwrap_or(10) };
    let digits = if has_prefix { &unsigned[2..] } else { unsigned };
    let digits = digits.strip_prefix('_').filter(|_| has_prefix).unwrap_or(digits);
    if !digits.split('_').all(|group| !group.is_empty() && group.chars().all(|c| c.is_digit(radix))) {
        return Err(ParseIntError::Invalid);
    }
    let bare: String = digits.chars().filter(|&c| c != '_').collect();
    if base == 0 && !has_prefix && bare.starts_with('0') && bare.bytes().any(|digit| digit != b'0') {
        return Err(ParseIntError::Invalid);
    }
    let limited = max_digits != 0 && !radix.is_power_of_two() && bare.len() > ALWAYS_ALLOWED;
    if limited && bare.len() > max_digits {
        return Err(ParseIntError::TooManyDigits(bare.len()));
    }
    if let Ok(small) = i64::from_str_radix(&bare, radix) {
        return Ok(Int::Small(if negative { -small } else { small }));
    }
    let magnitude = UBig::from_str_radix(&bare, radix).map_err(|_| ParseIntError::Invalid)?;
    let value = Int::from(magnitude);
    Ok(if negative { -value.as_ref() } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses() {
        let table = [
            ("12", 10, Some(12)),
            ("-1_000", 10, Some(-1000)),
            ("+0x1f", 16, Some(31)),
            ("-0x_1f", 0, Some(-31)),
            ("0b1", 16, Some(177)),
            ("0o17", 0, Some(15)),
            ("00_0", 0, Some(0)),
            ("07", 0, None),
            ("07", 10, Some(7)),
            ("z", 36, Some(35)),
            ("", 10, None),
            ("-", 10, None),
            ("0x", 16, None),
            ("0x", 36, Some(33)),
            ("1__0", 10, None),
            ("_1", 10, None),
            ("1_", 10, None),
            ("0__1", 10, None),
            ("0x__1", 0, None),
            ("9", 8, None),
            ("+-1", 10, None),
            ("-9223372036854775808", 10, Some(i64::MIN)),
        ];
        for (text, base, expected) in table {
            assert_eq!(parse(text, base, 4300).ok(), expected.map(Int::Small), "{text:?} {base}");
        }
        let big = parse("123456789012345678901234567890", 10, 4300).unwrap();
        assert_eq!(big.as_ref().to_decimal(4300).unwrap(), "123456789012345678901234567890");
        assert_eq!(big.as_ref().digits(16), "18ee90ff6c373e0ee4e3f0ad2");
    }

    #[test]
    fn long_numbers_are_refused() {
        let long = "1".repeat(4301);
        assert_eq!(parse(&long, 10, 4300), Err(ParseIntError::TooManyDigits(4301)));
        assert!(parse(&long[1..], 10, 4300).is_ok());
        let value = parse(&long, 10, 0).unwrap();
        assert!(value.as_ref().to_decimal(4300).is_err());
        assert_eq!(value.as_ref().to_decimal(0).unwrap(), long);
        assert!(parse(&"1".repeat(9000), 16, 4300).is_ok());
    }
}
