//! Functions about iterables and iterators.

use ungil_macros::function;
use ungil_objects::call::{Args, stop_iteration};
use ungil_objects::class::Operator;
use ungil_objects::object::Obj;
use ungil_objects::protocol::compare::{Comparison, holds};
use ungil_objects::protocol::text::name_of;
use ungil_objects::protocol::{call, convert, iterate, operator};
use ungil_objects::types::bytearray::ByteArray;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::float::Float;
use ungil_objects::types::int::Int;
use ungil_objects::types::iterators::CallableIterator;
use ungil_objects::types::list::{self, List};
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// Returns an iterator over what `object` holds.
///
/// With a `sentinel`, `object` is called without arguments for each item, until it answers with something equal to that.
#[function]
pub fn iter(t: &mut Thread, object: Ref<'_>, sentinel: Option<Ref<'_>>) -> Result<Value> {
    let Some(sentinel) = sentinel else { return iterate::iter(t, object) };
    if object.shape(t).special().call.is_none() {
        raise!(t, TypeError, "iter(v, w): v must be callable");
    }
    Ok(CallableIterator::new(t, object.to_value(), sentinel.to_value()).into_value())
}

/// Advances an iterator and returns what it yields.
///
/// At its end, answers with `default` where there is one and raises `StopIteration` where there is none.
#[function]
pub fn next(t: &mut Thread, iterator: Ref<'_>, default: Option<Ref<'_>>) -> Result<Value> {
    drop(t.take_stop_value());
    match (iterate::next(t, iterator)?, default) {
        (Some(item), _) => Ok(item),
        (None, Some(default)) => Ok(default.to_value()),
        (None, None) => Err(stop_iteration(t)),
    }
}

/// The length of `obj`, as its `__len__` tells it.
#[function]
pub fn len(t: &mut Thread, obj: Ref<'_>) -> Result<usize> {
    convert::length(t, obj)
}

/// Whether at least one item is true. Stops at the first that is; `False` where there are no items.
#[function]
pub fn any(t: &mut Thread, iterable: Ref<'_>) -> Result<bool> {
    has_with_truth(t, iterable, true)
}

/// Whether no item is false. Stops at the first that is; `True` where there are no items.
#[function]
pub fn all(t: &mut Thread, iterable: Ref<'_>) -> Result<bool> {
    Ok(!has_with_truth(t, iterable, false)?)
}

