//! `BytesIO`: a stream of bytes in memory, kept in a `bytearray` that views can look at.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::fields::Fixed;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{buffer, convert};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::bytearray::ByteArray;
use ungil_objects::types::int::Int;
use ungil_objects::types::memoryview::MemoryView;
use ungil_objects::{Ref, Thread, Value, payload, raise};

use super::base::{BufferedBase, read_into};

/// The payload of `BytesIO`.
pub struct BytesIo {
    content: Fixed,
    /// Threads that share a stream may read a byte twice, as CPython's do.
    at: AtomicUsize,
    closed: AtomicBool,
}

payload!(BytesIo, collected);

impl Trace for BytesIo {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.content.trace(tracer);
    }
}

impl BytesIo {
    fn array(&self, t: &Thread) -> Result<&Object<ByteArray>> {
        match self.content.get().downcast::<ByteArray>() {
            Some(array) if !self.closed.load(Ordering::Relaxed) => Ok(array),
            _ => raise!(t, ValueError, "I/O operation on closed file."),
        }
    }

    fn take(&self, t: &Thread, size: Option<usize>) -> Result<Vec<u8>> {
        let array = self.array(t)?;
        let at = self.at.load(Ordering::Relaxed);
        let bytes = array.with(t, |bytes| {
            let start = at.min(bytes.len());
            bytes[start..start.saturating_add(size.unwrap_or(usize::MAX)).min(bytes.len())].to_vec()
        });
        self.at.store(at + bytes.len(), Ordering::Relaxed);
        Ok(bytes)
    }

    fn line(&self, t: &Thread, limit: Option<usize>) -> Result<Vec<u8>> {
        let at = self.at.load(Ordering::Relaxed);
        let end = self.array(t)?.with(t, |bytes| {
            let rest = &bytes[at.min(bytes.len())..];
            memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)
        });
        self.take(t, Some(end.min(limit.unwrap_or(usize::MAX))))
    }
}

/// A binary file that is kept in memory only.
#[class(name = "BytesIO", module = "_io", base = BufferedBase, attributes)]
impl BytesIo {
    #[new]
    fn new_stream(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<BytesIo> {
        let content = Fixed::new(ByteArray::from_vec(t, Vec::new()).into_value());
        let stream = BytesIo { content, at: AtomicUsize::new(0), closed: AtomicBool::new(false) };
        t.alloc_with_shape(class.root_shape(), stream)
    }

    #[method(signature = "(initial_bytes=b'')")]
    fn __init__(t: &mut Thread, this: &Object<Self>, initial_bytes: Option<Ref<'_>>) -> Result<()> {
        let bytes = match initial_bytes.filter(|initial| !initial.is_none()) {
            Some(initial) => buffer::argument(t, initial)?.into_owned(),
            None => Vec::new(),
        };
        this.at.store(0, Ordering::Relaxed);
        this.array(t)?.resize(t, |content| *content = bytes)
    }

    #[method]
    fn write(t: &mut Thread, this: &Object<Self>, bytes: Ref<'_>) -> Result<usize> {
        let bytes = buffer::argument(t, bytes)?;
        let array = this.array(t)?;
        let at = this.at.load(Ordering::Relaxed);
        if bytes.is_empty() {
            return Ok(0);
        }
        array.resize(t, |content| {
            let end = at + bytes.len();
            if at >= content.len() {
                content.resize(at, 0);
                content.extend_from_slice(&bytes);
            } else {
                if end > content.len() {
                    content.resize(end, 0);
                }
                content[at..end].copy_from_slice(&bytes);
            }
        })?;
        this.at.store(at + bytes.len(), Ordering::Relaxed);
        Ok(bytes.len())
    }

    #[method(signature = "(size=-1, /)")]
    fn read(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<Vec<u8>> {
        let size = super::calls::size(t, size)?;
        this.take(t, size)
    }

    #[method(signature = "(size=-1, /)")]
    fn read1(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<Vec<u8>> {
        let size = super::calls::size(t, size)?;
        this.take(t, size)
    }

    #[method]
    fn readinto(t: &mut Thread, this: &Object<Self>, target: Ref<'_>) -> Result<usize> {
        this.array(t)?;
        read_into(t, this.borrow(), target, "read")
    }

    #[method(signature = "(size=-1, /)")]
    fn readline(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<Vec<u8>> {
        let size = super::calls::size(t, size)?;
        this.line(t, size)
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Self>) -> Result<Option<Value>> {
        let line = this.line(t, None)?;
        Ok((!line.is_empty()).then(|| ungil_objects::types::bytes::Bytes::from_slice(t, &line).into_value()))
    }

    #[method]
    fn getvalue(t: &Thread, this: &Object<Self>) -> Result<Vec<u8>> {
        Ok(this.array(t)?.with(t, |bytes| bytes.to_vec()))
    }

    #[method]
    fn getbuffer(t: &Thread, this: &Object<Self>) -> Result<Obj<MemoryView>> {
        MemoryView::new(t, this.array(t)?.borrow())
    }

    #[method]
    fn tell(t: &Thread, this: &Object<Self>) -> Result<usize> {
        this.array(t)?;
        Ok(this.at.load(Ordering::Relaxed))
    }

    #[method(signature = "(pos, whence=0, /)")]
    fn seek(t: &mut Thread, this: &Object<Self>, pos: i64, whence: i64) -> Result<usize> {
        let base = match whence {
            0 if pos < 0 => raise!(t, ValueError, "negative seek value {pos}"),
            0 => 0,
            1 => this.at.load(Ordering::Relaxed),
            2 => this.array(t)?.with(t, |bytes| bytes.len()),
            _ => raise!(t, ValueError, "invalid whence ({whence}, should be 0, 1 or 2)"),
        };
        this.array(t)?;
        let place = usize::try_from((base as i64).saturating_add(pos)).unwrap_or(0);
        this.at.store(place, Ordering::Relaxed);
        Ok(place)
    }

    #[method(signature = "(size=None, /)")]
    fn truncate(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<Value> {
        let size = match size.filter(|size| !size.is_none()) {
            None => this.at.load(Ordering::Relaxed),
            Some(size) => match usize::try_from(convert::to_i64(t, size)?) {
                Ok(size) => size,
                Err(_) => raise!(t, ValueError, "negative size value"),
            },
        };
        this.array(t)?.resize(t, |content| content.truncate(size))?;
        Ok(Int::from_i64(t, size as i64))
    }

    #[method]
    fn close(t: &Thread, this: &Object<Self>) -> Result<()> {
        if let Ok(array) = this.array(t) {
            array.resize(t, Vec::clear)?;
        }
        this.closed.store(true, Ordering::Relaxed);
        Ok(())
    }

    #[method]
    fn readable(t: &Thread, this: &Object<Self>) -> Result<bool> {
        this.array(t).map(|_| true)
    }

    #[method]
    fn writable(t: &Thread, this: &Object<Self>) -> Result<bool> {
        this.array(t).map(|_| true)
    }

    #[method]
    fn seekable(t: &Thread, this: &Object<Self>) -> Result<bool> {
        this.array(t).map(|_| true)
    }

    #[getter]
    fn closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }
}
