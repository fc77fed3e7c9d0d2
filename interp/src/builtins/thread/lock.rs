//! `_thread.lock`.

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::{Object, Thread, Value, raise};
use ungil_tstate::ProgramLock;

use super::{lock_deadline, wait};

/// The payload of locks.
#[derive(Default)]
pub struct Lock {
    lock: ProgramLock,
}

ungil_objects::payload!(Lock, plain);

impl Trace for Lock {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// Takes a program's lock as `acquire` does. `false`: not in time.
pub(super) fn take(t: &mut Thread, lock: &ProgramLock, blocking: bool, timeout: f64) -> Result<bool> {
    let until = lock_deadline(t, blocking, timeout)?;
    if lock.try_acquire() {
        return Ok(true);
    }
    match until {
        Some(until) => wait(t, |t| lock.acquire(t.state(), until)),
        None => Ok(false),
    }
}

impl Lock {
    fn give_back(&self, t: &Thread) -> Result<()> {
        if self.lock.release() {
            return Ok(());
        }
        raise!(t, RuntimeError, "release unlocked lock")
    }
}

/// A lock: locked by one thread, released by whichever.
#[class(name = "lock", module = "_thread", final)]
impl Lock {
    #[new]
    fn new_lock(t: &mut Thread, class: &Object<Class>) -> Value {
        t.alloc_with_shape(class.root_shape(), Lock::default()).into_value()
    }

    /// Takes the lock, waiting unless `blocking` is false, and no longer than `timeout` seconds. Whether it was taken.
    #[method(signature = "(blocking=True, timeout=-1.0)")]
    fn acquire(t: &mut Thread, this: &Object<Self>, blocking: bool, timeout: f64) -> Result<bool> {
        take(t, &this.lock, blocking, timeout)
    }

    /// `acquire` under the name it once had.
    #[method(signature = "(blocking=True, timeout=-1.0)")]
    fn acquire_lock(t: &mut Thread, this: &Object<Self>, blocking: bool, timeout: f64) -> Result<bool> {
        take(t, &this.lock, blocking, timeout)
    }

    /// Frees the lock, whichever thread has taken it.
    #[method]
    fn release(t: &mut Thread, this: &Object<Self>) -> Result<()> {
        this.give_back(t)
    }

    /// `release` under the name it once had.
    #[method]
    fn release_lock(t: &mut Thread, this: &Object<Self>) -> Result<()> {
        this.give_back(t)
    }

    /// Whether anyone holds the lock.
    #[method]
    fn locked(&self) -> bool {
        self.lock.is_held()
    }

    /// `locked` under the name it once had.
    #[method]
    fn locked_lock(&self) -> bool {
        self.lock.is_held()
    }

    #[method]
    fn __enter__(t: &mut Thread, this: &Object<Self>) -> Result<bool> {
        take(t, &this.lock, true, -1.0)
    }

    #[method]
    fn __exit__(t: &mut Thread, this: &Object<Self>, _exc_info: Args<'_>) -> Result<()> {
        this.give_back(t)
    }

    /// Unlock in the child of a fork.
    #[method(name = "_at_fork_reinit")]
    fn at_fork_reinit(&self) {
        let _ = self.lock.release();
    }

    #[method]
    fn __repr__(this: &Object<Self>) -> String {
        let state = if this.lock.is_held() { "locked" } else { "unlocked" };
        format!("<{state} _thread.lock object at {:#x}>", this.borrow().word().identity())
    }
}
