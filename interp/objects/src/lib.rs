//! Values, the object model and the built-in types.
//!
//! Read in this order: [`word`] (what a value is), [`value`] and [`object`] (who owns it), [`thread`] (the token), [`fields`] (how
//! payloads are shared between threads), [`class`] and [`shape`] (what objects can do and where their attributes lie),
//! [`call`] and [`error`] (how native functions are written), [`protocol`] (what the operators do), [`types`].

extern crate self as ungil_objects;

mod alloc;
pub mod attributes;
pub mod boot;
pub mod call;
pub mod class;
mod counts;
pub mod error;
pub mod fields;
pub mod garbage;
pub mod handle;
pub mod hooks;
mod intern;
pub mod interpreter;
pub mod layout;
pub mod lock;
#[doc(hidden)]
pub mod macro_support;
mod names;
pub mod object;
pub mod promotion;
pub mod protocol;
pub mod publish;
mod reclaim;
pub mod registers;
pub mod shape;
pub mod tail;
pub mod thread;
pub mod trace;
pub mod types;
pub mod value;
pub mod weakref;
pub use ungil_storage::word;

pub use error::{Exc, Raised, Result};
pub use handle::Handle;
pub use interpreter::Interpreter;
pub use object::{Obj, Object};
pub use reclaim::release_unless_last;
pub use thread::{Thread, current_owner};
pub use value::{Ref, Value};
pub use word::Word;

#[cfg(test)]
mod tests;

#[cfg(doctest)]
#[doc = include_str!("compile_fail.md")]
mod compile_fail {}
