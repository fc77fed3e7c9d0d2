//! Python's text and bytes algorithms, independent of any object model.
//!
//! A Python string is a sequence of code points (lone surrogates included) stored in one of three kinds of units.
//! The runtime's str object owns its units inline; it views them as a [`TextRef`], calls the operations here, and
//! makes objects of the places ([`std::ops::Range`]) or the [`TextBuf`]s that they return. `bytes` has the same
//! operations over `&[u8]` in [`bytes`]. Encoding and decoding is in [`codec`], the formatting languages of
//! `format()`, `str.format` and `%` in [`format`](mod@format), facts about code points in [`unicode`].
//!
//! Everything behaves as Python 3.14 does, with Unicode 16.0. Errors carry what the runtime needs to raise the
//! exception that CPython raises, in its words.
//!
//! Widths, counts and tab sizes come from programs and may be absurd: before an operation that repeats or pads, the
//! caller asks [`ungil_numbers::fits_in_memory`] and raises `MemoryError`. The formatting languages ask themselves.

#![forbid(unsafe_code)]

mod buffer;
pub mod bytes;
pub mod codec;
pub mod search;
pub mod split;
pub mod text;
pub mod unicode;
mod unit;

pub use buffer::TextBuf;
pub mod format;
pub use text::{Side, TextRef, Translation};
pub use unit::{CodeUnit, Kind};
