//! Making, resuming and suspending.

use std::sync::atomic::Ordering;

use ungil_objects::error::{Exc, Raised, Result};
use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::protocol::{attribute, call, iterate};
use ungil_objects::types::exception::Exception;
use ungil_objects::{Object, Ref, Thread, Value, Word, error, raise};

use super::{Generator, State, Suspended, asynchronous};
use crate::eval::{self, Machine};
use crate::frame::{self, Flags, Frame, FrameHeader, HEADER};
use ungil_bytecode::CodeFlags;

/// What a resumption came to.
pub(crate) enum Outcome {
    Yielded(Value),
    Returned(Value),
}

/// `return_generator`: the running frame becomes a generator, which is returned to the caller.
pub(crate) fn make(m: &mut Machine<'_>) -> Result<Option<Value>> {
    let code = m.code;
    let function = m.frame.function();
    let count = code.first_temporary as usize;
    let registers = (0..count).map(|index| m.registers.word(index)).collect();
    // The registers have moved out.
    (0..count).for_each(|index| m.registers.put(index, Word::UNBOUND));
    let shape = asynchronous::shape_for(m.t, code.spec.flags);
    let generator = m.t.alloc_with_shape(
        shape,
        Generator {
            state: (State::Created as u8).into(),
            name: Slot::new(function.name.get(m.t, function.header())),
            qualname: Slot::new(function.qualname.get(m.t, function.header())),
            function: Fixed::new(function.to_value()),
            suspended: Suspended {
                registers,
                pc: m.pc,
                is_own: m.adaptive,
                destination: usize::MAX,
                handled: None,
                frame_object: None,
            }
            .into(),
            origin: Slot::empty(),
            asynchronous: Default::default(),
        },
    );
    eval::calls::leave(m, generator.into_value().into_word())
}

/// Puts a claimed generator's frame on the register stack at `base` and returns it with its program counter.
fn install(
    t: &mut Thread,
    generator: &Object<Generator>,
    base: *mut Word,
    previous: Option<Frame>,
    return_pc: *const u64,
    flags: Flags,
    destination: usize,
) -> Result<(Frame, *const u64)> {
    let function = generator.function();
    let code = function.code();
    if !t.registers.has_room(base, 1 + HEADER + code.window as usize) || !eval::calls::enter_depth(t) {
        return eval::calls::recursion_error(t);
    }
    // SAFETY: the generator is claimed.
    let suspended = unsafe { generator.claimed() };
    let flags = flags.with(Flags::GENERATOR);
    let flags = if suspended.is_own { flags.with(Flags::ADAPTIVE) } else { flags };
    // SAFETY: there is room above the base, which nobody uses.
    unsafe {
        base.write(generator.to_value().into_word());
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
        frame.registers().put_all(&suspended.registers);
        // The words belong to the frame now.
        suspended.registers.clear();
        if let Some(object) = suspended.frame_object.take() {
            frame::object::attach(t, frame, object);
        }
        Ok((frame, suspended.pc))
    }
}

/// Delivers what is sent in to the register that waits for it.
fn deliver(t: &mut Thread, frame: Frame, destination: usize, sent: Value) {
    if destination == usize::MAX {
        return;
    }
    let registers = frame.registers();
    let old = registers.word(destination);
    registers.put_value(destination, sent);
    if destination < frame.code().first_temporary as usize && old.owns_count() {
        // SAFETY: the local's old word was replaced.
        drop(unsafe { Value::from_word(old) });
    }
    let _ = t;
}

/// What the resumer of a running generator handles; nothing if the frame is no generator's.
pub(crate) fn handled_outside(frame: Frame) -> Option<Option<Value>> {
    if !frame.flags().has(Flags::GENERATOR) {
        return None;
    }
    // SAFETY: a generator's frame holds the generator as its callable.
    let generator: Ref<'_> = unsafe { Ref::from_word(frame.callable_place().read()) };
    // SAFETY: the running thread has claimed it.
    generator.downcast::<Generator>().map(|generator| unsafe { generator.claimed() }.handled.clone())
}

/// Makes the generator's own handled exception the thread's, and returns what the thread handled before.
fn swap_handled(t: &Thread, generator: &Object<Generator>) -> Option<Value> {
    // SAFETY: the generator is claimed.
    let inner = unsafe { generator.claimed() }.handled.take();
    match inner {
        Some(inner) => t.set_handled_exception(Some(inner)),
        None => t.handled_exception(),
    }
}

