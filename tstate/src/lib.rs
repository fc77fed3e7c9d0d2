#![doc = include_str!("../README.md")]

mod breaker;
pub mod byte_lock;
mod count;
mod current;
mod event;
mod freelist;
pub mod heap;
mod interpreter;
#[cfg(ungil_loom)]
pub mod model;
mod mutex;
mod park;
mod private;
mod program_lock;
pub mod stack;
mod sync;
mod thread;
mod word;
mod world;

pub use breaker::{Bits, Breaker};
pub use current::with_current;
pub use event::Event;
pub use interpreter::{InterpreterState, NewThreadError, StopStatistics};
pub use mutex::{Mutex, MutexGuard};
pub use program_lock::{ProgramLock, Waited};
pub use stack::{StackLimits, StackRoom};
pub use thread::{AttachError, ThreadRef, ThreadState, Whence};
pub use word::State;
pub use world::StoppedWorld;
