//! From the IR to machine code, by Cranelift.
//!
//! The function that is made keeps the contract of [`ungil_interp::trace::Entry`]. It checks the tags of all parameters, unpacks them,
//! and loops; each exit is a cold block that packs what it writes. Integers are 64-bit registers whose values fit 63 bits,
//! truths are bytes. The packing follows `interp/objects/src/word.rs`; this is the only file that knows Cranelift.

use std::mem::offset_of;
use std::sync::Arc;

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{
    AbiParam, Block, BlockArg, Function, InstBuilder, MemFlagsData, Signature, UserFuncName, Value as Clif,
    types,
};
use cranelift_codegen::isa::{self, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use ungil_interp::trace::NOT_ENTERED;
use ungil_objects::Word;
use ungil_objects::types::range::RangeState;

use crate::ir::{ExitId, FloatOperator, IntOperator, Loop, Op, Relation, Type, Value};

/// The bit in which the words of the truths differ.
const TRUTH_BIT: u64 = Word::TRUE.bits() ^ Word::FALSE.bits();
const FLOAT_ZERO: i64 = match Word::from_float(0.0) {
    Some(word) => word.bits() as i64,
    None => panic!("zero fits a word"),
};

/// The processor that code is made for: this one. `None` if traces do not run on it.
pub fn target() -> Option<Arc<dyn TargetIsa>> {
    if !cfg!(all(target_arch = "x86_64", unix)) {
        return None;
    }
    let mut flags = settings::builder();
    flags.set("opt_level", "speed").ok()?;
    flags.set("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }).ok()?;
    flags.set("unwind_info", "false").ok()?;
    isa::lookup(target_lexicon::Triple::host()).ok()?.finish(settings::Flags::new(flags)).ok()
}

/// The machine code of a loop; `None` if Cranelift refuses.
pub fn emit(isa: &dyn TargetIsa, source: &Loop) -> Option<Vec<u8>> {
    let mut signature = Signature::new(isa.default_call_conv());
    signature.params.extend([AbiParam::new(types::I64); 3]);
    signature.returns.push(AbiParam::new(types::I64));
    let mut context =
        Context::for_function(Function::with_name_signature(UserFuncName::default(), signature));
    let mut shared = FunctionBuilderContext::new();
    let mut emitter = Emitter::new(FunctionBuilder::new(&mut context.func, &mut shared), source);
    emitter.entry();
    emitter.body();
    emitter.ways_out();
    emitter.builder.seal_all_blocks();
    emitter.builder.finalize(isa.frontend_config());
    let compiled = context.compile(isa, &mut ControlPlane::default()).ok()?;
    compiled.buffer.relocs().is_empty().then(|| compiled.code_buffer().to_vec())
}

/// A range iterator's state, in machine registers.
#[derive(Copy, Clone)]
struct Range {
    start: Clif,
    step: Clif,
    len: Clif,
    position: Clif,
}

struct Emitter<'a> {
    builder: FunctionBuilder<'a>,
    source: &'a Loop,
    registers: Clif,
    breaker: Clif,
    ranges: Vec<Range>,
    head: Block,
    refuse: Block,
    exits: Vec<Block>,
    values: Vec<Option<Clif>>,
}

impl<'a> Emitter<'a> {
    fn new(mut builder: FunctionBuilder<'a>, source: &'a Loop) -> Emitter<'a> {
        let entry = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.switch_to_block(entry);
        let parameters = builder.block_params(entry);
        let (registers, breaker) = (parameters[0], parameters[1]);
        let (head, refuse) = (builder.create_block(), builder.create_block());
        let exits = source.exits.iter().map(|_| builder.create_block()).collect();
        let values = vec![None; source.ops.len()];
        Emitter { builder, source, registers, breaker, ranges: Vec::new(), head, refuse, exits, values }
    }

    /// Checks and unpacks what the loop carries, and loads the ranges.
    fn entry(&mut self) {
        let states = self.builder.block_params(self.builder.current_block().unwrap_or(self.head))[2];
        for number in 0..self.source.ranges.len() {
            let at = |field: usize| (number * size_of::<RangeState>() + field) as i32;
            let mut load =
                |field| self.builder.ins().load(types::I64, MemFlagsData::trusted(), states, at(field));
            let start = load(offset_of!(RangeState, start));
            let step = load(offset_of!(RangeState, step));
            let len = load(offset_of!(RangeState, len));
            let position = load(offset_of!(RangeState, position));
            self.ranges.push(Range { start, step, len, position });
        }
        let mut arguments = Vec::new();
        for parameter in &self.source.parameters {
            let word = self.builder.ins().load(
                types::I64,
                MemFlagsData::trusted(),
                self.registers,
                place(parameter.register),
            );
            arguments.push(BlockArg::Value(self.unpack(word, parameter.r#type)));
        }
        self.builder.ins().jump(self.head, &arguments);
        for parameter in &self.source.parameters {
            let value = self.builder.append_block_param(self.head, clif_type(parameter.r#type));
            self.values[parameter.value.0 as usize] = Some(value);
        }
    }

    /// The value in a word of this type; words of others refuse the entry.
    fn unpack(&mut self, word: Clif, r#type: Type) -> Clif {
        let ins = |emitter: &mut Self, condition| {
            let next = emitter.builder.create_block();
            emitter.builder.ins().brif(condition, next, &[], emitter.refuse, &[]);
            emitter.builder.switch_to_block(next);
        };
        match r#type {
            Type::Int => {
                let tag = self.builder.ins().band_imm_u(word, 1);
                ins(self, tag);
                self.builder.ins().sshr_imm_u(word, 1)
            }
            Type::Bool => {
                let folded = self.builder.ins().bor_imm_u(word, TRUTH_BIT as i64);
                let is_truth = self.builder.ins().icmp_imm_u(
                    IntCC::Equal,
                    folded,
                    Word::TRUE.bits().max(Word::FALSE.bits()) as i64,
                );
                ins(self, is_truth);
                self.builder.ins().icmp_imm_u(IntCC::Equal, word, Word::TRUE.bits() as i64)
            }
            Type::Float => {
                let tag = self.builder.ins().band_imm_u(word, 0b11);
                let is_float = self.builder.ins().icmp_imm_u(IntCC::Equal, tag, 0b10);
                ins(self, is_float);
                // The steps of `Word::float_unchecked`.
                let top = self.builder.ins().ushr_imm_u(word, 63);
                let two = self.builder.ins().iconst(types::I64, 2);
                let restored = self.builder.ins().isub(two, top);
                let rest = self.builder.ins().band_imm_s(word, !0b11);
                let restored = self.builder.ins().bor(rest, restored);
                let bits = self.builder.ins().rotr_imm_u(restored, 3);
                let is_zero = self.builder.ins().icmp_imm_s(IntCC::Equal, word, FLOAT_ZERO);
                let zero = self.builder.ins().iconst(types::I64, 0);
                let bits = self.builder.ins().select(is_zero, zero, bits);
                self.builder.ins().bitcast(types::F64, MemFlagsData::new(), bits)
            }
        }
    }

    fn body(&mut self) {
        self.builder.switch_to_block(self.head);
        for (index, op) in self.source.ops.iter().enumerate() {
            if let Some(value) = self.operation(*op) {
                self.values[index] = Some(value);
            }
        }
        let next: Vec<_> = self
            .source
            .parameters
            .iter()
            .map(|parameter| BlockArg::Value(self.value(parameter.next)))
            .collect();
        self.builder.ins().jump(self.head, &next);
    }

    fn value(&self, value: Value) -> Clif {
        self.values[value.0 as usize].expect("the optimiser keeps definitions before uses")
    }

    /// Goes on if a byte is not zero, leaves otherwise.
    fn unless_leave(&mut self, condition: Clif, exit: ExitId) {
        let next = self.builder.create_block();
        self.builder.ins().brif(condition, next, &[], self.exits[exit.0 as usize], &[]);
        self.builder.switch_to_block(next);
    }

    /// Leaves if a byte is not zero.
    fn leave_if(&mut self, condition: Clif, exit: ExitId) {
        let next = self.builder.create_block();
        self.builder.ins().brif(condition, self.exits[exit.0 as usize], &[], next, &[]);
        self.builder.switch_to_block(next);
    }

    fn operation(&mut self, op: Op) -> Option<Clif> {
        Some(match op {
            Op::Parameter(_) => return None,
            Op::Int(int) => self.builder.ins().iconst(types::I64, int),
            Op::Float(bits) => self.builder.ins().f64const(f64::from_bits(bits)),
            Op::Bool(truth) => self.builder.ins().iconst(types::I8, i64::from(truth)),
            Op::Arithmetic(operator, left, right, exit) => {
                let (left, right) = (self.value(left), self.value(right));
                self.arithmetic(operator, left, right, exit)
            }
            Op::FloatArithmetic(operator, left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                let ins = self.builder.ins();
                match operator {
                    FloatOperator::Add => ins.fadd(left, right),
                    FloatOperator::Subtract => ins.fsub(left, right),
                    FloatOperator::Multiply => ins.fmul(left, right),
                    FloatOperator::Divide => ins.fdiv(left, right),
                }
            }
            Op::ToFloat(value) => {
                let value = self.value(value);
                self.builder.ins().fcvt_from_sint(types::F64, value)
            }
            Op::Compare(relation, left, right) => {
                let r#type = self.source.type_of(left);
                let (left, right) = (self.value(left), self.value(right));
                match r#type {
                    Type::Float => self.builder.ins().fcmp(float_condition(relation), left, right),
                    _ => self.builder.ins().icmp(int_condition(relation), left, right),
                }
            }
            Op::Not(value) => {
                let value = self.value(value);
                self.builder.ins().bxor_imm_u(value, 1)
            }
            Op::Guard(value, expected, exit) => {
                let value = self.value(value);
                if expected {
                    self.unless_leave(value, exit);
                } else {
                    self.leave_if(value, exit);
                }
                return None;
            }
            Op::Next(range, exit) => self.next(range, exit),
            Op::Safepoint(exit) => {
                // An atomic load, so that each turn loads anew.
                let breaker =
                    self.builder.ins().atomic_load(types::I64, MemFlagsData::trusted(), self.breaker);
                self.leave_if(breaker, exit);
                return None;
            }
        })
    }

    fn arithmetic(&mut self, operator: IntOperator, left: Clif, right: Clif, exit: Option<ExitId>) -> Clif {
        match operator {
            IntOperator::Add => {
                let sum = self.builder.ins().iadd(left, right);
                self.check_fits(sum, exit)
            }
            IntOperator::Subtract => {
                let difference = self.builder.ins().isub(left, right);
                self.check_fits(difference, exit)
            }
            IntOperator::Multiply => match exit {
                Some(out) => {
                    let (product, overflows) = self.builder.ins().smul_overflow(left, right);
                    self.leave_if(overflows, out);
                    self.check_fits(product, exit)
                }
                None => self.builder.ins().imul(left, right),
            },
            IntOperator::FloorDivide | IntOperator::Remainder => {
                if let Some(exit) = exit {
                    let is_positive = self.builder.ins().icmp_imm_s(IntCC::SignedGreaterThan, right, 0);
                    self.unless_leave(is_positive, exit);
                }
                self.divide(operator, left, right)
            }
            IntOperator::LeftShift => {
                if let Some(exit) = exit {
                    let in_range = self.builder.ins().icmp_imm_u(IntCC::UnsignedLessThan, right, 62);
                    self.unless_leave(in_range, exit);
                }
                let shifted = self.builder.ins().ishl(left, right);
                if let Some(exit) = exit {
                    let doubled = self.builder.ins().ishl_imm_u(shifted, 1);
                    let back = self.builder.ins().sshr(doubled, right);
                    let back = self.builder.ins().sshr_imm_u(back, 1);
                    let fits = self.builder.ins().icmp(IntCC::Equal, back, left);
                    self.unless_leave(fits, exit);
                }
                shifted
            }
            IntOperator::RightShift => {
                if let Some(exit) = exit {
                    let in_range = self.builder.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, right, 0);
                    self.unless_leave(in_range, exit);
                }
                let most = self.builder.ins().iconst(types::I64, 63);
                let count = self.builder.ins().umin(right, most);
                self.builder.ins().sshr(left, count)
            }
            IntOperator::And => self.builder.ins().band(left, right),
            IntOperator::Or => self.builder.ins().bor(left, right),
            IntOperator::Xor => self.builder.ins().bxor(left, right),
        }
    }

    /// Leaves if a sum or product does not fit 63 bits: if its two highest bits differ.
    fn check_fits(&mut self, result: Clif, exit: Option<ExitId>) -> Clif {
        if let Some(exit) = exit {
            let doubled = self.builder.ins().ishl_imm_u(result, 1);
            let differ = self.builder.ins().bxor(doubled, result);
            let overflows = self.builder.ins().icmp_imm_s(IntCC::SignedLessThan, differ, 0);
            self.leave_if(overflows, exit);
        }
        result
    }

    /// Division by a positive number that rounds down.
    fn divide(&mut self, operator: IntOperator, left: Clif, right: Clif) -> Clif {
        let quotient = self.builder.ins().sdiv(left, right);
        let product = self.builder.ins().imul(quotient, right);
        let rest = self.builder.ins().isub(left, product);
        let sign = self.builder.ins().sshr_imm_u(rest, 63);
        if operator == IntOperator::FloorDivide {
            return self.builder.ins().iadd(quotient, sign);
        }
        let correction = self.builder.ins().band(right, sign);
        self.builder.ins().iadd(rest, correction)
    }

    /// Steps a range iterator as `RangeIterator::advance` does.
    fn next(&mut self, range: u32, exit: ExitId) -> Clif {
        let Range { start, step, len, position: place } = self.ranges[range as usize];
        let position = self.builder.ins().load(types::I64, MemFlagsData::trusted(), place, 0);
        let is_within = self.builder.ins().icmp(IntCC::UnsignedLessThan, position, len);
        self.unless_leave(is_within, exit);
        let distance = self.builder.ins().imul(step, position);
        let number = self.builder.ins().iadd(start, distance);
        let number = self.check_fits(number, Some(exit));
        let following = self.builder.ins().iadd_imm_u(position, 1);
        self.builder.ins().store(MemFlagsData::trusted(), following, place, 0);
        number
    }

    /// The blocks that leave.
    fn ways_out(&mut self) {
        for (number, exit) in self.source.exits.iter().enumerate() {
            let block = self.exits[number];
            self.builder.switch_to_block(block);
            self.builder.set_cold_block(block);
            for (register, value) in &exit.writes {
                let r#type = self.source.type_of(*value);
                let word = self.pack(self.value(*value), r#type);
                self.builder.ins().store(MemFlagsData::trusted(), word, self.registers, place(*register));
            }
            self.leave_with(number as u64);
        }
        self.builder.switch_to_block(self.refuse);
        self.builder.set_cold_block(self.refuse);
        self.leave_with(NOT_ENTERED);
    }

    fn leave_with(&mut self, number: u64) {
        let number = self.builder.ins().iconst(types::I64, number as i64);
        self.builder.ins().return_(&[number]);
    }

    /// The word of a value. Floats stay as they are: whoever called packs them, since not all fit a word.
    fn pack(&mut self, value: Clif, r#type: Type) -> Clif {
        match r#type {
            Type::Int => {
                let doubled = self.builder.ins().ishl_imm_u(value, 1);
                self.builder.ins().bor_imm_u(doubled, 1)
            }
            Type::Bool => {
                let [truth, falsehood] = [Word::TRUE, Word::FALSE]
                    .map(|word| self.builder.ins().iconst(types::I64, word.bits() as i64));
                self.builder.ins().select(value, truth, falsehood)
            }
            Type::Float => value,
        }
    }
}

/// Where a register lies, in bytes.
fn place(register: u32) -> i32 {
    (register as usize * size_of::<Word>()) as i32
}

fn clif_type(r#type: Type) -> cranelift_codegen::ir::Type {
    match r#type {
        Type::Int => types::I64,
        Type::Float => types::F64,
        Type::Bool => types::I8,
    }
}

fn int_condition(relation: Relation) -> IntCC {
    match relation {
        Relation::Less => IntCC::SignedLessThan,
        Relation::LessEqual => IntCC::SignedLessThanOrEqual,
        Relation::Equal => IntCC::Equal,
        Relation::NotEqual => IntCC::NotEqual,
        Relation::Greater => IntCC::SignedGreaterThan,
        Relation::GreaterEqual => IntCC::SignedGreaterThanOrEqual,
    }
}

fn float_condition(relation: Relation) -> FloatCC {
    match relation {
        Relation::Less => FloatCC::LessThan,
        Relation::LessEqual => FloatCC::LessThanOrEqual,
        Relation::Equal => FloatCC::Equal,
        Relation::NotEqual => FloatCC::NotEqual,
        Relation::Greater => FloatCC::GreaterThan,
        Relation::GreaterEqual => FloatCC::GreaterThanOrEqual,
    }
}
