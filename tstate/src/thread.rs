//! Thread states: how an OS thread enters and leaves an interpreter.
//!
//! The life of a state:
//!
//! ```text
//!   new_thread_state ──► DETACHED ◄──── attach / detach / blocking ────► ATTACHED ──► safepoint ──► (SUSPENDED)
//!                           │                                                              │
//!                           │ ThreadRef dropped: off the list, both references gone        │ interpreter shut down
//!                           ▼                                                              ▼
//!                         freed                        outermost attach: an error; above live frames: sleeps for ever
//! ```
//!
//! [`word`](crate::word) has the transitions and orderings. The order within a step: attaching makes the word ATTACHED
//! first, then comes online in the reclamation domain, then is current; leaving undoes it in reverse. So an online slot
//! is always an attached thread's, and a thread that blocks or parks never holds up the reclamation of memory.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::{NonNull, null, null_mut};
use std::sync::Arc;
use std::time::Instant;

use ungil_qsbr::{Block, fence, step};
use ungil_refcount::{Header, Owner};

use crate::breaker::{Bits, Breaker};
use crate::count::TwoReferences;
use crate::current;
use crate::freelist::FreeLists;
use crate::heap::{HeapKind, Heaps};
use crate::interpreter::InterpreterState;
use crate::park::{self, Parked};
use crate::private::ThreadStateImpl;
use crate::stack::StackLimits;
use crate::sync::{AtomicPtr, AtomicU32, AtomicUsize, Ordering, sleep_for_ever};
use crate::word::{Refused, State, StateWord};

/// What a thread state was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// The interpreter's first thread.
    Main,
    /// A thread that the language started and waits for at exit.
    Threading,
    /// A thread that the language started and does not wait for.
    Daemon,
    /// An embedder's own thread.
    Embedder,
}

/// Why a thread could not attach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachError {
    /// The interpreter is finalised; this state will never attach again.
    Finalized,
    /// This OS thread is attached already, by this or by another state.
    AlreadyAttached,
    /// Another OS thread is attached by this state.
    Elsewhere,
}

impl fmt::Display for AttachError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AttachError::Finalized => "the interpreter is finalised",
            AttachError::AlreadyAttached => "this thread is attached already",
            AttachError::Elsewhere => "another thread is attached by this thread state",
        })
    }
}

impl std::error::Error for AttachError {}

/// One thread of one interpreter: what everybody may see of it.
///
/// Methods whose documentation says *on its own thread* panic unless the calling OS thread is attached by this state.
/// The type is neither `Send` nor `Sync`: safe code sees another thread's state only in a [`StoppedWorld`](crate::StoppedWorld).
pub struct ThreadState {
    word: OwnLine<StateWord>,
    private: ThreadStateImpl,
    interpreter: Arc<InterpreterState>,
    breaker: NonNull<Breaker>,
    owner: Owner,
    whence: Whence,
    number: u64,
    references: TwoReferences,
    /// The OS thread that is attached by this state or means to come back to it; 0 for none.
    bound: AtomicUsize,
    /// The address on which the thread sleeps in a wait that can be interrupted; 0 for none.
    sleeps_on: AtomicUsize,
    /// How many calls of `with_current` have lent the state out.
    lent: AtomicU32,
    extension: AtomicPtr<()>,
}

/// Other threads write the word; the thread's own data is elsewhere.
#[repr(align(128))]
struct OwnLine<T>(T);

impl ThreadState {
    pub(crate) fn new(
        interpreter: Arc<InterpreterState>,
        breaker: NonNull<Breaker>,
        owner: Owner,
        whence: Whence,
        number: u64,
        private: ThreadStateImpl,
    ) -> ThreadState {
        ThreadState {
            word: OwnLine(StateWord::new()),
            private,
            interpreter,
            breaker,
            owner,
            whence,
            number,
            references: TwoReferences::new(),
            bound: AtomicUsize::new(0),
            sleeps_on: AtomicUsize::new(0),
            lent: AtomicU32::new(0),
            extension: AtomicPtr::new(null_mut()),
        }
    }

