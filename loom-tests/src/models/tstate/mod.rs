//! Thread states and locks: one file a protocol.
//!
//! [`Guarded`] is what a protocol protects: touching it writes. Two touches that no edge orders show as a race; a wait
//! for something that never comes shows as the checker's deadlock.

pub mod breaker;
pub mod count;
pub mod interpreter;
pub mod locks;
pub mod word;

use loom::cell::UnsafeCell;

/// A number that one thread at a time may touch.
#[derive(Default)]
struct Guarded(UnsafeCell<u32>);

// SAFETY: the law under test; the checker reports a race.
unsafe impl Sync for Guarded {}
// SAFETY: as above.
unsafe impl Send for Guarded {}

impl Guarded {
    /// Adds one and returns the sum.
    fn touch(&self) -> u32 {
        self.0.with_mut(|number| {
            // SAFETY: the law under test.
            let number = unsafe { &mut *number };
            *number += 1;
            *number
        })
    }

    fn read(&self) -> u32 {
        // SAFETY: the law under test.
        self.0.with(|number| unsafe { *number })
    }
}
