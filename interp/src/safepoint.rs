//! Safepoints: where a thread answers to the others.
//!
//! The eval loop compares the breaker at function entry and at backward jumps, and comes here when a bit is set. The thread state
//! parks for a stopped world and announces quiescence by itself; what is left concerns the interpreter.

use ungil_objects::Thread;
use ungil_objects::error::Result;
use ungil_refcount::Release;
use ungil_tstate::Bits;

/// Answers whatever was asked of this thread.
#[cold]
#[inline(never)]
pub(crate) fn reach(t: &mut Thread) -> Result<()> {
    let bits = t.state().safepoint();
    if bits.has(Bits::MERGE) {
        merge(t);
    }
    t.interpreter().bury_orphans(t);
    if bits.has(Bits::COLLECT) {
        crate::collect::collect_if_due(t);
    }
    if t.interpreter().options().publish_at_random {
        crate::stress::publish_some(t);
        crate::stress::keep_interrupted(t);
    }
    if t.has_pending() {
        t.run_pending();
    }
    if bits.has(Bits::ASYNC_EXCEPTION) || bits.has(Bits::PENDING_CALLS) || bits.has(Bits::SIGNAL) {
        return crate::signals::deliver(t, bits);
    }
    Ok(())
}

/// Settles the references that other threads have handed to this one.
fn merge(t: &mut Thread) {
    let handed: Vec<_> = t.state().take_merges().collect();
    for object in handed {
        // SAFETY: this thread owns the counts; the queue's reference is given up.
        if unsafe { ungil_refcount::merge(object, -1) } == Release::Dead {
            t.bury(object);
        }
    }
}
