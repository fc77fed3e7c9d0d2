//! What an interpreter decides about copies of code: whether there are any, from when on, and how many bytes.

use std::sync::Arc;

use ungil_qsbr::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::index::{Index, IndexPool};

/// After how many entries a thread gets its own copy of a code object.
const WARM: u32 = if cfg!(ungil_loom) { 1 } else { 16 };

/// One interpreter's thread-local bytecode: its index pool, its limits and what it holds.
pub struct ThreadLocalBytecode {
    indices: Arc<IndexPool>,
    is_on: bool,
    limit: usize,
    held: AtomicUsize,
}

impl ThreadLocalBytecode {
    /// Copies for threads other than the first, of at most `limit` bytes in all. A thread that meets the limit runs
    /// shared, unspecialised code from then on.
    pub fn new(limit: usize) -> ThreadLocalBytecode {
        ThreadLocalBytecode {
            indices: Arc::new(IndexPool::new()),
            is_on: true,
            limit,
            held: AtomicUsize::new(0),
        }
    }

    /// Neither copies nor specialisation: all threads run the main copies as they were compiled.
    pub fn off() -> ThreadLocalBytecode {
        ThreadLocalBytecode { is_on: false, ..ThreadLocalBytecode::new(0) }
    }

    /// Takes the smallest free index, for a new thread.
    pub fn reserve(&self) -> Index {
        self.indices.reserve()
    }

    /// The pool of indices.
    pub fn indices(&self) -> &IndexPool {
        &self.indices
    }

    /// Whether there are copies, and so specialisation.
    #[inline]
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// Bytes that copies, their tables and shared unspecialised copies take; the main copies are not counted.
    pub fn bytes_held(&self) -> usize {
        self.held.load(Relaxed)
    }

    pub(crate) fn is_warm(&self, entries: u32) -> bool {
        entries >= WARM
    }

    /// Accounts for a copy, unless that would pass the limit.
    pub(crate) fn try_hold(&self, bytes: usize) -> bool {
        let within = |held: usize| held.checked_add(bytes).filter(|&sum| sum <= self.limit);
        self.held.fetch_update(Relaxed, Relaxed, within).is_ok()
    }

    /// Accounts for what is needed whatever the limit.
    pub(crate) fn hold(&self, bytes: usize) {
        self.held.fetch_add(bytes, Relaxed);
    }

    pub(crate) fn let_go(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Relaxed);
    }
}
