//! `template % values` for `str`, and the arguments of `%` for `str` and `bytes`.

use ungil_numbers::IntRef as NumberRef;
use ungil_text::format::percent::{Amount, PercentSpec, Piece, Pieces};
use ungil_text::{CodeUnit, TextBuf, TextRef};

use super::Str;
use crate::class::{Binary, Unary};
use crate::error::{OrRaise, Result};
use crate::protocol::{convert, subscript, text as as_text};
use crate::raise;
use crate::thread::Thread;
use crate::types::int::IntRef;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The values behind `%`: a tuple's items in order, or one value, which may be a mapping for specifications with keys.
pub struct PercentArguments<'a> {
    values: Ref<'a>,
    items: Option<&'a [Ref<'a>]>,
    next: usize,
    is_mapping: bool,
    used_keys: bool,
}

impl<'a> PercentArguments<'a> {
    pub fn new(t: &Thread, values: Ref<'a>) -> PercentArguments<'a> {
        let items = values.downcast::<Tuple>().map(|tuple| tuple.as_slice());
        let is_mapping = items.is_none()
            && values.downcast::<Str>().is_none()
            && values.shape(t).special().binary(Binary::GetItem).is_some();
        PercentArguments { values, items, next: 0, is_mapping, used_keys: false }
    }

    /// The next value in order.
    pub fn next(&mut self, t: &Thread) -> Result<Ref<'a>> {
        let value = match self.items {
            Some(items) => items.get(self.next).copied(),
            None => (self.next == 0).then_some(self.values),
        };
        self.next += 1;
        match value {
            Some(value) => Ok(value),
            None => raise!(t, TypeError, "not enough arguments for format string"),
        }
    }

    /// The value under a key.
    pub fn under(&mut self, t: &mut Thread, key: Value) -> Result<Value> {
        if !self.is_mapping {
            raise!(t, TypeError, "format requires a mapping");
        }
        self.used_keys = true;
        subscript::get(t, self.values, key.borrow())
    }

