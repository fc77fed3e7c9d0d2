//! The operations of the language on values of any class: what the operators, `getattr`, `iter`, `repr`, `hash` … do.
//!
//! Each follows Python's data model (language reference, chapter 3.3): look the special method up in the class, never in
//! the instance, and give reflected methods their turn.

pub mod attribute;
pub mod buffer;
pub mod call;
pub mod codec;
pub mod compare;
pub mod convert;
pub mod format;
pub mod hash;
pub mod instance;
pub mod iterate;
pub mod operator;
pub mod sequence;
pub mod sort;
pub mod subscript;
pub mod text;
