//! Layout: registers and labels become numbers, instructions become words, and the tables are written.

use ungil_bytecode::{CodeSpec, ExceptionEntry, Instruction, Opcode, Operand, Position, PositionEntry};

use super::bound;
use super::unit::Unit;
use super::{Bank, Op, Register, is_register};
use crate::syntax::{LineIndex, TextRange};

/// How many registers each bank of the frame has.
#[derive(Clone, Copy)]
struct Frame {
    locals: u32,
    hidden: u32,
    cells: u32,
    free: u32,
}

impl Frame {
    fn number(&self, register: Register) -> u32 {
        let base = match register.bank() {
            Bank::Local => 0,
            Bank::Hidden => self.locals,
            Bank::Cell => self.locals + self.hidden,
            Bank::Free => self.locals + self.hidden + self.cells,
            Bank::Temporary => self.locals + self.hidden + self.cells + self.free,
        };
        base + register.index()
    }
}

impl Unit {
    /// Finishes the block: fills the instruction tables of `code`, whose variable tables are complete but for the
    /// hidden locals.
    pub fn assemble(mut self, code: &mut CodeSpec, arguments: u32, lines: &LineIndex<'_>) {
        bound::remove_proven_checks(&mut self, arguments, code.varnames.len() as u32);
        self.thread_jumps();
        let frame = Frame {
            locals: code.varnames.len() as u32,
            hidden: self.hidden.len() as u32,
            cells: code.cellvars.len() as u32,
            free: code.freevars.len() as u32,
        };
        for op in &mut self.ops {
            for (kind, value) in op.opcode.description().operands.into_iter().zip(&mut op.operands) {
                if is_register(kind) {
                    *value = frame.number(Register(*value));
                }
            }
        }
        let starts = self.lay_out();
        self.write(code, &starts, lines);
        code.n_locals = frame.locals + frame.hidden;
        code.n_cells = frame.cells + frame.free;
        code.n_registers = frame.number(Register::temporary(self.max_depth));
        code.hidden_locals = self.hidden;
        code.names = self.names;
        code.consts = self.constants.into_vec();
    }

    /// Lets jumps to jumps go to the final target, and removes jumps to the next instruction.
    fn thread_jumps(&mut self) {
        for index in 0..self.ops.len() {
            let mut hops = 0;
            while let Some(label) = self.ops[index].target {
                let next = self.labels[label.0].place.and_then(|place| self.ops.get(place));
                match next {
                    Some(Op { opcode: Opcode::Jump, target: Some(further), .. }) if hops < 64 => {
                        self.ops[index].target = Some(*further);
                        hops += 1;
                    }
                    _ => break,
                }
            }
        }
        let marked: Vec<bool> = (0..self.ops.len())
            .map(|index| {
                let place = self.ops[index].target.and_then(|label| self.labels[label.0].place);
                self.ops[index].opcode == Opcode::Jump && place == Some(index + 1)
            })
            .collect();
        bound::remove(self, &marked);
    }

    fn place(&self, op: &Op) -> Option<usize> {
        op.target.and_then(|label| self.labels[label.0].place)
    }

    /// The instruction with its offset, given the word where each instruction begins.
    fn encoded(&self, index: usize, starts: &[usize]) -> Instruction {
        let op = &self.ops[index];
        let [a, b, c] = op.operands;
        let mut instruction = Instruction::new(op.opcode, a, b, c);
        if let Some(place) = self.place(op) {
            let offset = starts[place] as i64 - starts[index + 1] as i64;
            match op.opcode.description().operands {
                [_, Operand::Jump, _] => instruction = Instruction::jump(op.opcode, a, offset as i32),
                _ => instruction.operands[2] = offset as u32,
            }
        }
        instruction
    }

    /// The word where each instruction begins, and behind them the number of words. Instructions only grow while
    /// offsets settle, so this ends.
    fn lay_out(&self) -> Vec<usize> {
        let mut starts = vec![0; self.ops.len() + 1];
        loop {
            let mut next = Vec::with_capacity(starts.len());
            let mut position = 0;
            for index in 0..self.ops.len() {
                next.push(position);
                position += self.encoded(index, &starts).length();
            }
            next.push(position);
            if next == starts {
                return starts;
            }
            starts = next;
        }
    }

    fn write(&self, code: &mut CodeSpec, starts: &[usize], lines: &LineIndex<'_>) {
        let mut last = None;
        let mut entry: Option<ExceptionEntry> = None;
        for (index, op) in self.ops.iter().enumerate() {
            let start = starts[index] as u32;
            self.encoded(index, starts).encode(&mut code.words);
            code.live_depth.resize(code.words.len(), op.live as u16);
            if last != Some(op.range) {
                last = Some(op.range);
                let position = match op.range {
                    nowhere if nowhere == TextRange::default() => Position::default(),
                    line if line.is_empty() => lines.position(line).of_line(),
                    range => lines.position(range),
                };
                code.positions.push(PositionEntry { start, position });
            }
            let covering = op.handler.and_then(|handler| {
                let state = Some(&self.handlers[handler.0]).filter(|state| state.reached)?;
                let place = self.labels[state.label.0].place?;
                Some((*starts.get(place)? as u32, state.depth as u16))
            });
            let open = entry.map(|entry| (entry.target, entry.depth));
            if covering != open {
                code.exceptions.extend(entry.take());
                entry = covering.map(|(target, depth)| ExceptionEntry { start, end: start, target, depth });
            }
            if let Some(entry) = &mut entry {
                entry.end = starts[index + 1] as u32;
            }
        }
        code.exceptions.extend(entry);
    }
}
