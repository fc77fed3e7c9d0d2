//! `SyntaxError`: where in which file.

use ungil_macros::methods;

use super::Exception;
use super::base::set_positional;
use super::fields::{Field, field, set_field, set_fields};
use crate::call::Args;
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::iterate;
use crate::protocol::text::str;
use crate::raise;
use crate::thread::Thread;
use crate::types::text::Str;
use crate::value::{Ref, Value};

#[methods(SYNTAX_ERROR)]
impl Exception {
    #[method(name = "__init__")]
    fn init_syntax_error(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        set_positional(t, this, args)?;
        let (message, place) = match args.positional() {
            [] => return Ok(()),
            [message, place] => (message, Some(place)),
            [message, ..] => (message, None),
        };
        set_field(t, this, Field::SyntaxMessage, message.to_value());
        let Some(place) = place else { return Ok(()) };
        let parts = iterate::collect(t, *place)?;
        match parts.len() {
            4 | 6 | 7 => {}
            5 => raise!(t, TypeError, "end_offset must be provided when end_lineno is provided"),
            count => {
                let (bound, limit) = if count < 4 { ("least", 4) } else { ("most", 7) };
                raise!(t, TypeError, "function takes at {bound} {limit} arguments ({count} given)");
            }
        }
        let parts: Vec<Ref<'_>> = parts.iter().map(Value::borrow).collect();
        set_fields(t, this, Field::SyntaxFilename, &parts[..parts.len().min(6)]);
        if let Some(metadata) = parts.get(6) {
            set_field(t, this, Field::SyntaxMetadata, metadata.to_value());
        }
        Ok(())
    }

    #[method(name = "__str__")]
    fn text_of_syntax_error(t: &mut Thread, this: &Object<Exception>) -> Result<Obj<Str>> {
        let message = field(t, this, Field::SyntaxMessage).unwrap_or(Value::NONE);
        let message = str(t, message.borrow())?;
        let filename = field(t, this, Field::SyntaxFilename).and_then(|name| name.downcast::<Str>().ok());
        let line = field(t, this, Field::SyntaxLine).and_then(|line| line.borrow().as_i64());
        let filename = filename.map(|name| name.to_string());
        let filename = filename.as_deref().map(|name| name.rsplit('/').next().unwrap_or(name));
        Ok(match (filename, line) {
            (Some(filename), Some(line)) => {
                Str::from_str(t, &format!("{} ({filename}, line {line})", &**message))
            }
            (Some(filename), None) => Str::from_str(t, &format!("{} ({filename})", &**message)),
            (None, Some(line)) => Str::from_str(t, &format!("{} (line {line})", &**message)),
            (None, None) => message,
        })
    }
}
