//! `cmath`: functions of complex numbers; the algorithms are in `ungil-numbers`.

use ungil_macros::module;
use ungil_numbers::{Complex, Result as NumberResult, cmath};
use ungil_objects::Thread;
use ungil_objects::error::{OrRaise, Result};
use ungil_objects::object::Obj;
use ungil_objects::raise;
use ungil_objects::types::float::Float;
use ungil_objects::types::tuple::Tuple;

/// Functions of complex numbers.
#[module(name = "cmath")]
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
    #[constant(name = "infj")]
    const INFJ: Complex = Complex::new(0.0, f64::INFINITY);
    #[constant(name = "nanj")]
    const NANJ: Complex = Complex::new(0.0, f64::NAN);

    /// The complex number whose cosine is `z`: the principal value.
    #[function]
    fn acos(z: Complex) -> Complex {
        cmath::acos(z)
    }

    /// The principal value of the inverse of `cosh` at `z`.
    #[function]
    fn acosh(z: Complex) -> Complex {
        cmath::acosh(z)
    }

    /// The complex number whose sine is `z`: the principal value.
    #[function]
    fn asin(z: Complex) -> Complex {
        cmath::asin(z)
    }

    /// The principal value of the inverse of `sinh` at `z`.
    #[function]
    fn asinh(z: Complex) -> Complex {
        cmath::asinh(z)
    }

    /// The complex number whose tangent is `z`: the principal value.
    #[function]
    fn atan(z: Complex) -> NumberResult<Complex> {
        cmath::atan(z)
    }

    /// The principal value of the inverse of `tanh` at `z`.
    #[function]
    fn atanh(z: Complex) -> NumberResult<Complex> {
        cmath::atanh(z)
    }

    /// The cosine at `z`, an angle in radians.
    #[function]
    fn cos(z: Complex) -> NumberResult<Complex> {
        cmath::cos(z)
    }

    /// The hyperbolic cosine at `z`.
    #[function]
    fn cosh(z: Complex) -> NumberResult<Complex> {
        cmath::cosh(z)
    }

    /// `e` to the power of `z`.
    #[function]
    fn exp(z: Complex) -> NumberResult<Complex> {
        cmath::exp(z)
    }

    /// The logarithm to base 10, on the branch of `log`.
    #[function]
    fn log10(z: Complex) -> NumberResult<Complex> {
        cmath::log10(z)
    }

    /// The sine at `z`, an angle in radians.
    #[function]
    fn sin(z: Complex) -> NumberResult<Complex> {
        cmath::sin(z)
    }

    /// The hyperbolic sine at `z`.
    #[function]
    fn sinh(z: Complex) -> NumberResult<Complex> {
        cmath::sinh(z)
    }

    /// The root of `z` whose real part is not negative.
    #[function]
    fn sqrt(z: Complex) -> Complex {
        cmath::sqrt(z)
    }

    /// The tangent at `z`, an angle in radians.
    #[function]
    fn tan(z: Complex) -> NumberResult<Complex> {
        cmath::tan(z)
    }

    /// The hyperbolic tangent at `z`.
    #[function]
    fn tanh(z: Complex) -> NumberResult<Complex> {
        cmath::tanh(z)
    }

    /// The logarithm to `base`, or the natural one if there is no base.
    #[function]
    fn log(z: Complex, base: Option<Complex>) -> NumberResult<Complex> {
        match base {
            None => cmath::log(z),
            Some(base) => cmath::log(z)?.divide(cmath::log(base)?),
        }
    }

    /// The angle between `z` and the positive real axis, from -pi to pi.
    #[function]
    fn phase(z: Complex) -> f64 {
        cmath::phase(z)
    }

    /// The pair of the length and the angle of `z`.
    #[function]
    fn polar(t: &mut Thread, z: Complex) -> Result<Obj<Tuple>> {
        let (length, angle) = cmath::polar(z).or_raise(t)?;
        Ok(Tuple::from_values(t, [Float::from_f64(t, length), Float::from_f64(t, angle)]))
    }

    /// The complex number with length `r` and angle `phi`.
    #[function]
    fn rect(r: f64, phi: f64) -> NumberResult<Complex> {
        cmath::rect(r, phi)
    }

    /// Whether neither part is infinite or a NaN.
    #[function]
    fn isfinite(z: Complex) -> bool {
        z.real.is_finite() && z.imaginary.is_finite()
    }

    /// Whether a part, or both, is infinite.
    #[function]
    fn isinf(z: Complex) -> bool {
        z.real.is_infinite() || z.imaginary.is_infinite()
    }

    /// Whether a part, or both, is a NaN.
    #[function]
    fn isnan(z: Complex) -> bool {
        z.real.is_nan() || z.imaginary.is_nan()
    }

    /// Whether the distance of `a` and `b` is within a tolerance.
    ///
    /// That is `abs_tol`, or `rel_tol` times the larger magnitude, whichever is more. A negative one raises `ValueError`.
    #[function(signature = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(t: &mut Thread, a: Complex, b: Complex, rel_tol: f64, abs_tol: f64) -> Result<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            raise!(t, ValueError, "tolerances must be non-negative");
        }
        if a.real == b.real && a.imaginary == b.imaginary {
            return Ok(true);
        }
        let length = |z: Complex| z.real.hypot(z.imaginary);
        let (of_a, of_b) = (length(a), length(b));
        if of_a.is_infinite() || of_b.is_infinite() {
            return Ok(false);
        }
        let difference = length(a - b);
        Ok(difference <= rel_tol * of_a.max(of_b) || difference <= abs_tol)
    }
}
