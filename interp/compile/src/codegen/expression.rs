//! Expressions: the dispatch by kind, and the kinds that fit nowhere else.

use ungil_bytecode::{Const, Opcode};

use super::Generator;
use crate::emit::Register;
use crate::error::Result;
use crate::syntax::Ranged;
use crate::syntax::ast::{self, Expr};

/// Stack that one level of nesting may need, and what is allocated when less is left.
const RED_ZONE: usize = 128 * 1024;
const STACK_STEP: usize = 2 * 1024 * 1024;

/// Runs `compile` with enough native stack for one more level of nesting.
pub fn with_stack<T>(compile: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(RED_ZONE, STACK_STEP, compile)
}

/// Whether evaluating the expression may run an assignment expression of this block.
pub fn has_named_expression(expression: &Expr) -> bool {
    ast::helpers::any_over_expr(expression, |inner| inner.is_named_expr())
}

impl<'a> Generator<'a> {
    /// Evaluates into the next temporary.
    pub fn push(&mut self, expression: &'a Expr) -> Result<Register> {
        let destination = self.unit.next();
        self.value_to(expression, destination)?;
        Ok(destination)
    }

    /// Evaluates to wherever it is cheapest to read: in place, or into the next temporary.
    pub fn operand(&mut self, expression: &'a Expr) -> Result<Register> {
        match expression {
            Expr::Name(name) => {
                self.at(name);
                if let Some(register) = self.local_in_place(&name.id) {
                    return Ok(register);
                }
            }
            Expr::Named(named) => {
                if let Some(register) =
                    named.target.as_name_expr().and_then(|name| self.local_target(&name.id))
                {
                    self.value_to(&named.value, register)?;
                    return Ok(register);
                }
            }
            _ => {}
        }
        self.push(expression)
    }

    /// Two operands, the first protected from rebinding by the second.
    pub fn operands(&mut self, first: &'a Expr, second: &'a Expr) -> Result<(Register, Register)> {
        let left = self.operand(first)?;
        let left = self.shield(left, &[second]);
        Ok((left, self.operand(second)?))
    }

    /// Evaluates for side effects only.
    pub fn discard(&mut self, expression: &'a Expr) -> Result<()> {
        if self.fold(expression).is_some() {
            return Ok(());
        }
        if !self.operand(expression)?.is_temporary() {
            return Ok(());
        }
        self.at(expression);
        self.unit.drop_top();
        Ok(())
    }

    /// Evaluates into `destination`: a local, or the next temporary.
    pub fn value_to(&mut self, expression: &'a Expr, destination: Register) -> Result<()> {
        if let Some(constant) = self.fold(expression) {
            self.at(expression);
            self.unit.load_const(destination, constant);
            return Ok(());
        }
        with_stack(|| self.computed_to(expression, destination))
    }

    fn computed_to(&mut self, expression: &'a Expr, destination: Register) -> Result<()> {
        match expression {
            Expr::Name(name) => {
                self.at(name);
                self.load_name(&name.id, destination);
                Ok(())
            }
            Expr::BoolOp(operation) => self.boolean(operation, destination),
            Expr::Named(named) => self.named(named, destination),
            Expr::BinOp(operation) => self.binary(operation, destination),
            Expr::UnaryOp(operation) => self.unary(operation, destination),
            Expr::Compare(comparison) => self.comparison(comparison, destination),
            Expr::If(conditional) => self.conditional(conditional, destination),
            Expr::Call(call) => self.call(call, destination),
            Expr::Attribute(attribute) => self.attribute(attribute, destination),
            Expr::Subscript(subscript) => self.subscript(subscript, destination),
            Expr::Slice(slice) => self.slice(slice, destination),
            Expr::Tuple(tuple) => self.tuple(&tuple.elts, tuple, destination),
            Expr::List(list) => self.list(&list.elts, list, destination),
            Expr::Set(set) => self.set(&set.elts, set, destination),
            Expr::Dict(dict) => self.dict(dict, destination),
            Expr::Lambda(lambda) => self.lambda(lambda, destination),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(expression, destination)
            }
            Expr::FString(string) => self.f_string(string, destination),
            Expr::TString(string) => self.t_string(string, destination),
            Expr::Await(expression) => self.await_expression(expression, destination),
            Expr::Yield(expression) => self.yield_expression(expression, destination),
            Expr::YieldFrom(expression) => self.yield_from(expression, destination),
            // Refused by the parser wherever they reach here, and literals, which are constants.
            Expr::Starred(_)
            | Expr::IpyEscapeCommand(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => Err(crate::error::CompileError::syntax(
                "can't use starred expression here",
                expression.range(),
            )),
        }
    }

