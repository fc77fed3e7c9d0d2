//! Counting: biased to the owner, atomic for everyone else, merged when the owner is through.
//!
//! **The sum.** An object has as many references as `local + shared` says (plus what threads count by id, and less
//! [`DEFERRED_BIAS`] if it is deferred). The owner moves only `local`, by plain additions; everyone else moves only
//! `shared`, atomically, so `shared` may be negative while `local` holds references that travelled. Only the sum means
//! anything until the owner's part has been folded in: the step to *merged*, taken once.
//!
//! **The ladder** in the shared word:
//! - *init → maybe-weakref*: [`Header::share`], by the owner while the object is still local, by plain stores before
//!   the release store of the first reference that others can find. Readers of such places acquire.
//! - *maybe-weakref → queued*: a foreign drop finds a shared count of zero, so the reference that it gives up is one the
//!   owner counted. It marks the word, subtracts nothing, and hands its reference to the owner's [merge
//!   queue](crate::MergeQueues): the object lives at least until that entry is merged. This happens at most once.
//! - *→ merged*: the owner's count reaches zero, or [`merge`] folds it in. The owner word becomes *unowned* **first**,
//!   because from the step on anyone may destroy the object. A foreign drop that has won *queued* reads the owner word
//!   afterwards: unowned means that the step is at hand or done, and it subtracts like any other drop (that it cannot be
//!   the last one before the step follows from the sum: `local` is zero, so its own reference is in `shared`).
//!
//! **Death** is seen by exactly one thread: the owner of a local object whose count reaches zero, the thread whose step
//! to merged finds a shared count of zero, or the thread whose decrement of a merged count reaches zero. Every decrement
//! of the shared word releases, and the one that finds death acquires: what any holder did to the object happens before
//! its destruction. The owner's part is covered because its step to merged releases, too. Increments are relaxed: a
//! thread can only count what it reached through a reference, or through a slot that it read with acquire.
//!
//! **Immortality** is a sticky count ([`crate::shared_word`]), so that decrements which were in flight when an object
//! became immortal do no harm. **Deferral** adds a bias that no program's drops can use up, and the bit is looked at
//! before death is believed, since counts that threads keep by id may leave the header's sum short for a while.
//!
//! Biased counting: Choi, Shull, Torrellas, "Biased reference counting", PACT 2018; the ladder and the queue as in
//! CPython's PEP 703. New here: the shared word is never looked at for local objects, the step to merged is one *or*.

use std::hint::cold_path;
use std::ptr::NonNull;

use crate::header::{Bit, Header};
use crate::owner::{ID_MASK, Owner, SHARED, UNOWNED};
use crate::shared_word::{self as word, DEAD, IMMORTAL, INIT, MAYBE_WEAKREF, MERGED, ONE, QUEUED};
use crate::sync::{Ordering::Relaxed, site, step};

/// What a deferred object's count carries on top of its references.
#[cfg(not(ungil_loom))]
pub(crate) const DEFERRED_BIAS: i64 = 1 << 27;
/// Small enough for a model to use it up.
#[cfg(ungil_loom)]
pub(crate) const DEFERRED_BIAS: i64 = 1;

/// Where an owner's count resumes after it has overflowed.
const OVERFLOWED: u32 = 1 << 31;

/// What the caller of a decrement must do next.
#[must_use = "a dead object must be destroyed, a queued one handed to its owner"]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Release {
    /// Nothing.
    Alive,
    /// Destroy the object: no reference is left, and no other caller is told so.
    Dead,
    /// The reference now belongs to this owner's merge queue: [`MergeQueues::hand_over`](crate::MergeQueues::hand_over).
    HandToOwner(u16),
}

impl Header {
    /// Adds a reference.
    #[inline(always)]
    pub fn incref(&self, me: Owner) {
        if self.is_biased_to(me) {
            match self.local.load(Relaxed).checked_add(1) {
                Some(count) => self.local.store(count, Relaxed),
                None => self.overflow_local(),
            }
        } else {
            cold_path();
            self.incref_foreign();
        }
    }

    /// Adds a reference if the object is not dead: for whoever found the pointer without owning a reference.
    ///
    /// `false` from a lock-free read says "take the lock", never "dead". For the holder of the object's entry in a
    /// weak-reference table, `false` does mean that the object is beyond reach.
    ///
    /// The header must still be readable: the caller keeps the memory from reuse by a read section of `qsbr`, or by a
    /// lock that destruction needs.
    #[inline(always)]
    pub fn try_incref(&self, me: Owner) -> bool {
        if self.is_biased_to(me) {
            // Zero is a local object that awaits its destruction; a shared one would be unowned.
            let alive = self.local.load(Relaxed) != 0;
            if alive {
                self.incref(me);
            }
            alive
        } else {
            self.try_incref_foreign()
        }
    }

