//! `str()`, `repr()` and names in messages.

use ungil_text::TextRef;
use ungil_text::codec::{self, Encoding, Handler};

use crate::class::Unary;
use crate::error::Result;
use crate::object::Obj;
use crate::raise;
use crate::thread::Thread;
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// `repr(value)`.
pub fn repr(t: &mut Thread, value: Ref<'_>) -> Result<Obj<Str>> {
    if let Some(int) = value.as_small_int() {
        return Ok(Str::from_i64(t, int));
    }
    t.check_stack(" while getting the repr of an object")?;
    let answer = match value.shape(t).special().unary(Unary::Repr) {
        Some(method) => method(t, value)?,
        None => {
            let text = format!("<{} object at {:#x}>", value.class(t).full_name(t), value.word().identity());
            return Ok(Str::from_str(t, &text));
        }
    };
    expect_str(t, answer, "__repr__")
}

/// `str(value)`.
pub fn str(t: &mut Thread, value: Ref<'_>) -> Result<Obj<Str>> {
    if let Some(text) = value.downcast_exact::<Str>(t) {
        return Ok(text.to_obj());
    }
    if let Some(int) = value.as_small_int() {
        return Ok(Str::from_i64(t, int));
    }
    t.check_stack(" while getting the str of an object")?;
    match value.shape(t).special().unary(Unary::Str) {
        Some(method) => {
            let answer = method(t, value)?;
            expect_str(t, answer, "__str__")
        }
        None => repr(t, value),
    }
}

/// `ascii(value)`: the `repr` with everything beyond ASCII escaped.
pub fn ascii(t: &mut Thread, value: Ref<'_>) -> Result<Obj<Str>> {
    let shown = repr(t, value)?;
    if shown.as_ascii().is_some() {
        return Ok(shown);
    }
    let escaped = codec::encode(Encoding::Ascii, shown.text(), |text, error| {
        Handler::BackslashReplace.repair_encode(text, error)
    });
    match escaped {
        Ok(bytes) => Ok(Str::from_text(t, TextRef::Ascii(&bytes))),
        Err(error) => raise!(t, SystemError, "ascii() cannot show this: {}", error.reason),
    }
}

fn expect_str(t: &Thread, answer: Value, method: &str) -> Result<Obj<Str>> {
    match answer.downcast::<Str>() {
        Ok(text) => Ok(text),
        Err(other) => {
            raise!(t, TypeError, "{method} returned non-string (type {})", other.borrow().class(t).name(t))
        }
    }
}

/// The text of a name, for messages.
pub fn name_of(name: Ref<'_>) -> String {
    name.downcast::<Str>().map(|name| name.to_string()).unwrap_or_else(|| "?".to_owned())
}
