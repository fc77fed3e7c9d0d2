//! The text of a code description: stable, so that tests can compare it, and complete for a reader.
//!
//! One instruction a line, in the form that [`Instruction`] parses, behind its word index (`>` marks a jump target)
//! and live depth, before a comment that resolves registers, constants and names.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::code::{CodeFlags, CodeSpec, Const};
use crate::instruction::Instruction;
use crate::opcode::Operand;

impl CodeSpec {
    /// The disassembly of this code and of all code among its constants.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_text(&mut text);
        text
    }

    /// The instructions with the index of the word where each begins, up to the first invalid one.
    pub fn instructions(&self) -> impl Iterator<Item = (usize, Instruction)> {
        let mut index = 0;
        std::iter::from_fn(move || {
            let (instruction, next) = Instruction::decode(&self.words, index)?;
            Some((std::mem::replace(&mut index, next), instruction))
        })
    }

    fn write_text(&self, text: &mut String) -> std::fmt::Result {
        self.write_header(text)?;
        let targets = self.jump_targets();
        let mut line = 0;
        for (index, instruction) in self.instructions() {
            let position = self.position(index as u32);
            if position.line != line && position.line != 0 {
                line = position.line;
                writeln!(text, "  line {line}")?;
            }
            let mark = if targets.contains(&index) { '>' } else { ' ' };
            let depth = self.live_depth.get(index).copied().unwrap_or(0);
            write!(text, "  {mark}{index:4} {depth:2}  ")?;
            let comment = self.comment(index, &instruction);
            if comment.is_empty() {
                writeln!(text, "{instruction}")?;
            } else {
                writeln!(text, "{:<32} ; {comment}", instruction.to_string())?;
            }
        }
        for entry in &self.exceptions {
            writeln!(
                text,
                "  handler {}..{} -> {} depth {}",
                entry.start, entry.end, entry.target, entry.depth
            )?;
        }
        for constant in &self.consts {
            if let Const::Code(code) = constant {
                text.push('\n');
                code.write_text(text)?;
            }
        }
        Ok(())
    }

    fn write_header(&self, text: &mut String) -> std::fmt::Result {
        write!(text, "code {} line {}", self.qualname, self.first_line)?;
        let counts = [self.argument_count, self.positional_only_count, self.keyword_only_count];
        if counts != [0; 3] {
            write!(text, " args {}/{}/{}", counts[0], counts[1], counts[2])?;
        }
        for (flag, name) in FLAG_NAMES {
            if self.flags.contains(*flag) {
                write!(text, " {name}")?;
            }
        }
        writeln!(text)?;
        write!(text, "  registers {}", self.n_registers)?;
        let register_names =
            (0..self.first_temporary()).map(|register| self.register_name(register).unwrap_or("?"));
        for (register, name) in register_names.enumerate() {
            write!(text, " r{register}={name}")?;
        }
        writeln!(text)
    }

    fn jump_targets(&self) -> BTreeSet<usize> {
        let jumps = self.instructions().filter_map(|(index, instruction)| self.target(index, &instruction));
        jumps.chain(self.exceptions.iter().map(|entry| entry.target as usize)).collect()
    }

    /// Where the instruction that begins at word `index` jumps to, if it jumps.
    pub fn target(&self, index: usize, instruction: &Instruction) -> Option<usize> {
        (index + instruction.length()).checked_add_signed(instruction.offset()? as isize)
    }

    fn comment(&self, index: usize, instruction: &Instruction) -> String {
        let mut notes = Vec::new();
        for (kind, value) in instruction.kinds() {
            match kind {
                Operand::Const => {
                    notes.push(self.consts.get(value as usize).map_or("?".to_owned(), Const::to_text))
                }
                Operand::Name => {
                    notes.push(self.names.get(value as usize).map_or("?", |name| name).to_owned())
                }
                Operand::Dst | Operand::Src | Operand::Keep | Operand::Local | Operand::Cell => {
                    notes.extend(self.register_name(value).map(str::to_owned));
                }
                _ => {}
            }
        }
        notes.extend(self.target(index, instruction).map(|target| format!("to {target}")));
        notes.join(", ")
    }
}

const FLAG_NAMES: &[(CodeFlags, &str)] = &[
    (CodeFlags::OPTIMIZED, "optimized"),
    (CodeFlags::NEWLOCALS, "newlocals"),
    (CodeFlags::VARARGS, "varargs"),
    (CodeFlags::VARKEYWORDS, "varkeywords"),
    (CodeFlags::NESTED, "nested"),
    (CodeFlags::GENERATOR, "generator"),
    (CodeFlags::COROUTINE, "coroutine"),
    (CodeFlags::ITERABLE_COROUTINE, "iterable_coroutine"),
    (CodeFlags::ASYNC_GENERATOR, "async_generator"),
    (CodeFlags::FUTURE_ANNOTATIONS, "future_annotations"),
    (CodeFlags::HAS_DOCSTRING, "docstring"),
    (CodeFlags::METHOD, "method"),
];

impl Const {
    /// The constant as a reader of a disassembly wants it.
    pub fn to_text(&self) -> String {
        let list = |items: &[Const]| items.iter().map(Const::to_text).collect::<Vec<_>>().join(", ");
        match self {
            Const::None => "None".to_owned(),
            Const::True => "True".to_owned(),
            Const::False => "False".to_owned(),
            Const::Ellipsis => "...".to_owned(),
            Const::Int(value) => value.to_string(),
            Const::BigInt(digits) => digits.to_string(),
            Const::Float(value) => format!("{value:?}"),
            Const::Complex { real, imag } => format!("complex({real:?}, {imag:?})"),
            Const::Str(value) => format!("{value:?}"),
            Const::Bytes(value) => format!("b\"{}\"", value.escape_ascii()),
            Const::Tuple(items) => format!("({})", list(items)),
            Const::FrozenSet(items) => format!("frozenset({})", list(items)),
            Const::Slice(parts) => format!("slice({})", list(&parts[..])),
            Const::Code(code) => format!("code {}", code.qualname),
        }
    }
}
