//! Constants of code as values.

use dashu_int::IBig;
use ungil_bytecode::{Const, Wtf8};
use ungil_objects::error::Result;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::complex::Complex;
use ungil_objects::types::float::Float;
use ungil_objects::types::int::Int;
use ungil_objects::types::set::FrozenSet;
use ungil_objects::types::slice::Slice;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Obj, Thread, Value, Word, publish};
use ungil_text::TextBuf;

use super::Code;

/// The constant as a word that needs no count: immediate, immortal, or (for code) deferred.
pub(super) fn make(t: &mut Thread, constant: &Const) -> Result<Word> {
    if let Const::Code(spec) = constant {
        return Ok(Code::new(t, spec.clone())?.into_value().into_word());
    }
    let value = value(t, constant)?;
    Ok(immortal(t, value))
}

fn immortal(t: &Thread, value: Value) -> Word {
    publish::publish_value(t, &value);
    if let Some(header) = value.borrow().header()
        && !header.is_immortal()
    {
        header.make_immortal(t.owner());
    }
    value.into_word().as_uncounted()
}

/// The constant as a value of its own.
pub(crate) fn value(t: &mut Thread, constant: &Const) -> Result<Value> {
    Ok(match constant {
        Const::None => Value::NONE,
        Const::True => Value::TRUE,
        Const::False => Value::FALSE,
        Const::Ellipsis => Value::ELLIPSIS,
        Const::Int(value) => Int::from_i64(t, *value),
        Const::BigInt(digits) => Int::from_big(t, digits.parse::<IBig>().unwrap_or_default()),
        Const::Float(value) => Float::from_f64(t, *value),
        Const::Complex { real, imag } => {
            Complex::from_parts(t, ungil_numbers::Complex { real: *real, imaginary: *imag })
        }
        Const::Str(text) => string(t, text),
        Const::Bytes(bytes) => Bytes::from_slice(t, bytes).into_value(),
        Const::Tuple(items) => {
            let items = items.iter().map(|item| value(t, item)).collect::<Result<Vec<_>>>()?;
            Tuple::from_values(t, items).into_value()
        }
        Const::FrozenSet(items) => {
            let items = items.iter().map(|item| value(t, item)).collect::<Result<Vec<_>>>()?;
            let items = Tuple::from_values(t, items);
            let class = t.shape_of::<FrozenSet>().class();
            ungil_objects::protocol::call::call(t, class.borrow(), &[items.borrow()])?
        }
        Const::Slice(parts) => {
            let [start, stop, step] = &**parts;
            let (start, stop, step) = (value(t, start)?, value(t, stop)?, value(t, step)?);
            Slice::from_parts(t, start, stop, step).into_value()
        }
        Const::Code(spec) => Code::new(t, spec.clone())?.into_value(),
    })
}

/// Strings that look like names are interned, so that they compare by identity where they name something.
fn string(t: &Thread, text: &Wtf8) -> Value {
    match text.as_str() {
        Some(name) if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
            t.interpreter().intern(t, name).to_value()
        }
        Some(text) => Str::from_str(t, text).into_value(),
        None => from_code_points(t, text).into_value(),
    }
}

fn from_code_points(t: &Thread, text: &Wtf8) -> Obj<Str> {
    let mut buffer = TextBuf::new();
    text.code_points().for_each(|code| buffer.push(code));
    Str::from_buf(t, &buffer)
}