    /// Complains about values that were not used.
    pub fn finish(&self, t: &Thread, kind: &str) -> Result<()> {
        let given = self.items.map_or(1, <[Ref<'_>]>::len);
        if self.next < given && !self.is_mapping && !self.used_keys {
            raise!(t, TypeError, "not all arguments converted during {kind} formatting");
        }
        Ok(())
    }

    /// Takes width and precision from the values where the specification says so.
    pub fn fill_amounts(&mut self, t: &mut Thread, spec: &mut PercentSpec) -> Result<()> {
        if spec.width == Some(Amount::FromArguments) {
            let width = self.amount(t)?;
            spec.set_width(width as isize).or_raise(t)?;
        }
        if spec.precision == Some(Amount::FromArguments) {
            let precision = self.amount(t)?;
            match i32::try_from(precision) {
                Ok(precision) => spec.set_precision(precision),
                Err(_) => raise!(t, OverflowError, "Python int too large to convert to C int"),
            }
        }
        Ok(())
    }

    fn amount(&mut self, t: &mut Thread) -> Result<i64> {
        let value = self.next(t)?;
        match value.as_int() {
            Some(_) => convert::to_i64(t, value),
            None => raise!(t, TypeError, "* wants int"),
        }
    }
}

/// A number by an integer or float conversion, which are the same for `str` and `bytes`; `None` for other conversions.
pub fn format_number(t: &mut Thread, spec: &PercentSpec, value: Ref<'_>) -> Result<Option<String>> {
    if spec.is_float() {
        let float = convert::to_f64(t, value)?;
        return Ok(Some(spec.format_float(float)));
    }
    let Some(base) = spec.integer_base() else { return Ok(None) };
    let decimal = base.radix() == 10;
    let int = match value.as_int() {
        Some(_) => value.to_value(),
        None => to_int(t, spec, value, decimal)?,
    };
    let shown = match int.borrow().as_int() {
        Some(IntRef::Small(small)) => {
            spec.format_integer(small < 0, &NumberRef::Small(small).digits(base.radix()))
        }
        Some(IntRef::Big(big)) => {
            let number = NumberRef::Big(big);
            spec.format_integer(number.is_negative(), &number.digits(base.radix()))
        }
        None => return Err(not_a_number(t, spec, value, decimal)),
    };
    Ok(Some(shown))
}

fn to_int(t: &mut Thread, spec: &PercentSpec, value: Ref<'_>, decimal: bool) -> Result<Value> {
    let special = value.shape(t).special();
    if special.unary(Unary::Index).is_some() {
        return convert::index(t, value);
    }
    match special.unary(Unary::Int) {
        Some(truncate) if decimal && value.downcast::<Str>().is_none() => truncate(t, value),
        _ => Err(not_a_number(t, spec, value, decimal)),
    }
}

#[cold]
fn not_a_number(t: &Thread, spec: &PercentSpec, value: Ref<'_>, decimal: bool) -> crate::error::Raised {
    let conversion = char::from_u32(spec.conversion).unwrap_or('?');
    let class = value.class(t).name(t);
    let wanted = if decimal { "a real number is required" } else { "an integer is required" };
    crate::error!(t, TypeError, "%{conversion} format: {wanted}, not {class}")
}

/// `template % values`.
pub fn format_text(t: &mut Thread, template: TextRef<'_>, values: Ref<'_>) -> Result<TextBuf> {
    match template {
        TextRef::Ascii(units) => format_percent(t, units, template, values),
        TextRef::Ucs2(units) => format_percent(t, units, template, values),
        TextRef::Ucs4(units) => format_percent(t, units, template, values),
    }
}

/// `template % values`, with the template also given as its units.
fn format_percent<T: CodeUnit>(
    t: &mut Thread,
    units: &[T],
    template: TextRef<'_>,
    values: Ref<'_>,
) -> Result<TextBuf> {
    let mut arguments = PercentArguments::new(t, values);
    let mut out = TextBuf::with_capacity(units.len() + 16);
    for piece in Pieces::of_text(units) {
        match piece.or_raise(t)? {
            Piece::Literal(range) => out.push_text(template.slice(range)),
            Piece::Percent => out.push(b'%'.into()),
            Piece::Spec(mut spec) => {
                let keyed = match spec.key.clone() {
                    Some(key) => {
                        let key = Str::part_of(t, template.slice(key));
                        Some(arguments.under(t, key)?)
                    }
                    None => None,
                };
                arguments.fill_amounts(t, &mut spec)?;
                let value = match &keyed {
                    Some(value) => value.borrow(),
                    None => arguments.next(t)?,
                };
                format_one(t, &spec, value, &mut out)?;
            }
        }
    }
    arguments.finish(t, "string")?;
    Ok(out)
}

fn format_one(t: &mut Thread, spec: &PercentSpec, value: Ref<'_>, out: &mut TextBuf) -> Result<()> {
    if let Some(number) = format_number(t, spec, value)? {
        out.push_str(&number);
        return Ok(());
    }
    let text = match char::from_u32(spec.conversion) {
        Some('s') => as_text::str(t, value)?,
        Some('r') => as_text::repr(t, value)?,
        Some('a') => as_text::ascii(t, value)?,
        Some('c') => {
            let character = character(t, value)?;
            out.push_text(spec.pad_text(TextRef::Ucs4(&[character])).as_text());
            return Ok(());
        }
        _ => return Err(spec.unsupported()).or_raise(t),
    };
    if spec.width.is_none() && spec.precision.is_none() {
        out.push_text(text.text());
    } else {
        out.push_text(spec.format_text(text.text()).as_text());
    }
    Ok(())
}

/// The character of `%c`.
fn character(t: &mut Thread, value: Ref<'_>) -> Result<u32> {
    if let Some(text) = value.downcast::<Str>() {
        if text.len() == 1 {
            return Ok(text.text().code_at(0));
        }
        let len = text.len();
        raise!(t, TypeError, "%c requires an int or a unicode character, not a string of length {len}");
    }
    if value.as_int().is_none() && value.shape(t).special().unary(Unary::Index).is_none() {
        let class = value.class(t).name(t);
        raise!(t, TypeError, "%c requires an int or a unicode character, not {class}");
    }
    let index = convert::index(t, value)?;
    match index.borrow().as_int() {
        Some(IntRef::Small(code @ 0..=0x10ffff)) => Ok(code as u32),
        _ => raise!(t, OverflowError, "%c arg not in range(0x110000)"),
    }
}
