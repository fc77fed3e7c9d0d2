//! Sums, products and distances of many numbers.

use ungil_macros::function;
use ungil_numbers::math::{self, ExactSum};
use ungil_objects::class::Operator;
use ungil_objects::error::OrRaise;
use ungil_objects::protocol::{convert, iterate, operator};
use ungil_objects::raise;
use ungil_objects::types::float::Float;
use ungil_objects::{Ref, Result, Thread, Value};

/// The sum of floats without the errors that adding one by one gathers: it is exact and rounded once, at the end.
#[function]
pub fn fsum(t: &mut Thread, seq: Ref<'_>) -> Result<f64> {
    let mut sum = ExactSum::default();
    iterate::each(t, seq, |t, item| {
        let item = convert::to_f64(t, item.borrow())?;
        sum.add(item).or_raise(t)
    })?;
    sum.total().or_raise(t)
}

fn floats<'a>(t: &mut Thread, values: impl IntoIterator<Item = Ref<'a>>) -> Result<Vec<f64>> {
    values.into_iter().map(|value| convert::to_f64(t, value)).collect()
}

/// The length of the vector with these coordinates: the square root of the sum of their squares.
///
/// With two of them that is the longest side of a right triangle with the others as its legs.
#[function]
pub fn hypot(t: &mut Thread, coordinates: &[Ref<'_>]) -> Result<f64> {
    let coordinates = floats(t, coordinates.iter().copied())?;
    Ok(math::hypot(&coordinates))
}

/// How far two points lie apart in a straight line, each an iterable of as many coordinates.
#[function]
pub fn dist(t: &mut Thread, p: Ref<'_>, q: Ref<'_>) -> Result<f64> {
    let (p, q) = (iterate::collect(t, p)?, iterate::collect(t, q)?);
    let p = floats(t, p.iter().map(Value::borrow))?;
    let q = floats(t, q.iter().map(Value::borrow))?;
    math::dist(&p, &q).or_raise(t)
}

/// Multiplies start and all items, from the first to the last; start alone if there are none.
///
/// Made for numbers; whatever knows `*` will do.
#[function(signature = "(iterable, /, *, start=1)")]
pub fn prod(t: &mut Thread, iterable: Ref<'_>, start: Option<Ref<'_>>) -> Result<Value> {
    let mut product = start.map_or(Value::from_i32(1), Ref::to_value);
    iterate::each(t, iterable, |t, item| {
        product = operator::binary(t, Operator::Multiply, product.borrow(), item.borrow())?;
        Ok(())
    })?;
    Ok(product)
}

/// Multiplies the items of p by those of q, pair by pair, and adds up the products.
///
/// Where floats take part, rounding is left to the end. Raises ValueError unless both have as many items.
#[function]
pub fn sumprod(t: &mut Thread, p: Ref<'_>, q: Ref<'_>) -> Result<Value> {
    let (p, q) = (iterate::collect(t, p)?, iterate::collect(t, q)?);
    if p.len() != q.len() {
        raise!(t, ValueError, "Inputs are not the same length");
    }
    let is_real = |value: &Value| value.borrow().as_float().is_some() || value.borrow().as_int().is_some();
    let all = || p.iter().chain(&q);
    if all().all(is_real) && all().any(|value| value.borrow().as_float().is_some()) {
        let left = floats(t, p.iter().map(Value::borrow))?;
        let right = floats(t, q.iter().map(Value::borrow))?;
        return Ok(Float::from_f64(t, math::sumprod(left.into_iter().zip(right))));
    }
    let mut sum = Value::from_i32(0);
    for (left, right) in p.iter().zip(&q) {
        let product = operator::binary(t, Operator::Multiply, left.borrow(), right.borrow())?;
        sum = operator::binary(t, Operator::Add, sum.borrow(), product.borrow())?;
    }
    Ok(sum)
}
