//! `callable_iterator`: calls until a sentinel comes back (`iter(callable, sentinel)`).

use ungil_macros::class;

use crate::error::{Exc, Result};
use crate::fields::{Fixed, Slot};
use crate::object::{Obj, Object};
use crate::protocol::{call, compare};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::Value;

/// The payload of `callable_iterator`.
pub struct CallableIterator {
    /// Empty once exhausted.
    callable: Slot,
    sentinel: Fixed,
}

crate::payload!(CallableIterator, collected);

impl Trace for CallableIterator {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.callable.trace(tracer);
        self.sentinel.trace(tracer);
    }
}

impl CallableIterator {
    pub fn new(t: &Thread, callable: Value, sentinel: Value) -> Obj<CallableIterator> {
        t.alloc(CallableIterator { callable: Slot::new(Some(callable)), sentinel: Fixed::new(sentinel) })
    }
}

#[class(name = "callable_iterator", no_new, final)]
impl CallableIterator {
    #[method]
    fn __iter__(this: &Object<CallableIterator>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<CallableIterator>) -> Result<Option<Value>> {
        let Some(callable) = this.callable.get(t, this.header()) else { return Ok(None) };
        let ended = match call::call(t, callable.borrow(), &[]) {
            Ok(item) if !compare::equal(t, this.sentinel.get(), item.borrow())? => return Ok(Some(item)),
            Err(raised) if !raised.is(t, Exc::StopIteration) => return Err(raised),
            ended => ended,
        };
        drop(this.callable.replace(t, this.header(), None));
        drop(ended);
        Ok(None)
    }
}
