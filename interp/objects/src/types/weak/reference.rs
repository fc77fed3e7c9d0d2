//! `weakref.ref`, also called `ReferenceType`.

use std::sync::atomic::Ordering;

use ungil_macros::class;

use super::is_referable;
use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::object::Object;
use crate::protocol::compare::{self, Comparison};
use crate::protocol::{attribute, hash, text};
use crate::raise;
use crate::thread::Thread;
use crate::types::generic_alias::GenericAlias;
use crate::types::text::Str;
use crate::value::{Ref, Value};
use crate::weakref::{WeakRef, references_to};

/// Two references are equal if their referents are, or, once one has died, if they are the same.
fn equal(t: &mut Thread, a: &Object<WeakRef>, b: &Object<WeakRef>) -> Result<bool> {
    match (a.upgrade(t), b.upgrade(t)) {
        (Some(left), Some(right)) => compare::holds(t, Comparison::Equal, left.borrow(), right.borrow()),
        _ => Ok(a.is(b.borrow())),
    }
}

#[class(name = "ReferenceType", module = "weakref")]
impl WeakRef {
    #[new]
    fn create(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
        // Subclasses may take keywords of their own.
        let [target, callback] = Args::positional_only(args.positional()).unpack(t, "__new__", 1)?;
        let (Some(target), callback) = (target, callback.filter(|callback| !callback.is_none())) else {
            return Ok(Value::NONE);
        };
        if !is_referable(t, target) {
            raise!(t, TypeError, "cannot create weak reference to '{}' object", target.class(t).name(t));
        }
        if callback.is_none() && std::ptr::eq(class, t.shape_of::<WeakRef>().class()) {
            // One reference without a callback serves all who ask.
            let known = references_to(t, target).into_iter().find(|reference| {
                let plain = reference.borrow().downcast_exact::<WeakRef>(t);
                plain.is_some_and(|reference| reference.callback(t).is_none())
            });
            if let Some(known) = known {
                return Ok(known);
            }
        }
        let made = WeakRef::new(t, class.root_shape(), target, callback.map(Ref::to_value));
        match made {
            Some(reference) => Ok(reference.into_value()),
            None => {
                raise!(t, TypeError, "cannot create weak reference to '{}' object", target.class(t).name(t))
            }
        }
    }

    #[method]
    fn __init__(t: &mut Thread, _this: &Object<WeakRef>, args: Args<'_>) -> Result<()> {
        args.unpack::<2>(t, "__init__", 1).map(drop)
    }

    /// The object, or None if it has died.
    #[method]
    fn __call__(t: &mut Thread, this: &Object<WeakRef>, args: Args<'_>) -> Result<Value> {
        args.unpack::<0>(t, "weakref", 0)?;
        Ok(this.upgrade(t).unwrap_or(Value::NONE))
    }

    #[getter]
    fn __callback__(t: &mut Thread, this: &Object<WeakRef>) -> Value {
        // A dead referent's callback was called, or never will be.
        let callback = this.target_identity().and_then(|_| this.callback(t));
        callback.unwrap_or(Value::NONE)
    }

    #[method]
    fn __hash__(t: &mut Thread, this: &Object<WeakRef>) -> Result<i64> {
        if let Some(hash) = this.cached_hash() {
            return Ok(hash);
        }
        let Some(target) = this.upgrade(t) else { raise!(t, TypeError, "weak object has gone away") };
        let hash = hash::hash(t, target.borrow())?;
        this.hash.store(hash as u64, Ordering::Relaxed);
        Ok(hash)
    }

    #[method]
    fn __eq__(t: &mut Thread, this: &Object<WeakRef>, other: &Object<WeakRef>) -> Result<bool> {
        equal(t, this, other)
    }

    #[method]
    fn __ne__(t: &mut Thread, this: &Object<WeakRef>, other: &Object<WeakRef>) -> Result<bool> {
        equal(t, this, other).map(|equal| !equal)
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<WeakRef>) -> Result<String> {
        let here = this.borrow().word().identity();
        let Some(target) = this.upgrade(t) else { return Ok(format!("<weakref at {here:#x}; dead>")) };
        let (class, there) = (target.borrow().class(t).name(t), target.borrow().word().identity());
        let name = attribute::get_if_any(t, target.borrow(), t.names().__name__)?;
        let name = name.as_ref().and_then(|name| name.downcast_ref::<Str>());
        let name = name.map(|name| format!(" ({})", text::name_of(name.borrow()))).unwrap_or_default();
        Ok(format!("<weakref at {here:#x}; to '{class}' at {there:#x}{name}>"))
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        GenericAlias::of_class(t, class, item)
    }
}
