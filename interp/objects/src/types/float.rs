//! `float`: immediates for the middle of the range, objects for the rest.

use crate::layout::Payload;
use crate::object::Obj;
use crate::shape::Shape;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};

/// The payload of floats that do not fit a word, and of instances of subclasses.
pub struct Float {
    value: f64,
}

crate::payload!(Float, plain);

impl Trace for Float {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl Float {
    pub(crate) fn index() -> usize {
        Float::layout().index()
    }

    /// The float as a value: immediate if it fits.
    #[inline(always)]
    pub fn from_f64(t: &Thread, value: f64) -> Value {
        match Value::from_small_float(value) {
            Some(value) => value,
            None => Float::boxed(t, value),
        }
    }

    #[cold]
    fn boxed(t: &Thread, value: f64) -> Value {
        t.alloc(Float { value }).into_value()
    }

    /// An instance of a subclass of `float`.
    pub fn with_shape(t: &Thread, shape: &Shape, value: f64) -> Obj<Float> {
        t.alloc_with_shape(shape, Float { value })
    }
}

impl Ref<'_> {
    /// The float, if the value is a `float` or an instance of a subclass.
    #[inline(always)]
    pub fn as_float(self) -> Option<f64> {
        match self.word().as_float() {
            Some(value) => Some(value),
            None => self.downcast::<Float>().map(|float| float.value),
        }
    }
}