    /// Whether the caller's reference is the only one, so that the object may be changed as if it were new. May be
    /// falsely `false`; it always is for shared objects, which a lock-free reader could be about to count.
    #[inline(always)]
    pub fn is_unique(&self, me: Owner) -> bool {
        self.is_local(me) && self.local.load(Relaxed) == 1
    }

    /// Marks a local object as reachable by other threads and admits lock-free readers; does nothing to a shared one.
    /// Says whether the object was local. To be followed by a release store of the reference; everything that the object
    /// reaches is to be shared before that store, too.
    ///
    /// # Safety
    /// The caller is the owner, or has suspended it.
    #[inline]
    pub unsafe fn share(&self) -> bool {
        let owner = self.owner.load(Relaxed);
        if owner & SHARED != 0 {
            return false;
        }
        debug_assert_eq!(self.shared.load(Relaxed), INIT);
        step!("refcount.share.ladder", self.shared.store(MAYBE_WEAKREF, Relaxed), otherwise());
        step!("refcount.share.mark", self.owner.store(owner | SHARED, Relaxed), otherwise());
        true
    }

    /// Makes the object immortal: nobody counts it from now on. Whoever calls this for a local object has shared what
    /// the object reaches, since immortal objects can be stored everywhere.
    pub fn make_immortal(&self, me: Owner) {
        if self.is_local(me) {
            self.local.store(0, Relaxed);
            self.shared.store(IMMORTAL, Relaxed);
            self.bits.store(self.bits.load(Relaxed) | Bit::IMMORTAL.0, Relaxed);
            self.owner.store(UNOWNED, Relaxed);
        } else {
            step!("refcount.make_immortal", self.stick(), otherwise());
        }
    }

    /// Defers the object's death to the collector; from now on references that the collector sees need no count.
    /// Does nothing to an object that is deferred already.
    ///
    /// The caller owns a reference. If it is not the object's owner, no other thread that is not does the same meanwhile:
    /// [`CountedObjects::assign`](crate::CountedObjects::assign) sees to that.
    pub fn set_deferred(&self, me: Owner) {
        if step!("refcount.defer.once", self.is_deferred(), otherwise false) {
            return;
        }
        // What a collection has left there is no id.
        self.scratch.store(0, Relaxed);
        if !self.is_biased_to(me) {
            step!("refcount.defer.bias", self.add_shared(DEFERRED_BIAS), otherwise());
        } else {
            match self.local.load(Relaxed).checked_add(DEFERRED_BIAS as u32) {
                Some(count) => self.local.store(count, Relaxed),
                None => self.overflow_local(),
            }
        }
        self.set(Bit::DEFERRED, me);
    }

    #[inline(never)]
    fn incref_foreign(&self) {
        if word::is_sticky(self.shared.load(Relaxed)) {
            return;
        }
        let before = self.shared.fetch_add(ONE, Relaxed);
        if word::is_sticky(before.wrapping_add(ONE)) {
            self.stick();
        }
    }

    #[inline(never)]
    fn try_incref_foreign(&self) -> bool {
        let mut now = self.shared.load(Relaxed);
        loop {
            if word::is_sticky(now) {
                return true;
            }
            // A word in its first state is another thread's local object: the pointer is stale.
            let out_of_reach = now == DEAD || word::state(now) == INIT;
            if step!("refcount.try_incref.dead", out_of_reach, otherwise false) {
                return false;
            }
            match self.shared.compare_exchange_weak(now, now.wrapping_add(ONE), Relaxed, Relaxed) {
                Ok(_) => {
                    if word::is_sticky(now.wrapping_add(ONE)) {
                        self.stick();
                    }
                    return true;
                }
                Err(found) => now = found,
            }
        }
    }

    /// Adds `change` to the shared count, in whatever state it is.
    pub(crate) fn add_shared(&self, change: i64) {
        let mut now = self.shared.load(Relaxed);
        while !word::is_sticky(now) {
            let next = word::pack(word::count(now) + change, word::state(now));
            match self.shared.compare_exchange_weak(now, next, Relaxed, Relaxed) {
                Ok(_) if word::is_sticky(next) => return self.stick(),
                Ok(_) => return,
                Err(found) => now = found,
            }
        }
    }

