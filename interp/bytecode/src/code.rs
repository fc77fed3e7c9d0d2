//! Code descriptions: what the compiler hands to the runtime, as plain data.
//!
//! A [`CodeSpec`] is one compiled block (module, class body, function, …). Its registers are, in this order,
//! `n_locals` locals (arguments first, in the order of `varnames`; then registers of inlined comprehensions, which
//! have a name but no place in `varnames`), `n_cells` cells (cell variables, then free variables), and temporaries
//! up to `n_registers`.

use std::fmt;
use std::sync::Arc;

/// A string in WTF-8: UTF-8 in which a lone surrogate takes the three bytes that generalised UTF-8 gives it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wtf8(Box<[u8]>);

impl Wtf8 {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The string, if it has no lone surrogate.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The code points, surrogates included.
    pub fn code_points(&self) -> impl Iterator<Item = u32> {
        let mut bytes = self.0.iter().map(|&byte| u32::from(byte));
        std::iter::from_fn(move || {
            let first = bytes.next()?;
            let (value, more) = match first {
                0..0x80 => (first, 0),
                0x80..0xe0 => (first & 0x1f, 1),
                0xe0..0xf0 => (first & 0xf, 2),
                _ => (first & 0x7, 3),
            };
            Some((0..more).fold(value, |value, _| value << 6 | bytes.next().unwrap_or(0) & 0x3f))
        })
    }
}

impl From<&str> for Wtf8 {
    fn from(text: &str) -> Wtf8 {
        Wtf8(text.as_bytes().into())
    }
}

impl FromIterator<u32> for Wtf8 {
    /// Collects code points; what is beyond the Unicode range becomes U+FFFD. A high surrogate followed by a low
    /// one stays two code points, as in Python.
    fn from_iter<T: IntoIterator<Item = u32>>(code_points: T) -> Wtf8 {
        let mut bytes = Vec::new();
        for code_point in code_points {
            match char::from_u32(code_point) {
                Some(character) => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                None if code_point < 0x11_0000 => {
                    let continuation = |shift: u32| (code_point >> shift & 0x3f) as u8 | 0x80;
                    bytes.extend_from_slice(&[
                        0xe0 | (code_point >> 12) as u8,
                        continuation(6),
                        continuation(0),
                    ]);
                }
                None => bytes.extend_from_slice("\u{fffd}".as_bytes()),
            }
        }
        Wtf8(bytes.into())
    }
}

impl fmt::Debug for Wtf8 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("\"")?;
        for code_point in self.code_points() {
            match char::from_u32(code_point) {
                Some(character) => write!(formatter, "{}", character.escape_debug())?,
                None => write!(formatter, "\\u{{{code_point:x}}}")?,
            }
        }
        formatter.write_str("\"")
    }
}

/// A constant.
#[derive(Clone, Debug)]
pub enum Const {
    /// `None`
    None,
    /// `True`
    True,
    /// `False`
    False,
    /// `...`
    Ellipsis,
    /// An integer of up to 64 bits.
    Int(i64),
    /// A larger integer, in decimal digits with an optional minus sign.
    BigInt(Box<str>),
    /// A float; compared by bits, so that `0.0` and `-0.0` are different constants.
    Float(f64),
    /// A complex number.
    Complex {
        /// Real part.
        real: f64,
        /// Imaginary part.
        imag: f64,
    },
    /// A string.
    Str(Wtf8),
    /// A bytes object.
    Bytes(Box<[u8]>),
    /// A tuple.
    Tuple(Box<[Const]>),
    /// A frozen set, without duplicates, in source order.
    FrozenSet(Box<[Const]>),
    /// `slice(start, stop, step)`
    Slice(Box<[Const; 3]>),
    /// A code object.
    Code(Arc<CodeSpec>),
}

/// Positions in one source line or over several, in UTF-8 byte columns. Lines count from 1, columns from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// First line; 0 if the instruction has no position.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// Column of the first byte.
    pub column: u32,
    /// Column behind the last byte; 0 if the position is the line as a whole.
    pub end_column: u32,
}

impl Position {
    /// The first line as a whole.
    #[must_use]
    pub fn of_line(self) -> Position {
        Position { line: self.line, end_line: self.line, column: 0, end_column: 0 }
    }
}

/// A run of words with one position: from `start` to the next entry's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionEntry {
    /// First word.
    pub start: u32,
    /// The source range.
    pub position: Position,
}

/// A handler for the words `start..end`. Entries are ordered innermost first: the first that covers a word is the one.
///
/// The handler begins with the temporaries below `depth` and, in the temporary `depth`, the exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// First protected word.
    pub start: u32,
    /// Word behind the last protected one.
    pub end: u32,
    /// First word of the handler.
    pub target: u32,
    /// Temporaries that the handler keeps.
    pub depth: u16,
}

/// `co_flags`, with CPython's numbers (`Include/cpython/code.h`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeFlags(pub u32);