    /// The interpreter that the thread belongs to.
    pub fn interpreter(&self) -> &Arc<InterpreterState> {
        &self.interpreter
    }

    /// The identity under which the thread owns and counts objects.
    #[inline(always)]
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// The word by which others get this thread's attention.
    #[inline(always)]
    pub fn breaker(&self) -> &Breaker {
        // SAFETY: seats live as long as the interpreter, which this state keeps alive.
        unsafe { self.breaker.as_ref() }
    }

    /// What the thread state was made for.
    pub fn whence(&self) -> Whence {
        self.whence
    }

    /// Unique among all states that the interpreter ever had, in the order of their making, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The state at this moment.
    pub fn state(&self) -> State {
        self.word.0.state()
    }

    /// Whether the calling OS thread is attached by this state.
    #[inline]
    pub fn is_current(&self) -> bool {
        std::ptr::eq(current::get(), self)
    }

    /// A word for the embedder's own per-thread data. It is not freed here.
    pub fn extension(&self) -> &AtomicPtr<()> {
        &self.extension
    }

    /// Enters the interpreter on the calling OS thread, sleeping while the world is stopped.
    ///
    /// # Errors
    /// See [`AttachError`].
    pub fn attach(&self) -> Result<(), AttachError> {
        if !current::get().is_null() {
            return Err(AttachError::AlreadyAttached);
        }
        let here = current::os_thread();
        // Relaxed: what the state's last OS thread did with it is ordered by the word.
        if self.bound.compare_exchange(0, here, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return Err(AttachError::Elsewhere);
        }
        match self.word.0.attach() {
            Ok(()) => {
                self.entered();
                Ok(())
            }
            Err(refused) => {
                self.bound.store(0, Ordering::Relaxed);
                Err(if refused == Refused::Attached {
                    AttachError::Elsewhere
                } else {
                    AttachError::Finalized
                })
            }
        }
    }

    /// Leaves the interpreter. On its own thread; it is a safepoint.
    pub fn detach(&self) {
        self.check_current();
        self.leave(|| self.bound.store(0, Ordering::Relaxed));
    }

