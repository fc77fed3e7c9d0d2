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
//! **Reading without the lock** (shared objects) follows the protocols of `ungil-storage`: load the storage, load the item, try to take a
//! count of it, look at both again; whoever fails takes the lock. Writers replace an item before
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

use ungil_refcount::Header;
use ungil_storage::slot as storage;
pub(crate) use ungil_storage::slot::{SlotWord, load as load_word, replace as replace_word};

use crate::counts;
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

/// What an attempt to read a shared slot without the lock came to.
pub(crate) enum Attempt {
    Got(Value),
    Unbound,
    Retry,
}

/// Reads a slot of a shared object by the validated protocol. `still_there` re-reads the storage that the slot lies in.
#[inline]
pub(crate) fn read_shared(t: &Thread, slot: &SlotWord, still_there: impl FnOnce() -> bool) -> Attempt {
    // SAFETY: the holder is alive, and what its slots refer to is readable until this thread's next safepoint.
    settle(t, unsafe { storage::read(slot, t.owner(), still_there) })
}

/// Takes over what a read without the lock found.
#[inline(always)]
pub(crate) fn settle(t: &Thread, read: storage::Attempt) -> Attempt {
    match read {
        // SAFETY: the count of a counted word is the caller's.
        storage::Attempt::Got(word) => Attempt::Got(unsafe { Value::from_word(word) }),
        // Only the collector ends it, and not before this thread's next safepoint.
        // SAFETY: the count is taken while the object is alive.
        storage::Attempt::Deferred(word) => Attempt::Got(unsafe { Ref::from_word(word) }.to_value()),
        storage::Attempt::Unbound => Attempt::Unbound,
        storage::Attempt::Stale(word) => {
            // SAFETY: as above.
            drop(unsafe { Value::from_word(word) });
            Attempt::Retry
        }
        storage::Attempt::Uncountable => {
            t.statistics().failed_try_incref();
            Attempt::Retry
        }
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

/// A copy of the word of a slot that no other thread can overwrite, with a count of its own if it owns one.
#[inline(always)]
pub(crate) fn copy_word(t: &Thread, word: Word) -> Word {
    if word.owns_count() {
        // SAFETY: the slot's own count keeps the object alive during the call.
        counts::add_as(t.owner(), unsafe { word.object_unchecked().as_ref() });
    }
    word
}
