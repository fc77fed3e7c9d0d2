//! The interpreter state: what the threads of one interpreter share.
//!
//! Locks, in the order in which they are taken: the stoppers' turn, the thread list, the ids. An attached thread takes
//! each of them in the way that detaches while it sleeps, so that none keeps the world from stopping.
//!
//! *Ids.* A thread state receives the smallest free owner id, and its merge queue is opened; when it ends, its queue
//! is closed, and what was left in it is kept with the id for the next holder, who also takes over all that the id
//! still owns. A foreign thread that finds a queue closed merges the object itself while it keeps the id from being
//! handed on (`ungil_refcount::MergeQueues`).
//!
//! *Removal.* Whoever takes a state off the list, its own thread or the finalising one, tears down what only the thread
//! used and drops the list's reference.

use std::collections::BTreeMap;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;
use std::time::Duration;

use ungil_qsbr::{Domain, Retired};
use ungil_refcount::{Breakers, MergeQueues, Owner, Release, Taken, merge};

use crate::breaker::{Bits, Breaker, Seats};
use crate::current::with_current;
use crate::heap::{Heaps, OutOfMemory};
use crate::mutex::Mutex;
use crate::private::{Reclamation, ThreadStateImpl};
use crate::sync::{AtomicI64, AtomicU64, Ordering};
use crate::thread::{ThreadRef, ThreadState, Whence};
use crate::word::Gate;

/// Why no thread state could be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NewThreadError {
    /// The interpreter is being finalised.
    Finalizing,
    /// As many threads exist as there are owner ids.
    TooManyThreads,
}

impl fmt::Display for NewThreadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NewThreadError::Finalizing => "the interpreter is being finalised",
            NewThreadError::TooManyThreads => "too many threads",
        })
    }
}

impl std::error::Error for NewThreadError {}

/// What the threads of one interpreter share. Thread states keep it alive; the memory of its heaps lives as long.
pub struct InterpreterState {
    // The domain is dropped before the heaps, because it frees retired blocks into them.
    domain: Domain,
    merge_queues: MergeQueues,
    seats: Box<Seats>,
    /// `None` only in models.
    heaps: Option<Heaps>,
    ids: Mutex<Ids>,
    pub(crate) threads: Mutex<ThreadList>,
    pub(crate) stoppers: Mutex<StopStatistics>,
    gate: Gate,
    allocations: AtomicI64,
    collection_threshold: AtomicI64,
    thread_count: AtomicU64,
}

/// How often and how long the world was stopped.
#[derive(Clone, Copy, Debug, Default)]
pub struct StopStatistics {
    /// Number of stops.
    pub stops: u64,
    /// From the request to the restart, summed.
    pub total: Duration,
    /// The longest of them.
    pub longest: Duration,
    /// The longest time from the request until all threads had stopped.
    pub longest_wait: Duration,
}

/// The states that may attach. Each entry is the list's reference to its state.
#[derive(Default)]
pub(crate) struct ThreadList {
    pub(crate) states: Vec<NonNull<ThreadState>>,
    pub(crate) is_finalizing: bool,
}

// SAFETY: the list's references may be dropped and the states' words used from any thread.
unsafe impl Send for ThreadList {}

/// Owner ids that are not in use, each with what was left in its queue.
#[derive(Default)]
struct Ids {
    free: BTreeMap<u16, Vec<Taken>>,
    used: u16,
}

impl InterpreterState {
    /// A new interpreter without threads.
    ///
    /// # Errors
    /// [`OutOfMemory`] when its heaps cannot be made.
    pub fn new() -> Result<Arc<InterpreterState>, OutOfMemory> {
        Ok(Arc::new(InterpreterState::with_heaps(Some(Heaps::new()?))))
    }

    /// For models, which allocate nothing: an interpreter's heaps take longer to make than a model's step.
    #[cfg(ungil_loom)]
    pub fn for_model() -> Arc<InterpreterState> {
        Arc::new(InterpreterState::with_heaps(None))
    }

    fn with_heaps(heaps: Option<Heaps>) -> InterpreterState {
        InterpreterState {
            domain: Domain::new(),
            merge_queues: MergeQueues::new(),
            seats: Seats::new(),
            heaps,
            ids: Mutex::new(Ids::default()),
            threads: Mutex::new(ThreadList::default()),
            stoppers: Mutex::new(StopStatistics::default()),
            gate: Gate::new(),
            allocations: AtomicI64::new(0),
            collection_threshold: AtomicI64::new(0),
            thread_count: AtomicU64::new(0),
        }
    }