    /// Lets a shared object's count stick, in whatever state it is.
    #[cold]
    fn stick(&self) {
        self.bits.fetch_or(Bit::IMMORTAL.0, Relaxed);
        let mut now = self.shared.load(Relaxed);
        loop {
            let next = (IMMORTAL & !word::STATE_MASK) | word::state(now);
            match self.shared.compare_exchange_weak(now, next, Relaxed, Relaxed) {
                Ok(_) => return,
                Err(found) => now = found,
            }
        }
    }

    /// Gives up a reference, unless `me` does not own the object or it may be the owner's last; whether it did.
    ///
    /// # Safety
    /// The caller owns a reference, and if this answers `true`, does not use the object by it afterwards.
    #[inline(always)]
    pub unsafe fn decref_unless_last(&self, me: Owner) -> bool {
        let count = self.local.load(Relaxed);
        if !self.is_biased_to(me) || count <= 1 {
            return false;
        }
        self.local.store(count - 1, Relaxed);
        true
    }

    /// The owner's count is full: the object will not die, but stays what it is, local or shared.
    #[cold]
    fn overflow_local(&self) {
        self.bits.fetch_or(Bit::IMMORTAL.0, Relaxed);
        self.local.store(OVERFLOWED, Relaxed);
    }
}

/// Gives up a reference.
///
/// # Safety
/// The caller owns a reference to `object` and does not use it afterwards.
#[inline(always)]
pub unsafe fn decref(object: NonNull<Header>, me: Owner) -> Release {
    // SAFETY: the caller's reference keeps the header alive until the count below changes.
    let header = unsafe { object.as_ref() };
    if !header.is_biased_to(me) {
        return decref_foreign(object);
    }
    // SAFETY: promised by the caller, and just checked.
    unsafe { decref_biased(object, me) }
}

/// Gives up a reference to an object whose count is biased to `me`.
///
/// # Safety
/// As for [`decref`]; [`Header::is_biased_to`] has just said yes.
#[inline(always)]
pub unsafe fn decref_biased(object: NonNull<Header>, me: Owner) -> Release {
    // SAFETY: as in `decref`.
    let header = unsafe { object.as_ref() };
    let count = header.local.load(Relaxed);
    debug_assert!(count != 0, "more drops than references");
    header.local.store(count.wrapping_sub(1), Relaxed);
    if count != 1 {
        return Release::Alive;
    }
    if header.is_local(me) && !header.is_uncounted() { Release::Dead } else { last_owned_drop(header, me) }
}

/// Folds the owner's count and `extra` into the shared count, which is the whole count from then on. With an `extra` of
/// -1 this gives up the reference of a merge queue's entry; with the bias or the counts of exited threads it settles
/// those. `Dead` is as for [`decref`]; never `HandToOwner`. An object that is merged already just has `extra` added.
///
/// # Safety
/// The caller is the owner, or excludes it: holds its [`ClosedQueue`](crate::ClosedQueue), has suspended it, or has
/// stopped the world. It owns a reference, or is the collector; a negative `extra` gives up that many references.
pub unsafe fn merge(object: NonNull<Header>, extra: i64) -> Release {
    // SAFETY: the caller's reference keeps the header alive until the shared word below changes.
    let header = unsafe { object.as_ref() };
    let owned = i64::from(header.local.load(Relaxed));
    let uncounted = header.is_uncounted();
    let immortal = header.is_immortal();
    header.local.store(0, Relaxed);
    header.owner.store(UNOWNED, Relaxed);
    let mut now = header.shared.load(Relaxed);
    loop {
        let next = if immortal || word::is_sticky(now) {
            IMMORTAL
        } else {
            word::pack(word::count(now) + owned + extra, MERGED)
        };
        // Acquire and release: partners are the other threads' decrements and their search for death.
        match header.shared.compare_exchange_weak(now, next, site!("refcount.merge", AcqRel), Relaxed) {
            Ok(_) if next == DEAD && !uncounted => return Release::Dead,
            Ok(_) => return Release::Alive,
            Err(found) => now = found,
        }
    }
}

/// Takes an object that was reported dead back to one reference, the caller's, so that a finaliser can see it. The
/// caller then drops that reference as any other, and the object is resurrected if it lives on.
///
/// # Safety
/// The caller was told [`Release::Dead`] for this object and has not destroyed any of it.
pub unsafe fn resurrect(object: NonNull<Header>, me: Owner) {
    // SAFETY: nobody but the caller can destroy the object.
    let header = unsafe { object.as_ref() };
    if header.is_local(me) {
        header.local.store(1, Relaxed);
    } else {
        debug_assert_eq!(header.shared.load(Relaxed), DEAD);
        header.shared.store(DEAD + ONE, Relaxed);
    }
}

