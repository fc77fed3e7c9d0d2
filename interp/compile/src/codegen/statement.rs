//! Statements: the dispatch by kind, and the short ones.

use ungil_bytecode::{Const, Opcode, Wtf8};

use super::Generator;
use super::condition::truth;
use crate::emit::Register;
use crate::error::{CompileError, Result};
use crate::options::Mode;
use crate::symbols::ScopeKind;
use crate::syntax::ast::{self, Expr, Stmt};
use crate::syntax::string_value;

impl<'a> Generator<'a> {
    /// Compiles statements up to the first that control cannot reach.
    pub fn statements(&mut self, body: &'a [Stmt]) -> Result<()> {
        for statement in body {
            if !self.unit.is_reachable() {
                break;
            }
            super::expression::with_stack(|| self.statement(statement))?;
        }
        Ok(())
    }

    fn statement(&mut self, statement: &'a Stmt) -> Result<()> {
        self.at(statement);
        match statement {
            Stmt::Expr(statement) => self.expression_statement(statement),
            Stmt::Assign(statement) => self.assign_statement(statement),
            Stmt::AugAssign(statement) => self.augmented_assignment(statement),
            Stmt::AnnAssign(statement) => self.annotated_assignment(statement),
            Stmt::Delete(statement) => self.delete_statement(statement),
            Stmt::Return(statement) => self.return_statement(statement),
            Stmt::If(statement) => self.if_statement(statement),
            Stmt::While(statement) => self.while_statement(statement),
            Stmt::For(statement) => self.for_statement(statement),
            Stmt::Break(statement) => self.break_statement(statement),
            Stmt::Continue(statement) => self.continue_statement(statement),
            Stmt::Try(statement) => self.try_statement(statement),
            Stmt::With(statement) => self.with_statement(&statement.items, statement),
            Stmt::Raise(statement) => self.raise_statement(statement),
            Stmt::Assert(statement) => self.assert_statement(statement),
            Stmt::FunctionDef(function) => self.function_definition(function),
            Stmt::ClassDef(class) => self.class_definition(class),
            Stmt::Import(import) => self.import_statement(import),
            Stmt::ImportFrom(import) => self.import_from_statement(import),
            Stmt::Match(statement) => self.match_statement(statement),
            Stmt::TypeAlias(alias) => self.type_alias(alias),
            Stmt::Pass(_) => {
                self.unit.emit(Opcode::Nop, 0u32, 0u32, 0u32);
                Ok(())
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) => Ok(()),
            Stmt::IpyEscapeCommand(command) => Err(CompileError::syntax("invalid syntax", command.range)),
        }
    }

    fn expression_statement(&mut self, statement: &'a ast::StmtExpr) -> Result<()> {
        if self.options.mode == Mode::Single && self.scope().kind == ScopeKind::Module {
            let value = self.operand(&statement.value)?;
            self.at(statement);
            self.unit.emit(Opcode::PrintExpression, value, 0u32, 0u32);
            return Ok(());
        }
        if let Expr::Named(_) = &*statement.value {
            let value = self.operand(&statement.value)?;
            if value.is_temporary() {
                self.unit.drop_top();
            }
            return Ok(());
        }
        self.discard(&statement.value)
    }

    fn if_statement(&mut self, statement: &'a ast::StmtIf) -> Result<()> {
        let end = self.unit.new_label();
        let mut clauses = vec![(Some(&*statement.test), &statement.body[..])];
        clauses.extend(
            statement.elif_else_clauses.iter().map(|clause| (clause.test.as_ref(), &clause.body[..])),
        );
        let last = clauses.len() - 1;
        for (index, (test, body)) in clauses.into_iter().enumerate() {
            if !self.unit.is_reachable() {
                break;
            }
            let next = self.unit.new_label();
            if let Some(test) = test {
                match self.fold(test) {
                    Some(constant) if truth(&constant) => {}
                    Some(_) => continue,
                    None => self.jump_unless(test, next)?,
                }
            }
            self.statements(body)?;
            if index != last {
                self.nowhere();
                self.unit.jump(end);
            }
            self.unit.bind(next);
        }
        self.unit.bind(end);
        Ok(())
    }

