//! Iterating.

use crate::class::{Binary, Unary};
use crate::error::Result;
use crate::raise;
use crate::thread::Thread;
use crate::types::dict::{self, DictItemIterator};
use crate::types::iterators::{Enumerate, Zip};
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// `iter(value)`.
pub fn iter(t: &mut Thread, value: Ref<'_>) -> Result<Value> {
    t.check_stack("")?;
    let special = value.shape(t).special();
    if let Some(method) = special.unary(Unary::Iter) {
        let iterator = method(t, value)?;
        if iterator.borrow().shape(t).special().next.is_none() {
            let class = iterator.borrow().class(t).name(t);
            raise!(t, TypeError, "iter() returned non-iterator of type '{class}'");
        }
        return Ok(iterator);
    }
    if special.binary(Binary::GetItem).is_some() {
        return Ok(crate::types::sequence_iterator::SequenceIterator::new(t, value.to_value()).into_value());
    }
    raise!(t, TypeError, "'{}' object is not iterable", value.class(t).name(t))
}

/// The next element, or `None` at the end.
#[inline]
pub fn next(t: &mut Thread, iterator: Ref<'_>) -> Result<Option<Value>> {
    t.check_stack("")?;
    match iterator.shape(t).special().next {
        Some(method) => method(t, iterator),
        None => raise!(t, TypeError, "'{}' object is not an iterator", iterator.class(t).name(t)),
    }
}

/// The next element of an iterator that makes pairs, as the two values; nothing for other iterators.
#[inline]
pub fn next_pair(t: &mut Thread, iterator: Ref<'_>) -> Option<Result<Option<(Value, Value)>>> {
    if let Some(items) = iterator.downcast_exact::<DictItemIterator>(t) {
        return Some(items.next_pair(t));
    }
    if let Some(enumerate) = iterator.downcast_exact::<Enumerate>(t) {
        return Some(Enumerate::next_pair(t, enumerate));
    }
    Zip::next_pair(t, iterator.downcast_exact::<Zip>(t)?)
}

/// What takes elements where that runs no code; an element that it gives back is left to its caller.
pub type Sink<'s> = dyn FnMut(&Thread, Value) -> Option<Value> + 's;

/// Offers the elements of an iterator to a sink until it gives one back, which is returned; `None` at the end. Generators need not be
/// suspended between elements that the sink takes.
pub fn feed(t: &mut Thread, iterator: Ref<'_>, sink: &mut Sink<'_>) -> Result<Option<Value>> {
    let drain = t.interpreter().hooks().drain;
    if let Some(drained) = drain(t, iterator, sink) {
        return drained;
    }
    t.check_stack("")?;
    let Some(next) = iterator.shape(t).special().next else {
        raise!(t, TypeError, "'{}' object is not an iterator", iterator.class(t).name(t));
    };
    while let Some(item) = next(t, iterator)? {
        if let Some(item) = sink(t, item) {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

/// Offers every element of an iterable to a sink, and runs `work` on those that it gives back.
pub fn each_or(
    t: &mut Thread,
    iterable: Ref<'_>,
    sink: &mut Sink<'_>,
    mut work: impl FnMut(&mut Thread, Value) -> Result<()>,
) -> Result<()> {
    if let Some(tuple) = iterable.downcast_exact::<Tuple>(t) {
        for item in tuple.items() {
            if let Some(item) = sink(t, item.to_value()) {
                work(t, item)?;
            }
        }
        return Ok(());
    }
    if let Some(list) = iterable.downcast_exact::<List>(t) {
        let mut at = 0;
        while let Some(item) = list.get(t, at) {
            if let Some(item) = sink(t, item) {
                work(t, item)?;
            }
            at += 1;
        }
        return Ok(());
    }
    // A generator is its own iterator.
    let drain = t.interpreter().hooks().drain;
    while let Some(drained) = drain(t, iterable, sink) {
        match drained? {
            Some(item) => work(t, item)?,
            None => return Ok(()),
        }
    }
    let iterator = iter(t, iterable)?;
    while let Some(item) = feed(t, iterator.borrow(), sink)? {
        work(t, item)?;
    }
    Ok(())
}

/// Runs `work` on every element.
pub fn each(
    t: &mut Thread,
    iterable: Ref<'_>,
    mut work: impl FnMut(&mut Thread, Value) -> Result<()>,
) -> Result<()> {
    let iterator = iter(t, iterable)?;
    while let Some(item) = next(t, iterator.borrow())? {
        work(t, item)?;
    }
    Ok(())
}

/// All elements.
pub fn collect(t: &mut Thread, iterable: Ref<'_>) -> Result<Vec<Value>> {
    if let Some(list) = iterable.downcast_exact::<List>(t) {
        return Ok(list.to_vec(t));
    }
    if let Some(tuple) = iterable.downcast_exact::<Tuple>(t) {
        return Ok(tuple.to_vec());
    }
    if let Some(elements) = dict::elements(t, iterable) {
        return Ok(elements);
    }
    let mut items = Vec::new();
    let iterator = iter(t, iterable)?;
    feed(t, iterator.borrow(), &mut |_, item| {
        items.push(item);
        None
    })?;
    Ok(items)
}
