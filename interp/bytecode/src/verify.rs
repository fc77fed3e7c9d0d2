//! The verifier: checks that a code description keeps the rules that the eval loop relies on.
//!
//! It walks every path from the entry and from every handler with the number of temporaries alive, and demands:
//! instructions are whole, jumps land on instruction starts, indexes of constants, names and registers are in range,
//! temporaries are consumed and written as a stack, each consumed once, the live depth recorded for an instruction is
//! what remains when its operands are taken, which is nothing at a return, paths that meet agree on the depth, handlers find the temporaries they keep.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use crate::code::{CodeSpec, Const};
use crate::instruction::Instruction;
use crate::opcode::{Effects, Opcode, Operand};

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// The code's qualified name.
    pub code: Box<str>,
    /// The word at fault.
    pub word: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at word {}: {}", self.code, self.word, self.message)
    }
}

impl std::error::Error for VerifyError {}

impl CodeSpec {
    /// Checks this code and all code among its constants.
    ///
    /// # Errors
    /// The first broken rule found.
    pub fn verify(&self) -> Result<(), VerifyError> {
        let mut verifier = Verifier { code: self, depths: HashMap::new(), work: Vec::new() };
        verifier.check_tables()?;
        verifier.walk()?;
        self.consts.iter().try_for_each(|constant| match constant {
            Const::Code(code) => code.verify(),
            _ => Ok(()),
        })
    }
}

struct Verifier<'a> {
    code: &'a CodeSpec,
    /// Depth on entry to each instruction that was reached.
    depths: HashMap<usize, u32>,
    work: Vec<usize>,
}

/// What an instruction does to the stack of temporaries.
struct Transfer {
    /// Temporaries left when the consumed ones are gone.
    live: u32,
    /// Depth behind the instruction.
    fallthrough: u32,
    /// Depth at the jump's target.
    jump: u32,
}

