//! Built-in modules written in Rust.
