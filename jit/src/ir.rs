//! The trace IR: one turn of a loop as a straight line of operations on unboxed values, with the ways out of it.
//!
//! A trace is in static single assignment form: operation `n` defines the value `vn`. What the loop carries from turn to turn are
//! its *parameters*, one for each register that the turn reads before it writes, or writes at all. Registers in memory are stale while the
//! trace runs; an [`Exit`] says what must be written to them before the interpreter goes on.
//!
//! Every exit leads to before the instruction that could not go on, which has had no effect yet.

use std::fmt;

/// A value: the number of the operation that defines it.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Value(pub u32);

/// The number of an [`Exit`].
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct ExitId(pub u32);

/// What a value is.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// An integer of 63 bits, in 64.
    Int,
    Float,
    Bool,
}

/// Arithmetic on integers.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum IntOperator {
    Add,
    Subtract,
    Multiply,
    FloorDivide,
    Remainder,
    LeftShift,
    RightShift,
    And,
    Or,
    Xor,
}

/// Arithmetic on floats.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum FloatOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Comparisons.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Relation {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}

/// An operation.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    /// The parameter with this number.
    Parameter(u32),
    Int(i64),
    /// A float, by its bits.
    Float(u64),
    Bool(bool),
    /// Leaves if the result does not fit 63 bits, a divisor is not positive or a shift count out of range; without an exit none of
    /// that can happen.
    Arithmetic(IntOperator, Value, Value, Option<ExitId>),
    FloatArithmetic(FloatOperator, Value, Value),
    /// The float nearest to an integer.
    ToFloat(Value),
    /// Compares integers, or floats.
    Compare(Relation, Value, Value),
    /// The opposite truth.
    Not(Value),
    /// Leaves unless a truth is the expected one.
    Guard(Value, bool, ExitId),
    /// The next number of the range iterator with this number; leaves if there is none, or it has more than 63 bits.
    Next(u32, ExitId),
    /// Leaves if the thread's breaker is set.
    Safepoint(ExitId),
}

/// What the loop carries in a register.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    pub register: u32,
    pub r#type: Type,
    /// The operation that stands for it.
    pub value: Value,
    /// Its value in the next turn.
    pub next: Value,
}

/// A way out of the trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exit {
    /// The word at which the interpreter goes on.
    pub resume: u32,
    /// What is written to which register before.
    pub writes: Vec<(u32, Value)>,
}

/// A loop.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loop {
    /// The first word of the loop.
    pub head: u32,
    pub parameters: Vec<Parameter>,
    /// The registers of the range iterators that it steps.
    pub ranges: Vec<u32>,
    pub ops: Vec<Op>,
    pub exits: Vec<Exit>,
}

impl Loop {
    pub fn op(&self, value: Value) -> Op {
        self.ops[value.0 as usize]
    }

    /// The type of a value; operations without value count as truths.
    pub fn type_of(&self, value: Value) -> Type {
        match self.op(value) {
            Op::Parameter(number) => self.parameters[number as usize].r#type,
            Op::Int(_) | Op::Arithmetic(..) | Op::Next(..) => Type::Int,
            Op::Float(_) | Op::FloatArithmetic(..) | Op::ToFloat(_) => Type::Float,
            Op::Bool(_) | Op::Compare(..) | Op::Not(_) | Op::Guard(..) | Op::Safepoint(_) => Type::Bool,
        }
    }

    /// Appends an operation.
    pub fn push(&mut self, op: Op) -> Value {
        self.ops.push(op);
        Value(self.ops.len() as u32 - 1)
    }
}

impl Op {
    /// The values that it uses.
    pub fn operands(self) -> impl Iterator<Item = Value> {
        let [first, second] = match self {
            Op::Arithmetic(_, a, b, _) | Op::FloatArithmetic(_, a, b) | Op::Compare(_, a, b) => {
                [Some(a), Some(b)]
            }
            Op::ToFloat(a) | Op::Not(a) | Op::Guard(a, ..) => [Some(a), None],
            Op::Parameter(_) | Op::Int(_) | Op::Float(_) | Op::Bool(_) | Op::Next(..) | Op::Safepoint(_) => {
                [None, None]
            }
        };
        first.into_iter().chain(second)
    }

