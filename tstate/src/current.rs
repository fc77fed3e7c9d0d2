//! The thread state that this OS thread is attached by, and a number for the OS thread itself.

use std::cell::Cell;
use std::ptr::null;

use crate::sync::thread_local;
use crate::thread::ThreadState;

thread_local! {
    static CURRENT: Cell<*const ThreadState> = const { Cell::new(null()) };
}

pub(crate) fn get() -> *const ThreadState {
    // While an OS thread tears its locals down it is attached by nothing.
    CURRENT.try_with(Cell::get).unwrap_or(null())
}

pub(crate) fn set(state: *const ThreadState) {
    let _ = CURRENT.try_with(|current| current.set(state));
}

/// Tells this OS thread from all others that are alive; never zero.
pub(crate) fn os_thread() -> usize {
    CURRENT.try_with(|current| (&raw const *current).addr()).unwrap_or(1)
}

/// Calls `run` with the state that this OS thread is attached by, if any.
pub fn with_current<R>(run: impl FnOnce(Option<&ThreadState>) -> R) -> R {
    // SAFETY: the pointer is set while its thread is attached, which keeps the state in memory, and from then on the
    // state is lent.
    match unsafe { get().as_ref() } {
        Some(current) => current.lend(|current| run(Some(current))),
        None => run(None),
    }
}
