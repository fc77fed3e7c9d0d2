//! `StringIO`: a text stream in memory.

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::fields::Guarded;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::convert;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, payload, raise};
use ungil_text::{TextBuf, TextRef};

use super::base::TextBase;
use super::newline::{Newline, Seen};

/// The payload of `StringIO`.
pub struct StringIo {
    seen: Seen,
    state: Guarded<State>,
}

struct State {
    text: TextBuf,
    at: usize,
    newline: Newline,
    closed: bool,
}

payload!(StringIo, collected);

impl Trace for StringIo {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// Runs `work` on the content of a stream that is open.
fn with<R>(t: &Thread, this: &Object<StringIo>, work: impl FnOnce(&mut State) -> R) -> Result<R> {
    match this.state.with(t, this.header(), |state| (!state.closed).then(|| work(state))) {
        Some(result) => Ok(result),
        None => raise!(t, ValueError, "I/O operation on closed file"),
    }
}

impl State {
    fn write(&mut self, text: TextRef<'_>) {
        let len = self.text.len();
        if self.at > len {
            self.text.push_repeated(0, self.at - len);
        }
        if self.at >= len {
            self.text.push_text(text);
        } else {
            let old = self.text.as_text();
            let mut whole = old.slice(0..self.at).to_buf();
            whole.push_text(text);
            whole.push_text(old.slice((self.at + text.len()).min(len)..len));
            self.text = whole;
        }
        self.at += text.len();
    }

    fn take(&mut self, count: usize) -> TextBuf {
        let start = self.at.min(self.text.len());
        let end = start.saturating_add(count).min(self.text.len());
        self.at = self.at.max(end);
        self.text.as_text().slice(start..end).to_buf()
    }

