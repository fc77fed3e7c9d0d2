//! The interpreter: eval loop, frames, collector, import.
