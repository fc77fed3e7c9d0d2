//! Powers, plain and modular.

use dashu_base::BitTest;
use dashu_int::fast_div::ConstDivisor;
use dashu_int::{IBig, UBig};

use super::{Int, IntRef};
use crate::error::{NumberError, Result};
use crate::memory::fits_in_memory;

/// Whether an integer of so many bits can be made; the factor is for the working space of the operations.
pub(super) fn has_room(bits: usize) -> bool {
    bits <= 1 << 40 && fits_in_memory(bits / 8 * 3)
}

impl IntRef<'_> {
    /// `self ** exponent` for an exponent that is not negative (a negative one makes a float).
    ///
    /// # Errors
    /// If the result would not fit into memory.
    pub fn pow(self, exponent: IntRef<'_>) -> Result<Int> {
        if let (IntRef::Small(base), IntRef::Small(exponent)) = (self, exponent) {
            let small = u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent));
            match (base, small) {
                (_, Some(power)) => return Ok(Int::Small(power)),
                (0 | 1, None) => return Ok(Int::Small(base)),
                (-1, None) => return Ok(Int::Small(if exponent % 2 == 0 { 1 } else { -1 })),
                _ => {}
            }
        }
        let base = self.to_big();
        let exponent = match exponent.to_i64() {
            Some(exponent) => exponent.unsigned_abs() as usize,
            None if self == IntRef::Small(0) || self == IntRef::Small(1) => return Ok(self.to_int()),
            None if self == IntRef::Small(-1) => {
                return Ok(Int::Small(if exponent & IntRef::Small(1) == Int::Small(0) { 1 } else { -1 }));
            }
            None => return Err(NumberError::memory()),
        };
        if !has_room(base.bit_len().saturating_sub(1).saturating_mul(exponent)) {
            return Err(NumberError::memory());
        }
        Ok(base.pow(exponent).into())
    }

    /// `pow(self, exponent, modulus)`; a negative exponent takes the inverse. The result has the modulus's sign.
    ///
    /// # Errors
    /// If the modulus is zero, or there is no inverse.
    pub fn pow_mod(self, exponent: IntRef<'_>, modulus: IntRef<'_>) -> Result<Int> {
        if modulus.is_zero() {
            return Err(NumberError::value("pow() 3rd argument cannot be 0"));
        }
        let divisor = modulus.magnitude();
        if divisor.is_one() {
            return Ok(Int::Small(0));
        }
        let ring = ConstDivisor::new(divisor);
        let mut base = ring.reduce(self.to_big().into_owned());
        if exponent.is_negative() {
            let inverse = base.inv();
            let missing = || NumberError::value("base is not invertible for the given modulus");
            base = inverse.ok_or_else(missing)?;
        }
        let residue: UBig = base.pow(&exponent.magnitude()).residue();
        if modulus.is_negative() && !residue.is_zero() {
            return Ok((IBig::from(residue) + &*modulus.to_big()).into());
        }
        Ok(residue.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pow_mod(base: i64, exponent: i64, modulus: i64) -> Result<Int> {
        IntRef::Small(base).pow_mod(IntRef::Small(exponent), IntRef::Small(modulus))
    }

    #[test]
    fn powers() {
        let pow = |base, exponent| IntRef::Small(base).pow(IntRef::Small(exponent));
        assert_eq!(pow(3, 39), Ok(Int::Small(4052555153018976267)));
        assert_eq!(pow(-2, 63), Ok(Int::Small(i64::MIN)));
        assert_eq!(pow(2, 63), Ok(Int::from(1u64 << 63)));
        assert_eq!(pow(-1, i64::MAX), Ok(Int::Small(-1)));
        assert_eq!(pow(0, 0), Ok(Int::Small(1)));
        assert!(pow(2, 1 << 40).is_err());
        let huge = Int::from(UBig::ONE << 70);
        assert_eq!(IntRef::Small(-1).pow(huge.as_ref()), Ok(Int::Small(1)));
        assert!(IntRef::Small(2).pow(huge.as_ref()).is_err());
    }

    #[test]
    fn modular_powers() {
        assert_eq!(pow_mod(3, 200, 13), Ok(Int::Small(9)));
        assert_eq!(pow_mod(3, -1, -7), Ok(Int::Small(-2)));
        assert_eq!(pow_mod(2, -1, 1), Ok(Int::Small(0)));
        assert_eq!(pow_mod(-5, 3, 7), Ok(Int::Small(1)));
        assert_eq!(pow_mod(38, -1, 97), Ok(Int::Small(23)));
        assert!(pow_mod(2, -1, 4).is_err());
        assert!(pow_mod(0, -1, 5).is_err());
        assert!(pow_mod(2, 3, 0).is_err());
    }
}
