//! Modules as Python values: `module.name` with the module's `__getattr__` (PEP 562), and annotations computed on demand (PEP 649).

use ungil_macros::class;

use super::Module;
use crate::class::{Binary, Class, Ternary};
use crate::error::{Raised, Result};
use crate::object::{Obj, Object};
use crate::protocol::attribute::{attribute_error, generic_get, generic_set};
use crate::protocol::call;
use crate::protocol::text::{name_of, repr};
use crate::raise;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::text::Str;
use crate::value::{Ref, Value};

impl Object<Module> {
    /// The attribute of the module's class under a name, if it decides alone: a descriptor with `__set__` or `__delete__`.
    fn data_descriptor(&self, t: &Thread, name: Ref<'_>) -> Option<Value> {
        self.borrow().class(t).lookup(t, name).filter(|found| {
            let special = found.borrow().shape(t).special();
            special.ternary(Ternary::Set).is_some() || special.binary(Binary::Delete).is_some()
        })
    }

    fn get_attribute(&self, t: &mut Thread, name: Ref<'_>) -> Result<Value> {
        if self.data_descriptor(t, name).is_none()
            && let Some(found) = self.namespace().get_str(t, name)
        {
            return Ok(found);
        }
        if self.borrow().class(t).lookup(t, name).is_some() {
            return generic_get(t, self.borrow(), name);
        }
        match self.namespace().get_str(t, t.names().__getattr__) {
            Some(fallback) => call::call(t, fallback.borrow(), &[name]),
            None => Err(self.no_attribute(t, name)),
        }
    }

    #[cold]
    fn no_attribute(&self, t: &mut Thread, name: Ref<'_>) -> Raised {
        let text = name_of(name);
        let message = match self.namespace().get_str(t, t.names().__name__) {
            Some(of) if of.downcast_ref::<Str>().is_some() => {
                format!("module '{}' has no attribute '{text}'", name_of(of.borrow()))
            }
            _ => format!("module has no attribute '{text}'"),
        };
        attribute_error(t, &message, self.borrow(), name)
    }

    fn set_attribute(&self, t: &mut Thread, name: Ref<'_>, value: Option<Value>) -> Result<()> {
        let name = t.interpreter().intern_value(t, name);
        if name.downcast::<Str>().is_none() || self.data_descriptor(t, name).is_some() {
            return generic_set(t, self.borrow(), name, value);
        }
        match value {
            Some(value) => self.namespace().set_str(t, name, value),
            None => match self.namespace().remove(t, name)? {
                Some(_) => Ok(()),
                None => Err(self.no_attribute(t, name)),
            },
        }
    }
}

/// Create a module object.
///
/// The name must be a string; the optional docstring can have any type.
#[class(name = "module")]
impl Module {
    #[new]
    fn new_module(t: &mut Thread, class: &Object<Class>, args: crate::call::Args<'_>) -> Obj<Module> {
        let _ = args;
        Module::with_shape(t, class.root_shape(), Dict::new(t))
    }

    #[method(signature = "(name, doc=None)")]
    fn __init__(t: &mut Thread, this: &Object<Module>, name: Ref<'_>, doc: Option<Ref<'_>>) -> Result<()> {
        if name.downcast::<Str>().is_none() {
            let given = name.class(t).name(t);
            raise!(t, TypeError, "module() argument 'name' must be str, not {given}");
        }
        let names = t.names();
        this.namespace().set_str(t, names.__name__, name.to_value())?;
        this.namespace().set_str(t, names.__doc__, doc.map_or(Value::NONE, Ref::to_value))?;
        for name in [names.__package__, names.__loader__, names.__spec__] {
            this.namespace().set_str(t, name, Value::NONE)?;
        }
        Ok(())
    }

    #[method]
    fn __getattribute__(t: &mut Thread, this: &Object<Module>, name: Ref<'_>) -> Result<Value> {
        let name = t.interpreter().intern_value(t, name);
        this.get_attribute(t, name)
    }

