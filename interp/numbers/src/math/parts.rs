//! Floats and their parts: exponents, remainders, neighbours, nearness.

use super::{domain, range};
use crate::error::{NumberError, Result};
use crate::int::IntRef;

/// `math.frexp`: a mantissa of magnitude from 0.5 up to 1, and an exponent of two.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() { (x, 0) } else { libm::frexp(x) }
}

/// `math.ldexp`: `x * 2**exponent`
///
/// # Errors
/// If the result is too large.
pub fn ldexp(x: f64, exponent: IntRef<'_>) -> Result<f64> {
    if x == 0.0 || !x.is_finite() {
        return Ok(x);
    }
    let limited = match exponent.to_i64() {
        Some(exponent) => exponent.clamp(i32::MIN.into(), i32::MAX.into()) as i32,
        None if exponent.is_negative() => i32::MIN,
        None => i32::MAX,
    };
    let result = libm::ldexp(x, limited);
    if result.is_infinite() { Err(range()) } else { Ok(result) }
}

/// `math.modf`: fraction and whole part, both with the sign of `x`.
pub fn modf(x: f64) -> (f64, f64) {
    if x.is_infinite() {
        return (0.0_f64.copysign(x), x);
    }
    let whole = x.trunc();
    ((x - whole).copysign(x), whole)
}

/// `math.fmod`: the remainder with the sign of `x`.
///
/// # Errors
/// If `x` is infinite or `y` zero.
pub fn fmod(x: f64, y: f64) -> Result<f64> {
    let rest = x % y;
    if rest.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain()) } else { Ok(rest) }
}

/// `math.remainder`: the remainder of the division that rounds to nearest, half to even.
///
/// # Errors
/// If `x` is infinite or `y` zero.
pub fn remainder(x: f64, y: f64) -> Result<f64> {
    if x.is_finite() && y.is_infinite() {
        return Ok(x);
    }
    let rest = libm::remainder(x, y);
    if rest.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain()) } else { Ok(rest) }
}

/// A float's place among all floats in order; both zeros have place 0.
fn place(x: f64) -> i64 {
    let magnitude = (x.to_bits() & (u64::MAX >> 1)) as i64;
    if x.is_sign_negative() { -magnitude } else { magnitude }
}

/// `math.nextafter(x, y, steps=steps)`: that many floats from `x` towards `y`.
pub fn nextafter(x: f64, y: f64, steps: u64) -> f64 {
    if steps == 0 {
        return x;
    }
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if x == y {
        return y;
    }
    let (from, to) = (place(x), place(y));
    let distance = from.abs_diff(to);
    if steps >= distance {
        return y;
    }
    let reached =
        if to > from { from.wrapping_add_unsigned(steps) } else { from.wrapping_sub_unsigned(steps) };
    let magnitude = f64::from_bits(reached.unsigned_abs());
    // Zero has the sign of the side that it is reached from.
    if reached < 0 || reached == 0 && x < 0.0 { -magnitude } else { magnitude }
}

/// `math.ulp`: the value of the last bit of `x`.
pub fn ulp(x: f64) -> f64 {
    let x = x.abs();
    let above = x.next_up();
    if !x.is_finite() {
        x
    } else if above.is_infinite() {
        x - x.next_down()
    } else {
        above - x
    }
}

/// `math.isclose`
///
/// # Errors
/// If a tolerance is negative.
pub fn isclose(x: f64, y: f64, relative: f64, absolute: f64) -> Result<bool> {
    if relative < 0.0 || absolute < 0.0 {
        return Err(NumberError::value("tolerances must be non-negative"));
    }
    if x == y {
        return Ok(true);
    }
    if x.is_infinite() || y.is_infinite() {
        return Ok(false);
    }
    let distance = (y - x).abs();
    Ok(distance <= (relative * y).abs() || distance <= (relative * x).abs() || distance <= absolute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        assert_eq!(frexp(-6.0), (-0.75, 3));
        assert_eq!(frexp(5e-324), (0.5, -1073));
        assert_eq!(frexp(f64::INFINITY), (f64::INFINITY, 0));
        assert_eq!(ldexp(0.75, IntRef::Small(3)), Ok(6.0));
        assert_eq!(ldexp(1.0, IntRef::Small(-1074)), Ok(5e-324));
        assert_eq!(ldexp(1.0, IntRef::Small(i64::MIN)), Ok(0.0));
        assert!(ldexp(1.0, IntRef::Small(5000)).is_err());
        assert_eq!(modf(-1.25), (-0.25, -1.0));
        assert_eq!(modf(f64::NEG_INFINITY), (-0.0, f64::NEG_INFINITY));
    }

    #[test]
    fn remainders() {
        assert_eq!(fmod(-7.0, 3.0), Ok(-1.0));
        assert_eq!(fmod(3.0, f64::INFINITY), Ok(3.0));
        assert_eq!(remainder(5.0, 2.0), Ok(1.0));
        assert_eq!(remainder(7.0, 2.0), Ok(-1.0));
        assert_eq!(remainder(3.0, f64::NEG_INFINITY), Ok(3.0));
        assert!(fmod(f64::INFINITY, 1.0).is_err() && remainder(1.0, 0.0).is_err());
    }

    #[test]
    fn neighbours() {
        assert_eq!(nextafter(1.0, 2.0, 1), 1.0 + f64::EPSILON);
        assert_eq!(nextafter(1.0, 2.0, u64::MAX), 2.0);
        assert_eq!(nextafter(5e-324, -1.0, 2), -5e-324);
        assert_eq!(nextafter(-5e-324, 1.0, 1).to_bits(), (-0.0_f64).to_bits());
        assert_eq!(nextafter(0.0, -0.0, 1).to_bits(), (-0.0_f64).to_bits());
        assert_eq!(nextafter(f64::INFINITY, 0.0, 1), f64::MAX);
        assert_eq!(ulp(1.0), f64::EPSILON);
        assert_eq!(ulp(-0.0), 5e-324);
        assert_eq!(ulp(f64::MAX), 2f64.powi(971));
        assert_eq!(isclose(1.0, 1.0 + 1e-10, 1e-9, 0.0), Ok(true));
        assert_eq!(isclose(0.0, 1e-10, 1e-9, 0.0), Ok(false));
        assert_eq!(isclose(f64::INFINITY, 1.0, 1.0, f64::INFINITY), Ok(false));
        assert!(isclose(1.0, 1.0, -1.0, 0.0).is_err());
    }
}