    fn named(&mut self, named: &'a ast::ExprNamed, destination: Register) -> Result<()> {
        let Expr::Name(target) = &*named.target else {
            let message = "cannot use assignment expressions with expression";
            return Err(crate::error::CompileError::syntax(message, named.range));
        };
        if let Some(register) = self.local_target(&target.id) {
            self.value_to(&named.value, register)?;
            self.at(named);
            self.unit.mov(destination, register);
            return Ok(());
        }
        self.through_temporary(destination, |generator, destination| {
            generator.value_to(&named.value, destination)?;
            generator.at(named);
            let copy = generator.unit.next();
            generator.unit.emit(Opcode::Copy, copy, destination, 0u32);
            generator.store_name(&target.id, copy);
            Ok(())
        })
    }

    fn attribute(&mut self, attribute: &'a ast::ExprAttribute, destination: Register) -> Result<()> {
        if self.super_attribute(attribute, destination, false)? {
            return Ok(());
        }
        let object = self.operand(&attribute.value)?;
        self.at_attribute(attribute);
        let name = self.mangled(&attribute.attr);
        let name = self.unit.name(&name);
        self.unit.emit(Opcode::LoadAttr, destination, object, name);
        Ok(())
    }

    /// The position of an attribute access: from the object, or, in a chain over several lines, from the name.
    pub fn at_attribute(&mut self, attribute: &ast::ExprAttribute) {
        let (first, _) = self.lines.byte_column(attribute.range.start());
        let (line, _) = self.lines.byte_column(attribute.attr.range.start());
        self.unit.range = if first == line { attribute.range } else { attribute.attr.range };
    }

    fn subscript(&mut self, subscript: &'a ast::ExprSubscript, destination: Register) -> Result<()> {
        self.check_index(subscript);
        let object = self.operand(&subscript.value)?;
        if let Some(index) = self.fold_index(&subscript.slice) {
            self.at(subscript);
            let index = self.unit.constant(index);
            self.unit.emit(Opcode::LoadSubscriptConst, destination, object, index);
            return Ok(());
        }
        let object = self.shield(object, &[&subscript.slice]);
        match &*subscript.slice {
            Expr::Slice(slice) if slice.step.is_none() => {
                let bounds = self.bounds(slice)?;
                self.at(subscript);
                self.unit.emit(Opcode::LoadSlice, destination, object, bounds);
            }
            index => {
                let index = self.operand(index)?;
                self.at(subscript);
                self.unit.emit(Opcode::LoadSubscript, destination, object, index);
            }
        }
        Ok(())
    }

    /// Pushes lower and upper bound of a slice; returns the first's register.
    pub fn bounds(&mut self, slice: &'a ast::ExprSlice) -> Result<Register> {
        let first = self.unit.next();
        for bound in [&slice.lower, &slice.upper] {
            self.at(slice);
            self.optional(bound.as_deref())?;
        }
        Ok(first)
    }

    fn optional(&mut self, expression: Option<&'a Expr>) -> Result<()> {
        match expression {
            Some(expression) => self.push(expression).map(drop),
            None => {
                let destination = self.unit.next();
                self.unit.load_const(destination, Const::None);
                Ok(())
            }
        }
    }

    fn slice(&mut self, slice: &'a ast::ExprSlice, destination: Register) -> Result<()> {
        let first = self.bounds(slice)?;
        let mut count = 2u32;
        if let Some(step) = &slice.step {
            self.push(step)?;
            count = 3;
        }
        self.at(slice);
        self.unit.emit(Opcode::BuildSlice, destination, first, count);
        Ok(())
    }
}
