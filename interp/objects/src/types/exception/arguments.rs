//! Exceptions whose fields come straight from their arguments: `StopIteration`, `SystemExit`, `KeyError`, `ImportError`, `NameError`,
//! `AttributeError`.

use ungil_macros::methods;

use super::base::{reduce, set_positional, text_of_arguments, unexpected_keyword};
use super::fields::{Field, field, set_field};
use super::{Exception, base};
use crate::call::Args;
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::text::{name_of, repr};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// Sets the positional arguments, and fields from the keywords that a class takes.
fn set_with_keywords(
    t: &Thread,
    this: &Object<Exception>,
    args: Args<'_>,
    class: &str,
    keywords: &[(&str, Field)],
) -> Result<()> {
    let positional = Args::positional_only(args.positional());
    set_positional(t, this, positional)?;
    for (_, field) in keywords {
        set_field(t, this, *field, Value::NONE);
    }
    for (name, value) in args.keywords() {
        match keywords.iter().find(|(keyword, _)| name_of(name) == *keyword) {
            Some((_, field)) => set_field(t, this, *field, value.to_value()),
            None => return Err(unexpected_keyword(t, class, name)),
        }
    }
    Ok(())
}

/// Arguments, and the state of pickling with fields that are set in it.
fn reduce_with_fields(t: &mut Thread, this: &Object<Exception>, fields: &[(&str, Field)]) -> Result<Value> {
    let mut state = crate::attributes::to_vec(t, this.borrow());
    for (name, which) in fields {
        if let Some(value) = field(t, this, *which) {
            state.push((t.interpreter().intern(t, name).to_value(), value));
        }
    }
    let (class, args) = (this.borrow().class(t).to_value(), this.args(t).into_value());
    if state.is_empty() {
        return base::reduce(t, this, args);
    }
    let state = Dict::from_pairs(t, state);
    Ok(Tuple::from_values(t, [class, args, state.into_value()]).into_value())
}

#[methods(STOP_ITERATION)]
impl Exception {
    #[method(name = "__init__")]
    fn init_stop_iteration(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        set_positional(t, this, args)?;
        let value = args.positional().first().map_or(Value::NONE, |value| value.to_value());
        set_field(t, this, Field::StopIterationValue, value);
        Ok(())
    }
}

#[methods(SYSTEM_EXIT)]
impl Exception {
    #[method(name = "__init__")]
    fn init_system_exit(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        set_positional(t, this, args)?;
        let code = match args.positional() {
            [] => Value::NONE,
            [code] => code.to_value(),
            _ => this.args(t).into_value(),
        };
        set_field(t, this, Field::SystemExitCode, code);
        Ok(())
    }
}

#[methods(KEY_ERROR)]
impl Exception {
    #[method(name = "__str__")]
    fn text_of_key_error(t: &mut Thread, this: &Object<Exception>) -> Result<Obj<Str>> {
        let args = this.args(t);
        match args.as_slice() {
            [key] => repr(t, *key),
            _ => text_of_arguments(t, this),
        }
    }
}

#[methods(IMPORT_ERROR)]
impl Exception {
    #[method(name = "__init__")]
    fn init_import_error(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        let keywords = [
            ("name", Field::ImportErrorName),
            ("path", Field::ImportErrorPath),
            ("name_from", Field::ImportErrorNameFrom),
        ];
        set_with_keywords(t, this, args, "ImportError", &keywords)?;
        let message = match args.positional() {
            [message] => message.to_value(),
            _ => Value::NONE,
        };
        set_field(t, this, Field::ImportErrorMessage, message);
        Ok(())
    }

    #[method(name = "__str__")]
    fn text_of_import_error(t: &mut Thread, this: &Object<Exception>) -> Result<Obj<Str>> {
        match field(t, this, Field::ImportErrorMessage).map(Value::downcast::<Str>) {
            Some(Ok(message)) => Ok(message),
            _ => text_of_arguments(t, this),
        }
    }

    #[method(name = "__reduce__")]
    fn reduce_import_error(t: &mut Thread, this: &Object<Exception>) -> Result<Value> {
        let fields = [
            ("name", Field::ImportErrorName),
            ("path", Field::ImportErrorPath),
            ("name_from", Field::ImportErrorNameFrom),
        ];
        reduce_with_fields(t, this, &fields)
    }
}

#[methods(NAME_ERROR)]
impl Exception {
    #[method(name = "__init__")]
    fn init_name_error(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        set_with_keywords(t, this, args, "NameError", &[("name", Field::NameErrorName)])
    }
}

#[methods(ATTRIBUTE_ERROR)]
impl Exception {
    #[method(name = "__init__")]
    fn init_attribute_error(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        let keywords = [("name", Field::AttributeErrorName), ("obj", Field::AttributeErrorObject)];
        set_with_keywords(t, this, args, "AttributeError", &keywords)
    }

    #[method(name = "__getstate__")]
    fn state_of_attribute_error(t: &mut Thread, this: &Object<Exception>) -> Value {
        let mut state = crate::attributes::to_vec(t, this.borrow());
        if let Some(name) = field(t, this, Field::AttributeErrorName) {
            state.push((t.names().name.to_value(), name));
        }
        state.push((t.names().args.to_value(), this.args(t).into_value()));
        Dict::from_pairs(t, state).into_value()
    }

    #[method(name = "__reduce__")]
    fn reduce_attribute_error(t: &mut Thread, this: &Object<Exception>) -> Result<Value> {
        let state = Exception::state_of_attribute_error(t, this);
        let (class, args) = (this.borrow().class(t).to_value(), this.args(t).into_value());
        Ok(Tuple::from_values(t, [class, args, state]).into_value())
    }
}

impl Exception {
    /// Pickles an exception by its arguments, for classes that change them.
    pub(super) fn reduce_by(t: &Thread, this: &Object<Exception>, args: &[Ref<'_>]) -> Result<Value> {
        let args = Tuple::from_values(t, args.iter().map(|arg| arg.to_value()));
        reduce(t, this, args.into_value())
    }
}
