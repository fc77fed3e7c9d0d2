//! What `bytes` and `bytearray` do alike, as functions over both.

use std::borrow::Cow;
use std::ops::Range;

use ungil_text::{Side, bytes as kernel, search, split};

use crate::class::Unary;
use crate::error::Result;
use crate::layout::Payload;
use crate::object::{Obj, Object};
use crate::protocol::sequence::{Subscript, normalise, subscript};
use crate::protocol::{buffer, convert, iterate};
use crate::raise;
use crate::thread::Thread;
use crate::types::int::IntRef;
use crate::types::list::List;
use crate::types::text::{Str, search_bounds, sized_error};
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// `bytes` and `bytearray`.
pub trait ByteSequence: Payload {
    const NAME: &'static str;

    /// Runs `work` on the bytes, which do not change meanwhile.
    fn with<R>(this: &Object<Self>, t: &Thread, work: impl FnOnce(&[u8]) -> R) -> R;

    /// A new object of the built-in class.
    fn make(t: &Thread, bytes: &[u8]) -> Value;

    /// The result of an operation that changes nothing: the object itself where it is immutable.
    fn unchanged(this: &Object<Self>, t: &Thread) -> Value;

    fn length(this: &Object<Self>, t: &Thread) -> usize {
        Self::with(this, t, <[u8]>::len)
    }

    /// The part at a range.
    fn part(this: &Object<Self>, t: &Thread, range: Range<usize>) -> Value {
        if range.len() == Self::length(this, t) {
            return Self::unchanged(this, t);
        }
        let part = Self::with(this, t, |bytes| bytes.get(range).map(<[u8]>::to_vec)).unwrap_or_default();
        Self::make(t, &part)
    }

    /// A new object from what `work` makes of the bytes.
    fn map(this: &Object<Self>, t: &Thread, work: impl FnOnce(&[u8]) -> Vec<u8>) -> Value {
        Self::make(t, &Self::with(this, t, work))
    }

    /// A list of the parts that `work` finds.
    fn split_by(this: &Object<Self>, t: &Thread, work: impl FnOnce(&[u8]) -> Vec<Range<usize>>) -> Obj<List> {
        let parts = Self::with(this, t, |bytes| {
            work(bytes).into_iter().map(|range| bytes[range].to_vec()).collect::<Vec<_>>()
        });
        List::from_values(t, parts.iter().map(|part| Self::make(t, part)))
    }
}

/// A byte given as an integer.
pub(crate) fn byte(t: &mut Thread, value: Ref<'_>, message: &str) -> Result<u8> {
    let index = convert::index(t, value)?;
    match index.borrow().as_int() {
        Some(IntRef::Small(byte @ 0..=255)) => Ok(byte as u8),
        _ => raise!(t, ValueError, "{message}"),
    }
}

pub(crate) fn item<B: ByteSequence>(t: &mut Thread, this: &Object<B>, key: Ref<'_>) -> Result<Value> {
    match subscript(t, key, B::sequence_name())? {
        Subscript::Index(index) => {
            let byte = B::with(this, t, |bytes| normalise(index, bytes.len()).map(|place| bytes[place]));
            match byte {
                Some(byte) => Ok(Value::from_i32(byte.into())),
                None => raise!(t, IndexError, "{}", B::out_of_range()),
            }
        }
        Subscript::Slice(bounds) => {
            let selection = bounds.select(B::length(this, t));
            if selection.step == 1 {
                let start = selection.start as usize;
                return Ok(B::part(this, t, start..start + selection.len));
            }
            Ok(B::map(this, t, |bytes| {
                selection.positions().filter_map(|place| bytes.get(place).copied()).collect()
            }))
        }
    }
}

/// How messages name the sequences.
trait Names: ByteSequence {
    fn sequence_name() -> &'static str {
        if Self::NAME == "bytes" { "byte" } else { Self::NAME }
    }

    fn out_of_range() -> &'static str {
        if Self::NAME == "bytes" { "index out of range" } else { "bytearray index out of range" }
    }
}

impl<B: ByteSequence> Names for B {}

pub(crate) fn repeat<B: ByteSequence>(t: &mut Thread, this: &Object<B>, count: Ref<'_>) -> Result<Value> {
    let Some(count) = crate::protocol::sequence::repetitions(t, count)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if count == 1 {
        return Ok(B::unchanged(this, t));
    }
    let mut repeated = Vec::new();
    let fits = B::with(this, t, |bytes| {
        let fits =
            bytes.len().checked_mul(count).is_some_and(|total| repeated.try_reserve_exact(total).is_ok());
        if fits {
            (0..count).for_each(|_| repeated.extend_from_slice(bytes));
        }
        fits
    });
    if fits { Ok(B::make(t, &repeated)) } else { Err(sized_error(t)) }
}

