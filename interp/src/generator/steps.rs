//! What the methods of asynchronous generators answer (PEP 525): awaitables that each resume the generator until it yields or ends.
//!
//! `asend` and `__anext__` answer an [`AsyncSend`], `athrow` and `aclose` an [`AsyncThrow`]. Both can be awaited once. While one is in
//! progress the generator is marked as running, also between its resumptions.

use std::sync::atomic::{AtomicU8, Ordering};

use ungil_macros::class;
use ungil_modules::sys::{FINALIZER_ROOT, FIRSTITER_ROOT};
use ungil_objects::call::Args;
use ungil_objects::error::{Exc, Raised, Result};
use ungil_objects::fields::Fixed;
use ungil_objects::protocol::call;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Object, Ref, Thread, Value, raise};

use super::asynchronous::WrappedValue;
use super::methods::thrown;
use super::resume::{Outcome, resume_native, stop_iteration, throw_into};
use super::{Generator, State};

/// How far an awaitable is: the states of `progress`.
const CREATED: u8 = 0;
const AWAITED: u8 = 1;
const DONE: u8 = 2;

/// `async_generator_asend`
pub struct AsyncSend {
    generator: Fixed,
    value: Fixed,
    progress: AtomicU8,
}

/// `async_generator_athrow`
pub struct AsyncThrow {
    generator: Fixed,
    /// What to throw, as a tuple of arguments; `None` to close.
    arguments: Fixed,
    progress: AtomicU8,
}

ungil_objects::payload!(AsyncSend, collected);
ungil_objects::payload!(AsyncThrow, collected);

impl Trace for AsyncSend {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.generator.trace(tracer);
        self.value.trace(tracer);
    }
}

impl Trace for AsyncThrow {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.generator.trace(tracer);
        self.arguments.trace(tracer);
    }
}

/// The awaitable that sends a value into a generator.
pub(super) fn send_later(t: &mut Thread, generator: &Object<Generator>, value: Value) -> Result<Value> {
    begin(t, generator)?;
    let (generator, value) = (Fixed::new(generator.to_value()), Fixed::new(value));
    Ok(t.alloc(AsyncSend { generator, value, progress: AtomicU8::new(CREATED) }).into_value())
}

/// The awaitable that throws into a generator, or closes it if there are no arguments.
pub(super) fn throw_later(
    t: &mut Thread,
    generator: &Object<Generator>,
    arguments: Option<Args<'_>>,
) -> Result<Value> {
    begin(t, generator)?;
    let arguments = arguments.map_or(Value::NONE, |arguments| {
        let values = arguments.positional().iter().map(|value| value.to_value());
        Tuple::from_values(t, values.collect::<Vec<_>>()).into_value()
    });
    let (generator, arguments) = (Fixed::new(generator.to_value()), Fixed::new(arguments));
    Ok(t.alloc(AsyncThrow { generator, arguments, progress: AtomicU8::new(CREATED) }).into_value())
}

/// The first use of a generator: the hooks of the event loop hear of it.
fn begin(t: &mut Thread, generator: &Object<Generator>) -> Result<()> {
    let flags = &generator.asynchronous;
    if flags.hooked.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let hook = |t: &Thread, root| t.interpreter().root(t, root).filter(|hook| !hook.is_none());
    if let Some(finaliser) = hook(t, FINALIZER_ROOT) {
        flags.finaliser.set(t, generator.header(), finaliser);
    }
    match hook(t, FIRSTITER_ROOT) {
        Some(hook) => call::call(t, hook.borrow(), &[generator.borrow()]).map(drop),
        None => Ok(()),
    }
}

/// The death of a generator that is suspended: `true` if the event loop takes care of it.
pub(super) fn hand_to_finaliser(t: &mut Thread, generator: &Object<Generator>) -> Result<bool> {
    let flags = &generator.asynchronous;
    if flags.closed.load(Ordering::Relaxed) {
        return Ok(false);
    }
    match flags.finaliser.get(t, generator.header()) {
        Some(finaliser) => {
            call::call(t, finaliser.borrow(), &[generator.borrow()])?;
            Ok(true)
        }
        None => Ok(false),
    }
}

fn stops(t: &Thread, raised: &Raised) -> bool {
    raised.is(t, Exc::StopAsyncIteration) || raised.is(t, Exc::GeneratorExit)
}

