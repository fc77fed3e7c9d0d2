//! The questions `isinstance` and `issubclass` to abstract classes.

use ungil_objects::class::Class;
use ungil_objects::protocol::{attribute, call, convert, instance, iterate};
use ungil_objects::{Ref, Result, Thread, Value, raise};

use super::record::{Known, Records, record_of};

/// `ABCMeta.__instancecheck__`: by the class that the value shows, and by its real one if that is another.
pub fn is_instance(t: &mut Thread, class: Ref<'_>, value: Ref<'_>) -> Result<bool> {
    let shown = attribute::get(t, value, t.names().__class__)?;
    let real = value.class(t).to_value();
    let known = record_of(t, class)?.known(t, shown.borrow())?;
    match known {
        Known::Subclass => return Ok(true),
        Known::Other if shown.borrow().is(real.borrow()) => return Ok(false),
        _ => {}
    }
    Ok(ask(t, class, shown.borrow())? || !shown.borrow().is(real.borrow()) && ask(t, class, real.borrow())?)
}

/// `class.__subclasscheck__(subclass)`, which subclasses of `ABCMeta` may override.
fn ask(t: &mut Thread, class: Ref<'_>, subclass: Ref<'_>) -> Result<bool> {
    let answer = call::call_method(t, class, t.names().__subclasscheck__, &[subclass])?;
    convert::is_true(t, answer.borrow())
}

/// `ABCMeta.__subclasscheck__`.
pub fn is_subclass(t: &mut Thread, class: Ref<'_>, subclass: Ref<'_>) -> Result<bool> {
    let Some(subclass_object) = subclass.downcast::<Class>() else {
        raise!(t, TypeError, "issubclass() arg 1 must be a class");
    };
    let record = record_of(t, class)?;
    match record.known(t, subclass)? {
        Known::Subclass => return Ok(true),
        Known::Other => return Ok(false),
        Known::Unknown => {}
    }
    let answer = call::call_method(t, class, t.names().__subclasshook__, &[subclass])?;
    let found = match answer.borrow().as_bool() {
        Some(answer) => answer,
        None if answer.is_not_implemented() => {
            derives(class, subclass_object) || is_below_another(t, class, subclass, record.registered(t))?
        }
        None => {
            raise!(t, AssertionError, "__subclasshook__ must return either False, True, or NotImplemented")
        }
    };
    record.remember(t, subclass, found)?;
    Ok(found)
}

fn derives(class: Ref<'_>, subclass: &ungil_objects::Object<Class>) -> bool {
    class.downcast::<Class>().is_some_and(|class| subclass.is_subclass(class))
}

/// Whether the subclass is one of a registered class or of a subclass of the abstract class.
fn is_below_another(
    t: &mut Thread,
    class: Ref<'_>,
    subclass: Ref<'_>,
    registered: Vec<Value>,
) -> Result<bool> {
    for other in registered {
        if instance::is_subclass(t, subclass, other.borrow())? {
            return Ok(true);
        }
    }
    let subclasses = call::call_method(t, class, t.names().__subclasses__, &[])?;
    for other in iterate::collect(t, subclasses.borrow())? {
        if instance::is_subclass(t, subclass, other.borrow())? {
            return Ok(true);
        }
    }
    Ok(false)
}
