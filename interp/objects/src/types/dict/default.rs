//! `collections.defaultdict`: a dict that makes the values of missing keys.
//!
//! It has the layout of `dict`; its factory is an instance attribute.

use ungil_macros::methods;
use ungil_text::TextBuf;

use super::{Dict, merge, methods};
use crate::attributes;
use crate::call::Args;
use crate::class::{Class, ClassDef, ClassFlags, make_class};
use crate::error::{Raised, Result};
use crate::layout::Payload;
use crate::object::{Obj, Object};
use crate::protocol::{attribute, call, iterate, text};
use crate::raise;
use crate::thread::Thread;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// Makes the class `defaultdict`.
///
/// # Errors
/// `MemoryError` at most.
pub fn default_dict_class(t: &mut Thread) -> Result<Obj<Class>> {
    static DEF: ClassDef = ClassDef {
        name: "defaultdict",
        module: "collections",
        doc: "A dict that calls a factory for the value of a missing key.",
        flags: ClassFlags::BASE.with(ClassFlags::MAPPING),
        has_attributes: true,
        methods: Dict::DEFAULT.methods,
        ..ClassDef::EMPTY
    };
    let base = t.shape_of::<Dict>().class();
    make_class(t, Dict::layout(), &DEF, &[base])
}

/// The factory; `None` if there is none.
fn factory(t: &Thread, dict: &Object<Dict>) -> Value {
    let name = t.interpreter().intern(t, "default_factory");
    attributes::get(t, dict.borrow(), name).unwrap_or(Value::NONE)
}

fn set_factory(t: &mut Thread, dict: Ref<'_>, factory: Value) -> Result<()> {
    let name = t.interpreter().intern(t, "default_factory");
    attribute::set(t, dict, name, factory)
}

/// A defaultdict of the same class with the same factory and the same entries.
fn copy_of(t: &mut Thread, dict: &Object<Dict>) -> Result<Value> {
    let (class, factory) = (dict.borrow().class(t).to_value(), factory(t, dict));
    call::call(t, class.borrow(), &[factory.borrow(), dict.borrow()])
}

#[methods(DEFAULT)]
impl Dict {
    #[method(name = "__init__")]
    fn init_default(t: &mut Thread, this: &Object<Dict>, args: Args<'_>) -> Result<()> {
        let Some(factory) = args.positional().first() else {
            set_factory(t, this.borrow(), Value::NONE)?;
            return merge::update_from_call(t, this, "defaultdict", args);
        };
        if !factory.is_none() && factory.shape(t).special().call.is_none() {
            raise!(t, TypeError, "first argument must be callable or None");
        }
        set_factory(t, this.borrow(), factory.to_value())?;
        merge::update_from_call(t, this, "defaultdict", args.rest())
    }

    /// Called for a key that is not there: stores under it what the factory makes, and returns that.
    ///
    /// Raises `KeyError` if there is no factory.
    #[method]
    fn __missing__(t: &mut Thread, this: &Object<Dict>, key: Ref<'_>) -> Result<Value> {
        let factory = factory(t, this);
        if factory.is_none() {
            return Err(Raised::key_error(t, key));
        }
        let value = call::call(t, factory.borrow(), &[])?;
        // Another thread, or the factory itself, may have been faster: then its value stays.
        let hash = crate::protocol::hash::hash(t, key)?;
        this.table().get_or_insert(t, this.header(), key.to_value(), hash, value)
    }

    #[method(name = "__repr__")]
    fn repr_default(t: &mut Thread, this: &Object<Dict>) -> Result<Obj<Str>> {
        let name = this.borrow().class(t).name(t);
        let factory = factory(t, this);
        // A factory that is a method of this dict shows it in turn.
        let shown = t.represent(factory.borrow(), |t| text::repr(t, factory.borrow()))?;
        let mut out = TextBuf::from(name.as_str());
        out.push_str("(");
        match &shown {
            Some(shown) => out.push_text(shown.text()),
            None => out.push_str("..."),
        }
        out.push_str(", ");
        match methods::repr_entries(t, this)? {
            Some(entries) => out.push_text(entries.as_text()),
            None => out.push_str("{...}"),
        }
        out.push_str(")");
        Ok(Str::from_buf(t, &out))
    }

    /// A new defaultdict with the same factory and the same entries.
    #[method(name = "copy")]
    fn copy_default(t: &mut Thread, this: &Object<Dict>) -> Result<Value> {
        copy_of(t, this)
    }

    #[method(name = "__copy__")]
    fn shallow_copy_default(t: &mut Thread, this: &Object<Dict>) -> Result<Value> {
        copy_of(t, this)
    }

    #[method(name = "__or__")]
    fn or_default(t: &mut Thread, this: &Object<Dict>, other: &Object<Dict>) -> Result<Value> {
        let merged = copy_of(t, this)?;
        if let Some(merged) = merged.downcast_ref::<Dict>() {
            merge::update(t, merged, other.borrow())?;
        }
        Ok(merged)
    }

    #[method(name = "__ror__")]
    fn reflected_or_default(t: &mut Thread, this: &Object<Dict>, other: &Object<Dict>) -> Result<Value> {
        let (class, factory) = (this.borrow().class(t).to_value(), factory(t, this));
        let merged = call::call(t, class.borrow(), &[factory.borrow(), other.borrow()])?;
        if let Some(merged) = merged.downcast_ref::<Dict>() {
            merge::update(t, merged, this.borrow())?;
        }
        Ok(merged)
    }

    #[method(name = "__reduce__")]
    fn reduce_default(t: &mut Thread, this: &Object<Dict>) -> Result<Value> {
        let factory = factory(t, this);
        let args = Tuple::from_values(t, (!factory.is_none()).then_some(factory)).into_value();
        let items = call::call_method(t, this.borrow(), t.names().items, &[])?;
        let items = iterate::iter(t, items.borrow())?;
        let class = this.borrow().class(t).to_value();
        Ok(Tuple::from_values(t, [class, args, Value::NONE, Value::NONE, items]).into_value())
    }
}
