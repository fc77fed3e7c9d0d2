//! `str.lower`, `upper`, `title`, `capitalize`, `swapcase`, `casefold`.
//!
//! A capital sigma that ends a word becomes the final form U+03C2: a cased letter comes before it and none after,
//! case-ignorable characters aside (The Unicode Standard, section 3.13, Final_Sigma).

use super::TextRef;
use crate::buffer::TextBuf;
use crate::unicode::case::{to_folded, to_lower, to_title, to_upper};
use crate::unicode::properties::{is_case_ignorable, is_cased, is_lower, is_upper};

const CAPITAL_SIGMA: u32 = 0x3a3;

impl TextRef<'_> {
    fn is_final_sigma(self, index: usize) -> bool {
        let before = self.slice(0..index).codes().rev().find(|&code| !is_case_ignorable(code));
        let after = self.slice(index + 1..self.len()).codes().find(|&code| !is_case_ignorable(code));
        before.is_some_and(is_cased) && !after.is_some_and(is_cased)
    }

    fn push_lower(self, index: usize, out: &mut TextBuf) {
        match self.code_at(index) {
            CAPITAL_SIGMA => out.push(if self.is_final_sigma(index) { 0x3c2 } else { 0x3c3 }),
            code => out.extend(to_lower(code).as_slice().iter().copied()),
        }
    }

    fn map_ascii(self, map: impl FnOnce(&mut [u8])) -> Option<TextBuf> {
        let Self::Ascii(units) = self else { return None };
        let mut units = units.to_vec();
        map(&mut units);
        Some(TextBuf::Ascii(units))
    }

    /// All characters in lower case.
    pub fn to_lower(self) -> TextBuf {
        self.map_ascii(<[u8]>::make_ascii_lowercase).unwrap_or_else(|| {
            let mut out = TextBuf::with_capacity(self.len());
            (0..self.len()).for_each(|index| self.push_lower(index, &mut out));
            out
        })
    }

    /// All characters in upper case.
    pub fn to_upper(self) -> TextBuf {
        self.map_ascii(<[u8]>::make_ascii_uppercase).unwrap_or_else(|| {
            let mut out = TextBuf::with_capacity(self.len());
            self.codes().for_each(|code| out.extend(to_upper(code).as_slice().iter().copied()));
            out
        })
    }

    /// All characters folded for caseless comparison.
    pub fn to_folded(self) -> TextBuf {
        self.map_ascii(<[u8]>::make_ascii_lowercase).unwrap_or_else(|| {
            let mut out = TextBuf::with_capacity(self.len());
            self.codes().for_each(|code| out.extend(to_folded(code).as_slice().iter().copied()));
            out
        })
    }

    /// The first character of each word in title case, the others in lower case.
    pub fn to_title(self) -> TextBuf {
        let mut out = TextBuf::with_capacity(self.len());
        let mut within_word = false;
        for (index, code) in self.codes().enumerate() {
            if within_word {
                self.push_lower(index, &mut out);
            } else {
                out.extend(to_title(code).as_slice().iter().copied());
            }
            within_word = is_cased(code);
        }
        out
    }

    /// The first character in title case, the others in lower case.
    pub fn capitalize(self) -> TextBuf {
        let mut out = TextBuf::with_capacity(self.len());
        if let Some(first) = self.get(0) {
            out.extend(to_title(first).as_slice().iter().copied());
        }
        (1..self.len()).for_each(|index| self.push_lower(index, &mut out));
        out
    }

    /// Upper case made lower and lower case made upper.
    pub fn swap_case(self) -> TextBuf {
        let mut out = TextBuf::with_capacity(self.len());
        for (index, code) in self.codes().enumerate() {
            if is_upper(code) {
                self.push_lower(index, &mut out);
            } else if is_lower(code) {
                out.extend(to_upper(code).as_slice().iter().copied());
            } else {
                out.push(code);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_mappings_of_strings() {
        let table = [
            // text, lower, upper, title, capitalize, swapcase, casefold
            (
                "hello wORLD",
                "hello world",
                "HELLO WORLD",
                "Hello World",
                "Hello world",
                "HELLO World",
                "hello world",
            ),
            ("ΑΣ ΑΣΑ", "ας ασα", "ΑΣ ΑΣΑ", "Ας Ασα", "Ας ασα", "ας ασα", "ασ ασα"),
            ("straße ǆ", "straße ǆ", "STRASSE Ǆ", "Straße ǅ", "Straße ǆ", "STRASSE Ǆ", "strasse ǆ"),
            ("they're", "they're", "THEY'RE", "They'Re", "They're", "THEY'RE", "they're"),
            ("Σ", "σ", "Σ", "Σ", "Σ", "σ", "σ"),
            ("ﬁx İ", "ﬁx i̇", "FIX İ", "Fix İ", "Fix i̇", "FIX i̇", "fix i̇"),
        ];
        for (text, lower, upper, title, capitalized, swapped, folded) in table {
            let text = TextBuf::from(text);
            let text = text.as_text();
            assert_eq!(text.to_lower(), lower);
            assert_eq!(text.to_upper(), upper);
            assert_eq!(text.to_title(), title);
            assert_eq!(text.capitalize(), capitalized);
            assert_eq!(text.swap_case(), swapped);
            assert_eq!(text.to_folded(), folded);
        }
    }
}
