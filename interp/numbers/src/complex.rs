//! Complex numbers: arithmetic with C99's treatment of infinities, powers, `repr` and parsing.
//!
//! Products and quotients recover infinities that the plain formulas turn into NaNs (C99, Annex G.5.1). Division is
//! by Smith's algorithm (CACM 5(8), 1962). Operations with a real operand work on the parts, so that signed zeros
//! and infinities survive.

use std::ops::{Add, Mul, Neg, Sub};

use crate::error::{NumberError, Result};
use crate::float::{FloatFormat, Style, parse};

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    pub real: f64,
    pub imaginary: f64,
}

/// An infinity as a signed one, anything else as a signed zero.
fn boxed(part: f64) -> f64 {
    (if part.is_infinite() { 1.0_f64 } else { 0.0 }).copysign(part)
}

/// A NaN as a signed zero.
fn without_nan(part: f64) -> f64 {
    if part.is_nan() { 0.0_f64.copysign(part) } else { part }
}

impl Complex {
    /// From its parts.
    pub const fn new(real: f64, imaginary: f64) -> Self {
        Self { real, imaginary }
    }

    fn map(self, f: impl Fn(f64) -> f64) -> Self {
        Self::new(f(self.real), f(self.imaginary))
    }

    fn is_infinite(self) -> bool {
        self.real.is_infinite() || self.imaginary.is_infinite()
    }

    fn is_finite(self) -> bool {
        self.real.is_finite() && self.imaginary.is_finite()
    }

    fn is_nan(self) -> bool {
        self.real.is_nan() && self.imaginary.is_nan()
    }

    /// `self + x`
    pub fn add_real(self, x: f64) -> Self {
        Self::new(self.real + x, self.imaginary)
    }

    /// `self - x`
    pub fn sub_real(self, x: f64) -> Self {
        Self::new(self.real - x, self.imaginary)
    }

    /// `x - self`
    pub fn sub_from_real(self, x: f64) -> Self {
        Self::new(x - self.real, -self.imaginary)
    }

    /// `self.conjugate()`
    pub fn conjugate(self) -> Self {
        Self::new(self.real, -self.imaginary)
    }

    /// `self * x`
    pub fn mul_real(self, x: f64) -> Self {
        self.map(|part| part * x)
    }

    fn plain_mul(self, other: Self) -> Self {
        Self::new(
            self.real * other.real - self.imaginary * other.imaginary,
            self.real * other.imaginary + self.imaginary * other.real,
        )
    }

    /// `self / x`
    ///
    /// # Errors
    /// If `x` is zero.
    pub fn divide_by_real(self, x: f64) -> Result<Self> {
        if x == 0.0 {
            return Err(NumberError::zero_division("division by zero"));
        }
        Ok(self.map(|part| part / x))
    }

    /// `self / other`
    ///
    /// # Errors
    /// If `other` is zero.
    pub fn divide(self, other: Self) -> Result<Self> {
        let (real, imaginary) = (other.real, other.imaginary);
        let quotient = if real.abs() >= imaginary.abs() {
            if real == 0.0 {
                return Err(NumberError::zero_division("division by zero"));
            }
            let ratio = imaginary / real;
            let divisor = real + imaginary * ratio;
            Self::new(
                (self.real + self.imaginary * ratio) / divisor,
                (self.imaginary - self.real * ratio) / divisor,
            )
        } else if imaginary.abs() >= real.abs() {
            let ratio = real / imaginary;
            let divisor = real * ratio + imaginary;
            Self::new(
                (self.real * ratio + self.imaginary) / divisor,
                (self.imaginary * ratio - self.real) / divisor,
            )
        } else {
            Self::new(f64::NAN, f64::NAN)
        };
        if !quotient.is_nan() {
            return Ok(quotient);
        }
        let recovered =
            |left: Self, right: Self, scale: f64| left.plain_mul(right.conjugate()).mul_real(scale);
        Ok(if self.is_infinite() && other.is_finite() {
            recovered(self.map(boxed), other, f64::INFINITY)
        } else if other.is_infinite() && self.is_finite() {
            recovered(self, other.map(boxed), 0.0)
        } else {
            quotient
        })
    }

