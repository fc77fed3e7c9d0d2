//! `str.translate` and `str.maketrans`.

use ungil_macros::methods;
use ungil_text::{TextBuf, Translation};

use super::Str;
use super::arguments::text as text_argument;
use crate::error::{Exc, Result};
use crate::object::{Obj, Object};
use crate::protocol::subscript;
use crate::raise;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::int::IntRef;
use crate::value::{Ref, Value};

#[methods(TRANSLATE)]
impl Str {
    #[method]
    fn translate(t: &mut Thread, this: &Object<Self>, table: Ref<'_>) -> Result<TextBuf> {
        // What each ASCII character becomes is looked up once.
        let mut known: [Option<u32>; 128] = [None; 128];
        this.text().translate(|code| {
            if let Some(Some(replacement)) = known.get(code as usize) {
                return Ok(Translation::Code(*replacement));
            }
            let translation = look_up(t, table, code)?;
            if let (Some(slot), Some(replacement)) = (
                known.get_mut(code as usize),
                match translation {
                    Translation::Keep => Some(code),
                    Translation::Code(code) => Some(code),
                    _ => None,
                },
            ) {
                *slot = Some(replacement);
            }
            Ok(translation)
        })
    }

    #[staticmethod(signature = "(x, y=None, z=None, /)")]
    fn maketrans(t: &mut Thread, x: Ref<'_>, y: Option<Ref<'_>>, z: Option<Ref<'_>>) -> Result<Obj<Dict>> {
        let table = Dict::new(t);
        let Some(y) = y else {
            copy_mapping(t, &table, x)?;
            return Ok(table);
        };
        let Some(from) = x.downcast::<Str>() else {
            raise!(t, TypeError, "first maketrans argument must be a string if there is a second argument");
        };
        let to = text_argument(t, y, "maketrans", 2)?;
        if from.len() != to.len() {
            raise!(t, ValueError, "the first two maketrans arguments must have equal length");
        }
        for (from, to) in from.text().codes().zip(to.text().codes()) {
            table.set(t, Value::from_i32(from as i32).borrow(), Value::from_i32(to as i32))?;
        }
        if let Some(deleted) = z {
            let deleted = text_argument(t, deleted, "maketrans", 3)?;
            for code in deleted.text().codes() {
                table.set(t, Value::from_i32(code as i32).borrow(), Value::NONE)?;
            }
        }
        Ok(table)
    }
}

/// What a table says about one character; `LookupError` keeps it.
fn look_up(t: &mut Thread, table: Ref<'_>, code: u32) -> Result<Translation> {
    let found = match subscript::get(t, table, Value::from_i32(code as i32).borrow()) {
        Ok(found) => found,
        Err(raised) if raised.is(t, Exc::LookupError) => return Ok(Translation::Keep),
        Err(raised) => return Err(raised),
    };
    if found.is_none() {
        return Ok(Translation::Delete);
    }
    if let Some(text) = found.downcast_ref::<Str>() {
        return Ok(Translation::Text(text.text().to_buf()));
    }
    match found.borrow().as_int() {
        Some(IntRef::Small(code @ 0..=0x10ffff)) => Ok(Translation::Code(code as u32)),
        Some(_) => raise!(t, ValueError, "character mapping must be in range(0x110000)"),
        None => raise!(t, TypeError, "character mapping must return integer, None or str"),
    }
}

/// The table of a mapping whose keys are characters or their numbers.
fn copy_mapping(t: &mut Thread, table: &Object<Dict>, mapping: Ref<'_>) -> Result<()> {
    let Some(mapping) = mapping.downcast::<Dict>() else {
        raise!(t, TypeError, "if you give only one argument to maketrans it must be a dict");
    };
    for (key, value) in mapping.items(t) {
        let key = match key.downcast_ref::<Str>() {
            Some(text) if text.len() == 1 => Value::from_i32(text.text().code_at(0) as i32),
            Some(_) => raise!(t, ValueError, "string keys in translate table must be of length 1"),
            None if key.borrow().as_int().is_some() => key,
            None => raise!(t, TypeError, "keys in translate table must be strings or integers"),
        };
        table.set(t, key.borrow(), value)?;
    }
    Ok(())
}
