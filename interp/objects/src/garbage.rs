//! What the collector does to objects that only garbage refers to. The evaluating crate finds them and decides; what touches
//! their memory is here.
//!
//! A condemned object goes through three steps: [`condemn`] in the stopped world (from then on its count is one merged
//! number, so that no decrement is handed to an owner, and heap walks no longer see it), [`empty`] (its references are dropped), [`free`]
//! (its block goes). Its memory stays until all condemned objects are empty, so that dropping their references to each other
//! finds headers to count in.

use std::ptr::NonNull;

use ungil_refcount::{Bit, Header, Release};
use ungil_tstate::heap;

use crate::attributes;
use crate::shape::Shape;
use crate::thread::Thread;
use crate::value::{Ref, Value};
use crate::weakref;
use crate::word::Word;

/// A reference to an object that may be another thread's own, which is published with all it reaches.
///
/// # Safety
/// The world is stopped and the object is alive.
pub unsafe fn hold(t: &Thread, object: NonNull<Header>) -> Value {
    // SAFETY: promised by the caller.
    unsafe {
        if !object.as_ref().is_shared() && !object.as_ref().is_local(t.owner()) {
            crate::publish::publish_stopped(t, object);
        }
        Ref::from_word(Word::uncounted(object)).to_value()
    }
}

/// Marks the weak references to an object and leaves their callbacks to this thread's pending list.
///
/// # Safety
/// The world is stopped; nothing but weak references and garbage leads to the object.
pub unsafe fn clear_weak_references(t: &Thread, object: NonNull<Header>) {
    // SAFETY: promised by the caller.
    if unsafe { object.as_ref() }.has(Bit::WEAKREFS) {
        weakref::clear(t, object);
    }
}

/// Takes an object out of the heap's walks and folds its counts.
///
/// # Safety
/// The world is stopped and the counts of all threads merged; only condemned objects and the caller, who owns one count, refer to the object.
pub unsafe fn condemn(t: &Thread, object: NonNull<Header>) {
    // SAFETY: promised by the caller; the count that the caller owns keeps the object from dying here.
    unsafe {
        if object.as_ref().is_deferred()
            && let Some(id) = object.as_ref().count_id()
        {
            t.interpreter().counted().release(id);
        }
        let bias_gone = ungil_refcount::clear_deferred(object, t.owner());
        let merged = ungil_refcount::merge(object, 0);
        debug_assert!(bias_gone == Release::Alive && merged == Release::Alive, "the collector holds a count");
        object.as_ref().clear_live();
    }
}

/// Drops what a condemned object refers to.
///
/// # Safety
/// The object was condemned, and not emptied before. Nobody looks at more of it than its count from now on. Its class is not emptied yet.
pub unsafe fn empty(object: NonNull<Header>) {
    // SAFETY: promised by the caller.
    unsafe {
        let shape = Shape::of(object.as_ref());
        let layout = shape.layout();
        attributes::drop_storage(object, shape);
        (layout.drop_payload)(object);
    }
}

/// Gives an emptied object's block back. Returns `false`, and leaves the block for good, if somebody else still refers to it.
///
/// # Safety
/// The object was emptied, the caller owns one count of it and gives it up; all other condemned objects were emptied, too.
pub unsafe fn free(t: &Thread, object: NonNull<Header>) -> bool {
    // SAFETY: promised by the caller.
    unsafe {
        if object.as_ref().reference_count() != 1 {
            return false;
        }
        t.retire(object.cast(), heap::usable_size(object.cast()));
    }
    true
}
