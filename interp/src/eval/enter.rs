//! Entering the dispatch loop from native code, and what is done when it is left: by a return, an exception, a panic, or at a hot loop.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ungil_bytecode::Opcode;
use ungil_objects::call::panicked;
use ungil_objects::error::{Raised, Result};
use ungil_objects::protocol::iterate::Sink;
use ungil_objects::{Thread, Value};

use super::machine::Machine;
use super::run::{Exit, execute};
use super::unwind;
use crate::frame::Frame;
use crate::generator::Outcome;
use crate::trace::{self, NoWatcher, Recorder, Watcher};

/// Runs a frame, and those that it calls, until it returns to native code.
pub(crate) fn run(t: &mut Thread, frame: Frame, pc: *const u64) -> Result<Value> {
    run_machine(&mut Machine::new(t, frame, pc))
}

/// Runs a generator's frame, which is the entry frame, until it is left. What is thrown in is raised as if the current instruction had
/// raised it. The sink is for a frame that is drained.
pub(crate) fn resume(
    t: &mut Thread,
    frame: Frame,
    pc: *const u64,
    thrown: Option<Raised>,
    sink: Option<&mut Sink<'_>>,
) -> Result<Outcome> {
    let mut machine = Machine::new(t, frame, pc);
    machine.sink = sink.map(|sink| sink as &mut Sink<'_>);
    if let Some(raised) = thrown {
        machine.at = pc.wrapping_sub(1);
        unwind::unwind(&mut machine, raised, false)?;
    }
    let value = run_machine(&mut machine)?;
    Ok(if machine.has_yielded { Outcome::Yielded(value) } else { Outcome::Returned(value) })
}

fn run_machine(m: &mut Machine<'_>) -> Result<Value> {
    loop {
        let mut exit = execute_caught(m, &mut NoWatcher);
        if let Err(Exit::Hot) = exit {
            exit = record(m);
        }
        match exit {
            Ok(value) => return Ok(value),
            Err(Exit::Raised(raised)) => unwind::unwind(m, raised, false)?,
            Err(Exit::Again(raised)) => unwind::unwind(m, raised, true)?,
            Err(Exit::Hot | Exit::Watched) => {}
        }
    }
}

/// Executes a turn of the loop at whose head the machine is while it is recorded, and has it compiled.
#[cold]
fn record(m: &mut Machine<'_>) -> Result<Value, Exit> {
    let mut recorder = Recorder::new(m);
    let exit = execute_caught(m, &mut recorder);
    if let Err(Exit::Watched) = exit {
        trace::hot::finish(m, &recorder);
    }
    exit
}

/// Executes instructions; a panic in one, or in a native function that it calls, is raised as a `SystemError`.
fn execute_caught<W: Watcher>(m: &mut Machine<'_>, watcher: &mut W) -> Result<Value, Exit> {
    match catch_unwind(AssertUnwindSafe(|| execute(m, watcher))) {
        Ok(exit) => exit,
        Err(payload) => Err(Exit::Raised(instruction_panicked(m, &*payload))),
    }
}

#[cold]
fn instruction_panicked(m: &mut Machine<'_>, payload: &(dyn Any + Send)) -> Raised {
    m.enter(m.frame(), m.pc);
    m.save();
    let at = m.code.word_of(m.at) as usize;
    let opcode = m.code.spec.words.get(at).and_then(|word| Opcode::from_number(*word as u16));
    let name = match (opcode, m.native) {
        (Some(Opcode::Call), Some(native)) => native.name,
        (Some(opcode), _) => opcode.description().mnemonic,
        (None, _) => "an instruction",
    };
    panicked(m.t, name, payload)
}
