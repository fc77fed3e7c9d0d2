//! Leaving statements early: `return`, `break` and `continue` unwind what they jump out of.

use ungil_bytecode::{Const, Opcode};

use super::Generator;
use super::generator::Awaited;
use crate::emit::{HandlerId, Label, Register};
use crate::error::{CompileError, Result};
use crate::syntax::ast::{self, Expr, Stmt};
use crate::syntax::{Ranged, TextRange};

/// A statement around the current one.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    pub kind: ControlKind<'a>,
    /// The handler in force outside the statement.
    pub handler: Option<HandlerId>,
}

#[derive(Clone, Copy)]
pub enum ControlKind<'a> {
    /// `end` is where `break` goes; an iterator is the uppermost temporary.
    Loop { start: Label, end: Label, has_iterator: bool },
    /// The exit method and its self are the uppermost temporaries.
    With { is_async: bool, range: TextRange },
    /// The body of a `try` with a `finally`.
    Finally { body: &'a [Stmt] },
    /// An `except` clause that binds `name`; exception and saved exception are the uppermost temporaries.
    Handler { name: Option<&'a ast::Identifier> },
    /// A `finally` body that runs because of an exception, which is, with the saved one, uppermost.
    FinallyHandler,
}

impl ControlKind<'_> {
    /// Whether leaving it needs instructions.
    fn unwinds(self) -> bool {
        !matches!(self, ControlKind::Loop { has_iterator: false, .. })
    }

    /// Whether leaving it may run Python code or unbind a name.
    fn runs_code(self) -> bool {
        !matches!(self, ControlKind::Loop { .. } | ControlKind::FinallyHandler)
    }
}

impl<'a> Generator<'a> {
    pub fn return_statement(&mut self, statement: &'a ast::StmtReturn) -> Result<()> {
        self.check_leaving(0, "return", statement);
        let depth = self.unit.depth();
        match statement.value.as_deref() {
            None => self.return_constant(Const::None, statement)?,
            Some(value) => match self.fold(value) {
                Some(constant) => self.return_constant(constant, statement)?,
                None => self.return_value(value, statement)?,
            },
        }
        self.unit.restore_depth(depth);
        Ok(())
    }

    fn return_constant(&mut self, constant: Const, statement: &'a ast::StmtReturn) -> Result<()> {
        self.at(statement);
        let constant = self.unit.constant(constant);
        self.unwinding(0, |generator| generator.unit.emit(Opcode::ReturnConst, constant, 0u32, 0u32))
    }

    fn return_value(&mut self, value: &'a Expr, statement: &'a ast::StmtReturn) -> Result<()> {
        let control = &self.block.control;
        if !control.iter().any(|control| control.kind.unwinds()) {
            let value = self.operand(value)?;
            self.at(statement);
            self.unit.emit(Opcode::ReturnValue, value, 0u32, 0u32);
            return Ok(());
        }
        // Temporaries below the value are about to go, so it waits in a local; a plain local waits where it is.
        let in_place = !control.iter().any(|control| control.kind.runs_code()) && value.is_name_expr();
        let mut result = if in_place { self.operand(value)? } else { self.unit.next() };
        let hidden = self.unit.borrow_hidden();
        if result.is_temporary() {
            match in_place {
                true => self.unit.mov(hidden, result),
                false => self.value_to(value, hidden)?,
            }
            result = hidden;
        }
        self.at(statement);
        self.unwinding(0, |generator| generator.unit.emit(Opcode::ReturnValue, result, 0u32, 0u32))?;
        self.unit.release(hidden);
        Ok(())
    }

    pub fn break_statement(&mut self, statement: &'a ast::StmtBreak) -> Result<()> {
        let (index, _, end, has_iterator) = self.innermost_loop("'break' outside loop", statement)?;
        self.check_leaving(index, "break", statement);
        let depth = self.unit.depth();
        self.at(statement);
        self.unwinding(index + 1, |generator| {
            if has_iterator {
                generator.unit.drop_top();
            }
            generator.unit.jump(end);
        })?;
        self.unit.restore_depth(depth);
        Ok(())
    }

    pub fn continue_statement(&mut self, statement: &'a ast::StmtContinue) -> Result<()> {
        let (index, start, _, _) = self.innermost_loop("'continue' not properly in loop", statement)?;
        self.check_leaving(index, "continue", statement);
        let depth = self.unit.depth();
        self.at(statement);
        self.unwinding(index + 1, |generator| generator.unit.emit_jump(Opcode::JumpBackward, [0, 0], start))?;
        self.unit.restore_depth(depth);
        Ok(())
    }

    fn innermost_loop(&self, message: &str, node: &impl Ranged) -> Result<(usize, Label, Label, bool)> {
        for (index, control) in self.block.control.iter().enumerate().rev() {
            if let ControlKind::Loop { start, end, has_iterator } = control.kind {
                return Ok((index, start, end, has_iterator));
            }
        }
        Err(CompileError::syntax(message, node.range()))
    }

    /// Warns of jumps out of a `finally` body, which swallow exceptions (PEP 765).
    fn check_leaving(&mut self, index: usize, word: &str, node: &impl Ranged) {
        let left = &self.block.control[index..];
        if left.iter().any(|control| matches!(control.kind, ControlKind::FinallyHandler)) {
            self.warn(format!("'{word}' in a 'finally' block"), node);
        }
    }

    /// Emits what leaving the statements from index `keep` on demands, innermost first, and then `leave`, which is
    /// protected as the code outside of them is.
    fn unwinding(&mut self, keep: usize, leave: impl FnOnce(&mut Self)) -> Result<()> {
        let handler = self.unit.handler;
        let range = self.unit.range;
        let mut left = Vec::new();
        while self.block.control.len() > keep {
            let Some(control) = self.block.control.pop() else { break };
            left.push(control);
            self.unit.handler = control.handler;
            self.unwind(control.kind)?;
        }
        self.unit.range = range;
        leave(self);
        self.block.control.extend(left.into_iter().rev());
        self.unit.handler = handler;
        Ok(())
    }

    fn unwind(&mut self, kind: ControlKind<'a>) -> Result<()> {
        match kind {
            ControlKind::Loop { has_iterator: true, .. } => self.unit.drop_top(),
            ControlKind::Loop { .. } => {}
            ControlKind::With { is_async, range } => {
                self.unit.range = range;
                self.normal_exit(is_async);
            }
            ControlKind::Finally { body } => {
                // Code of the body is emitted again; it may end in a jump of its own.
                self.statements(body)?;
            }
            ControlKind::Handler { name } => {
                self.leave_handler();
                if let Some(name) = name {
                    self.unbind(name);
                }
            }
            ControlKind::FinallyHandler => self.leave_handler(),
        }
        Ok(())
    }

    /// Ends the handler whose exceptions are the two uppermost temporaries.
    pub fn leave_handler(&mut self) {
        let exception = Register::temporary(self.unit.depth().saturating_sub(2));
        self.unit.emit(Opcode::LeaveHandler, exception, 0u32, 0u32);
    }

    /// Calls the exit method in the two uppermost temporaries as when no exception happened.
    pub fn normal_exit(&mut self, is_async: bool) {
        let exit = Register::temporary(self.unit.depth().saturating_sub(2));
        self.unit.emit(Opcode::PushExit, exit, exit, 0u32);
        self.unit.emit(Opcode::Call, exit, exit, 3u32);
        if is_async {
            self.await_register(exit, Awaited::Exit, exit);
        }
        self.unit.drop_top();
    }
}
