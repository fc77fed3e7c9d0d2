//! What happens to a raised exception: a traceback entry for each frame it passes, a handler if one covers the instruction, the
//! end of the frame otherwise.

use ungil_objects::error::{Raised, Result};
use ungil_objects::types::exception::Exception;
use ungil_objects::{Object, Thread, Value};

use super::machine::Machine;
use crate::frame::{Flags, Frame};
use crate::generator::Generator;
use crate::traceback;

/// Goes on in the handler of an exception that the running instruction raised; the exception itself, if no frame of this run
/// of the loop handles it. `is_again` says that the exception has an entry for this place already.
pub(super) fn unwind(m: &mut Machine<'_>, raised: Raised, is_again: bool) -> Result<()> {
    let exception = raised.into_exception();
    set_context(m.t, &exception);
    let mut is_again = is_again;
    loop {
        let word = m.code.word_of(m.at);
        if !is_again {
            m.t.registers.set_pc(m.at);
            traceback::add_entry(m.t, m.frame(), word, &exception);
        }
        is_again = false;
        let live = m.code.spec.live_depth.get(word as usize).copied().unwrap_or(0) as usize;
        if let Some(entry) = m.code.spec.handler(word) {
            let (depth, target) = (entry.depth as usize, entry.target);
            m.registers.drop_run(m.t, m.first_temporary + depth, live - depth);
            m.registers.put_value(m.first_temporary + depth, exception.into_value());
            m.jump_to(word, target);
            m.settle();
            return Ok(());
        }
        m.registers.drop_run(m.t, m.first_temporary, live);
        if let Some(raised) = leave_raising(m, &exception) {
            return Err(raised);
        }
    }
}

/// The exception being handled becomes the context of a new one, unless that has one, or is it.
fn set_context(t: &Thread, exception: &Object<Exception>) {
    let Some(handled) = t.handled_exception() else { return };
    if handled.borrow().is(exception.borrow()) || exception.context(t).is_some() {
        return;
    }
    // Where the new exception is in the chain already, the chain is cut there instead of becoming a ring.
    let mut at = handled.clone();
    while let Some(next) = at.downcast_ref::<Exception>().and_then(|at| at.context(t)) {
        if next.borrow().is(exception.borrow()) {
            if let Some(at) = at.downcast_ref::<Exception>() {
                at.set_context(t, None);
            }
            break;
        }
        at = next;
    }
    exception.set_context(t, Some(handled));
}

/// Leaves the running frame because of an exception. `Some` if its caller is native code.
fn leave_raising(m: &mut Machine<'_>, exception: &Object<Exception>) -> Option<Raised> {
    let frame = m.frame();
    let flags = frame.flags();
    m.t.registers.leave_depth();
    super::leave::dismantle(m, frame);
    // SAFETY: the frame is being left.
    let callable = unsafe { frame.take_callable() };
    if flags.has(Flags::GENERATOR)
        && let Some(generator) = callable.downcast_ref::<Generator>()
    {
        generator.finish(m.t);
    }
    drop::<Value>(callable);
    if flags.has(Flags::ENTRY) {
        super::leave::leave_to_native(m, frame);
        return Some(Raised::from_exception(exception.to_obj()));
    }
    let pc = frame.return_pc();
    if let Some(previous) = frame.previous() {
        resume_at_call(m, previous, pc);
    }
    None
}

/// Makes the caller's frame the running one, at the instruction that called.
fn resume_at_call(m: &mut Machine<'_>, caller: Frame, return_pc: *const u64) {
    m.enter(caller, return_pc);
    // Tables are by word, and the last word of the calling instruction belongs to it.
    m.at = return_pc.wrapping_sub(1);
}
