//! Formatting floats and complex numbers.

use ungil_numbers::float::{FloatFormat, Style};

use super::FormatError;
use super::number::NumberParts;
use super::spec::{Align, FormatSpec, Sign};
use crate::buffer::TextBuf;

impl FormatSpec<'_> {
    fn float_format(&self) -> Result<FloatFormat, FormatError> {
        let precision = self.precision.unwrap_or(6);
        if i32::try_from(precision).is_err() {
            return Err(FormatError::value("precision too big"));
        }
        let style = match self.presentation_char() {
            None if self.precision.is_none() => Style::Repr,
            None | Some('g' | 'G' | 'n') => Style::General,
            Some('e' | 'E') => Style::Exponent,
            Some('f' | 'F' | '%') => Style::Fixed,
            _ => return Err(self.unknown_presentation()),
        };
        Ok(FloatFormat {
            style,
            precision,
            upper: matches!(self.presentation_char(), Some('E' | 'F' | 'G')),
            alternate: self.alternate,
            add_dot_zero: self.presentation.is_none(),
            no_negative_zero: self.no_negative_zero,
        })
    }

    /// `format(float, spec)`, and that of an integer with a float's presentation.
    ///
    /// # Errors
    /// If the specification is not one for floats.
    pub fn format_float(&self, x: f64) -> Result<TextBuf, FormatError> {
        let format = self.float_format()?;
        let number = match self.presentation_char() {
            Some('%') => format.format(x * 100.0) + "%",
            _ => format.format(x),
        };
        Ok(self.layout(NumberParts::of(&number), 3))
    }

    /// `format(complex, spec)`.
    ///
    /// # Errors
    /// If the specification is not one for complex numbers.
    pub fn format_complex(&self, real: f64, imaginary: f64) -> Result<TextBuf, FormatError> {
        if self.presentation_char() == Some('%') {
            return Err(self.unknown_presentation());
        }
        let mut format = self.float_format()?;
        if self.fill == u32::from(b'0') {
            return Err(FormatError::value("Zero padding is not allowed in complex format specifier"));
        }
        if self.align == Align::AfterSign {
            return Err(FormatError::value("'=' alignment flag is not allowed in complex format specifier"));
        }
        format.add_dot_zero = false;
        let like_repr = self.presentation.is_none();
        let part = FormatSpec { width: 0, ..*self };
        let laid_out =
            |x: f64, sign| FormatSpec { sign, ..part }.layout(NumberParts::of(&format.format(x)), 3);
        let only_imaginary = like_repr && real == 0.0 && real.is_sign_positive();
        let mut out = TextBuf::new();
        if !only_imaginary {
            if like_repr {
                out.push(b'('.into());
            }
            out.push_text(laid_out(real, self.sign).as_text());
        }
        let sign = if only_imaginary { self.sign } else { Some(Sign::Always) };
        out.push_text(laid_out(imaginary, sign).as_text());
        out.push(b'j'.into());
        if like_repr && !only_imaginary {
            out.push(b')'.into());
        }
        Ok(self.pad(out.as_text()))
    }
}
