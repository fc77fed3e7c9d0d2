//! The layout of a formatted number: sign, prefix, grouped digits, fraction, exponent, padding.

use std::borrow::Cow;

use super::spec::{Align, FormatSpec, Sign};
use crate::buffer::TextBuf;
use crate::text::TextRef;

/// The parts of a number in the order in which they are written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NumberParts<'a> {
    pub negative: bool,
    /// `0x` and the like.
    pub prefix: &'a str,
    /// The digits before the point; empty for `inf` and `nan`.
    pub whole: &'a str,
    /// The digits after the point.
    pub fraction: &'a str,
    /// Whether there is a point.
    pub point: bool,
    /// Whatever follows: an exponent, a percent sign, `inf`, `nan`.
    pub rest: &'a str,
}

impl<'a> NumberParts<'a> {
    /// Takes apart a number such as `-12.5e+20` or `-inf`.
    pub(super) fn of(number: &'a str) -> Self {
        let (negative, number) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, rest) = number.split_at(digits(number));
        let (point, rest) = rest.strip_prefix('.').map_or((false, rest), |rest| (true, rest));
        let (fraction, rest) = rest.split_at(if point { digits(rest) } else { 0 });
        Self { negative, prefix: "", whole, fraction, point, rest }
    }
}

/// Digits in groups of `size` from the right, with zeros in front until all is `min_width` long. A separator that
/// would stand in front is not written, so that the result can be one character longer.
fn group(digits: &str, size: usize, separator: &str, min_width: usize) -> String {
    let mut groups = Vec::new();
    let mut left = digits;
    let mut wanted = min_width;
    loop {
        let length = size.min(left.len().max(wanted).max(1));
        let (rest, taken) = left.split_at(left.len() - length.min(left.len()));
        groups.push("0".repeat(length - taken.len()) + taken);
        left = rest;
        wanted = wanted.saturating_sub(length);
        if left.is_empty() && wanted == 0 {
            break;
        }
        wanted = wanted.saturating_sub(separator.len());
    }
    groups.reverse();
    groups.join(separator)
}

/// Fractional digits in groups of three from the point.
fn group_fraction(digits: &str, separator: &str) -> String {
    let groups: Vec<&str> =
        (0..digits.len()).step_by(3).map(|start| &digits[start..digits.len().min(start + 3)]).collect();
    groups.join(separator)
}

impl FormatSpec<'_> {
    /// Writes a number with this specification's sign, grouping and padding. Groups are of `group_size` digits.
    pub(super) fn layout(&self, parts: NumberParts<'_>, group_size: usize) -> TextBuf {
        let sign = if parts.negative { "-" } else { Sign::of_positive(self.sign) };
        let fraction: Cow<'_, str> = match self.fraction_grouping {
            Some(grouping) => group_fraction(parts.fraction, grouping.separator()).into(),
            None => parts.fraction.into(),
        };
        let point = if parts.point { "." } else { "" };
        let around = sign.len() + parts.prefix.len() + point.len() + fraction.len() + parts.rest.len();
        let zero_padded = self.fill == u32::from(b'0') && self.align == Align::AfterSign;
        let min_width = if zero_padded { self.width.saturating_sub(around) } else { 0 };
        let whole: Cow<'_, str> = match self.grouping.filter(|_| !parts.whole.is_empty()) {
            Some(grouping) => group(parts.whole, group_size, grouping.separator(), min_width).into(),
            None => parts.whole.into(),
        };
        let zeros = min_width.saturating_sub(whole.len());
        let spare = self.width.saturating_sub(around + zeros + whole.len());
        let (before, inside, after) = match self.align {
            Align::Left => (0, 0, spare),
            Align::Right => (spare, 0, 0),
            Align::Center => (spare / 2, 0, spare - spare / 2),
            Align::AfterSign => (0, spare, 0),
        };
        let mut out = TextBuf::with_capacity(around + zeros + whole.len() + spare);
        out.push_repeated(self.fill, before);
        push_ascii(&mut out, &[sign, parts.prefix]);
        out.push_repeated(self.fill, inside);
        out.push_repeated(b'0'.into(), zeros);
        push_ascii(&mut out, &[&whole, point, &fraction, parts.rest]);
        out.push_repeated(self.fill, after);
        out
    }
}

/// Appends parts of a number.
fn push_ascii(out: &mut TextBuf, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_text(TextRef::Ascii(part.as_bytes())));
}
