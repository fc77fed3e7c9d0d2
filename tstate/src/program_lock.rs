//! The lock that programs of the language hold: for as long as they like, across safepoints and blocking calls, released by
//! whichever thread. Waiting for it is detached, may have a deadline, and is interrupted by signals and the like.
//!
//! It is a one-byte lock ([`byte_lock`](crate::byte_lock)) whose waiters always give their thread state.

use std::time::Instant;

use crate::byte_lock;
use crate::sync::AtomicU8;
use crate::thread::ThreadState;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a wait may end without what it was for"]
pub enum Waited {
    /// With what it was for.
    Done,
    /// The deadline passed.
    TimedOut,
    /// The thread's breaker has one of [`Bits::INTERRUPTING`](crate::Bits::INTERRUPTING): look at it, then wait again.
    Interrupted,
}

/// A lock for programs: what `_thread.lock` is made of.
#[derive(Default)]
pub struct ProgramLock(AtomicU8);

impl ProgramLock {
    /// A lock that is free.
    pub fn new() -> ProgramLock {
        ProgramLock::default()
    }

    /// Takes the lock if it is free.
    pub fn try_acquire(&self) -> bool {
        byte_lock::try_lock(&self.0)
    }

    /// Takes the lock, sleeping detached at most until `deadline`. `me` is the calling thread's state. A safepoint.
    pub fn acquire(&self, me: &ThreadState, deadline: Option<Instant>) -> Waited {
        byte_lock::lock_interruptibly(&self.0, me, deadline)
    }

    /// Releases the lock, from whichever thread. `false`: it was free.
    pub fn release(&self) -> bool {
        byte_lock::unlock(&self.0)
    }

    /// Whether somebody holds it at this moment.
    pub fn is_held(&self) -> bool {
        byte_lock::is_locked(&self.0)
    }
}
