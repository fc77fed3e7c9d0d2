//! `_thread.RLock`: a lock that its holder can take again.
//!
//! `owner` names the holder; only the holder writes its own identifier there and takes it away, so a thread that reads its own
//! identifier holds the lock, and `count` is the holder's alone. What the lock protects is ordered by the lock itself, so both are relaxed.

use std::sync::atomic::{AtomicU64, Ordering};

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::protocol::convert;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::int::Int;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Object, Thread, Value, raise};
use ungil_tstate::ProgramLock;

use super::identifier;
use super::lock::take;

/// The payload of re-entrant locks.
#[derive(Default)]
pub struct RLock {
    lock: ProgramLock,
    owner: AtomicU64,
    count: AtomicU64,
}

ungil_objects::payload!(RLock, plain);

impl Trace for RLock {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl RLock {
    fn is_mine(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == identifier()
    }

    fn take(&self, t: &mut Thread, blocking: bool, timeout: f64) -> Result<bool> {
        if self.is_mine() {
            self.count.fetch_add(1, Ordering::Relaxed);
            return Ok(true);
        }
        let taken = take(t, &self.lock, blocking, timeout)?;
        if taken {
            self.owner.store(identifier(), Ordering::Relaxed);
            self.count.store(1, Ordering::Relaxed);
        }
        Ok(taken)
    }

    fn give_back(&self, t: &Thread) -> Result<()> {
        if !self.is_mine() {
            raise!(t, RuntimeError, "cannot release un-acquired lock");
        }
        if self.count.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.owner.store(0, Ordering::Relaxed);
            self.lock.release();
        }
        Ok(())
    }
}

/// A lock that the thread which holds it can lock again.
#[class(name = "RLock", module = "_thread")]
impl RLock {
    #[new]
    fn new_lock(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Value {
        t.alloc_with_shape(class.root_shape(), RLock::default()).into_value()
    }

    /// Lock the lock once more; without waiting if `blocking` is false. Return whether this thread holds it now.
    #[method(signature = "(blocking=True, timeout=-1.0)")]
    fn acquire(t: &mut Thread, this: &Object<Self>, blocking: bool, timeout: f64) -> Result<bool> {
        this.take(t, blocking, timeout)
    }

    /// Release the lock once.
    #[method]
    fn release(t: &mut Thread, this: &Object<Self>) -> Result<()> {
        this.give_back(t)
    }

    /// Return whether any thread holds the lock.
    #[method]
    fn locked(&self) -> bool {
        self.lock.is_held()
    }

    #[method]
    fn __enter__(t: &mut Thread, this: &Object<Self>) -> Result<bool> {
        this.take(t, true, -1.0)
    }

    #[method]
    fn __exit__(t: &mut Thread, this: &Object<Self>, _exc_info: Args<'_>) -> Result<()> {
        this.give_back(t)
    }

    /// Return whether this thread holds the lock.
    #[method(name = "_is_owned")]
    fn is_owned(&self) -> bool {
        self.is_mine()
    }

    /// Return how often this thread has locked the lock.
    #[method(name = "_recursion_count")]
    fn recursion_count(&self) -> i64 {
        if self.is_mine() { self.count.load(Ordering::Relaxed) as i64 } else { 0 }
    }

    /// Release the lock altogether; what it returns restores it.
    #[method(name = "_release_save")]
    fn release_save(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        if !this.is_mine() {
            raise!(t, RuntimeError, "cannot release un-acquired lock");
        }
        let count = this.count.swap(0, Ordering::Relaxed);
        let owner = this.owner.swap(0, Ordering::Relaxed);
        this.lock.release();
        let state = [Int::from_u64(t, count), Int::from_u64(t, owner)];
        Ok(Tuple::from_values(t, state).into_value())
    }

    /// Lock the lock as often as it was before _release_save().
    #[method(name = "_acquire_restore")]
    fn acquire_restore(t: &mut Thread, this: &Object<Self>, state: &Object<Tuple>) -> Result<()> {
        let Some(count) = state.get(0) else { raise!(t, TypeError, "a lock's state is a pair") };
        let count = convert::to_i64(t, count)?;
        take(t, &this.lock, true, -1.0)?;
        this.owner.store(identifier(), Ordering::Relaxed);
        this.count.store(count.max(1) as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Unlock in the child of a fork.
    #[method(name = "_at_fork_reinit")]
    fn at_fork_reinit(&self) {
        self.owner.store(0, Ordering::Relaxed);
        self.count.store(0, Ordering::Relaxed);
        let _ = self.lock.release();
    }

    #[method]
    fn __repr__(t: &Thread, this: &Object<Self>) -> String {
        let state = if this.lock.is_held() { "locked" } else { "unlocked" };
        let (owner, count) = (this.owner.load(Ordering::Relaxed), this.count.load(Ordering::Relaxed));
        let class = this.shape().class().full_name(t);
        format!(
            "<{state} {class} object owner={owner} count={count} at {:#x}>",
            this.borrow().word().identity()
        )
    }
}
