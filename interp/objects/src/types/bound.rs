//! `method`: a Python function with the receiver that it was found through.

use ungil_macros::class;

use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::text::{name_of, repr};
use crate::protocol::{attribute, call, compare, hash};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};

/// The payload of `method`.
pub struct BoundMethod {
    function: Fixed,
    receiver: Fixed,
}

crate::payload!(BoundMethod, collected, deferrable, hot 5);

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
}

/// A function together with the object whose method it is, which calls pass as the first argument.
#[class(name = "method", final)]
impl BoundMethod {
    #[new]
    fn new_method(
        t: &mut Thread,
        class: &Object<Class>,
        function: Ref<'_>,
        instance: Ref<'_>,
    ) -> Result<Obj<BoundMethod>> {
        if function.shape(t).special().call.is_none() {
            raise!(t, TypeError, "first argument must be callable");
        }
        if instance.is_none() {
            raise!(t, TypeError, "instance must not be None");
        }
        let (function, receiver) = (Fixed::new(function.to_value()), Fixed::new(instance.to_value()));
        Ok(t.alloc_with_shape(class.root_shape(), BoundMethod { function, receiver }))
    }

    #[method]
    fn __call__(t: &mut Thread, this: &Object<BoundMethod>, args: Args<'_>) -> Result<Value> {
        call::call_with_first(t, this.function(), this.receiver(), args)
    }

    /// What the class has not is the function's: its name, documentation, attributes.
    #[method]
    fn __getattribute__(t: &mut Thread, this: &Object<BoundMethod>, name: Ref<'_>) -> Result<Value> {
        let name = t.interpreter().intern_value(t, name);
        match this.borrow().class(t).lookup(t, name) {
            Some(_) => attribute::generic_get(t, this.borrow(), name),
            None => attribute::get(t, this.function(), name),
        }
    }

    #[method]
    fn __get__(this: &Object<BoundMethod>, _receiver: Ref<'_>, _class: Option<Ref<'_>>) -> Value {
        this.to_value()
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<BoundMethod>) -> Result<String> {
        let names = t.names();
        let name = match attribute::get_if_any(t, this.function(), names.__qualname__)? {
            Some(name) => Some(name),
            None => attribute::get_if_any(t, this.function(), names.__name__)?,
        };
        let name = name.map_or_else(|| "?".to_owned(), |name| name_of(name.borrow()));
        Ok(format!("<bound method {name} of {}>", &**repr(t, this.receiver())?))
    }

    #[method]
    fn __eq__(t: &mut Thread, this: &Object<BoundMethod>, other: &Object<BoundMethod>) -> Result<bool> {
        if !this.receiver().is(other.receiver()) {
            return Ok(false);
        }
        compare::equal(t, this.function(), other.function())
    }

    #[method]
    fn __hash__(t: &mut Thread, this: &Object<BoundMethod>) -> Result<i64> {
        let receiver = hash::hash_identity(this.receiver().word().identity());
        Ok(receiver ^ hash::hash(t, this.function())?)
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<BoundMethod>) -> Result<Value> {
        let name = attribute::get(t, this.function(), t.names().__name__)?;
        super::native::reduce_as_attribute(t, this.receiver(), name.borrow())
    }

    /// What is called, with the object in front of the arguments
    #[getter]
    fn __func__(&self) -> Value {
        self.function().to_value()
    }

    /// The object that calls pass as the first argument
    #[getter]
    fn __self__(&self) -> Value {
        self.receiver().to_value()
    }

    #[getter]
    fn __doc__(t: &mut Thread, this: &Object<BoundMethod>) -> Result<Value> {
        attribute::get(t, this.function(), t.names().__doc__)
    }
}
