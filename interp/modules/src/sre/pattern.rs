//! `re.Pattern`: a compiled expression, and the iterators over its matches.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ungil_macros::class;
use ungil_objects::error::Result;
use ungil_objects::fields::Fixed;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{attribute, buffer, call, text as as_text};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::int::Int;
use ungil_objects::types::list::List;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, payload, raise};

use super::found::Match;
use super::subject::{Places, Subject, Way, joined, part};

/// The payload of `re.Pattern`.
pub struct Pattern {
    pattern: Fixed,
    group_index: Fixed,
    index_group: Fixed,
    flags: i64,
    code: Box<[u32]>,
    groups: usize,
    /// Whether it is for bytes; `None` for a pattern that is neither text nor bytes.
    is_bytes: Option<bool>,
}

payload!(Pattern, collected, deferrable);

impl Trace for Pattern {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.pattern.trace(tracer);
        self.group_index.trace(tracer);
        self.index_group.trace(tracer);
    }
}

impl Pattern {
    pub fn make(
        t: &Thread,
        pattern: Ref<'_>,
        flags: i64,
        code: Vec<u32>,
        groups: usize,
        group_index: &Object<Dict>,
        index_group: &Object<Tuple>,
    ) -> Result<Obj<Pattern>> {
        if code.is_empty() || groups > code.len() {
            raise!(t, RuntimeError, "invalid SRE code");
        }
        let is_bytes = match pattern.downcast::<Str>() {
            Some(_) => Some(false),
            None => buffer::is_buffer(pattern).then_some(true),
        };
        Ok(t.alloc(Pattern {
            pattern: Fixed::new(pattern.to_value()),
            group_index: Fixed::new(group_index.to_value()),
            index_group: Fixed::new(index_group.to_value()),
            flags,
            code: code.into(),
            groups,
            is_bytes,
        }))
    }

    /// The dict of group numbers by name.
    pub fn group_index(&self) -> &Object<Dict> {
        self.group_index.get().downcast::<Dict>().expect("checked when the pattern was made")
    }

    /// The name of a group, `None` for one without a name.
    pub fn group_name(&self, index: usize) -> Option<Value> {
        self.index_group.get().downcast::<Tuple>()?.get(index).map(Ref::to_value)
    }

    fn find(
        &self,
        subject: &Subject<'_>,
        bounds: (usize, usize),
        way: Way,
        must_advance: bool,
    ) -> Option<Places> {
        subject.run(&self.code, self.groups, bounds, way, must_advance)
    }
}

/// The part of the subject that `pos` and `endpos` arguments select.
fn bounds(len: usize, pos: i64, endpos: Option<i64>) -> (usize, usize) {
    let clip = |place: i64| usize::try_from(place).unwrap_or(0).min(len);
    (clip(pos), endpos.map_or(len, clip))
}

fn match_once(
    t: &Thread,
    this: &Object<Pattern>,
    string: Ref<'_>,
    (pos, endpos): (i64, Option<i64>),
    way: Way,
) -> Result<Option<Obj<Match>>> {
    let subject = Subject::of(t, string, this.is_bytes)?;
    let bounds = bounds(subject.len(), pos, endpos);
    let places = this.find(&subject, bounds, way, false);
    Ok(places.map(|places| Match::make(t, this.borrow(), string, bounds, places)))
}

/// Calls `work` with each match from left to right, until it says that it has enough. Bytes that can change are copied first.
fn each_match(
    t: &mut Thread,
    this: &Object<Pattern>,
    string: Ref<'_>,
    (pos, endpos): (i64, Option<i64>),
    mut work: impl FnMut(&mut Thread, Places) -> Result<bool>,
) -> Result<()> {
    let subject = Subject::of(t, string, this.is_bytes)?;
    let (mut start, end) = bounds(subject.len(), pos, endpos);
    let mut must_advance = false;
    while let Some(places) = this.find(&subject, (start, end), Way::Search, must_advance) {
        let Some((from, to)) = places.groups[0] else { break };
        must_advance = from == to;
        start = to;
        if !work(t, places)? {
            break;
        }
    }
    Ok(())
}

