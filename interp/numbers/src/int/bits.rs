//! Shifts, counts of bits, and bytes.

use dashu_base::BitTest;
use dashu_int::{IBig, UBig};

use super::power::has_room;
use super::{Int, IntRef};
use crate::error::{NumberError, Result};

impl IntRef<'_> {
    /// `self << count`
    ///
    /// # Errors
    /// If the count is negative or the result too large.
    pub fn shift_left(self, count: IntRef<'_>) -> Result<Int> {
        if count.is_negative() {
            return Err(NumberError::value("negative shift count"));
        }
        if self.is_zero() {
            return Ok(Int::Small(0));
        }
        if let (IntRef::Small(value), IntRef::Small(count @ 0..64)) = (self, count) {
            return Ok((i128::from(value) << count).into());
        }
        let count =
            count.to_i64().ok_or_else(|| NumberError::overflow("too many digits in integer"))? as usize;
        if !has_room(count.saturating_add(self.bit_length())) {
            return Err(NumberError::memory());
        }
        Ok((&*self.to_big() << count).into())
    }

    /// `self >> count`, rounding down.
    ///
    /// # Errors
    /// If the count is negative.
    pub fn shift_right(self, count: IntRef<'_>) -> Result<Int> {
        if count.is_negative() {
            return Err(NumberError::value("negative shift count"));
        }
        let all = || Int::Small(if self.is_negative() { -1 } else { 0 });
        Ok(match (self, count.to_i64()) {
            (IntRef::Small(value), Some(count)) => Int::Small(value >> count.min(63)),
            (IntRef::Big(value), Some(count)) if (count as usize) < value.bit_len() => {
                (value >> count as usize).into()
            }
            _ => all(),
        })
    }

    /// The number of bits of the magnitude.
    pub fn bit_length(self) -> usize {
        match self {
            Self::Small(value) => (u64::BITS - value.unsigned_abs().leading_zeros()) as usize,
            Self::Big(_) => self.magnitude().bit_len(),
        }
    }

    /// The number of ones in the magnitude.
    pub fn bit_count(self) -> usize {
        match self {
            Self::Small(value) => value.unsigned_abs().count_ones() as usize,
            Self::Big(_) => self.magnitude().count_ones(),
        }
    }
}

/// `int.to_bytes(length, byteorder, signed=signed)`
///
/// # Errors
/// If the value does not fit, or is negative without `signed`.
pub fn to_bytes(value: IntRef<'_>, length: usize, big_endian: bool, signed: bool) -> Result<Vec<u8>> {
    if value.is_negative() && !signed {
        return Err(NumberError::overflow("can't convert negative int to unsigned"));
    }
    // In two's complement -n has as many bits as n - 1.
    let (fill, pattern) = if value.is_negative() { (0xff, !value) } else { (0, value.to_int()) };
    let needed = pattern.as_ref().bit_length() + usize::from(signed && (length > 0 || value.is_negative()));
    if needed > length.saturating_mul(8) {
        return Err(NumberError::overflow("int too big to convert"));
    }
    let mut bytes = pattern.as_ref().magnitude().to_le_bytes().into_vec();
    bytes.resize(length, 0);
    bytes.iter_mut().for_each(|byte| *byte ^= fill);
    if big_endian {
        bytes.reverse();
    }
    Ok(bytes)
}

/// `int.from_bytes(bytes, byteorder, signed=signed)`
pub fn from_bytes(bytes: &[u8], big_endian: bool, signed: bool) -> Int {
    let magnitude = if big_endian { UBig::from_be_bytes(bytes) } else { UBig::from_le_bytes(bytes) };
    let highest = if big_endian { bytes.first() } else { bytes.last() };
    if signed && highest.is_some_and(|byte| byte & 0x80 != 0) {
        return (IBig::from(magnitude) - (IBig::ONE << (bytes.len() * 8))).into();
    }
    magnitude.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifts() {
        let shift_right = |value: &Int, count| value.as_ref().shift_right(IntRef::Small(count)).unwrap();
        let big = IntRef::Small(-5).shift_left(IntRef::Small(100)).unwrap();
        assert_eq!(shift_right(&big, 100), Int::Small(-5));
        assert_eq!(shift_right(&big, 101), Int::Small(-3));
        assert_eq!(shift_right(&big, 1000), Int::Small(-1));
        assert_eq!(shift_right(&Int::Small(-1), 70), Int::Small(-1));
        assert_eq!(shift_right(&Int::Small(5), 70), Int::Small(0));
        assert_eq!(IntRef::Small(1).shift_left(IntRef::Small(62)), Ok(Int::Small(1 << 62)));
        assert_eq!(IntRef::Small(-1).shift_left(IntRef::Small(63)), Ok(Int::Small(i64::MIN)));
        assert!(IntRef::Small(1).shift_left(IntRef::Small(i64::MAX)).is_err());
        assert!(IntRef::Small(1).shift_left(IntRef::Small(-1)).is_err());
        assert_eq!(big.as_ref().bit_length(), 103);
        assert_eq!(IntRef::Small(i64::MIN).bit_length(), 64);
        assert_eq!(big.as_ref().bit_count(), 2);
    }

    #[test]
    fn bytes() {
        let table: [(i64, usize, bool, Option<&[u8]>); 12] = [
            (300, 2, false, Some(b"\x01\x2c")),
            (300, 1, false, None),
            (-1, 1, false, None),
            (-1, 3, true, Some(b"\xff\xff\xff")),
            (-128, 1, true, Some(b"\x80")),
            (-129, 1, true, None),
            (128, 1, true, None),
            (127, 1, true, Some(b"\x7f")),
            (0, 0, false, Some(b"")),
            (0, 0, true, Some(b"")),
            (1, 0, false, None),
            (-1, 0, true, None),
        ];
        for (value, length, signed, expected) in table {
            let bytes = to_bytes(IntRef::Small(value), length, true, signed).ok();
            assert_eq!(bytes.as_deref(), expected, "{value} {length}");
            if let Some(bytes) = expected {
                assert_eq!(from_bytes(bytes, true, signed), Int::Small(value));
            }
        }
        let big = from_bytes(b"\x01\0\0\0\0\0\0\0\0\xfe", false, true);
        assert_eq!(to_bytes(big.as_ref(), 10, false, true).unwrap(), b"\x01\0\0\0\0\0\0\0\0\xfe");
        assert!(big.as_ref().is_negative());
    }
}
