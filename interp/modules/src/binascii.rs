//! `binascii`: bytes as text, in the encodings of mail, and checksums.

mod base64;
mod crc;
mod quoted;
mod uu;

use std::borrow::Cow;

use ungil_macros::module;
use ungil_objects::class::{ClassDef, ClassFlags, make_class};
use ungil_objects::error::{Exc, Raised};
use ungil_objects::layout::Payload;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{buffer, call, convert};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::exception::{Exception, class_of};
use ungil_objects::types::int::{Int, IntRef};
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// The interpreter's reference to the class `Error`.
const ERROR: &str = "binascii.Error";

/// Encodings of bytes as text (hexadecimal, base64, uuencode, quoted-printable), and checksums.
#[module(name = "binascii")]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        const ANY: ClassDef = ClassDef {
            module: "binascii",
            flags: ClassFlags::BASE.with(ClassFlags::EXCEPTION),
            has_attributes: true,
            ..ClassDef::EMPTY
        };
        static OF_DATA: ClassDef = ClassDef { name: "Error", ..ANY };
        static OF_LENGTH: ClassDef = ClassDef { name: "Incomplete", ..ANY };
        let base = class_of(t, Exc::ValueError);
        let class = make_class(t, Exception::layout(), &OF_DATA, &[base])?;
        t.interpreter().set_root(t, ERROR, class.to_value());
        add_to_module(t, module, "Error", class.into_value())?;
        let base = class_of(t, Exc::Exception);
        let class = make_class(t, Exception::layout(), &OF_LENGTH, &[base])?;
        add_to_module(t, module, "Incomplete", class.into_value())
    }

    /// The hex digits of `data`, two for each byte, as ASCII bytes.
    ///
    /// `sep` goes between groups of `bytes_per_sep` bytes, counted from the right, or from the left if it is negative.
    #[function(signature = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(
        t: &mut Thread,
        data: Ref<'_>,
        sep: Option<Ref<'_>>,
        bytes_per_sep: i64,
    ) -> Result<Obj<Bytes>> {
        to_hex(t, data, sep, bytes_per_sep)
    }

    /// `hexlify` under its other name: each byte becomes two hex digits.
    #[function(signature = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(
        t: &mut Thread,
        data: Ref<'_>,
        sep: Option<Ref<'_>>,
        bytes_per_sep: i64,
    ) -> Result<Obj<Bytes>> {
        to_hex(t, data, sep, bytes_per_sep)
    }

    /// The bytes that pairs of hex digits stand for. Raises `Error` for an odd number of digits or anything else in between.
    #[function]
    fn unhexlify(t: &mut Thread, hexstr: Ref<'_>) -> Result<Obj<Bytes>> {
        from_hex(t, hexstr)
    }

    /// `unhexlify` under its other name: pairs of hex digits become bytes.
    #[function]
    fn a2b_hex(t: &mut Thread, hexstr: Ref<'_>) -> Result<Obj<Bytes>> {
        from_hex(t, hexstr)
    }

    /// The bytes that base64 text stands for.
    ///
    /// Characters outside the alphabet are skipped; with `strict_mode` they raise `Error`, as does text behind the padding.
    #[function(signature = "(data, /, *, strict_mode=False)")]
    fn a2b_base64(t: &mut Thread, data: Ref<'_>, strict_mode: bool) -> Result<Obj<Bytes>> {
        let data = ascii(t, data)?;
        or_error(t, base64::decode(&data, strict_mode))
    }

    /// Base64 text for `data`, ended by a line feed unless `newline` is false.
    #[function(signature = "(data, /, *, newline=True)")]
    fn b2a_base64(t: &mut Thread, data: Ref<'_>, newline: bool) -> Result<Obj<Bytes>> {
        let data = buffer::argument(t, data)?;
        Ok(Bytes::from_slice(t, &base64::encode(&data, newline)))
    }

    /// The bytes that one line made by uuencode stands for. Raises `Error` if the line is malformed.
    #[function]
    fn a2b_uu(t: &mut Thread, data: Ref<'_>) -> Result<Obj<Bytes>> {
        let data = ascii(t, data)?;
        or_error(t, uu::decode(&data))
    }

    /// `data` as a line in uuencode, with zeros written as backticks instead of spaces if `backtick` is true.
    #[function(signature = "(data, /, *, backtick=False)")]
    fn b2a_uu(t: &mut Thread, data: Ref<'_>, backtick: bool) -> Result<Obj<Bytes>> {
        let data = buffer::argument(t, data)?;
        or_error(t, uu::encode(&data, backtick))
    }

    /// Undoes quoted-printable. With `header`, underscores mean spaces.
    #[function(signature = "(data, header=False)")]
    fn a2b_qp(t: &mut Thread, data: Ref<'_>, header: bool) -> Result<Obj<Bytes>> {
        let data = ascii(t, data)?;
        Ok(Bytes::from_slice(t, &quoted::decode(&data, header)))
    }

    /// Writes `data` as quoted-printable text.
    ///
    /// `quotetabs` escapes every space and tab, `header` writes spaces as underscores. With `istext` line ends stay as they are,
    /// and blanks before them are escaped; without it line ends are escaped themselves.
    #[function(signature = "(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(
        t: &mut Thread,
        data: Ref<'_>,
        quotetabs: bool,
        istext: bool,
        header: bool,
    ) -> Result<Obj<Bytes>> {
        let data = buffer::argument(t, data)?;
        let options = quoted::Options { tabs: quotetabs, text: istext, header };
        Ok(Bytes::from_slice(t, &quoted::encode(&data, options)))
    }

    /// The CRC-32 of `data`, continued from `crc`, the checksum of what came before.
    #[function(signature = "(data, crc=0, /)")]
    fn crc32(t: &mut Thread, data: Ref<'_>, crc: Option<Ref<'_>>) -> Result<i64> {
        let start = low_bits(t, crc)?;
        let data = buffer::argument(t, data)?;
        Ok(crc::crc32(start as u32, &data).into())
    }

    /// The CRC-CCITT of `data` in 16 bits, continued from `crc`, the checksum of what came before.
    #[function]
    fn crc_hqx(t: &mut Thread, data: Ref<'_>, crc: Ref<'_>) -> Result<i64> {
        let start = low_bits(t, Some(crc))?;
        let data = buffer::argument(t, data)?;
        Ok(crc::crc_ccitt(start as u16, &data).into())
    }
}

