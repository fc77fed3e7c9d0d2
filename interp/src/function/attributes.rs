//! What functions do as Python values.

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::error::Result;
use ungil_objects::fields::Slot;
use ungil_objects::types::bound::BoundMethod;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Object, Ref, Thread, Value, raise};

use super::Function;
use crate::code::as_code;
use crate::eval::calls;

/// Sets a slot to a string.
fn set_name(
    t: &Thread,
    this: &Object<Function>,
    slot: &Slot,
    name: &str,
    value: Option<Ref<'_>>,
) -> Result<()> {
    match value.filter(|value| value.downcast::<Str>().is_some()) {
        Some(value) => {
            slot.set(t, this.header(), value.to_value());
            Ok(())
        }
        None => raise!(t, TypeError, "{name} must be set to a string object"),
    }
}

/// A slot as an attribute that is `None` while it is empty.
fn get(t: &Thread, this: &Object<Function>, slot: &Slot) -> Option<Value> {
    slot.get(t, this.header())
}

fn set(t: &Thread, this: &Object<Function>, slot: &Slot, value: Option<Ref<'_>>) {
    let value = value.filter(|value| !value.is_none()).map(Ref::to_value);
    drop(slot.replace(t, this.header(), value));
}

/// Create a function object.
#[class(name = "function", attributes, method_descriptor, final)]
impl Function {
    #[new]
    fn new_function(
        t: &mut Thread,
        _class: &Object<ungil_objects::class::Class>,
        args: Args<'_>,
    ) -> Result<Value> {
        static PARAMETERS: ungil_objects::call::Parameters = ungil_objects::call::Parameters {
            function: "function",
            names: &["code", "globals", "name", "argdefs", "closure", "kwdefaults"],
            positional_only: 0,
            keyword_only_from: 6,
            required: &[true, true, false, false, false, false],
            extra_positional: false,
            extra_keywords: false,
        };
        let [code, globals, name, defaults, closure, keyword_defaults] = PARAMETERS.bind(t, args)?;
        let Some(code) = code.and_then(as_code) else { raise!(t, TypeError, "arg 1 (code) must be code") };
        let Some(globals) = globals.and_then(|globals| globals.downcast::<Dict>()) else {
            raise!(t, TypeError, "arg 2 (globals) must be dict");
        };
        let closure = closure.and_then(|closure| closure.downcast::<Tuple>()).map(|closure| closure.to_obj());
        let given = closure.as_ref().map_or(0, |closure| closure.len());
        if given != code.spec.freevars.len() {
            let (name, wanted) = (&code.spec.name, code.spec.freevars.len());
            raise!(t, ValueError, "{name} requires closure of length {wanted}, not {given}");
        }
        let function = Function::new(t, code.to_obj(), globals.to_obj(), closure);
        set(t, &function, &function.defaults, defaults);
        set(t, &function, &function.keyword_defaults, keyword_defaults);
        if let Some(name) = name.filter(|name| !name.is_none()) {
            function.name.set(t, function.header(), name.to_value());
        }
        Ok(function.into_value())
    }

    #[method]
    fn __call__(t: &mut Thread, this: Ref<'_>, args: Args<'_>) -> Result<Value> {
        calls::call_from_native(t, this, args)
    }

    #[method]
    fn __get__(t: &mut Thread, this: &Object<Function>, receiver: Ref<'_>, _class: Ref<'_>) -> Value {
        if receiver.is_none() {
            return this.to_value();
        }
        BoundMethod::new(t, this.to_value(), receiver.to_value()).into_value()
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Function>) -> String {
        let address = this.borrow().word().identity();
        format!("<function {} at {address:#x}>", Function::display_name(this, t))
    }

    #[getter]
    fn __name__(t: &Thread, this: &Object<Function>) -> Value {
        Function::name(this, t)
    }

    #[setter(__name__)]
    fn set_name_attribute(t: &Thread, this: &Object<Function>, value: Option<Ref<'_>>) -> Result<()> {
        set_name(t, this, &this.name, "__name__", value)
    }

    #[getter]
    fn __qualname__(t: &Thread, this: &Object<Function>) -> Value {
        Function::qualname(this, t)
    }

    #[setter(__qualname__)]
    fn set_qualname(t: &Thread, this: &Object<Function>, value: Option<Ref<'_>>) -> Result<()> {
        set_name(t, this, &this.qualname, "__qualname__", value)
    }

    #[getter]
    fn __module__(t: &Thread, this: &Object<Function>) -> Option<Value> {
        get(t, this, &this.module)
    }

    #[setter(__module__)]
    fn set_module(t: &Thread, this: &Object<Function>, value: Option<Ref<'_>>) {
        set(t, this, &this.module, value);
    }

    #[getter]
    fn __doc__(t: &Thread, this: &Object<Function>) -> Value {
        Function::documentation(this, t)
    }

