//! What generators, coroutines and asynchronous generators do as Python values.

use ungil_macros::{class, methods};
use ungil_objects::call::{Args, FromArg};
use ungil_objects::class::Class;
use ungil_objects::error::{Exc, Raised, Result};
use ungil_objects::fields::Fixed;
use ungil_objects::protocol::{call, text::name_of};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::exception::Exception;
use ungil_objects::{Object, Ref, Thread, Value, raise};

use super::asynchronous::{CoroutineWrapper, WrappedValue, generator_behind};
use super::frame_object::frame_of;
use super::resume::{Outcome, close, delegate_of, next_of, resume_native, stop_iteration, throw_into};
use super::steps::{hand_to_finaliser, send_later, throw_later};
use super::{Generator, State};

/// The outcome as `send` gives it: a value, or `StopIteration` with the value returned.
fn as_result(t: &Thread, outcome: Outcome) -> Result<Value> {
    match outcome {
        Outcome::Yielded(value) => Ok(value),
        Outcome::Returned(value) => Err(stop_iteration(t, value)),
    }
}

/// The exception that `throw(type, value, traceback)` means.
pub(super) fn thrown(t: &mut Thread, args: Args<'_>) -> Result<Raised> {
    let values = args.positional();
    if values.is_empty() || values.len() > 3 {
        raise!(t, TypeError, "throw expected at least 1 argument, got {}", values.len());
    }
    let kind = values[0];
    let exception = match (kind.downcast::<Class>(), values.get(1).filter(|value| !value.is_none())) {
        (Some(_), Some(value)) if value.downcast::<Exception>().is_some() => value.to_value(),
        (Some(_), Some(value)) => call::call(t, kind, &[*value])?,
        _ => kind.to_value(),
    };
    let exception = match crate::eval::exception_of(t, exception) {
        Ok(exception) => exception,
        Err(_) => {
            let class = kind.class(t).name(t);
            raise!(
                t,
                TypeError,
                "exceptions must be classes or instances deriving from BaseException, not {class}"
            );
        }
    };
    if let Some(traceback) = values.get(2).filter(|traceback| !traceback.is_none()) {
        exception.set_traceback(t, Some(traceback.to_value()));
    }
    Ok(Raised::from_exception(exception))
}

fn of<'a>(t: &mut Thread, value: Ref<'a>) -> Result<&'a Object<Generator>> {
    <&Object<Generator>>::from_arg(t, value)
}

fn described(t: &Thread, generator: &Object<Generator>, kind: &str) -> String {
    let name = name_of(Generator::qualname_value(generator, t).borrow());
    format!("<{kind} object {name} at {:#x}>", generator.borrow().word().identity())
}

/// A suspended function that yields values.
#[class(name = "generator", no_new, final, members = [STATE])]
impl Generator {
    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Generator>) -> Result<Option<Value>> {
        let outcome = resume_native(t, this, Ok(Value::NONE))?;
        Ok(next_of(t, outcome))
    }

    /// Resumes the generator with a value, the result of the `yield` it waits at, and answers what it yields next.
    ///
    /// If it returns instead, that is `StopIteration` with the value returned.
    #[method]
    fn send(t: &mut Thread, this: &Object<Generator>, value: Ref<'_>) -> Result<Value> {
        let outcome = resume_native(t, this, Ok(value.to_value()))?;
        as_result(t, outcome)
    }

    /// Resumes the generator by raising an exception where it waits, and answers what it yields next.
    ///
    /// If it returns instead, that is `StopIteration` with the value returned.
    #[method]
    fn throw(t: &mut Thread, this: &Object<Generator>, args: Args<'_>) -> Result<Value> {
        let raised = thrown(t, args)?;
        let outcome = throw_into(t, this, raised)?;
        as_result(t, outcome)
    }

    /// Ends the generator by `GeneratorExit` where it waits, and answers what it returns. Raises `RuntimeError` if it yields all the same.
    #[method]
    fn close(t: &mut Thread, this: &Object<Generator>) -> Result<Value> {
        close(t, this)
    }

    #[method]
    fn __del__(t: &mut Thread, this: &Object<Generator>) -> Result<()> {
        if this.state() == State::Suspended {
            close(t, this)?;
        }
        Ok(())
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Generator>) -> String {
        described(t, this, "generator")
    }
}

#[methods(STATE)]
impl Generator {
    #[getter]
    fn __name__(t: &Thread, this: &Object<Generator>) -> Value {
        Generator::name_value(this, t)
    }

    #[setter(__name__)]
    fn set_name(t: &mut Thread, this: &Object<Generator>, value: Option<Ref<'_>>) -> Result<()> {
        match value {
            Some(value) if value.downcast::<ungil_objects::types::text::Str>().is_some() => {
                this.name.set(t, this.header(), value.to_value());
                Ok(())
            }
            _ => raise!(t, TypeError, "__name__ must be set to a string object"),
        }
    }

