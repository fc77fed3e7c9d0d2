//! The templates of `str.format`: literal text and replacement fields
//! `{name!conversion:specification}`, where a name is a key followed by attributes and items.
//!
//! Parsing is lazy, as in CPython: an error in a later field is not seen before the earlier ones are formatted.
//! Specifications with fields of their own are expanded by the caller, at most [`MAX_DEPTH`] deep.

use std::ops::Range;

use super::FormatError;
use crate::text::TextRef;
use crate::unicode::numeric::decimal;

/// How deep fields may nest: a specification may contain fields, theirs may not.
pub const MAX_DEPTH: usize = 2;

/// The error for fields nested deeper than [`MAX_DEPTH`].
pub fn too_deep() -> FormatError {
    FormatError::value("Max string recursion exceeded")
}

/// A stretch of literal text, and the field that ends it if there is one. Ranges are places in the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub literal: Range<usize>,
    pub field: Option<Field>,
}

/// A replacement field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: Range<usize>,
    /// The character after `!`.
    pub conversion: Option<u32>,
    pub spec: Range<usize>,
    /// Whether the specification contains fields.
    pub nested: bool,
}

/// Iterator over the segments of a template. After an error it ends.
pub struct Segments<'a> {
    text: TextRef<'a>,
    at: usize,
}

const OPEN: u32 = b'{' as u32;
const CLOSE: u32 = b'}' as u32;

impl<'a> Segments<'a> {
    /// The segments of a template.
    pub fn new(text: TextRef<'a>) -> Self {
        Self { text, at: 0 }
    }

    fn next_code(&mut self) -> Option<u32> {
        let code = self.text.get(self.at)?;
        self.at += 1;
        Some(code)
    }

    fn segment(&mut self) -> Result<Segment, FormatError> {
        let start = self.at;
        while let Some(code) = self.next_code() {
            if code != OPEN && code != CLOSE {
                continue;
            }
            if self.text.get(self.at) == Some(code) {
                let literal = start..self.at;
                self.at += 1;
                return Ok(Segment { literal, field: None });
            }
            if code == CLOSE {
                return Err(FormatError::value("Single '}' encountered in format string"));
            }
            if self.at == self.text.len() {
                return Err(FormatError::value("Single '{' encountered in format string"));
            }
            let literal = start..self.at - 1;
            return Ok(Segment { literal, field: Some(self.field()?) });
        }
        Ok(Segment { literal: start..self.at, field: None })
    }

    fn field(&mut self) -> Result<Field, FormatError> {
        let start = self.at;
        let end_mark = loop {
            match self.next_code().and_then(char::from_u32) {
                Some('{') => return Err(FormatError::value("unexpected '{' in field name")),
                Some('[') => {
                    while self.text.get(self.at).is_some_and(|code| code != u32::from(b']')) {
                        self.at += 1;
                    }
                }
                Some(mark @ ('}' | ':' | '!')) => break mark,
                None if self.at == self.text.len() => {
                    return Err(FormatError::value("expected '}' before end of string"));
                }
                _ => {}
            }
        };
        let name = start..self.at - 1;
        let mut conversion = None;
        if end_mark == '!' {
            let missing = || FormatError::value("end of string while looking for conversion specifier");
            conversion = Some(self.next_code().ok_or_else(missing)?);
            match self.next_code() {
                Some(CLOSE) => {
                    return Ok(Field { name, conversion, spec: self.at - 1..self.at - 1, nested: false });
                }
                Some(code) if code != u32::from(b':') => {
                    return Err(FormatError::value("expected ':' after conversion specifier"));
                }
                _ => {}
            }
        } else if end_mark == '}' {
            return Ok(Field { name, conversion, spec: self.at - 1..self.at - 1, nested: false });
        }
        let (spec, nested) = self.spec()?;
        Ok(Field { name, conversion, spec, nested })
    }

    /// The specification up to the brace that closes the field.
    fn spec(&mut self) -> Result<(Range<usize>, bool), FormatError> {
        let start = self.at;
        let (mut depth, mut nested) = (1, false);
        while let Some(code) = self.next_code() {
            match code {
                OPEN => (depth, nested) = (depth + 1, true),
                CLOSE if depth == 1 => return Ok((start..self.at - 1, nested)),
                CLOSE => depth -= 1,
                _ => {}
            }
        }
        Err(FormatError::value("unmatched '{' in format spec"))
    }
}

