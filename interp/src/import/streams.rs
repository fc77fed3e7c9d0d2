//! `sys.stdin`, `sys.stdout` and `sys.stderr`.

use ungil_objects::call::Args;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, call};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Thread, Value};

use super::{import, imported, set_attribute, text};

/// A standard stream: its names in `sys`, descriptor, mode, and what it does with what it cannot encode.
struct Standard {
    name: &'static str,
    original: &'static str,
    descriptor: i32,
    mode: &'static str,
    errors: &'static str,
}

const STREAMS: [Standard; 3] = [
    Standard { name: "stdin", original: "__stdin__", descriptor: 0, mode: "r", errors: "strict" },
    Standard { name: "stdout", original: "__stdout__", descriptor: 1, mode: "w", errors: "strict" },
    Standard { name: "stderr", original: "__stderr__", descriptor: 2, mode: "w", errors: "backslashreplace" },
];

/// Makes the three streams, encoded in UTF-8, and puts them in `sys`. Output that goes to a terminal, and all of standard error, is
/// written line by line; with `unbuffered` at once.
///
/// # Errors
/// What `_io` raises.
pub fn open(t: &mut Thread, unbuffered: bool) -> Result<()> {
    let io = import(t, "_io")?;
    let Some(sys) = imported(t, "sys") else { return Ok(()) };
    let open = t.names().open;
    let open = attribute::get(t, io.borrow(), open)?;
    for standard in STREAMS {
        let named =
            [("encoding", text(t, "utf-8")), ("errors", text(t, standard.errors)), ("closefd", Value::FALSE)];
        let newline = ("newline", if standard.mode == "w" { text(t, "\n") } else { Value::NONE });
        let stream = call_with(
            t,
            &open,
            &[Value::from_i32(standard.descriptor), text(t, standard.mode)],
            &[named[0].clone(), named[1].clone(), named[2].clone(), newline],
        )?;
        if standard.mode == "w" {
            let by_line = standard.descriptor == 2 || is_terminal(standard.descriptor);
            let mut settings = vec![("line_buffering", Value::from_bool(by_line))];
            if unbuffered {
                settings.push(("write_through", Value::TRUE));
            }
            let reconfigure = t.interpreter().intern(t, "reconfigure");
            let reconfigure = attribute::get(t, stream.borrow(), reconfigure)?;
            call_with(t, &reconfigure, &[], &settings)?;
        }
        set_attribute(t, sys.borrow(), standard.name, stream.clone())?;
        set_attribute(t, sys.borrow(), standard.original, stream)?;
    }
    Ok(())
}

fn is_terminal(descriptor: i32) -> bool {
    // SAFETY: asks about a descriptor, open or not.
    unsafe { libc::isatty(descriptor) == 1 }
}

/// Calls with keyword arguments.
fn call_with(t: &mut Thread, callable: &Value, values: &[Value], named: &[(&str, Value)]) -> Result<Value> {
    let names = named.iter().map(|(name, _)| t.interpreter().intern(t, name).to_value());
    let names = Tuple::from_values(t, names.collect::<Vec<_>>());
    let values: Vec<_> =
        values.iter().chain(named.iter().map(|(_, value)| value)).map(Value::borrow).collect();
    call::call_args(t, callable.borrow(), Args::new(&values, Some(&names)))
}
