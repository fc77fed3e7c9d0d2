//! `bytes_iterator` and `bytearray_iterator`: one payload for both.

use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_macros::class;

use crate::fields::Slot;
use crate::object::{Obj, Object};
use crate::protocol::buffer;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::Value;

/// The payload of iterators over bytes.
pub struct BytesIterator {
    /// Empty once exhausted.
    bytes: Slot,
    /// Threads that share an iterator may see a byte twice, as CPython's do.
    position: AtomicUsize,
}

crate::payload!(BytesIterator, collected);

impl Trace for BytesIterator {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.bytes.trace(tracer);
    }
}

impl BytesIterator {
    pub fn new(t: &Thread, bytes: Value) -> Obj<BytesIterator> {
        t.alloc(BytesIterator { bytes: Slot::new(Some(bytes)), position: AtomicUsize::new(0) })
    }
}

/// Iterates bytes as integers.
#[class(name = "bytes_iterator", final, no_new)]
impl BytesIterator {
    #[method]
    fn __iter__(this: &Object<Self>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &Thread, this: &Object<Self>) -> Option<Value> {
        let bytes = this.bytes.get(t, this.header())?;
        let position = this.position.load(Ordering::Relaxed);
        match buffer::with_bytes(t, bytes.borrow(), |bytes| bytes.get(position).copied()).flatten() {
            Some(byte) => {
                this.position.store(position + 1, Ordering::Relaxed);
                Some(Value::from_i32(byte.into()))
            }
            None => {
                drop(this.bytes.replace(t, this.header(), None));
                None
            }
        }
    }

    #[method]
    fn __length_hint__(t: &Thread, this: &Object<Self>) -> usize {
        let bytes = this.bytes.get(t, this.header());
        let len = bytes.and_then(|bytes| buffer::with_bytes(t, bytes.borrow(), <[u8]>::len)).unwrap_or(0);
        len.saturating_sub(this.position.load(Ordering::Relaxed))
    }
}
