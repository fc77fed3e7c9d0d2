//! The instruction format: one 64-bit word, `op:16 | a:16 | b:16 | c:16`, `op` in the low bits.
//!
//! A [`Opcode::Wide`] word in front carries the high halves of the next instruction's `a`, `b` and `c`. A
//! [`Operand::Jump`] is a signed 32-bit number of which `b` holds the low half and `c` the high half; it never
//! needs the prefix. Offsets count words from the next instruction, which is behind this one's cache words.
//! Cache words follow an instruction and are zero in a code description.

use std::fmt;
use std::str::FromStr;

use crate::opcode::{Opcode, Operand};

/// A decoded instruction: an opcode and three operands, the prefix already applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// The operation.
    pub opcode: Opcode,
    /// The three operands; see [`Opcode::description`] for what they mean.
    pub operands: [u32; 3],
}

const HALF: u32 = 0xffff;

fn word(opcode: Opcode, operands: [u32; 3]) -> u64 {
    operands
        .iter()
        .zip([16, 32, 48])
        .fold(opcode as u64, |word, (&operand, shift)| word | u64::from(operand & HALF) << shift)
}

/// The low halves of a word's three operands.
#[inline(always)]
pub fn word_operands(word: u64) -> [u32; 3] {
    [(word >> 16) as u32 & HALF, (word >> 32) as u32 & HALF, (word >> 48) as u32]
}

impl Instruction {
    /// An instruction with these operands.
    pub fn new(opcode: Opcode, a: u32, b: u32, c: u32) -> Instruction {
        Instruction { opcode, operands: [a, b, c] }
    }

    /// A jump whose first operand is `a`.
    pub fn jump(opcode: Opcode, a: u32, offset: i32) -> Instruction {
        let offset = offset as u32;
        Instruction::new(opcode, a, offset & HALF, offset >> 16)
    }

    /// Whether the instruction needs a prefix word.
    pub fn is_wide(&self) -> bool {
        self.operands.iter().any(|&operand| operand > HALF)
    }

    /// Words taken, with prefix and cache.
    pub fn length(&self) -> usize {
        usize::from(self.is_wide()) + 1 + self.opcode.cache_words()
    }

    /// Appends the instruction's words, cache words as zeros.
    pub fn encode(&self, words: &mut Vec<u64>) {
        if self.is_wide() {
            words.push(word(Opcode::Wide, self.operands.map(|operand| operand >> 16)));
        }
        words.push(word(self.opcode, self.operands));
        words.extend(std::iter::repeat_n(0, self.opcode.cache_words()));
    }

    /// Decodes the instruction that begins at `index` (with its prefix, if it has one) and says where the next one
    /// begins. `None` if there is no valid instruction.
    pub fn decode(words: &[u64], index: usize) -> Option<(Instruction, usize)> {
        let first = *words.get(index)?;
        let opcode = Opcode::from_number(first as u16)?;
        if opcode != Opcode::Wide {
            let next = index + 1 + opcode.cache_words();
            return (next <= words.len())
                .then(|| (Instruction { opcode, operands: word_operands(first) }, next));
        }
        let second = *words.get(index + 1)?;
        let opcode = Opcode::from_number(second as u16).filter(|&opcode| opcode != Opcode::Wide)?;
        let (high, low) = (word_operands(first), word_operands(second));
        let operands = std::array::from_fn(|operand| high[operand] << 16 | low[operand]);
        let next = index + 2 + opcode.cache_words();
        (next <= words.len()).then_some((Instruction { opcode, operands }, next))
    }

    /// The signed offset of an instruction with an [`Operand::Jump`] or [`Operand::Forward`].
    pub fn offset(&self) -> Option<i32> {
        let [_, b, c] = self.operands;
        match self.opcode.description().operands {
            [_, Operand::Jump, _] => Some((b & HALF | c << 16) as i32),
            [_, _, Operand::Forward] => i32::try_from(c).ok(),
            _ => None,
        }
    }

    /// The value of the operand of kind [`Operand::Count`], or zero.
    pub fn count(&self) -> u32 {
        self.kinds().find(|(kind, _)| *kind == Operand::Count).map_or(0, |(_, value)| value)
    }

    /// Operand kinds with their values.
    pub fn kinds(&self) -> impl Iterator<Item = (Operand, u32)> {
        self.opcode.description().operands.into_iter().zip(self.operands)
    }
}

