//! Facts about single code points, as Python 3.14 sees them: Unicode 16.0.
//!
//! A code point is a `u32` throughout, since Python strings may hold lone surrogates. The property tables come
//! from the ICU4X crates, pinned at the release whose data are Unicode 16.0.

pub mod case;
pub mod names;
pub mod normalize;
pub mod numeric;
pub mod properties;