/// What is searched for: bytes, or one byte given as an integer.
pub(crate) fn needle<'a>(t: &mut Thread, value: Ref<'a>) -> Result<Cow<'a, [u8]>> {
    if let Some(bytes) = buffer::bytes_of(t, value) {
        return Ok(bytes);
    }
    if value.as_int().is_none() && value.shape(t).special().unary(Unary::Index).is_none() {
        let class = value.class(t).name(t);
        raise!(t, TypeError, "argument should be integer or bytes-like object, not '{class}'");
    }
    Ok(Cow::Owned(vec![byte(t, value, "byte must be in range(0, 256)")?]))
}

pub(crate) type Bounds<'a> = (Option<Ref<'a>>, Option<Ref<'a>>);

pub(crate) fn find<B: ByteSequence>(
    t: &mut Thread,
    this: &Object<B>,
    sub: Ref<'_>,
    (start, end): Bounds<'_>,
    last: bool,
) -> Result<Option<usize>> {
    let sub = needle(t, sub)?;
    let Some(range) = search_bounds(t, start, end, |t| B::length(this, t))? else { return Ok(None) };
    let find = if last { search::rfind::<u8> } else { search::find::<u8> };
    let start = range.start;
    let found = B::with(this, t, |bytes| bytes.get(range).and_then(|part| find(part, &sub)));
    Ok(found.map(|place| start + place))
}

pub(crate) fn count<B: ByteSequence>(
    t: &mut Thread,
    this: &Object<B>,
    sub: Ref<'_>,
    (start, end): Bounds<'_>,
) -> Result<usize> {
    let sub = needle(t, sub)?;
    let Some(range) = search_bounds(t, start, end, |t| B::length(this, t))? else { return Ok(0) };
    Ok(B::with(this, t, |bytes| bytes.get(range).map_or(0, |part| search::count(part, &sub))))
}

