//! `reversed`: a sequence from its end, by `__reversed__` or by length and index.

use std::sync::atomic::{AtomicI64, Ordering};

use ungil_macros::class;

use crate::class::{Binary, Class, Unary};
use crate::error::{Exc, Result};
use crate::fields::Fixed;
use crate::object::Object;
use crate::protocol::{call, convert, subscript};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::int::Int;
use crate::value::{Ref, Value};

/// The payload of `reversed`.
pub struct Reversed {
    sequence: Fixed,
    /// The next index; -1 once exhausted.
    index: AtomicI64,
}

crate::payload!(Reversed, collected);

impl Trace for Reversed {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.sequence.trace(tracer);
    }
}

/// Passes the items of a sequence from the last to the first.
///
/// Asks the object's `__reversed__` for an iterator if there is one, else goes by length and indexes.
#[class(name = "reversed")]
impl Reversed {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, sequence: Ref<'_>) -> Result<Value> {
        let special = sequence.shape(t).special();
        let by_index = special.unary(Unary::Len).is_some() && special.binary(Binary::GetItem).is_some();
        match call::lookup_special(t, sequence, t.names().__reversed__) {
            Some(method) if !method.is_none() => return call::call_special(t, method.borrow(), &[sequence]),
            None if by_index => {}
            _ => raise!(t, TypeError, "'{}' object is not reversible", sequence.class(t).name(t)),
        }
        let len = convert::length(t, sequence)?;
        let payload =
            Reversed { sequence: Fixed::new(sequence.to_value()), index: AtomicI64::new(len as i64 - 1) };
        Ok(t.alloc_with_shape(class.root_shape(), payload).into_value())
    }

    #[method]
    fn __iter__(this: &Object<Reversed>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Reversed>) -> Result<Option<Value>> {
        let index = this.index.load(Ordering::Relaxed);
        if index < 0 {
            return Ok(None);
        }
        this.index.store(index - 1, Ordering::Relaxed);
        let index = Int::from_i64(t, index);
        match subscript::get(t, this.sequence.get(), index.borrow()) {
            Ok(item) => Ok(Some(item)),
            Err(raised) if raised.is(t, Exc::IndexError) || raised.is(t, Exc::StopIteration) => {
                this.index.store(-1, Ordering::Relaxed);
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }

    #[method]
    fn __length_hint__(t: &mut Thread, this: &Object<Reversed>) -> Result<i64> {
        let rest = this.index.load(Ordering::Relaxed) + 1;
        let len = convert::length(t, this.sequence.get())? as i64;
        Ok(if rest > len { 0 } else { rest })
    }
}
