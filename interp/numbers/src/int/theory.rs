//! `math`'s functions of integers: greatest common divisors, roots, factorials, binomials; and rounding to powers
//! of ten.

use dashu_base::{Gcd, SquareRoot};
use dashu_int::UBig;

use super::{Int, IntRef};
use crate::error::{NumberError, Result};

/// The product of a range, split in halves so that factors are of like size.
fn product(first: u64, last: u64) -> UBig {
    if last < first {
        return UBig::ONE;
    }
    if last - first < 8 {
        return (first..=last).fold(UBig::ONE, |product, factor| product * factor);
    }
    let middle = first + (last - first) / 2;
    product(first, middle) * product(middle + 1, last)
}

fn not_negative(value: IntRef<'_>, message: &'static str) -> Result<()> {
    if value.is_negative() { Err(NumberError::value(message)) } else { Ok(()) }
}

impl IntRef<'_> {
    /// The greatest common divisor, not negative.
    pub fn gcd(self, other: IntRef<'_>) -> Int {
        if let (IntRef::Small(left), IntRef::Small(right)) = (self, other) {
            let (mut left, mut right) = (left.unsigned_abs(), right.unsigned_abs());
            while right != 0 {
                (left, right) = (right, left % right);
            }
            return left.into();
        }
        if self.is_zero() || other.is_zero() {
            return (self + other).as_ref().abs();
        }
        (&self.magnitude()).gcd(&other.magnitude()).into()
    }

    /// The least common multiple, not negative.
    pub fn lcm(self, other: IntRef<'_>) -> Int {
        if self.is_zero() || other.is_zero() {
            return Int::Small(0);
        }
        let divisor = self.gcd(other);
        let reduced = self.magnitude() / divisor.as_ref().magnitude();
        (reduced * other.magnitude()).into()
    }

    /// The integer square root, rounded down.
    ///
    /// # Errors
    /// If the value is negative.
    pub fn isqrt(self) -> Result<Int> {
        not_negative(self, "isqrt() argument must be nonnegative")?;
        Ok(match self {
            Self::Small(value) => Int::Small(value.isqrt()),
            Self::Big(_) => self.magnitude().sqrt().into(),
        })
    }

    /// `math.factorial`.
    ///
    /// # Errors
    /// If the value is negative or no machine word.
    pub fn factorial(self) -> Result<Int> {
        not_negative(self, "factorial() not defined for negative values")?;
        let value = self.to_i64().ok_or_else(|| {
            NumberError::overflow(format!("factorial() argument should not exceed {}", i64::MAX))
        })?;
        Ok(product(2, value as u64).into())
    }

    /// `math.perm(self, k)`: the ways to choose `k` in order.
    ///
    /// # Errors
    /// If an argument is negative, or `k` too large.
    pub fn perm(self, k: IntRef<'_>) -> Result<Int> {
        not_negative(self, "n must be a non-negative integer")?;
        not_negative(k, "k must be a non-negative integer")?;
        if self < k {
            return Ok(Int::Small(0));
        }
        let count =
            k.to_i64().ok_or_else(|| NumberError::overflow(format!("k must not exceed {}", i64::MAX)))?;
        Ok(falling(self, count as u64))
    }

    /// `math.comb(self, k)`: the ways to choose `k` without order.
    ///
    /// # Errors
    /// If an argument is negative, or `min(self - k, k)` too large.
    pub fn comb(self, k: IntRef<'_>) -> Result<Int> {
        not_negative(self, "n must be a non-negative integer")?;
        not_negative(k, "k must be a non-negative integer")?;
        let others = self - k;
        if others.as_ref().is_negative() {
            return Ok(Int::Small(0));
        }
        let fewer = others.as_ref().min(k);
        let count = fewer
            .to_i64()
            .ok_or_else(|| NumberError::overflow(format!("min(n - k, k) must not exceed {}", i64::MAX)))?;
        let chosen = falling(self, count as u64);
        Ok((chosen.as_ref().magnitude() / product(2, count as u64)).into())
    }

    /// `round(self, -places)`: to a multiple of `10**places`, half to even.
    ///
    /// # Errors
    /// If the power would not fit into memory.
    pub fn round_to_power_of_ten(self, places: usize) -> Result<Int> {
        // A power that is longer than the value by a digit rounds it to zero.
        if places > self.bit_length() / 3 + 2 {
            return Ok(Int::Small(0));
        }
        let unit = IntRef::Small(10).pow(IntRef::Small(places as i64))?;
        let (quotient, rest) = self.div_mod(unit.as_ref())?;
        let twice = rest.as_ref() + rest.as_ref();
        let odd = quotient.as_ref() & IntRef::Small(1) == Int::Small(1);
        let up = match twice.as_ref().cmp(&unit.as_ref()) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => odd,
            std::cmp::Ordering::Greater => true,
        };
        let below = self - rest.as_ref();
        Ok(if up { below.as_ref() + unit.as_ref() } else { below })
    }
}

