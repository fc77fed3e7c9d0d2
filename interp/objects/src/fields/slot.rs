//! One reference that can be overwritten, read without a lock.

use std::sync::atomic::Ordering;

use ungil_refcount::Header;

use super::{Attempt, SlotWord, admit, count_stable, load_word, read_shared, replace_word};
use crate::lock::lock;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::Value;
use crate::word::Word;

/// A reference field that may change, or hold nothing.
#[repr(transparent)]
pub struct Slot(SlotWord);

impl Slot {
    pub fn new(value: Option<Value>) -> Slot {
        Slot(SlotWord::new(value.map_or(Word::UNBOUND, Value::into_word).bits()))
    }

    pub const fn empty() -> Slot {
        Slot(SlotWord::new(Word::UNBOUND.bits()))
    }

    /// An owned reference to what the slot holds now.
    #[inline]
    pub fn get(&self, t: &Thread, holder: &Header) -> Option<Value> {
        if holder.is_local(t.owner()) {
            return count_stable(load_word(&self.0, Ordering::Relaxed));
        }
        match read_shared(t, &self.0, || true) {
            Attempt::Got(value) => Some(value),
            Attempt::Unbound => None,
            Attempt::Retry => {
                let _held = lock(t, holder);
                count_stable(load_word(&self.0, Ordering::Relaxed))
            }
        }
    }

    /// The word in the slot without a count.
    ///
    /// # Safety
    /// The caller uses the word only as the borrow rule allows: what it points to is readable until this thread's next
    /// safepoint, and alive if it is immortal, deferred or biased to this thread.
    #[inline(always)]
    pub unsafe fn borrowed_word(&self) -> Word {
        load_word(&self.0, Ordering::Acquire)
    }

    /// Replaces what the slot holds; the old value comes back to be dropped by the caller, after any lock.
    #[inline]
    pub fn replace(&self, t: &Thread, holder: &Header, value: Option<Value>) -> Option<Value> {
        let new = match value {
            Some(value) => admit(t, holder, value).into_value().into_word(),
            None => Word::UNBOUND,
        };
        let old = if holder.is_local(t.owner()) {
            let old = load_word(&self.0, Ordering::Relaxed);
            self.0.store(new.bits(), Ordering::Relaxed);
            old
        } else {
            let _held = lock(t, holder);
            replace_word(&self.0, new)
        };
        // SAFETY: the slot owned the old word and has given it up.
        (!old.is_unbound()).then(|| unsafe { Value::from_word(old) })
    }

    /// Puts a value in if the slot holds nothing.
    pub fn fill(&self, t: &Thread, holder: &Header, value: Value) {
        let value = admit(t, holder, value).into_value();
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        if load_word(&self.0, Ordering::Relaxed).is_unbound() {
            replace_word(&self.0, value.into_word());
        }
    }

    /// Replaces what the slot holds and drops the old value.
    #[inline]
    pub fn set(&self, t: &Thread, holder: &Header, value: Value) {
        drop(self.replace(t, holder, Some(value)));
    }
}

impl Default for Slot {
    fn default() -> Slot {
        Slot::empty()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let word = load_word(&self.0, Ordering::Relaxed);
        if word.owns_count() {
            // SAFETY: the slot owned this word, and its object is dead.
            drop(unsafe { Value::from_word(word) });
        }
    }
}

impl Trace for Slot {
    #[inline]
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.word(load_word(&self.0, Ordering::Relaxed));
    }
}
