//! Encoding and decoding: the encodings that are native, codecs and error handlers that programs register, and the exceptions.
//!
//! The registry is three objects that belong to the interpreter: search functions in order, codecs found by name, error handlers
//! by name.

use ungil_text::codec::{
    DecodeError, DecodeRepair, Decoded, EncodeError, EncodeRepair, Encoding, Handler, Substitute,
    decode as decode_text, encode as encode_text,
};
use ungil_text::{Kind, TextBuf, TextRef};

use crate::error::{Exc, Raised, Result};
use crate::object::{Obj, Object};
use crate::protocol::{attribute, buffer, call, convert};
use crate::raise;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::exception::{self, Exception};
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

const SEARCH_PATH: &str = "codec search path";
const KNOWN: &str = "known codecs";
const HANDLERS: &str = "codec error handlers";

/// Makes the registry of a new interpreter.
pub(crate) fn prepare(t: &Thread) {
    let interpreter = t.interpreter();
    interpreter.set_root(t, SEARCH_PATH, List::from_values(t, []).into_value());
    interpreter.set_root(t, KNOWN, Dict::new(t).into_value());
    interpreter.set_root(t, HANDLERS, Dict::new(t).into_value());
}

fn registry_dict(t: &Thread, name: &'static str) -> Obj<Dict> {
    let dict = t.interpreter().root(t, name).and_then(|value| value.downcast::<Dict>().ok());
    dict.unwrap_or_else(|| Dict::new(t))
}

/// `codecs.register`.
pub fn register(t: &Thread, search: Ref<'_>) {
    if let Some(path) = t.interpreter().root(t, SEARCH_PATH)
        && let Some(path) = path.downcast_ref::<List>()
    {
        path.push(t, search.to_value());
    }
}

/// `codecs.unregister`.
pub fn unregister(t: &Thread, search: Ref<'_>) {
    let Some(path) = t.interpreter().root(t, SEARCH_PATH) else { return };
    let kept = path.downcast_ref::<List>().map(|path| path.to_vec(t)).unwrap_or_default();
    let kept = kept.into_iter().filter(|known| !known.borrow().is(search));
    t.interpreter().set_root(t, SEARCH_PATH, List::from_values(t, kept).into_value());
    t.interpreter().set_root(t, KNOWN, Dict::new(t).into_value());
}

/// `codecs.lookup`: the codec's `CodecInfo`.
///
/// # Errors
/// `LookupError` if no search function knows the encoding.
pub fn lookup(t: &mut Thread, name: &str) -> Result<Value> {
    let normal: String = name.chars().map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
    let key = Str::from_str(t, &normal);
    let known = registry_dict(t, KNOWN);
    if let Some(codec) = known.get(t, key.borrow())? {
        return Ok(codec);
    }
    let path = |t: &Thread| {
        let path = t.interpreter().root(t, SEARCH_PATH);
        path.and_then(|path| path.downcast_ref::<List>().map(|path| path.to_vec(t))).unwrap_or_default()
    };
    if path(t).is_empty() {
        t.import("encodings")?;
    }
    for search in path(t) {
        let codec = call::call(t, search.borrow(), &[key.borrow()])?;
        if codec.is_none() {
            continue;
        }
        if codec.downcast_ref::<Tuple>().is_none_or(|codec| codec.len() != 4) {
            raise!(t, TypeError, "codec search functions must return 4-tuples");
        }
        known.set(t, key.borrow(), codec.clone())?;
        return Ok(codec);
    }
    raise!(t, LookupError, "unknown encoding: {name}")
}

/// `codecs.register_error`.
pub fn register_error(t: &mut Thread, name: Ref<'_>, handler: Ref<'_>) -> Result<()> {
    if handler.shape(t).special().call.is_none() {
        raise!(t, TypeError, "handler must be callable");
    }
    registry_dict(t, HANDLERS).set(t, name, handler.to_value())
}

/// A registered error handler, if there is one under this name.
pub fn registered_error(t: &mut Thread, name: &str) -> Result<Option<Value>> {
    let key = Str::from_str(t, name);
    registry_dict(t, HANDLERS).get(t, key.borrow())
}

/// `codecs.unregister_error`.
pub fn unregister_error(t: &mut Thread, name: Ref<'_>) -> Result<bool> {
    Ok(registry_dict(t, HANDLERS).remove(t, name)?.is_some())
}

/// What stopped a codec: what it could not handle, or an exception on the way.
pub enum Stop {
    Encode(EncodeError),
    Raised(Raised),
}

impl From<EncodeError> for Stop {
    fn from(error: EncodeError) -> Stop {
        Stop::Encode(error)
    }
}

/// An error handler by name.
enum OnError {
    Native(Handler),
    Registered(Value),
}

