//! What a pattern is matched against, in a form that the engine walks: bytes where each character is below 256, else WTF-8.

use std::borrow::Cow;

use rustpython_sre_engine::{Request, State, StrDrive};
use rustpython_wtf8::{CodePoint, Wtf8Buf};
use ungil_objects::error::Result;
use ungil_objects::protocol::buffer;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, raise};
use ungil_text::TextRef;

/// A text or bytes to be matched.
pub enum Subject<'a> {
    Narrow(Cow<'a, [u8]>),
    Wide(Wtf8Buf, usize),
}

/// How a pattern is to match.
#[derive(Copy, Clone, PartialEq, Eq)]
pub enum Way {
    Search,
    /// At the start.
    Match,
    /// All of it.
    Full,
}

/// Where groups were found: the whole first.
pub struct Places {
    pub groups: Vec<Option<(usize, usize)>>,
    /// The last group that matched, if any did.
    pub last_index: Option<usize>,
}

impl<'a> Subject<'a> {
    /// # Errors
    /// `TypeError` if the object is neither text nor bytes, or not what the pattern is for.
    pub fn of(t: &Thread, value: Ref<'a>, is_bytes: Option<bool>) -> Result<Subject<'a>> {
        if let Some(text) = value.downcast::<Str>() {
            if is_bytes == Some(true) {
                raise!(t, TypeError, "cannot use a bytes pattern on a string-like object");
            }
            let codes = match text.text() {
                TextRef::Ascii(units) => return Ok(Subject::Narrow(Cow::Borrowed(units))),
                wide => wide.codes(),
            };
            if let Some(bytes) =
                codes.clone().map(|code| u8::try_from(code).ok()).collect::<Option<Vec<u8>>>()
            {
                return Ok(Subject::Narrow(Cow::Owned(bytes)));
            }
            let mut wide = Wtf8Buf::new();
            codes.filter_map(CodePoint::from_u32).for_each(|code| wide.push(code));
            return Ok(Subject::Wide(wide, text.len()));
        }
        match buffer::bytes_of(t, value) {
            Some(_) if is_bytes == Some(false) => {
                raise!(t, TypeError, "cannot use a string pattern on a bytes-like object")
            }
            Some(bytes) => Ok(Subject::Narrow(bytes)),
            None => {
                raise!(t, TypeError, "expected string or bytes-like object, got '{}'", value.class(t).name(t))
            }
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Subject::Narrow(bytes) => bytes.len(),
            Subject::Wide(_, len) => *len,
        }
    }

    /// Matches from `start` up to `end`; `must_advance` refuses an empty match at the start.
    pub fn run(
        &self,
        code: &[u32],
        groups: usize,
        (start, end): (usize, usize),
        way: Way,
        must_advance: bool,
    ) -> Option<Places> {
        match self {
            Subject::Narrow(bytes) => run(&**bytes, code, groups, (start, end), way, must_advance),
            Subject::Wide(text, _) => run(&**text, code, groups, (start, end), way, must_advance),
        }
    }
}

fn run<S: StrDrive>(
    text: S,
    code: &[u32],
    groups: usize,
    (start, end): (usize, usize),
    way: Way,
    must_advance: bool,
) -> Option<Places> {
    if start > end {
        return None;
    }
    let mut request = Request::new(text, start, end, code, way == Way::Full);
    request.must_advance = must_advance;
    let mut state = State::default();
    let matched = match way {
        Way::Search => state.search(request),
        _ => state.py_match(&request),
    };
    if !matched {
        return None;
    }
    let mut places = vec![Some((state.start, state.cursor.position))];
    places.extend((0..groups).map(|group| {
        let (from, to) = state.marks.get(group);
        (from.is_some() && to.is_some()).then(|| (from.unpack(), to.unpack()))
    }));
    Some(Places {
        groups: places,
        last_index: usize::try_from(state.marks.last_index()).ok().filter(|index| *index > 0),
    })
}

/// The part of a subject's object at a range.
pub fn part(t: &Thread, object: Ref<'_>, (start, end): (usize, usize)) -> Value {
    if let Some(text) = object.downcast::<Str>() {
        let len = text.len();
        return text.part(t, start.min(len)..end.min(len).max(start.min(len)));
    }
    let bytes = buffer::bytes_of(t, object).unwrap_or_default();
    Bytes::from_slice(t, bytes.get(start..end).unwrap_or_default()).into_value()
}

/// Parts put together, as what the subject is.
pub fn joined(t: &Thread, like: Ref<'_>, parts: &[Value]) -> Result<Value> {
    if like.downcast::<Str>().is_some() {
        let mut texts = Vec::with_capacity(parts.len());
        for part in parts {
            match part.downcast_ref::<Str>() {
                Some(text) => texts.push(text),
                None => {
                    let class = part.borrow().class(t).name(t);
                    raise!(t, TypeError, "expected str instance, {class} found");
                }
            }
        }
        return Ok(match texts.len() {
            0 => t.names().empty.to_value(),
            _ => ungil_objects::types::text::join(t, TextRef::EMPTY, texts.into_iter()).into_value(),
        });
    }
    let mut whole = Vec::new();
    for part in parts {
        whole.extend_from_slice(&buffer::argument(t, part.borrow())?);
    }
    Ok(Bytes::from_slice(t, &whole).into_value())
}
