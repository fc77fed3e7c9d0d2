//! The functions of Python's `math` module over floats; those over integers are methods of [`crate::int::IntRef`].
//!
//! A NaN from arguments that are none is a `ValueError`, an infinity from finite arguments an `OverflowError` or, at
//! a pole, a `ValueError` (C99, Annex F, read as Python does).

mod elementary;
mod parts;
mod special;
mod sums;

pub use elementary::*;
pub use parts::*;
pub use special::*;
pub use sums::*;

use crate::error::NumberError;

fn domain() -> NumberError {
    NumberError::value("math domain error")
}

fn range() -> NumberError {
    NumberError::overflow("math range error")
}

/// What the message of a domain error says was expected.
fn expected(what: &str, x: f64) -> NumberError {
    NumberError::value(format!("expected {what}, got {}", crate::float::repr(x)))
}