/// Resumes a generator from a `for` loop or a `send` of the eval loop, without native recursion.
pub(crate) fn resume_in_place(
    m: &mut Machine<'_>,
    generator: &Object<Generator>,
    destination: usize,
    sent: Value,
    flags: Flags,
) -> Result<()> {
    let Ok(_) = generator.claim() else { raise!(m.t, ValueError, "generator already executing") };
    // SAFETY: computes an address behind the running frame's window.
    let base = unsafe { m.registers.address().add(m.code.window as usize) };
    // SAFETY: claimed.
    let waiting = unsafe { generator.claimed() }.destination;
    match install(m.t, generator, base, Some(m.frame), m.pc, flags, destination) {
        Ok((frame, pc)) => {
            let outer = swap_handled(m.t, generator);
            // SAFETY: claimed.
            unsafe { generator.claimed() }.handled = outer;
            deliver(m.t, frame, waiting, sent);
            m.enter(frame, pc);
            Ok(())
        }
        Err(raised) => {
            Generator::release(generator, m.t, State::Suspended);
            Err(raised)
        }
    }
}

/// `yield_value dst, b`: suspends the running frame.
pub(crate) fn suspend(m: &mut Machine<'_>, destination: usize, value: usize) -> Result<Option<Value>> {
    m.save();
    let yielded = m.operand(value).into_register(m.t);
    let frame = m.frame;
    let flags = frame.flags();
    let live = m.code.live_depth_here(m.t, m.at) as usize;
    let count = m.first_temporary + live;
    // SAFETY: a generator's frame holds the generator as its callable.
    let generator = unsafe { frame.take_callable() };
    let Some(object) = generator.downcast_ref::<Generator>() else {
        raise!(m.t, SystemError, "a yield outside of a generator");
    };
    // SAFETY: the running thread has claimed it.
    let suspended = unsafe { object.claimed() };
    suspended.registers.extend_from_slice(m.registers.words(count));
    suspended.pc = m.pc;
    suspended.destination = destination;
    let outer = suspended.handled.take();
    let inner = m.t.set_handled_exception(outer);
    // What is handled outside, too, is no exception of the generator's own.
    suspended.handled =
        inner.filter(|inner| !m.t.handled_exception().is_some_and(|outer| inner.borrow().is(outer.borrow())));
    suspended.frame_object = frame::object::detach_suspended(m.t, frame);
    eval::calls::leave_depth(m.t);
    Generator::release(object, m.t, State::Suspended);
    if flags.has(Flags::ENTRY) {
        eval::leave_to_native(m, frame);
        // SAFETY: the word was the operand's.
        return Ok(Some(unsafe { frame::own(yielded) }));
    }
    let pc = frame.return_pc();
    let target = frame.destination();
    if let Some(previous) = frame.previous() {
        m.enter(previous, pc);
    }
    drop(generator);
    m.set(target, yielded);
    m.settle();
    Ok(None)
}

/// Resumes a generator from native code: sends a value in, or throws an exception.
pub(crate) fn resume_native(
    t: &mut Thread,
    generator: &Object<Generator>,
    input: std::result::Result<Value, Raised>,
) -> Result<Outcome> {
    t.check_stack("")?;
    let kind = || asynchronous::kind_name(generator.function().code().spec.flags);
    let was = match generator.claim() {
        Ok(was) => was,
        Err(State::Finished) => return finished(t, generator, kind(), input),
        Err(_) => raise!(t, ValueError, "{} already executing", kind()),
    };
    match (&input, was) {
        (Ok(sent), State::Created) if !sent.is_none() => {
            Generator::release(generator, t, State::Created);
            raise!(t, TypeError, "can't send non-None value to a just-started {}", kind());
        }
        _ => {}
    }
    let (previous, return_pc) = (t.registers.frame(), t.registers.pc());
    let base = t.registers.top();
    // SAFETY: claimed.
    let waiting = unsafe { generator.claimed() }.destination;
    // SAFETY: the thread's innermost frame lives.
    let previous = unsafe { Frame::from_address(previous) };
    let installed = install(t, generator, base, previous, return_pc, Flags::ENTRY, 0);
    let (frame, pc) = match installed {
        Ok(installed) => installed,
        Err(raised) => {
            Generator::release(generator, t, was);
            return Err(raised);
        }
    };
    let outer = swap_handled(t, generator);
    // SAFETY: claimed.
    unsafe { generator.claimed() }.handled = outer.clone();
    let result = match input {
        Ok(sent) => {
            deliver(t, frame, waiting, sent);
            eval::run(t, frame, pc)
        }
        Err(raised) => eval::run_raising(t, frame, pc, raised),
    };
    drop(t.set_handled_exception(outer));
    let value = result?;
    if generator.state() == State::Finished {
        Ok(Outcome::Returned(value))
    } else {
        Ok(Outcome::Yielded(value))
    }
}

