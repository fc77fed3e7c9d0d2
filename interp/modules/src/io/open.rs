//! `open`, and the streams that a process starts with.

use ungil_macros::function;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, convert};
use ungil_objects::types::text::Str;
use ungil_objects::value::{FALSE, NONE, TRUE};
use ungil_objects::{Ref, Thread, Value, raise};

use super::buffered::{Random, Reader, Writer, make};
use super::calls::method;
use super::file::FileIo;
use super::newline::Newline;
use super::text::TextWrapper;

/// A mode, taken apart.
struct Mode {
    text: bool,
    updating: bool,
    reading: bool,
    raw: String,
}

impl Mode {
    fn parse(t: &Thread, mode: &str) -> Result<Mode> {
        let has = |letter| mode.contains(letter);
        let repeated = mode.chars().enumerate().any(|(at, letter)| mode[..at].contains(letter));
        if repeated || mode.chars().any(|letter| !"axrwb+t".contains(letter)) {
            raise!(t, ValueError, "invalid mode: '{mode}'");
        }
        if has('t') && has('b') {
            raise!(t, ValueError, "can't have text and binary mode at once");
        }
        if "axrw".chars().filter(|letter| has(*letter)).count() != 1 {
            raise!(t, ValueError, "must have exactly one of create/read/write/append mode");
        }
        Ok(Mode {
            text: !has('b'),
            updating: has('+'),
            reading: has('r'),
            raw: mode.chars().filter(|letter| !"tb".contains(*letter)).collect(),
        })
    }
}

/// Opens `file`, a path or a descriptor, and answers a stream as `mode` and `buffering` ask: text, buffered bytes or raw.
///
/// `encoding`, `errors` and `newline` are for text only. `OSError` if the system refuses.
#[function(
    signature = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
)]
#[allow(clippy::too_many_arguments, reason = "Python's parameters")]
pub fn open(
    t: &mut Thread,
    file: Ref<'_>,
    mode: Option<String>,
    buffering: i64,
    encoding: Option<Ref<'_>>,
    errors: Option<Ref<'_>>,
    newline: Option<Ref<'_>>,
    closefd: bool,
    opener: Option<Ref<'_>>,
) -> Result<Value> {
    let mode = mode.unwrap_or_else(|| "r".to_owned());
    let parsed = Mode::parse(t, &mode)?;
    let given = |value: Option<Ref<'_>>| value.is_some_and(|value| !value.is_none());
    if !parsed.text {
        for (name, value) in [("encoding", encoding), ("errors", errors), ("newline", newline)] {
            if given(value) {
                raise!(
                    t,
                    ValueError,
                    "binary mode doesn't take {} {name} argument",
                    if name == "newline" { "a" } else { "an" }
                );
            }
        }
    }
    let newline = Newline::from_argument(t, newline)?;
    let raw_mode = Str::from_str(t, &parsed.raw);
    let class = t.shape_of::<FileIo>().class().borrow();
    let arguments = [file, raw_mode.borrow(), if closefd { TRUE } else { FALSE }, opener.unwrap_or(NONE)];
    let raw = ungil_objects::protocol::call::call(t, class, &arguments)?;
    match over_raw(t, &raw, &parsed, buffering, (encoding, errors, newline), &mode) {
        Ok(stream) => Ok(stream),
        Err(raised) => {
            // The error that led here is the one to report.
            drop(method(t, raw.borrow(), "close", &[]));
            Err(raised)
        }
    }
}

fn over_raw(
    t: &mut Thread,
    raw: &Value,
    mode: &Mode,
    buffering: i64,
    (encoding, errors, newline): (Option<Ref<'_>>, Option<Ref<'_>>, Newline),
    mode_text: &str,
) -> Result<Value> {
    let line_buffering = buffering == 1 && mode.text
        || buffering < 0 && {
            let tty = method(t, raw.borrow(), "isatty", &[])?;
            convert::is_true(t, tty.borrow())?
        };
    let size = match buffering {
        0 if mode.text => raise!(t, ValueError, "can't have unbuffered text I/O"),
        0 => return Ok(raw.clone()),
        ..0 | 1 => super::BUFFER_SIZE,
        size => size as usize,
    };
    let buffer = match (mode.updating, mode.reading) {
        (true, _) => make::<Random>(t, raw.clone(), size).into_value(),
        (false, true) => make::<Reader>(t, raw.clone(), size).into_value(),
        (false, false) => make::<Writer>(t, raw.clone(), size).into_value(),
    };
    if !mode.text {
        return Ok(buffer);
    }
    let stream = TextWrapper::make(t, buffer, encoding, errors, newline, line_buffering)?;
    let (name, value) = (t.names().mode, Str::from_str(t, mode_text).into_value());
    attribute::set(t, stream.borrow(), name, value)?;
    Ok(stream.into_value())
}

/// Opens the file at `path` for reading bytes that are to be run as code.
#[function]
pub fn open_code(t: &mut Thread, path: Ref<'_>) -> Result<Value> {
    open(t, path, Some("rb".to_owned()), -1, None, None, None, true, None)
}

/// The encoding to open text with: `encoding`, or "locale" if it is `None`.
#[function(signature = "(encoding, stacklevel=2, /)")]
pub fn text_encoding(t: &mut Thread, encoding: Ref<'_>, stacklevel: Option<Ref<'_>>) -> Value {
    let _ = stacklevel;
    if encoding.is_none() { Str::from_str(t, "locale").into_value() } else { encoding.to_value() }
}

/// `sys.stdin` (0), `sys.stdout` (1) or `sys.stderr` (2): text on a descriptor that the process started with.
pub fn standard_stream(t: &mut Thread, descriptor: i32, unbuffered: bool) -> Result<Value> {
    let raw = FileIo::on_descriptor(t, descriptor, descriptor != 0);
    let name = ["<stdin>", "<stdout>", "<stderr>"].get(descriptor as usize).copied().unwrap_or("<stream>");
    let (key, value) = (t.names().name, Str::from_str(t, name).into_value());
    attribute::set(t, raw.borrow(), key, value)?;
    let tty = super::descriptor::borrowed(descriptor).is_ok_and(rustix::termios::isatty);
    let buffer = match descriptor {
        0 => make::<Reader>(t, raw.into_value(), super::BUFFER_SIZE).into_value(),
        _ => make::<Writer>(t, raw.into_value(), super::BUFFER_SIZE).into_value(),
    };
    let errors = if descriptor == 2 { "backslashreplace" } else { "strict" };
    let errors = Str::from_str(t, errors);
    let newline = if descriptor == 0 { Newline::Translated } else { Newline::Only("\n") };
    let line_buffering = tty || descriptor == 2 || unbuffered;
    let stream = TextWrapper::make(t, buffer, None, Some(errors.borrow()), newline, line_buffering)?;
    let (key, value) =
        (t.names().mode, Str::from_str(t, if descriptor == 0 { "r" } else { "w" }).into_value());
    attribute::set(t, stream.borrow(), key, value)?;
    Ok(stream.into_value())
}
