//! Type parameters, aliases and template strings: instructions that make objects of modules written in Python and Rust.

use ungil_bytecode::Opcode;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, call, iterate, subscript};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};

use super::machine::Machine;
use crate::function::Function;

/// Calls a function of a module by name.
fn call_in(t: &mut Thread, module: &str, function: &str, args: &[Ref<'_>]) -> Result<Value> {
    let module = t.import(module)?;
    let name = t.interpreter().intern(t, function);
    let function = attribute::get(t, module.borrow(), name)?;
    call::call(t, function.borrow(), args)
}

/// The instructions for type parameters, which call the constructors of `_typing`.
pub(super) fn execute(m: &mut Machine<'_>, opcode: Opcode, a: usize, b: usize, c: usize) -> Result<()> {
    m.save();
    match opcode {
        Opcode::MakeTypeVariable => make(m, a, "_make_type_variable", b, None),
        Opcode::MakeTypeVariableBound => make(m, a, "_make_bound_type_variable", c, Some(b)),
        Opcode::MakeTypeVariableConstrained => make(m, a, "_make_constrained_type_variable", c, Some(b)),
        Opcode::MakeParameterSpecification => make(m, a, "_make_parameter_specification", b, None),
        Opcode::MakeTypeVariableTuple => make(m, a, "_make_type_variable_tuple", b, None),
        Opcode::SetTypeParameterDefault => {
            let default = m.operand(b);
            let parameter = m.registers.read(a);
            call_in(m.t, "_typing", "_set_default", &[parameter, default.get()]).map(drop)
        }
        Opcode::SetFunctionTypeParameters => {
            let parameters = m.value(c);
            let value = m.value(b);
            if let Some(function) = value.borrow().downcast::<Function>() {
                function.type_parameters.set(m.t, function.header(), parameters);
            }
            m.set_value(a, value);
            Ok(())
        }
        Opcode::SubscriptGeneric => {
            let parameters = m.value(b);
            let parameters = unpack_tuple_variables(m.t, parameters)?;
            let typing = m.t.import("typing")?;
            let name = m.t.interpreter().intern(m.t, "Generic");
            let generic = attribute::get(m.t, typing.borrow(), name)?;
            let subscripted = subscript::get(m.t, generic.borrow(), parameters.borrow())?;
            m.set_value(a, subscripted);
            Ok(())
        }
        Opcode::MakeTypeAlias => {
            let parts = m.registers.take_run(a, 3);
            let parts: Vec<Ref<'_>> = parts.iter().map(Value::borrow).collect();
            let alias = call_in(m.t, "_typing", "_make_type_alias", &parts)?;
            m.registers.put_value(a, alias);
            Ok(())
        }
        _ => raise!(m.t, SystemError, "not an instruction for type parameters"),
    }
}

/// The type parameters of a generic class, with what a tuple variable unpacks to in its place.
fn unpack_tuple_variables(t: &mut Thread, parameters: Value) -> Result<Value> {
    let Some(tuple) = parameters.downcast_ref::<Tuple>() else { return Ok(parameters) };
    let typing = t.import("_typing")?;
    let name = t.interpreter().intern(t, "TypeVarTuple");
    let tuple_variable = attribute::get(t, typing.borrow(), name)?;
    let mut unpacked = Vec::with_capacity(tuple.len());
    for parameter in tuple.items() {
        match parameter.class(t).is(tuple_variable.borrow()) {
            true => unpacked.extend(iterate::collect(t, parameter)?),
            false => unpacked.push(parameter.to_value()),
        }
    }
    Ok(Tuple::from_values(t, unpacked).into_value())
}

fn make(
    m: &mut Machine<'_>,
    a: usize,
    constructor: &str,
    name: usize,
    evaluate: Option<usize>,
) -> Result<()> {
    let name = m.constant(name);
    let made = match evaluate {
        Some(register) => {
            let evaluate = m.value(register);
            call_in(m.t, "_typing", constructor, &[name, evaluate.borrow()])?
        }
        None => call_in(m.t, "_typing", constructor, &[name])?,
    };
    m.set_value(a, made);
    Ok(())
}

/// `build_interpolation dst, start, conversion`: value, expression and format specification lie from `start` on.
pub(super) fn build_interpolation(
    m: &mut Machine<'_>,
    a: usize,
    start: usize,
    conversion: usize,
) -> Result<()> {
    m.save();
    let parts = m.registers.take_run(start, 3);
    let conversion = match conversion {
        0 => Value::NONE,
        1 => m.t.interpreter().intern(m.t, "s").to_value(),
        2 => m.t.interpreter().intern(m.t, "r").to_value(),
        _ => m.t.interpreter().intern(m.t, "a").to_value(),
    };
    let [value, expression, spec] = &parts[..] else { raise!(m.t, SystemError, "malformed template") };
    let args = [value.borrow(), expression.borrow(), conversion.borrow(), spec.borrow()];
    let made = call_in(m.t, "_template", "Interpolation", &args)?;
    m.set_value(a, made);
    Ok(())
}

/// `build_template dst, strings, interpolations`.
pub(super) fn build_template(
    m: &mut Machine<'_>,
    a: usize,
    strings: usize,
    interpolations: usize,
) -> Result<()> {
    m.binary(a, strings, interpolations, |t, strings, interpolations| {
        let pair = Tuple::from_values(t, [strings.to_value(), interpolations.to_value()]);
        call_in(t, "_template", "_from_parts", pair.as_slice())
    })
}
