//! Sequence numbers: the domain's clock, and how two readings of it compare.
//!
//! The clock is odd and moves by two, so that it never equals [`OFFLINE`], also when it wraps. Two readings that are
//! less than 2^63 apart compare by the sign of their wrapped difference (serial number arithmetic, RFC 1982); a
//! reading older than that would need a thread that stays in one read section for centuries.

use crate::step;

/// What a slot holds while its thread reads nothing. Never a reading of the clock, which is odd.
pub(crate) const OFFLINE: u64 = 0;
/// The first reading of a new domain's clock.
pub(crate) const FIRST: u64 = 1;
/// How far the clock moves at each advance.
pub(crate) const INCREMENT: u64 = 2;

/// Whether the reading `seen` is at or past the reading `goal`.
#[inline]
pub(crate) fn reached(seen: u64, goal: u64) -> bool {
    step!("qsbr.order.wrap", seen.wrapping_sub(goal) as i64 >= 0, otherwise seen >= goal)
}

/// A reading of a domain's clock: once every thread was quiescent at or after it, what was unlinked before the
/// [`advance`](crate::Domain::advance) that made it can no longer be reached. Meaningful in its own domain only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal(pub(crate) u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_compare_across_the_wrap() {
        let last = u64::MAX;
        let next = last.wrapping_add(INCREMENT);
        assert_eq!(next, FIRST);
        assert!(reached(next, last) && !reached(last, next));
        assert!(reached(last, last));
        assert!(reached(3, 1) && !reached(1, 3));
    }

    #[test]
    fn no_reading_is_offline() {
        assert!((0..4).map(|step| (u64::MAX - 2).wrapping_add(step * INCREMENT)).all(|now| now != OFFLINE));
    }
}
