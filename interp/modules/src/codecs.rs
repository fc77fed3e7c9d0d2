//! `_codecs`: the native codecs as functions, and the registry of codecs and error handlers.

mod charmap;
mod handlers;

use ungil_macros::module;
use ungil_objects::error::Result;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{buffer, codec};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};
use ungil_text::codec::Encoding;

/// The name of an error handler: `strict` if none was given.
fn errors_name(t: &Thread, errors: Option<Ref<'_>>) -> Result<String> {
    match errors.filter(|errors| !errors.is_none()) {
        None => Ok("strict".to_owned()),
        Some(errors) => match errors.downcast::<Str>() {
            Some(name) => Ok(name.to_string()),
            None => raise!(t, TypeError, "errors must be str or None, not {}", errors.class(t).name(t)),
        },
    }
}

/// `(object, length)`, as codecs answer.
fn answer(t: &Thread, object: Value, length: usize) -> Obj<Tuple> {
    Tuple::from_values(t, [object, Int::from_i64(t, length as i64)])
}

fn encode(t: &mut Thread, text: Ref<'_>, errors: Option<Ref<'_>>, encoding: Encoding) -> Result<Obj<Tuple>> {
    let Some(text) = text.downcast::<Str>() else {
        raise!(t, TypeError, "encoder argument 1 must be str, not {}", text.class(t).name(t));
    };
    let errors = errors_name(t, errors)?;
    let bytes = codec::encode(t, text.text(), encoding, &errors)?;
    let bytes = Bytes::from_slice(t, &bytes).into_value();
    Ok(answer(t, bytes, text.len()))
}

fn decode(
    t: &mut Thread,
    bytes: Ref<'_>,
    errors: Option<Ref<'_>>,
    encoding: Encoding,
    last: bool,
) -> Result<Obj<Tuple>> {
    let errors = errors_name(t, errors)?;
    let bytes = match bytes.downcast::<Str>() {
        // The escapes decode text, too.
        Some(text) if matches!(encoding, Encoding::UnicodeEscape | Encoding::RawUnicodeEscape) => {
            codec::encode(t, text.text(), Encoding::Utf8, "strict")?.into()
        }
        _ => buffer::argument(t, bytes)?,
    };
    let decoded = codec::decode(t, &bytes, encoding, &errors, last)?;
    let text = Str::part_of(t, decoded.text.as_text());
    Ok(answer(t, text, decoded.consumed))
}

