//! What is visible where: `globals`, `locals`, `vars`, `dir`.

use ungil_macros::module;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, call, iterate};
use ungil_objects::types::cell::Cell;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::list::List;
use ungil_objects::{Object, Ref, Thread, Value, raise};

use crate::code::Code;
use crate::frame::Frame;
use crate::frame::object::FrameObject;

/// The innermost Python frame of this thread. Native functions have none of their own.
pub(crate) fn current_frame(t: &Thread) -> Option<Frame> {
    // SAFETY: the thread's frame register is null or points at a live frame.
    unsafe { Frame::from_address(t.registers.frame()) }
}

/// The local variables of the innermost frame: its namespace if it has one, else a new dict with what is bound now (PEP 667).
///
/// # Errors
/// `SystemError` without a frame.
pub(crate) fn frame_locals(t: &mut Thread) -> Result<Value> {
    match current_frame(t) {
        Some(frame) => snapshot(t, frame),
        None => raise!(t, SystemError, "frame does not exist"),
    }
}

/// The value of a register of locals or cells, by what a cell holds.
fn variable(t: &Thread, code: &Code, register: usize, value: Option<Value>) -> Option<Value> {
    let value = value?;
    if register < code.spec.n_locals as usize {
        return Some(value);
    }
    match value.downcast_ref::<Cell>() {
        Some(cell) => cell.get(t),
        None => Some(value),
    }
}

/// The registers that Python code can name: locals and cells, without those of inlined comprehensions.
fn named_registers(code: &Code) -> impl Iterator<Item = (usize, &str)> {
    let spec = &code.spec;
    let hidden = spec.varnames.len()..spec.n_locals as usize;
    let registers =
        (0..(spec.n_locals + spec.n_cells) as usize).filter(move |register| !hidden.contains(register));
    registers.filter_map(|register| spec.register_name(register as u32).map(|name| (register, name)))
}

/// What the `__class__` cell and the first parameter of the innermost frame are bound to.
pub(crate) fn class_and_receiver(t: &Thread) -> Option<(Option<Value>, Option<Value>)> {
    let frame = current_frame(t)?;
    let code = frame.code();
    let value_of = |register: usize| {
        let bound = !frame.registers().word(register).is_unbound();
        variable(t, code, register, bound.then(|| frame.registers().read(register).to_value()))
    };
    let find = |wanted: &str| {
        named_registers(code).filter(|(_, name)| *name == wanted).find_map(|(at, _)| value_of(at))
    };
    let receiver = match code.spec.varnames.first() {
        // Where a cell holds the parameter, the register of the same name behind the locals is it.
        Some(name) if code.spec.argument_count > 0 => find(name),
        _ => None,
    };
    Some((find("__class__"), receiver))
}

/// A dict of the variables that are bound in a live frame, or the frame's namespace.
fn snapshot(t: &mut Thread, frame: Frame) -> Result<Value> {
    if let Some(namespace) = frame.namespace() {
        return Ok(namespace);
    }
    let code = frame.code();
    let locals = Dict::new(t);
    for (register, name) in named_registers(code) {
        let registers = frame.registers();
        let bound = !registers.word(register).is_unbound();
        let value = bound.then(|| registers.read(register).to_value());
        if let Some(value) = variable(t, code, register, value) {
            let name = t.interpreter().intern(t, name);
            locals.set_str(t, name, value)?;
        }
    }
    Ok(locals.into_value())
}

/// The names that are bound in a frame, for suggestions.
pub(crate) fn names_in_frame(t: &Thread, frame: &Object<FrameObject>) -> Vec<String> {
    let code = frame.code();
    let is_bound =
        |register| variable(t, code, register, FrameObject::register(frame, t, register)).is_some();
    let named = named_registers(code).filter(|(register, _)| is_bound(*register));
    named.map(|(_, name)| name.to_owned()).collect()
}

/// The value of a local variable of a frame.
pub(crate) fn local_of_frame(t: &Thread, frame: &Object<FrameObject>, wanted: &str) -> Option<Value> {
    let code = frame.code();
    let (register, _) = named_registers(code).find(|(_, name)| *name == wanted)?;
    variable(t, code, register, FrameObject::register(frame, t, register))
}

fn sorted(t: &mut Thread, names: Vec<Value>) -> Result<Value> {
    let list = List::from_values(t, names).into_value();
    let sort = t.names().sort;
    call::call_method(t, list.borrow(), sort, &[])?;
    Ok(list)
}

/// Functions of `builtins`.
#[module(name = "builtins")]
pub mod scope {
    use super::*;

    /// The namespace of the module whose code calls, as a dict: what is stored in it becomes a global variable.
    #[function]
    fn globals(t: &mut Thread) -> Value {
        current_frame(t).map_or(Value::NONE, |frame| frame.globals().to_value())
    }

    /// The variables of the code that calls, by name. In a function this is a new dict, and changes to it do nothing.
    #[function]
    fn locals(t: &mut Thread) -> Result<Value> {
        frame_locals(t)
    }

    /// The namespace of an object, its `__dict__`; without an argument, what locals() answers with.
    #[function]
    fn vars(t: &mut Thread, object: Option<Ref<'_>>) -> Result<Value> {
        let Some(object) = object else { return frame_locals(t) };
        let name = t.names().__dict__;
        match attribute::get_if_any(t, object, name)? {
            Some(namespace) => Ok(namespace),
            None => raise!(t, TypeError, "vars() argument must have __dict__ attribute"),
        }
    }

    /// The sorted names of the attributes that an object has; without an argument, those of the variables in reach of locals().
    #[function]
    fn dir(t: &mut Thread, object: Option<Ref<'_>>) -> Result<Value> {
        let names = match object {
            None => {
                let locals = frame_locals(t)?;
                let keys = t.names().keys;
                call::call_method(t, locals.borrow(), keys, &[])?
            }
            Some(object) => {
                let dir = t.names().__dir__;
                match call::bind_special(t, object, dir)? {
                    Some(dir) => call::call(t, dir.borrow(), &[])?,
                    None => raise!(t, TypeError, "object does not provide __dir__"),
                }
            }
        };
        let names = iterate::collect(t, names.borrow())?;
        sorted(t, names)
    }
}
