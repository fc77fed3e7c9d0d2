//! Floats: text to and from, rounding, arithmetic as Python defines it.

pub mod arithmetic;
pub mod digits;
pub mod format;
pub mod hex;
pub mod parse;
pub mod round;

pub use format::{FloatFormat, Style, repr};

use crate::error::{NumberError, Result};
use crate::int::{Int, IntRef};

/// A finite float that is not negative as `mantissa * 2**exponent`, the mantissa of at most 53 bits.
pub(crate) fn decompose(x: f64) -> (u64, i64) {
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52) as i64 {
        0 => (fraction, -1074),
        exponent => (fraction | 1 << 52, exponent - 1075),
    }
}

/// `mantissa * 2**exponent`, rounded once, half to even; infinite if too large. If bits were dropped below the
/// mantissa, its lowest bit is set ("sticky") and it has at least 55 bits, so that the rounding is right.
pub(crate) fn scaled(mantissa: u64, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let top = i64::from(u64::BITS - mantissa.leading_zeros()) + exponent;
    if top > 1024 {
        return f64::INFINITY;
    }
    let unit = (top - 53).max(-1074);
    let dropped = unit - exponent;
    let rounded = if dropped <= 0 {
        mantissa << -dropped
    } else if dropped > 64 {
        return 0.0;
    } else {
        let wide = u128::from(mantissa);
        let (kept, rest, half) = (wide >> dropped, wide & ((1 << dropped) - 1), 1u128 << (dropped - 1));
        (kept + u128::from(rest > half || rest == half && kept & 1 == 1)) as u64
    };
    // The product is exact, or overflows after rounding up.
    libm::scalbn(rounded as f64, unit as i32)
}

/// `x.as_integer_ratio()`: numerator and denominator in lowest terms.
///
/// # Errors
/// If `x` is infinite or not a number.
pub fn as_integer_ratio(x: f64) -> Result<(Int, Int)> {
    if x.is_nan() {
        return Err(NumberError::value("cannot convert NaN to integer ratio"));
    }
    if x.is_infinite() {
        return Err(NumberError::overflow("cannot convert Infinity to integer ratio"));
    }
    let (mantissa, exponent) = decompose(x.abs());
    let spare = i64::from(mantissa.trailing_zeros()).min(-exponent).max(0);
    let (mantissa, exponent) = if mantissa == 0 { (0, 0) } else { (mantissa >> spare, exponent + spare) };
    let signed = if x < 0.0 { -(mantissa as i64) } else { mantissa as i64 };
    let numerator = IntRef::Small(signed).shift_left(IntRef::Small(exponent.max(0)))?;
    let denominator = IntRef::Small(1).shift_left(IntRef::Small((-exponent).max(0)))?;
    Ok((numerator, denominator))
}

/// `x.is_integer()`
pub fn is_integer(x: f64) -> bool {
    x.is_finite() && x == x.trunc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios() {
        let ratio = |x: f64| {
            as_integer_ratio(x).map(|(top, bottom)| (top.as_ref().digits(10), bottom.as_ref().digits(10)))
        };
        let expect = |top: &str, bottom: &str| Ok((top.to_owned(), bottom.to_owned()));
        assert_eq!(ratio(0.5), expect("1", "2"));
        assert_eq!(ratio(-0.1), expect("3602879701896397", "36028797018963968"));
        assert_eq!(ratio(0.0), expect("0", "1"));
        assert_eq!(ratio(1e22), expect("10000000000000000000000", "1"));
        assert_eq!(as_integer_ratio(-6.0), Ok((Int::Small(-6), Int::Small(1))));
        assert!(as_integer_ratio(f64::NAN).is_err() && as_integer_ratio(f64::INFINITY).is_err());
        assert!(is_integer(1e300) && !is_integer(0.5) && !is_integer(f64::INFINITY));
    }

    #[test]
    fn scaling_rounds_once() {
        assert_eq!(scaled((1 << 54) + 2, 0), (1u64 << 54) as f64);
        assert_eq!(scaled((1 << 54) + 3, 0), ((1u64 << 54) + 4) as f64);
        assert_eq!(scaled((1 << 54) + 6, 0), ((1u64 << 54) + 8) as f64);
        assert_eq!(scaled(3, -1075), 1e-323);
        assert_eq!(scaled(1, -1075), 0.0);
        assert_eq!(scaled(u64::MAX, 960), f64::INFINITY);
        assert_eq!(scaled(1 << 63 | 1, -1138), 5e-324);
        assert_eq!(scaled(1 << 63, -1138), 0.0);
    }
}
