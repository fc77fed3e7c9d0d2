//! `property`: an attribute computed by Python functions.

use std::sync::atomic::{AtomicBool, Ordering};

use ungil_macros::class;

use crate::class::Class;
use crate::error::{Exc, Result};
use crate::fields::Slot;
use crate::object::Object;
use crate::protocol::text::{name_of, repr};
use crate::protocol::{attribute, call};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::static_method::is_abstract;
use crate::value::{Ref, Value};

/// The payload of `property`. Each slot is empty for what Python shows as `None`.
pub struct PythonProperty {
    getter: Slot,
    setter: Slot,
    deleter: Slot,
    doc: Slot,
    /// Set by `__set_name__`.
    name: Slot,
    /// The documentation is the getter's, so that another getter brings its own.
    doc_of_getter: AtomicBool,
}

crate::payload!(PythonProperty, collected, deferrable);

impl Trace for PythonProperty {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.getter.trace(tracer);
        self.setter.trace(tracer);
        self.deleter.trace(tracer);
        self.doc.trace(tracer);
        self.name.trace(tracer);
    }
}

fn given(value: Option<Ref<'_>>) -> Option<Value> {
    value.filter(|value| !value.is_none()).map(Ref::to_value)
}

impl Object<PythonProperty> {
    /// The getting function, for inline caches.
    #[inline]
    pub fn getter(&self, t: &Thread) -> Option<Value> {
        self.getter.get(t, self.header())
    }

    /// The attribute's name as messages show it, with a blank behind.
    fn shown_name(&self, t: &mut Thread) -> Result<String> {
        match self.name(t)? {
            Some(name) => Ok(format!("{} ", &**repr(t, name.borrow())?)),
            None => Ok(String::new()),
        }
    }

    /// The name that `__set_name__` brought, or the getter's.
    fn name(&self, t: &mut Thread) -> Result<Option<Value>> {
        if let Some(name) = self.name.get(t, self.header()) {
            return Ok(Some(name));
        }
        match self.getter(t) {
            Some(getter) => attribute::get_if_any(t, getter.borrow(), t.names().__name__),
            None => Ok(None),
        }
    }

    fn missing(&self, t: &mut Thread, receiver: Ref<'_>, what: &str) -> Result<crate::error::Raised> {
        let name = self.shown_name(t)?;
        let class = name_of(receiver.class(t).qualname_value(t).borrow());
        Ok(crate::error!(t, AttributeError, "property {name}of '{class}' object has no {what}"))
    }

    /// A property of the same class with one function replaced.
    fn copy_with(&self, t: &mut Thread, function: Ref<'_>, which: usize) -> Result<Value> {
        let slots = [&self.getter, &self.setter, &self.deleter];
        let mut parts = slots.map(|slot| slot.get(t, self.header()).unwrap_or(Value::NONE));
        parts[which] = function.to_value();
        let keeps_doc = !self.doc_of_getter.load(Ordering::Relaxed) || parts[0].is_none();
        let doc = self.doc.get(t, self.header()).filter(|_| keeps_doc).unwrap_or(Value::NONE);
        let class = self.borrow().class(t).to_value();
        let [get, set, delete] = &parts;
        let copy =
            call::call(t, class.borrow(), &[get.borrow(), set.borrow(), delete.borrow(), doc.borrow()])?;
        if let (Some(copy), Some(name)) =
            (copy.downcast_ref::<PythonProperty>(), self.name.get(t, self.header()))
        {
            copy.name.set(t, copy.header(), name);
        }
        Ok(copy)
    }

    fn set_documentation(&self, t: &mut Thread, doc: Option<Value>) -> Result<()> {
        let class = self.borrow().class(t);
        if std::ptr::eq(class, t.shape_of::<PythonProperty>().class()) {
            drop(self.doc.replace(t, self.header(), doc));
            return Ok(());
        }
        // A subclass has a `__doc__` of its own, which hides the property's: the instance's goes to its attributes.
        drop(self.doc.replace(t, self.header(), doc.clone()));
        let Some(doc) = doc else { return Ok(()) };
        match attribute::set(t, self.borrow(), t.names().__doc__, doc) {
            Err(raised) if raised.is(t, Exc::AttributeError) => Ok(()),
            done => done,
        }
    }
}

/// An attribute of instances that functions of the class compute.
///
/// Reading it calls `fget`, assigning `fset` and deleting `fdel`; without the function, that raises AttributeError.
/// `doc` describes it; by default, the description of `fget` does.
#[class(name = "property")]
impl PythonProperty {
    #[new]
    fn new_property(t: &mut Thread, class: &Object<Class>, args: crate::call::Args<'_>) -> Value {
        let _ = args;
        let property = PythonProperty {
            getter: Slot::empty(),
            setter: Slot::empty(),
            deleter: Slot::empty(),
            doc: Slot::empty(),
            name: Slot::empty(),
            doc_of_getter: AtomicBool::new(false),
        };
        let property = t.alloc_with_shape(class.root_shape(), property);
        property.header().set_deferred(t.owner());
        property.into_value()
    }

