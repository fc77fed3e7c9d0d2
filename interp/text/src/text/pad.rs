//! `str.center`, `ljust`, `rjust`, `zfill`, `expandtabs`.

use super::TextRef;
use crate::buffer::TextBuf;

impl TextRef<'_> {
    /// The text with `left` and `right` fill characters at its ends.
    pub fn padded(self, left: usize, right: usize, fill: u32) -> TextBuf {
        let mut out = TextBuf::with_capacity(left + self.len() + right);
        out.push_repeated(fill, left);
        out.push_text(self);
        out.push_repeated(fill, right);
        out
    }

    /// Centred in `width`; of an odd rest the left takes the larger half if the width is odd.
    pub fn center(self, width: usize, fill: u32) -> TextBuf {
        let (left, right) = center_margins(self.len(), width);
        self.padded(left, right, fill)
    }

    /// Filled on the right up to `width`.
    pub fn left_justify(self, width: usize, fill: u32) -> TextBuf {
        self.padded(0, width.saturating_sub(self.len()), fill)
    }

    /// Filled on the left up to `width`.
    pub fn right_justify(self, width: usize, fill: u32) -> TextBuf {
        self.padded(width.saturating_sub(self.len()), 0, fill)
    }

    /// Zeros on the left, after a sign.
    pub fn zero_fill(self, width: usize) -> TextBuf {
        let sign = usize::from(matches!(self.get(0), Some(0x2b | 0x2d)));
        let mut out = TextBuf::with_capacity(width);
        out.push_text(self.slice(0..sign));
        out.push_repeated(b'0'.into(), width.saturating_sub(self.len()));
        out.push_text(self.slice(sign..self.len()));
        out
    }

    /// Tabs replaced by spaces up to the next multiple of `size`; columns count from the last line break.
    pub fn expand_tabs(self, size: usize) -> TextBuf {
        let mut out = TextBuf::with_capacity(self.len());
        let mut column = 0;
        for code in self.codes() {
            match code {
                0x09 => {
                    let spaces = if size == 0 { 0 } else { size - column % size };
                    out.push_repeated(b' '.into(), spaces);
                    column += spaces;
                    continue;
                }
                0x0a | 0x0d => column = 0,
                _ => column += 1,
            }
            out.push(code);
        }
        out
    }
}

/// The margins that centre `len` items in `width`.
pub(crate) fn center_margins(len: usize, width: usize) -> (usize, usize) {
    let rest = width.saturating_sub(len);
    let left = rest / 2 + (rest & width & 1);
    (left, rest - left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pads() {
        let text = TextRef::ascii("ab");
        assert_eq!(text.center(5, 0x2e), "..ab.");
        assert_eq!(TextRef::ascii("abc").center(6, 0x2e), ".abc..");
        assert_eq!(text.center(1, 0x2e), "ab");
        assert_eq!(text.left_justify(4, 0x1f600), "ab😀😀");
        assert_eq!(text.right_justify(4, 0x20), "  ab");
        assert_eq!(TextRef::ascii("-42").zero_fill(6), "-00042");
        assert_eq!(TextRef::ascii("+").zero_fill(3), "+00");
        assert_eq!(TextRef::ascii("a\tbc\td\n\te").expand_tabs(4), "a   bc  d\n    e");
        assert_eq!(TextRef::ascii("a\tb").expand_tabs(0), "ab");
    }
}
