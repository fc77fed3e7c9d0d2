//! Python's numeric algorithms, independent of any object model.
#![forbid(unsafe_code)]

pub mod float;
