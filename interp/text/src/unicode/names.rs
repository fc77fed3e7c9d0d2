//! Character names: `unicodedata.name`, `unicodedata.lookup` and `\N{...}`.

/// The name of a code point, if it has one.
pub fn name(code: u32) -> Option<String> {
    unicode_names2::name(char::from_u32(code)?).map(|name| name.to_string())
}

/// The character of a name or formal alias, in any case.
pub fn lookup(name: &str) -> Option<u32> {
    unicode_names2::character(name).map(u32::from)
}
