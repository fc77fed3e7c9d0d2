//! Taking text apart and joining it: `split`, `partition`, `splitlines`, `join`.

use std::ops::Range;

use smallvec::SmallVec;
use ungil_macros::methods;

use super::arguments::at_most;
use super::{Str, join};
use crate::error::Result;
use crate::fields::SlotVec;
use crate::object::{Obj, Object};
use crate::protocol::iterate;
use crate::raise;
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

#[methods(SPLIT)]
impl Str {
    #[method(signature = "(sep=None, maxsplit=-1)")]
    fn split(
        t: &mut Thread,
        this: &Object<Self>,
        sep: Option<Ref<'_>>,
        maxsplit: Option<i64>,
    ) -> Result<Obj<List>> {
        let max = at_most(maxsplit);
        let Some(separator) = separator(t, sep)? else {
            return Ok(parts(t, this, this.text().split_whitespace(max)));
        };
        /// Pieces for which there is room at first.
        const FEW: usize = 8;
        let pieces = SlotVec::with_capacity(t, FEW);
        this.text().split(separator.text(), max, |place| pieces.push_plain(t, this.part(t, place)));
        Ok(List::from_items(t, pieces))
    }

    #[method(signature = "(sep=None, maxsplit=-1)")]
    fn rsplit(
        t: &mut Thread,
        this: &Object<Self>,
        sep: Option<Ref<'_>>,
        maxsplit: Option<i64>,
    ) -> Result<Obj<List>> {
        let max = at_most(maxsplit);
        let pieces = match separator(t, sep)? {
            None => this.text().rsplit_whitespace(max),
            Some(separator) => this.text().rsplit(separator.text(), max),
        };
        Ok(parts(t, this, pieces))
    }

    #[method(signature = "(keepends=False)")]
    fn splitlines(t: &mut Thread, this: &Object<Self>, keepends: bool) -> Obj<List> {
        let lines = this.text().split_lines(keepends);
        parts(t, this, lines)
    }

    #[method]
    fn partition(t: &Thread, this: &Object<Self>, sep: Ref<'_>) -> Result<Obj<Tuple>> {
        let separator = required_separator(t, sep)?;
        let empty = || t.names().empty.to_value();
        Ok(match this.text().find(separator.text()) {
            Some(at) => {
                let after = this.part(t, at + separator.len()..this.len());
                Tuple::from_values(t, [this.part(t, 0..at), separator.to_value(), after])
            }
            None => Tuple::from_values(t, [this.plain(t).into_value(), empty(), empty()]),
        })
    }

    #[method]
    fn rpartition(t: &Thread, this: &Object<Self>, sep: Ref<'_>) -> Result<Obj<Tuple>> {
        let separator = required_separator(t, sep)?;
        let empty = || t.names().empty.to_value();
        Ok(match this.text().rfind(separator.text()) {
            Some(at) => {
                let after = this.part(t, at + separator.len()..this.len());
                Tuple::from_values(t, [this.part(t, 0..at), separator.to_value(), after])
            }
            None => Tuple::from_values(t, [empty(), empty(), this.plain(t).into_value()]),
        })
    }

    #[method]
    fn join(t: &mut Thread, this: &Object<Self>, iterable: Ref<'_>) -> Result<Value> {
        if iterable.downcast_exact::<List>(t).is_none()
            && iterable.shape(t).special().unary(crate::class::Unary::Iter).is_none()
            && iterable.shape(t).special().binary(crate::class::Binary::GetItem).is_none()
        {
            raise!(t, TypeError, "can only join an iterable");
        }
        if let Some(list) = iterable.downcast_exact::<List>(t)
            && let Some(joined) = join_list(t, this, list)
        {
            return Ok(joined);
        }
        let items = iterate::collect(t, iterable)?;
        let mut texts = SmallVec::<[&Object<Str>; 16]>::with_capacity(items.len());
        for (nth, item) in items.iter().enumerate() {
            match item.downcast_ref::<Str>() {
                Some(text) => texts.push(text),
                None => {
                    let class = item.borrow().class(t).name(t);
                    raise!(t, TypeError, "sequence item {nth}: expected str instance, {class} found");
                }
            }
        }
        if let [only] = &*items
            && only.borrow().downcast_exact::<Str>(t).is_some()
        {
            return Ok(only.clone());
        }
        Ok(match texts.len() {
            0 => t.names().empty.to_value(),
            _ => join(t, this.text(), texts.iter().copied()).into_value(),
        })
    }
}

/// The strings of a list that no other thread changes meanwhile, joined; `None` for other lists, and if there are fewer than two.
fn join_list(t: &Thread, separator: &Str, list: &Object<List>) -> Option<Value> {
    let text = |index| {
        let word = list.items().local_word(t, list.header(), index)?;
        // SAFETY: the list keeps the object, and nothing changes the list until the strings are copied.
        unsafe { Ref::from_word(word) }.downcast::<Str>()
    };
    let len = list.len();
    if len < 2 || !(0..len).all(|index| text(index).is_some()) {
        return None;
    }
    let texts = (0..len).map(|index| text(index).unwrap_or_else(|| unreachable!("all are strings")));
    Some(join(t, separator.text(), texts).into_value())
}

fn parts(t: &Thread, text: &Object<Str>, places: Vec<Range<usize>>) -> Obj<List> {
    List::from_values(t, places.into_iter().map(|place| text.part(t, place)))
}

fn separator<'a>(t: &Thread, separator: Option<Ref<'a>>) -> Result<Option<&'a Object<Str>>> {
    match separator.filter(|separator| !separator.is_none()) {
        None => Ok(None),
        Some(given) => match given.downcast::<Str>() {
            Some(text) if text.is_empty() => raise!(t, ValueError, "empty separator"),
            Some(text) => Ok(Some(text)),
            None => raise!(t, TypeError, "must be str or None, not {}", given.class(t).name(t)),
        },
    }
}

fn required_separator<'a>(t: &Thread, separator: Ref<'a>) -> Result<&'a Object<Str>> {
    match separator.downcast::<Str>() {
        Some(text) if text.is_empty() => raise!(t, ValueError, "empty separator"),
        Some(text) => Ok(text),
        None => raise!(t, TypeError, "must be str, not {}", separator.class(t).name(t)),
    }
}
