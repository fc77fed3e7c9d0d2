//! A reference that is set when its object is made and never changes.

use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};

/// An immutable reference in a payload. Also the form in which references lie in a [`Guarded`](super::Guarded) payload:
/// there, make it with [`admit`](super::admit), which publishes what a shared object takes in.
#[repr(transparent)]
pub struct Fixed(Value);

// SAFETY: a payload is reached by another thread only after publication, which marks what this refers to as shared; counting
// by any thread is then allowed, and dropping takes the dropping thread's own path.
unsafe impl Send for Fixed {}
// SAFETY: as above.
unsafe impl Sync for Fixed {}

impl Fixed {
    /// For payloads under construction, whose object only this thread knows.
    #[inline(always)]
    pub const fn new(value: Value) -> Fixed {
        Fixed(value)
    }

    #[inline(always)]
    pub fn get(&self) -> Ref<'_> {
        self.0.borrow()
    }

    #[inline(always)]
    pub fn into_value(self) -> Value {
        self.0
    }

    #[inline(always)]
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

impl From<Value> for Fixed {
    #[inline(always)]
    fn from(value: Value) -> Fixed {
        Fixed(value)
    }
}

impl Trace for Fixed {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.word(self.0.word());
    }
}
