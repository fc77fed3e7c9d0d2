//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654).

use ungil_macros::methods;

use super::fields::{Field, field, set_field};
use super::group_matching::{Condition, split};
use super::{Exc, Exception, base, class_of, is_instance};
use crate::attributes;
use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::call;
use crate::protocol::iterate;
use crate::raise;
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The exceptions in a group.
pub(super) fn members(t: &Thread, group: &Object<Exception>) -> Vec<Obj<Exception>> {
    let exceptions = field(t, group, Field::GroupExceptions);
    let exceptions = exceptions.as_ref().and_then(|exceptions| exceptions.downcast_ref::<Tuple>());
    exceptions.map_or_else(Vec::new, |exceptions| {
        exceptions.items().filter_map(|each| each.to_value().downcast::<Exception>().ok()).collect()
    })
}

pub(super) fn is_group(t: &Thread, value: Ref<'_>) -> bool {
    is_instance(t, value, Exc::BaseExceptionGroup)
}

/// A group like `group` around other exceptions: made by `derive`, with notes, traceback, cause and context copied.
pub(super) fn derive_like(
    t: &mut Thread,
    group: &Object<Exception>,
    exceptions: Vec<Value>,
) -> Result<Obj<Exception>> {
    let exceptions = List::from_values(t, exceptions);
    let name = t.interpreter().intern(t, "derive");
    let made = call::call_method(t, group.borrow(), name, &[exceptions.borrow()])?;
    let made = match made.downcast::<Exception>() {
        Ok(made) if is_group(t, made.borrow()) => made,
        _ => raise!(t, TypeError, "derive must return an instance of BaseExceptionGroup"),
    };
    made.set_traceback(t, group.traceback(t));
    made.set_context(t, group.context(t));
    if let Some(cause) = group.cause(t) {
        made.set_cause(t, Some(cause));
    }
    let notes = t.names().__notes__;
    if let Some(own) = attributes::get(t, group.borrow(), notes)
        && own.downcast_ref::<List>().is_some()
    {
        let copy = iterate::collect(t, own.borrow())?;
        let copy = List::from_values(t, copy).into_value();
        drop(attributes::set(t, made.borrow(), notes, copy)?);
    }
    Ok(made)
}

/// The exceptions of the second argument of a group's constructor.
fn check_exceptions(t: &mut Thread, given: Ref<'_>) -> Result<Vec<Value>> {
    if given.shape(t).special().binary(crate::class::Binary::GetItem).is_none() {
        raise!(t, TypeError, "second argument (exceptions) must be a sequence");
    }
    let exceptions = iterate::collect(t, given)?;
    if exceptions.is_empty() {
        raise!(t, ValueError, "second argument (exceptions) must be a non-empty sequence");
    }
    for (at, each) in exceptions.iter().enumerate() {
        if !is_instance(t, each.borrow(), Exc::BaseException) {
            raise!(t, ValueError, "Item {at} of second argument (exceptions) is not an exception");
        }
    }
    Ok(exceptions)
}

/// The class to instantiate: `BaseExceptionGroup` becomes `ExceptionGroup` where it can.
fn choose_class<'a>(t: &Thread, class: &'a Object<Class>, exceptions: &[Value]) -> Result<&'a Object<Class>> {
    let (of_all, of_ordinary) = (class_of(t, Exc::BaseExceptionGroup), class_of(t, Exc::ExceptionGroup));
    let ordinary_only = exceptions.iter().all(|each| is_instance(t, each.borrow(), Exc::Exception));
    if std::ptr::eq(class, of_all) && ordinary_only {
        return Ok(of_ordinary);
    }
    if !ordinary_only && std::ptr::eq(class, of_ordinary) {
        raise!(t, TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
    }
    if !ordinary_only && class.is_subclass(class_of(t, Exc::Exception)) {
        raise!(t, TypeError, "Cannot nest BaseExceptions in '{}'", class.name(t));
    }
    Ok(class)
}

#[methods(EXCEPTION_GROUP)]
impl Exception {
    #[staticmethod(name = "__new__")]
    fn new_group(t: &mut Thread, args: Args<'_>) -> Result<Value> {
        let root = class_of(t, Exc::BaseExceptionGroup);
        let class = match args.positional().first().and_then(|class| class.downcast::<Class>()) {
            Some(class) if class.is_subclass(root) => class,
            _ => {
                raise!(
                    t,
                    TypeError,
                    "BaseExceptionGroup.__new__(X): X is not a subtype of BaseExceptionGroup"
                )
            }
        };
        let given = args.rest().positional();
        let &[message, exceptions] = given else {
            let count = given.len();
            raise!(t, TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments ({count} given)");
        };
        if message.downcast::<Str>().is_none() {
            let class = message.class(t).name(t);
            raise!(t, TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not {class}");
        }
        let members = check_exceptions(t, exceptions)?;
        let class = choose_class(t, class, &members)?;
        let made = base::allocate(t, class, given);
        set_field(t, &made, Field::GroupMessage, message.to_value());
        set_field(t, &made, Field::GroupExceptions, Tuple::from_values(t, members).into_value());
        Ok(made.into_value())
    }

    #[method(name = "__init__")]
    fn init_group(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        base::set_positional(t, this, args)
    }

    #[method(name = "__str__")]
    fn text_of_group(t: &mut Thread, this: &Object<Exception>) -> Result<String> {
        let message = field(t, this, Field::GroupMessage).unwrap_or(Value::NONE);
        let message = crate::protocol::text::str(t, message.borrow())?;
        let count = members(t, this).len();
        let plural = if count == 1 { "" } else { "s" };
        Ok(format!("{} ({count} sub-exception{plural})", &**message))
    }

    #[method]
    fn derive(t: &mut Thread, this: &Object<Exception>, exceptions: Ref<'_>) -> Result<Value> {
        let class = class_of(t, Exc::BaseExceptionGroup);
        let message = field(t, this, Field::GroupMessage).unwrap_or(Value::NONE);
        call::call(t, class.borrow(), &[message.borrow(), exceptions])
    }

    #[method(name = "split")]
    fn split_group(t: &mut Thread, this: &Object<Exception>, condition: Ref<'_>) -> Result<Obj<Tuple>> {
        let condition = Condition::from_python(t, condition)?;
        let parts = split(t, this, &condition)?;
        let [matching, rest] =
            [parts.matching, parts.rest].map(|part| part.map_or(Value::NONE, Obj::into_value));
        Ok(Tuple::from_values(t, [matching, rest]))
    }

    #[method]
    fn subgroup(t: &mut Thread, this: &Object<Exception>, condition: Ref<'_>) -> Result<Option<Value>> {
        let condition = Condition::from_python(t, condition)?;
        Ok(split(t, this, &condition)?.matching.map(Obj::into_value))
    }
}
