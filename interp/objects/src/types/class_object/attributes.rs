//! The computed attributes of classes, and the `__dict__` and `__weakref__` that classes give to their instances.

use ungil_macros::methods;

use super::{best_base, classes_of, have_same_storage, immutable};
use crate::attributes as instance_attributes;
use crate::call::PropertyDef;
use crate::class::{Class, ClassFlags};
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::attribute::attribute_error;
use crate::protocol::call;
use crate::protocol::convert;
use crate::protocol::text::name_of;
use crate::raise;
use crate::shape::Attributes;
use crate::thread::Thread;
use crate::types::dict::{Dict, MappingProxy};
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// `instance.__dict__`.
pub static DICT: PropertyDef = PropertyDef {
    name: "__dict__",
    doc: "the object's own attributes, by name",
    get: |t, instance| match instance_attributes::materialise(t, instance) {
        Some(dict) => Ok(dict),
        None => {
            let name = t.names().__dict__;
            let message = format!("'{}' object has no attribute '__dict__'", instance.class(t).name(t));
            Err(attribute_error(t, &message, instance, name))
        }
    },
    set: Some(|t, instance, value| {
        let dict = match value {
            Some(value) => value.to_value(),
            None => Dict::new(t).into_value(),
        };
        if dict.downcast_ref::<Dict>().is_none() {
            let class = dict.borrow().class(t).name(t);
            raise!(t, TypeError, "__dict__ must be set to a dictionary, not a '{class}'");
        }
        instance_attributes::replace_dictionary(t, instance, dict);
        Ok(())
    }),
};

/// `instance.__weakref__`.
pub(super) static WEAKREF: PropertyDef = PropertyDef {
    name: "__weakref__",
    doc: "the first weak reference to the object, if any",
    get: |t, instance| {
        let first = crate::weakref::references_to(t, instance).into_iter().next();
        Ok(first.unwrap_or(Value::NONE))
    },
    set: None,
};

#[methods(ATTRIBUTES)]
impl Class {
    #[getter]
    fn __name__(t: &Thread, this: &Object<Class>) -> Value {
        this.name_value(t)
    }

    #[setter(__name__)]
    fn set_class_name(t: &mut Thread, this: &Object<Class>, value: Ref<'_>) -> Result<()> {
        let name = check_new_name(t, this, t.names().__name__, value)?;
        this.set_name(t, name);
        Ok(())
    }

    #[getter]
    fn __qualname__(t: &Thread, this: &Object<Class>) -> Value {
        this.qualname_value(t)
    }

    #[setter(__qualname__)]
    fn set_class_qualname(t: &mut Thread, this: &Object<Class>, value: Ref<'_>) -> Result<()> {
        let name = check_new_name(t, this, t.names().__qualname__, value)?;
        this.set_qualname(t, name);
        Ok(())
    }

    #[getter]
    fn __dict__(t: &Thread, this: &Object<Class>) -> Obj<MappingProxy> {
        MappingProxy::new(t, this.namespace().to_value())
    }

    #[getter]
    fn __module__(t: &mut Thread, this: &Object<Class>) -> Result<Value> {
        own(t, this, t.names().__module__)
    }

    #[setter(__module__)]
    fn set_module(t: &mut Thread, this: &Object<Class>, value: Option<Ref<'_>>) -> Result<()> {
        set_own(t, this, t.names().__module__, value)
    }

    #[getter]
    fn __doc__(t: &mut Thread, this: &Object<Class>) -> Result<Value> {
        if !this.has(ClassFlags::HEAP)
            && let Some(def) = t.interpreter().definition(this.layout().index())
            && std::ptr::eq(this, t.interpreter().class_at(this.layout().index()).unwrap_or(this))
            && !def.doc.is_empty()
        {
            return Ok(Str::from_str(t, def.doc).into_value());
        }
        match this.namespace().get_str(t, t.names().__doc__) {
            Some(doc) => call::bind(t, doc, None, this.borrow()),
            None => Ok(Value::NONE),
        }
    }

    #[setter(__doc__)]
    fn set_doc(t: &mut Thread, this: &Object<Class>, value: Option<Ref<'_>>) -> Result<()> {
        set_own(t, this, t.names().__doc__, value)
    }

    #[getter]
    fn __bases__(t: &Thread, this: &Object<Class>) -> Obj<Tuple> {
        this.bases(t)
    }

    #[setter(__bases__)]
    fn set_class_bases(t: &mut Thread, this: &Object<Class>, value: Ref<'_>) -> Result<()> {
        if !this.has(ClassFlags::HEAP) {
            return Err(immutable(t, this, t.names().__bases__));
        }
        let name = this.name(t);
        let Some(bases) = value.downcast::<Tuple>() else {
            let given = value.class(t).name(t);
            raise!(t, TypeError, "can only assign tuple to {name}.__bases__, not {given}");
        };
        if bases.is_empty() {
            raise!(t, TypeError, "can only assign non-empty tuple to {name}.__bases__, not ()");
        }
        let bases = classes_of(t, bases)?;
        if bases.iter().any(|base| base.is_subclass(this)) {
            raise!(t, TypeError, "a __bases__ item causes an inheritance cycle");
        }
        let new = best_base(t, &bases)?;
        if let Some(old) = this.best_base(t)
            && !have_same_storage(t, &old, new)
        {
            let (new, old) = (new.name(t), old.name(t));
            raise!(t, TypeError, "__bases__ assignment: '{new}' object layout differs from '{old}'");
        }
        this.set_bases(t, bases.iter().map(|base| base.to_obj()).collect())
    }

