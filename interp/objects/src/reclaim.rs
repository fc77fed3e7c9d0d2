//! What happens when the last reference goes: at once, later, or elsewhere.
//!
//! Dropping never runs Python code. A dead object without finaliser is torn down on the spot; what its payload held and thereby
//! dies goes through a list beyond a few levels of recursion, so that a chain of a million objects needs no stack. An object with a finaliser
//! (`__del__`, or weak references with callbacks) is brought back with one reference, which the thread's *pending* list
//! owns; the eval loop drains that list at the end of the same instruction, the native-call trampoline after the
//! call. Objects that were ever shared keep their block until every thread has been quiescent, since a reader without a lock may
//! still look at the header; local ones are freed at once.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use ungil_refcount::{Bit, Header, Owner, Release};
use ungil_tstate::heap::{self, HeapKind};

use crate::attributes;
use crate::counts;
use crate::layout::Payload;
use crate::object::{Object, drop_payload};
use crate::shape::{Attributes, Shape};
use crate::tail::{self, Tailed};
use crate::thread::{Thread, with_current};
use crate::types::text::Str;
use crate::value::Value;
use crate::weakref;
use crate::word::Word;

/// How many objects are torn down within each other; what they hold and thereby dies goes through the list.
const DEEPEST: u32 = 16;

/// A thread's dead and dying objects.
#[derive(Default)]
pub(crate) struct Pending {
    /// Dead objects that wait for their teardown while another is being torn down.
    dead: RefCell<Vec<NonNull<Header>>>,
    /// Objects that are being torn down, each because of the one before.
    depth: Cell<u32>,
    /// Objects whose finalisers wait to run, each with one reference.
    finalise: RefCell<Vec<Value>>,
    /// Calls of weak references' callbacks that wait to run.
    callbacks: RefCell<Vec<weakref::Callback>>,
    waiting: Cell<bool>,
}

/// Gives up one count of an object.
///
/// # Safety
/// The caller owns the count and does not use the object afterwards.
#[inline(never)]
pub(crate) unsafe fn release(object: NonNull<Header>) {
    // SAFETY: promised by the caller.
    match unsafe { counts::remove(object) } {
        Release::Alive => {}
        Release::Dead => died(object),
        outcome => released(object, outcome),
    }
}

/// Gives up the count that a word owns, unless the object may die of it or is not the owner's; whether it did. Inlined where a
/// call would cost more.
///
/// # Safety
/// The word owns a count, and if this answers `true`, is not used afterwards. The owner is the calling thread.
#[inline(always)]
pub unsafe fn release_unless_last(word: Word, owner: Owner) -> bool {
    // SAFETY: promised by the caller.
    unsafe { word.object_unchecked().as_ref().decref_unless_last(owner) }
}

/// An object's last reference is gone.
#[inline(always)]
fn died(object: NonNull<Header>) {
    with_current(|current| match current {
        Some(t) => bury(t, object),
        None => released(object, Release::Dead),
    });
}

#[cold]
#[inline(never)]
fn released(object: NonNull<Header>, outcome: Release) {
    with_current(|current| match (current, outcome) {
        (Some(t), Release::Dead) => bury(t, object),
        (Some(t), Release::HandToOwner(id)) => {
            if t.interpreter().hand_over(id, object) == Release::Dead {
                bury(t, object);
            }
        }
        (_, Release::Alive) => {}
        // Without an attached thread nothing can be torn down here: see `Handle`, which keeps its interpreter.
        (None, _) => crate::handle::release_detached(object, outcome),
    });
}

/// Takes care of an object that was reported dead.
#[inline(always)]
pub(crate) fn bury(t: &Thread, object: NonNull<Header>) {
    // SAFETY: the object is dead and this caller alone was told so.
    let header = unsafe { object.as_ref() };
    if header.shape().load(Ordering::Relaxed) == t.shape_word::<Str>() && !header.is_shared() {
        // SAFETY: the object is dead, and a string.
        return unsafe { free_string(t, object) };
    }
    bury_any(t, object);
}

#[inline(never)]
fn bury_any(t: &Thread, object: NonNull<Header>) {
    // SAFETY: the object is dead and this caller alone was told so; the header is intact until teardown.
    let (header, shape) = unsafe { (object.as_ref(), Shape::of(object.as_ref())) };
    if shape.special().has_finalizer() && finalises(t, object, shape) {
        return;
    }
    // After the finaliser, which may still use weak references to the object.
    if header.has(Bit::WEAKREFS) {
        weakref::clear(t, object);
    }
    let depth = t.reclaim.depth.get();
    if depth == DEEPEST {
        t.reclaim.dead.borrow_mut().push(object);
        return;
    }
    t.reclaim.depth.set(depth + 1);
    tear_down(t, object);
    if depth + 1 == DEEPEST {
        tear_down_waiting(t);
    }
    t.reclaim.depth.set(depth);
}

/// Brings a dead object back until its finaliser has run, if that has still to be, and has something to do.
#[inline(never)]
fn finalises(t: &Thread, object: NonNull<Header>, shape: &Shape) -> bool {
    // SAFETY: the object is whole until teardown, and has its shape's layout.
    let is_settled = unsafe { (shape.layout().is_settled)(object) };
    // SAFETY: as above.
    if is_settled || !unsafe { object.as_ref() }.set_finalized(t.owner()) {
        return false;
    }
    // SAFETY: told dead, nothing destroyed yet.
    unsafe { ungil_refcount::resurrect(object, t.owner()) };
    // SAFETY: the count is the one just made.
    t.reclaim.finalise.borrow_mut().push(unsafe { Value::from_word(Word::counted(object)) });
    t.reclaim.waiting.set(true);
    true
}

