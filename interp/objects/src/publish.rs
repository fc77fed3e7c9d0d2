//! Publication: making a local object, and all it reaches, fit to be seen by other threads.
//!
//! The protocol is in `ungil_storage::publish`; here stands what an object's edges are. 7–26 ns an object, once in its life.

use std::ptr::NonNull;

use ungil_refcount::{Bit, Header};
use ungil_storage as storage;

use crate::attributes;
use crate::shape::Shape;
use crate::thread::Thread;
use crate::trace::{Edge, Tracer};
use crate::value::Value;
use crate::weakref;

/// Publishes what a value points to, if it is local to this thread.
#[inline]
pub fn publish_value(t: &Thread, value: &Value) {
    if let Some(object) = value.word().object() {
        // SAFETY: the value keeps the object alive.
        if unsafe { object.as_ref() }.is_local(t.owner()) {
            publish(t, object);
        }
    }
}

/// Publishes a local object and everything local that it reaches.
#[cold]
#[inline(never)]
pub fn publish(t: &Thread, object: NonNull<Header>) {
    let edges = |object: NonNull<Header>, mark: &mut dyn FnMut(NonNull<Header>)| {
        t.statistics().published();
        // SAFETY: this thread owns the object, which is alive.
        unsafe {
            if object.as_ref().has(Bit::WEAKREFS) {
                weakref::each_reference(t, object, mark);
            }
            // A class that is declared and not yet defined is published when it is.
            if object.as_ref().has(Bit::LIVE) {
                trace_object(object, &mut Tracer::new(&mut |child: NonNull<Header>, _: Edge| mark(child)));
            }
        }
    };
    // SAFETY: the object is local, and the caller's reference keeps it alive.
    unsafe { storage::publish::publish(object, t.owner(), edges) };
}

/// Publishes what a shared object reaches, after it was filled in place.
pub(crate) fn publish_contents(t: &Thread, object: NonNull<Header>) {
    let mut found = Vec::new();
    // SAFETY: the caller has just filled the object, and no other thread exists yet.
    unsafe {
        trace_object(object, &mut Tracer::new(&mut |child: NonNull<Header>, _: Edge| found.push(child)))
    };
    for child in found {
        // SAFETY: the object keeps what it refers to alive.
        if unsafe { child.as_ref() }.is_local(t.owner()) {
            publish(t, child);
        }
    }
}

/// Publishes everything that an object reaches, whoever owns it.
///
/// # Safety
/// The world is stopped.
pub(crate) unsafe fn publish_stopped(t: &Thread, root: NonNull<Header>) {
    let mut list = Vec::new();
    let mark = |list: &mut Vec<NonNull<Header>>, object: NonNull<Header>| {
        // SAFETY: reachable objects are alive; their owners are suspended.
        unsafe {
            if !object.as_ref().is_shared() {
                object.as_ref().share();
                list.push(object);
            }
        }
    };
    mark(&mut list, root);
    while let Some(next) = list.pop() {
        // SAFETY: as above.
        unsafe {
            let mut found = Vec::new();
            if next.as_ref().has(Bit::WEAKREFS) {
                weakref::each_reference(t, next, &mut |child| found.push(child));
            }
            trace_object(next, &mut Tracer::new(&mut |child: NonNull<Header>, _: Edge| found.push(child)));
            found.into_iter().for_each(|child| mark(&mut list, child));
        }
    }
}

/// Reports all edges of an object: its class, its attributes, its payload.
///
/// # Safety
/// The object is alive, and either local to this thread or the world is stopped.
pub unsafe fn trace_object(object: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: promised by the caller.
    unsafe {
        let shape = Shape::of(object.as_ref());
        tracer.uncounted(NonNull::from(shape.class().header()));
        attributes::trace_storage(object, shape, tracer);
        (shape.layout().trace_payload)(object, tracer);
    }
}
