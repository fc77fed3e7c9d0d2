//! What the `gc` module shows of the heap.

use std::ptr::NonNull;

use ungil_objects::trace::Edge;
use ungil_objects::{Ref, Thread, Value, garbage};
use ungil_refcount::{Bit, Header};

use super::find::{each_object, edges};

/// References to all objects that the collector looks after and that satisfy `wanted`.
///
/// `wanted` runs in a stopped world.
fn select(t: &Thread, wanted: impl Fn(NonNull<Header>) -> bool) -> Vec<Value> {
    let world = t.interpreter().state().stop_the_world(t.state());
    let mut found = Vec::new();
    each_object(&world, |object| {
        // SAFETY: the walk has found the object alive.
        let header = unsafe { object.as_ref() };
        let is_dead = header.reference_count() <= 0 && !header.is_uncounted();
        if header.has(Bit::COLLECTED) && !is_dead {
            found.push(object);
        }
    });
    let found = found.into_iter().filter(|object| wanted(*object));
    // SAFETY: the world is stopped and the objects are alive.
    found.map(|object| unsafe { garbage::hold(t, object) }).collect()
}

/// All objects that the collector looks after.
pub(crate) fn objects(t: &Thread) -> Vec<Value> {
    select(t, |_| true)
}

/// The objects that refer to one of these.
pub(crate) fn referrers(t: &Thread, targets: &[Ref<'_>]) -> Vec<Value> {
    select(t, |object| {
        let mut refers = false;
        // SAFETY: called in a stopped world, with a living object.
        unsafe {
            edges(object, |child, edge| {
                let is_target = || targets.iter().any(|target| target.word().object() == Some(child));
                refers |= edge != Edge::Weak && is_target();
            });
        }
        refers
    })
}

/// The objects that these refer to.
pub(crate) fn referents(t: &Thread, sources: &[Ref<'_>]) -> Vec<Value> {
    let _world = t.interpreter().state().stop_the_world(t.state());
    let mut found = Vec::new();
    for object in sources.iter().filter_map(|source| source.word().object()) {
        // SAFETY: the world is stopped; the argument is alive.
        unsafe {
            edges(object, |child, edge| {
                if edge != Edge::Weak {
                    found.push(child);
                }
            });
        }
    }
    // SAFETY: the world is stopped; what living objects refer to is alive.
    found.into_iter().map(|object| unsafe { garbage::hold(t, object) }).collect()
}

/// Whether the collector looks after an object.
pub(crate) fn is_tracked(object: Ref<'_>) -> bool {
    object.header().is_some_and(|header| header.has(Bit::COLLECTED))
}
