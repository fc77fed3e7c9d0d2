//! An event: something that happens once, and that threads wait for.
//!
//! The byte goes from 0 to 1 under the parking bucket, where waiters validate that it still is 0; so none misses it.
//! What precedes [`Event::set`] (release) happens-before every return that saw the event (acquire).

use std::time::Instant;

use ungil_qsbr::site;

use crate::park::{self, Parked};
use crate::program_lock::Waited;
use crate::sync::{AtomicU8, Ordering};
use crate::thread::ThreadState;

/// Something that happens once; whoever waits for it wakes then and everyone later returns at once.
#[derive(Default)]
pub struct Event(AtomicU8);

impl Event {
    /// An event that has not happened.
    pub fn new() -> Event {
        Event(AtomicU8::new(0))
    }

    /// Lets the event happen and wakes everyone who waits. Only the first call does something.
    pub fn set(&self) {
        park::wake_all(self.address(), || self.0.store(1, site!("tstate.event.set", Release)));
    }

    /// Whether it has happened.
    pub fn is_set(&self) -> bool {
        self.0.load(site!("tstate.event.see", Acquire)) != 0
    }

    /// Sleeps until the event happens, at most until `deadline`. With the calling thread's state it sleeps detached, which
    /// is a safepoint, and can be interrupted.
    pub fn wait(&self, me: Option<&ThreadState>, deadline: Option<Instant>) -> Waited {
        let is_needed = || self.0.load(Ordering::Relaxed) == 0;
        while !self.is_set() {
            let parked = match me {
                Some(me) => me.sleep_interruptibly(self.address(), is_needed, deadline, || ()),
                None => ThreadState::sleep(None, self.address(), is_needed, deadline, || ()),
            };
            match parked {
                Parked::TimedOut if !self.is_set() => return Waited::TimedOut,
                Parked::Interrupted => return Waited::Interrupted,
                _ => {}
            }
        }
        Waited::Done
    }

    fn address(&self) -> usize {
        (&raw const self.0).addr()
    }
}