    /// Runs `run` detached, as everything must that may block. On its own thread; a safepoint before and after.
    ///
    /// If the interpreter is finalised meanwhile the call does not return: the thread sleeps for ever, because there
    /// are frames above that believe in objects. A panic in `run` passes through, attached again.
    pub fn blocking<R>(&self, run: impl FnOnce() -> R) -> R {
        self.check_current();
        struct Back<'a>(&'a ThreadState);
        impl Drop for Back<'_> {
            fn drop(&mut self) {
                self.0.come_back();
            }
        }
        self.leave(|| ());
        let _back = Back(self);
        run()
    }

    /// The slow path of the breaker: parks if the world is to stop, announces quiescence, frees retired memory that is
    /// due, and returns the bits that are left for the embedder, all cleared. On its own thread.
    ///
    /// Whatever was read before from shared structures without a count may be gone when it returns, and facts about
    /// local objects have ended.
    pub fn safepoint(&self) -> Bits {
        self.check_current();
        let bits = self.breaker().take();
        let reclamation = self.private.reclamation();
        if bits.has(Bits::STOP) {
            reclamation.slot.offline();
            if self.word.0.park_if_asked(self.interpreter.gate()).is_err() {
                self.hang();
            }
            reclamation.slot.online();
        } else {
            reclamation.slot.quiescent();
        }
        if bits.has(Bits::QSBR) || reclamation.retired.should_process() {
            reclamation.retired.process(&reclamation.slot);
        }
        bits.without(Bits::STOP | Bits::QSBR)
    }

    /// Frees a block once no thread can be reading it any more. On its own thread.
    ///
    /// # Safety
    /// As for [`ungil_qsbr::Retired::retire`]: no thread that attaches from now on can reach the block, and none keeps
    /// a reference to it past its next safepoint; its `free` may then run once, on any thread.
    pub unsafe fn retire(&self, block: Block) {
        self.check_current();
        let reclamation = self.private.reclamation();
        // SAFETY: promised by the caller.
        unsafe { reclamation.retired.retire(&reclamation.slot, block) };
        if reclamation.retired.should_process() {
            self.breaker().raise(Bits::QSBR);
        }
    }

    /// Takes the references that other threads have handed to this one: each object is to be
    /// [merged](ungil_refcount::merge) with -1, and destroyed if that says so. To be called for [`Bits::MERGE`]. On its
    /// own thread.
    pub fn take_merges(&self) -> impl Iterator<Item = NonNull<Header>> + use<> {
        self.check_current();
        self.take_queued()
    }

    /// As [`take_merges`](Self::take_merges), for a thread that is current or suspended by the caller.
    pub(crate) fn take_queued(&self) -> impl Iterator<Item = NonNull<Header>> + use<> {
        // SAFETY: the caller holds the id, or has suspended its holder.
        let queued = unsafe { self.interpreter.merge_queues().take(self.id()) };
        self.private.inherited.take().into_iter().flatten().chain(queued)
    }

    pub(crate) fn id(&self) -> u16 {
        self.owner.id().unwrap_or_else(|| unreachable!("a state is made with an id"))
    }

    /// Allocates `size` bytes, uninitialised, from one of the interpreter's heaps. Freed by [`free`](Self::free) or by
    /// [`heap::free`](crate::heap::free). `None`: the system has no more memory.
    ///
    /// # Safety
    /// The calling OS thread is attached by this state.
    #[inline(always)]
    pub unsafe fn alloc(&self, kind: HeapKind, size: usize) -> Option<NonNull<u8>> {
        // SAFETY: promised by the caller.
        unsafe { self.alloc_listed(kind, size).or_else(|| self.alloc_fresh(kind, size)) }
    }

    /// The block that [`alloc`](Self::alloc) gives, if the thread's freelists have one.
    ///
    /// # Safety
    /// As for [`alloc`](Self::alloc).
    #[inline(always)]
    pub unsafe fn alloc_listed(&self, kind: HeapKind, size: usize) -> Option<NonNull<u8>> {
        self.private.free_lists.take(kind, size)
    }

    /// The block that [`alloc`](Self::alloc) gives if the thread's freelists have none.
    ///
    /// # Safety
    /// As for [`alloc`](Self::alloc).
    #[inline(always)]
    pub unsafe fn alloc_fresh(&self, kind: HeapKind, size: usize) -> Option<NonNull<u8>> {
        self.private.heaps.alloc(self.heaps(), kind, FreeLists::rounded(kind, size))
    }

    /// The bytes that a block allocated for an object of `size` bytes has at least.
    #[inline(always)]
    pub const fn rounded(kind: HeapKind, size: usize) -> usize {
        FreeLists::rounded(kind, size)
    }

    /// Frees a block at once, to be allocated again by this thread soon. The block was never shared, or nobody can be
    /// reading it any more. An object's header no longer says that it is live.
    ///
    /// # Safety
    /// The calling OS thread is attached by this state; any thread of this interpreter allocated the block with this
    /// `kind` and `size`; it was not freed before and is not used afterwards.
    #[inline(always)]
    pub unsafe fn free(&self, kind: HeapKind, size: usize, block: NonNull<u8>) {
        // SAFETY: promised by the caller.
        unsafe { self.private.free_lists.give(kind, size, block) };
    }

    /// Gives the blocks on the thread's freelists back to their heaps. On its own thread.
    pub fn clear_free_lists(&self) {
        self.check_current();
        self.private.free_lists.clear();
    }

    /// The interpreter's heaps.
    #[inline(always)]
    fn heaps(&self) -> &Heaps {
        self.interpreter.heaps()
    }

    /// Adds to the interpreter's count of allocations minus frees, in buffered steps, and raises [`Bits::COLLECT`] when
    /// it passes the threshold.
    ///
    /// # Safety
    /// The calling OS thread is attached by this state.
    #[inline(always)]
    pub unsafe fn count_allocations(&self, change: i64) {
        if self.private.count_allocations(change, &self.interpreter) {
            self.breaker().raise(Bits::COLLECT);
        }
    }

    /// The limits of the native stack that the thread runs on. On its own thread.
    pub fn stack_limits(&self) -> StackLimits {
        self.check_current();
        self.private.stack()
    }

    /// Tells that the thread now runs on another stack (a fiber's), `size` bytes up from `base`. Holds until it is set
    /// again, reset, or the state moves to another OS thread. On its own thread.
    pub fn set_stack_protection(&self, base: usize, size: usize) {
        self.check_current();
        self.private.set_stack(StackLimits::of_stack(base, size));
    }

    /// Goes back to the OS thread's own stack. On its own thread.
    pub fn reset_stack_protection(&self) {
        self.check_current();
        self.private.set_stack(StackLimits::of_current_thread());
    }

    /// Sleeps on an address (see [`park`]); an attached thread is detached meanwhile. If it was handed a lock but the
    /// world is stopped, it calls `give_back` before it waits for the world, and reports a plain wake-up.
    pub(crate) fn sleep(
        me: Option<&ThreadState>,
        address: usize,
        is_needed: impl FnOnce() -> bool,
        deadline: Option<Instant>,
        give_back: impl FnOnce(),
    ) -> Parked {
        match me {
            Some(me) => me.sleep_detached(address, 0, is_needed, deadline, give_back),
            None => park::park(address, 0, is_needed, || (), deadline),
        }
    }

    /// As [`sleep`](Self::sleep) with a state, but also ended by [`interrupt`](Self::interrupt).
    ///
    /// The handshake: the sleeper stores where it sleeps, fences, and validates under the bucket that its breaker has
    /// nothing that interrupts; the interrupter raises the breaker, fences, and loads where the thread sleeps. In the order
    /// of the fences one of them sees the other.
    pub(crate) fn sleep_interruptibly(
        &self,
        address: usize,
        is_needed: impl FnOnce() -> bool,
        deadline: Option<Instant>,
        give_back: impl FnOnce(),
    ) -> Parked {
        self.sleeps_on.store(address, Ordering::Relaxed);
        fence!("tstate.sleep.fence", SeqCst);
        let mut is_interrupted = false;
        let is_needed = || {
            is_interrupted = self.breaker().has(Bits::INTERRUPTING);
            !is_interrupted && is_needed()
        };
        let who = (&raw const *self).addr();
        let parked = self.sleep_detached(address, who, is_needed, deadline, give_back);
        self.sleeps_on.store(0, Ordering::Relaxed);
        if is_interrupted { Parked::Interrupted } else { parked }
    }

    /// Raises bits and, if the thread sleeps in a wait that can be interrupted, wakes it.
    pub(crate) fn interrupt(&self, bits: Bits) {
        self.breaker().raise(bits);
        fence!("tstate.interrupt.fence", SeqCst);
        let address = self.sleeps_on.load(Ordering::Relaxed);
        if address != 0 {
            park::interrupt(address, (&raw const *self).addr());
        }
    }

    fn sleep_detached(
        &self,
        address: usize,
        who: usize,
        is_needed: impl FnOnce() -> bool,
        deadline: Option<Instant>,
        give_back: impl FnOnce(),
    ) -> Parked {
        self.check_current();
        let mut has_left = false;
        let leave = || {
            self.leave(|| ());
            has_left = true;
        };
        let mut parked = park::park(address, who, is_needed, leave, deadline);
        if !has_left {
            return parked;
        }
        if self.word.0.try_attach().is_ok() {
            self.entered();
        } else {
            if parked == Parked::HandedOver {
                step!("tstate.sleep.give_back", give_back(), otherwise());
                parked = Parked::Woken;
            }
            self.come_back();
        }
        parked
    }

    /// ATTACHED → DETACHED and what goes with it; `unbind` runs while the thread is still attached.
    fn leave(&self, unbind: impl FnOnce()) {
        self.private.reclamation().slot.offline();
        current::set(null());
        unbind();
        self.word.0.detach(self.interpreter.gate());
    }

    /// Attaches again above live frames: returns attached or not at all.
    fn come_back(&self) {
        match self.word.0.attach() {
            Ok(()) => self.entered(),
            Err(_) => self.hang(),
        }
    }

    fn entered(&self) {
        self.private.settle_on(current::os_thread());
        self.private.reclamation().slot.online();
        current::set(self);
    }

    /// The thread must not come back: it drops its reference and sleeps, touching the state no more.
    #[cold]
    fn hang(&self) -> ! {
        // SAFETY: the thread's own reference, which its `ThreadRef` further up will never drop, since this never returns.
        unsafe { ThreadState::release(NonNull::from(self)) };
        sleep_for_ever()
    }

    #[inline]
    pub(crate) fn check_current(&self) {
        assert!(self.is_current(), "the calling thread is not attached by this thread state");
    }

    /// Lends the state to `run`: until it returns, the state stays in memory whatever becomes of its `ThreadRef`.
    pub(crate) fn lend<R>(&self, run: impl FnOnce(&ThreadState) -> R) -> R {
        struct Lent<'a>(&'a AtomicU32);
        impl Drop for Lent<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        self.lent.fetch_add(1, Ordering::Relaxed);
        let _lent = Lent(&self.lent);
        run(self)
    }

    pub(crate) fn word(&self) -> &StateWord {
        &self.word.0
    }

    pub(crate) fn private(&self) -> &ThreadStateImpl {
        &self.private
    }

    /// Drops one of the two references.
    ///
    /// # Safety
    /// The caller owns that reference and uses the state no more.
    pub(crate) unsafe fn release(state: NonNull<ThreadState>) {
        // SAFETY: the caller's reference keeps the state alive up to here.
        if unsafe { state.as_ref() }.references.release() {
            // SAFETY: states are made by `Box::into_raw`, and this was the last reference.
            drop(unsafe { Box::from_raw(state.as_ptr()) });
        }
    }
}

