//! `classmethod`: a function that gets the class as its first argument.

use ungil_macros::class;

use crate::class::Class;
use crate::error::Result;
use crate::fields::Slot;
use crate::object::{Obj, Object};
use crate::protocol::attribute;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::bound::BoundMethod;
use crate::types::static_method::{copy_description, is_abstract};
use crate::value::{Ref, Value};

/// The payload of `classmethod`.
pub struct ClassMethod {
    function: Slot,
}

crate::payload!(ClassMethod, collected);

impl Trace for ClassMethod {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.function.trace(tracer);
    }
}

impl ClassMethod {
    /// A class method around a function, without a copy of the function's name and documentation.
    pub fn new(t: &Thread, function: Value) -> Obj<ClassMethod> {
        let method = t.alloc(ClassMethod { function: Slot::new(Some(function)) });
        method.header().set_deferred(t.owner());
        method
    }
}

impl Object<ClassMethod> {
    /// What is called with the class.
    #[inline]
    pub fn function(&self, t: &Thread) -> Value {
        self.function.get(t, self.header()).unwrap_or(Value::NONE)
    }
}

/// Wraps a function so that it gets the class as its first argument, whether called on the class or an instance.
#[class(name = "classmethod", attributes)]
impl ClassMethod {
    #[new]
    fn new_class_method(t: &mut Thread, class: &Object<Class>, function: Ref<'_>) -> Value {
        let function = Slot::new(Some(function.to_value()));
        let method = t.alloc_with_shape(class.root_shape(), ClassMethod { function });
        method.header().set_deferred(t.owner());
        method.into_value()
    }

    #[method]
    fn __init__(t: &mut Thread, this: &Object<ClassMethod>, function: Ref<'_>) -> Result<()> {
        this.function.set(t, this.header(), function.to_value());
        copy_description(t, function, this.borrow())
    }

    #[method]
    fn __get__(
        t: &mut Thread,
        this: &Object<ClassMethod>,
        receiver: Ref<'_>,
        class: Option<Ref<'_>>,
    ) -> Obj<BoundMethod> {
        let class = match class {
            Some(class) if !class.is_none() => class.to_value(),
            _ => receiver.class(t).to_value(),
        };
        BoundMethod::new(t, this.function(t), class)
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<ClassMethod>) -> Result<String> {
        let function = this.function(t);
        Ok(format!("<classmethod({})>", &**crate::protocol::text::repr(t, function.borrow())?))
    }

    #[getter]
    fn __func__(t: &Thread, this: &Object<ClassMethod>) -> Value {
        this.function(t)
    }

    #[getter]
    fn __wrapped__(t: &Thread, this: &Object<ClassMethod>) -> Value {
        this.function(t)
    }

    #[getter]
    fn __isabstractmethod__(t: &mut Thread, this: &Object<ClassMethod>) -> Result<bool> {
        let function = this.function(t);
        is_abstract(t, function.borrow())
    }

    #[getter]
    fn __annotations__(t: &mut Thread, this: &Object<ClassMethod>) -> Result<Value> {
        let function = this.function(t);
        attribute::get(t, function.borrow(), t.names().__annotations__)
    }

    #[getter]
    fn __annotate__(t: &mut Thread, this: &Object<ClassMethod>) -> Result<Value> {
        let function = this.function(t);
        attribute::get(t, function.borrow(), t.names().__annotate__)
    }
}
