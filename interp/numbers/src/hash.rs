//! Hashes of numbers: equal numbers of all types have equal hashes.
//!
//! The hash of a rational number is its residue modulo the Mersenne prime 2⁶¹ − 1, with its sign ("Hashing of
//! numeric types" in Python's documentation of the standard types). -1 is kept for errors and becomes -2.

use crate::complex::Complex;
use crate::float::decompose;
use crate::int::IntRef;

/// `sys.hash_info.modulus`.
pub const MODULUS: u64 = (1 << 61) - 1;
/// `sys.hash_info.inf`.
pub const INFINITY: i64 = 314159;
/// `sys.hash_info.imag`, the factor of the imaginary part.
pub const IMAGINARY: u64 = 1000003;

fn finished(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// `hash(int)`
pub fn hash_int(value: IntRef<'_>) -> i64 {
    let residue = match value {
        IntRef::Small(value) => value.unsigned_abs() % MODULUS,
        IntRef::Big(_) => value.magnitude() % MODULUS,
    };
    finished(if value.is_negative() { -(residue as i64) } else { residue as i64 })
}

/// `hash(float)`; `of_nan` is the hash of a NaN, which goes by identity.
pub fn hash_float(x: f64, of_nan: i64) -> i64 {
    if x.is_nan() {
        return of_nan;
    }
    if x.is_infinite() {
        return if x > 0.0 { INFINITY } else { -INFINITY };
    }
    // Two to the 61st is one modulo the prime: scaling by two rotates the 61 bits.
    let (mantissa, exponent) = decompose(x.abs());
    let rotation = exponent.rem_euclid(61) as u32;
    let residue = mantissa % MODULUS;
    let rotated =
        (residue << rotation & MODULUS) | if rotation == 0 { 0 } else { residue >> (61 - rotation) };
    let residue = if rotated == MODULUS { 0 } else { rotated as i64 };
    finished(if x < 0.0 { -residue } else { residue })
}

/// `hash(complex)`; `of_nan` is the hash of a NaN part.
pub fn hash_complex(z: Complex, of_nan: i64) -> i64 {
    let [real, imaginary] = [z.real, z.imaginary].map(|part| hash_float(part, of_nan) as u64);
    finished(real.wrapping_add(imaginary.wrapping_mul(IMAGINARY)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::int::parse;

    #[test]
    fn hashes() {
        for (int, expected) in [
            ("-1", -2),
            ("2305843009213693951", 0),
            ("1000000000000000000000000000000", 465258685558744706),
            ("-1000000000000000000000000000000", -465258685558744706),
            ("-9223372036854775808", -4),
        ] {
            assert_eq!(hash_int(parse(int, 10, 0).unwrap().as_ref()), expected, "{int}");
        }
        for (x, expected) in [
            (1.5, 1152921504606846977),
            (-1.0, -2),
            (1e300, 1224995262755759164),
            (0.1, 230584300921369408),
            (-0.0, 0),
            (f64::NEG_INFINITY, -314159),
            (f64::NAN, 7),
        ] {
            assert_eq!(hash_float(x, 7), expected, "{x}");
        }
        assert_eq!(hash_complex(Complex::new(1.0, 2.0), 0), 2000007);
        assert_eq!(hash_complex(Complex::new(0.0, -1.0), 0), -2000006);
    }
}
