//! Raising, matching and handling exceptions.

use ungil_objects::class::{Class, ClassFlags};
use ungil_objects::error::{Exc, Raised, Result};
use ungil_objects::protocol::{call, instance, iterate};
use ungil_objects::types::exception::Exception;
use ungil_objects::types::exception::group_matching::{combine, match_clause};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Obj, Ref, Thread, Value, error, raise};

use super::machine::Machine;

/// The exception that `raise value` raises: an instance, made of a class if need be.
pub(crate) fn exception_of(t: &mut Thread, value: Value) -> Result<Obj<Exception>> {
    if let Some(class) = value.downcast_ref::<Class>()
        && class.has(ClassFlags::EXCEPTION)
    {
        let made = call::call(t, value.borrow(), &[])?;
        return match made.downcast::<Exception>() {
            Ok(exception) => Ok(exception),
            Err(other) => {
                let (class, made) = (class.full_name(t), other.borrow().class(t).full_name(t));
                raise!(
                    t,
                    TypeError,
                    "calling <class '{class}'> should have returned an instance of BaseException, not <class '{made}'>"
                )
            }
        };
    }
    match value.downcast::<Exception>() {
        Ok(exception) => Ok(exception),
        Err(_) => raise!(t, TypeError, "exceptions must derive from BaseException"),
    }
}

/// `raise a`.
pub(super) fn raise(m: &mut Machine<'_>, a: usize) -> Raised {
    m.save();
    let value = m.value(a);
    match exception_of(m.t, value) {
        Ok(exception) => Raised::from_exception(exception),
        Err(raised) => raised,
    }
}

/// `raise a from b`.
pub(super) fn raise_from(m: &mut Machine<'_>, a: usize, b: usize) -> Raised {
    m.save();
    let (cause, value) = (m.value(b), m.value(a));
    let exception = match exception_of(m.t, value) {
        Ok(exception) => exception,
        Err(raised) => return raised,
    };
    let cause = if cause.is_none() {
        None
    } else if cause.downcast_ref::<Class>().is_some() || cause.downcast_ref::<Exception>().is_some() {
        match exception_of(m.t, cause) {
            Ok(cause) => Some(cause.into_value()),
            Err(raised) => return raised,
        }
    } else {
        return error!(m.t, TypeError, "exception causes must derive from BaseException");
    };
    exception.set_cause(m.t, cause);
    Raised::from_exception(exception)
}

/// Bare `raise`.
pub(super) fn raise_current(m: &mut Machine<'_>) -> Raised {
    m.save();
    match m.t.handled_exception().map(Value::downcast::<Exception>) {
        Some(Ok(exception)) => Raised::from_exception(exception),
        _ => error!(m.t, RuntimeError, "No active exception to reraise"),
    }
}

/// An exception in a register, raised again.
pub(super) fn reraise(m: &mut Machine<'_>, register: usize) -> Raised {
    match m.registers.take(register).downcast::<Exception>() {
        Ok(exception) => Raised::from_exception(exception),
        Err(_) => error!(m.t, SystemError, "not an exception"),
    }
}

/// Stands in a generator's registers for what whoever resumes it handles, which may be another exception each time.
const OUTSIDE: Value = Value::ELLIPSIS;

/// Leaves a handler: the exception being handled is a register's value again, `None` for none.
pub(super) fn set_handled(m: &mut Machine<'_>, value: Value) {
    crate::generator::leave_handler(m.frame());
    let handled = match value.borrow().is(OUTSIDE.borrow()) {
        true => crate::generator::handled_outside(m.frame()).flatten(),
        false => Some(value).filter(|value| !value.is_none()),
    };
    drop(m.t.set_handled_exception(handled));
}

/// `enter_handler saved, exception`.
pub(super) fn enter_handler(m: &mut Machine<'_>, saved: usize, exception: usize) {
    let exception = m.registers.read(exception).to_value();
    let previous = m.t.set_handled_exception(Some(exception)).unwrap_or(Value::NONE);
    let is_outer = crate::generator::enter_handler(m.frame());
    m.set_value(saved, if is_outer { OUTSIDE } else { previous });
}