/// The template of a replacement text, by `re._compile_template`.
pub fn template(t: &mut Thread, pattern: Ref<'_>, replacement: Ref<'_>) -> Result<Value> {
    let module = t.import("re")?;
    let name = t.interpreter().intern(t, "_compile_template");
    let compile = attribute::get(t, module.borrow(), name)?;
    call::call(t, compile.borrow(), &[pattern, replacement])
}

/// What a template stands for after a match: literals and groups in turn.
pub fn expand(t: &Thread, found: &Match, template: Ref<'_>) -> Vec<Value> {
    let items = template.downcast::<Tuple>().map(|parts| parts.to_vec()).unwrap_or_default();
    let empty = items.first().cloned();
    let empty = empty.map(|first| part(t, first.borrow(), (0, 0))).unwrap_or(Value::NONE);
    let shown = items.into_iter().map(|item| match item.borrow().as_i64() {
        Some(group) => found.group_value(t, group as usize, empty.borrow()),
        None => item,
    });
    shown.collect()
}

/// A replacement: for each match a call, a template, or the same text.
enum Replacement {
    Call(Value),
    Template(Value),
    Literal(Value),
}

impl Replacement {
    fn of(t: &mut Thread, pattern: &Object<Pattern>, replacement: Ref<'_>) -> Result<Replacement> {
        if replacement.shape(t).special().call.is_some() {
            return Ok(Replacement::Call(replacement.to_value()));
        }
        let plain = match replacement.downcast::<Str>() {
            Some(text) => text.text().find_code(b'\\'.into()).is_none(),
            None => buffer::bytes_of(t, replacement).is_some_and(|bytes| !bytes.contains(&b'\\')),
        };
        if plain {
            return Ok(Replacement::Literal(replacement.to_value()));
        }
        template(t, pattern.borrow(), replacement).map(Replacement::Template)
    }
}

fn substitute(
    t: &mut Thread,
    this: &Object<Pattern>,
    replacement: Ref<'_>,
    string: Ref<'_>,
    count: i64,
) -> Result<(Value, i64)> {
    let replacement = Replacement::of(t, this, replacement)?;
    let (mut parts, mut done, mut at) = (Vec::new(), 0, 0);
    let len = Subject::of(t, string, this.is_bytes)?.len();
    each_match(t, this, string, (0, None), |t, places| {
        let (start, end) = places.groups[0].unwrap_or_default();
        parts.push(part(t, string, (at, start)));
        at = end;
        match &replacement {
            Replacement::Literal(text) => parts.push(text.clone()),
            Replacement::Template(template) => {
                let found = Match::make(t, this.borrow(), string, (0, len), places);
                parts.extend(expand(t, &found, template.borrow()));
            }
            Replacement::Call(function) => {
                let found = Match::make(t, this.borrow(), string, (0, len), places);
                let text = call::call(t, function.borrow(), &[found.borrow()])?;
                if !text.is_none() {
                    parts.push(text);
                }
            }
        }
        done += 1;
        Ok(count <= 0 || done < count)
    })?;
    parts.push(part(t, string, (at, len)));
    Ok((joined(t, string, &parts)?, done))
}

/// Compiled regular expression object.
#[class(name = "Pattern", module = "re", final, no_new)]
impl Pattern {
    #[method(signature = "(string, pos=0, endpos=None)", name = "match")]
    fn match_start(
        t: &mut Thread,
        this: &Object<Self>,
        string: Ref<'_>,
        pos: i64,
        endpos: Option<i64>,
    ) -> Result<Option<Obj<Match>>> {
        match_once(t, this, string, (pos, endpos), Way::Match)
    }

    #[method(signature = "(string, pos=0, endpos=None)")]
    fn fullmatch(
        t: &mut Thread,
        this: &Object<Self>,
        string: Ref<'_>,
        pos: i64,
        endpos: Option<i64>,
    ) -> Result<Option<Obj<Match>>> {
        match_once(t, this, string, (pos, endpos), Way::Full)
    }

    #[method(signature = "(string, pos=0, endpos=None)")]
    fn search(
        t: &mut Thread,
        this: &Object<Self>,
        string: Ref<'_>,
        pos: i64,
        endpos: Option<i64>,
    ) -> Result<Option<Obj<Match>>> {
        match_once(t, this, string, (pos, endpos), Way::Search)
    }

