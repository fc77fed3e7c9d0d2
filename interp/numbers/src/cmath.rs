//! The functions of Python's `cmath` module.
//!
//! Finite arguments go by Kahan's formulas ("Branch cuts for complex elementary functions; or, much ado about
//! nothing's sign bit", 1987), scaled so that nothing overflows on the way; infinities, NaNs and signed zeros as
//! C99's Annex G says. Functions of iz come from those of z: sin z = -i·sinh(iz) and so on.

use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

use crate::complex::Complex;
use crate::error::{NumberError, Result};

/// Beyond this, formulas are scaled down.
const LARGE: f64 = f64::MAX / 4.0;
const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

fn z(real: f64, imaginary: f64) -> Complex {
    Complex::new(real, imaginary)
}

/// i·z
fn turned(value: Complex) -> Complex {
    z(-value.imaginary, value.real)
}

/// -i·z
fn turned_back(value: Complex) -> Complex {
    z(value.imaginary, -value.real)
}

fn is_finite(value: Complex) -> bool {
    value.real.is_finite() && value.imaginary.is_finite()
}

fn is_large(value: Complex) -> bool {
    value.real.abs() > LARGE || value.imaginary.abs() > LARGE
}

fn domain() -> NumberError {
    NumberError::value("math domain error")
}

fn in_range(value: Complex) -> Result<Complex> {
    if value.real.is_infinite() || value.imaginary.is_infinite() {
        return Err(NumberError::overflow("math range error"));
    }
    Ok(value)
}

/// `cmath.sqrt`
pub fn sqrt(value: Complex) -> Complex {
    let (x, y) = (value.real, value.imaginary);
    if y.is_infinite() {
        return z(INF, y);
    }
    if x.is_infinite() {
        return match (x > 0.0, y.is_nan()) {
            (true, _) => z(INF, if y.is_nan() { NAN } else { 0.0_f64.copysign(y) }),
            (false, true) => z(NAN, INF),
            (false, false) => z(0.0, INF.copysign(y)),
        };
    }
    if x.is_nan() || y.is_nan() {
        return z(NAN, NAN);
    }
    if x == 0.0 && y == 0.0 {
        return z(0.0, y);
    }
    let (width, height) = (x.abs(), y.abs());
    let root = if width < f64::MIN_POSITIVE && height < f64::MIN_POSITIVE {
        let (width, height) = (libm::ldexp(width, 53), libm::ldexp(height, 53));
        libm::ldexp((width + width.hypot(height)).sqrt(), -27)
    } else {
        let width = width / 8.0;
        2.0 * (width + width.hypot(height / 8.0)).sqrt()
    };
    let other = height / (2.0 * root);
    if x >= 0.0 { z(root, other.copysign(y)) } else { z(other, root.copysign(y)) }
}

/// The logarithm of the absolute value of a finite number.
fn log_abs(value: Complex) -> f64 {
    let (x, y) = (value.real.abs(), value.imaginary.abs());
    if is_large(value) {
        return (x / 2.0).hypot(y / 2.0).ln() + LN_2;
    }
    if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        return libm::ldexp(x, 53).hypot(libm::ldexp(y, 53)).ln() - 53.0 * LN_2;
    }
    let length = x.hypot(y);
    if (0.71..=1.73).contains(&length) {
        let (large, small) = (x.max(y), x.min(y));
        return ((large - 1.0) * (large + 1.0) + small * small).ln_1p() / 2.0;
    }
    length.ln()
}

/// `cmath.log`
///
/// # Errors
/// At zero.
pub fn log(value: Complex) -> Result<Complex> {
    if value == z(0.0, 0.0) {
        return Err(domain());
    }
    let angle = phase(value);
    if value.real.is_infinite() || value.imaginary.is_infinite() {
        return Ok(z(INF, angle));
    }
    Ok(if is_finite(value) { z(log_abs(value), angle) } else { z(NAN, NAN) })
}

/// `cmath.log10`
///
/// # Errors
/// At zero.
pub fn log10(value: Complex) -> Result<Complex> {
    let natural = log(value)?;
    Ok(z(natural.real / LN_10, natural.imaginary / LN_10))
}

