//! Calls: Python callees get a frame in place, native ones are called by their convention.
//!
//! A call window lies on top of the caller's temporaries: callable, header words, self slot, arguments. A function whose arguments
//! need no binding runs right there: its frame's registers begin at the self slot, or behind it if there is no self.

use std::hint::cold_path;

use ungil_bytecode::{CALL_HEADER, Opcode, WINDOW};
use ungil_objects::call::{Args, Convention, NativeDef, call_native};
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::protocol::call;
use ungil_objects::types::bound::BoundMethod;
use ungil_objects::types::class_object;
use ungil_objects::types::native::{MethodDescriptor, NativeFunction};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Object, Ref, Thread, Value, Word, raise, release_unless_last};

use super::machine::Machine;
use super::places::{self, Place};
use crate::code::Code;
use crate::frame::{Flags, Frame, FrameHeader, HEADER, Registers};
use crate::function::{Function, bind};
use crate::thread_data::Shared;

/// The self slot of a window.
const SELF: usize = 1 + CALL_HEADER as usize;
const ARGUMENTS: usize = WINDOW as usize;
/// Cache words behind the instructions.
const LOAD_METHOD_CACHE: usize = Opcode::LoadMethodClass.cache_words();
const CALL_CACHE: usize = Opcode::Call.cache_words();

/// `call dst, base, argc`.
#[inline(always)]
pub(super) fn call_window(m: &mut Machine<'_>, destination: usize, base: usize, argc: usize) -> Result<()> {
    let callable = m.registers.word(base);
    let has_self = !m.registers.word(base + SELF).is_unbound();
    let first = if has_self { base + SELF } else { base + ARGUMENTS };
    let count = argc + usize::from(has_self);
    // SAFETY: the window holds the callable during the call.
    let callee: Ref<'_> = unsafe { Ref::from_word(callable) };
    if let Some(function) = callee.downcast_exact::<Function>(m.t) {
        return call_function(m, function, destination, base, first, count, Flags::NONE);
    }
    call_other(m, callee, destination, base, first, count)
}

/// Calls a Python function whose arguments lie in the window.
#[inline(always)]
fn call_function(
    m: &mut Machine<'_>,
    function: &Object<Function>,
    destination: usize,
    base: usize,
    first: usize,
    count: usize,
    flags: Flags,
) -> Result<()> {
    let code = function.code();
    if code.simple_arguments as usize == count {
        return push(m, function, code, destination, base, first, count, flags);
    }
    m.save();
    if let Some(expected) = defaults_missing(m, function, code, first, count) {
        return push(m, function, code, destination, base, first, expected, flags);
    }
    let args = Args::positional_only(m.registers.run(first, count));
    call_binding(m, function, destination, base, first, args, flags)
}

/// Appends the defaults of missing arguments, if that is all that binding has to do. Returns how many arguments there are then.
#[inline]
fn defaults_missing(
    m: &Machine<'_>,
    function: &Object<Function>,
    code: &Object<Code>,
    first: usize,
    count: usize,
) -> Option<usize> {
    let expected = code.simple_arguments as usize;
    let behind = m.registers.place(first + count);
    let may = expected != u32::MAX as usize && count < expected && m.t.registers.has_room(behind, expected);
    (may && function.put_defaults(m.t, behind, expected - count)).then_some(expected)
}

/// Calls a Python function whose arguments, which lie from `first` on, must be bound to parameters.
#[inline(never)]
fn call_binding(
    m: &mut Machine<'_>,
    function: &Object<Function>,
    destination: usize,
    base: usize,
    first: usize,
    args: Args<'_>,
    flags: Flags,
) -> Result<()> {
    let code = function.code();
    let count = args.values().len();
    let bound = bind::bind(m.t, function, code, args);
    // The arguments are consumed, bound or not.
    m.registers.drop_run(m.t, first, count);
    match bound {
        Ok(locals) => {
            place_locals(m, base, locals)?;
            push(m, function, code, destination, base, base + SELF, code.parameter_count(), flags)
        }
        Err(raised) => {
            drop(m.registers.take(base));
            Err(raised)
        }
    }
}

/// Puts bound arguments where the frame will be.
fn place_locals(m: &mut Machine<'_>, base: usize, locals: Vec<Value>) -> Result<()> {
    let start = m.registers.place(base + SELF);
    if !m.t.registers.has_room(start, locals.len()) {
        drop(m.registers.take(base));
        drop(locals);
        raise!(m.t, RecursionError, "maximum recursion depth exceeded");
    }
    for (index, value) in locals.into_iter().enumerate() {
        m.registers.put_value(base + SELF + index, value);
    }
    Ok(())
}

