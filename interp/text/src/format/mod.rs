//! The formatting languages: `format()` with its specifications, `str.format` templates, and `%`.
//!
//! A [`FormatSpec`] is parsed once and applied to a string, an integer (given as sign and digits), a float or a
//! complex number. Locale-dependent presentation (`n`) follows the C locale.

mod integer;
mod number;
pub mod percent;

mod real;
mod spec;
mod string;
pub mod template;

use ungil_numbers::fits_in_memory;

pub use integer::{IntegerBase, IntegerDigits};

pub use spec::{Align, Defaults, FormatSpec, Grouping, Sign};

/// Which exception a format error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatErrorKind {
    Value,
    Overflow,
    Memory,
}

/// A format that cannot be applied: the exception and its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    pub kind: FormatErrorKind,
    pub message: String,
}

impl FormatError {
    pub(crate) fn value(message: impl Into<String>) -> Self {
        Self { kind: FormatErrorKind::Value, message: message.into() }
    }

    pub(crate) fn overflow(message: impl Into<String>) -> Self {
        Self { kind: FormatErrorKind::Overflow, message: message.into() }
    }
}

/// Refuses a width whose result would not fit into memory.
fn check_width(width: usize) -> Result<(), FormatError> {
    if fits_in_memory(width.saturating_mul(size_of::<u32>())) {
        return Ok(());
    }
    Err(FormatError { kind: FormatErrorKind::Memory, message: String::new() })
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FormatError {}
