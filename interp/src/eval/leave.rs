//! Leaving frames that are special: native callers, initialisers, generators, frames that somebody refers to.

use ungil_objects::error::Result;
use ungil_objects::{Value, Word, raise};

use super::machine::Machine;
use crate::frame::{Flags, Frame};
use crate::generator::Generator;

/// What becomes of the result of a special frame.
#[inline(never)]
pub(super) fn leave_special(m: &mut Machine<'_>, result: Word) -> Result<Option<Value>> {
    let frame = m.frame();
    let flags = frame.flags();
    // SAFETY: the frame gives the word up.
    let result = unsafe { crate::frame::own(result) };
    dismantle(m, frame);
    if flags.has(Flags::GENERATOR) {
        return finish_generator(m, frame, flags, result);
    }
    // SAFETY: the frame is being left.
    let callable = unsafe { frame.take_callable() };
    if flags.has(Flags::ENTRY) {
        drop(callable);
        leave_to_native(m, frame);
        return Ok(Some(result));
    }
    let (destination, pc) = (frame.destination(), frame.return_pc());
    if let Some(previous) = frame.previous() {
        m.go_back(previous, pc);
    }
    let delivered = if flags.has(Flags::INITIALISER) {
        if !result.is_none() {
            // It is the call that raises.
            let class = result.borrow().class(m.t).name(m.t);
            raise!(m.t, TypeError, "__init__() should return None, not '{class}'");
        }
        callable
    } else {
        drop(callable);
        result
    };
    m.set_value(destination, delivered);
    m.settle();
    Ok(None)
}

/// Makes the native caller's frame the innermost again.
pub(crate) fn leave_to_native(m: &mut Machine<'_>, frame: Frame) {
    let registers = &m.t.registers;
    registers.set_top(frame.lowest());
    registers.set_frame(frame.previous().map_or(std::ptr::null_mut(), Frame::address));
    registers.set_pc(frame.return_pc());
}

/// Gives up what the header owns, and leaves what a frame object wants to it.
pub(super) fn dismantle(m: &mut Machine<'_>, frame: Frame) {
    if frame.flags().has(Flags::HAS_OBJECT) {
        crate::frame::object::detach(m.t, frame);
    }
    super::calls::drop_locals(m);
    super::calls::unbind(m, 0);
    let code = frame.code();
    if code.has_namespace() && !frame.flags().has(Flags::GENERATOR) {
        // SAFETY: the frame owns the word and is being left.
        drop(unsafe { crate::frame::own(frame.namespace_place().read()) });
    }
    if frame.flags().has(Flags::OWNS_FUNCTION) {
        // SAFETY: the header owns the word, and the frame is being left.
        drop(unsafe { crate::frame::own(frame.function_word()) });
    }
}

/// A generator's body has returned: its iteration is over.
fn finish_generator(m: &mut Machine<'_>, frame: Frame, flags: Flags, result: Value) -> Result<Option<Value>> {
    // SAFETY: the frame is being left.
    let generator = unsafe { frame.take_callable() };
    if let Some(generator) = generator.downcast_ref::<Generator>() {
        generator.finish(m.t);
    }
    if flags.has(Flags::ENTRY) {
        leave_to_native(m, frame);
        return Ok(Some(result));
    }
    let pc = frame.return_pc();
    if let Some(previous) = frame.previous() {
        m.go_back(previous, pc);
    }
    super::iteration::deliver_end(m, frame.destination(), result);
    m.settle();
    Ok(None)
}
