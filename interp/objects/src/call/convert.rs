//! Conversions between Python values and the Rust types of native functions.

use crate::error::{OrRaise, Result};
use ungil_numbers::NumberError;
use ungil_text::TextBuf;

use crate::layout::Payload;
use crate::object::{Obj, Object};
use crate::protocol::convert;
use crate::raise;
use crate::thread::Thread;
use crate::types::complex::Complex;
use crate::types::float::Float;
use crate::types::int::{Int, IntRef};
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// A Rust type that an argument can have.
pub trait FromArg<'a>: Sized {
    /// # Errors
    /// `TypeError` (or what the value's own conversion raises) if the value does not fit.
    fn from_arg(t: &mut Thread, value: Ref<'a>) -> Result<Self>;
}

impl<'a> FromArg<'a> for Ref<'a> {
    #[inline(always)]
    fn from_arg(_: &mut Thread, value: Ref<'a>) -> Result<Self> {
        Ok(value)
    }
}

impl FromArg<'_> for Value {
    #[inline(always)]
    fn from_arg(_: &mut Thread, value: Ref<'_>) -> Result<Self> {
        Ok(value.to_value())
    }
}

impl<'a, T: Payload> FromArg<'a> for &'a Object<T> {
    #[inline]
    fn from_arg(t: &mut Thread, value: Ref<'a>) -> Result<Self> {
        match value.downcast::<T>() {
            Some(object) => Ok(object),
            None => {
                let wanted = t.shape_of::<T>().class().name(t);
                raise!(t, TypeError, "expected {wanted}, got {}", value.class(t).name(t))
            }
        }
    }
}

impl FromArg<'_> for i64 {
    #[inline]
    fn from_arg(t: &mut Thread, value: Ref<'_>) -> Result<Self> {
        convert::to_i64(t, value)
    }
}

impl FromArg<'_> for usize {
    fn from_arg(t: &mut Thread, value: Ref<'_>) -> Result<Self> {
        match usize::try_from(convert::to_i64(t, value)?) {
            Ok(value) => Ok(value),
            Err(_) => raise!(t, ValueError, "value must be positive"),
        }
    }
}

impl FromArg<'_> for i32 {
    fn from_arg(t: &mut Thread, value: Ref<'_>) -> Result<Self> {
        let answer = convert::index(t, value)?;
        let small = answer.borrow().as_int().and_then(|int| match int {
            IntRef::Small(small) => i32::try_from(small).ok(),
            IntRef::Big(_) => None,
        });
        match small {
            Some(value) => Ok(value),
            None => raise!(t, OverflowError, "Python int too large to convert to C int"),
        }
    }
}

/// An `int` as it is: what has only an `__index__` is refused.
impl<'a> FromArg<'a> for IntRef<'a> {
    #[inline]
    fn from_arg(t: &mut Thread, value: Ref<'a>) -> Result<Self> {
        match value.as_int() {
            Some(int) => Ok(int),
            None => raise!(t, TypeError, "expected int, got {}", value.class(t).name(t)),
        }
    }
}

impl FromArg<'_> for f64 {
    #[inline]
    fn from_arg(t: &mut Thread, value: Ref<'_>) -> Result<Self> {
        convert::to_f64(t, value)
    }
}

impl FromArg<'_> for bool {
    fn from_arg(t: &mut Thread, value: Ref<'_>) -> Result<Self> {
        convert::is_true(t, value)
    }
}

impl FromArg<'_> for String {
    fn from_arg(t: &mut Thread, value: Ref<'_>) -> Result<Self> {
        <&Object<Str>>::from_arg(t, value).map(|text| text.to_string())
    }
}

/// A Rust type that a native function can return.
pub trait IntoResult {
    /// # Errors
    /// Those of the result itself.
    fn into_result(self, t: &mut Thread) -> Result<Value>;
}

impl IntoResult for Value {
    #[inline(always)]
    fn into_result(self, _: &mut Thread) -> Result<Value> {
        Ok(self)
    }
}

impl IntoResult for Ref<'_> {
    #[inline(always)]
    fn into_result(self, _: &mut Thread) -> Result<Value> {
        Ok(self.to_value())
    }
}

impl<T> IntoResult for Obj<T> {
    #[inline(always)]
    fn into_result(self, _: &mut Thread) -> Result<Value> {
        Ok(self.into_value())
    }
}

impl IntoResult for () {
    #[inline(always)]
    fn into_result(self, _: &mut Thread) -> Result<Value> {
        Ok(Value::NONE)
    }
}

impl IntoResult for bool {
    #[inline(always)]
    fn into_result(self, _: &mut Thread) -> Result<Value> {
        Ok(Value::from_bool(self))
    }
}

impl IntoResult for i64 {
    #[inline(always)]
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        Ok(Int::from_i64(t, self))
    }
}

impl IntoResult for usize {
    #[inline(always)]
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        Ok(Int::from_u64(t, self as u64))
    }
}

impl IntoResult for f64 {
    #[inline(always)]
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        Ok(Float::from_f64(t, self))
    }
}

impl IntoResult for String {
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        self.as_str().into_result(t)
    }
}

impl IntoResult for &str {
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        Ok(Str::from_str(t, self).into_value())
    }
}

impl<T: IntoResult> IntoResult for std::result::Result<T, NumberError> {
    #[inline(always)]
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        self.or_raise(t)?.into_result(t)
    }
}

impl IntoResult for ungil_numbers::Int {
    #[inline]
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        Ok(Int::from_integer(t, self))
    }
}

impl IntoResult for ungil_numbers::Complex {
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        Ok(Complex::from_parts(t, self))
    }
}

impl IntoResult for TextBuf {
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        Ok(Str::part_of(t, self.as_text()))
    }
}

/// `None` becomes Python's `None`.
impl<T: IntoResult> IntoResult for Option<T> {
    #[inline]
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        match self {
            Some(value) => value.into_result(t),
            None => Ok(Value::NONE),
        }
    }
}

impl<T: IntoResult> IntoResult for Result<T> {
    #[inline(always)]
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        self?.into_result(t)
    }
}
