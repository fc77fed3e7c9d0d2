//! Single values to bytes and back.

use ungil_numbers::Complex as Parts;
use ungil_objects::protocol::{buffer, convert};
use ungil_objects::types::bytearray::ByteArray;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::complex::{self, Complex};
use ungil_objects::types::float::Float;
use ungil_objects::types::int::{Int, IntRef};
use ungil_objects::types::item_format::{f64_to_half, half_to_f64};
use ungil_objects::{Ref, Result, Thread, Value, raise};

use super::error;
use super::format::{Item, Order};

/// Writes a value to its place.
pub(super) fn pack(
    t: &mut Thread,
    order: Order,
    item: &Item,
    value: Ref<'_>,
    place: &mut [u8],
) -> Result<()> {
    match item.letter {
        'c' => match value.downcast::<Bytes>().map(|bytes| bytes.as_slice()) {
            Some([byte]) => place[0] = *byte,
            _ => return Err(error(t, "char format requires a bytes object of length 1")),
        },
        's' | 'p' => return pack_bytes(t, item.letter, value, place),
        '?' => place[0] = convert::is_true(t, value)?.into(),
        'e' | 'f' | 'd' => {
            let Ok(float) = convert::to_f64(t, value) else {
                return Err(error(t, "required argument is not a float"));
            };
            pack_float(t, order, item.letter, float, place)?;
        }
        'F' | 'D' => {
            let Ok(Parts { real, imaginary }) = complex::to_complex(t, value) else {
                return Err(error(t, "required argument is not a complex"));
            };
            let part = if item.letter == 'F' { 'f' } else { 'd' };
            let (first, second) = place.split_at_mut(item.size / 2);
            pack_float(t, order, part, real, first)?;
            pack_float(t, order, part, imaginary, second)?;
        }
        _ => {
            let bits = integer(t, item, value)?;
            write(order, &bits.to_le_bytes()[..item.size], place);
        }
    }
    Ok(())
}

fn pack_bytes(t: &mut Thread, letter: char, value: Ref<'_>, place: &mut [u8]) -> Result<()> {
    if value.downcast::<Bytes>().is_none() && value.downcast::<ByteArray>().is_none() {
        return Err(error(t, &format!("argument for '{letter}' must be a bytes object")));
    }
    let bytes = buffer::argument(t, value)?;
    match (letter, place.split_first_mut()) {
        ('p', Some((length, place))) => {
            let shown = bytes.len().min(place.len());
            place[..shown].copy_from_slice(&bytes[..shown]);
            *length = shown.min(usize::from(u8::MAX)) as u8;
        }
        _ => {
            let shown = bytes.len().min(place.len());
            place[..shown].copy_from_slice(&bytes[..shown]);
        }
    }
    Ok(())
}

/// Writes bytes that are in little-endian order.
fn write(order: Order, bytes: &[u8], place: &mut [u8]) {
    place.copy_from_slice(bytes);
    if order == Order::Big {
        place.reverse();
    }
}

fn pack_float(t: &mut Thread, order: Order, letter: char, value: f64, place: &mut [u8]) -> Result<()> {
    let too_large = |narrow: f64| narrow.is_infinite() && value.is_finite();
    match letter {
        'e' => {
            let half = f64_to_half(value);
            if too_large(half_to_f64(half)) {
                raise!(t, OverflowError, "float too large to pack with e format");
            }
            write(order, &half.to_le_bytes(), place);
        }
        'f' => {
            let single = value as f32;
            if too_large(single.into()) {
                raise!(t, OverflowError, "float too large to pack with f format");
            }
            write(order, &single.to_le_bytes(), place);
        }
        _ => write(order, &value.to_le_bytes(), place),
    }
    Ok(())
}

/// The bits of an integer argument, in range for the item.
fn integer(t: &mut Thread, item: &Item, value: Ref<'_>) -> Result<u64> {
    let Ok(index) = convert::index(t, value) else {
        return Err(error(t, "required argument is not an integer"));
    };
    let signed = item.letter.is_ascii_lowercase();
    let bits = 8 * item.size as u32;
    let unused = 64 - bits;
    let in_range = match index.borrow().as_int() {
        Some(IntRef::Small(small)) if signed => (small << unused >> unused == small).then_some(small as u64),
        // Addresses may be given as negative numbers.
        Some(IntRef::Small(small)) if item.letter == 'P' => Some(small as u64),
        Some(IntRef::Small(small)) => {
            u64::try_from(small).ok().filter(|bits| bits << unused >> unused == *bits)
        }
        Some(IntRef::Big(big)) if bits == 64 && !signed => u64::try_from(big).ok(),
        _ => None,
    };
    if let Some(bits) = in_range {
        return Ok(bits);
    }
    let letter = item.letter;
    let message = match (letter, signed) {
        ('P', _) => "int too large to convert".to_owned(),
        (_, true) => {
            let least = i64::MIN >> unused;
            format!("'{letter}' format requires {least} <= number <= {}", !least)
        }
        (_, false) => format!("'{letter}' format requires 0 <= number <= {}", u64::MAX >> unused),
    };
    Err(error(t, &message))
}

/// The value at a place.
pub(super) fn unpack(t: &mut Thread, order: Order, item: &Item, place: &[u8]) -> Value {
    match item.letter {
        'c' | 's' => Bytes::from_slice(t, place).into_value(),
        'p' => {
            let content = match place.split_first() {
                Some((length, rest)) => &rest[..rest.len().min(usize::from(*length))],
                None => &[],
            };
            Bytes::from_slice(t, content).into_value()
        }
        '?' => Value::from_bool(place[0] != 0),
        'e' | 'f' | 'd' => Float::from_f64(t, float(order, place)),
        'F' | 'D' => {
            let (real, imaginary) = place.split_at(place.len() / 2);
            let parts = Parts { real: float(order, real), imaginary: float(order, imaginary) };
            Complex::from_parts(t, parts)
        }
        letter => {
            let bits = bits(order, place);
            match letter.is_ascii_lowercase() {
                true => {
                    let unused = 64 - 8 * place.len() as u32;
                    Int::from_i64(t, (bits << unused) as i64 >> unused)
                }
                false => Int::from_u64(t, bits),
            }
        }
    }
}

/// The bytes as a number.
fn bits(order: Order, place: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes[..place.len()].copy_from_slice(place);
    if order == Order::Big {
        bytes[..place.len()].reverse();
    }
    u64::from_le_bytes(bytes)
}

/// A float of 2, 4 or 8 bytes.
fn float(order: Order, place: &[u8]) -> f64 {
    let bits = bits(order, place);
    match place.len() {
        2 => half_to_f64(bits as u16),
        4 => f32::from_bits(bits as u32).into(),
        _ => f64::from_bits(bits),
    }
}
