//! Iterating.

use crate::class::{Binary, Unary};
use crate::error::Result;
use crate::raise;
use crate::thread::Thread;
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
    let mut items = Vec::new();
    each(t, iterable, |_, item| {
        items.push(item);
        Ok(())
    })?;
    Ok(items)
}
