//! The error handlers that Python has built in.

use std::fmt::Write;

use super::{DecodeError, DecodeRepair, EncodeError, EncodeRepair, Substitute, is_surrogate};
use crate::buffer::TextBuf;
use crate::text::{TextRef, push_hex_escape};
use crate::unicode::names;

/// What to do with what a codec cannot handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    /// Raise the error.
    Strict,
    /// Leave it out.
    Ignore,
    /// U+FFFD when decoding, a question mark for each character when encoding.
    Replace,
    /// `\xhh`, `\uhhhh`, `\Uhhhhhhhh`.
    BackslashReplace,
    /// `&#NNNN;`, when encoding.
    XmlCharRefReplace,
    /// `\N{...}`, when encoding.
    NameReplace,
    /// Bytes above 127 to and from the surrogates U+DC80 to U+DCFF (PEP 383).
    SurrogateEscape,
    /// Surrogates as if they were characters, in the UTF encodings.
    SurrogatePass,
}

impl Handler {
    /// The handler by the name that `errors=` takes.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "strict" => Self::Strict,
            "ignore" => Self::Ignore,
            "replace" => Self::Replace,
            "backslashreplace" => Self::BackslashReplace,
            "xmlcharrefreplace" => Self::XmlCharRefReplace,
            "namereplace" => Self::NameReplace,
            "surrogateescape" => Self::SurrogateEscape,
            "surrogatepass" => Self::SurrogatePass,
            _ => return None,
        })
    }

    /// The repair of a decoding error.
    ///
    /// # Errors
    /// The error itself if this handler does not repair it. (Those that only encode are a `TypeError` in Python,
    /// which is the runtime's to raise.)
    pub fn repair_decode(self, bytes: &[u8], error: DecodeError) -> Result<DecodeRepair, DecodeError> {
        let wrong = &bytes[error.start..error.end];
        let (text, resume) = match self {
            Self::Ignore => (TextBuf::new(), error.end),
            Self::Replace => (std::iter::once(0xfffd).collect(), error.end),
            Self::BackslashReplace => {
                let escaped: String = wrong.iter().map(|byte| format!("\\x{byte:02x}")).collect();
                (TextBuf::from(&*escaped), error.end)
            }
            Self::SurrogateEscape => {
                let escaped = wrong.iter().take(4).take_while(|&&byte| byte >= 0x80);
                let text: TextBuf = escaped.map(|&byte| 0xdc00 + u32::from(byte)).collect();
                let resume = error.start + text.len();
                (text, resume)
            }
            Self::SurrogatePass => match passed_surrogate(error.encoding, &bytes[error.start..]) {
                Some((code, length)) => (std::iter::once(code).collect(), error.start + length),
                None => return Err(error),
            },
            Self::Strict | Self::XmlCharRefReplace | Self::NameReplace => return Err(error),
        };
        if resume == error.start { Err(error) } else { Ok(DecodeRepair { text, resume }) }
    }

    /// The repair of an encoding error.
    ///
    /// # Errors
    /// The error itself if this handler does not repair it.
    pub fn repair_encode(self, text: TextRef<'_>, error: EncodeError) -> Result<EncodeRepair, EncodeError> {
        let wrong = text.slice(error.start..error.end);
        let mut out = TextBuf::new();
        let mut written = Ok(());
        match self {
            Self::Strict => return Err(error),
            Self::Ignore => {}
            Self::Replace => out.push_repeated(b'?'.into(), wrong.len()),
            Self::BackslashReplace => wrong.codes().for_each(|code| push_hex_escape(&mut out, code)),
            Self::XmlCharRefReplace => written = wrong.codes().try_for_each(|code| write!(out, "&#{code};")),
            Self::NameReplace => wrong.codes().for_each(|code| match names::name(code) {
                Some(name) => written = write!(out, "\\N{{{name}}}"),
                None => push_hex_escape(&mut out, code),
            }),
            Self::SurrogateEscape => {
                let escaped = wrong.codes().take_while(|code| matches!(code, 0xdc80..=0xdcff));
                let bytes: Vec<u8> = escaped.map(|code| code as u8).collect();
                return repaired(error, bytes);
            }
            Self::SurrogatePass => {
                let surrogates = wrong.codes().take_while(|&code| is_surrogate(code));
                let mut bytes = Vec::new();
                let mut count = 0;
                for code in surrogates {
                    if !push_surrogate(error.encoding, code, &mut bytes) {
                        return Err(error);
                    }
                    count += 1;
                }
                let resume = error.start + count;
                return if count == 0 {
                    Err(error)
                } else {
                    Ok(EncodeRepair { substitute: Substitute::Bytes(bytes), resume })
                };
            }
        }
        debug_assert!(written.is_ok(), "text buffers do not fail");
        Ok(EncodeRepair { substitute: Substitute::Text(out), resume: error.end })
    }
}

/// A repair by one byte for each character, if there is one at all.
fn repaired(error: EncodeError, bytes: Vec<u8>) -> Result<EncodeRepair, EncodeError> {
    if bytes.is_empty() {
        return Err(error);
    }
    let resume = error.start + bytes.len();
    Ok(EncodeRepair { substitute: Substitute::Bytes(bytes), resume })
}

/// The surrogate at the start of bytes in one of the UTF encodings, and its length.
fn passed_surrogate(encoding: &str, bytes: &[u8]) -> Option<(u32, usize)> {
    let (code, length) = match (encoding, bytes) {
        ("utf-8", &[0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..]) => {
            (0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f), 3)
        }
        ("utf-16-le", &[low, high, ..]) => (u16::from_le_bytes([low, high]).into(), 2),
        ("utf-16-be", &[high, low, ..]) => (u16::from_be_bytes([high, low]).into(), 2),
        ("utf-32-le", &[a, b, c, d, ..]) => (u32::from_le_bytes([a, b, c, d]), 4),
        ("utf-32-be", &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
        _ => return None,
    };
    is_surrogate(code).then_some((code, length))
}

/// Writes a surrogate in one of the UTF encodings; false for other encodings.
fn push_surrogate(encoding: &str, code: u32, out: &mut Vec<u8>) -> bool {
    let unit = code as u16;
    match encoding {
        "utf-8" => out.extend([0xed, 0x80 | (code >> 6 & 0x3f) as u8, 0x80 | (code & 0x3f) as u8]),
        "utf-16-le" => out.extend(unit.to_le_bytes()),
        "utf-16-be" => out.extend(unit.to_be_bytes()),
        "utf-16" => out.extend(unit.to_ne_bytes()),
        "utf-32-le" => out.extend(code.to_le_bytes()),
        "utf-32-be" => out.extend(code.to_be_bytes()),
        "utf-32" => out.extend(code.to_ne_bytes()),
        _ => return false,
    }
    true
}
