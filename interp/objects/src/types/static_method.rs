//! `staticmethod`: a function in a class that binds nothing.

use ungil_macros::class;

use crate::attributes;
use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::fields::Slot;
use crate::object::{Obj, Object};
use crate::protocol::{attribute, call, convert};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};

/// The payload of `staticmethod`.
pub struct StaticMethod {
    function: Slot,
}

crate::payload!(StaticMethod, collected);

impl Trace for StaticMethod {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.function.trace(tracer);
    }
}

impl StaticMethod {
    /// A static method around a function, without a copy of the function's name and documentation.
    pub fn new(t: &Thread, function: Value) -> Obj<StaticMethod> {
        let method = t.alloc(StaticMethod { function: Slot::new(Some(function)) });
        method.header().set_deferred(t.owner());
        method
    }
}

impl Object<StaticMethod> {
    /// What the method stands for.
    #[inline]
    pub fn function(&self, t: &Thread) -> Value {
        self.function.get(t, self.header()).unwrap_or(Value::NONE)
    }
}

/// Copies module, names and documentation of a function to what wraps it.
pub(super) fn copy_description(t: &mut Thread, function: Ref<'_>, wrapper: Ref<'_>) -> Result<()> {
    let names = t.names();
    for name in [names.__module__, names.__name__, names.__qualname__, names.__doc__] {
        if let Some(value) = attribute::get_if_any(t, function, name)? {
            drop(attributes::set(t, wrapper, name, value)?);
        }
    }
    Ok(())
}

/// Whether `__isabstractmethod__` of a function is there and true.
pub(super) fn is_abstract(t: &mut Thread, function: Ref<'_>) -> Result<bool> {
    match attribute::get_if_any(t, function, t.names().__isabstractmethod__)? {
        Some(answer) => convert::is_true(t, answer.borrow()),
        None => Ok(false),
    }
}

/// Keeps a function in a class from becoming a method: calls pass neither the instance nor the class.
#[class(name = "staticmethod", attributes)]
impl StaticMethod {
    #[new]
    fn new_static_method(t: &mut Thread, class: &Object<Class>, function: Ref<'_>) -> Value {
        let function = Slot::new(Some(function.to_value()));
        let method = t.alloc_with_shape(class.root_shape(), StaticMethod { function });
        method.header().set_deferred(t.owner());
        method.into_value()
    }

    #[method]
    fn __init__(t: &mut Thread, this: &Object<StaticMethod>, function: Ref<'_>) -> Result<()> {
        if !this.function(t).borrow().is(function) {
            // Caches hold the function itself, by the versions of the classes that have the method, whichever these are.
            crate::class::change_all(t, || this.function.set(t, this.header(), function.to_value()));
        }
        copy_description(t, function, this.borrow())
    }

    #[method]
    fn __get__(
        t: &mut Thread,
        this: &Object<StaticMethod>,
        _receiver: Ref<'_>,
        _class: Option<Ref<'_>>,
    ) -> Value {
        this.function(t)
    }

    #[method]
    fn __call__(t: &mut Thread, this: &Object<StaticMethod>, args: Args<'_>) -> Result<Value> {
        let function = this.function(t);
        call::call_args(t, function.borrow(), args)
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<StaticMethod>) -> Result<String> {
        let function = this.function(t);
        Ok(format!("<staticmethod({})>", &**crate::protocol::text::repr(t, function.borrow())?))
    }

    #[getter]
    fn __func__(t: &Thread, this: &Object<StaticMethod>) -> Value {
        this.function(t)
    }

    #[getter]
    fn __wrapped__(t: &Thread, this: &Object<StaticMethod>) -> Value {
        this.function(t)
    }

    #[getter]
    fn __isabstractmethod__(t: &mut Thread, this: &Object<StaticMethod>) -> Result<bool> {
        let function = this.function(t);
        is_abstract(t, function.borrow())
    }

    #[getter]
    fn __annotations__(t: &mut Thread, this: &Object<StaticMethod>) -> Result<Value> {
        let function = this.function(t);
        attribute::get(t, function.borrow(), t.names().__annotations__)
    }

    #[getter]
    fn __annotate__(t: &mut Thread, this: &Object<StaticMethod>) -> Result<Value> {
        let function = this.function(t);
        attribute::get(t, function.borrow(), t.names().__annotate__)
    }
}
