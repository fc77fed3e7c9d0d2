//! The state of the runtime: the exception being handled, sizes and counts of objects, interned names.

use ungil_macros::function;
use ungil_objects::class::Class;
use ungil_objects::error::Exc;
use ungil_objects::object::Object;
use ungil_objects::protocol::{attribute, call, convert, text};
use ungil_objects::types::exception::Exception;
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Raised, Ref, Result, Thread, Value, raise};

use super::ROOT;

/// Ends the program by an exception, SystemExit, which may still be caught on the way.
///
/// A number becomes the exit code of the process; without status, or with None, that is 0. Anything else is shown on stderr, with code 1.
#[function]
pub fn exit(t: &Thread, status: Option<Ref<'_>>) -> Result<()> {
    let args = status.map(|status| match status.downcast::<Tuple>() {
        Some(args) => args.to_vec(),
        None => vec![status.to_value()],
    });
    Err(Raised::with_args(t, Exc::SystemExit, args.unwrap_or_default()))
}

/// The exception that is being handled here or by a caller; None if there is none.
#[function]
pub fn exception(t: &Thread) -> Option<Value> {
    t.handled_exception()
}

/// The class, the value and the traceback of the exception that is being handled here or by a caller; three times None if there is none.
#[function]
pub fn exc_info(t: &Thread) -> Value {
    let handled = t.handled_exception();
    let parts = match handled.as_ref().and_then(|value| value.downcast_ref::<Exception>()) {
        Some(exception) => [
            exception.borrow().class(t).to_value(),
            exception.to_value(),
            exception.traceback(t).unwrap_or(Value::NONE),
        ],
        None => [Value::NONE, Value::NONE, Value::NONE],
    };
    Tuple::from_values(t, parts).into_value()
}

/// The bytes that an object takes by itself, without those it refers to, as its `__sizeof__` answers.
/// Where that fails with TypeError, default is the answer if it is given.
#[function(signature = "(object, default=...)")]
pub fn getsizeof(t: &mut Thread, object: Ref<'_>, default: Option<Ref<'_>>) -> Result<Value> {
    let size = size_of_object(t, object);
    match (size, default) {
        (Err(raised), Some(default)) if raised.is(t, Exc::TypeError) => Ok(default.to_value()),
        (size, _) => size,
    }
}

fn size_of_object(t: &mut Thread, object: Ref<'_>) -> Result<Value> {
    let name = t.names().__sizeof__;
    // A class answers as an instance of its metaclass.
    let Some(method) = call::lookup_special(t, object, name) else {
        raise!(t, TypeError, "Type {} doesn't define __sizeof__", object.class(t).name(t));
    };
    let size = call::call_special(t, method.borrow(), &[object])?;
    if convert::to_i64(t, size.borrow())? < 0 {
        raise!(t, ValueError, "__sizeof__() should return >= 0");
    }
    Ok(size)
}

/// How many references to an object are counted, the one by which this call holds it among them.
/// Immortal objects are not counted: they answer with one large number.
#[function]
pub fn getrefcount(t: &mut Thread, object: Ref<'_>) -> Value {
    match object.header() {
        Some(header) if !header.is_immortal() => Int::from_i64(t, header.reference_count()),
        // As CPython answers for immortal objects.
        _ => Int::from_i64(t, i64::from(u32::MAX)),
    }
}

/// The one string that stands for all with the same text; the first that is asked for becomes it.
/// Such strings are found by identity, which makes names fast. Raises TypeError for anything but a plain str.
#[function]
pub fn intern(t: &Thread, string: Ref<'_>) -> Result<Value> {
    let is_exact = std::ptr::eq(string.class(t), t.shape_of::<Str>().class());
    if string.downcast::<Str>().is_none() {
        raise!(t, TypeError, "intern() argument must be str, not {}", string.class(t).name(t));
    }
    if !is_exact {
        raise!(t, TypeError, "can't intern {}", string.class(t).name(t));
    }
    Ok(t.interpreter().intern_value(t, string).to_value())
}

/// Whether a string is the one that intern() answers with for its text.
#[function]
pub fn _is_interned(t: &Thread, string: Ref<'_>) -> Result<bool> {
    match string.downcast::<Str>() {
        Some(text) => Ok(text.is_interned()),
        None => raise!(t, TypeError, "_is_interned() argument must be str, not {}", string.class(t).name(t)),
    }
}

/// Whether an object lives as long as the interpreter, so that nobody counts references to it.
#[function]
pub fn _is_immortal(object: Ref<'_>) -> bool {
    object.header().is_none_or(|header| header.is_immortal())
}

/// Forgets which methods were found on which classes.
#[function]
pub fn _clear_type_cache(t: &Thread) {
    t.methods.clear();
}

/// Remove the descriptors of instance dictionaries and weak references from a class that is about to be replaced by its copy.
#[function]
pub fn _clear_type_descriptors(t: &mut Thread, r#type: &Object<Class>) -> Result<()> {
    for name in ["__dict__", "__weakref__"] {
        let name = t.interpreter().intern(t, name);
        r#type.set_own_attribute(t, name, None)?;
    }
    Ok(())
}

/// Shows a value as the interactive prompt does: writes its repr() and a newline to `sys.stdout` and keeps it as `_` in builtins.
/// Nothing happens for None.
#[function]
pub fn displayhook(t: &mut Thread, object: Ref<'_>) -> Result<()> {
    if object.is_none() {
        return Ok(());
    }
    let builtins = t.import("builtins")?;
    let underscore = t.interpreter().intern(t, "_");
    attribute::set(t, builtins.borrow(), underscore, Value::NONE)?;
    let Some(sys) = t.interpreter().root(t, ROOT) else { raise!(t, RuntimeError, "lost sys.stdout") };
    let stdout = attribute::get(t, sys.borrow(), t.names().stdout)?;
    let shown = text::repr(t, object)?;
    let newline = Str::character(t, '\n'.into());
    call::call_method(t, stdout.borrow(), t.names().write, &[shown.borrow()])?;
    call::call_method(t, stdout.borrow(), t.names().write, &[newline.borrow()])?;
    attribute::set(t, builtins.borrow(), underscore, object.to_value())
}

/// The interpreter's reference to the list of audit hooks.
const AUDIT_HOOKS: &str = "sys.audit_hooks";

/// Has hook called with the name and the arguments of each audit event from now on.
#[function(signature = "(hook)")]
pub fn addaudithook(t: &mut Thread, hook: Ref<'_>) -> Result<()> {
    let mut hooks = audit_hooks(t);
    hooks.push(hook.to_value());
    let hooks = Tuple::from_values(t, hooks).into_value();
    t.interpreter().set_root(t, AUDIT_HOOKS, hooks);
    Ok(())
}

/// Tells all audit hooks of an event.
#[function]
pub fn audit(t: &mut Thread, event: String, args: &[Ref<'_>]) -> Result<()> {
    let hooks = audit_hooks(t);
    if hooks.is_empty() {
        return Ok(());
    }
    let args = Tuple::from_values(t, args.iter().map(|arg| arg.to_value()));
    let event = Str::from_str(t, &event);
    for hook in hooks {
        call::call(t, hook.borrow(), &[event.borrow(), args.borrow()])?;
    }
    Ok(())
}

fn audit_hooks(t: &Thread) -> Vec<Value> {
    let hooks = t.interpreter().root(t, AUDIT_HOOKS);
    hooks
        .as_ref()
        .and_then(|hooks| hooks.downcast_ref::<Tuple>())
        .map_or_else(Vec::new, |hooks| hooks.to_vec())
}
