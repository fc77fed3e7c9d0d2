//! `math`: functions of real numbers and integers; the algorithms are in `ungil-numbers`.

mod integers;
mod sums;

use ungil_macros::module;
use ungil_numbers::{Result as NumberResult, math};
use ungil_objects::error::{OrRaise, Result};
use ungil_objects::object::Obj;
use ungil_objects::protocol::{call, convert};
use ungil_objects::raise;
use ungil_objects::types::float::Float;
use ungil_objects::types::int::{Int, IntRef, Integer};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value};

/// This module provides access to the mathematical functions defined by the C standard.
#[module(
    name = "math",
    functions(
        integers::comb,
        integers::factorial,
        integers::gcd,
        integers::isqrt,
        integers::lcm,
        integers::perm,
        sums::dist,
        sums::fsum,
        sums::hypot,
        sums::prod,
        sums::sumprod
    )
)]
pub mod module {
    use super::*;

    #[constant(name = "pi")]
    const PI: f64 = std::f64::consts::PI;
    #[constant(name = "e")]
    const E: f64 = std::f64::consts::E;
    #[constant(name = "tau")]
    const TAU: f64 = std::f64::consts::TAU;
    #[constant(name = "inf")]
    const INF: f64 = f64::INFINITY;
    #[constant(name = "nan")]
    const NAN: f64 = f64::NAN;

    /// Return the arc cosine (measured in radians) of x.
    ///
    /// The result is between 0 and pi.
    #[function]
    fn acos(x: f64) -> NumberResult<f64> {
        math::acos(x)
    }

    /// Return the inverse hyperbolic cosine of x.
    #[function]
    fn acosh(x: f64) -> NumberResult<f64> {
        math::acosh(x)
    }

    /// Return the arc sine (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[function]
    fn asin(x: f64) -> NumberResult<f64> {
        math::asin(x)
    }

    /// Return the inverse hyperbolic sine of x.
    #[function]
    fn asinh(x: f64) -> f64 {
        math::asinh(x)
    }

    /// Return the arc tangent (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[function]
    fn atan(x: f64) -> f64 {
        x.atan()
    }

    /// Return the inverse hyperbolic tangent of x.
    #[function]
    fn atanh(x: f64) -> NumberResult<f64> {
        math::atanh(x)
    }

    /// Return the cube root of x.
    #[function]
    fn cbrt(x: f64) -> f64 {
        x.cbrt()
    }

    /// Return the cosine of x (measured in radians).
    #[function]
    fn cos(x: f64) -> NumberResult<f64> {
        math::cos(x)
    }

    /// Return the hyperbolic cosine of x.
    #[function]
    fn cosh(x: f64) -> NumberResult<f64> {
        math::cosh(x)
    }

    /// Convert angle x from radians to degrees.
    #[function]
    fn degrees(x: f64) -> f64 {
        math::degrees(x)
    }

    /// Error function at x.
    #[function]
    fn erf(x: f64) -> f64 {
        math::erf(x)
    }

    /// Complementary error function at x.
    #[function]
    fn erfc(x: f64) -> f64 {
        math::erfc(x)
    }

    /// Return e raised to the power of x.
    #[function]
    fn exp(x: f64) -> NumberResult<f64> {
        math::exp(x)
    }

    /// Return 2 raised to the power of x.
    #[function]
    fn exp2(x: f64) -> NumberResult<f64> {
        math::exp2(x)
    }

    /// Return exp(x)-1.
    #[function]
    fn expm1(x: f64) -> NumberResult<f64> {
        math::expm1(x)
    }

    /// Gamma function at x.
    #[function]
    fn gamma(x: f64) -> NumberResult<f64> {
        math::gamma(x)
    }

    /// Natural logarithm of absolute value of Gamma function at x.
    #[function]
    fn lgamma(x: f64) -> NumberResult<f64> {
        math::lgamma(x)
    }

    /// Return the natural logarithm of 1+x (base e).
    #[function]
    fn log1p(x: f64) -> NumberResult<f64> {
        math::log1p(x)
    }

    /// Convert angle x from degrees to radians.
    #[function]
    fn radians(x: f64) -> f64 {
        math::radians(x)
    }

    /// Return the sine of x (measured in radians).
    #[function]
    fn sin(x: f64) -> NumberResult<f64> {
        math::sin(x)
    }

    /// Return the hyperbolic sine of x.
    #[function]
    fn sinh(x: f64) -> NumberResult<f64> {
        math::sinh(x)
    }

    /// Return the square root of x.
    #[function]
    fn sqrt(x: f64) -> NumberResult<f64> {
        math::sqrt(x)
    }

    /// Return the tangent of x (measured in radians).
    #[function]
    fn tan(x: f64) -> NumberResult<f64> {
        math::tan(x)
    }

    /// Return the hyperbolic tangent of x.
    #[function]
    fn tanh(x: f64) -> f64 {
        x.tanh()
    }