    #[method(signature = "(string, pos=0, endpos=None)")]
    fn findall(
        t: &mut Thread,
        this: &Object<Self>,
        string: Ref<'_>,
        pos: i64,
        endpos: Option<i64>,
    ) -> Result<Obj<List>> {
        let mut all = Vec::new();
        each_match(t, this, string, (pos, endpos), |t, places| {
            let group = |t: &Thread, number: usize| part(t, string, places.groups[number].unwrap_or((0, 0)));
            all.push(match this.groups {
                0 => group(t, 0),
                1 => group(t, 1),
                groups => {
                    let values: Vec<_> = (1..=groups).map(|number| group(t, number)).collect();
                    Tuple::from_values(t, values).into_value()
                }
            });
            Ok(true)
        })?;
        Ok(List::from_values(t, all))
    }

    #[method(signature = "(string, pos=0, endpos=None)")]
    fn finditer(
        t: &mut Thread,
        this: &Object<Self>,
        string: Ref<'_>,
        pos: i64,
        endpos: Option<i64>,
    ) -> Result<Obj<Matches>> {
        let len = Subject::of(t, string, this.is_bytes)?.len();
        let cursor = Cursor::new(this, string, bounds(len, pos, endpos));
        Ok(t.alloc(Matches { cursor }))
    }

    #[method(signature = "(string, pos=0, endpos=None)")]
    fn scanner(
        t: &mut Thread,
        this: &Object<Self>,
        string: Ref<'_>,
        pos: i64,
        endpos: Option<i64>,
    ) -> Result<Obj<Scanner>> {
        let len = Subject::of(t, string, this.is_bytes)?.len();
        let cursor = Cursor::new(this, string, bounds(len, pos, endpos));
        Ok(t.alloc(Scanner { cursor }))
    }

    #[method(signature = "(string, maxsplit=0)")]
    fn split(t: &mut Thread, this: &Object<Self>, string: Ref<'_>, maxsplit: i64) -> Result<Obj<List>> {
        let (mut parts, mut at, mut done) = (Vec::new(), 0, 0);
        if maxsplit >= 0 {
            each_match(t, this, string, (0, None), |t, places| {
                let (start, end) = places.groups[0].unwrap_or_default();
                parts.push(part(t, string, (at, start)));
                parts.extend(
                    places.groups[1..]
                        .iter()
                        .map(|place| place.map_or(Value::NONE, |place| part(t, string, place))),
                );
                at = end;
                done += 1;
                Ok(maxsplit == 0 || done < maxsplit)
            })?;
        }
        let len = Subject::of(t, string, this.is_bytes)?.len();
        parts.push(part(t, string, (at, len)));
        Ok(List::from_values(t, parts))
    }

    #[method(signature = "(repl, string, count=0)")]
    fn sub(t: &mut Thread, this: &Object<Self>, repl: Ref<'_>, string: Ref<'_>, count: i64) -> Result<Value> {
        Ok(substitute(t, this, repl, string, count)?.0)
    }

    #[method(signature = "(repl, string, count=0)")]
    fn subn(
        t: &mut Thread,
        this: &Object<Self>,
        repl: Ref<'_>,
        string: Ref<'_>,
        count: i64,
    ) -> Result<Obj<Tuple>> {
        let (text, done) = substitute(t, this, repl, string, count)?;
        Ok(Tuple::from_values(t, [text, Int::from_i64(t, done)]))
    }

    #[getter(name = "pattern")]
    fn get_pattern(&self) -> Value {
        self.pattern.get().to_value()
    }

    #[getter]
    fn flags(&self) -> i64 {
        self.flags
    }

    #[getter]
    fn groups(&self) -> usize {
        self.groups
    }

    #[getter]
    fn groupindex(t: &mut Thread, this: &Object<Self>) -> Result<Obj<Dict>> {
        let copy = Dict::new(t);
        for (name, number) in this.group_index().items(t) {
            copy.set(t, name.borrow(), number)?;
        }
        Ok(copy)
    }

    #[method]
    fn __eq__(t: &mut Thread, this: &Object<Self>, other: &Object<Self>) -> Result<bool> {
        let same = this.flags == other.flags && this.code == other.code && this.is_bytes == other.is_bytes;
        Ok(same && ungil_objects::protocol::compare::equal(t, this.pattern.get(), other.pattern.get())?)
    }

