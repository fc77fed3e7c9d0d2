//! Substring search over slices of one kind of unit.
//!
//! Bytes and ASCII go through the `memchr` crate, short ones as far as single units go: preparing a search costs more. Wider units are searched for needles of one unit by a scan, of a
//! few units by scanning for the first, and for long needles by the Two-Way algorithm (Crochemore and Perrin,
//! "Two-way string-matching", JACM 38(3), 1991), so that no search takes more than linear time in the haystack.
//! An empty needle occurs at every place, the end included.

use crate::unit::CodeUnit;

/// The first occurrence of `needle`.
pub fn find<T: CodeUnit>(hay: &[T], needle: &[T]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [unit] => T::find_unit(hay, *unit),
        _ if hay.len() <= SHORT_HAY => find_in_short(hay, needle),
        _ if needle.len() > hay.len() => None,
        _ => T::find_with(&T::finder(needle), hay),
    }
}

/// Up to this length, a haystack is searched for the needle's first unit.
const SHORT_HAY: usize = 64;

/// The first occurrence of a needle that is not empty.
fn find_in_short<T: CodeUnit>(hay: &[T], needle: &[T]) -> Option<usize> {
    let end = hay.len().checked_sub(needle.len())? + 1;
    let mut from = 0;
    loop {
        from += T::find_unit(&hay[from..end], needle[0])?;
        if hay[from..].starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
}

/// The last occurrence of `needle`.
pub fn rfind<T: CodeUnit>(hay: &[T], needle: &[T]) -> Option<usize> {
    match needle {
        [] => Some(hay.len()),
        [unit] => T::rfind_unit(hay, *unit),
        _ => T::rfind_units(hay, needle),
    }
}

/// The number of occurrences that do not overlap.
pub fn count<T: CodeUnit>(hay: &[T], needle: &[T]) -> usize {
    match needle {
        [] => hay.len() + 1,
        [unit] => hay.iter().filter(|&other| other == unit).count(),
        _ => matches(hay, needle).count(),
    }
}

/// The places of occurrences that do not overlap, from the left; the needle is not empty.
pub fn matches<'a, T: CodeUnit>(hay: &'a [T], needle: &'a [T]) -> impl Iterator<Item = usize> + 'a {
    let finder = (hay.len() > SHORT_HAY).then(|| T::finder(needle));
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = &hay[from..];
        let place = from
            + match &finder {
                Some(finder) => T::find_with(finder, rest),
                None => find_in_short(rest, needle),
            }?;
        from = place + needle.len();
        Some(place)
    })
}

/// Searches from the end, one place after another.
pub(crate) fn rfind_by_scan<T: CodeUnit>(hay: &[T], needle: &[T]) -> Option<usize> {
    (0..=hay.len().checked_sub(needle.len())?).rev().find(|&place| hay[place..].starts_with(needle))
}

/// A needle of wide units, prepared for searching.
pub enum WideFinder<'n, T> {
    /// A needle of one unit.
    Unit(T),
    /// A needle short enough to compare at each place where its first unit occurs.
    Short(&'n [T]),
    /// Any other needle.
    Long(TwoWay<'n, T>),
}

/// The longest needle that is searched by scanning for its first unit.
const SHORT: usize = 8;

impl<'n, T: CodeUnit> WideFinder<'n, T> {
    pub(crate) fn new(needle: &'n [T]) -> Self {
        match needle {
            [unit] => Self::Unit(*unit),
            _ if needle.len() <= SHORT => Self::Short(needle),
            _ => Self::Long(TwoWay::new(needle)),
        }
    }

    pub(crate) fn find(&self, hay: &[T]) -> Option<usize> {
        match self {
            Self::Unit(unit) => T::find_unit(hay, *unit),
            Self::Short(needle) => {
                let mut from = 0;
                loop {
                    from += T::find_unit(&hay[from..], needle[0])?;
                    if hay[from..].starts_with(needle) {
                        return Some(from);
                    }
                    from += 1;
                }
            }
            Self::Long(needle) => needle.find(hay),
        }
    }
}

/// A needle with its critical factorisation: the place where its left and right halves meet, and the period by
/// which a match of the whole right half may shift. A periodic needle also remembers what the shift has matched.
pub struct TwoWay<'n, T> {
    needle: &'n [T],
    critical: usize,
    period: usize,
    periodic: bool,
}