fn finished(
    t: &mut Thread,
    generator: &Object<Generator>,
    kind: &str,
    input: std::result::Result<Value, Raised>,
) -> Result<Outcome> {
    match input {
        Err(raised) if kind != "coroutine" => Err(raised),
        _ if generator.function().code().spec.flags.contains(CodeFlags::COROUTINE) => {
            raise!(t, RuntimeError, "cannot reuse already awaited coroutine")
        }
        Err(raised) => Err(raised),
        Ok(_) => Ok(Outcome::Returned(Value::NONE)),
    }
}

/// Sends a value to any subiterator.
pub(crate) fn send_to(t: &mut Thread, iterator: Ref<'_>, sent: Value) -> Result<Outcome> {
    if let Some(generator) = asynchronous::generator_behind(iterator) {
        return resume_native(t, generator, Ok(sent));
    }
    let result = if sent.is_none() {
        drop(t.take_stop_value());
        match iterate::next(t, iterator) {
            Ok(Some(value)) => return Ok(Outcome::Yielded(value)),
            Ok(None) => return Ok(Outcome::Returned(t.take_stop_value().unwrap_or(Value::NONE))),
            Err(raised) => Err(raised),
        }
    } else {
        let name = t.names().send;
        call::call_method(t, iterator, name, &[sent.borrow()])
    };
    match result {
        Ok(value) => Ok(Outcome::Yielded(value)),
        Err(raised) if raised.is(t, Exc::StopIteration) => {
            Ok(Outcome::Returned(value_of_stop(t, raised.exception())))
        }
        Err(raised) => Err(raised),
    }
}

/// `StopIteration.value`.
pub(crate) fn value_of_stop(t: &Thread, exception: &Object<Exception>) -> Value {
    let args = exception.args(t);
    args.get(0).map_or(Value::NONE, Ref::to_value)
}

/// A `StopIteration` that carries a value.
pub(crate) fn stop_iteration(t: &Thread, value: Value) -> Raised {
    let args = if value.is_none() { vec![] } else { vec![value] };
    Raised::with_args(t, Exc::StopIteration, args)
}

/// Throws an exception into a generator where it is suspended; the subiterator it delegates to gets it first.
pub(crate) fn throw_into(t: &mut Thread, generator: &Object<Generator>, raised: Raised) -> Result<Outcome> {
    if let Some(delegate) = delegate_of(t, generator) {
        return throw_to_delegate(t, generator, delegate, raised);
    }
    resume_native(t, generator, Err(raised))
}

/// The subiterator that a suspended generator delegates to.
pub(crate) fn delegate_of(t: &Thread, generator: &Object<Generator>) -> Option<Value> {
    let was = generator.claim().ok()?;
    // SAFETY: claimed.
    let suspended = unsafe { generator.claimed() };
    let code = generator.function().code();
    let delegate =
        code.delegate_register(suspended.pc).and_then(|register| suspended.registers.get(register));
    // SAFETY: the registers keep the value alive.
    let delegate = delegate.map(|word| unsafe { Ref::from_word(*word) }.to_value());
    Generator::release(generator, t, was);
    delegate
}

