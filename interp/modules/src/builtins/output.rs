//! `print` and `open`.

use ungil_macros::function;
use ungil_objects::call::Args;
use ungil_objects::protocol::{attribute, call, text};
use ungil_objects::types::module::Module;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// `sys.stdout`; `None` if it is `None`.
fn standard_output(t: &mut Thread) -> Result<Option<Value>> {
    let sys = t.interpreter().root(t, crate::sys::ROOT);
    let stdout = t.names().stdout;
    let file = sys.and_then(|sys| sys.downcast_ref::<Module>()?.namespace().get_str(t, stdout));
    match file {
        Some(file) => Ok(Some(file).filter(|file| !file.is_none())),
        None => raise!(t, RuntimeError, "lost sys.stdout"),
    }
}

fn check_text(t: &Thread, value: Option<Ref<'_>>, name: &str) -> Result<Option<Value>> {
    match value {
        Some(value) if value.downcast::<Str>().is_none() => {
            raise!(t, TypeError, "{name} must be None or a string, not {}", value.class(t).name(t))
        }
        value => Ok(value.map(Ref::to_value)),
    }
}

/// Writes its arguments as text, with `sep` (a space) between them and `end` (a line break) behind the last.
///
/// `file` is what to write to by its `write`, instead of `sys.stdout`; its `flush` is called afterwards if `flush` is true.
#[function(signature = "(*args, sep=None, end=None, file=None, flush=False)")]
pub fn print(
    t: &mut Thread,
    args: &[Ref<'_>],
    sep: Option<Ref<'_>>,
    end: Option<Ref<'_>>,
    file: Option<Ref<'_>>,
    flush: bool,
) -> Result<()> {
    let file = match file {
        Some(file) => file.to_value(),
        None => match standard_output(t)? {
            Some(file) => file,
            None => return Ok(()),
        },
    };
    let (sep, end) = (check_text(t, sep, "sep")?, check_text(t, end, "end")?);
    let write = attribute::get(t, file.borrow(), t.names().write)?;
    let sep = sep.unwrap_or_else(|| Str::character(t, ' '.into()));
    for (at, value) in args.iter().enumerate() {
        if at > 0 {
            call::call(t, write.borrow(), &[sep.borrow()])?;
        }
        let shown = text::str(t, *value)?;
        call::call(t, write.borrow(), &[shown.borrow()])?;
    }
    let end = end.unwrap_or_else(|| Str::character(t, '\n'.into()));
    call::call(t, write.borrow(), &[end.borrow()])?;
    if flush {
        call::call_method(t, file.borrow(), t.names().flush, &[])?;
    }
    Ok(())
}

/// Opens a file by path or descriptor, as `io.open` does with the same arguments, and returns the object to read or write it by.
#[function]
pub fn open(t: &mut Thread, args: Args<'_>) -> Result<Value> {
    let io = t.import("_io")?;
    let open = attribute::get(t, io.borrow(), t.names().open)?;
    call::call_args(t, open.borrow(), args)
}
