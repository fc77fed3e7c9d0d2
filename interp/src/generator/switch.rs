//! Moving a generator's registers onto the register stack and back.
//!
//! A loop of the eval loop's own resumes a generator *in place*: its frame goes on top of the loop's, in the same run of the eval loop.
//! Native code resumes it as the entry frame of a run of its own. Where that drains it ([`Flags::DRAINED`]), a `yield` offers
//! its value to the run's sink and goes on at once, as if it had been resumed with `None`; the generator counts as running meanwhile, which
//! nobody can tell, as a sink runs no code.
//!
//! While a generator runs, its frame refers to it without a count: whoever resumed it holds it.

use std::cell::UnsafeCell;

use ungil_bytecode::Opcode;
use ungil_objects::error::Result;
use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::{Obj, Object, Ref, Thread, Value, Word, raise};

use super::saved::Saved;
use super::{Generator, State, Suspended, asynchronous};
use crate::code::{Code, as_code};
use crate::eval::{self, Machine};
use crate::frame::{self, Flags, Frame, FrameHeader, HEADER};
use crate::function::Function;

/// No register waits for what is sent in: the generator has not started.
const NOWHERE: u32 = u32::MAX;

/// `return_generator`: the running frame becomes a generator, which is returned to the caller.
pub(crate) fn make(m: &mut Machine<'_>) -> Result<Option<Value>> {
    let function = m.frame().function();
    let count = m.code.first_temporary as usize;
    let generator = new(m.t, function, m.code, m.pc, m.is_adaptive());
    let named = |slot: &Slot| slot.get(m.t, function.header());
    for (slot, name) in
        [(&generator.name, named(&function.name)), (&generator.qualname, named(&function.qualname))]
    {
        if let Some(name) = name {
            slot.set(m.t, generator.header(), name);
        }
    }
    // SAFETY: nobody else knows the generator yet.
    unsafe { generator.claimed() }.registers.take_over(m.registers, count);
    (0..count).for_each(|index| m.registers.put(index, Word::UNBOUND));
    eval::calls::leave(m, generator.into_value().into_word())
}

/// `make_generator start, code, count`: the generator of an expression, without a function of its own or a call. It sees the globals
/// of the function around it.
pub(crate) fn make_of_expression(m: &mut Machine<'_>, start: usize, code: usize, count: usize) -> Result<()> {
    m.save();
    let code = as_code(m.constant(code)).filter(|code| code.spec.freevars.len() + 1 == count);
    let Some((code, expression)) = code.and_then(|code| Some((code, code.expression?))) else {
        raise!(m.t, SystemError, "not the code of a generator expression");
    };
    let (entry, flags) = code.entry(m.t);
    let pc = entry.wrapping_add(expression.start as usize);
    let generator = new(m.t, m.frame().function(), code, pc, flags.has(Flags::ADAPTIVE));
    // SAFETY: nobody else knows the generator yet.
    let registers = &mut unsafe { generator.claimed() }.registers;
    registers.take_ends(m.registers.words_from(start, count), expression.first_free, code.first_temporary);
    m.registers.put_value(start, generator.into_value());
    Ok(())
}

/// A generator that goes on at `pc`. Its registers, those below the code's first temporary, are still to come.
#[inline(always)]
fn new(
    t: &Thread,
    function: &Object<Function>,
    code: &Object<Code>,
    pc: *const u64,
    is_own: bool,
) -> Obj<Generator> {
    t.alloc_by(asynchronous::shape_for(t, code.spec.flags), || Generator {
        state: (State::Created as u8).into(),
        code,
        name: Slot::empty(),
        qualname: Slot::empty(),
        function: Fixed::new(function.to_value()),
        suspended: UnsafeCell::new(Suspended {
            registers: Saved::none(),
            pc,
            count: code.first_temporary,
            is_own,
            destination: NOWHERE,
            handled: None,
            handlers: 0,
            frame_object: None,
        }),
        origin: Slot::empty(),
        asynchronous: Default::default(),
    })
}