/// Defines the pair of functions of each native encoding.
macro_rules! native_codecs {
    ($($encode:ident $decode:ident $encoding:expr, $final:literal;)*) => {
        mod native {
            use ungil_macros::function;
            use ungil_objects::error::Result;
            use ungil_objects::object::Obj;
            use ungil_objects::types::tuple::Tuple;
            use ungil_objects::{Ref, Thread};
            use ungil_text::codec::{ByteOrder, Encoding};

            $(
                #[function(signature = "(text, errors=None, /)")]
                pub fn $encode(t: &mut Thread, text: Ref<'_>, errors: Option<Ref<'_>>) -> Result<Obj<Tuple>> {
                    super::encode(t, text, errors, $encoding)
                }

                #[function(signature = "(data, errors=None, final=None, /)")]
                pub fn $decode(
                    t: &mut Thread,
                    data: Ref<'_>,
                    errors: Option<Ref<'_>>,
                    r#final: Option<bool>,
                ) -> Result<Obj<Tuple>> {
                    super::decode(t, data, errors, $encoding, r#final.unwrap_or($final))
                }
            )*
        }
    };
}

native_codecs! {
    utf_8_encode utf_8_decode Encoding::Utf8, false;
    ascii_encode ascii_decode Encoding::Ascii, true;
    latin_1_encode latin_1_decode Encoding::Latin1, true;
    utf_16_encode utf_16_decode Encoding::Utf16(ByteOrder::Marked), false;
    utf_16_le_encode utf_16_le_decode Encoding::Utf16(ByteOrder::Little), false;
    utf_16_be_encode utf_16_be_decode Encoding::Utf16(ByteOrder::Big), false;
    utf_32_encode utf_32_decode Encoding::Utf32(ByteOrder::Marked), false;
    utf_32_le_encode utf_32_le_decode Encoding::Utf32(ByteOrder::Little), false;
    utf_32_be_encode utf_32_be_decode Encoding::Utf32(ByteOrder::Big), false;
    unicode_escape_encode unicode_escape_decode Encoding::UnicodeEscape, true;
    raw_unicode_escape_encode raw_unicode_escape_decode Encoding::RawUnicodeEscape, true;
}

/// The codecs that need no tables, and the registry.
#[module(
    name = "_codecs",
    functions(
        super::native::utf_8_encode,
        super::native::utf_8_decode,
        super::native::ascii_encode,
        super::native::ascii_decode,
        super::native::latin_1_encode,
        super::native::latin_1_decode,
        super::native::utf_16_encode,
        super::native::utf_16_decode,
        super::native::utf_16_le_encode,
        super::native::utf_16_le_decode,
        super::native::utf_16_be_encode,
        super::native::utf_16_be_decode,
        super::native::utf_32_encode,
        super::native::utf_32_decode,
        super::native::utf_32_le_encode,
        super::native::utf_32_le_decode,
        super::native::utf_32_be_encode,
        super::native::utf_32_be_decode,
        super::native::unicode_escape_encode,
        super::native::unicode_escape_decode,
        super::native::raw_unicode_escape_encode,
        super::native::raw_unicode_escape_decode,
        super::charmap::charmap_build,
        super::charmap::charmap_encode,
        super::charmap::charmap_decode,
        super::handlers::strict_errors,
        super::handlers::ignore_errors,
        super::handlers::replace_errors,
        super::handlers::xmlcharrefreplace_errors,
        super::handlers::backslashreplace_errors,
        super::handlers::namereplace_errors,
        super::handlers::surrogateescape_errors,
        super::handlers::surrogatepass_errors
    )
)]
pub mod module {
    use super::*;
    use ungil_objects::types::module::Module;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        t.interpreter().set_root(t, handlers::FUNCTIONS, module.to_value());
        Ok(())
    }

    /// Adds a function that is called with the name of an encoding and answers its codec, or `None` if it knows none.
    #[function]
    fn register(t: &mut Thread, search_function: Ref<'_>) -> Result<()> {
        if search_function.shape(t).special().call.is_none() {
            raise!(t, TypeError, "argument must be callable");
        }
        codec::register(t, search_function);
        Ok(())
    }

    /// Takes a function of `register` away again, and forgets all codecs found so far.
    #[function]
    fn unregister(t: &mut Thread, search_function: Ref<'_>) {
        codec::unregister(t, search_function);
    }

    /// The `CodecInfo` of an encoding. Raises `LookupError` if no registered function knows it.
    #[function]
    fn lookup(t: &mut Thread, encoding: &Object<Str>) -> Result<Value> {
        codec::lookup(t, &encoding.to_string())
    }

    /// Runs the encoder of the codec called `encoding` on `obj`; `errors` names the error handler.
    #[function(signature = "(obj, encoding='utf-8', errors='strict')")]
    fn encode(
        t: &mut Thread,
        obj: Ref<'_>,
        encoding: Option<&Object<Str>>,
        errors: Option<&Object<Str>>,
    ) -> Result<Value> {
        let name = |name: Option<&Object<Str>>, default: &str| {
            name.map_or(default.to_owned(), |name| name.to_string())
        };
        let (encoding, errors) = (name(encoding, "utf-8"), name(errors, "strict"));
        let found = codec::lookup(t, &encoding)?;
        codec::call_codec(t, found.borrow(), 0, obj, &errors)
    }

    /// Runs the decoder of the codec called `encoding` on `obj`; `errors` names the error handler.
    #[function(signature = "(obj, encoding='utf-8', errors='strict')")]
    fn decode(
        t: &mut Thread,
        obj: Ref<'_>,
        encoding: Option<&Object<Str>>,
        errors: Option<&Object<Str>>,
    ) -> Result<Value> {
        let name = |name: Option<&Object<Str>>, default: &str| {
            name.map_or(default.to_owned(), |name| name.to_string())
        };
        let (encoding, errors) = (name(encoding, "utf-8"), name(errors, "strict"));
        let found = codec::lookup(t, &encoding)?;
        codec::call_codec(t, found.borrow(), 1, obj, &errors)
    }

    /// Makes a callable the error handler called `errors`, in place of any before.
    #[function]
    fn register_error(t: &mut Thread, errors: Ref<'_>, handler: Ref<'_>) -> Result<()> {
        codec::register_error(t, errors, handler)
    }

    /// Takes the error handler called `errors` away. Whether there was one.
    #[function]
    fn _unregister_error(t: &mut Thread, errors: Ref<'_>) -> Result<bool> {
        codec::unregister_error(t, errors)
    }

    /// The error handler of this name. Raises `LookupError` if there is none.
    #[function]
    fn lookup_error(t: &mut Thread, name: &Object<Str>) -> Result<Value> {
        handlers::find(t, &name.to_string())
    }

    /// Decodes UTF-16 and tells its byte order: -1 little, 1 big, 0 not known yet.
    #[function(signature = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(
        t: &mut Thread,
        data: Ref<'_>,
        errors: Option<Ref<'_>>,
        byteorder: i64,
        r#final: bool,
    ) -> Result<Obj<Tuple>> {
        ex_decode(t, data, errors, byteorder, r#final, 2)
    }

    /// Decodes UTF-32 and tells its byte order: -1 little, 1 big, 0 not known yet.
    #[function(signature = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(
        t: &mut Thread,
        data: Ref<'_>,
        errors: Option<Ref<'_>>,
        byteorder: i64,
        r#final: bool,
    ) -> Result<Obj<Tuple>> {
        ex_decode(t, data, errors, byteorder, r#final, 4)
    }

    #[function(signature = "(data, errors=None, /)")]
    fn escape_encode(t: &mut Thread, data: Ref<'_>, errors: Option<Ref<'_>>) -> Result<Obj<Tuple>> {
        let _ = errors;
        let bytes = buffer::argument(t, data)?;
        let shown = ungil_text::bytes::repr(&bytes);
        // Without the `b` and the quotes around it; double quotes mean that single ones were not escaped.
        let inner = &shown[2..shown.len() - 1];
        let escaped = if shown.ends_with('"') { inner.replace('\'', "\\'") } else { inner.to_owned() };
        let escaped = Bytes::from_slice(t, escaped.as_bytes()).into_value();
        Ok(answer(t, escaped, bytes.len()))
    }

    #[function(signature = "(data, errors=None, /)")]
    fn escape_decode(t: &mut Thread, data: Ref<'_>, errors: Option<Ref<'_>>) -> Result<Obj<Tuple>> {
        let _ = errors;
        let bytes = match data.downcast::<Str>() {
            Some(text) => codec::encode(t, text.text(), Encoding::Utf8, "strict")?.into(),
            None => buffer::argument(t, data)?,
        };
        match ungil_text::bytes::unescape(&bytes) {
            Ok(unescaped) => {
                let unescaped = Bytes::from_slice(t, &unescaped).into_value();
                Ok(answer(t, unescaped, bytes.len()))
            }
            Err(error) => raise!(t, ValueError, "{error}"),
        }
    }

    #[function(signature = "(data, errors=None, /)")]
    fn readbuffer_encode(t: &mut Thread, data: Ref<'_>, errors: Option<Ref<'_>>) -> Result<Obj<Tuple>> {
        let _ = errors;
        let bytes = match data.downcast::<Str>() {
            Some(text) => codec::encode(t, text.text(), Encoding::Utf8, "strict")?.into(),
            None => buffer::argument(t, data)?,
        };
        let copy = Bytes::from_slice(t, &bytes).into_value();
        Ok(answer(t, copy, bytes.len()))
    }
}

