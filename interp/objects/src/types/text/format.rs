//! `str.format` and `str.format_map`.

use ungil_macros::methods;
use ungil_text::format::template::{
    Accessor, Field, Key, MAX_DEPTH, Numbering, Segments, split_name, too_deep, unknown_conversion,
};
use ungil_text::{TextBuf, TextRef};

use super::Str;
use crate::call::Keywords;
use crate::error::{OrRaise, Raised, Result};
use crate::object::Object;
use crate::protocol::format::format;
use crate::protocol::{attribute, subscript, text as as_text};
use crate::raise;
use crate::thread::Thread;
use crate::types::int::Int;
use crate::value::{Ref, Value};

#[methods(FORMAT)]
impl Str {
    #[method(signature = "(*args, **kwargs)")]
    fn format(
        t: &mut Thread,
        this: &Object<Self>,
        args: &[Ref<'_>],
        kwargs: Keywords<'_>,
    ) -> Result<TextBuf> {
        let fields = Fields::Arguments(args, kwargs);
        expand(t, this.text(), &fields, &mut Numbering::default(), MAX_DEPTH)
    }

    #[method]
    fn format_map(t: &mut Thread, this: &Object<Self>, mapping: Ref<'_>) -> Result<TextBuf> {
        format_map(t, this.text(), mapping)
    }
}

/// `template.format_map(mapping)`.
pub fn format_map(t: &mut Thread, template: TextRef<'_>, mapping: Ref<'_>) -> Result<TextBuf> {
    expand(t, template, &Fields::Mapping(mapping), &mut Numbering::default(), MAX_DEPTH)
}

/// Where the values of fields come from.
enum Fields<'a> {
    Arguments(&'a [Ref<'a>], Keywords<'a>),
    Mapping(Ref<'a>),
}

impl Fields<'_> {
    fn at(&self, t: &Thread, index: usize) -> Result<Value> {
        match self {
            Fields::Arguments(positional, _) => match positional.get(index) {
                Some(value) => Ok(value.to_value()),
                None => {
                    raise!(t, IndexError, "Replacement index {index} out of range for positional args tuple")
                }
            },
            Fields::Mapping(_) => raise!(t, ValueError, "Format string contains positional fields"),
        }
    }

    fn named(&self, t: &mut Thread, name: TextRef<'_>) -> Result<Value> {
        let key = Str::part_of(t, name);
        match self {
            Fields::Arguments(_, keywords) => {
                let found = keywords.iter().find(|(keyword, _)| {
                    keyword.downcast::<Str>().is_some_and(|keyword| keyword.text() == name)
                });
                match found {
                    Some((_, value)) => Ok(value.to_value()),
                    None => Err(Raised::key_error(t, key.borrow())),
                }
            }
            Fields::Mapping(mapping) => subscript::get(t, *mapping, key.borrow()),
        }
    }
}

fn expand(
    t: &mut Thread,
    template: TextRef<'_>,
    fields: &Fields<'_>,
    numbering: &mut Numbering,
    depth: usize,
) -> Result<TextBuf> {
    if depth == 0 {
        return Err(too_deep()).or_raise(t);
    }
    let mut out = TextBuf::with_capacity(template.len());
    for segment in Segments::new(template) {
        let segment = segment.or_raise(t)?;
        out.push_text(template.slice(segment.literal));
        if let Some(field) = segment.field {
            let value = field_value(t, template.slice(field.name.clone()), fields, numbering)?;
            let value = converted(t, value, field.conversion)?;
            let shown = match field_spec(t, template, &field, fields, numbering, depth)? {
                Some(spec) => format(t, value.borrow(), spec.as_text())?,
                None => format(t, value.borrow(), template.slice(field.spec))?,
            };
            out.push_text(shown.text());
        }
    }
    Ok(out)
}

/// A specification with fields of its own, expanded.
fn field_spec(
    t: &mut Thread,
    template: TextRef<'_>,
    field: &Field,
    fields: &Fields<'_>,
    numbering: &mut Numbering,
    depth: usize,
) -> Result<Option<TextBuf>> {
    if !field.nested {
        return Ok(None);
    }
    expand(t, template.slice(field.spec.clone()), fields, numbering, depth - 1).map(Some)
}

fn field_value(
    t: &mut Thread,
    name: TextRef<'_>,
    fields: &Fields<'_>,
    numbering: &mut Numbering,
) -> Result<Value> {
    let (first, accessors) = split_name(name).or_raise(t)?;
    let first = numbering.resolve(first).or_raise(t)?;
    let mut value = match first {
        Key::Index(index) => fields.at(t, index)?,
        Key::Name(range) => fields.named(t, name.slice(range))?,
    };
    for accessor in accessors {
        value = match accessor.or_raise(t)? {
            Accessor::Attribute(range) => {
                let attribute = Str::part_of(t, name.slice(range));
                attribute::get(t, value.borrow(), attribute.borrow())?
            }
            Accessor::Item(Key::Index(index)) => {
                let index = Int::from_i64(t, index as i64);
                subscript::get(t, value.borrow(), index.borrow())?
            }
            Accessor::Item(Key::Name(range)) => {
                let key = Str::part_of(t, name.slice(range));
                subscript::get(t, value.borrow(), key.borrow())?
            }
        };
    }
    Ok(value)
}

fn converted(t: &mut Thread, value: Value, conversion: Option<u32>) -> Result<Value> {
    let text = match conversion.and_then(char::from_u32) {
        None if conversion.is_none() => return Ok(value),
        Some('s') => as_text::str(t, value.borrow())?,
        Some('r') => as_text::repr(t, value.borrow())?,
        Some('a') => as_text::ascii(t, value.borrow())?,
        _ => return Err(unknown_conversion(conversion.unwrap_or_default())).or_raise(t),
    };
    Ok(text.into_value())
}
