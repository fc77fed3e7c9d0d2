//! The optimiser: one pass forward, one back.
//!
//! Forward, each operation is folded if its operands are constant, replaced by an equal earlier one (value numbering), or
//! simplified by what is known of its operands: the *interval* of integers in which a value lies, from its operation and from
//! the guards passed so far. A check that intervals decide is dropped, as is a guard that an earlier one implies.
//! Backward, operations that nobody uses are dropped, and so are exits that nobody takes.

use std::collections::{HashMap, HashSet};

use crate::ir::{Exit, ExitId, IntOperator, Loop, Op, Parameter, Relation, Type, Value};

const MIN: i64 = i64::MIN >> 1;
const MAX: i64 = i64::MAX >> 1;

/// The integers from the first to the second.
type Interval = (i64, i64);

/// An equivalent loop that does less.
pub fn optimise(from: &Loop) -> Loop {
    drop_unused(&Forward::run(from))
}

struct Forward<'a> {
    from: &'a Loop,
    to: Loop,
    /// What became of each old value.
    renamed: Vec<Option<Value>>,
    /// The values of operations seen.
    known: HashMap<Op, Value>,
    /// Guards passed.
    passed: HashSet<(Value, bool)>,
    intervals: HashMap<Value, Interval>,
}

impl<'a> Forward<'a> {
    fn run(from: &'a Loop) -> Loop {
        let to = Loop { head: from.head, ranges: from.ranges.clone(), ..Loop::default() };
        let mut pass = Forward {
            from,
            to,
            renamed: vec![None; from.ops.len()],
            known: HashMap::new(),
            passed: HashSet::new(),
            intervals: HashMap::new(),
        };
        for (number, parameter) in from.parameters.iter().enumerate() {
            let value = pass.to.push(Op::Parameter(number as u32));
            pass.to.parameters.push(Parameter { value, next: value, ..*parameter });
            pass.renamed[parameter.value.0 as usize] = Some(value);
        }
        for (index, op) in from.ops.iter().enumerate() {
            if !matches!(op, Op::Parameter(_)) {
                pass.renamed[index] = pass.operation(op.map(|value| pass.rename(value), |exit| exit));
            }
        }
        pass.finish()
    }

    fn rename(&self, value: Value) -> Value {
        self.renamed[value.0 as usize].unwrap_or(value)
    }

    fn finish(mut self) -> Loop {
        for index in 0..self.from.parameters.len() {
            self.to.parameters[index].next = self.rename(self.from.parameters[index].next);
        }
        self.to.exits = self.from.exits.clone();
        for exit in &mut self.to.exits {
            for (_, value) in &mut exit.writes {
                *value = self.renamed[value.0 as usize].unwrap_or(*value);
            }
        }
        self.to
    }

    fn int(&self, value: Value) -> Option<i64> {
        match self.to.op(value) {
            Op::Int(int) => Some(int),
            _ => None,
        }
    }

    fn interval(&self, value: Value) -> Interval {
        if let Some(int) = self.int(value) {
            return (int, int);
        }
        self.intervals.get(&value).copied().unwrap_or((MIN, MAX))
    }

    /// The value of an operation, appended if it is new; `None` if the operation has no value.
    fn operation(&mut self, op: Op) -> Option<Value> {
        match op {
            Op::Arithmetic(operator, left, right, exit) => Some(self.arithmetic(operator, left, right, exit)),
            Op::Compare(relation, left, right) => Some(self.compare(relation, left, right)),
            Op::ToFloat(value) => Some(match self.int(value) {
                Some(int) => self.number(Op::Float((int as f64).to_bits())),
                None => self.number(op),
            }),
            Op::Not(value) => Some(match self.to.op(value) {
                Op::Bool(truth) => self.number(Op::Bool(!truth)),
                Op::Not(opposite) => opposite,
                _ => self.number(op),
            }),
            Op::Guard(value, expected, exit) => {
                self.guard(value, expected, exit);
                None
            }
            Op::Safepoint(_) => {
                self.to.push(op);
                None
            }
            Op::Next(..) => Some(self.to.push(op)),
            Op::Parameter(_) | Op::Int(_) | Op::Float(_) | Op::Bool(_) | Op::FloatArithmetic(..) => {
                Some(self.number(op))
            }
        }
    }

    /// The value of an operation without effects, found or appended.
    fn number(&mut self, op: Op) -> Value {
        if let Some(value) = self.known.get(&op) {
            return *value;
        }
        let value = self.to.push(op);
        self.known.insert(op, value);
        value
    }

