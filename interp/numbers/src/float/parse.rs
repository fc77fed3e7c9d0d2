//! `float(text)`.

/// A float literal: an optional sign and a decimal number with single underscores between digits, or `inf`,
/// `infinity`, `nan` in any case. `None` if the text is something else. The caller has stripped whitespace and made
/// all digits ASCII.
pub fn parse(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    for (at, _) in text.match_indices('_') {
        if !is_digit(at.checked_sub(1)) || !is_digit(Some(at + 1)) {
            return None;
        }
    }
    if text.contains('_') { text.replace('_', "").parse().ok() } else { text.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses() {
        let table = [
            ("1_0", Some(10.0)),
            ("1.e5", Some(1e5)),
            (".5", Some(0.5)),
            ("+1_0.2_5e-0_1", Some(1.025)),
            ("-iNfinity", Some(f64::NEG_INFINITY)),
            ("1e400", Some(f64::INFINITY)),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("1_e5", None),
            ("1e_5", None),
            ("1_.5", None),
            ("", None),
            (".", None),
            ("+", None),
            ("0x1", None),
            ("1e", None),
            ("in_f", None),
            ("infinit", None),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text), expected, "{text}");
        }
        assert!(parse("-NaN").is_some_and(|x| x.is_nan() && x.is_sign_negative()));
    }
}
