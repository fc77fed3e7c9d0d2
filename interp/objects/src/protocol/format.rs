//! `format(value, spec)`, which f-strings and `str.format` call for each field.

use ungil_text::TextRef;
use ungil_text::format::{Defaults, FormatSpec};

use crate::error::{OrRaise, Result};
use crate::object::{Obj, Object};
use crate::protocol::{call, text};
use crate::raise;
use crate::thread::Thread;
use crate::types::int::IntRef;
use crate::types::text::Str;
use crate::types::{float, int};
use crate::value::{Ref, Value};

/// `format(value, spec)`.
#[inline]
pub fn format(t: &mut Thread, value: Ref<'_>, spec: TextRef<'_>) -> Result<Obj<Str>> {
    if spec.is_empty() {
        if let Some(text) = value.downcast_exact::<Str>(t) {
            return Ok(text.to_obj());
        }
        if value.as_small_int().is_some() {
            return text::str(t, value);
        }
    }
    let spec = Str::part_of(t, spec);
    format_by_method(t, value, spec.borrow())
}

/// `format(value, spec)` with a string as the specification. Numbers that are words by themselves, and strings, need no method.
pub fn format_as(t: &mut Thread, value: Ref<'_>, spec: &Object<Str>) -> Result<Obj<Str>> {
    if spec.is_empty() {
        return format(t, value, TextRef::EMPTY);
    }
    if let Some(small) = value.as_small_int() {
        let text = int::format(t, IntRef::Small(small), spec, "int")?;
        return Ok(Str::from_buf(t, &text));
    }
    if let Some(float) = value.word().as_float() {
        let text = float::format(t, float, spec, "float")?;
        return Ok(Str::from_buf(t, &text));
    }
    format_by_method(t, value, spec.borrow())
}

/// `format(value, spec)` with any object as the specification.
pub fn format_by_method(t: &mut Thread, value: Ref<'_>, spec: Ref<'_>) -> Result<Obj<Str>> {
    let name = t.names().__format__;
    let Some(method) = call::lookup_special(t, value, name) else {
        raise!(t, TypeError, "Type {} doesn't define __format__", value.class(t).name(t));
    };
    let answer = call::call_special(t, method.borrow(), &[value, spec])?;
    match answer.downcast::<Str>() {
        Ok(text) => Ok(text),
        Err(other) => {
            raise!(t, TypeError, "__format__ must return a str, not {}", other.borrow().class(t).name(t))
        }
    }
}

/// `str.__format__`.
pub fn format_str(t: &Thread, value: &Object<Str>, spec: TextRef<'_>) -> Result<Value> {
    if spec.is_empty() {
        return Ok(value.plain(t).into_value());
    }
    let class = value.shape().class().name(t);
    let parsed = FormatSpec::parse(spec, Defaults::string(&class)).or_raise(t)?;
    let shown = parsed.format_text(value.text()).or_raise(t)?;
    Ok(Str::part_of(t, shown.as_text()))
}
