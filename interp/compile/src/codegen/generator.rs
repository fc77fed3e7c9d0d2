//! `yield`, `yield from`, `await`.

use ungil_bytecode::{CodeFlags, Const, Opcode};

use super::Generator;
use crate::emit::Register;
use crate::error::Result;
use crate::syntax::ast;

/// What is awaited, for messages.
#[derive(Clone, Copy)]
pub enum Awaited {
    Expression = 0,
    Enter = 1,
    Exit = 2,
}

impl<'a> Generator<'a> {
    pub fn yield_expression(&mut self, expression: &'a ast::ExprYield, destination: Register) -> Result<()> {
        let temporary = self.unit.next();
        let mut value = match &expression.value {
            Some(value) => self.operand(value)?,
            None => {
                self.at(expression);
                self.unit.load_const(temporary, Const::None);
                temporary
            }
        };
        self.at(expression);
        if self.block.flags.contains(CodeFlags::ASYNC_GENERATOR) {
            self.unit.emit(Opcode::AsyncGeneratorWrap, temporary, value, 0u32);
            value = temporary;
        }
        self.unit.emit(Opcode::YieldValue, destination, value, 0u32);
        Ok(())
    }

    pub fn yield_from(&mut self, expression: &'a ast::ExprYieldFrom, destination: Register) -> Result<()> {
        let iterator = self.unit.next();
        let value = self.operand(&expression.value)?;
        self.at(expression);
        self.unit.emit(Opcode::GetYieldFromIter, iterator, value, 0u32);
        self.delegate(destination);
        Ok(())
    }

    pub fn await_expression(&mut self, expression: &'a ast::ExprAwait, destination: Register) -> Result<()> {
        let value = self.operand(&expression.value)?;
        self.at(expression);
        self.await_register(value, Awaited::Expression, destination);
        Ok(())
    }

    /// Awaits a value, which is consumed if it is a temporary.
    pub fn await_register(&mut self, value: Register, awaited: Awaited, destination: Register) {
        let iterator = if value.is_temporary() { value } else { self.unit.next() };
        self.unit.emit(Opcode::GetAwaitable, iterator, value, awaited as u32);
        self.delegate(destination);
    }

    /// Delegates to the iterator in the uppermost temporary until it returns.
    pub fn delegate(&mut self, destination: Register) {
        let iterator = self.unit.top();
        let value = self.unit.next();
        let (again, end) = (self.unit.new_label(), self.unit.new_label());
        // What is thrown in at the suspension goes to the iterator; a `StopIteration` it answers with is its value.
        let cleanup = self.unit.new_handler();
        self.unit.load_const(value, Const::None);
        self.unit.bind(again);
        self.unit.emit_jump(Opcode::Send, [value.into(), iterator.into()], end);
        let outer = self.unit.protect(Some(cleanup));
        self.unit.emit(Opcode::YieldValue, value, value, 1u32);
        self.unit.protect(outer);
        self.unit.emit_jump(Opcode::JumpBackwardNoInterrupt, [0, 0], again);
        self.unit.bind_handler(cleanup);
        self.unit.emit(Opcode::CleanupThrow, value, 0u32, 0u32);
        self.unit.bind(end);
        self.unit.emit(Opcode::EndSend, destination, iterator, value);
    }
}
