//! `posix`: the calls of the system that `os` is made of.

pub mod path;
