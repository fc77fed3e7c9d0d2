//! From a recording to the IR: what each recorded instruction does to the registers, as operations on unboxed values.
//!
//! The lowering interprets the recording abstractly. Its *environment* says which value a register holds; a local that the turn reads before
//! it writes becomes a parameter of the type that was seen. Which way a jump went is read off the step that follows it. What a
//! recording may contain is what this file has a case for; anything else makes [`lower`] answer `None`, and the loop stays
//! interpreted. The operators mean what the interpreter's kernels for immediates mean (`interp/src/eval/arithmetic.rs`).

use std::collections::BTreeMap;

use ungil_bytecode::{Instruction, Opcode};
use ungil_interp::trace::{Kind, MAX_RANGES, Recording, Step};
use ungil_objects::Word;

use crate::ir::{Exit, ExitId, FloatOperator, IntOperator, Loop, Op, Parameter, Relation, Type, Value};

/// Integers up to this size are floats exactly.
const EXACT: i64 = 1 << 53;

type Environment = BTreeMap<u32, Value>;

struct Lowering<'a> {
    recording: &'a Recording<'a>,
    result: Loop,
    registers: Environment,
    /// The locals that the turn writes.
    written: Vec<u32>,
    /// The registers before the running step.
    before: Environment,
    /// For each exit, the registers before its step.
    snapshots: Vec<Environment>,
    /// The running step's exit, if it has one.
    exit: Option<ExitId>,
    /// The word of the running step.
    at: u32,
    /// The word of the step that follows.
    next: u32,
}

/// The loop that was recorded, or `None` if something in it is not compiled.
pub fn lower(recording: &Recording<'_>) -> Option<Loop> {
    let mut lowering = Lowering {
        recording,
        result: Loop { head: recording.head, ..Loop::default() },
        registers: Environment::new(),
        written: Vec::new(),
        before: Environment::new(),
        snapshots: Vec::new(),
        exit: None,
        at: 0,
        next: 0,
    };
    let (back_edge, turn) = recording.steps.split_last()?;
    for (index, step) in turn.iter().enumerate() {
        lowering.next = recording.steps[index + 1].at;
        lowering.begin(step);
        lowering.step(step)?;
    }
    lowering.begin(back_edge);
    lowering.safepoint();
    lowering.close()
}

