//! `isinstance` and `issubclass`.

use crate::class::Class;
use crate::error::Result;
use crate::protocol::{attribute, call, convert};
use crate::raise;
use crate::thread::Thread;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// `isinstance(value, class)`: `class` is a class, a tuple of them, or anything with `__instancecheck__`.
pub fn is_instance(t: &mut Thread, value: Ref<'_>, class: Ref<'_>) -> Result<bool> {
    if class.is(value.class(t).borrow()) {
        return Ok(true);
    }
    check(t, value, class, Question::Instance)
}

/// `issubclass(subclass, class)`: `class` as for [`is_instance`].
pub fn is_subclass(t: &mut Thread, subclass: Ref<'_>, class: Ref<'_>) -> Result<bool> {
    check(t, subclass, class, Question::Subclass)
}

#[derive(Copy, Clone)]
enum Question {
    Instance,
    Subclass,
}

impl Question {
    fn ask_class(self, t: &mut Thread, value: Ref<'_>, class: Ref<'_>) -> Result<bool> {
        match self {
            Question::Instance => is_instance_by_class(t, value, class),
            Question::Subclass => is_subclass_by_bases(t, value, class),
        }
    }
}

fn check(t: &mut Thread, value: Ref<'_>, class: Ref<'_>, question: Question) -> Result<bool> {
    if is_exactly_type(t, class) {
        return question.ask_class(t, value, class);
    }
    if let Some(classes) = class.downcast::<Tuple>() {
        t.check_stack(" in __instancecheck__")?;
        for class in classes.items() {
            if check(t, value, class, question)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    let name = match question {
        Question::Instance => t.names().__instancecheck__,
        Question::Subclass => t.names().__subclasscheck__,
    };
    match call::lookup_special(t, class, name) {
        Some(method) => {
            t.check_stack(" in __instancecheck__")?;
            let answer = call::call_special(t, method.borrow(), &[class, value])?;
            convert::is_true(t, answer.borrow())
        }
        None => question.ask_class(t, value, class),
    }
}

fn is_exactly_type(t: &Thread, class: Ref<'_>) -> bool {
    std::ptr::eq(class.class(t), t.shape_of::<Class>().class())
}

/// `type.__instancecheck__`: by the class of the value, or the one it shows as `__class__`.
pub fn is_instance_by_class(t: &mut Thread, value: Ref<'_>, class: Ref<'_>) -> Result<bool> {
    if let Some(class) = class.downcast::<Class>() {
        let own = value.class(t);
        if own.is_subclass(class) {
            return Ok(true);
        }
        // Only what has a `__class__` of its own can show another.
        return match attribute::get_if_any(t, value, t.names().__class__)?.map(Value::downcast::<Class>) {
            Some(Ok(shown)) => Ok(shown.is_subclass(class)),
            _ => Ok(false),
        };
    }
    check_class(t, class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match attribute::get_if_any(t, value, t.names().__class__)? {
        Some(shown) => derives(t, shown.borrow(), class),
        None => Ok(false),
    }
}

/// `type.__subclasscheck__`: by the method resolution order, or by `__bases__` for what is no class but has them.
pub fn is_subclass_by_bases(t: &mut Thread, subclass: Ref<'_>, class: Ref<'_>) -> Result<bool> {
    if let (Some(subclass), Some(class)) = (subclass.downcast::<Class>(), class.downcast::<Class>()) {
        return Ok(subclass.is_subclass(class));
    }
    check_class(t, subclass, "issubclass() arg 1 must be a class")?;
    check_class(t, class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    derives(t, subclass, class)
}

fn check_class(t: &mut Thread, class: Ref<'_>, message: &str) -> Result<()> {
    match bases(t, class)? {
        Some(_) => Ok(()),
        None => raise!(t, TypeError, "{message}"),
    }
}

fn bases(t: &mut Thread, class: Ref<'_>) -> Result<Option<Value>> {
    let bases = attribute::get_if_any(t, class, t.names().__bases__)?;
    Ok(bases.filter(|bases| bases.downcast_ref::<Tuple>().is_some()))
}

fn derives(t: &mut Thread, class: Ref<'_>, from: Ref<'_>) -> Result<bool> {
    t.check_stack(" in __subclasscheck__")?;
    if class.is(from) {
        return Ok(true);
    }
    let Some(bases) = bases(t, class)? else { return Ok(false) };
    let Some(bases) = bases.downcast_ref::<Tuple>() else { return Ok(false) };
    for base in bases.items() {
        if derives(t, base, from)? {
            return Ok(true);
        }
    }
    Ok(false)
}