    #[setter(__doc__)]
    fn set_doc(t: &Thread, this: &Object<Function>, value: Option<Ref<'_>>) {
        this.doc.set(t, this.header(), value.map_or(Value::NONE, Ref::to_value));
    }

    #[getter]
    fn __code__(this: &Object<Function>) -> Value {
        this.code().to_value()
    }

    #[setter(__code__)]
    fn set_code_attribute(t: &Thread, this: &Object<Function>, value: Option<Ref<'_>>) -> Result<()> {
        match value.and_then(as_code) {
            Some(code) if code.spec.freevars.len() == this.code().spec.freevars.len() => {
                Function::set_code(this, t, code.to_obj());
                Ok(())
            }
            Some(code) => {
                let (given, wanted) = (code.spec.freevars.len(), this.code().spec.freevars.len());
                let name = Function::display_name(this, t);
                raise!(t, ValueError, "{name}() requires a code object with {wanted} free vars, not {given}")
            }
            None => raise!(t, TypeError, "__code__ must be set to a code object"),
        }
    }

    #[getter]
    fn __globals__(this: &Object<Function>) -> Value {
        this.globals_ref().to_value()
    }

    #[getter]
    fn __builtins__(this: &Object<Function>) -> Value {
        this.builtins().to_value()
    }

    #[getter]
    fn __closure__(this: &Object<Function>) -> Option<Value> {
        this.closure().map(|closure| closure.to_value())
    }

    #[getter]
    fn __defaults__(t: &Thread, this: &Object<Function>) -> Option<Value> {
        get(t, this, &this.defaults)
    }

    #[setter(__defaults__)]
    fn set_defaults(t: &Thread, this: &Object<Function>, value: Option<Ref<'_>>) -> Result<()> {
        if value.is_some_and(|value| !value.is_none() && value.downcast::<Tuple>().is_none()) {
            raise!(t, TypeError, "__defaults__ must be set to a tuple object");
        }
        set(t, this, &this.defaults, value);
        Ok(())
    }

    #[getter]
    fn __kwdefaults__(t: &Thread, this: &Object<Function>) -> Option<Value> {
        get(t, this, &this.keyword_defaults)
    }

    #[setter(__kwdefaults__)]
    fn set_kwdefaults(t: &Thread, this: &Object<Function>, value: Option<Ref<'_>>) -> Result<()> {
        if value.is_some_and(|value| !value.is_none() && value.downcast::<Dict>().is_none()) {
            raise!(t, TypeError, "__kwdefaults__ must be set to a dict object");
        }
        set(t, this, &this.keyword_defaults, value);
        Ok(())
    }

    #[getter]
    fn __annotations__(t: &mut Thread, this: &Object<Function>) -> Result<Value> {
        if let Some(annotations) = get(t, this, &this.annotations) {
            return Ok(annotations);
        }
        let made = match get(t, this, &this.annotate).filter(|annotate| !annotate.is_none()) {
            Some(annotate) => {
                let made = ungil_objects::protocol::call::call(
                    t,
                    annotate.borrow(),
                    &[Value::from_i32(1).borrow()],
                )?;
                if made.downcast_ref::<Dict>().is_none() {
                    let class = made.borrow().class(t).name(t);
                    raise!(t, TypeError, "__annotate__() must return a dict, not {class}");
                }
                made
            }
            None => Dict::new(t).into_value(),
        };
        this.annotations.set(t, this.header(), made.clone());
        Ok(made)
    }

    #[setter(__annotations__)]
    fn set_annotations(t: &Thread, this: &Object<Function>, value: Option<Ref<'_>>) -> Result<()> {
        if value.is_some_and(|value| !value.is_none() && value.downcast::<Dict>().is_none()) {
            raise!(t, TypeError, "__annotations__ must be set to a dict object");
        }
        set(t, this, &this.annotations, value);
        drop(this.annotate.replace(t, this.header(), None));
        Ok(())
    }

    #[getter]
    fn __annotate__(t: &Thread, this: &Object<Function>) -> Option<Value> {
        get(t, this, &this.annotate)
    }

    #[setter(__annotate__)]
    fn set_annotate(t: &Thread, this: &Object<Function>, value: Option<Ref<'_>>) {
        set(t, this, &this.annotate, value);
        drop(this.annotations.replace(t, this.header(), None));
    }

    #[getter]
    fn __type_params__(t: &Thread, this: &Object<Function>) -> Value {
        get(t, this, &this.type_parameters).unwrap_or_else(|| Tuple::from_values(t, []).into_value())
    }

    #[setter(__type_params__)]
    fn set_type_params(t: &Thread, this: &Object<Function>, value: Option<Ref<'_>>) -> Result<()> {
        if value.is_none_or(|value| value.downcast::<Tuple>().is_none()) {
            raise!(t, TypeError, "__type_params__ must be set to a tuple");
        }
        set(t, this, &this.type_parameters, value);
        Ok(())
    }
}
