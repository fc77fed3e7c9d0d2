//! What is wrong with an escape in a string literal.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::error::CompileError;

/// The error of the string literal around `position`, in which an escape is malformed. It lies on the whole literal.
pub fn escape_error(source: &str, tokens: &Tokens, position: TextSize) -> CompileError {
    let around = |kind: TokenKind, range: TextRange| {
        matches!(kind, TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle)
            && range.contains_inclusive(position)
    };
    let token = tokens.iter().find(|token| around(token.kind(), token.range()));
    let range = token.map_or(TextRange::empty(position), |token| token.range());
    let text = &source[range];
    let (prefix, body) = match token.is_some_and(|token| token.kind() == TokenKind::String) {
        true => without_quotes(text),
        false => ("", text),
    };
    let is_bytes = prefix.contains(['b', 'B']);
    CompileError::syntax(if is_bytes { bytes_message(body) } else { text_message(body) }, range)
}

/// The prefix of a literal, and what lies between its quotes.
fn without_quotes(literal: &str) -> (&str, &str) {
    let quote = literal.find(['\'', '"']).unwrap_or(0);
    let (prefix, quoted) = literal.split_at(quote);
    let width = if quoted.starts_with("'''") || quoted.starts_with("\"\"\"") { 3 } else { 1 };
    (prefix, quoted.get(width..quoted.len().saturating_sub(width)).unwrap_or_default())
}

fn escapes(body: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let found = at + body[at..].find('\\')?;
        at = found + 1 + body[found + 1..].chars().next().map_or(0, char::len_utf8);
        Some((found, &body[found + 1..]))
    })
}

fn bytes_message(body: &str) -> String {
    let truncated = |text: &str| text.strip_prefix('x').is_some_and(|digits| hexadecimal(digits, 2) < 2);
    match escapes(body).find(|(_, text)| truncated(text)) {
        Some((position, _)) => format!("(value error) invalid \\x escape at position {position}"),
        None => "bytes can only contain ASCII literal characters".to_owned(),
    }
}

fn text_message(body: &str) -> String {
    let problem = escapes(body).find_map(|(position, text)| {
        let (length, reason) = malformed(text)?;
        Some((shown_width(&body[..position]), length, reason))
    });
    let (start, length, reason) = problem.unwrap_or((0, 1, "malformed escape"));
    let end = start + length;
    format!("(unicode error) 'unicodeescape' codec can't decode bytes in position {start}-{end}: {reason}")
}

/// Positions count what CPython decodes: characters beyond ASCII are written as `\UXXXXXXXX` there.
fn shown_width(text: &str) -> usize {
    text.chars().map(|character| if character.is_ascii() { 1 } else { 10 }).sum()
}

/// How far the bad escape reaches behind its backslash, and what is wrong with it.
fn malformed(text: &str) -> Option<(usize, &'static str)> {
    let numeric = |digits: &str, wanted, reason| {
        let found = hexadecimal(digits, wanted);
        (found < wanted).then_some((found + 1, reason))
    };
    let mut rest = text.chars();
    match rest.next()? {
        'x' => numeric(rest.as_str(), 2, "truncated \\xXX escape"),
        'u' => numeric(rest.as_str(), 4, "truncated \\uXXXX escape"),
        'U' => numeric(rest.as_str(), 8, "truncated \\UXXXXXXXX escape").or_else(|| {
            let value = u32::from_str_radix(&rest.as_str()[..8], 16).unwrap_or(0);
            (value > 0x10_ffff).then_some((9, "illegal Unicode character"))
        }),
        'N' => {
            let reason = "malformed \\N character escape";
            let Some(name) = rest.as_str().strip_prefix('{') else { return Some((1, reason)) };
            let Some(end) = name.find('}') else { return Some((shown_width(name) + 2, reason)) };
            let known = end > 0 && unicode_names2::character(&name[..end]).is_some();
            (!known).then_some((end + 3, "unknown Unicode character name"))
        }
        _ => None,
    }
}

fn hexadecimal(text: &str, at_most: usize) -> usize {
    text.bytes().take(at_most).take_while(u8::is_ascii_hexdigit).count()
}
