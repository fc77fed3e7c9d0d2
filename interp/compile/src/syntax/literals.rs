//! Values of string and bytes literals.
//!
//! The parser decodes literals into Rust strings, which hold no surrogates; a literal that names one with `\u` or
//! `\U` is decoded again from the source.

use ruff_python_ast::{
    BytesLiteralValue, InterpolatedStringLiteralElement, StringLiteral, StringLiteralValue,
};
use ruff_text_size::Ranged;
use ungil_bytecode::Wtf8;

/// The code points of a string literal, all implicitly concatenated parts together.
pub fn string_value(source: &str, literal: &StringLiteralValue) -> Wtf8 {
    literal.iter().flat_map(|part| part_value(source, part)).collect()
}

fn part_value(source: &str, part: &StringLiteral) -> Vec<u32> {
    let raw = part.flags.prefix().is_raw();
    decode(&source[part.content_range()], &part.value, raw)
}

/// The code points of a literal element of an f-string or t-string, which may be raw.
pub fn interpolated_literal(source: &str, element: &InterpolatedStringLiteralElement, raw: bool) -> Vec<u32> {
    let text = &source[element.range()];
    if raw || !names_surrogate(text) {
        return element.value.chars().map(u32::from).collect();
    }
    // Doubled braces stand for one.
    decode_escapes(&text.replace("{{", "{").replace("}}", "}"))
}

/// The bytes of a bytes literal.
pub fn bytes_value(literal: &BytesLiteralValue) -> Box<[u8]> {
    literal.bytes().collect()
}

fn decode(text: &str, value: &str, raw: bool) -> Vec<u32> {
    if raw || !names_surrogate(text) { value.chars().map(u32::from).collect() } else { decode_escapes(text) }
}

fn names_surrogate(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.match_indices("\\u").any(|(index, _)| {
        let digits = &lower[index + 2..];
        ["d8", "d9", "da", "db", "dc", "dd", "de", "df"].iter().any(|start| {
            digits.starts_with(start)
                || digits.strip_prefix("0000").is_some_and(|rest| rest.starts_with(start))
        })
    })
}

fn decode_escapes(text: &str) -> Vec<u32> {
    let mut points = Vec::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            match character {
                '\r' => {
                    points.push(u32::from('\n'));
                    if rest.as_str().starts_with('\n') {
                        rest.next();
                    }
                }
                _ => points.push(u32::from(character)),
            }
            continue;
        }
        let Some(escape) = rest.next() else { break };
        match escape {
            '\n' => {}
            '\r' => {
                if rest.as_str().starts_with('\n') {
                    rest.next();
                }
            }
            'a' => points.push(7),
            'b' => points.push(8),
            'f' => points.push(12),
            'n' => points.push(10),
            'r' => points.push(13),
            't' => points.push(9),
            'v' => points.push(11),
            '\\' | '\'' | '"' => points.push(u32::from(escape)),
            'x' => points.push(digits(&mut rest, 2, 16)),
            'u' => points.push(digits(&mut rest, 4, 16)),
            'U' => points.push(digits(&mut rest, 8, 16)),
            '0'..='7' => {
                let octal = rest.as_str().chars().take(2).take_while(|digit| digit.is_digit(8)).count();
                let first = escape.to_digit(8).unwrap_or(0);
                points.push(digits(&mut rest, octal, 8) + first * 8u32.pow(octal as u32));
            }
            'N' => {
                let name: String = rest.by_ref().skip(1).take_while(|&character| character != '}').collect();
                points.push(unicode_names2::character(&name).map_or(0xfffd, u32::from));
            }
            _ => points.extend([u32::from('\\'), u32::from(escape)]),
        }
    }
    points
}

fn digits(rest: &mut std::str::Chars<'_>, count: usize, radix: u32) -> u32 {
    let digits = rest.take(count).filter_map(|character| character.to_digit(radix));
    digits.fold(0, |value, digit| value * radix + digit)
}

/// The first escape in the text of a literal that means nothing, as its position and the warning about it.
pub fn invalid_escape(text: &str, is_bytes: bool) -> Option<(usize, String)> {
    let mut characters = text.char_indices();
    while let Some((position, character)) = characters.next() {
        if character != '\\' {
            continue;
        }
        let (_, escape) = characters.next()?;
        let octal: String =
            text[position + 1..].chars().take(3).take_while(|digit| digit.is_digit(8)).collect();
        let valid = match escape {
            'N' | 'u' | 'U' => !is_bytes,
            '0'..='7' => u32::from_str_radix(&octal, 8).is_ok_and(|value| value <= 0o377),
            _ => "\n\r\\'\"abfnrtvx".contains(escape),
        };
        if !valid {
            let (kind, escape) = match octal.is_empty() {
                true => ("escape", escape.to_string()),
                false => ("octal escape", octal),
            };
            let advice = format!("Did you mean \"\\\\{escape}\"? A raw string is also an option.");
            return Some((position, format!("\"\\{escape}\" is an invalid {kind} sequence. {advice}")));
        }
    }
    None
}

/// The text that a self-documenting field `{expression=}` shows: its source without comments.
pub fn debug_text(text: &str) -> String {
    let mut shown = String::new();
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('#', None) => {
                if characters.any(|skipped| skipped == '\n') {
                    shown.push('\n');
                }
                continue;
            }
            ('\'' | '"', None) => quote = Some(character),
            (character, Some(open)) if character == open => quote = None,
            _ => {}
        }
        shown.push(character);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_escapes_are_found() {
        assert_eq!(invalid_escape(r"\n\x41\u1234\\d", false), None);
        let (position, message) = invalid_escape(r"a\d", false).expect("invalid");
        assert_eq!(position, 1);
        assert!(
            message.starts_with(r#""\d" is an invalid escape sequence. Did you mean "\\d"?"#),
            "{message}"
        );
        assert!(invalid_escape(r"\400", true).is_some_and(|(_, message)| message.contains("octal")));
        assert!(invalid_escape(r"\u1234", true).is_some());
    }

    #[test]
    fn comments_are_not_shown() {
        assert_eq!(debug_text("1 + 2 = # three\n 3"), "1 + 2 = \n 3");
        assert_eq!(debug_text("'#' + x ="), "'#' + x =");
    }

    #[test]
    fn escapes_decode() {
        assert_eq!(decode_escapes(r"a\ud800\n\x41\101\0"), [0x61, 0xd800, 10, 0x41, 0x41, 0]);
        assert_eq!(decode_escapes(r"\N{BULLET}\q"), [0x2022, 0x5c, 0x71]);
        assert!(names_surrogate(r"\uDC80") && names_surrogate(r"\U0000dFFF") && !names_surrogate(r"\u0d80"));
    }
}
