//! Floats: text to and from, rounding, arithmetic as Python defines it.

pub mod digits;
pub mod format;

pub use format::{FloatFormat, Style, repr};
