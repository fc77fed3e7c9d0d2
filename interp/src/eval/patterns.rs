//! Pattern matching.

use ungil_objects::class::Class;
use ungil_objects::class::ClassFlags;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, call, convert, text};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, Word, raise};

use super::machine::Machine;

pub(super) fn length(m: &mut Machine<'_>, a: usize, b: usize) -> Result<()> {
    m.save();
    let length = convert::length(m.t, m.registers.read(b))?;
    let length = Int::from_i64(m.t, length as i64);
    m.set_value(a, length);
    Ok(())
}

pub(super) fn has_flag(m: &mut Machine<'_>, a: usize, b: usize, flag: ClassFlags) {
    let answer = m.registers.read(b).shape(m.t).special().has(flag);
    m.set(a, Word::from_bool(answer));
}

/// `match_keys dst, subject, keys`: the values, or `None` if a key is missing.
pub(super) fn match_keys(m: &mut Machine<'_>, a: usize, subject: usize, keys: usize) -> Result<()> {
    m.save();
    let (subject, keys) = (m.registers.read(subject), m.registers.read(keys));
    let values = values_at(m.t, subject, keys)?;
    m.set_value(a, values);
    Ok(())
}

fn values_at(t: &mut Thread, subject: Ref<'_>, keys: Ref<'_>) -> Result<Value> {
    let Some(keys) = keys.downcast::<Tuple>() else {
        raise!(t, SystemError, "keys of a pattern are a tuple")
    };
    let mut values = Vec::with_capacity(keys.len());
    let seen = Dict::new(t);
    let get = attribute::get_if_any(t, subject, t.names().get)?;
    for key in keys.items() {
        if seen.get(t, key)?.is_some() {
            let shown = text::repr(t, key)?;
            raise!(t, ValueError, "mapping pattern checks duplicate key ({})", &**shown);
        }
        seen.set(t, key, Value::NONE)?;
        // `get` with a default of our own tells absence from `None`, and does not run `__missing__`.
        let found = match (subject.downcast_exact::<Dict>(t), &get) {
            (Some(dict), _) => dict.get(t, key)?,
            (None, Some(get)) => {
                let missing = seen.borrow();
                let found = call::call(t, get.borrow(), &[key, missing])?;
                (!found.borrow().is(missing)).then_some(found)
            }
            (None, None) => None,
        };
        match found {
            Some(value) => values.push(value),
            None => return Ok(Value::NONE),
        }
    }
    Ok(Tuple::from_values(t, values).into_value())
}

/// `match_class start, positional`: subject, class and attribute names lie from `start` on.
pub(super) fn match_class(m: &mut Machine<'_>, start: usize, positional: usize) -> Result<()> {
    m.save();
    let mut parts = m.registers.take_run(start, 3).into_iter();
    let (Some(subject), Some(class), Some(names)) = (parts.next(), parts.next(), parts.next()) else {
        raise!(m.t, SystemError, "malformed pattern");
    };
    let matched = attributes_of(m.t, subject.borrow(), class.borrow(), names.borrow(), positional)?;
    m.registers.put_value(start, matched);
    Ok(())
}

fn attributes_of(
    t: &mut Thread,
    subject: Ref<'_>,
    class: Ref<'_>,
    names: Ref<'_>,
    positional: usize,
) -> Result<Value> {
    let Some(class_object) = class.downcast::<Class>() else {
        raise!(t, TypeError, "called match pattern must be a class");
    };
    if !super::exceptions::is_instance_of(t, subject, class)? {
        return Ok(Value::NONE);
    }
    let mut values = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    if positional > 0 {
        let class_name = class_object.name(t);
        let name = t.names().__match_args__;
        let match_args = attribute::get_if_any(t, class, name)?;
        let match_self = match_args.is_none() && class_object.has(ClassFlags::MATCH_SELF);
        let match_args = match match_args {
            Some(args) => match args.downcast::<Tuple>() {
                Ok(args) => args,
                Err(other) => {
                    let given = other.borrow().class(t).name(t);
                    raise!(t, TypeError, "{class_name}.__match_args__ must be a tuple (got {given})");
                }
            },
            None => Tuple::from_values(t, []),
        };
        let allowed = if match_self { 1 } else { match_args.len() };
        if positional > allowed {
            let plural = if allowed == 1 { "" } else { "s" };
            raise!(
                t,
                TypeError,
                "{class_name}() accepts {allowed} positional sub-pattern{plural} ({positional} given)"
            );
        }
        if match_self {
            values.push(subject.to_value());
        } else {
            for name in match_args.items().take(positional) {
                if name.downcast::<Str>().is_none() {
                    let given = name.class(t).name(t);
                    raise!(t, TypeError, "__match_args__ elements must be strings (got {given})");
                }
                match attribute_once(t, subject, name, &class_name, &mut seen)? {
                    Some(value) => values.push(value),
                    None => return Ok(Value::NONE),
                }
            }
        }
    }
    let Some(names) = names.downcast::<Tuple>() else {
        raise!(t, SystemError, "names of a pattern are a tuple")
    };
    let class_name = class_object.name(t);
    for name in names.items() {
        match attribute_once(t, subject, name, &class_name, &mut seen)? {
            Some(value) => values.push(value),
            None => return Ok(Value::NONE),
        }
    }
    Ok(Tuple::from_values(t, values).into_value())
}

fn attribute_once(
    t: &mut Thread,
    subject: Ref<'_>,
    name: Ref<'_>,
    class: &str,
    seen: &mut Vec<String>,
) -> Result<Option<Value>> {
    let text = text::name_of(name);
    if seen.contains(&text) {
        raise!(t, TypeError, "{class}() got multiple sub-patterns for attribute '{text}'");
    }
    seen.push(text);
    attribute::get_if_any(t, subject, name)
}
