#![doc = include_str!("../README.md")]
#![cfg(ungil_loom)]

pub mod models;
mod suite;

pub use suite::{Model, Search, run_suite};
