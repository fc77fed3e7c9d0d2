//! The two references that keep a thread state in memory: its OS thread's and its interpreter's list's.
//!
//! Whoever drops the last one frees the state. A thread that must not come back drops its reference and sleeps for ever,
//! touching nothing afterwards; the finalising thread drops the list's. Neither can free the memory under the other, and
//! neither has to wait for the other.
//!
//! Each drop releases what its side did with the state; the last one acquires all of it before the memory goes.

use ungil_qsbr::{fence, site, step};

use crate::sync::AtomicU32;

pub struct TwoReferences(AtomicU32);

impl TwoReferences {
    pub fn new() -> TwoReferences {
        TwoReferences(AtomicU32::new(step!("tstate.count.two", 2, otherwise 1)))
    }

    /// Drops one reference. `true`: it was the last one, and the caller frees the state.
    pub fn release(&self) -> bool {
        let is_last = self.0.fetch_sub(1, site!("tstate.count.release", Release)) == 1;
        if is_last {
            // Pairs with the other side's release above.
            fence!("tstate.count.last", Acquire);
        }
        is_last
    }
}
