//! `types.SimpleNamespace`: an object with the attributes that it was made with.

use ungil_macros::class;

use crate::attributes;
use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::text::repr;
use crate::protocol::{attribute, call, compare};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::dict::Dict;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The payload of `types.SimpleNamespace`, which is all in attributes.
pub struct SimpleNamespace;

crate::payload!(SimpleNamespace, collected, deferrable);

impl Trace for SimpleNamespace {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl SimpleNamespace {
    /// A namespace with these attributes.
    pub fn from_pairs(t: &mut Thread, pairs: Vec<(&str, Value)>) -> Result<Obj<SimpleNamespace>> {
        let namespace = t.alloc(SimpleNamespace);
        for (name, value) in pairs {
            let name = t.interpreter().intern(t, name);
            attribute::set(t, namespace.borrow(), name, value)?;
        }
        Ok(namespace)
    }
}

fn contents(t: &Thread, this: &Object<SimpleNamespace>) -> Obj<Dict> {
    Dict::from_pairs(t, attributes::to_vec(t, this.borrow()))
}

/// An object with whatever attributes it is given.
#[class(name = "SimpleNamespace", module = "types", attributes)]
impl SimpleNamespace {
    #[new]
    fn new_namespace(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Obj<SimpleNamespace> {
        let _ = args;
        t.alloc_with_shape(class.root_shape(), SimpleNamespace)
    }

    #[method]
    fn __init__(t: &mut Thread, this: &Object<SimpleNamespace>, args: Args<'_>) -> Result<()> {
        match args.positional() {
            [] => {}
            [mapping] => {
                let class = t.shape_of::<Dict>().class();
                let copy = call::call(t, class.borrow(), &[*mapping])?;
                let pairs = copy.downcast_ref::<Dict>().map_or_else(Vec::new, |copy| copy.items(t));
                for (name, value) in pairs {
                    if name.downcast_ref::<Str>().is_none() {
                        let given = name.borrow().class(t).name(t);
                        raise!(t, TypeError, "keywords must be strings, not '{given}'");
                    }
                    attribute::set(t, this.borrow(), name.borrow(), value)?;
                }
            }
            more => {
                let class = this.borrow().class(t).name(t);
                let count = more.len();
                raise!(t, TypeError, "{class} expected at most 1 argument, got {count}");
            }
        }
        for (name, value) in args.keywords() {
            attribute::set(t, this.borrow(), name, value.to_value())?;
        }
        Ok(())
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<SimpleNamespace>) -> Result<String> {
        let class = this.borrow().class(t);
        let own = std::ptr::eq(class, t.shape_of::<SimpleNamespace>().class());
        let name = if own { "namespace".to_owned() } else { class.name(t) };
        let shown = t.represent(this.borrow(), |t| {
            let mut parts = Vec::new();
            for (key, value) in attributes::to_vec(t, this.borrow()) {
                if let Some(key) = key.downcast_ref::<Str>() {
                    parts.push(format!("{}={}", &**key, &**repr(t, value.borrow())?));
                }
            }
            Ok(parts.join(", "))
        })?;
        Ok(format!("{name}({})", shown.unwrap_or_else(|| "...".to_owned())))
    }

    #[method]
    fn __eq__(
        t: &mut Thread,
        this: &Object<SimpleNamespace>,
        other: &Object<SimpleNamespace>,
    ) -> Result<bool> {
        let (this, other) = (contents(t, this), contents(t, other));
        compare::equal(t, this.borrow(), other.borrow())
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<SimpleNamespace>) -> Obj<Tuple> {
        let (class, none) = (this.borrow().class(t).to_value(), Tuple::from_values(t, []));
        let state = contents(t, this);
        Tuple::from_values(t, [class, none.into_value(), state.into_value()])
    }

    /// A new namespace of the same class and attributes, some of them replaced by keyword arguments.
    #[method]
    fn __replace__(t: &mut Thread, this: &Object<SimpleNamespace>, args: Args<'_>) -> Result<Value> {
        if !args.positional().is_empty() {
            raise!(t, TypeError, "__replace__() takes no positional arguments");
        }
        let class = this.borrow().class(t).to_value();
        let copy = call::call(t, class.borrow(), &[])?;
        for (name, value) in attributes::to_vec(t, this.borrow()) {
            attribute::set(t, copy.borrow(), name.borrow(), value)?;
        }
        for (name, value) in args.keywords() {
            attribute::set(t, copy.borrow(), name, value.to_value())?;
        }
        Ok(copy)
    }
}