/// Whether there is an item with this truth.
fn has_with_truth(t: &mut Thread, iterable: Ref<'_>, wanted: bool) -> Result<bool> {
    let iterator = iterate::iter(t, iterable)?;
    let others = &mut |_: &Thread, item: Value| {
        Some(item).filter(|item| convert::plain_truth(item.borrow()) != Some(!wanted))
    };
    while let Some(item) = iterate::feed(t, iterator.borrow(), others)? {
        if convert::is_true(t, item.borrow())? == wanted {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Collects the items in a fresh list and sorts it, smallest first; `reverse` puts the largest first.
///
/// Where `key` is given, its results on the items are compared instead of the items. Equal items stay in the order they came in.
#[function(signature = "(iterable, /, *, key=None, reverse=False)")]
pub fn sorted(t: &mut Thread, iterable: Ref<'_>, key: Option<Ref<'_>>, reverse: bool) -> Result<Obj<List>> {
    list::sorted(t, iterable, key, reverse)
}

/// The least of the items of one iterable, or of several arguments; the first one found if some are equal.
///
/// `key` computes what to compare in the place of each item. `default` is the answer for an iterable without items, which
/// raises `ValueError` otherwise.
#[function]
pub fn min(t: &mut Thread, args: Args<'_>) -> Result<Value> {
    extreme(t, args, "min", Comparison::Less)
}

/// The greatest of the items of one iterable, or of several arguments; the first one found if some are equal.
///
/// `key` computes what to compare in the place of each item. `default` is the answer for an iterable without items, which
/// raises `ValueError` otherwise.
#[function]
pub fn max(t: &mut Thread, args: Args<'_>) -> Result<Value> {
    extreme(t, args, "max", Comparison::Greater)
}

/// The item that compares as `better` to all before it.
fn extreme(t: &mut Thread, args: Args<'_>, function: &str, better: Comparison) -> Result<Value> {
    let (mut key, mut default) = (None, None);
    for (name, value) in args.keywords() {
        match name_of(name).as_str() {
            "key" => key = Some(value).filter(|key| !key.is_none()),
            "default" => default = Some(value),
            other => raise!(t, TypeError, "{function}() got an unexpected keyword argument '{other}'"),
        }
    }
    let mut best = Best { key, better, found: None };
    match args.positional() {
        [] => raise!(t, TypeError, "{function} expected at least 1 argument, got 0"),
        [iterable] => {
            let iterator = iterate::iter(t, *iterable)?;
            while let Some(item) =
                iterate::feed(t, iterator.borrow(), &mut |_, item| best.offer_plainly(item))?
            {
                best.offer(t, item)?;
            }
        }
        items => {
            if default.is_some() {
                raise!(
                    t,
                    TypeError,
                    "Cannot specify a default for {function}() with multiple positional arguments"
                );
            }
            for item in items {
                best.offer(t, item.to_value())?;
            }
        }
    }
    match (best.found, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.to_value()),
        (None, None) => raise!(t, ValueError, "{function}() iterable argument is empty"),
    }
}

struct Best<'a> {
    key: Option<Ref<'a>>,
    better: Comparison,
    /// The best item so far and, with a key function, its key.
    found: Option<(Value, Option<Value>)>,
}

impl Best<'_> {
    /// Compares integers that fit words; gives other items back.
    fn offer_plainly(&mut self, item: Value) -> Option<Value> {
        let (None, Some((best, _))) = (self.key, &mut self.found) else { return Some(item) };
        match (item.borrow().as_small_int(), best.borrow().as_small_int()) {
            (Some(new), Some(old)) if self.better.holds(new.cmp(&old)) => *best = item,
            (Some(_), Some(_)) => {}
            _ => return Some(item),
        }
        None
    }

    fn offer(&mut self, t: &mut Thread, item: Value) -> Result<()> {
        let key = match self.key {
            Some(function) => Some(call::call(t, function, &[item.borrow()])?),
            None => None,
        };
        let is_better = match &self.found {
            None => true,
            Some((best, best_key)) => {
                let new = key.as_ref().unwrap_or(&item).borrow();
                let old = best_key.as_ref().unwrap_or(best).borrow();
                self.is_better(t, new, old)?
            }
        };
        if is_better {
            self.found = Some((item, key));
        }
        Ok(())
    }

    fn is_better(&self, t: &mut Thread, new: Ref<'_>, old: Ref<'_>) -> Result<bool> {
        match (new.as_small_int(), old.as_small_int()) {
            (Some(new), Some(old)) => Ok(self.better.holds(new.cmp(&old))),
            _ => holds(t, self.better, new, old),
        }
    }
}

/// Adds the items to `start`, one after the other, and returns the total: `start` itself where there are no items.
///
/// Raises `TypeError` if `start` is text or bytes, which `join` is for.
#[function(signature = "(iterable, /, start=0)")]
pub fn sum(t: &mut Thread, iterable: Ref<'_>, start: Option<Ref<'_>>) -> Result<Value> {
    if let Some(start) = start {
        let advice = if start.downcast::<Str>().is_some() {
            Some("strings [use ''.join(seq) instead]")
        } else if start.downcast::<Bytes>().is_some() {
            Some("bytes [use b''.join(seq) instead]")
        } else if start.downcast::<ByteArray>().is_some() {
            Some("bytearray [use b''.join(seq) instead]")
        } else {
            None
        };
        if let Some(advice) = advice {
            raise!(t, TypeError, "sum() can't sum {advice}");
        }
    }
    let mut total = Total::start(t, start.map_or(Value::from_i32(0), Ref::to_value));
    let iterator = iterate::iter(t, iterable)?;
    while let Some(item) = iterate::feed(t, iterator.borrow(), &mut |_, item| total.add_plainly(item))? {
        total = total.add(t, item)?;
    }
    Ok(total.finish(t))
}

