//! Calling.

use smallvec::SmallVec;

use crate::call::Args;
use crate::class::{ClassFlags, Ternary};
use crate::error::Result;
use crate::raise;
use crate::thread::Thread;
use crate::value::{NONE, Ref, Value};

/// `callable(*args)`.
#[inline]
pub fn call(t: &mut Thread, callable: Ref<'_>, args: &[Ref<'_>]) -> Result<Value> {
    call_args(t, callable, Args::positional_only(args))
}

/// `callable(…)` with keywords.
#[inline]
pub fn call_args(t: &mut Thread, callable: Ref<'_>, args: Args<'_>) -> Result<Value> {
    t.check_stack("")?;
    match callable.shape(t).special().call {
        Some(function) => function(t, callable, args),
        None => raise!(t, TypeError, "'{}' object is not callable", callable.class(t).name(t)),
    }
}

/// Calls a special method that was found in a class; the receiver is the first argument.
#[inline]
pub fn call_special(t: &mut Thread, method: Ref<'_>, args: &[Ref<'_>]) -> Result<Value> {
    call_unbound(t, method, Args::positional_only(args))
}

/// Calls what was found in the class of the first argument: a function gets all arguments, anything else is bound to the
/// first and gets the rest.
pub fn call_unbound(t: &mut Thread, method: Ref<'_>, args: Args<'_>) -> Result<Value> {
    let special = method.shape(t).special();
    if special.has(ClassFlags::METHOD_DESCRIPTOR) {
        return call_args(t, method, args);
    }
    match special.ternary(Ternary::Get) {
        Some(get) => {
            let receiver = args.values()[0];
            let class = receiver.class(t).to_value();
            let bound = get(t, method, receiver, class.borrow())?;
            call_args(t, bound.borrow(), args.rest())
        }
        None => call_args(t, method, args.rest()),
    }
}

/// `callable(first, …)`: the arguments with one put in front.
pub fn call_with_first<'a>(
    t: &mut Thread,
    callable: Ref<'_>,
    first: Ref<'a>,
    args: Args<'a>,
) -> Result<Value> {
    let values = with_first(first, args);
    call_args(t, callable, Args::new(&values, args.names()))
}

/// Like [`call_unbound`], with the receiver put in front of the arguments.
pub fn call_unbound_with_first<'a>(
    t: &mut Thread,
    method: Ref<'_>,
    first: Ref<'a>,
    args: Args<'a>,
) -> Result<Value> {
    let values = with_first(first, args);
    call_unbound(t, method, Args::new(&values, args.names()))
}

pub(crate) fn with_first<'a>(first: Ref<'a>, args: Args<'a>) -> SmallVec<[Ref<'a>; 8]> {
    let mut values = SmallVec::with_capacity(args.values().len() + 1);
    values.push(first);
    values.extend_from_slice(args.values());
    values
}

/// The special method under an interned name in the class of a value, not bound.
#[inline]
pub fn lookup_special(t: &Thread, value: Ref<'_>, name: Ref<'_>) -> Option<Value> {
    value.class(t).lookup(t, name)
}

/// The special method under an interned name in the class of a value, bound to it.
pub fn bind_special(t: &mut Thread, value: Ref<'_>, name: Ref<'_>) -> Result<Option<Value>> {
    let Some(method) = lookup_special(t, value, name) else { return Ok(None) };
    match method.borrow().shape(t).special().ternary(Ternary::Get) {
        Some(get) => {
            let class = value.class(t).to_value();
            get(t, method.borrow(), value, class.borrow()).map(Some)
        }
        None => Ok(Some(method)),
    }
}

/// Looks a special method up in the class of the first value and calls it with all; the class is known to have it, or
/// had it a moment ago.
pub fn call_method_of_class(t: &mut Thread, name: Ref<'_>, args: &[Ref<'_>]) -> Result<Value> {
    match lookup_special(t, args[0], name) {
        Some(method) => call_special(t, method.borrow(), args),
        None => {
            let class = args[0].class(t).name(t);
            raise!(t, AttributeError, "'{class}' object has no attribute '{}'", super::text::name_of(name))
        }
    }
}

/// Calls a special method if the class of the first value has it.
pub fn call_special_if_any(t: &mut Thread, name: Ref<'_>, args: &[Ref<'_>]) -> Result<Option<Value>> {
    match lookup_special(t, args[0], name) {
        Some(method) => call_special(t, method.borrow(), args).map(Some),
        None => Ok(None),
    }
}

/// `receiver.name(*args)` for an ordinary method.
pub fn call_method(t: &mut Thread, receiver: Ref<'_>, name: Ref<'_>, args: &[Ref<'_>]) -> Result<Value> {
    let method = super::attribute::get(t, receiver, name)?;
    call(t, method.borrow(), args)
}

/// Binds a descriptor found in a class to an instance (`None` for access through the class itself).
pub fn bind(t: &mut Thread, descriptor: Value, receiver: Option<Ref<'_>>, class: Ref<'_>) -> Result<Value> {
    match descriptor.borrow().shape(t).special().ternary(Ternary::Get) {
        Some(get) => get(t, descriptor.borrow(), receiver.unwrap_or(NONE), class),
        None => Ok(descriptor),
    }
}
