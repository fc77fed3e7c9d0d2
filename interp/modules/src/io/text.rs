//! `TextIOWrapper`: text over a buffered stream of bytes.
//!
//! Text that was decoded and bytes that wait to be written lie in the payload under its lock; whole strings are added at once, so
//! that what several threads print does not mix within a string. UTF-8, UTF-16, UTF-32, ASCII and Latin-1 are decoded here, other
//! encodings by the codec's incremental decoder.

use std::sync::atomic::{AtomicBool, Ordering};

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::fields::{Guarded, Slot};
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{call, codec, convert};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, payload, raise};
use ungil_text::codec::{ByteOrder, Encoding};
use ungil_text::{TextBuf, TextRef};

use super::base::{TextBase, is_closed};
use super::buffered::{self, Reader, Writer};
use super::calls::{attribute, bytes_read, method, unsupported};
use super::newline::{Newline, Seen};

/// The payload of `TextIOWrapper`.
pub struct TextWrapper {
    /// Empty before `__init__` and after `detach`.
    buffer: Slot,
    encoding: Slot,
    errors: Slot,
    /// The codec's incremental decoder, if the encoding is not native.
    decoder: Slot,
    line_buffering: AtomicBool,
    write_through: AtomicBool,
    seen: Seen,
    state: Guarded<State>,
}

struct State {
    native: Option<Encoding>,
    newline: Newline,
    /// Encoded text that waits to be written.
    unwritten: Vec<u8>,
    /// Decoded text; what lies before `at` was given out.
    text: TextBuf,
    at: usize,
    /// The bytes that `text` was decoded from, with what follows.
    chunk: Vec<u8>,
    /// Bytes at the end of `chunk` that are the start of a character.
    rest: usize,
    /// A `\r` at the end of `chunk` that waits for what follows it.
    held: bool,
    /// Whether anything was written: marks are only written at the start.
    wrote: bool,
}

impl Default for State {
    fn default() -> State {
        State {
            native: Some(Encoding::Utf8),
            newline: Newline::Translated,
            unwritten: Vec::new(),
            text: TextBuf::new(),
            at: 0,
            chunk: Vec::new(),
            rest: 0,
            held: false,
            wrote: false,
        }
    }
}

impl State {
    fn forget_read(&mut self) {
        (self.text, self.at, self.rest, self.held) = (TextBuf::new(), 0, 0, false);
        self.chunk.clear();
    }

    fn remaining(&self) -> usize {
        self.text.len() - self.at
    }

    fn take(&mut self, count: usize) -> TextBuf {
        let end = self.at + count.min(self.remaining());
        let taken = self.text.as_text().slice(self.at..end).to_buf();
        self.at = end;
        taken
    }
}

/// Bytes asked for at once.
const CHUNK: usize = 8192;

payload!(TextWrapper, collected);

impl Trace for TextWrapper {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.buffer.trace(tracer);
        self.encoding.trace(tracer);
        self.errors.trace(tracer);
        self.decoder.trace(tracer);
    }
}

impl TextWrapper {
    fn empty() -> TextWrapper {
        TextWrapper {
            buffer: Slot::empty(),
            encoding: Slot::empty(),
            errors: Slot::empty(),
            decoder: Slot::empty(),
            line_buffering: AtomicBool::new(false),
            write_through: AtomicBool::new(false),
            seen: Seen::default(),
            state: Guarded::new(State::default()),
        }
    }

    /// UTF-8 text over a buffered stream.
    pub fn make(
        t: &mut Thread,
        buffer: Value,
        encoding: Option<Ref<'_>>,
        errors: Option<Ref<'_>>,
        newline: Newline,
        line_buffering: bool,
    ) -> Result<Obj<TextWrapper>> {
        let stream = t.alloc(TextWrapper::empty());
        stream.set_encoding(t, encoding, errors)?;
        stream.buffer.set(t, stream.header(), buffer);
        stream.line_buffering.store(line_buffering, Ordering::Relaxed);
        stream.with(t, |state| state.newline = newline);
        Ok(stream)
    }
}

