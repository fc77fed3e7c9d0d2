//! Division with remainder and powers of floats.

use crate::error::{NumberError, Result};

fn by_zero() -> NumberError {
    NumberError::zero_division("division by zero")
}

/// `x / y`
///
/// # Errors
/// If `y` is zero.
#[inline]
pub fn divide(x: f64, y: f64) -> Result<f64> {
    if y == 0.0 { Err(by_zero()) } else { Ok(x / y) }
}

/// `x % y`, with the sign of `y`.
///
/// # Errors
/// If `y` is zero.
pub fn modulo(x: f64, y: f64) -> Result<f64> {
    if y == 0.0 {
        return Err(by_zero());
    }
    let rest = x % y;
    Ok(if rest == 0.0 {
        0.0_f64.copysign(y)
    } else if (rest < 0.0) != (y < 0.0) {
        rest + y
    } else {
        rest
    })
}

/// `divmod(x, y)`: the quotient is a whole number, near the floor of the true one.
///
/// # Errors
/// If `y` is zero.
pub fn div_mod(x: f64, y: f64) -> Result<(f64, f64)> {
    if y == 0.0 {
        return Err(by_zero());
    }
    let mut rest = x % y;
    // As x - rest is a multiple of y but for rounding, so is the quotient whole but for rounding.
    let mut quotient = (x - rest) / y;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(y);
    } else if (rest < 0.0) != (y < 0.0) {
        rest += y;
        quotient -= 1.0;
    }
    let whole = if quotient == 0.0 {
        0.0_f64.copysign(x / y)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    Ok((whole, rest))
}

/// `x // y`
///
/// # Errors
/// If `y` is zero.
pub fn floor_div(x: f64, y: f64) -> Result<f64> {
    div_mod(x, y).map(|(quotient, _)| quotient)
}

/// A power of floats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Power {
    Real(f64),
    /// A negative base with a fractional exponent: the power is that of complex numbers.
    Complex,
}

/// `x ** y`
///
/// # Errors
/// If zero has a negative exponent, or the result is too large.
pub fn pow(x: f64, y: f64) -> Result<Power> {
    if x == 0.0 && y < 0.0 && y.is_finite() {
        return Err(NumberError::zero_division("zero to a negative power"));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
        return Ok(Power::Complex);
    }
    if x == 0.0 && y == f64::NEG_INFINITY {
        return Ok(Power::Real(f64::INFINITY));
    }
    let power = x.powf(y);
    if power.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(NumberError::out_of_range());
    }
    Ok(Power::Real(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainders_have_the_sign_of_the_divisor() {
        for (x, y, quotient, rest) in [
            (7.5, 2.0, 3.0, 1.5),
            (-7.5, 2.0, -4.0, 0.5),
            (7.5, -2.0, -4.0, -0.5),
            (-6.0, 2.0, -3.0, 0.0),
            (6.0, -2.0, -3.0, -0.0),
            (-1.0, f64::INFINITY, -1.0, f64::INFINITY),
            (1.0, f64::INFINITY, 0.0, 1.0),
            (-0.0, 1.0, -0.0, 0.0),
            (1.0, 0.1, 9.0, 0.09999999999999995),
        ] {
            let (got_quotient, got_rest) = div_mod(x, y).unwrap();
            assert_eq!(got_quotient.to_bits(), f64::to_bits(quotient), "{x} // {y}");
            assert_eq!(got_rest.to_bits(), f64::to_bits(rest), "{x} % {y}");
            assert_eq!(modulo(x, y).unwrap().to_bits(), f64::to_bits(rest), "{x} % {y}");
        }
        assert!(modulo(1.0, 0.0).is_err() && div_mod(1.0, -0.0).is_err() && divide(1.0, 0.0).is_err());
    }

    #[test]
    fn powers() {
        assert_eq!(pow(2.0, -1.0), Ok(Power::Real(0.5)));
        assert_eq!(pow(-8.0, 1.0 / 3.0), Ok(Power::Complex));
        assert_eq!(pow(f64::NEG_INFINITY, 0.5), Ok(Power::Real(f64::INFINITY)));
        assert_eq!(pow(1.0, f64::NAN), Ok(Power::Real(1.0)));
        assert_eq!(pow(-1.0, f64::INFINITY), Ok(Power::Real(1.0)));
        assert_eq!(pow(0.0, f64::NEG_INFINITY), Ok(Power::Real(f64::INFINITY)));
        assert!(pow(0.0, -1.0).is_err());
        assert_eq!(pow(10.0, 400.0), Err(NumberError::out_of_range()));
    }
}