/// Decodes UTF-16 or UTF-32 (by the bytes of a unit) with the order that is known so far.
fn ex_decode(
    t: &mut Thread,
    data: Ref<'_>,
    errors: Option<Ref<'_>>,
    order: i64,
    last: bool,
    width: usize,
) -> Result<Obj<Tuple>> {
    use ungil_text::codec::ByteOrder;

    let bytes = buffer::argument(t, data)?;
    let errors = errors_name(t, errors)?;
    let (known, skipped) = match (order, &*bytes, width) {
        (0, [0xff, 0xfe, 0, 0, ..], 4) => (-1, 4),
        (0, [0, 0, 0xfe, 0xff, ..], 4) => (1, 4),
        (0, [0xff, 0xfe, ..], 2) => (-1, 2),
        (0, [0xfe, 0xff, ..], 2) => (1, 2),
        (0, _, _) if bytes.len() < width && !last => (0, 0),
        (0, _, _) => (if cfg!(target_endian = "big") { 1 } else { -1 }, 0),
        (order, _, _) => (order.signum(), 0),
    };
    let order = if known > 0 { ByteOrder::Big } else { ByteOrder::Little };
    let encoding = if width == 2 { Encoding::Utf16(order) } else { Encoding::Utf32(order) };
    let decoded = codec::decode(t, &bytes[skipped..], encoding, &errors, last)?;
    let text = Str::part_of(t, decoded.text.as_text());
    let consumed = Int::from_i64(t, (decoded.consumed + skipped) as i64);
    Ok(Tuple::from_values(t, [text, consumed, Int::from_i64(t, known)]))
}
