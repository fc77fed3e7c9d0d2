//! Arithmetic and comparison: immediates in place, the rest by special methods.

use ungil_bytecode::Opcode;
use ungil_objects::class::{Operator, Unary};
use ungil_objects::error::Result;
use ungil_objects::protocol::compare::{self, Comparison};
use ungil_objects::protocol::{convert, operator};
use ungil_objects::types::float::Float;
use ungil_objects::types::int::Int;
use ungil_objects::types::text::{self, Str};
use ungil_objects::{Ref, Thread, Word};

use super::machine::{Machine, drop_word};

/// The operators that immediates know.
pub(super) trait Kernel {
    const OPERATOR: Operator;
    fn ints(_a: i64, _b: i64) -> Option<Word> {
        None
    }
    fn floats(_a: f64, _b: f64) -> Option<f64> {
        None
    }
}

macro_rules! kernels {
    ($($name:ident { $(ints: $ints:expr,)? $(floats: $floats:expr,)? })*) => {
        $(
            pub(super) struct $name;
            impl Kernel for $name {
                const OPERATOR: Operator = Operator::$name;
                $(#[inline(always)] fn ints(a: i64, b: i64) -> Option<Word> { let f: fn(i64, i64) -> Option<Word> = $ints; f(a, b) })?
                $(#[inline(always)] fn floats(a: f64, b: f64) -> Option<f64> { let f: fn(f64, f64) -> Option<f64> = $floats; f(a, b) })?
            }
        )*
    };
}

kernels! {
    // Immediates have 63 bits: sums and differences cannot overflow 64.
    Add { ints: |a, b| Word::from_int(a + b), floats: |a, b| Some(a + b), }
    Subtract { ints: |a, b| Word::from_int(a - b), floats: |a, b| Some(a - b), }
    Multiply { ints: |a, b| a.checked_mul(b).and_then(Word::from_int), floats: |a, b| Some(a * b), }
    MatrixMultiply {}
    TrueDivide { floats: |a, b| (b != 0.0).then(|| a / b), }
    FloorDivide {
        ints: |a, b| if !(-1..=0).contains(&b) { Word::from_int(a.div_euclid(b) - i64::from(b < 0 && a.rem_euclid(b) != 0)) } else { None },
    }
    Remainder { ints: |a, b| if b > 0 { Word::from_int(a.rem_euclid(b)) } else { None }, }
    Power {}
    LeftShift {
        ints: |a, b| if (0..62).contains(&b) && (a << b) >> b == a { Word::from_int(a << b) } else { None },
    }
    RightShift { ints: |a, b| if b >= 0 { Word::from_int(a >> b.min(63)) } else { None }, }
    And { ints: |a, b| Word::from_int(a & b), }
    Or { ints: |a, b| Word::from_int(a | b), }
    Xor { ints: |a, b| Word::from_int(a ^ b), }
}

/// Both operands as floats, if they are immediate numbers and at least one is a float.
#[inline(always)]
fn as_floats(a: Word, b: Word) -> Option<(f64, f64)> {
    if a.is_float() {
        if b.is_float() {
            return Some((a.float_unchecked(), b.float_unchecked()));
        }
        return b.is_int().then(|| (a.float_unchecked(), b.int_unchecked() as f64));
    }
    (a.is_int() && b.is_float()).then(|| (a.int_unchecked() as f64, b.float_unchecked()))
}

/// The result of an operator on immediates, if it is one.
#[inline(always)]
pub(super) fn immediates<K: Kernel>(left: Word, right: Word) -> Option<Word> {
    if left.is_int() && right.is_int() {
        return K::ints(left.int_unchecked(), right.int_unchecked());
    }
    let (left, right) = as_floats(left, right)?;
    Word::from_float(K::floats(left, right)?)
}

/// Whether this is `text + text`.
#[inline(always)]
fn joins_texts(m: &Machine<'_>, which: Operator, b: usize, right: Ref<'_>) -> bool {
    which == Operator::Add
        && m.registers.read(b).downcast_exact::<Str>(m.t).is_some()
        && right.downcast_exact::<Str>(m.t).is_some()
}

/// `b + right` of two strings. A left operand whose place the result takes is given up, so that its text may grow in place.
#[inline(always)]
fn concatenate(m: &mut Machine<'_>, a: usize, b: usize, right: Ref<'_>) {
    let left = if a == b || b >= m.first_temporary {
        let left = m.registers.take(b);
        m.registers.put(b, Word::UNBOUND);
        left
    } else {
        m.registers.read(b).to_value()
    };
    if let (Ok(left), Some(right)) = (left.downcast::<Str>(), right.downcast::<Str>()) {
        let whole = text::append(m.t, left, right);
        m.set_value(a, whole.into_value());
    }
}

/// `b + c` and the like.
#[inline(never)]
pub(super) fn binary(m: &mut Machine<'_>, which: Operator, a: usize, b: usize, c: usize) -> Result<()> {
    if joins_texts(m, which, b, m.registers.read(c)) {
        let right = m.operand(c);
        concatenate(m, a, b, right.get());
        return Ok(());
    }
    m.binary(a, b, c, |t, left, right| operator::binary(t, which, left, right))
}

/// `b + constant c` and the like.
#[inline(never)]
pub(super) fn binary_constant(
    m: &mut Machine<'_>,
    which: Operator,
    a: usize,
    b: usize,
    c: usize,
) -> Result<()> {
    let constant = m.constant(c);
    if joins_texts(m, which, b, constant) {
        concatenate(m, a, b, constant);
        return Ok(());
    }
    m.unary(a, b, |t, left| operator::binary(t, which, left, constant))
}

/// `b += c` and the like.
#[inline(never)]
pub(super) fn inplace(m: &mut Machine<'_>, which: Operator, a: usize, b: usize, c: usize) -> Result<()> {
    if joins_texts(m, which, b, m.registers.read(c)) {
        let right = m.operand(c);
        concatenate(m, a, b, right.get());
        return Ok(());
    }
    m.binary(a, b, c, |t, left, right| operator::inplace(t, which, left, right))
}

/// `b += constant c` and the like.
#[inline(never)]
pub(super) fn inplace_constant(
    m: &mut Machine<'_>,
    which: Operator,
    a: usize,
    b: usize,
    c: usize,
) -> Result<()> {
    let constant = m.constant(c);
    if joins_texts(m, which, b, constant) {
        concatenate(m, a, b, constant);
        return Ok(());
    }
    m.unary(a, b, |t, left| operator::inplace(t, which, left, constant))
}

/// The answer of a comparison between immediates.
#[inline(always)]
pub(super) fn compare_immediates(comparison: Comparison, left: Word, right: Word) -> Option<bool> {
    if left.is_int() && right.is_int() {
        return Some(comparison.holds(left.int_unchecked().cmp(&right.int_unchecked())));
    }
    let (left, right) = match (left.as_float(), right.as_float()) {
        (Some(left), Some(right)) => (left, right),
        _ => return None,
    };
    Some(match comparison {
        Comparison::Less => left < right,
        Comparison::LessEqual => left <= right,
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Greater => left > right,
        Comparison::GreaterEqual => left >= right,
    })
}

/// Writes a truth, or takes the conditional jump, so many words on, that consumes it. Returns where to go on.
#[inline(always)]
pub(super) fn deliver_truth(m: &mut Machine<'_>, words: usize, a: usize, truth: bool) -> *const u64 {
    let pc = m.pc.wrapping_add(words);
    // SAFETY: an instruction that falls through is followed by another.
    let next = unsafe { pc.read() };
    let wants = |opcode: Opcode| next as u32 == opcode as u32 | (a as u32) << 16;
    if a >= m.first_temporary {
        let (on_true, on_false) = (wants(Opcode::JumpIfTrue), wants(Opcode::JumpIfFalse));
        if on_true || on_false {
            let behind = pc.wrapping_add(2);
            let offset = (next >> 32) as u32 as i32;
            return if truth == on_true { behind.wrapping_offset(offset as isize) } else { behind };
        }
    }
    m.set(a, Word::from_bool(truth));
    m.pc.wrapping_add(words)
}

/// `jump_if_true_or_drop`, `jump_if_false_or_drop`: jumps with the operand if its truth is the expected one, else consumes it.
#[inline(always)]
pub(super) fn short_circuit(m: &mut Machine<'_>, a: usize, offset: isize, expected: bool) -> Result<()> {
    let copy = crate::frame::copy(m.registers.word(a), m.t);
    let truth = truth_of(m, a);
    if let Ok(truth) = truth
        && truth == expected
    {
        m.registers.put(a, copy);
        m.jump(offset as i32);
    } else if copy.owns_count() {
        drop_word(m.t, copy);
    }
    truth.map(drop)
}

/// `b < c` and the like.
#[inline(never)]
pub(super) fn compare(
    m: &mut Machine<'_>,
    comparison: Comparison,
    a: usize,
    b: usize,
    c: usize,
) -> Result<()> {
    m.binary(a, b, c, |t, left, right| compare::compare(t, comparison, left, right))
}

/// `b < constant c` and the like.
#[inline(never)]
pub(super) fn compare_constant(
    m: &mut Machine<'_>,
    comparison: Comparison,
    a: usize,
    b: usize,
    c: usize,
) -> Result<()> {
    let constant = m.constant(c);
    m.unary(a, b, |t, left| compare::compare(t, comparison, left, constant))
}

/// `-b`.
#[inline(always)]
pub(super) fn negative(m: &mut Machine<'_>, a: usize, b: usize) -> Result<()> {
    let word = m.registers.word(b);
    if let Some(int) = word.as_int() {
        let negated = Int::from_i64(m.t, -int);
        m.set_value(a, negated);
        return Ok(());
    }
    if let Some(float) = word.as_float() {
        let negated = Float::from_f64(m.t, -float);
        m.set_value(a, negated);
        return Ok(());
    }
    unary(m, Unary::Negative, a, b)
}

#[inline(always)]
pub(super) fn unary(m: &mut Machine<'_>, operator: Unary, a: usize, b: usize) -> Result<()> {
    m.unary(a, b, |t, operand| operator::unary(t, operator, operand))
}

/// The truth of an operand, which is consumed.
#[inline(always)]
pub(super) fn truth_of(m: &mut Machine<'_>, index: usize) -> Result<bool> {
    match m.registers.word(index) {
        Word::TRUE => Ok(true),
        Word::FALSE | Word::NONE => Ok(false),
        word if word.is_int() => Ok(word.int_unchecked() != 0),
        _ => {
            m.save();
            let operand = m.operand(index);
            let truth = truth_slow(m.t, operand.get());
            drop(operand);
            m.settle();
            truth
        }
    }
}

/// Whether an operand, which is consumed, is `None`.
#[inline(always)]
pub(super) fn is_none(m: &mut Machine<'_>, index: usize) -> bool {
    let is_none = m.registers.word(index).is_none();
    m.consume(index);
    m.settle();
    is_none
}

#[inline(never)]
fn truth_slow(t: &mut Thread, value: Ref<'_>) -> Result<bool> {
    convert::is_true(t, value)
}