impl Iterator for Segments<'_> {
    type Item = Result<Segment, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.text.len() {
            return None;
        }
        let segment = self.segment();
        if segment.is_err() {
            self.at = self.text.len();
        }
        Some(segment)
    }
}

/// The first part of a field's name, or the key of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Index(usize),
    Name(Range<usize>),
}

/// A step from one object to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accessor {
    Attribute(Range<usize>),
    Item(Key),
}

/// Splits the name of a field into its first key and the steps from there. Ranges are places in `name`.
///
/// # Errors
/// If an index has too many digits; the steps report their own errors.
pub fn split_name(name: TextRef<'_>) -> Result<(Key, Accessors<'_>), FormatError> {
    let is_step = |code: u32| code == u32::from(b'.') || code == u32::from(b'[');
    let end = name.codes().position(is_step).unwrap_or(name.len());
    Ok((key(name, 0..end)?, Accessors { name, at: end }))
}

fn key(name: TextRef<'_>, range: Range<usize>) -> Result<Key, FormatError> {
    let mut index = 0usize;
    for code in name.slice(range.clone()).codes() {
        let Some(digit) = decimal(code) else { return Ok(Key::Name(range)) };
        let grown = index.checked_mul(10).and_then(|index| index.checked_add(digit.into()));
        index = grown
            .filter(|&grown| grown <= isize::MAX as usize)
            .ok_or_else(|| FormatError::value("Too many decimal digits in format string"))?;
    }
    Ok(if range.is_empty() { Key::Name(range) } else { Key::Index(index) })
}

/// Iterator over the attribute and item steps of a field's name.
pub struct Accessors<'a> {
    name: TextRef<'a>,
    at: usize,
}

impl Accessors<'_> {
    fn accessor(&mut self, first: u32) -> Result<Accessor, FormatError> {
        let start = self.at + 1;
        let rest = self.name.slice(start..self.name.len());
        let (accessor, next, range) = if first == u32::from(b'.') {
            let ends = |code: u32| code == u32::from(b'.') || code == u32::from(b'[');
            let end = start + rest.codes().position(ends).unwrap_or(rest.len());
            (Accessor::Attribute(start..end), end, start..end)
        } else if first == u32::from(b'[') {
            let length = rest.find_code(b']'.into());
            let end = start + length.ok_or_else(|| FormatError::value("Missing ']' in format string"))?;
            (Accessor::Item(key(self.name, start..end)?), end + 1, start..end)
        } else {
            return Err(FormatError::value("Only '.' or '[' may follow ']' in format field specifier"));
        };
        if range.is_empty() {
            return Err(FormatError::value("Empty attribute in format string"));
        }
        self.at = next;
        Ok(accessor)
    }
}

impl Iterator for Accessors<'_> {
    type Item = Result<Accessor, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.name.get(self.at)?;
        let accessor = self.accessor(first);
        if accessor.is_err() {
            self.at = self.name.len();
        }
        Some(accessor)
    }
}

/// Whether fields are numbered by hand or by their order; one template cannot do both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbering {
    #[default]
    Undecided,
    Manual,
    /// With the number of the next field.
    Automatic(usize),
}

impl Numbering {
    /// The argument that a first key names: empty keys are numbered, names stay as they are.
    ///
    /// # Errors
    /// If the template switches from one way of numbering to the other.
    pub fn resolve(&mut self, key: Key) -> Result<Key, FormatError> {
        match (key, *self) {
            (Key::Index(_), Self::Automatic(_)) => Err(FormatError::value(
                "cannot switch from automatic field numbering to manual field specification",
            )),
            (Key::Index(index), _) => {
                *self = Self::Manual;
                Ok(Key::Index(index))
            }
            (Key::Name(range), Self::Manual) if range.is_empty() => Err(FormatError::value(
                "cannot switch from manual field specification to automatic field numbering",
            )),
            (Key::Name(range), numbering) if range.is_empty() => {
                let next = if let Self::Automatic(next) = numbering { next } else { 0 };
                *self = Self::Automatic(next + 1);
                Ok(Key::Index(next))
            }
            (name, _) => Ok(name),
        }
    }
}

