//! The format specification mini-language (PEP 3101, with `,` of PEP 378, `_` of PEP 515, `z` of PEP 682 and the
//! grouping of fractional digits of Python 3.14):
//! `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.

use super::{FormatError, check_width};
use crate::text::TextRef;
use crate::unicode::numeric::decimal;

/// Where the value stands in its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
    Center,
    /// The padding goes between the sign and the digits.
    AfterSign,
}

/// Which numbers show a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Always,
    Negative,
    /// A space in place of a plus.
    Space,
}
impl Sign {
    /// What a number that is not negative shows.
    pub(super) fn of_positive(sign: Option<Self>) -> &'static str {
        match sign {
            Some(Self::Always) => "+",
            Some(Self::Space) => " ",
            _ => "",
        }
    }
}

/// The separator between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    Comma,
    Underscore,
}

impl Grouping {
    pub(super) fn separator(self) -> &'static str {
        match self {
            Self::Comma => ",",
            Self::Underscore => "_",
        }
    }
}

/// What a type fills in for parts that a specification leaves out.
#[derive(Clone, Copy, Debug)]
pub struct Defaults<'a> {
    /// The name of the value's type, for messages.
    pub type_name: &'a str,
    /// The presentation that messages name when there is none.
    presentation: Option<u32>,
    align: Align,
}

impl<'a> Defaults<'a> {
    /// For `str` and its subclasses.
    pub fn string(type_name: &'a str) -> Self {
        Self { type_name, presentation: Some(b's'.into()), align: Align::Left }
    }

    /// For `int` and its subclasses.
    pub fn integer(type_name: &'a str) -> Self {
        Self { type_name, presentation: Some(b'd'.into()), align: Align::Right }
    }

    /// For `float` and `complex` and their subclasses.
    pub fn real(type_name: &'a str) -> Self {
        Self { type_name, presentation: None, align: Align::Right }
    }
}

/// A parsed specification.
#[derive(Clone, Copy, Debug)]
pub struct FormatSpec<'a> {
    pub fill: u32,
    pub align: Align,
    /// `None` if the specification says nothing about signs.
    pub sign: Option<Sign>,
    pub no_negative_zero: bool,
    pub alternate: bool,
    pub width: usize,
    pub grouping: Option<Grouping>,
    pub precision: Option<usize>,
    pub fraction_grouping: Option<Grouping>,
    /// The presentation type; the type's default if there is none.
    pub presentation: Option<u32>,
    pub(super) type_name: &'a str,
}

fn align_of(code: u32) -> Option<Align> {
    Some(match char::from_u32(code)? {
        '<' => Align::Left,
        '>' => Align::Right,
        '^' => Align::Center,
        '=' => Align::AfterSign,
        _ => return None,
    })
}

/// A position in the specification.
struct Cursor<'t> {
    text: TextRef<'t>,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self, ahead: usize) -> Option<u32> {
        self.text.get(self.at + ahead)
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek(0) == Some(c.into());
        self.at += usize::from(found);
        found
    }

    /// A decimal number in digits of any script.
    fn number(&mut self) -> Result<Option<usize>, FormatError> {
        let mut number = None;
        while let Some(digit) = self.peek(0).and_then(decimal) {
            let value = number.unwrap_or(0usize);
            let grown = value.checked_mul(10).and_then(|value| value.checked_add(digit.into()));
            let fits = grown.filter(|&grown| grown <= isize::MAX as usize);
            number =
                Some(fits.ok_or_else(|| FormatError::value("Too many decimal digits in format string"))?);
            self.at += 1;
        }
        Ok(number)
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, FormatError> {
        let comma = self.eat(',');
        let underscore = self.eat('_');
        if underscore && (comma || self.peek(0) == Some(b','.into())) {
            return Err(FormatError::value("Cannot specify both ',' and '_'."));
        }
        Ok(match (comma, underscore) {
            (true, _) => Some(Grouping::Comma),
            (_, true) => Some(Grouping::Underscore),
            _ => None,
        })
    }
}

impl<'a> FormatSpec<'a> {
    /// Parses a specification for a value of a type.
    ///
    /// # Errors
    /// If the text is not a specification, or asks for a grouping that its presentation does not have.
    pub fn parse(text: TextRef<'_>, defaults: Defaults<'a>) -> Result<Self, FormatError> {
        let mut cursor = Cursor { text, at: 0 };
        let mut fill = None;
        let mut align = None;
        if let Some(found) = cursor.peek(1).and_then(align_of) {
            (fill, align) = (cursor.peek(0), Some(found));
            cursor.at = 2;
        } else if let Some(found) = cursor.peek(0).and_then(align_of) {
            align = Some(found);
            cursor.at = 1;
        }
        let sign = match cursor.peek(0).and_then(char::from_u32) {
            Some('+') => Some(Sign::Always),
            Some('-') => Some(Sign::Negative),
            Some(' ') => Some(Sign::Space),
            _ => None,
        };
        cursor.at += usize::from(sign.is_some());
        let no_negative_zero = cursor.eat('z');
        let alternate = cursor.eat('#');
        if fill.is_none() && cursor.eat('0') {
            fill = Some(b'0'.into());
            if align.is_none() && defaults.align == Align::Right {
                align = Some(Align::AfterSign);
            }
        }
        let width = cursor.number()?.unwrap_or(0);
        check_width(width)?;
        let grouping = cursor.grouping()?;
        let (mut precision, mut fraction_grouping) = (None, None);
        if cursor.eat('.') {
            precision = cursor.number()?;
            fraction_grouping = cursor.grouping()?;
            if precision.is_none() && fraction_grouping.is_none() {
                return Err(FormatError::value("Format specifier missing precision"));
            }
        }
        if text.len() - cursor.at > 1 {
            let (text, name) = (text.to_string_lossy(), defaults.type_name);
            return Err(FormatError::value(format!(
                "Invalid format specifier '{text}' for object of type '{name}'"
            )));
        }
        let spec = Self {
            fill: fill.unwrap_or(b' '.into()),
            align: align.unwrap_or(defaults.align),
            sign,
            no_negative_zero,
            alternate,
            width,
            grouping,
            precision,
            fraction_grouping,
            presentation: cursor.peek(0).or(defaults.presentation),
            type_name: defaults.type_name,
        };
        spec.check_grouping()?;
        Ok(spec)
    }

    pub(super) fn presentation_char(&self) -> Option<char> {
        self.presentation.map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn check_grouping(&self) -> Result<(), FormatError> {
        let presentation = self.presentation_char();
        let refused = self.grouping.filter(|&grouping| match presentation {
            None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'F' | 'G' | '%') => false,
            Some('b' | 'o' | 'x' | 'X') => grouping == Grouping::Comma,
            Some(_) => true,
        });
        let refused = refused.or(self.fraction_grouping.filter(|_| presentation == Some('n')));
        let (Some(grouping), Some(code)) = (refused, self.presentation) else { return Ok(()) };
        let (separator, shown) = (grouping.separator(), shown_code(code));
        Err(FormatError::value(format!("Cannot specify '{separator}' with '{shown}'.")))
    }

    /// The error for a presentation that the type does not have.
    pub(super) fn unknown_presentation(&self) -> FormatError {
        let shown = self.presentation.map(shown_code).unwrap_or_default();
        let name = self.type_name;
        FormatError::value(format!("Unknown format code '{shown}' for object of type '{name}'"))
    }
}

fn shown_code(code: u32) -> String {
    match u8::try_from(code) {
        Ok(byte @ 0x21..=0x7f) => char::from(byte).to_string(),
        _ => format!("\\x{code:x}"),
    }
}
