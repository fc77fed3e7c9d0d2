//! Functions of integers.

use ungil_macros::function;
use ungil_numbers::Result as NumberResult;
use ungil_objects::call::FromArg;
use ungil_objects::error::OrRaise;
use ungil_objects::types::int::{Index, IntRef, Integer};
use ungil_objects::{Ref, Result, Thread};

/// Counts the subsets with k elements of a set of n: n! / (k! * (n - k)!), and none if k is greater than n.
///
/// Raises ValueError if a number is negative.
#[function]
pub fn comb(n: Index, k: Index) -> NumberResult<Integer> {
    n.get().comb(k.get())
}

/// Counts the sequences of k different elements of a set of n: n! / (n - k)!, and none if k is greater than n.
///
/// Without k, counts the orders of all n. Raises ValueError if a number is negative.
#[function(signature = "(n, k=None, /)")]
pub fn perm(n: Index, k: Option<Index>) -> NumberResult<Integer> {
    match k {
        Some(k) => n.get().perm(k.get()),
        None => n.get().factorial(),
    }
}

/// The product of the integers from 1 to n; 1 for 0. Raises ValueError if n is negative.
#[function]
pub fn factorial(n: Index) -> NumberResult<Integer> {
    n.get().factorial()
}

/// The greatest integer whose square is at most n. Exact for any size. Raises ValueError if n is negative.
#[function]
pub fn isqrt(n: Index) -> NumberResult<Integer> {
    n.get().isqrt()
}

/// The greatest integer that divides all arguments; 0 if there is no argument but zeros.
#[function]
pub fn gcd(t: &mut Thread, integers: &[Ref<'_>]) -> Result<Integer> {
    folded(t, integers, 0, |left, right| Ok(left.gcd(right)))
}

/// The least positive integer that all arguments divide; 0 if one of them is zero, 1 without arguments.
#[function]
pub fn lcm(t: &mut Thread, integers: &[Ref<'_>]) -> Result<Integer> {
    folded(t, integers, 1, |left, right| Ok(left.lcm(right)))
}

/// Applies a function of two integers along the arguments.
fn folded(
    t: &mut Thread,
    integers: &[Ref<'_>],
    start: i64,
    combine: impl Fn(IntRef<'_>, IntRef<'_>) -> NumberResult<Integer>,
) -> Result<Integer> {
    let mut folded = Integer::Small(start);
    for integer in integers {
        let integer = Index::from_arg(t, *integer)?;
        folded = combine(folded.as_ref(), integer.get()).or_raise(t)?;
    }
    Ok(folded)
}
