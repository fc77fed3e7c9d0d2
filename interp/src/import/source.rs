//! Reading Python source: from the packed library or a file, in the encoding it declares (PEP 263).

use ungil_objects::error::{Raised, Result};
use ungil_objects::protocol::call;
use ungil_objects::types::exception::{Exception, class_of};
use ungil_objects::types::text::Str;
use ungil_objects::{Exc, Thread, Value, raise};

/// The text of the file that Python code knows by this path.
///
/// # Errors
/// `OSError` if it cannot be read, `SyntaxError` if it is not text in its encoding.
pub fn read(t: &mut Thread, path: &str) -> Result<String> {
    if let Some(file) = ungil_library::find_shown(path) {
        return Ok(file.read());
    }
    match std::fs::read(path) {
        Ok(bytes) => decode(t, bytes, path),
        Err(error) => Err(os_error(t, &error, path)),
    }
}

/// The text in a file's bytes.
///
/// # Errors
/// `SyntaxError` if the encoding is unknown or the bytes are not in it.
pub fn decode(t: &mut Thread, bytes: Vec<u8>, path: &str) -> Result<String> {
    if bytes.contains(&0) {
        raise!(t, SyntaxError, "source code cannot contain null bytes");
    }
    let has_mark = bytes.starts_with(b"\xef\xbb\xbf");
    let declared = declared_encoding(&bytes);
    let encoding = declared.as_deref().unwrap_or("utf-8").to_ascii_lowercase().replace('_', "-");
    match encoding.as_str() {
        "utf-8" | "utf8" | "utf-8-sig" => {}
        other if has_mark => {
            raise!(t, SyntaxError, "encoding problem: {other} with BOM");
        }
        "latin-1" | "iso-8859-1" | "iso-latin-1" | "latin1" => {
            return Ok(bytes.into_iter().map(char::from).collect());
        }
        "ascii" | "us-ascii" if bytes.is_ascii() => {}
        other => return decode_with_codec(t, bytes, other),
    }
    let start = if has_mark { 3 } else { 0 };
    match std::str::from_utf8(&bytes[start..]) {
        Ok(source) => Ok(source.to_owned()),
        Err(error) => {
            let at = start + error.valid_up_to();
            let (line, byte) = (1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count(), bytes[at]);
            raise!(
                t,
                SyntaxError,
                "Non-UTF-8 code starting with '\\x{byte:02x}' in file {path} on line {line}, but no encoding declared; see \
                 https://peps.python.org/pep-0263/ for details"
            )
        }
    }
}

fn decode_with_codec(t: &mut Thread, bytes: Vec<u8>, encoding: &str) -> Result<String> {
    let codecs = super::import(t, "codecs")?;
    let bytes = ungil_objects::types::bytes::Bytes::from_slice(t, &bytes).into_value();
    let encoding_value = super::text(t, encoding);
    let decode = t.interpreter().intern(t, "decode");
    let text = match call::call_method(t, codecs.borrow(), decode, &[bytes.borrow(), encoding_value.borrow()])
    {
        Ok(text) => text,
        Err(raised) if raised.is(t, Exc::LookupError) => {
            raise!(t, SyntaxError, "unknown encoding: {encoding}")
        }
        Err(raised) => return Err(raised),
    };
    match text.downcast_ref::<Str>() {
        Some(text) => Ok(text.to_string()),
        None => raise!(t, SyntaxError, "encoding problem: {encoding}"),
    }
}

/// The encoding that a comment in one of the first two lines declares.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    for (number, line) in bytes.split(|byte| *byte == b'\n').take(2).enumerate() {
        let line = line.trim_ascii_start();
        let line = if number == 0 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
        if !line.starts_with(b"#") {
            if line.is_empty() {
                continue;
            }
            return None;
        }
        let line = String::from_utf8_lossy(line);
        let Some(at) = line.find("coding") else { continue };
        let rest = &line[at + "coding".len()..];
        let Some(rest) = rest.strip_prefix([':', '=']) else { continue };
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let name: String = rest.trim_start_matches([' ', '\t']).chars().take_while(|c| is_part(*c)).collect();
        if !name.is_empty() {
            return Some(name);
        }
    }
    None
}

/// The exception for a failed operation on a file.
pub fn os_error(t: &mut Thread, error: &std::io::Error, path: &str) -> Raised {
    let Some(number) = error.raw_os_error() else {
        return Raised::new(t, Exc::OSError, error.to_string());
    };
    let described = error.to_string();
    let described = described.split(" (os error").next().unwrap_or_default();
    let args = [Value::from_i32(number), super::text(t, described), super::text(t, path)];
    let class = class_of(t, Exc::OSError);
    match call::call(t, class.borrow(), &[args[0].borrow(), args[1].borrow(), args[2].borrow()]) {
        Ok(exception) => match exception.downcast::<Exception>() {
            Ok(exception) => Raised::from_exception(exception),
            Err(_) => Raised::new(t, Exc::OSError, described),
        },
        Err(raised) => raised,
    }
}

#[cfg(test)]
mod tests {
    use super::declared_encoding;

    #[test]
    fn an_encoding_is_declared_in_the_first_two_lines_only() {
        let declared = |source: &str| declared_encoding(source.as_bytes());
        assert_eq!(declared("# -*- coding: latin-1 -*-\n").as_deref(), Some("latin-1"));
        assert_eq!(declared("#!/bin/python\n# vim: set fileencoding=utf-8 :\n").as_deref(), Some("utf-8"));
        assert_eq!(declared("x = 1\n# coding: latin-1\n"), None);
        assert_eq!(declared("#\n#\n# coding: latin-1\n"), None);
    }
}
