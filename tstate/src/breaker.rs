//! The eval breaker: one word per thread by which others get its attention.
//!
//! The interpreter compares the word with zero at function entry and at loop back-edges (relaxed: a line of this
//! thread's own, which changes only when there is something to do) and goes to
//! [`ThreadState::safepoint`](crate::ThreadState::safepoint) when it is not.
//!
//! Protocol. Anyone raises a bit by an atomic *or* (release) after preparing what the bit announces; the thread takes
//! all bits by one swap with zero (acquire) and then looks at what they announce. So a bit that was taken has its
//! reason visible, and a bit raised after the swap is seen by the next poll: none is lost.
//!
//! Breakers live in *seats*, one for each owner id, in chunks that never move and are freed with the interpreter.
//! Whoever knows an id can therefore raise its breaker without asking whether the thread still exists; a bit that comes
//! too late reaches the id's next owner, for whom it is a needless look.

use std::fmt;
use std::ptr::null_mut;

use ungil_qsbr::{site, step};

use crate::sync::{AtomicPtr, AtomicU64, Ordering};

/// A set of the breaker's bits.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Bits(u64);

impl Bits {
    /// No bit.
    pub const NONE: Bits = Bits(0);
    /// A stopper asks the thread to park. Handled by `safepoint` itself.
    pub const STOP: Bits = Bits(1);
    /// A signal of the operating system is to be handled.
    pub const SIGNAL: Bits = Bits(1 << 1);
    /// Pending calls are queued.
    pub const PENDING_CALLS: Bits = Bits(1 << 2);
    /// Another thread wants this one to raise an exception.
    pub const ASYNC_EXCEPTION: Bits = Bits(1 << 3);
    /// A cycle collection is due.
    pub const COLLECT: Bits = Bits(1 << 4);
    /// The merge queue of this thread's id has objects.
    pub const MERGE: Bits = Bits(1 << 5);
    /// Retired memory waits for this thread's quiescence, or is due. Handled by `safepoint` itself.
    pub const QSBR: Bits = Bits(1 << 6);
    /// The instrumentation of code has changed.
    pub const INSTRUMENT: Bits = Bits(1 << 7);
    /// Machine code that this thread may be running was invalidated.
    pub const INVALIDATED: Bits = Bits(1 << 8);

    /// The bits for which a thread comes back from a wait that can be interrupted.
    pub const INTERRUPTING: Bits = Bits(Bits::SIGNAL.0 | Bits::PENDING_CALLS.0 | Bits::ASYNC_EXCEPTION.0);

    const NAMES: [&str; 9] = [
        "STOP",
        "SIGNAL",
        "PENDING_CALLS",
        "ASYNC_EXCEPTION",
        "COLLECT",
        "MERGE",
        "QSBR",
        "INSTRUMENT",
        "INVALIDATED",
    ];

    /// Whether any bit of `other` is in this set.
    #[inline]
    pub const fn has(self, other: Bits) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set has no bit.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// This set without the bits of `other`.
    #[must_use]
    pub const fn without(self, other: Bits) -> Bits {
        Bits(self.0 & !other.0)
    }
}

impl std::ops::BitOr for Bits {
    type Output = Bits;

    fn bitor(self, other: Bits) -> Bits {
        Bits(self.0 | other.0)
    }
}

impl fmt::Debug for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = Bits::NAMES.iter().enumerate().filter(|(bit, _)| self.0 >> bit & 1 != 0);
        f.debug_set().entries(set.map(|(_, name)| name)).finish()
    }
}

/// One thread's breaker, on cache lines of its own.
#[repr(align(128))]
pub struct Breaker(AtomicU64);

impl Breaker {
    pub(crate) fn new() -> Breaker {
        Breaker(AtomicU64::new(0))
    }

    /// Whether nothing is raised: the poll.
    #[inline(always)]
    pub fn is_clear(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    /// Whether one of these bits is raised.
    #[inline]
    pub fn has(&self, bits: Bits) -> bool {
        Bits(self.0.load(Ordering::Relaxed)).has(bits)
    }

    /// The word itself, for compiled code that compares it with zero.
    pub fn word(&self) -> &AtomicU64 {
        &self.0
    }

    /// Raises bits. What the caller did before is visible to the thread when it takes them.
    pub fn raise(&self, bits: Bits) {
        self.0.fetch_or(bits.0, site!("tstate.breaker.raise", Release));
    }

    /// Takes all bits. Only the breaker's own thread does, at a safepoint.
    pub(crate) fn take(&self) -> Bits {
        let order = site!("tstate.breaker.take", Acquire);
        Bits(step!("tstate.breaker.swap", self.0.swap(0, order), otherwise {
            let found = self.0.load(order);
            self.0.store(0, Ordering::Relaxed);
            found
        }))
    }
}

const CHUNK: usize = if cfg!(ungil_loom) { 2 } else { 64 };
const CHUNKS: usize = if cfg!(ungil_loom) { 2 } else { (1 << 15) / CHUNK };

/// The breakers of an interpreter, by owner id.
pub(crate) struct Seats([AtomicPtr<[Breaker; CHUNK]>; CHUNKS]);

impl Seats {
    pub(crate) fn new() -> Box<Seats> {
        Box::new(Seats(std::array::from_fn(|_| AtomicPtr::new(null_mut()))))
    }

    /// The breaker of an id that was handed out at least once.
    pub(crate) fn get(&self, id: u16) -> Option<&Breaker> {
        // Acquire pairs with the release in `get_or_make`: the chunk's content is visible.
        let chunk = self.0[usize::from(id) / CHUNK].load(site!("tstate.seats.get", Acquire));
        // SAFETY: a published chunk lives as long as the table.
        unsafe { chunk.as_ref() }.map(|chunk| &chunk[usize::from(id) % CHUNK])
    }

    /// The breaker of an id that is being handed out. Called under the registry's lock.
    pub(crate) fn get_or_make(&self, id: u16) -> &Breaker {
        let slot = &self.0[usize::from(id) / CHUNK];
        let mut chunk = slot.load(Ordering::Relaxed);
        if chunk.is_null() {
            chunk = Box::into_raw(Box::new(std::array::from_fn(|_| Breaker::new())));
            slot.store(chunk, site!("tstate.seats.publish", Release));
        }
        // SAFETY: just made or published before, and alive as long as the table.
        unsafe { &(&*chunk)[usize::from(id) % CHUNK] }
    }
}

impl Drop for Seats {
    fn drop(&mut self) {
        for slot in &self.0 {
            let chunk = slot.load(Ordering::Relaxed);
            if !chunk.is_null() {
                // SAFETY: made by `Box::into_raw` in `get_or_make`; nobody else can reach the table any more.
                drop(unsafe { Box::from_raw(chunk) });
            }
        }
    }
}
