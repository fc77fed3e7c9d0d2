//! Functions about attributes, classes and identity.

use ungil_macros::function;
use ungil_objects::protocol::{attribute, hash as hashing, instance};
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Result, Thread, Value, raise};

fn check_name(t: &Thread, name: Ref<'_>) -> Result<()> {
    if name.downcast::<Str>().is_none() {
        raise!(t, TypeError, "attribute name must be string, not '{}'", name.class(t).name(t));
    }
    Ok(())
}

/// Looks up an attribute whose name is a str, as `object.name` does.
///
/// Where that would raise AttributeError, the default is the answer if there is one.
#[function]
pub fn getattr(t: &mut Thread, object: Ref<'_>, name: Ref<'_>, default: Option<Ref<'_>>) -> Result<Value> {
    check_name(t, name)?;
    let name = t.interpreter().intern_value(t, name);
    match default {
        Some(default) => Ok(attribute::get_if_any(t, object, name)?.unwrap_or_else(|| default.to_value())),
        None => attribute::get(t, object, name),
    }
}

/// Binds an attribute whose name is a str, as the assignment `obj.name = value` does.
#[function]
pub fn setattr(t: &mut Thread, obj: Ref<'_>, name: Ref<'_>, value: Ref<'_>) -> Result<()> {
    check_name(t, name)?;
    let name = t.interpreter().intern_value(t, name);
    attribute::set(t, obj, name, value.to_value())
}

/// Removes an attribute whose name is a str, as the statement `del obj.name` does.
#[function]
pub fn delattr(t: &mut Thread, obj: Ref<'_>, name: Ref<'_>) -> Result<()> {
    check_name(t, name)?;
    let name = t.interpreter().intern_value(t, name);
    attribute::delete(t, obj, name)
}

/// Looks up an attribute and tells whether it was found. Only AttributeError counts as "no"; others pass on.
#[function]
pub fn hasattr(t: &mut Thread, obj: Ref<'_>, name: Ref<'_>) -> Result<bool> {
    check_name(t, name)?;
    let name = t.interpreter().intern_value(t, name);
    Ok(attribute::get_if_any(t, obj, name)?.is_some())
}

/// Whether the object's class is the given one or inherits from it.
///
/// Several classes can be tried at once, as a tuple or a union; one that fits is enough.
/// Metaclasses have a say by `__instancecheck__`.
#[function]
pub fn isinstance(t: &mut Thread, obj: Ref<'_>, class_or_tuple: Ref<'_>) -> Result<bool> {
    instance::is_instance(t, obj, class_or_tuple)
}

/// Whether a class is the given one or inherits from it.
///
/// Several classes can be tried at once, as a tuple or a union; one that fits is enough.
/// Metaclasses have a say by `__subclasscheck__`.
#[function]
pub fn issubclass(t: &mut Thread, cls: Ref<'_>, class_or_tuple: Ref<'_>) -> Result<bool> {
    instance::is_subclass(t, cls, class_or_tuple)
}

/// Whether a call of the object has something to run: its class defines `__call__`. The call may still fail.
#[function]
pub fn callable(t: &Thread, obj: Ref<'_>) -> bool {
    obj.shape(t).special().call.is_some()
}

/// The number by which dicts and sets find the object. Equal objects must have equal hashes.
///
/// Raises TypeError if the object cannot be hashed.
#[function]
pub fn hash(t: &mut Thread, obj: Ref<'_>) -> Result<i64> {
    hashing::hash(t, obj)
}

/// An integer that no other object has as long as this one lives. Later objects may get it again.
#[function]
pub fn id(t: &mut Thread, obj: Ref<'_>) -> Value {
    Int::from_u64(t, obj.word().identity())
}
