//! Formatting a string.

use super::spec::{Align, FormatSpec};
use super::{FormatError, Sign};
use crate::buffer::TextBuf;
use crate::text::TextRef;

impl FormatSpec<'_> {
    /// `format(str, spec)`.
    ///
    /// # Errors
    /// If the specification asks for what only numbers have.
    pub fn format_text(&self, text: TextRef<'_>) -> Result<TextBuf, FormatError> {
        if self.presentation_char() != Some('s') {
            return Err(self.unknown_presentation());
        }
        let refused = match self.sign {
            Some(Sign::Space) => Some("Space"),
            Some(_) => Some("Sign"),
            None if self.no_negative_zero => Some("Negative zero coercion (z)"),
            None if self.alternate => Some("Alternate form (#)"),
            None if self.align == Align::AfterSign => Some("'=' alignment"),
            None => None,
        };
        if let Some(refused) = refused {
            return Err(FormatError::value(format!("{refused} not allowed in string format specifier")));
        }
        let shown = self.precision.unwrap_or(usize::MAX).min(text.len());
        Ok(self.pad(text.slice(0..shown)))
    }

    /// Fills up to the width; padding after a sign is done before.
    pub(super) fn pad(&self, text: TextRef<'_>) -> TextBuf {
        let rest = self.width.saturating_sub(text.len());
        let left = match self.align {
            Align::Left => 0,
            Align::Right | Align::AfterSign => rest,
            Align::Center => rest / 2,
        };
        text.padded(left, rest - left, self.fill)
    }
}
