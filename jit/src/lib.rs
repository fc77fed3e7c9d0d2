#![doc = include_str!("../README.md")]

mod emit;
mod ir;
mod lower;
mod memory;
mod optimise;

use std::sync::Arc;

use cranelift_codegen::isa::TargetIsa;
use ungil_interp::trace::{Entry, ExitPoint, Recording, Trace, TraceCompiler};
use ungil_objects::Interpreter;

use crate::ir::{Loop, Type};

/// Takes the text of each trace that is made.
pub type Printer = Box<dyn Fn(&str) + Send + Sync>;

/// How to compile.
pub struct Settings {
    /// After how many turns a loop is recorded; at least 2.
    pub threshold: u16,
    /// Shows the optimised form of each trace.
    pub printer: Option<Printer>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { threshold: 500, printer: None }
    }
}

/// Lets an interpreter, which has no code yet, compile its hot loops. `false` if traces do not run on this processor: then
/// everything is interpreted.
pub fn install(interpreter: &'static Interpreter, settings: Settings) -> bool {
    let Some(isa) = emit::target() else { return false };
    ungil_interp::trace::install(interpreter, Box::new(Compiler { isa, settings }));
    true
}

/// The compiler of an interpreter. It has no state that changes, so that all threads compile at once.
struct Compiler {
    isa: Arc<dyn TargetIsa>,
    settings: Settings,
}

impl TraceCompiler for Compiler {
    fn compile(&self, recording: &Recording<'_>) -> Option<Trace> {
        let source = optimise::optimise(&lower::lower(recording)?);
        if let Some(print) = &self.settings.printer {
            print(&source.to_string());
        }
        let memory = memory::executable(&emit::emit(&*self.isa, &source)?)?;
        // SAFETY: the memory holds the machine code of a function of this type.
        let entry = unsafe { std::mem::transmute::<*const u8, Entry>(memory.as_ptr()) };
        let ranges = source.ranges.clone().into_boxed_slice();
        // SAFETY: the loop keeps the contract: it writes only locals that hold numbers or truths when it is entered, which own
        // no counts, and temporaries, and leaves before an instruction as the interpreter would have come to it.
        Some(unsafe { Trace::new(entry, ranges, exit_points(&source), Box::new(memory)) })
    }

    fn threshold(&self) -> u16 {
        self.settings.threshold.max(2)
    }
}

fn exit_points(source: &Loop) -> Box<[ExitPoint]> {
    let point = |exit: &ir::Exit| ExitPoint {
        resume: exit.resume as i32 - source.head as i32,
        floats: exit
            .writes
            .iter()
            .filter(|(_, value)| source.type_of(*value) == Type::Float)
            .map(|(register, _)| *register)
            .collect(),
    };
    source.exits.iter().map(point).collect()
}