    /// `x / self`
    ///
    /// # Errors
    /// If `self` is zero.
    pub fn divide_real(self, x: f64) -> Result<Self> {
        let (real, imaginary) = (self.real, self.imaginary);
        let quotient = if real.abs() >= imaginary.abs() {
            if real == 0.0 {
                return Err(NumberError::zero_division("division by zero"));
            }
            let ratio = imaginary / real;
            let divisor = real + imaginary * ratio;
            Self::new(x / divisor, (-x * ratio) / divisor)
        } else if imaginary.abs() >= real.abs() {
            let ratio = real / imaginary;
            let divisor = real * ratio + imaginary;
            Self::new((x * ratio) / divisor, -x / divisor)
        } else {
            Self::new(f64::NAN, f64::NAN)
        };
        if quotient.is_nan() && x.is_finite() && self.is_infinite() {
            return Ok(self.map(boxed).conjugate().mul_real(x).mul_real(0.0));
        }
        Ok(quotient)
    }

    /// `abs(self)`
    ///
    /// # Errors
    /// If the result is too large.
    pub fn abs(self) -> Result<f64> {
        let length = self.real.hypot(self.imaginary);
        if length.is_infinite() && self.is_finite() {
            return Err(NumberError::overflow("absolute value too large"));
        }
        Ok(length)
    }

    /// By squaring, for small exponents.
    fn pow_whole(self, exponent: u32) -> Self {
        let (mut power, mut square, mut left) = (Self::new(1.0, 0.0), self, exponent);
        while left > 0 {
            if left & 1 == 1 {
                power = power * square;
            }
            left >>= 1;
            square = square * square;
        }
        power
    }

    fn pow_polar(self, exponent: Self) -> Result<Self> {
        if exponent == Self::new(0.0, 0.0) {
            return Ok(Self::new(1.0, 0.0));
        }
        if self == Self::new(0.0, 0.0) {
            if exponent.imaginary != 0.0 || exponent.real < 0.0 {
                return Err(zero_to_negative());
            }
            return Ok(Self::new(0.0, 0.0));
        }
        let length = self.real.hypot(self.imaginary);
        let angle = self.imaginary.atan2(self.real);
        let mut radius = length.powf(exponent.real);
        let mut phase = angle * exponent.real;
        if exponent.imaginary != 0.0 {
            radius *= (-angle * exponent.imaginary).exp();
            phase += exponent.imaginary * length.ln();
        }
        if phase.is_infinite() {
            return Err(zero_to_negative());
        }
        Ok(Self::new(radius * phase.cos(), radius * phase.sin()))
    }

    /// `self ** exponent`
    ///
    /// # Errors
    /// If zero has a negative or complex exponent, or the result is too large.
    pub fn pow(self, exponent: Self) -> Result<Self> {
        let whole = exponent.imaginary == 0.0 && exponent.real == exponent.real.floor();
        let power = if whole && exponent.real.abs() <= 100.0 {
            let power = self.pow_whole(exponent.real.abs() as u32);
            if exponent.real >= 0.0 {
                power
            } else {
                Self::new(1.0, 0.0).divide(power).map_err(|_| zero_to_negative())?
            }
        } else {
            self.pow_polar(exponent)?
        };
        if power.is_infinite() {
            return Err(NumberError::overflow("complex exponentiation"));
        }
        Ok(power)
    }

    /// `repr(self)`: `(1+2j)`, or `2j` if the real part is a zero without sign.
    pub fn repr(self) -> String {
        let shown = |x: f64| FloatFormat::new(Style::Repr, 0).format(x);
        let imaginary = shown(self.imaginary);
        if self.real == 0.0 && self.real.is_sign_positive() {
            return format!("{imaginary}j");
        }
        let plus = if imaginary.starts_with('-') { "" } else { "+" };
        format!("({}{plus}{imaginary}j)", shown(self.real))
    }

    /// `complex(text)`: a real part, an imaginary part with `j`, or both, in parentheses at will. `None` if the text
    /// is something else. The caller has made all digits ASCII.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = match text.strip_prefix('(') {
            Some(inner) => inner.strip_suffix(')')?.trim(),
            None => text,
        };
        let Some(parts) = text.strip_suffix(['j', 'J']) else {
            return parse::parse(text).map(|real| Self::new(real, 0.0));
        };
        let imaginary = |text: &str| match text {
            "" | "+" => Some(1.0),
            "-" => Some(-1.0),
            _ => parse::parse(text),
        };
        // The imaginary part starts at the last sign that is not that of an exponent.
        let is_exponent = |at: usize| {
            matches!(parts.as_bytes()[at - 1], b'e' | b'E') && at >= 2 && parts.as_bytes()[at - 2] != b'+'
        };
        let mut signs =
            parts.char_indices().filter(|&(at, c)| matches!(c, '+' | '-') && at > 0 && !is_exponent(at));
        match signs.next_back() {
            Some((at, _)) => Some(Self::new(parse::parse(&parts[..at])?, imaginary(&parts[at..])?)),
            None => imaginary(parts).map(|imaginary| Self::new(0.0, imaginary)),
        }
    }
}

