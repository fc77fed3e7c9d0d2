//! `_string`: the parser of `str.format` templates, for `string.Formatter`.

use ungil_macros::module;
use ungil_objects::error::{OrRaise, Result};
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::iterate;
use ungil_objects::types::int::Int;
use ungil_objects::types::list::List;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Thread, Value};
use ungil_text::format::template::{Accessor, Key, Segments, split_name};

/// What `string.Formatter` takes templates apart with.
#[module(name = "_string")]
pub mod module {
    use super::*;

    /// Iterates over the parts of a template: tuples of the text before a field, the field's name, its format and its conversion.
    #[function]
    fn formatter_parser(t: &mut Thread, text: &Object<Str>) -> Result<Value> {
        let template = text.text();
        let mut parts = Vec::new();
        for segment in Segments::new(template) {
            let segment = segment.or_raise(t)?;
            let literal = Str::part_of(t, template.slice(segment.literal));
            let [name, spec, conversion] = match segment.field {
                None => [Value::NONE, Value::NONE, Value::NONE],
                Some(field) => [
                    Str::part_of(t, template.slice(field.name)),
                    Str::part_of(t, template.slice(field.spec)),
                    field.conversion.map_or(Value::NONE, |code| Str::character(t, code)),
                ],
            };
            parts.push(Tuple::from_values(t, [literal, name, spec, conversion]).into_value());
        }
        let parts = List::from_values(t, parts);
        iterate::iter(t, parts.borrow())
    }

    /// Takes the name of a field apart: its first word or number, and an iterator over the attributes and items that follow.
    #[function]
    fn formatter_field_name_split(t: &mut Thread, text: &Object<Str>) -> Result<Obj<Tuple>> {
        let name = text.text();
        let value = |t: &Thread, key: Key| match key {
            Key::Index(index) => Int::from_i64(t, index as i64),
            Key::Name(range) => Str::part_of(t, name.slice(range)),
        };
        let (first, accessors) = split_name(name).or_raise(t)?;
        let first = value(t, first);
        let mut steps = Vec::new();
        for accessor in accessors {
            let (is_attribute, key) = match accessor.or_raise(t)? {
                Accessor::Attribute(range) => (true, Str::part_of(t, name.slice(range))),
                Accessor::Item(key) => (false, value(t, key)),
            };
            steps.push(Tuple::from_values(t, [Value::from_bool(is_attribute), key]).into_value());
        }
        let steps = List::from_values(t, steps);
        let steps = iterate::iter(t, steps.borrow())?;
        Ok(Tuple::from_values(t, [first, steps]))
    }
}