/// What a resumption means to whoever awaits: something to wait for, or the awaitable's end as an exception.
fn step(t: &mut Thread, generator: &Object<Generator>, outcome: Result<Outcome>) -> Result<Value> {
    let flags = &generator.asynchronous;
    match outcome {
        Ok(Outcome::Yielded(value)) => match value.downcast_ref::<WrappedValue>() {
            Some(wrapped) => {
                flags.running.store(false, Ordering::Relaxed);
                Err(stop_iteration(t, wrapped.value.get().to_value()))
            }
            None => Ok(value),
        },
        Ok(Outcome::Returned(_)) => {
            flags.closed.store(true, Ordering::Relaxed);
            flags.running.store(false, Ordering::Relaxed);
            Err(Raised::with_args(t, Exc::StopAsyncIteration, vec![]))
        }
        Err(raised) => {
            if stops(t, &raised) {
                flags.closed.store(true, Ordering::Relaxed);
            }
            flags.running.store(false, Ordering::Relaxed);
            Err(raised)
        }
    }
}

/// The same for `aclose`: its generator may wait, but not yield.
fn closing_step(t: &mut Thread, generator: &Object<Generator>, outcome: Result<Outcome>) -> Result<Value> {
    let running = &generator.asynchronous.running;
    match outcome {
        Ok(Outcome::Yielded(value)) if value.downcast_ref::<WrappedValue>().is_some() => {
            running.store(false, Ordering::Relaxed);
            raise!(t, RuntimeError, "async generator ignored GeneratorExit")
        }
        Ok(Outcome::Yielded(value)) => Ok(value),
        Err(raised) if !stops(t, &raised) => {
            running.store(false, Ordering::Relaxed);
            Err(raised)
        }
        Ok(Outcome::Returned(_)) | Err(_) => {
            running.store(false, Ordering::Relaxed);
            Err(stop_iteration(t, Value::NONE))
        }
    }
}

/// Refuses a second use, and marks the first.
fn advance(
    t: &Thread,
    generator: &Object<Generator>,
    progress: &AtomicU8,
    method: &str,
    reused: &str,
) -> Result<u8> {
    let before = progress.load(Ordering::Relaxed);
    if before == DONE {
        raise!(t, RuntimeError, "cannot reuse already awaited {reused}");
    }
    if before == CREATED {
        if generator.asynchronous.running.load(Ordering::Relaxed) {
            progress.store(DONE, Ordering::Relaxed);
            raise!(t, RuntimeError, "{method}(): asynchronous generator is already running");
        }
        progress.store(AWAITED, Ordering::Relaxed);
    }
    Ok(before)
}

/// What closing an awaitable makes of throwing `GeneratorExit` into it.
fn closed(t: &Thread, result: Result<Value>) -> Result<()> {
    match result {
        Ok(_) => raise!(t, RuntimeError, "coroutine ignored GeneratorExit"),
        Err(raised) if stops(t, &raised) || raised.is(t, Exc::StopIteration) => Ok(()),
        Err(raised) => Err(raised),
    }
}

fn generator_exit(t: &Thread) -> Raised {
    Raised::with_args(t, Exc::GeneratorExit, vec![])
}

impl AsyncSend {
    fn generator(&self) -> &Object<Generator> {
        self.generator.as_value().downcast_ref::<Generator>().expect("asend is of a generator")
    }

    fn resume(&self, t: &mut Thread, value: Value) -> Result<Value> {
        let generator = self.generator();
        let before = advance(t, generator, &self.progress, "anext", "__anext__()/asend()")?;
        let value = if before == CREATED && value.is_none() { self.value.get().to_value() } else { value };
        generator.asynchronous.running.store(true, Ordering::Relaxed);
        let outcome = resume_native(t, generator, Ok(value));
        self.finish(step(t, generator, outcome))
    }

    fn throw_in(&self, t: &mut Thread, raised: Raised) -> Result<Value> {
        let generator = self.generator();
        advance(t, generator, &self.progress, "anext", "__anext__()/asend()")?;
        generator.asynchronous.running.store(true, Ordering::Relaxed);
        let outcome = throw_into(t, generator, raised);
        self.finish(step(t, generator, outcome))
    }

    fn finish(&self, result: Result<Value>) -> Result<Value> {
        if result.is_err() {
            self.progress.store(DONE, Ordering::Relaxed);
        }
        result
    }
}

