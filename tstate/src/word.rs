//! The state word: whether a thread may touch objects, and who decides.
//!
//! One atomic word per thread holds its state and two requests:
//!
//! | state           | meaning                                                                  |
//! |-----------------|--------------------------------------------------------------------------|
//! | `DETACHED`      | runs or blocks outside the runtime; touches no object                    |
//! | `ATTACHED`      | may touch objects; reaches a safepoint before long and never blocks      |
//! | `SUSPENDED`     | may not attach: the world is stopped, or another thread acts on its behalf |
//! | `SHUTTING_DOWN` | may never attach again; terminal                                         |
//!
//! `ASKED` (by a stopper) turns the next departure from `ATTACHED` into `SUSPENDED`; `WAITING` (by the thread
//! itself, only on `SUSPENDED`) says that it sleeps and wants to be attached by whoever lets it go.
//!
//! | from → to                       | by whom                             | ordering              |
//! |---------------------------------|-------------------------------------|-----------------------|
//! | DETACHED → ATTACHED             | the thread, attaching               | acquire (1)           |
//! | ATTACHED → DETACHED             | the thread, detaching               | release (2)           |
//! | ATTACHED·ASKED → SUSPENDED      | the thread, detaching; arrives      | release by arrival (3)|
//! | ATTACHED·ASKED → SUSPENDED·WAITING | the thread at a safepoint; arrives | release by arrival (3)|
//! | SUSPENDED → SUSPENDED·WAITING   | the thread, attaching in vain       | relaxed               |
//! | DETACHED → SUSPENDED            | a stopper or another suspender      | acquire (2)           |
//! | ATTACHED → ATTACHED·ASKED       | the stopper, who then awaits it     | relaxed               |
//! | SUSPENDED → DETACHED            | whoever suspended it                | release (1)           |
//! | SUSPENDED·WAITING → ATTACHED    | whoever suspended it, waking it     | release (1)           |
//! | SUSPENDED → SHUTTING_DOWN       | the finalising stopper              | relaxed               |
//!
//! Because the request sits in the same word as the state, a stop needs no Dekker handshake with attach and detach:
//! the word's modification order decides each case. (1) What was done to a thread's data while it was suspended
//! happens-before its next touch. (2) What a thread did happens-before what its suspender reads. (3) The same for a
//! thread that suspends itself, through the [`Gate`].
//!
//! Suspenders exclude each other by the lock of the interpreter's thread list, which a stopper holds from its first
//! step to its last. So a state that is found suspended is the finder's own, and nobody is let go by a stranger.
//!
//! A sleeping thread is not woken to compete but is *made* attached, so back-to-back stops cannot starve it: each
//! stop finds it `ATTACHED` and has to wait until it has come as far as a safepoint.

use ungil_qsbr::{site, step};

use crate::park;
use crate::sync::{AtomicU32, Ordering};

const DETACHED: u32 = 0;
const ATTACHED: u32 = 1;
const SUSPENDED: u32 = 2;
const SHUTTING_DOWN: u32 = 3;
const STATE: u32 = 3;
const ASKED: u32 = 4;
const WAITING: u32 = 8;

/// A thread's state as seen at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Outside the runtime.
    Detached,
    /// May touch objects.
    Attached,
    /// May not attach until let go.
    Suspended,
    /// May never attach again.
    ShuttingDown,
}

/// Why an attach did not succeed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Suspended,
    Attached,
    ShuttingDown,
}

/// The threads that a stopper still waits for. Zero when no stop is under way.
///
/// It counts one for the stopper while it goes through the threads, so that it cannot reach zero early. Arrivals
/// release what the arriving threads did; the stopper acquires it when it reads zero (3).
pub struct Gate(AtomicU32);

impl Gate {
    pub fn new() -> Gate {
        Gate(AtomicU32::new(0))
    }

    /// The stopper begins to ask.
    pub fn open(&self) {
        self.0.store(1, Ordering::Relaxed);
    }

    fn expect_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn arrive(&self) {
        if self.0.fetch_sub(1, site!("tstate.gate.arrive", Release)) == 1 {
            park::wake_all(self.address(), || ());
        }
    }

    /// The stopper has asked everyone and sleeps until the last has arrived.
    pub fn await_all(&self) {
        self.arrive();
        while self.0.load(site!("tstate.gate.await", Acquire)) != 0 {
            park::park(self.address(), 0, || self.0.load(Ordering::Relaxed) != 0, || (), None);
        }
    }

    fn address(&self) -> usize {
        (&raw const self.0).addr()
    }
}

/// One thread's state word. See the module for who may do what.
pub struct StateWord(AtomicU32);

impl StateWord {
    pub fn new() -> StateWord {
        StateWord(AtomicU32::new(DETACHED))
    }

    pub fn state(&self) -> State {
        match self.0.load(Ordering::Relaxed) & STATE {
            DETACHED => State::Detached,
            ATTACHED => State::Attached,
            SUSPENDED => State::Suspended,
            _ => State::ShuttingDown,
        }
    }

