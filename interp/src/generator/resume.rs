//! Resuming generators from native code: `next`, `send`, `throw`, `close`, and draining.

use std::sync::atomic::Ordering;

use ungil_objects::error::{Exc, Raised, Result};
use ungil_objects::protocol::iterate::Sink;
use ungil_objects::protocol::{attribute, call, iterate};
use ungil_objects::types::exception::Exception;
use ungil_objects::{Object, Ref, Thread, Value, error, raise};

use super::switch::{deliver, install};
use super::{Generator, State, asynchronous};
use crate::eval::{self, Machine};
use crate::frame::{self, Flags, Frame};
use ungil_bytecode::CodeFlags;

/// What a resumption came to.
pub(crate) enum Outcome {
    Yielded(Value),
    Returned(Value),
}

/// Resumes a generator from native code: sends a value in, or throws an exception.
pub(crate) fn resume_native(
    t: &mut Thread,
    generator: &Object<Generator>,
    input: std::result::Result<Value, Raised>,
) -> Result<Outcome> {
    enter(t, generator, input, None)
}

/// Runs a generator on and offers what it yields to a sink, without leaving its frame in between. What the sink gives back, for which the
/// generator is suspended, or `None` at its end; nothing if the iterator is no generator.
pub(crate) fn drain<'a>(
    t: &mut Thread,
    iterator: Ref<'a>,
    sink: &mut Sink<'_>,
) -> Option<Result<Option<Value>>> {
    let generator = iterator.downcast_exact::<Generator>(t)?;
    let outcome = enter(t, generator, Ok(Value::NONE), Some(sink));
    Some(outcome.map(|outcome| next_of(t, outcome)))
}

/// The outcome as `__next__` gives it.
pub(super) fn next_of(t: &Thread, outcome: Outcome) -> Option<Value> {
    match outcome {
        Outcome::Yielded(value) => Some(value),
        Outcome::Returned(value) => {
            if !value.is_none() {
                t.set_stop_value(value);
            }
            None
        }
    }
}

fn enter(
    t: &mut Thread,
    generator: &Object<Generator>,
    input: std::result::Result<Value, Raised>,
    sink: Option<&mut Sink<'_>>,
) -> Result<Outcome> {
    t.check_stack("")?;
    let was = match Generator::claim(generator, t) {
        Ok(was) => was,
        Err(State::Finished) => return finished(t, generator, input),
        Err(_) => raise!(t, ValueError, "{} already executing", kind_of(generator)),
    };
    if was == State::Created && input.as_ref().is_ok_and(|sent| !sent.is_none()) {
        Generator::release(generator, t, State::Created);
        raise!(t, TypeError, "can't send non-None value to a just-started {}", kind_of(generator));
    }
    let (previous, return_pc, base) = (t.registers.frame(), t.registers.pc(), t.registers.top());
    // SAFETY: the thread's innermost frame lives.
    let previous = unsafe { Frame::from_address(previous) };
    let flags = if sink.is_some() { Flags::ENTRY.with(Flags::DRAINED) } else { Flags::ENTRY };
    // SAFETY: claimed.
    let installed = unsafe { install(t, generator, base, previous, return_pc, flags, 0) };
    let Some((frame, pc, waiting)) = installed else {
        Generator::release(generator, t, was);
        return eval::calls::recursion_error(t);
    };
    let thrown = match input {
        Ok(sent) => {
            deliver(frame, waiting, sent);
            None
        }
        Err(raised) => Some(raised),
    };
    eval::resume(t, frame, pc, thrown, sink)
}

fn kind_of(generator: &Object<Generator>) -> &'static str {
    asynchronous::kind_name(generator.code().spec.flags)
}

#[cold]
fn finished(
    t: &mut Thread,
    generator: &Object<Generator>,
    input: std::result::Result<Value, Raised>,
) -> Result<Outcome> {
    let is_coroutine = generator.code().spec.flags.contains(CodeFlags::COROUTINE);
    match input {
        _ if is_coroutine => raise!(t, RuntimeError, "cannot reuse already awaited coroutine"),
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
    let was = Generator::claim(generator, t).ok()?;
    // SAFETY: claimed.
    let suspended = unsafe { generator.claimed() };
    let delegate = generator
        .code()
        .delegate_register(suspended.pc)
        .and_then(|register| suspended.registers.words().get(register));
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
            if Generator::claim(generator, t).is_ok() {
                // SAFETY: claimed.
                let registers = unsafe { generator.claimed() }.registers.drain();
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
            let kind = asynchronous::kind_name(generator.code().spec.flags);
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
            let flags = generator.code().spec.flags;
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
