//! `_typing`: type parameters and aliases (PEP 612, 646, 695, 696). What a `typing` written in Python does with them stays there: methods
//! that substitute call its functions.

mod alias;
mod generic;
mod parameters;

use ungil_macros::module;
use ungil_objects::call::Args;
use ungil_objects::fields::Slot;
use ungil_objects::object::Object;
use ungil_objects::protocol::{attribute, call};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::union::Union;
use ungil_objects::{Ref, Result, Thread, Value};

use self::alias::TypeAliasType;
use self::parameters::{NoDefaultType, ParamSpec, ParamSpecArgs, ParamSpecKwargs, TypeVar, TypeVarTuple};

/// The interpreter's reference to `typing.NoDefault`.
const NO_DEFAULT: &str = "typing.NoDefault";

/// The native classes behind type parameters and the `type` statement.
#[module(
    name = "_typing",
    classes(NoDefaultType, ParamSpec, ParamSpecArgs, ParamSpecKwargs, TypeAliasType, TypeVar, TypeVarTuple),
    functions(
        alias::_make_type_alias,
        parameters::_make_bound_type_variable,
        parameters::_make_constrained_type_variable,
        parameters::_make_parameter_specification,
        parameters::_make_type_variable,
        parameters::_make_type_variable_tuple,
        parameters::_set_default
    )
)]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        let no_default = t.alloc(NoDefaultType).into_value();
        t.interpreter().set_root(t, NO_DEFAULT, no_default.clone());
        add_to_module(t, module, "NoDefault", no_default)?;
        let generic = generic::make(t)?;
        add_to_module(t, module, "Generic", generic.into_value())?;
        add_to_module(t, module, "Union", t.shape_of::<Union>().class().to_value())
    }

    #[function]
    fn _idfunc(_t: &Thread, x: Ref<'_>) -> Value {
        x.to_value()
    }
}

/// The argument that asks a function for values (`annotationlib.Format.VALUE`).
const FORMAT_VALUE: i32 = 1;

/// A value that is computed when it is first asked for.
pub(crate) struct Lazy {
    value: Slot,
    evaluate: Slot,
}

impl Trace for Lazy {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.value.trace(tracer);
        self.evaluate.trace(tracer);
    }
}

impl Lazy {
    fn of(value: Option<Value>) -> Lazy {
        Lazy { value: Slot::new(value), evaluate: Slot::empty() }
    }

    fn by(evaluate: Value) -> Lazy {
        Lazy { value: Slot::empty(), evaluate: Slot::new(Some(evaluate)) }
    }

    fn get<T>(&self, t: &mut Thread, holder: &Object<T>) -> Result<Option<Value>> {
        if let Some(value) = self.value.get(t, holder.header()) {
            return Ok(Some(value));
        }
        let Some(evaluate) = self.evaluate.get(t, holder.header()) else { return Ok(None) };
        let format = Value::from_i32(FORMAT_VALUE);
        let value = call::call(t, evaluate.borrow(), &[format.borrow()])?;
        self.value.set(t, holder.header(), value.clone());
        Ok(Some(value))
    }

    fn function<T>(&self, t: &Thread, holder: &Object<T>) -> Option<Value> {
        self.evaluate.get(t, holder.header())
    }

    fn set_function<T>(&self, t: &Thread, holder: &Object<T>, evaluate: Ref<'_>) {
        self.evaluate.set(t, holder.header(), evaluate.to_value());
    }

    fn is_set<T>(&self, t: &Thread, holder: &Object<T>) -> bool {
        self.value.get(t, holder.header()).is_some() || self.function(t, holder).is_some()
    }
}

fn no_default(t: &Thread) -> Value {
    t.interpreter().root(t, NO_DEFAULT).unwrap_or(Value::NONE)
}

/// Calls a function of the module `typing`.
fn call_typing(t: &mut Thread, function: &str, args: Args<'_>) -> Result<Value> {
    let typing = t.import("typing")?;
    let name = t.interpreter().intern(t, function);
    let function = attribute::get(t, typing.borrow(), name)?;
    call::call_args(t, function.borrow(), args)
}

/// The name of the module that is running, for `__module__`.
fn running_module(t: &mut Thread) -> Value {
    let globals = (t.interpreter().hooks().current_globals)(t);
    let globals = globals.as_ref().and_then(|globals| globals.downcast_ref::<Dict>());
    globals.and_then(|globals| globals.get_str(t, t.names().__name__)).unwrap_or(Value::NONE)
}