/// Makes the frame whose first locals lie at `first` and goes on in it.
#[inline(always)]
#[allow(
    clippy::too_many_arguments,
    reason = "inlined into its callers, which have all of these in registers"
)]
fn push(
    m: &mut Machine<'_>,
    function: &Object<Function>,
    code: &'static Object<Code>,
    destination: usize,
    base: usize,
    first: usize,
    count: usize,
    flags: Flags,
) -> Result<()> {
    if !may_enter(m, code, first) {
        cold_path();
        m.save();
        m.registers.drop_run(m.t, first, count);
        drop(m.registers.take(base));
        return recursion_error(m.t);
    }
    begin(m, function, code, destination, base, first, count, flags);
    Ok(())
}

/// Whether there is room for a frame of this code, whose first register would be this one. Counts the frame if so.
#[inline(always)]
fn may_enter(m: &Machine<'_>, code: &Code, first: usize) -> bool {
    m.t.registers.has_room(m.registers.place(first), code.window as usize) && m.t.registers.enter_depth()
}

/// The second half of [`push`], where there is room.
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "as for `push`")]
fn begin(
    m: &mut Machine<'_>,
    function: &Object<Function>,
    code: &'static Object<Code>,
    destination: usize,
    base: usize,
    first: usize,
    count: usize,
    flags: Flags,
) {
    let registers = m.registers.place(first);
    let (entry, adaptive) = code.entry(m.t);
    let pc = if m.t.is_interrupted() { entry } else { entry.wrapping_add(code.resume_words as usize) };
    // SAFETY: the window is ours, and there is room behind it.
    unsafe {
        let frame = Frame::at(registers);
        frame.set_header(FrameHeader {
            previous: Some(m.frame()),
            return_pc: m.pc,
            code,
            function: function.borrow().word(),
            flags: flags.with(adaptive),
            distance: (first - base) as u16,
            destination: destination as u32,
        });
        clear_locals(frame.registers(), code, count);
        m.enter_code(frame, code, pc);
    }
}

/// Calls a method at its `load_method` if the call follows right there, without arguments, and the method is a Python function
/// that needs no binding: the window need not be made only to be looked at again. Whether it did.
#[inline(always)]
pub(super) fn call_method_at_once(m: &mut Machine<'_>, method: Word, base: usize, object: usize) -> bool {
    let call = m.pc.wrapping_add(LOAD_METHOD_CACHE);
    // SAFETY: an instruction that falls through is followed by another.
    let word = unsafe { call.read() };
    let [destination, window, argc] = ungil_bytecode::word_operands(word);
    if word as u16 != Opcode::Call as u16 || window as usize != base || argc != 0 {
        return false;
    }
    // SAFETY: the class keeps the method, which only the collector frees.
    let callee: Ref<'_> = unsafe { Ref::from_word(method) };
    let Some(function) = callee.downcast_exact::<Function>(m.t) else { return false };
    let code = function.code();
    if code.simple_arguments != 1 || !may_enter(m, code, base + SELF) {
        return false;
    }
    let receiver = m.moved(object);
    m.registers.put(base, method);
    m.registers.put(base + SELF, receiver);
    m.at = call;
    m.pc = call.wrapping_add(1 + CALL_CACHE);
    begin(m, function, code, destination as usize, base, base + SELF, 1, Flags::NONE);
    true
}

/// Unbinds the locals and cells behind the arguments.
#[inline(always)]
pub(super) fn clear_locals(registers: Registers, code: &Code, from: usize) {
    for index in from..code.first_temporary as usize {
        registers.put(index, Word::UNBOUND);
    }
}

#[cold]
#[inline(never)]
pub(crate) fn recursion_error<T>(t: &Thread) -> Result<T> {
    raise!(t, RecursionError, "maximum recursion depth exceeded")
}