impl fmt::Display for Instruction {
    /// The form that [`Instruction::from_str`] reads: registers as `r1`, constants as `#1`, names as `@1`, offsets
    /// with a sign, counts and small numbers bare.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.opcode)?;
        let mut separator = " ";
        for (kind, value) in self.kinds() {
            match kind {
                Operand::None => continue,
                Operand::Const => write!(formatter, "{separator}#{value}")?,
                Operand::Name => write!(formatter, "{separator}@{value}")?,
                Operand::Count | Operand::Imm => write!(formatter, "{separator}{value}")?,
                Operand::Jump | Operand::Forward => {
                    write!(formatter, "{separator}{:+}", self.offset().unwrap_or(0))?
                }
                _ => write!(formatter, "{separator}r{value}")?,
            }
            separator = ", ";
        }
        Ok(())
    }
}

/// Why a line of text is no instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseInstructionError(String);

impl fmt::Display for ParseInstructionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "not an instruction: {}", self.0)
    }
}

impl std::error::Error for ParseInstructionError {}

impl FromStr for Instruction {
    type Err = ParseInstructionError;

    fn from_str(text: &str) -> Result<Instruction, ParseInstructionError> {
        parse(text).ok_or_else(|| ParseInstructionError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Instruction> {
    let (mnemonic, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let opcode = Opcode::from_mnemonic(mnemonic)?;
    let mut fields = rest.split(',').map(str::trim).filter(|field| !field.is_empty());
    let mut operands = [0; 3];
    for (index, kind) in opcode.description().operands.into_iter().enumerate() {
        match kind {
            Operand::None => {}
            Operand::Jump => {
                let offset = fields.next()?.parse::<i32>().ok()? as u32;
                (operands[1], operands[2]) = (offset & HALF, offset >> 16);
            }
            _ => {
                let prefix = match kind {
                    Operand::Const => "#",
                    Operand::Name => "@",
                    Operand::Forward => "+",
                    Operand::Count | Operand::Imm => "",
                    _ => "r",
                };
                operands[index] = fields.next()?.strip_prefix(prefix)?.parse().ok()?;
            }
        }
    }
    fields.next().is_none().then_some(Instruction { opcode, operands })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An instruction with every operand in use set to something that fills `bits` bits.
    fn sample(opcode: Opcode, bits: u32) -> Instruction {
        let mut operands = [0; 3];
        for (index, kind) in opcode.description().operands.into_iter().enumerate() {
            match kind {
                Operand::None => {}
                Operand::Jump => (operands[1], operands[2]) = (0xfff0 + index as u32, 0xffff),
                Operand::Forward => operands[index] = (1 << (bits - 1)) - 5,
                _ => operands[index] = (1 << bits) - 1 - index as u32,
            }
        }
        Instruction { opcode, operands }
    }

    #[test]
    fn every_instruction_disassembles_and_parses_back() {
        for &opcode in Opcode::ALL {
            for bits in [9, 16, 28] {
                let instruction = sample(opcode, bits);
                assert_eq!(instruction.to_string().parse(), Ok(instruction));
            }
        }
    }

    #[test]
    fn every_instruction_encodes_and_decodes() {
        for &opcode in Opcode::ALL.iter().filter(|&&opcode| opcode != Opcode::Wide) {
            for bits in [9, 16, 28] {
                let instruction = sample(opcode, bits);
                let mut words = Vec::new();
                instruction.encode(&mut words);
                assert_eq!(words.len(), instruction.length());
                assert_eq!(Instruction::decode(&words, 0), Some((instruction, words.len())));
            }
        }
    }

    #[test]
    fn jump_offsets_are_signed() {
        let instruction = Instruction::jump(Opcode::JumpIfTrue, 7, -3);
        assert_eq!(instruction.offset(), Some(-3));
        assert_eq!(instruction.to_string(), "jump_if_true r7, -3");
        assert!(!instruction.is_wide());
    }

    #[test]
    fn nonsense_does_not_parse() {
        for text in ["", "fly r1", "add r1, r2", "add r1, r2, #3", "add r1, r2, r3, r4", "jump here"] {
            assert!(text.parse::<Instruction>().is_err(), "{text}");
        }
    }

    #[test]
    fn truncated_code_does_not_decode() {
        let mut words = Vec::new();
        Instruction::new(Opcode::LoadAttr, 0, 1 << 16, 0).encode(&mut words);
        for length in 0..words.len() {
            assert_eq!(Instruction::decode(&words[..length], 0), None);
        }
    }
}
