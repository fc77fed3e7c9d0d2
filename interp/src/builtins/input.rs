//! `input` and `breakpoint`.

use ungil_macros::module;
use ungil_objects::call::Args;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, call, text};
use ungil_objects::types::text::Str;
use ungil_objects::{Obj, Ref, Thread, Value, raise};

use crate::import::imported;

/// An attribute of `sys` that a program may have deleted.
fn stream(t: &mut Thread, name: Ref<'static>) -> Result<Value> {
    let found = match imported(t, "sys") {
        Some(sys) => attribute::get_if_any(t, sys.borrow(), name)?,
        None => None,
    };
    match found.filter(|stream| !stream.is_none()) {
        Some(stream) => Ok(stream),
        None => raise!(t, RuntimeError, "lost sys.{}", text::name_of(name)),
    }
}

/// Functions of `builtins`.
#[module(name = "builtins")]
pub mod input {
    use super::*;

    /// Read a string from standard input, without its newline. The prompt is written first.
    #[function(name = "input", signature = "(prompt='', /)")]
    fn read_input(t: &mut Thread, prompt: Option<Ref<'_>>) -> Result<Value> {
        let names = t.names();
        let (stdin, stdout) = (stream(t, names.stdin)?, stream(t, names.stdout)?);
        if let Some(prompt) = prompt {
            let prompt = text::str(t, prompt)?;
            call::call_method(t, stdout.borrow(), names.write, &[prompt.borrow()])?;
        }
        call::call_method(t, stdout.borrow(), names.flush, &[])?;
        let line = call::call_method(t, stdin.borrow(), names.readline, &[])?;
        let Some(line) = line.downcast_ref::<Str>() else {
            raise!(t, TypeError, "object.readline() returned non-string");
        };
        let line = line.to_string();
        if line.is_empty() {
            raise!(t, EOFError, "EOF when reading a line");
        }
        let line: Obj<Str> = Str::from_str(t, line.strip_suffix('\n').unwrap_or(&line));
        Ok(line.into_value())
    }

    /// Call sys.breakpointhook(*args, **kws).
    #[function]
    fn breakpoint(t: &mut Thread, args: Args<'_>) -> Result<Value> {
        let name = t.interpreter().intern(t, "breakpointhook");
        let hook = stream(t, name)?;
        call::call_args(t, hook.borrow(), args)
    }
}
