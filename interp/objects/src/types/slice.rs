//! `slice`: what stands between the brackets when there is a colon.

use ungil_macros::class;

use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::compare::Comparison;
use crate::protocol::hash;
use crate::protocol::sequence::{self, Bounds, Items};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::int::Int;
use crate::types::tuple::{self, Tuple};
use crate::value::{NONE, Ref, Value};

/// The payload of `slice`.
pub struct Slice {
    start: Fixed,
    stop: Fixed,
    step: Fixed,
}

crate::payload!(Slice, collected, deferrable, hot 14);

impl Trace for Slice {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.start.trace(tracer);
        self.stop.trace(tracer);
        self.step.trace(tracer);
    }
}

impl Slice {
    pub fn from_parts(t: &Thread, start: Value, stop: Value, step: Value) -> Obj<Slice> {
        t.alloc(Slice { start: Fixed::new(start), stop: Fixed::new(stop), step: Fixed::new(step) })
    }

    #[inline]
    pub fn start(&self) -> Ref<'_> {
        self.start.get()
    }

    #[inline]
    pub fn stop(&self) -> Ref<'_> {
        self.stop.get()
    }

    #[inline]
    pub fn step(&self) -> Ref<'_> {
        self.step.get()
    }

    fn parts(&self) -> [Ref<'_>; 3] {
        [self.start(), self.stop(), self.step()]
    }
}

impl Items for Slice {
    fn count(&self) -> usize {
        3
    }

    fn item(&self, _: &Thread, position: usize) -> Option<Value> {
        self.parts().get(position).map(|part| part.to_value())
    }
}

fn compare(t: &mut Thread, a: &Object<Slice>, b: &Object<Slice>, comparison: Comparison) -> Result<bool> {
    sequence::compare::<Slice>(t, a, b, comparison)
}

crate::comparisons!(Slice, compare);

/// What stands for `start:stop:step` between brackets. A single argument is the stop; parts not given are `None`.
#[class(name = "slice", final, members = [COMPARISONS])]
impl Slice {
    #[new]
    fn new(t: &mut Thread, _class: &Object<Class>, args: Args<'_>) -> Result<Obj<Slice>> {
        let [first, second, third] = args.unpack(t, "slice", 1)?;
        let part = |part: Option<Ref<'_>>| part.unwrap_or(NONE).to_value();
        Ok(match second {
            None => Slice::from_parts(t, Value::NONE, part(first), Value::NONE),
            Some(_) => Slice::from_parts(t, part(first), part(second), part(third)),
        })
    }

    #[getter(name = "start")]
    fn get_start(&self) -> Value {
        self.start().to_value()
    }

    #[getter(name = "stop")]
    fn get_stop(&self) -> Value {
        self.stop().to_value()
    }

    #[getter(name = "step")]
    fn get_step(&self) -> Value {
        self.step().to_value()
    }

    /// The start, stop and step that select the same from a sequence of `len` items, with all of them numbers within bounds.
    ///
    /// Raises `ValueError` for a negative `len`.
    #[method]
    fn indices(t: &mut Thread, this: &Object<Slice>, len: i64) -> Result<Obj<Tuple>> {
        let Ok(len) = usize::try_from(len) else { raise!(t, ValueError, "length should not be negative") };
        let selection = Bounds::of(t, this)?.select(len);
        let parts = [selection.start, selection.stop, selection.step];
        let parts: Vec<_> = parts.into_iter().map(|part| Int::from_i64(t, part)).collect();
        Ok(Tuple::from_values(t, parts))
    }

    #[method]
    fn __hash__(t: &mut Thread, this: &Object<Slice>) -> Result<i64> {
        let mut hashes = [0; 3];
        for (to, part) in hashes.iter_mut().zip(this.parts()) {
            *to = hash::hash(t, part)?;
        }
        Ok(tuple::combine_hashes(&hashes))
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Slice>) -> Result<Value> {
        let items: &Slice = this;
        sequence::repr(t, this.borrow(), items, ("slice(", ")"), "slice(...)").map(Obj::into_value)
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<Slice>) -> Value {
        let class = this.borrow().class(t).to_value();
        let parts = Tuple::from_values(t, this.parts().map(Ref::to_value));
        Tuple::from_values(t, [class, parts.into_value()]).into_value()
    }
}
