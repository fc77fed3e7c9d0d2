//! `iterator`: iterates a sequence that has only `__getitem__`.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Exc, Result};
use crate::fields::Slot;
use crate::object::{Obj, Object};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::int::Int;
use crate::value::Value;

/// The payload of `iterator`.
pub struct SequenceIterator {
    /// Empty once exhausted.
    sequence: Slot,
    /// Threads that share an iterator may see an element twice, as CPython's do.
    position: AtomicUsize,
}

crate::payload!(SequenceIterator, collected);

impl Trace for SequenceIterator {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.sequence.trace(tracer);
    }
}

impl SequenceIterator {
    pub fn new(t: &Thread, sequence: Value) -> Obj<SequenceIterator> {
        t.alloc(SequenceIterator { sequence: Slot::new(Some(sequence)), position: AtomicUsize::new(0) })
    }
}

impl Object<SequenceIterator> {
    pub fn next(&self, t: &mut Thread) -> Result<Option<Value>> {
        let Some(sequence) = self.sequence.get(t, self.header()) else { return Ok(None) };
        let position = self.position.fetch_add(1, Ordering::Relaxed);
        let index = Int::from_i64(t, position as i64);
        match crate::protocol::subscript::get(t, sequence.borrow(), index.borrow()) {
            Ok(item) => Ok(Some(item)),
            Err(raised) if raised.is(t, Exc::IndexError) || raised.is(t, Exc::StopIteration) => {
                drop(self.sequence.replace(t, self.header(), None));
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }
}
