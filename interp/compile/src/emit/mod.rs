//! From instructions with labels to a code description.
//!
//! [`unit`] collects the instructions of one block and follows the stack of temporaries; [`bound`] removes checks of
//! locals that are provably bound; [`assemble`] resolves registers and labels and writes words and tables.

mod assemble;
mod bound;
pub mod constants;
pub mod unit;

use ungil_bytecode::{Effects, Opcode, Operand};

use crate::syntax::TextRange;

/// A register before the layout of the frame is known: three bits of bank over an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Register(u32);

/// The banks of registers of a frame, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bank {
    /// Arguments and named locals.
    Local,
    /// Locals without a place in `co_varnames`.
    Hidden,
    /// Cell variables.
    Cell,
    /// Free variables.
    Free,
    /// Temporaries.
    Temporary,
}

const INDEX_BITS: u32 = 29;

impl Register {
    pub const fn new(bank: Bank, index: u32) -> Register {
        Register((bank as u32) << INDEX_BITS | index)
    }

    pub const fn temporary(index: u32) -> Register {
        Register::new(Bank::Temporary, index)
    }

    pub fn bank(self) -> Bank {
        match self.0 >> INDEX_BITS {
            0 => Bank::Local,
            1 => Bank::Hidden,
            2 => Bank::Cell,
            3 => Bank::Free,
            _ => Bank::Temporary,
        }
    }

    pub fn index(self) -> u32 {
        self.0 & ((1 << INDEX_BITS) - 1)
    }

    pub fn is_temporary(self) -> bool {
        self.bank() == Bank::Temporary
    }
}

impl From<Register> for u32 {
    fn from(register: Register) -> u32 {
        register.0
    }
}

/// A place in the code, known once it is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(pub usize);

/// An exception handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandlerId(pub usize);

/// An instruction before layout.
#[derive(Clone, Copy, Debug)]
pub struct Op {
    pub opcode: Opcode,
    /// Operands; registers as [`Register`] words.
    pub operands: [u32; 3],
    pub target: Option<Label>,
    /// Live depth.
    pub live: u32,
    pub handler: Option<HandlerId>,
    /// Source range: empty for a line as a whole; empty at zero if it has none.
    pub range: TextRange,
}

impl Op {
    /// Operands that are registers.
    pub fn registers(&self) -> impl Iterator<Item = (Operand, Register)> {
        let kinds = self.opcode.description().operands.into_iter().zip(self.operands);
        kinds.filter(|(kind, _)| is_register(*kind)).map(|(kind, value)| (kind, Register(value)))
    }

    pub fn may_raise(&self) -> bool {
        self.opcode.description().effects.contains(Effects::RAISES)
    }
}

fn is_register(kind: Operand) -> bool {
    !matches!(
        kind,
        Operand::None
            | Operand::Count
            | Operand::Imm
            | Operand::Const
            | Operand::Name
            | Operand::Jump
            | Operand::Forward
    )
}
