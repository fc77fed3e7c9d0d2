//! Conversions that the language makes on its own: truth, index, number.

use crate::class::Unary;
use crate::error::{OrRaise, Result};
use crate::raise;
use crate::thread::Thread;
use crate::types::int::IntRef;
use crate::types::list::List;
use crate::types::text::Str;
use crate::value::{Ref, Value};
use crate::word::Word;

/// The truth of a value.
#[inline]
pub fn is_true(t: &mut Thread, value: Ref<'_>) -> Result<bool> {
    match plain_truth(value) {
        Some(truth) => Ok(truth),
        None => is_true_by_method(t, value),
    }
}

/// The truth of a bool, of `None`, or of an integer that fits a word.
#[inline(always)]
pub fn plain_truth(value: Ref<'_>) -> Option<bool> {
    match value.word() {
        Word::TRUE => Some(true),
        Word::FALSE | Word::NONE => Some(false),
        word if word.is_int() => Some(word.int_unchecked() != 0),
        _ => None,
    }
}

fn is_true_by_method(t: &mut Thread, value: Ref<'_>) -> Result<bool> {
    let special = value.shape(t).special();
    if let Some(method) = special.unary(Unary::Bool) {
        let answer = method(t, value)?;
        return match answer.borrow().as_bool() {
            Some(answer) => Ok(answer),
            None => raise!(
                t,
                TypeError,
                "__bool__ should return bool, returned {}",
                answer.borrow().class(t).name(t)
            ),
        };
    }
    match special.unary(Unary::Len) {
        Some(_) => Ok(length(t, value)? != 0),
        None => Ok(true),
    }
}

/// Whether `iter(value)` would find a way.
pub fn is_iterable(t: &Thread, value: Ref<'_>) -> bool {
    let special = value.shape(t).special();
    special.unary(Unary::Iter).is_some() || special.binary(crate::class::Binary::GetItem).is_some()
}

/// `len(value)`.
pub fn length(t: &mut Thread, value: Ref<'_>) -> Result<usize> {
    if let Some(list) = value.downcast_exact::<List>(t) {
        return Ok(list.len());
    }
    if let Some(text) = value.downcast_exact::<Str>(t) {
        return Ok(text.len());
    }
    let Some(method) = value.shape(t).special().unary(Unary::Len) else {
        raise!(t, TypeError, "object of type '{}' has no len()", value.class(t).name(t));
    };
    t.check_stack("")?;
    let answer = method(t, value)?;
    let answer = index(t, answer.borrow())?;
    match answer.borrow().as_int() {
        Some(IntRef::Small(length)) if length >= 0 => Ok(length as usize),
        Some(IntRef::Small(_)) => raise!(t, ValueError, "__len__() should return >= 0"),
        _ => raise!(t, OverflowError, "cannot fit 'int' into an index-sized integer"),
    }
}

/// `operator.index(value)`: an `int`, by `__index__` if it is none.
#[inline]
pub fn index(t: &mut Thread, value: Ref<'_>) -> Result<Value> {
    if value.as_int().is_some() {
        return Ok(value.to_value());
    }
    let Some(method) = value.shape(t).special().unary(Unary::Index) else {
        raise!(t, TypeError, "'{}' object cannot be interpreted as an integer", value.class(t).name(t));
    };
    let answer = method(t, value)?;
    if answer.borrow().as_int().is_none() {
        raise!(t, TypeError, "__index__ returned non-int (type {})", answer.borrow().class(t).name(t));
    }
    Ok(answer)
}

/// Whether `operator.index(value)` would find a way.
#[inline]
pub fn is_index(t: &Thread, value: Ref<'_>) -> bool {
    value.as_int().is_some() || value.shape(t).special().unary(Unary::Index).is_some()
}

/// An index as a machine integer; `IndexError` if it does not fit.
pub fn index_i64(t: &mut Thread, value: Ref<'_>) -> Result<i64> {
    if let Some(small) = value.as_small_int() {
        return Ok(small);
    }
    let answer = index(t, value)?;
    match answer.borrow().as_int() {
        Some(IntRef::Small(small)) => Ok(small),
        _ => raise!(t, IndexError, "cannot fit '{}' into an index-sized integer", value.class(t).name(t)),
    }
}

/// An integer argument as a machine integer; `OverflowError` if it does not fit.
pub fn to_i64(t: &mut Thread, value: Ref<'_>) -> Result<i64> {
    if let Some(small) = value.as_small_int() {
        return Ok(small);
    }
    let answer = index(t, value)?;
    match answer.borrow().as_int() {
        Some(IntRef::Small(small)) => Ok(small),
        _ => raise!(t, OverflowError, "Python int too large to convert to C long"),
    }
}

/// A number argument as a float, by `__float__` or `__index__` if it is none.
pub fn to_f64(t: &mut Thread, value: Ref<'_>) -> Result<f64> {
    if let Some(float) = value.as_float() {
        return Ok(float);
    }
    if let Some(int) = value.as_int() {
        return int.to_f64().or_raise(t);
    }
    let special = value.shape(t).special();
    if let Some(method) = special.unary(Unary::Float) {
        let answer = method(t, value)?;
        return match answer.borrow().as_float() {
            Some(float) => Ok(float),
            None => {
                let (class, returned) = (value.class(t).name(t), answer.borrow().class(t).name(t));
                raise!(t, TypeError, "{class}.__float__ returned non-float (type {returned})")
            }
        };
    }
    if special.unary(Unary::Index).is_some() {
        let answer = index(t, value)?;
        return to_f64(t, answer.borrow());
    }
    raise!(t, TypeError, "must be real number, not {}", value.class(t).name(t))
}
