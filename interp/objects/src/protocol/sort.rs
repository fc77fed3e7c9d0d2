//! Sorting with comparisons that may run Python code: a stable merge sort of natural runs.
//!
//! Runs that are there already are found and merged in the order of *Powersort* (J. I. Munro and S. Wild, "Nearly-optimal
//! mergesorts", ESA 2018), which CPython's sort uses too; short ones are extended by binary insertion. What is sorted are positions
//! of keys, so that an error in the middle leaves a permutation.
//!
//! Keys that are all integers of a word, all plain strings or all plain floats are sorted without the operators.

use super::compare::{self, Comparison};
use crate::error::Result;
use crate::thread::Thread;
use crate::types::float::Float;
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// Runs are made at least this long.
const SHORTEST_RUN: usize = 24;

/// The order of these keys under `<`: positions, the least key first, equal keys in their order. After an error the
/// positions are as far as the sort came.
pub fn order(t: &mut Thread, keys: &[Value]) -> (Vec<usize>, Result<()>) {
    if let Some(order) = order_alike(t, keys) {
        return (order, Ok(()));
    }
    let mut order: Vec<usize> = (0..keys.len()).collect();
    let mut less =
        |a: usize, b: usize| compare::holds(t, Comparison::Less, keys[a].borrow(), keys[b].borrow());
    let result = sort(&mut order, &mut less);
    (order, result)
}

/// The order of keys that are all of one of the common classes.
fn order_alike(t: &Thread, keys: &[Value]) -> Option<Vec<usize>> {
    let first = keys.first()?.borrow();
    if first.as_small_int().is_some() {
        let mut pairs = extract(keys, Ref::as_small_int)?;
        pairs.sort_unstable();
        return Some(pairs.into_iter().map(|(_, at)| at).collect());
    }
    if first.downcast_exact::<Str>(t).is_some() {
        let mut pairs = extract(keys, |key| key.downcast_exact::<Str>(t).map(|text| text.text()))?;
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        return Some(pairs.into_iter().map(|(_, at)| at).collect());
    }
    if first.word().is_float() || first.downcast_exact::<Float>(t).is_some() {
        let plain = |key: Ref<'_>| {
            let is_plain = key.word().is_float() || key.downcast_exact::<Float>(t).is_some();
            key.as_float().filter(|float| is_plain && !float.is_nan())
        };
        let mut pairs = extract(keys, plain)?;
        pairs.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(std::cmp::Ordering::Equal));
        return Some(pairs.into_iter().map(|(_, at)| at).collect());
    }
    None
}

/// What `part` finds in each key, with the key's position; `None` if one key has none.
fn extract<'a, T>(keys: &'a [Value], part: impl Fn(Ref<'a>) -> Option<T>) -> Option<Vec<(T, usize)>> {
    keys.iter().enumerate().map(|(at, key)| part(key.borrow()).map(|part| (part, at))).collect()
}

type Less<'l, E> = &'l mut dyn FnMut(usize, usize) -> Result<bool, E>;

/// A sorted stretch, and the power of the boundary behind it.
struct Run {
    start: usize,
    len: usize,
    power: u32,
}

/// Sorts stably by `less`. After an error the items are a permutation of what they were.
fn sort<E>(items: &mut [usize], less: Less<'_, E>) -> Result<(), E> {
    let total = items.len();
    let mut pending: Vec<Run> = Vec::new();
    let mut buffer = Vec::new();
    let mut start = 0;
    while start < total {
        let len = take_run(&mut items[start..], less)?;
        if let Some(last) = pending.last_mut() {
            let power = boundary_power(last.start, last.len, len, total);
            last.power = power;
            while pending.len() >= 2 && pending[pending.len() - 2].power > power {
                merge_last(items, &mut pending, &mut buffer, less)?;
                if let Some(merged) = pending.last_mut() {
                    merged.power = power;
                }
            }
        }
        pending.push(Run { start, len, power: 0 });
        start += len;
    }
    while pending.len() >= 2 {
        merge_last(items, &mut pending, &mut buffer, less)?;
    }
    Ok(())
}

/// The depth in a perfectly balanced merge tree at which the boundary between two neighbours belongs.
fn boundary_power(start: usize, left: usize, right: usize, total: usize) -> u32 {
    // The midpoints of both runs as fractions of the whole; the first bit in which they differ.
    let fraction = |twice: usize| ((twice as u128) << 63) / total as u128;
    let (a, b) = (fraction(2 * start + left), fraction(2 * (start + left) + right));
    ((a ^ b) as u64).leading_zeros()
}

/// Finds or makes a sorted run at the start and returns its length.
fn take_run<E>(items: &mut [usize], less: Less<'_, E>) -> Result<usize, E> {
    let total = items.len();
    let mut len = 1;
    if total > 1 {
        let descending = less(items[1], items[0])?;
        len = 2;
        while len < total && less(items[len], items[len - 1])? == descending {
            len += 1;
        }
        if descending {
            items[..len].reverse();
        }
    }
    let wanted = SHORTEST_RUN.min(total);
    while len < wanted {
        let at = first_above(&items[..len], items[len], less)?;
        items[at..=len].rotate_right(1);
        len += 1;
    }
    Ok(len)
}

