//! The end of garbage: finalisers, condemning, emptying. See the [protocol](super).

use std::cmp::Reverse;
use std::ptr::NonNull;

use super::find;
use ungil_objects::class::{Class, ClassFlags};
use ungil_objects::weakref::WeakRef;
use ungil_objects::{Thread, Value, garbage};
use ungil_refcount::{Bit, Header};
use ungil_tstate::StoppedWorld;

/// Whether an object has a finaliser that has not run.
pub(super) fn has_finaliser(object: &Value) -> bool {
    let Some(header) = object.borrow().header() else { return false };
    // SAFETY: the value keeps the object alive.
    let shape = unsafe { ungil_objects::shape::Shape::of(header) };
    shape.special().has_finalizer() && !header.has(Bit::FINALIZED)
}

/// Runs the finalisers that have not run.
pub(super) fn finalise(t: &mut Thread, held: &[Value]) {
    for object in held {
        let is_first = has_finaliser(object)
            && object.borrow().header().is_some_and(|header| header.set_finalized(t.owner()));
        if is_first {
            t.finalise(object.clone());
        }
    }
}

/// Objects on their way out, each with one count that the collector owns.
pub(super) struct Condemned {
    /// Emptied already.
    weak_references: Vec<NonNull<Header>>,
    /// Neither weak references nor classes.
    instances: Vec<NonNull<Header>>,
    /// Classes, in the order in which they may go.
    classes: Vec<NonNull<Header>>,
}

/// Condemns garbage, of which the values are the collector's references.
pub(super) fn condemn(t: &Thread, world: &StoppedWorld<'_>, held: Vec<Value>) -> Condemned {
    let mut classes: Vec<_> = held.iter().filter(|value| value.downcast_ref::<Class>().is_some()).collect();
    // A class goes before its bases and, being an instance of it, before its metaclass.
    classes.sort_by_key(|value| {
        let class = value.downcast_ref::<Class>();
        let special = class.map(|class| class.special());
        let is_metaclass = special.is_some_and(|special| special.has(ClassFlags::METACLASS));
        (is_metaclass, Reverse(special.map_or(0, |special| special.mro().count())))
    });
    classes
        .iter()
        .filter_map(|value| value.downcast_ref::<Class>())
        .for_each(|class| class.forget_as_subclass(t));
    if !classes.is_empty() {
        for state in world.threads() {
            // SAFETY: the world is stopped: the thread is suspended, or the calling one.
            if let Some(thread) = unsafe { Thread::of_state(state) } {
                thread.methods.clear();
            }
        }
    }
    find::merge_counts(world);
    let object = |value: &Value| value.word().object();
    let classes: Vec<_> = classes.into_iter().filter_map(object).collect();
    let is_weak = |value: &&Value| value.downcast_ref::<WeakRef>().is_some();
    let weak_references: Vec<_> = held.iter().filter(is_weak).filter_map(object).collect();
    let is_other = |value: &&Value| !is_weak(value) && value.downcast_ref::<Class>().is_none();
    let instances: Vec<_> = held.iter().filter(is_other).filter_map(object).collect();
    for object in held.into_iter().filter_map(|value| value.into_word().object()) {
        // SAFETY: the world is stopped, and the object garbage of which the value's count was ours.
        unsafe { garbage::condemn(t, object) };
    }
    for object in &weak_references {
        // SAFETY: just condemned. Emptying a weak reference takes it off its referent's list, so its callback will not be called.
        unsafe { garbage::empty(*object) };
    }
    for object in instances.iter().chain(&classes) {
        // SAFETY: the world is stopped, and only garbage leads to the object.
        unsafe { garbage::clear_weak_references(t, *object) };
    }
    Condemned { weak_references, instances, classes }
}

impl Condemned {
    /// Empties and frees all of them. Returns how many there were.
    pub fn destroy(self, t: &Thread) -> usize {
        for object in self.instances.iter().chain(&self.classes) {
            // SAFETY: condemned, not emptied before; classes come after their instances, in the order made above.
            unsafe { garbage::empty(*object) };
        }
        let all = [self.weak_references, self.instances, self.classes].concat();
        for object in &all {
            // SAFETY: all are empty; the count is the collector's.
            let freed = unsafe { garbage::free(t, *object) };
            debug_assert!(freed, "somebody refers to garbage");
        }
        all.len()
    }
}
