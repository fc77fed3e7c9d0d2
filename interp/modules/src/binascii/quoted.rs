//! Quoted-printable text (RFC 2045, and the variant for headers of RFC 2047).

/// The longest line, without its end.
const LINE: usize = 76;

#[derive(Copy, Clone)]
pub(super) struct Options {
    /// Encode spaces and tabs.
    pub tabs: bool,
    /// Keep line ends.
    pub text: bool,
    /// Write spaces as underscores.
    pub header: bool,
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

pub(super) fn decode(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut at = 0;
    while let Some(&byte) = data.get(at) {
        at += 1;
        if byte == b'_' && header {
            out.push(b' ');
        } else if byte != b'=' {
            out.push(byte);
        } else {
            match (data.get(at), data.get(at + 1)) {
                (None, _) => {}
                // A soft line end: whatever else stands on the line is dropped with it.
                (Some(b'\n' | b'\r'), _) => {
                    let rest = data[at..].iter().position(|byte| *byte == b'\n');
                    at = rest.map_or(data.len(), |end| at + end + 1);
                }
                (Some(b'='), _) => {
                    out.push(b'=');
                    at += 1;
                }
                (Some(&high), Some(&low)) if hex(high).is_some() && hex(low).is_some() => {
                    out.push(hex(high).unwrap_or(0) << 4 | hex(low).unwrap_or(0));
                    at += 2;
                }
                _ => out.push(b'='),
            }
        }
    }
    out
}

/// Whether a line ends at a place.
fn is_line_end(data: &[u8], at: usize) -> bool {
    matches!(&data[at..], [b'\n', ..] | [b'\r', b'\n', ..])
}

/// Whether a byte must be written as its number.
fn needs_quotes(data: &[u8], at: usize, column: usize, options: Options) -> bool {
    let ends_line = at + 1 == data.len() || is_line_end(data, at + 1);
    match data[at] {
        b'=' => true,
        b'_' => options.header,
        b'.' => column == 0 && (at + 1 == data.len() || matches!(data[at + 1], b'\n' | b'\r' | 0)),
        b'\r' | b'\n' => !options.text,
        b' ' | b'\t' if at + 1 == data.len() => true,
        b' ' | b'\t' => options.tabs || options.text && ends_line,
        byte => !(33..=126).contains(&byte),
    }
}

pub(super) fn encode(data: &[u8], options: Options) -> Vec<u8> {
    let windows =
        data.iter().position(|byte| *byte == b'\n').is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let line_end: &[u8] = if windows { b"\r\n" } else { b"\n" };
    let mut out = Vec::with_capacity(data.len());
    let mut column = 0;
    let mut at = 0;
    while at < data.len() {
        if options.text && is_line_end(data, at) {
            at += if data[at] == b'\r' { 2 } else { 1 };
            out.extend_from_slice(line_end);
            column = 0;
            continue;
        }
        let quoted = needs_quotes(data, at, column, options);
        let trails = !options.tabs && at + 1 < data.len() && matches!(data[at], b' ' | b'\t');
        let width = if quoted && !trails { 3 } else { 1 };
        // The last column is for the sign of a soft line end, unless the line ends there.
        let is_last = width == 1 && data.get(at + 1).is_none_or(|byte| *byte == b'\n');
        if column + width >= LINE && !is_last {
            out.push(b'=');
            out.extend_from_slice(line_end);
            column = 0;
        }
        match data[at] {
            byte if quoted => {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                out.extend([b'=', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
            }
            b' ' if options.header => out.push(b'_'),
            byte => out.push(byte),
        }
        column += width;
        at += 1;
    }
    out
}
