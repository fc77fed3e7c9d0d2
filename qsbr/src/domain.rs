//! The domain: its clock, the grace period, and what exiting threads left behind.
//!
//! # Protocol
//!
//! Shared words, who writes them, and which ordering pairs with which:
//!
//! | word | written by | meaning |
//! |---|---|---|
//! | `clock` | any thread, by [`Domain::advance`] | the time; odd, moves by two |
//! | `lower_bound` | any scanner, only upwards | every thread online was quiescent at or after this reading |
//! | an entry's `seen` | the slot's thread alone | offline, or the reading of its last quiescent state |
//! | a chunk's `next` | a registering thread, once, under the registry's lock | the slots go on there |
//!
//! *Retiring.* The retirer unlinks a block, then advances the clock (release); the new reading is the block's goal. A
//! goal always comes from the retirer's own advance: a goal guessed from a plain load of the clock ("the next
//! reading") could be reached by another thread's advance that knows nothing of this unlinking. Many blocks share one
//! goal instead ([`Retired`]).
//!
//! *Quiescence.* A reader that holds no reference to anything retirable stores the clock (acquire) to its entry
//! (release). Who finds the entry at or past a goal knows two things. The reader's loads after it see the unlinking:
//! its load of the clock acquired the advance. The loads before it are over: the scanner acquires the entry.
//!
//! *Coming online* is a handshake of two fences. The reader stores the clock to its entry, fences, and reads; the
//! scanner reads the clock, fences, and looks at the entry. In the order of the fences either the reader's is first,
//! and the scanner sees it online with a reading at most as new as what it may have seen; or the scanner's is first,
//! and the reader sees all that was unlinked before the reading of the clock that the scanner took *before* its fence.
//! The same handshake covers a slot registered meanwhile: the link to its chunk is stored before the reader's fence.
//! The entry's store is a release because the entry's earlier section ended with a store that this one overwrites.
//!
//! *Scanning* takes the minimum of the clock and all entries that are online, and raises `lower_bound` to it (release),
//! from which later polls take their answer without a scan (acquire).
//!
//! *Exit.* A queue that outlives its thread is moved under the lock of the orphans, with the goals its batches have;
//! any thread that processes its own queue also takes from there what is due.
//!
//! After FreeBSD's global unbounded sequences (`subr_smr.c`) and CPython's `Python/qsbr.c`.

use crate::retired::{Batch, Retired};
use crate::sequence::{FIRST, Goal, INCREMENT, OFFLINE, reached};
use crate::slots::{Entry, Slot, Slots};
use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use crate::sync::{Arc, Mutex};
use crate::{fence, site, step};
use std::sync::PoisonError;

/// A value on cache lines of its own (two of them: processors fetch lines in pairs).
#[repr(align(128))]
pub(crate) struct Isolated<T>(pub T);

/// Blocks that wait for their grace period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Bytes, as the retirers stated them.
    pub bytes: usize,
    /// Blocks.
    pub items: usize,
}

impl Held {
    /// The sum. Saturates, since the sizes are the retirers' word.
    pub(crate) fn plus(self, other: Held) -> Held {
        Held { bytes: self.bytes.saturating_add(other.bytes), items: self.items.saturating_add(other.items) }
    }
}

/// A set of threads that read the same lock-free structures, and the clock by which they reclaim memory.
///
/// A domain is a handle: clones are the same domain, and slots and queues keep it alive. All methods may be called
/// from any thread.
#[derive(Clone)]
pub struct Domain {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    clock: Isolated<AtomicU64>,
    lower_bound: Isolated<AtomicU64>,
    pub(crate) slots: Slots,
    orphans: Orphans,
}

/// Batches of threads that are gone. `items` is zero whenever `batches` is empty; it is read without the lock.
struct Orphans {
    batches: Mutex<Vec<Batch>>,
    bytes: AtomicUsize,
    items: AtomicUsize,
}

impl Domain {
    /// A domain without threads.
    pub fn new() -> Self {
        Self::starting_at(FIRST)
    }

    /// A domain whose clock begins elsewhere, so that tests can see it wrap. `clock` must be odd.
    #[cfg(ungil_loom)]
    pub fn with_clock(clock: u64) -> Self {
        Self::starting_at(clock)
    }

    pub(crate) fn starting_at(clock: u64) -> Self {
        debug_assert!(clock % INCREMENT == 1, "the clock is odd");
        let orphans = Orphans {
            batches: Mutex::new(Vec::new()),
            bytes: AtomicUsize::new(0),
            items: AtomicUsize::new(0),
        };
        Self {
            shared: Arc::new(Shared {
                clock: Isolated(AtomicU64::new(clock)),
                lower_bound: Isolated(AtomicU64::new(clock)),
                slots: Slots::new(),
                orphans,
            }),
        }
    }

    /// Takes a slot for one thread, offline. Its thread goes [`online`](Slot::online) before it reads.
    ///
    /// Takes the registry's lock; a slot that was dropped is used again first.
    pub fn register(&self) -> Slot {
        self.register_with(|| ())
    }

    /// As [`register`](Self::register), for a thread that can be asked to hurry: `raise` is called, from any thread,
    /// when memory waits for this slot. It should make the slot's thread announce a quiescent state soon, for example
    /// by setting a flag that the thread polls.
    ///
    /// `raise` runs under the registry's lock, so never after the slot is dropped; it must be short, and must not call
    /// into this domain, its slots or its queues.
    pub fn register_with(&self, raise: impl Fn() + Send + Sync + 'static) -> Slot {
        self.shared.slots.register(self, Box::new(raise))
    }