impl<'n, T: CodeUnit> TwoWay<'n, T> {
    fn new(needle: &'n [T]) -> Self {
        let forward = maximal_suffix(needle, |a, b| a < b);
        let backward = maximal_suffix(needle, |a, b| a > b);
        let (critical, period) = forward.max(backward);
        let periodic =
            needle.len() >= period + critical && needle[..critical] == needle[period..period + critical];
        let period = if periodic { period } else { critical.max(needle.len() - critical) + 1 };
        Self { needle, critical, period, periodic }
    }

    fn find(&self, hay: &[T]) -> Option<usize> {
        let needle = self.needle;
        let (mut place, mut matched) = (0, 0);
        while place + needle.len() <= hay.len() {
            let window = &hay[place..place + needle.len()];
            let from = self.critical.max(matched);
            if let Some(wrong) = (from..needle.len()).find(|&at| needle[at] != window[at]) {
                place += wrong - self.critical + 1;
                matched = 0;
            } else if (matched..self.critical).rev().all(|at| needle[at] == window[at]) {
                return Some(place);
            } else {
                place += self.period;
                matched = if self.periodic { needle.len() - self.period } else { 0 };
            }
        }
        None
    }
}

/// Start and period of the suffix that is greatest in the order given by `less`.
fn maximal_suffix<T: CodeUnit>(needle: &[T], less: impl Fn(T, T) -> bool) -> (usize, usize) {
    let (mut left, mut right, mut offset, mut period) = (0, 1, 0, 1);
    while right + offset < needle.len() {
        let (candidate, best) = (needle[right + offset], needle[left + offset]);
        if less(candidate, best) {
            right += offset + 1;
            offset = 0;
            period = right - left;
        } else if candidate != best {
            left = right;
            right += 1;
            offset = 0;
            period = 1;
        } else if offset + 1 == period {
            right += period;
            offset = 0;
        } else {
            offset += 1;
        }
    }
    (left, period)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(hay: &[u16], needle: &[u16]) -> Option<usize> {
        hay.windows(needle.len()).position(|window| window == needle)
    }

    #[test]
    fn two_way_agrees_with_trying_every_place() {
        let mut state = 12345u32;
        let mut bit = move |alphabet: u32| {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            (state >> 16) % alphabet
        };
        for round in 0..4000 {
            let alphabet = 1 + round % 3;
            let hay: Vec<u16> = (0..60).map(|_| bit(alphabet) as u16).collect();
            let length = 9 + bit(12) as usize;
            let needle: Vec<u16> = if round % 2 == 0 {
                let start = bit(40) as usize;
                hay[start..(start + length).min(60)].to_vec()
            } else {
                (0..length).map(|_| bit(alphabet) as u16).collect()
            };
            assert_eq!(TwoWay::new(&needle).find(&hay), naive(&hay, &needle), "{needle:?} in {hay:?}");
        }
    }

    #[test]
    fn short_and_long_haystacks_agree() {
        let hay: Vec<u8> = (0..200u32).map(|at| b'a' + (at * at / 7 % 3) as u8).collect();
        for length in 0..hay.len() {
            let hay = &hay[..length];
            for needle in [&b"ab"[..], b"bb", b"abc", b"ca", b"cccc", b"a"] {
                let naive = hay.windows(needle.len()).position(|window| window == needle);
                assert_eq!(find(hay, needle), naive, "{needle:?} in {hay:?}");
                assert_eq!(matches(hay, needle).next(), naive);
            }
        }
    }

    #[test]
    fn empty_needles_are_everywhere() {
        assert_eq!(find::<u8>(b"abc", b""), Some(0));
        assert_eq!(rfind::<u8>(b"abc", b""), Some(3));
        assert_eq!(count::<u8>(b"abc", b""), 4);
    }

    #[test]
    fn matches_do_not_overlap() {
        assert_eq!(count::<u16>(&[1; 7], &[1, 1, 1]), 2);
        assert_eq!(matches::<u8>(b"aXaXa", b"aX").collect::<Vec<_>>(), [0, 2]);
    }
}
