#![doc = include_str!("../README.md")]

mod domain;
mod retired;
mod sequence;
mod slots;
#[doc(hidden)]
pub mod sync;

pub use domain::{Domain, Held};
pub use retired::{Block, Retired};
pub use sequence::Goal;
pub use slots::Slot;
