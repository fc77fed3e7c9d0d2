//! Making functions, importing, and other instructions that the rest of the interpreter does the work of.

use ungil_objects::error::Result;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Obj, Value, raise};

use super::machine::Machine;
use crate::code::as_code;
use crate::function::Function;

const DEFAULTS: usize = 1;
const KEYWORD_DEFAULTS: usize = 2;
const ANNOTATIONS: usize = 4;
const ANNOTATE: usize = 16;
const CLOSURE: usize = 8;

/// `make_function start, code, bits`: the parts lie from `start` on, in the order defaults, keyword defaults, annotations,
/// `__annotate__`, closure.
pub(super) fn make_function(m: &mut Machine<'_>, start: usize, code: usize, bits: usize) -> Result<()> {
    m.save();
    let Some(code) = as_code(m.constant(code)).map(|code| code.to_obj()) else {
        raise!(m.t, SystemError, "not a code object");
    };
    let globals: Obj<Dict> = m.frame().function().globals().to_obj();
    if bits == CLOSURE {
        let closure = m.registers.take(start).downcast::<Tuple>().ok();
        let function = Function::new(m.t, code, globals, closure);
        Function::defer(&function, m.t);
        m.registers.put_value(start, function.into_value());
        return Ok(());
    }
    let mut register = start;
    let mut part = |bit: usize| {
        (bits & bit != 0).then(|| {
            register += 1;
            m.registers.take(register - 1)
        })
    };
    let (defaults, keyword_defaults) = (part(DEFAULTS), part(KEYWORD_DEFAULTS));
    let (annotations, annotate) = (part(ANNOTATIONS), part(ANNOTATE));
    let closure = part(CLOSURE).and_then(|closure| closure.downcast::<Tuple>().ok());
    let function = Function::new(m.t, code, globals, closure);
    let header = function.header();
    for (slot, value) in [
        (&function.defaults, defaults),
        (&function.keyword_defaults, keyword_defaults),
        (&function.annotations, annotations),
        (&function.annotate, annotate),
    ] {
        if let Some(value) = value {
            slot.set(m.t, header, value);
        }
    }
    Function::defer(&function, m.t);
    m.registers.put_value(start, function.into_value());
    Ok(())
}

/// `import_name dst, name, constant`: the constant is the pair of level and from-list.
pub(super) fn import_name(m: &mut Machine<'_>, a: usize, name: usize, pair: usize) -> Result<()> {
    m.save();
    let name = m.code.name(name);
    let Some(pair) = m.constant(pair).downcast::<Tuple>() else {
        raise!(m.t, SystemError, "malformed import");
    };
    let (level, from_list) = match pair.as_slice() {
        [level, from_list] => (*level, *from_list),
        _ => raise!(m.t, SystemError, "malformed import"),
    };
    let function = m.frame().function();
    let locals = m.frame().namespace();
    let locals = locals.as_ref().map(Value::borrow);
    let module = crate::import::import_name(
        m.t,
        function.globals(),
        function.builtins(),
        locals,
        name,
        from_list,
        level,
    )?;
    m.set_value(a, module);
    m.settle();
    Ok(())
}

/// `import_from dst, module, name`.
pub(super) fn import_from(m: &mut Machine<'_>, a: usize, module: usize, name: usize) -> Result<()> {
    m.save();
    let name = m.code.name(name);
    let module = m.registers.read(module);
    let value = crate::import::import_from(m.t, module, name)?;
    m.set_value(a, value);
    Ok(())
}

/// `import_star module`.
pub(super) fn import_star(m: &mut Machine<'_>, module: usize) -> Result<()> {
    m.save();
    let module = m.operand(module);
    let Some(namespace) = m.frame().namespace() else {
        raise!(m.t, SyntaxError, "import * only allowed at module level");
    };
    crate::import::import_star(m.t, module.get(), namespace.borrow())
}

/// `make_cell` and `make_cell_from`: a new cell in a register.
pub(super) fn make_cell(m: &mut Machine<'_>, register: usize, from: Option<usize>) {
    let content = from.and_then(|from| {
        let word = m.registers.word(from);
        m.registers.put(from, ungil_objects::Word::UNBOUND);
        // SAFETY: the local's word moves to the cell.
        (!word.is_unbound()).then(|| unsafe { crate::frame::own(word) })
    });
    let cell = ungil_objects::types::cell::Cell::new(m.t, content);
    m.set_value(register, cell.into_value());
}

/// `print_expression`.
pub(super) fn print_expression(m: &mut Machine<'_>, a: usize) -> Result<()> {
    m.save();
    let value = m.operand(a);
    let sys = m.t.import("sys")?;
    let name = m.t.names().displayhook;
    ungil_objects::protocol::call::call_method(m.t, sys.borrow(), name, &[value.get()])?;
    Ok(())
}