impl OnError {
    fn find(t: &mut Thread, name: &str) -> Result<OnError> {
        if let Some(handler) = registered_error(t, name)? {
            return Ok(OnError::Registered(handler));
        }
        match Handler::from_name(name) {
            Some(handler) => Ok(OnError::Native(handler)),
            None => raise!(t, LookupError, "unknown error handler name '{name}'"),
        }
    }
}

/// What a codec that encodes asks when it meets what it cannot handle.
pub type EncodeHandler<'h> = dyn FnMut(TextRef<'_>, EncodeError) -> Result<EncodeRepair, Stop> + 'h;

/// What a codec that decodes asks when it meets what it cannot handle.
pub type DecodeHandler<'h> =
    dyn FnMut(&[u8], DecodeError) -> Result<DecodeRepair, Result<DecodeError, Raised>> + 'h;

/// Encodes text by a native encoding.
///
/// # Errors
/// `UnicodeEncodeError`, or what the error handler raises.
pub fn encode(t: &mut Thread, text: TextRef<'_>, encoding: Encoding, errors: &str) -> Result<Vec<u8>> {
    encode_by(t, text, errors, |on_error| encode_text(encoding, text, on_error))
}

/// Encodes text by a kernel that is given the error handler.
///
/// # Errors
/// `UnicodeEncodeError`, or what the error handler raises.
pub fn encode_by(
    t: &mut Thread,
    text: TextRef<'_>,
    errors: &str,
    run: impl FnOnce(&mut EncodeHandler<'_>) -> Result<Vec<u8>, Stop>,
) -> Result<Vec<u8>> {
    let mut object: Option<Value> = None;
    let outcome = run(&mut |text, error| match OnError::find(t, errors).map_err(Stop::Raised)? {
        OnError::Native(handler) => handler.repair_encode(text, error).map_err(Stop::Encode),
        OnError::Registered(handler) => {
            let object = object.get_or_insert_with(|| Str::from_text(t, text).into_value());
            repair_encode(t, &handler, object.borrow(), error).map_err(Stop::Raised)
        }
    });
    match outcome {
        Ok(bytes) => Ok(bytes),
        Err(Stop::Raised(raised)) => Err(raised),
        Err(Stop::Encode(error)) => {
            let object = Str::from_text(t, text).into_value();
            Err(encode_error(t, object.borrow(), &error)?)
        }
    }
}

/// Decodes bytes by a native encoding; unless `last`, an incomplete sequence at the end is left.
///
/// # Errors
/// `UnicodeDecodeError`, or what the error handler raises.
pub fn decode(t: &mut Thread, bytes: &[u8], encoding: Encoding, errors: &str, last: bool) -> Result<Decoded> {
    if bytes.is_ascii() && matches!(encoding, Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1) {
        return Ok(Decoded { text: TextBuf::Ascii(bytes.to_vec()), consumed: bytes.len() });
    }
    decode_by(t, bytes, errors, |on_error| decode_text(encoding, bytes, last, on_error))
}

/// Decodes bytes by a kernel that is given the error handler.
///
/// # Errors
/// `UnicodeDecodeError`, or what the error handler raises.
pub fn decode_by(
    t: &mut Thread,
    bytes: &[u8],
    errors: &str,
    run: impl FnOnce(&mut DecodeHandler<'_>) -> Result<Decoded, Result<DecodeError, Raised>>,
) -> Result<Decoded> {
    let mut object: Option<Value> = None;
    let outcome = run(&mut |bytes, error| match OnError::find(t, errors).map_err(Err)? {
        OnError::Native(Handler::XmlCharRefReplace | Handler::NameReplace) => Err(Err(crate::error!(
            t,
            TypeError,
            "don't know how to handle UnicodeDecodeError in error callback"
        ))),
        OnError::Native(handler) => handler.repair_decode(bytes, error).map_err(Ok),
        OnError::Registered(handler) => {
            let object = object.get_or_insert_with(|| Bytes::from_slice(t, bytes).into_value());
            repair_decode(t, &handler, object.borrow(), error).map_err(Err)
        }
    });
    match outcome {
        Ok(decoded) => Ok(decoded),
        Err(Err(raised)) => Err(raised),
        Err(Ok(error)) => {
            let object = Bytes::from_slice(t, bytes).into_value();
            Err(decode_error(t, object.borrow(), &error)?)
        }
    }
}

/// The `UnicodeEncodeError` for an error in `object`.
pub fn encode_error(t: &mut Thread, object: Ref<'_>, error: &EncodeError) -> Result<Raised> {
    unicode_error(t, Exc::UnicodeEncodeError, object, error.encoding, error.start..error.end, error.reason)
}

/// The `UnicodeDecodeError` for an error in `object`.
pub fn decode_error(t: &mut Thread, object: Ref<'_>, error: &DecodeError) -> Result<Raised> {
    unicode_error(t, Exc::UnicodeDecodeError, object, error.encoding, error.start..error.end, error.reason)
}

fn unicode_error(
    t: &mut Thread,
    class: Exc,
    object: Ref<'_>,
    encoding: &str,
    place: std::ops::Range<usize>,
    reason: &str,
) -> Result<Raised> {
    let class = exception::class_of(t, class).borrow();
    let encoding = Str::from_str(t, encoding);
    let reason = Str::from_str(t, reason);
    let (start, end) = (Int::from_i64(t, place.start as i64), Int::from_i64(t, place.end as i64));
    let arguments = [encoding.borrow(), object, start.borrow(), end.borrow(), reason.borrow()];
    match call::call(t, class, &arguments)?.downcast::<Exception>() {
        Ok(exception) => Ok(Raised::from_exception(exception)),
        Err(_) => raise!(t, TypeError, "exceptions must derive from BaseException"),
    }
}

/// Calls a registered handler; its replacement and the place at which to go on.
fn ask(t: &mut Thread, handler: &Value, raised: Raised, len: usize, kind: &str) -> Result<(Value, usize)> {
    let exception = raised.into_exception();
    let answer = call::call(t, handler.borrow(), &[exception.borrow()])?;
    let parts = answer.downcast_ref::<Tuple>().filter(|parts| parts.len() == 2);
    let Some((replacement, place)) = parts.and_then(|parts| Some((parts.get(0)?, parts.get(1)?))) else {
        raise!(
            t,
            TypeError,
            "{kind} error handler must return ({}, int) tuple",
            if kind == "decoding" { "str" } else { "str/bytes" }
        );
    };
    let given = convert::to_i64(t, place)?;
    let place = if given < 0 { given + len as i64 } else { given };
    match usize::try_from(place) {
        Ok(place) if place <= len => Ok((replacement.to_value(), place)),
        _ => raise!(t, IndexError, "position {given} from error handler out of bounds"),
    }
}

fn repair_encode(
    t: &mut Thread,
    handler: &Value,
    object: Ref<'_>,
    error: EncodeError,
) -> Result<EncodeRepair> {
    let len = object.downcast::<Str>().map_or(0, |text| text.len());
    let raised = encode_error(t, object, &error)?;
    let (replacement, resume) = ask(t, handler, raised, len, "encoding")?;
    let substitute = if let Some(text) = replacement.downcast_ref::<Str>() {
        Substitute::Text(text.text().to_buf())
    } else if let Some(bytes) = replacement.downcast_ref::<Bytes>() {
        Substitute::Bytes(bytes.as_slice().to_vec())
    } else {
        raise!(t, TypeError, "encoding error handler must return (str/bytes, int) tuple");
    };
    Ok(EncodeRepair { substitute, resume })
}

fn repair_decode(
    t: &mut Thread,
    handler: &Value,
    object: Ref<'_>,
    error: DecodeError,
) -> Result<DecodeRepair> {
    let len = object.downcast::<Bytes>().map_or(0, |bytes| bytes.as_slice().len());
    let raised = decode_error(t, object, &error)?;
    let (replacement, resume) = ask(t, handler, raised, len, "decoding")?;
    match replacement.downcast_ref::<Str>() {
        Some(text) => Ok(DecodeRepair { text: text.text().to_buf(), resume }),
        None => raise!(t, TypeError, "decoding error handler must return (str, int) tuple"),
    }
}

/// A name that is an optional argument.
pub fn name_argument<'a>(
    t: &Thread,
    value: Option<Ref<'a>>,
    function: &str,
    name: &str,
) -> Result<Option<&'a Object<Str>>> {
    match value {
        None => Ok(None),
        Some(value) => match value.downcast::<Str>() {
            Some(text) => Ok(Some(text)),
            None => {
                let class = value.class(t).name(t);
                raise!(t, TypeError, "{function}() argument '{name}' must be str, not {class}")
            }
        },
    }
}

