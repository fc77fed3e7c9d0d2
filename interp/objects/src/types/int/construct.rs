//! `int(…)`: from text, from bytes and from other numbers.

use std::sync::atomic::Ordering;

use ungil_numbers::int::{ParseIntError, parse};
use ungil_text::TextRef;

use super::{Int, exact};
use crate::class::{Class, Unary};
use crate::error::{Exc, Result};
use crate::object::Object;
use crate::protocol::convert;
use crate::raise;
use crate::thread::Thread;
use crate::types::numeral;
use crate::value::{Ref, Value};

/// `class(x, base)` for `int` or a subclass.
pub(super) fn construct(
    t: &mut Thread,
    class: &Object<Class>,
    x: Option<Ref<'_>>,
    base: Option<Ref<'_>>,
) -> Result<Value> {
    let value = match (x, base) {
        (None, None) => Value::from_i32(0),
        (None, Some(_)) => raise!(t, TypeError, "int() missing string argument"),
        (Some(x), None) => to_int(t, x)?,
        (Some(x), Some(base)) => in_base(t, x, base)?,
    };
    if std::ptr::eq(class, t.shape_of::<Int>().class()) {
        return Ok(value);
    }
    match value.borrow().as_int() {
        Some(int) => Ok(Int::with_shape(t, class.root_shape(), int.to_big().into_owned()).into_value()),
        None => Ok(value),
    }
}

/// `int(value)`: what `__int__` or `__index__` answer, or the number that a text shows.
pub fn to_int(t: &mut Thread, value: Ref<'_>) -> Result<Value> {
    if value.as_small_int().is_some() {
        return Ok(value.to_value());
    }
    let special = value.shape(t).special();
    if let Some(method) = special.unary(Unary::Int) {
        let answer = method(t, value)?;
        return exact_answer(t, answer, "__int__");
    }
    if special.unary(Unary::Index).is_some() {
        let answer = convert::index(t, value)?;
        return exact_answer(t, answer, "__index__");
    }
    if let Some(number) = numeral::of(t, value) {
        return from_numeral(t, number.as_deref(), 10, value);
    }
    raise!(
        t,
        TypeError,
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        value.class(t).name(t)
    )
}

/// What a conversion method answered, as an `int` of the class itself.
fn exact_answer(t: &mut Thread, answer: Value, method: &str) -> Result<Value> {
    let class = answer.borrow().class(t);
    if std::ptr::eq(class, t.shape_of::<Int>().class()) {
        return Ok(answer);
    }
    let name = class.name(t);
    let Some(int) = exact(t, answer.borrow()) else {
        raise!(t, TypeError, "{method} returned non-int (type {name})");
    };
    let message = format!(
        "{method} returned non-int (type {name}).  The ability to return an instance of a strict subclass of int is \
         deprecated, and may not be used in a future version of Python."
    );
    t.warn(Exc::DeprecationWarning, &message)?;
    Ok(int)
}

fn in_base(t: &mut Thread, x: Ref<'_>, base: Ref<'_>) -> Result<Value> {
    let index = convert::index(t, base)?;
    let radix = index.borrow().as_i64().and_then(|base| u32::try_from(base).ok());
    let Some(radix) = radix.filter(|radix| matches!(radix, 0 | 2..=36)) else {
        raise!(t, ValueError, "int() base must be >= 2 and <= 36, or 0");
    };
    match numeral::of(t, x) {
        Some(number) => from_numeral(t, number.as_deref(), radix, x),
        None => raise!(t, TypeError, "int() can't convert non-string with explicit base"),
    }
}

/// The integer that a literal shows, as the compiler and `int()` read it.
///
/// # Errors
/// `ValueError` if it is none; `shown` is what the message quotes.
pub fn from_text(t: &mut Thread, text: TextRef<'_>, radix: u32, shown: Ref<'_>) -> Result<Value> {
    from_numeral(t, numeral::of_text(text).as_deref(), radix, shown)
}

fn from_numeral(t: &mut Thread, text: Option<&str>, radix: u32, shown: Ref<'_>) -> Result<Value> {
    let limit = t.interpreter().int_max_str_digits.load(Ordering::Relaxed);
    let parsed = text.map_or(Err(ParseIntError::Invalid), |text| parse(text, radix, limit));
    match parsed {
        Ok(integer) => Ok(Int::from_integer(t, integer)),
        Err(ParseIntError::TooManyDigits(digits)) => {
            raise!(t, ValueError, "{}", ParseIntError::too_many_digits(digits, limit))
        }
        Err(ParseIntError::Invalid) => {
            let shown = crate::protocol::text::repr(t, shown)?;
            raise!(t, ValueError, "invalid literal for int() with base {radix}: {}", **shown)
        }
    }
}
