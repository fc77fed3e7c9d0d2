//! `super().name` without making the `super` object.

use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, call};
use ungil_objects::types::super_object::Super;
use ungil_objects::{Ref, Thread, Value};

/// The attribute that `callee(class, object).name` is, or `callee().name` where that was written.
pub(super) fn load(
    t: &mut Thread,
    callee: Value,
    class: Value,
    object: Value,
    name: Ref<'_>,
    explicit: bool,
) -> Result<Value> {
    let is_super = callee
        .downcast_ref::<Class>()
        .is_some_and(|callee| std::ptr::eq(callee, t.shape_of::<Super>().class()));
    let made = if is_super || explicit {
        call::call(t, callee.borrow(), &[class.borrow(), object.borrow()])?
    } else {
        call::call(t, callee.borrow(), &[])?
    };
    attribute::get(t, made.borrow(), name)
}
