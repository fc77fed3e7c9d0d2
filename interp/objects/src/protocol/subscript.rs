//! `a[b]`, `a[b] = c`, `del a[b]`, `b in a`.

use crate::class::{Binary, Class, Ternary};
use crate::error::Result;
use crate::protocol::sequence::Bounds;
use crate::raise;
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// `container[key]`.
pub fn get(t: &mut Thread, container: Ref<'_>, key: Ref<'_>) -> Result<Value> {
    if let Some(method) = container.shape(t).special().binary(Binary::GetItem) {
        t.check_stack("")?;
        return method(t, container, key);
    }
    if let Some(class) = container.downcast::<Class>() {
        let name = t.names().__class_getitem__;
        if let Some(method) = class.lookup(t, name) {
            let bound = super::call::bind(t, method, None, container)?;
            return super::call::call(t, bound.borrow(), &[key]);
        }
        raise!(t, TypeError, "type '{}' is not subscriptable", class.name(t));
    }
    raise!(t, TypeError, "'{}' object is not subscriptable", container.class(t).name(t))
}

/// `container[bounds]` of a list, tuple or string itself, which runs no code; `None` for other containers.
#[inline(always)]
pub fn part(t: &Thread, container: Ref<'_>, bounds: Bounds) -> Option<Value> {
    if let Some(list) = container.downcast_exact::<List>(t) {
        return Some(list.selected(t, bounds).into_value());
    }
    if let Some(text) = container.downcast_exact::<Str>(t) {
        return Some(text.selected(t, bounds.select(text.len())));
    }
    let tuple = container.downcast_exact::<Tuple>(t)?;
    Some(tuple.selected(t, bounds.select(tuple.len())))
}

/// `container[bounds] = values` for two lists themselves, which runs no code; `None` for others.
#[inline]
pub fn set_part(t: &Thread, container: Ref<'_>, bounds: Bounds, values: Ref<'_>) -> Option<Result<()>> {
    let list = container.downcast_exact::<List>(t)?;
    let values = values.downcast_exact::<List>(t)?;
    if list.items().overwrite(t, list.header(), bounds, values.items(), values.header()) {
        return Some(Ok(()));
    }
    Some(list.assign(t, bounds, values.to_vec(t)))
}

/// `container[key] = value`.
pub fn set(t: &mut Thread, container: Ref<'_>, key: Ref<'_>, value: Ref<'_>) -> Result<()> {
    match container.shape(t).special().ternary(Ternary::SetItem) {
        Some(method) => method(t, container, key, value).map(drop),
        None => {
            raise!(t, TypeError, "'{}' object does not support item assignment", container.class(t).name(t))
        }
    }
}

/// `del container[key]`.
pub fn delete(t: &mut Thread, container: Ref<'_>, key: Ref<'_>) -> Result<()> {
    match container.shape(t).special().binary(Binary::DelItem) {
        Some(method) => method(t, container, key).map(drop),
        None => raise!(t, TypeError, "'{}' object doesn't support item deletion", container.class(t).name(t)),
    }
}

/// `item in container`.
pub fn contains(t: &mut Thread, container: Ref<'_>, item: Ref<'_>) -> Result<bool> {
    if let Some(method) = container.shape(t).special().binary(Binary::Contains) {
        t.check_stack("")?;
        let answer = method(t, container, item)?;
        return super::convert::is_true(t, answer.borrow());
    }
    let special = container.shape(t).special();
    if special.unary(crate::class::Unary::Iter).is_none() && special.binary(Binary::GetItem).is_none() {
        raise!(
            t,
            TypeError,
            "argument of type '{}' is not a container or iterable",
            container.class(t).name(t)
        );
    }
    let iterator = super::iterate::iter(t, container)?;
    while let Some(element) = super::iterate::next(t, iterator.borrow())? {
        if super::compare::equal(t, element.borrow(), item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
