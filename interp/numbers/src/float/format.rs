//! Floats as text in the styles of `repr`, `format()` and `%`.
//!
//! What is returned is the bare number, `-1.5e+20`; filling, grouping and signs for positive numbers belong to the
//! formatting languages.

use super::digits::{Digits, fixed};

/// How to lay out a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `d.ddde±xx` with `precision` digits after the point.
    Exponent,
    /// `ddd.ddd` with `precision` digits after the point.
    Fixed,
    /// `precision` significant digits, with an exponent if that is below -4 or not below the precision.
    General,
    /// The shortest digits that read back as the same float, with an exponent below -4 and from 16; ignores the
    /// precision.
    Repr,
}

/// A style with its options.
#[derive(Clone, Copy, Debug)]
pub struct FloatFormat {
    pub style: Style,
    pub precision: usize,
    /// `E`, `INF`, `NAN`.
    pub upper: bool,
    /// Keep the point, and the trailing zeros of [`Style::General`].
    pub alternate: bool,
    /// Add `.0` to what would look like an integer.
    pub add_dot_zero: bool,
    /// Drop the sign of what rounds to zero.
    pub no_negative_zero: bool,
}

impl FloatFormat {
    /// A style without options.
    pub fn new(style: Style, precision: usize) -> Self {
        Self {
            style,
            precision,
            upper: false,
            alternate: false,
            add_dot_zero: false,
            no_negative_zero: false,
        }
    }

    /// The float as text. A NaN has no sign.
    pub fn format(&self, x: f64) -> String {
        let text = if x.is_nan() {
            "nan".to_owned()
        } else if x.is_infinite() {
            (if x > 0.0 { "inf" } else { "-inf" }).to_owned()
        } else {
            self.format_finite(x)
        };
        if self.upper { text.to_ascii_uppercase() } else { text }
    }

    fn format_finite(&self, x: f64) -> String {
        let is_plain = self.precision > 0 || !(self.alternate || self.add_dot_zero);
        if self.style == Style::Fixed && is_plain && !self.no_negative_zero {
            return fixed(x, self.precision);
        }
        let magnitude = x.abs();
        let significant = if self.style == Style::General { self.precision.max(1) } else { self.precision };
        let digits = match self.style {
            Style::Exponent => Digits::significant(magnitude, significant.saturating_add(1)),
            Style::Fixed => Digits::to_places(magnitude, significant),
            Style::General => Digits::significant(magnitude, significant),
            Style::Repr => Digits::shortest(magnitude),
        };
        let mut out = String::new();
        if x.is_sign_negative() && !(self.no_negative_zero && digits.is_zero()) {
            out.push('-');
        }
        let limit = match self.style {
            Style::Exponent => None,
            Style::Fixed => Some(i32::MAX),
            Style::General => {
                Some(i32::try_from(significant).unwrap_or(i32::MAX) - i32::from(self.add_dot_zero))
            }
            Style::Repr => Some(16),
        };
        let with_exponent =
            limit.is_none_or(|limit| digits.point <= -4 && limit != i32::MAX || digits.point > limit);
        let point = if with_exponent { 1 } else { digits.point };
        let fraction = match self.style {
            Style::Exponent | Style::Fixed => self.precision,
            Style::General if self.alternate => (significant as i64 - i64::from(point)).max(0) as usize,
            Style::General | Style::Repr => 0,
        };
        let fraction = fraction.max(usize::from(self.add_dot_zero && !with_exponent));
        self.push_number(&digits.digits, point, fraction, &mut out);
        if with_exponent {
            let exponent = digits.point - 1;
            let sign = if exponent < 0 { '-' } else { '+' };
            out.push_str(&format!("e{sign}{:02}", exponent.abs()));
        }
        out
    }

    /// Digits with a point, filled with zeros up to `fraction` places after it.
    fn push_number(&self, digits: &[u8], point: i32, fraction: usize, out: &mut String) {
        let mut push = |digits: &[u8]| digits.iter().for_each(|&digit| out.push(digit.into()));
        let (whole, rest) = digits.split_at(usize::try_from(point).unwrap_or(0).min(digits.len()));
        let leading = usize::try_from(-point).unwrap_or(0);
        push(whole);
        push(&vec![b'0'; usize::try_from(point.max(1)).unwrap_or(0) - whole.len()]);
        let rest = if rest == b"0" { &[][..] } else { rest };
        let leading = if rest.is_empty() { 0 } else { leading };
        let fraction_length = leading + rest.len();
        if fraction_length > 0 || fraction > 0 || self.alternate {
            push(b".");
        }
        push(&vec![b'0'; leading]);
        push(rest);
        push(&vec![b'0'; fraction.saturating_sub(fraction_length)]);
    }
}

/// `repr(float)`.
pub fn repr(x: f64) -> String {
    FloatFormat { add_dot_zero: true, ..FloatFormat::new(Style::Repr, 0) }.format(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reprs() {
        let table = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (9999999999999998.0, "9999999999999998.0"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (-f64::NAN, "nan"),
        ];
        for (x, expected) in table {
            assert_eq!(repr(x), expected);
        }
    }

    #[test]
    fn styles() {
        let table = [
            (Style::Fixed, 2, 2.675, "2.67"),
            (Style::Fixed, 0, 0.5, "0"),
            (Style::Fixed, 0, 1.5, "2"),
            (Style::Fixed, 0, 2.5, "2"),
            (Style::Fixed, 3, 0.0005, "0.001"),
            (Style::Fixed, 1, 1e22, "10000000000000000000000.0"),
            (Style::Fixed, 3, 0.0, "0.000"),
            (Style::Exponent, 0, 2.5, "2e+00"),
            (Style::Exponent, 3, 0.0, "0.000e+00"),
            (Style::Exponent, 2, 99999.0, "1.00e+05"),
            (Style::Exponent, 25, 0.1, "1.0000000000000000555111512e-01"),
            (Style::General, 6, 0.0001, "0.0001"),
            (Style::General, 6, 0.00001, "1e-05"),
            (Style::General, 6, 123456.0, "123456"),
            (Style::General, 6, 1234567.0, "1.23457e+06"),
            (Style::General, 0, 25.0, "2e+01"),
            (Style::General, 3, 999.9, "1e+03"),
        ];
        for (style, precision, x, expected) in table {
            assert_eq!(FloatFormat::new(style, precision).format(x), expected);
        }
        let long = FloatFormat::new(Style::Fixed, 100_000).format(5e-324);
        assert_eq!(long.len(), 100_002);
        assert!(long[..1076].ends_with("625") && long[1076..].bytes().all(|digit| digit == b'0'));
    }

    #[test]
    fn options() {
        let base = FloatFormat::new(Style::General, 6);
        assert_eq!(FloatFormat { alternate: true, ..base }.format(1.0), "1.00000");
        assert_eq!(FloatFormat { alternate: true, ..base }.format(0.0), "0.00000");
        assert_eq!(FloatFormat { alternate: true, ..base }.format(1e10), "1.00000e+10");
        assert_eq!(FloatFormat { add_dot_zero: true, precision: 3, ..base }.format(123.0), "1.23e+02");
        assert_eq!(FloatFormat { add_dot_zero: true, precision: 4, ..base }.format(123.0), "123.0");
        assert_eq!(FloatFormat { upper: true, ..base }.format(1e-10), "1E-10");
        let fixed = FloatFormat::new(Style::Fixed, 1);
        assert_eq!(fixed.format(-0.01), "-0.0");
        assert_eq!(FloatFormat { no_negative_zero: true, ..fixed }.format(-0.01), "0.0");
    }
}
