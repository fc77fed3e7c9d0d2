//! The native formats of single items: the letters of `struct`, as `memoryview` uses them.

use crate::error::Result;
use crate::protocol::convert;
use crate::raise;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::float::Float;
use crate::types::int::{Int, IntRef};
use crate::value::{Ref, Value};

/// A format of one item.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct ItemFormat(char);

impl ItemFormat {
    /// Unsigned bytes.
    pub const BYTE: ItemFormat = ItemFormat('B');

    /// A format by its letter, behind `@` or alone.
    pub fn from_name(name: &str) -> Option<ItemFormat> {
        let mut letters = name.strip_prefix('@').unwrap_or(name).chars();
        let letter = letters.next().filter(|letter| "cbB?hHiIlLqQnNefd".contains(*letter))?;
        letters.next().is_none().then_some(ItemFormat(letter))
    }

    pub fn name(self) -> String {
        self.0.to_string()
    }

    /// Bytes of one item.
    pub fn size(self) -> usize {
        match self.0 {
            'c' | 'b' | 'B' | '?' => 1,
            'h' | 'H' | 'e' => 2,
            'i' | 'I' | 'f' => 4,
            _ => 8,
        }
    }

    fn is_signed(self) -> bool {
        self.0.is_ascii_lowercase()
    }

    /// The value of an item in this machine's byte order.
    pub fn unpack(self, t: &Thread, item: &[u8]) -> Value {
        let mut bytes = [0; 8];
        bytes[..item.len()].copy_from_slice(item);
        let unsigned = u64::from_le_bytes(bytes);
        match self.0 {
            'c' => Bytes::from_slice(t, item).into_value(),
            '?' => Value::from_bool(unsigned != 0),
            'e' => Float::from_f64(t, half_to_f64(unsigned as u16)),
            'f' => Float::from_f64(t, f32::from_bits(unsigned as u32).into()),
            'd' => Float::from_f64(t, f64::from_bits(unsigned)),
            _ if self.is_signed() => {
                let unused = 64 - 8 * item.len() as u32;
                Int::from_i64(t, (unsigned << unused) as i64 >> unused)
            }
            _ => Int::from_u64(t, unsigned),
        }
    }

    /// The bytes of an item with a value, in this machine's byte order.
    ///
    /// # Errors
    /// `TypeError` or `ValueError` if the value does not fit.
    pub fn pack(self, t: &mut Thread, value: Ref<'_>) -> Result<Vec<u8>> {
        let bits = match self.0 {
            'c' => match value.downcast::<Bytes>().map(|bytes| bytes.as_slice()) {
                Some(&[byte]) => byte.into(),
                _ => raise!(t, TypeError, "memoryview: invalid type for format 'c'"),
            },
            '?' => convert::is_true(t, value)?.into(),
            'e' | 'f' | 'd' => {
                let float = convert::to_f64(t, value)?;
                match self.0 {
                    'e' => f64_to_half(float).into(),
                    'f' => (float as f32).to_bits().into(),
                    _ => float.to_bits(),
                }
            }
            letter => {
                let index = match convert::index(t, value) {
                    Ok(index) => index,
                    Err(_) => raise!(t, TypeError, "memoryview: invalid type for format '{letter}'"),
                };
                match self.integer_bits(index.borrow()) {
                    Some(bits) => bits,
                    None => raise!(t, ValueError, "memoryview: invalid value for format '{letter}'"),
                }
            }
        };
        Ok(bits.to_le_bytes()[..self.size()].to_vec())
    }

    fn integer_bits(self, value: Ref<'_>) -> Option<u64> {
        let bits = 8 * self.size() as u32;
        match value.as_int()? {
            IntRef::Small(small) if self.is_signed() => {
                let unused = 64 - bits;
                (small << unused >> unused == small).then_some(small as u64)
            }
            IntRef::Small(small) => {
                let unsigned = u64::try_from(small).ok()?;
                (bits == 64 || unsigned >> bits == 0).then_some(unsigned)
            }
            IntRef::Big(big) if bits == 64 && !self.is_signed() => u64::try_from(big).ok(),
            IntRef::Big(_) => None,
        }
    }
}

/// The value of a half-precision float (IEEE 754 binary16).
pub fn half_to_f64(bits: u16) -> f64 {
    let (exponent, fraction) = (bits >> 10 & 0x1f, f64::from(bits & 0x3ff));
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(-24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(i32::from(exponent) - 25),
    };
    if bits >> 15 == 0 { magnitude } else { -magnitude }
}

/// The nearest half-precision float, ties to even; infinity beyond the range.
pub fn f64_to_half(value: f64) -> u16 {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = value.abs();
    if magnitude.is_nan() {
        return sign | 0x7e00;
    }
    if magnitude >= 65520.0 {
        return sign | 0x7c00;
    }
    // Below the normal range the spacing is that of the smallest normal numbers.
    let exponent = ((magnitude.to_bits() >> 52) as i32 - 1023).max(-14);
    let units = (magnitude * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    // A carry out of the fraction moves on to the exponent by itself.
    let biased = (exponent + 14) as u32;
    sign | ((biased << 10) + units) as u16
}
