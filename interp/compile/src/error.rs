//! The one error of this crate: what the runtime raises as `SyntaxError`, `IndentationError` or `TabError`.

use std::fmt;
use std::sync::Arc;

use crate::syntax::{LineIndex, TextRange};

/// Shorthand for results of this crate.
pub type Result<T, E = CompileError> = std::result::Result<T, E>;

/// Which exception class to raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// `RecursionError`: the source nests deeper than the compiler follows.
    Recursion,
}

/// A piece of source that is not Python.
#[derive(Clone, Debug)]
pub struct CompileError {
    /// Which exception class to raise.
    pub kind: ErrorKind,
    /// The message, in CPython's wording where it is common.
    pub message: String,
    /// The file name that the caller gave.
    pub filename: Arc<str>,
    /// First line, from 1; 0 until the position is known.
    pub line: u32,
    /// Column on that line, in characters, from 1.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column behind the last character.
    pub end_column: u32,
    /// The first line's text, with its newline if it has one.
    pub text: String,
    range: TextRange,
}

impl CompileError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>, range: TextRange) -> CompileError {
        CompileError {
            kind,
            message: message.into(),
            filename: Arc::from(""),
            line: 0,
            column: 0,
            end_line: 0,
            end_column: 0,
            text: String::new(),
            range,
        }
    }

    pub(crate) fn syntax(message: impl Into<String>, range: TextRange) -> CompileError {
        CompileError::new(ErrorKind::Syntax, message, range)
    }

    pub(crate) fn range(&self) -> TextRange {
        self.range
    }

    /// Fills in the position.
    pub(crate) fn locate(mut self, filename: &Arc<str>, lines: &LineIndex<'_>) -> CompileError {
        self.filename = filename.clone();
        let (line, column) = lines.character_column(self.range.start());
        let (end_line, end_column) = lines.character_column(self.range.end());
        (self.line, self.column) = (line, column + 1);
        (self.end_line, self.end_column) = (end_line, end_column + 1);
        self.text = lines.text(line).to_owned();
        self
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}: {}", self.filename, self.line, self.column, self.message)
    }
}

impl std::error::Error for CompileError {}

/// Something legal that the author probably did not mean: what the runtime issues as `SyntaxWarning`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileWarning {
    /// The message.
    pub message: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}
