//! Indexes and slices, and what sequences with positions do alike: compare, search, show themselves.
//!
//! Converting an index may run code that changes the sequence's length, so it happens in two steps: [`subscript`] converts,
//! without a length; [`normalise`] and [`Bounds::select`] apply a length, without running code.

use ungil_text::TextBuf;

use super::compare::{self, Comparison};
use crate::error::Result;
use crate::object::Obj;
use crate::raise;
use crate::thread::Thread;
use crate::types::int::IntRef;
use crate::types::slice::Slice;
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// What stands between the brackets.
#[derive(Copy, Clone, Debug)]
pub enum Subscript {
    Index(i64),
    Slice(Bounds),
}

/// A slice with its parts converted. Integers too large are clamped, and what is left out is one beyond the end where it lies, which
/// selects the same.
#[derive(Copy, Clone, Debug)]
pub struct Bounds {
    start: i64,
    stop: i64,
    step: i64,
}

/// The positions that a slice selects from a sequence: `start`, `start + step`, …
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Selection {
    /// The first position; with no positions, where an insertion goes.
    pub start: i64,
    /// The end of the range as Python's `slice.indices` gives it.
    pub stop: i64,
    pub step: i64,
    pub len: usize,
}

impl Selection {
    #[inline]
    pub fn positions(self) -> impl ExactSizeIterator<Item = usize> + DoubleEndedIterator {
        (0..self.len).map(move |at| (self.start + at as i64 * self.step) as usize)
    }

    /// The same positions in ascending order.
    #[must_use]
    pub fn ascending(self) -> Selection {
        if self.step > 0 || self.len == 0 {
            return self;
        }
        let start = self.start + (self.len as i64 - 1) * self.step;
        Selection { start, stop: self.start + 1, step: -self.step, len: self.len }
    }
}

impl Bounds {
    /// The parts of a slice; may run `__index__`.
    ///
    /// # Errors
    /// `TypeError` if a part is no integer, `ValueError` if the step is zero.
    pub fn of(t: &mut Thread, slice: &Slice) -> Result<Bounds> {
        if let Some(plain) = Bounds::of_plain(slice.start(), slice.stop(), slice.step()) {
            return Ok(plain);
        }
        let step = clamped(t, slice.step())?.unwrap_or(1);
        if step == 0 {
            raise!(t, ValueError, "slice step cannot be zero");
        }
        let start = clamped(t, slice.start())?;
        let stop = clamped(t, slice.stop())?;
        // The most negative step is one less in magnitude so that it can be negated.
        Ok(Bounds::new(start, stop, step.max(-i64::MAX)))
    }

    /// The bounds, where converting them runs no code: each is an immediate integer or `None`.
    #[inline(always)]
    pub fn of_plain(start: Ref<'_>, stop: Ref<'_>, step: Ref<'_>) -> Option<Bounds> {
        let part = |part: Ref<'_>| match part.as_small_int() {
            None if !part.is_none() => None,
            small => Some(small),
        };
        let (start, stop, step) = (part(start)?, part(stop)?, part(step)?.unwrap_or(1));
        (step != 0).then(|| Bounds::new(start, stop, step))
    }

    #[inline(always)]
    fn new(start: Option<i64>, stop: Option<i64>, step: i64) -> Bounds {
        let (first, last) = if step < 0 { (i64::MAX, i64::MIN) } else { (0, i64::MAX) };
        Bounds { start: start.unwrap_or(first), stop: stop.unwrap_or(last), step }
    }

    #[inline(always)]
    pub fn select(self, len: usize) -> Selection {
        if self.step != 1 {
            return self.select_stepwise(len);
        }
        let len = len as i64;
        // No sum of a negative number and a length overflows.
        let place = |bound: i64| (if bound < 0 { bound + len } else { bound }).min(len).max(0);
        let (start, stop) = (place(self.start), place(self.stop));
        Selection { start, stop, step: 1, len: (stop - start).max(0) as usize }
    }

    fn select_stepwise(self, len: usize) -> Selection {
        let (len, step) = (len as i64, self.step);
        // Positions lie in `low..=high`; the ends stand for "before the first" and "behind the last" in the step's direction.
        let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
        let place = |bound: i64| {
            let bound = if bound < 0 { bound + len } else { bound };
            bound.min(high).max(low)
        };
        let (start, stop) = (place(self.start), place(self.stop));
        let distance = if step < 0 { start - stop } else { stop - start };
        let len = match step.abs() {
            _ if distance <= 0 => 0,
            // Without a division, which takes longer than all the rest.
            1 => distance,
            step => (distance - 1) / step + 1,
        };
        Selection { start, stop, step, len: len as usize }
    }

    pub fn step(self) -> i64 {
        self.step
    }
}