    /// Return the absolute value of the float x.
    #[function]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }

    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[function]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }

    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[function]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }

    /// Return True if x is a NaN (not a number), and False otherwise.
    #[function]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }

    /// Return the value of the least significant bit of the float x.
    #[function]
    fn ulp(x: f64) -> f64 {
        math::ulp(x)
    }

    /// Return the arc tangent (measured in radians) of y/x.
    ///
    /// Unlike atan(y/x), the signs of both x and y are considered.
    #[function]
    fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    ///
    /// On platforms that support signed zeros, copysign(1.0, -0.0)
    /// returns -1.0.
    #[function]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// Fused multiply-add operation.
    ///
    /// Compute (x * y) + z with a single round.
    #[function]
    fn fma(x: f64, y: f64, z: f64) -> NumberResult<f64> {
        math::fma(x, y, z)
    }

    /// Return fmod(x, y), according to platform C.
    ///
    /// x % y may differ.
    #[function]
    fn fmod(x: f64, y: f64) -> NumberResult<f64> {
        math::fmod(x, y)
    }

    /// Return x**y (x to the power of y).
    #[function]
    fn pow(x: f64, y: f64) -> NumberResult<f64> {
        math::pow(x, y)
    }

    /// Difference between x and the closest integer multiple of y.
    ///
    /// Return x - n*y where n*y is the closest integer multiple of y.
    /// In the case where x is exactly halfway between two multiples of
    /// y, the nearest even value of n is used. The result is always exact.
    #[function]
    fn remainder(x: f64, y: f64) -> NumberResult<f64> {
        math::remainder(x, y)
    }

    /// Return the floating-point value the given number of steps after x towards y.
    ///
    /// If steps is not specified or is None, it defaults to 1.
    #[function(signature = "(x, y, /, *, steps=None)")]
    fn nextafter(t: &mut Thread, x: f64, y: f64, steps: Option<Ref<'_>>) -> Result<f64> {
        let Some(steps) = steps else { return Ok(math::nextafter(x, y, 1)) };
        let steps = convert::index(t, steps)?;
        match steps.borrow().as_int() {
            Some(steps) if steps.is_negative() => {
                raise!(t, ValueError, "steps must be a non-negative integer")
            }
            Some(IntRef::Small(steps)) => Ok(math::nextafter(x, y, steps as u64)),
            _ => Ok(math::nextafter(x, y, u64::MAX)),
        }
    }

    /// Determine whether two floating-point numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    #[function(signature = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> NumberResult<bool> {
        math::isclose(a, b, rel_tol, abs_tol)
    }

    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// m is a float and e is an int, such that x = m * 2.**e.
    /// If x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.
    #[function]
    fn frexp(t: &mut Thread, x: f64) -> Obj<Tuple> {
        let (mantissa, exponent) = math::frexp(x);
        Tuple::from_values(t, [Float::from_f64(t, mantissa), Value::from_i32(exponent)])
    }

    /// Return x * (2**i).
    ///
    /// This is essentially the inverse of frexp().
    #[function]
    fn ldexp(t: &mut Thread, x: f64, i: Ref<'_>) -> Result<f64> {
        match i.as_int() {
            Some(exponent) => math::ldexp(x, exponent).or_raise(t),
            None => raise!(t, TypeError, "Expected an int as second argument to ldexp."),
        }
    }

    /// Return the fractional and integer parts of x.
    ///
    /// Both results carry the sign of x and are floats.
    #[function]
    fn modf(t: &mut Thread, x: f64) -> Obj<Tuple> {
        let (fraction, whole) = math::modf(x);
        Tuple::from_values(t, [Float::from_f64(t, fraction), Float::from_f64(t, whole)])
    }

    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of x.
    #[function]
    fn log(t: &mut Thread, x: Ref<'_>, base: Option<Ref<'_>>) -> Result<f64> {
        let of_x = logarithm(t, math::log, x)?;
        match base {
            None => Ok(of_x),
            Some(base) => {
                let of_base = logarithm(t, math::log, base)?;
                ungil_numbers::float::arithmetic::divide(of_x, of_base).or_raise(t)
            }
        }
    }

    /// Return the base 2 logarithm of x.
    #[function]
    fn log2(t: &mut Thread, x: Ref<'_>) -> Result<f64> {
        logarithm(t, math::log2, x)
    }

    /// Return the base 10 logarithm of x.
    #[function]
    fn log10(t: &mut Thread, x: Ref<'_>) -> Result<f64> {
        logarithm(t, math::log10, x)
    }

    /// Return the ceiling of x as an Integral.
    ///
    /// This is the smallest integer >= x.
    #[function]
    fn ceil(t: &mut Thread, x: Ref<'_>) -> Result<Value> {
        rounded(t, x, "__ceil__", f64::ceil)
    }

    /// Return the floor of x as an Integral.
    ///
    /// This is the largest integer <= x.
    #[function]
    fn floor(t: &mut Thread, x: Ref<'_>) -> Result<Value> {
        rounded(t, x, "__floor__", f64::floor)
    }

    /// Truncates the Real x to the nearest Integral toward 0.
    ///
    /// Uses the __trunc__ magic method.
    #[function]
    fn trunc(t: &mut Thread, x: Ref<'_>) -> Result<Value> {
        let name = t.names().__trunc__;
        match call::call_special_if_any(t, name, &[x])? {
            Some(answer) => Ok(answer),
            None => raise!(t, TypeError, "type {} doesn't define __trunc__ method", x.class(t).name(t)),
        }
    }
}

/// A logarithm of a number of any class; an integer may be larger than floats are.
fn logarithm(t: &mut Thread, log: fn(f64) -> NumberResult<f64>, x: Ref<'_>) -> Result<f64> {
    match x.as_int() {
        Some(int) => math::log_of_int(log, int).or_raise(t),
        None => {
            let x = convert::to_f64(t, x)?;
            log(x).or_raise(t)
        }
    }
}

/// What a number's own method answers, or else its float rounded.
fn rounded(t: &mut Thread, x: Ref<'_>, method: &str, round: fn(f64) -> f64) -> Result<Value> {
    let float = match x.word().as_float() {
        Some(float) => float,
        None => {
            let name = t.interpreter().intern(t, method);
            if let Some(answer) = call::call_special_if_any(t, name, &[x])? {
                return Ok(answer);
            }
            convert::to_f64(t, x)?
        }
    };
    Ok(Int::from_integer(t, Integer::from_f64(round(float)).or_raise(t)?))
}