    /// Moves the clock. Once the returned goal is [reached](Self::poll), nothing that was unlinked before this call
    /// can still be reached by a reader.
    pub fn advance(&self) -> Goal {
        // Release: with the acquire of `quiescent`, and with the fences of `online` and `scan`.
        let before = self.shared.clock.0.fetch_add(INCREMENT, site!("qsbr.advance", Release));
        Goal(before.wrapping_add(INCREMENT))
    }

    /// Whether every thread has been quiescent, or offline, since the advance that returned `goal`. If so, what these
    /// threads read until then happens before this call returns.
    ///
    /// Usually one load; else a scan of all slots. A thread that is online and waits for itself waits forever.
    pub fn poll(&self, goal: Goal) -> bool {
        // Acquire: with the release of `scan`, by whichever thread raised the bound.
        let bound = self.shared.lower_bound.0.load(site!("qsbr.poll.bound", Acquire));
        reached(bound, goal.0) || reached(self.scan(), goal.0)
    }

    /// The oldest reading that a thread online may still be at.
    fn scan(&self) -> u64 {
        // Before the fence: what was unlinked before this reading is then before the fence, too.
        let mut oldest = self.shared.clock.0.load(Relaxed);
        // With the fence of `online`.
        fence!("qsbr.scan.fence", SeqCst);
        for entry in self.shared.slots.entries() {
            // Acquire: with the release stores of `online`, `quiescent` and `offline`.
            let seen = entry.seen.0.load(site!("qsbr.scan.entry", Acquire));
            if seen != OFFLINE && !reached(seen, oldest) {
                oldest = seen;
            }
        }
        self.raise_lower_bound(oldest);
        oldest
    }

    fn raise_lower_bound(&self, oldest: u64) {
        let bound = &self.shared.lower_bound.0;
        let mut current = bound.load(Relaxed);
        while !reached(current, oldest) {
            // Release: with the acquire of `poll`.
            match bound.compare_exchange_weak(current, oldest, site!("qsbr.scan.raise", Release), Relaxed) {
                Ok(_) => return,
                Err(newer) => current = newer,
            }
        }
    }

    /// Asks every thread that is online and has not reached `goal` to announce a quiescent state (see
    /// [`register_with`](Self::register_with)). Takes the registry's lock.
    pub fn hurry(&self, goal: Goal) {
        self.shared.slots.raise_laggards(|seen| seen != OFFLINE && !reached(seen, goal.0));
    }

    /// Takes over what an exiting thread still holds. Some other thread's [`Retired::process`] frees it when it is
    /// due, or the end of the domain does; what is due already is freed here.
    ///
    /// The same as dropping the queue. The thread's slot should be offline or dropped by now.
    pub fn adopt(&self, retired: Retired) {
        drop(retired);
    }

    /// What waits in all queues, as of each thread's last seal or [`process`](Retired::process), and in orphaned ones.
    /// Blocks that a thread has retired since are not in it.
    pub fn held(&self) -> Held {
        self.shared.slots.entries().map(Entry::held).fold(self.shared.orphans.held(), Held::plus)
    }

    pub(crate) fn is(&self, other: &Domain) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    pub(crate) fn clock(&self) -> &AtomicU64 {
        &self.shared.clock.0
    }

    /// Puts the batches of an exiting thread with the others, frees what is due, and hurries whoever the rest waits for.
    pub(crate) fn adopt_batches(&self, batches: impl IntoIterator<Item = Batch>) {
        let orphans = &self.shared.orphans;
        let mut waiting = orphans.batches.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(batches);
        orphans.recount(&waiting);
        let last = waiting.last().map(|batch| batch.goal);
        drop(waiting);
        self.free_due_orphans();
        if let Some(goal) = last.filter(|_| orphans.held().items > 0) {
            self.hurry(goal);
        }
    }

    /// The reading that the next advance will make. No goal: see the module's first paragraph.
    #[cfg(ungil_loom)]
    pub(crate) fn next_reading(&self) -> Goal {
        Goal(self.shared.clock.0.load(Relaxed).wrapping_add(INCREMENT))
    }

    /// Frees the orphaned batches whose goal is reached, unless another thread is at it. Returns how many blocks.
    pub(crate) fn free_due_orphans(&self) -> usize {
        let orphans = &self.shared.orphans;
        if orphans.items.load(Relaxed) == 0 {
            return 0;
        }
        let Ok(mut waiting) = orphans.batches.try_lock() else { return 0 };
        let oldest = self.scan();
        let is_due =
            |batch: &mut Batch| step!("qsbr.orphans.due", reached(oldest, batch.goal.0), otherwise true);
        let due: Vec<Batch> = waiting.extract_if(.., is_due).collect();
        orphans.recount(&waiting);
        drop(waiting);
        // SAFETY: the goal of each is reached.
        due.into_iter().map(|mut batch| unsafe { batch.free_all() }).sum()
    }
}

impl Default for Domain {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Domain {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Domain")
            .field("clock", &self.shared.clock.0.load(Relaxed))
            .field("lower_bound", &self.shared.lower_bound.0.load(Relaxed))
            .field("held", &self.held())
            .finish()
    }
}

impl Orphans {
    fn recount(&self, batches: &[Batch]) {
        let held = batches.iter().map(Batch::held).fold(Held::default(), Held::plus);
        self.bytes.store(held.bytes, Relaxed);
        self.items.store(held.items, Relaxed);
    }

    fn held(&self) -> Held {
        Held { bytes: self.bytes.load(Relaxed), items: self.items.load(Relaxed) }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let batches =
            std::mem::take(&mut *self.orphans.batches.lock().unwrap_or_else(PoisonError::into_inner));
        for mut batch in batches {
            // SAFETY: every slot keeps the domain alive, so none is left: nobody reads any more.
            unsafe { batch.free_all() };
        }
    }
}