/// Calls what is not a plain Python function.
#[inline(never)]
fn call_other(
    m: &mut Machine<'_>,
    callee: Ref<'_>,
    destination: usize,
    base: usize,
    first: usize,
    count: usize,
) -> Result<()> {
    m.save();
    if let Some(method) = callee.downcast_exact::<MethodDescriptor>(m.t) {
        return call_native_in_place(m, method.def, destination, base, first, count);
    }
    if let Some(function) = callee.downcast_exact::<NativeFunction>(m.t) {
        if !function.is_bound() {
            return call_native_in_place(m, function.def, destination, base, first, count);
        }
        if let (Some(receiver), true) = (function.receiver(), first == base + ARGUMENTS) {
            // The callable keeps the receiver alive, which goes to the self slot uncounted.
            m.registers.put(base + SELF, receiver.word().as_uncounted());
            return call_native_in_place(m, function.def, destination, base, base + SELF, count + 1);
        }
    }
    if let Some(class) = callee.downcast_exact::<Class>(m.t)
        && let Some(result) = call_class(m, class, destination, base, count)
    {
        return result;
    }
    // A bound method: its receiver goes to the self slot.
    if let Some(method) = callee.downcast_exact::<BoundMethod>(m.t)
        && first == base + ARGUMENTS
        && let Some(native) = method.function().downcast_exact::<MethodDescriptor>(m.t)
    {
        m.registers.put(base + SELF, method.receiver().word().as_uncounted());
        return call_native_in_place(m, native.def, destination, base, base + SELF, count + 1);
    }
    if let Some(method) = callee.downcast_exact::<BoundMethod>(m.t)
        && let Some(function) = method.function().downcast_exact::<Function>(m.t)
        && first == base + ARGUMENTS
    {
        let (function, receiver) = (function.to_obj(), method.receiver().to_value());
        let old = m.registers.take(base);
        m.registers.put_value(base + SELF, receiver);
        m.registers.put_value(base, function.clone().into_value());
        drop(old);
        return call_function(m, &function, destination, base, base + SELF, count + 1, Flags::NONE);
    }
    let result = call::call(m.t, callee, m.registers.run(first, count));
    deliver_result(m, result, destination, base, first, count)
}

/// Calls a class whose instances are made in place: `__init__` runs in a frame here, which has the instance as its callable.
/// `None` if the class is not such a one.
fn call_class(
    m: &mut Machine<'_>,
    class: &Object<Class>,
    destination: usize,
    base: usize,
    count: usize,
) -> Option<Result<()>> {
    let has_self = !m.registers.word(base + SELF).is_unbound();
    let place = places::find_constructor(m.t, class);
    match place {
        Place::Bare if count == 0 => {
            let instance = class_object::new_instance(m.t, class);
            drop(m.registers.take(base));
            m.set_value(destination, instance);
            m.settle();
            Some(Ok(()))
        }
        Place::Initialised(init) if !has_self => {
            // SAFETY: the class keeps its method, which only the collector frees.
            let init: Ref<'_> = unsafe { Ref::from_word(init) };
            let function = init.downcast_exact::<Function>(m.t)?;
            let instance = class_object::new_instance(m.t, class);
            m.registers.put_value(base + SELF, instance.clone());
            drop(m.registers.take(base));
            m.registers.put_value(base, instance);
            Some(call_function(m, function, destination, base, base + SELF, count + 1, Flags::INITIALISER))
        }
        Place::Native(new, init) if !has_self => {
            let made = make_natively(m, class, new, init, base, count);
            Some(deliver_result(m, made, destination, base, base + ARGUMENTS, count))
        }
        _ => None,
    }
}

/// Calls a native `__new__` and `__init__`; the self slot before the arguments takes the class first, then what was made.
fn make_natively(
    m: &mut Machine<'_>,
    class: &Object<Class>,
    new: Word,
    init: Option<Word>,
    base: usize,
    count: usize,
) -> Result<Value> {
    // SAFETY: the class keeps both functions, which only the collector frees.
    let (new, init): (Ref<'_>, Option<Ref<'_>>) =
        unsafe { (Ref::from_word(new), init.map(|init| Ref::from_word(init))) };
    m.registers.put(base + SELF, class.borrow().word().as_uncounted());
    let made = match new.downcast_exact::<NativeFunction>(m.t) {
        Some(new) => call_convention(m, new.def, base + SELF, count + 1)?,
        None => raise!(m.t, SystemError, "a native constructor is a native function"),
    };
    if !std::ptr::eq(made.borrow().class(m.t), class) {
        let args = Args::positional_only(m.registers.run(base + ARGUMENTS, count));
        return class_object::initialised(m.t, class, made, args);
    }
    if let Some(init) = init.and_then(|init| init.downcast_exact::<MethodDescriptor>(m.t)) {
        m.registers.put(base + SELF, made.word().as_uncounted());
        call_convention(m, init.def, base + SELF, count + 1)?;
    }
    Ok(made)
}

