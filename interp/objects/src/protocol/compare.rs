//! Comparing.

use crate::class::Binary;
use crate::error::Result;
use crate::raise;
use crate::thread::Thread;
use crate::types::int::IntRef;
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// The comparison operators.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Comparison {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}

impl Comparison {
    /// In the order of their numbers, which is that of the methods in [`Binary`].
    pub const ALL: [Comparison; 6] = [
        Comparison::Less,
        Comparison::LessEqual,
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Greater,
        Comparison::GreaterEqual,
    ];

    pub const fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    pub const fn method(self) -> Binary {
        Binary::ALL[Binary::Less as usize + self as usize]
    }

    /// The comparison that holds between exchanged operands.
    pub const fn swapped(self) -> Comparison {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::LessEqual => Comparison::GreaterEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterEqual => Comparison::LessEqual,
            same => same,
        }
    }

    /// The comparison's answer for operands in this order.
    #[inline(always)]
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Less => order.is_lt(),
            Comparison::LessEqual => order.is_le(),
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterEqual => order.is_ge(),
        }
    }
}

/// `a == b` as containers compare: the same object is equal to itself.
#[inline]
pub fn equal(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<Str>(t), b.downcast_exact::<Str>(t)) {
        return Ok(a.equals(b));
    }
    if a.as_small_int().is_some() && b.as_small_int().is_some() {
        return Ok(false);
    }
    holds(t, Comparison::Equal, a, b)
}

/// The truth of a comparison.
pub fn holds(t: &mut Thread, comparison: Comparison, a: Ref<'_>, b: Ref<'_>) -> Result<bool> {
    let answer = compare(t, comparison, a, b)?;
    super::convert::is_true(t, answer.borrow())
}

/// A comparison of numbers that are words by themselves, none of which is a NaN.
#[inline]
pub fn immediates(comparison: Comparison, a: Ref<'_>, b: Ref<'_>) -> bool {
    let (a, b) = (a.word(), b.word());
    let order = match (a.is_int(), b.is_int()) {
        (true, true) => return comparison.holds(a.int_unchecked().cmp(&b.int_unchecked())),
        (false, false) => a.float_unchecked().partial_cmp(&b.float_unchecked()),
        (true, false) => IntRef::Small(a.int_unchecked()).compare_f64(b.float_unchecked()),
        (false, true) => {
            IntRef::Small(b.int_unchecked()).compare_f64(a.float_unchecked()).map(std::cmp::Ordering::reverse)
        }
    };
    order.is_some_and(|order| comparison.holds(order))
}

/// `a < b` and the like.
pub fn compare(t: &mut Thread, comparison: Comparison, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
    if a.word().is_immediate_number() && b.word().is_immediate_number() {
        return Ok(Value::from_bool(immediates(comparison, a, b)));
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<Str>(t), b.downcast_exact::<Str>(t)) {
        return Ok(Value::from_bool(match comparison {
            Comparison::Equal => a.equals(b),
            Comparison::NotEqual => !a.equals(b),
            _ => comparison.holds(a.text().cmp(&b.text())),
        }));
    }
    t.check_stack(" in comparison")?;
    let (left, right) = (a.class(t), b.class(t));
    let mut reflected_tried = false;
    if !std::ptr::eq(left, right)
        && right.is_subclass(left)
        && let Some(method) = right.special().binary(comparison.swapped().method())
    {
        reflected_tried = true;
        let answer = method(t, b, a)?;
        if !answer.is_not_implemented() {
            return Ok(answer);
        }
    }
    if let Some(method) = left.special().binary(comparison.method()) {
        let answer = method(t, a, b)?;
        if !answer.is_not_implemented() {
            return Ok(answer);
        }
    }
    if !reflected_tried && let Some(method) = right.special().binary(comparison.swapped().method()) {
        let answer = method(t, b, a)?;
        if !answer.is_not_implemented() {
            return Ok(answer);
        }
    }
    match comparison {
        Comparison::Equal => Ok(Value::from_bool(a.is(b))),
        Comparison::NotEqual => Ok(Value::from_bool(!a.is(b))),
        _ => {
            let (left, right, symbol) = (left.name(t), right.name(t), comparison.symbol());
            raise!(t, TypeError, "'{symbol}' not supported between instances of '{left}' and '{right}'")
        }
    }
}
