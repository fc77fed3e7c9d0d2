//! `object`: the payload of instances that have nothing but attributes.

use ungil_macros::class;

use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::object::Object;
use crate::protocol::{attribute, hash};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};

/// The payload of `object` and of classes that derive from it alone.
pub struct Instance;

crate::payload!(Instance, collected);

impl Trace for Instance {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// The base class of the class hierarchy.
#[class(name = "object")]
impl Instance {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Result<Value> {
        Ok(t.alloc_with_shape(class.root_shape(), Instance).into_value())
    }

    #[method]
    fn __getattribute__(t: &mut Thread, this: Ref<'_>, name: Ref<'_>) -> Result<Value> {
        attribute::generic_get(t, this, name)
    }

    #[method]
    fn __setattr__(t: &mut Thread, this: Ref<'_>, name: Ref<'_>, value: Ref<'_>) -> Result<()> {
        attribute::generic_set(t, this, name, Some(value.to_value()))
    }

    #[method]
    fn __delattr__(t: &mut Thread, this: Ref<'_>, name: Ref<'_>) -> Result<()> {
        attribute::generic_set(t, this, name, None)
    }

    #[method]
    fn __hash__(this: Ref<'_>) -> i64 {
        hash::hash_identity(this.word().identity())
    }
}
