//! Coroutines and asynchronous generators: their classes, and the instructions of `await` and `async for`.

use std::sync::atomic::{AtomicBool, Ordering};

use ungil_bytecode::CodeFlags;
use ungil_objects::class::{NativeClass, Unary, make_class};
use ungil_objects::error::{Exc, Raised, Result};
use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::layout::Payload;
use ungil_objects::shape::Shape;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::exception::{Exception, is_instance};
use ungil_objects::{Object, Ref, Thread, Value, error, raise};

use super::Generator;
use super::methods::{AsyncGenerator, Coroutine};
use crate::eval::Machine;
use crate::thread_data::Shared;

/// What an asynchronous generator remembers beside its frame.
pub(crate) struct Flags {
    /// An `asend` or the like is in progress.
    pub running: AtomicBool,
    /// `aclose` has begun, or the generator has ended.
    pub closed: AtomicBool,
    /// The hooks of the event loop have been called.
    pub hooked: AtomicBool,
    pub finaliser: Slot,
}

impl Default for Flags {
    fn default() -> Flags {
        Flags {
            running: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            hooked: AtomicBool::new(false),
            finaliser: Slot::empty(),
        }
    }
}

impl Flags {
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        self.finaliser.trace(tracer);
    }
}

/// `coroutine_wrapper`: what `coroutine.__await__()` answers.
pub struct CoroutineWrapper {
    pub(crate) coroutine: Fixed,
}

ungil_objects::payload!(CoroutineWrapper, collected);

impl Trace for CoroutineWrapper {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.coroutine.trace(tracer);
    }
}

/// A value that an asynchronous generator yields, as opposed to what it awaits.
pub struct WrappedValue {
    pub(crate) value: Fixed,
}

ungil_objects::payload!(WrappedValue, collected);

impl Trace for WrappedValue {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.value.trace(tracer);
    }
}

/// The shape of what a function with these flags makes.
pub(super) fn shape_for(t: &Thread, flags: CodeFlags) -> &'static Shape {
    let shared = Shared::of(t.interpreter());
    let shape = if flags.contains(CodeFlags::COROUTINE) {
        &shared.coroutine_shape
    } else if flags.contains(CodeFlags::ASYNC_GENERATOR) {
        &shared.async_generator_shape
    } else {
        return t.shape_of::<Generator>();
    };
    // SAFETY: set when the interpreter was booted; classes live as long.
    unsafe { shape.load(Ordering::Acquire).as_ref() }.unwrap_or_else(|| t.shape_of::<Generator>())
}

/// How messages name a generator.
pub(super) fn kind_name(flags: CodeFlags) -> &'static str {
    if flags.contains(CodeFlags::COROUTINE) {
        "coroutine"
    } else if flags.contains(CodeFlags::ASYNC_GENERATOR) {
        "async generator"
    } else {
        "generator"
    }
}

/// Whether a generator can be iterated or awaited as it is.
pub(super) fn is_plain(generator: &Object<Generator>) -> bool {
    !generator.code().spec.flags.contains(CodeFlags::ASYNC_GENERATOR)
}

/// The generator or coroutine that sending to a value resumes.
pub(super) fn generator_behind(value: Ref<'_>) -> Option<&Object<Generator>> {
    if let Some(wrapper) = value.downcast::<CoroutineWrapper>() {
        return wrapper.coroutine.as_value().downcast_ref::<Generator>().map(|inner| {
            // SAFETY: the wrapper keeps its coroutine, and `value` the wrapper.
            unsafe { &*std::ptr::from_ref(inner) }
        });
    }
    value.downcast::<Generator>().filter(|generator| is_plain(generator))
}

/// Makes the classes `coroutine` and `async_generator`, which share the layout of `generator`.
pub(crate) fn make_classes(t: &mut Thread) -> Result<()> {
    let shared = Shared::of(t.interpreter());
    let base = t.shape_of::<ungil_objects::types::object::Instance>().class();
    for (definition, place) in
        [(Coroutine::def(), &shared.coroutine_shape), (AsyncGenerator::def(), &shared.async_generator_shape)]
    {
        let class = make_class(t, Generator::layout(), definition, &[base])?;
        place.store(std::ptr::from_ref(class.root_shape()).cast_mut(), Ordering::Release);
        t.interpreter().keep_class(class);
    }
    Ok(())
}

