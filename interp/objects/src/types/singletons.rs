//! `None`, `True`, `False`, `...`, `NotImplemented`: values that are words by themselves. The payloads have no objects; they
//! give the classes their layouts.

use ungil_macros::class;

use crate::class::{Class, Operator};
use crate::error::{Exc, Result};
use crate::layout::Payload;
use crate::object::Object;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::int::{self, Int, IntRef, Integer};
use crate::value::{Ref, Value};

macro_rules! singletons {
    ($($(#[$doc:meta])* $type:ident),*) => {
        $(
            $(#[$doc])*
            pub struct $type;

            crate::payload!($type, plain);

            impl Trace for $type {
                fn trace(&self, _: &mut Tracer<'_>) {}
            }

            impl $type {
                /// The index of the class in every interpreter's table.
                pub(crate) fn index() -> usize {
                    $type::layout().index()
                }
            }
        )*
    };
}

singletons! {
    /// The class of `None`.
    NoneType,
    /// The class of `True` and `False`, a subclass of `int`.
    Bool,
    /// The class of `...`.
    EllipsisType,
    /// The class of `NotImplemented`.
    NotImplementedType
}

/// The class whose only instance is `None`.
#[class(name = "NoneType", final)]
impl NoneType {
    #[method]
    fn __repr__(_this: Ref<'_>) -> &'static str {
        "None"
    }

    #[method]
    fn __bool__(_this: Ref<'_>) -> bool {
        false
    }
}

/// The truth of a value: `True` or `False`, which are all the instances there are.
///
/// As integers they are 1 and 0. No class can be derived from this one.
#[class(name = "bool", base = Int, final, match_self)]
impl Bool {
    #[new]
    fn new(_class: &Object<Class>, x: Option<bool>) -> bool {
        x.unwrap_or(false)
    }

    #[method]
    fn __repr__(this: IntRef<'_>) -> &'static str {
        if this.is_zero() { "False" } else { "True" }
    }

    #[method]
    fn __invert__(t: &mut Thread, this: IntRef<'_>) -> Result<Integer> {
        t.warn(Exc::DeprecationWarning, INVERSION)?;
        Ok(!this)
    }

    #[method]
    fn __and__(t: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Result<Value> {
        logical(t, Operator::And, this, value)
    }

    #[method]
    fn __rand__(t: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Result<Value> {
        logical(t, Operator::And, value, this)
    }

    #[method]
    fn __or__(t: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Result<Value> {
        logical(t, Operator::Or, this, value)
    }

    #[method]
    fn __ror__(t: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Result<Value> {
        logical(t, Operator::Or, value, this)
    }

    #[method]
    fn __xor__(t: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Result<Value> {
        logical(t, Operator::Xor, this, value)
    }

    #[method]
    fn __rxor__(t: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Result<Value> {
        logical(t, Operator::Xor, value, this)
    }
}

const INVERSION: &str = "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the \
    bitwise inversion of the underlying int object and is usually not what you expect from negating a bool. Use the 'not' \
    operator for boolean negation or ~int(x) if you really want the bitwise inversion of the underlying int.";

/// A bitwise operator, which between two truth values answers with one.
fn logical(t: &Thread, operator: Operator, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
    if let (Some(a), Some(b)) = (a.as_bool(), b.as_bool()) {
        return Ok(Value::from_bool(match operator {
            Operator::And => a & b,
            Operator::Or => a | b,
            _ => a ^ b,
        }));
    }
    match (a.as_int(), b.as_int()) {
        (Some(a), Some(b)) => int::operate(t, operator, a, b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// The class whose only instance is `...`.
#[class(name = "ellipsis", final)]
impl EllipsisType {
    #[method]
    fn __repr__(_this: Ref<'_>) -> &'static str {
        "Ellipsis"
    }
}

/// The class whose only instance is `NotImplemented`.
#[class(name = "NotImplementedType", final)]
impl NotImplementedType {
    #[method]
    fn __repr__(_this: Ref<'_>) -> &'static str {
        "NotImplemented"
    }
}
