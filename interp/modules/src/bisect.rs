//! `_bisect`: binary search in sorted sequences.

use ungil_macros::module;
use ungil_objects::protocol::compare::{self, Comparison};
use ungil_objects::protocol::{call, convert, subscript};
use ungil_objects::types::int::Int;
use ungil_objects::types::list::List;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// Binary search in sequences that are sorted already, and insertion that leaves them sorted.
#[module(name = "_bisect")]
pub mod module {
    use super::*;

    /// The leftmost place in the sorted sequence `a` at which `x` may stand: before all items equal to it.
    ///
    /// `lo` and `hi` limit the search to a part of `a`; `key` makes from each item what is compared,
    /// while `x` is compared as it is.
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

    /// The rightmost place in the sorted sequence `a` at which `x` may stand: behind all items equal to it.
    ///
    /// `lo` and `hi` limit the search to a part of `a`; `key` makes from each item what is compared,
    /// while `x` is compared as it is.
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

    /// Puts `x` into the sorted list `a` at its place, before all items equal to it.
    ///
    /// `lo` and `hi` limit the search to a part of `a`; `key` makes from each item what is compared, and is called for `x` as well.
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

    /// Puts `x` into the sorted list `a` at its place, behind all items equal to it.
    ///
    /// `lo` and `hi` limit the search to a part of `a`; `key` makes from each item what is compared, and is called for `x` as well.
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
