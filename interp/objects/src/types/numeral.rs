//! Texts that are read as numbers: without the whitespace around them, and with the digits of all scripts made ASCII.

use ungil_text::TextRef;
use ungil_text::unicode::numeric::decimal;
use ungil_text::unicode::properties::is_space;

use crate::protocol::buffer;
use crate::thread::Thread;
use crate::types::text::Str;
use crate::value::Ref;

/// The numeral in a `str` or in bytes; the inner `None` for a text that is surely no number. `None` for other values.
pub(crate) fn of(t: &Thread, value: Ref<'_>) -> Option<Option<String>> {
    if let Some(text) = value.downcast::<Str>() {
        return Some(of_text(text.text()));
    }
    let ascii = |bytes: &[u8]| std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii()).map(trimmed);
    buffer::with_bytes(t, value, ascii)
}

fn trimmed(ascii: &str) -> String {
    ascii.trim_matches(|c: char| is_space(c.into())).to_owned()
}

/// The numeral in a text; `None` if characters are in it that are in no number.
pub(crate) fn of_text(text: TextRef<'_>) -> Option<String> {
    if let Some(ascii) = text.as_ascii() {
        return Some(trimmed(ascii));
    }
    let codes: Vec<u32> = text.codes().collect();
    let first = codes.iter().position(|&code| !is_space(code))?;
    let last = codes.iter().rposition(|&code| !is_space(code))?;
    codes[first..=last]
        .iter()
        .map(|&code| match decimal(code) {
            Some(digit) => Some(char::from(b'0' + digit)),
            None if is_space(code) => Some(' '),
            None => char::from_u32(code).filter(char::is_ascii),
        })
        .collect()
}
