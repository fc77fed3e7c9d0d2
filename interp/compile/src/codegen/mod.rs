//! The code generator: from syntax tree and symbols to instructions.
//!
//! One [`Generator`] compiles a whole source; it holds the block being compiled and, on a stack, the blocks around
//! it. The methods are spread over this folder by what they compile. Conventions:
//!
//! * `value_to(expression, destination)` evaluates into a register, which is a local or the next temporary;
//! * `operand(expression)` leaves a value wherever it is cheapest: in place in a local, or in the next temporary;
//! * a local taken in place is copied first if evaluating a later operand could rebind it (`shield`);
//! * the source range of an instruction is set by `at` just before it is emitted.

mod annotations;
mod assignment;
mod block;
mod call;
mod class;
mod comprehension;
mod condition;
mod control;
mod display;
mod exceptions;
mod expression;
mod fold;
mod function;
mod generator;
mod import;
mod loops;
mod names;
mod operators;
mod pattern;
mod statement;
mod strings;
mod type_parameters;

use std::sync::Arc;

use ungil_bytecode::{CodeSpec, Const};

use self::block::Block;
pub use self::expression::with_stack;
pub use self::fold::number;
use crate::emit::Register;
use crate::emit::unit::Unit;
use crate::error::{CompileError, CompileWarning, ErrorKind, Result};
use crate::options::{Mode, Options};
use crate::symbols::{Scope, Symbols};
use crate::syntax::ast::{Expr, Stmt};
use crate::syntax::{LineIndex, Ranged, TextRange, Tree};

/// Displays and calls with more elements than this are built piecewise, to bound the frame.
const MANY: usize = 200;

/// Compiles one source.
pub struct Generator<'a> {
    source: &'a str,
    lines: &'a LineIndex<'a>,
    symbols: &'a Symbols,
    filename: Arc<str>,
    options: Options,
    future_annotations: bool,
    unit: Unit,
    block: Block<'a>,
    outer: Vec<(Unit, Block<'a>)>,
    pub warnings: Vec<CompileWarning>,
}

impl<'a> Generator<'a> {
    pub fn new(
        source: &'a str,
        lines: &'a LineIndex<'a>,
        symbols: &'a Symbols,
        filename: Arc<str>,
        options: Options,
        future_annotations: bool,
    ) -> Generator<'a> {
        Generator {
            source,
            lines,
            symbols,
            filename,
            options,
            future_annotations,
            unit: Unit::default(),
            block: Block::new(symbols, Symbols::MODULE, "<module>".into(), "<module>".into(), 1),
            outer: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Compiles the whole source.
    pub fn module(&mut self, tree: &'a Tree) -> Result<CodeSpec> {
        self.prologue();
        match tree {
            Tree::Module(module) => self.module_body(&module.body)?,
            Tree::Expression(expression) => {
                let value = self.operand(&expression.body)?;
                self.unit.emit(ungil_bytecode::Opcode::ReturnValue, value, 0u32, 0u32);
            }
        }
        self.finish_block()
    }

    fn module_body(&mut self, body: &'a [Stmt]) -> Result<()> {
        let body = match self.options.mode {
            Mode::Module => self.documentation(body)?,
            Mode::Single | Mode::Expression => body,
        };
        self.body_annotations(body)?;
        self.statements(body)?;
        self.return_none();
        Ok(())
    }

    fn return_none(&mut self) {
        let none = self.unit.constant(Const::None);
        self.unit.emit(ungil_bytecode::Opcode::ReturnConst, none, 0u32, 0u32);
    }

    fn scope(&self) -> &'a Scope {
        &self.symbols[self.block.scope]
    }

    /// Sets the source range of the instructions to come.
    fn at(&mut self, node: &impl Ranged) {
        self.unit.range = node.range();
    }

    /// Instructions to come have no source position.
    fn nowhere(&mut self) {
        self.unit.range = TextRange::default();
    }

    /// Runs `compile` with a destination that is a temporary, and moves the result to `destination`.
    fn through_temporary(
        &mut self,
        destination: Register,
        compile: impl FnOnce(&mut Self, Register) -> Result<()>,
    ) -> Result<()> {
        let temporary = if destination.is_temporary() { destination } else { self.unit.next() };
        compile(self, temporary)?;
        self.unit.mov(destination, temporary);
        Ok(())
    }

    /// Copies a local that was taken in place if evaluating `later` could rebind it.
    fn shield(&mut self, register: Register, later: &[&Expr]) -> Register {
        let harmless = register.is_temporary()
            || !self.block.has_named_expression
            || !later.iter().any(|expression| expression::has_named_expression(expression));
        if harmless {
            return register;
        }
        let copy = self.unit.next();
        self.unit.mov(copy, register);
        copy
    }

    fn warn(&mut self, message: impl Into<String>, node: &impl Ranged) {
        let (line, column) = self.lines.character_column(node.range().start());
        self.warnings.push(CompileWarning { message: message.into(), line, column: column + 1 });
    }

    fn too_deep(&self, range: TextRange) -> CompileError {
        CompileError::new(ErrorKind::Recursion, "maximum recursion depth exceeded during compilation", range)
    }
}