fn throw_to_delegate(
    t: &mut Thread,
    generator: &Object<Generator>,
    delegate: Value,
    raised: Raised,
) -> Result<Outcome> {
    if raised.is(t, Exc::GeneratorExit) {
        return match close_any(t, delegate.borrow()) {
            Ok(()) => resume_native(t, generator, Err(raised)),
            Err(other) => resume_native(t, generator, Err(other)),
        };
    }
    let outcome = if let Some(inner) = delegate.downcast_ref::<Generator>()
        && asynchronous::is_plain(inner)
    {
        throw_into(t, inner, raised)
    } else {
        let name = t.interpreter().intern(t, "throw");
        match attribute::get_if_any(t, delegate.borrow(), name)? {
            None => return resume_native(t, generator, Err(raised)),
            Some(throw) => {
                let exception = raised.into_exception();
                match call::call(t, throw.borrow(), &[exception.borrow()]) {
                    Ok(value) => Ok(Outcome::Yielded(value)),
                    Err(raised) if raised.is(t, Exc::StopIteration) => {
                        Ok(Outcome::Returned(value_of_stop(t, raised.exception())))
                    }
                    Err(raised) => Err(raised),
                }
            }
        }
    };
    match outcome {
        Ok(Outcome::Yielded(value)) => Ok(Outcome::Yielded(value)),
        // The delegation is over: its value goes where the `StopIteration` would have brought it.
        Ok(Outcome::Returned(value)) => {
            let stop = stop_iteration(t, value);
            resume_native(t, generator, Err(stop))
        }
        Err(raised) => resume_native(t, generator, Err(raised)),
    }
}

fn close_any(t: &mut Thread, iterator: Ref<'_>) -> Result<()> {
    if let Some(generator) = iterator.downcast::<Generator>()
        && asynchronous::is_plain(generator)
    {
        return close(t, generator).map(drop);
    }
    let name = t.names().close;
    match attribute::get_if_any(t, iterator, name)? {
        Some(method) => call::call(t, method.borrow(), &[]).map(drop),
        None => Ok(()),
    }
}

/// `close()`: the value that the generator returned, if it did.
pub(crate) fn close(t: &mut Thread, generator: &Object<Generator>) -> Result<Value> {
    match generator.state() {
        State::Finished => return Ok(Value::NONE),
        State::Created => {
            if generator.claim().is_ok() {
                // SAFETY: claimed.
                let registers = std::mem::take(&mut unsafe { generator.claimed() }.registers);
                generator.state.store(State::Finished as u8, Ordering::Release);
                for word in registers {
                    // SAFETY: the generator owned its registers.
                    drop(unsafe { frame::own(word) });
                }
            }
            return Ok(Value::NONE);
        }
        _ => {}
    }
    let exit = Raised::with_args(t, Exc::GeneratorExit, vec![]);
    match throw_into(t, generator, exit) {
        Ok(Outcome::Returned(value)) => Ok(value),
        Ok(Outcome::Yielded(_)) => {
            let kind = asynchronous::kind_name(generator.function().code().spec.flags);
            raise!(t, RuntimeError, "{kind} ignored GeneratorExit")
        }
        Err(raised) if raised.is(t, Exc::GeneratorExit) || raised.is(t, Exc::StopIteration) => {
            Ok(Value::NONE)
        }
        Err(raised) => Err(raised),
    }
}

/// `cleanup_throw a`: after an exception was thrown into a delegating generator.
pub(crate) fn cleanup_throw(m: &mut Machine<'_>, a: usize) -> Result<()> {
    let value = m.registers.take(a);
    match value.downcast::<Exception>() {
        Ok(exception)
            if ungil_objects::types::exception::is_instance(m.t, exception.borrow(), Exc::StopIteration) =>
        {
            let value = value_of_stop(m.t, &exception);
            m.registers.put_value(a, value);
            Ok(())
        }
        Ok(exception) => Err(Raised::from_exception(exception)),
        Err(_) => Err(error!(m.t, SystemError, "not an exception")),
    }
}

/// `get_yield_from_iter dst, b`.
pub(crate) fn yield_from_iterator(m: &mut Machine<'_>, a: usize, b: usize) -> Result<()> {
    let allows_coroutines =
        m.code.has_flag(CodeFlags::COROUTINE) || m.code.has_flag(CodeFlags::ITERABLE_COROUTINE);
    m.unary(a, b, |t, value| {
        if let Some(generator) = value.downcast::<Generator>() {
            let flags = generator.function().code().spec.flags;
            if flags.contains(CodeFlags::COROUTINE) && !allows_coroutines {
                raise!(t, TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
            }
            if asynchronous::is_plain(generator) {
                return Ok(value.to_value());
            }
        }
        iterate::iter(t, value)
    })
}