    fn line(&mut self, limit: usize) -> TextBuf {
        let start = self.at.min(self.text.len());
        let rest = self.text.as_text().slice(start..self.text.len());
        let end = self.newline.line_end(rest, true).unwrap_or(rest.len());
        self.take(end.min(limit))
    }
}

fn add(t: &Thread, this: &Object<StringIo>, text: TextRef<'_>) -> Result<()> {
    let newline = with(t, this, |state| state.newline)?;
    let text = match newline {
        Newline::Only("\n") => return with(t, this, |state| state.write(text)),
        Newline::Only(end) => {
            text.replace(TextRef::ascii("\n"), TextRef::ascii(end), None).unwrap_or(text.to_buf())
        }
        Newline::Translated => this.seen.scan(text.to_buf(), true),
        Newline::Universal => this.seen.scan(text.to_buf(), false),
    };
    with(t, this, |state| state.write(text.as_text()))
}

/// A text file that exists in memory only.
#[class(name = "StringIO", module = "_io", base = TextBase, attributes)]
impl StringIo {
    #[new]
    fn new_stream(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<StringIo> {
        let state = State { text: TextBuf::new(), at: 0, newline: Newline::Only("\n"), closed: false };
        t.alloc_with_shape(class.root_shape(), StringIo { seen: Seen::default(), state: Guarded::new(state) })
    }

    #[method(signature = "(initial_value='', newline='\n')")]
    fn __init__(
        t: &mut Thread,
        this: &Object<Self>,
        initial_value: Option<Ref<'_>>,
        newline: Option<Ref<'_>>,
    ) -> Result<()> {
        let newline = match newline {
            None => Newline::Only("\n"),
            given => Newline::from_argument(t, given)?,
        };
        with(t, this, |state| (state.text, state.at, state.newline) = (TextBuf::new(), 0, newline))?;
        if let Some(initial) = initial_value.filter(|initial| !initial.is_none()) {
            let Some(text) = initial.downcast::<Str>() else {
                let class = initial.class(t).name(t);
                raise!(t, TypeError, "initial_value must be str or None, not {class}");
            };
            add(t, this, text.text())?;
            with(t, this, |state| state.at = 0)?;
        }
        Ok(())
    }

    #[method]
    fn write(t: &mut Thread, this: &Object<Self>, text: Ref<'_>) -> Result<usize> {
        let Some(text) = text.downcast::<Str>() else {
            raise!(t, TypeError, "string argument expected, got '{}'", text.class(t).name(t));
        };
        add(t, this, text.text())?;
        Ok(text.len())
    }

    #[method]
    fn getvalue(t: &Thread, this: &Object<Self>) -> Result<Obj<Str>> {
        with(t, this, |state| Str::from_buf(t, &state.text))
    }

    #[method(signature = "(size=-1, /)")]
    fn read(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<TextBuf> {
        let size = super::calls::size(t, size)?;
        with(t, this, |state| state.take(size.unwrap_or(usize::MAX)))
    }

    #[method(signature = "(size=-1, /)")]
    fn readline(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<TextBuf> {
        let size = super::calls::size(t, size)?;
        with(t, this, |state| state.line(size.unwrap_or(usize::MAX)))
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Self>) -> Result<Option<Value>> {
        let line = with(t, this, |state| state.line(usize::MAX))?;
        Ok((!line.is_empty()).then(|| Str::from_buf(t, &line).into_value()))
    }

    #[method]
    fn tell(t: &Thread, this: &Object<Self>) -> Result<usize> {
        with(t, this, |state| state.at)
    }

    #[method(signature = "(pos, whence=0, /)")]
    fn seek(t: &mut Thread, this: &Object<Self>, pos: i64, whence: i64) -> Result<usize> {
        match (whence, pos) {
            (0, ..0) => raise!(t, ValueError, "Negative seek position {pos}"),
            (0, _) => with(t, this, |state| state.at = pos as usize)?,
            (1, 0) => {}
            (2, 0) => with(t, this, |state| state.at = state.text.len())?,
            (1 | 2, _) => raise!(t, OSError, "Can't do nonzero cur-relative seeks"),
            _ => raise!(t, ValueError, "Invalid whence ({whence}, should be 0, 1 or 2)"),
        }
        with(t, this, |state| state.at)
    }

    #[method(signature = "(pos=None, /)")]
    fn truncate(t: &mut Thread, this: &Object<Self>, pos: Option<Ref<'_>>) -> Result<Value> {
        let size = match pos {
            None => with(t, this, |state| state.at)?,
            Some(pos) => match usize::try_from(convert::to_i64(t, pos)?) {
                Ok(size) => size,
                Err(_) => raise!(t, ValueError, "Negative size value"),
            },
        };
        with(t, this, |state| {
            let kept = size.min(state.text.len());
            state.text = state.text.as_text().slice(0..kept).to_buf();
        })?;
        Ok(Int::from_i64(t, size as i64))
    }

    #[method]
    fn close(t: &Thread, this: &Object<Self>) {
        this.state.with(t, this.header(), |state| (state.closed, state.text) = (true, TextBuf::new()));
    }

    #[method]
    fn readable(t: &Thread, this: &Object<Self>) -> Result<bool> {
        with(t, this, |_| true)
    }

    #[method]
    fn writable(t: &Thread, this: &Object<Self>) -> Result<bool> {
        with(t, this, |_| true)
    }

    #[method]
    fn seekable(t: &Thread, this: &Object<Self>) -> Result<bool> {
        with(t, this, |_| true)
    }

    #[getter]
    fn closed(t: &Thread, this: &Object<Self>) -> bool {
        this.state.with(t, this.header(), |state| state.closed)
    }

    #[getter]
    fn line_buffering(t: &Thread, this: &Object<Self>) -> Result<bool> {
        with(t, this, |_| false)
    }

    #[getter]
    fn newlines(t: &Thread, this: &Object<Self>) -> Result<Value> {
        with(t, this, |_| ())?;
        Ok(this.seen.value(t))
    }
}
