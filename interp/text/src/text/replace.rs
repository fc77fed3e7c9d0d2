//! `str.replace` and `str.translate`.

use super::TextRef;
use super::split::with_needle;
use crate::buffer::TextBuf;
use crate::search;
use crate::unit::CodeUnit;

/// What a translation does with one character.
pub enum Translation {
    Keep,
    Delete,
    Code(u32),
    Text(TextBuf),
}

impl TextRef<'_> {
    /// Replaces the first `max` occurrences of `old`; `None` if there is nothing to replace.
    ///
    /// An empty `old` occurs before each character and at the end.
    pub fn replace(self, old: TextRef<'_>, new: TextRef<'_>, max: Option<usize>) -> Option<TextBuf> {
        let max = max.unwrap_or(usize::MAX);
        if max == 0 || old == new || old.len() > self.len() {
            return None;
        }
        if old.is_empty() {
            return Some(self.interleave(new, max));
        }
        with_needle!(self, old, |units, old| {
            let mut places = search::matches(units, &old).take(max).peekable();
            places.peek()?;
            let mut replaced = TextBuf::with_capacity(units.len());
            let mut at = 0;
            for place in places {
                replaced.push_text(CodeUnit::text(&units[at..place]));
                replaced.push_text(new);
                at = place + old.len();
            }
            replaced.push_text(CodeUnit::text(&units[at..]));
            Some(replaced)
        }, else None)
    }

    fn interleave(self, new: TextRef<'_>, max: usize) -> TextBuf {
        let mut replaced = TextBuf::new();
        for (nth, code) in self.codes().enumerate() {
            if nth < max {
                replaced.push_text(new);
            }
            replaced.push(code);
        }
        if self.len() < max {
            replaced.push_text(new);
        }
        replaced
    }

    /// Maps each character by `table`, whose error ends the translation.
    pub fn translate<E>(self, mut table: impl FnMut(u32) -> Result<Translation, E>) -> Result<TextBuf, E> {
        let mut translated = TextBuf::with_capacity(self.len());
        for code in self.codes() {
            match table(code)? {
                Translation::Keep => translated.push(code),
                Translation::Delete => {}
                Translation::Code(code) => translated.push(code),
                Translation::Text(text) => translated.push_text(text.as_text()),
            }
        }
        Ok(translated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces() {
        let table = [
            ("abcabc", "b", "XX", None, Some("aXXcaXXc")),
            ("abcabc", "b", "", Some(1), Some("acabc")),
            ("abc", "", "-", None, Some("-a-b-c-")),
            ("abc", "", "-", Some(2), Some("-a-bc")),
            ("", "", "-", None, Some("-")),
            ("abc", "d", "-", None, None),
            ("abc", "ü", "-", None, None),
            ("aüa😀", "a", "é", None, Some("éüé😀")),
            ("aaaa", "aa", "b", None, Some("bb")),
        ];
        for (text, old, new, max, expected) in table {
            let [text, old, new] = [text, old, new].map(TextBuf::from);
            let replaced = text.as_text().replace(old.as_text(), new.as_text(), max);
            assert_eq!(replaced, expected.map(TextBuf::from));
        }
        let narrowed =
            TextBuf::from("aü").as_text().replace(TextBuf::from("ü").as_text(), TextRef::EMPTY, None);
        assert!(matches!(narrowed, Some(TextBuf::Ascii(_))));
    }

    #[test]
    fn translates() {
        let translated: Result<_, ()> = TextRef::ascii("abcd").translate(|code| {
            Ok(match code {
                0x61 => Translation::Delete,
                0x62 => Translation::Code(0xe9),
                0x63 => Translation::Text(TextBuf::from("xyz")),
                _ => Translation::Keep,
            })
        });
        assert_eq!(translated.unwrap(), "éxyzd");
    }
}
