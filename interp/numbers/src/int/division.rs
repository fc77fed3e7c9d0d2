//! Division: floored, with remainder, and to a float.

use dashu_base::{BitTest, DivRem};
use dashu_int::{IBig, UBig};

use super::{Int, IntRef};
use crate::error::{NumberError, Result};
use crate::float::scaled;

fn by_zero() -> NumberError {
    NumberError::zero_division("division by zero")
}

impl IntRef<'_> {
    /// `divmod(self, other)`: the quotient rounds down, the remainder has the divisor's sign.
    ///
    /// # Errors
    /// If `other` is zero.
    pub fn div_mod(self, other: IntRef<'_>) -> Result<(Int, Int)> {
        if other.is_zero() {
            return Err(by_zero());
        }
        if let (IntRef::Small(left), IntRef::Small(right)) = (self, other)
            && let (Some(quotient), Some(rest)) = (left.checked_div(right), left.checked_rem(right))
        {
            let wraps = rest != 0 && (rest < 0) != (right < 0);
            return Ok(if wraps {
                (Int::Small(quotient - 1), Int::Small(rest + right))
            } else {
                (Int::Small(quotient), Int::Small(rest))
            });
        }
        let (left, right) = (self.to_big(), other.to_big());
        let (quotient, rest) = (&*left).div_rem(&*right);
        if !rest.is_zero() && rest.sign() != right.sign() {
            return Ok(((quotient - IBig::ONE).into(), (rest + &*right).into()));
        }
        Ok((quotient.into(), rest.into()))
    }

    /// `self // other`
    ///
    /// # Errors
    /// If `other` is zero.
    #[inline]
    pub fn floor_div(self, other: IntRef<'_>) -> Result<Int> {
        self.div_mod(other).map(|(quotient, _)| quotient)
    }

    /// `self % other`
    ///
    /// # Errors
    /// If `other` is zero.
    #[inline]
    pub fn modulo(self, other: IntRef<'_>) -> Result<Int> {
        self.div_mod(other).map(|(_, rest)| rest)
    }

    /// `self / other`, rounded once, half to even.
    ///
    /// # Errors
    /// If `other` is zero or the quotient is too large.
    pub fn true_div(self, other: IntRef<'_>) -> Result<f64> {
        const EXACT: u64 = 1 << 53;
        if other.is_zero() {
            return Err(by_zero());
        }
        if let (IntRef::Small(left), IntRef::Small(right)) = (self, other)
            && left.unsigned_abs() <= EXACT
            && right.unsigned_abs() <= EXACT
        {
            return Ok(left as f64 / right as f64);
        }
        let magnitude = divide(&self.magnitude(), &other.magnitude());
        if magnitude.is_infinite() {
            return Err(NumberError::overflow("integer division result too large for a float"));
        }
        Ok(if self.is_negative() != other.is_negative() { -magnitude } else { magnitude })
    }
}

/// The quotient of magnitudes, rounded once: some 62 bits of it, the last one sticky, are enough to round.
fn divide(left: &UBig, right: &UBig) -> f64 {
    let shift = left.bit_len() as i64 - right.bit_len() as i64 - 61;
    let (quotient, rest) = if shift > 0 {
        left.div_rem(&(right << shift as usize))
    } else {
        (left << shift.unsigned_abs() as usize).div_rem(right)
    };
    let quotient = u64::try_from(quotient).unwrap_or(u64::MAX);
    scaled(quotient | u64::from(!rest.is_zero()), shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_round_down() {
        for (left, right, quotient, rest) in
            [(7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1), (6, -2, -3, 0), (0, -5, 0, 0)]
        {
            let expected = (Int::Small(quotient), Int::Small(rest));
            assert_eq!(IntRef::Small(left).div_mod(IntRef::Small(right)), Ok(expected));
            let scale = Int::from(1i128 << 100);
            let [left, right] = [left, right].map(|value| IntRef::Small(value) * scale.as_ref());
            let (big_quotient, big_rest) = left.as_ref().div_mod(right.as_ref()).unwrap();
            assert_eq!(big_quotient, Int::Small(quotient));
            assert_eq!(big_rest, IntRef::Small(rest) * scale.as_ref());
        }
        assert_eq!(IntRef::Small(i64::MIN).floor_div(IntRef::Small(-1)), Ok(Int::from(1u64 << 63)));
        assert!(IntRef::Small(1).modulo(IntRef::Small(0)).is_err());
    }

    #[test]
    fn true_quotients_round_once() {
        let power = |n: usize| Int::from(UBig::ONE << n);
        let ten = Int::from(UBig::from(10u8).pow(400));
        assert_eq!(IntRef::Small(1).true_div(IntRef::Small(3)), Ok(1.0 / 3.0));
        assert_eq!(IntRef::Small(i64::MAX).true_div(IntRef::Small(-7)), Ok(-1.3176245766935393e18));
        assert_eq!(IntRef::Small(1).true_div(ten.as_ref()), Ok(0.0));
        assert!(ten.as_ref().true_div(IntRef::Small(1)).is_err());
        assert_eq!(ten.as_ref().true_div(Int::from(UBig::from(10u8).pow(399)).as_ref()), Ok(10.0));
        assert_eq!(IntRef::Small(3).true_div(power(1075).as_ref()), Ok(1e-323));
        assert_eq!(IntRef::Small(1).true_div(power(1075).as_ref()), Ok(0.0));
        assert_eq!(IntRef::Small(5).true_div(power(1076).as_ref()), Ok(5e-324));
    }
}