/// Puts a generator's frame on the register stack at `base` and makes what it handles the thread's. Returns the frame, its program
/// counter, and the register that waits for what is sent in; `None` if there is no room.
///
/// # Safety
/// The caller has claimed the generator, and holds it until the frame is left.
#[inline(always)]
pub(super) unsafe fn install(
    t: &Thread,
    generator: &Object<Generator>,
    base: *mut Word,
    previous: Option<Frame>,
    return_pc: *const u64,
    flags: Flags,
    destination: usize,
) -> Option<(Frame, *const u64, u32)> {
    let (function, code) = (generator.function(), generator.code());
    if !t.registers.has_room(base, 1 + HEADER + code.window as usize) || !t.registers.enter_depth() {
        return None;
    }
    // SAFETY: promised by the caller.
    let suspended = unsafe { generator.claimed() };
    let flags = flags.with(Flags::GENERATOR);
    let flags = if suspended.is_own { flags.with(Flags::ADAPTIVE) } else { flags };
    // SAFETY: there is room above the base, which nobody uses.
    unsafe {
        base.write(generator.borrow().word().as_uncounted());
        let frame = Frame::at(base.add(1 + HEADER));
        frame.set_header(FrameHeader {
            previous,
            return_pc,
            code,
            function: function.borrow().word(),
            flags,
            distance: 1 + HEADER as u16,
            destination: destination as u32,
        });
        suspended.registers.hand_over(frame.registers());
        if suspended.handled.is_some() || t.is_handling() {
            enter_handled(t, suspended);
        }
        if let Some(object) = suspended.frame_object.take() {
            frame::object::attach(t, frame, object);
        }
        Some((frame, suspended.pc, suspended.destination))
    }
}

/// Makes the generator's own handled exception the thread's, and keeps what the thread handled before.
#[inline(never)]
fn enter_handled(t: &Thread, suspended: &mut Suspended) {
    suspended.handled = match suspended.handled.take() {
        Some(inner) => t.set_handled_exception(Some(inner)),
        None => t.handled_exception(),
    };
}

/// The reverse. Outside of its handlers the generator has no exception of its own.
#[inline(never)]
fn leave_handled(t: &Thread, suspended: &mut Suspended) {
    let inner = t.set_handled_exception(suspended.handled.take());
    suspended.handled = inner.filter(|_| suspended.handlers != 0);
}

/// Counts a handler that a generator's frame enters; whether it is in no other. `false` for other frames.
pub(crate) fn enter_handler(frame: Frame) -> bool {
    frame.flags().has(Flags::GENERATOR)
        && running_in(frame).is_some_and(|generator| {
            // SAFETY: the running thread has claimed it.
            let suspended = unsafe { generator.claimed() };
            suspended.handlers += 1;
            suspended.handlers == 1
        })
}

/// The frame leaves a handler that it has entered.
pub(crate) fn leave_handler(frame: Frame) {
    if let Some(generator) = frame.flags().has(Flags::GENERATOR).then(|| running_in(frame)).flatten() {
        // SAFETY: the running thread has claimed it.
        unsafe { generator.claimed() }.handlers -= 1;
    }
}

/// What the resumer of a running generator handles; nothing if the frame is no generator's.
pub(crate) fn handled_outside(frame: Frame) -> Option<Option<Value>> {
    if !frame.flags().has(Flags::GENERATOR) {
        return None;
    }
    // SAFETY: the running thread has claimed it.
    running_in(frame).map(|generator| unsafe { generator.claimed() }.handled.clone())
}

/// The generator whose frame this is.
#[inline(always)]
fn running_in<'a>(frame: Frame) -> Option<&'a Object<Generator>> {
    // SAFETY: a generator's frame holds the generator as its callable.
    let generator: Ref<'_> = unsafe { Ref::from_word(frame.callable_place().read()) };
    generator.downcast::<Generator>()
}

