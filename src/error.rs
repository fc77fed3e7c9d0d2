//! The façade's one error.

use std::fmt;

use ungil_interp::traceback::print::format_exception;
use ungil_objects::boot::StartError;
use ungil_objects::{Raised, Thread};

/// Why something could not be done: an exception with its traceback as text, or that there is no interpreter or thread to do it.
pub struct Error(String);

impl Error {
    pub(crate) fn of_exception(t: &mut Thread, raised: Raised) -> Error {
        Error(format_exception(t, raised.exception()))
    }
}

impl From<StartError> for Error {
    fn from(error: StartError) -> Error {
        Error(error.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
