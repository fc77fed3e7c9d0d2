//! Searching: `find`, `index`, `count`, `startswith`, `replace` and their kin.

use std::ops::Range;

use ungil_macros::methods;

use super::Str;
use super::arguments::{at_most, search_bounds, text as text_argument};
use crate::error::Result;
use crate::object::Object;
use crate::raise;
use crate::thread::Thread;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

type Bound<'a> = Option<Ref<'a>>;

#[methods(SEARCH)]
impl Str {
    #[method(signature = "(sub, start=None, end=None, /)")]
    fn find(
        t: &mut Thread,
        this: &Object<Self>,
        sub: Ref<'_>,
        start: Option<Ref<'_>>,
        end: Option<Ref<'_>>,
    ) -> Result<i64> {
        let found = search(t, this, sub, (start, end), "find", Object::find_first)?;
        Ok(found.map_or(-1, |place| place as i64))
    }

    #[method(signature = "(sub, start=None, end=None, /)")]
    fn rfind(
        t: &mut Thread,
        this: &Object<Self>,
        sub: Ref<'_>,
        start: Option<Ref<'_>>,
        end: Option<Ref<'_>>,
    ) -> Result<i64> {
        let found = search(t, this, sub, (start, end), "rfind", Object::find_last)?;
        Ok(found.map_or(-1, |place| place as i64))
    }

    #[method(signature = "(sub, start=None, end=None, /)")]
    fn index(
        t: &mut Thread,
        this: &Object<Self>,
        sub: Ref<'_>,
        start: Option<Ref<'_>>,
        end: Option<Ref<'_>>,
    ) -> Result<usize> {
        match search(t, this, sub, (start, end), "index", Object::find_first)? {
            Some(place) => Ok(place),
            None => raise!(t, ValueError, "substring not found"),
        }
    }

    #[method(signature = "(sub, start=None, end=None, /)")]
    fn rindex(
        t: &mut Thread,
        this: &Object<Self>,
        sub: Ref<'_>,
        start: Option<Ref<'_>>,
        end: Option<Ref<'_>>,
    ) -> Result<usize> {
        match search(t, this, sub, (start, end), "rindex", Object::find_last)? {
            Some(place) => Ok(place),
            None => raise!(t, ValueError, "substring not found"),
        }
    }

    #[method(signature = "(sub, start=None, end=None, /)")]
    fn count(
        t: &mut Thread,
        this: &Object<Self>,
        sub: Ref<'_>,
        start: Option<Ref<'_>>,
        end: Option<Ref<'_>>,
    ) -> Result<usize> {
        let sub = text_argument(t, sub, "count", 1)?;
        let range = search_bounds(t, start, end, |_| this.len())?;
        Ok(range.map_or(0, |range| this.text().slice(range).count(sub.text())))
    }

    #[method(signature = "(prefix, start=None, end=None, /)")]
    fn startswith(
        t: &mut Thread,
        this: &Object<Self>,
        prefix: Ref<'_>,
        start: Option<Ref<'_>>,
        end: Option<Ref<'_>>,
    ) -> Result<bool> {
        let range = search_bounds(t, start, end, |_| this.len())?;
        let matches = |range: Range<usize>, affix: &Str| this.text().slice(range).starts_with(affix.text());
        has_affix(t, "startswith", prefix, range, matches)
    }

    #[method(signature = "(suffix, start=None, end=None, /)")]
    fn endswith(
        t: &mut Thread,
        this: &Object<Self>,
        suffix: Ref<'_>,
        start: Option<Ref<'_>>,
        end: Option<Ref<'_>>,
    ) -> Result<bool> {
        let range = search_bounds(t, start, end, |_| this.len())?;
        let matches = |range: Range<usize>, affix: &Str| this.text().slice(range).ends_with(affix.text());
        has_affix(t, "endswith", suffix, range, matches)
    }

    #[method(signature = "(old, new, /, count=-1)")]
    fn replace(
        t: &mut Thread,
        this: &Object<Self>,
        old: Ref<'_>,
        new: Ref<'_>,
        count: Option<i64>,
    ) -> Result<Value> {
        let old = text_argument(t, old, "replace", 1)?;
        let new = text_argument(t, new, "replace", 2)?;
        Ok(match this.text().replace(old.text(), new.text(), at_most(count)) {
            Some(replaced) => Str::part_of(t, replaced.as_text()),
            None => this.plain(t).into_value(),
        })
    }

    #[method]
    fn removeprefix(t: &Thread, this: &Object<Self>, prefix: Ref<'_>) -> Result<Value> {
        let prefix = super::arguments::only_text(t, prefix, "removeprefix")?;
        let start = if this.text().starts_with(prefix.text()) { prefix.len() } else { 0 };
        Ok(this.part(t, start..this.len()))
    }

    #[method]
    fn removesuffix(t: &Thread, this: &Object<Self>, suffix: Ref<'_>) -> Result<Value> {
        let suffix = super::arguments::only_text(t, suffix, "removesuffix")?;
        let cut = if this.text().ends_with(suffix.text()) { suffix.len() } else { 0 };
        Ok(this.part(t, 0..this.len() - cut))
    }
}

impl Object<Str> {
    fn find_first(&self, range: Range<usize>, sub: &Str) -> Option<usize> {
        self.text().slice(range).find(sub.text())
    }

    fn find_last(&self, range: Range<usize>, sub: &Str) -> Option<usize> {
        self.text().slice(range).rfind(sub.text())
    }
}

fn search(
    t: &mut Thread,
    text: &Object<Str>,
    sub: Ref<'_>,
    (start, end): (Bound<'_>, Bound<'_>),
    method: &str,
    find: impl FnOnce(&Object<Str>, Range<usize>, &Str) -> Option<usize>,
) -> Result<Option<usize>> {
    let sub = text_argument(t, sub, method, 1)?;
    let range = search_bounds(t, start, end, |_| text.len())?;
    Ok(range.and_then(|range| {
        let start = range.start;
        find(text, range, sub).map(|place| start + place)
    }))
}

fn has_affix(
    t: &mut Thread,
    method: &str,
    affix: Ref<'_>,
    range: Option<Range<usize>>,
    matches: impl Fn(Range<usize>, &Str) -> bool,
) -> Result<bool> {
    if let Some(affix) = affix.downcast::<Str>() {
        return Ok(range.is_some_and(|range| matches(range, affix)));
    }
    let Some(affixes) = affix.downcast::<Tuple>() else {
        let class = affix.class(t).name(t);
        raise!(t, TypeError, "{method} first arg must be str or a tuple of str, not {class}");
    };
    for affix in affixes.items() {
        let Some(affix) = affix.downcast::<Str>() else {
            let class = affix.class(t).name(t);
            raise!(t, TypeError, "tuple for {method} must only contain str, not {class}");
        };
        if range.clone().is_some_and(|range| matches(range, affix)) {
            return Ok(true);
        }
    }
    Ok(false)
}