    fn arithmetic(
        &mut self,
        operator: IntOperator,
        left: Value,
        right: Value,
        exit: Option<ExitId>,
    ) -> Value {
        if let (Some(left), Some(right)) = (self.int(left), self.int(right))
            && let Some(result) = fold(operator, left, right)
        {
            return self.number(Op::Int(result));
        }
        if let Some(simpler) = self.by_power_of_two(operator, left, right) {
            return simpler;
        }
        // What passed its checks once passes them again.
        let key = Op::Arithmetic(operator, left, right, None);
        if let Some(value) = self.known.get(&key) {
            return *value;
        }
        let (interval, is_safe) = result_interval(operator, self.interval(left), self.interval(right));
        let value = self.to.push(Op::Arithmetic(operator, left, right, exit.filter(|_| !is_safe)));
        self.known.insert(key, value);
        self.intervals.insert(value, interval);
        value
    }

    /// Division by a power of two as a shift or a mask, which round down as Python does.
    fn by_power_of_two(&mut self, operator: IntOperator, left: Value, right: Value) -> Option<Value> {
        let divisor = self.int(right).filter(|divisor| *divisor > 0 && divisor.count_ones() == 1)?;
        let (operator, operand) = match operator {
            IntOperator::FloorDivide => (IntOperator::RightShift, i64::from(divisor.trailing_zeros())),
            IntOperator::Remainder => (IntOperator::And, divisor - 1),
            _ => return None,
        };
        let operand = self.number(Op::Int(operand));
        Some(self.arithmetic(operator, left, operand, None))
    }

    fn compare(&mut self, relation: Relation, left: Value, right: Value) -> Value {
        if self.to.type_of(left) == Type::Int {
            let (a, b) = (self.interval(left), self.interval(right));
            if let Some(truth) = decide(relation, a, b) {
                return self.number(Op::Bool(truth));
            }
        }
        self.number(Op::Compare(relation, left, right))
    }

    fn guard(&mut self, value: Value, expected: bool, exit: ExitId) {
        match self.to.op(value) {
            Op::Bool(truth) if truth == expected => return,
            Op::Not(opposite) => return self.guard(opposite, !expected, exit),
            _ => {}
        }
        if !self.passed.insert((value, expected)) {
            return;
        }
        self.to.push(Op::Guard(value, expected, exit));
        if let Op::Compare(relation, left, right) = self.to.op(value)
            && self.to.type_of(left) == Type::Int
        {
            let relation = if expected { relation } else { relation.opposite() };
            self.learn(relation, left, right);
        }
    }

    /// Narrows the intervals of two integers that compare so.
    fn learn(&mut self, relation: Relation, left: Value, right: Value) {
        let ((mut a, mut b), (mut c, mut d)) = (self.interval(left), self.interval(right));
        match relation {
            Relation::Less => (b, c) = (b.min(d - 1), c.max(a + 1)),
            Relation::LessEqual => (b, c) = (b.min(d), c.max(a)),
            Relation::Greater => (a, d) = (a.max(c + 1), d.min(b - 1)),
            Relation::GreaterEqual => (a, d) = (a.max(c), d.min(b)),
            Relation::Equal => {
                (a, b) = (a.max(c), b.min(d));
                (c, d) = (a, b);
            }
            Relation::NotEqual => {}
        }
        for (value, interval) in [(left, (a, b)), (right, (c, d))] {
            if interval.0 <= interval.1 {
                self.intervals.insert(value, interval);
            }
        }
    }
}

/// The result of an operator on constants, if it is one that the interpreter computes in place.
fn fold(operator: IntOperator, left: i64, right: i64) -> Option<i64> {
    let result = match operator {
        IntOperator::Add => left + right,
        IntOperator::Subtract => left - right,
        IntOperator::Multiply => left.checked_mul(right)?,
        IntOperator::FloorDivide => (right > 0).then(|| left.div_euclid(right))?,
        IntOperator::Remainder => (right > 0).then(|| left.rem_euclid(right))?,
        IntOperator::LeftShift => {
            ((0..62).contains(&right) && left << right >> right == left).then_some(left << right)?
        }
        IntOperator::RightShift => (right >= 0).then(|| left >> right.min(63))?,
        IntOperator::And => left & right,
        IntOperator::Or => left | right,
        IntOperator::Xor => left ^ right,
    };
    (MIN..=MAX).contains(&result).then_some(result)
}

