//! Python's numeric algorithms, independent of any object model.
//!
//! [`int`] are integers of any size, [`float`] text, rounding and arithmetic of floats, [`complex`] complex numbers,
//! [`math`] and [`cmath`] the functions of the modules of those names, [`hash`] hashes by which equal numbers of all types agree,
//! [`random`] the generator behind `random`. Everything behaves as Python 3.14 does; errors name the exception and
//! carry CPython's words.

#![forbid(unsafe_code)]

pub mod cmath;
pub mod complex;
mod error;
pub mod float;
pub mod hash;
pub mod int;
pub mod math;
mod memory;
pub mod random;

pub use complex::Complex;
pub use error::{ErrorKind, NumberError, Result};
pub use int::{Int, IntRef};
pub use memory::fits_in_memory;