/// The error for a conversion other than `!s`, `!r` and `!a`.
pub fn unknown_conversion(conversion: u32) -> FormatError {
    let shown = match u8::try_from(conversion) {
        Ok(byte @ 0x21..=0x7e) => char::from(byte).to_string(),
        _ => format!("\\x{conversion:x}"),
    };
    FormatError::value(format!("Unknown conversion specifier {shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(template: &str) -> Result<Vec<String>, String> {
        let text = TextRef::ascii(template);
        let shown = |segment: Segment| {
            let mut parts = vec![template[segment.literal].to_owned()];
            if let Some(field) = segment.field {
                let conversion = field.conversion.and_then(char::from_u32).unwrap_or('-');
                parts.push(format!("<{}|{}|{}>", &template[field.name], conversion, &template[field.spec]));
            }
            parts.concat()
        };
        Segments::new(text).map(|segment| segment.map(shown).map_err(|error| error.message)).collect()
    }

    #[test]
    fn templates() {
        let table: [(&str, &[&str]); 9] = [
            ("", &[]),
            ("a{b}c", &["a<b|-|>", "c"]),
            ("{{a}}{}", &["{", "a}", "<|-|>"]),
            ("{a.b[c]}", &["<a.b[c]|-|>"]),
            ("{a[}]}", &["<a[}]|-|>"]),
            ("{!r:>{w}}", &["<|r|>{w}>"]),
            ("{!r}", &["<|r|>"]),
            ("{!:}", &["<|:|>"]),
            ("{a:}", &["<a|-|>"]),
        ];
        for (template, expected) in table {
            assert_eq!(parsed(template).unwrap(), expected, "{template}");
        }
        let errors = [
            ("{", "Single '{' encountered in format string"),
            ("{{}", "Single '}' encountered in format string"),
            ("{:}}", "Single '}' encountered in format string"),
            ("{a{b}}", "unexpected '{' in field name"),
            ("{a[b]", "expected '}' before end of string"),
            ("{!", "end of string while looking for conversion specifier"),
            ("{!}", "unmatched '{' in format spec"),
            ("{!rx}", "expected ':' after conversion specifier"),
            ("{:{}", "unmatched '{' in format spec"),
        ];
        for (template, expected) in errors {
            assert_eq!(parsed(template).unwrap_err(), expected, "{template}");
        }
    }

    #[test]
    fn names() {
        let split = |name: &'static str| -> Result<(Key, Vec<Accessor>), String> {
            let (first, steps) = split_name(TextRef::ascii(name)).map_err(|error| error.message)?;
            let steps: Result<Vec<_>, _> = steps.collect();
            Ok((first, steps.map_err(|error| error.message)?))
        };
        use Accessor::{Attribute, Item};
        assert_eq!(split("a.b[c]"), Ok((Key::Name(0..1), vec![Attribute(2..3), Item(Key::Name(4..5))])));
        assert_eq!(split("01[2]"), Ok((Key::Index(1), vec![Item(Key::Index(2))])));
        assert_eq!(split(""), Ok((Key::Name(0..0), vec![])));
        assert_eq!(split("a[-1]"), Ok((Key::Name(0..1), vec![Item(Key::Name(2..4))])));
        let errors = [
            ("0.", "Empty attribute in format string"),
            ("a[]", "Empty attribute in format string"),
            ("a[", "Missing ']' in format string"),
            ("a[b]c", "Only '.' or '[' may follow ']' in format field specifier"),
            ("99999999999999999999", "Too many decimal digits in format string"),
        ];
        for (name, expected) in errors {
            assert_eq!(split(name).unwrap_err(), expected, "{name}");
        }
    }

    #[test]
    fn numbering_does_not_switch() {
        let mut numbering = Numbering::default();
        assert_eq!(numbering.resolve(Key::Name(0..0)), Ok(Key::Index(0)));
        assert_eq!(numbering.resolve(Key::Name(0..1)), Ok(Key::Name(0..1)));
        assert_eq!(numbering.resolve(Key::Name(3..3)), Ok(Key::Index(1)));
        assert!(numbering.resolve(Key::Index(0)).is_err());
        let mut numbering = Numbering::default();
        assert_eq!(numbering.resolve(Key::Index(7)), Ok(Key::Index(7)));
        assert!(numbering.resolve(Key::Name(0..0)).is_err());
    }
}