#[cold]
#[inline(never)]
fn tear_down_waiting(t: &Thread) {
    while let Some(next) = { t.reclaim.dead.borrow_mut().pop() } {
        tear_down(t, next);
    }
}

/// Frees what dies most: a string of `str` itself has no finaliser, no weak references and no attributes, and holds nothing.
///
/// # Safety
/// The object is such a string, dead, and was never shared.
#[inline(always)]
unsafe fn free_string(t: &Thread, object: NonNull<Header>) {
    // SAFETY: promised by the caller.
    unsafe {
        object.as_ref().clear_live();
        t.state().free(Str::HEAP, tail::behind::<Str>(object), object.cast());
    }
}

#[inline(always)]
fn tear_down(t: &Thread, object: NonNull<Header>) {
    // SAFETY: the object is dead, nobody but this thread touches more of it than its count, and it has its shape's layout.
    unsafe { (Shape::of(object.as_ref()).layout().tear_down)(t, object) }
}

/// Takes a dead object apart and frees it.
///
/// # Safety
/// The object has layout `T`, is dead, and nobody but this thread touches more of it than its count.
pub(crate) unsafe fn tear_down_payload<T: Payload>(t: &Thread, object: NonNull<Header>) {
    // SAFETY: promised by the caller.
    unsafe { tear_down_sized::<T>(t, object, size_of::<Object<T>>()) }
}

/// The same for a payload with a tail.
///
/// # Safety
/// As for [`tear_down_payload`].
pub(crate) unsafe fn tear_down_tailed<T: Tailed>(t: &Thread, object: NonNull<Header>) {
    // SAFETY: promised by the caller.
    unsafe { tear_down_sized::<T>(t, object, tail::behind::<T>(object)) }
}

/// # Safety
/// As for [`tear_down_payload`]; the size is that of header, payload and tail.
#[inline(always)]
unsafe fn tear_down_sized<T: Payload>(t: &Thread, object: NonNull<Header>, mut size: usize) {
    // SAFETY: promised by the caller.
    unsafe {
        let header = object.as_ref();
        header.clear_live();
        if matches!(T::HEAP, HeapKind::Collected) {
            t.count_collected(-1);
        }
        let shape = Shape::of(header);
        let attributes = shape.attribute_bytes();
        if attributes != 0 {
            attributes::drop_storage(object, shape);
            size += attributes;
            // An object that was given another class keeps the block that it was made in.
            if shape.attributes() == Attributes::Dictionary {
                size = heap::usable_size(object.cast());
            }
        }
        drop_payload::<T>(object);
        if header.is_shared() {
            return retire(t, object);
        }
        t.state().free(T::HEAP, size, object.cast());
    }
}

/// # Safety
/// The object was torn down.
#[inline(never)]
unsafe fn retire(t: &Thread, object: NonNull<Header>) {
    // SAFETY: nobody finds the object any more.
    unsafe { t.retire(object.cast(), heap::usable_size(object.cast())) };
}

impl Pending {
    /// Whether finalisers or callbacks wait to be run.
    #[inline(always)]
    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting.get()
    }

    /// Leaves what waits where it is for good: it is never finalised.
    pub(crate) fn abandon(&self) {
        std::mem::forget((self.callbacks.take(), self.finalise.take()));
        self.waiting.set(false);
    }

    pub(crate) fn push_callbacks(&self, callbacks: impl IntoIterator<Item = weakref::Callback>) {
        let mut list = self.callbacks.borrow_mut();
        list.extend(callbacks);
        if !list.is_empty() {
            self.waiting.set(true);
        }
    }
}

impl Thread {
    /// Takes care of an object that a merge of its counts reported dead.
    pub fn bury(&self, object: NonNull<Header>) {
        bury(self, object);
    }

    /// Whether finalisers or callbacks wait: then [`run_pending`](Thread::run_pending) is due at the end of the instruction.
    #[inline(always)]
    pub fn has_pending(&self) -> bool {
        self.reclaim.is_waiting()
    }

    /// Runs the finalisers and weak-reference callbacks that wait. What they raise is reported by `sys.unraisablehook`.
    #[cold]
    #[inline(never)]
    pub fn run_pending(&mut self) {
        while self.reclaim.waiting.replace(false) {
            let callbacks = self.reclaim.callbacks.take();
            for callback in callbacks {
                callback.run(self);
            }
            let objects = self.reclaim.finalise.take();
            for object in objects {
                self.finalise(object);
            }
        }
    }

    /// Calls an object's `__del__`, if its class has one. What it raises is reported.
    pub fn finalise(&mut self, object: Value) {
        let name = self.names().__del__;
        let method = object.borrow().class(self).lookup(self, name);
        if let Some(method) = method
            && let Err(raised) =
                crate::protocol::call::call_special(self, method.borrow(), &[object.borrow()])
        {
            self.report_unraisable(raised, "Exception ignored while calling deallocator", method.borrow());
        }
    }
}
