//! `try`, `with`, and their handlers.
//!
//! A handler begins with the exception in the temporary at its depth. `enter_handler` saves the exception handled
//! before in the next one; whatever leaves the handler, by `leave_handler` or through `unwind_handler`, restores it.

use ungil_bytecode::Opcode;

use super::Generator;
use super::control::{Control, ControlKind};
use super::generator::Awaited;
use crate::emit::{HandlerId, Label, Register};
use crate::error::Result;
use crate::syntax::Ranged;
use crate::syntax::ast::{self, ExceptHandler};

impl<'a> Generator<'a> {
    pub fn try_statement(&mut self, statement: &'a ast::StmtTry) -> Result<()> {
        if statement.finalbody.is_empty() {
            return self.try_except(statement);
        }
        let end = self.unit.new_label();
        let handler = self.unit.new_handler();
        let outer = self.unit.protect(Some(handler));
        let body = &statement.finalbody;
        self.block.control.push(Control { kind: ControlKind::Finally { body }, handler: outer });
        match statement.handlers.is_empty() {
            true => {
                self.statements(&statement.body)?;
                self.statements(&statement.orelse)?;
            }
            false => self.try_except(statement)?,
        }
        self.block.control.pop();
        self.unit.protect(outer);
        self.statements(body)?;
        self.nowhere();
        self.unit.jump(end);
        self.unit.bind_handler(handler);
        let exception = self.unit.top();
        let cleanup = self.enter_handler(exception);
        self.unit.protect(Some(cleanup));
        self.block.control.push(Control { kind: ControlKind::FinallyHandler, handler: outer });
        self.statements(body)?;
        self.block.control.pop();
        self.nowhere();
        self.unit.protect(outer);
        self.unit.emit(Opcode::ReraiseHandled, exception, 0u32, 0u32);
        self.unwind_handler(cleanup, exception);
        self.unit.bind(end);
        Ok(())
    }

    /// Makes the uppermost temporary the handled exception; returns the handler for what the handler itself raises.
    fn enter_handler(&mut self, exception: Register) -> HandlerId {
        self.nowhere();
        let saved = self.unit.next();
        self.unit.emit(Opcode::EnterHandler, saved, exception, 0u32);
        self.unit.new_handler()
    }

    fn unwind_handler(&mut self, cleanup: HandlerId, exception: Register) {
        self.nowhere();
        self.unit.bind_handler(cleanup);
        self.unit.emit(Opcode::UnwindHandler, exception, 0u32, 0u32);
    }

    fn try_except(&mut self, statement: &'a ast::StmtTry) -> Result<()> {
        let end = self.unit.new_label();
        let handler = self.unit.new_handler();
        let outer = self.unit.protect(Some(handler));
        self.statements(&statement.body)?;
        self.unit.protect(outer);
        self.statements(&statement.orelse)?;
        self.nowhere();
        self.unit.jump(end);
        self.unit.bind_handler(handler);
        let exception = self.unit.top();
        let cleanup = self.enter_handler(exception);
        self.unit.protect(Some(cleanup));
        match statement.is_star {
            true => self.star_clauses(&statement.handlers, exception, cleanup, outer, end)?,
            false => self.clauses(&statement.handlers, exception, cleanup, outer, end)?,
        }
        self.unwind_handler(cleanup, exception);
        self.unit.bind(end);
        Ok(())
    }

    fn clauses(
        &mut self,
        handlers: &'a [ExceptHandler],
        exception: Register,
        cleanup: HandlerId,
        outer: Option<HandlerId>,
        end: Label,
    ) -> Result<()> {
        for handler in handlers {
            let ExceptHandler::ExceptHandler(clause) = handler;
            let next = self.unit.new_label();
            if let Some(class) = &clause.type_ {
                let result = self.unit.next();
                let class_register = self.operand(class)?;
                self.at(&**class);
                self.unit.emit(Opcode::MatchException, result, exception, class_register);
                self.unit.jump_if(result, false, next);
            }
            let name = clause.name.as_ref();
            self.block.control.push(Control { kind: ControlKind::Handler { name }, handler: outer });
            let unbinding = self.bind_exception(name, exception, clause);
            self.statements(&clause.body)?;
            self.block.control.pop();
            self.nowhere();
            self.unit.protect(outer);
            self.leave_handler();
            if let Some(name) = name {
                self.unbind(name);
            }
            self.unit.jump(end);
            self.unit.protect(Some(cleanup));
            if let (Some(unbinding), Some(name)) = (unbinding, name) {
                self.unit.bind_handler(unbinding);
                self.unbind_above(name);
            }
            self.unit.bind(next);
        }
        self.nowhere();
        self.unit.protect(outer);
        self.unit.emit(Opcode::ReraiseHandled, exception, 0u32, 0u32);
        Ok(())
    }

