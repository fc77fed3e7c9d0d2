//! The one-byte lock: mutual exclusion in a byte of an object's header.
//!
//! | word             | meaning                                     |
//! |------------------|---------------------------------------------|
//! | 0                | free                                        |
//! | LOCKED           | held, nobody sleeps                         |
//! | LOCKED·PARKED    | held, waiters sleep in the parking table    |
//! | PARKED           | free for whoever comes first; waiters sleep |
//!
//! Protocol. The lock is taken by a compare-and-swap that sets LOCKED (acquire) and released by one that clears it
//! (release); the two pair. A waiter sets PARKED and sleeps, provided that the byte still reads LOCKED·PARKED under
//! the bucket. The releaser of a byte with PARKED changes it under the bucket: it wakes the oldest waiter, and hands
//! the lock over (LOCKED stays set) when that waiter has slept for more than a millisecond, so that nobody starves.
//!
//! **No suspended thread keeps a lock.** A waiter that passes its thread state detaches before it sleeps. If it was
//! handed the lock but cannot attach at once, because the world is stopped, it releases the lock, attaches, and
//! competes again. So whoever has stopped the world can still lock: at worst it waits for a sleeper to wake and give back. (CPython's hand-over can leave a lock with a suspended thread, gh-144513.) In return a thread
//! never reaches a safepoint while it holds a byte lock.
//!
//! Two objects are locked in address order; [`lock_two`] does that, and the same address twice is locked once.

use std::time::Instant;

use ungil_qsbr::{site, step};

use crate::park::{self, Parked};
use crate::program_lock::Waited;
use crate::sync::{AtomicU8, Ordering, SPINS, spin};
use crate::thread::ThreadState;

const LOCKED: u8 = 1;
const PARKED: u8 = 2;

/// Takes the lock, sleeping if need be. A thread that is attached must pass its state, by which it detaches while it
/// sleeps; without one, the holder of the lock must not be able to reach a safepoint.
///
/// Detaching is a safepoint: what the caller knew of shared objects may have changed when it returns, and facts about
/// local objects have ended.
#[inline]
pub fn lock(byte: &AtomicU8, me: Option<&ThreadState>) {
    if !try_lock(byte) {
        // Without a deadline or an interrupt it ends only with the lock.
        let _ = lock_slow(byte, |is_needed, give_back| {
            ThreadState::sleep(me, address(byte), is_needed, None, give_back)
        });
    }
}

/// Takes the lock if it is free. Never sleeps.
#[inline]
pub fn try_lock(byte: &AtomicU8) -> bool {
    let order = site!("tstate.byte_lock.lock", Acquire);
    byte.compare_exchange(0, LOCKED, order, Ordering::Relaxed).is_ok() || try_lock_past_sleepers(byte)
}

/// Like [`lock`] by an attached thread, but gives up at `deadline` and when the thread is interrupted.
pub(crate) fn lock_interruptibly(byte: &AtomicU8, me: &ThreadState, deadline: Option<Instant>) -> Waited {
    if try_lock(byte) {
        return Waited::Done;
    }
    lock_slow(byte, |is_needed, give_back| {
        me.sleep_interruptibly(address(byte), is_needed, deadline, give_back)
    })
}

/// Releases the lock, from whichever thread. A lock that is not held is left as it is and `false` returned.
#[inline]
pub fn unlock(byte: &AtomicU8) -> bool {
    byte.compare_exchange(LOCKED, 0, site!("tstate.byte_lock.unlock", Release), Ordering::Relaxed).is_ok()
        || unlock_slow(byte)
}

/// Whether somebody holds the lock at this moment.
pub fn is_locked(byte: &AtomicU8) -> bool {
    byte.load(Ordering::Relaxed) & LOCKED != 0
}

/// Takes two locks in address order; the same lock twice is taken once.
pub fn lock_two(one: &AtomicU8, other: &AtomicU8, me: Option<&ThreadState>) {
    let (first, second) = if address(one) <= address(other) { (one, other) } else { (other, one) };
    loop {
        lock(first, me);
        // Sleeping for the second while holding the first would let others see the first held by a detached thread.
        if address(first) == address(second) || try_lock(second) {
            return;
        }
        step!("tstate.lock_two.back_off", unlock(first), otherwise true);
        lock(second, me);
        if try_lock(first) {
            return;
        }
        unlock(second);
    }
}

/// Releases what [`lock_two`] took.
pub fn unlock_two(one: &AtomicU8, other: &AtomicU8) {
    unlock(one);
    if address(one) != address(other) {
        unlock(other);
    }
}

fn address(byte: &AtomicU8) -> usize {
    (&raw const *byte).addr()
}

/// PARKED → LOCKED·PARKED: waiters sleep, but nobody holds it.
#[cold]
fn try_lock_past_sleepers(byte: &AtomicU8) -> bool {
    let order = site!("tstate.byte_lock.lock_parked", Acquire);
    byte.load(Ordering::Relaxed) == PARKED
        && byte.compare_exchange(PARKED, LOCKED | PARKED, order, Ordering::Relaxed).is_ok()
}

#[cold]
#[inline(never)]
fn lock_slow(byte: &AtomicU8, sleep: impl Fn(&dyn Fn() -> bool, &dyn Fn()) -> Parked) -> Waited {
    let mut turn = 0;
    loop {
        if try_lock(byte) {
            return Waited::Done;
        }
        let found = byte.load(Ordering::Relaxed);
        if found & LOCKED == 0 {
            continue;
        }
        if found & PARKED == 0 {
            if turn < SPINS {
                spin(turn);
                turn += 1;
                continue;
            }
            let sleeps = found | PARKED;
            if byte.compare_exchange(found, sleeps, Ordering::Relaxed, Ordering::Relaxed).is_err() {
                continue;
            }
        }
        let is_needed = || byte.load(Ordering::Relaxed) == LOCKED | PARKED;
        let give_back = || {
            unlock(byte);
        };
        match sleep(&is_needed, &give_back) {
            Parked::HandedOver => return Waited::Done,
            Parked::TimedOut => return Waited::TimedOut,
            Parked::Interrupted => return Waited::Interrupted,
            Parked::Woken | Parked::Invalid => turn = 0,
        }
    }
}

#[cold]
#[inline(never)]
fn unlock_slow(byte: &AtomicU8) -> bool {
    if !is_locked(byte) {
        return false;
    }
    park::wake_one(address(byte), |oldest| {
        // The byte is LOCKED·PARKED, or just LOCKED after a time-out; under the bucket nobody else clears either bit,
        // and a waiter that sets PARKED now will find under the bucket that it need not sleep.
        let more = oldest.is_some_and(|oldest| step!("tstate.byte_lock.more", oldest.more, otherwise false));
        let sleepers = if more { PARKED } else { 0 };
        let handed_over = oldest.is_some_and(|oldest| oldest.is_due);
        let is_held = step!("tstate.byte_lock.hand_over", handed_over, otherwise false);
        let held = if is_held { LOCKED } else { 0 };
        byte.store(held | sleepers, site!("tstate.byte_lock.unlock_parked", Release));
        handed_over
    });
    true
}
