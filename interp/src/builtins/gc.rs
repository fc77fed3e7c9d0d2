//! `gc`: the collector's switches and what it sees.

use std::sync::atomic::Ordering;

use ungil_macros::module;
use ungil_objects::error::Result;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::int::Int;
use ungil_objects::types::list::List;
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Object, Ref, Thread, Value, raise};

use crate::collect::{CALLBACKS, collect, inspect, state};

fn list(t: &Thread, items: Vec<Value>) -> Value {
    List::from_values(t, items).into_value()
}

/// Controls the collector of objects in reference cycles, and looks at the objects it knows.
#[module(name = "gc")]
pub mod gc {
    use super::*;

    #[constant]
    const DEBUG_STATS: i64 = 1;
    #[constant]
    const DEBUG_COLLECTABLE: i64 = 2;
    #[constant]
    const DEBUG_UNCOLLECTABLE: i64 = 4;
    #[constant]
    const DEBUG_SAVEALL: i64 = 32;
    #[constant]
    const DEBUG_LEAK: i64 = 38;

    #[setup]
    fn set_up(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        let callbacks = List::from_values(t, []).into_value();
        t.interpreter().set_root(t, CALLBACKS, callbacks.clone());
        add_to_module(t, module, "callbacks", callbacks)?;
        let garbage = List::from_values(t, []).into_value();
        add_to_module(t, module, "garbage", garbage)
    }

    /// Runs a collection and answers how many objects it freed. All generations are one here.
    #[function(name = "collect", signature = "(generation=2)")]
    fn run(t: &mut Thread, generation: i64) -> Result<i64> {
        if !(0..=2).contains(&generation) {
            raise!(t, ValueError, "invalid generation");
        }
        Ok(collect(t) as i64)
    }

    /// Lets collections start by themselves.
    #[function]
    fn enable(t: &Thread) {
        state(t).set_enabled(t, true);
    }

    /// Keeps collections from starting by themselves.
    #[function]
    fn disable(t: &Thread) {
        state(t).set_enabled(t, false);
    }

    /// Whether collections start by themselves.
    #[function]
    fn isenabled(t: &Thread) -> bool {
        state(t).is_enabled()
    }

    /// The number of new objects from which on a collection is due, and two zeros for generations that there are not.
    #[function]
    fn get_threshold(t: &Thread) -> Value {
        let threshold = Int::from_i64(t, state(t).threshold());
        Tuple::from_values(t, [threshold, Value::from_i32(0), Value::from_i32(0)]).into_value()
    }

    /// Sets the number of new objects from which on a collection is due; 0 keeps collections from starting by themselves.
    #[function(signature = "(threshold0, threshold1=0, threshold2=0, /)")]
    fn set_threshold(t: &Thread, threshold0: i64, _threshold1: i64, _threshold2: i64) {
        state(t).set_threshold(t, threshold0.max(0));
    }

    /// The number of objects made since the last collection, and two zeros.
    #[function]
    fn get_count(t: &Thread) -> Value {
        let count = Int::from_i64(t, t.interpreter().state().allocations());
        Tuple::from_values(t, [count, Value::from_i32(0), Value::from_i32(0)]).into_value()
    }

    /// A list of one dict, which counts the collections and the objects they collected.
    #[function]
    fn get_stats(t: &mut Thread) -> Result<Value> {
        let statistics = &state(t).statistics;
        let numbers = [
            ("collections", statistics.collections.load(Ordering::Relaxed)),
            ("collected", statistics.collected.load(Ordering::Relaxed)),
            ("uncollectable", 0),
        ];
        let stats = Dict::new(t);
        for (name, number) in numbers {
            let name = t.interpreter().intern(t, name);
            let number = Int::from_u64(t, number);
            stats.set_str(t, name, number)?;
        }
        Ok(list(t, vec![stats.into_value()]))
    }

    /// A list of the objects that the collector looks after.
    #[function(signature = "(generation=None)")]
    fn get_objects(t: &mut Thread, generation: Option<i64>) -> Result<Value> {
        if let Some(generation) = generation
            && !(0..=2).contains(&generation)
        {
            raise!(
                t,
                ValueError,
                "generation parameter must be less than the number of available generations (3)"
            );
        }
        let objects = inspect::objects(t);
        Ok(list(t, objects))
    }

    /// A list of the objects that refer to any of the arguments.
    #[function]
    fn get_referrers(t: &mut Thread, objects: &[Ref<'_>]) -> Value {
        let found = inspect::referrers(t, objects);
        list(t, found)
    }

    /// A list of the objects that the arguments refer to.
    #[function]
    fn get_referents(t: &mut Thread, objects: &[Ref<'_>]) -> Value {
        let found = inspect::referents(t, objects);
        list(t, found)
    }

    /// Whether the collector looks after an object.
    #[function]
    fn is_tracked(object: Ref<'_>) -> bool {
        inspect::is_tracked(object)
    }

    /// Whether the collector has run an object's finaliser.
    #[function]
    fn is_finalized(object: Ref<'_>) -> bool {
        object.header().is_some_and(|header| header.has(ungil_refcount::Bit::FINALIZED))
    }

    /// Collections look at all objects always; kept for programs that call it before a fork.
    #[function]
    fn freeze() {}

    /// Does nothing, as `freeze` does nothing.
    #[function]
    fn unfreeze() {}

    /// The number of frozen objects: always 0.
    #[function]
    fn get_freeze_count() -> i64 {
        0
    }

    /// Accepts only 0, for the collector has no debugging output. Raises `NotImplementedError` for other flags.
    #[function]
    fn set_debug(t: &mut Thread, flags: i64) -> Result<()> {
        if flags == 0 {
            return Ok(());
        }
        raise!(t, NotImplementedError, "the collector has no debugging flags")
    }

    /// The debugging flags: always 0.
    #[function]
    fn get_debug() -> i64 {
        0
    }
}
