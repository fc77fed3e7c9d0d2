//! What numeric operations fail with: the exception and its message, in CPython's words.

use std::borrow::Cow;

/// Which exception an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `ZeroDivisionError`.
    ZeroDivision,
    /// `OverflowError`.
    Overflow,
    /// `OverflowError` whose arguments are the number 34 (`ERANGE`) and the message.
    OutOfRange,
    /// `ValueError`.
    Value,
    /// `MemoryError`.
    Memory,
}

/// A failed operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberError {
    pub kind: ErrorKind,
    pub message: Cow<'static, str>,
}

/// The result of an operation that can fail.
pub type Result<T> = std::result::Result<T, NumberError>;

impl NumberError {
    pub(crate) fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: ErrorKind::Value, message: message.into() }
    }

    pub(crate) fn overflow(message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: ErrorKind::Overflow, message: message.into() }
    }

    pub(crate) fn zero_division(message: &'static str) -> Self {
        Self { kind: ErrorKind::ZeroDivision, message: message.into() }
    }

    pub(crate) fn out_of_range() -> Self {
        Self { kind: ErrorKind::OutOfRange, message: "Numerical result out of range".into() }
    }

    /// For results that would not fit into memory.
    pub(crate) fn memory() -> Self {
        Self { kind: ErrorKind::Memory, message: "".into() }
    }
}

impl std::fmt::Display for NumberError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NumberError {}
