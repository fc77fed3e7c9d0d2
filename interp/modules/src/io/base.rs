//! The base classes of streams: what a class that implements a few methods gets for the rest of them.
//!
//! Their methods ask the stream itself by calling its methods, so that they fit every subclass, native or not. The four classes differ in
//! what they leave to subclasses; each has a payload of its own, which holds only whether the stream was closed.

use std::sync::atomic::{AtomicBool, Ordering};

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::{Exc, Result};
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{buffer, convert, iterate};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::bytearray::ByteArray;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::list::List;
use ungil_objects::{Ref, Thread, Value, payload, raise};

use super::calls::{asks, attribute, bytes_read, method, size, unsupported};

macro_rules! bases {
    ($($(#[$doc:meta])* $payload:ident),*) => {
        $(
            $(#[$doc])*
            #[derive(Default)]
            pub struct $payload {
                closed: AtomicBool,
            }

            payload!($payload, collected);

            impl Trace for $payload {
                fn trace(&self, _: &mut Tracer<'_>) {}
            }
        )*

        /// Whether a stream that is written in Python was closed.
        fn closed_flag(stream: Ref<'_>) -> Option<&AtomicBool> {
            None$(.or_else(|| stream.downcast::<$payload>().map(|stream| &stream.closed)))*
        }
    };
}

bases! {
    /// The payload of `_io._IOBase`.
    IoBase,
    /// The payload of `_io._RawIOBase`.
    RawBase,
    /// The payload of `_io._BufferedIOBase`.
    BufferedBase,
    /// The payload of `_io._TextIOBase`.
    TextBase
}

/// Whether a stream says that it is closed.
pub fn is_closed(t: &mut Thread, stream: Ref<'_>) -> Result<bool> {
    if let Some(flag) = closed_flag(stream) {
        return Ok(flag.load(Ordering::Relaxed));
    }
    let closed = attribute(t, stream, "closed")?;
    convert::is_true(t, closed.borrow())
}

/// Refuses to work on a closed stream.
pub fn check_open(t: &mut Thread, stream: Ref<'_>) -> Result<()> {
    if is_closed(t, stream)? {
        raise!(t, ValueError, "I/O operation on closed file.");
    }
    Ok(())
}

/// What all streams have in common: lines, closing, and refusals of what a stream cannot do.
#[class(name = "_IOBase", module = "_io", attributes)]
impl IoBase {
    #[new]
    fn new_base(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<IoBase> {
        t.alloc_with_shape(class.root_shape(), IoBase::default())
    }

    #[getter]
    fn closed(this: Ref<'_>) -> bool {
        closed_flag(this).is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    #[method]
    fn close(t: &mut Thread, this: Ref<'_>) -> Result<()> {
        if is_closed(t, this)? {
            return Ok(());
        }
        let flushed = method(t, this, "flush", &[]);
        if let Some(flag) = closed_flag(this) {
            flag.store(true, Ordering::Relaxed);
        }
        flushed.map(drop)
    }

    #[method]
    fn flush(t: &mut Thread, this: Ref<'_>) -> Result<()> {
        check_open(t, this)
    }

    /// A stream that is forgotten is closed.
    #[method]
    fn __del__(t: &mut Thread, this: Ref<'_>) {
        if !is_closed(t, this).unwrap_or(true) {
            drop(method(t, this, "close", &[]));
        }
    }

    #[method(signature = "(offset, whence=0, /)")]
    fn seek(t: &mut Thread, this: Ref<'_>, offset: Ref<'_>, whence: Option<Ref<'_>>) -> Result<Value> {
        let _ = (this, offset, whence);
        Err(unsupported(t, "seek"))
    }

    #[method]
    fn tell(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        method(t, this, "seek", &[Value::from_i32(0).borrow(), Value::from_i32(1).borrow()])
    }

    #[method(signature = "(size=None, /)")]
    fn truncate(t: &mut Thread, this: Ref<'_>, size: Option<Ref<'_>>) -> Result<Value> {
        let _ = (this, size);
        Err(unsupported(t, "truncate"))
    }

    #[method]
    fn fileno(t: &mut Thread, _this: Ref<'_>) -> Result<Value> {
        Err(unsupported(t, "fileno"))
    }

    #[method]
    fn isatty(t: &mut Thread, this: Ref<'_>) -> Result<bool> {
        check_open(t, this)?;
        Ok(false)
    }

    #[method]
    fn readable(_this: Ref<'_>) -> bool {
        false
    }

    #[method]
    fn writable(_this: Ref<'_>) -> bool {
        false
    }

    #[method]
    fn seekable(_this: Ref<'_>) -> bool {
        false
    }

    #[method(name = "_checkClosed")]
    fn check_closed(t: &mut Thread, this: Ref<'_>) -> Result<()> {
        check_open(t, this)
    }

    #[method(name = "_checkReadable")]
    fn check_readable(t: &mut Thread, this: Ref<'_>) -> Result<()> {
        match asks(t, this, "readable")? {
            true => Ok(()),
            false => Err(unsupported(t, "File or stream is not readable.")),
        }
    }

    #[method(name = "_checkWritable")]
    fn check_writable(t: &mut Thread, this: Ref<'_>) -> Result<()> {
        match asks(t, this, "writable")? {
            true => Ok(()),
            false => Err(unsupported(t, "File or stream is not writable.")),
        }
    }

    #[method(name = "_checkSeekable")]
    fn check_seekable(t: &mut Thread, this: Ref<'_>) -> Result<()> {
        match asks(t, this, "seekable")? {
            true => Ok(()),
            false => Err(unsupported(t, "File or stream is not seekable.")),
        }
    }

    #[method]
    fn __enter__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        check_open(t, this)?;
        Ok(this.to_value())
    }

    #[method]
    fn __exit__(t: &mut Thread, this: Ref<'_>, _details: &[Ref<'_>]) -> Result<()> {
        method(t, this, "close", &[]).map(drop)
    }

    #[method]
    fn __iter__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        check_open(t, this)?;
        Ok(this.to_value())
    }

    #[method]
    fn __next__(t: &mut Thread, this: Ref<'_>) -> Result<Option<Value>> {
        let line = method(t, this, "readline", &[])?;
        let any = convert::is_true(t, line.borrow())?;
        Ok(any.then_some(line))
    }

    #[method(signature = "(size=-1, /)")]
    fn readline(t: &mut Thread, this: Ref<'_>, size: Option<Ref<'_>>) -> Result<Vec<u8>> {
        let limit = super::calls::size(t, size)?.unwrap_or(usize::MAX);
        let mut line = Vec::new();
        while line.len() < limit && line.last() != Some(&b'\n') {
            let read = method(t, this, "read", &[Value::from_i32(1).borrow()])?;
            match bytes_read(t, read, "read")? {
                Some(bytes) if !bytes.is_empty() => line.extend(bytes),
                _ => break,
            }
        }
        Ok(line)
    }

    #[method(signature = "(hint=-1, /)")]
    fn readlines(t: &mut Thread, this: Ref<'_>, hint: Option<Ref<'_>>) -> Result<Obj<List>> {
        let hint = size(t, hint)?.filter(|&hint| hint > 0).unwrap_or(usize::MAX);
        let (mut lines, mut total) = (Vec::new(), 0);
        let iterator = iterate::iter(t, this)?;
        while total < hint
            && let Some(line) = iterate::next(t, iterator.borrow())?
        {
            total += convert::length(t, line.borrow())?;
            lines.push(line);
        }
        Ok(List::from_values(t, lines))
    }

    #[method]
    fn writelines(t: &mut Thread, this: Ref<'_>, lines: Ref<'_>) -> Result<()> {
        check_open(t, this)?;
        iterate::each(t, lines, |t, line| method(t, this, "write", &[line.borrow()]).map(drop))
    }
}

/// Streams of bytes without a buffer. Subclasses supply `readinto` and `write`.
#[class(name = "_RawIOBase", module = "_io", base = IoBase, attributes)]
impl RawBase {
    #[new]
    fn new_base(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<RawBase> {
        t.alloc_with_shape(class.root_shape(), RawBase::default())
    }

    #[method(signature = "(size=-1, /)")]
    fn read(t: &mut Thread, this: Ref<'_>, size: Option<Ref<'_>>) -> Result<Value> {
        let Some(size) = super::calls::size(t, size)? else { return method(t, this, "readall", &[]) };
        let target = ByteArray::from_vec(t, vec![0; size]).into_value();
        let count = method(t, this, "readinto", &[target.borrow()])?;
        if count.is_none() {
            return Ok(count);
        }
        let count = convert::to_i64(t, count.borrow())?;
        let Some(count) = usize::try_from(count).ok().filter(|&count| count <= size) else {
            raise!(t, ValueError, "readinto returned {count} outside buffer size {size}");
        };
        let bytes = buffer::argument(t, target.borrow())?;
        Ok(Bytes::from_slice(t, &bytes[..count.min(bytes.len())]).into_value())
    }

    #[method]
    fn readall(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let mut all = Vec::new();
        loop {
            let read = method(t, this, "read", &[Value::from_i32(super::BUFFER_SIZE as i32).borrow()])?;
            match bytes_read(t, read, "read")? {
                None if all.is_empty() => return Ok(Value::NONE),
                Some(bytes) if !bytes.is_empty() => all.extend(bytes),
                _ => return Ok(Bytes::from_slice(t, &all).into_value()),
            }
        }
    }

    #[method]
    fn readinto(t: &mut Thread, this: Ref<'_>, target: Ref<'_>) -> Result<Value> {
        let _ = (this, target);
        Err(ungil_objects::error::Raised::with_args(t, Exc::NotImplementedError, vec![]))
    }

    #[method]
    fn write(t: &mut Thread, this: Ref<'_>, bytes: Ref<'_>) -> Result<Value> {
        let _ = (this, bytes);
        Err(ungil_objects::error::Raised::with_args(t, Exc::NotImplementedError, vec![]))
    }
}

/// Streams of bytes that may keep a buffer. Subclasses supply `read`, `read1` and `write`.
#[class(name = "_BufferedIOBase", module = "_io", base = IoBase, attributes)]
impl BufferedBase {
    #[new]
    fn new_base(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<BufferedBase> {
        t.alloc_with_shape(class.root_shape(), BufferedBase::default())
    }

    #[method]
    fn detach(t: &mut Thread, _this: Ref<'_>) -> Result<Value> {
        Err(unsupported(t, "detach"))
    }

    #[method]
    fn read(t: &mut Thread, _this: Ref<'_>, _args: &[Ref<'_>]) -> Result<Value> {
        Err(unsupported(t, "read"))
    }

    #[method]
    fn read1(t: &mut Thread, _this: Ref<'_>, _args: &[Ref<'_>]) -> Result<Value> {
        Err(unsupported(t, "read1"))
    }

    #[method]
    fn write(t: &mut Thread, this: Ref<'_>, bytes: Ref<'_>) -> Result<Value> {
        let _ = (this, bytes);
        Err(unsupported(t, "write"))
    }

    #[method]
    fn readinto(t: &mut Thread, this: Ref<'_>, target: Ref<'_>) -> Result<usize> {
        read_into(t, this, target, "read")
    }

    #[method]
    fn readinto1(t: &mut Thread, this: Ref<'_>, target: Ref<'_>) -> Result<usize> {
        read_into(t, this, target, "read1")
    }
}

/// Fills an object with what a method that reads gives.
pub fn read_into(t: &mut Thread, stream: Ref<'_>, target: Ref<'_>, name: &str) -> Result<usize> {
    let len = buffer::writable_len(t, target)?;
    let size = ungil_objects::types::int::Int::from_i64(t, len as i64);
    let read = method(t, stream, name, &[size.borrow()])?;
    let bytes = bytes_read(t, read, name)?.unwrap_or_default();
    if bytes.len() > len {
        let given = bytes.len();
        raise!(t, ValueError, "read() returned too much data: {len} bytes requested, {given} returned");
    }
    buffer::write(t, target, &bytes)?;
    Ok(bytes.len())
}

/// Streams of text. Subclasses supply reading and writing.
#[class(name = "_TextIOBase", module = "_io", base = IoBase, attributes)]
impl TextBase {
    #[new]
    fn new_base(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<TextBase> {
        t.alloc_with_shape(class.root_shape(), TextBase::default())
    }

    #[method]
    fn detach(t: &mut Thread, _this: Ref<'_>) -> Result<Value> {
        Err(unsupported(t, "detach"))
    }

    #[method]
    fn read(t: &mut Thread, _this: Ref<'_>, _args: &[Ref<'_>]) -> Result<Value> {
        Err(unsupported(t, "read"))
    }

    #[method]
    fn readline(t: &mut Thread, _this: Ref<'_>, _args: &[Ref<'_>]) -> Result<Value> {
        Err(unsupported(t, "readline"))
    }

    #[method]
    fn write(t: &mut Thread, this: Ref<'_>, text: Ref<'_>) -> Result<Value> {
        let _ = (this, text);
        Err(unsupported(t, "write"))
    }

    #[getter]
    fn encoding(_this: Ref<'_>) -> Value {
        Value::NONE
    }

    #[getter]
    fn newlines(_this: Ref<'_>) -> Value {
        Value::NONE
    }

    #[getter]
    fn errors(_this: Ref<'_>) -> Value {
        Value::NONE
    }
}
