//! Integers to floats and back, and comparisons between them.

use std::cmp::Ordering;

use dashu_base::BitTest;
use dashu_int::UBig;

use super::{Int, IntRef};
use crate::error::{NumberError, Result};
use crate::float::{decompose, scaled};

impl IntRef<'_> {
    /// `float(self)`, rounded half to even.
    ///
    /// # Errors
    /// If the value is too large.
    pub fn to_f64(self) -> Result<f64> {
        let big = match self {
            Self::Small(value) => return Ok(value as f64),
            Self::Big(_) => self.magnitude(),
        };
        let (mantissa, exponent) = leading_bits(&big);
        let magnitude = scaled(mantissa, exponent);
        if magnitude.is_infinite() {
            return Err(NumberError::overflow("int too large to convert to float"));
        }
        Ok(if self.is_negative() { -magnitude } else { magnitude })
    }

    /// The value as `m * 2**e` with `0.5 <= abs(m) < 1`, or zeros; `m` is rounded half to even.
    pub fn frexp(self) -> (f64, i64) {
        let (mantissa, _) = leading_bits(&self.magnitude());
        let length = self.bit_length() as i64;
        let fraction = scaled(mantissa, -i64::from(u64::BITS - mantissa.leading_zeros()));
        let (fraction, length) = if fraction == 1.0 { (0.5, length + 1) } else { (fraction, length) };
        (if self.is_negative() { -fraction } else { fraction }, length)
    }

    /// How the integer compares with a float, exactly; `None` for NaN.
    pub fn compare_f64(self, x: f64) -> Option<Ordering> {
        if x.is_nan() {
            return None;
        }
        if x.is_infinite() {
            return Some(if x > 0.0 { Ordering::Less } else { Ordering::Greater });
        }
        let whole = Int::truncated(x);
        let by_fraction = || x.trunc().partial_cmp(&x);
        match self.cmp(&whole.as_ref()) {
            Ordering::Equal => by_fraction(),
            unequal => Some(unequal),
        }
    }
}

/// The highest 64 bits, the last one sticky, and the exponent of two that scales them.
fn leading_bits(magnitude: &UBig) -> (u64, i64) {
    let excess = magnitude.bit_len().saturating_sub(64);
    let leading = u64::try_from(magnitude >> excess).unwrap_or(u64::MAX);
    let sticky = excess > 0 && magnitude.trailing_zeros().is_some_and(|zeros| zeros < excess);
    (leading | u64::from(sticky), excess as i64)
}

impl Int {
    /// A finite float without its fraction.
    fn truncated(x: f64) -> Self {
        if x.abs() < 9.2e18 {
            return Self::Small(x as i64);
        }
        let (mantissa, exponent) = decompose(x.abs());
        let magnitude = Self::from(UBig::from(mantissa) << exponent.max(0) as usize);
        if x < 0.0 { -magnitude.as_ref() } else { magnitude }
    }

    /// `int(x)`: without the fraction.
    ///
    /// # Errors
    /// If `x` is infinite or not a number.
    pub fn from_f64(x: f64) -> Result<Self> {
        if x.is_nan() {
            return Err(NumberError::value("cannot convert float NaN to integer"));
        }
        if x.is_infinite() {
            return Err(NumberError::overflow("cannot convert float infinity to integer"));
        }
        Ok(Self::truncated(x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn big(text: &str) -> Int {
        super::super::parse(text, 10, 0).unwrap()
    }

    #[test]
    fn to_floats() {
        assert_eq!(big("9007199254740993").as_ref().to_f64(), Ok(9007199254740992.0));
        assert_eq!(big("9007199254740995").as_ref().to_f64(), Ok(9007199254740996.0));
        assert_eq!(big("-123456789012345678901234567890").as_ref().to_f64(), Ok(-1.2345678901234568e29));
        let half = (UBig::ONE << 200) + (UBig::ONE << 147);
        assert_eq!(Int::from(half.clone()).as_ref().to_f64(), Ok(2f64.powi(200)));
        assert_eq!(Int::from(half + UBig::ONE).as_ref().to_f64(), Ok(2f64.powi(200) + 2f64.powi(148)));
        assert!(Int::from(UBig::ONE << 1024).as_ref().to_f64().is_err());
        assert_eq!(Int::from(UBig::ONE << 2000).as_ref().frexp(), (0.5, 2001));
        assert_eq!(IntRef::Small(0).frexp(), (0.0, 0));
        assert_eq!(IntRef::Small(i64::MAX).frexp(), (0.5, 64));
        assert_eq!(IntRef::Small(-6).frexp(), (-0.75, 3));
    }

    #[test]
    fn from_floats() {
        assert_eq!(Int::from_f64(-1.9), Ok(Int::Small(-1)));
        assert_eq!(Int::from_f64(1e22), Ok(big("10000000000000000000000")));
        assert_eq!(Int::from_f64(-9223372036854775808.0), Ok(Int::Small(i64::MIN)));
        assert!(Int::from_f64(f64::NAN).is_err() && Int::from_f64(f64::INFINITY).is_err());
    }

    #[test]
    fn comparisons_are_exact() {
        use Ordering::*;
        let table = [
            ("9007199254740993", 9007199254740992.0, Greater),
            ("1", 1.5, Less),
            ("-1", -1.5, Greater),
            ("0", -0.0, Equal),
            ("9223372036854775807", 9223372036854775808.0, Less),
            ("10000000000000000000000", 1e22, Equal),
            ("10000000000000000000001", 1e22, Greater),
            ("5", f64::INFINITY, Less),
            ("0", 5e-324, Less),
        ];
        for (int, x, expected) in table {
            assert_eq!(big(int).as_ref().compare_f64(x), Some(expected), "{int} {x}");
        }
        assert_eq!(IntRef::Small(0).compare_f64(f64::NAN), None);
    }
}