    /// `as name`: binds the exception and protects the body, so that the name is unbound however it ends.
    fn bind_exception(
        &mut self,
        name: Option<&'a ast::Identifier>,
        exception: Register,
        clause: &impl Ranged,
    ) -> Option<HandlerId> {
        let name = name?;
        self.at(clause);
        let destination = self.local_target(name).unwrap_or(self.unit.next());
        self.unit.emit(Opcode::Copy, destination, exception, 0u32);
        if destination.is_temporary() {
            self.store_name(name, destination);
        }
        let unbinding = self.unit.new_handler();
        self.unit.protect(Some(unbinding));
        Some(unbinding)
    }

    /// Unbinds the name of a clause that an exception, the uppermost temporary, has left, and raises it again.
    fn unbind_above(&mut self, name: &'a ast::Identifier) {
        let raised = self.unit.top();
        self.unbind(name);
        self.unit.emit(Opcode::Reraise, raised, 0u32, 0u32);
    }

    /// The clauses of `except*`. Above exception and saved exception lie a list of what is to be raised at the end
    /// and the part of the group that no clause has taken yet.
    fn star_clauses(
        &mut self,
        handlers: &'a [ExceptHandler],
        exception: Register,
        cleanup: HandlerId,
        outer: Option<HandlerId>,
        end: Label,
    ) -> Result<()> {
        let list = self.unit.next();
        self.unit.emit(Opcode::BuildList, list, list, 0u32);
        let rest = self.unit.next();
        self.unit.emit(Opcode::Copy, rest, exception, 0u32);
        for handler in handlers {
            let ExceptHandler::ExceptHandler(clause) = handler;
            let Some(class) = &clause.type_ else { continue };
            let (next, no_match) = (self.unit.new_label(), self.unit.new_label());
            let matched = self.unit.next();
            let class_register = self.operand(class)?;
            self.at(&**class);
            self.unit.emit(Opcode::SplitExceptionGroup, matched, rest, class_register);
            let test = self.unit.next();
            self.unit.emit(Opcode::Copy, test, matched, 0u32);
            self.unit.emit_jump(Opcode::JumpIfNone, [test.into(), 0], no_match);
            self.star_clause(clause, matched, list, cleanup, next)?;
            self.unit.bind(no_match);
            self.unit.drop_top();
            self.unit.bind(next);
        }
        self.nowhere();
        self.unit.emit(Opcode::ListAppend, list, rest, 0u32);
        let original = self.unit.next();
        self.unit.emit(Opcode::Copy, original, exception, 0u32);
        self.unit.emit(Opcode::PrepareReraiseStar, list, original, list);
        let test = self.unit.next();
        self.unit.emit(Opcode::Copy, test, list, 0u32);
        let raise = self.unit.new_label();
        self.unit.emit_jump(Opcode::JumpIfNotNone, [test.into(), 0], raise);
        self.unit.drop_top();
        self.leave_handler();
        self.unit.jump(end);
        self.unit.bind(raise);
        self.unit.protect(outer);
        self.unit.emit(Opcode::UnwindHandler, exception, 0u32, 0u32);
        Ok(())
    }