/// `n · (n-1) · …`, `count` factors of a value that is at least `count`.
fn falling(n: IntRef<'_>, count: u64) -> Int {
    if count == 0 {
        return Int::Small(1);
    }
    if let Some(n) = n.to_i64() {
        return product(n as u64 - count + 1, n as u64).into();
    }
    let n = n.magnitude();
    (0..count).fold(UBig::ONE, |product, nth| product * (&n - nth)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(value: i64) -> IntRef<'static> {
        IntRef::Small(value)
    }

    #[test]
    fn divisors_and_roots() {
        assert_eq!(small(-12).gcd(small(18)), Int::Small(6));
        assert_eq!(small(0).gcd(small(i64::MIN)), Int::from(1u64 << 63));
        let big = Int::from(UBig::ONE << 100);
        assert_eq!(big.as_ref().gcd(small(0)), big);
        assert_eq!(big.as_ref().gcd(small(96)), Int::Small(32));
        assert_eq!(small(-4).lcm(small(6)), Int::Small(12));
        assert_eq!(small(0).lcm(small(6)), Int::Small(0));
        assert_eq!(big.as_ref().isqrt(), Ok(Int::Small(1 << 50)));
        assert_eq!(small(99).isqrt(), Ok(Int::Small(9)));
        assert!(small(-1).isqrt().is_err());
    }

    #[test]
    fn choices() {
        assert_eq!(small(20).factorial(), Ok(Int::Small(2432902008176640000)));
        assert_eq!(small(0).factorial(), Ok(Int::Small(1)));
        assert_eq!(small(25).factorial().unwrap().as_ref().digits(10), "15511210043330985984000000");
        assert_eq!(small(52).comb(small(5)), Ok(Int::Small(2598960)));
        assert_eq!(small(5).comb(small(7)), Ok(Int::Small(0)));
        assert_eq!(small(5).comb(small(5)), Ok(Int::Small(1)));
        assert_eq!(small(10).perm(small(3)), Ok(Int::Small(720)));
        assert_eq!(small(10).perm(small(0)), Ok(Int::Small(1)));
        let big = Int::from(UBig::ONE << 70);
        assert_eq!(big.as_ref().comb(small(1)), Ok(big.clone()));
        assert!(small(-1).comb(small(2)).is_err() && small(5).perm(small(-1)).is_err());
    }

    #[test]
    fn rounds_half_to_even() {
        for (value, places, expected) in [
            (15, 1, 20),
            (25, 1, 20),
            (-15, 1, -20),
            (-25, 1, -20),
            (149, 2, 100),
            (5, 1, 0),
            (51, 2, 100),
            (7, 50, 0),
        ] {
            assert_eq!(small(value).round_to_power_of_ten(places), Ok(Int::Small(expected)), "{value}");
        }
    }
}
