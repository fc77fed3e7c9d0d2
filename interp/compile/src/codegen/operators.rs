//! Unary, binary and in-place operators, and comparisons.

use ungil_bytecode::{Const, Opcode};

use super::Generator;
use crate::emit::Register;
use crate::error::Result;
use crate::syntax::ast::{self, CmpOp, Expr, Operator, UnaryOp};

/// The right side of a comparison.
#[derive(Clone, Copy)]
pub enum Side<'a> {
    /// Still to be evaluated.
    Expression(&'a Expr),
    /// Evaluated, in a local.
    Register(Register),
}

/// The two forms of an operation: with two registers, and with a constant on the right.
#[derive(Clone, Copy)]
pub struct Forms {
    registers: Opcode,
    constant: Opcode,
}

macro_rules! forms {
    ($registers:ident, $constant:ident) => {
        Forms { registers: Opcode::$registers, constant: Opcode::$constant }
    };
}

pub fn binary_forms(operator: Operator) -> Forms {
    match operator {
        Operator::Add => forms!(Add, AddConst),
        Operator::Sub => forms!(Subtract, SubtractConst),
        Operator::Mult => forms!(Multiply, MultiplyConst),
        Operator::MatMult => forms!(MatrixMultiply, MatrixMultiplyConst),
        Operator::Div => forms!(TrueDivide, TrueDivideConst),
        Operator::Mod => forms!(Remainder, RemainderConst),
        Operator::Pow => forms!(Power, PowerConst),
        Operator::LShift => forms!(LeftShift, LeftShiftConst),
        Operator::RShift => forms!(RightShift, RightShiftConst),
        Operator::BitOr => forms!(Or, OrConst),
        Operator::BitXor => forms!(Xor, XorConst),
        Operator::BitAnd => forms!(And, AndConst),
        Operator::FloorDiv => forms!(FloorDivide, FloorDivideConst),
    }
}

pub fn inplace_forms(operator: Operator) -> Forms {
    match operator {
        Operator::Add => forms!(InplaceAdd, InplaceAddConst),
        Operator::Sub => forms!(InplaceSubtract, InplaceSubtractConst),
        Operator::Mult => forms!(InplaceMultiply, InplaceMultiplyConst),
        Operator::MatMult => forms!(InplaceMatrixMultiply, InplaceMatrixMultiplyConst),
        Operator::Div => forms!(InplaceTrueDivide, InplaceTrueDivideConst),
        Operator::Mod => forms!(InplaceRemainder, InplaceRemainderConst),
        Operator::Pow => forms!(InplacePower, InplacePowerConst),
        Operator::LShift => forms!(InplaceLeftShift, InplaceLeftShiftConst),
        Operator::RShift => forms!(InplaceRightShift, InplaceRightShiftConst),
        Operator::BitOr => forms!(InplaceOr, InplaceOrConst),
        Operator::BitXor => forms!(InplaceXor, InplaceXorConst),
        Operator::BitAnd => forms!(InplaceAnd, InplaceAndConst),
        Operator::FloorDiv => forms!(InplaceFloorDivide, InplaceFloorDivideConst),
    }
}

/// The forms of a comparison; identity has none with a constant.
fn comparison_forms(operator: CmpOp) -> (Opcode, Option<Opcode>) {
    match operator {
        CmpOp::Eq => (Opcode::Equal, Some(Opcode::EqualConst)),
        CmpOp::NotEq => (Opcode::NotEqual, Some(Opcode::NotEqualConst)),
        CmpOp::Lt => (Opcode::Less, Some(Opcode::LessConst)),
        CmpOp::LtE => (Opcode::LessEqual, Some(Opcode::LessEqualConst)),
        CmpOp::Gt => (Opcode::Greater, Some(Opcode::GreaterConst)),
        CmpOp::GtE => (Opcode::GreaterEqual, Some(Opcode::GreaterEqualConst)),
        CmpOp::Is => (Opcode::Is, None),
        CmpOp::IsNot => (Opcode::IsNot, None),
        CmpOp::In => (Opcode::Contains, Some(Opcode::ContainsConst)),
        CmpOp::NotIn => (Opcode::NotContains, Some(Opcode::NotContainsConst)),
    }
}

impl<'a> Generator<'a> {
    pub fn binary(&mut self, operation: &'a ast::ExprBinOp, destination: Register) -> Result<()> {
        let left = self.operand(&operation.left)?;
        let left = self.shield(left, &[&operation.right]);
        self.apply(binary_forms(operation.op), left, &operation.right, operation, destination)
    }

    /// Emits an operation whose left operand is in `left`.
    pub fn apply(
        &mut self,
        forms: Forms,
        left: Register,
        right: &'a Expr,
        node: &impl crate::syntax::Ranged,
        destination: Register,
    ) -> Result<()> {
        if let Some(constant) = self.fold(right) {
            self.at(node);
            let constant = self.unit.constant(constant);
            self.unit.emit(forms.constant, destination, left, constant);
            return Ok(());
        }
        let right = self.operand(right)?;
        self.at(node);
        self.unit.emit(forms.registers, destination, left, right);
        Ok(())
    }

