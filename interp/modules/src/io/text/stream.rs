//! What text streams do: decoding what a buffered stream gives, encoding what it takes.
//!
//! Text that was decoded and bytes that wait to be written lie in the payload under its lock; whole strings are added at once, so
//! that what several threads print does not mix within a string. UTF-8, UTF-16, UTF-32, ASCII and Latin-1 are decoded here, other
//! encodings by the codec's incremental decoder.

use std::sync::atomic::{AtomicBool, Ordering};

use ungil_objects::error::Result;
use ungil_objects::fields::{Guarded, Slot};
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{call, codec};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, payload, raise};
use ungil_text::codec::{ByteOrder, Encoding};
use ungil_text::{TextBuf, TextRef};

use crate::io::base::is_closed;
use crate::io::buffered::{self, Reader, Writer};
use crate::io::calls::{attribute, attribute_if_any, bytes_read, method};
use crate::io::newline::{Newline, Seen};

/// The payload of `TextIOWrapper`.
pub struct TextWrapper {
    /// Empty before `__init__` and after `detach`.
    pub(super) buffer: Slot,
    pub(super) encoding: Slot,
    pub(super) errors: Slot,
    /// The codec's incremental decoder, if the encoding is not native.
    pub(super) decoder: Slot,
    pub(super) line_buffering: AtomicBool,
    pub(super) write_through: AtomicBool,
    pub(super) seen: Seen,
    pub(super) state: Guarded<State>,
}

pub(super) struct State {
    pub(super) native: Option<Encoding>,
    pub(super) newline: Newline,
    /// Encoded text that waits to be written.
    pub(super) unwritten: Vec<u8>,
    /// Decoded text; what lies before `at` was given out.
    pub(super) text: TextBuf,
    pub(super) at: usize,
    /// The bytes that `text` was decoded from, with what follows.
    pub(super) chunk: Vec<u8>,
    /// Bytes at the end of `chunk` that are the start of a character.
    pub(super) rest: usize,
    /// A `\r` at the end of `chunk` that waits for what follows it.
    pub(super) held: bool,
    /// Whether anything was written: marks are only written at the start.
    pub(super) wrote: bool,
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
    pub(super) fn forget_read(&mut self) {
        (self.text, self.at, self.rest, self.held) = (TextBuf::new(), 0, 0, false);
        self.chunk.clear();
    }

    pub(super) fn remaining(&self) -> usize {
        self.text.len() - self.at
    }

    pub(super) fn take(&mut self, count: usize) -> TextBuf {
        let end = self.at + count.min(self.remaining());
        let taken = self.text.as_text().slice(self.at..end).to_buf();
        self.at = end;
        taken
    }
}

/// Bytes asked for at once.
pub(super) const CHUNK: usize = 8192;

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
    pub(super) fn empty() -> TextWrapper {
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

pub(super) trait Stream {
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
                let name = match attribute_if_any(t, buffer, "read1")? {
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
pub(super) fn marked(bytes: &[u8]) -> ByteOrder {
    match bytes {
        [0xff, 0xfe, ..] => ByteOrder::Little,
        [0xfe, 0xff, ..] | [0, 0, 0xfe, 0xff, ..] => ByteOrder::Big,
        _ => NATIVE,
    }
}

/// How many bytes at the end of `bytes` are the last `count` characters of text.
pub(super) fn bytes_of_last(
    bytes: &[u8],
    count: usize,
    encoding: Encoding,
    translated: bool,
) -> Option<usize> {
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
