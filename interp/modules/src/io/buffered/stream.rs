//! What the buffered streams do: moving bytes between a program, a buffer and a raw stream.
//!
//! The bytes read ahead and the bytes not yet written lie in the payload under its lock, which is only held to look at them or change
//! them. Moving bytes from or to the raw stream takes the stream's turn.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ungil_objects::error::Result;
use ungil_objects::fields::{Guarded, Slot};
use ungil_objects::layout::Payload;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::convert;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::int::Int;
use ungil_objects::{Ref, Thread, Value, raise};

use crate::io::base::is_closed;
use crate::io::calls::{asks, attribute_if_any, bytes_read, method, unsupported};
use crate::io::file::FileIo;
use crate::io::turn::Turn;

/// What the buffered streams have in common.
#[derive(Default)]
pub struct Buffer {
    pub(super) raw: Slot,
    pub(super) bytes: Guarded<Content>,
    pub(super) size: AtomicUsize,
    pub(super) turn: Turn,
    pub(super) finalising: AtomicBool,
}

#[derive(Default)]
pub(super) struct Content {
    /// Bytes read from the raw stream; those before `at` were given out.
    pub(super) ahead: Vec<u8>,
    pub(super) at: usize,
    /// Bytes for the raw stream.
    pub(super) unwritten: Vec<u8>,
}

impl Content {
    pub(super) fn rest(&self) -> &[u8] {
        &self.ahead[self.at..]
    }

    /// Gives out at most `size` bytes.
    pub(super) fn take(&mut self, size: usize) -> Vec<u8> {
        let end = self.at.saturating_add(size).min(self.ahead.len());
        let taken = self.ahead[self.at..end].to_vec();
        self.at = end;
        if end == self.ahead.len() {
            self.ahead.clear();
            self.at = 0;
        }
        taken
    }
}

/// A buffered stream.
pub trait Buffered: Payload {
    fn buffer(&self) -> &Buffer;
}

/// Makes a stream over a raw one.
pub fn make<B: Buffered + Default>(t: &Thread, raw: Value, size: usize) -> Obj<B> {
    let stream = t.alloc(B::default());
    start(t, &stream, raw, size);
    stream
}

pub(super) fn start<B: Buffered>(t: &Thread, this: &Object<B>, raw: Value, size: usize) {
    let state = this.buffer();
    state.raw.set(t, this.header(), raw);
    state.size.store(size, Ordering::Relaxed);
    state.bytes.with(t, this.header(), |bytes| *bytes = Content::default());
}

pub(super) fn initialise<B: Buffered>(
    t: &mut Thread,
    this: &Object<B>,
    raw: Ref<'_>,
    size: Option<Ref<'_>>,
) -> Result<()> {
    let size = match size {
        None => crate::io::BUFFER_SIZE as i64,
        Some(size) => convert::to_i64(t, size)?,
    };
    match usize::try_from(size) {
        Ok(size) if size > 0 => start(t, this, raw.to_value(), size.min(1 << 30)),
        _ => raise!(t, ValueError, "buffer size must be strictly positive"),
    }
    Ok(())
}

pub(super) fn raw<B: Buffered>(t: &Thread, this: &Object<B>) -> Result<Value> {
    match this.buffer().raw.get(t, this.header()) {
        Some(raw) => Ok(raw),
        None => raise!(t, ValueError, "raw stream has been detached"),
    }
}

/// The raw stream, if it is open.
pub(super) fn open_raw<B: Buffered>(t: &mut Thread, this: &Object<B>, doing: &str) -> Result<Value> {
    let raw = raw(t, this)?;
    let closed = match raw.downcast_ref::<FileIo>() {
        Some(file) => !file.is_open(),
        None => is_closed(t, raw.borrow())?,
    };
    if closed {
        raise!(t, ValueError, "{doing} closed file");
    }
    Ok(raw)
}

pub(super) fn with<B: Buffered, R>(t: &Thread, this: &Object<B>, work: impl FnOnce(&mut Content) -> R) -> R {
    this.buffer().bytes.with(t, this.header(), work)
}

pub(super) fn raw_read(t: &mut Thread, raw: Ref<'_>, size: Option<usize>) -> Result<Option<Vec<u8>>> {
    if let Some(file) = raw.downcast_exact::<FileIo>(t) {
        return file.read_bytes(t, size);
    }
    let read = match size {
        Some(size) => {
            let size = Int::from_i64(t, size as i64);
            method(t, raw, "read", &[size.borrow()])?
        }
        None => method(t, raw, "readall", &[])?,
    };
    bytes_read(t, read, "read")
}

