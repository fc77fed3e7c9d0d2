//! Weak references: the object side. What `weakref.ref` is to Python stands in the `_weakref` module.
//!
//! The table of an interpreter maps an object's address to its weak references; see `ungil_refcount::WeakTable` for who decides
//! between an upgrade and a death.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

use ungil_refcount::Header;

use crate::fields::Slot;
use crate::object::{Obj, Object};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};
use crate::word::Word;

/// The payload of a weak reference.
pub struct WeakRef {
    /// The referent's address; 0 once it died. Written by the destroyer, under the lock of the referent's entry.
    target: AtomicU64,
    callback: Slot,
    /// The referent's hash, once asked for; -1 before.
    pub hash: AtomicU64,
}

crate::payload!(WeakRef, collected);

impl Trace for WeakRef {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.callback.trace(tracer);
        if let Some(target) = NonNull::new(self.target.load(Ordering::Acquire) as *mut Header) {
            tracer.weak(target);
        }
    }
}

/// The weak references of one object: addresses of `WeakRef` objects, which take themselves off when they die.
#[derive(Default)]
pub(crate) struct References(Vec<NonNull<Object<WeakRef>>>);
// SAFETY: the pointers are used under the table's lock only.
unsafe impl Send for References {}

/// A callback that waits to be called with its dead weak reference.
pub(crate) struct Callback {
    reference: Value,
    callback: Value,
}

impl Callback {
    pub(crate) fn run(self, t: &mut Thread) {
        let called = crate::protocol::call::call(t, self.callback.borrow(), &[self.reference.borrow()]);
        if let Err(raised) = called {
            t.report_unraisable(
                raised,
                "Exception ignored while calling weakref callback",
                self.callback.borrow(),
            );
        }
    }
}

const NO_HASH: u64 = u64::MAX;

impl WeakRef {
    /// A weak reference to an object, which must be one (immediates cannot be referred to weakly).
    pub fn new(
        t: &Thread,
        shape: &crate::shape::Shape,
        target: Ref<'_>,
        callback: Option<Value>,
    ) -> Option<Obj<WeakRef>> {
        let object = NonNull::from(target.header()?);
        let reference = t.alloc_with_shape(
            shape,
            WeakRef {
                target: AtomicU64::new(object.as_ptr() as u64),
                callback: Slot::new(callback),
                hash: AtomicU64::new(NO_HASH),
            },
        );
        // Other threads find the weak references to a shared object: they are shared with it.
        if object_is_shared(target) {
            crate::publish::publish_value(t, reference.as_value());
        }
        // SAFETY: the destroyer of an object with weak references takes the entry out first; `target` is a reference.
        unsafe {
            let mut entry = t.interpreter().weak.lock(object);
            entry.get_or_insert_with(t.owner(), References::default).0.push(NonNull::from(&*reference));
        }
        Some(reference)
    }

    /// The object, if it lives.
    pub fn upgrade(&self, t: &Thread) -> Option<Value> {
        loop {
            let object = NonNull::new(self.target.load(Ordering::Acquire) as *mut Header)?;
            // SAFETY: see `WeakTable`; the mark is looked at again under the lock.
            let entry = unsafe { t.interpreter().weak.lock(object) };
            if self.target.load(Ordering::Relaxed) != object.as_ptr() as u64 {
                continue;
            }
            // SAFETY: the entry is locked and the mark says that the object is not destroyed.
            let immortal = unsafe { object.as_ref() }.is_immortal();
            if immortal {
                // SAFETY: immortal.
                return Some(unsafe { Value::from_word(Word::uncounted(object)) });
            }
            // SAFETY: the upgrade took a count.
            return entry.upgrade(t.owner()).then(|| unsafe { Value::from_word(Word::counted(object)) });
        }
    }

    /// The referent's address while it has not died; for identity.
    pub fn target_identity(&self) -> Option<u64> {
        Some(self.target.load(Ordering::Acquire)).filter(|address| *address != 0)
    }

    pub fn cached_hash(&self) -> Option<i64> {
        Some(self.hash.load(Ordering::Relaxed)).filter(|hash| *hash != NO_HASH).map(|hash| hash as i64)
    }
}

impl Object<WeakRef> {
    pub fn callback(&self, t: &Thread) -> Option<Value> {
        self.callback.get(t, self.header())
    }
}

fn object_is_shared(target: Ref<'_>) -> bool {
    target.header().is_some_and(Header::is_shared)
}

/// Reports the weak references to an object that is being published: they are published with it.
pub(crate) fn each_reference(t: &Thread, object: NonNull<Header>, visit: &mut dyn FnMut(NonNull<Header>)) {
    // SAFETY: the publisher holds a reference to the object.
    let mut entry = unsafe { t.interpreter().weak.lock(object) };
    if let Some(references) = entry.get() {
        references.0.iter().for_each(|reference| visit(reference.cast()));
    }
}

/// The weak references to an object that are alive.
pub fn references_to(t: &Thread, target: Ref<'_>) -> Vec<Value> {
    let Some(object) = target.header() else { return Vec::new() };
    // SAFETY: `target` keeps the object alive.
    let mut entry = unsafe { t.interpreter().weak.lock(NonNull::from(object)) };
    let Some(references) = entry.get() else { return Vec::new() };
    // SAFETY: references take themselves off the list, under this lock, before they are freed.
    references.0.iter().filter_map(|reference| unsafe { count_if_alive(t, *reference) }).collect()
}

/// # Safety
/// The reference's block is readable.
unsafe fn count_if_alive(t: &Thread, reference: NonNull<Object<WeakRef>>) -> Option<Value> {
    // SAFETY: promised by the caller.
    let header = unsafe { reference.as_ref() }.header();
    // SAFETY: the count was just taken.
    header.try_incref(t.owner()).then(|| unsafe { Value::from_word(Word::counted(NonNull::from(header))) })
}

/// Marks the weak references to a dead object and leaves their callbacks to the thread's pending list.
pub(crate) fn clear(t: &Thread, object: NonNull<Header>) {
    // SAFETY: this is the destroyer.
    let mut entry = unsafe { t.interpreter().weak.lock(object) };
    let Some(references) = entry.take() else { return };
    let mut alive = Vec::new();
    for reference in references.0 {
        // SAFETY: references take themselves off the list, under this lock, before they are freed.
        unsafe {
            reference.as_ref().target.store(0, Ordering::Release);
            alive.extend(count_if_alive(t, reference));
        }
    }
    drop(entry);
    let callbacks = alive.into_iter().filter_map(|reference| {
        let callback = reference.downcast_ref::<WeakRef>()?.callback(t)?;
        Some(Callback { reference, callback })
    });
    t.reclaim.push_callbacks(callbacks);
}

impl Drop for WeakRef {
    fn drop(&mut self) {
        // An atomic load: another thread, which destroys the referent, may be marking this reference.
        let Some(object) = NonNull::new(self.target.load(Ordering::Acquire) as *mut Header) else { return };
        crate::thread::with_current(|current| {
            let Some(t) = current else { return };
            // SAFETY: the mark says that the object was not destroyed; looked at again under the lock.
            let mut entry = unsafe { t.interpreter().weak.lock(object) };
            if self.target.load(Ordering::Relaxed) == 0 {
                return;
            }
            let this = std::ptr::from_ref(&*self);
            let is_empty = entry.get().is_some_and(|references| {
                // SAFETY: listed references are alive, this one included.
                references
                    .0
                    .retain(|reference| !std::ptr::eq(&raw const **unsafe { reference.as_ref() }, this));
                references.0.is_empty()
            });
            if is_empty {
                drop(entry.take());
            }
        });
    }
}
