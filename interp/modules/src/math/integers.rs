//! Functions of integers.

use ungil_macros::function;
use ungil_numbers::Result as NumberResult;
use ungil_objects::call::FromArg;
use ungil_objects::error::OrRaise;
use ungil_objects::types::int::{Index, IntRef, Integer};
use ungil_objects::{Ref, Result, Thread};

/// Number of ways to choose k items from n items without repetition and without order.
///
/// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
/// to zero when k > n.
///
/// Also called the binomial coefficient because it is equivalent
/// to the coefficient of k-th term in polynomial expansion of the
/// expression (1 + x)**n.
///
/// Raises TypeError if either of the arguments are not integers.
/// Raises ValueError if either of the arguments are negative.
#[function]
pub fn comb(n: Index, k: Index) -> NumberResult<Integer> {
    n.get().comb(k.get())
}

/// Number of ways to choose k items from n items without repetition and with order.
///
/// Evaluates to n! / (n - k)! when k <= n and evaluates
/// to zero when k > n.
///
/// If k is not specified or is None, then k defaults to n
/// and the function returns n!.
///
/// Raises TypeError if either of the arguments are not integers.
/// Raises ValueError if either of the arguments are negative.
#[function(signature = "(n, k=None, /)")]
pub fn perm(n: Index, k: Option<Index>) -> NumberResult<Integer> {
    match k {
        Some(k) => n.get().perm(k.get()),
        None => n.get().factorial(),
    }
}

/// Return n factorial.
#[function]
pub fn factorial(n: Index) -> NumberResult<Integer> {
    n.get().factorial()
}

/// Return the integer part of the square root of the input.
#[function]
pub fn isqrt(n: Index) -> NumberResult<Integer> {
    n.get().isqrt()
}

/// Greatest Common Divisor.
#[function]
pub fn gcd(t: &mut Thread, integers: &[Ref<'_>]) -> Result<Integer> {
    folded(t, integers, 0, |left, right| Ok(left.gcd(right)))
}

/// Least Common Multiple.
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
