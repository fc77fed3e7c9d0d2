//! The invariants of local and shared objects, checked over the whole heap (`UNGIL_CHECK=1`).

use std::ptr::NonNull;

use ungil_objects::shape::Shape;
use ungil_objects::trace::Edge;
use ungil_refcount::Header;
use ungil_tstate::StoppedWorld;

use super::find::{each_object, edges};

/// Checks that local objects have no foreign counts and no lock held, and that no shared object leads to a local one.
///
/// Ends the process with a report if one is broken: from there on the program's objects cannot be trusted.
pub(super) fn check(world: &StoppedWorld<'_>) {
    let mut objects = Vec::new();
    each_object(world, |object| objects.push(object));
    let broken = objects.iter().filter(|object| !is_sound(**object)).count();
    if broken > 0 {
        eprintln!("{broken} objects break the rules for local and shared objects");
        std::process::abort();
    }
}

fn is_sound(object: NonNull<Header>) -> bool {
    // SAFETY: the world is stopped; the walk has found the object alive.
    let header = unsafe { object.as_ref() };
    if !header.is_consistent() {
        eprintln!("a local object has foreign counts or is locked: {} {header:?}", class_of(header));
        return false;
    }
    if !header.is_shared() {
        return true;
    }
    let mut is_sound = true;
    // SAFETY: as above.
    unsafe {
        edges(object, |child, edge| {
            let target = child.as_ref();
            if edge != Edge::Weak && !target.is_shared() && !target.is_immortal() {
                let (from, to) = (class_of(header), class_of(target));
                eprintln!("a shared object refers to a local one: {from} {header:?} to {to} {target:?}");
                is_sound = false;
            }
        });
    }
    is_sound
}

/// The layout's name, which can be read without running anything.
fn class_of(header: &Header) -> &'static str {
    // SAFETY: the object is alive.
    unsafe { Shape::of(header) }.layout().name
}
