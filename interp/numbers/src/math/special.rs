//! Gamma and error functions.
//!
//! Gamma is by Lanczos' approximation (SIAM J. Numer. Anal. B 1, 1964) with N = 13 and g = 6.0246800407767296, the
//! rational form and coefficients that Boost.Math computed, and reflection for negative arguments; this is what
//! CPython uses, down to the order of operations, so that results agree.

use std::f64::consts::PI;

use super::{expected, range};
use crate::error::{NumberError, Result};

/// `math.erf`
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// `math.erfc`
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

const G: f64 = 6.02468004077673;
const G_LESS_HALF: f64 = 5.52468004077673;
const NUMERATOR: [f64; 13] = [
    23531376880.41076,
    42919803642.6491,
    35711959237.35567,
    17921034426.03721,
    6039542586.352028,
    1439720407.3117216,
    248874557.86205417,
    31426415.585400194,
    2876370.6289353725,
    186056.26539522348,
    8071.672002365816,
    210.82427775157936,
    2.5066282746310002,
];
/// The coefficients of x(x+1)…(x+11).
const DENOMINATOR: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

/// The rational function at a positive `x`, in powers of x or 1/x, whichever is small.
fn lanczos_sum(x: f64) -> f64 {
    let pairs = NUMERATOR.into_iter().zip(DENOMINATOR);
    let (top, bottom) = if x < 5.0 {
        pairs.rev().fold((0.0, 0.0), |(top, bottom), (a, b)| (top * x + a, bottom * x + b))
    } else {
        pairs.fold((0.0, 0.0), |(top, bottom), (a, b)| (top / x + a, bottom / x + b))
    };
    top / bottom
}

/// sin(πx) without the error of rounding πx.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let value = match (2.0 * y).round() as i64 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        // Not sin(π(1-y)) with a sign, so that zeros come out with the right one.
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    value.copysign(value * x.signum())
}

fn pole(x: f64) -> NumberError {
    expected("a noninteger or positive integer", x)
}

/// `math.gamma`
///
/// # Errors
/// At zero, negative integers and negative infinity, and if the result is too large.
pub fn gamma(x: f64) -> Result<f64> {
    if x.is_nan() || x == f64::INFINITY {
        return Ok(x);
    }
    if x == f64::NEG_INFINITY || x <= 0.0 && x == x.floor() {
        return Err(pole(x));
    }
    if x == x.floor() && x <= 23.0 {
        return Ok((1..x as u64).map(|factor| factor as f64).product());
    }
    let size = x.abs();
    if size < 1e-20 {
        let result = 1.0 / x;
        return if result.is_infinite() { Err(range()) } else { Ok(result) };
    }
    if size > 200.0 {
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { Err(range()) };
    }
    // The rounding error of y, for correcting the power.
    let y = size + G_LESS_HALF;
    let error = if size > G_LESS_HALF { (y - size) - G_LESS_HALF } else { (y - G_LESS_HALF) - size };
    let correction = error * G / y;
    let powered = |result: f64, apply: fn(f64, f64) -> f64| {
        if size < 140.0 {
            apply(result, y.powf(size - 0.5))
        } else {
            let root = y.powf(size / 2.0 - 0.25);
            apply(apply(result, root), root)
        }
    };
    let result = if x < 0.0 {
        let result = -PI / sin_pi(size) / size * y.exp() / lanczos_sum(size);
        powered(result - correction * result, |a, b| a / b)
    } else {
        let result = lanczos_sum(size) / y.exp();
        powered(result + correction * result, |a, b| a * b)
    };
    if result.is_infinite() { Err(range()) } else { Ok(result) }
}

/// `math.lgamma`: the logarithm of gamma's absolute value.
///
/// # Errors
/// At zero and negative integers, and if the result is too large.
pub fn lgamma(x: f64) -> Result<f64> {
    if !x.is_finite() {
        return Ok(x.abs());
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(pole(x)) } else { Ok(0.0) };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(-size.ln());
    }
    let mut result = lanczos_sum(size).ln() - G;
    result += (size - 0.5) * ((size + G - 0.5).ln() - 1.0);
    if x < 0.0 {
        const LOG_PI: f64 = 1.1447298858494002;
        result = LOG_PI - sin_pi(size).abs().ln() - size.ln() - result;
    }
    if result.is_infinite() { Err(range()) } else { Ok(result) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gammas() {
        for (x, expected) in
            [(1.0, 1.0), (5.0, 24.0), (23.0, 1.1240007277776077e21), (0.5, 1.7724538509055159)]
        {
            assert_eq!(gamma(x), Ok(expected), "{x}");
        }
        assert_eq!(gamma(-200.5).map(f64::to_bits), Ok((-0.0_f64).to_bits()));
        assert_eq!(gamma(f64::INFINITY), Ok(f64::INFINITY));
        assert!(gamma(0.0).is_err() && gamma(-3.0).is_err() && gamma(172.0).is_err());
        assert_eq!(gamma(-1.0).unwrap_err().message, "expected a noninteger or positive integer, got -1.0");
        assert_eq!(lgamma(1.0), Ok(0.0));
        assert_eq!(lgamma(0.5), Ok(0.5723649429247004));
        assert_eq!(lgamma(f64::NEG_INFINITY), Ok(f64::INFINITY));
        assert!(lgamma(-2.0).is_err() && lgamma(1e308).is_err());
    }
}