/// Resumes an asynchronous generator with a value when it is awaited.
#[class(name = "async_generator_asend", no_new, final)]
impl AsyncSend {
    #[method]
    fn __await__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<AsyncSend>) -> Result<Option<Value>> {
        this.resume(t, Value::NONE).map(Some)
    }

    #[method]
    fn send(t: &mut Thread, this: &Object<AsyncSend>, value: Ref<'_>) -> Result<Value> {
        this.resume(t, value.to_value())
    }

    #[method]
    fn throw(t: &mut Thread, this: &Object<AsyncSend>, args: Args<'_>) -> Result<Value> {
        let raised = thrown(t, args)?;
        this.throw_in(t, raised)
    }

    #[method]
    fn close(t: &mut Thread, this: &Object<AsyncSend>) -> Result<()> {
        if this.progress.load(Ordering::Relaxed) == DONE {
            return Ok(());
        }
        let exit = generator_exit(t);
        let result = this.throw_in(t, exit);
        closed(t, result)
    }
}

impl AsyncThrow {
    fn generator(&self) -> &Object<Generator> {
        self.generator.as_value().downcast_ref::<Generator>().expect("athrow is of a generator")
    }

    fn closes(&self) -> bool {
        self.arguments.get().is_none()
    }

    /// Marks the first use, and starts it.
    fn advance(&self, t: &Thread) -> Result<u8> {
        let method = if self.closes() { "aclose" } else { "athrow" };
        advance(t, self.generator(), &self.progress, method, "aclose()/athrow()")
    }

    fn resume(&self, t: &mut Thread, value: Value) -> Result<Value> {
        let generator = self.generator();
        let flags = &generator.asynchronous;
        if self.progress.load(Ordering::Relaxed) != DONE && generator.state() == State::Finished {
            self.progress.store(DONE, Ordering::Relaxed);
            return Err(stop_iteration(t, Value::NONE));
        }
        if self.advance(t)? == AWAITED {
            let outcome = resume_native(t, generator, Ok(value));
            return self.finish(t, outcome);
        }
        if flags.closed.load(Ordering::Relaxed) {
            self.progress.store(DONE, Ordering::Relaxed);
            return Err(Raised::with_args(t, Exc::StopAsyncIteration, vec![]));
        }
        if !value.is_none() {
            self.progress.store(CREATED, Ordering::Relaxed);
            raise!(t, RuntimeError, "can't send non-None value to a just-started coroutine");
        }
        let raised = match self.arguments.get().downcast::<Tuple>() {
            Some(arguments) => {
                let values = arguments.to_vec();
                let values: Vec<Ref<'_>> = values.iter().map(Value::borrow).collect();
                thrown(t, Args::positional_only(&values))?
            }
            None => {
                flags.closed.store(true, Ordering::Relaxed);
                generator_exit(t)
            }
        };
        flags.running.store(true, Ordering::Relaxed);
        let outcome = throw_into(t, generator, raised);
        self.finish(t, outcome)
    }

    fn throw_in(&self, t: &mut Thread, raised: Raised) -> Result<Value> {
        let generator = self.generator();
        self.advance(t)?;
        generator.asynchronous.running.store(true, Ordering::Relaxed);
        let outcome = throw_into(t, generator, raised);
        self.finish(t, outcome)
    }

    fn finish(&self, t: &mut Thread, outcome: Result<Outcome>) -> Result<Value> {
        let generator = self.generator();
        let result = match self.closes() {
            true => closing_step(t, generator, outcome),
            false => step(t, generator, outcome),
        };
        if result.is_err() {
            self.progress.store(DONE, Ordering::Relaxed);
        }
        result
    }
}

/// Throws into an asynchronous generator, or closes it, when it is awaited.
#[class(name = "async_generator_athrow", no_new, final)]
impl AsyncThrow {
    #[method]
    fn __await__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<AsyncThrow>) -> Result<Option<Value>> {
        this.resume(t, Value::NONE).map(Some)
    }

    #[method]
    fn send(t: &mut Thread, this: &Object<AsyncThrow>, value: Ref<'_>) -> Result<Value> {
        this.resume(t, value.to_value())
    }

    #[method]
    fn throw(t: &mut Thread, this: &Object<AsyncThrow>, args: Args<'_>) -> Result<Value> {
        let raised = thrown(t, args)?;
        this.throw_in(t, raised)
    }

    #[method]
    fn close(t: &mut Thread, this: &Object<AsyncThrow>) -> Result<()> {
        if this.progress.load(Ordering::Relaxed) == DONE {
            return Ok(());
        }
        let exit = generator_exit(t);
        let result = this.throw_in(t, exit);
        closed(t, result)
    }
}
