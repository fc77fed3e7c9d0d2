//! `a[b]`, `a[b] = c`, `del a[b]`, `b in a`.

use crate::class::{Binary, Class, Ternary};
use crate::error::Result;
use crate::raise;
use crate::thread::Thread;
use crate::value::{Ref, Value};

/// `container[key]`.
pub fn get(t: &mut Thread, container: Ref<'_>, key: Ref<'_>) -> Result<Value> {
    if let Some(method) = container.shape(t).special().binary(Binary::GetItem) {
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
