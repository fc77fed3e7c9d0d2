//! Payload fields: each type says how it is shared between threads.
//!
//! | field | written | read |
//! |---|---|---|
//! | [`Fixed`] | once, before the object can be reached by another thread | freely |
//! | [`Slot`] | any time; under the object's lock when shared | without the lock, validated |
//! | [`SlotVec`] | any time; under the object's lock when shared | without the lock, validated |
//! | [`Guarded`] | any time; under the object's lock when shared | under the lock when shared |
//!
//! While an object is *local* only its owner can reach it, so every access is plain. Storing into a shared object publishes
//! what is stored first, before any lock is taken ([`admit`]).
//!
//! **Reading without the lock** (shared objects): load the storage, load the item, try to take a count of it, load the item and
//! the storage again. If either differs, give the count back and take the lock. A failed attempt to count means
//! "lock", never "dead". Freed objects and storage stay readable until this thread's next safepoint. Writers replace an item before
//! they drop the old one, and drop it after unlocking. Within one storage an index never changes its meaning.

mod fixed;
mod guarded;
mod slot;
mod slot_vec;
mod table;

pub use fixed::Fixed;
pub use guarded::Guarded;
pub use slot::Slot;
pub use slot_vec::SlotVec;
pub use table::Table;

use std::sync::atomic::{AtomicU64, Ordering, fence};

use ungil_refcount::Header;

use crate::publish;
use crate::thread::Thread;
use crate::value::{Ref, Value};
use crate::word::Word;

/// Makes a value fit to be stored in `holder`: if the holder is shared, publishes the value and all it reaches.
/// Every store of a reference into an object goes through here.
#[inline(always)]
pub fn admit(t: &Thread, holder: &Header, value: Value) -> Fixed {
    admit_borrowed(t, holder, &value);
    Fixed::new(value)
}

/// Like [`admit`], for a value that goes into the holder as it is, with no safepoint between.
#[inline(always)]
pub(crate) fn admit_borrowed(t: &Thread, holder: &Header, value: &Value) {
    if !holder.is_local(t.owner()) {
        publish::publish_value(t, value);
    }
}

/// A word in memory that holds a reference.
pub(crate) type SlotWord = AtomicU64;

#[inline(always)]
pub(crate) fn load_word(slot: &SlotWord, order: Ordering) -> Word {
    // SAFETY: slots are only ever written with a word's bits.
    unsafe { Word::from_bits(slot.load(order)) }
}

/// What an attempt to read a shared slot without the lock came to.
pub(crate) enum Attempt {
    Got(Value),
    Unbound,
    Retry,
}

/// Reads a slot of a shared object by the validated protocol. `still_there` re-reads the storage that the slot lies in.
#[inline]
pub(crate) fn read_shared(t: &Thread, slot: &SlotWord, still_there: impl FnOnce() -> bool) -> Attempt {
    // Acquire: pairs with the release store of the reference, so that the object's fields are visible.
    let word = load_word(slot, Ordering::Acquire);
    let Some(object) = word.object() else {
        return if word.is_unbound() {
            Attempt::Unbound
        } else {
            // SAFETY: immediates own nothing.
            Attempt::Got(unsafe { Value::from_word(word) })
        };
    };
    // SAFETY: a block that was reachable stays readable until this thread's next safepoint.
    let header = unsafe { object.as_ref() };
    if header.is_immortal() {
        // SAFETY: immortal objects need no count.
        return Attempt::Got(unsafe { Value::from_word(Word::uncounted(object)) });
    }
    if header.is_deferred() {
        // Only the collector ends it, and not before this thread's next safepoint.
        // SAFETY: the count is taken while the object is alive.
        return Attempt::Got(unsafe { Ref::from_word(word) }.to_value());
    }
    if !header.try_incref(t.owner()) {
        t.statistics().failed_try_incref();
        return Attempt::Retry;
    }
    // SAFETY: the count was just taken.
    let value = unsafe { Value::from_word(Word::counted(object)) };
    // The re-read must not move above the count: acquire pairs with writers' release stores of slot and storage.
    fence(Ordering::Acquire);
    if load_word(slot, Ordering::Relaxed) == word && still_there() {
        Attempt::Got(value)
    } else {
        Attempt::Retry
    }
}

/// Counts the word of a slot that no other thread can overwrite: the object is local, or its lock is held.
#[inline(always)]
pub(crate) fn count_stable(word: Word) -> Option<Value> {
    if word.is_unbound() {
        return None;
    }
    // SAFETY: the slot's own count keeps the object alive during the call.
    Some(unsafe { Ref::from_word(word) }.to_value())
}
