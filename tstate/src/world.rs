//! Stop-the-world: one thread has an interpreter to itself.
//!
//! Protocol. Stoppers take turns by a lock, for which they wait detached, so that a waiting stopper is stopped like any
//! other thread. The stopper then holds the list of threads from its first step to its last: nobody joins or leaves,
//! and no other suspender is at work. It goes through the list once: a detached thread is suspended on the spot, an
//! attached one is asked, by a bit in its state word and, as a hint to look there, one in its breaker. The thread finds
//! the bit wherever it next leaves `ATTACHED`: at a safepoint, or on its way into a blocking call. Whoever arrives last
//! wakes the stopper. There is no polling and no time-out ([`word`](crate::word) has the transitions).
//!
//! To start, every suspended thread is let go; those that sleep are made attached and woken.
//!
//! In a stopped world the stopper takes no lock that an attached thread may hold across a safepoint (there is no such
//! lock), makes and drops no thread state, and runs no code of the language.

use std::ptr::NonNull;
use std::time::{Duration, Instant};

use ungil_qsbr::step;
use ungil_refcount::Header;

use crate::breaker::Bits;
use crate::heap::HeapKind;
use crate::interpreter::{InterpreterState, StopStatistics, ThreadList};
use crate::mutex::MutexGuard;
use crate::thread::ThreadState;

/// Proof that no other thread of the interpreter is attached. The world starts again when it is dropped.
#[must_use = "the world starts again when this is dropped"]
pub struct StoppedWorld<'a> {
    me: &'a ThreadState,
    interpreter: &'a InterpreterState,
    threads: MutexGuard<'a, ThreadList>,
    statistics: MutexGuard<'a, StopStatistics>,
    began: Instant,
    waited: Duration,
}

impl InterpreterState {
    /// Stops every other thread of this interpreter. `me` is the calling thread's state, attached to it. A safepoint.
    ///
    /// # Panics
    /// If `me` is not the calling thread's, or of another interpreter.
    pub fn stop_the_world<'a>(&'a self, me: &'a ThreadState) -> StoppedWorld<'a> {
        assert!(
            me.is_current() && std::ptr::eq(&raw const **me.interpreter(), self),
            "the stopper is attached here"
        );
        // Waits detached, or the stopper whose turn it is would wait for this one.
        let statistics = self.stoppers.lock(step!("tstate.stop.turn", Some(me), otherwise None));
        let threads = self.threads.lock(Some(me));
        let began = Instant::now();
        self.gate().open();
        for state in threads.others(me) {
            if state.word().stop(self.gate()) {
                state.breaker().raise(Bits::STOP);
            }
        }
        self.gate().await_all();
        StoppedWorld { me, interpreter: self, threads, statistics, began, waited: began.elapsed() }
    }

    /// How often and how long the world was stopped until now.
    pub fn stop_statistics(&self) -> StopStatistics {
        crate::with_current(|me| *self.stoppers.lock(me))
    }
}

impl StoppedWorld<'_> {
    /// Every thread of the interpreter, the stopper's included.
    pub fn threads(&self) -> impl Iterator<Item = &ThreadState> {
        self.threads.all()
    }

    /// The stopper's own state.
    pub fn me(&self) -> &ThreadState {
        self.me
    }

    /// Visits every live block of one heap: see [`Heaps::walk`](crate::heap::Heaps::walk).
    ///
    /// # Safety
    /// `visit` neither allocates from nor frees to the interpreter's heaps.
    pub unsafe fn walk(&self, kind: HeapKind, visit: impl FnMut(NonNull<u8>, usize)) {
        // SAFETY: the world is stopped; the rest is the caller's promise.
        unsafe { self.interpreter.heaps().walk(kind, visit) }
    }

    /// Takes what is queued for any of the threads, to be merged by the caller.
    pub fn take_merges(&self, of: &ThreadState) -> impl Iterator<Item = NonNull<Header>> + use<> {
        self.me.check_current();
        assert!(
            std::ptr::eq(&raw const **of.interpreter(), self.interpreter),
            "a thread of the stopped world"
        );
        of.take_queued()
    }

    /// Takes what threads that have exited left behind in their queues, to be merged by the caller.
    pub fn take_left_behind(&self) -> impl Iterator<Item = NonNull<Header>> + use<> {
        self.me.check_current();
        // No safepoint, unlike waiting detached: whoever has the lock meanwhile is not attached, and waits for nothing.
        self.interpreter.take_left_behind().into_iter().flatten()
    }

    /// Frees retired memory of all threads, whose grace period is over by the stop itself. Returns how many blocks.
    pub fn reclaim(&self) -> usize {
        self.me.check_current();
        self.me.private().reclamation().slot.quiescent();
        self.threads.all().map(|state| state.private().process_retired()).sum()
    }

    /// Adds up what the threads have allocated and not reported yet, so that the interpreter's count is exact.
    pub fn flush_allocations(&self) {
        self.me.check_current();
        for state in self.threads.all() {
            state.private().flush_allocations(self.interpreter);
        }
    }

    /// Ends all other threads: they never attach again, and none can be made. Then starts the world for the stopper.
    pub fn shut_down_others(mut self) {
        self.threads.is_finalizing = true;
        let me = NonNull::from(self.me);
        let (stays, others) =
            std::mem::take(&mut self.threads.states).into_iter().partition(|state| *state == me);
        self.threads.states = stays;
        let (me, interpreter) = (self.me, self.interpreter);
        let others: Vec<NonNull<ThreadState>> = others;
        for state in &others {
            // SAFETY: the list's reference, which is ours now, keeps the state alive.
            unsafe { state.as_ref() }.word().shut_down();
        }
        drop(self);
        for state in others {
            // SAFETY: taken off the list above; shut down, it never attaches again.
            unsafe { interpreter.discard(state, Some(me)) };
        }
    }
}

impl Drop for StoppedWorld<'_> {
    fn drop(&mut self) {
        for state in self.threads.others(self.me) {
            state.word().let_go();
        }
        let took = self.began.elapsed();
        let statistics = &mut *self.statistics;
        statistics.stops += 1;
        statistics.total += took;
        statistics.longest = statistics.longest.max(took);
        statistics.longest_wait = statistics.longest_wait.max(self.waited);
    }
}

impl ThreadList {
    fn all(&self) -> impl Iterator<Item = &ThreadState> {
        // SAFETY: listed states are alive, by the list's reference.
        self.states.iter().map(|state| unsafe { state.as_ref() })
    }

    fn others<'a>(&'a self, me: &'a ThreadState) -> impl Iterator<Item = &'a ThreadState> {
        self.all().filter(move |state| !std::ptr::eq(*state, me))
    }
}
