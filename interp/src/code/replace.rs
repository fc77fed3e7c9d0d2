//! `code.replace`.
//!
//! Names, positions and the flags that only tell something can be changed. Counts, names of variables, constants and bytecode belong
//! together: whoever gives them must give what they are already.

use std::sync::Arc;

use ungil_bytecode::{CodeFlags, CodeSpec};
use ungil_objects::call::Args;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, compare, convert, text};
use ungil_objects::types::text::Str;
use ungil_objects::{Object, Ref, Thread, Value, raise};

use super::Code;

/// Flags that bytecode and calls do not rely on.
const FREE: u32 = CodeFlags::ITERABLE_COROUTINE.0 | CodeFlags::NESTED.0 | CodeFlags::FUTURE_ANNOTATIONS.0;

/// A copy of a code object with the attributes that the keyword arguments give.
pub(super) fn replace(t: &mut Thread, this: &Object<Code>, args: Args<'_>) -> Result<Value> {
    if !args.positional().is_empty() {
        raise!(
            t,
            TypeError,
            "replace() takes 0 positional arguments but {} were given",
            args.positional().len()
        );
    }
    let mut spec = (*this.spec).clone();
    for (name, value) in args.keywords() {
        set(t, this, &mut spec, name, value)?;
    }
    Ok(Code::new(t, Arc::new(spec))?.into_value())
}

fn set(
    t: &mut Thread,
    this: &Object<Code>,
    spec: &mut CodeSpec,
    name: Ref<'_>,
    value: Ref<'_>,
) -> Result<()> {
    let attribute_name = text::name_of(name);
    match attribute_name.as_str() {
        "co_name" => spec.name = string(t, &attribute_name, value)?.into(),
        "co_qualname" => spec.qualname = string(t, &attribute_name, value)?.into(),
        "co_filename" => spec.filename = string(t, &attribute_name, value)?.into(),
        "co_firstlineno" => match u32::try_from(convert::to_i64(t, value)?) {
            Ok(line) => spec.first_line = line,
            Err(_) => raise!(t, ValueError, "code: co_firstlineno must be a positive integer"),
        },
        "co_flags" => {
            let flags = convert::to_i64(t, value)?;
            if (flags ^ i64::from(spec.flags.0)) & !i64::from(FREE) != 0 {
                raise!(
                    t,
                    ValueError,
                    "code: these flags cannot be changed: {:#x}",
                    flags ^ i64::from(spec.flags.0)
                );
            }
            spec.flags.0 = flags as u32;
        }
        "co_argcount" | "co_posonlyargcount" | "co_kwonlyargcount" | "co_nlocals" | "co_stacksize"
        | "co_code" | "co_consts" | "co_names" | "co_varnames" | "co_freevars" | "co_cellvars" => {
            let given = attribute::get(t, this.borrow(), name)?;
            if !compare::equal(t, given.borrow(), value)? {
                raise!(t, ValueError, "code: {attribute_name} cannot be changed");
            }
        }
        // Derived from what this code object already has.
        "co_linetable" | "co_exceptiontable" => {}
        other => raise!(t, TypeError, "replace() got an unexpected keyword argument '{other}'"),
    }
    Ok(())
}

fn string(t: &Thread, attribute: &str, value: Ref<'_>) -> Result<String> {
    match value.downcast::<Str>() {
        Some(text) => Ok(text.to_string()),
        None => raise!(
            t,
            TypeError,
            "replace() argument '{attribute}' must be str, not {}",
            value.class(t).name(t)
        ),
    }
}