/// Converts what stands between the brackets; `kind` names the sequence in messages.
///
/// # Errors
/// `TypeError` if it is neither an integer nor a slice, and what `__index__` raises.
#[inline]
pub fn subscript(t: &mut Thread, key: Ref<'_>, kind: &str) -> Result<Subscript> {
    if let Some(small) = key.as_small_int() {
        return Ok(Subscript::Index(small));
    }
    if let Some(slice) = key.downcast::<Slice>() {
        return Bounds::of(t, slice).map(Subscript::Slice);
    }
    if !super::convert::is_index(t, key) {
        raise!(t, TypeError, "{kind} indices must be integers or slices, not {}", key.class(t).name(t));
    }
    super::convert::index_i64(t, key).map(Subscript::Index)
}

/// The position of an index that may count from the end.
#[inline(always)]
pub fn normalise(index: i64, len: usize) -> Option<usize> {
    let position = if index < 0 { index + len as i64 } else { index };
    (position >= 0 && (position as usize) < len).then_some(position as usize)
}

/// A position between items, clamped to the sequence; for `insert` and search limits.
pub fn clamp(index: i64, len: usize) -> usize {
    let index = if index < 0 { index.saturating_add(len as i64) } else { index };
    index.clamp(0, len as i64) as usize
}

/// An integer or `None`, clamped to 64 bits; for the parts of slices.
fn clamped(t: &mut Thread, value: Ref<'_>) -> Result<Option<i64>> {
    if value.is_none() {
        return Ok(None);
    }
    if let Some(small) = value.as_small_int() {
        return Ok(Some(small));
    }
    if !super::convert::is_index(t, value) {
        raise!(t, TypeError, "slice indices must be integers or None or have an __index__ method");
    }
    let index = super::convert::index(t, value)?;
    Ok(Some(clamp_to_i64(index.borrow())))
}

fn clamp_to_i64(int: Ref<'_>) -> i64 {
    match int.as_int() {
        Some(IntRef::Small(small)) => small,
        Some(IntRef::Big(big)) if big < &dashu_int::IBig::ZERO => i64::MIN,
        _ => i64::MAX,
    }
}

/// A search limit of `index(value, start, stop)`.
///
/// # Errors
/// `TypeError` if it is no integer.
pub fn limit(t: &mut Thread, value: Option<Ref<'_>>, default: i64) -> Result<i64> {
    let Some(value) = value else { return Ok(default) };
    if value.is_none() || !super::convert::is_index(t, value) {
        raise!(t, TypeError, "slice indices must be integers or have an __index__ method");
    }
    let index = super::convert::index(t, value)?;
    Ok(clamp_to_i64(index.borrow()))
}

/// The number of repetitions that the other operand of `*` asks for; `None` if it is no integer.
///
/// # Errors
/// `OverflowError` if it does not fit, and what `__index__` raises.
pub fn repetitions(t: &mut Thread, count: Ref<'_>) -> Result<Option<usize>> {
    if !super::convert::is_index(t, count) {
        return Ok(None);
    }
    let index = super::convert::index(t, count)?;
    match index.borrow().as_int() {
        Some(IntRef::Small(small)) => Ok(Some(small.max(0) as usize)),
        _ => raise!(t, OverflowError, "cannot fit 'int' into an index-sized integer"),
    }
}

/// The number of items of `len` items `times` times.
///
/// # Errors
/// `MemoryError` if so many do not fit.
pub fn repeated_len(t: &Thread, len: usize, times: usize) -> Result<usize> {
    match len.checked_mul(times) {
        // Address space is all that a reservation takes.
        Some(total) if total < SURELY_FITS || Vec::<Value>::new().try_reserve_exact(total).is_ok() => {
            Ok(total)
        }
        _ => Err(crate::error::Raised::with_args(t, crate::error::Exc::MemoryError, vec![])),
    }
}

/// So few items are not asked about.
const SURELY_FITS: usize = 1 << 20;

/// `items` that often after each other.
///
/// # Errors
/// `MemoryError` if they do not fit.
pub fn repeat(t: &Thread, items: &[Value], times: usize) -> Result<Vec<Value>> {
    let mut repeated = Vec::with_capacity(repeated_len(t, items.len(), times)?);
    for _ in 0..times {
        repeated.extend_from_slice(items);
    }
    Ok(repeated)
}

/// A built-in sequence whose items are found by position and may change while code runs.
pub trait Items {
    fn count(&self) -> usize;

    /// The item at a position, if there is one now.
    fn item(&self, t: &Thread, position: usize) -> Option<Value>;
}

/// The truth of a comparison between two sequences, item by item.
///
/// # Errors
/// What the items' comparisons raise.
pub fn compare<S: Items + ?Sized>(t: &mut Thread, a: &S, b: &S, comparison: Comparison) -> Result<bool> {
    if a.count() != b.count() && matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
        return Ok(comparison == Comparison::NotEqual);
    }
    let mut position = 0;
    while let (Some(left), Some(right)) = (a.item(t, position), b.item(t, position)) {
        if !compare::equal(t, left.borrow(), right.borrow())? {
            return match comparison {
                Comparison::Equal => Ok(false),
                Comparison::NotEqual => Ok(true),
                _ => compare::holds(t, comparison, left.borrow(), right.borrow()),
            };
        }
        position += 1;
    }
    Ok(comparison.holds(a.count().cmp(&b.count())))
}

