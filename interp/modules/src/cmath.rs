//! `cmath`: functions of complex numbers; the algorithms are in `ungil-numbers`.

use ungil_macros::module;
use ungil_numbers::{Complex, Result as NumberResult, cmath};
use ungil_objects::Thread;
use ungil_objects::error::{OrRaise, Result};
use ungil_objects::object::Obj;
use ungil_objects::raise;
use ungil_objects::types::float::Float;
use ungil_objects::types::tuple::Tuple;

/// This module provides access to mathematical functions for complex numbers.
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

    /// Return the arc cosine of z.
    #[function]
    fn acos(z: Complex) -> Complex {
        cmath::acos(z)
    }

    /// Return the inverse hyperbolic cosine of z.
    #[function]
    fn acosh(z: Complex) -> Complex {
        cmath::acosh(z)
    }

    /// Return the arc sine of z.
    #[function]
    fn asin(z: Complex) -> Complex {
        cmath::asin(z)
    }

    /// Return the inverse hyperbolic sine of z.
    #[function]
    fn asinh(z: Complex) -> Complex {
        cmath::asinh(z)
    }

    /// Return the arc tangent of z.
    #[function]
    fn atan(z: Complex) -> NumberResult<Complex> {
        cmath::atan(z)
    }

    /// Return the inverse hyperbolic tangent of z.
    #[function]
    fn atanh(z: Complex) -> NumberResult<Complex> {
        cmath::atanh(z)
    }

    /// Return the cosine of z.
    #[function]
    fn cos(z: Complex) -> NumberResult<Complex> {
        cmath::cos(z)
    }

    /// Return the hyperbolic cosine of z.
    #[function]
    fn cosh(z: Complex) -> NumberResult<Complex> {
        cmath::cosh(z)
    }

    /// Return the exponential value e**z.
    #[function]
    fn exp(z: Complex) -> NumberResult<Complex> {
        cmath::exp(z)
    }

    /// Return the base-10 logarithm of z.
    #[function]
    fn log10(z: Complex) -> NumberResult<Complex> {
        cmath::log10(z)
    }

    /// Return the sine of z.
    #[function]
    fn sin(z: Complex) -> NumberResult<Complex> {
        cmath::sin(z)
    }

    /// Return the hyperbolic sine of z.
    #[function]
    fn sinh(z: Complex) -> NumberResult<Complex> {
        cmath::sinh(z)
    }

    /// Return the square root of z.
    #[function]
    fn sqrt(z: Complex) -> Complex {
        cmath::sqrt(z)
    }

    /// Return the tangent of z.
    #[function]
    fn tan(z: Complex) -> NumberResult<Complex> {
        cmath::tan(z)
    }

    /// Return the hyperbolic tangent of z.
    #[function]
    fn tanh(z: Complex) -> NumberResult<Complex> {
        cmath::tanh(z)
    }

    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of z.
    #[function]
    fn log(z: Complex, base: Option<Complex>) -> NumberResult<Complex> {
        match base {
            None => cmath::log(z),
            Some(base) => cmath::log(z)?.divide(cmath::log(base)?),
        }
    }

    /// Return argument, also known as the phase angle, of a complex.
    #[function]
    fn phase(z: Complex) -> f64 {
        cmath::phase(z)
    }

    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[function]
    fn polar(t: &mut Thread, z: Complex) -> Result<Obj<Tuple>> {
        let (length, angle) = cmath::polar(z).or_raise(t)?;
        Ok(Tuple::from_values(t, [Float::from_f64(t, length), Float::from_f64(t, angle)]))
    }

    /// Convert from polar coordinates to rectangular coordinates.
    #[function]
    fn rect(r: f64, phi: f64) -> NumberResult<Complex> {
        cmath::rect(r, phi)
    }

    /// Return True if both the real and imaginary parts of z are finite, else False.
    #[function]
    fn isfinite(z: Complex) -> bool {
        z.real.is_finite() && z.imaginary.is_finite()
    }

    /// Checks if the real or imaginary part of z is infinite.
    #[function]
    fn isinf(z: Complex) -> bool {
        z.real.is_infinite() || z.imaginary.is_infinite()
    }

    /// Checks if the real or imaginary part of z not a number (NaN).
    #[function]
    fn isnan(z: Complex) -> bool {
        z.real.is_nan() || z.imaginary.is_nan()
    }

    /// Determine whether two complex numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
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
