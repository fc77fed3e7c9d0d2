//! `template % values` for bytes (PEP 461).

use ungil_text::format::percent::{PercentSpec, Piece, Pieces};

use super::Bytes;
use super::sequence::byte;
use crate::class::Unary;
use crate::error::{OrRaise, Result};
use crate::protocol::{buffer, call, text as as_text};
use crate::raise;
use crate::thread::Thread;
use crate::types::text::{PercentArguments, format_number};
use crate::value::{Ref, Value};

/// `template % values`.
pub fn format_percent(t: &mut Thread, template: &[u8], values: Ref<'_>) -> Result<Vec<u8>> {
    let mut arguments = PercentArguments::new(t, values);
    let mut out = Vec::with_capacity(template.len() + 16);
    for piece in Pieces::of_bytes(template) {
        match piece.or_raise(t)? {
            Piece::Literal(range) => out.extend_from_slice(&template[range]),
            Piece::Percent => out.push(b'%'),
            Piece::Spec(mut spec) => {
                let keyed: Option<Value> = match spec.key.clone() {
                    Some(key) => {
                        let key = Bytes::from_slice(t, &template[key]).into_value();
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
    arguments.finish(t, "bytes")?;
    Ok(out)
}

fn format_one(t: &mut Thread, spec: &PercentSpec, value: Ref<'_>, out: &mut Vec<u8>) -> Result<()> {
    if let Some(number) = format_number(t, spec, value)? {
        out.extend_from_slice(number.as_bytes());
        return Ok(());
    }
    match char::from_u32(spec.conversion) {
        Some('a' | 'r') => {
            let shown = as_text::ascii(t, value)?;
            out.extend(spec.format_bytes(shown.as_ascii().unwrap_or_default().as_bytes()));
        }
        Some('b' | 's') => {
            if let Some(bytes) = buffer::bytes_of(t, value) {
                out.extend(spec.format_bytes(&bytes));
                return Ok(());
            }
            let name = t.names().__bytes__;
            let Some(answer) = call::call_special_if_any(t, name, &[value])? else {
                let class = value.class(t).name(t);
                raise!(
                    t,
                    TypeError,
                    "%b requires a bytes-like object, or an object that implements __bytes__, not '{class}'"
                );
            };
            let bytes = buffer::argument(t, answer.borrow())?;
            out.extend(spec.format_bytes(&bytes));
        }
        Some('c') => {
            let byte = match buffer::bytes_of(t, value).as_deref() {
                Some(&[byte]) => byte,
                Some(many) => {
                    let len = many.len();
                    raise!(
                        t,
                        TypeError,
                        "%c requires an integer in range(256) or a single byte, not a bytes object of length {len}"
                    )
                }
                None if value.as_int().is_none()
                    && value.shape(t).special().unary(Unary::Index).is_none() =>
                {
                    let class = value.class(t).name(t);
                    raise!(t, TypeError, "%c requires an integer in range(256) or a single byte, not {class}")
                }
                None => match byte(t, value, "") {
                    Ok(byte) => byte,
                    Err(_) => raise!(t, OverflowError, "%c arg not in range(256)"),
                },
            };
            out.extend(spec.pad_bytes(&[byte]));
        }
        _ => return Err(spec.unsupported()).or_raise(t),
    }
    Ok(())
}
