//! Arithmetic and bitwise operators.

use crate::class::{Binary, ClassFlags, Operator, Unary};
use crate::error::Result;
use crate::raise;
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::float;
use crate::types::int::{self, IntRef};
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// `a + b` and the like.
pub fn binary(t: &mut Thread, operator: Operator, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
    match binary_or_not_implemented(t, operator, a, b)? {
        answer if answer.is_not_implemented() => unsupported(t, operator.symbol(), a, b),
        answer => Ok(answer),
    }
}

/// `a += b` and the like: the value to be bound to `a`.
pub fn inplace(t: &mut Thread, operator: Operator, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
    if let Some(method) = operator.inplace().and_then(|method| a.shape(t).special().binary(method)) {
        let answer = method(t, a, b)?;
        if !answer.is_not_implemented() {
            return Ok(answer);
        }
    }
    match binary_or_not_implemented(t, operator, a, b)? {
        answer if answer.is_not_implemented() => unsupported(t, operator.inplace_symbol(), a, b),
        answer => Ok(answer),
    }
}

fn binary_or_not_implemented(t: &mut Thread, operator: Operator, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
    if a.word().is_immediate_number() && b.word().is_immediate_number() {
        return immediates(t, operator, a, b);
    }
    let (left, right) = (a.shape(t).special(), b.shape(t).special());
    let method = left.binary(operator.method());
    let same_class = std::ptr::eq(left, right);
    let reflected = if same_class { None } else { right.binary(operator.reflected()) };
    if let Some(reflected) = reflected
        && left.binary(operator.reflected()).map(|f| f as usize) != Some(reflected as usize)
        && b.class(t).is_subclass(a.class(t))
    {
        let answer = reflected(t, b, a)?;
        if !answer.is_not_implemented() {
            return Ok(answer);
        }
        return method.map_or(Ok(Value::NOT_IMPLEMENTED), |method| method(t, a, b));
    }
    if let Some(method) = method {
        let answer = method(t, a, b)?;
        if !answer.is_not_implemented() {
            return Ok(answer);
        }
    }
    match reflected {
        Some(reflected) => reflected(t, b, a),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// An operator between numbers that are words by themselves: no class needs to be asked. `NotImplemented` where the
/// operator is not one of such numbers.
#[inline]
pub fn immediates(t: &Thread, operator: Operator, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
    let (a, b) = (a.word(), b.word());
    match (a.is_int(), b.is_int()) {
        (true, true) => {
            let (a, b) = (IntRef::Small(a.int_unchecked()), IntRef::Small(b.int_unchecked()));
            int::operate(t, operator, a, b)
        }
        (false, false) => float::operate(t, operator, a.float_unchecked(), b.float_unchecked()),
        (true, false) => float::operate(t, operator, a.int_unchecked() as f64, b.float_unchecked()),
        (false, true) => float::operate(t, operator, a.float_unchecked(), b.int_unchecked() as f64),
    }
}

#[cold]
fn unsupported(t: &Thread, symbol: &str, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
    let (left, right) = (a.class(t).name(t), b.class(t).name(t));
    let concatenates = |value: Ref<'_>| {
        value.shape(t).special().binary(Binary::Multiply).is_some()
            && (value.downcast::<Str>().is_some() || value.shape(t).special().has(ClassFlags::SEQUENCE))
    };
    let is_bytes =
        |value: Ref<'_>| value.downcast::<Bytes>().is_some() || value.downcast::<ByteArray>().is_some();
    if matches!(symbol, "+" | "+=") && is_bytes(a) {
        raise!(t, TypeError, "can't concat {right} to {left}");
    }
    if matches!(symbol, "+" | "+=") && concatenates(a) {
        raise!(t, TypeError, "can only concatenate {left} (not \"{right}\") to {left}");
    }
    if matches!(symbol, "*" | "*=") && (concatenates(a) || concatenates(b)) {
        let other = if concatenates(a) { right } else { left };
        raise!(t, TypeError, "can't multiply sequence by non-int of type '{other}'");
    }
    raise!(t, TypeError, "unsupported operand type(s) for {symbol}: '{left}' and '{right}'")
}

/// `-a`, `+a`, `~a`.
pub fn unary(t: &mut Thread, operator: Unary, a: Ref<'_>) -> Result<Value> {
    match a.shape(t).special().unary(operator) {
        Some(method) => method(t, a),
        None => {
            let (class, symbol) = (a.class(t).name(t), unary_symbol(operator));
            raise!(t, TypeError, "bad operand type for {symbol}: '{class}'")
        }
    }
}

fn unary_symbol(operator: Unary) -> &'static str {
    match operator {
        Unary::Negative => "unary -",
        Unary::Positive => "unary +",
        Unary::Invert => "unary ~",
        Unary::Absolute => "abs()",
        other => other.name(),
    }
}
