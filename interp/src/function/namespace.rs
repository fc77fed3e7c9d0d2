//! What a new function takes from its globals: the name of its module, and the built-ins.
//!
//! Both are looked up whenever a function is made, as either may have changed. Where they lie in the globals that a thread made its last
//! function with is remembered, under the version of their keys.

use std::cell::Cell;

use ungil_objects::types::dict::Dict;
use ungil_objects::types::module::Module;
use ungil_objects::types::text::Str;
use ungil_objects::{Object, Ref, Thread, Value};

use crate::thread_data::Evaluator;

/// Where a thread found both last.
#[derive(Default)]
pub(crate) struct Places(Cell<Known>);

#[derive(Copy, Clone, Default)]
struct Known {
    /// Of the keys; 0 if nothing is known.
    version: u32,
    name: Option<u32>,
    builtins: Option<u32>,
}

/// The name of the module with these globals, and the built-ins that its code sees.
pub(super) fn of_globals(t: &mut Thread, globals: &Object<Dict>) -> (Option<Value>, Value) {
    let places = &Evaluator::of(t).namespace_places;
    let mut known = places.0.get();
    if known.version == 0 || known.version != globals.table().keys_version(t) {
        known = locate(t, globals).unwrap_or_default();
        places.0.set(known);
    }
    let names = t.names();
    let read = |place: Option<u32>, name| match place {
        None if known.version != 0 => None,
        Some(place) => globals
            .table()
            .value_at(t, globals.header(), known.version, place as usize)
            // Another thread changes the dict just now.
            .or_else(|| globals.get_str(t, name)),
        None => globals.get_str(t, name),
    };
    let (name, builtins) = (read(known.name, names.__name__), read(known.builtins, names.__builtins__));
    (name, namespace(t, builtins))
}

fn locate(t: &Thread, globals: &Object<Dict>) -> Option<Known> {
    let place = |name: Ref<'_>| {
        let (version, position) = globals.table().locate_str(t, globals.header(), name.downcast::<Str>()?)?;
        Some((version, position.and_then(|position| u32::try_from(position).ok())))
    };
    let (version, name) = place(t.names().__name__)?;
    let (of_both, builtins) = place(t.names().__builtins__)?;
    (version == of_both).then_some(Known { version, name, builtins })
}

/// The built-ins as a dict: those that `__builtins__` names, else the interpreter's.
fn namespace(t: &mut Thread, named: Option<Value>) -> Value {
    if let Some(named) = named {
        if let Some(module) = named.downcast_ref::<Module>() {
            return module.namespace_value();
        }
        if named.downcast_ref::<Dict>().is_some() {
            return named;
        }
    }
    let builtins = t.interpreter().root(t, "builtins");
    match builtins.as_ref().and_then(|builtins| builtins.downcast_ref::<Module>()) {
        Some(module) => module.namespace_value(),
        None => Dict::new(t).into_value(),
    }
}
