//! `math`: functions of real numbers; the algorithms are in `ungil-numbers`.

use ungil_macros::module;

/// This module provides access to the mathematical functions defined by the C standard.
#[module(name = "math")]
pub mod math {
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
}