/// Whether an encoding is UTF-8 by the name that most programs give it, or by default.
fn is_utf8(encoding: Option<&Object<Str>>) -> bool {
    encoding.is_none_or(|name| name.is_text("utf-8"))
}

/// `text.encode(encoding, errors)`.
pub fn encode_value(
    t: &mut Thread,
    text: &Object<Str>,
    encoding: Option<&Object<Str>>,
    errors: Option<&Object<Str>>,
) -> Result<Value> {
    if is_utf8(encoding) && text.as_ascii().is_some() {
        return Ok(Bytes::from_slice(t, text.storage_bytes()).into_value());
    }
    let name = encoding.map_or_else(|| "utf-8".to_owned(), |name| name.to_string());
    let errors = errors.map_or_else(|| "strict".to_owned(), |name| name.to_string());
    if let Some(encoding) = Encoding::from_name(&name) {
        let plain = text.text().kind() == Kind::Ascii
            && matches!(encoding, Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1);
        if plain {
            return Ok(Bytes::from_slice(t, text.storage_bytes()).into_value());
        }
        let bytes = encode(t, text.text(), encoding, &errors)?;
        return Ok(Bytes::from_slice(t, &bytes).into_value());
    }
    let answer = by_codec(t, &name, 0, text.borrow(), &errors)?;
    match answer.downcast_ref::<Bytes>() {
        Some(_) => Ok(answer),
        None => {
            let class = answer.borrow().class(t).name(t);
            raise!(
                t,
                TypeError,
                "'{name}' encoder returned '{class}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
            )
        }
    }
}