    #[method(signature = "(fget=None, fset=None, fdel=None, doc=None)")]
    fn __init__(
        t: &mut Thread,
        this: &Object<PythonProperty>,
        fget: Option<Ref<'_>>,
        fset: Option<Ref<'_>>,
        fdel: Option<Ref<'_>>,
        doc: Option<Ref<'_>>,
    ) -> Result<()> {
        drop(this.getter.replace(t, this.header(), given(fget)));
        drop(this.setter.replace(t, this.header(), given(fset)));
        drop(this.deleter.replace(t, this.header(), given(fdel)));
        drop(this.name.replace(t, this.header(), None));
        let of_getter = match (given(doc), given(fget)) {
            (None, Some(getter)) => attribute::get_if_any(t, getter.borrow(), t.names().__doc__)?,
            _ => None,
        };
        let of_getter = of_getter.filter(|doc| !doc.is_none());
        this.doc_of_getter.store(of_getter.is_some(), Ordering::Relaxed);
        this.set_documentation(t, given(doc).or(of_getter))
    }

    #[method]
    fn __get__(
        t: &mut Thread,
        this: &Object<PythonProperty>,
        receiver: Ref<'_>,
        _class: Option<Ref<'_>>,
    ) -> Result<Value> {
        if receiver.is_none() {
            return Ok(this.to_value());
        }
        match this.getter(t) {
            Some(getter) => call::call(t, getter.borrow(), &[receiver]),
            None => Err(this.missing(t, receiver, "getter")?),
        }
    }

    #[method]
    fn __set__(
        t: &mut Thread,
        this: &Object<PythonProperty>,
        receiver: Ref<'_>,
        value: Ref<'_>,
    ) -> Result<()> {
        match this.setter.get(t, this.header()) {
            Some(setter) => call::call(t, setter.borrow(), &[receiver, value]).map(drop),
            None => Err(this.missing(t, receiver, "setter")?),
        }
    }

    #[method]
    fn __delete__(t: &mut Thread, this: &Object<PythonProperty>, receiver: Ref<'_>) -> Result<()> {
        match this.deleter.get(t, this.header()) {
            Some(deleter) => call::call(t, deleter.borrow(), &[receiver]).map(drop),
            None => Err(this.missing(t, receiver, "deleter")?),
        }
    }

    /// A copy that reads by this function. Serves as a decorator.
    #[method(name = "getter")]
    fn with_getter(t: &mut Thread, this: &Object<PythonProperty>, function: Ref<'_>) -> Result<Value> {
        this.copy_with(t, function, 0)
    }

    /// A copy that assigns by this function. Serves as a decorator.
    #[method(name = "setter")]
    fn with_setter(t: &mut Thread, this: &Object<PythonProperty>, function: Ref<'_>) -> Result<Value> {
        this.copy_with(t, function, 1)
    }

    /// A copy that deletes by this function. Serves as a decorator.
    #[method(name = "deleter")]
    fn with_deleter(t: &mut Thread, this: &Object<PythonProperty>, function: Ref<'_>) -> Result<Value> {
        this.copy_with(t, function, 2)
    }

    /// Tells the property what it is called in its class, for messages.
    #[method]
    fn __set_name__(t: &mut Thread, this: &Object<PythonProperty>, args: &[Ref<'_>]) -> Result<()> {
        let [_, name] = args else {
            raise!(t, TypeError, "__set_name__() takes 2 positional arguments but {} were given", args.len());
        };
        this.name.set(t, this.header(), name.to_value());
        Ok(())
    }

    #[getter]
    fn fget(t: &Thread, this: &Object<PythonProperty>) -> Option<Value> {
        this.getter(t)
    }

    #[getter]
    fn fset(t: &Thread, this: &Object<PythonProperty>) -> Option<Value> {
        this.setter.get(t, this.header())
    }

    #[getter]
    fn fdel(t: &Thread, this: &Object<PythonProperty>) -> Option<Value> {
        this.deleter.get(t, this.header())
    }

    #[getter]
    fn __name__(t: &mut Thread, this: &Object<PythonProperty>) -> Result<Value> {
        match this.name(t)? {
            Some(name) => Ok(name),
            None => raise!(t, AttributeError, "'property' object has no attribute '__name__'"),
        }
    }

    #[setter(__name__)]
    fn set_property_name(t: &mut Thread, this: &Object<PythonProperty>, value: Option<Ref<'_>>) {
        drop(this.name.replace(t, this.header(), value.map(Ref::to_value)));
    }

    #[getter]
    fn __doc__(t: &Thread, this: &Object<PythonProperty>) -> Option<Value> {
        this.doc.get(t, this.header())
    }

    #[setter(__doc__)]
    fn set_doc(t: &mut Thread, this: &Object<PythonProperty>, value: Option<Ref<'_>>) {
        drop(this.doc.replace(t, this.header(), given(value)));
    }

    #[getter]
    fn __isabstractmethod__(t: &mut Thread, this: &Object<PythonProperty>) -> Result<bool> {
        for slot in [&this.getter, &this.setter, &this.deleter] {
            if let Some(function) = slot.get(t, this.header())
                && is_abstract(t, function.borrow())?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
