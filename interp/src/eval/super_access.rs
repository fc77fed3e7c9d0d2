//! `super().name` without making the `super` object.
//!
//! From `base` on lie the callee, the class and the object. Where `super()` was written without arguments, and the callee is not
//! `super`, it is called without arguments.

use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, call};
use ungil_objects::types::super_object::{self, Super};
use ungil_objects::{Ref, Thread, Value, Word};

use super::attributes::begin_window;
use super::machine::Machine;
use super::places::{self, Place};

/// `load_super_attr`.
#[inline(never)]
pub(super) fn load(m: &mut Machine<'_>, base: usize, name: usize, is_explicit: bool) -> Result<Value> {
    m.save();
    let (callee, class, object) =
        (m.registers.take(base), m.registers.take(base + 1), m.registers.take(base + 2));
    let name = m.code.name(name);
    if is_super(m.t, callee.borrow())
        && let Some(class) = class.downcast_ref::<Class>()
    {
        let order = super_object::class_to_follow(m.t, class, object.borrow())?;
        if let Some(found) = super_object::get(m.t, class, object.borrow(), &order, name)? {
            return Ok(found);
        }
    }
    // What is not found behind the class, the `super` object itself may have.
    let made = if is_explicit || is_super(m.t, callee.borrow()) {
        call::call(m.t, callee.borrow(), &[class.borrow(), object.borrow()])?
    } else {
        call::call(m.t, callee.borrow(), &[])?
    };
    attribute::get(m.t, made.borrow(), name)
}

/// `load_super_method`.
#[inline(never)]
pub(super) fn load_method(m: &mut Machine<'_>, base: usize, name: usize, is_explicit: bool) -> Result<()> {
    let (callee, class) = (m.registers.read(base), m.registers.read(base + 1));
    let object = m.registers.read(base + 2);
    if is_super(m.t, callee)
        && let Some(start) = class.downcast::<Class>()
        && let Place::Method(function) = places::find_behind(m.t, start, object, m.code.name(name))
    {
        drop((m.registers.take(base), m.registers.take(base + 1)));
        // The object moves to the self slot.
        begin_window(m, base, function, object.word());
        return Ok(());
    }
    let callable = load(m, base, name, is_explicit)?;
    begin_window(m, base, callable.into_word(), Word::UNBOUND);
    Ok(())
}

fn is_super(t: &Thread, callee: Ref<'_>) -> bool {
    callee.downcast::<Class>().is_some_and(|callee| std::ptr::eq(callee, t.shape_of::<Super>().class()))
}
