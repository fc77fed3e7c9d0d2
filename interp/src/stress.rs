//! `UNGIL_LOCAL=stress`: what is local becomes shared at random moments, as it would if another thread got hold of it just then.
//!
//! The breaker of each thread is kept raised, so that every function entry and backward jump leads to the safepoint. At one in some
//! of them the thread publishes some of what the registers of its frames refer to, with all that is reached from there; and some of
//! that becomes deferred, as if threads had contended for its count.

use std::cell::Cell;

use ungil_objects::{Thread, promotion, publish};
use ungil_tstate::Bits;

use crate::frame::live_frames;
use crate::thread_data::Evaluator;

/// One in so many safepoints publishes.
const RARITY: u32 = 16;
/// One in so many published objects becomes deferred.
const PROMOTED: u32 = 8;
/// Frames that are looked at.
const DEPTH: usize = 8;

/// A thread's source of decisions: Marsaglia's xorshift ("Xorshift RNGs", 2003).
pub(crate) struct Random(Cell<u32>);

impl Default for Random {
    fn default() -> Random {
        Random(Cell::new(0x9E37_79B9))
    }
}

impl Random {
    fn next(&self) -> u32 {
        let mut state = self.0.get();
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        self.0.set(state);
        state
    }
}

/// Asks for the thread's next safepoint, by what costs least there.
pub(crate) fn keep_interrupted(t: &Thread) {
    if t.interpreter().options().publish_at_random {
        t.state().breaker().raise(Bits::MERGE);
    }
}

/// Publishes something, or nothing. Called at safepoints.
pub(crate) fn publish_some(t: &Thread) {
    let random = &Evaluator::of(t).random;
    if !random.next().is_multiple_of(RARITY) {
        return;
    }
    for (frame, pc) in live_frames(t).take(DEPTH) {
        let code = frame.code();
        let count = code.first_temporary as usize + code.live_depth(pc) as usize;
        for index in 0..count {
            if random.next() & 1 == 0 {
                let value = frame.registers().read(index).to_value();
                publish::publish_value(t, &value);
                if random.next().is_multiple_of(PROMOTED) {
                    promotion::promote_value(t, &value);
                }
            }
        }
    }
}