/// Delivers what is sent in to the register that waits for it.
#[inline(always)]
pub(super) fn deliver(frame: Frame, destination: u32, sent: Value) {
    if destination == NOWHERE {
        return;
    }
    let destination = destination as usize;
    let registers = frame.registers();
    let old = registers.word(destination);
    registers.put_value(destination, sent);
    if destination < frame.code().first_temporary as usize && old.owns_count() {
        // SAFETY: the local's old word was replaced.
        drop(unsafe { Value::from_word(old) });
    }
}

/// Resumes a generator from a `for` loop or a `send` of the eval loop, without native recursion. `Err` gives the value back if it
/// cannot be resumed: it runs, or has ended.
#[inline(always)]
pub(crate) fn resume_in_place(
    m: &mut Machine<'_>,
    generator: &Object<Generator>,
    destination: usize,
    sent: Value,
) -> std::result::Result<Result<()>, Value> {
    let Ok(was) = Generator::claim(generator, m.t) else { return Err(sent) };
    // SAFETY: computes an address behind the running frame's window.
    let base = unsafe { m.registers.address().add(m.code.window as usize) };
    // SAFETY: claimed; the running frame's register holds it.
    let installed = unsafe { install(m.t, generator, base, Some(m.frame()), m.pc, Flags::NONE, destination) };
    let Some((frame, pc, waiting)) = installed else {
        Generator::release(generator, m.t, was);
        return Ok(eval::calls::recursion_error(m.t));
    };
    deliver(frame, waiting, sent);
    m.enter(frame, pc);
    Ok(Ok(()))
}

/// `yield_value dst, b`: suspends the running frame, unless its run's sink takes the value.
#[inline(never)]
pub(crate) fn suspend(m: &mut Machine<'_>, destination: usize, value: usize) -> Result<Option<Value>> {
    m.save();
    if !m.frame().flags().has(Flags::DRAINED) {
        let yielded = m.moved(value);
        return leave_suspended(m, destination, yielded);
    }
    let yielded = m.value(value);
    let Some(sink) = &mut m.sink else { return leave_suspended(m, destination, yielded.into_word()) };
    match sink(m.t, yielded) {
        None => {
            // Nobody sees the `None` that is dropped at once.
            // SAFETY: another instruction follows one that does not leave the frame.
            let next = unsafe { m.pc.read() };
            if next as u32 == Opcode::Drop as u32 | (destination as u32) << 16 {
                m.skip(1);
            } else {
                m.set(destination, Word::NONE);
            }
            m.settle();
            Ok(None)
        }
        Some(declined) => leave_suspended(m, destination, declined.into_word()),
    }
}

/// Suspends the running frame and gives its resumer what it yields.
#[inline(never)]
fn leave_suspended(m: &mut Machine<'_>, destination: usize, yielded: Word) -> Result<Option<Value>> {
    let frame = m.frame();
    let flags = frame.flags();
    let Some(generator) = running_in(frame) else {
        raise!(m.t, SystemError, "a yield outside of a generator");
    };
    // SAFETY: the running thread has claimed it.
    let suspended = unsafe { generator.claimed() };
    if suspended.pc != m.pc {
        suspended.pc = m.pc;
        suspended.count = m.code.first_temporary + m.code.live_depth_here(m.t, m.at);
    }
    suspended.registers.take_over(m.registers, suspended.count as usize);
    suspended.destination = destination as u32;
    if suspended.handled.is_some() || m.t.is_handling() {
        leave_handled(m.t, suspended);
    }
    if flags.has(Flags::HAS_OBJECT) {
        suspended.frame_object = frame::object::detach_suspended(m.t, frame);
    }
    m.t.registers.leave_depth();
    Generator::release(generator, m.t, State::Suspended);
    if flags.has(Flags::ENTRY) {
        eval::leave_to_native(m, frame);
        m.has_yielded = true;
        // SAFETY: the word was the operand's.
        return Ok(Some(unsafe { frame::own(yielded) }));
    }
    let (pc, target) = (frame.return_pc(), frame.destination());
    if let Some(previous) = frame.previous() {
        m.go_back(previous, pc);
    }
    m.deliver(target, yielded);
    Ok(None)
}