/// `cmath.phase`: the angle, from -π to π.
pub fn phase(value: Complex) -> f64 {
    value.imaginary.atan2(value.real)
}

/// `cmath.polar`: length and angle.
///
/// # Errors
/// If the length is too large.
pub fn polar(value: Complex) -> Result<(f64, f64)> {
    let length = value.real.hypot(value.imaginary);
    if length.is_infinite() && is_finite(value) {
        return Err(NumberError::overflow("math range error"));
    }
    Ok((length, phase(value)))
}

/// `cmath.rect`: the number with a length and an angle.
///
/// # Errors
/// If the angle is infinite and the length neither zero nor NaN.
pub fn rect(length: f64, angle: f64) -> Result<Complex> {
    if angle.is_infinite() && length != 0.0 && !length.is_nan() {
        return Err(domain());
    }
    if angle == 0.0 {
        let imaginary =
            if length.is_infinite() { angle.copysign(angle * length.signum()) } else { length * angle };
        return Ok(z(length, if length.is_nan() { 0.0 } else { imaginary }));
    }
    if length == 0.0 && !angle.is_finite() {
        return Ok(z(0.0, 0.0));
    }
    if length.is_infinite() && angle.is_nan() {
        return Ok(z(INF, NAN));
    }
    Ok(z(length * angle.cos(), length * angle.sin()))
}

/// `cmath.exp`
///
/// # Errors
/// If the result is too large, or the imaginary part infinite and the real one not NaN or negative infinity.
pub fn exp(value: Complex) -> Result<Complex> {
    let (x, y) = (value.real, value.imaginary);
    if y.is_infinite() && (x.is_finite() || x == INF) {
        return Err(domain());
    }
    if x == f64::NEG_INFINITY {
        return Ok(if y.is_finite() {
            z(0.0_f64.copysign(y.cos()), 0.0_f64.copysign(y.sin()))
        } else {
            z(0.0, 0.0)
        });
    }
    if y == 0.0 && !x.is_finite() {
        return Ok(z(x, y));
    }
    if x == INF {
        return Ok(if y.is_nan() { z(INF, NAN) } else { z(INF.copysign(y.cos()), INF.copysign(y.sin())) });
    }
    if !is_finite(value) {
        return Ok(z(NAN, NAN));
    }
    if x > LARGE.ln() {
        let length = (x - 1.0).exp();
        return in_range(z(length * y.cos() * E, length * y.sin() * E));
    }
    let length = x.exp();
    in_range(z(length * y.cos(), length * y.sin()))
}

/// The hyperbolic cosine, or the sine: `even` says which.
fn hyperbolic(value: Complex, even: bool) -> Result<Complex> {
    let (x, y) = (value.real, value.imaginary);
    if y.is_infinite() && !x.is_nan() {
        return Err(domain());
    }
    if x.is_infinite() {
        let (real_sign, imaginary_sign) = if even { (1.0, x.signum()) } else { (x.signum(), 1.0) };
        return Ok(if y.is_nan() {
            z(INF, NAN)
        } else if y == 0.0 {
            z(INF * real_sign, y * imaginary_sign)
        } else {
            z(INF.copysign(y.cos()) * real_sign, INF.copysign(y.sin()) * imaginary_sign)
        });
    }
    if x == 0.0 && y.is_nan() {
        return Ok(if even { z(NAN, 0.0) } else { z(0.0, NAN) });
    }
    if x.is_nan() {
        return Ok(z(
            NAN,
            if y != 0.0 {
                NAN
            } else if even {
                0.0
            } else {
                y
            },
        ));
    }
    let (x, scale) = if x.abs() > LARGE.ln() { (x - x.signum(), E) } else { (x, 1.0) };
    let (real, imaginary) = if even { (x.cosh(), x.sinh()) } else { (x.sinh(), x.cosh()) };
    in_range(z(y.cos() * real * scale, y.sin() * imaginary * scale))
}

/// `cmath.cosh`
///
/// # Errors
/// If the result is too large, or the imaginary part infinite and the real one not NaN.
pub fn cosh(value: Complex) -> Result<Complex> {
    hyperbolic(value, true)
}

/// `cmath.sinh`
///
/// # Errors
/// As those of [`cosh`].
pub fn sinh(value: Complex) -> Result<Complex> {
    hyperbolic(value, false)
}

