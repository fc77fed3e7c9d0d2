//! Full case mappings of single code points.
//!
//! A mapping yields one to three code points. Characters whose full mapping is longer than one are few and fixed
//! since Unicode 4; the standard library knows them for upper case, and the case mapper is asked for the rest.
//! The final sigma depends on its surroundings and is handled where strings are mapped.

use icu_casemap::CaseMapper;
use icu_casemap::options::TitlecaseOptions;
use icu_locale_core::LanguageIdentifier;

/// One to three code points, the result of mapping one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapped {
    codes: [u32; 3],
    length: u8,
}

impl Mapped {
    fn one(code: u32) -> Self {
        Self { codes: [code, 0, 0], length: 1 }
    }

    fn many(chars: impl Iterator<Item = char>) -> Self {
        let mut mapped = Self { codes: [0; 3], length: 0 };
        for c in chars.take(3) {
            mapped.codes[usize::from(mapped.length)] = c.into();
            mapped.length += 1;
        }
        mapped
    }

    /// The code points of the result.
    pub fn as_slice(&self) -> &[u32] {
        &self.codes[..usize::from(self.length)]
    }
}

fn simple(code: u32, map: impl Fn(char) -> char) -> Mapped {
    Mapped::one(char::from_u32(code).map_or(code, |c| map(c).into()))
}

/// The longer upper-case form, for the few characters that have one.
fn long_upper(code: u32) -> Option<std::char::ToUppercase> {
    char::from_u32(code).map(char::to_uppercase).filter(|upper| upper.len() > 1)
}

/// Upper case, as `str.upper` maps one character.
pub fn to_upper(code: u32) -> Mapped {
    match long_upper(code) {
        Some(upper) => Mapped::many(upper),
        None => simple(code, |c| CaseMapper::new().simple_uppercase(c)),
    }
}

/// Lower case, as `str.lower` maps one character other than a final sigma.
pub fn to_lower(code: u32) -> Mapped {
    match code {
        0x130 => Mapped::many("i\u{307}".chars()),
        _ => simple(code, |c| CaseMapper::new().simple_lowercase(c)),
    }
}

/// Title case, as `str.title` maps the first character of a word.
pub fn to_title(code: u32) -> Mapped {
    let mapper = CaseMapper::new();
    match char::from_u32(code).filter(|_| long_upper(code).is_some()) {
        Some(c) => {
            let mut buffer = [0; 4];
            let segment = c.encode_utf8(&mut buffer);
            let titled = mapper.titlecase_segment_with_only_case_data_to_string(
                segment,
                &LanguageIdentifier::UNKNOWN,
                TitlecaseOptions::default(),
            );
            Mapped::many(titled.chars())
        }
        None => simple(code, |c| mapper.simple_titlecase(c)),
    }
}

/// Full case folding, as `str.casefold` maps one character.
pub fn to_folded(code: u32) -> Mapped {
    let mapper = CaseMapper::new();
    match char::from_u32(code).filter(|_| matches!(code, 0x130 | 0x1e9e) || long_upper(code).is_some()) {
        Some(c) => {
            let mut buffer = [0; 4];
            Mapped::many(mapper.fold_string(c.encode_utf8(&mut buffer)).chars())
        }
        None => simple(code, |c| mapper.simple_fold(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_mappings() {
        let table: [(u32, [&[u32]; 4]); 8] = [
            // code, [upper, lower, title, fold]
            (0x61, [&[0x41], &[0x61], &[0x41], &[0x61]]),
            (0xdf, [&[0x53, 0x53], &[0xdf], &[0x53, 0x73], &[0x73, 0x73]]),
            (0x130, [&[0x130], &[0x69, 0x307], &[0x130], &[0x69, 0x307]]),
            (0x1c6, [&[0x1c4], &[0x1c6], &[0x1c5], &[0x1c6]]),
            (0xfb03, [&[0x46, 0x46, 0x49], &[0xfb03], &[0x46, 0x66, 0x69], &[0x66, 0x66, 0x69]]),
            (0x1f80, [&[0x1f08, 0x399], &[0x1f80], &[0x1f88], &[0x1f00, 0x3b9]]),
            (0x1e9e, [&[0x1e9e], &[0xdf], &[0x1e9e], &[0x73, 0x73]]),
            (0xd800, [&[0xd800], &[0xd800], &[0xd800], &[0xd800]]),
        ];
        for (code, [upper, lower, title, fold]) in table {
            assert_eq!(to_upper(code).as_slice(), upper, "upper {code:x}");
            assert_eq!(to_lower(code).as_slice(), lower, "lower {code:x}");
            assert_eq!(to_title(code).as_slice(), title, "title {code:x}");
            assert_eq!(to_folded(code).as_slice(), fold, "fold {code:x}");
        }
    }

    #[test]
    fn letters_newer_than_unicode_16_have_no_case() {
        assert_eq!(to_upper(0xa7d3).as_slice(), [0xa7d3]);
        assert_eq!(to_lower(0x16ea0).as_slice(), [0x16ea0]);
    }
}
