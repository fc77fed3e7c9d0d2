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
    /// Same as a < b.
    lt Less;
    /// Same as a <= b.
    le LessEqual;
    /// Same as a == b.
    eq Equal;
    /// Same as a != b.
    ne NotEqual;
    /// Same as a > b.
    gt Greater;
    /// Same as a >= b.
    ge GreaterEqual;
}

/// Same as a is b.
#[function]
pub fn is_(a: Ref<'_>, b: Ref<'_>) -> bool {
    a.is(b)
}

/// Same as a is not b.
#[function]
pub fn is_not(a: Ref<'_>, b: Ref<'_>) -> bool {
    !a.is(b)
}

/// Same as a is None.
#[function]
pub fn is_none(a: Ref<'_>) -> bool {
    a.is_none()
}

/// Same as a is not None.
#[function]
pub fn is_not_none(a: Ref<'_>) -> bool {
    !a.is_none()
}

/// Return True if a is true, False otherwise.
#[function]
pub fn truth(t: &mut Thread, a: Ref<'_>) -> Result<bool> {
    convert::is_true(t, a)
}

/// Same as not a.
#[function]
pub fn not_(t: &mut Thread, a: Ref<'_>) -> Result<bool> {
    convert::is_true(t, a).map(|truth| !truth)
}
