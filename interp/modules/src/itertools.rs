//! `itertools`: iterators as building blocks.
//!
//! Threads that share an iterator may see an element twice or miss one, as with CPython's; each field is safe by itself.
//! References that change are slots, counters are relaxed atomics, and states of several numbers lie under the object's lock,
//! which is never held while an element is fetched.

mod chains;
mod combinatorics;
mod endless;
mod filters;
mod groups;
mod islice;
mod tee;

use ungil_macros::module;
use ungil_objects::class::Class;
use ungil_objects::object::Object;
use ungil_objects::protocol::{convert, iterate};
use ungil_objects::types::int::IntRef;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// Building blocks for iterators.
///
/// `count`, `cycle` and `repeat` may go on for ever. `product`, `permutations`, `combinations` and
/// `combinations_with_replacement` arrange elements. The others filter, group, join or split what they iterate over.
#[module(
    name = "itertools",
    functions(tee::split),
    classes(
        chains::Accumulate,
        chains::Batched,
        chains::Chain,
        chains::Pairwise,
        chains::ZipLongest,
        combinatorics::Combinations,
        combinatorics::CombinationsWithReplacement,
        combinatorics::Permutations,
        combinatorics::Product,
        endless::Count,
        endless::Cycle,
        endless::Repeat,
        filters::Compress,
        filters::DropWhile,
        filters::FilterFalse,
        filters::StarMap,
        filters::TakeWhile,
        groups::GroupBy,
        groups::Group,
        islice::ISlice,
        tee::Cell,
        tee::Tee
    )
)]
pub mod module {
    use super::{chains, combinatorics, endless, filters, groups, islice, tee};
}

/// A count of elements, not negative.
fn count_argument(t: &mut Thread, value: Ref<'_>, name: &str) -> Result<usize> {
    if value.as_int().is_none() {
        convert::index(t, value)?;
    }
    match value.as_int() {
        Some(IntRef::Small(count)) if count >= 0 => Ok(count as usize),
        Some(count) if count.is_negative() => raise!(t, ValueError, "{name} must be non-negative"),
        Some(_) => raise!(t, OverflowError, "Python int too large to convert to C ssize_t"),
        None => raise!(t, TypeError, "Expected int as {name}"),
    }
}

/// The elements of an iterable as a pool that never changes.
fn pool(t: &mut Thread, iterable: Ref<'_>) -> Result<Value> {
    use ungil_objects::types::tuple::Tuple;
    let items = iterate::collect(t, iterable)?;
    Ok(Tuple::from_values(t, items).into_value())
}

/// `class[item]` for the classes that take parameters in annotations.
fn parametrise(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
    ungil_objects::types::generic_alias::GenericAlias::of_class(t, class, item)
}