impl Verifier<'_> {
    fn fail<T>(&self, word: usize, message: impl Into<String>) -> Result<T, VerifyError> {
        Err(VerifyError { code: self.code.qualname.clone(), word, message: message.into() })
    }

    fn check_tables(&self) -> Result<(), VerifyError> {
        let code = self.code;
        if code.live_depth.len() != code.words.len() {
            return self.fail(0, "the live depths do not cover the words");
        }
        if code.n_locals as usize != code.varnames.len() + code.hidden_locals.len()
            || code.n_cells as usize != code.cellvars.len() + code.freevars.len()
            || code.n_registers < code.first_temporary()
        {
            return self.fail(0, "register counts do not match the name tables");
        }
        if !code.positions.is_sorted_by_key(|entry| entry.start) {
            return self.fail(0, "positions are not in order");
        }
        let decoded = code.instructions().map(|(index, instruction)| index + instruction.length()).last();
        if decoded != Some(code.words.len()) {
            return self.fail(decoded.unwrap_or(0), "no whole instruction");
        }
        Ok(())
    }

    fn walk(&mut self) -> Result<(), VerifyError> {
        self.reach(0, 0, 0)?;
        while let Some(index) = self.work.pop() {
            let Some((instruction, next)) = Instruction::decode(&self.code.words, index) else {
                return self.fail(index, "no instruction");
            };
            self.check_indexes(index, &instruction)?;
            let depth = self.depths[&index];
            let transfer = self.transfer(index, &instruction, depth)?;
            if u32::from(self.code.live_depth[index]) != transfer.live {
                return self.fail(
                    index,
                    format!("live depth is {}, recorded {}", transfer.live, self.code.live_depth[index]),
                );
            }
            self.reach_handler(index, &instruction, transfer.live)?;
            if let Some(target) = self.code.target(index, &instruction) {
                self.reach(index, target, transfer.jump)?;
            }
            if instruction.opcode.falls_through() {
                self.reach(index, next, transfer.fallthrough)?;
            }
        }
        let starts =
            self.code.instructions().map(|(index, _)| index).collect::<std::collections::HashSet<_>>();
        match self.depths.keys().find(|index| !starts.contains(index)) {
            Some(&index) => self.fail(index, "a jump lands inside an instruction"),
            None => Ok(()),
        }
    }

    /// Notes that control reaches `target` with `depth` temporaries.
    fn reach(&mut self, from: usize, target: usize, depth: u32) -> Result<(), VerifyError> {
        if target >= self.code.words.len() {
            return self.fail(from, "control leaves the code");
        }
        if self.code.first_temporary() + depth > self.code.n_registers {
            return self.fail(from, format!("{depth} temporaries exceed the frame"));
        }
        match self.depths.insert(target, depth) {
            None => self.work.push(target),
            Some(known) if known != depth => {
                return self.fail(
                    target,
                    format!("reached with {known} and, from {from}, with {depth} temporaries"),
                );
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn reach_handler(
        &mut self,
        index: usize,
        instruction: &Instruction,
        live: u32,
    ) -> Result<(), VerifyError> {
        if !instruction.opcode.description().effects.contains(Effects::RAISES) {
            return Ok(());
        }
        // Behind a prefix the instruction's own word is the one that raises.
        let word = index + usize::from(instruction.is_wide());
        let Some(&entry) = self.code.handler(word as u32) else { return Ok(()) };
        if u32::from(entry.depth) > live {
            return self.fail(index, format!("the handler keeps {} of {live} temporaries", entry.depth));
        }
        self.reach(index, entry.target as usize, u32::from(entry.depth) + 1)
    }

    fn check_indexes(&self, index: usize, instruction: &Instruction) -> Result<(), VerifyError> {
        let code = self.code;
        for (kind, value) in instruction.kinds() {
            let limits = match kind {
                Operand::None => 0..1,
                Operand::Const => 0..code.consts.len() as u32,
                Operand::Name => 0..code.names.len() as u32,
                Operand::Local => 0..code.n_locals,
                Operand::Cell => code.n_locals..code.first_temporary(),
                Operand::Dst | Operand::Src | Operand::Keep => 0..code.n_registers,
                Operand::Update
                | Operand::Take(_)
                | Operand::TakeDst(_)
                | Operand::TakePut(..)
                | Operand::Put(_) => code.first_temporary()..code.n_registers.max(code.first_temporary()) + 1,
                _ => continue,
            };
            // A jump's high half lies in an operand of kind `None`.
            let half = kind == Operand::None && instruction.offset().is_some();
            if !half && !limits.contains(&value) {
                return self.fail(index, format!("{instruction}: {value} is not in {limits:?}"));
            }
        }
        Ok(())
    }

    /// Follows the stack of temporaries through one instruction.
    fn transfer(&self, index: usize, instruction: &Instruction, depth: u32) -> Result<Transfer, VerifyError> {
        let base = self.code.first_temporary();
        let count = instruction.count();
        let mut taken: Vec<Range<u32>> = Vec::new();
        let mut written: Vec<Range<u32>> = Vec::new();
        for (kind, value) in instruction.kinds() {
            let run = |length: u32| value.wrapping_sub(base)..value.wrapping_sub(base).saturating_add(length);
            match kind {
                Operand::Src if value >= base => taken.push(run(1)),
                Operand::Dst if value >= base => written.push(run(1)),
                Operand::Update => {
                    taken.push(run(1));
                    written.push(run(1));
                }
                Operand::Take(span) => taken.push(run(span.registers(count))),
                Operand::TakeDst(span) => {
                    taken.push(run(span.registers(count)));
                    written.push(run(1));
                }
                Operand::TakePut(span, put) => {
                    taken.push(run(span.registers(count)));
                    written.push(run(put.registers(count)));
                }
                Operand::Put(span) => written.push(run(span.registers(count))),
                Operand::Permute if run(count).end != depth => {
                    return self.fail(index, "not the uppermost temporaries");
                }
                _ => {}
            }
        }
        let live = self.consume(index, depth, taken)?;
        for (kind, value) in instruction.kinds() {
            if kind == Operand::Keep && value >= base + live {
                return self.fail(index, format!("r{value} is not alive"));
            }
        }
        if matches!(instruction.opcode, Opcode::ReturnValue | Opcode::ReturnConst) && live != 0 {
            return self.fail(index, format!("returns with {live} temporaries"));
        }
        let mut fallthrough = live;
        for run in written.into_iter().filter(|run| !run.is_empty()) {
            if run.start != fallthrough {
                return self.fail(
                    index,
                    format!("{instruction} writes temporary {} on a stack of {fallthrough}", run.start),
                );
            }
            fallthrough = run.end;
        }
        Ok(Transfer { live, fallthrough, jump: Self::depth_at_target(instruction.opcode, live, fallthrough) })
    }

    /// Takes the runs off the stack; they must be its uppermost registers, each once.
    fn consume(&self, index: usize, depth: u32, mut taken: Vec<Range<u32>>) -> Result<u32, VerifyError> {
        taken.retain(|run| !run.is_empty());
        taken.sort_by_key(|run| std::cmp::Reverse(run.start));
        let mut live = depth;
        for run in taken {
            if run.end != live {
                return self.fail(index, format!("consumes temporaries {run:?} of a stack of {live}"));
            }
            live = run.start;
        }
        Ok(live)
    }

    fn depth_at_target(opcode: Opcode, live: u32, fallthrough: u32) -> u32 {
        match opcode {
            // The exhausted iterator is dropped.
            Opcode::ForIter => live - 1,
            Opcode::JumpIfTrueOrDrop | Opcode::JumpIfFalseOrDrop => live + 1,
            _ => fallthrough,
        }
    }
}