    /// Makes a thread state, detached. Its [`ThreadRef`] goes to the OS thread that is to run.
    ///
    /// # Errors
    /// See [`NewThreadError`].
    pub fn new_thread_state(self: &Arc<Self>, whence: Whence) -> Result<ThreadRef, NewThreadError> {
        with_current(|me| {
            let (id, inherited) = self.ids.lock(me).take().ok_or(NewThreadError::TooManyThreads)?;
            let state = self.make_state(id, inherited, whence);
            let mut threads = self.threads.lock(me);
            if threads.is_finalizing {
                drop(threads);
                // SAFETY: the state was made above and is not listed, so both its references are ours.
                unsafe {
                    self.discard(state, me);
                    ThreadState::release(state);
                }
                return Err(NewThreadError::Finalizing);
            }
            threads.states.push(state);
            // SAFETY: the state is new; the list has its own reference.
            Ok(unsafe { ThreadRef::new(state) })
        })
    }

    fn make_state(self: &Arc<Self>, id: u16, inherited: Vec<Taken>, whence: Whence) -> NonNull<ThreadState> {
        self.merge_queues.open(id);
        let breaker = self.seats.get_or_make(id);
        if !inherited.is_empty() {
            breaker.raise(Bits::MERGE);
        }
        let seat = Seat(NonNull::from(breaker));
        let slot = self.domain.register_with(move || seat.breaker().raise(Bits::QSBR));
        let private =
            ThreadStateImpl::new(Reclamation { retired: Retired::new(&self.domain), slot }, inherited);
        // SAFETY: the id is this state's alone until it is given back, and counts only by the thread attached by it.
        let owner = unsafe { Owner::new(id) };
        let number = self.thread_count.fetch_add(1, Ordering::Relaxed) + 1;
        let state = ThreadState::new(self.clone(), seat.0, owner, whence, number, private);
        NonNull::from(Box::leak(Box::new(state)))
    }

    /// Takes a state off the list, if its interpreter's finaliser has not done so.
    pub(crate) fn remove(&self, state: &ThreadState) {
        with_current(|me| {
            let mut threads = self.threads.lock(me);
            let Some(at) = threads.states.iter().position(|&listed| std::ptr::eq(listed.as_ptr(), state))
            else {
                return;
            };
            let listed = threads.states.swap_remove(at);
            drop(threads);
            // SAFETY: the state came off the list by this thread, which owns the list's reference now.
            unsafe { self.discard(listed, me) };
        });
    }

    /// Tears down what only the thread used, gives its id back, and drops one reference.
    ///
    /// # Safety
    /// The state is off the list, by the caller, who owns that reference. Nobody attaches by it any more.
    pub(crate) unsafe fn discard(&self, state: NonNull<ThreadState>, me: Option<&ThreadState>) {
        // SAFETY: the reference keeps the state alive until the release below.
        let gone = unsafe { state.as_ref() };
        // SAFETY: promised by the caller.
        unsafe { gone.private().tear_down(self) };
        let id = gone.id();
        // SAFETY: the id is still the state's, which nobody attaches by.
        let queued = unsafe { self.merge_queues.close(id) };
        let mut left = gone.private().inherited.take();
        left.push(queued);
        left.retain(|taken| !taken.is_empty());
        self.ids.lock(me).give_back(id, left);
        // SAFETY: promised by the caller.
        unsafe { ThreadState::release(state) };
    }

    /// What is kept with the ids that nobody holds. The caller excludes that one is handed on.
    pub(crate) fn take_left_behind(&self) -> Vec<Taken> {
        self.ids.lock(None).free.values_mut().flat_map(std::mem::take).collect()
    }

    /// The reclamation domain of this interpreter's lock-free structures.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The queues in which foreign threads leave references that their owner counted.
    pub fn merge_queues(&self) -> &MergeQueues {
        &self.merge_queues
    }

    /// What to do about [`Release::HandToOwner`]: see [`MergeQueues::hand_over`].
    ///
    /// # Safety
    /// As there.
    pub unsafe fn hand_over(&self, id: u16, object: NonNull<ungil_refcount::Header>) -> Release {
        // SAFETY: passed on.
        unsafe { self.merge_queues.hand_over(id, object, self) }
    }

    /// The heaps of this interpreter.
    #[inline(always)]
    pub fn heaps(&self) -> &Heaps {
        match &self.heaps {
            Some(heaps) => heaps,
            None => unreachable!("an interpreter is made with its heaps"),
        }
    }

    /// Allocations minus frees that threads have reported, in steps of some hundreds.
    pub fn allocations(&self) -> i64 {
        self.allocations.load(Ordering::Relaxed)
    }

