//! `value.name`, `value.name = …`, `del value.name`.

use crate::attributes;
use crate::class::{Binary, Class, ClassFlags, Ternary};
use crate::error::{Exc, Raised, Result};
use crate::object::Object;
use crate::raise;
use crate::thread::Thread;
use crate::types::exception::{self, Field};
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// `value.name`, for an interned name.
pub fn get(t: &mut Thread, value: Ref<'_>, name: Ref<'_>) -> Result<Value> {
    let special = value.shape(t).special();
    if !special.has(ClassFlags::CUSTOM_GETATTRIBUTE) {
        return generic_get(t, value, name);
    }
    get_custom(t, value, name)
}

fn get_custom(t: &mut Thread, value: Ref<'_>, name: Ref<'_>) -> Result<Value> {
    let special = value.shape(t).special();
    let fallback = special.binary(Binary::GetAttr);
    let found = match special.binary(Binary::GetAttribute) {
        Some(method) => method(t, value, name),
        None => generic_get(t, value, name),
    };
    match (found, fallback) {
        (Err(raised), Some(_)) if raised.is(t, Exc::AttributeError) => {
            // Looked up again: code has run.
            let fallback = value.shape(t).special().binary(Binary::GetAttr);
            fallback.map_or(Err(raised), |method| method(t, value, name))
        }
        (found, _) => found,
    }
}

/// `value.name` if there is one: `AttributeError` becomes `None`.
pub fn get_if_any(t: &mut Thread, value: Ref<'_>, name: Ref<'_>) -> Result<Option<Value>> {
    if !value.shape(t).special().has(ClassFlags::CUSTOM_GETATTRIBUTE) {
        return find(t, value, name);
    }
    match get(t, value, name) {
        Ok(found) => Ok(Some(found)),
        Err(raised) if raised.is(t, Exc::AttributeError) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// `object.__getattribute__`.
pub fn generic_get(t: &mut Thread, value: Ref<'_>, name: Ref<'_>) -> Result<Value> {
    match find(t, value, name)? {
        Some(found) => Ok(found),
        None => Err(no_attribute(t, value, name)),
    }
}

/// The attribute by the default rules: a data descriptor of the class, the instance, anything else of the class. An
/// `AttributeError` from a descriptor counts as absence.
fn find(t: &mut Thread, value: Ref<'_>, name: Ref<'_>) -> Result<Option<Value>> {
    let name = t.interpreter().intern_value(t, name);
    let class = value.class(t);
    let of_class = class.lookup(t, name);
    if let Some(descriptor) = &of_class {
        let special = descriptor.borrow().shape(t).special();
        if let Some(get) = special.ternary(Ternary::Get)
            && is_data(special)
        {
            return get(t, descriptor.borrow(), value, class.borrow()).map(Some);
        }
    }
    if let Some(own) = attributes::get(t, value, name) {
        return Ok(Some(own));
    }
    match of_class {
        Some(descriptor) => super::call::bind(t, descriptor, Some(value), class.borrow()).map(Some),
        None => Ok(None),
    }
}

fn is_data(special: &crate::class::SlotTable) -> bool {
    special.ternary(Ternary::Set).is_some() || special.binary(Binary::Delete).is_some()
}

/// The error for an attribute that is not there, with `name` and `obj` as Python sets them.
#[cold]
pub fn no_attribute(t: &mut Thread, value: Ref<'_>, name: Ref<'_>) -> Raised {
    let text = super::text::name_of(name);
    let message = match value.downcast::<Class>() {
        Some(class) => format!("type object '{}' has no attribute '{text}'", class.name(t)),
        None => format!("'{}' object has no attribute '{text}'", value.class(t).type_name(t)),
    };
    attribute_error(t, &message, value, name)
}

/// An `AttributeError` that carries the object and the name.
#[cold]
pub fn attribute_error(t: &mut Thread, message: &str, value: Ref<'_>, name: Ref<'_>) -> Raised {
    let raised = Raised::new(t, Exc::AttributeError, message);
    exception::set_field(t, raised.exception(), Field::AttributeErrorName, name.to_value());
    exception::set_field(t, raised.exception(), Field::AttributeErrorObject, value.to_value());
    raised
}

/// `value.name = new`.
pub fn set(t: &mut Thread, value: Ref<'_>, name: Ref<'_>, new: Value) -> Result<()> {
    let special = value.shape(t).special();
    match special.ternary(Ternary::SetAttr) {
        Some(method) if special.has(ClassFlags::CUSTOM_SETATTR) => {
            method(t, value, name, new.borrow()).map(drop)
        }
        _ => generic_set(t, value, name, Some(new)),
    }
}

/// `del value.name`.
pub fn delete(t: &mut Thread, value: Ref<'_>, name: Ref<'_>) -> Result<()> {
    match value.shape(t).special().binary(Binary::DelAttr) {
        Some(method) => method(t, value, name).map(drop),
        None => generic_set(t, value, name, None),
    }
}

/// `object.__setattr__` and, without a value, `object.__delattr__`.
pub fn generic_set(t: &mut Thread, value: Ref<'_>, name: Ref<'_>, new: Option<Value>) -> Result<()> {
    let name = t.interpreter().intern_value(t, name);
    if name.downcast::<Str>().is_none() {
        raise!(t, TypeError, "attribute name must be string, not '{}'", name.class(t).name(t));
    }
    let class: &Object<Class> = value.class(t);
    let descriptor = class.lookup(t, name);
    if let Some(descriptor) = &descriptor {
        let special = descriptor.borrow().shape(t).special();
        match (&new, special.ternary(Ternary::Set), special.binary(Binary::Delete)) {
            (Some(new), Some(set), _) => return set(t, descriptor.borrow(), value, new.borrow()).map(drop),
            (None, _, Some(delete)) => return delete(t, descriptor.borrow(), value).map(drop),
            (None, Some(_), None) => return Err(attribute_error(t, "__delete__", value, name)),
            (Some(_), None, Some(_)) => return Err(attribute_error(t, "__set__", value, name)),
            _ => {}
        }
    }
    let done = match new {
        Some(new) => attributes::set(t, value, name, new)?.is_ok(),
        None => attributes::delete(t, value, name)?.is_some(),
    };
    if done {
        return Ok(());
    }
    if descriptor.is_some() {
        let message =
            format!("'{}' object attribute '{}' is read-only", class.name(t), super::text::name_of(name));
        return Err(attribute_error(t, &message, value, name));
    }
    if value.shape(t).attributes() == crate::shape::Attributes::Closed {
        let text = super::text::name_of(name);
        let message = format!(
            "'{}' object has no attribute '{text}' and no __dict__ for setting new attributes",
            class.type_name(t)
        );
        return Err(attribute_error(t, &message, value, name));
    }
    Err(no_attribute(t, value, name))
}
