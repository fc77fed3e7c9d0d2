//! `UnicodeDecodeError`, `UnicodeEncodeError`, `UnicodeTranslateError`: which part of what could not be converted, and why.

use ungil_macros::methods;

use super::Exception;
use super::base::set_positional;
use super::fields::{Field, field, set_fields};
use crate::call::Args;
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::convert;
use crate::protocol::subscript;
use crate::protocol::text::str;
use crate::raise;
use crate::thread::Thread;
use crate::types::int::Int;
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// What the arguments of a class must be, in order.
type Wanted = [(Field, &'static str)];

const ENCODE: &Wanted = &[
    (Field::UnicodeEncoding, "str"),
    (Field::UnicodeObject, "str"),
    (Field::UnicodeStart, "int"),
    (Field::UnicodeEnd, "int"),
    (Field::UnicodeReason, "str"),
];
const DECODE: &Wanted = &[
    (Field::UnicodeEncoding, "str"),
    (Field::UnicodeObject, "bytes"),
    (Field::UnicodeStart, "int"),
    (Field::UnicodeEnd, "int"),
    (Field::UnicodeReason, "str"),
];
const TRANSLATE: &Wanted = &[
    (Field::UnicodeObject, "str"),
    (Field::UnicodeStart, "int"),
    (Field::UnicodeEnd, "int"),
    (Field::UnicodeReason, "str"),
];

fn initialise(
    t: &mut Thread,
    this: &Object<Exception>,
    args: Args<'_>,
    name: &str,
    wanted: &Wanted,
) -> Result<()> {
    set_positional(t, this, args)?;
    let values = args.positional();
    if values.len() != wanted.len() {
        let (expected, given) = (wanted.len(), values.len());
        raise!(t, TypeError, "{name}() takes exactly {expected} arguments ({given} given)");
    }
    for (position, (value, (_, kind))) in values.iter().zip(wanted).enumerate() {
        check(t, *value, kind, name, position + 1)?;
    }
    set_fields(t, this, wanted[0].0, values);
    Ok(())
}

fn check(t: &mut Thread, value: Ref<'_>, kind: &str, name: &str, position: usize) -> Result<()> {
    let given = value.class(t);
    match kind {
        "str" if value.downcast::<Str>().is_none() => {
            raise!(t, TypeError, "{name}() argument {position} must be str, not {}", given.name(t))
        }
        "int" => convert::to_i64(t, value).map(drop),
        "bytes" if given.special().unary(crate::class::Unary::Len).is_none() => {
            raise!(t, TypeError, "a bytes-like object is required, not '{}'", given.name(t))
        }
        _ => Ok(()),
    }
}

/// The fields of an exception whose `__init__` ran, as its text needs them.
struct Parts {
    encoding: String,
    object: Value,
    start: i64,
    end: i64,
    reason: Obj<Str>,
}

impl Parts {
    /// `None` if the exception was never initialised.
    fn of(t: &mut Thread, this: &Object<Exception>) -> Result<Option<Parts>> {
        let Some(object) = field(t, this, Field::UnicodeObject) else { return Ok(None) };
        let mut text = |field_of| {
            let value = field(t, this, field_of).unwrap_or(Value::NONE);
            str(t, value.borrow())
        };
        let (encoding, reason) = (text(Field::UnicodeEncoding)?.to_string(), text(Field::UnicodeReason)?);
        let length = convert::length(t, object.borrow())? as i64;
        let number = |field_of| field(t, this, field_of).and_then(|value| value.borrow().as_i64());
        let start = number(Field::UnicodeStart).unwrap_or(0).clamp(0, (length - 1).max(0));
        let end = number(Field::UnicodeEnd).unwrap_or(0).clamp(1, length.max(1));
        Ok(Some(Parts { encoding, object, start, end: end.max(start), reason }))
    }

    fn is_single(&self) -> bool {
        self.end == self.start + 1
    }

    fn range(&self, what: &str) -> String {
        format!("{what} in position {}-{}: {}", self.start, self.end - 1, &**self.reason)
    }

    /// The unit at the start of the range.
    fn first(&self, t: &mut Thread) -> Result<Option<i64>> {
        if let Some(text) = self.object.downcast_ref::<Str>() {
            return Ok(text.text().get(self.start as usize).map(i64::from));
        }
        let index = Int::from_i64(t, self.start);
        Ok(subscript::get(t, self.object.borrow(), index.borrow())?.borrow().as_i64())
    }

    fn character(&self, t: &mut Thread) -> Result<String> {
        let code = self.first(t)?.unwrap_or_default();
        let escaped = match code {
            0..=0xff => format!("\\x{code:02x}"),
            0x100..=0xffff => format!("\\u{code:04x}"),
            _ => format!("\\U{code:08x}"),
        };
        Ok(format!("character '{escaped}' in position {}: {}", self.start, &**self.reason))
    }
}

#[methods(UNICODE_DECODE_ERROR)]
impl Exception {
    #[method(name = "__init__")]
    fn init_decode_error(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        initialise(t, this, args, "UnicodeDecodeError", DECODE)
    }

    #[method(name = "__str__")]
    fn text_of_decode_error(t: &mut Thread, this: &Object<Exception>) -> Result<String> {
        let Some(parts) = Parts::of(t, this)? else { return Ok(String::new()) };
        let what = match (parts.is_single(), parts.first(t)?) {
            (true, Some(byte)) => {
                format!("byte 0x{byte:02x} in position {}: {}", parts.start, &**parts.reason)
            }
            _ => parts.range("bytes"),
        };
        Ok(format!("'{}' codec can't decode {what}", parts.encoding))
    }
}

#[methods(UNICODE_ENCODE_ERROR)]
impl Exception {
    #[method(name = "__init__")]
    fn init_encode_error(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        initialise(t, this, args, "UnicodeEncodeError", ENCODE)
    }

    #[method(name = "__str__")]
    fn text_of_encode_error(t: &mut Thread, this: &Object<Exception>) -> Result<String> {
        let Some(parts) = Parts::of(t, this)? else { return Ok(String::new()) };
        let what = if parts.is_single() { parts.character(t)? } else { parts.range("characters") };
        Ok(format!("'{}' codec can't encode {what}", parts.encoding))
    }
}

#[methods(UNICODE_TRANSLATE_ERROR)]
impl Exception {
    #[method(name = "__init__")]
    fn init_translate_error(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        initialise(t, this, args, "UnicodeTranslateError", TRANSLATE)
    }

    #[method(name = "__str__")]
    fn text_of_translate_error(t: &mut Thread, this: &Object<Exception>) -> Result<String> {
        let Some(parts) = Parts::of(t, this)? else { return Ok(String::new()) };
        let what = if parts.is_single() { parts.character(t)? } else { parts.range("characters") };
        Ok(format!("can't translate {what}"))
    }
}
