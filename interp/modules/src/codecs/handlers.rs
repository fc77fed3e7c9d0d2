//! The native error handlers as functions: they take an exception and return the replacement and where to go on.

use ungil_macros::function;
use ungil_objects::error::{Exc, Raised, Result};
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{buffer, codec, convert};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::exception::{Exception, is_instance};
use ungil_objects::types::int::Int;
use ungil_objects::types::module::Module;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};
use ungil_text::codec::{DecodeError, EncodeError, Handler, Substitute};

use crate::io::calls::attribute;

/// The root that holds the module with the functions.
pub const FUNCTIONS: &str = "codec error functions";

macro_rules! handlers {
    ($($function:ident $handler:ident;)*) => {
        $(
            #[function]
            pub fn $function(t: &mut Thread, exception: Ref<'_>) -> Result<Obj<Tuple>> {
                handle(t, exception, Handler::$handler)
            }
        )*
    };
}

handlers! {
    strict_errors Strict;
    ignore_errors Ignore;
    replace_errors Replace;
    xmlcharrefreplace_errors XmlCharRefReplace;
    backslashreplace_errors BackslashReplace;
    namereplace_errors NameReplace;
    surrogateescape_errors SurrogateEscape;
    surrogatepass_errors SurrogatePass;
}

/// `codecs.lookup_error`.
pub fn find(t: &mut Thread, name: &str) -> Result<Value> {
    if let Some(handler) = codec::registered_error(t, name)? {
        return Ok(handler);
    }
    let module = t.interpreter().root(t, FUNCTIONS);
    let function = module.as_ref().and_then(|module| module.downcast_ref::<Module>());
    match function.filter(|_| Handler::from_name(name).is_some()) {
        Some(module) => match module.get(t, &format!("{name}_errors")) {
            Some(function) => Ok(function),
            None => raise!(t, LookupError, "unknown error handler name '{name}'"),
        },
        None => raise!(t, LookupError, "unknown error handler name '{name}'"),
    }
}

/// The encodings whose names handlers look at.
fn known_encoding(name: &str) -> &'static str {
    let known = ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"];
    let normal = name.to_ascii_lowercase().replace('_', "-");
    known.into_iter().find(|known| *known == normal || known.replacen('-', "", 1) == normal).unwrap_or("")
}

fn handle(t: &mut Thread, exception: Ref<'_>, handler: Handler) -> Result<Obj<Tuple>> {
    let Some(raised) = exception.downcast::<Exception>() else {
        raise!(t, TypeError, "codec must pass exception instance");
    };
    let raised: &Object<Exception> = raised;
    let again = || Raised::from_exception(raised.to_obj());
    let encodes = is_instance(t, exception, Exc::UnicodeEncodeError);
    let decodes = is_instance(t, exception, Exc::UnicodeDecodeError);
    let translates = is_instance(t, exception, Exc::UnicodeTranslateError);
    if handler == Handler::Strict {
        return Err(again());
    }
    if !encodes && !decodes && !translates {
        let class = exception.class(t).name(t);
        raise!(t, TypeError, "don't know how to handle {class} in error callback");
    }
    let object = attribute(t, exception, "object")?;
    let place = |t: &mut Thread, name: &str| -> Result<usize> {
        let place = attribute(t, exception, name)?;
        Ok(usize::try_from(convert::to_i64(t, place.borrow())?).unwrap_or(0))
    };
    let (start, end) = (place(t, "start")?, place(t, "end")?);
    let encoding = match translates {
        true => "",
        false => {
            let name = attribute(t, exception, "encoding")?;
            known_encoding(&name.downcast_ref::<Str>().map(|name| name.to_string()).unwrap_or_default())
        }
    };
    let (replacement, resume) = if decodes {
        if matches!(handler, Handler::XmlCharRefReplace | Handler::NameReplace) {
            raise!(t, TypeError, "don't know how to handle UnicodeDecodeError in error callback");
        }
        let bytes = buffer::argument(t, object.borrow())?;
        let end = end.min(bytes.len());
        let error = DecodeError { encoding, start: start.min(end), end, reason: "" };
        match handler.repair_decode(&bytes, error) {
            Ok(repair) => (Str::part_of(t, repair.text.as_text()), repair.resume),
            Err(_) => return Err(again()),
        }
    } else {
        let Some(text) = object.downcast_ref::<Str>() else {
            raise!(t, TypeError, "object attribute must be unicode");
        };
        let end = end.min(text.len());
        let start = start.min(end);
        if translates && handler == Handler::Replace {
            let marks = std::iter::repeat_n(0xfffd_u32, end - start).collect::<ungil_text::TextBuf>();
            (Str::part_of(t, marks.as_text()), end)
        } else {
            match handler.repair_encode(text.text(), EncodeError { encoding, start, end, reason: "" }) {
                Ok(repair) => match repair.substitute {
                    Substitute::Text(text) => (Str::part_of(t, text.as_text()), repair.resume),
                    Substitute::Bytes(bytes) => (Bytes::from_slice(t, &bytes).into_value(), repair.resume),
                },
                Err(_) => return Err(again()),
            }
        }
    };
    Ok(Tuple::from_values(t, [replacement, Int::from_i64(t, resume as i64)]))
}
