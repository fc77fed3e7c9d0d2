//! Object header and reference counts: biased, deferred, per-thread, immortal.

mod count;
mod header;
mod merge_queue;
mod owner;
mod shared_word;
mod sync;

pub use count::{Release, clear_deferred, decref, merge, resurrect};
pub use header::{Bit, Header};
pub use merge_queue::{Breakers, ClosedQueue, MergeQueues, Pushed, Taken};
pub use owner::Owner;
