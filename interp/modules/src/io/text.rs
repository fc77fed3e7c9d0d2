//! `TextIOWrapper`: text over a buffered stream of bytes, as a class. What it does is in [`stream`].

mod stream;

use std::sync::atomic::Ordering;

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::convert;
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, raise};
use ungil_text::{TextBuf, TextRef};

use super::base::{TextBase, is_closed};
use super::buffered::{self, Writer};
use super::calls::{attribute, bytes_read, method, unsupported};
use super::newline::Newline;

pub use self::stream::TextWrapper;
use self::stream::{CHUNK, State, Stream, bytes_of_last};

/// A text file on top of a binary one: it decodes what is read, encodes what is written and knows line ends.
#[class(name = "TextIOWrapper", module = "_io", base = TextBase, attributes)]
impl TextWrapper {
    #[new]
    fn new_stream(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<TextWrapper> {
        t.alloc_with_shape(class.root_shape(), TextWrapper::empty())
    }

    #[method(
        signature = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    #[allow(clippy::too_many_arguments, reason = "Python's parameters")]
    fn __init__(
        t: &mut Thread,
        this: &Object<Self>,
        buffer: Ref<'_>,
        encoding: Option<Ref<'_>>,
        errors: Option<Ref<'_>>,
        newline: Option<Ref<'_>>,
        line_buffering: bool,
        write_through: bool,
    ) -> Result<()> {
        let newline = Newline::from_argument(t, newline)?;
        this.set_encoding(t, encoding, errors)?;
        this.with(t, |state| *state = State { native: state.native, newline, ..State::default() });
        this.line_buffering.store(line_buffering, Ordering::Relaxed);
        this.write_through.store(write_through, Ordering::Relaxed);
        this.buffer.set(t, this.header(), buffer.to_value());
        Ok(())
    }

    #[method(
        signature = "(*, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        t: &mut Thread,
        this: &Object<Self>,
        encoding: Option<Ref<'_>>,
        errors: Option<Ref<'_>>,
        newline: Option<Ref<'_>>,
        line_buffering: Option<Ref<'_>>,
        write_through: Option<Ref<'_>>,
    ) -> Result<()> {
        TextWrapper::flush(t, this)?;
        if encoding.is_some() || errors.is_some() {
            let old = this.encoding.get(t, this.header());
            let encoding = encoding.or(old.as_ref().map(Value::borrow));
            this.set_encoding(t, encoding, errors)?;
        }
        if newline.is_some() {
            let newline = Newline::from_argument(t, newline)?;
            this.with(t, |state| state.newline = newline);
        }
        for (setting, value) in [(&this.line_buffering, line_buffering), (&this.write_through, write_through)]
        {
            if let Some(value) = value {
                setting.store(convert::is_true(t, value)?, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    #[method]
    fn write(t: &mut Thread, this: &Object<Self>, text: Ref<'_>) -> Result<usize> {
        let Some(text) = text.downcast::<Str>() else {
            raise!(t, TypeError, "write() argument must be str, not {}", text.class(t).name(t));
        };
        let buffer = this.open_buffer(t)?;
        let ends_line = text.text().find_code(b'\n'.into()).is_some();
        let end = this.with(t, |state| {
            state.forget_read();
            state.newline.written()
        });
        let bytes = match end.filter(|_| ends_line) {
            Some(end) => {
                let translated = text.text().replace(TextRef::ascii("\n"), TextRef::ascii(end), None);
                this.encode(t, translated.unwrap_or_default().as_text())?
            }
            None => this.encode(t, text.text())?,
        };
        let waiting = this.with(t, |state| {
            state.unwritten.extend_from_slice(&bytes);
            state.unwritten.len()
        });
        let line_buffering = this.line_buffering.load(Ordering::Relaxed);
        if line_buffering && (ends_line || text.text().find_code(b'\r'.into()).is_some()) {
            TextWrapper::flush(t, this)?;
        } else if waiting > CHUNK || this.write_through.load(Ordering::Relaxed) {
            this.push_out(t, buffer.borrow())?;
        }
        Ok(text.len())
    }

    #[method]
    fn flush(t: &mut Thread, this: &Object<Self>) -> Result<()> {
        let buffer = this.open_buffer(t)?;
        this.push_out(t, buffer.borrow())?;
        match buffer.borrow().downcast_exact::<Writer>(t) {
            Some(writer) => buffered::flush(t, writer),
            None => method(t, buffer.borrow(), "flush", &[]).map(drop),
        }
    }

    #[method(signature = "(size=-1, /)")]
    fn read(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<TextBuf> {
        let size = super::calls::size(t, size)?;
        let buffer = this.open_buffer(t)?;
        this.push_out(t, buffer.borrow())?;
        let Some(size) = size else {
            let read = method(t, buffer.borrow(), "read", &[])?;
            let bytes = bytes_read(t, read, "read")?.unwrap_or_default();
            let decoded = this.decode(t, bytes, true)?;
            return Ok(this.with(t, |state| {
                let mut all = state.take(usize::MAX);
                all.push_text(decoded.as_text());
                state.forget_read();
                all
            }));
        };
        while this.with(t, |state| state.remaining()) < size {
            if !this.fill(t, buffer.borrow())? {
                break;
            }
        }
        Ok(this.with(t, |state| state.take(size)))
    }

    #[method(signature = "(size=-1, /)")]
    fn readline(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<TextBuf> {
        let limit = super::calls::size(t, size)?;
        this.line(t, limit)
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Self>) -> Result<Option<Value>> {
        let line = this.line(t, None)?;
        Ok((!line.is_empty()).then(|| Str::from_buf(t, &line).into_value()))
    }

    #[method]
    fn tell(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        TextWrapper::flush(t, this)?;
        let buffer = this.open_buffer(t)?;
        let place = method(t, buffer.borrow(), "tell", &[])?;
        let place = convert::to_i64(t, place.borrow())?;
        let unread = this.with(t, |state| {
            let behind = state.rest + usize::from(state.held);
            let decoded = &state.chunk[..state.chunk.len() - behind.min(state.chunk.len())];
            let translated = state.newline == Newline::Translated;
            match (state.remaining(), state.native) {
                (0, _) => Some(behind),
                (left, Some(encoding)) => {
                    bytes_of_last(decoded, left, encoding, translated).map(|unread| unread + behind)
                }
                _ => None,
            }
        });
        match unread {
            Some(unread) => Ok(Int::from_i64(t, place - unread as i64)),
            None => raise!(t, OSError, "can't reconstruct logical file position"),
        }
    }

    #[method(signature = "(cookie, whence=0, /)")]
    fn seek(t: &mut Thread, this: &Object<Self>, cookie: Ref<'_>, whence: i32) -> Result<Value> {
        let buffer = this.open_buffer(t)?;
        let offset = convert::to_i64(t, cookie)?;
        match (whence, offset) {
            (0, ..0) => {
                let shown = ungil_objects::protocol::text::repr(t, cookie)?;
                raise!(t, ValueError, "negative seek position {}", &**shown)
            }
            (0 | 2, 0) | (0, _) => {}
            (1, 0) => return TextWrapper::tell(t, this),
            (1, _) => return Err(unsupported(t, "can't do nonzero cur-relative seeks")),
            (2, _) => return Err(unsupported(t, "can't do nonzero end-relative seeks")),
            _ => raise!(t, ValueError, "invalid whence ({whence}, should be 0, 1 or 2)"),
        }
        TextWrapper::flush(t, this)?;
        let place = method(t, buffer.borrow(), "seek", &[cookie, Value::from_i32(whence).borrow()])?;
        this.with(t, |state| {
            state.forget_read();
            state.wrote = whence == 2 || offset != 0;
        });
        if let Some(decoder) = this.decoder.get(t, this.header()) {
            method(t, decoder.borrow(), "reset", &[])?;
        }
        Ok(place)
    }

    #[method(signature = "(pos=None, /)")]
    fn truncate(t: &mut Thread, this: &Object<Self>, pos: Option<Ref<'_>>) -> Result<Value> {
        TextWrapper::flush(t, this)?;
        let buffer = this.open_buffer(t)?;
        match pos {
            Some(pos) => method(t, buffer.borrow(), "truncate", &[pos]),
            None => {
                let place = TextWrapper::tell(t, this)?;
                method(t, buffer.borrow(), "truncate", &[place.borrow()])
            }
        }
    }

    #[method]
    fn close(t: &mut Thread, this: &Object<Self>) -> Result<()> {
        let Some(buffer) = this.buffer.get(t, this.header()) else { return Ok(()) };
        if is_closed(t, buffer.borrow())? {
            return Ok(());
        }
        let flushed = method(t, this.borrow(), "flush", &[]);
        let closed = method(t, buffer.borrow(), "close", &[]);
        flushed?;
        closed.map(drop)
    }

    #[method]
    fn detach(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        TextWrapper::flush(t, this)?;
        match this.buffer.replace(t, this.header(), None) {
            Some(buffer) => Ok(buffer),
            None => raise!(t, ValueError, "underlying buffer has been detached"),
        }
    }

    #[method]
    fn fileno(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        let buffer = this.open_buffer(t)?;
        method(t, buffer.borrow(), "fileno", &[])
    }

    #[method]
    fn isatty(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        let buffer = this.open_buffer(t)?;
        method(t, buffer.borrow(), "isatty", &[])
    }

    #[method]
    fn readable(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        let buffer = this.open_buffer(t)?;
        method(t, buffer.borrow(), "readable", &[])
    }

    #[method]
    fn writable(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        let buffer = this.open_buffer(t)?;
        method(t, buffer.borrow(), "writable", &[])
    }

    #[method]
    fn seekable(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        let buffer = this.open_buffer(t)?;
        method(t, buffer.borrow(), "seekable", &[])
    }

    #[getter]
    fn closed(t: &mut Thread, this: &Object<Self>) -> Result<bool> {
        match this.buffer.get(t, this.header()) {
            Some(buffer) => is_closed(t, buffer.borrow()),
            None => raise!(t, ValueError, "underlying buffer has been detached"),
        }
    }

    #[getter]
    fn name(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        match this.buffer.get(t, this.header()) {
            Some(buffer) => attribute(t, buffer.borrow(), "name"),
            None => raise!(t, ValueError, "underlying buffer has been detached"),
        }
    }

    #[getter]
    fn buffer(t: &Thread, this: &Object<Self>) -> Option<Value> {
        this.buffer.get(t, this.header())
    }

    #[getter]
    fn encoding(t: &Thread, this: &Object<Self>) -> Option<Value> {
        this.encoding.get(t, this.header())
    }

    #[getter]
    fn errors(t: &Thread, this: &Object<Self>) -> Option<Value> {
        this.errors.get(t, this.header())
    }

    #[getter]
    fn newlines(t: &Thread, this: &Object<Self>) -> Value {
        this.seen.value(t)
    }

    #[getter]
    fn line_buffering(&self) -> bool {
        self.line_buffering.load(Ordering::Relaxed)
    }

    #[getter]
    fn write_through(&self) -> bool {
        self.write_through.load(Ordering::Relaxed)
    }

    #[getter(name = "_CHUNK_SIZE")]
    fn chunk_size(_this: &Object<Self>) -> usize {
        CHUNK
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Self>) -> Result<String> {
        let mut shown = format!("<{}", this.borrow().class(t).full_name(t));
        for name in ["name", "mode", "encoding"] {
            if let Some(value) = super::calls::attribute_if_any(t, this.borrow(), name)? {
                let value = ungil_objects::protocol::text::repr(t, value.borrow())?;
                shown.push_str(&format!(" {name}={}", &**value));
            }
        }
        Ok(shown + ">")
    }
}
