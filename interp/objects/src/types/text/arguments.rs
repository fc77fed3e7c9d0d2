//! The arguments that methods of `str`, and those of `bytes` like them, take.

use ungil_text::text::search_range;

use super::Str;
use crate::class::Unary;
use crate::error::{Raised, Result};
use crate::object::Object;
use crate::protocol::convert;
use crate::raise;
use crate::thread::Thread;
use crate::types::int::IntRef;
use crate::value::Ref;

/// A string argument of a method, by its number.
pub(super) fn text<'a>(t: &Thread, value: Ref<'a>, method: &str, number: usize) -> Result<&'a Object<Str>> {
    match value.downcast::<Str>() {
        Some(text) => Ok(text),
        None => {
            let class = value.class(t).name(t);
            raise!(t, TypeError, "{method}() argument {number} must be str, not {class}")
        }
    }
}

/// A string argument of a method that has only one.
pub(super) fn only_text<'a>(t: &Thread, value: Ref<'a>, method: &str) -> Result<&'a Object<Str>> {
    match value.downcast::<Str>() {
        Some(text) => Ok(text),
        None => {
            let class = value.class(t).name(t);
            raise!(t, TypeError, "{method}() argument must be str, not {class}")
        }
    }
}

/// A place in a sequence as slices take it: `None` or an index, clipped to the range of machine integers.
fn place(t: &mut Thread, value: Option<Ref<'_>>, default: isize) -> Result<isize> {
    let value = match value {
        None => return Ok(default),
        Some(value) if value.is_none() => return Ok(default),
        Some(value) => value,
    };
    if let Some(small) = value.as_small_int() {
        return Ok(small as isize);
    }
    if value.as_int().is_none() && value.shape(t).special().unary(Unary::Index).is_none() {
        raise!(t, TypeError, "slice indices must be integers or None or have an __index__ method");
    }
    let index = convert::index(t, value)?;
    Ok(match index.borrow().as_int() {
        Some(IntRef::Small(small)) => small as isize,
        Some(IntRef::Big(big)) if *big < dashu_int::IBig::ZERO => isize::MIN,
        _ => isize::MAX,
    })
}

/// The range that optional `start` and `end` arguments select; `None` if it starts beyond its end.
pub fn search_bounds(
    t: &mut Thread,
    start: Option<Ref<'_>>,
    end: Option<Ref<'_>>,
    len: impl FnOnce(&Thread) -> usize,
) -> Result<Option<std::ops::Range<usize>>> {
    let start = place(t, start, 0)?;
    let end = place(t, end, isize::MAX)?;
    Ok(search_range(start, end, len(t)))
}

/// Refuses results beyond what fits into memory.
pub(crate) fn check_size(t: &Thread, bytes: usize, count: usize) -> Result<()> {
    match bytes.checked_mul(count) {
        Some(total) if total < LARGE => Ok(()),
        Some(total) if Vec::<u8>::new().try_reserve_exact(total.saturating_mul(2)).is_ok() => Ok(()),
        _ => Err(sized_error(t)),
    }
}

/// From this size on it is tried whether the system would give the memory.
const LARGE: usize = 1 << 28;

/// The error for results beyond what fits into memory.
#[cold]
pub fn sized_error(t: &Thread) -> Raised {
    Raised::with_args(t, crate::error::Exc::MemoryError, vec![])
}

/// How many items a `maxsplit` or `count` argument allows: all if it is negative.
pub(crate) fn at_most(count: Option<i64>) -> Option<usize> {
    count.and_then(|count| usize::try_from(count).ok())
}

/// The width of a padded result and its fill character.
pub(super) fn width_and_fill(t: &mut Thread, width: i64, fill: Option<Ref<'_>>) -> Result<(usize, u32)> {
    let fill = match fill {
        None => u32::from(b' '),
        Some(fill) => match fill.downcast::<Str>() {
            Some(text) if text.len() == 1 => text.text().code_at(0),
            Some(_) => raise!(t, TypeError, "The fill character must be exactly one character long"),
            None => {
                let class = fill.class(t).name(t);
                raise!(t, TypeError, "The fill character must be a unicode character, not {class}")
            }
        },
    };
    let width = usize::try_from(width).unwrap_or(0);
    check_size(t, width, 4)?;
    Ok((width, fill))
}
