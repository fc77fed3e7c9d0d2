//! `None`, `True`, `False`, `...`, `NotImplemented`: values that are words by themselves. The payloads have no objects; they
//! give the classes their layouts.

use ungil_macros::class;

use crate::layout::Payload;
use crate::trace::{Trace, Tracer};
use crate::value::Ref;

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

/// The type of the None singleton.
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

/// The type of the Ellipsis singleton.
#[class(name = "ellipsis", final)]
impl EllipsisType {
    #[method]
    fn __repr__(_this: Ref<'_>) -> &'static str {
        "Ellipsis"
    }
}

/// The type of the NotImplemented singleton.
#[class(name = "NotImplementedType", final)]
impl NotImplementedType {
    #[method]
    fn __repr__(_this: Ref<'_>) -> &'static str {
        "NotImplemented"
    }
}