/// `leave_handler`: the handled exception and the one before.
pub(super) fn leave_handler(m: &mut Machine<'_>, start: usize) {
    let previous = m.registers.take(start + 1);
    set_handled(m, previous);
    drop(m.registers.take(start));
    m.settle();
}

/// `match_exception dst, exception, classes`.
pub(super) fn match_exception(m: &mut Machine<'_>, a: usize, exception: usize, classes: usize) -> Result<()> {
    m.save();
    let classes = m.operand(classes);
    let exception = m.registers.read(exception);
    let matches = matches(m.t, exception, classes.get())?;
    drop(classes);
    m.pc = super::arithmetic::deliver_truth(m, 0, a, matches);
    Ok(())
}

/// Whether an exception is an instance of a class or of one in a tuple, by inheritance alone.
pub(super) fn matches(t: &mut Thread, exception: Ref<'_>, classes: Ref<'_>) -> Result<bool> {
    if let Some(tuple) = classes.downcast::<Tuple>() {
        for class in tuple.items() {
            check_class(t, class)?;
        }
        return Ok(tuple.items().any(|class| is_instance(t, exception, class)));
    }
    check_class(t, classes)?;
    Ok(is_instance(t, exception, classes))
}

fn is_instance(t: &Thread, exception: Ref<'_>, class: Ref<'_>) -> bool {
    class.downcast::<Class>().is_some_and(|class| exception.class(t).is_subclass(class))
}

fn check_class(t: &Thread, class: Ref<'_>) -> Result<()> {
    match class.downcast::<Class>() {
        Some(class) if class.has(ClassFlags::EXCEPTION) => Ok(()),
        _ => raise!(t, TypeError, "catching classes that do not inherit from BaseException is not allowed"),
    }
}

/// `split_exception_group dst, exception, classes`.
pub(super) fn split_group(m: &mut Machine<'_>, a: usize, exception: usize, classes: usize) -> Result<()> {
    m.save();
    let classes = m.operand(classes);
    let current = m.registers.read(exception).to_value();
    if current.is_none() {
        m.set_value(a, Value::NONE);
        return Ok(());
    }
    let Ok(current) = current.downcast::<Exception>() else { raise!(m.t, SystemError, "not an exception") };
    let parts = match_clause(m.t, &current, classes.get())?;
    drop(m.registers.take(exception));
    let value = |part: Option<Obj<Exception>>| part.map_or(Value::NONE, Obj::into_value);
    m.registers.put_value(exception, value(parts.rest));
    m.set_value(a, value(parts.matching));
    Ok(())
}

/// `prepare_reraise_star dst, original, results`.
pub(super) fn prepare_reraise_star(
    m: &mut Machine<'_>,
    a: usize,
    original: usize,
    results: usize,
) -> Result<()> {
    m.binary(a, original, results, |t, original, results| {
        let Some(original) = original.downcast::<Exception>() else {
            raise!(t, SystemError, "not an exception")
        };
        let results = iterate::collect(t, results)?;
        let raised = results.into_iter().filter_map(|each| each.downcast::<Exception>().ok()).collect();
        Ok(combine(t, original, raised)?.map_or(Value::NONE, Obj::into_value))
    })
}

/// `wrap_stop_iteration dst, exception`.
pub(super) fn wrap_stop_iteration(m: &mut Machine<'_>, a: usize, b: usize) {
    m.save();
    let value = m.value(b);
    let flags = m.code.spec.flags;
    let wrapped = match value.downcast::<Exception>() {
        Ok(exception) => wrap(m.t, exception, flags).into_value(),
        Err(other) => other,
    };
    m.set_value(a, wrapped);
}

fn wrap(t: &mut Thread, exception: Obj<Exception>, flags: ungil_bytecode::CodeFlags) -> Obj<Exception> {
    use ungil_bytecode::CodeFlags;
    let is = |class| ungil_objects::types::exception::is_instance(t, exception.borrow(), class);
    let kind = if flags.contains(CodeFlags::ASYNC_GENERATOR) {
        "async generator"
    } else if flags.contains(CodeFlags::COROUTINE) {
        "coroutine"
    } else {
        "generator"
    };
    let what = if is(Exc::StopIteration) {
        "StopIteration"
    } else if kind == "async generator" && is(Exc::StopAsyncIteration) {
        "StopAsyncIteration"
    } else {
        return exception;
    };
    let error = error!(t, RuntimeError, "{kind} raised {what}").into_exception();
    error.set_cause(t, Some(exception.to_value()));
    error.set_context(t, Some(exception.into_value()));
    error
}

