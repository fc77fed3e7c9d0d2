//! Line ends: how `newline=` arguments translate them, and `IncrementalNewlineDecoder`.

use std::sync::atomic::{AtomicU8, Ordering};

use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::fields::{Fixed, Guarded};
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::convert;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, payload, raise};
use ungil_text::{TextBuf, TextRef};

use super::calls::method;

/// A `newline=` argument.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Newline {
    /// `None`: all line ends become `\n`; `\n` is written as the system's, which is `\n`.
    Translated,
    /// `''`: all line ends end lines, and stay what they are.
    Universal,
    /// Only this ends lines, and `\n` is written so.
    Only(&'static str),
}

impl Newline {
    /// # Errors
    /// `ValueError` for any other text, `TypeError` for what is no text.
    pub fn from_argument(t: &mut Thread, value: Option<Ref<'_>>) -> Result<Newline> {
        let Some(value) = value.filter(|value| !value.is_none()) else { return Ok(Newline::Translated) };
        let Some(text) = value.downcast::<Str>() else {
            raise!(t, TypeError, "newline must be str or None, not {}", value.class(t).name(t));
        };
        Ok(match text.as_ascii() {
            Some("") => Newline::Universal,
            Some("\n") => Newline::Only("\n"),
            Some("\r") => Newline::Only("\r"),
            Some("\r\n") => Newline::Only("\r\n"),
            _ => {
                let shown = ungil_objects::protocol::text::repr(t, value)?;
                raise!(t, ValueError, "illegal newline value: {}", &**shown)
            }
        })
    }

    /// What `\n` is written as, if that is something else.
    pub fn written(self) -> Option<&'static str> {
        match self {
            Newline::Only(end) if end != "\n" => Some(end),
            _ => None,
        }
    }

    /// Whether a `\r` at the end of what was read may be half of a line end.
    pub fn is_universal(self) -> bool {
        !matches!(self, Newline::Only(_))
    }

    /// The end of the first line of a text, behind its line end; `None` if no line end is there yet. With `last`, a `\r` at the end
    /// is a line end by itself.
    pub fn line_end(self, text: TextRef<'_>, last: bool) -> Option<usize> {
        match self {
            Newline::Translated => text.find_code(b'\n'.into()).map(|at| at + 1),
            Newline::Only(end) => text.find(TextRef::ascii(end)).map(|at| at + end.len()),
            Newline::Universal => {
                let at = text.codes().position(|code| code == 0x0a || code == 0x0d)?;
                match (text.code_at(at), text.get(at + 1)) {
                    (0x0d, Some(0x0a)) => Some(at + 2),
                    (0x0d, None) if !last => None,
                    _ => Some(at + 1),
                }
            }
        }
    }
}

/// The kinds of line ends that were seen, as bits.
#[derive(Default)]
pub struct Seen(AtomicU8);

const LF: u8 = 1;
const CR: u8 = 2;
const CRLF: u8 = 4;

impl Seen {
    /// The value of the `newlines` attribute.
    pub fn value(&self, t: &Thread) -> Value {
        let seen = self.0.load(Ordering::Relaxed);
        let kinds = [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")];
        let mut texts: Vec<Value> = kinds
            .iter()
            .filter(|(bit, _)| seen & bit != 0)
            .map(|(_, text)| Str::from_str(t, text).into_value())
            .collect();
        match texts.len() {
            0 => Value::NONE,
            1 => texts.remove(0),
            _ => Tuple::from_values(t, texts).into_value(),
        }
    }

    pub fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Notes the line ends of a text and, if asked to, makes them all `\n`.
    pub fn scan(&self, text: TextBuf, translate: bool) -> TextBuf {
        let view = text.as_text();
        if view.find_code(0x0d).is_none() {
            if self.0.load(Ordering::Relaxed) & LF == 0 && view.find_code(0x0a).is_some() {
                self.0.fetch_or(LF, Ordering::Relaxed);
            }
            return text;
        }
        let (mut seen, mut translated) = (0, TextBuf::with_capacity(view.len()));
        let mut codes = view.codes().peekable();
        while let Some(code) = codes.next() {
            let end = match code {
                0x0d if codes.peek() == Some(&0x0a) => {
                    codes.next();
                    CRLF
                }
                0x0d => CR,
                0x0a => LF,
                _ => {
                    translated.push(code);
                    continue;
                }
            };
            seen |= end;
            translated.push(0x0a);
        }
        self.0.fetch_or(seen, Ordering::Relaxed);
        if translate { translated } else { text }
    }
}

/// The payload of `IncrementalNewlineDecoder`.
pub struct NewlineDecoder {
    decoder: Fixed,
    translate: bool,
    seen: Seen,
    /// Whether the last `\r` waits for what follows it.
    held: Guarded<bool>,
}

payload!(NewlineDecoder, collected);

impl Trace for NewlineDecoder {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.decoder.trace(tracer);
    }
}

