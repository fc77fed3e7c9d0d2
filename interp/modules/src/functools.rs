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

/// What `functools` has in native code.
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

    /// Combines all items to one value: calls function with the value so far and the next item, whose answer is the value from then on.
    ///
    /// The first value is initial, or else the first item; without either, a TypeError is raised.
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
