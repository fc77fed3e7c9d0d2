//! `atexit`: functions that are called when the interpreter ends, the last registered first.

use ungil_macros::module;
use ungil_objects::call::Args;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{call, compare};
use ungil_objects::types::list::List;
use ungil_objects::types::module::Module;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// The interpreter's reference to the list of what was registered: tuples of function, arguments and keyword names, the form in which
/// calls pass them.
const CALLBACKS: &str = "atexit.callbacks";

/// Functions that are to run when the program ends.
#[module(name = "atexit")]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, _module: &Object<Module>) -> Result<()> {
        let callbacks = List::from_values(t, []).into_value();
        t.interpreter().set_root(t, CALLBACKS, callbacks);
        Ok(())
    }

    /// Remembers a function, with the arguments that follow it, and calls it when the program ends, the latest first.
    ///
    /// Returns the function, so that this can decorate one. Raises TypeError if it cannot be called.
    #[function]
    fn register(t: &mut Thread, args: Args<'_>) -> Result<Value> {
        let Some(function) = args.positional().first() else {
            raise!(t, TypeError, "register() takes at least 1 argument (0 given)");
        };
        if function.shape(t).special().call.is_none() {
            raise!(t, TypeError, "the first argument must be callable");
        }
        let values = Tuple::from_values(t, args.rest().values().iter().map(|value| value.to_value()));
        let names = args.names().map_or(Value::NONE, |names| names.to_value());
        let entry = Tuple::from_values(t, [function.to_value(), values.into_value(), names]);
        if let Some(callbacks) = callbacks(t) {
            callbacks.push(t, entry.into_value());
        }
        Ok(function.to_value())
    }

    /// Forgets every registration of a function, or of one that equals it. Without any, nothing happens.
    #[function]
    fn unregister(t: &mut Thread, function: Ref<'_>) -> Result<()> {
        let Some(callbacks) = callbacks(t) else { return Ok(()) };
        for entry in callbacks.to_vec(t) {
            let Some(registered) = entry.downcast_ref::<Tuple>().and_then(|entry| entry.get(0)) else {
                continue;
            };
            if compare::equal(t, registered, function)? {
                let removed = callbacks.items().edit(t, callbacks.header(), |entries| {
                    let at = entries.iter().position(|other| other.borrow().is(entry.borrow()))?;
                    Some(entries.remove(at))
                });
                drop(removed);
            }
        }
        Ok(())
    }

    /// Forgets all functions without calling them.
    #[function]
    fn _clear(t: &mut Thread) {
        if let Some(callbacks) = callbacks(t) {
            drop(callbacks.items().splice(t, callbacks.header(), 0, usize::MAX, Vec::new()));
        }
    }

    /// How many functions wait for the program's end.
    #[function]
    fn _ncallbacks(t: &mut Thread) -> usize {
        callbacks(t).map_or(0, |callbacks| callbacks.len())
    }

    /// Calls the functions now, as the program's end would, and forgets them.
    #[function(name = "_run_exitfuncs")]
    fn run_now(t: &mut Thread) {
        run_exit_functions(t);
    }
}

fn callbacks(t: &Thread) -> Option<Obj<List>> {
    t.interpreter().root(t, CALLBACKS)?.downcast::<List>().ok()
}

/// Calls what was registered, the last first, and forgets it. What the functions raise is reported by `sys.unraisablehook`.
pub fn run_exit_functions(t: &mut Thread) {
    // A function may register others, which are called next.
    while let Some(entry) = callbacks(t).and_then(|callbacks| callbacks.items().pop(t, callbacks.header())) {
        let Some([function, values, names]) = entry.downcast_ref::<Tuple>().map(|entry| entry.as_slice())
        else {
            continue;
        };
        let values = values.downcast::<Tuple>().map_or(&[][..], |values| values.as_slice());
        let args = Args::new(values, names.downcast::<Tuple>());
        if let Err(raised) = call::call_args(t, *function, args) {
            t.report_unraisable(raised, "Exception ignored in atexit callback", *function);
        }
    }
}
