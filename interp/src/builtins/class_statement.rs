//! `__build_class__`: what a `class` statement calls with the function of its body.

use ungil_macros::module;
use ungil_objects::call::Keywords;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::protocol::text;
use ungil_objects::types::cell::Cell;
use ungil_objects::types::class_object::statement::{
    metaclass_of_statement, new_class_from_statement, prepare_namespace, resolve_bases,
};
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};

use crate::function::Function;

/// After the metaclass was called: `super()` works only if the class it made is in the cell that the body's methods share.
fn check_cell(t: &mut Thread, cell: Ref<'_>, class: Ref<'_>, name: Ref<'_>) -> Result<()> {
    let (Some(cell), Some(_)) = (cell.downcast::<Cell>(), class.downcast::<Class>()) else { return Ok(()) };
    let shown_class = |t: &mut Thread, value: Ref<'_>| text::repr(t, value).map(|shown| shown.to_string());
    match cell.get(t) {
        Some(found) if found.borrow().is(class) => Ok(()),
        Some(found) => {
            let (found, name, class) =
                (shown_class(t, found.borrow())?, shown_class(t, name)?, shown_class(t, class)?);
            raise!(t, TypeError, "__class__ set to {found} defining {name} as {class}")
        }
        None => {
            let (name, class) = (shown_class(t, name)?, shown_class(t, class)?);
            raise!(
                t,
                RuntimeError,
                "__class__ not set defining {name} as {class}. Was __classcell__ propagated to type.__new__?"
            )
        }
    }
}

/// Functions of `builtins`.
#[module(name = "builtins")]
pub mod class_statement {
    use super::*;

    /// Runs a `class` statement: finds the metaclass, runs the body `func` in the namespace that it prepares, and calls it.
    #[function(name = "__build_class__", signature = "(func, name, /, *bases, metaclass=None, **kwds)")]
    fn build_class(
        t: &mut Thread,
        func: Ref<'_>,
        name: Ref<'_>,
        bases: &[Ref<'_>],
        metaclass: Option<Ref<'_>>,
        kwds: Keywords<'_>,
    ) -> Result<Value> {
        let Some(body) = func.downcast::<Function>() else {
            raise!(t, TypeError, "__build_class__: func must be a function");
        };
        if name.downcast::<Str>().is_none() {
            raise!(t, TypeError, "__build_class__: name is not a string");
        }
        let written = Tuple::from_values(t, bases.iter().map(|base| base.to_value()));
        let (bases, changed) = resolve_bases(t, &written)?;
        let metaclass = metaclass_of_statement(t, metaclass, &bases)?;
        let keywords: Vec<(Value, Value)> =
            kwds.iter().map(|(name, value)| (name.to_value(), value.to_value())).collect();
        let namespace = prepare_namespace(t, metaclass.borrow(), name, &bases, &keywords)?;
        let cell =
            crate::eval::calls::enter_native(t, body, body.code(), Vec::new(), Some(namespace.clone()))?;
        let original = changed.then(|| written.borrow());
        let class = new_class_from_statement(
            t,
            metaclass.borrow(),
            name,
            &bases,
            namespace.borrow(),
            &keywords,
            original,
        )?;
        check_cell(t, cell.borrow(), class.borrow(), name)?;
        Ok(class)
    }
}
