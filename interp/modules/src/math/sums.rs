//! Sums, products and distances of many numbers.

use ungil_macros::function;
use ungil_numbers::math::{self, ExactSum};
use ungil_objects::class::Operator;
use ungil_objects::error::OrRaise;
use ungil_objects::protocol::{convert, iterate, operator};
use ungil_objects::raise;
use ungil_objects::types::float::Float;
use ungil_objects::{Ref, Result, Thread, Value};

/// Return an accurate floating-point sum of values in the iterable seq.
///
/// Assumes IEEE-754 floating-point arithmetic.
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

/// hypot(*coordinates) -> value
///
/// Multidimensional Euclidean distance from the origin to a point.
///
/// Roughly equivalent to:
///     sqrt(sum(x**2 for x in coordinates))
///
/// For a two dimensional point (x, y), gives the hypotenuse
/// using the Pythagorean theorem:  sqrt(x*x + y*y).
#[function]
pub fn hypot(t: &mut Thread, coordinates: &[Ref<'_>]) -> Result<f64> {
    let coordinates = floats(t, coordinates.iter().copied())?;
    Ok(math::hypot(&coordinates))
}

/// Return the Euclidean distance between two points p and q.
///
/// The points should be specified as sequences (or iterables) of
/// coordinates.  Both inputs must have the same dimension.
///
/// Roughly equivalent to:
///     sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))
#[function]
pub fn dist(t: &mut Thread, p: Ref<'_>, q: Ref<'_>) -> Result<f64> {
    let (p, q) = (iterate::collect(t, p)?, iterate::collect(t, q)?);
    let p = floats(t, p.iter().map(Value::borrow))?;
    let q = floats(t, q.iter().map(Value::borrow))?;
    math::dist(&p, &q).or_raise(t)
}

/// Calculate the product of all the elements in the input iterable.
///
/// The default start value for the product is 1.
///
/// When the iterable is empty, return the start value.  This function is
/// intended specifically for use with numeric values and may reject
/// non-numeric types.
#[function(signature = "(iterable, /, *, start=1)")]
pub fn prod(t: &mut Thread, iterable: Ref<'_>, start: Option<Ref<'_>>) -> Result<Value> {
    let mut product = start.map_or(Value::from_i32(1), Ref::to_value);
    iterate::each(t, iterable, |t, item| {
        product = operator::binary(t, Operator::Multiply, product.borrow(), item.borrow())?;
        Ok(())
    })?;
    Ok(product)
}

/// Return the sum of products of values from two iterables p and q.
///
/// Roughly equivalent to:
///
///     sum(itertools.starmap(operator.mul, zip(p, q, strict=True)))
///
/// For float and mixed int/float inputs, the intermediate products
/// and sums are computed with extended precision.
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
