//! Number literals in strings: what `int(str)`, `float(str)` and `complex(str)` read.

use super::{Side, TextRef};
use crate::unicode::numeric::decimal;
use crate::unicode::properties::is_space;

impl TextRef<'_> {
    /// The text without whitespace at its ends, with decimal digits of all scripts as ASCII digits and whitespace
    /// as spaces. What is then not ASCII becomes a question mark, which no number contains.
    pub fn to_number_literal(self) -> String {
        let stripped = self.slice(self.strip_whitespace(Side::Both));
        let ascii = |code: u32| match u8::try_from(code) {
            _ if is_space(code) => ' ',
            Ok(byte @ 0..0x80) => byte.into(),
            _ => decimal(code).map_or('?', |digit| (b'0' + digit).into()),
        };
        stripped.codes().map(ascii).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::TextBuf;

    #[test]
    fn digits_of_all_scripts() {
        for (text, expected) in [
            (" 12\n", "12"),
            ("\u{3000}-\u{663}.٤e１", "-3.4e1"),
            ("1²", "1?"),
            ("1\u{2003}2", "1 2"),
            ("", ""),
        ] {
            assert_eq!(TextBuf::from(text).as_text().to_number_literal(), expected);
        }
    }
}
