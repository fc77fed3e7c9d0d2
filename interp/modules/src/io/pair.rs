//! `BufferedRWPair`: a reader and a writer as one stream.

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::fields::Slot;
use ungil_objects::object::{Obj, Object};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::{Ref, Thread, Value, payload, raise};

use super::base::{BufferedBase, is_closed};
use super::buffered::{Reader, Writer, make};
use super::calls::{asks, method, unsupported};

/// The payload of `BufferedRWPair`.
pub struct Pair {
    reader: Slot,
    writer: Slot,
}

payload!(Pair, collected);

impl Trace for Pair {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.reader.trace(tracer);
        self.writer.trace(tracer);
    }
}

fn half(t: &Thread, this: &Object<Pair>, half: &Slot) -> Result<Value> {
    match half.get(t, this.header()) {
        Some(stream) => Ok(stream),
        None => raise!(t, ValueError, "I/O operation on uninitialized object"),
    }
}

macro_rules! forwards {
    ($($half:ident: $($method:ident)*;)*) => {
        #[ungil_macros::methods(FORWARDS)]
        impl Pair {
            $($(
                #[method]
                fn $method(t: &mut Thread, this: &Object<Self>, args: &[Ref<'_>]) -> Result<Value> {
                    let stream = half(t, this, &this.$half)?;
                    method(t, stream.borrow(), stringify!($method), args)
                }
            )*)*
        }
    };
}

forwards! {
    reader: read read1 peek readinto readinto1 readline readable;
    writer: write flush writable;
}

/// Two streams as one: what is read comes from `reader`, and what is written goes to `writer`, both through buffers.
#[class(name = "BufferedRWPair", module = "_io", base = BufferedBase, attributes, members = [FORWARDS])]
impl Pair {
    #[new]
    fn new_stream(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<Pair> {
        t.alloc_with_shape(class.root_shape(), Pair { reader: Slot::empty(), writer: Slot::empty() })
    }

    #[method(signature = "(reader, writer, buffer_size=131072, /)")]
    fn __init__(
        t: &mut Thread,
        this: &Object<Self>,
        reader: Ref<'_>,
        writer: Ref<'_>,
        buffer_size: usize,
    ) -> Result<()> {
        if !asks(t, reader, "readable")? {
            return Err(unsupported(t, "File or stream is not readable."));
        }
        if !asks(t, writer, "writable")? {
            return Err(unsupported(t, "File or stream is not writable."));
        }
        let size = buffer_size.max(1);
        this.reader.set(t, this.header(), make::<Reader>(t, reader.to_value(), size).into_value());
        this.writer.set(t, this.header(), make::<Writer>(t, writer.to_value(), size).into_value());
        Ok(())
    }

    #[method]
    fn close(t: &mut Thread, this: &Object<Self>) -> Result<()> {
        let (reader, writer) = (half(t, this, &this.reader)?, half(t, this, &this.writer)?);
        let written = method(t, writer.borrow(), "close", &[]);
        method(t, reader.borrow(), "close", &[])?;
        written.map(drop)
    }

    #[method]
    fn isatty(t: &mut Thread, this: &Object<Self>) -> Result<bool> {
        let (reader, writer) = (half(t, this, &this.reader)?, half(t, this, &this.writer)?);
        Ok(asks(t, writer.borrow(), "isatty")? || asks(t, reader.borrow(), "isatty")?)
    }

    #[getter]
    fn closed(t: &mut Thread, this: &Object<Self>) -> Result<bool> {
        let writer = half(t, this, &this.writer)?;
        is_closed(t, writer.borrow())
    }
}