/// Decodes text piece by piece, notes which line ends occur and, if asked to, makes them `\n`. Without a decoder it takes text.
#[class(name = "IncrementalNewlineDecoder", module = "_io")]
impl NewlineDecoder {
    #[new(signature = "(decoder, translate, errors='strict')")]
    fn new_decoder(
        t: &mut Thread,
        class: &Object<Class>,
        decoder: Ref<'_>,
        translate: bool,
        errors: Option<Ref<'_>>,
    ) -> Obj<NewlineDecoder> {
        let _ = errors;
        t.alloc_with_shape(
            class.root_shape(),
            NewlineDecoder {
                decoder: Fixed::new(decoder.to_value()),
                translate,
                seen: Seen::default(),
                held: Guarded::new(false),
            },
        )
    }

    #[method(signature = "(input, final=False)")]
    fn decode(t: &mut Thread, this: &Object<Self>, input: Ref<'_>, r#final: bool) -> Result<TextBuf> {
        let decoder = this.decoder.get();
        let decoded = match decoder.is_none() {
            true => input.to_value(),
            false => method(t, decoder, "decode", &[input, Value::from_bool(r#final).borrow()])?,
        };
        let Some(text) = decoded.downcast_ref::<Str>() else {
            raise!(
                t,
                TypeError,
                "decoder should return a string result, not '{}'",
                decoded.borrow().class(t).name(t)
            );
        };
        let text = this.held.with(t, this.header(), |held| {
            let mut whole = TextBuf::new();
            if std::mem::take(held) {
                whole.push(0x0d);
            }
            let view = text.text();
            *held = !r#final && view.get(view.len().wrapping_sub(1)) == Some(0x0d);
            whole.push_text(view.slice(0..view.len() - usize::from(*held)));
            whole
        });
        Ok(this.seen.scan(text, this.translate))
    }

    #[method]
    fn getstate(t: &mut Thread, this: &Object<Self>) -> Result<Obj<Tuple>> {
        let decoder = this.decoder.get();
        let (bytes, flag) = match decoder.is_none() {
            true => (ungil_objects::types::bytes::Bytes::from_slice(t, &[]).into_value(), 0),
            false => {
                let state = method(t, decoder, "getstate", &[])?;
                match state.downcast_ref::<Tuple>().map(|state| state.as_slice()) {
                    Some(&[bytes, flag]) => (bytes.to_value(), convert::to_i64(t, flag)?),
                    _ => raise!(t, TypeError, "illegal decoder state"),
                }
            }
        };
        let held = this.held.with(t, this.header(), |held| *held);
        let flag = Int::from_i64(t, flag << 1 | i64::from(held));
        Ok(Tuple::from_values(t, [bytes, flag]))
    }

    #[method]
    fn setstate(t: &mut Thread, this: &Object<Self>, state: &Object<Tuple>) -> Result<()> {
        let &[bytes, flag] = state.as_slice() else { raise!(t, TypeError, "illegal decoder state") };
        let flag = convert::to_i64(t, flag)?;
        this.held.with(t, this.header(), |held| *held = flag & 1 == 1);
        let decoder = this.decoder.get();
        if !decoder.is_none() {
            let inner = Int::from_i64(t, flag >> 1);
            let inner = Tuple::from_values(t, [bytes.to_value(), inner]);
            method(t, decoder, "setstate", &[inner.borrow()])?;
        }
        Ok(())
    }

    #[method]
    fn reset(t: &mut Thread, this: &Object<Self>) -> Result<()> {
        this.seen.clear();
        this.held.with(t, this.header(), |held| *held = false);
        let decoder = this.decoder.get();
        if !decoder.is_none() {
            method(t, decoder, "reset", &[])?;
        }
        Ok(())
    }

    #[getter]
    fn newlines(t: &Thread, this: &Object<Self>) -> Value {
        this.seen.value(t)
    }
}
