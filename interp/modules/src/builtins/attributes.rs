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

/// Get a named attribute from an object.
///
/// getattr(x, 'y') is equivalent to ``x.y``.
///
/// When a default argument is given, it is returned when the attribute
/// doesn't exist; without it, an exception is raised in that case.
#[function]
pub fn getattr(t: &mut Thread, object: Ref<'_>, name: Ref<'_>, default: Option<Ref<'_>>) -> Result<Value> {
    check_name(t, name)?;
    let name = t.interpreter().intern_value(t, name);
    match default {
        Some(default) => Ok(attribute::get_if_any(t, object, name)?.unwrap_or_else(|| default.to_value())),
        None => attribute::get(t, object, name),
    }
}

/// Sets the named attribute on the given object to the specified value.
///
/// setattr(x, 'y', v) is equivalent to ``x.y = v``
#[function]
pub fn setattr(t: &mut Thread, obj: Ref<'_>, name: Ref<'_>, value: Ref<'_>) -> Result<()> {
    check_name(t, name)?;
    let name = t.interpreter().intern_value(t, name);
    attribute::set(t, obj, name, value.to_value())
}

/// Deletes the named attribute from the given object.
///
/// delattr(x, 'y') is equivalent to ``del x.y``
#[function]
pub fn delattr(t: &mut Thread, obj: Ref<'_>, name: Ref<'_>) -> Result<()> {
    check_name(t, name)?;
    let name = t.interpreter().intern_value(t, name);
    attribute::delete(t, obj, name)
}

/// Return whether the object has an attribute with the given name.
///
/// This is done by calling getattr(obj, name) and catching AttributeError.
#[function]
pub fn hasattr(t: &mut Thread, obj: Ref<'_>, name: Ref<'_>) -> Result<bool> {
    check_name(t, name)?;
    let name = t.interpreter().intern_value(t, name);
    Ok(attribute::get_if_any(t, obj, name)?.is_some())
}

/// Return whether an object is an instance of a class or of a subclass thereof.
///
/// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
/// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
/// or ...`` etc.
#[function]
pub fn isinstance(t: &mut Thread, obj: Ref<'_>, class_or_tuple: Ref<'_>) -> Result<bool> {
    instance::is_instance(t, obj, class_or_tuple)
}

/// Return whether 'cls' is derived from another class or is the same class.
///
/// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
/// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
/// or ...``.
#[function]
pub fn issubclass(t: &mut Thread, cls: Ref<'_>, class_or_tuple: Ref<'_>) -> Result<bool> {
    instance::is_subclass(t, cls, class_or_tuple)
}

/// Return whether the object is callable (i.e., some kind of function).
///
/// Note that classes are callable, as are instances of classes with a
/// __call__() method.
#[function]
pub fn callable(t: &Thread, obj: Ref<'_>) -> bool {
    obj.shape(t).special().call.is_some()
}

/// Return the hash value for the given object.
///
/// Two objects that compare equal must also have the same hash value, but the
/// reverse is not necessarily true.
#[function]
pub fn hash(t: &mut Thread, obj: Ref<'_>) -> Result<i64> {
    hashing::hash(t, obj)
}

/// Return the identity of an object.
///
/// This is guaranteed to be unique among simultaneously existing objects.
/// (CPython uses the object's memory address.)
#[function]
pub fn id(t: &mut Thread, obj: Ref<'_>) -> Value {
    Int::from_u64(t, obj.word().identity())
}