    #[method]
    fn __hash__(t: &mut Thread, this: &Object<Self>) -> Result<i64> {
        let hash = ungil_objects::protocol::hash::hash(t, this.pattern.get())?;
        Ok(hash ^ this.flags.rotate_left(32))
    }

    #[method]
    fn __copy__(this: &Object<Self>) -> Value {
        this.to_value()
    }

    #[method]
    fn __deepcopy__(this: &Object<Self>, _memo: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Self>) -> Result<String> {
        const NAMES: [(i64, &str); 7] = [
            (2, "re.IGNORECASE"),
            (4, "re.LOCALE"),
            (8, "re.MULTILINE"),
            (16, "re.DOTALL"),
            (64, "re.VERBOSE"),
            (128, "re.DEBUG"),
            (256, "re.ASCII"),
        ];
        let shown = as_text::repr(t, this.pattern.get())?;
        let mut shown: String = shown.text().to_string_lossy().chars().take(200).collect();
        let names: Vec<_> =
            NAMES.iter().filter(|(flag, _)| this.flags & flag != 0).map(|(_, name)| *name).collect();
        if !names.is_empty() {
            shown.push_str(", ");
            shown.push_str(&names.join("|"));
        }
        Ok(format!("re.compile({shown})"))
    }
}

/// A place in a subject, from which matches are found one after another. Threads that share one may find a match twice.
struct Cursor {
    pattern: Fixed,
    string: Fixed,
    bounds: (usize, usize),
    at: AtomicUsize,
    must_advance: AtomicBool,
}

/// The place of a cursor that has found the last match.
const ENDED: usize = usize::MAX;

impl Cursor {
    fn new(pattern: &Object<Pattern>, string: Ref<'_>, bounds: (usize, usize)) -> Cursor {
        Cursor {
            pattern: Fixed::new(pattern.to_value()),
            string: Fixed::new(string.to_value()),
            bounds,
            at: AtomicUsize::new(bounds.0),
            must_advance: AtomicBool::new(false),
        }
    }

    fn next(&self, t: &Thread, way: Way) -> Result<Option<Value>> {
        let at = self.at.load(Ordering::Relaxed);
        let Some(pattern) = self.pattern.get().downcast::<Pattern>().filter(|_| at != ENDED) else {
            return Ok(None);
        };
        let subject = Subject::of(t, self.string.get(), pattern.is_bytes)?;
        let end = self.bounds.1.min(subject.len());
        let must_advance = self.must_advance.load(Ordering::Relaxed);
        match pattern.find(&subject, (at, end), way, must_advance) {
            Some(places) => {
                let (from, to) = places.groups[0].unwrap_or_default();
                self.must_advance.store(from == to, Ordering::Relaxed);
                self.at.store(to, Ordering::Relaxed);
                let found = Match::make(t, pattern.borrow(), self.string.get(), self.bounds, places);
                Ok(Some(found.into_value()))
            }
            None => {
                self.at.store(ENDED, Ordering::Relaxed);
                Ok(None)
            }
        }
    }
}

impl Trace for Cursor {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.pattern.trace(tracer);
        self.string.trace(tracer);
    }
}

/// The payload of the iterator that `finditer` returns.
pub struct Matches {
    cursor: Cursor,
}

payload!(Matches, collected);

impl Trace for Matches {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.cursor.trace(tracer);
    }
}

#[class(name = "match_iterator", module = "_sre", final, no_new)]
impl Matches {
    #[method]
    fn __iter__(this: &Object<Self>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Self>) -> Result<Option<Value>> {
        this.cursor.next(t, Way::Search)
    }
}

/// The payload of `_sre.SRE_Scanner`.
pub struct Scanner {
    cursor: Cursor,
}

payload!(Scanner, collected);

impl Trace for Scanner {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.cursor.trace(tracer);
    }
}

#[class(name = "SRE_Scanner", module = "_sre", final, no_new)]
impl Scanner {
    #[method(name = "match")]
    fn match_next(t: &mut Thread, this: &Object<Self>) -> Result<Option<Value>> {
        this.cursor.next(t, Way::Match)
    }

    #[method]
    fn search(t: &mut Thread, this: &Object<Self>) -> Result<Option<Value>> {
        this.cursor.next(t, Way::Search)
    }

    #[getter]
    fn pattern(&self) -> Value {
        self.cursor.pattern.get().to_value()
    }
}
