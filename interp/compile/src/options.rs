//! What the caller chooses.

/// What kind of source is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A file (`"exec"`).
    Module,
    /// One expression whose value the code returns (`"eval"`).
    Expression,
    /// An interactive statement: values of expression statements are printed (`"single"`).
    Single,
}

/// How to compile.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What kind of source.
    pub mode: Mode,
    /// `from __future__ import annotations` is in force from the start.
    pub future_annotations: bool,
    /// 0: keep all; 1 (`-O`): drop assertions and `if __debug__`; 2 (`-OO`): drop documentation strings too.
    pub optimize: u8,
    /// Allow `await` at the top level (`ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
}

impl Options {
    /// The usual choices.
    pub fn new(mode: Mode) -> Options {
        Options { mode, future_annotations: false, optimize: 0, top_level_await: false }
    }
}
