//! Taking turns on a stream: one thread at a time moves data between a buffer and the stream below it.
//!
//! A turn is held across calls of the system and of Python methods, so it is no object lock: whoever waits for it is detached. A
//! thread that comes back to a stream in the middle of its own turn gets an error instead of a deadlock, and so does one that finds
//! a turn taken while the interpreter is shut down: daemon threads were stopped for good then, the turn's holder among them.

use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::RawMutex;
use parking_lot::lock_api::RawMutex as _;
use ungil_objects::error::Result;
use ungil_objects::{Thread, raise};

/// Who may use a stream. The holder's address is written and compared by that thread alone; others see another one.
pub struct Turn {
    mutex: RawMutex,
    holder: AtomicUsize,
}

/// A held turn.
pub struct Held<'s>(&'s Turn);

impl Default for Turn {
    fn default() -> Turn {
        Turn { mutex: RawMutex::INIT, holder: AtomicUsize::new(0) }
    }
}

impl Turn {
    /// Waits for the turn, detached.
    ///
    /// # Errors
    /// `RuntimeError` if this thread has it already, or a thread that will not come back.
    pub fn take(&self, t: &mut Thread) -> Result<Held<'_>> {
        let me = std::ptr::from_ref::<Thread>(t).addr();
        if !self.mutex.try_lock() {
            if self.holder.load(Ordering::Relaxed) == me {
                raise!(t, RuntimeError, "reentrant call inside a buffered stream");
            }
            if t.interpreter().is_finalizing.load(Ordering::Relaxed) {
                raise!(t, RuntimeError, "a daemon thread was stopped in the middle of a call of this stream");
            }
            t.blocking(|| self.mutex.lock());
        }
        self.holder.store(me, Ordering::Relaxed);
        Ok(Held(self))
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.holder.store(0, Ordering::Relaxed);
        // SAFETY: this guard holds the lock, which was locked on this thread.
        unsafe { self.0.mutex.unlock() };
    }
}