/// `bytes.decode(encoding, errors)` of anything with bytes.
pub fn decode_value(
    t: &mut Thread,
    bytes: Ref<'_>,
    encoding: Option<&Object<Str>>,
    errors: Option<&Object<Str>>,
) -> Result<Value> {
    if is_utf8(encoding)
        && let Some(bytes) = bytes.downcast::<Bytes>()
        && bytes.as_slice().is_ascii()
    {
        return Ok(Str::part_of(t, TextRef::Ascii(bytes.as_slice())));
    }
    let name = encoding.map_or_else(|| "utf-8".to_owned(), |name| name.to_string());
    let errors = errors.map_or_else(|| "strict".to_owned(), |name| name.to_string());
    if let Some(encoding) = Encoding::from_name(&name) {
        let bytes = buffer::argument(t, bytes)?;
        let decoded = decode(t, &bytes, encoding, &errors, true)?;
        return Ok(Str::part_of(t, decoded.text.as_text()));
    }
    let answer = by_codec(t, &name, 1, bytes, &errors)?;
    match answer.downcast_ref::<Str>() {
        Some(_) => Ok(answer),
        None => {
            let class = answer.borrow().class(t).name(t);
            raise!(
                t,
                TypeError,
                "'{name}' decoder returned '{class}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
            )
        }
    }
}

/// Encodes (0) or decodes (1) by a registered text codec.
fn by_codec(t: &mut Thread, name: &str, direction: usize, value: Ref<'_>, errors: &str) -> Result<Value> {
    let codec = lookup(t, name)?;
    let flag = t.interpreter().intern(t, "_is_text_encoding");
    if let Some(is_text) = attribute::get_if_any(t, codec.borrow(), flag)?
        && !convert::is_true(t, is_text.borrow())?
    {
        let function = ["encode", "decode"][direction];
        raise!(
            t,
            LookupError,
            "'{name}' is not a text encoding; use codecs.{function}() to handle arbitrary codecs"
        );
    }
    call_codec(t, codec.borrow(), direction, value, errors)
}

/// Calls the encoder (0) or decoder (1) of a codec and gives the object that it makes.
pub fn call_codec(
    t: &mut Thread,
    codec: Ref<'_>,
    direction: usize,
    value: Ref<'_>,
    errors: &str,
) -> Result<Value> {
    let function = codec.downcast::<Tuple>().and_then(|codec| codec.get(direction));
    let Some(function) = function else {
        raise!(t, TypeError, "codec search functions must return 4-tuples")
    };
    let errors = Str::from_str(t, errors);
    let answer = call::call(t, function, &[value, errors.borrow()])?;
    match answer.downcast_ref::<Tuple>().filter(|answer| answer.len() == 2).and_then(|answer| answer.get(0)) {
        Some(object) => Ok(object.to_value()),
        None => {
            let kind = ["encoder", "decoder"][direction];
            raise!(t, TypeError, "{kind} must return a tuple (object, integer)")
        }
    }
}

/// `str(object, encoding, errors)`.
pub(crate) fn decode_argument(
    t: &mut Thread,
    object: Ref<'_>,
    encoding: Option<Ref<'_>>,
    errors: Option<Ref<'_>>,
) -> Result<Obj<Str>> {
    if object.downcast::<Str>().is_some() {
        raise!(t, TypeError, "decoding str is not supported");
    }
    if !buffer::is_buffer(object) {
        let class = object.class(t).name(t);
        raise!(t, TypeError, "decoding to str: need a bytes-like object, {class} found");
    }
    let encoding = name_argument(t, encoding, "str", "encoding")?;
    let errors = name_argument(t, errors, "str", "errors")?;
    let text = decode_value(t, object, encoding, errors)?;
    match text.downcast::<Str>() {
        Ok(text) => Ok(text),
        Err(_) => raise!(t, TypeError, "decoding did not make a str"),
    }
}
