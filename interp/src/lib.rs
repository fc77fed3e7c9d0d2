//! The interpreter: eval loop, frames, functions, generators, import, collector.
//!
//! Read in this order: [`thread_data`] (what a thread and an interpreter have for it), [`code`] and [`function`], [`frame`]
//! (windows of registers), [`eval`] (the loop and its handlers), [`generator`], [`trace`], [`traceback`], [`import`], [`collect`].

pub mod boot;
pub mod builtins;
pub mod code;
pub mod collect;
mod eval;
pub mod finish;
mod frame;
pub mod function;
pub mod generator;
pub mod import;
mod safepoint;
pub mod signals;
mod stress;
pub mod thread_data;
pub mod trace;
pub mod traceback;

pub use eval::run_code;