/// A running sum: of machine integers, then of floats with the rounding errors kept apart (A. Neumaier 1974, as CPython does since
/// 3.12), then of anything.
enum Total {
    Int(i64),
    Float { sum: f64, lost: f64 },
    Other(Value),
}

impl Total {
    fn start(t: &Thread, value: Value) -> Total {
        if let Some(int) = value.borrow().as_small_int() {
            return Total::Int(int);
        }
        match value.borrow().as_float() {
            Some(sum) if is_exact_float(t, value.borrow()) => Total::Float { sum, lost: 0.0 },
            _ => Total::Other(value),
        }
    }

    /// Adds an item to a number where both fit words; gives it back otherwise.
    fn add_plainly(&mut self, item: Value) -> Option<Value> {
        let sum = match (&*self, item.borrow().as_small_int(), item.word().as_float()) {
            (Total::Int(sum), Some(item), _) => sum.checked_add(item).map(Total::Int),
            (Total::Float { sum, lost }, Some(item), _) => {
                Some(Total::Float { sum: sum + item as f64, lost: *lost })
            }
            (Total::Float { sum, lost }, None, Some(item)) => Some(Total::add_float(*sum, *lost, item)),
            _ => None,
        };
        match sum {
            Some(sum) => {
                *self = sum;
                None
            }
            None => Some(item),
        }
    }

    fn add(self, t: &mut Thread, item: Value) -> Result<Total> {
        match self {
            Total::Int(sum) => match item.borrow().as_small_int().and_then(|item| sum.checked_add(item)) {
                Some(sum) => Ok(Total::Int(sum)),
                None => {
                    let sum = Int::from_i64(t, sum);
                    let sum = operator::binary(t, Operator::Add, sum.borrow(), item.borrow())?;
                    Ok(Total::start(t, sum))
                }
            },
            Total::Float { sum, lost } => {
                let borrowed = item.borrow();
                let exact = is_exact_float(t, borrowed);
                match (borrowed.as_float().filter(|_| exact), borrowed.as_small_int()) {
                    (Some(item), _) => Ok(Total::add_float(sum, lost, item)),
                    (None, Some(item)) => Ok(Total::Float { sum: sum + item as f64, lost }),
                    (None, None) => {
                        let sum = Float::from_f64(t, with_lost(sum, lost));
                        operator::binary(t, Operator::Add, sum.borrow(), borrowed).map(Total::Other)
                    }
                }
            }
            Total::Other(sum) => {
                operator::binary(t, Operator::Add, sum.borrow(), item.borrow()).map(Total::Other)
            }
        }
    }

    fn add_float(sum: f64, lost: f64, item: f64) -> Total {
        let new = sum + item;
        let error = if sum.abs() >= item.abs() { (sum - new) + item } else { (item - new) + sum };
        Total::Float { sum: new, lost: lost + error }
    }

    fn finish(self, t: &Thread) -> Value {
        match self {
            Total::Int(sum) => Int::from_i64(t, sum),
            Total::Float { sum, lost } => Float::from_f64(t, with_lost(sum, lost)),
            Total::Other(sum) => sum,
        }
    }
}

fn is_exact_float(t: &Thread, value: Ref<'_>) -> bool {
    std::ptr::eq(value.class(t), t.shape_of::<Float>().class())
}

/// The sum with what was lost, unless that is no number: infinities stay themselves.
fn with_lost(sum: f64, lost: f64) -> f64 {
    if lost != 0.0 && lost.is_finite() { sum + lost } else { sum }
}