    fn star_clause(
        &mut self,
        clause: &'a ast::ExceptHandlerExceptHandler,
        matched: Register,
        list: Register,
        cleanup: HandlerId,
        next: Label,
    ) -> Result<()> {
        let name = clause.name.as_ref();
        if let Some(name) = name {
            self.at(clause);
            let destination = self.local_target(name).unwrap_or(self.unit.next());
            self.unit.emit(Opcode::Copy, destination, matched, 0u32);
            if destination.is_temporary() {
                self.store_name(name, destination);
            }
        }
        let saved = self.unit.next();
        self.unit.emit(Opcode::EnterHandler, saved, matched, 0u32);
        let raised = self.unit.new_handler();
        self.unit.protect(Some(raised));
        self.statements(&clause.body)?;
        self.nowhere();
        self.unit.protect(Some(cleanup));
        if let Some(name) = name {
            self.unbind(name);
        }
        self.leave_handler();
        self.unit.jump(next);
        self.unit.bind_handler(raised);
        let exception = self.unit.top();
        self.unit.emit(Opcode::ListAppend, list, exception, 0u32);
        if let Some(name) = name {
            self.unbind(name);
        }
        self.leave_handler();
        self.unit.jump(next);
        Ok(())
    }

    /// `with` over the items that remain.
    pub fn with_statement(&mut self, items: &'a [ast::WithItem], statement: &'a ast::StmtWith) -> Result<()> {
        let Some((item, rest)) = items.split_first() else { return self.statements(&statement.body) };
        let is_async = statement.is_async;
        let exit = self.unit.next();
        let end = self.unit.new_label();
        self.enter_context(item, is_async)?;
        let range = item.context_expr.range();
        let handler = self.unit.new_handler_at(exit.index() + 2);
        let outer = self.unit.handler;
        let target = item.optional_vars.as_deref();
        let local =
            target.and_then(|target| target.as_name_expr()).and_then(|name| self.local_target(&name.id));
        // The value that entering gave is above the exit method now, or in the local already.
        self.unit.protect(Some(handler));
        match (local, target) {
            (Some(_), _) => {}
            (None, Some(target)) => {
                let value = self.unit.top();
                self.assign(target, value)?;
            }
            (None, None) => self.unit.drop_top(),
        }
        let kind = ControlKind::With { is_async, range };
        self.block.control.push(Control { kind, handler: outer });
        self.with_statement(rest, statement)?;
        self.block.control.pop();
        self.unit.protect(outer);
        self.unit.range = range;
        self.normal_exit(is_async);
        self.unit.jump(end);
        self.exceptional_exit(handler, exit, outer, item, is_async, end);
        Ok(())
    }

    /// Pushes the exit method and its self, and what entering the context gives (straight to a local target).
    fn enter_context(&mut self, item: &'a ast::WithItem, is_async: bool) -> Result<()> {
        let exit = self.unit.next();
        let manager = self.operand(&item.context_expr)?;
        self.at(&item.context_expr);
        self.unit.emit(Opcode::BeforeWith, exit, manager, u32::from(is_async));
        let window = Register::temporary(exit.index() + 2);
        let target = item.optional_vars.as_deref().and_then(|target| target.as_name_expr());
        let destination = target.and_then(|name| self.local_target(&name.id)).unwrap_or(window);
        if is_async {
            self.unit.emit(Opcode::Call, window, window, 0u32);
            self.await_register(window, Awaited::Enter, destination);
        } else {
            self.unit.emit(Opcode::Call, destination, window, 0u32);
        }
        Ok(())
    }

    /// An exception leaves the body: the exit method decides whether it goes on.
    fn exceptional_exit(
        &mut self,
        handler: HandlerId,
        exit: Register,
        outer: Option<HandlerId>,
        item: &'a ast::WithItem,
        is_async: bool,
        end: Label,
    ) {
        self.unit.bind_handler(handler);
        let exception = self.unit.top();
        let cleanup = self.enter_handler(exception);
        self.unit.protect(Some(cleanup));
        self.at(&item.context_expr);
        let window = self.unit.next();
        self.unit.emit(Opcode::PushExitException, window, exit, exception);
        self.unit.emit(Opcode::Call, window, window, 3u32);
        if is_async {
            self.await_register(window, Awaited::Exit, window);
        }
        let suppress = self.unit.new_label();
        self.unit.jump_if(window, true, suppress);
        self.unit.protect(outer);
        self.unit.emit(Opcode::ReraiseHandled, exception, 0u32, 0u32);
        self.unit.bind(suppress);
        self.leave_handler();
        self.unit.drop_top();
        self.unit.drop_top();
        self.nowhere();
        self.unit.jump(end);
        self.unwind_handler(cleanup, exception);
        self.unit.bind(end);
    }
}