/// The low bits of an integer argument.
fn low_bits(t: &mut Thread, value: Option<Ref<'_>>) -> Result<u64> {
    let Some(value) = value else { return Ok(0) };
    let index = convert::index(t, value)?;
    let mask = Int::from_u64(t, u64::from(u32::MAX));
    let low = match index.borrow().as_int() {
        Some(IntRef::Small(small)) => return Ok(small as u64),
        _ => ungil_objects::protocol::operator::binary(
            t,
            ungil_objects::class::Operator::And,
            index.borrow(),
            mask.borrow(),
        )?,
    };
    Ok(low.borrow().as_small_int().unwrap_or(0) as u64)
}

fn or_error(t: &mut Thread, result: std::result::Result<Vec<u8>, String>) -> Result<Obj<Bytes>> {
    match result {
        Ok(bytes) => Ok(Bytes::from_slice(t, &bytes)),
        Err(message) => Err(error(t, &message)),
    }
}

/// A `binascii.Error`.
fn error(t: &mut Thread, message: &str) -> Raised {
    let class = t.interpreter().root(t, ERROR).unwrap_or(Value::NONE);
    let message = Str::from_str(t, message).into_value();
    match call::call(t, class.borrow(), &[message.borrow()]).map(Value::downcast::<Exception>) {
        Ok(Ok(exception)) => Raised::from_exception(exception),
        Ok(Err(_)) => ungil_objects::error!(t, SystemError, "the module binascii was not imported"),
        Err(raised) => raised,
    }
}

/// The bytes of an argument, or of a text of ASCII characters.
fn ascii<'a>(t: &Thread, data: Ref<'a>) -> Result<Cow<'a, [u8]>> {
    if let Some(text) = data.downcast::<Str>() {
        return match text.payload().as_ascii() {
            Some(text) => Ok(Cow::Borrowed(text.as_bytes())),
            None => raise!(t, ValueError, "string argument should contain only ASCII characters"),
        };
    }
    match buffer::bytes_of(t, data) {
        Some(bytes) => Ok(bytes),
        None => {
            let class = data.class(t).name(t);
            raise!(t, TypeError, "argument should be bytes, buffer or ASCII string, not '{class}'")
        }
    }
}

fn to_hex(t: &mut Thread, data: Ref<'_>, separator: Option<Ref<'_>>, group: i64) -> Result<Obj<Bytes>> {
    let separator = match separator {
        Some(separator) => Some(separator_of(t, separator)?),
        None => None,
    };
    let data = buffer::argument(t, data)?;
    let hex = ungil_text::bytes::to_hex(&data, separator, group as isize);
    Ok(Bytes::from_slice(t, &hex))
}

fn separator_of(t: &mut Thread, separator: Ref<'_>) -> Result<u8> {
    if convert::length(t, separator)? != 1 {
        raise!(t, ValueError, "sep must be length 1.");
    }
    let text = separator.downcast::<Str>().and_then(|text| text.text().get(0));
    let byte = match text {
        Some(code) => u8::try_from(code).ok(),
        None => buffer::bytes_of(t, separator).and_then(|bytes| bytes.first().copied()),
    };
    match byte {
        Some(byte) => Ok(byte),
        None => raise!(t, TypeError, "sep must be str or bytes."),
    }
}

fn from_hex(t: &mut Thread, digits: Ref<'_>) -> Result<Obj<Bytes>> {
    let digits = ascii(t, digits)?;
    if digits.len() % 2 != 0 {
        return Err(error(t, "Odd-length string"));
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pair = |pair: &[u8]| Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8);
    match digits.chunks_exact(2).map(pair).collect::<Option<Vec<u8>>>() {
        Some(bytes) => Ok(Bytes::from_slice(t, &bytes)),
        None => Err(error(t, "Non-hexadecimal digit found")),
    }
}
