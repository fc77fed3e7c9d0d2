//! Entering a trace, and what the interpreter does when it is left.

use ungil_objects::types::float::Float;
use ungil_objects::types::range::{RangeIterator, RangeState};
use ungil_objects::{Thread, Word};

use super::{ExitPoint, MAX_RANGES, NOT_ENTERED, Trace, hot};
use crate::eval::Machine;
use crate::frame::Registers;

/// Runs the trace of the backward jump at `m.at`, whose head `m.pc` is, and sets `m.pc` to where the interpreter goes on: the
/// head itself if the trace cannot be entered.
#[inline(always)]
pub(crate) fn enter(m: &mut Machine<'_>) {
    let trace = hot::trace(m);
    let Some(ranges) = ranges(m, trace) else { return hot::missed(m) };
    let breaker = m.t.state().breaker().word();
    // SAFETY: the registers are the running frame's, at the loop's head; the states are those of the iterators that lie in
    // registers, which keep them alive, since a trace overwrites no object.
    let number = unsafe { (trace.entry)(m.registers.address(), breaker, ranges.as_ptr()) };
    if number == NOT_ENTERED {
        return hot::missed(m);
    }
    hot::entered(m);
    let exit = &trace.exits[number as usize];
    if !exit.floats.is_empty() {
        box_floats(m.t, m.registers, exit);
    }
    m.jump(exit.resume);
}

/// The states of the iterators that the trace steps, if its registers hold range iterators.
#[inline(always)]
fn ranges(m: &Machine<'_>, trace: &Trace) -> Option<[RangeState; MAX_RANGES]> {
    let mut states = [RangeState::EMPTY; MAX_RANGES];
    for (state, register) in states.iter_mut().zip(&trace.ranges) {
        *state = m.registers.read(*register as usize).downcast_exact::<RangeIterator>(m.t)?.state();
    }
    Some(states)
}

/// Turns bare floats in registers into words, those that do not fit a word last: making them allocates.
#[inline(never)]
fn box_floats(t: &mut Thread, registers: Registers, exit: &ExitPoint) {
    let mut large = Vec::new();
    for &register in &exit.floats {
        let place = registers.place(register as usize);
        // SAFETY: the trace left a float's bits in this register of the running frame.
        let float = f64::from_bits(unsafe { place.cast::<u64>().read() });
        registers.put(register as usize, Word::from_float(float).unwrap_or(Word::NONE));
        if Word::from_float(float).is_none() {
            large.push((register, float));
        }
    }
    for (register, float) in large {
        let boxed = Float::from_f64(t, float);
        registers.put_value(register as usize, boxed);
    }
}
