//! `str.isalpha` and its siblings. All but `is_ascii` and `is_printable` are false for the empty string.

use super::{TextRef, with_units};
use crate::unicode::numeric::{decimal, digit, numeric};
use crate::unicode::properties as code;
use crate::unit::CodeUnit;

impl TextRef<'_> {
    fn all(self, holds: impl Fn(u32) -> bool) -> bool {
        !self.is_empty() && with_units!(self, units => units.iter().all(|unit| holds(unit.code())))
    }

    /// Only code points below 128.
    pub fn is_ascii(self) -> bool {
        match self {
            Self::Ascii(_) => true,
            _ => self.codes().all(|code| code < 0x80),
        }
    }

    /// Only letters.
    pub fn is_alpha(self) -> bool {
        self.all(code::is_alpha)
    }

    /// Only letters and numbers.
    pub fn is_alnum(self) -> bool {
        self.all(code::is_alnum)
    }

    /// Only decimal digits.
    pub fn is_decimal(self) -> bool {
        self.all(|code| decimal(code).is_some())
    }

    /// Only digits, superscripts and the like included.
    pub fn is_digit(self) -> bool {
        self.all(|code| digit(code).is_some())
    }

    /// Only characters with a numeric value.
    pub fn is_numeric(self) -> bool {
        self.all(|code| numeric(code).is_some())
    }

    /// Only whitespace.
    pub fn is_space(self) -> bool {
        self.all(code::is_space)
    }

    /// Only characters that `repr` shows as they are.
    pub fn is_printable(self) -> bool {
        self.codes().all(code::is_printable)
    }

    /// A valid identifier; keywords count.
    pub fn is_identifier(self) -> bool {
        let mut codes = self.codes();
        codes.next().is_some_and(code::is_identifier_start) && codes.all(code::is_identifier_continue)
    }

    /// Some cased characters, and all of them in lower case.
    pub fn is_lower(self) -> bool {
        self.codes().any(code::is_lower)
            && !self.codes().any(|code| code::is_upper(code) || code::is_title(code))
    }

    /// Some cased characters, and all of them in upper case.
    pub fn is_upper(self) -> bool {
        self.codes().any(code::is_upper)
            && !self.codes().any(|code| code::is_lower(code) || code::is_title(code))
    }

    /// Upper and title case only at the start of words, lower case only within them, and some word.
    pub fn is_title(self) -> bool {
        let (mut within_word, mut any) = (false, false);
        for code in self.codes() {
            if code::is_upper(code) || code::is_title(code) {
                if within_word {
                    return false;
                }
                (within_word, any) = (true, true);
            } else if code::is_lower(code) {
                if !within_word {
                    return false;
                }
            } else {
                within_word = false;
            }
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use crate::TextBuf;

    #[test]
    fn predicates() {
        // alpha, alnum, decimal, digit, numeric, space, printable, identifier, lower, upper, title
        let table = [
            ("", "------p----"),
            ("abc", "aA----pil--"),
            ("Abc Def", "------p---t"),
            ("A1", "-A----pi-ut"),
            ("12٣", "-Adgn-p----"),
            ("²", "-A-gn-p----"),
            ("½", "-A--n-p----"),
            ("五", "aA--n-pi---"),
            (" \u{3000}\t", "-----s-----"),
            ("ªº", "aA----pil--"),
            ("ǅ", "aA----pi--t"),
            ("ñ_1", "------pil--"),
            ("\u{ad}", "-----------"),
        ];
        for (text, expected) in table {
            let buf = TextBuf::from(text);
            let text = buf.as_text();
            let answers = [
                ('a', text.is_alpha()),
                ('A', text.is_alnum()),
                ('d', text.is_decimal()),
                ('g', text.is_digit()),
                ('n', text.is_numeric()),
                ('s', text.is_space()),
                ('p', text.is_printable()),
                ('i', text.is_identifier()),
                ('l', text.is_lower()),
                ('u', text.is_upper()),
                ('t', text.is_title()),
            ];
            let answers: String =
                answers.map(|(flag, holds)| if holds { flag } else { '-' }).into_iter().collect();
            assert_eq!(answers, expected, "{text:?}");
        }
    }
}
