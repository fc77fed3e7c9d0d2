//! `BufferedReader`, `BufferedWriter` and `BufferedRandom`, as classes. What they do is in [`stream`].

mod stream;

use std::sync::atomic::Ordering;

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::buffer;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::int::Int;
use ungil_objects::{Ref, Thread, Value, payload};

use super::base::{BufferedBase, is_closed, read_into};
use super::calls::{asks, attribute, method, unsupported};

pub use self::stream::{Buffer, Buffered, flush, make, read_once, write};
use self::stream::{
    close, fill, initialise, open_raw, raw, read, read_line, repr, seek, tell, with, write_out,
};

macro_rules! streams {
    ($($(#[$doc:meta])* $payload:ident),*) => {
        $(
            $(#[$doc])*
            #[derive(Default)]
            pub struct $payload(Buffer);

            payload!($payload, collected);

            impl Trace for $payload {
                fn trace(&self, tracer: &mut Tracer<'_>) {
                    self.0.raw.trace(tracer);
                }
            }

            impl Buffered for $payload {
                fn buffer(&self) -> &Buffer {
                    &self.0
                }
            }
        )*
    };
}

streams! {
    /// The payload of `BufferedReader`.
    Reader,
    /// The payload of `BufferedWriter`.
    Writer,
    /// The payload of `BufferedRandom`.
    Random
}

macro_rules! common_methods {
    ($payload:ident) => {
        const _: () = {
            use ungil_macros::methods;

            #[methods(COMMON)]
            impl $payload {
                #[method]
                fn flush(t: &mut Thread, this: &Object<Self>) -> Result<()> {
                    flush(t, this)
                }

                #[method]
                fn close(t: &mut Thread, this: &Object<Self>) -> Result<()> {
                    close(t, this)
                }

                #[method]
                fn detach(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
                    let raw = raw(t, this)?;
                    method(t, this.borrow(), "flush", &[])?;
                    drop(this.buffer().raw.replace(t, this.header(), None));
                    Ok(raw)
                }

                #[method(signature = "(offset, whence=0, /)")]
                fn seek(t: &mut Thread, this: &Object<Self>, offset: i64, whence: i32) -> Result<Value> {
                    seek(t, this, offset, whence)
                }

                #[method]
                fn tell(t: &mut Thread, this: &Object<Self>) -> Result<i64> {
                    tell(t, this)
                }

                #[method(signature = "(size=None, /)")]
                fn truncate(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<Value> {
                    let raw = open_raw(t, this, "truncate of")?;
                    flush(t, this)?;
                    let size = match size {
                        Some(size) => size.to_value(),
                        None => {
                            let place = tell(t, this)?;
                            Int::from_i64(t, place)
                        }
                    };
                    method(t, raw.borrow(), "truncate", &[size.borrow()])
                }

                #[method]
                fn fileno(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
                    let raw = raw(t, this)?;
                    method(t, raw.borrow(), "fileno", &[])
                }

                #[method]
                fn isatty(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
                    let raw = raw(t, this)?;
                    method(t, raw.borrow(), "isatty", &[])
                }

                #[method]
                fn readable(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
                    let raw = raw(t, this)?;
                    method(t, raw.borrow(), "readable", &[])
                }

                #[method]
                fn writable(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
                    let raw = raw(t, this)?;
                    method(t, raw.borrow(), "writable", &[])
                }

                #[method]
                fn seekable(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
                    let raw = raw(t, this)?;
                    method(t, raw.borrow(), "seekable", &[])
                }

                #[getter]
                fn closed(t: &mut Thread, this: &Object<Self>) -> Result<bool> {
                    let raw = raw(t, this)?;
                    is_closed(t, raw.borrow())
                }

                #[getter(name = "raw")]
                fn get_raw(t: &Thread, this: &Object<Self>) -> Result<Value> {
                    raw(t, this)
                }

                #[getter]
                fn name(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
                    let raw = raw(t, this)?;
                    attribute(t, raw.borrow(), "name")
                }

                #[getter]
                fn mode(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
                    let raw = raw(t, this)?;
                    attribute(t, raw.borrow(), "mode")
                }

                #[getter]
                fn _finalizing(&self) -> bool {
                    self.0.finalising.load(Ordering::Relaxed)
                }

                #[method]
                fn __repr__(t: &mut Thread, this: &Object<Self>) -> Result<String> {
                    repr(t, this)
                }
            }
        };
    };
}

macro_rules! read_methods {
    ($payload:ident) => {
        const _: () = {
            use ungil_macros::methods;

            #[methods(READING)]
            impl $payload {
                #[method(signature = "(size=-1, /)")]
                fn read(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<Value> {
                    let size = super::calls::size(t, size)?;
                    read(t, this, size)
                }

                #[method(signature = "(size=-1, /)")]
                fn read1(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<Vec<u8>> {
                    let size = super::calls::size(t, size)?;
                    read_once(t, this, size)
                }

                #[method(signature = "(size=0, /)")]
                fn peek(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<Vec<u8>> {
                    let _ = size;
                    let raw = open_raw(t, this, "peek of")?;
                    let turn = this.buffer().turn.take(t)?;
                    write_out(t, this, raw.borrow())?;
                    if with(t, this, |content| content.rest().is_empty()) {
                        fill(t, this, raw.borrow(), 0)?;
                    }
                    drop(turn);
                    Ok(with(t, this, |content| content.rest().to_vec()))
                }

                #[method]
                fn readinto(t: &mut Thread, this: &Object<Self>, target: Ref<'_>) -> Result<usize> {
                    read_into(t, this.borrow(), target, "read")
                }

                #[method]
                fn readinto1(t: &mut Thread, this: &Object<Self>, target: Ref<'_>) -> Result<usize> {
                    read_into(t, this.borrow(), target, "read1")
                }

                #[method(signature = "(size=-1, /)")]
                fn readline(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<Vec<u8>> {
                    let size = super::calls::size(t, size)?;
                    read_line(t, this, size)
                }

                #[method]
                fn __next__(t: &mut Thread, this: &Object<Self>) -> Result<Option<Value>> {
                    let line = read_line(t, this, None)?;
                    Ok((!line.is_empty()).then(|| Bytes::from_slice(t, &line).into_value()))
                }
            }
        };
    };
}

macro_rules! write_methods {
    ($payload:ident) => {
        const _: () = {
            use ungil_macros::methods;

            #[methods(WRITING)]
            impl $payload {
                #[method(name = "write")]
                fn write_buffer(t: &mut Thread, this: &Object<Self>, bytes: Ref<'_>) -> Result<usize> {
                    let bytes = buffer::argument(t, bytes)?;
                    write(t, this, &bytes)?;
                    Ok(bytes.len())
                }
            }
        };
    };
}

common_methods!(Reader);
read_methods!(Reader);
common_methods!(Writer);
write_methods!(Writer);
common_methods!(Random);
read_methods!(Random);
write_methods!(Random);

/// Reads from a raw stream in blocks of buffer_size and hands out from these what is asked for.
#[class(name = "BufferedReader", module = "_io", base = BufferedBase, attributes, members = [COMMON, READING])]
impl Reader {
    #[new]
    fn new_stream(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<Reader> {
        t.alloc_with_shape(class.root_shape(), Reader::default())
    }

    #[method(signature = "(raw, buffer_size=131072)")]
    fn __init__(
        t: &mut Thread,
        this: &Object<Self>,
        raw: Ref<'_>,
        buffer_size: Option<Ref<'_>>,
    ) -> Result<()> {
        if !asks(t, raw, "readable")? {
            return Err(unsupported(t, "File or stream is not readable."));
        }
        initialise(t, this, raw, buffer_size)
    }
}

/// Gathers what is written and passes it on to a raw stream when there is more than buffer_size, or on flush().
#[class(name = "BufferedWriter", module = "_io", base = BufferedBase, attributes, members = [COMMON, WRITING])]
impl Writer {
    #[new]
    fn new_stream(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<Writer> {
        t.alloc_with_shape(class.root_shape(), Writer::default())
    }

    #[method(signature = "(raw, buffer_size=131072)")]
    fn __init__(
        t: &mut Thread,
        this: &Object<Self>,
        raw: Ref<'_>,
        buffer_size: Option<Ref<'_>>,
    ) -> Result<()> {
        if !asks(t, raw, "writable")? {
            return Err(unsupported(t, "File or stream is not writable."));
        }
        initialise(t, this, raw, buffer_size)
    }
}

/// Reads and writes, through one buffer, a raw stream that can seek.
#[class(name = "BufferedRandom", module = "_io", base = BufferedBase, attributes, members = [COMMON, READING, WRITING])]
impl Random {
    #[new]
    fn new_stream(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<Random> {
        t.alloc_with_shape(class.root_shape(), Random::default())
    }

    #[method(signature = "(raw, buffer_size=131072)")]
    fn __init__(
        t: &mut Thread,
        this: &Object<Self>,
        raw: Ref<'_>,
        buffer_size: Option<Ref<'_>>,
    ) -> Result<()> {
        if !asks(t, raw, "seekable")? {
            return Err(unsupported(t, "File or stream is not seekable."));
        }
        if !asks(t, raw, "readable")? {
            return Err(unsupported(t, "File or stream is not readable."));
        }
        if !asks(t, raw, "writable")? {
            return Err(unsupported(t, "File or stream is not writable."));
        }
        initialise(t, this, raw, buffer_size)
    }
}
