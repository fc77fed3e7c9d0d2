//! Opcodes and what the table says about each: operand kinds, cache words, effects.

use std::fmt;

/// Words of a call window that are reserved for the callee's frame header.
pub const CALL_HEADER: u32 = 5;

/// Words of a call window before its first positional argument: the callable, the header and the self slot.
pub const WINDOW: u32 = 1 + CALL_HEADER + 1;

/// How many registers an operand that names a run of temporaries covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Always this many.
    Fixed(u32),
    /// As many as the instruction's [`Operand::Count`] says.
    Counted,
    /// Twice the count: keys and values.
    Pairs,
    /// A call window with `count` arguments: [`WINDOW`]` + count`.
    Call,
    /// As many as the count has bits set.
    Bits,
    /// The low byte of the count, plus one, plus the rest of the count.
    Split,
}

impl Span {
    /// The number of registers, given the value of the instruction's count operand.
    pub const fn registers(self, count: u32) -> u32 {
        match self {
            Span::Fixed(registers) => registers,
            Span::Counted => count,
            Span::Pairs => count.saturating_mul(2),
            Span::Call => WINDOW.saturating_add(count),
            Span::Bits => count.count_ones(),
            Span::Split => (count & 0xff) + 1 + (count >> 8),
        }
    }
}

/// What one operand of an instruction means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Unused; encoded as zero.
    None,
    /// The register that receives the result. Writing a temporary drops nothing, writing a local drops its old
    /// value after the operation has succeeded.
    Dst,
    /// A register that is read: a temporary is consumed, a local is borrowed.
    Src,
    /// A register that is read and stays as it is, temporary or not.
    Keep,
    /// A temporary that is consumed and receives a result.
    Update,
    /// A run of temporaries that is consumed.
    Take(Span),
    /// A run of temporaries that is consumed and whose first register receives the result.
    TakeDst(Span),
    /// A run of temporaries that is consumed, then another run written at the same place.
    TakePut(Span, Span),
    /// A run of temporaries that is written.
    Put(Span),
    /// A run of temporaries that is reordered; as many as the count says.
    Permute,
    /// A local register, as a place rather than as a value.
    Local,
    /// A cell register.
    Cell,
    /// The count that a [`Span`] refers to.
    Count,
    /// A small number.
    Imm,
    /// Index in the constant table.
    Const,
    /// Index in the name table.
    Name,
    /// A signed 32-bit offset in `b` and `c`, in words, from the next instruction (behind the cache words).
    Jump,
    /// An unsigned offset, in words, from the next instruction (behind the cache words).
    Forward,
}

/// What an instruction may do beside its result, a set of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effects(u8);

impl Effects {
    /// Neither raises, nor calls, nor leaves the frame (dropping an old value is never counted).
    pub const NONE: Effects = Effects(0);
    /// May raise.
    pub const RAISES: Effects = Effects(1);
    /// May run arbitrary code natively, and so may raise and reach a safepoint.
    pub const CALLS: Effects = Effects(2 | 1);
    /// May leave the running frame: returns or suspends.
    pub const EXITS: Effects = Effects(4);
    /// May push a frame for a Python callee, or call natively.
    pub const ENTERS: Effects = Effects(4 | 2 | 1);
    /// Control never falls through to the next instruction.
    pub const ENDS: Effects = Effects(8);

    /// Whether all bits of `other` are set.
    pub const fn contains(self, other: Effects) -> bool {
        self.0 & other.0 == other.0
    }

    /// The union.
    pub const fn union(self, other: Effects) -> Effects {
        Effects(self.0 | other.0)
    }
}

/// One row of the table without its name.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// Lower-case name with underscores.
    pub mnemonic: &'static str,
    /// Kinds of `a`, `b`, `c`.
    pub operands: [Operand; 3],
    /// Inline cache words behind the instruction.
    pub cache: u8,
    /// What it may do.
    pub effects: Effects,
    /// One paragraph of documentation.
    pub documentation: &'static str,
}

macro_rules! declare_opcodes {
    ($(
        $(#[doc = $doc:literal])+
        $variant:ident $mnemonic:ident [$a:expr, $b:expr, $c:expr]
            cache $cache:literal effects $($effect:ident)|+;
    )*) => {
        /// The operation of an instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Opcode {
            $( $(#[doc = $doc])+ $variant, )*
        }

        impl Opcode {
            /// Every opcode, in numerical order.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$variant),*];
        }

        static DESCRIPTIONS: &[Description] = {
            use Operand::*;
            use Span::{Bits, Call, Counted, Fixed, Pairs, Split};
            &[$( Description {
                mnemonic: stringify!($mnemonic),
                operands: [$a, $b, $c],
                cache: $cache,
                effects: Effects::NONE$(.union(Effects::$effect))+,
                documentation: concat!($($doc, "\n"),+),
            } ),*]
        };
    };
}
crate::for_each_instruction!(declare_opcodes);

impl Opcode {
    /// The opcode with this number.
    pub fn from_number(number: u16) -> Option<Opcode> {
        Opcode::ALL.get(usize::from(number)).copied()
    }

    /// The opcode with this mnemonic.
    pub fn from_mnemonic(mnemonic: &str) -> Option<Opcode> {
        Opcode::ALL.iter().copied().find(|opcode| opcode.description().mnemonic == mnemonic)
    }

    /// The opcode's row of the table.
    pub const fn description(self) -> &'static Description {
        &DESCRIPTIONS[self as usize]
    }

    /// Number of inline cache words behind the instruction.
    pub const fn cache_words(self) -> usize {
        self.description().cache as usize
    }

    /// Whether control may reach the next instruction.
    pub fn falls_through(self) -> bool {
        !self.description().effects.contains(Effects::ENDS)
    }
}

impl fmt::Display for Opcode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.description().mnemonic)
    }
}
