//! `repr(bytes)` and the escapes of bytes literals.

/// Appends the literal without its `b`: single quotes unless there are single and no double ones within.
pub fn push_repr(bytes: &[u8], out: &mut String) {
    let has = |quote| bytes.contains(&quote);
    let quote = if has(b'\'') && !has(b'"') { '"' } else { '\'' };
    out.reserve(bytes.len() + 2);
    out.push(quote);
    for &byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            _ if char::from(byte) == quote => out.extend(['\\', quote]),
            0x20..=0x7e => out.push(byte.into()),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(quote);
}

/// `repr(bytes)`.
pub fn repr(bytes: &[u8]) -> String {
    let mut out = String::from("b");
    push_repr(bytes, &mut out);
    out
}

/// What is wrong with the escapes of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscapeError {
    /// `\x` without two digits, at a place.
    InvalidHex(usize),
    /// A backslash at the end.
    Trailing,
}

impl std::fmt::Display for EscapeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InvalidHex(place) => write!(f, "invalid \\x escape at position {place}"),
            Self::Trailing => f.write_str("Trailing \\ in string"),
        }
    }
}

impl std::error::Error for EscapeError {}

/// The bytes that a literal with escapes stands for. What is no escape stands for itself.
///
/// # Errors
/// If a `\x` lacks a digit or a backslash is the last byte.
pub fn unescape(literal: &[u8]) -> Result<Vec<u8>, EscapeError> {
    let mut out = Vec::with_capacity(literal.len());
    let mut at = 0;
    while let Some(&byte) = literal.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let kind = *literal.get(at).ok_or(EscapeError::Trailing)?;
        at += 1;
        match kind {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(kind),
            b'a' => out.push(0x07),
            b'b' => out.push(0x08),
            b'f' => out.push(0x0c),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(0x0b),
            b'0'..=b'7' => {
                let digits = literal[at - 1..].iter().take(3).map_while(|&byte| char::from(byte).to_digit(8));
                let (length, number) =
                    digits.fold((0, 0), |(length, number), digit| (length + 1, number << 3 | digit));
                out.push(number as u8);
                at += length - 1;
            }
            b'x' => {
                let digit = |place: usize| literal.get(place).and_then(|&byte| char::from(byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(at), digit(at + 1)) else {
                    return Err(EscapeError::InvalidHex(at - 2));
                };
                out.push((high << 4 | low) as u8);
                at += 2;
            }
            _ => out.extend([b'\\', kind]),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reprs() {
        assert_eq!(repr(b"a'\"\x00\x7f\xff\t\n\r\\"), r#"b'a\'"\x00\x7f\xff\t\n\r\\'"#);
        assert_eq!(repr(b"a'"), r#"b"a'""#);
    }

    #[test]
    fn escapes() {
        assert_eq!(unescape(br"a\n\x41\101\7q\q\'\\").unwrap(), b"a\nAA\x07q\\q'\\");
        assert_eq!(unescape(b"a\\\nb\\777").unwrap(), b"ab\xff");
        assert_eq!(unescape(br"ab\x4g"), Err(EscapeError::InvalidHex(2)));
        assert_eq!(unescape(br"ab\"), Err(EscapeError::Trailing));
    }
}