/// Ends the deferral of an object: its counted references decide again, `Dead` if there are none. An object that is not
/// local to `me` is merged.
///
/// # Safety
/// The caller is the collector in a stopped world, has merged all counts by id, and knows that no uncounted
/// reference to the object is left.
pub unsafe fn clear_deferred(object: NonNull<Header>, me: Owner) -> Release {
    // SAFETY: in a stopped world nobody frees the object.
    let header = unsafe { object.as_ref() };
    let bits = header.bits.load(Relaxed);
    if bits & Bit::DEFERRED.0 == 0 {
        return Release::Alive;
    }
    header.bits.store(bits & !Bit::DEFERRED.0, Relaxed);
    if !header.is_local(me) {
        // SAFETY: a stopped world excludes the owner; the bias is given up, no reference.
        return unsafe { merge(object, -DEFERRED_BIAS) };
    }
    let count = i64::from(header.local.load(Relaxed)) - DEFERRED_BIAS;
    header.local.store(u32::try_from(count).unwrap_or(0), Relaxed);
    if count > 0 || bits & Bit::IMMORTAL.0 != 0 { Release::Alive } else { Release::Dead }
}

#[inline(never)]
fn decref_foreign(object: NonNull<Header>) -> Release {
    loop {
        // SAFETY: promised by the caller of `decref`, which has looked at the owner.
        if let Some(release) = unsafe { decref_uncontended(object) } {
            return release;
        }
    }
}

/// Gives up a reference to an object whose count is biased to somebody else or to nobody, unless another thread changes the
/// count at the same moment. `None`: another did, and the reference is still the caller's.
///
/// # Safety
/// As for [`decref`]; [`Header::is_biased_to`] has just said no.
#[inline]
pub unsafe fn decref_uncontended(object: NonNull<Header>) -> Option<Release> {
    // SAFETY: the caller's reference keeps the header alive until the count changes.
    let header = unsafe { object.as_ref() };
    let now = header.shared.load(Relaxed);
    if word::is_sticky(now) {
        return Some(Release::Alive);
    }
    if word::state(now) == MERGED {
        return drop_merged(header, now);
    }
    let counted_by_owner = word::count(now) == 0 && word::state(now) < QUEUED;
    if step!("refcount.decref.queue", counted_by_owner, otherwise false) {
        // Relaxed: the reference is not given up here, but by the push that follows, which releases.
        header.shared.compare_exchange(now, QUEUED, Relaxed, Relaxed).ok()?;
        return match header.owner.load(Relaxed) & ID_MASK {
            // Merged meanwhile: the reference is to be given up like any other.
            0 => None,
            id => Some(Release::HandToOwner(id)),
        };
    }
    // Release: partner is the acquire of whoever steps to merged and finds the count at zero.
    let next = now.wrapping_sub(ONE);
    header.shared.compare_exchange(now, next, site!("refcount.decref.unmerged", Release), Relaxed).ok()?;
    if word::is_sticky(next) {
        header.stick();
    }
    Some(Release::Alive)
}

/// A drop of an object whose shared word is the whole count, which it stays.
fn drop_merged(header: &Header, now: u32) -> Option<Release> {
    // Release: partner is the acquire of the drop that finds death. Acquire: this may be that drop.
    header
        .shared
        .compare_exchange(now, now.wrapping_sub(ONE), site!("refcount.decref.merged", AcqRel), Relaxed)
        .ok()?;
    if now != DEAD + ONE || step!("refcount.deferred.bit", header.is_uncounted(), otherwise false) {
        Some(Release::Alive)
    } else {
        Some(Release::Dead)
    }
}

/// The owner's count has reached zero, and the object is shared, deferred or immortal.
#[cold]
fn last_owned_drop(header: &Header, me: Owner) -> Release {
    if header.is_immortal() {
        header.local.store(OVERFLOWED, Relaxed);
        return Release::Alive;
    }
    if header.is_local(me) {
        return Release::Alive;
    }
    let deferred = header.has(Bit::DEFERRED);
    header.owner.store(UNOWNED, Relaxed);
    // Release: partner is the acquire of a foreign drop that finds death later. Acquire: pairs with the decrements before.
    let before = header.shared.fetch_or(MERGED, site!("refcount.last_owned_drop", AcqRel));
    if word::count(before) == 0 && !deferred { Release::Dead } else { Release::Alive }
}
