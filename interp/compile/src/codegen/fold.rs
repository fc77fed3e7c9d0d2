//! Constant folding: literals, and operators and tuples over constants, within bounds that keep code small.
//!
//! The limits are CPython's (`Python/flowgraph.c`, `Objects/…`): integers of 128 bits, sequences of 256 elements,
//! strings of 4,096 characters.

use dashu_int::IBig;
use ungil_bytecode::{Const, Wtf8};

use super::Generator;
use super::condition::truth;
use crate::syntax::ast::{Expr, Number, Operator, UnaryOp};
use crate::syntax::{bytes_value, string_value};

const INTEGER_BITS: usize = 128;
const SEQUENCE: usize = 256;
const STRING: usize = 4096;

impl Generator<'_> {
    /// The constant that an expression always is.
    pub fn fold(&self, expression: &Expr) -> Option<Const> {
        Some(match expression {
            Expr::NoneLiteral(_) => Const::None,
            Expr::EllipsisLiteral(_) => Const::Ellipsis,
            Expr::BooleanLiteral(literal) => boolean(literal.value),
            Expr::NumberLiteral(literal) => number(&literal.value),
            Expr::StringLiteral(literal) => Const::Str(string_value(self.source, &literal.value)),
            Expr::BytesLiteral(literal) => Const::Bytes(bytes_value(&literal.value)),
            Expr::Name(name) if name.id == "__debug__" => boolean(self.options.optimize == 0),
            Expr::Tuple(tuple) => Const::Tuple(self.fold_all(&tuple.elts)?),
            Expr::UnaryOp(operation) => unary(operation.op, &self.fold(&operation.operand)?)?,
            Expr::BinOp(operation) => {
                // The right side first: a long chain of operators leans to the left.
                let right = self.fold(&operation.right)?;
                binary(operation.op, &self.fold(&operation.left)?, &right)?
            }
            _ => return None,
        })
    }

    fn fold_all(&self, expressions: &[Expr]) -> Option<Box<[Const]>> {
        expressions.iter().map(|expression| self.fold(expression)).collect()
    }

    /// What `in` can search: constants, and displays of constants that nobody else sees.
    pub fn fold_container(&self, expression: &Expr) -> Option<Const> {
        match expression {
            Expr::List(list) => Some(Const::Tuple(self.fold_all(&list.elts)?)),
            Expr::Set(set) => Some(Const::FrozenSet(distinct(self.fold_all(&set.elts)?))),
            _ => self.fold(expression),
        }
    }

    /// A constant index, slices included.
    pub fn fold_index(&self, expression: &Expr) -> Option<Const> {
        let Expr::Slice(slice) = expression else { return self.fold(expression) };
        let part = |part: &Option<Box<Expr>>| match part {
            Some(part) => self.fold(part),
            None => Some(Const::None),
        };
        Some(Const::Slice(Box::new([part(&slice.lower)?, part(&slice.upper)?, part(&slice.step)?])))
    }
}

fn distinct(constants: Box<[Const]>) -> Box<[Const]> {
    let mut kept: Vec<Const> = Vec::new();
    for constant in constants {
        if !kept.iter().any(|known| crate::emit::constants::same(known, &constant)) {
            kept.push(constant);
        }
    }
    kept.into()
}

fn boolean(value: bool) -> Const {
    if value { Const::True } else { Const::False }
}

/// The constant of a number literal.
pub fn number(number: &Number) -> Const {
    match number {
        Number::Int(value) => match value.as_i64() {
            Some(small) => Const::Int(small),
            None => integer(parse_integer(&value.to_string())),
        },
        Number::Float(value) => Const::Float(*value),
        Number::Complex { real, imag } => Const::Complex { real: *real, imag: *imag },
    }
}

fn parse_integer(token: &str) -> IBig {
    let digits = token.replace('_', "");
    let lower = digits.to_ascii_lowercase();
    let radix = match lower.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => 10,
    };
    let digits = if radix == 10 { &lower[..] } else { &lower[2..] };
    // The parser has checked the digits.
    IBig::from_str_radix(digits, radix).unwrap_or_default()
}

fn integer(value: IBig) -> Const {
    match i64::try_from(&value) {
        Ok(small) => Const::Int(small),
        Err(_) => Const::BigInt(value.to_string().into()),
    }
}

fn as_integer(constant: &Const) -> Option<IBig> {
    Some(match constant {
        Const::Int(value) => IBig::from(*value),
        Const::BigInt(digits) => parse_integer(digits),
        Const::True => IBig::ONE,
        Const::False => IBig::ZERO,
        _ => return None,
    })
}

fn as_float(constant: &Const) -> Option<f64> {
    match constant {
        Const::Float(value) => Some(*value),
        Const::Int(value) if value.unsigned_abs() <= 1 << 53 => Some(*value as f64),
        _ => None,
    }
}

fn as_complex(constant: &Const) -> Option<(f64, f64)> {
    match constant {
        Const::Complex { real, imag } => Some((*real, *imag)),
        _ => Some((as_float(constant)?, 0.0)),
    }
}

fn unary(operator: UnaryOp, operand: &Const) -> Option<Const> {
    Some(match (operator, operand) {
        (UnaryOp::Not, _) => boolean(!truth(operand)),
        (UnaryOp::USub, Const::Float(value)) => Const::Float(-value),
        (UnaryOp::USub, Const::Complex { real, imag }) => Const::Complex { real: -real, imag: -imag },
        (UnaryOp::UAdd, Const::Float(_) | Const::Complex { .. }) => operand.clone(),
        (UnaryOp::USub, _) => integer(-as_integer(operand)?),
        (UnaryOp::UAdd, _) => integer(as_integer(operand)?),
        // Inverting a boolean is deprecated, which only the runtime can say.
        (UnaryOp::Invert, Const::True | Const::False) => return None,
        (UnaryOp::Invert, _) => integer(!as_integer(operand)?),
    })
}