/// The iterator that `await value` delegates to.
pub(crate) fn awaitable(t: &mut Thread, value: Ref<'_>, doing: &str) -> Result<Value> {
    if let Some(generator) = value.downcast::<Generator>() {
        let flags = generator.code().spec.flags;
        if flags.contains(CodeFlags::COROUTINE) || flags.contains(CodeFlags::ITERABLE_COROUTINE) {
            if super::resume::delegate_of(t, generator).is_some() {
                raise!(t, RuntimeError, "coroutine is being awaited already");
            }
            return Ok(value.to_value());
        }
    }
    let Some(method) = value.shape(t).special().unary(Unary::Await) else {
        let class = value.class(t).name(t);
        if doing.is_empty() {
            raise!(t, TypeError, "'{class}' object can't be awaited");
        }
        raise!(
            t,
            TypeError,
            "'async with' received an object from {doing} that does not implement __await__: {class}"
        );
    };
    let iterator = method(t, value)?;
    if let Some(generator) = iterator.downcast_ref::<Generator>()
        && generator.code().spec.flags.contains(CodeFlags::COROUTINE)
    {
        raise!(t, TypeError, "__await__() returned a coroutine");
    }
    if iterator.borrow().shape(t).special().next.is_none() {
        let class = iterator.borrow().class(t).name(t);
        raise!(t, TypeError, "__await__() returned non-iterator of type '{class}'");
    }
    Ok(iterator)
}

/// `get_awaitable dst, b, which`.
pub(crate) fn get_awaitable(m: &mut Machine<'_>, a: usize, b: usize, which: usize) -> Result<()> {
    let doing = ["", "__aenter__", "__aexit__"][which.min(2)];
    m.unary(a, b, |t, value| awaitable(t, value, doing))
}

/// `get_async_iter dst, b`.
pub(crate) fn get_async_iterator(m: &mut Machine<'_>, a: usize, b: usize) -> Result<()> {
    m.unary(a, b, |t, value| {
        let class = value.class(t).name(t);
        let Some(method) = value.shape(t).special().unary(Unary::AsyncIter) else {
            raise!(t, TypeError, "'async for' requires an object with __aiter__ method, got {class}");
        };
        let iterator = method(t, value)?;
        if iterator.borrow().shape(t).special().unary(Unary::AsyncNext).is_none() {
            let class = iterator.borrow().class(t).name(t);
            raise!(
                t,
                TypeError,
                "'async for' received an object from __aiter__ that does not implement __anext__: {class}"
            );
        }
        Ok(iterator)
    })
}

/// `get_async_next dst, iterator`.
pub(crate) fn get_async_next(m: &mut Machine<'_>, a: usize, b: usize) -> Result<()> {
    m.save();
    let iterator = m.registers.read(b);
    let Some(method) = iterator.shape(m.t).special().unary(Unary::AsyncNext) else {
        let class = iterator.class(m.t).name(m.t);
        raise!(m.t, TypeError, "'async for' requires an iterator with __anext__ method, got {class}");
    };
    let next = method(m.t, iterator)?;
    let iterator = match awaitable(m.t, next.borrow(), "") {
        Ok(iterator) => iterator,
        Err(raised) => {
            let class = next.borrow().class(m.t).name(m.t);
            let error =
                error!(m.t, TypeError, "'async for' received an invalid object from __anext__: {class}");
            error.exception().set_cause(m.t, Some(raised.into_exception().into_value()));
            return Err(error);
        }
    };
    m.set_value(a, iterator);
    Ok(())
}

/// `end_async_for start`: the iterator and the exception lie from `start` on; the exception, unless it is the end.
pub(crate) fn end_async_for(m: &mut Machine<'_>, start: usize) -> Option<Raised> {
    let exception = m.registers.take(start + 1);
    drop(m.registers.take(start));
    match exception.downcast::<Exception>() {
        Ok(exception) if is_instance(m.t, exception.borrow(), Exc::StopAsyncIteration) => None,
        Ok(exception) => Some(Raised::from_exception(exception)),
        Err(_) => Some(error!(m.t, SystemError, "not an exception")),
    }
}

/// `async_generator_wrap dst, b`.
pub(crate) fn wrap_async_value(m: &mut Machine<'_>, a: usize, b: usize) {
    let value = Fixed::new(m.value(b));
    let wrapped = m.t.alloc(WrappedValue { value });
    m.set_value(a, wrapped.into_value());
}