/// The first position from `start` up to `stop` whose item equals `wanted`.
///
/// # Errors
/// What the comparisons raise.
pub fn find<S: Items + ?Sized>(
    t: &mut Thread,
    items: &S,
    wanted: Ref<'_>,
    start: usize,
    stop: usize,
) -> Result<Option<usize>> {
    let mut position = start;
    while position < stop
        && let Some(item) = items.item(t, position)
    {
        if compare::equal(t, item.borrow(), wanted)? {
            return Ok(Some(position));
        }
        position += 1;
    }
    Ok(None)
}

/// How many items equal `wanted`.
///
/// # Errors
/// What the comparisons raise.
pub fn count<S: Items + ?Sized>(t: &mut Thread, items: &S, wanted: Ref<'_>) -> Result<usize> {
    let (mut position, mut count) = (0, 0);
    while let Some(item) = items.item(t, position) {
        count += usize::from(compare::equal(t, item.borrow(), wanted)?);
        position += 1;
    }
    Ok(count)
}

/// `[a, b]` and the like: the items' `repr`s between brackets, `if_recursive` inside of itself.
///
/// # Errors
/// What the items' `repr`s raise.
pub fn repr<S: Items + ?Sized>(
    t: &mut Thread,
    container: Ref<'_>,
    items: &S,
    brackets: (&str, &str),
    if_recursive: &str,
) -> Result<Obj<Str>> {
    let text = t.represent(container, |t| {
        let mut text = TextBuf::new();
        text.push_str(brackets.0);
        let mut position = 0;
        while let Some(item) = items.item(t, position) {
            if position > 0 {
                text.push_str(", ");
            }
            let item = super::text::repr(t, item.borrow())?;
            text.push_text(item.text());
            position += 1;
        }
        text.push_str(brackets.1);
        Ok(text)
    })?;
    match text {
        Some(text) => Ok(Str::from_buf(t, &text)),
        None => Ok(Str::from_str(t, if_recursive)),
    }
}

/// Defines the six comparisons of a class as `Self::COMPARISONS`, by one function that gets both operands and the comparison: the
/// other operand has the same payload, or any class after `any`.
#[macro_export]
macro_rules! comparisons {
    ($payload:ident, $compare:expr) => {
        $crate::comparisons!(@methods $payload, $compare, [&Object<$payload>], [Result<bool>]);
    };
    ($payload:ident, any $compare:expr) => {
        $crate::comparisons!(@methods $payload, $compare, [Ref<'_>], [Result<Value>]);
    };
    (@methods $payload:ident, $compare:expr, [$($other:tt)*], [$($result:tt)*]) => {
        #[ungil_macros::methods(COMPARISONS)]
        impl $payload {
            #[method]
            fn __lt__(t: &mut Thread, this: &Object<$payload>, other: $($other)*) -> $($result)* {
                $compare(t, this, other, Comparison::Less)
            }

            #[method]
            fn __le__(t: &mut Thread, this: &Object<$payload>, other: $($other)*) -> $($result)* {
                $compare(t, this, other, Comparison::LessEqual)
            }

            #[method]
            fn __eq__(t: &mut Thread, this: &Object<$payload>, other: $($other)*) -> $($result)* {
                $compare(t, this, other, Comparison::Equal)
            }

            #[method]
            fn __ne__(t: &mut Thread, this: &Object<$payload>, other: $($other)*) -> $($result)* {
                $compare(t, this, other, Comparison::NotEqual)
            }

            #[method]
            fn __gt__(t: &mut Thread, this: &Object<$payload>, other: $($other)*) -> $($result)* {
                $compare(t, this, other, Comparison::Greater)
            }

            #[method]
            fn __ge__(t: &mut Thread, this: &Object<$payload>, other: $($other)*) -> $($result)* {
                $compare(t, this, other, Comparison::GreaterEqual)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(start: Option<i64>, stop: Option<i64>, step: i64, len: usize) -> Vec<usize> {
        Bounds::new(start, stop, step).select(len).positions().collect()
    }

    #[test]
    fn slices_select_as_pythons() {
        assert_eq!(select(None, None, 1, 3), [0, 1, 2]);
        assert_eq!(select(None, None, -1, 3), [2, 1, 0]);
        assert_eq!(select(Some(-2), None, 1, 5), [3, 4]);
        assert_eq!(select(Some(1), Some(100), 3, 8), [1, 4, 7]);
        assert_eq!(select(Some(100), Some(-100), -4, 8), [7, 3]);
        assert_eq!(select(Some(3), Some(1), 1, 5), []);
        assert_eq!(select(Some(i64::MIN), Some(i64::MAX), i64::MAX, 5), [0]);
        assert_eq!(select(None, None, -1, 0), []);
    }

    #[test]
    fn a_descending_selection_turns_around() {
        let selection = Bounds::new(Some(7), None, -3).select(8);
        assert_eq!(selection.positions().collect::<Vec<_>>(), [7, 4, 1]);
        assert_eq!(selection.ascending().positions().collect::<Vec<_>>(), [1, 4, 7]);
    }
}
