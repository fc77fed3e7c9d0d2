#![doc = include_str!("../README.md")]

mod code;
mod disassemble;
mod instruction;
mod opcode;
mod table;
mod verify;

pub use code::{CellVariable, CodeFlags, CodeSpec, Const, ExceptionEntry, Position, PositionEntry, Wtf8};
pub use instruction::{Instruction, ParseInstructionError, word_operands};
pub use opcode::{CALL_HEADER, Description, Effects, Opcode, Operand, Span, WINDOW};
pub use verify::VerifyError;
