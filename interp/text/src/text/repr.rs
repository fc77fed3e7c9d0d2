//! `repr(str)` and `ascii(str)`: quoting and escaping.

use std::fmt::Write;

use super::TextRef;
use crate::buffer::TextBuf;
use crate::unicode::properties::is_printable;

impl TextRef<'_> {
    /// The literal that `repr` shows: double quotes only if there are single and no double ones within.
    pub fn repr(self) -> TextBuf {
        self.quoted(is_printable)
    }

    /// Like [`TextRef::repr`], with all that is not ASCII escaped.
    pub fn ascii_repr(self) -> TextBuf {
        self.quoted(|code| matches!(code, 0x20..=0x7e))
    }

    fn quoted(self, shown: impl Fn(u32) -> bool) -> TextBuf {
        let has = |quote: u8| self.find_code(quote.into()).is_some();
        let quote = if has(b'\'') && !has(b'"') { b'"' } else { b'\'' };
        let mut out = TextBuf::with_capacity(self.len() + 2);
        out.push(quote.into());
        for code in self.codes() {
            if code == u32::from(quote) || code == u32::from(b'\\') {
                out.push(b'\\'.into());
                out.push(code);
            } else if shown(code) {
                out.push(code);
            } else {
                push_escape(&mut out, code);
            }
        }
        out.push(quote.into());
        out
    }
}

/// The shortest of `\n`, `\xhh`, `\uhhhh`, `\Uhhhhhhhh` that stands for a code point.
fn push_escape(out: &mut TextBuf, code: u32) {
    match code {
        0x09 => out.push_str("\\t"),
        0x0a => out.push_str("\\n"),
        0x0d => out.push_str("\\r"),
        _ => push_hex_escape(out, code),
    }
}

/// The shortest of `\xhh`, `\uhhhh`, `\Uhhhhhhhh`.
pub(crate) fn push_hex_escape(out: &mut impl Write, code: u32) {
    let written = match code {
        0..0x100 => write!(out, "\\x{code:02x}"),
        0x100..0x10000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
    debug_assert!(written.is_ok(), "text buffers do not fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reprs() {
        let table = [
            ("a'b", r#""a'b""#, r#""a'b""#),
            ("a'\"b", r#"'a\'"b'"#, r#"'a\'"b'"#),
            ("\t\n\r\\\x00\x7f", r"'\t\n\r\\\x00\x7f'", r"'\t\n\r\\\x00\x7f'"),
            ("é\u{85}\u{ad}", r"'é\x85\xad'", r"'\xe9\x85\xad'"),
            ("\u{2028}字😀\u{e0001}", r"'\u2028字😀\U000e0001'", r"'\u2028\u5b57\U0001f600\U000e0001'"),
        ];
        for (text, repr, ascii) in table {
            let text = TextBuf::from(text);
            assert_eq!(text.as_text().repr(), repr);
            assert_eq!(text.as_text().ascii_repr(), ascii);
        }
        assert_eq!(TextRef::Ucs2(&[0xd800]).repr(), r"'\ud800'");
    }
}
