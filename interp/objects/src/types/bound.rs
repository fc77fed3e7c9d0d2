//! `method`: a Python function with the receiver that it was found through.

use crate::call::Args;
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::Obj;
use crate::protocol::call;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};

/// The payload of `method`.
pub struct BoundMethod {
    function: Fixed,
    receiver: Fixed,
}

crate::payload!(BoundMethod, collected);

impl Trace for BoundMethod {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.function.trace(tracer);
        self.receiver.trace(tracer);
    }
}

impl BoundMethod {
    pub fn new(t: &Thread, function: Value, receiver: Value) -> Obj<BoundMethod> {
        t.alloc(BoundMethod { function: Fixed::new(function), receiver: Fixed::new(receiver) })
    }

    #[inline(always)]
    pub fn function(&self) -> Ref<'_> {
        self.function.get()
    }

    #[inline(always)]
    pub fn receiver(&self) -> Ref<'_> {
        self.receiver.get()
    }

    /// Calls the function with the receiver in front; the `call` of its class.
    pub fn call(t: &mut Thread, callable: Ref<'_>, args: Args<'_>) -> Result<Value> {
        let Some(method) = callable.downcast::<BoundMethod>() else {
            crate::raise!(t, TypeError, "'{}' object is not callable", callable.class(t).name(t));
        };
        call::call_with_first(t, method.function(), method.receiver(), args)
    }
}
