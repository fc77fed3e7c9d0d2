//! Conditions: `and`, `or`, `not`, conditional expressions, and jumps on the truth of an expression.

use ungil_bytecode::{Const, Opcode};

use super::Generator;
use crate::emit::{Label, Register};
use crate::error::Result;
use crate::syntax::ast::{self, BoolOp, CmpOp, Expr, UnaryOp};

/// The truth of a constant.
pub fn truth(constant: &Const) -> bool {
    match constant {
        Const::None | Const::False => false,
        Const::Int(value) => *value != 0,
        Const::Float(value) => *value != 0.0,
        Const::Complex { real, imag } => *real != 0.0 || *imag != 0.0,
        Const::Str(text) => !text.as_bytes().is_empty(),
        Const::Bytes(bytes) => !bytes.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
        Const::True | Const::Ellipsis | Const::BigInt(_) | Const::Slice(_) | Const::Code(_) => true,
    }
}

impl<'a> Generator<'a> {
    /// `and`, `or` as a value.
    pub fn boolean(&mut self, operation: &'a ast::ExprBoolOp, destination: Register) -> Result<()> {
        let opcode = match operation.op {
            BoolOp::And => Opcode::JumpIfFalseOrDrop,
            BoolOp::Or => Opcode::JumpIfTrueOrDrop,
        };
        self.through_temporary(destination, |generator, destination| {
            let end = generator.unit.new_label();
            for (index, value) in operation.values.iter().enumerate() {
                generator.value_to(value, destination)?;
                if index + 1 < operation.values.len() {
                    generator.at(operation);
                    generator.unit.emit_jump(opcode, [destination.into(), 0], end);
                }
            }
            generator.unit.bind(end);
            Ok(())
        })
    }

    /// `body if test else orelse` as a value.
    pub fn conditional(&mut self, conditional: &'a ast::ExprIf, destination: Register) -> Result<()> {
        if let Some(test) = self.fold(&conditional.test) {
            let chosen = if truth(&test) { &conditional.body } else { &conditional.orelse };
            return self.value_to(chosen, destination);
        }
        let (orelse, end) = (self.unit.new_label(), self.unit.new_label());
        self.jump_unless(&conditional.test, orelse)?;
        self.value_to(&conditional.body, destination)?;
        self.nowhere();
        self.unit.jump(end);
        self.unit.bind(orelse);
        self.value_to(&conditional.orelse, destination)?;
        self.unit.bind(end);
        Ok(())
    }

    /// Jumps to `label` if the expression is false.
    pub fn jump_unless(&mut self, expression: &'a Expr, label: Label) -> Result<()> {
        self.branch(expression, false, label)
    }

    /// Jumps to `label` if the expression's truth is `truth_value`, and falls through otherwise.
    pub fn branch(&mut self, expression: &'a Expr, truth_value: bool, label: Label) -> Result<()> {
        if let Some(constant) = self.fold(expression) {
            if truth(&constant) == truth_value {
                self.at(expression);
                self.unit.jump(label);
            }
            return Ok(());
        }
        match expression {
            Expr::UnaryOp(operation) if operation.op == UnaryOp::Not => {
                self.branch(&operation.operand, !truth_value, label)
            }
            Expr::BoolOp(operation) => self.branch_boolean(operation, truth_value, label),
            Expr::If(conditional) => self.branch_conditional(conditional, truth_value, label),
            Expr::Compare(comparison) if comparison.ops.len() > 1 => {
                self.branch_chain(comparison, truth_value, label)
            }
            Expr::Compare(comparison) if self.branch_on_none(comparison, truth_value, label)? => Ok(()),
            _ => {
                let value = self.operand(expression)?;
                self.at(expression);
                self.unit.jump_if(value, truth_value, label);
                Ok(())
            }
        }
    }

    fn branch_boolean(
        &mut self,
        operation: &'a ast::ExprBoolOp,
        truth_value: bool,
        label: Label,
    ) -> Result<()> {
        // `a or b` jumps when true as soon as one is true; `a and b` when false as soon as one is false.
        let decisive = operation.op == BoolOp::Or;
        let Some((last, rest)) = operation.values.split_last() else { return Ok(()) };
        if decisive == truth_value {
            for value in rest {
                self.branch(value, truth_value, label)?;
            }
            return self.branch(last, truth_value, label);
        }
        let end = self.unit.new_label();
        for value in rest {
            self.branch(value, decisive, end)?;
        }
        self.branch(last, truth_value, label)?;
        self.unit.bind(end);
        Ok(())
    }

    fn branch_conditional(
        &mut self,
        conditional: &'a ast::ExprIf,
        truth_value: bool,
        label: Label,
    ) -> Result<()> {
        let (orelse, end) = (self.unit.new_label(), self.unit.new_label());
        self.jump_unless(&conditional.test, orelse)?;
        self.branch(&conditional.body, truth_value, label)?;
        self.nowhere();
        self.unit.jump(end);
        self.unit.bind(orelse);
        self.branch(&conditional.orelse, truth_value, label)?;
        self.unit.bind(end);
        Ok(())
    }

    /// `x is None` and `x is not None` jump without making a boolean.
    fn branch_on_none(
        &mut self,
        comparison: &'a ast::ExprCompare,
        truth_value: bool,
        label: Label,
    ) -> Result<bool> {
        let ([operator], [Expr::NoneLiteral(_)]) = (&*comparison.ops, &*comparison.comparators) else {
            return Ok(false);
        };
        let jump_if_none = match operator {
            CmpOp::Is => truth_value,
            CmpOp::IsNot => !truth_value,
            _ => return Ok(false),
        };
        let value = self.operand(&comparison.left)?;
        let opcode = if jump_if_none { Opcode::JumpIfNone } else { Opcode::JumpIfNotNone };
        self.at(comparison);
        self.unit.emit_jump(opcode, [value.into(), 0], label);
        Ok(true)
    }

    fn branch_chain(
        &mut self,
        comparison: &'a ast::ExprCompare,
        truth_value: bool,
        label: Label,
    ) -> Result<()> {
        let (failed, end) = (self.unit.new_label(), self.unit.new_label());
        let passed = self.unit.new_label();
        let middles = self.links(comparison, |generator, operator, left, right, last| {
            let result = generator.result_register(left);
            generator.compare(operator, left, right, comparison, result)?;
            match last {
                false => generator.unit.jump_if(result, false, failed),
                true => generator.unit.jump_if(result, true, passed),
            }
            Ok(())
        })?;
        self.unit.bind(failed);
        middles.iter().for_each(|&middle| self.unit.clear(middle));
        self.unit.jump(if truth_value { end } else { label });
        self.unit.bind(passed);
        middles.iter().for_each(|&middle| self.unit.clear(middle));
        self.unit.jump(if truth_value { label } else { end });
        self.unit.bind(end);
        middles.into_iter().for_each(|middle| self.unit.release(middle));
        Ok(())
    }

    /// The temporary that receives a result computed from `left` and what lies above it.
    fn result_register(&self, left: Register) -> Register {
        if left.is_temporary() { left } else { self.unit.next() }
    }
}
