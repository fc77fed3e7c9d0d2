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

/// Functions on real numbers: angles, powers, logarithms, rounding, and arithmetic on integers.
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

    /// The angle from 0 to pi whose cosine is `x`.
    ///
    /// Raises `ValueError` unless -1 <= `x` <= 1.
    #[function]
    fn acos(x: f64) -> NumberResult<f64> {
        math::acos(x)
    }

    /// The number from 0 upwards whose hyperbolic cosine is `x`.
    ///
    /// Raises `ValueError` for `x` below 1.
    #[function]
    fn acosh(x: f64) -> NumberResult<f64> {
        math::acosh(x)
    }

    /// The angle from -pi/2 to pi/2 whose sine is `x`.
    ///
    /// Raises `ValueError` unless -1 <= `x` <= 1.
    #[function]
    fn asin(x: f64) -> NumberResult<f64> {
        math::asin(x)
    }

    /// The number whose hyperbolic sine is `x`.
    #[function]
    fn asinh(x: f64) -> f64 {
        math::asinh(x)
    }

    /// The angle from -pi/2 to pi/2 whose tangent is `x`.
    #[function]
    fn atan(x: f64) -> f64 {
        x.atan()
    }

    /// The number whose hyperbolic tangent is `x`.
    ///
    /// Raises `ValueError` unless -1 < `x` < 1.
    #[function]
    fn atanh(x: f64) -> NumberResult<f64> {
        math::atanh(x)
    }

    /// The number that gives `x` when cubed.
    #[function]
    fn cbrt(x: f64) -> f64 {
        x.cbrt()
    }

    /// The cosine of an angle given in radians.
    ///
    /// Raises `ValueError` for an infinite angle.
    #[function]
    fn cos(x: f64) -> NumberResult<f64> {
        math::cos(x)
    }

    /// The hyperbolic cosine, half of `exp(x) + exp(-x)`.
    #[function]
    fn cosh(x: f64) -> NumberResult<f64> {
        math::cosh(x)
    }

    /// Turns an angle given in radians into one in degrees.
    #[function]
    fn degrees(x: f64) -> f64 {
        math::degrees(x)
    }

    /// The Gauss error function.
    #[function]
    fn erf(x: f64) -> f64 {
        math::erf(x)
    }

    /// What the error function leaves to 1, precise also where almost nothing is left.
    #[function]
    fn erfc(x: f64) -> f64 {
        math::erfc(x)
    }

    /// The power of Euler's number with `x` as exponent.
    #[function]
    fn exp(x: f64) -> NumberResult<f64> {
        math::exp(x)
    }

    /// The power of two with `x` as exponent.
    #[function]
    fn exp2(x: f64) -> NumberResult<f64> {
        math::exp2(x)
    }

    /// One less than the power of e with exponent `x`, without the loss of digits near 0.
    #[function]
    fn expm1(x: f64) -> NumberResult<f64> {
        math::expm1(x)
    }

    /// The Gamma function, which continues the factorial: `gamma(n + 1)` is n!.
    ///
    /// Raises `ValueError` for 0, negative whole numbers and negative infinity.
    #[function]
    fn gamma(x: f64) -> NumberResult<f64> {
        math::gamma(x)
    }

    /// The logarithm, to base e, of what the Gamma function gives for `x`, its sign left out.
    #[function]
    fn lgamma(x: f64) -> NumberResult<f64> {
        math::lgamma(x)
    }

    /// `log(1 + x)`, exact also for `x` so small that the sum would lose it.
    #[function]
    fn log1p(x: f64) -> NumberResult<f64> {
        math::log1p(x)
    }

    /// Turns an angle given in degrees into one in radians.
    #[function]
    fn radians(x: f64) -> f64 {
        math::radians(x)
    }

    /// The sine of an angle given in radians.
    ///
    /// Raises `ValueError` for an infinite angle.
    #[function]
    fn sin(x: f64) -> NumberResult<f64> {
        math::sin(x)
    }

    /// The hyperbolic sine, half of `exp(x) - exp(-x)`.
    #[function]
    fn sinh(x: f64) -> NumberResult<f64> {
        math::sinh(x)
    }

    /// The number from 0 upwards whose square is `x`.
    ///
    /// Raises `ValueError` for negative numbers.
    #[function]
    fn sqrt(x: f64) -> NumberResult<f64> {
        math::sqrt(x)
    }

    /// The tangent of an angle given in radians.
    ///
    /// Raises `ValueError` for an infinite angle.
    #[function]
    fn tan(x: f64) -> NumberResult<f64> {
        math::tan(x)
    }

    /// The hyperbolic tangent, `sinh(x) / cosh(x)`.
    #[function]
    fn tanh(x: f64) -> f64 {
        x.tanh()
    }

    /// The float without its sign.
    #[function]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }

    /// Whether `x` is an ordinary number: not infinite, not NaN.
    #[function]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }

    /// Whether `x` is infinite, of either sign.
    #[function]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }

    /// Whether `x` is NaN, that is, no number at all.
    #[function]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }

    /// How much the last bit of the float's mantissa is worth.
    #[function]
    fn ulp(x: f64) -> f64 {
        math::ulp(x)
    }

    /// The angle from -pi to pi at which the point (`x`, `y`) is seen from the origin.
    ///
    /// The signs of the two say in which quadrant it is.
    #[function]
    fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// The size of `x` with the sign of `y`, where also zeros and NaNs have signs.
    #[function]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// `x * y + z`, where only the end result is rounded.
    #[function]
    fn fma(x: f64, y: f64, z: f64) -> NumberResult<f64> {
        math::fma(x, y, z)
    }

    /// What is left of `x` after division by `y`, with the sign of `x`.
    ///
    /// The operator `%` follows the sign of `y` instead.
    #[function]
    fn fmod(x: f64, y: f64) -> NumberResult<f64> {
        math::fmod(x, y)
    }

    /// The power of `x` with exponent `y`, as a float.
    ///
    /// Raises `ValueError` for a negative `x` with a fraction as exponent, and for 0 with a negative one.
    #[function]
    fn pow(x: f64, y: f64) -> NumberResult<f64> {
        math::pow(x, y)
    }

    /// How far `x` is from the nearest multiple of `y`: negative if it is below.
    ///
    /// Of two multiples equally near, the even one counts. Nothing is rounded.
    #[function]
    fn remainder(x: f64, y: f64) -> NumberResult<f64> {
        math::remainder(x, y)
    }

    /// The float next to `x` on the way to `y`; with `steps`, the one so many floats further.
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

    /// Whether two numbers are nearly equal.
    ///
    /// They may differ by `rel_tol` times the larger of their sizes, or by `abs_tol` if that is more.
    /// Raises `ValueError` for a negative tolerance.
    #[function(signature = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> NumberResult<bool> {
        math::isclose(a, b, rel_tol, abs_tol)
    }

    /// Splits `x` into a float and a power of two: the pair `(m, e)` with `x == m * 2**e`.
    ///
    /// The size of `m` is from 0.5 to below 1; for 0, both are 0.
    #[function]
    fn frexp(t: &mut Thread, x: f64) -> Obj<Tuple> {
        let (mantissa, exponent) = math::frexp(x);
        Tuple::from_values(t, [Float::from_f64(t, mantissa), Value::from_i32(exponent)])
    }

    /// Multiplies `x` by the power of two with exponent `i`, as undoes `frexp`.
    ///
    /// Raises `OverflowError` if no float is that large.
    #[function]
    fn ldexp(t: &mut Thread, x: f64, i: Ref<'_>) -> Result<f64> {
        match i.as_int() {
            Some(exponent) => math::ldexp(x, exponent).or_raise(t),
            None => raise!(t, TypeError, "Expected an int as second argument to ldexp."),
        }
    }

    /// The part of `x` after the point and the part before it, a pair of floats with its sign.
    #[function]
    fn modf(t: &mut Thread, x: f64) -> Obj<Tuple> {
        let (fraction, whole) = math::modf(x);
        Tuple::from_values(t, [Float::from_f64(t, fraction), Float::from_f64(t, whole)])
    }

    /// The exponent that makes `base` into `x`; without a base, that of e.
    ///
    /// Integers may be larger than any float. Raises `ValueError` unless `x` is positive.
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

    /// The exponent that makes 2 into `x`.
    #[function]
    fn log2(t: &mut Thread, x: Ref<'_>) -> Result<f64> {
        logarithm(t, math::log2, x)
    }

    /// The exponent that makes 10 into `x`.
    #[function]
    fn log10(t: &mut Thread, x: Ref<'_>) -> Result<f64> {
        logarithm(t, math::log10, x)
    }

    /// Rounds up to an integer; a class may have its own `__ceil__`.
    #[function]
    fn ceil(t: &mut Thread, x: Ref<'_>) -> Result<Value> {
        rounded(t, x, "__ceil__", f64::ceil)
    }

    /// Rounds down to an integer; a class may have its own `__floor__`.
    #[function]
    fn floor(t: &mut Thread, x: Ref<'_>) -> Result<Value> {
        rounded(t, x, "__floor__", f64::floor)
    }

    /// Cuts off what is after the point, as the `__trunc__` of the number's class does.
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
