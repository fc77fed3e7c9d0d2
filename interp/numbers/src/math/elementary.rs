//! Exponentials, logarithms, trigonometric and hyperbolic functions, powers.

use super::{domain, expected, range};
use crate::error::{NumberError, Result};
use crate::int::IntRef;

/// Functions of one float that are defined everywhere and overflow nowhere, or state what they expect; `range` ones
/// can overflow.
macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident = $function:expr, $what:literal;)*) => {
        $(
            $(#[$doc])*
            ///
            /// # Errors
            /// If the argument is outside the function's domain.
            pub fn $name(x: f64) -> Result<f64> {
                let result: f64 = $function(x);
                let wrong = result.is_nan() && !x.is_nan() || result.is_infinite() && x.is_finite();
                if wrong { Err(expected($what, x)) } else { Ok(result) }
            }
        )*
    };
}

/// Functions of one float that can only overflow.
macro_rules! growing_functions {
    ($($(#[$doc:meta])* $name:ident = $function:expr;)*) => {
        $(
            $(#[$doc])*
            ///
            /// # Errors
            /// If the result is too large.
            pub fn $name(x: f64) -> Result<f64> {
                let result: f64 = $function(x);
                if result.is_infinite() && x.is_finite() { Err(range()) } else { Ok(result) }
            }
        )*
    };
}

functions! {
    /// `math.acos`
    acos = f64::acos, "a number in range from -1 up to 1";
    /// `math.asin`
    asin = f64::asin, "a number in range from -1 up to 1";
    /// `math.acosh`
    acosh = |x: f64| if x < 1.0 { f64::NAN } else { libm::acosh(x) }, "argument value not less than 1";
    /// `math.atanh`
    atanh = libm::atanh, "a number between -1 and 1";
    /// `math.cos`
    cos = f64::cos, "a finite input";
    /// `math.sin`
    sin = f64::sin, "a finite input";
    /// `math.tan`
    tan = f64::tan, "a finite input";
    /// `math.sqrt`
    sqrt = f64::sqrt, "a nonnegative input";
    /// `math.log1p`
    log1p = f64::ln_1p, "argument value > -1";
    /// `math.log` of a float
    log = f64::ln, "a positive input";
    /// `math.log2` of a float
    log2 = f64::log2, "a positive input";
    /// `math.log10` of a float
    log10 = f64::log10, "a positive input";
}

growing_functions! {
    /// `math.exp`
    exp = f64::exp;
    /// `math.exp2`
    exp2 = f64::exp2;
    /// `math.expm1`
    expm1 = f64::exp_m1;
    /// `math.cosh`
    cosh = f64::cosh;
    /// `math.sinh`
    sinh = f64::sinh;
}

/// `math.asinh`. (`atan`, `atan2`, `tanh`, `cbrt`, `copysign` are those of `f64`.)
pub fn asinh(x: f64) -> f64 {
    libm::asinh(x)
}

/// A logarithm of an integer of any size: `log` is one of [`log`], [`log2`] and [`log10`].
///
/// # Errors
/// If the integer is not positive.
pub fn log_of_int(log: fn(f64) -> Result<f64>, value: IntRef<'_>) -> Result<f64> {
    if value.signum() <= 0 {
        return Err(NumberError::value("expected a positive input"));
    }
    match value.to_f64() {
        Ok(x) => log(x),
        Err(_) => {
            let (fraction, exponent) = value.frexp();
            Ok(log(fraction)? + log(2.0)? * exponent as f64)
        }
    }
}

/// `math.pow`
///
/// # Errors
/// If the power is not real, at the pole of zero, or too large.
pub fn pow(x: f64, y: f64) -> Result<f64> {
    let power = x.powf(y);
    if power.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain());
    }
    if power.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(if x == 0.0 { domain() } else { range() });
    }
    Ok(power)
}

/// `math.fma`: `x * y + z`, rounded once.
///
/// # Errors
/// If the operation is invalid or the result too large.
pub fn fma(x: f64, y: f64, z: f64) -> Result<f64> {
    let result = x.mul_add(y, z);
    if result.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        return Err(NumberError::value("invalid operation in fma"));
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(NumberError::overflow("overflow in fma"));
    }
    Ok(result)
}

/// `math.degrees`
pub fn degrees(x: f64) -> f64 {
    x * (180.0 / std::f64::consts::PI)
}

/// `math.radians`
pub fn radians(x: f64) -> f64 {
    x * (std::f64::consts::PI / 180.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn message(result: Result<f64>) -> String {
        result.unwrap_err().message.into_owned()
    }

    #[test]
    fn domains() {
        assert_eq!(message(sqrt(-1.0)), "expected a nonnegative input, got -1.0");
        assert_eq!(message(log(0.0)), "expected a positive input, got 0.0");
        assert_eq!(message(acos(2.0)), "expected a number in range from -1 up to 1, got 2.0");
        assert_eq!(message(atanh(1.0)), "expected a number between -1 and 1, got 1.0");
        assert!(acosh(-1e6).is_err());
        assert_eq!(message(sin(f64::INFINITY)), "expected a finite input, got inf");
        assert_eq!(message(log1p(-1.0)), "expected argument value > -1, got -1.0");
        assert_eq!(message(pow(0.0, -1.0)), "math domain error");
        assert_eq!(pow(10.0, 400.0).unwrap_err().kind, ErrorKind::Overflow);
        assert_eq!(exp(1000.0).unwrap_err().kind, ErrorKind::Overflow);
        assert_eq!(exp(f64::INFINITY), Ok(f64::INFINITY));
        assert_eq!(sqrt(-0.0), Ok(-0.0));
        assert!(sqrt(f64::NAN).is_ok_and(f64::is_nan));
        assert_eq!(message(fma(f64::INFINITY, 0.0, 1.0)), "invalid operation in fma");
        assert_eq!(message(fma(1e308, 10.0, 0.0)), "overflow in fma");
    }

    #[test]
    fn logarithms_of_integers() {
        let power = IntRef::Small(2).pow(IntRef::Small(5000)).unwrap();
        assert_eq!(log_of_int(log2, power.as_ref()), Ok(5000.0));
        assert_eq!(log_of_int(log10, IntRef::Small(1000)), Ok(3.0));
        assert_eq!(message(log_of_int(log, IntRef::Small(0))), "expected a positive input");
    }
}