    #[getter]
    fn __qualname__(t: &Thread, this: &Object<Generator>) -> Value {
        Generator::qualname_value(this, t)
    }

    #[setter(__qualname__)]
    fn set_qualname(t: &mut Thread, this: &Object<Generator>, value: Option<Ref<'_>>) -> Result<()> {
        match value {
            Some(value) if value.downcast::<ungil_objects::types::text::Str>().is_some() => {
                this.qualname.set(t, this.header(), value.to_value());
                Ok(())
            }
            _ => raise!(t, TypeError, "__qualname__ must be set to a string object"),
        }
    }

    #[getter]
    fn gi_running(this: &Object<Generator>) -> bool {
        this.state() == State::Running
    }

    #[getter]
    fn gi_suspended(this: &Object<Generator>) -> bool {
        this.state() == State::Suspended
    }

    #[getter]
    fn gi_frame(t: &mut Thread, this: &Object<Generator>) -> Option<Value> {
        frame_of(t, this)
    }

    #[getter]
    fn gi_code(this: &Object<Generator>) -> Value {
        this.code().to_value()
    }

    #[getter]
    fn gi_yieldfrom(t: &Thread, this: &Object<Generator>) -> Option<Value> {
        delegate_of(t, this)
    }
}

/// What `__await__` of a coroutine answers.
#[class(name = "coroutine_wrapper", no_new, final)]
impl CoroutineWrapper {
    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<CoroutineWrapper>) -> Result<Option<Value>> {
        let Some(inner) = generator_behind(this.borrow()) else { return Ok(None) };
        let outcome = resume_native(t, inner, Ok(Value::NONE))?;
        Ok(next_of(t, outcome))
    }

    #[method]
    fn send(t: &mut Thread, this: &Object<CoroutineWrapper>, value: Ref<'_>) -> Result<Value> {
        let inner = of(t, this.coroutine.get())?;
        let outcome = resume_native(t, inner, Ok(value.to_value()))?;
        as_result(t, outcome)
    }

    #[method]
    fn throw(t: &mut Thread, this: &Object<CoroutineWrapper>, args: Args<'_>) -> Result<Value> {
        let inner = of(t, this.coroutine.get())?;
        let raised = thrown(t, args)?;
        let outcome = throw_into(t, inner, raised)?;
        as_result(t, outcome)
    }

    #[method]
    fn close(t: &mut Thread, this: &Object<CoroutineWrapper>) -> Result<Value> {
        let inner = of(t, this.coroutine.get())?;
        close(t, inner)
    }
}

/// Defines `coroutine`, whose objects have the payload of `generator`.
pub(crate) struct Coroutine;

/// Defines `async_generator`, whose objects have the payload of `generator`.
pub(crate) struct AsyncGenerator;

macro_rules! definitions_only {
    ($($type:ty),*) => {$(
        ungil_objects::payload!($type, plain);

        impl Trace for $type {
            fn trace(&self, _: &mut Tracer<'_>) {}
        }
    )*};
}
definitions_only!(Coroutine, AsyncGenerator);

/// A suspended function that awaits.
#[class(name = "coroutine", no_new, final)]
impl Coroutine {
    #[method]
    fn __await__(t: &mut Thread, this: Ref<'_>) -> Value {
        t.alloc(CoroutineWrapper { coroutine: Fixed::new(this.to_value()) }).into_value()
    }

    /// Resumes the coroutine with the result of what it awaits, and answers what it awaits next.
    ///
    /// If it returns instead, that is `StopIteration` with the value returned.
    #[method]
    fn send(t: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Result<Value> {
        let coroutine = of(t, this)?;
        let outcome = resume_native(t, coroutine, Ok(value.to_value()))?;
        as_result(t, outcome)
    }

    /// Resumes the coroutine by raising an exception where it waits, and answers what it awaits next.
    ///
    /// If it returns instead, that is `StopIteration` with the value returned.
    #[method]
    fn throw(t: &mut Thread, this: Ref<'_>, args: Args<'_>) -> Result<Value> {
        let coroutine = of(t, this)?;
        let raised = thrown(t, args)?;
        let outcome = throw_into(t, coroutine, raised)?;
        as_result(t, outcome)
    }

    /// Ends the coroutine by `GeneratorExit` where it waits. Raises `RuntimeError` if it awaits once more.
    #[method]
    fn close(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let coroutine = of(t, this)?;
        close(t, coroutine)
    }

    #[method]
    fn __del__(t: &mut Thread, this: Ref<'_>) -> Result<()> {
        let coroutine = of(t, this)?;
        match coroutine.state() {
            State::Created => {
                let name = name_of(Generator::qualname_value(coroutine, t).borrow());
                t.warn(Exc::RuntimeWarning, &format!("coroutine '{name}' was never awaited"))
            }
            State::Suspended => close(t, coroutine).map(drop),
            _ => Ok(()),
        }
    }

    #[method]
    fn __repr__(t: &mut Thread, this: Ref<'_>) -> Result<String> {
        let coroutine = of(t, this)?;
        Ok(described(t, coroutine, "coroutine"))
    }

    #[getter]
    fn __name__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let coroutine = of(t, this)?;
        Ok(Generator::name_value(coroutine, t))
    }

    #[getter]
    fn __qualname__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let coroutine = of(t, this)?;
        Ok(Generator::qualname_value(coroutine, t))
    }

    #[getter]
    fn cr_running(t: &mut Thread, this: Ref<'_>) -> Result<bool> {
        Ok(of(t, this)?.state() == State::Running)
    }

    #[getter]
    fn cr_suspended(t: &mut Thread, this: Ref<'_>) -> Result<bool> {
        Ok(of(t, this)?.state() == State::Suspended)
    }

    #[getter]
    fn cr_frame(t: &mut Thread, this: Ref<'_>) -> Result<Option<Value>> {
        let coroutine = of(t, this)?;
        Ok(frame_of(t, coroutine))
    }

    #[getter]
    fn cr_origin(t: &mut Thread, this: Ref<'_>) -> Result<Option<Value>> {
        let coroutine = of(t, this)?;
        Ok(coroutine.origin.get(t, coroutine.header()))
    }

    #[getter]
    fn cr_code(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        Ok(of(t, this)?.code().to_value())
    }

    #[getter]
    fn cr_await(t: &mut Thread, this: Ref<'_>) -> Result<Option<Value>> {
        let coroutine = of(t, this)?;
        Ok(delegate_of(t, coroutine))
    }
}

