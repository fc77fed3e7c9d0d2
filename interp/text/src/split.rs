//! Splitting slices of units: by whitespace, by a separator, into lines.
//!
//! Results are ranges of the input in the order of the input, so that the caller decides how to make the pieces.
//! `max` bounds the number of splits; `None` is no bound. What counts as whitespace or a line break is a
//! parameter, since `str` and `bytes` differ in it.

use std::ops::Range;

use crate::search;
use crate::unit::CodeUnit;

/// Runs between whitespace; after `max` splits the rest, without its leading whitespace, is one piece.
pub fn split_whitespace<T: CodeUnit>(
    units: &[T],
    max: Option<usize>,
    is_space: impl Fn(T) -> bool,
) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let next = |from: usize, space: bool| units[from..].iter().position(|&unit| is_space(unit) == space);
    while let Some(skipped) = next(at, false) {
        let start = at + skipped;
        let end = if max == Some(pieces.len()) { None } else { next(start, true) };
        at = end.map_or(units.len(), |length| start + length);
        pieces.push(start..at);
    }
    pieces
}

/// Like [`split_whitespace`], splitting from the end.
pub fn rsplit_whitespace<T: CodeUnit>(
    units: &[T],
    max: Option<usize>,
    is_space: impl Fn(T) -> bool,
) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut at = units.len();
    let last = |until: usize, space: bool| units[..until].iter().rposition(|&unit| is_space(unit) == space);
    while let Some(found) = last(at, false) {
        let end = found + 1;
        let start = if max == Some(pieces.len()) { None } else { last(end, true) };
        at = start.map_or(0, |space| space + 1);
        pieces.push(at..end);
    }
    pieces.reverse();
    pieces
}

/// Up to this length, looking at each unit costs less than preparing a search.
const SHORT: usize = 64;

/// Pieces between occurrences of a separator that is not empty, in order.
#[inline]
pub fn split<T: CodeUnit>(
    units: &[T],
    separator: &[T],
    max: Option<usize>,
    mut piece: impl FnMut(Range<usize>),
) {
    let mut at = 0;
    let mut cut = |place: usize| {
        piece(at..place);
        at = place + separator.len();
    };
    let max = max.unwrap_or(usize::MAX);
    match separator {
        [unit] if units.len() <= SHORT => {
            let places = units.iter().enumerate().filter(|(_, other)| *other == unit);
            places.take(max).for_each(|(place, _)| cut(place));
        }
        _ => search::matches(units, separator).take(max).for_each(cut),
    }
    piece(at..units.len());
}

/// Like [`split`], splitting from the end.
pub fn rsplit<T: CodeUnit>(units: &[T], separator: &[T], max: Option<usize>) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut end = units.len();
    while max.is_none_or(|max| pieces.len() < max) {
        let Some(place) = search::rfind(&units[..end], separator) else { break };
        pieces.push(place + separator.len()..end);
        end = place;
    }
    pieces.push(0..end);
    pieces.reverse();
    pieces
}

/// Lines, with or without their ends. `\r\n` is one line break.
pub fn split_lines<T: CodeUnit>(
    units: &[T],
    keep_ends: bool,
    is_break: impl Fn(T) -> bool,
) -> Vec<Range<usize>> {
    let (return_unit, newline) = (T::from_code(0x0d), T::from_code(0x0a));
    let mut lines = Vec::new();
    let mut start = 0;
    while start < units.len() {
        let length = units[start..].iter().position(|&unit| is_break(unit));
        let end = length.map_or(units.len(), |length| start + length);
        let next = match units.get(end..) {
            Some([first, second, ..]) if *first == return_unit && *second == newline => end + 2,
            Some([_, ..]) => end + 1,
            _ => end,
        };
        lines.push(start..if keep_ends { next } else { end });
        start = next;
    }
    lines
}