    pub fn unary(&mut self, operation: &'a ast::ExprUnaryOp, destination: Register) -> Result<()> {
        let operand = self.operand(&operation.operand)?;
        let opcode = match operation.op {
            UnaryOp::Invert => Opcode::Invert,
            UnaryOp::Not => Opcode::Not,
            UnaryOp::UAdd => Opcode::Positive,
            UnaryOp::USub => Opcode::Negative,
        };
        self.at(operation);
        self.unit.emit(opcode, destination, operand, 0u32);
        Ok(())
    }

    /// One link of a comparison.
    pub fn compare(
        &mut self,
        operator: CmpOp,
        left: Register,
        right: Side<'a>,
        node: &'a ast::ExprCompare,
        destination: Register,
    ) -> Result<()> {
        let (registers, constant) = comparison_forms(operator);
        let right = match right {
            Side::Register(register) => register,
            Side::Expression(right) => {
                let folded = match operator {
                    CmpOp::In | CmpOp::NotIn => self.fold_container(right),
                    _ => self.fold(right),
                };
                if let (Some(opcode), Some(folded)) = (constant, folded) {
                    self.at(node);
                    let folded = self.unit.constant(folded);
                    self.unit.emit(opcode, destination, left, folded);
                    return Ok(());
                }
                self.operand(right)?
            }
        };
        self.at(node);
        self.unit.emit(registers, destination, left, right);
        Ok(())
    }

    pub fn comparison(&mut self, comparison: &'a ast::ExprCompare, destination: Register) -> Result<()> {
        self.check_identity_with_literal(comparison);
        if let ([operator], [right]) = (&*comparison.ops, &*comparison.comparators) {
            let left = self.operand(&comparison.left)?;
            let left = self.shield(left, &[right]);
            return self.compare(*operator, left, Side::Expression(right), comparison, destination);
        }
        self.through_temporary(destination, |generator, destination| {
            let end = generator.unit.new_label();
            let middles = generator.links(comparison, |generator, operator, left, right, last| {
                generator.compare(operator, left, right, comparison, destination)?;
                if !last {
                    generator.unit.emit_jump(Opcode::JumpIfFalseOrDrop, [destination.into(), 0], end);
                }
                Ok(())
            })?;
            generator.unit.bind(end);
            generator.forget(middles);
            Ok(())
        })
    }

    /// Compiles the links of a chained comparison; `link` gets the operator, both sides, and whether it is the last.
    /// Values compared twice are kept in hidden locals, which are returned and must be cleared.
    pub fn links(
        &mut self,
        comparison: &'a ast::ExprCompare,
        mut link: impl FnMut(&mut Self, CmpOp, Register, Side<'a>, bool) -> Result<()>,
    ) -> Result<Vec<Register>> {
        let mut middles = Vec::new();
        let mut left = self.operand(&comparison.left)?;
        let rest: Vec<&Expr> = comparison.comparators.iter().collect();
        left = self.shield(left, &rest);
        let last = comparison.ops.len() - 1;
        for (index, (&operator, right)) in comparison.ops.iter().zip(&*comparison.comparators).enumerate() {
            if index == last {
                link(self, operator, left, Side::Expression(right), true)?;
                break;
            }
            let middle = self.middle(right, &mut middles)?;
            link(self, operator, left, Side::Register(middle), false)?;
            left = middle;
        }
        Ok(middles)
    }

    /// A register that a value compared twice can be read from: a plain local in place, or a hidden local.
    fn middle(&mut self, value: &'a Expr, middles: &mut Vec<Register>) -> Result<Register> {
        if let Expr::Name(name) = value {
            self.at(name);
            if !self.block.has_named_expression
                && let Some(register) = self.local_in_place(&name.id)
            {
                return Ok(register);
            }
        }
        let hidden = self.unit.borrow_hidden();
        middles.push(hidden);
        self.value_to(value, hidden)?;
        Ok(hidden)
    }

    /// Clears hidden locals and gives them back.
    pub fn forget(&mut self, hidden: Vec<Register>) {
        for register in hidden {
            self.unit.clear(register);
            self.unit.release(register);
        }
    }

    fn check_identity_with_literal(&mut self, comparison: &'a ast::ExprCompare) {
        let mut left = &*comparison.left;
        for (&operator, right) in comparison.ops.iter().zip(&*comparison.comparators) {
            let name = match operator {
                CmpOp::Is => Some(("is", "==")),
                CmpOp::IsNot => Some(("is not", "!=")),
                _ => None,
            };
            let kind =
                [left, right].into_iter().find_map(|side| self.fold(side).as_ref().and_then(literal_type));
            if let (Some((name, better)), Some(kind)) = (name, kind) {
                let message = format!("\"{name}\" with '{kind}' literal. Did you mean \"{better}\"?");
                self.warn(message, comparison);
            }
            left = right;
        }
    }
}

/// The type of a constant whose identity means nothing.
fn literal_type(constant: &Const) -> Option<&'static str> {
    Some(match constant {
        Const::Int(_) | Const::BigInt(_) => "int",
        Const::Float(_) => "float",
        Const::Complex { .. } => "complex",
        Const::Str(_) => "str",
        Const::Bytes(_) => "bytes",
        Const::Tuple(_) => "tuple",
        _ => return None,
    })
}