/// Where a result lies, and whether that and the operands need no check.
fn result_interval(operator: IntOperator, (a, b): Interval, (c, d): Interval) -> (Interval, bool) {
    let wide = |low: i128, high: i128| {
        let is_safe = low >= i128::from(MIN) && high <= i128::from(MAX);
        let clamp = |bound: i128| bound.clamp(i128::from(MIN), i128::from(MAX)) as i64;
        ((clamp(low), clamp(high)), is_safe)
    };
    let [w, x, y, z] = [a, b, c, d].map(i128::from);
    match operator {
        IntOperator::Add => wide(w + y, x + z),
        IntOperator::Subtract => wide(w - z, x - y),
        IntOperator::Multiply => {
            let products = [w * y, w * z, x * y, x * z];
            let low = products.into_iter().fold(i128::MAX, i128::min);
            let high = products.into_iter().fold(i128::MIN, i128::max);
            wide(low, high)
        }
        IntOperator::FloorDivide => ((a.min(0), b.max(0)), c > 0),
        IntOperator::Remainder if c > 0 => ((0, d - 1), true),
        IntOperator::RightShift if a >= 0 => ((0, b), c >= 0),
        IntOperator::RightShift => ((a, b.max(0)), c >= 0),
        IntOperator::And if c >= 0 => ((0, d), true),
        IntOperator::And if a >= 0 => ((0, b), true),
        IntOperator::And | IntOperator::Or | IntOperator::Xor => ((MIN, MAX), true),
        IntOperator::Remainder | IntOperator::LeftShift => ((MIN, MAX), false),
    }
}

/// Whether a comparison has the same answer for all integers of two intervals.
fn decide(relation: Relation, (a, b): Interval, (c, d): Interval) -> Option<bool> {
    let less = if b < c {
        Some(true)
    } else if a >= d {
        Some(false)
    } else {
        None
    };
    let less_equal = if b <= c {
        Some(true)
    } else if a > d {
        Some(false)
    } else {
        None
    };
    let equal = if b < c || a > d { Some(false) } else { (a == b && c == d).then_some(true) };
    match relation {
        Relation::Less => less,
        Relation::LessEqual => less_equal,
        Relation::Equal => equal,
        Relation::NotEqual => equal.map(|equal| !equal),
        Relation::Greater => less_equal.map(|truth| !truth),
        Relation::GreaterEqual => less.map(|truth| !truth),
    }
}

impl Relation {
    /// The relation of integers that holds when this one does not.
    fn opposite(self) -> Relation {
        match self {
            Relation::Less => Relation::GreaterEqual,
            Relation::LessEqual => Relation::Greater,
            Relation::Equal => Relation::NotEqual,
            Relation::NotEqual => Relation::Equal,
            Relation::Greater => Relation::LessEqual,
            Relation::GreaterEqual => Relation::Less,
        }
    }
}

/// The loop without what nobody uses.
fn drop_unused(from: &Loop) -> Loop {
    let mut used: HashSet<Value> = from.parameters.iter().map(|parameter| parameter.next).collect();
    used.extend(from.parameters.iter().map(|parameter| parameter.value));
    for (index, op) in from.ops.iter().enumerate().rev() {
        let value = Value(index as u32);
        if has_effect(*op) || used.contains(&value) {
            used.insert(value);
            used.extend(op.operands());
            let writes = op.exit().map(|exit| &from.exits[exit.0 as usize].writes);
            used.extend(writes.into_iter().flatten().map(|(_, value)| *value));
        }
    }
    let mut to = Loop { head: from.head, ranges: from.ranges.clone(), ..Loop::default() };
    let mut renamed = HashMap::new();
    let mut exits: HashMap<u32, ExitId> = HashMap::new();
    let mut order = Vec::new();
    for (index, op) in from.ops.iter().enumerate() {
        let value = Value(index as u32);
        if used.contains(&value) {
            let op = op.map(
                |value| renamed[&value],
                |ExitId(exit)| {
                    *exits.entry(exit).or_insert_with(|| {
                        order.push(exit);
                        ExitId(order.len() as u32 - 1)
                    })
                },
            );
            renamed.insert(value, to.push(op));
        }
    }
    let rename = |value: &Value| renamed[value];
    to.parameters = from
        .parameters
        .iter()
        .map(|parameter| Parameter {
            value: rename(&parameter.value),
            next: rename(&parameter.next),
            ..*parameter
        })
        .collect();
    let exit = |number: &u32| {
        let Exit { resume, writes } = &from.exits[*number as usize];
        Exit {
            resume: *resume,
            writes: writes.iter().map(|(register, value)| (*register, rename(value))).collect(),
        }
    };
    to.exits = order.iter().map(exit).collect();
    to
}

/// Whether an operation matters though its value is not used: it may leave for what Python code can see.
fn has_effect(op: Op) -> bool {
    match op {
        Op::Guard(..) | Op::Next(..) | Op::Safepoint(_) => true,
        Op::Arithmetic(operator, .., exit) => {
            let only_overflows =
                matches!(operator, IntOperator::Add | IntOperator::Subtract | IntOperator::Multiply);
            exit.is_some() && !only_overflows
        }
        _ => false,
    }
}
