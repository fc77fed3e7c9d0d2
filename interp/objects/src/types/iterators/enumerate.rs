//! `enumerate`: elements with their numbers.

use std::sync::atomic::{AtomicI64, Ordering};

use ungil_macros::class;

use crate::class::Class;
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::{convert, iterate};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::int::Int;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The payload of `enumerate`.
pub struct Enumerate {
    iterator: Fixed,
    /// The first number, an `int` of any size.
    start: Fixed,
    /// How many elements were seen. Threads that share one may give a number twice, as CPython's do.
    seen: AtomicI64,
}

crate::payload!(Enumerate, collected);

impl Trace for Enumerate {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.iterator.trace(tracer);
        self.start.trace(tracer);
    }
}

impl Enumerate {
    /// The next number and element.
    pub(crate) fn next_pair(t: &mut Thread, this: &Object<Enumerate>) -> Result<Option<(Value, Value)>> {
        let Some(item) = iterate::next(t, this.iterator.get())? else { return Ok(None) };
        let seen = this.seen.load(Ordering::Relaxed);
        this.seen.store(seen + 1, Ordering::Relaxed);
        let start = this.start.get();
        let small = start.as_small_int().and_then(|start| Value::from_small_int(start.checked_add(seen)?));
        let number = match (small, start.as_int()) {
            (Some(small), _) => small,
            (None, Some(start)) => Int::from_big(t, start.to_big().into_owned() + seen),
            (None, None) => Int::from_i64(t, seen),
        };
        Ok(Some((number, item)))
    }
}

/// Numbers the elements of an iterable: an iterator over pairs of a number, counted up from `start`, and an element.
#[class(name = "enumerate")]
impl Enumerate {
    #[new(signature = "(iterable, start=0)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        iterable: Ref<'_>,
        start: Option<Ref<'_>>,
    ) -> Result<Obj<Enumerate>> {
        let start = start.map_or(Ok(Value::from_i32(0)), |start| convert::index(t, start))?;
        let iterator = iterate::iter(t, iterable)?;
        let payload =
            Enumerate { iterator: Fixed::new(iterator), start: Fixed::new(start), seen: AtomicI64::new(0) };
        Ok(t.alloc_with_shape(class.root_shape(), payload))
    }

    #[method]
    fn __iter__(this: &Object<Enumerate>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Enumerate>) -> Result<Option<Value>> {
        let pair = Enumerate::next_pair(t, this)?;
        Ok(pair.map(|(number, item)| Tuple::from_values(t, [number, item]).into_value()))
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        crate::types::generic_alias::GenericAlias::of_class(t, class, item)
    }
}
