//! Parking: a thread sleeps on an address until another wakes it.
//!
//! Locks of one byte have no room for a queue of waiters, so the queues live here, in one table for the process. An
//! address hashes to a bucket; a bucket is a short list of waiters, oldest first, under a lock.
//!
//! Protocol. A waiter locks the bucket, *validates* that it still has to wait (a closure that reads the caller's
//! word), appends itself, unlocks and sleeps on its own parker. A waker locks the bucket, removes the oldest waiter
//! of the address, changes the caller's word *while it holds the bucket*, unlocks and signals the parker. Hence a
//! change made under the bucket is either seen by the validation or finds the waiter queued: no wake-up is lost.
//! Everything the waker did before happens-before the waiter's return, through the parker's lock.
//!
//! A waiter that times out removes itself under the bucket; if it is no longer there, it was woken after all.
//!
//! Nobody calls out of this module while a bucket is held, other than to those short closures, which take no lock.
//!
//! Source: WebKit's `ParkingLot` (F. Pizlo, "Locking in WebKit", 2016); hand-over after a millisecond as there.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use ungil_qsbr::step;

use crate::sync::{Condvar, StdMutex, StdMutexGuard, is_due};

/// How a park ended, and the signal that ends one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parked {
    /// The validation said that there is nothing to wait for.
    Invalid,
    /// Woken, to look again.
    Woken,
    /// Woken as the new holder of the lock.
    HandedOver,
    /// Woken by [`interrupt`].
    Interrupted,
    /// The deadline passed.
    TimedOut,
}

/// What a waker learns about the waiter it takes off the queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Oldest {
    /// It has waited long enough to be handed the lock.
    pub(crate) is_due: bool,
    /// Others wait for the same address.
    pub(crate) more: bool,
}

/// One sleeping thread's own signal.
struct Parker {
    signalled: StdMutex<Option<Parked>>,
    condition: Condvar,
}

struct Waiter {
    address: usize,
    /// Who sleeps, for [`interrupt`]; 0 for someone who cannot be interrupted.
    who: usize,
    since: Instant,
    parker: Arc<Parker>,
}

#[cfg_attr(not(ungil_loom), repr(align(64)))]
struct Bucket(StdMutex<VecDeque<Waiter>>);

#[cfg(not(ungil_loom))]
fn bucket(address: usize) -> StdMutexGuard<'static, VecDeque<Waiter>> {
    const BITS: u32 = 7;
    static TABLE: [Bucket; 1 << BITS] = [const { Bucket(StdMutex::new(VecDeque::new())) }; 1 << BITS];
    // Fibonacci hashing: neighbouring words land in different buckets.
    let hash = (address as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BITS);
    // Closures under a bucket do not panic, so a poisoned bucket is still consistent.
    TABLE[hash as usize].0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(ungil_loom)]
fn bucket(_address: usize) -> StdMutexGuard<'static, VecDeque<Waiter>> {
    loom::lazy_static! {
        static ref TABLE: Bucket = Bucket(StdMutex::new(VecDeque::new()));
    }
    TABLE.0.lock().expect("never poisoned")
}

/// Sleeps on `address` if `is_needed` still holds, until woken or until the deadline.
///
/// `before_sleep` runs after the thread is queued and before it sleeps, with no bucket held; what it does must not
/// rely on not being woken yet.
pub(crate) fn park(
    address: usize,
    who: usize,
    is_needed: impl FnOnce() -> bool,
    before_sleep: impl FnOnce(),
    deadline: Option<Instant>,
) -> Parked {
    let parker = Arc::new(Parker { signalled: StdMutex::new(None), condition: Condvar::new() });
    {
        let mut queue = bucket(address);
        if step!("tstate.park.validate", !is_needed(), otherwise false) {
            return Parked::Invalid;
        }
        queue.push_back(Waiter { address, who, since: Instant::now(), parker: parker.clone() });
    }
    before_sleep();
    if let Some(signal) = parker.sleep(deadline) {
        return signal;
    }
    let mut queue = bucket(address);
    if let Some(at) = queue.iter().position(|waiter| Arc::ptr_eq(&waiter.parker, &parker)) {
        queue.remove(at);
        return Parked::TimedOut;
    }
    drop(queue);
    // A waker took this thread off the queue just now: its signal is certain to come.
    parker.sleep(None).unwrap_or(Parked::Woken)
}

/// Wakes the thread that has waited longest on `address`. `change` runs while the bucket is held, with what is known
/// of that waiter, or `None` when there is none; it returns whether the waiter now holds the lock.
pub(crate) fn wake_one(address: usize, change: impl FnOnce(Option<Oldest>) -> bool) {
    let mut queue = bucket(address);
    let Some(at) = queue.iter().position(|waiter| waiter.address == address) else {
        change(None);
        return;
    };
    let Some(waiter) = queue.remove(at) else { return };
    let more = queue.iter().skip(at).any(|other| other.address == address);
    let handed_over = change(Some(Oldest { is_due: is_due(waiter.since), more }));
    drop(queue);
    waiter.parker.wake(if handed_over { Parked::HandedOver } else { Parked::Woken });
}

/// Wakes every thread that waits on `address`; `change` runs while the bucket is held.
pub(crate) fn wake_all(address: usize, change: impl FnOnce()) {
    let mut queue = bucket(address);
    change();
    let mut woken = Vec::new();
    queue.retain(|waiter| {
        let stays = waiter.address != address;
        if !stays {
            woken.push(waiter.parker.clone());
        }
        stays
    });
    drop(queue);
    woken.iter().for_each(|parker| parker.wake(Parked::Woken));
}

/// Wakes the waiter on `address` that parked as `who`, if there is one.
pub(crate) fn interrupt(address: usize, who: usize) {
    let mut queue = bucket(address);
    let is_it = |waiter: &Waiter| waiter.address == address && waiter.who == who;
    let Some(waiter) = queue.iter().position(is_it).and_then(|at| queue.remove(at)) else { return };
    drop(queue);
    waiter.parker.wake(Parked::Interrupted);
}

impl Parker {
    fn wake(&self, signal: Parked) {
        *self.signalled.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(signal);
        self.condition.notify_one();
    }

    /// `None` when the deadline passed first.
    #[cfg(not(ungil_loom))]
    fn sleep(&self, deadline: Option<Instant>) -> Option<Parked> {
        let mut signalled = self.signalled.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        while signalled.is_none() {
            signalled = match deadline {
                None => self.condition.wait(signalled).unwrap_or_else(|poisoned| poisoned.into_inner()),
                Some(deadline) => {
                    let left = deadline.checked_duration_since(Instant::now())?;
                    self.condition
                        .wait_timeout(signalled, left)
                        .unwrap_or_else(|poisoned| poisoned.into_inner())
                        .0
                }
            };
        }
        *signalled
    }

    #[cfg(ungil_loom)]
    fn sleep(&self, _deadline: Option<Instant>) -> Option<Parked> {
        let mut signalled = self.signalled.lock().expect("never poisoned");
        while signalled.is_none() {
            signalled = self.condition.wait(signalled).expect("never poisoned");
        }
        *signalled
    }
}
