//! `_bisect`: binary search in sorted sequences.

use ungil_macros::module;
use ungil_objects::protocol::compare::{self, Comparison};
use ungil_objects::protocol::{call, convert, subscript};
use ungil_objects::types::int::Int;
use ungil_objects::types::list::List;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// Bisection algorithms.
///
/// This module provides support for maintaining a list in sorted order without
/// having to sort the list after each insertion. For long lists of items with
/// expensive comparison operations, this can be an improvement over the more
/// common approach.
#[module(name = "_bisect")]
pub mod module {
    use super::*;

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(
        t: &mut Thread,
        a: Ref<'_>,
        x: Ref<'_>,
        lo: i64,
        hi: Option<Ref<'_>>,
        key: Option<Ref<'_>>,
    ) -> Result<usize> {
        search(t, Side::Left, a, x, (lo, hi), key)
    }

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(
        t: &mut Thread,
        a: Ref<'_>,
        x: Ref<'_>,
        lo: i64,
        hi: Option<Ref<'_>>,
        key: Option<Ref<'_>>,
    ) -> Result<usize> {
        search(t, Side::Right, a, x, (lo, hi), key)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(
        t: &mut Thread,
        a: Ref<'_>,
        x: Ref<'_>,
        lo: i64,
        hi: Option<Ref<'_>>,
        key: Option<Ref<'_>>,
    ) -> Result<()> {
        insert(t, Side::Left, a, x, (lo, hi), key)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(
        t: &mut Thread,
        a: Ref<'_>,
        x: Ref<'_>,
        lo: i64,
        hi: Option<Ref<'_>>,
        key: Option<Ref<'_>>,
    ) -> Result<()> {
        insert(t, Side::Right, a, x, (lo, hi), key)
    }
}

/// On which side of equal elements.
#[derive(Copy, Clone)]
enum Side {
    Left,
    Right,
}

/// The bounds of a search as they were given.
type Bounds<'a> = (i64, Option<Ref<'a>>);

fn search(
    t: &mut Thread,
    side: Side,
    sequence: Ref<'_>,
    x: Ref<'_>,
    (low, high): Bounds<'_>,
    key: Option<Ref<'_>>,
) -> Result<usize> {
    let Ok(mut low) = usize::try_from(low) else { raise!(t, ValueError, "lo must be non-negative") };
    // A negative end counts as none: it was once the default.
    let high = match high {
        Some(high) => usize::try_from(convert::to_i64(t, high)?).ok(),
        None => None,
    };
    let mut high = match high {
        Some(high) => high,
        None => convert::length(t, sequence)?,
    };
    while low < high {
        let middle = low.midpoint(high);
        let mut item = item(t, sequence, middle)?;
        if let Some(key) = key {
            item = call::call(t, key, &[item.borrow()])?;
        }
        let goes_right = match side {
            Side::Left => compare::holds(t, Comparison::Less, item.borrow(), x)?,
            Side::Right => !compare::holds(t, Comparison::Less, x, item.borrow())?,
        };
        if goes_right {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn item(t: &mut Thread, sequence: Ref<'_>, index: usize) -> Result<Value> {
    match sequence.downcast_exact::<List>(t).and_then(|list| list.get(t, index)) {
        Some(item) => Ok(item),
        None => {
            let index = Int::from_u64(t, index as u64);
            subscript::get(t, sequence, index.borrow())
        }
    }
}

fn insert(
    t: &mut Thread,
    side: Side,
    sequence: Ref<'_>,
    x: Ref<'_>,
    bounds: Bounds<'_>,
    key: Option<Ref<'_>>,
) -> Result<()> {
    let compared = match key {
        Some(key) => call::call(t, key, &[x])?,
        None => x.to_value(),
    };
    let at = search(t, side, sequence, compared.borrow(), bounds, key)?;
    if let Some(list) = sequence.downcast_exact::<List>(t) {
        drop(list.items().splice(t, list.header(), at, at, vec![x.to_value()]));
        return Ok(());
    }
    let name = t.interpreter().intern(t, "insert");
    let at = Int::from_u64(t, at as u64);
    call::call_method(t, sequence, name, &[at.borrow(), x]).map(drop)
}
