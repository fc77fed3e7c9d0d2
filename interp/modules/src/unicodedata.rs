//! `unicodedata`: what the Unicode Character Database says of characters.

use ungil_macros::module;
use ungil_objects::error::{Exc, Raised, Result};
use ungil_objects::object::Object;
use ungil_objects::types::float::Float;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, raise};
use ungil_text::TextBuf;
use ungil_text::unicode::normalize::Form;
use ungil_text::unicode::{names, numeric, properties};

/// The code point of a character argument.
fn code(t: &Thread, character: &Object<Str>, function: &str) -> Result<u32> {
    match character.len() {
        1 => Ok(character.text().code_at(0)),
        len => raise!(
            t,
            TypeError,
            "{function}(): argument must be a unicode character, not a string of length {len}"
        ),
    }
}

/// The value, the default, or an error.
fn or_default(t: &Thread, value: Option<Value>, default: Option<Ref<'_>>, error: &str) -> Result<Value> {
    match (value, default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.to_value()),
        (None, None) => Err(Raised::new(t, Exc::ValueError, error)),
    }
}

/// This module provides access to the Unicode Character Database.
#[module(name = "unicodedata")]
pub mod module {
    use super::*;

    #[constant(name = "unidata_version")]
    const UNIDATA_VERSION: &str = "16.0.0";

    #[function]
    fn category(t: &mut Thread, character: &Object<Str>) -> Result<&'static str> {
        Ok(properties::category(code(t, character, "category")?))
    }

    #[function]
    fn bidirectional(t: &mut Thread, character: &Object<Str>) -> Result<&'static str> {
        Ok(properties::bidirectional(code(t, character, "bidirectional")?))
    }

    #[function]
    fn combining(t: &mut Thread, character: &Object<Str>) -> Result<i64> {
        Ok(properties::combining(code(t, character, "combining")?).into())
    }

    #[function]
    fn mirrored(t: &mut Thread, character: &Object<Str>) -> Result<i64> {
        Ok(properties::is_mirrored(code(t, character, "mirrored")?).into())
    }

    #[function]
    fn east_asian_width(t: &mut Thread, character: &Object<Str>) -> Result<&'static str> {
        Ok(properties::east_asian_width(code(t, character, "east_asian_width")?))
    }

    #[function]
    fn decimal(t: &mut Thread, character: &Object<Str>, default: Option<Ref<'_>>) -> Result<Value> {
        let value = numeric::decimal(code(t, character, "decimal")?);
        or_default(t, value.map(|value| Value::from_i32(value.into())), default, "not a decimal")
    }

    #[function]
    fn digit(t: &mut Thread, character: &Object<Str>, default: Option<Ref<'_>>) -> Result<Value> {
        let value = numeric::digit(code(t, character, "digit")?);
        or_default(t, value.map(|value| Value::from_i32(value.into())), default, "not a digit")
    }

    #[function(name = "numeric")]
    fn numeric_value(t: &mut Thread, character: &Object<Str>, default: Option<Ref<'_>>) -> Result<Value> {
        let value = numeric::numeric(code(t, character, "numeric")?);
        let value =
            value.map(|value| Float::from_f64(t, value.numerator as f64 / f64::from(value.denominator)));
        or_default(t, value, default, "not a numeric character")
    }

    #[function]
    fn name(t: &mut Thread, character: &Object<Str>, default: Option<Ref<'_>>) -> Result<Value> {
        let name = names::name(code(t, character, "name")?);
        or_default(t, name.map(|name| Str::from_str(t, &name).into_value()), default, "no such name")
    }

    #[function]
    fn lookup(t: &mut Thread, name: &Object<Str>) -> Result<Value> {
        let name = name.to_string();
        match names::lookup(&name) {
            Some(code) => Ok(Str::character(t, code)),
            None => raise!(t, KeyError, "undefined character name '{name}'"),
        }
    }

    #[function]
    fn normalize(t: &mut Thread, form: &Object<Str>, text: &Object<Str>) -> Result<TextBuf> {
        match Form::from_name(&form.to_string()) {
            Some(form) => Ok(form.normalize(text.text())),
            None => raise!(t, ValueError, "invalid normalization form"),
        }
    }

    #[function]
    fn is_normalized(t: &mut Thread, form: &Object<Str>, text: &Object<Str>) -> Result<bool> {
        match Form::from_name(&form.to_string()) {
            Some(form) => Ok(form.normalize(text.text()).as_text() == text.text()),
            None => raise!(t, ValueError, "invalid normalization form"),
        }
    }
}