/// A suspended function that awaits and yields values.
#[class(name = "async_generator", no_new, final)]
impl AsyncGenerator {
    #[method]
    fn __aiter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __repr__(t: &mut Thread, this: Ref<'_>) -> Result<String> {
        let generator = of(t, this)?;
        Ok(described(t, generator, "async_generator"))
    }

    #[getter]
    fn __name__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let generator = of(t, this)?;
        Ok(Generator::name_value(generator, t))
    }

    #[getter]
    fn __qualname__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let generator = of(t, this)?;
        Ok(Generator::qualname_value(generator, t))
    }

    #[getter]
    fn ag_running(t: &mut Thread, this: Ref<'_>) -> Result<bool> {
        Ok(of(t, this)?.asynchronous.running.load(std::sync::atomic::Ordering::Relaxed))
    }

    #[method]
    fn __anext__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let generator = of(t, this)?;
        send_later(t, generator, Value::NONE)
    }

    /// An awaitable that resumes the generator with a value, the result of the `yield` it waits at.
    #[method]
    fn asend(t: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Result<Value> {
        let generator = of(t, this)?;
        send_later(t, generator, value.to_value())
    }

    /// An awaitable that resumes the generator by raising an exception where it waits.
    #[method]
    fn athrow(t: &mut Thread, this: Ref<'_>, args: Args<'_>) -> Result<Value> {
        let generator = of(t, this)?;
        throw_later(t, generator, Some(args))
    }

    /// An awaitable that ends the generator by `GeneratorExit` where it waits.
    #[method]
    fn aclose(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let generator = of(t, this)?;
        throw_later(t, generator, None)
    }

    #[method]
    fn __del__(t: &mut Thread, this: Ref<'_>) -> Result<()> {
        let generator = of(t, this)?;
        if generator.state() == State::Suspended && !hand_to_finaliser(t, generator)? {
            close(t, generator)?;
        }
        Ok(())
    }

    #[getter]
    fn ag_frame(t: &mut Thread, this: Ref<'_>) -> Result<Option<Value>> {
        let generator = of(t, this)?;
        Ok(frame_of(t, generator))
    }

    #[getter]
    fn ag_await(t: &mut Thread, this: Ref<'_>) -> Result<Option<Value>> {
        let generator = of(t, this)?;
        Ok(delegate_of(t, generator))
    }

    #[getter]
    fn ag_suspended(t: &mut Thread, this: Ref<'_>) -> Result<bool> {
        Ok(of(t, this)?.state() == State::Suspended)
    }

    #[getter]
    fn ag_code(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        Ok(of(t, this)?.code().to_value())
    }
}

/// A value on its way out of an asynchronous generator.
#[class(name = "async_generator_wrapped_value", no_new, final)]
impl WrappedValue {
    #[method]
    fn __repr__(this: Ref<'_>) -> String {
        format!("<async_generator_wrapped_value object at {:#x}>", this.word().identity())
    }
}
