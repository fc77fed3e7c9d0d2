//! Comparisons, identity and truth as functions.

use ungil_macros::function;
use ungil_objects::protocol::compare::{self, Comparison};
use ungil_objects::protocol::convert;
use ungil_objects::{Ref, Result, Thread, Value};

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident $comparison:ident;)*) => {
        $(
            $(#[$doc])*
            #[function]
            pub fn $name(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                compare::compare(t, Comparison::$comparison, a, b)
            }
        )*
    };
}

comparisons! {
    /// The operator `<`.
    lt Less;
    /// The operator `<=`.
    le LessEqual;
    /// The operator `==`.
    eq Equal;
    /// The operator `!=`.
    ne NotEqual;
    /// The operator `>`.
    gt Greater;
    /// The operator `>=`.
    ge GreaterEqual;
}

/// Whether both are one object.
#[function]
pub fn is_(a: Ref<'_>, b: Ref<'_>) -> bool {
    a.is(b)
}

/// Whether they are two objects.
#[function]
pub fn is_not(a: Ref<'_>, b: Ref<'_>) -> bool {
    !a.is(b)
}

/// Whether the argument is `None`.
#[function]
pub fn is_none(a: Ref<'_>) -> bool {
    a.is_none()
}

/// Whether the argument is anything but `None`.
#[function]
pub fn is_not_none(a: Ref<'_>) -> bool {
    !a.is_none()
}

/// The truth value, as an `if` sees it.
#[function]
pub fn truth(t: &mut Thread, a: Ref<'_>) -> Result<bool> {
    convert::is_true(t, a)
}

/// The opposite of the truth value.
#[function]
pub fn not_(t: &mut Thread, a: Ref<'_>) -> Result<bool> {
    convert::is_true(t, a).map(|truth| !truth)
}
