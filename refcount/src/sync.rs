//! The seam for the model checker, which is `ungil-qsbr`'s: the standard library's primitives normally, loom's under
//! `--cfg ungil_loom`, with every ordering above relaxed, and every step that a model removes, named by a site.

pub(crate) use ungil_qsbr::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicPtr, AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering},
};
pub(crate) use ungil_qsbr::{site, step};

/// Locks `mutex`. Nothing in this crate panics while it holds one, so a poisoned mutex still holds whole data.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