/// Calls a native function with the arguments that lie in the window.
#[inline(always)]
fn call_native_in_place(
    m: &mut Machine<'_>,
    def: &'static NativeDef,
    destination: usize,
    base: usize,
    first: usize,
    count: usize,
) -> Result<()> {
    let result = call_convention(m, def, first, count);
    deliver_result(m, result, destination, base, first, count)
}

/// Gives the window of a native call up and writes the result.
#[inline(always)]
fn deliver_result(
    m: &mut Machine<'_>,
    result: Result<Value>,
    destination: usize,
    base: usize,
    first: usize,
    count: usize,
) -> Result<()> {
    m.registers.drop_run(m.t, first, count);
    m.registers.drop_one(m.t, base);
    // A receiver that lay there uncounted may have died with the callable, and the collector looks at what a call consumes.
    m.registers.put(base + SELF, Word::UNBOUND);
    m.set_value(destination, result?);
    m.settle();
    Ok(())
}

/// Calls a native function with a run of registers. The loop catches its panics.
#[inline(always)]
fn call_convention(
    m: &mut Machine<'_>,
    def: &'static NativeDef,
    first: usize,
    count: usize,
) -> Result<Value> {
    m.native = Some(def);
    let values: &[Ref<'_>] = m.registers.run(first, count);
    match (def.convention, values) {
        (Convention::One(function), [a]) => function(m.t, *a),
        (Convention::Two(function), [a, b]) => function(m.t, *a, *b),
        (Convention::Three(function), [a, b, c]) => function(m.t, *a, *b, *c),
        (Convention::Args(function), _) => function(m.t, Args::positional_only(values)),
        _ => call_native(m.t, def, Args::positional_only(values)),
    }
}

/// `call_kw base, argc, names`: the last arguments are named.
#[inline(never)]
pub(super) fn call_keywords(m: &mut Machine<'_>, base: usize, argc: usize, names: usize) -> Result<()> {
    m.save();
    let has_self = !m.registers.word(base + SELF).is_unbound();
    let first = if has_self { base + SELF } else { base + ARGUMENTS };
    let count = argc + usize::from(has_self);
    let names = m.constant(names).downcast::<Tuple>();
    let callee = m.registers.read(base);
    let args = Args::new(m.registers.run(first, count), names);
    if let Some(function) = callee.downcast_exact::<Function>(m.t) {
        return call_binding(m, function, base, base, first, args, Flags::NONE);
    }
    let result = call::call_args(m.t, callee, args);
    m.registers.drop_run(m.t, first, count);
    drop(m.registers.take(base));
    m.set_value(base, result?);
    m.settle();
    Ok(())
}

/// `call_ex dst, base, 2|3`: unpacked arguments.
#[inline(never)]
pub(super) fn call_unpacked(
    m: &mut Machine<'_>,
    destination: usize,
    base: usize,
    count: usize,
) -> Result<()> {
    m.save();
    let mut parts = m.registers.take_run(base, count).into_iter();
    let (callable, positional, keywords) = (parts.next(), parts.next(), parts.next());
    let (Some(callable), Some(positional)) = (callable, positional) else {
        raise!(m.t, SystemError, "malformed call");
    };
    let result = super::unpack::call_with(
        m.t,
        callable.borrow(),
        positional.borrow(),
        keywords.as_ref().map(Value::borrow),
    );
    drop((callable, positional, keywords));
    m.set_value(destination, result?);
    m.settle();
    Ok(())
}

/// Returns a word, which the frame gives up, to whoever called the running frame. `Some` if that is native code.
#[inline(always)]
pub(crate) fn leave(m: &mut Machine<'_>, result: Word) -> Result<Option<Value>> {
    let frame = m.frame();
    let flags = frame.flags();
    m.t.registers.leave_depth();
    const SPECIAL: Flags = Flags(!(Flags::ADAPTIVE.0 | Flags::INITIALISER.0));
    let initialises = flags.has(Flags::INITIALISER);
    if flags.has(SPECIAL) || initialises && !result.is_none() {
        cold_path();
        return super::leave::leave_special(m, result);
    }
    drop_locals(m);
    // SAFETY: an ordinary frame's callable word is its own.
    let callable = unsafe { frame.callable_place().read() };
    let result = if initialises {
        callable
    } else {
        // SAFETY: the frame gives the word up.
        if callable.owns_count() && !unsafe { release_unless_last(callable, m.t.owner()) } {
            cold_path();
            drop_last(m, 0, callable);
        }
        result
    };
    let destination = frame.destination();
    let pc = frame.return_pc();
    // SAFETY: only entry frames, which are special, may have nothing before them.
    m.go_back(unsafe { frame.previous().unwrap_unchecked() }, pc);
    m.deliver(destination, result);
    Ok(None)
}

/// Drops the locals and cells of the running frame, the last first. The frame is left at once or has them unbound.
#[inline(always)]
pub(super) fn drop_locals(m: &mut Machine<'_>) {
    for index in (0..m.first_temporary).rev() {
        let word = m.registers.word(index);
        // SAFETY: the frame gives its locals up.
        if word.owns_count() && !unsafe { release_unless_last(word, m.t.owner()) } {
            cold_path();
            drop_last(m, index, word);
        }
    }
}

/// Drops what may die of it, by which another thread or a finaliser may come to look at frames: what has been dropped before
/// must be gone from this one.
#[inline(never)]
fn drop_last(m: &Machine<'_>, first_dropped: usize, word: Word) {
    unbind(m, first_dropped);
    // SAFETY: the frame gives the word up.
    drop(unsafe { Value::from_word(word) });
}

/// Unbinds locals from this one on, which [`drop_locals`] leaves as they were.
pub(super) fn unbind(m: &Machine<'_>, first: usize) {
    for index in first..m.first_temporary {
        m.registers.put(index, Word::UNBOUND);
    }
}

/// `return a`.
#[inline(always)]
pub(super) fn return_register(m: &mut Machine<'_>, a: usize) -> Result<Option<Value>> {
    let word = m.registers.word(a);
    if a < m.first_temporary {
        // The local's own count moves out.
        m.registers.put(a, Word::UNBOUND);
    }
    leave(m, word)
}

/// Calls a Python function from native code: a frame of its own and a run of the eval loop.
pub(crate) fn call_from_native(t: &mut Thread, callable: Ref<'_>, args: Args<'_>) -> Result<Value> {
    let Some(function) = callable.downcast::<Function>() else {
        raise!(t, TypeError, "'{}' object is not callable", callable.class(t).name(t));
    };
    t.check_stack("")?;
    let code = function.code();
    if code.simple_arguments as usize == args.values().len() && args.names().is_none() {
        return enter(t, function, code, None, args.values().len(), |registers, index| {
            registers.put(index, crate::frame::copy_value(args.values()[index]));
        });
    }
    let locals = bind::bind(t, function, code, args)?;
    enter_native(t, function, code, locals, None)
}

/// Runs a function's code with these locals, and with a namespace if it has one.
pub(crate) fn enter_native(
    t: &mut Thread,
    function: &Object<Function>,
    code: &Object<Code>,
    locals: Vec<Value>,
    namespace: Option<Value>,
) -> Result<Value> {
    let count = locals.len();
    let mut locals = locals.into_iter();
    enter(t, function, code, namespace, count, |registers, index| {
        if let Some(value) = locals.next() {
            registers.put_value(index, value);
        }
    })
}

/// Runs a function's code in a frame of its own, whose first `count` locals `put` writes in order.
#[inline]
fn enter(
    t: &mut Thread,
    function: &Object<Function>,
    code: &Object<Code>,
    namespace: Option<Value>,
    count: usize,
    mut put: impl FnMut(Registers, usize),
) -> Result<Value> {
    let lowest = t.registers.top();
    let base = lowest.wrapping_add(usize::from(code.has_namespace()));
    let registers = base.wrapping_add(1 + HEADER);
    if !t.registers.has_room(lowest, 2 + HEADER + code.window as usize) || !t.registers.enter_depth() {
        return recursion_error(t);
    }
    let (pc, adaptive) = code.entry(t);
    // SAFETY: above the top nothing is in use, and there is room.
    unsafe {
        base.write(crate::frame::copy_value(function.borrow()));
        let frame = Frame::at(registers);
        frame.set_header(FrameHeader {
            previous: Frame::from_address(t.registers.frame()),
            return_pc: t.registers.pc(),
            code,
            function: function.borrow().word(),
            flags: Flags::ENTRY.with(adaptive),
            distance: 1 + HEADER as u16,
            destination: 0,
        });
        for index in 0..count {
            put(frame.registers(), index);
        }
        clear_locals(frame.registers(), code, count);
        if let Some(namespace) = namespace {
            frame.namespace_place().write(namespace.into_word());
        }
        super::run(t, frame, pc)
    }
}

/// The recursion limit of an interpreter, for its threads' counters.
pub(crate) fn set_recursion_limit(t: &Thread, limit: u32) {
    Shared::of(t.interpreter()).recursion_limit.store(limit, std::sync::atomic::Ordering::Relaxed);
    t.registers.set_depth_limit(limit);
}