trait Stream {
    fn with<R>(&self, t: &Thread, work: impl FnOnce(&mut State) -> R) -> R;
    fn set_encoding(&self, t: &mut Thread, encoding: Option<Ref<'_>>, errors: Option<Ref<'_>>) -> Result<()>;
    fn open_buffer(&self, t: &mut Thread) -> Result<Value>;
    fn errors_name(&self, t: &Thread) -> String;
    fn encode(&self, t: &mut Thread, text: TextRef<'_>) -> Result<Vec<u8>>;
    fn decode(&self, t: &mut Thread, bytes: Vec<u8>, last: bool) -> Result<TextBuf>;
    fn fill(&self, t: &mut Thread, buffer: Ref<'_>) -> Result<bool>;
    fn push_out(&self, t: &mut Thread, buffer: Ref<'_>) -> Result<()>;
    fn line(&self, t: &mut Thread, limit: Option<usize>) -> Result<TextBuf>;
}

impl Stream for Object<TextWrapper> {
    fn with<R>(&self, t: &Thread, work: impl FnOnce(&mut State) -> R) -> R {
        self.state.with(t, self.header(), work)
    }

    fn set_encoding(&self, t: &mut Thread, encoding: Option<Ref<'_>>, errors: Option<Ref<'_>>) -> Result<()> {
        let text_of = |t: &Thread, value: Option<Ref<'_>>, name: &str, default: &str| -> Result<Value> {
            match value.filter(|value| !value.is_none()) {
                None => Ok(Str::from_str(t, default).into_value()),
                Some(value) if value.downcast::<Str>().is_some() => Ok(value.to_value()),
                Some(value) => {
                    let class = value.class(t).name(t);
                    raise!(t, TypeError, "TextIOWrapper() argument '{name}' must be str or None, not {class}")
                }
            }
        };
        let encoding = text_of(t, encoding, "encoding", "utf-8")?;
        let errors = text_of(t, errors, "errors", "strict")?;
        let mut name = encoding.downcast_ref::<Str>().map(|name| name.to_string()).unwrap_or_default();
        let encoding = if name == "locale" {
            name = "utf-8".to_owned();
            Str::from_str(t, "utf-8").into_value()
        } else {
            encoding
        };
        let native = Encoding::from_name(&name);
        let decoder = match native {
            Some(_) => None,
            None => {
                let found = codec::lookup(t, &name)?;
                let class = attribute(t, found.borrow(), "incrementaldecoder")?;
                Some(call::call(t, class.borrow(), &[errors.borrow()])?)
            }
        };
        drop(self.decoder.replace(t, self.header(), decoder));
        self.encoding.set(t, self.header(), encoding);
        self.errors.set(t, self.header(), errors);
        self.with(t, |state| state.native = native);
        Ok(())
    }

    /// The buffered stream, if it is open.
    fn open_buffer(&self, t: &mut Thread) -> Result<Value> {
        let Some(buffer) = self.buffer.get(t, self.header()) else {
            raise!(t, ValueError, "underlying buffer has been detached");
        };
        if is_closed(t, buffer.borrow())? {
            raise!(t, ValueError, "I/O operation on closed file.");
        }
        Ok(buffer)
    }

    fn errors_name(&self, t: &Thread) -> String {
        let errors = self.errors.get(t, self.header());
        errors
            .and_then(|errors| errors.downcast_ref::<Str>().map(|name| name.to_string()))
            .unwrap_or_default()
    }

    fn encode(&self, t: &mut Thread, text: TextRef<'_>) -> Result<Vec<u8>> {
        let (native, wrote) = self.with(t, |state| (state.native, std::mem::replace(&mut state.wrote, true)));
        if let (Some(Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1), TextRef::Ascii(units)) =
            (native, text)
        {
            return Ok(units.to_vec());
        }
        let errors = self.errors_name(t);
        let native = native.map(|encoding| match encoding {
            Encoding::Utf16(ByteOrder::Marked) if wrote => Encoding::Utf16(NATIVE),
            Encoding::Utf32(ByteOrder::Marked) if wrote => Encoding::Utf32(NATIVE),
            Encoding::Utf8Sig if wrote => Encoding::Utf8,
            encoding => encoding,
        });
        if let Some(encoding) = native {
            return codec::encode(t, text, encoding, &errors);
        }
        let encoding = self.encoding.get(t, self.header()).unwrap_or(Value::NONE);
        let errors = Str::from_str(t, &errors);
        let text = Str::from_text(t, text);
        let bytes = codec::encode_value(t, &text, encoding.downcast_ref::<Str>(), Some(&errors))?;
        Ok(bytes_read(t, bytes, "encode")?.unwrap_or_default())
    }

    /// Decodes bytes behind those that are left of the last ones, and translates line ends.
    fn decode(&self, t: &mut Thread, bytes: Vec<u8>, last: bool) -> Result<TextBuf> {
        let (native, newline, start) = self.with(t, |state| {
            let rest = state.rest;
            let start = state.chunk[state.chunk.len() - rest..].to_vec();
            state.chunk.extend_from_slice(&bytes);
            (state.native, state.newline, start)
        });
        let mut text = match native {
            Some(encoding) => {
                let errors = self.errors_name(t);
                let whole = if start.is_empty() { bytes } else { [start, bytes].concat() };
                let decoded = codec::decode(t, &whole, encoding, &errors, last)?;
                let consumed = decoded.consumed;
                self.with(t, |state| {
                    state.rest = whole.len() - consumed;
                    state.native = match encoding {
                        // The mark has been read: what follows has the order that it said.
                        Encoding::Utf16(ByteOrder::Marked) if consumed > 0 => {
                            Some(Encoding::Utf16(marked(&whole)))
                        }
                        Encoding::Utf32(ByteOrder::Marked) if consumed > 0 => {
                            Some(Encoding::Utf32(marked(&whole)))
                        }
                        encoding => Some(encoding),
                    };
                });
                decoded.text
            }
            None => {
                let decoder = self.decoder.get(t, self.header()).unwrap_or(Value::NONE);
                let bytes = Bytes::from_slice(t, &bytes);
                let decoded = method(
                    t,
                    decoder.borrow(),
                    "decode",
                    &[bytes.borrow(), Value::from_bool(last).borrow()],
                )?;
                match decoded.downcast_ref::<Str>() {
                    Some(text) => text.text().to_buf(),
                    None => raise!(t, TypeError, "decoder should return a string result"),
                }
            }
        };
        if newline.is_universal() {
            let held = self.with(t, |state| {
                let before = std::mem::take(&mut state.held);
                let view = text.as_text();
                state.held = !last && view.get(view.len().wrapping_sub(1)) == Some(0x0d);
                (before, state.held)
            });
            if held.0 || held.1 {
                let mut whole = TextBuf::new();
                if held.0 {
                    whole.push(0x0d);
                }
                whole.push_text(text.as_text().slice(0..text.len() - usize::from(held.1)));
                text = whole;
            }
            text = self.seen.scan(text, newline == Newline::Translated);
        }
        Ok(text)
    }

    /// Reads and decodes once more; `false` at the end.
    fn fill(&self, t: &mut Thread, buffer: Ref<'_>) -> Result<bool> {
        let bytes = match buffer.downcast_exact::<Reader>(t) {
            Some(reader) => buffered::read_once(t, reader, Some(CHUNK))?,
            None => {
                let name = match super::calls::attribute_if_any(t, buffer, "read1")? {
                    Some(_) => "read1",
                    None => "read",
                };
                let read = method(t, buffer, name, &[Value::from_i32(CHUNK as i32).borrow()])?;
                bytes_read(t, read, name)?.unwrap_or_default()
            }
        };
        let last = bytes.is_empty();
        self.with(t, |state| {
            if state.remaining() == 0 {
                let kept = state.rest + usize::from(state.held);
                let gone = state.chunk.len() - kept.min(state.chunk.len());
                state.chunk.drain(..gone);
                (state.text, state.at) = (TextBuf::new(), 0);
            }
        });
        let text = self.decode(t, bytes, last)?;
        let any = !text.is_empty();
        self.with(t, |state| match state.text.is_empty() {
            true => state.text = text,
            false => state.text.push_text(text.as_text()),
        });
        Ok(!last || any)
    }

    /// Hands what waits to the buffered stream.
    fn push_out(&self, t: &mut Thread, buffer: Ref<'_>) -> Result<()> {
        let bytes = self.with(t, |state| std::mem::take(&mut state.unwritten));
        if bytes.is_empty() {
            return Ok(());
        }
        match buffer.downcast_exact::<Writer>(t) {
            Some(writer) => buffered::write(t, writer, &bytes),
            None => {
                let bytes = Bytes::from_slice(t, &bytes);
                method(t, buffer, "write", &[bytes.borrow()]).map(drop)
            }
        }
    }

    fn line(&self, t: &mut Thread, limit: Option<usize>) -> Result<TextBuf> {
        let buffer = self.open_buffer(t)?;
        let limit = limit.unwrap_or(usize::MAX);
        let mut line = TextBuf::new();
        let mut last = false;
        loop {
            let done = self.with(t, |state| {
                let rest = state.text.as_text().slice(state.at..state.text.len());
                let end = state.newline.line_end(rest, last);
                // Half of a line end is not given out, unless nothing follows.
                let split = end.is_none()
                    && !last
                    && matches!(state.newline, Newline::Only("\r\n") | Newline::Universal)
                    && rest.get(rest.len().wrapping_sub(1)) == Some(0x0d);
                let take = end.unwrap_or(rest.len() - usize::from(split)).min(limit - line.len());
                let taken = state.take(take);
                line.push_text(taken.as_text());
                end == Some(take) || line.len() == limit
            });
            if done || last {
                return Ok(line);
            }
            last = !self.fill(t, buffer.borrow())?;
        }
    }
}

const NATIVE: ByteOrder = if cfg!(target_endian = "big") { ByteOrder::Big } else { ByteOrder::Little };

/// The byte order that a mark at the start says.
fn marked(bytes: &[u8]) -> ByteOrder {
    match bytes {
        [0xff, 0xfe, ..] => ByteOrder::Little,
        [0xfe, 0xff, ..] | [0, 0, 0xfe, 0xff, ..] => ByteOrder::Big,
        _ => NATIVE,
    }
}

/// How many bytes at the end of `bytes` are the last `count` characters of text.
fn bytes_of_last(bytes: &[u8], count: usize, encoding: Encoding, translated: bool) -> Option<usize> {
    let mut at = bytes.len();
    for _ in 0..count {
        at = at.checked_sub(1)?;
        match encoding {
            Encoding::Ascii | Encoding::Latin1 => {}
            Encoding::Utf8 | Encoding::Utf8Sig => {
                while bytes[at] & 0xc0 == 0x80 {
                    at = at.checked_sub(1)?;
                }
            }
            _ => return None,
        }
        if translated && bytes[at] == b'\n' && at > 0 && bytes[at - 1] == b'\r' {
            at -= 1;
        }
    }
    Some(bytes.len() - at)
}

/// Character and line based layer over a BufferedIOBase object, buffer.
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
