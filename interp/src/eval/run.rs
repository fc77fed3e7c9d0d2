//! The dispatch loop.

use std::hint::{black_box, cold_path};

use ungil_bytecode::Opcode;
use ungil_objects::class::{ClassFlags, Unary};
use ungil_objects::error::{Raised, Result};
use ungil_objects::protocol::compare::Comparison;
use ungil_objects::{Value, Word};

use super::arithmetic as math;
use super::machine::{Machine, Near, drop_word};
use super::specialise::{self, generalise};
use super::{
    attributes, calls, containers, exceptions, functions, iteration, names, patterns, subscripts,
    super_access, type_parameters,
};
use crate::generator;
use crate::safepoint;
use crate::trace::{self, Watcher};

/// Why the loop was left other than by a return.
pub(super) enum Exit {
    /// An instruction raised.
    Raised(Raised),
    /// An instruction raised again what was raised before.
    Again(Raised),
    /// The loop at whose head the machine is should be recorded.
    Hot,
    /// The watcher has seen enough.
    Watched,
}

/// The opcode and operands of the instruction at a program counter.
///
/// # Safety
/// An instruction of verified code lies there.
#[inline(always)]
unsafe fn decode(pc: *const u64) -> (Opcode, usize, usize, usize) {
    // SAFETY: promised by the caller; verified code holds opcodes only.
    unsafe {
        if cfg!(target_endian = "little") {
            // Volatile, so that these stay four loads: one load and shifts take twice the instructions.
            let quarter = |index| pc.cast::<u16>().add(index).read_volatile();
            let opcode = std::mem::transmute::<u16, Opcode>(quarter(0));
            (opcode, quarter(1).into(), quarter(2).into(), quarter(3).into())
        } else {
            let word = pc.read();
            let [a, b, c] = ungil_bytecode::word_operands(word);
            (std::mem::transmute::<u16, Opcode>(word as u16), a as usize, b as usize, c as usize)
        }
    }
}

/// How far the jump whose word lies right before a program counter leads.
#[inline(always)]
fn jump_offset(behind: *const u64) -> isize {
    // SAFETY: the word is the running instruction's.
    let word = unsafe { behind.sub(1).read() };
    (word >> 32) as u32 as i32 as isize
}

