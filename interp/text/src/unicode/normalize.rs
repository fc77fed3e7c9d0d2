//! The four normalisation forms. Lone surrogates are left in place and separate what is around them.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

use crate::buffer::TextBuf;
use crate::text::TextRef;

/// A normalisation form of Unicode Standard Annex 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
}

impl Form {
    /// The form by the name that `unicodedata.normalize` takes.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "NFC" => Self::Nfc,
            "NFD" => Self::Nfd,
            "NFKC" => Self::Nfkc,
            "NFKD" => Self::Nfkd,
            _ => return None,
        })
    }

    fn push(self, scalars: &str, out: &mut TextBuf) {
        let normalized = match self {
            Self::Nfc => ComposingNormalizerBorrowed::new_nfc().normalize(scalars),
            Self::Nfkc => ComposingNormalizerBorrowed::new_nfkc().normalize(scalars),
            Self::Nfd => DecomposingNormalizerBorrowed::new_nfd().normalize(scalars),
            Self::Nfkd => DecomposingNormalizerBorrowed::new_nfkd().normalize(scalars),
        };
        out.push_str(&normalized);
    }

    /// The text in this form.
    pub fn normalize(self, text: TextRef<'_>) -> TextBuf {
        if text.is_ascii() {
            return text.to_buf();
        }
        let mut out = TextBuf::with_capacity(text.len());
        let mut scalars = String::new();
        for code in text.codes() {
            match char::from_u32(code) {
                Some(c) => scalars.push(c),
                None => {
                    self.push(&scalars, &mut out);
                    scalars.clear();
                    out.push(code);
                }
            }
        }
        self.push(&scalars, &mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let text: TextBuf = "é\u{212b}ﬁ".chars().map(u32::from).chain([0xd800, 0x65, 0x301]).collect();
        let normalized = |form: Form| form.normalize(text.as_text()).as_text().codes().collect::<Vec<_>>();
        assert_eq!(normalized(Form::Nfc), [0xe9, 0xc5, 0xfb01, 0xd800, 0xe9]);
        assert_eq!(normalized(Form::Nfkd), [0x65, 0x301, 0x41, 0x30a, 0x66, 0x69, 0xd800, 0x65, 0x301]);
    }
}
