//! Thread and interpreter states, stop-the-world, locks, stack limits, heaps.

pub mod heap;
pub mod stack;
