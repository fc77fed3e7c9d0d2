//! Decimal digits of floats: the shortest that read back as the same float, or correctly rounded to a given length.
//!
//! The shortest digits come from the `zmij` crate. Rounded digits come from the standard library, whose `{:.*e}`
//! and `{:.*}` are exact for every float and round half to even.

/// `0.d₁d₂d₃… × 10^point`, the digits as ASCII without leading zeros, except that zero is a single `0` with
/// `point` 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    pub digits: Vec<u8>,
    pub point: i32,
}

/// No float has more significant digits than this; further ones are zero.
const LONGEST_SIGNIFICANT: usize = 768;
/// No float has more digits after the point than this.
const LONGEST_FRACTION: usize = 1075;

/// `x`, which is finite, with this many digits after the point.
pub fn fixed(x: f64, places: usize) -> String {
    let mut text = format!("{x:.*}", places.min(LONGEST_FRACTION));
    text.extend(std::iter::repeat_n('0', places.saturating_sub(LONGEST_FRACTION)));
    text
}

impl Digits {
    /// From `d.ddde±x`, `ddd.ddd` or `0.000ddd`.
    fn from_text(text: &str) -> Self {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse().unwrap_or(0)),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
        if zeros == digits.len() {
            return Self { digits: b"0".to_vec(), point: 1 };
        }
        Self { digits: digits[zeros..].to_vec(), point: whole.len() as i32 - zeros as i32 + exponent }
    }

    fn without_trailing_zeros(mut self) -> Self {
        let kept = self.digits.iter().rposition(|&digit| digit != b'0').map_or(1, |last| last + 1);
        self.digits.truncate(kept);
        self
    }

    /// The shortest digits that read back as `x`, which is finite and not negative.
    pub fn shortest(x: f64) -> Self {
        Self::from_text(zmij::Buffer::new().format_finite(x)).without_trailing_zeros()
    }

    /// At most `count` significant digits of `x`, which is finite and not negative; trailing zeros are dropped.
    pub fn significant(x: f64, count: usize) -> Self {
        let count = count.clamp(1, LONGEST_SIGNIFICANT);
        Self::from_text(&format!("{x:.*e}", count - 1)).without_trailing_zeros()
    }

    /// The digits of `x`, which is finite and not negative, up to the `places`-th after the point; trailing zeros
    /// are dropped.
    pub fn to_places(x: f64, places: usize) -> Self {
        Self::from_text(&format!("{x:.*}", places.min(LONGEST_FRACTION))).without_trailing_zeros()
    }

    /// Whether all digits are zero.
    pub fn is_zero(&self) -> bool {
        self.digits == b"0"
    }
}