    #[getter]
    fn __base__(t: &Thread, this: &Object<Class>) -> Option<Value> {
        this.best_base(t).map(Obj::into_value)
    }

    #[getter]
    fn __mro__(t: &Thread, this: &Object<Class>) -> Obj<Tuple> {
        Tuple::from_values(t, this.mro(t).into_iter().map(Obj::into_value))
    }

    #[getter]
    fn __abstractmethods__(t: &mut Thread, this: &Object<Class>) -> Result<Value> {
        let name = t.names().__abstractmethods__;
        if std::ptr::eq(this, t.shape_of::<Class>().class()) {
            return Err(attribute_error(t, "__abstractmethods__", this.borrow(), name));
        }
        match this.namespace().get_str(t, name) {
            Some(methods) => Ok(methods),
            None => Err(attribute_error(t, "__abstractmethods__", this.borrow(), name)),
        }
    }

    #[setter(__abstractmethods__)]
    fn set_abstract_methods(t: &mut Thread, this: &Object<Class>, value: Option<Ref<'_>>) -> Result<()> {
        let is_abstract = match value {
            Some(value) => convert::is_true(t, value)?,
            None => false,
        };
        set_own(t, this, t.names().__abstractmethods__, value)?;
        this.set_abstract(t, is_abstract);
        Ok(())
    }

    #[getter]
    fn __text_signature__(_this: &Object<Class>) -> Value {
        Value::NONE
    }

    #[getter]
    fn __basicsize__(&self) -> usize {
        self.layout().size as usize
    }

    #[getter]
    fn __itemsize__(&self) -> usize {
        if self.layout().has_tail() { size_of::<u64>() } else { 0 }
    }

    #[getter]
    fn __dictoffset__(&self) -> i64 {
        match self.root_shape().attributes() {
            Attributes::Closed => 0,
            _ => i64::from(self.root_shape().attributes_at()),
        }
    }

    #[getter]
    fn __flags__(t: &Thread, this: &Object<Class>) -> i64 {
        public_flags(t, this)
    }
}

/// The bits of CPython's `Py_TPFLAGS_…` (`Include/object.h`) that programs look at.
fn public_flags(t: &Thread, class: &Object<Class>) -> i64 {
    let bit = |flag, position: u32| i64::from(class.has(flag)) << position;
    let immutable = i64::from(!class.has(ClassFlags::HEAP)) << 8;
    let of_layout = [("int", 24), ("list", 25), ("tuple", 26), ("bytes", 27), ("str", 28), ("dict", 29)]
        .into_iter()
        .find(|(name, _)| {
            class.special().mro().any(|base| !base.has(ClassFlags::HEAP) && base.name(t) == *name)
        })
        .map_or(0, |(_, position)| 1 << position);
    bit(ClassFlags::SEQUENCE, 5)
        | bit(ClassFlags::MAPPING, 6)
        | bit(ClassFlags::NO_NEW, 7)
        | immutable
        | bit(ClassFlags::HEAP, 9)
        | bit(ClassFlags::BASE, 10)
        | bit(ClassFlags::METHOD_DESCRIPTOR, 17)
        | i64::from(class.is_abstract()) << 20
        | of_layout
        | bit(ClassFlags::EXCEPTION, 30)
        | bit(ClassFlags::METACLASS, 31)
}

fn check_new_name(t: &Thread, class: &Object<Class>, attribute: Ref<'_>, value: Ref<'_>) -> Result<Value> {
    if !class.has(ClassFlags::HEAP) {
        return Err(immutable(t, class, attribute));
    }
    if value.downcast::<Str>().is_none() {
        let (class, attribute, given) = (class.name(t), name_of(attribute), value.class(t).name(t));
        raise!(t, TypeError, "can only assign string to {class}.{attribute}, not '{given}'");
    }
    Ok(value.to_value())
}

/// An attribute in the namespace of the class itself.
fn own(t: &mut Thread, class: &Object<Class>, name: Ref<'_>) -> Result<Value> {
    match class.namespace().get_str(t, name) {
        Some(value) => Ok(value),
        None => Err(attribute_error(t, &name_of(name), class.borrow(), name)),
    }
}

/// Sets or deletes an attribute in the namespace of the class itself.
pub(super) fn set_own(
    t: &mut Thread,
    class: &Object<Class>,
    name: Ref<'_>,
    value: Option<Ref<'_>>,
) -> Result<()> {
    if !class.has(ClassFlags::HEAP) {
        return Err(immutable(t, class, name));
    }
    if class.set_own_attribute(t, name, value.map(Ref::to_value))? {
        return Ok(());
    }
    Err(attribute_error(t, &name_of(name), class.borrow(), name))
}
