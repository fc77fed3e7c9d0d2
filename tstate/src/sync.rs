//! The seam to the model checker, which is `ungil-qsbr`'s, and what only this crate needs: the standard library's
//! primitives normally, loom's under `--cfg ungil_loom`.

pub(crate) use ungil_qsbr::sync::atomic::{
    AtomicI64, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering,
};
pub(crate) use ungil_qsbr::sync::{Mutex as StdMutex, MutexGuard as StdMutexGuard};

#[cfg(not(ungil_loom))]
mod imp {
    pub(crate) use std::sync::Condvar;
    pub(crate) use std::thread_local;
    use std::time::{Duration, Instant};

    /// How often a lock that is held is looked at again before its waiter parks.
    pub(crate) const SPINS: u32 = 20;

    /// One turn of waiting without parking: first the processor's hint, then the scheduler.
    #[inline]
    pub(crate) fn spin(turn: u32) {
        if turn < 8 {
            (0..1 << turn).for_each(|_| std::hint::spin_loop());
        } else {
            std::thread::yield_now();
        }
    }

    /// Whether who sleeps since then is handed a lock instead of competing for it.
    pub(crate) fn is_due(since: Instant) -> bool {
        since.elapsed() > Duration::from_millis(1)
    }

    /// Blocks the OS thread for good.
    pub(crate) fn sleep_for_ever() -> ! {
        loop {
            std::thread::park();
        }
    }
}

#[cfg(ungil_loom)]
mod imp {
    pub(crate) use loom::sync::Condvar;

    /// loom's macro knows no `const` initialiser.
    macro_rules! local {
        (static $name:ident: $type:ty = const $init:block;) => {
            loom::thread_local! { static $name: $type = $init; }
        };
    }
    pub(crate) use local as thread_local;

    pub(crate) const SPINS: u32 = 0;

    pub(crate) fn spin(_turn: u32) {
        loom::thread::yield_now();
    }

    /// A model has no clock: it says for each run which way it goes.
    pub(crate) fn is_due(_since: std::time::Instant) -> bool {
        crate::model::is_fair()
    }

    /// loom would call a thread that never ends a deadlock. It unwinds instead, and the model catches the payload.
    pub(crate) fn sleep_for_ever() -> ! {
        std::panic::resume_unwind(Box::new(crate::model::Hung))
    }
}

pub(crate) use imp::*;