/// `cmath.tanh`
///
/// # Errors
/// If the imaginary part is infinite and the real one finite.
pub fn tanh(value: Complex) -> Result<Complex> {
    let (x, y) = (value.real, value.imaginary);
    if y.is_infinite() && x.is_finite() {
        return Err(domain());
    }
    if x.is_infinite() {
        let sign = if y.is_finite() { 2.0 * y.sin() * y.cos() } else { 1.0 };
        return Ok(z(x.signum(), if y == 0.0 { y } else { 0.0_f64.copysign(sign) }));
    }
    if x.is_nan() {
        return Ok(if y == 0.0 { z(NAN, y) } else { z(NAN, NAN) });
    }
    if y.is_nan() {
        return Ok(if x == 0.0 { z(x, NAN) } else { z(NAN, NAN) });
    }
    if x.abs() > LARGE.ln() {
        return Ok(z(x.signum(), 4.0 * y.sin() * y.cos() * (-2.0 * x.abs()).exp()));
    }
    let (tx, ty, narrow) = (x.tanh(), y.tan(), 1.0 / x.cosh());
    let divisor = 1.0 + (tx * ty) * (tx * ty);
    Ok(z(tx * (1.0 + ty * ty) / divisor, ty / divisor * narrow * narrow))
}

/// `cmath.cos`
///
/// # Errors
/// As those of [`cosh`], with the parts exchanged.
pub fn cos(value: Complex) -> Result<Complex> {
    cosh(turned(value))
}

/// `cmath.sin`
///
/// # Errors
/// As those of [`sinh`], with the parts exchanged.
pub fn sin(value: Complex) -> Result<Complex> {
    sinh(turned(value)).map(turned_back)
}

/// `cmath.tan`
///
/// # Errors
/// As those of [`tanh`], with the parts exchanged.
pub fn tan(value: Complex) -> Result<Complex> {
    tanh(turned(value)).map(turned_back)
}

/// log|2z| of a large number.
fn log_twice(value: Complex) -> f64 {
    (value.real / 2.0).hypot(value.imaginary / 2.0).ln() + 2.0 * LN_2
}

/// `cmath.acos`
pub fn acos(value: Complex) -> Complex {
    let (x, y) = (value.real, value.imaginary);
    if x.is_nan() || y.is_nan() {
        return match (x, y) {
            _ if y.is_infinite() => z(NAN, -y),
            _ if x.is_infinite() => z(NAN, INF),
            _ if x == 0.0 => z(FRAC_PI_2, NAN),
            _ => z(NAN, NAN),
        };
    }
    if is_large(value) {
        return z(y.abs().atan2(x), -log_twice(value).copysign(y));
    }
    let (less, more) = (sqrt(z(1.0 - x, -y)), sqrt(z(1.0 + x, y)));
    z(2.0 * less.real.atan2(more.real), libm::asinh(more.real * less.imaginary - more.imaginary * less.real))
}

/// `cmath.acosh`
pub fn acosh(value: Complex) -> Complex {
    let (x, y) = (value.real, value.imaginary);
    if x.is_nan() || y.is_nan() {
        let infinite = x.is_infinite() || y.is_infinite();
        return z(if infinite { INF } else { NAN }, if x == 0.0 { FRAC_PI_2 } else { NAN });
    }
    if is_large(value) {
        return z(log_twice(value), y.atan2(x));
    }
    let (less, more) = (sqrt(z(x - 1.0, y)), sqrt(z(x + 1.0, y)));
    z(
        libm::asinh(less.real * more.real + less.imaginary * more.imaginary),
        2.0 * less.imaginary.atan2(more.real),
    )
}

/// `cmath.asinh`
pub fn asinh(value: Complex) -> Complex {
    let (x, y) = (value.real, value.imaginary);
    if x.is_nan() || y.is_nan() {
        return match (x, y) {
            _ if x.is_infinite() => z(x, NAN),
            _ if y.is_infinite() => z(INF, NAN),
            _ if y == 0.0 => z(NAN, y),
            _ => z(NAN, NAN),
        };
    }
    if is_large(value) {
        return z(log_twice(value).copysign(x), y.atan2(x.abs()));
    }
    let (more, less) = (sqrt(z(1.0 + y, -x)), sqrt(z(1.0 - y, x)));
    z(
        libm::asinh(more.real * less.imaginary - less.real * more.imaginary),
        y.atan2(more.real * less.real - more.imaginary * less.imaginary),
    )
}

