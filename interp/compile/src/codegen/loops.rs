//! `while`, `for`, `async for`.

use ungil_bytecode::Opcode;

use super::Generator;
use super::condition::truth;
use super::control::{Control, ControlKind};
use crate::emit::{HandlerId, Label};
use crate::error::Result;
use crate::syntax::ast::{self, Expr, Stmt};

impl<'a> Generator<'a> {
    pub fn while_statement(&mut self, statement: &'a ast::StmtWhile) -> Result<()> {
        let (start, orelse, end) = (self.unit.new_label(), self.unit.new_label(), self.unit.new_label());
        let constant = self.fold(&statement.test).map(|constant| truth(&constant));
        if constant == Some(false) {
            return self.statements(&statement.orelse);
        }
        self.unit.bind(start);
        if constant.is_none() {
            self.jump_unless(&statement.test, orelse)?;
        }
        self.loop_body(start, end, false, &statement.body)?;
        self.at(&*statement.test);
        self.unit.emit_jump(Opcode::JumpBackward, [0, 0], start);
        self.unit.bind(orelse);
        self.statements(&statement.orelse)?;
        self.unit.bind(end);
        Ok(())
    }

    pub fn for_statement(&mut self, statement: &'a ast::StmtFor) -> Result<()> {
        let (start, exhausted, end) = (self.unit.new_label(), self.unit.new_label(), self.unit.new_label());
        let iterator = self.unit.next();
        self.iterator_of(&statement.iter, statement.is_async, iterator)?;
        self.unit.bind(start);
        let handler = self.next_element(&statement.target, &statement.iter, statement.is_async, exhausted)?;
        self.loop_body(start, end, true, &statement.body)?;
        self.at(&*statement.iter);
        self.unit.emit_jump(Opcode::JumpBackward, [0, 0], start);
        self.end_of_loop(handler, exhausted);
        self.statements(&statement.orelse)?;
        self.unit.bind(end);
        Ok(())
    }

    fn loop_body(&mut self, start: Label, end: Label, has_iterator: bool, body: &'a [Stmt]) -> Result<()> {
        let kind = ControlKind::Loop { start, end, has_iterator };
        self.block.control.push(Control { kind, handler: self.unit.handler });
        self.statements(body)?;
        self.block.control.pop();
        Ok(())
    }

    /// Takes the next element of the iterator in the uppermost temporary and assigns it. An asynchronous iterator's
    /// end arrives at the handler that is returned, another's at `exhausted`.
    pub fn next_element(
        &mut self,
        target: &'a Expr,
        iterable: &'a Expr,
        is_async: bool,
        exhausted: Label,
    ) -> Result<Option<HandlerId>> {
        let iterator = self.unit.top();
        let local = target.as_name_expr().and_then(|name| self.local_target(&name.id));
        let element = local.unwrap_or(self.unit.next());
        self.at(iterable);
        let mut handler = None;
        if is_async {
            handler = Some(self.unit.new_handler());
            let outer = self.unit.protect(handler);
            let awaitable = self.unit.next();
            self.unit.emit(Opcode::GetAsyncNext, awaitable, iterator, 0u32);
            self.delegate(element);
            self.unit.protect(outer);
        } else {
            self.unit.emit_jump(Opcode::ForIter, [element.into(), iterator.into()], exhausted);
        }
        if local.is_none() {
            self.assign(target, element)?;
        }
        Ok(handler)
    }
}
