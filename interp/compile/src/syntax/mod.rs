//! The boundary to the parser: the only module that names the `ruff_*` crates.
//!
//! It parses with Python 3.14 as the target, turns the parser's errors into ours, decodes literals that the parser
//! cannot represent (lone surrogates), and re-exports the syntax tree. The rest of the compiler sees the tree
//! through `syntax::ast`.

mod diagnose;
mod escape;
mod lines;
mod literals;
mod messages;
mod number;
mod tokens;
mod tree;

pub use lines::{LineIndex, universal_newlines};
pub use literals::{bytes_value, debug_text, interpolated_literal, invalid_escape, string_value};
pub use messages::semantic_error;
pub use ruff_python_parser::semantic_errors::{
    LazyImportContext, SemanticSyntaxChecker, SemanticSyntaxContext, SemanticSyntaxError,
};
pub use ruff_text_size::{Ranged, TextRange, TextSize};
pub use tokens::{Kind, Token, tokenize};
pub use tree::{Field, Node, syntax_tree};

/// The syntax tree.
pub mod ast {
    pub use ruff_python_ast::*;
}

use ruff_python_ast::{Mod, PythonVersion};
use ruff_python_parser::{ParseOptions, parse_unchecked};

use crate::error::{CompileError, Result};
use crate::options::Mode;

/// A parsed source.
pub enum Tree {
    /// Statements.
    Module(ast::ModModule),
    /// One expression.
    Expression(ast::ModExpression),
}

/// Parses a source.
///
/// # Errors
/// The first syntax error, without a line and column yet.
pub fn parse(source: &str, mode: Mode) -> Result<Tree> {
    if u32::try_from(source.len()).is_err() {
        return Err(CompileError::syntax("source is too large", TextRange::default()));
    }
    if let Some(position) = source.find('\0') {
        let position = TextSize::new(position as u32);
        let message = "source code string cannot contain null bytes";
        return Err(CompileError::syntax(message, TextRange::empty(position)));
    }
    let parser_mode = match mode {
        Mode::Module | Mode::Single => ruff_python_parser::Mode::Module,
        Mode::Expression => ruff_python_parser::Mode::Expression,
    };
    let options = ParseOptions::from(parser_mode).with_target_version(PythonVersion::PY314);
    messages::check_nesting(source)?;
    let parsed = parse_unchecked(source, options);
    if let Some(error) = parsed.errors().first() {
        return Err(messages::parse_error(source, parsed.tokens(), error));
    }
    if let Some(error) = parsed.unsupported_syntax_errors().first() {
        return Err(CompileError::syntax(
            messages::unsupported_message(error.kind, &source[error.range]),
            error.range,
        ));
    }
    Ok(match parsed.into_syntax() {
        Mod::Module(module) => Tree::Module(module),
        Mod::Expression(expression) => Tree::Expression(expression),
    })
}