pub(crate) fn has_affix<B: ByteSequence>(
    t: &mut Thread,
    this: &Object<B>,
    affix: Ref<'_>,
    (start, end): Bounds<'_>,
    method: &str,
) -> Result<bool> {
    let range = search_bounds(t, start, end, |t| B::length(this, t))?;
    let matches = |t: &Thread, affix: &[u8]| {
        let range = range.clone()?;
        B::with(this, t, |bytes| {
            let part = bytes.get(range)?;
            Some(if method == "startswith" { part.starts_with(affix) } else { part.ends_with(affix) })
        })
    };
    if let Some(affixes) = affix.downcast::<Tuple>() {
        for affix in affixes.items() {
            let affix = buffer::argument(t, affix)?;
            if matches(t, &affix) == Some(true) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match buffer::bytes_of(t, affix) {
        Some(affix) => Ok(matches(t, &affix) == Some(true)),
        None => {
            let class = affix.class(t).name(t);
            raise!(t, TypeError, "{method} first arg must be bytes or a tuple of bytes, not {class}")
        }
    }
}

pub(crate) fn strip<B: ByteSequence>(
    t: &mut Thread,
    this: &Object<B>,
    set: Option<Ref<'_>>,
    side: Side,
) -> Result<Value> {
    let set = match set.filter(|set| !set.is_none()) {
        None => None,
        Some(set) => Some(buffer::argument(t, set)?),
    };
    let kept = B::with(this, t, |bytes| match &set {
        None => kernel::strip_whitespace(bytes, side),
        Some(set) => kernel::strip_set(bytes, set, side),
    });
    Ok(B::part(this, t, kept))
}

pub(crate) fn split_parts<B: ByteSequence>(
    t: &mut Thread,
    this: &Object<B>,
    separator: Option<Ref<'_>>,
    max: Option<usize>,
    from_end: bool,
) -> Result<Obj<List>> {
    let Some(separator) = separator.filter(|separator| !separator.is_none()) else {
        let split = if from_end { kernel::rsplit_whitespace } else { kernel::split_whitespace };
        return Ok(B::split_by(this, t, |bytes| split(bytes, max)));
    };
    let separator = buffer::argument(t, separator)?;
    if separator.is_empty() {
        raise!(t, ValueError, "empty separator");
    }
    Ok(B::split_by(this, t, |bytes| {
        if from_end {
            return split::rsplit(bytes, &separator, max);
        }
        let mut places = Vec::new();
        split::split(bytes, &separator, max, |place| places.push(place));
        places
    }))
}

pub(crate) fn partition<B: ByteSequence>(
    t: &mut Thread,
    this: &Object<B>,
    separator: Ref<'_>,
    last: bool,
) -> Result<Obj<Tuple>> {
    let given = buffer::argument(t, separator)?;
    if given.is_empty() {
        raise!(t, ValueError, "empty separator");
    }
    let find = if last { search::rfind::<u8> } else { search::find::<u8> };
    let parts = B::with(this, t, |bytes| {
        find(bytes, &given).map(|at| (bytes[..at].to_vec(), bytes[at + given.len()..].to_vec()))
    });
    let make = |bytes: &[u8]| B::make(t, bytes);
    Ok(match parts {
        Some((before, after)) => Tuple::from_values(t, [make(&before), make(&given), make(&after)]),
        None if last => Tuple::from_values(t, [make(&[]), make(&[]), B::unchanged(this, t)]),
        None => Tuple::from_values(t, [B::unchanged(this, t), make(&[]), make(&[])]),
    })
}

pub(crate) fn join<B: ByteSequence>(t: &mut Thread, this: &Object<B>, parts: Ref<'_>) -> Result<Value> {
    if parts.downcast::<List>().is_none()
        && parts.shape(t).special().unary(Unary::Iter).is_none()
        && parts.shape(t).special().binary(crate::class::Binary::GetItem).is_none()
    {
        raise!(t, TypeError, "can only join an iterable");
    }
    let items = iterate::collect(t, parts)?;
    let mut pieces = Vec::with_capacity(items.len());
    for (nth, item) in items.iter().enumerate() {
        match buffer::bytes_of(t, item.borrow()) {
            Some(piece) => pieces.push(piece),
            None => {
                let class = item.borrow().class(t).name(t);
                raise!(t, TypeError, "sequence item {nth}: expected a bytes-like object, {class} found");
            }
        }
    }
    Ok(B::map(this, t, |separator| kernel::join(separator, pieces.iter().map(|piece| &**piece))))
}

pub(crate) fn replace<B: ByteSequence>(
    t: &mut Thread,
    this: &Object<B>,
    old: Ref<'_>,
    new: Ref<'_>,
    max: Option<usize>,
) -> Result<Value> {
    let old = buffer::argument(t, old)?;
    let new = buffer::argument(t, new)?;
    match B::with(this, t, |bytes| kernel::replace(bytes, &old, &new, max)) {
        Some(replaced) => Ok(B::make(t, &replaced)),
        None => Ok(B::unchanged(this, t)),
    }
}

pub(crate) fn translate<B: ByteSequence>(
    t: &mut Thread,
    this: &Object<B>,
    table: Ref<'_>,
    delete: Option<Ref<'_>>,
) -> Result<Value> {
    let table = match table.is_none() {
        true => None,
        false => {
            let table = buffer::argument(t, table)?;
            match <[u8; 256]>::try_from(&*table) {
                Ok(table) => Some(table),
                Err(_) => raise!(t, ValueError, "translation table must be 256 characters long"),
            }
        }
    };
    let delete = match delete {
        Some(delete) => buffer::argument(t, delete)?,
        None => Cow::Borrowed(&[][..]),
    };
    Ok(B::map(this, t, |bytes| kernel::translate(bytes, table.as_ref(), &delete)))
}

/// The table for `translate` that maps the bytes of one argument to those of another.
pub(crate) fn maketrans(t: &mut Thread, from: Ref<'_>, to: Ref<'_>) -> Result<Vec<u8>> {
    let from = buffer::argument(t, from)?;
    let to = buffer::argument(t, to)?;
    if from.len() != to.len() {
        raise!(t, ValueError, "maketrans arguments must have same length");
    }
    let mut table: Vec<u8> = (0..=u8::MAX).collect();
    from.iter().zip(&*to).for_each(|(&from, &to)| table[usize::from(from)] = to);
    Ok(table)
}

/// Pads to a width by one of the kernels that take a fill byte.
pub(crate) fn pad<B: ByteSequence>(
    t: &mut Thread,
    this: &Object<B>,
    width: i64,
    fill: Option<Ref<'_>>,
    method: &str,
    pad: fn(&[u8], usize, u8) -> Vec<u8>,
) -> Result<Value> {
    let fill = match fill {
        None => b' ',
        Some(fill) => match buffer::bytes_of(t, fill).as_deref() {
            Some(&[fill]) => fill,
            _ => {
                let class = fill.class(t).name(t);
                raise!(t, TypeError, "{method}() argument 2 must be a byte string of length 1, not {class}")
            }
        },
    };
    let width = usize::try_from(width).unwrap_or(0);
    if width <= B::length(this, t) {
        return Ok(B::unchanged(this, t));
    }
    if Vec::<u8>::new().try_reserve_exact(width).is_err() {
        return Err(sized_error(t));
    }
    Ok(B::map(this, t, |bytes| pad(bytes, width, fill)))
}

/// `hex([sep[, bytes_per_sep]])`.
pub(crate) fn hex(t: &Thread, bytes: &[u8], separator: Option<Ref<'_>>, group: i64) -> Result<String> {
    let separator = match separator {
        None => None,
        Some(separator) => {
            let text = match separator.downcast::<Str>() {
                Some(text) => text.as_ascii().map(|text| Cow::Borrowed(text.as_bytes())),
                None => Some(buffer::argument(t, separator)?),
            };
            match text.as_deref() {
                Some(&[byte]) if byte.is_ascii() => Some(byte),
                Some(&[_]) | None => raise!(t, ValueError, "sep must be ASCII."),
                _ => raise!(t, ValueError, "sep must be length 1."),
            }
        }
    };
    let digits = kernel::to_hex(bytes, separator, group as isize);
    Ok(String::from_utf8_lossy(&digits).into_owned())
}
