//! Raised Python exceptions as Rust values.
//!
//! A function that can raise returns [`Result`]; its error carries the exception object and must be used. Make one with
//! [`error!`](crate::error) (an expression) or [`raise!`](crate::raise) (returns it).

use ungil_numbers::{ErrorKind, NumberError};
use ungil_text::format::{FormatError, FormatErrorKind};

use crate::object::Obj;
use crate::thread::Thread;
use crate::types::exception::{self, Exception};
use crate::value::{Ref, Value};

pub use crate::types::exception::Exc;

/// The result of an operation that may raise a Python exception.
pub type Result<T, E = Raised> = std::result::Result<T, E>;

/// A Python exception on its way up.
#[must_use = "a raised exception must be returned, handled or reported"]
#[derive(Debug)]
pub struct Raised(Obj<Exception>);

impl Raised {
    /// An exception of a built-in class whose only argument is `message`.
    #[cold]
    pub fn new(t: &Thread, class: Exc, message: impl AsRef<str>) -> Raised {
        let message = crate::types::text::Str::from_str(t, message.as_ref()).into_value();
        Raised(exception::instantiate(t, class, vec![message]))
    }

    /// An exception of a built-in class with these arguments.
    #[cold]
    pub fn with_args(t: &Thread, class: Exc, args: Vec<Value>) -> Raised {
        Raised(exception::instantiate(t, class, args))
    }

    /// Raises an exception object that exists.
    pub fn from_exception(exception: Obj<Exception>) -> Raised {
        Raised(exception)
    }

    pub fn exception(&self) -> &Obj<Exception> {
        &self.0
    }

    pub fn into_exception(self) -> Obj<Exception> {
        self.0
    }

    /// Whether the exception is an instance of a built-in exception class.
    pub fn is(&self, t: &Thread, class: Exc) -> bool {
        exception::is_instance(t, self.0.borrow(), class)
    }

    /// A `KeyError` for this key.
    #[cold]
    pub fn key_error(t: &Thread, key: Ref<'_>) -> Raised {
        Raised::with_args(t, Exc::KeyError, vec![key.to_value()])
    }
}

impl Raised {
    /// The exception that a failed numeric algorithm asks for.
    #[cold]
    pub fn from_number_error(t: &Thread, error: NumberError) -> Raised {
        let class = match error.kind {
            ErrorKind::ZeroDivision => Exc::ZeroDivisionError,
            ErrorKind::Overflow => Exc::OverflowError,
            ErrorKind::OutOfRange => {
                let message = crate::types::text::Str::from_str(t, &error.message).into_value();
                return Raised::with_args(t, Exc::OverflowError, vec![Value::from_i32(RANGE_ERROR), message]);
            }
            ErrorKind::Value => Exc::ValueError,
            ErrorKind::Memory => return Raised::with_args(t, Exc::MemoryError, vec![]),
        };
        Raised::new(t, class, error.message)
    }
}

/// `errno.ERANGE`.
const RANGE_ERROR: i32 = 34;

/// Turns the failures of the algorithm crates, which know no exceptions, into raised ones.
pub trait OrRaise<T> {
    /// # Errors
    /// The exception that the failure names.
    fn or_raise(self, t: &Thread) -> Result<T>;
}

impl<T> OrRaise<T> for Result<T, NumberError> {
    #[inline]
    fn or_raise(self, t: &Thread) -> Result<T> {
        self.map_err(|error| Raised::from_number_error(t, error))
    }
}

impl<T> OrRaise<T> for Result<T, FormatError> {
    #[inline]
    fn or_raise(self, t: &Thread) -> Result<T> {
        self.map_err(|error| {
            let class = match error.kind {
                FormatErrorKind::Value => Exc::ValueError,
                FormatErrorKind::Overflow => Exc::OverflowError,
                FormatErrorKind::Memory => return Raised::with_args(t, Exc::MemoryError, vec![]),
            };
            Raised::new(t, class, error.message)
        })
    }
}

/// An error that raises a built-in exception: `error!(t, ValueError, "bad {}", thing)`.
#[macro_export]
macro_rules! error {
    ($t:expr, $class:ident, $($message:tt)+) => {
        $crate::error::Raised::new($t, $crate::error::Exc::$class, format!($($message)+))
    };
}

/// Returns an error that raises a built-in exception: `raise!(t, ValueError, "bad {}", thing)`.
#[macro_export]
macro_rules! raise {
    ($t:expr, $class:ident, $($message:tt)+) => {
        return Err($crate::error!($t, $class, $($message)+))
    };
}
