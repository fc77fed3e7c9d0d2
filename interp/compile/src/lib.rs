#![doc = include_str!("../README.md")]

pub mod anchors;
mod codegen;
mod emit;
mod error;
mod options;
mod symbols;
mod syntax;

use std::sync::Arc;

use ungil_bytecode::{CodeFlags, CodeSpec};

pub use error::{CompileError, CompileWarning, ErrorKind};
pub use options::{Mode, Options};
pub use syntax::{Field, Kind as TokenKind, Node, Token, syntax_tree, tokenize, universal_newlines};

use codegen::Generator;
use symbols::Symbols;
use syntax::{LineIndex, Tree, ast};

/// What compiling gives.
#[derive(Clone, Debug)]
pub struct Compilation {
    /// The code.
    pub code: CodeSpec,
    /// Things to warn about, in source order.
    pub warnings: Vec<CompileWarning>,
}

/// Compiles Python 3.14 source.
///
/// # Errors
/// The first error in the source.
///
/// ```
/// use ungil_compile::{Mode, Options, compile};
///
/// let compilation = compile("x = 6 * 7", "<example>", Options::new(Mode::Module)).unwrap();
/// assert!(compilation.code.to_text().contains("42"));
/// assert_eq!(compile("x = (", "<example>", Options::new(Mode::Module)).unwrap_err().message, "'(' was never closed");
/// ```
pub fn compile(source: &str, filename: &str, options: Options) -> Result<Compilation, CompileError> {
    let filename: Arc<str> = Arc::from(filename);
    let source = &*universal_newlines(source);
    let lines = LineIndex::new(source, 1);
    compile_located(source, &filename, &lines, options).map_err(|error| error.locate(&filename, &lines))
}

fn compile_located(
    source: &str,
    filename: &Arc<str>,
    lines: &LineIndex<'_>,
    options: Options,
) -> Result<Compilation, CompileError> {
    let tree = syntax::parse(source, options.mode)?;
    let body = match &tree {
        Tree::Module(module) => &module.body[..],
        Tree::Expression(_) => &[],
    };
    let future_annotations = options.future_annotations || imports_future_annotations(body);
    let settings = symbols::Settings { source, future_annotations, top_level_await: options.top_level_await };
    let mut symbols = match symbols::collect(&tree, settings) {
        Ok(symbols) => symbols,
        Err(error) => {
            if error.kind == ErrorKind::Recursion {
                // Dropping a tree this deep could overflow the stack.
                std::mem::forget(tree);
            }
            return Err(error);
        }
    };
    symbols::resolve(&mut symbols)?;
    let symbols: Symbols = symbols;
    let mut generator =
        Generator::new(source, lines, &symbols, Arc::clone(filename), options, future_annotations);
    let mut code = generator.module(&tree)?;
    if future_annotations {
        code.flags.insert(CodeFlags::FUTURE_ANNOTATIONS);
    }
    let mut warnings = generator.warnings;
    warnings.extend(symbols.warnings.iter().map(|(message, range)| {
        let (line, column) = lines.character_column(range.start());
        CompileWarning { message: message.clone(), line, column: column + 1 }
    }));
    warnings.sort_by_key(|warning| (warning.line, warning.column));
    Ok(Compilation { code, warnings })
}

fn imports_future_annotations(body: &[ast::Stmt]) -> bool {
    body.iter().any(|statement| match statement {
        ast::Stmt::ImportFrom(import) => {
            import.level == 0
                && import.module.as_deref() == Some("__future__")
                && import.names.iter().any(|alias| alias.name.as_str() == "annotations")
        }
        _ => false,
    })
}
