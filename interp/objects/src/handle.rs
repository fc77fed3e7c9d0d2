//! References that cross threads.
//!
//! A [`Handle`] is `Send + Sync`, may outlive the attached scope it was made in, and can be dropped anywhere: with a thread of the
//! interpreter attached, as any reference; otherwise the decrement is handed to the interpreter, which tears the
//! object down at its next safepoint. Making a handle publishes what it refers to.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use ungil_refcount::{Header, Owner, Release};

use crate::interpreter::Interpreter;
use crate::publish;
use crate::thread::Thread;
use crate::value::{Ref, Value};
use crate::word::Word;

/// An owned reference that any thread may hold.
pub struct Handle {
    word: Word,
    interpreter: &'static Interpreter,
}

// SAFETY: what the word points to was published; counting is done by the protocol for shared objects.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl Handle {
    pub(crate) fn new(t: &Thread, value: Value) -> Handle {
        publish::publish_value(t, &value);
        Handle { word: value.into_word(), interpreter: t.interpreter() }
    }

    /// The value, as an attached thread of the same interpreter sees it.
    ///
    /// # Panics
    /// If the thread is attached to another interpreter.
    pub fn get<'a>(&'a self, t: &Thread) -> Ref<'a> {
        assert!(std::ptr::eq(t.interpreter(), self.interpreter), "a handle belongs to another interpreter");
        // SAFETY: the handle owns a count, or the word needs none.
        unsafe { Ref::from_word(self.word) }
    }

    /// Turns the handle into a value of the attached thread.
    ///
    /// # Panics
    /// As [`get`](Handle::get).
    pub fn into_value(self, t: &Thread) -> Value {
        let _ = self.get(t);
        // SAFETY: the count moves.
        unsafe { Value::from_word(ManuallyDrop::new(self).word) }
    }

    pub fn interpreter(&self) -> &'static Interpreter {
        self.interpreter
    }
}

impl Clone for Handle {
    fn clone(&self) -> Handle {
        if let Some(object) = self.word.object()
            && self.word.owns_count()
        {
            // SAFETY: the handle keeps the object alive.
            unsafe { object.as_ref() }.incref(self.interpreter.owner_here());
        }
        Handle { word: self.word, interpreter: self.interpreter }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if !self.word.owns_count() {
            return;
        }
        let object = self.word.object_unchecked();
        if !self.interpreter.owner_here().is_none() {
            // SAFETY: the handle owns the count and is gone after this.
            unsafe { crate::reclaim::release(object) };
        } else {
            // SAFETY: as above; an id of another interpreter's thread must not count here.
            match unsafe { ungil_refcount::decref(object, Owner::NONE) } {
                Release::Alive => {}
                Release::HandToOwner(id) => {
                    if self.interpreter.hand_over(id, object) == Release::Dead {
                        self.interpreter.bury_later(object);
                    }
                }
                Release::Dead => self.interpreter.bury_later(object),
            }
        }
    }
}

/// A [`Value`] that was dropped while its thread was not attached: a token outlived its scope, which safe code cannot do.
pub(crate) fn release_detached(object: NonNull<Header>, outcome: Release) {
    debug_assert!(false, "{object:?} was dropped without an attached thread ({outcome:?})");
}
