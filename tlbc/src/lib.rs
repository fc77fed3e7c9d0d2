#![doc = include_str!("../README.md")]

mod copies;
mod index;
mod opcode_word;
mod policy;

pub use copies::{CodeCopies, Entered};
pub use index::{Index, IndexPool};
pub use opcode_word::{instrument, specialise};
pub use policy::ThreadLocalBytecode;
