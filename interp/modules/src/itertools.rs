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

/// Functional tools for creating and using iterators.
///
/// Infinite iterators:
/// count(start=0, step=1) --> start, start+step, start+2*step, ...
/// cycle(p) --> p0, p1, ... plast, p0, p1, ...
/// repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times
///
/// Iterators terminating on the shortest input sequence:
/// accumulate(p[, func]) --> p0, p0+p1, p0+p1+p2
/// batched(p, n) --> [p0, p1, ..., p_n-1], [p_n, p_n+1, ..., p_2n-1], ...
/// chain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...
/// chain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...
/// compress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...
/// dropwhile(predicate, seq) --> seq[n], seq[n+1], starting when predicate fails
/// groupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)
/// filterfalse(predicate, seq) --> elements of seq where predicate(elem) is False
/// islice(seq, [start,] stop [, step]) --> elements from
///        seq[start:stop:step]
/// pairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...
/// starmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...
/// tee(it, n=2) --> (it1, it2 , ... itn) splits one iterator into n
/// takewhile(predicate, seq) --> seq[0], seq[1], until predicate fails
/// zip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...
///
/// Combinatoric generators:
/// product(p, q, ... [repeat=1]) --> cartesian product
/// permutations(p[, r])
/// combinations(p, r)
/// combinations_with_replacement(p, r)
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
