//! The shared count: one 32-bit word of a signed count (the upper 30 bits) and a state (the lower two).
//!
//! The states are a ladder that is only ever climbed: [`INIT`] → [`MAYBE_WEAKREF`] → [`QUEUED`] → [`MERGED`]. `MERGED`
//! has both bits set, so an atomic *or* reaches it from any rung. Counts of 2^28 and beyond on either side are *sticky*:
//! nothing counts there any more, the object has become immortal. The two sticky ranges meet where a 30-bit number
//! wraps, so [`IMMORTAL`], in their middle, is 2^28 steps of threads caught in flight away from being a count again.
//!
//! The ladder is CPython's (`Include/refcount.h`); its count has the width of a pointer and does not stick.

/// Never shared: only the owner reaches the object, and the word is zero.
pub(crate) const INIT: u32 = 0;
/// Shared: lock-free readers may try to count, so the last drop goes through this word.
pub(crate) const MAYBE_WEAKREF: u32 = 1;
/// A foreign drop found no shared count to take from and has handed its reference to the owner's merge queue.
pub(crate) const QUEUED: u32 = 2;
/// The owner's count is folded in: the word is the whole count, and zero means dead.
pub(crate) const MERGED: u32 = 3;

/// The bits of the state.
pub(crate) const STATE_MASK: u32 = 3;
/// One reference.
pub(crate) const ONE: u32 = 4;
/// Merged with a count of zero.
pub(crate) const DEAD: u32 = MERGED;
/// Merged with a count in the middle of the sticky range.
pub(crate) const IMMORTAL: u32 = 0x8000_0000 | MERGED;

/// Counts from here on are sticky, and so are those below its negative.
pub(crate) const STICKY: i64 = 1 << 28;

/// The state.
#[inline(always)]
pub(crate) const fn state(word: u32) -> u32 {
    word & STATE_MASK
}

/// The count, without regard to stickiness.
#[inline(always)]
pub(crate) const fn count(word: u32) -> i64 {
    ((word as i32) >> 2) as i64
}

/// Whether the count lies outside -2^28 .. 2^28.
#[inline(always)]
pub(crate) const fn is_sticky(word: u32) -> bool {
    (word.wrapping_add(0x4000_0000) as i32) < 0
}

/// The word for `count` and `state`; immortal if the count is out of range.
pub(crate) const fn pack(count: i64, state: u32) -> u32 {
    if count >= STICKY || count < -STICKY {
        (IMMORTAL & !STATE_MASK) | state
    } else {
        ((count as i32 as u32) << 2) | state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_survive_packing_up_to_the_sticky_range() {
        for c in [0, 1, -1, 7, -(1 << 27), STICKY - 1, -STICKY] {
            for s in [INIT, MAYBE_WEAKREF, QUEUED, MERGED] {
                let word = pack(c, s);
                assert_eq!((count(word), state(word), is_sticky(word)), (c, s, false));
            }
        }
    }

    #[test]
    fn the_sticky_range_begins_where_counts_end() {
        assert!(is_sticky(pack(STICKY - 1, MERGED) + ONE));
        assert!(is_sticky(pack(-STICKY, MERGED).wrapping_sub(ONE)));
        for c in [STICKY, -STICKY - 1, i64::MAX, i64::MIN] {
            assert_eq!(pack(c, MERGED), IMMORTAL);
        }
    }

    #[test]
    fn or_reaches_merged_from_every_rung_and_keeps_the_count() {
        for s in [INIT, MAYBE_WEAKREF, QUEUED, MERGED] {
            assert_eq!(pack(-5, s) | MERGED, pack(-5, MERGED));
        }
    }
}
