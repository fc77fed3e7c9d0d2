//! `_functools`: partial application, reduction, caching of calls, sort keys from comparison functions.

mod cache;
mod key;
mod partial;
mod tally;

use ungil_macros::module;
use ungil_objects::error::Exc;
use ungil_objects::object::Object;
use ungil_objects::protocol::{call, iterate};
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// Tools that operate on functions.
#[module(
    name = "_functools",
    functions(key::cmp_to_key),
    classes(cache::LruCache, key::KeyWrapper, partial::Partial, partial::PlaceholderType)
)]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        let placeholder = partial::placeholder(t);
        add_to_module(t, module, "Placeholder", placeholder)?;
        // Keys compare, but are of no value to a table.
        let hash = t.names().__hash__;
        let key = t.shape_of::<key::KeyWrapper>().class();
        key.set_own_attribute(t, hash, Some(Value::NONE)).map(drop)
    }

    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is present,
    /// it is placed before the items of the iterable in the calculation, and serves as
    /// a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    #[function(signature = "(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(
        t: &mut Thread,
        function: Ref<'_>,
        iterable: Ref<'_>,
        initial: Option<Ref<'_>>,
    ) -> Result<Value> {
        let iterator = match iterate::iter(t, iterable) {
            Ok(iterator) => iterator,
            Err(raised) if raised.is(t, Exc::TypeError) => {
                raise!(t, TypeError, "reduce() arg 2 must support iteration")
            }
            Err(raised) => return Err(raised),
        };
        let first = match initial {
            Some(initial) => Some(initial.to_value()),
            None => iterate::next(t, iterator.borrow())?,
        };
        let Some(mut reduced) = first else {
            raise!(t, TypeError, "reduce() of empty iterable with no initial value");
        };
        while let Some(item) = iterate::next(t, iterator.borrow())? {
            reduced = call::call(t, function, &[reduced.borrow(), item.borrow()])?;
        }
        Ok(reduced)
    }
}