/// Executes instructions until the entry frame returns or one raises. Compiled twice: plain, and for recording.
#[allow(clippy::too_many_lines, reason = "one line an instruction")]
pub(super) fn execute<W: Watcher>(machine: &mut Machine<'_>, watcher: &mut W) -> Result<Value, Exit> {
    let mut near = Near::new(machine);
    let m = near.machine();
    macro_rules! checked {
        ($result:expr) => {
            match $result {
                Ok(value) => value,
                Err(raised) => {
                    cold_path();
                    return Err(Exit::Raised(raised));
                }
            }
        };
    }
    macro_rules! returned {
        ($result:expr) => {
            if let Some(value) = checked!($result) {
                return Ok(value);
            }
        };
    }
    // The program counter lives in a machine register; handlers see it, behind the instruction's word, as `m.pc`, and what they
    // leave there is where the loop goes on.
    let mut pc = m.pc;
    'next: loop {
        m.at = pc;
        if W::WATCHES {
            m.pc = pc;
            if watcher.sees(m) {
                return Err(Exit::Watched);
            }
        }
        // SAFETY: the program counter stays on instructions of verified code.
        let (mut opcode, mut a, mut b, mut c) = unsafe { decode(pc) };
        pc = pc.wrapping_add(1);
        m.pc = pc;
        /// Goes on so many words behind where the handler has left `m.pc`. Read from there, the program counter need not
        /// outlive the handler's calls.
        macro_rules! next {
            ($cache_words:expr) => {{
                pc = m.pc.wrapping_add($cache_words);
                continue 'next;
            }};
        }
        /// Goes on so many words behind `m.pc`, and where the jump leads from there if it is taken.
        macro_rules! jump {
            ($cache_words:expr, $taken:expr) => {{
                let offset = if $taken { jump_offset(m.pc) } else { 0 };
                pc = m.pc.wrapping_add($cache_words).wrapping_offset(offset);
                continue 'next;
            }};
        }
        /// Goes on with the general form of a specialised instruction whose cache does not hold.
        macro_rules! again_as {
            ($general:ident) => {{
                cold_path();
                generalise(m, Opcode::$general);
                m.pc = m.at;
            }};
        }
        /// A specialised form: what its cache has is delivered, or the general form runs.
        macro_rules! cached {
            ($found:expr, $word:ident => $deliver:expr, $cache_words:expr, $general:ident) => {
                match $found {
                    Some($word) => {
                        $deliver;
                        next!($cache_words);
                    }
                    None => again_as!($general),
                }
            };
        }
        macro_rules! cached_callable {
            ($found:expr) => {
                cached!($found, word => attributes::begin_window(m, a, word, Word::UNBOUND), 2, LoadGlobalCallable)
            };
        }
        macro_rules! cached_attribute {
            ($found:expr) => {
                cached!($found, word => m.consume_into(b, a, word), 3, LoadAttr)
            };
        }
        macro_rules! method {
            ($method:expr) => {{
                if !W::WATCHES && calls::call_method_at_once(m, $method, a, b) {
                    next!(0);
                }
                let receiver = m.moved(b);
                attributes::begin_window(m, a, $method, receiver);
                next!(3);
            }};
        }
        macro_rules! arithmetic {
            ($kernel:ident, $right:expr, $general:ident) => {{
                if let Some(word) = math::immediates::<math::$kernel>(m.registers.word(b), $right) {
                    m.set(a, word);
                    next!(1);
                }
                checked!(math::$general(m, <math::$kernel as math::Kernel>::OPERATOR, a, b, c));
                m.skip(1);
            }};
        }
        macro_rules! comparison {
            ($which:ident, $right:expr, $general:ident) => {{
                if let Some(truth) = math::compare_immediates(Comparison::$which, m.registers.word(b), $right)
                {
                    pc = math::deliver_truth(m, 1, a, truth);
                    continue 'next;
                }
                m.skip(1);
                checked!(math::$general(m, Comparison::$which, a, b, c));
            }};
        }
        macro_rules! identity {
            ($expected:literal) => {{
                let same = m.registers.word(b).is_same(m.registers.word(c));
                m.consume(b);
                m.consume(c);
                m.settle();
                pc = math::deliver_truth(m, 0, a, same == $expected);
                continue 'next;
            }};
        }
        macro_rules! containment {
            ($test:ident, $expected:literal) => {{
                m.skip(1);
                checked!(subscripts::$test(m, a, b, c, $expected));
                next!(0);
            }};
        }
        macro_rules! short_circuit {
            ($expected:literal) => {{
                let offset = jump_offset(m.pc);
                m.skip(1);
                checked!(math::short_circuit(m, a, offset, $expected));
            }};
        }
        // Goes round only for a prefix.
        loop {
            match opcode {
                Opcode::Wide => {
                    // The high halves of the operands of the instruction behind it.
                    // SAFETY: a prefix is followed by its instruction.
                    let low = unsafe { decode(pc) };
                    // Opaque, lest every instruction add nought or one to its program counter.
                    pc = black_box(pc.wrapping_add(1));
                    m.pc = pc;
                    (opcode, a, b, c) = (low.0, a << 16 | low.1, b << 16 | low.2, c << 16 | low.3);
                    continue;
                }
                Opcode::Nop => next!(0),
                Opcode::Move => {
                    let word = m.moved(b);
                    m.set(a, word);
                    next!(0);
                }
                Opcode::Copy => {
                    let word = crate::frame::copy(m.registers.word(b), m.t);
                    m.set(a, word);
                    next!(0);
                }
                Opcode::Drop => {
                    let word = m.registers.word(a);
                    if word.owns_count() {
                        m.save();
                        drop_word(m.t, word);
                    }
                    next!(0);
                }
                Opcode::Reverse => {
                    for index in 0..b / 2 {
                        let (low, high) = (a + index, a + b - 1 - index);
                        let word = m.registers.word(low);
                        m.registers.put(low, m.registers.word(high));
                        m.registers.put(high, word);
                    }
                }
                Opcode::LoadConst => {
                    let word = m.constant(b).word();
                    m.set(a, word);
                    next!(0);
                }
                Opcode::LoadCommonConstant => {
                    let class = names::common_constant(m, b);
                    m.set_value(a, class);
                }

                Opcode::CheckBound => {
                    if m.registers.word(a).is_unbound() {
                        return Err(Exit::Raised(names::unbound_local(m, a)));
                    }
                }
                Opcode::ClearLocal => m.set(a, Word::UNBOUND),
                Opcode::LoadGlobal => {
                    let word = checked!(names::load_global(m, b, false));
                    m.set(a, word);
                    m.skip(2);
                }
                Opcode::LoadGlobalModule => match names::load_cached_global(m) {
                    Some(word) => {
                        if !W::WATCHES
                            && let Some(value) = attributes::load_of_global(m, a, word)
                        {
                            m.set(a, value);
                            next!(6);
                        }
                        m.set(a, word);
                        next!(2);
                    }
                    None => again_as!(LoadGlobal),
                },
                Opcode::LoadGlobalBuiltin => {
                    cached!(names::load_cached_builtin(m), word => m.set(a, word), 2, LoadGlobal)
                }
                Opcode::LoadGlobalCallable => {
                    let word = checked!(names::load_global(m, b, true));
                    attributes::begin_window(m, a, word, Word::UNBOUND);
                    m.skip(2);
                }
                Opcode::LoadGlobalCallableModule => cached_callable!(names::load_cached_global(m)),
                Opcode::LoadGlobalCallableBuiltin => cached_callable!(names::load_cached_builtin(m)),
                Opcode::StoreGlobal => {
                    checked!(names::store_global(m, a, b));
                    m.skip(1);
                }
                Opcode::DeleteGlobal => checked!(names::delete_global(m, b)),
                Opcode::LoadName => {
                    let value = checked!(names::load_name(m, b));
                    m.set_value(a, value);
                    m.skip(2);
                }
                Opcode::StoreName => {
                    checked!(names::store_name(m, a, b));
                    m.skip(1);
                }
                Opcode::DeleteName => checked!(names::delete_name(m, b)),
                Opcode::LoadLocals => {
                    let value = checked!(names::load_locals(m));
                    m.set_value(a, value);
                }
                Opcode::LoadFromMappingOrGlobal => {
                    let value = checked!(names::load_from_mapping_or_global(m, b, c));
                    m.set_value(a, value);
                }
                Opcode::LoadFromMappingOrCell => {
                    let value = checked!(names::load_from_mapping_or_cell(m, b, c));
                    m.set_value(a, value);
                }
                Opcode::MakeCell => functions::make_cell(m, a, None),
                Opcode::MakeCellFrom => functions::make_cell(m, a, Some(b)),
                Opcode::LoadCell => {
                    let word = checked!(names::load_cell_word(m, b));
                    m.set(a, word);
                }
                Opcode::StoreCell => names::store_cell(m, a, b),
                Opcode::DeleteCell => checked!(names::delete_cell(m, a)),
                Opcode::CopyFreeVariables => names::copy_free_variables(m, a, b),
                Opcode::LoadBuildClass => {
                    let value = checked!(names::load_build_class(m));
                    m.set_value(a, value);
                }
                Opcode::SetupAnnotations => checked!(names::setup_annotations(m)),

                Opcode::LoadAttr => {
                    if let Some(word) = attributes::load_known(m, b, c) {
                        m.consume_into(b, a, word);
                        next!(3);
                    }
                    let word = checked!(attributes::load(m, b, c));
                    m.deliver(a, word);
                    next!(3);
                }
                Opcode::LoadAttrSlot => cached_attribute!(attributes::load_slot(m, b)),
                Opcode::LoadAttrClass => cached_attribute!(attributes::load_class_value(m, b)),
                Opcode::LoadAttrOfClass => cached_attribute!(attributes::load_value_of_class(m, b)),
                Opcode::LoadAttrModule => cached_attribute!(attributes::load_module_value(m, b)),
                Opcode::LoadMethod => {
                    if let Some(method) = attributes::known_method(m, b, c) {
                        method!(method);
                    }
                    checked!(attributes::load_method(m, a, b, c));
                    m.skip(3);
                }
                Opcode::LoadMethodClass => {
                    if let Some(method) = attributes::cached_method(m, b) {
                        method!(method);
                    }
                    again_as!(LoadMethod);
                }
                Opcode::LoadMethodOfClass => {
                    if attributes::load_cached_method_of_class(m, a, b) {
                        next!(3);
                    }
                    again_as!(LoadMethod);
                }
                Opcode::LoadMethodModule => {
                    if attributes::load_cached_module_function(m, a, b) {
                        next!(3);
                    }
                    again_as!(LoadMethod);
                }
                Opcode::StoreAttr => {
                    if attributes::store_known(m, a, b, c) {
                        next!(3);
                    }
                    checked!(attributes::store(m, a, b, c));
                    m.skip(3);
                }
                Opcode::StoreAttrSlot => match attributes::store_slot(m, a, b, c) {
                    Some(stored) => {
                        checked!(stored);
                        m.skip(3);
                    }
                    None => {
                        again_as!(StoreAttr);
                    }
                },
                Opcode::StoreAttrAdd => match attributes::store_new(m, a, b, c) {
                    Some(stored) => {
                        checked!(stored);
                        m.skip(3);
                    }
                    None => {
                        again_as!(StoreAttr);
                    }
                },
                Opcode::DeleteAttr => checked!(names::delete_attribute(m, a, b)),
                Opcode::LoadSuperAttr => {
                    let value = checked!(super_access::load(m, a, b, c != 0));
                    m.registers.put_value(a, value);
                    m.skip(2);
                }
                Opcode::LoadSuperMethod => {
                    checked!(super_access::load_method(m, a, b, c != 0));
                    m.skip(2);
                }

                Opcode::LoadSubscript => {
                    if let Some(word) = subscripts::item_at(m, b, m.registers.word(c)) {
                        m.consume_into(b, a, word);
                        next!(1);
                    }
                    checked!(subscripts::load(m, a, b, c));
                    m.skip(1);
                    next!(0);
                }
                Opcode::LoadSubscriptConst => {
                    if let Some(word) = subscripts::item_at(m, b, m.constant(c).word()) {
                        m.consume_into(b, a, word);
                        next!(1);
                    }
                    checked!(subscripts::load_constant(m, a, b, c));
                    m.skip(1);
                    next!(0);
                }
                Opcode::StoreSubscript => {
                    if subscripts::store_item(m, a, m.registers.word(b), c) {
                        next!(1);
                    }
                    checked!(subscripts::store(m, a, b, c));
                    m.skip(1);
                    next!(0);
                }
                Opcode::StoreSubscriptConst => {
                    if subscripts::store_item(m, a, m.constant(b).word(), c) {
                        next!(1);
                    }
                    checked!(subscripts::store_constant(m, a, b, c));
                    m.skip(1);
                    next!(0);
                }
                Opcode::DeleteSubscript => checked!(subscripts::delete(m, a, b)),
                Opcode::LoadSlice => {
                    checked!(subscripts::load_slice(m, a, b, c));
                    m.skip(1);
                    next!(0);
                }
                Opcode::StoreSlice => checked!(subscripts::store_slice(m, a, b, c)),
                Opcode::BuildSlice => subscripts::build_slice(m, a, b, c),

                Opcode::Add => arithmetic!(Add, m.registers.word(c), binary),
                Opcode::Subtract => arithmetic!(Subtract, m.registers.word(c), binary),
                Opcode::Multiply => arithmetic!(Multiply, m.registers.word(c), binary),
                Opcode::MatrixMultiply => arithmetic!(MatrixMultiply, m.registers.word(c), binary),
                Opcode::TrueDivide => arithmetic!(TrueDivide, m.registers.word(c), binary),
                Opcode::FloorDivide => arithmetic!(FloorDivide, m.registers.word(c), binary),
                Opcode::Remainder => arithmetic!(Remainder, m.registers.word(c), binary),
                Opcode::Power => arithmetic!(Power, m.registers.word(c), binary),
                Opcode::LeftShift => arithmetic!(LeftShift, m.registers.word(c), binary),
                Opcode::RightShift => arithmetic!(RightShift, m.registers.word(c), binary),
                Opcode::And => arithmetic!(And, m.registers.word(c), binary),
                Opcode::Or => arithmetic!(Or, m.registers.word(c), binary),
                Opcode::Xor => arithmetic!(Xor, m.registers.word(c), binary),
                Opcode::AddConst => arithmetic!(Add, m.constant(c).word(), binary_constant),
                Opcode::SubtractConst => arithmetic!(Subtract, m.constant(c).word(), binary_constant),
                Opcode::MultiplyConst => arithmetic!(Multiply, m.constant(c).word(), binary_constant),
                Opcode::MatrixMultiplyConst => {
                    arithmetic!(MatrixMultiply, m.constant(c).word(), binary_constant)
                }
                Opcode::TrueDivideConst => arithmetic!(TrueDivide, m.constant(c).word(), binary_constant),
                Opcode::FloorDivideConst => arithmetic!(FloorDivide, m.constant(c).word(), binary_constant),
                Opcode::RemainderConst => arithmetic!(Remainder, m.constant(c).word(), binary_constant),
                Opcode::PowerConst => arithmetic!(Power, m.constant(c).word(), binary_constant),
                Opcode::LeftShiftConst => arithmetic!(LeftShift, m.constant(c).word(), binary_constant),
                Opcode::RightShiftConst => arithmetic!(RightShift, m.constant(c).word(), binary_constant),
                Opcode::AndConst => arithmetic!(And, m.constant(c).word(), binary_constant),
                Opcode::OrConst => arithmetic!(Or, m.constant(c).word(), binary_constant),
                Opcode::XorConst => arithmetic!(Xor, m.constant(c).word(), binary_constant),
                Opcode::InplaceAdd => arithmetic!(Add, m.registers.word(c), inplace),
                Opcode::InplaceSubtract => arithmetic!(Subtract, m.registers.word(c), inplace),
                Opcode::InplaceMultiply => arithmetic!(Multiply, m.registers.word(c), inplace),
                Opcode::InplaceMatrixMultiply => arithmetic!(MatrixMultiply, m.registers.word(c), inplace),
                Opcode::InplaceTrueDivide => arithmetic!(TrueDivide, m.registers.word(c), inplace),
                Opcode::InplaceFloorDivide => arithmetic!(FloorDivide, m.registers.word(c), inplace),
                Opcode::InplaceRemainder => arithmetic!(Remainder, m.registers.word(c), inplace),
                Opcode::InplacePower => arithmetic!(Power, m.registers.word(c), inplace),
                Opcode::InplaceLeftShift => arithmetic!(LeftShift, m.registers.word(c), inplace),
                Opcode::InplaceRightShift => arithmetic!(RightShift, m.registers.word(c), inplace),
                Opcode::InplaceAnd => arithmetic!(And, m.registers.word(c), inplace),
                Opcode::InplaceOr => arithmetic!(Or, m.registers.word(c), inplace),
                Opcode::InplaceXor => arithmetic!(Xor, m.registers.word(c), inplace),
                Opcode::InplaceAddConst => arithmetic!(Add, m.constant(c).word(), inplace_constant),
                Opcode::InplaceSubtractConst => arithmetic!(Subtract, m.constant(c).word(), inplace_constant),
                Opcode::InplaceMultiplyConst => arithmetic!(Multiply, m.constant(c).word(), inplace_constant),
                Opcode::InplaceMatrixMultiplyConst => {
                    arithmetic!(MatrixMultiply, m.constant(c).word(), inplace_constant)
                }
                Opcode::InplaceTrueDivideConst => {
                    arithmetic!(TrueDivide, m.constant(c).word(), inplace_constant)
                }
                Opcode::InplaceFloorDivideConst => {
                    arithmetic!(FloorDivide, m.constant(c).word(), inplace_constant)
                }
                Opcode::InplaceRemainderConst => {
                    arithmetic!(Remainder, m.constant(c).word(), inplace_constant)
                }
                Opcode::InplacePowerConst => arithmetic!(Power, m.constant(c).word(), inplace_constant),
                Opcode::InplaceLeftShiftConst => {
                    arithmetic!(LeftShift, m.constant(c).word(), inplace_constant)
                }
                Opcode::InplaceRightShiftConst => {
                    arithmetic!(RightShift, m.constant(c).word(), inplace_constant)
                }
                Opcode::InplaceAndConst => arithmetic!(And, m.constant(c).word(), inplace_constant),
                Opcode::InplaceOrConst => arithmetic!(Or, m.constant(c).word(), inplace_constant),
                Opcode::InplaceXorConst => arithmetic!(Xor, m.constant(c).word(), inplace_constant),
                Opcode::Less => comparison!(Less, m.registers.word(c), compare),
                Opcode::LessEqual => comparison!(LessEqual, m.registers.word(c), compare),
                Opcode::Equal => comparison!(Equal, m.registers.word(c), compare),
                Opcode::NotEqual => comparison!(NotEqual, m.registers.word(c), compare),
                Opcode::Greater => comparison!(Greater, m.registers.word(c), compare),
                Opcode::GreaterEqual => comparison!(GreaterEqual, m.registers.word(c), compare),
                Opcode::LessConst => comparison!(Less, m.constant(c).word(), compare_constant),
                Opcode::LessEqualConst => comparison!(LessEqual, m.constant(c).word(), compare_constant),
                Opcode::EqualConst => comparison!(Equal, m.constant(c).word(), compare_constant),
                Opcode::NotEqualConst => comparison!(NotEqual, m.constant(c).word(), compare_constant),
                Opcode::GreaterConst => comparison!(Greater, m.constant(c).word(), compare_constant),
                Opcode::GreaterEqualConst => {
                    comparison!(GreaterEqual, m.constant(c).word(), compare_constant)
                }
                Opcode::Is => identity!(true),
                Opcode::IsNot => identity!(false),
                Opcode::Contains => containment!(contains, true),
                Opcode::NotContains => containment!(contains, false),
                Opcode::ContainsConst => containment!(contains_constant, true),
                Opcode::NotContainsConst => containment!(contains_constant, false),
                Opcode::Negative => {
                    checked!(math::negative(m, a, b));
                    m.skip(1);
                }
                Opcode::Positive => checked!(math::unary(m, Unary::Positive, a, b)),
                Opcode::Invert => checked!(math::unary(m, Unary::Invert, a, b)),
                Opcode::Not => {
                    let truth = checked!(math::truth_of(m, b));
                    pc = math::deliver_truth(m, 1, a, !truth);
                    continue 'next;
                }

                Opcode::Jump | Opcode::JumpBackwardNoInterrupt => jump!(0, true),
                Opcode::JumpBackward => {
                    m.pc = m.pc.wrapping_add(1).wrapping_offset(jump_offset(m.pc));
                    if m.is_adaptive() && !m.t.is_interrupted() {
                        if !W::WATCHES {
                            iteration::step_at_head(m);
                        }
                        next!(0);
                    }
                    if m.t.is_interrupted() {
                        m.save();
                        checked!(safepoint::reach(m.t));
                    }
                    if !m.is_adaptive() {
                        specialise::warm_up(m);
                    }
                }
                Opcode::JumpBackwardCounted => {
                    m.pc = m.pc.wrapping_add(1).wrapping_offset(jump_offset(m.pc));
                    if !m.t.state().breaker().is_clear() {
                        m.save();
                        checked!(safepoint::reach(m.t));
                    }
                    if !W::WATCHES && trace::hot::count(m) {
                        return Err(Exit::Hot);
                    }
                }
                Opcode::JumpBackwardTraced => {
                    m.pc = m.pc.wrapping_add(1).wrapping_offset(jump_offset(m.pc));
                    if !m.t.state().breaker().is_clear() {
                        m.save();
                        checked!(safepoint::reach(m.t));
                    }
                    trace::enter::enter(m);
                }
                Opcode::JumpIfTrue => jump!(1, checked!(math::truth_of(m, a))),
                Opcode::JumpIfFalse => jump!(1, !checked!(math::truth_of(m, a))),
                Opcode::JumpIfNone => jump!(0, math::is_none(m, a)),
                Opcode::JumpIfNotNone => jump!(0, !math::is_none(m, a)),
                Opcode::JumpIfTrueOrDrop => short_circuit!(true),
                Opcode::JumpIfFalseOrDrop => short_circuit!(false),

                Opcode::BuildTuple => containers::build_tuple(m, a, b, c),
                Opcode::BuildList => containers::build_list(m, a, b, c),
                Opcode::BuildSet => checked!(containers::build_set(m, a, b, c)),
                Opcode::BuildMap => checked!(containers::build_map(m, a, b, c)),
                Opcode::BuildString => checked!(containers::build_string(m, a, b, c)),
                Opcode::ListAppend => checked!(containers::list_append(m, a, b)),
                Opcode::ListExtend => checked!(containers::list_extend(m, a, b)),
                Opcode::ListToTuple => checked!(containers::list_to_tuple(m, a, b)),
                Opcode::SetAdd => checked!(containers::set_add(m, a, b)),
                Opcode::SetUpdate => checked!(containers::set_update(m, a, b)),
                Opcode::MapAdd => checked!(containers::map_add(m, a, b, c)),
                Opcode::DictUpdate => checked!(containers::dict_update(m, a, b)),
                Opcode::DictMerge => checked!(containers::dict_merge(m, a, b, c)),
                Opcode::UnpackSequence => {
                    checked!(containers::unpack_sequence(m, a, b, c));
                    m.skip(1);
                }
                Opcode::UnpackPair => {
                    checked!(containers::unpack_pair(m, a, b, c));
                    m.skip(1);
                    next!(0);
                }
                Opcode::UnpackExtended => checked!(containers::unpack_extended(m, a, b, c)),

                Opcode::Convert => checked!(containers::convert(m, a, b, c)),
                Opcode::FormatSimple => {
                    checked!(containers::format_simple(m, a, b));
                    m.skip(1);
                    next!(0);
                }
                Opcode::FormatPart => checked!(containers::format_part(m, a, b)),
                Opcode::FormatWithSpec => checked!(containers::format_with_spec(m, a, b, c)),
                Opcode::BuildInterpolation => checked!(type_parameters::build_interpolation(m, a, b, c)),
                Opcode::BuildTemplate => checked!(type_parameters::build_template(m, a, b, c)),

                Opcode::MakeFunction => checked!(functions::make_function(m, a, b, c)),
                Opcode::MakeGenerator => checked!(generator::make_of_expression(m, a, b, c)),
                Opcode::PushCallable => {
                    let word = m.moved(b);
                    attributes::begin_window(m, a, word, Word::UNBOUND);
                    next!(0);
                }
                Opcode::Call => {
                    m.skip(2);
                    checked!(calls::call_window(m, a, b, c));
                    next!(0);
                }
                Opcode::CallKw => {
                    m.skip(2);
                    checked!(calls::call_keywords(m, a, b, c));
                }
                Opcode::CallEx => {
                    m.skip(1);
                    checked!(calls::call_unpacked(m, a, b, c));
                }
                Opcode::ReturnValue => returned!(calls::return_register(m, a)),
                Opcode::ReturnConst => {
                    let word = m.constant(a).word();
                    returned!(calls::leave(m, word));
                }
                Opcode::Resume => {
                    if m.t.is_interrupted() {
                        m.save();
                        checked!(safepoint::reach(m.t));
                    }
                    next!(1);
                }

                Opcode::GetIter => {
                    m.skip(1);
                    checked!(iteration::get_iter(m, a, b));
                    next!(0);
                }
                Opcode::ForIter => {
                    if let Some(word) = iteration::next_item(m, b) {
                        m.set(a, word);
                        next!(1);
                    }
                    m.skip(1);
                    checked!(iteration::for_iter(m, a, b, c));
                    next!(0);
                }
                Opcode::ReturnGenerator => returned!(generator::make(m)),
                Opcode::YieldValue => returned!(generator::suspend(m, a, b)),
                Opcode::GetYieldFromIter => checked!(generator::yield_from_iterator(m, a, b)),
                Opcode::Send => {
                    m.skip(1);
                    checked!(iteration::send(m, a, b, c));
                }
                Opcode::EndSend => {
                    let value = m.moved(c);
                    m.consume(b);
                    m.deliver(a, value);
                }
                Opcode::CleanupThrow => checked!(generator::cleanup_throw(m, a)),
                Opcode::GetAwaitable => checked!(generator::get_awaitable(m, a, b, c)),
                Opcode::GetAsyncIter => checked!(generator::get_async_iterator(m, a, b)),
                Opcode::GetAsyncNext => checked!(generator::get_async_next(m, a, b)),
                Opcode::EndAsyncFor => {
                    if let Some(raised) = generator::end_async_for(m, a) {
                        return Err(Exit::Again(raised));
                    }
                }
                Opcode::AsyncGeneratorWrap => generator::wrap_async_value(m, a, b),
                Opcode::WrapStopIteration => exceptions::wrap_stop_iteration(m, a, b),

                Opcode::Raise => return Err(Exit::Raised(exceptions::raise(m, a))),
                Opcode::RaiseFrom => return Err(Exit::Raised(exceptions::raise_from(m, a, b))),
                Opcode::RaiseCurrent => return Err(Exit::Again(exceptions::raise_current(m))),
                Opcode::Reraise => return Err(Exit::Again(exceptions::reraise(m, a))),
                Opcode::EnterHandler => exceptions::enter_handler(m, a, b),
                Opcode::LeaveHandler => exceptions::leave_handler(m, a),
                Opcode::ReraiseHandled => {
                    let previous = m.registers.take(a + 1);
                    exceptions::set_handled(m, previous);
                    return Err(Exit::Again(exceptions::reraise(m, a)));
                }
                Opcode::UnwindHandler => {
                    let raised = exceptions::reraise(m, a + 2);
                    exceptions::leave_handler(m, a);
                    return Err(Exit::Again(raised));
                }
                Opcode::MatchException => checked!(exceptions::match_exception(m, a, b, c)),
                Opcode::SplitExceptionGroup => checked!(exceptions::split_group(m, a, b, c)),
                Opcode::PrepareReraiseStar => checked!(exceptions::prepare_reraise_star(m, a, b, c)),
                Opcode::BeforeWith => checked!(exceptions::before_with(m, a, b, c != 0)),
                Opcode::PushExit => exceptions::push_exit(m, a, b),
                Opcode::PushExitException => exceptions::push_exit_exception(m, a, b, c),

                Opcode::ImportName => checked!(functions::import_name(m, a, b, c)),
                Opcode::ImportFrom => checked!(functions::import_from(m, a, b, c)),
                Opcode::ImportStar => checked!(functions::import_star(m, a)),

                Opcode::GetLen => checked!(patterns::length(m, a, b)),
                Opcode::MatchMapping => patterns::has_flag(m, a, b, ClassFlags::MAPPING),
                Opcode::MatchSequence => patterns::has_flag(m, a, b, ClassFlags::SEQUENCE),
                Opcode::MatchKeys => checked!(patterns::match_keys(m, a, b, c)),
                Opcode::MatchClass => checked!(patterns::match_class(m, a, b)),

                Opcode::MakeTypeVariable
                | Opcode::MakeTypeVariableBound
                | Opcode::MakeTypeVariableConstrained
                | Opcode::MakeParameterSpecification
                | Opcode::MakeTypeVariableTuple
                | Opcode::SetTypeParameterDefault
                | Opcode::SetFunctionTypeParameters
                | Opcode::SubscriptGeneric
                | Opcode::MakeTypeAlias => {
                    // Read again: kept for these alone, the opcode would take a machine register from all instructions.
                    // SAFETY: the instruction lies before the program counter.
                    let opcode = unsafe { decode(m.pc.wrapping_sub(1)) }.0;
                    checked!(type_parameters::execute(m, opcode, a, b, c));
                }

                Opcode::PrintExpression => checked!(functions::print_expression(m, a)),
            }
            pc = m.pc;
            continue 'next;
        }
    }
}