/// The first position whose item is greater than `item`: where it goes to stay behind its equals.
fn first_above<E>(items: &[usize], item: usize, less: Less<'_, E>) -> Result<usize, E> {
    let (mut low, mut high) = (0, items.len());
    while low < high {
        let middle = (low + high) / 2;
        if less(item, items[middle])? { high = middle } else { low = middle + 1 }
    }
    Ok(low)
}

/// The first position whose item is not less than `item`.
fn first_not_below<E>(items: &[usize], item: usize, less: Less<'_, E>) -> Result<usize, E> {
    let (mut low, mut high) = (0, items.len());
    while low < high {
        let middle = (low + high) / 2;
        if less(items[middle], item)? { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

/// Merges the last two runs.
fn merge_last<E>(
    items: &mut [usize],
    pending: &mut Vec<Run>,
    buffer: &mut Vec<usize>,
    less: Less<'_, E>,
) -> Result<(), E> {
    let (Some(right), Some(left)) = (pending.pop(), pending.last_mut()) else { return Ok(()) };
    let start = left.start;
    left.len += right.len;
    left.power = right.power;
    merge(&mut items[start..right.start + right.len], right.start - start, buffer, less)
}

/// Merges two neighbouring runs, the second starting at `middle`.
fn merge<E>(items: &mut [usize], middle: usize, buffer: &mut Vec<usize>, less: Less<'_, E>) -> Result<(), E> {
    // What is in place already at both ends stays there: runs that follow each other cost little.
    let from = first_above(&items[..middle], items[middle], less)?;
    if from == middle {
        return Ok(());
    }
    let to = middle + first_not_below(&items[middle..], items[middle - 1], less)?;
    buffer.clear();
    buffer.extend_from_slice(&items[from..middle]);
    let (mut left, mut right, mut out) = (0, middle, from);
    let mut result = Ok(());
    while left < buffer.len() && right < to {
        match less(items[right], buffer[left]) {
            Ok(true) => {
                items[out] = items[right];
                right += 1;
            }
            Ok(false) => {
                items[out] = buffer[left];
                left += 1;
            }
            Err(error) => {
                result = Err(error);
                break;
            }
        }
        out += 1;
    }
    // The gap before `right` is exactly as long as what the buffer still has.
    items[out..out + buffer.len() - left].copy_from_slice(&buffer[left..]);
    result
}

#[cfg(test)]
mod tests {
    use super::sort;

    fn sorted(keys: &[u32]) -> (Vec<usize>, usize) {
        let mut order: Vec<usize> = (0..keys.len()).collect();
        let mut comparisons = 0;
        let result: Result<(), ()> = sort(&mut order, &mut |a, b| {
            comparisons += 1;
            Ok(keys[a] < keys[b])
        });
        assert_eq!(result, Ok(()));
        (order, comparisons)
    }

    fn expected(keys: &[u32]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by_key(|at| keys[*at]);
        order
    }

    #[test]
    fn sorts_stably_whatever_the_runs() {
        let mut state = 1u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        for len in [0, 1, 2, 3, 23, 24, 25, 100, 1000, 5000] {
            for spread in [2, 10, 100_000] {
                let mut keys: Vec<u32> = (0..len).map(|_| random() % spread).collect();
                assert_eq!(sorted(&keys).0, expected(&keys));
                let half = keys.len() / 2;
                keys[..half].sort_unstable();
                assert_eq!(sorted(&keys).0, expected(&keys));
                keys[half..].sort_unstable_by(|a, b| b.cmp(a));
                assert_eq!(sorted(&keys).0, expected(&keys));
            }
        }
    }

    #[test]
    fn sorted_input_takes_one_comparison_an_item() {
        let keys: Vec<u32> = (0..1000).collect();
        assert_eq!(sorted(&keys).1, 999);
        let keys: Vec<u32> = (0..1000).rev().collect();
        assert_eq!(sorted(&keys).1, 999);
    }

    #[test]
    fn random_input_takes_about_as_many_comparisons_as_there_must_be() {
        let mut state = 7u64;
        let keys: Vec<u32> = (0..10_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) as u32
            })
            .collect();
        // log2(10000!) is 118,458.
        assert!(sorted(&keys).1 < 126_000, "{}", sorted(&keys).1);
    }

    #[test]
    fn an_error_leaves_a_permutation() {
        let keys: Vec<u32> = (0..500).map(|i| i * 7919 % 500).collect();
        for fail_at in 0..4000 {
            let mut order: Vec<usize> = (0..keys.len()).collect();
            let mut comparisons = 0;
            let _ = sort(&mut order, &mut |a, b| {
                comparisons += 1;
                if comparisons > fail_at { Err(()) } else { Ok(keys[a] < keys[b]) }
            });
            order.sort_unstable();
            assert_eq!(order, (0..keys.len()).collect::<Vec<_>>());
        }
    }
}
