//! Annotations of classes, computed when they are asked for (PEP 649), and type parameters (PEP 695).
//!
//! The compiler leaves the annotating function in the namespace as `__annotate_func__`; the dict it computes is kept there as
//! `__annotations_cache__`. Neither is inherited.

use ungil_macros::methods;

use super::attributes::set_own;
use super::immutable;
use crate::class::{Class, ClassFlags};
use crate::error::Result;
use crate::object::Object;
use crate::protocol::attribute::attribute_error;
use crate::protocol::call;
use crate::raise;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The argument that asks an annotating function for values (`annotationlib.Format.VALUE`).
const FORMAT_VALUE: i32 = 1;

#[methods(ANNOTATIONS)]
impl Class {
    #[getter]
    fn __annotate__(t: &mut Thread, this: &Object<Class>) -> Result<Value> {
        if !this.has(ClassFlags::HEAP) {
            return Err(no_annotations(t, this, "__annotate__"));
        }
        Ok(annotating_function(t, this).unwrap_or(Value::NONE))
    }

    #[setter(__annotate__)]
    fn set_annotate(t: &mut Thread, this: &Object<Class>, value: Ref<'_>) -> Result<()> {
        let names = t.names();
        if !this.has(ClassFlags::HEAP) {
            return Err(immutable(t, this, names.__annotate__));
        }
        if !value.is_none() && value.shape(t).special().call.is_none() {
            raise!(t, TypeError, "__annotate__ must be callable or None");
        }
        this.set_own_attribute(t, names.__annotate_func__, Some(value.to_value()))?;
        if !value.is_none() {
            this.set_own_attribute(t, names.__annotations_cache__, None)?;
        }
        Ok(())
    }

    #[getter]
    fn __annotations__(t: &mut Thread, this: &Object<Class>) -> Result<Value> {
        if !this.has(ClassFlags::HEAP) {
            return Err(no_annotations(t, this, "__annotations__"));
        }
        let names = t.names();
        for name in [names.__annotations__, names.__annotations_cache__] {
            if let Some(found) = this.namespace().get_str(t, name) {
                return call::bind(t, found, None, this.borrow());
            }
        }
        let annotations = match annotating_function(t, this) {
            Some(function) if !function.is_none() => {
                let format = Value::from_i32(FORMAT_VALUE);
                let computed = call::call(t, function.borrow(), &[format.borrow()])?;
                if computed.downcast_ref::<Dict>().is_none() {
                    let class = computed.borrow().class(t).name(t);
                    raise!(t, TypeError, "__annotate__ returned non-dict of type '{class}'");
                }
                computed
            }
            _ => Dict::new(t).into_value(),
        };
        this.set_own_attribute(t, names.__annotations_cache__, Some(annotations.clone()))?;
        Ok(annotations)
    }

    #[setter(__annotations__)]
    fn set_annotations(t: &mut Thread, this: &Object<Class>, value: Option<Ref<'_>>) -> Result<()> {
        let names = t.names();
        if !this.has(ClassFlags::HEAP) {
            return Err(immutable(t, this, names.__annotations__));
        }
        let is_own = this.namespace().get_str(t, names.__annotations__).is_some();
        let name = if is_own { names.__annotations__ } else { names.__annotations_cache__ };
        match value {
            Some(value) => {
                this.set_own_attribute(t, name, Some(value.to_value()))?;
                this.set_own_attribute(t, names.__annotate__, None)?;
                this.set_own_attribute(t, names.__annotate_func__, None)?;
            }
            None if this.set_own_attribute(t, name, None)? => {}
            None => return Err(attribute_error(t, "__annotations__", this.borrow(), names.__annotations__)),
        }
        Ok(())
    }

    #[getter]
    fn __type_params__(t: &mut Thread, this: &Object<Class>) -> Value {
        let own = this.namespace().get_str(t, t.names().__type_params__);
        own.unwrap_or_else(|| Tuple::from_values(t, []).into_value())
    }

    #[setter(__type_params__)]
    fn set_type_params(t: &mut Thread, this: &Object<Class>, value: Option<Ref<'_>>) -> Result<()> {
        set_own(t, this, t.names().__type_params__, value)
    }
}

fn annotating_function(t: &Thread, class: &Object<Class>) -> Option<Value> {
    let names = t.names();
    [names.__annotate_func__, names.__annotate__]
        .into_iter()
        .find_map(|name| class.namespace().get_str(t, name))
}

fn no_annotations(t: &mut Thread, class: &Object<Class>, name: &str) -> crate::error::Raised {
    let message = format!("type object '{}' has no attribute '{name}'", class.name(t));
    let name = t.interpreter().intern(t, name);
    attribute_error(t, &message, class.borrow(), name)
}
