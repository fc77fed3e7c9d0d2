//! `_opcode`: the instructions of code objects, for the module `dis`.

use ungil_bytecode::{Instruction, Operand};
use ungil_macros::module;
use ungil_objects::types::int::Int;
use ungil_objects::types::list::List;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Object, Thread, Value};

use crate::code::Code;

/// Instructions of code objects.
#[module(name = "_opcode")]
pub mod opcode {
    use super::*;

    /// Return the code and all code among its constants as text.
    #[function]
    fn disassemble(code: &Object<Code>) -> String {
        code.spec.to_text()
    }

    /// Return the instructions: offset, name, number, operands, the value that an operand stands for, target of a jump.
    #[function]
    fn instructions(t: &mut Thread, code: &Object<Code>) -> Value {
        let mut instructions = Vec::new();
        for (index, instruction) in code.spec.instructions() {
            let operands = instruction.kinds().filter(|(kind, _)| *kind != Operand::None);
            let operands: Vec<Value> = operands.map(|(_, value)| Int::from_u64(t, value.into())).collect();
            let target = code.spec.target(index, &instruction);
            let parts = [
                Int::from_u64(t, index as u64),
                Str::from_str(t, &instruction.opcode.description().mnemonic.to_uppercase()).into_value(),
                Value::from_i32(instruction.opcode as i32),
                Tuple::from_values(t, operands).into_value(),
                stands_for(t, code, &instruction),
                target.map_or(Value::NONE, |target| Int::from_u64(t, target as u64)),
            ];
            instructions.push(Tuple::from_values(t, parts).into_value());
        }
        List::from_values(t, instructions).into_value()
    }
}

/// The constant or name that an operand refers to, else the name of the first register that has one.
fn stands_for(t: &Thread, code: &Object<Code>, instruction: &Instruction) -> Value {
    let mut register = None;
    for (kind, value) in instruction.kinds() {
        match kind {
            Operand::Const if (value as usize) < code.spec.consts.len() => {
                return code.constant(value as usize).to_value();
            }
            Operand::Name if (value as usize) < code.spec.names.len() => {
                return code.name(value as usize).to_value();
            }
            Operand::Dst | Operand::Src | Operand::Keep | Operand::Local | Operand::Cell => {
                register = register.or_else(|| code.spec.register_name(value));
            }
            _ => {}
        }
    }
    register.map_or(Value::NONE, |name| Str::from_str(t, name).into_value())
}