impl Lowering<'_> {
    fn begin(&mut self, step: &Step) {
        self.at = step.at;
        self.exit = None;
        self.before.clone_from(&self.registers);
    }

    fn push(&mut self, op: Op) -> Value {
        self.result.push(op)
    }

    fn type_of(&self, value: Value) -> Type {
        self.result.type_of(value)
    }

    fn is_temporary(&self, register: u32) -> bool {
        register >= self.recording.first_temporary()
    }

    /// An exit to before the running step. What it writes is known when the whole turn is.
    fn exit(&mut self) -> ExitId {
        if let Some(exit) = self.exit {
            return exit;
        }
        let exit = ExitId(self.result.exits.len() as u32);
        self.result.exits.push(Exit { resume: self.at, writes: Vec::new() });
        self.snapshots.push(self.before.clone());
        self.exit = Some(exit);
        exit
    }

    fn safepoint(&mut self) {
        let exit = self.exit();
        self.push(Op::Safepoint(exit));
    }

    /// A new parameter for a local.
    fn parameter(&mut self, register: u32, r#type: Type) -> Value {
        let value = self.push(Op::Parameter(self.result.parameters.len() as u32));
        self.result.parameters.push(Parameter { register, r#type, value, next: value });
        value
    }

    /// The value of a register that is read.
    fn read(&mut self, register: u32, seen: Option<Kind>) -> Option<Value> {
        if let Some(value) = self.registers.get(&register) {
            return Some(*value);
        }
        if self.is_temporary(register) {
            return None;
        }
        let r#type = match seen? {
            Kind::Int => Type::Int,
            Kind::Float => Type::Float,
            Kind::Bool => Type::Bool,
            _ => return None,
        };
        let value = self.parameter(register, r#type);
        self.registers.insert(register, value);
        Some(value)
    }

    /// The value of a source operand, which is consumed if it is a temporary.
    fn take(&mut self, register: u32, seen: Option<Kind>) -> Option<Value> {
        let value = self.read(register, seen)?;
        if self.is_temporary(register) {
            self.registers.remove(&register);
        }
        Some(value)
    }

    fn write(&mut self, register: u32, value: Value) {
        if !self.is_temporary(register) && !self.written.contains(&register) {
            self.written.push(register);
        }
        self.registers.insert(register, value);
    }

    fn constant(&mut self, index: u32) -> Option<Value> {
        let word = self.recording.constant(index);
        let op = match word {
            Word::TRUE => Op::Bool(true),
            Word::FALSE => Op::Bool(false),
            _ => match (word.as_int(), word.as_float()) {
                (Some(int), _) => Op::Int(int),
                (_, Some(float)) => Op::Float(float.to_bits()),
                _ => return None,
            },
        };
        Some(self.push(op))
    }

    fn step(&mut self, step: &Step) -> Option<()> {
        let Instruction { opcode, operands: [a, b, c] } = step.instruction;
        let [seen_a, seen_b, seen_c] = step.seen;
        if let Some((operator, form)) = operator(opcode) {
            let left = self.take(b, seen_b)?;
            let right = self.right(form, c, seen_c)?;
            let result = self.binary(operator, left, right)?;
            self.write(a, result);
            return Some(());
        }
        if let Some((relation, form)) = relation(opcode) {
            let left = self.take(b, seen_b)?;
            let right = self.right(form, c, seen_c)?;
            let truth = self.compare(relation, left, right)?;
            return self.deliver(step, a, truth);
        }
        match opcode {
            Opcode::Nop | Opcode::Jump => {}
            Opcode::JumpBackward | Opcode::JumpBackwardCounted => self.safepoint(),
            Opcode::Move => {
                let value = self.take(b, seen_b)?;
                self.write(a, value);
            }
            Opcode::Copy => {
                let value = self.read(b, seen_b)?;
                self.write(a, value);
            }
            Opcode::Drop => {
                self.take(a, seen_a)?;
            }
            Opcode::Reverse => self.reverse(a, b),
            Opcode::LoadConst => {
                let value = self.constant(b)?;
                self.write(a, value);
            }
            Opcode::CheckBound => {
                self.read(a, seen_a)?;
            }
            Opcode::Negative => {
                let operand = self.take(b, seen_b)?;
                let result = self.negative(operand)?;
                self.write(a, result);
            }
            Opcode::Not => {
                let operand = self.take(b, seen_b)?;
                let truth = self.truth(operand);
                let opposite = self.push(Op::Not(truth));
                return self.deliver(step, a, opposite);
            }
            Opcode::JumpIfTrue | Opcode::JumpIfFalse => {
                let operand = self.take(a, seen_a)?;
                let truth = self.truth(operand);
                self.follow(step.at, &step.instruction, truth, opcode == Opcode::JumpIfTrue);
            }
            Opcode::JumpIfTrueOrDrop | Opcode::JumpIfFalseOrDrop => {
                let operand = self.take(a, seen_a)?;
                let truth = self.truth(operand);
                let jumps =
                    self.follow(step.at, &step.instruction, truth, opcode == Opcode::JumpIfTrueOrDrop);
                if jumps {
                    self.registers.insert(a, operand);
                }
            }
            Opcode::ForIter => {
                let went_on = self.next == step.at + step.instruction.length() as u32;
                if seen_b != Some(Kind::Range) || self.registers.contains_key(&b) || !went_on {
                    return None;
                }
                let range = self.range(b)?;
                let exit = self.exit();
                let number = self.push(Op::Next(range, exit));
                self.write(a, number);
            }
            _ => return None,
        }
        Some(())
    }

    fn right(&mut self, form: Form, operand: u32, seen: Option<Kind>) -> Option<Value> {
        match form {
            Form::Register => self.take(operand, seen),
            Form::Constant => self.constant(operand),
        }
    }

    fn reverse(&mut self, start: u32, count: u32) {
        let values: Vec<_> =
            (start..start + count).map(|register| self.registers.remove(&register)).collect();
        for (register, value) in (start..).zip(values.into_iter().rev()) {
            if let Some(value) = value {
                self.registers.insert(register, value);
            }
        }
    }

    /// The number of the range iterator in a register.
    fn range(&mut self, register: u32) -> Option<u32> {
        let ranges = &mut self.result.ranges;
        let number = ranges.iter().position(|other| *other == register).unwrap_or(ranges.len());
        if number == ranges.len() {
            ranges.push(register);
        }
        (number < MAX_RANGES).then_some(number as u32)
    }

    fn binary(&mut self, operator: Operator, left: Value, right: Value) -> Option<Value> {
        let float = |operator| match operator {
            Operator::Int(IntOperator::Add) => Some(FloatOperator::Add),
            Operator::Int(IntOperator::Subtract) => Some(FloatOperator::Subtract),
            Operator::Int(IntOperator::Multiply) => Some(FloatOperator::Multiply),
            Operator::TrueDivide => Some(FloatOperator::Divide),
            _ => None,
        };
        match (operator, self.type_of(left), self.type_of(right)) {
            (Operator::Int(operator), Type::Int, Type::Int) => {
                let divides = matches!(operator, IntOperator::FloorDivide | IntOperator::Remainder);
                if divides && matches!(self.result.op(right), Op::Int(..=0)) {
                    return None;
                }
                let exit = self.exit();
                Some(self.push(Op::Arithmetic(operator, left, right, Some(exit))))
            }
            (Operator::Power, Type::Int, Type::Int) if self.result.op(right) == Op::Int(2) => {
                self.binary(Operator::Int(IntOperator::Multiply), left, left)
            }
            (Operator::TrueDivide, Type::Int, Type::Int) => {
                self.guard_exact(left);
                self.guard_exact(right);
                self.divide(left, right)
            }
            (Operator::TrueDivide, Type::Int | Type::Float, Type::Int | Type::Float) => {
                self.divide(left, right)
            }
            (_, Type::Float, Type::Int | Type::Float) | (_, Type::Int, Type::Float) => {
                let operator = float(operator)?;
                let (left, right) = (self.as_float(left), self.as_float(right));
                Some(self.push(Op::FloatArithmetic(operator, left, right)))
            }
            _ => None,
        }
    }

    /// `left / right` of numbers that are exact as floats, or floats.
    fn divide(&mut self, left: Value, right: Value) -> Option<Value> {
        let (left, right) = (self.as_float(left), self.as_float(right));
        let zero = self.push(Op::Float(0));
        let is_not_zero = self.push(Op::Compare(Relation::NotEqual, right, zero));
        self.guard(is_not_zero, true);
        Some(self.push(Op::FloatArithmetic(FloatOperator::Divide, left, right)))
    }

    /// Leaves if an integer is too large to be exact as a float.
    fn guard_exact(&mut self, int: Value) {
        for (relation, bound) in [(Relation::LessEqual, EXACT), (Relation::GreaterEqual, -EXACT)] {
            let bound = self.push(Op::Int(bound));
            let within = self.push(Op::Compare(relation, int, bound));
            self.guard(within, true);
        }
    }

    fn guard(&mut self, truth: Value, expected: bool) {
        let exit = self.exit();
        self.push(Op::Guard(truth, expected, exit));
    }

    fn as_float(&mut self, number: Value) -> Value {
        match self.type_of(number) {
            Type::Float => number,
            _ => self.push(Op::ToFloat(number)),
        }
    }

    fn compare(&mut self, relation: Relation, left: Value, right: Value) -> Option<Value> {
        let is_exact = |op| matches!(op, Op::Int(int) if (-EXACT..=EXACT).contains(&int));
        match (self.type_of(left), self.type_of(right)) {
            (Type::Int, Type::Int) | (Type::Float, Type::Float) => {}
            (Type::Float, Type::Int) if is_exact(self.result.op(right)) => {}
            (Type::Int, Type::Float) if is_exact(self.result.op(left)) => {}
            _ => return None,
        }
        if self.type_of(left) != self.type_of(right) {
            let (left, right) = (self.as_float(left), self.as_float(right));
            return Some(self.push(Op::Compare(relation, left, right)));
        }
        Some(self.push(Op::Compare(relation, left, right)))
    }

    fn negative(&mut self, operand: Value) -> Option<Value> {
        match self.type_of(operand) {
            Type::Int => {
                let zero = self.push(Op::Int(0));
                self.binary(Operator::Int(IntOperator::Subtract), zero, operand)
            }
            // Minus zero minus x is minus x, for zeros too.
            Type::Float => {
                let zero = self.push(Op::Float((-0.0f64).to_bits()));
                Some(self.push(Op::FloatArithmetic(FloatOperator::Subtract, zero, operand)))
            }
            Type::Bool => None,
        }
    }

    fn truth(&mut self, value: Value) -> Value {
        let zero = match self.type_of(value) {
            Type::Bool => return value,
            Type::Int => Op::Int(0),
            Type::Float => Op::Float(0),
        };
        let zero = self.push(zero);
        self.push(Op::Compare(Relation::NotEqual, value, zero))
    }

    /// The truth goes to a register, or decided the conditional jump behind the step.
    fn deliver(&mut self, step: &Step, register: u32, truth: Value) -> Option<()> {
        let behind = step.at + step.instruction.length() as u32;
        if self.next == behind {
            self.write(register, truth);
            return Some(());
        }
        let (jump, _) = Instruction::decode(&self.recording.code.spec.words, behind as usize)?;
        match jump.opcode {
            Opcode::JumpIfTrue => self.follow(behind, &jump, truth, true),
            Opcode::JumpIfFalse => self.follow(behind, &jump, truth, false),
            _ => return None,
        };
        Some(())
    }

    /// Guards that the conditional jump at a word goes the way it went; whether that was a jump.
    fn follow(&mut self, at: u32, jump: &Instruction, truth: Value, jumps_if: bool) -> bool {
        let behind = at + jump.length() as u32;
        let target = behind.wrapping_add_signed(jump.offset().unwrap_or(0));
        let jumps = self.next == target;
        if target != behind {
            self.guard(truth, jumps == jumps_if);
        }
        jumps
    }

    /// The end of the turn: the parameters' next values, and what the exits write.
    fn close(mut self) -> Option<Loop> {
        for register in self.written.clone() {
            let parameters = &self.result.parameters;
            if !parameters.iter().any(|parameter| parameter.register == register) {
                let r#type = self.type_of(*self.registers.get(&register)?);
                self.parameter(register, r#type);
            }
        }
        for index in 0..self.result.parameters.len() {
            let Parameter { register, r#type, value, .. } = self.result.parameters[index];
            let next = self.registers.get(&register).copied().unwrap_or(value);
            if self.type_of(next) != r#type {
                return None;
            }
            self.result.parameters[index].next = next;
        }
        for (exit, snapshot) in self.result.exits.iter_mut().zip(&self.snapshots) {
            for parameter in &self.result.parameters {
                if self.written.contains(&parameter.register) {
                    let value = snapshot.get(&parameter.register).copied().unwrap_or(parameter.value);
                    exit.writes.push((parameter.register, value));
                }
            }
            let first_temporary = self.recording.first_temporary();
            exit.writes
                .extend(snapshot.range(first_temporary..).map(|(register, value)| (*register, *value)));
        }
        Some(self.result)
    }
}

/// A binary operator of the language that traces know.
#[derive(Copy, Clone)]
enum Operator {
    Int(IntOperator),
    TrueDivide,
    Power,
}

/// Where an instruction's right operand is.
#[derive(Copy, Clone)]
enum Form {
    Register,
    Constant,
}

fn operator(opcode: Opcode) -> Option<(Operator, Form)> {
    use Form::{Constant, Register};
    use IntOperator::{Add, And, FloorDivide, LeftShift, Multiply, Or, Remainder, RightShift, Subtract, Xor};
    use Operator::{Int, Power, TrueDivide};
    Some(match opcode {
        Opcode::Add | Opcode::InplaceAdd => (Int(Add), Register),
        Opcode::Subtract | Opcode::InplaceSubtract => (Int(Subtract), Register),
        Opcode::Multiply | Opcode::InplaceMultiply => (Int(Multiply), Register),
        Opcode::FloorDivide | Opcode::InplaceFloorDivide => (Int(FloorDivide), Register),
        Opcode::Remainder | Opcode::InplaceRemainder => (Int(Remainder), Register),
        Opcode::LeftShift | Opcode::InplaceLeftShift => (Int(LeftShift), Register),
        Opcode::RightShift | Opcode::InplaceRightShift => (Int(RightShift), Register),
        Opcode::And | Opcode::InplaceAnd => (Int(And), Register),
        Opcode::Or | Opcode::InplaceOr => (Int(Or), Register),
        Opcode::Xor | Opcode::InplaceXor => (Int(Xor), Register),
        Opcode::TrueDivide | Opcode::InplaceTrueDivide => (TrueDivide, Register),
        Opcode::AddConst | Opcode::InplaceAddConst => (Int(Add), Constant),
        Opcode::SubtractConst | Opcode::InplaceSubtractConst => (Int(Subtract), Constant),
        Opcode::MultiplyConst | Opcode::InplaceMultiplyConst => (Int(Multiply), Constant),
        Opcode::FloorDivideConst | Opcode::InplaceFloorDivideConst => (Int(FloorDivide), Constant),
        Opcode::RemainderConst | Opcode::InplaceRemainderConst => (Int(Remainder), Constant),
        Opcode::LeftShiftConst | Opcode::InplaceLeftShiftConst => (Int(LeftShift), Constant),
        Opcode::RightShiftConst | Opcode::InplaceRightShiftConst => (Int(RightShift), Constant),
        Opcode::AndConst | Opcode::InplaceAndConst => (Int(And), Constant),
        Opcode::OrConst | Opcode::InplaceOrConst => (Int(Or), Constant),
        Opcode::XorConst | Opcode::InplaceXorConst => (Int(Xor), Constant),
        Opcode::TrueDivideConst | Opcode::InplaceTrueDivideConst => (TrueDivide, Constant),
        Opcode::PowerConst | Opcode::InplacePowerConst => (Power, Constant),
        _ => return None,
    })
}

fn relation(opcode: Opcode) -> Option<(Relation, Form)> {
    use Form::{Constant, Register};
    Some(match opcode {
        Opcode::Less => (Relation::Less, Register),
        Opcode::LessEqual => (Relation::LessEqual, Register),
        Opcode::Equal => (Relation::Equal, Register),
        Opcode::NotEqual => (Relation::NotEqual, Register),
        Opcode::Greater => (Relation::Greater, Register),
        Opcode::GreaterEqual => (Relation::GreaterEqual, Register),
        Opcode::LessConst => (Relation::Less, Constant),
        Opcode::LessEqualConst => (Relation::LessEqual, Constant),
        Opcode::EqualConst => (Relation::Equal, Constant),
        Opcode::NotEqualConst => (Relation::NotEqual, Constant),
        Opcode::GreaterConst => (Relation::Greater, Constant),
        Opcode::GreaterEqualConst => (Relation::GreaterEqual, Constant),
        _ => return None,
    })
}