/// `cmath.asin`
pub fn asin(value: Complex) -> Complex {
    turned_back(asinh(turned(value)))
}

/// `cmath.atanh`
///
/// # Errors
/// At 1 and -1.
pub fn atanh(value: Complex) -> Result<Complex> {
    let (x, y) = (value.real, value.imaginary);
    if x.is_sign_negative() && !x.is_nan() {
        return atanh(-value).map(|opposite| -opposite);
    }
    if y.is_infinite() || x.is_infinite() && !y.is_nan() {
        return Ok(z(0.0, FRAC_PI_2.copysign(y)));
    }
    if x.is_nan() || y.is_nan() {
        return Ok(z(if x == 0.0 || x.is_infinite() { 0.0 } else { NAN }, NAN));
    }
    let height = y.abs();
    if x > LARGE.sqrt() || height > LARGE.sqrt() {
        let length = (x / 2.0).hypot(y / 2.0);
        return Ok(z(x / 4.0 / length / length, FRAC_PI_2.copysign(y)));
    }
    if x == 1.0 && height < f64::MIN_POSITIVE.sqrt() {
        if height == 0.0 {
            return Err(domain());
        }
        let real = -(height.sqrt() / height.hypot(2.0).sqrt()).ln();
        return Ok(z(real, (2.0_f64.atan2(-height) / 2.0).copysign(y)));
    }
    let real = (4.0 * x / ((1.0 - x) * (1.0 - x) + height * height)).ln_1p() / 4.0;
    Ok(z(real, -(-2.0 * y).atan2((1.0 - x) * (1.0 + x) - height * height) / 2.0))
}

/// `cmath.atan`
///
/// # Errors
/// At i and -i.
pub fn atan(value: Complex) -> Result<Complex> {
    atanh(turned(value)).map(turned_back)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: Complex, right: Complex) -> bool {
        (left.real - right.real).abs() <= 1e-15 && (left.imaginary - right.imaginary).abs() <= 1e-15
    }

    #[test]
    fn finite_values() {
        assert_eq!(sqrt(z(-1.0, 0.0)), z(0.0, 1.0));
        assert_eq!(sqrt(z(-1.0, -0.0)), z(0.0, -1.0));
        assert_eq!(acos(z(2.0, 0.0)), z(0.0, -1.3169578969248166));
        assert!(close(exp(z(0.0, std::f64::consts::PI)).unwrap(), z(-1.0, 0.0)));
        let value = z(0.3, -0.7);
        assert!(close(sin(asin(value)).unwrap(), value));
        assert!(close(cosh(acosh(value)).unwrap(), value));
        assert!(close(tan(atan(value).unwrap()).unwrap(), value));
        assert!(close(exp(log(value).unwrap()).unwrap(), value));
        assert_eq!(rect(2.0, 0.0), Ok(z(2.0, 0.0)));
        assert_eq!(polar(z(0.0, 2.0)), Ok((2.0, FRAC_PI_2)));
    }

    #[test]
    fn special_values() {
        assert_eq!(sqrt(z(NAN, -INF)), z(INF, -INF));
        assert_eq!(exp(z(f64::NEG_INFINITY, NAN)), Ok(z(0.0, 0.0)));
        assert_eq!(log(z(-INF, INF)), Ok(z(INF, 2.356194490192345)));
        assert_eq!(tanh(z(INF, 1.0)), Ok(z(1.0, 0.0)));
        assert_eq!(atanh(z(INF, -1.0)), Ok(z(0.0, -FRAC_PI_2)));
        assert_eq!(exp(z(1000.0, 1.0)).unwrap_err().message, "math range error");
        for wrong in
            [log(z(0.0, 0.0)), exp(z(1.0, INF)), cosh(z(1.0, INF)), atanh(z(-1.0, 0.0)), rect(1.0, INF)]
        {
            assert_eq!(wrong.unwrap_err().message, "math domain error");
        }
    }
}
