#![doc = include_str!("../README.md")]

mod count;
mod header;
mod merge_queue;
mod owner;
mod per_thread;
mod shared_word;
mod sync;
mod weak;

pub use count::{Release, clear_deferred, decref, decref_biased, decref_uncontended, merge, resurrect};
pub use header::{Bit, Header};
pub use merge_queue::{Breakers, ClosedQueue, MergeQueues, Pushed, Taken};
pub use owner::Owner;
pub use per_thread::{CountId, CountedObjects, PerThreadCounts};
pub use weak::{WeakEntry, WeakTable};
