//! `float.hex` and `float.fromhex`.

use super::scaled;
use crate::error::{NumberError, Result};

/// `x.hex()`
pub fn to_hex(x: f64) -> String {
    if !x.is_finite() {
        return super::repr(x);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match bits >> 52 & 0x7ff {
        0 if fraction == 0 => format!("{sign}0x0.0p+0"),
        0 => format!("{sign}0x0.{fraction:013x}p-1022"),
        exponent => format!("{sign}0x1.{fraction:013x}p{:+}", exponent as i64 - 1023),
    }
}

/// `float.fromhex(text)`: an optional sign, `0x` at will, hexadecimal digits with a point at will, and at will an
/// exponent of two; or `inf`, `infinity`, `nan`. The caller has stripped whitespace.
///
/// # Errors
/// If the text is something else, or too large.
pub fn from_hex(text: &str) -> Result<f64> {
    let invalid = || NumberError::value("invalid hexadecimal floating-point string");
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = match unsigned.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        number => {
            let magnitude =
                number_from_hex(number.strip_prefix("0x").unwrap_or(number)).ok_or_else(invalid)?;
            if magnitude.is_infinite() {
                return Err(NumberError::overflow("hexadecimal value too large to represent as a float"));
            }
            magnitude
        }
    };
    Ok(if negative { -magnitude } else { magnitude })
}

fn number_from_hex(number: &str) -> Option<f64> {
    let (mantissa, exponent) = match number.split_once('p') {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (number, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (mut bits, mut dropped) = (0u64, 0i64);
    for digit in whole.chars().chain(fraction.chars()) {
        let digit = u64::from(digit.to_digit(16)?);
        if bits >> 60 == 0 {
            bits = bits << 4 | digit;
        } else {
            bits |= u64::from(digit != 0);
            dropped += 4;
        }
    }
    Some(scaled(bits, exponent.saturating_add(dropped).saturating_sub(4 * fraction.len() as i64)))
}

/// A decimal number, limited to what is beyond all floats anyway.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes() {
        for (x, expected) in [
            (1.5, "0x1.8000000000000p+0"),
            (-0.1, "-0x1.999999999999ap-4"),
            (1e-320, "0x0.00000000007e8p-1022"),
            (-0.0, "-0x0.0p+0"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(to_hex(x), expected);
        }
    }

    #[test]
    fn reads() {
        for (text, expected) in [
            ("0x1.8p1", Some(3.0)),
            ("-0x.8", Some(-0.5)),
            ("1P-1", Some(0.5)),
            ("0x1.fffffffffffff8p0", Some(2.0)),
            ("0x1.fffffffffffff7ffffffffffffffp0", Some(1.9999999999999998)),
            ("0x0.00000000007e8p-1022", Some(1e-320)),
            ("0x1p-1075", Some(0.0)),
            ("0x1.0000000001p-1075", Some(5e-324)),
            ("0x0p99999999999999999999", Some(0.0)),
            ("Infinity", Some(f64::INFINITY)),
            ("0x1p1024", None),
            ("0x", None),
            ("0x.p1", None),
            ("1p", None),
            ("1p+", None),
            ("zz", None),
        ] {
            assert_eq!(from_hex(text).ok(), expected, "{text}");
        }
    }
}