    fn raise_statement(&mut self, statement: &'a ast::StmtRaise) -> Result<()> {
        match (&statement.exc, &statement.cause) {
            (Some(exception), Some(cause)) => {
                let (exception, cause) = self.operands(exception, cause)?;
                self.at(statement);
                self.unit.emit(Opcode::RaiseFrom, exception, cause, 0u32);
            }
            (Some(exception), None) => {
                let exception = self.operand(exception)?;
                self.at(statement);
                self.unit.emit(Opcode::Raise, exception, 0u32, 0u32);
            }
            _ => self.unit.emit(Opcode::RaiseCurrent, 0u32, 0u32, 0u32),
        }
        Ok(())
    }

    fn assert_statement(&mut self, statement: &'a ast::StmtAssert) -> Result<()> {
        if statement.test.as_tuple_expr().is_some_and(|tuple| !tuple.elts.is_empty()) {
            self.warn("assertion is always true, perhaps remove parentheses?", statement);
        }
        if self.options.optimize > 0 {
            return Ok(());
        }
        let end = self.unit.new_label();
        self.branch(&statement.test, true, end)?;
        self.at(statement);
        let base = self.unit.next();
        self.unit.emit(Opcode::LoadCommonConstant, base, 0u32, 0u32);
        if let Some(message) = &statement.msg {
            self.unit.emit(Opcode::PushCallable, base, base, 0u32);
            self.push(message)?;
            self.at(statement);
            self.unit.emit(Opcode::Call, base, base, 1u32);
        }
        self.at(&*statement.test);
        self.unit.emit(Opcode::Raise, base, 0u32, 0u32);
        self.unit.bind(end);
        Ok(())
    }

    /// The documentation string that a body begins with, if it is kept, and the statements behind it.
    pub fn split_documentation(&self, body: &'a [Stmt]) -> (Option<Wtf8>, &'a [Stmt]) {
        let Some((Stmt::Expr(first), rest)) = body.split_first() else { return (None, body) };
        let Expr::StringLiteral(literal) = &*first.value else { return (None, body) };
        if self.options.optimize >= 2 {
            return (None, rest);
        }
        (Some(clean_documentation(&string_value(self.source, &literal.value))), rest)
    }

    /// Binds `__doc__` to the documentation string of a module or class body; returns the statements behind it.
    pub fn documentation(&mut self, body: &'a [Stmt]) -> Result<&'a [Stmt]> {
        let (text, rest) = self.split_documentation(body);
        if let Some(text) = text {
            self.at(&body[0]);
            let value = self.unit.next();
            self.unit.load_const(value, Const::Str(text));
            self.store_in_namespace("__doc__", value);
        }
        Ok(rest)
    }

    /// Pushes a constant.
    pub fn push_const(&mut self, constant: Const) -> Register {
        let register = self.unit.next();
        self.unit.load_const(register, constant);
        register
    }
}

/// Removes the common indentation of all lines but the first, as compilers do since Python 3.13.
fn clean_documentation(text: &Wtf8) -> Wtf8 {
    let expanded = expand_tabs(text);
    let blank = u32::from(' ');
    let lines: Vec<&[u32]> = expanded.split(|&point| point == u32::from('\n')).collect();
    let indentation = |line: &[u32]| line.iter().take_while(|&&point| point == blank).count();
    let indented = lines.iter().skip(1).filter(|line| indentation(line) < line.len());
    let margin = indented.map(|line| indentation(line)).min().unwrap_or(0);
    let mut cleaned = lines[0][indentation(lines[0])..].to_vec();
    for line in &lines[1..] {
        cleaned.push(u32::from('\n'));
        cleaned.extend_from_slice(&line[margin.min(indentation(line))..]);
    }
    cleaned.into_iter().collect()
}

fn expand_tabs(text: &Wtf8) -> Vec<u32> {
    let mut expanded = Vec::new();
    let mut column = 0;
    for point in text.code_points() {
        match char::from_u32(point) {
            Some('\t') => {
                let blanks = 8 - column % 8;
                expanded.extend(std::iter::repeat_n(u32::from(' '), blanks));
                column += blanks;
                continue;
            }
            Some('\n' | '\r') => column = 0,
            _ => column += 1,
        }
        expanded.push(point);
    }
    expanded
}
