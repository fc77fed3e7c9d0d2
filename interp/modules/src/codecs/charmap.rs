//! The codecs by tables: text whose n-th character is that of byte n, or mappings.

use std::collections::HashMap;

use ungil_macros::function;
use ungil_objects::error::{Exc, Result};
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{buffer, codec, subscript};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::int::IntRef;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};
use ungil_text::TextBuf;
use ungil_text::codec::{Encoding, decode_charmap, encode_charmap};

use super::{answer, errors_name};

/// The table for `charmap_encode` that undoes a table for `charmap_decode`.
#[function]
pub fn charmap_build(t: &mut Thread, map: &Object<Str>) -> Result<Obj<Dict>> {
    let table = Dict::new(t);
    for (byte, code) in map.text().codes().take(256).enumerate().filter(|(_, code)| *code != 0xfffe) {
        table.set(t, Value::from_i32(code as i32).borrow(), Value::from_i32(byte as i32))?;
    }
    Ok(table)
}

/// What a mapping says about a key; `None` if nothing.
fn look_up(t: &mut Thread, mapping: Ref<'_>, key: u32) -> Result<Option<Value>> {
    match subscript::get(t, mapping, Value::from_i32(key as i32).borrow()) {
        Ok(value) if value.is_none() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(raised) if raised.is(t, Exc::LookupError) => Ok(None),
        Err(raised) => Err(raised),
    }
}

#[function(signature = "(text, errors=None, mapping=None, /)")]
pub fn charmap_encode(
    t: &mut Thread,
    text: &Object<Str>,
    errors: Option<Ref<'_>>,
    mapping: Option<Ref<'_>>,
) -> Result<Obj<Tuple>> {
    let errors = errors_name(t, errors)?;
    let Some(mapping) = mapping.filter(|mapping| !mapping.is_none()) else {
        let bytes = codec::encode(t, text.text(), Encoding::Latin1, &errors)?;
        let bytes = Bytes::from_slice(t, &bytes).into_value();
        return Ok(answer(t, bytes, text.len()));
    };
    // The mapping is asked once for each character that occurs, and for ASCII, which handlers may write.
    let mut table = HashMap::new();
    for code in text.text().codes().chain(0..0x80) {
        if table.contains_key(&code) {
            continue;
        }
        let byte = match look_up(t, mapping, code)? {
            None => None,
            Some(value) => {
                match (value.borrow().as_int(), value.downcast_ref::<Bytes>().map(|bytes| bytes.as_slice())) {
                    (Some(IntRef::Small(byte @ 0..=255)), _) => Some(byte as u8),
                    (_, Some(&[byte])) => Some(byte),
                    (Some(_), _) => raise!(t, TypeError, "character mapping must be in range(256)"),
                    _ => {
                        let class = value.borrow().class(t).name(t);
                        raise!(
                            t,
                            TypeError,
                            "character mapping must return integer, bytes or None, not {class}"
                        )
                    }
                }
            }
        };
        table.insert(code, byte);
    }
    let bytes = codec::encode_by(t, text.text(), &errors, |on_error| {
        encode_charmap(|code| table.get(&code).copied().flatten(), text.text(), on_error)
    })?;
    let bytes = Bytes::from_slice(t, &bytes).into_value();
    Ok(answer(t, bytes, text.len()))
}

#[function(signature = "(data, errors=None, mapping=None, /)")]
pub fn charmap_decode(
    t: &mut Thread,
    data: Ref<'_>,
    errors: Option<Ref<'_>>,
    mapping: Option<Ref<'_>>,
) -> Result<Obj<Tuple>> {
    let errors = errors_name(t, errors)?;
    let bytes = buffer::argument(t, data)?;
    let Some(mapping) = mapping.filter(|mapping| !mapping.is_none()) else {
        let decoded = codec::decode(t, &bytes, Encoding::Latin1, &errors, true)?;
        let text = Str::part_of(t, decoded.text.as_text());
        return Ok(answer(t, text, bytes.len()));
    };
    let decoded = match mapping.downcast::<Str>() {
        Some(table) => {
            codec::decode_by(t, &bytes, &errors, |on_error| decode_charmap(table.text(), &bytes, on_error))?
        }
        None => {
            let mut table = TextBuf::new();
            for byte in 0..256 {
                let code = match look_up(t, mapping, byte)? {
                    None => 0xfffe,
                    Some(value) => match (value.borrow().as_int(), value.downcast_ref::<Str>()) {
                        (Some(IntRef::Small(code @ 0..=0x10ffff)), _) => code as u32,
                        (None, Some(text)) if text.len() == 1 => text.text().code_at(0),
                        _ => raise!(t, TypeError, "character mapping must return integer, None or str"),
                    },
                };
                table.push(code);
            }
            codec::decode_by(t, &bytes, &errors, |on_error| {
                decode_charmap(table.as_text(), &bytes, on_error)
            })?
        }
    };
    let text = Str::part_of(t, decoded.text.as_text());
    Ok(answer(t, text, bytes.len()))
}