/// Reads once from the raw stream into the buffer; `false` at the end or if that would block.
pub(super) fn fill<B: Buffered>(
    t: &mut Thread,
    this: &Object<B>,
    raw: Ref<'_>,
    wanted: usize,
) -> Result<bool> {
    let size = wanted.max(this.buffer().size.load(Ordering::Relaxed));
    match raw_read(t, raw, Some(size))? {
        Some(bytes) if !bytes.is_empty() => {
            with(t, this, |content| content.ahead.extend_from_slice(&bytes));
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Reads `size` bytes, fewer only at the end; all without a size.
pub fn read<B: Buffered>(t: &mut Thread, this: &Object<B>, size: Option<usize>) -> Result<Value> {
    let raw = open_raw(t, this, "read of")?;
    if let Some(size) = size
        && let Some(bytes) = with(t, this, |content| {
            (content.rest().len() >= size && content.unwritten.is_empty()).then(|| content.take(size))
        })
    {
        return Ok(Bytes::from_slice(t, &bytes).into_value());
    }
    let turn = this.buffer().turn.take(t)?;
    write_out(t, this, raw.borrow())?;
    let Some(size) = size else {
        let mut all = with(t, this, |content| content.take(usize::MAX));
        let rest = match raw.downcast_ref::<FileIo>() {
            Some(_) => raw_read(t, raw.borrow(), None)?,
            None => read_rest(t, raw.borrow())?,
        };
        if rest.is_none() && all.is_empty() {
            return Ok(Value::NONE);
        }
        all.extend(rest.unwrap_or_default());
        return Ok(Bytes::from_slice(t, &all).into_value());
    };
    loop {
        let missing = with(t, this, |content| size.saturating_sub(content.rest().len()));
        if missing == 0 || !fill(t, this, raw.borrow(), missing)? {
            break;
        }
    }
    drop(turn);
    let bytes = with(t, this, |content| content.take(size));
    Ok(Bytes::from_slice(t, &bytes).into_value())
}

pub(super) fn read_rest(t: &mut Thread, raw: Ref<'_>) -> Result<Option<Vec<u8>>> {
    if attribute_if_any(t, raw, "readall")?.is_some() {
        return raw_read(t, raw, None);
    }
    let mut all = Vec::new();
    while let Some(bytes) = raw_read(t, raw, Some(crate::io::BUFFER_SIZE))?.filter(|bytes| !bytes.is_empty())
    {
        all.extend(bytes);
    }
    Ok(Some(all))
}

/// Reads at most `size` bytes by one call of the raw stream, or none if there are bytes already.
pub fn read_once<B: Buffered>(t: &mut Thread, this: &Object<B>, size: Option<usize>) -> Result<Vec<u8>> {
    let raw = open_raw(t, this, "read of")?;
    let size = size.unwrap_or_else(|| this.buffer().size.load(Ordering::Relaxed));
    let turn = this.buffer().turn.take(t)?;
    write_out(t, this, raw.borrow())?;
    if size > 0 && with(t, this, |content| content.rest().is_empty()) {
        fill(t, this, raw.borrow(), 0)?;
    }
    drop(turn);
    Ok(with(t, this, |content| content.take(size)))
}

pub(super) fn read_line<B: Buffered>(
    t: &mut Thread,
    this: &Object<B>,
    limit: Option<usize>,
) -> Result<Vec<u8>> {
    let raw = open_raw(t, this, "readline of")?;
    let limit = limit.unwrap_or(usize::MAX);
    let mut line = Vec::new();
    let turn = this.buffer().turn.take(t)?;
    write_out(t, this, raw.borrow())?;
    loop {
        let done = with(t, this, |content| {
            let rest = content.rest();
            let end = memchr::memchr(b'\n', rest).map(|at| at + 1);
            let wanted = limit - line.len();
            let take = end.unwrap_or(rest.len()).min(wanted);
            line.extend(content.take(take));
            end.is_some_and(|end| end == take) || line.len() == limit
        });
        if done || !fill(t, this, raw.borrow(), 0)? {
            break;
        }
    }
    drop(turn);
    Ok(line)
}

/// Writes all that waits to the raw stream. In the stream's turn.
pub(super) fn write_out<B: Buffered>(t: &mut Thread, this: &Object<B>, raw: Ref<'_>) -> Result<()> {
    let bytes = with(t, this, |content| std::mem::take(&mut content.unwritten));
    let mut written = 0;
    while written < bytes.len() {
        let rest = &bytes[written..];
        let outcome = match raw.downcast_exact::<FileIo>(t) {
            Some(file) => file.write_bytes(t, rest),
            None => {
                let rest = Bytes::from_slice(t, rest);
                method(t, raw, "write", &[rest.borrow()]).and_then(|count| match count.is_none() {
                    true => Ok(None),
                    false => convert::to_i64(t, count.borrow()).map(|count| usize::try_from(count).ok()),
                })
            }
        };
        match outcome {
            Ok(Some(count)) if count <= rest.len() => written += count,
            failed => {
                // What was not written stays in front of what has come meanwhile.
                with(t, this, |content| {
                    content.unwritten.splice(0..0, bytes[written..].iter().copied());
                });
                return match failed {
                    Err(raised) => Err(raised),
                    Ok(Some(count)) => {
                        let len = bytes.len() - written;
                        raise!(
                            t,
                            OSError,
                            "raw write() returned invalid length {count} (should have been between 0 and {len})"
                        )
                    }
                    Ok(None) => raise!(t, BlockingIOError, "write could not complete without blocking"),
                };
            }
        }
    }
    Ok(())
}

/// Puts bytes in line for the raw stream.
pub fn write<B: Buffered>(t: &mut Thread, this: &Object<B>, bytes: &[u8]) -> Result<()> {
    let raw = open_raw(t, this, "write to")?;
    if with(t, this, |content| !content.ahead.is_empty()) {
        let turn = this.buffer().turn.take(t)?;
        forget_ahead(t, this, raw.borrow())?;
        drop(turn);
    }
    let waiting = with(t, this, |content| {
        content.unwritten.extend_from_slice(bytes);
        content.unwritten.len()
    });
    if waiting > this.buffer().size.load(Ordering::Relaxed) {
        let turn = this.buffer().turn.take(t)?;
        write_out(t, this, raw.borrow())?;
        drop(turn);
    }
    Ok(())
}

/// Moves the raw stream back to where the program has read to.
pub(super) fn forget_ahead<B: Buffered>(t: &mut Thread, this: &Object<B>, raw: Ref<'_>) -> Result<()> {
    let ahead = with(t, this, |content| {
        let ahead = content.rest().len();
        (content.ahead, content.at) = (Vec::new(), 0);
        ahead
    });
    if ahead > 0 {
        let back = Int::from_i64(t, -(ahead as i64));
        method(t, raw, "seek", &[back.borrow(), Value::from_i32(1).borrow()])?;
    }
    Ok(())
}

pub fn flush<B: Buffered>(t: &mut Thread, this: &Object<B>) -> Result<()> {
    let raw = open_raw(t, this, "flush of")?;
    let turn = this.buffer().turn.take(t)?;
    write_out(t, this, raw.borrow())?;
    drop(turn);
    if raw.borrow().downcast_exact::<FileIo>(t).is_none() {
        method(t, raw.borrow(), "flush", &[])?;
    }
    Ok(())
}

pub(super) fn seek<B: Buffered>(t: &mut Thread, this: &Object<B>, offset: i64, whence: i32) -> Result<Value> {
    if !(0..=2).contains(&whence) {
        raise!(t, ValueError, "whence value {whence} unsupported");
    }
    let raw = open_raw(t, this, "seek of")?;
    if !asks(t, raw.borrow(), "seekable")? {
        return Err(unsupported(t, "File or stream is not seekable."));
    }
    let turn = this.buffer().turn.take(t)?;
    write_out(t, this, raw.borrow())?;
    let ahead = with(t, this, |content| content.rest().len() as i64);
    let offset = Int::from_i64(t, if whence == 1 { offset - ahead } else { offset });
    let place = method(t, raw.borrow(), "seek", &[offset.borrow(), Value::from_i32(whence).borrow()])?;
    with(t, this, |content| (content.ahead, content.at) = (Vec::new(), 0));
    drop(turn);
    Ok(place)
}

pub(super) fn tell<B: Buffered>(t: &mut Thread, this: &Object<B>) -> Result<i64> {
    let raw = open_raw(t, this, "tell of")?;
    let place = method(t, raw.borrow(), "tell", &[])?;
    let place = convert::to_i64(t, place.borrow())?;
    Ok(with(t, this, |content| place - content.rest().len() as i64 + content.unwritten.len() as i64))
}

pub(super) fn close<B: Buffered>(t: &mut Thread, this: &Object<B>) -> Result<()> {
    let Some(raw) = this.buffer().raw.get(t, this.header()) else { return Ok(()) };
    if is_closed(t, raw.borrow())? {
        return Ok(());
    }
    let flushed = method(t, this.borrow(), "flush", &[]);
    let closed = method(t, raw.borrow(), "close", &[]);
    flushed?;
    closed.map(drop)
}

pub(super) fn repr<B: Buffered>(t: &mut Thread, this: &Object<B>) -> Result<String> {
    let class = this.borrow().class(t).full_name(t);
    let name = match this.buffer().raw.get(t, this.header()) {
        Some(raw) => attribute_if_any(t, raw.borrow(), "name")?,
        None => None,
    };
    match name {
        Some(name) => {
            let name = ungil_objects::protocol::text::repr(t, name.borrow())?;
            Ok(format!("<{class} name={}>", &**name))
        }
        None => Ok(format!("<{class}>")),
    }
}
