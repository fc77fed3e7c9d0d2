//! `iterator`: iterates a sequence that has only `__getitem__`.

use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_macros::class;

use crate::class::Unary;
use crate::error::{Exc, Result};
use crate::fields::Slot;
use crate::object::{Obj, Object};
use crate::protocol::{convert, subscript};
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

#[class(name = "iterator", no_new, final)]
impl SequenceIterator {
    #[method]
    fn __iter__(this: &Object<SequenceIterator>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<SequenceIterator>) -> Result<Option<Value>> {
        let Some(sequence) = this.sequence.get(t, this.header()) else { return Ok(None) };
        let position = this.position.load(Ordering::Relaxed);
        let index = Int::from_i64(t, position as i64);
        match subscript::get(t, sequence.borrow(), index.borrow()) {
            Ok(item) => {
                this.position.store(position + 1, Ordering::Relaxed);
                Ok(Some(item))
            }
            Err(raised) if raised.is(t, Exc::IndexError) || raised.is(t, Exc::StopIteration) => {
                drop(this.sequence.replace(t, this.header(), None));
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }

    #[method]
    fn __length_hint__(t: &mut Thread, this: &Object<SequenceIterator>) -> Result<Value> {
        let Some(sequence) = this.sequence.get(t, this.header()) else { return Ok(Value::from_i32(0)) };
        if sequence.borrow().shape(t).special().unary(Unary::Len).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let len = convert::length(t, sequence.borrow())?;
        let rest = len.saturating_sub(this.position.load(Ordering::Relaxed));
        Ok(Int::from_i64(t, rest as i64))
    }
}