fn binary(operator: Operator, left: &Const, right: &Const) -> Option<Const> {
    if let Some(truth) = logical_operation(operator, left, right) {
        return Some(truth);
    }
    if let (Some(left), Some(right)) = (as_integer(left), as_integer(right)) {
        return integer_operation(operator, &left, &right);
    }
    match (left, right) {
        (Const::Complex { .. }, _) | (_, Const::Complex { .. }) => {
            complex_operation(operator, as_complex(left)?, as_complex(right)?)
        }
        (Const::Float(_), _) | (_, Const::Float(_)) => {
            float_operation(operator, as_float(left)?, as_float(right)?)
        }
        _ => sequence_operation(operator, left, right),
    }
}

/// A bitwise operator between truth values, which makes one.
fn logical_operation(operator: Operator, left: &Const, right: &Const) -> Option<Const> {
    let value = |constant: &Const| match constant {
        Const::True => Some(true),
        Const::False => Some(false),
        _ => None,
    };
    let (left, right) = (value(left)?, value(right)?);
    match operator {
        Operator::BitAnd => Some(boolean(left & right)),
        Operator::BitOr => Some(boolean(left | right)),
        Operator::BitXor => Some(boolean(left ^ right)),
        _ => None,
    }
}

/// The bits of integers that floats hold exactly.
const EXACT_BITS: usize = 53;

fn integer_operation(operator: Operator, left: &IBig, right: &IBig) -> Option<Const> {
    let small = |value: &IBig, limit: usize| usize::try_from(value).ok().filter(|&value| value <= limit);
    let zero = IBig::ZERO;
    let result = match operator {
        Operator::Add => left + right,
        Operator::Sub => left - right,
        Operator::Mult => {
            if bits(left) + bits(right) > INTEGER_BITS {
                return None;
            }
            left * right
        }
        Operator::FloorDiv | Operator::Mod => {
            if *right == zero {
                return None;
            }
            let (mut quotient, mut remainder) = (left / right, left % right);
            if remainder != zero && (remainder < zero) != (*right < zero) {
                quotient -= IBig::ONE;
                remainder += right;
            }
            if operator == Operator::FloorDiv { quotient } else { remainder }
        }
        Operator::Div => {
            // Larger operands would be rounded before the division.
            if bits(left).max(bits(right)) > EXACT_BITS {
                return None;
            }
            let (left, right) = (integer(left.clone()), integer(right.clone()));
            return float_operation(operator, as_float(&left)?, as_float(&right)?);
        }
        Operator::Pow => {
            let exponent = small(right, INTEGER_BITS)?;
            if bits(left).saturating_mul(exponent) > INTEGER_BITS {
                return None;
            }
            left.pow(exponent)
        }
        Operator::LShift => {
            let count = small(right, INTEGER_BITS)?;
            if bits(left) + count > INTEGER_BITS {
                return None;
            }
            left << count
        }
        Operator::RShift => left >> small(right, INTEGER_BITS)?,
        Operator::BitAnd => left & right,
        Operator::BitOr => left | right,
        Operator::BitXor => left ^ right,
        Operator::MatMult => return None,
    };
    Some(integer(result))
}

fn bits(value: &IBig) -> usize {
    use dashu_int::ops::{BitTest, UnsignedAbs};
    value.unsigned_abs().bit_len()
}

fn float_operation(operator: Operator, left: f64, right: f64) -> Option<Const> {
    let result = match operator {
        Operator::Add => left + right,
        Operator::Sub => left - right,
        Operator::Mult => left * right,
        Operator::Div if right != 0.0 => left / right,
        // Powers, remainders and floors have corner cases that the runtime's functions decide.
        _ => return None,
    };
    Some(Const::Float(result))
}

fn complex_operation(operator: Operator, left: (f64, f64), right: (f64, f64)) -> Option<Const> {
    let (real, imag) = match operator {
        Operator::Add => (left.0 + right.0, left.1 + right.1),
        Operator::Sub => (left.0 - right.0, left.1 - right.1),
        _ => return None,
    };
    Some(Const::Complex { real, imag })
}

fn sequence_operation(operator: Operator, left: &Const, right: &Const) -> Option<Const> {
    match (operator, left, right) {
        (Operator::Add, Const::Str(left), Const::Str(right)) => {
            Some(Const::Str(left.code_points().chain(right.code_points()).collect()))
        }
        (Operator::Add, Const::Bytes(left), Const::Bytes(right)) => {
            Some(Const::Bytes([&**left, right].concat().into()))
        }
        (Operator::Add, Const::Tuple(left), Const::Tuple(right)) => {
            Some(Const::Tuple(left.iter().chain(right).cloned().collect()))
        }
        (Operator::Mult, Const::Int(count), sequence) | (Operator::Mult, sequence, Const::Int(count)) => {
            repeat(sequence, usize::try_from(*count).unwrap_or(0))
        }
        _ => None,
    }
}

fn repeat(sequence: &Const, count: usize) -> Option<Const> {
    match sequence {
        Const::Str(text) if text.as_bytes().len().saturating_mul(count) <= STRING => {
            let points: Vec<u32> = text.code_points().collect();
            Some(Const::Str(points.repeat(count).into_iter().collect::<Wtf8>()))
        }
        Const::Bytes(bytes) if bytes.len().saturating_mul(count) <= STRING => {
            Some(Const::Bytes(bytes.repeat(count).into()))
        }
        Const::Tuple(items) if items.len().saturating_mul(count) <= SEQUENCE => {
            Some(Const::Tuple(std::iter::repeat_n(items, count).flatten().cloned().collect()))
        }
        _ => None,
    }
}