    /// Whether the thread is attached. If not, what it did before it left happens-before the answer.
    pub fn is_attached(&self) -> bool {
        self.0.load(site!("tstate.word.is_attached", Acquire)) & STATE == ATTACHED
    }

    // --- the thread itself ---

    /// DETACHED → ATTACHED, without waiting.
    #[inline]
    pub fn try_attach(&self) -> Result<(), Refused> {
        match self.cas(DETACHED, ATTACHED, site!("tstate.word.attach", Acquire)) {
            Ok(()) => Ok(()),
            Err(found) => Err(match found & STATE {
                SUSPENDED => Refused::Suspended,
                ATTACHED => Refused::Attached,
                _ => Refused::ShuttingDown,
            }),
        }
    }

    /// Attaches, sleeping as long as the thread is suspended.
    #[inline]
    pub fn attach(&self) -> Result<(), Refused> {
        match self.try_attach() {
            Err(Refused::Suspended) => self.attach_slow(),
            done => done,
        }
    }

    #[cold]
    fn attach_slow(&self) -> Result<(), Refused> {
        loop {
            match self.try_attach() {
                Err(Refused::Suspended) => {}
                done => return done,
            }
            let found = self.0.load(Ordering::Relaxed);
            if found & STATE == SUSPENDED && self.cas(found, found | WAITING, Ordering::Relaxed).is_ok() {
                return self.sleep_until_attached();
            }
        }
    }

    /// The word is SUSPENDED·WAITING and nobody but a suspender changes it.
    fn sleep_until_attached(&self) -> Result<(), Refused> {
        let is_suspended = |word: u32| word & STATE == SUSPENDED;
        loop {
            let found = self.0.load(site!("tstate.word.wake", Acquire));
            if found & STATE == SHUTTING_DOWN {
                return Err(Refused::ShuttingDown);
            }
            if !is_suspended(found) {
                return Ok(());
            }
            park::park(self.address(), 0, || is_suspended(self.0.load(Ordering::Relaxed)), || (), None);
        }
    }

    /// ATTACHED → DETACHED, or SUSPENDED if a stopper asked.
    #[inline]
    pub fn detach(&self, gate: &Gate) {
        if self.cas(ATTACHED, DETACHED, site!("tstate.word.detach", Release)).is_err() {
            self.0.store(SUSPENDED, Ordering::Relaxed);
            step!("tstate.word.detach.arrive", gate.arrive(), otherwise());
        }
    }

    /// At a safepoint: if a stopper asked, sleeps until the world runs again.
    pub fn park_if_asked(&self, gate: &Gate) -> Result<(), Refused> {
        if self.0.load(Ordering::Relaxed) & ASKED == 0 {
            return Ok(());
        }
        self.0.store(SUSPENDED | WAITING, Ordering::Relaxed);
        gate.arrive();
        self.sleep_until_attached()
    }

    // --- others ---

    /// The stopper's step for each other thread: afterwards the thread is suspended, or the gate expects it.
    /// Returns whether it is expected, so that its breaker has to be raised.
    pub fn stop(&self, gate: &Gate) -> bool {
        gate.expect_one();
        loop {
            if self.try_suspend() || self.state() == State::ShuttingDown {
                gate.arrive();
                return false;
            }
            if self.cas(ATTACHED, ATTACHED | ASKED, Ordering::Relaxed).is_ok() {
                return true;
            }
        }
    }

    /// DETACHED → SUSPENDED. Fails in every other state.
    pub fn try_suspend(&self) -> bool {
        self.cas(DETACHED, SUSPENDED, site!("tstate.word.suspend", Acquire)).is_ok()
    }

    /// Ends a suspension: SUSPENDED → DETACHED, or SUSPENDED·WAITING → ATTACHED and wake.
    pub fn let_go(&self) {
        let order = site!("tstate.word.let_go", Release);
        let woken = step!("tstate.word.let_go.attach", ATTACHED, otherwise DETACHED);
        if self.cas(SUSPENDED, DETACHED, order).is_err()
            && self.cas(SUSPENDED | WAITING, woken, order).is_ok()
        {
            park::wake_all(self.address(), || ());
        }
    }

    /// SUSPENDED → SHUTTING_DOWN; wakes the thread if it sleeps.
    pub fn shut_down(&self) {
        // Relaxed: the thread will touch nothing but its reference. A swap, because the checker does not know that a
        // store cannot come between the two halves of the thread's own exchange.
        park::wake_all(self.address(), || {
            self.0.swap(SHUTTING_DOWN, Ordering::Relaxed);
        });
    }

    fn cas(&self, from: u32, to: u32, order: Ordering) -> Result<(), u32> {
        self.0.compare_exchange(from, to, order, Ordering::Relaxed).map(drop)
    }

    fn address(&self) -> usize {
        (&raw const self.0).addr()
    }
}
