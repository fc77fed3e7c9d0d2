//! `cmp_to_key`: objects that compare by a function of two.

use ungil_macros::{class, function};
use ungil_objects::call::Args;
use ungil_objects::fields::Fixed;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::call;
use ungil_objects::protocol::compare::{self, Comparison};
use ungil_objects::{Ref, Result, Thread, Value, raise};

use crate::payload::payload_struct;

payload_struct! {
    /// The payload of keys, and of the function that makes them, which has no object yet.
    KeyWrapper {
        compare: Fixed,
        object: Option<Fixed>,
    }
}

/// Makes a key for sorting from `mycmp`, which answers for two values a number below, at or above 0.
#[function(signature = "(mycmp)")]
pub fn cmp_to_key(t: &mut Thread, mycmp: Ref<'_>) -> Obj<KeyWrapper> {
    t.alloc(KeyWrapper { compare: Fixed::new(mycmp.to_value()), object: None })
}

/// Compares the objects of two keys.
fn compared(t: &mut Thread, comparison: Comparison, this: &KeyWrapper, other: Ref<'_>) -> Result<Value> {
    let Some(other) = other.downcast::<KeyWrapper>() else {
        raise!(t, TypeError, "other argument must be K instance");
    };
    let (Some(left), Some(right)) = (&this.object, &other.object) else {
        raise!(t, AttributeError, "object");
    };
    let order = call::call(t, this.compare.get(), &[left.get(), right.get()])?;
    compare::compare(t, comparison, order.borrow(), Value::from_i32(0).borrow())
}

#[class(name = "KeyWrapper", module = "functools", no_new, final)]
impl KeyWrapper {
    #[method]
    fn __call__(t: &mut Thread, this: &Object<KeyWrapper>, args: Args<'_>) -> Result<Obj<KeyWrapper>> {
        let object = match (args.values(), args.names()) {
            ([object], None) => object,
            ([object], Some(_)) if args.keywords().all(|(name, _)| is_obj(name)) => object,
            ([], _) => raise!(t, TypeError, "K() missing required argument 'obj' (pos 1)"),
            (values, None) => {
                raise!(t, TypeError, "K() takes at most 1 argument ({} given)", values.len())
            }
            _ => raise!(t, TypeError, "K() got an unexpected keyword argument"),
        };
        let compare = Fixed::new(this.compare.get().to_value());
        Ok(t.alloc(KeyWrapper { compare, object: Some(Fixed::new(object.to_value())) }))
    }

    /// What the key was made for.
    #[getter]
    fn obj(t: &mut Thread, this: &Object<KeyWrapper>) -> Result<Value> {
        match &this.object {
            Some(object) => Ok(object.get().to_value()),
            None => raise!(t, AttributeError, "obj"),
        }
    }

    #[method]
    fn __lt__(t: &mut Thread, this: &Object<KeyWrapper>, other: Ref<'_>) -> Result<Value> {
        compared(t, Comparison::Less, this, other)
    }

    #[method]
    fn __le__(t: &mut Thread, this: &Object<KeyWrapper>, other: Ref<'_>) -> Result<Value> {
        compared(t, Comparison::LessEqual, this, other)
    }

    #[method]
    fn __eq__(t: &mut Thread, this: &Object<KeyWrapper>, other: Ref<'_>) -> Result<Value> {
        compared(t, Comparison::Equal, this, other)
    }

    #[method]
    fn __ne__(t: &mut Thread, this: &Object<KeyWrapper>, other: Ref<'_>) -> Result<Value> {
        compared(t, Comparison::NotEqual, this, other)
    }

    #[method]
    fn __gt__(t: &mut Thread, this: &Object<KeyWrapper>, other: Ref<'_>) -> Result<Value> {
        compared(t, Comparison::Greater, this, other)
    }

    #[method]
    fn __ge__(t: &mut Thread, this: &Object<KeyWrapper>, other: Ref<'_>) -> Result<Value> {
        compared(t, Comparison::GreaterEqual, this, other)
    }
}

fn is_obj(name: Ref<'_>) -> bool {
    ungil_objects::protocol::text::name_of(name) == "obj"
}
