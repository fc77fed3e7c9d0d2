//! One word in memory: read without a lock while a writer overwrites it.
//!
//! **Reading** ([`read`]): load the word with acquire, count the object that it points to unless that is dead, look again
//! whether it is there still. Whoever fails takes the lock of the holder: "could not count" never means "dead". A word of an
//! object that needs no count, or that only the collector ends, is good as it is.
//!
//! **Writing** ([`replace`]): under the holder's lock, with release, so that a reader finds the object complete and published. The writer
//! drops the old word's count afterwards, outside the lock.
//!
//! Looking again keeps what is read from being older than need be. That the object's header is readable at all rests on the delay of
//! its block's reuse.

use ungil_qsbr::fence;
use ungil_qsbr::site;
use ungil_qsbr::sync::atomic::{AtomicU64, Ordering};
use ungil_refcount::Owner;

use crate::word::Word;

/// A word in memory that holds a reference.
pub type SlotWord = AtomicU64;

#[inline(always)]
pub fn load(slot: &SlotWord, order: Ordering) -> Word {
    // SAFETY: slots are only ever written with a word's bits.
    unsafe { Word::from_bits(slot.load(order)) }
}

/// What an attempt to read a shared slot without the lock came to.
#[derive(Debug)]
pub enum Attempt {
    /// The word; the count that it owns, if it is a counted one, is the caller's.
    Got(Word),
    /// A word that points to a deferred object. It is not counted yet, and stays good until the caller's next safepoint.
    Deferred(Word),
    Unbound,
    /// The slot, or where it lies, has changed: the lock is to be taken. The count of this word is the caller's.
    Stale(Word),
    /// The object could not be counted: the lock is to be taken.
    Uncountable,
}

/// Reads a slot of a shared object. `still_there` looks again at what the slot lies in.
///
/// # Safety
/// The slot was reachable since the caller's last safepoint, as the thread `me`.
#[inline]
pub unsafe fn read(slot: &SlotWord, me: Owner, still_there: impl FnOnce() -> bool) -> Attempt {
    // Acquire: pairs with the release store of the reference, so that the object's fields are visible.
    let word = load(slot, site!("storage.slot.read", Acquire));
    let Some(object) = word.object() else {
        return if word.is_unbound() { Attempt::Unbound } else { Attempt::Got(word) };
    };
    // SAFETY: a block that was reachable stays readable until this thread's next safepoint.
    let header = unsafe { object.as_ref() };
    if header.is_immortal() {
        return Attempt::Got(word.as_uncounted());
    }
    if header.is_deferred() {
        return Attempt::Deferred(word);
    }
    if !header.try_incref(me) {
        return Attempt::Uncountable;
    }
    let counted = Word::counted(object);
    // The second look must not move above the count: acquire pairs with writers' release stores of slot and storage.
    fence!("storage.slot.look_again", Acquire);
    if load(slot, Ordering::Relaxed) == word && still_there() {
        Attempt::Got(counted)
    } else {
        Attempt::Stale(counted)
    }
}

/// Replaces the word in a slot and returns the old one. For the only writer: under the lock, or of a local object.
#[inline(always)]
pub fn replace(slot: &SlotWord, word: Word) -> Word {
    let old = load(slot, Ordering::Relaxed);
    store(slot, word);
    old
}

/// Stores a word in a slot that owns none.
#[inline(always)]
pub fn store(slot: &SlotWord, word: Word) {
    // Release: pairs with the acquire of `read`.
    slot.store(word.bits(), site!("storage.slot.store", Release));
}