impl fmt::Debug for ThreadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadState")
            .field("number", &self.number)
            .field("owner", &self.owner)
            .field("whence", &self.whence)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

/// The OS thread's reference to its state. Dropping it ends the thread: the state leaves its interpreter, its id and
/// what is still counted under it pass on to the next thread, retired memory to whoever processes next.
///
/// Can be sent to the OS thread that is to run; not shared.
pub struct ThreadRef {
    state: NonNull<ThreadState>,
    not_sync: PhantomData<std::cell::Cell<()>>,
}

// SAFETY: the private part is touched only by the thread attached by the state, and attaching checks that it is one.
unsafe impl Send for ThreadRef {}

impl ThreadRef {
    /// # Safety
    /// The state is new, and the caller gives up the OS thread's reference.
    pub(crate) unsafe fn new(state: NonNull<ThreadState>) -> ThreadRef {
        ThreadRef { state, not_sync: PhantomData }
    }
}

impl Deref for ThreadRef {
    type Target = ThreadState;

    #[inline(always)]
    fn deref(&self) -> &ThreadState {
        // SAFETY: this is one of the state's references.
        unsafe { self.state.as_ref() }
    }
}

impl Drop for ThreadRef {
    fn drop(&mut self) {
        if self.is_current() {
            self.detach();
        }
        // In this order: a thread that has left attached and bound states behind it is through with this one.
        let is_used = self.word.0.is_attached()
            || self.bound.load(Ordering::Relaxed) != 0
            || self.lent.load(Ordering::Relaxed) != 0;
        if is_used {
            // Sent away while attached, or dropped under `with_current`. Somebody still uses the state, so it stays.
            debug_assert!(false, "a thread reference was dropped while its state is in use");
            return;
        }
        self.interpreter.remove(self);
        // SAFETY: the OS thread's reference, which `self` owned.
        unsafe { ThreadState::release(self.state) };
    }
}

impl fmt::Debug for ThreadRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