impl CodeFlags {
    /// Locals live in registers.
    pub const OPTIMIZED: CodeFlags = CodeFlags(0x1);
    /// A call makes a new namespace.
    pub const NEWLOCALS: CodeFlags = CodeFlags(0x2);
    /// Has `*args`.
    pub const VARARGS: CodeFlags = CodeFlags(0x4);
    /// Has `**kwargs`.
    pub const VARKEYWORDS: CodeFlags = CodeFlags(0x8);
    /// Is nested in a function.
    pub const NESTED: CodeFlags = CodeFlags(0x10);
    /// Is a generator function.
    pub const GENERATOR: CodeFlags = CodeFlags(0x20);
    /// Is a coroutine function.
    pub const COROUTINE: CodeFlags = CodeFlags(0x80);
    /// Is a generator-based coroutine (set by `types.coroutine`).
    pub const ITERABLE_COROUTINE: CodeFlags = CodeFlags(0x100);
    /// Is an asynchronous generator function.
    pub const ASYNC_GENERATOR: CodeFlags = CodeFlags(0x200);
    /// `from __future__ import annotations`
    pub const FUTURE_ANNOTATIONS: CodeFlags = CodeFlags(0x100_0000);
    /// The first constant is the documentation string.
    pub const HAS_DOCSTRING: CodeFlags = CodeFlags(0x400_0000);
    /// Is defined in a class body.
    pub const METHOD: CodeFlags = CodeFlags(0x800_0000);

    /// Whether all bits of `other` are set.
    pub fn contains(self, other: CodeFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Sets the bits of `other`.
    pub fn insert(&mut self, other: CodeFlags) {
        self.0 |= other.0;
    }
}

/// A cell variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellVariable {
    /// Its name.
    pub name: Box<str>,
    /// Local register of the argument that the cell takes its first value from, if it is an argument.
    pub argument: Option<u32>,
}

/// A compiled block.
#[derive(Clone, Debug, Default)]
pub struct CodeSpec {
    /// `co_name`
    pub name: Box<str>,
    /// `co_qualname`
    pub qualname: Box<str>,
    /// `co_filename`
    pub filename: Arc<str>,
    /// `co_firstlineno`
    pub first_line: u32,
    /// `co_posonlyargcount`
    pub positional_only_count: u32,
    /// `co_argcount`: positional arguments, positional-only ones included.
    pub argument_count: u32,
    /// `co_kwonlyargcount`
    pub keyword_only_count: u32,
    /// `co_flags`
    pub flags: CodeFlags,
    /// `co_varnames`: names of the first locals; arguments (positional, keyword-only, `*args`, `**kwargs`) first.
    pub varnames: Vec<Box<str>>,
    /// Names of the locals behind `varnames`: registers of inlined comprehensions. May repeat a name.
    pub hidden_locals: Vec<Box<str>>,
    /// `co_cellvars`
    pub cellvars: Vec<CellVariable>,
    /// `co_freevars`
    pub freevars: Vec<Box<str>>,
    /// `co_names`
    pub names: Vec<Box<str>>,
    /// `co_consts`
    pub consts: Vec<Const>,
    /// Instructions and cache words.
    pub words: Vec<u64>,
    /// For every word the number of temporaries that are live while its instruction runs, without those that it
    /// consumes and without its result.
    pub live_depth: Vec<u16>,
    /// Handlers, innermost first.
    pub exceptions: Vec<ExceptionEntry>,
    /// Source positions, by first word.
    pub positions: Vec<PositionEntry>,
    /// Registers of locals.
    pub n_locals: u32,
    /// Registers of cells.
    pub n_cells: u32,
    /// Registers in all.
    pub n_registers: u32,
}

impl CodeSpec {
    /// The index of the first temporary.
    pub fn first_temporary(&self) -> u32 {
        self.n_locals + self.n_cells
    }

    /// The source range of the instruction at this word.
    pub fn position(&self, word: u32) -> Position {
        let behind = self.positions.partition_point(|entry| entry.start <= word);
        behind.checked_sub(1).map_or(Position::default(), |index| self.positions[index].position)
    }

    /// The handler that an exception at this word goes to.
    pub fn handler(&self, word: u32) -> Option<&ExceptionEntry> {
        self.exceptions.iter().find(|entry| (entry.start..entry.end).contains(&word))
    }

    /// The name of a local or cell register.
    pub fn register_name(&self, register: u32) -> Option<&str> {
        let locals = self.varnames.iter().chain(&self.hidden_locals).map(|name| &**name);
        let cells =
            self.cellvars.iter().map(|cell| &*cell.name).chain(self.freevars.iter().map(|name| &**name));
        locals.chain(cells).nth(register as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_survive() {
        let points = [0x61, 0xe4, 0xd800, 0xdfff, 0x20ac, 0x1f600];
        let text: Wtf8 = points.into_iter().collect();
        assert_eq!(text.code_points().collect::<Vec<_>>(), points);
        assert_eq!(text.as_str(), None);
        assert_eq!(Wtf8::from("aä€").as_str(), Some("aä€"));
    }
}