    /// Sets the count back, as a collection does.
    pub fn reset_allocations(&self) {
        self.allocations.store(0, Ordering::Relaxed);
    }

    /// From how many allocations on a thread that reports raises its own [`Bits::COLLECT`]; 0 for never, as at first.
    pub fn set_collection_threshold(&self, allocations: i64) {
        self.collection_threshold.store(allocations, Ordering::Relaxed);
    }

    /// Returns whether a collection is due.
    pub(crate) fn add_allocations(&self, change: i64) -> bool {
        let count = self.allocations.fetch_add(change, Ordering::Relaxed) + change;
        let threshold = self.collection_threshold.load(Ordering::Relaxed);
        threshold > 0 && count > threshold
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Raises bits in the breaker of whichever thread holds an owner id. Too late a raise reaches the id's next holder.
    pub fn raise_by_owner(&self, id: u16, bits: Bits) {
        if let Some(breaker) = self.seats.get(id) {
            breaker.raise(bits);
        }
    }

    /// Raises bits in the breaker of the thread that holds an owner id now and, if it sleeps on a [`ProgramLock`] or an
    /// [`Event`](crate::Event), wakes it: with [`Bits::SIGNAL`], for example, after a signal. Takes the lock of the thread list, so it
    /// is not for signal handlers. Returns whether there is such a thread.
    ///
    /// [`ProgramLock`]: crate::ProgramLock
    pub fn interrupt(&self, id: u16, bits: Bits) -> bool {
        with_current(|me| {
            let threads = self.threads.lock(me);
            // SAFETY: listed states are alive.
            let mut states = threads.states.iter().map(|state| unsafe { state.as_ref() });
            states.find(|state| state.id() == id).inspect(|state| state.interrupt(bits)).is_some()
        })
    }

    /// Raises bits in every thread's breaker.
    pub fn raise_all(&self, bits: Bits) {
        with_current(|me| {
            for state in &self.threads.lock(me).states {
                // SAFETY: listed states are alive.
                unsafe { state.as_ref() }.breaker().raise(bits);
            }
        });
    }

    /// How many threads the interpreter has, attached or not.
    pub fn thread_count(&self) -> usize {
        with_current(|me| self.threads.lock(me).states.len())
    }

    /// Merges what is queued for a thread that is detached, without waiting for it: `dead` is called for each object
    /// that dies, after the thread has been let go. Returns whether the thread was found detached.
    ///
    /// The caller is attached to this interpreter, or destroys nothing in `dead`.
    pub fn merge_for_detached(&self, id: u16, dead: impl FnMut(NonNull<ungil_refcount::Header>)) -> bool {
        let objects = with_current(|me| {
            let threads = self.threads.lock(me);
            // SAFETY: listed states are alive.
            let mut states = threads.states.iter().map(|state| unsafe { state.as_ref() });
            let target = states.find(|state| state.id() == id && state.word().try_suspend())?;
            // SAFETY: the id's holder is suspended by us.
            let taken = unsafe { self.merge_queues.take(id) };
            // SAFETY: each entry is a reference that we give up, and its owner is suspended.
            let died =
                taken.filter(|&object| unsafe { merge(object, -1) } == Release::Dead).collect::<Vec<_>>();
            target.word().let_go();
            Some(died)
        });
        let was_detached = objects.is_some();
        objects.into_iter().flatten().for_each(dead);
        was_detached
    }
}

impl Breakers for InterpreterState {
    fn request_merge(&self, owner: u16) {
        self.raise_by_owner(owner, Bits::MERGE);
    }
}

impl fmt::Debug for InterpreterState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InterpreterState").field("domain", &self.domain).finish_non_exhaustive()
    }
}

/// Where a thread's breaker is; its slot in the domain raises it when memory waits for the thread.
#[derive(Clone, Copy)]
struct Seat(NonNull<Breaker>);

// SAFETY: breakers are atomic, and live as long as the interpreter, which owns the domain that holds the seats.
unsafe impl Send for Seat {}
// SAFETY: as above.
unsafe impl Sync for Seat {}

impl Seat {
    fn breaker(&self) -> &Breaker {
        // SAFETY: as above: slots are dropped before the interpreter is.
        unsafe { self.0.as_ref() }
    }
}

impl Ids {
    fn take(&mut self) -> Option<(u16, Vec<Taken>)> {
        if let Some(free) = self.free.pop_first() {
            return Some(free);
        }
        let next = self.used + 1;
        (next <= Owner::MAX_ID).then(|| {
            self.used = next;
            (next, Vec::new())
        })
    }

    fn give_back(&mut self, id: u16, left: Vec<Taken>) {
        self.free.insert(id, left);
    }
}