/// `before_with start, manager, is_async`: exit method and self, then a call window of the enter method.
pub(super) fn before_with(m: &mut Machine<'_>, start: usize, manager: usize, is_async: bool) -> Result<()> {
    m.save();
    let manager = m.operand(manager);
    let names = m.t.names();
    let (enter, exit) =
        if is_async { (names.__aenter__, names.__aexit__) } else { (names.__enter__, names.__exit__) };
    let protocol = if is_async { "asynchronous context manager" } else { "context manager" };
    let Some(exit_method) = call::lookup_special(m.t, manager.get(), exit) else {
        return Err(not_a_manager(
            m.t,
            manager.get(),
            protocol,
            if is_async { "__aexit__" } else { "__exit__" },
        ));
    };
    let Some(enter_method) = call::lookup_special(m.t, manager.get(), enter) else {
        return Err(not_a_manager(
            m.t,
            manager.get(),
            protocol,
            if is_async { "__aenter__" } else { "__enter__" },
        ));
    };
    let (exit_method, exit_self) = bind(m.t, exit_method, manager.get())?;
    let (enter_method, enter_self) = bind(m.t, enter_method, manager.get())?;
    m.registers.put_value(start, exit_method);
    put_or_unbound(m, start + 1, exit_self);
    let unbound = ungil_objects::Word::UNBOUND;
    let receiver = enter_self.map_or(unbound, Value::into_word);
    super::attributes::begin_window(m, start + 2, enter_method.into_word(), receiver);
    Ok(())
}

fn put_or_unbound(m: &Machine<'_>, register: usize, value: Option<Value>) {
    m.registers.put(register, value.map_or(ungil_objects::Word::UNBOUND, Value::into_word));
}

/// A method and its self, or something bound already.
fn bind(t: &mut Thread, method: Value, receiver: Ref<'_>) -> Result<(Value, Option<Value>)> {
    if method.borrow().shape(t).special().has(ClassFlags::METHOD_DESCRIPTOR) {
        return Ok((method, Some(receiver.to_value())));
    }
    let class = receiver.class(t).to_value();
    Ok((call::bind(t, method, Some(receiver), class.borrow())?, None))
}

#[cold]
fn not_a_manager(t: &Thread, manager: Ref<'_>, protocol: &str, method: &str) -> Raised {
    let class = manager.class(t).full_name(t);
    error!(t, TypeError, "'{class}' object does not support the {protocol} protocol (missed {method} method)")
}

/// `push_exit start, exit`: a window with three `None`s.
pub(super) fn push_exit(m: &mut Machine<'_>, start: usize, exit: usize) {
    let (method, receiver) = (m.registers.word(exit), m.registers.word(exit + 1));
    super::attributes::begin_window(m, start, method, receiver);
    for index in 0..3 {
        m.registers.put(start + ungil_bytecode::WINDOW as usize + index, ungil_objects::Word::NONE);
    }
}

/// `push_exit_exception start, exit, exception`: a window with type, value and traceback.
pub(super) fn push_exit_exception(m: &mut Machine<'_>, start: usize, exit: usize, exception: usize) {
    let copy = |m: &Machine<'_>, register: usize| crate::frame::copy(m.registers.word(register), m.t);
    let (method, receiver) = (copy(m, exit), copy(m, exit + 1));
    super::attributes::begin_window(m, start, method, receiver);
    let value = m.registers.read(exception);
    let traceback = value.downcast::<Exception>().and_then(|exception| exception.traceback(m.t));
    let first = start + ungil_bytecode::WINDOW as usize;
    m.registers.put_value(first, value.class(m.t).to_value());
    m.registers.put_value(first + 1, value.to_value());
    m.registers.put_value(first + 2, traceback.unwrap_or(Value::NONE));
}

/// Whether a value is an instance, for patterns.
pub(super) fn is_instance_of(t: &mut Thread, value: Ref<'_>, class: Ref<'_>) -> Result<bool> {
    instance::is_instance(t, value, class)
}