impl Add for Complex {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.real + other.real, self.imaginary + other.imaginary)
    }
}

impl Sub for Complex {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::new(self.real - other.real, self.imaginary - other.imaginary)
    }
}

impl Neg for Complex {
    type Output = Self;

    fn neg(self) -> Self {
        self.map(|part| -part)
    }
}

impl Mul for Complex {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = self.plain_mul(other);
        if !product.is_nan() {
            return product;
        }
        let (mut left, mut right, mut recovers) = (self, other, false);
        if left.is_infinite() {
            (left, right, recovers) = (left.map(boxed), right.map(without_nan), true);
        }
        if right.is_infinite() {
            (left, right, recovers) = (left.map(without_nan), right.map(boxed), true);
        }
        let partial = [
            self.real * other.real,
            self.imaginary * other.imaginary,
            self.real * other.imaginary,
            self.imaginary * other.real,
        ];
        if !recovers && partial.into_iter().any(f64::is_infinite) {
            (left, right, recovers) = (left.map(without_nan), right.map(without_nan), true);
        }
        if recovers { left.plain_mul(right).mul_real(f64::INFINITY) } else { product }
    }
}

fn zero_to_negative() -> NumberError {
    NumberError::zero_division("zero to a negative or complex power")
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    fn z(real: f64, imaginary: f64) -> Complex {
        Complex::new(real, imaginary)
    }

    #[test]
    fn arithmetic() {
        assert_eq!(z(1.0, 2.0) * z(3.0, -1.0), z(5.0, 5.0));
        assert_eq!(z(5.0, 5.0).divide(z(3.0, -1.0)), Ok(z(1.0, 1.9999999999999998)));
        assert_eq!(z(INF, f64::NAN) * z(1.0, 1.0), z(INF, INF));
        assert_eq!(z(INF, 1.0).divide(z(1.0, 1.0)), Ok(z(INF, -INF)));
        assert_eq!(z(1.0, 1.0).divide(z(INF, 1.0)), Ok(z(0.0, 0.0)));
        assert!(z(1.0, 0.0).divide(z(0.0, 0.0)).is_err());
        assert_eq!(z(3.0, -4.0).abs(), Ok(5.0));
        assert!(z(1.5e308, 1.5e308).abs().is_err());
    }

    #[test]
    fn powers() {
        assert_eq!(z(1.0, 2.0).pow(z(2.0, 0.0)), Ok(z(-3.0, 4.0)));
        assert_eq!(z(1.0, 2.0).pow(z(-2.0, 0.0)), Ok(z(-0.12, -0.16)));
        assert_eq!(z(1.0, 2.0).pow(z(0.5, 0.0)), Ok(z(1.272019649514069, 0.7861513777574233)));
        assert_eq!(z(-8.0, 0.0).pow(z(1.0 / 3.0, 0.0)), Ok(z(1.0000000000000002, 1.7320508075688772)));
        assert!(z(0.0, 0.0).pow(z(-1.0, 0.0)).is_err());
        assert!(z(0.0, 0.0).pow(z(0.0, 1.0)).is_err());
        assert!(z(0.0, 1e200).pow(z(2.0, 0.0)).is_err());
    }

    #[test]
    fn text() {
        for (number, expected) in [
            (z(0.0, 1.0), "1j"),
            (z(-0.0, -0.0), "(-0-0j)"),
            (z(1.5, f64::NAN), "(1.5+nanj)"),
            (z(-1.0, -INF), "(-1-infj)"),
        ] {
            assert_eq!(number.repr(), expected);
        }
        for (text, expected) in [
            ("1+2j", Some(z(1.0, 2.0))),
            (" ( 1-2.5e3j ) ", Some(z(1.0, -2500.0))),
            ("j", Some(z(0.0, 1.0))),
            ("-J", Some(z(0.0, -1.0))),
            ("1e-5-j", Some(z(1e-5, -1.0))),
            ("1e5+1e-5j", Some(z(1e5, 1e-5))),
            ("1_0+2_0j", Some(z(10.0, 20.0))),
            ("-inf+infj", Some(z(-INF, INF))),
            ("3", Some(z(3.0, 0.0))),
            ("1+", None),
            ("1 +2j", None),
            ("(1", None),
            ("1)", None),
            ("", None),
            ("1e", None),
            ("1+-2j", None),
            ("1j2", None),
            ("2jj", None),
        ] {
            assert_eq!(Complex::parse(text), expected, "{text}");
        }
    }
}