    /// The same operation on other values and exits.
    pub fn map(self, value: impl Fn(Value) -> Value, mut exit: impl FnMut(ExitId) -> ExitId) -> Op {
        match self {
            Op::Arithmetic(operator, a, b, out) => {
                Op::Arithmetic(operator, value(a), value(b), out.map(exit))
            }
            Op::FloatArithmetic(operator, a, b) => Op::FloatArithmetic(operator, value(a), value(b)),
            Op::ToFloat(a) => Op::ToFloat(value(a)),
            Op::Compare(relation, a, b) => Op::Compare(relation, value(a), value(b)),
            Op::Not(a) => Op::Not(value(a)),
            Op::Guard(a, expected, out) => Op::Guard(value(a), expected, exit(out)),
            Op::Next(range, out) => Op::Next(range, exit(out)),
            Op::Safepoint(out) => Op::Safepoint(exit(out)),
            constant => constant,
        }
    }

    pub fn exit(self) -> Option<ExitId> {
        match self {
            Op::Arithmetic(.., exit) => exit,
            Op::Guard(.., exit) | Op::Next(_, exit) | Op::Safepoint(exit) => Some(exit),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Int => "int",
            Type::Float => "float",
            Type::Bool => "bool",
        })
    }
}

impl IntOperator {
    fn sign(self) -> &'static str {
        match self {
            IntOperator::Add => "+",
            IntOperator::Subtract => "-",
            IntOperator::Multiply => "*",
            IntOperator::FloorDivide => "//",
            IntOperator::Remainder => "%",
            IntOperator::LeftShift => "<<",
            IntOperator::RightShift => ">>",
            IntOperator::And => "&",
            IntOperator::Or => "|",
            IntOperator::Xor => "^",
        }
    }
}

impl FloatOperator {
    fn sign(self) -> &'static str {
        match self {
            FloatOperator::Add => "+",
            FloatOperator::Subtract => "-",
            FloatOperator::Multiply => "*",
            FloatOperator::Divide => "/",
        }
    }
}

impl Relation {
    fn sign(self) -> &'static str {
        match self {
            Relation::Less => "<",
            Relation::LessEqual => "<=",
            Relation::Equal => "==",
            Relation::NotEqual => "!=",
            Relation::Greater => ">",
            Relation::GreaterEqual => ">=",
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Op::Parameter(number) => write!(f, "parameter {number}"),
            Op::Int(int) => write!(f, "{int}"),
            Op::Float(bits) => write!(f, "{:?}", f64::from_bits(bits)),
            Op::Bool(truth) => write!(f, "{truth}"),
            Op::Arithmetic(operator, a, b, _) => write!(f, "{a} {} {b}", operator.sign()),
            Op::FloatArithmetic(operator, a, b) => write!(f, "{a} {}. {b}", operator.sign()),
            Op::ToFloat(a) => write!(f, "float {a}"),
            Op::Compare(relation, a, b) => write!(f, "{a} {} {b}", relation.sign()),
            Op::Not(a) => write!(f, "not {a}"),
            Op::Guard(a, expected, _) => write!(f, "guard {a} is {expected}"),
            Op::Next(range, _) => write!(f, "next of range {range}"),
            Op::Safepoint(_) => f.write_str("safepoint"),
        }?;
        self.exit().map_or(Ok(()), |exit| write!(f, " else exit {}", exit.0))
    }
}

impl fmt::Display for Loop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "loop at {}", self.head)?;
        for (number, register) in self.ranges.iter().enumerate() {
            writeln!(f, "  range {number} in r{register}")?;
        }
        for (number, op) in self.ops.iter().enumerate() {
            match op {
                Op::Parameter(parameter) => {
                    let Parameter { register, r#type, .. } = self.parameters[*parameter as usize];
                    writeln!(f, "  v{number} = {} in r{register}", r#type)?
                }
                Op::Guard(..) | Op::Safepoint(_) => writeln!(f, "  {op}")?,
                _ => writeln!(f, "  v{number} = {op}")?,
            }
        }
        let next: Vec<String> = self
            .parameters
            .iter()
            .map(|parameter| format!("r{} = {}", parameter.register, parameter.next))
            .collect();
        writeln!(f, "again with {}", next.join(", "))?;
        for (number, exit) in self.exits.iter().enumerate() {
            let writes: Vec<String> =
                exit.writes.iter().map(|(register, value)| format!(" r{register} = {value}")).collect();
            writeln!(f, "exit {number} to {}:{}", exit.resume, writes.join(","))?;
        }
        Ok(())
    }
}
