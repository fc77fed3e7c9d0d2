//! Case of bytes: ASCII letters only. `lower` and `upper` are those of the standard library's `[u8]`.

/// `bytes.swapcase`.
pub fn swap_case(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { *byte }).collect()
}

/// `bytes.title`.
pub fn to_title(bytes: &[u8]) -> Vec<u8> {
    let mut within_word = false;
    let titled = bytes.iter().map(|byte| {
        let mapped = if within_word { byte.to_ascii_lowercase() } else { byte.to_ascii_uppercase() };
        within_word = byte.is_ascii_alphabetic();
        mapped
    });
    titled.collect()
}

/// `bytes.capitalize`.
pub fn capitalize(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

/// Some letters, and all of them in lower case.
pub fn is_lower(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)
}

/// Some letters, and all of them in upper case.
pub fn is_upper(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)
}

/// Some letters, upper case at the start of words and lower case within.
pub fn is_title(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_alphabetic) && to_title(bytes) == bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        assert_eq!(to_title(b"ab CD e'f"), b"Ab Cd E'F");
        assert_eq!(swap_case(b"aB1\xe9"), b"Ab1\xe9");
        assert_eq!(capitalize(b"aB c"), b"Ab c");
        assert!(is_title(b"Ab Cd") && !is_title(b"Ab cd") && !is_title(b"12"));
        assert!(is_lower(b"a1") && !is_lower(b"1") && !is_lower(b"aB") && is_upper(b"A "));
    }
}