    #[method]
    fn __setattr__(t: &mut Thread, this: &Object<Module>, name: Ref<'_>, value: Ref<'_>) -> Result<()> {
        this.set_attribute(t, name, Some(value.to_value()))
    }

    #[method]
    fn __delattr__(t: &mut Thread, this: &Object<Module>, name: Ref<'_>) -> Result<()> {
        this.set_attribute(t, name, None)
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Module>) -> Result<String> {
        let text = |t: &mut Thread, value: Option<Value>| -> Result<Option<String>> {
            match value.filter(|value| !value.is_none()) {
                Some(value) => Ok(Some(repr(t, value.borrow())?.to_string())),
                None => Ok(None),
            }
        };
        let names = t.names();
        let name = this.namespace().get_str(t, names.__name__);
        let name = text(t, name)?.unwrap_or_else(|| "?".to_owned());
        let file = this.namespace().get_str(t, names.__file__);
        if let Some(file) = text(t, file)? {
            return Ok(format!("<module {name} from {file}>"));
        }
        let is_native = this.namespace().get_str(t, names.__spec__).is_some_and(|spec| !spec.is_none());
        Ok(if is_native { format!("<module {name} (built-in)>") } else { format!("<module {name}>") })
    }

    /// __dir__() -> specialized dir() implementation for modules
    #[method]
    fn __dir__(t: &mut Thread, this: &Object<Module>) -> Result<Value> {
        if let Some(list) = this.namespace().get_str(t, t.names().__dir__) {
            return call::call(t, list.borrow(), &[]);
        }
        let names = this.namespace().items(t).into_iter().map(|(name, _)| name);
        Ok(List::from_values(t, names).into_value())
    }

    #[getter]
    fn __dict__(&self) -> Value {
        self.namespace_value()
    }

    #[getter]
    fn __annotations__(t: &mut Thread, this: &Object<Module>) -> Result<Value> {
        let names = t.names();
        if let Some(found) = this.namespace().get_str(t, names.__annotations__) {
            return Ok(found);
        }
        let computed = match this.namespace().get_str(t, names.__annotate__) {
            Some(function) if !function.is_none() => {
                let format = Value::from_i32(1);
                call::call(t, function.borrow(), &[format.borrow()])?
            }
            _ => Dict::new(t).into_value(),
        };
        if computed.downcast_ref::<Dict>().is_none() {
            let class = computed.borrow().class(t).name(t);
            raise!(t, TypeError, "__annotate__ returned non-dict of type '{class}'");
        }
        this.namespace().set_str(t, names.__annotations__, computed.clone())?;
        Ok(computed)
    }

    #[setter(__annotations__)]
    fn set_annotations(t: &mut Thread, this: &Object<Module>, value: Option<Ref<'_>>) -> Result<()> {
        let names = t.names();
        match value {
            Some(value) => this.namespace().set_str(t, names.__annotations__, value.to_value())?,
            None if this.namespace().remove(t, names.__annotations__)?.is_some() => {}
            None => return Err(this.no_attribute(t, names.__annotations__)),
        }
        this.namespace().remove(t, names.__annotate__).map(drop)
    }

    #[getter]
    fn __annotate__(t: &Thread, this: &Object<Module>) -> Option<Value> {
        this.namespace().get_str(t, t.names().__annotate__)
    }

    #[setter(__annotate__)]
    fn set_annotate(t: &mut Thread, this: &Object<Module>, value: Ref<'_>) -> Result<()> {
        let names = t.names();
        if !value.is_none() && value.shape(t).special().call.is_none() {
            raise!(t, TypeError, "__annotate__ must be callable or None");
        }
        this.namespace().set_str(t, names.__annotate__, value.to_value())?;
        this.namespace().remove(t, names.__annotations__).map(drop)
    }
}
