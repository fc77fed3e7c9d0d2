//! `str`: immutable text in the narrowest of three kinds of units, which lie behind the payload.
//!
//! The operations are those of [`ungil_text`]; here they get their Python names and their messages. Methods lie in the files of
//! this folder by what they are about.

mod append;
mod arguments;
mod format;
mod iterator;
mod percent;
mod predicates;
mod search;
mod shape;
mod split;
mod translate;

use std::hash::Hasher;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};

use siphasher::sip::SipHasher13;
use ungil_macros::class;
use ungil_text::{Kind, TextBuf, TextRef};

pub use self::append::{append, concat, concat_parts, join};
pub use self::arguments::{search_bounds, sized_error};
pub(super) use self::iterator::{AsciiIterator, StrIterator};
pub use self::percent::{PercentArguments, format_number, format_text};

use crate::alloc::NewBytes;
use crate::class::{Class, Unary};
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::format as formatting;
use crate::protocol::sequence::{Selection, Subscript, normalise, repetitions, subscript};
use crate::raise;
use crate::shape::Shape;
use crate::tail::{Tail, Tailed};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::slice::Slice;
use crate::value::{Ref, Value};
use crate::word::Word;

/// The payload of `str`.
#[repr(C)]
pub struct Str {
    /// -1 until computed; no hash is -1. Written by any thread, always with the same value.
    hash: AtomicI64,
    kind: Kind,
    interned: AtomicBool,
    /// Bytes behind the units that belong to the block, at least. Written by whoever has the only reference.
    room: AtomicU32,
    units: Tail<u8>,
}

crate::payload!(Str, plain, tailed, hot 3);

// SAFETY: `repr(C)`, and the tail is the last field and ends the type.
unsafe impl Tailed for Str {
    type Item = u8;

    #[inline(always)]
    fn tail(&self) -> &Tail<u8> {
        &self.units
    }
}

impl Trace for Str {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

const NO_HASH: i64 = -1;

/// The bytes of a text's units.
#[inline(always)]
fn unit_bytes(text: TextRef<'_>) -> &[u8] {
    match text {
        TextRef::Ascii(units) => units,
        TextRef::Ucs2(units) => bytemuck::cast_slice(units),
        TextRef::Ucs4(units) => bytemuck::cast_slice(units),
    }
}

impl Str {
    pub fn from_str(t: &Thread, text: &str) -> Obj<Str> {
        if text.is_ascii() {
            return Str::from_text(t, TextRef::Ascii(text.as_bytes()));
        }
        let mut buffer = TextBuf::new();
        buffer.push_str(text);
        Str::from_text(t, buffer.as_text())
    }

    /// A string with this text, narrowed where it can be.
    #[inline(never)]
    pub fn from_text(t: &Thread, text: TextRef<'_>) -> Obj<Str> {
        match text {
            TextRef::Ascii(units) => Str::allocate(t, Kind::Ascii, units.len(), 0, |new| new.push(units)),
            wide => Str::with_shape(t, t.shape_of::<Str>(), wide),
        }
    }

    /// A string of `str` or a subclass. Narrows the text's kind where it can.
    pub fn with_shape(t: &Thread, shape: &Shape, text: TextRef<'_>) -> Obj<Str> {
        if text.kind() != Kind::Ascii && text.narrowest_kind() != text.kind() {
            let narrow = text.to_buf();
            return Str::with_shape(t, shape, narrow.as_text());
        }
        let units = unit_bytes(text);
        t.alloc_bytes(
            shape,
            units.len(),
            |units| Str::new_payload(text.kind(), 0, units),
            |new| new.push(units),
        )
    }

    pub fn from_buf(t: &Thread, text: &TextBuf) -> Obj<Str> {
        Str::from_text(t, text.as_text())
    }

    /// A plain string whose units, `bytes` bytes of them, `fill` appends; all of one kind that is the narrowest for the whole. There
    /// will be room for more behind them.
    #[inline(always)]
    fn allocate(
        t: &Thread,
        kind: Kind,
        bytes: usize,
        room: usize,
        fill: impl FnOnce(&mut NewBytes<'_>),
    ) -> Obj<Str> {
        t.alloc_bytes_exact(bytes, room, |units| Str::new_payload(kind, room, units), fill)
    }

    #[inline(always)]
    fn new_payload(kind: Kind, room: usize, units: Tail<u8>) -> Str {
        let room = AtomicU32::new(u32::try_from(room).unwrap_or(u32::MAX));
        Str { hash: AtomicI64::new(NO_HASH), kind, interned: AtomicBool::new(false), room, units }
    }

    /// The decimal digits of a machine integer.
    pub fn from_i64(t: &Thread, value: i64) -> Obj<Str> {
        Str::from_text(t, TextRef::Ascii(itoa::Buffer::new().format(value).as_bytes()))
    }

    /// The string of one code point; the first 256 exist once.
    #[inline]
    pub fn character(t: &Thread, code: u32) -> Value {
        match u8::try_from(code) {
            Ok(code) => t.names().character(code).to_value(),
            Err(_) => Str::from_text(t, TextRef::Ucs4(&[code])).into_value(),
        }
    }

    /// The string with this text; empty ones and most of one character exist already.
    #[inline(always)]
    pub fn part_of(t: &Thread, text: TextRef<'_>) -> Value {
        match text.len() {
            0 => t.names().empty.to_value(),
            1 => Str::character(t, text.code_at(0)),
            _ => Str::from_text(t, text).into_value(),
        }
    }

    /// A plain `str` with the same text.
    pub fn copy(&self, t: &Thread) -> Obj<Str> {
        Str::from_text(t, self.text())
    }

    /// A plain `str` with the same text, in cache lines of its own: all threads may read it for good, and the one that made it
    /// goes on writing to the blocks beside it.
    pub(crate) fn copy_apart(&self, t: &Thread) -> Obj<Str> {
        const LINE: usize = 64;
        let units = unit_bytes(self.text());
        let size = size_of::<Object<Str>>() + units.len().next_multiple_of(size_of::<u64>());
        // Blocks of one or two lines begin at a multiple of their size.
        let room = size.next_multiple_of(LINE).next_power_of_two() - size;
        Str::allocate(t, self.kind, units.len(), room.min(LINE), |new| new.push(units))
    }

    /// The units, for the operations of the text crate.
    #[inline]
    pub fn text(&self) -> TextRef<'_> {
        match self.kind {
            Kind::Ascii => TextRef::Ascii(&self.units),
            Kind::Ucs2 => TextRef::Ucs2(bytemuck::cast_slice(&self.units)),
            Kind::Ucs4 => TextRef::Ucs4(bytemuck::cast_slice(&self.units)),
        }
    }

    /// The text, if it is ASCII.
    #[inline]
    pub fn as_ascii(&self) -> Option<&str> {
        self.text().as_ascii()
    }

    /// The length in code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.units.len() >> (self.kind as usize)
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    pub(crate) fn storage_bytes(&self) -> &[u8] {
        &self.units
    }

    #[inline]
    pub fn equals(&self, other: &Str) -> bool {
        std::ptr::eq(self, other) || self.kind == other.kind && *self.units == *other.units
    }

    /// The hash, as `hash()` answers.
    #[inline]
    pub fn hash(&self, t: &Thread) -> i64 {
        match self.hash.load(Ordering::Relaxed) {
            NO_HASH => self.compute_hash(t.interpreter().hash_seed),
            hash => hash,
        }
    }

    #[cold]
    fn compute_hash(&self, seed: u64) -> i64 {
        let hash = hash_bytes(&self.units, seed);
        self.hash.store(hash, Ordering::Relaxed);
        hash
    }

    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.interned.load(Ordering::Relaxed)
    }

    pub(crate) fn mark_interned(&self) {
        self.interned.store(true, Ordering::Relaxed);
    }

    /// Whether the text is that of a special name, `__…__`.
    pub fn is_dunder(&self) -> bool {
        let units: &[u8] = &self.units;
        self.kind == Kind::Ascii && units.len() > 4 && units.starts_with(b"__") && units.ends_with(b"__")
    }

    /// Whether a word in a table is a string equal to this one.
    ///
    /// The word's object, if it is one, must still be readable: the caller found it since its last safepoint.
    #[inline]
    pub(crate) fn word_equals(word: Word, text: &Str) -> bool {
        // SAFETY: readable, as the caller promises; a string's units are never changed.
        let other = unsafe { Ref::<'_>::from_word(word) };
        match other.downcast::<Str>() {
            Some(other) => text.equals(other),
            None => false,
        }
    }

    /// Whether a word is an object of the class `str` itself. The same condition as for [`word_equals`](Str::word_equals).
    #[inline]
    pub(crate) fn is_exact_word(t: &Thread, word: Word) -> bool {
        // SAFETY: as in `word_equals`.
        unsafe { Ref::<'_>::from_word(word) }.downcast_exact::<Str>(t).is_some()
    }
}

/// SipHash-1-3 (J.-P. Aumasson, D. Bernstein) of bytes under an interpreter's seed; never -1.
pub fn hash_bytes(bytes: &[u8], seed: u64) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let mut hasher = SipHasher13::new_with_keys(seed, !seed);
    hasher.write(bytes);
    match hasher.finish() as i64 {
        NO_HASH => -2,
        hash => hash,
    }
}

impl std::fmt::Display for Str {
    /// The text, with replacement characters for lone surrogates.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.as_ascii() {
            Some(ascii) => f.write_str(ascii),
            None => f.write_str(&self.text().to_string_lossy()),
        }
    }
}

impl Object<Str> {
    /// Whether the text is exactly this ASCII text.
    #[inline]
    pub fn is_text(&self, text: &str) -> bool {
        self.as_ascii() == Some(text)
    }

    /// This string, or a plain copy of an instance of a subclass.
    #[inline]
    pub fn plain(&self, t: &Thread) -> Obj<Str> {
        match self.borrow().downcast_exact::<Str>(t) {
            Some(exact) => exact.to_obj(),
            None => self.copy(t),
        }
    }

    /// `self[selection]`
    #[inline(always)]
    pub(crate) fn selected(&self, t: &Thread, selection: Selection) -> Value {
        let Selection { start, step, len, .. } = selection;
        if step == 1 {
            return self.part(t, start as usize..start as usize + len);
        }
        self.stepped(t, selection)
    }

    #[inline(never)]
    fn stepped(&self, t: &Thread, Selection { start, step, len, .. }: Selection) -> Value {
        Str::part_of(t, self.text().stepped(start as usize, step as isize, len).as_text())
    }

    /// The part at a range of code points.
    #[inline(always)]
    pub fn part(&self, t: &Thread, range: Range<usize>) -> Value {
        if range.len() == self.len() {
            return self.plain(t).into_value();
        }
        match self.kind {
            Kind::Ascii => Str::part_of(t, TextRef::Ascii(&self.units[range])),
            _ => self.wide_part(t, range),
        }
    }

    #[inline(never)]
    fn wide_part(&self, t: &Thread, range: Range<usize>) -> Value {
        Str::part_of(t, self.text().slice(range))
    }
}

/// Text.
#[class(
    name = "str",
    match_self,
    members = [SEARCH, SPLIT, SHAPE, PREDICATES, TRANSLATE, FORMAT]
)]
impl Str {
    #[new(signature = "(object='', encoding=None, errors=None)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        object: Option<Ref<'_>>,
        encoding: Option<Ref<'_>>,
        errors: Option<Ref<'_>>,
    ) -> Result<Value> {
        let text = match object {
            None => return shaped(t, class, None),
            Some(object) if encoding.is_some() || errors.is_some() => {
                crate::protocol::codec::decode_argument(t, object, encoding, errors)?
            }
            Some(object) => crate::protocol::text::str(t, object)?,
        };
        shaped(t, class, Some(text))
    }

    #[method]
    fn __len__(&self) -> usize {
        self.len()
    }

    #[method]
    fn __repr__(&self) -> TextBuf {
        self.text().repr()
    }

    #[method]
    fn __str__(t: &Thread, this: &Object<Self>) -> Value {
        this.plain(t).into_value()
    }

    #[method]
    fn __hash__(t: &Thread, this: &Object<Self>) -> i64 {
        this.hash(t)
    }

    #[method]
    fn __eq__(this: &Object<Self>, other: &Object<Self>) -> bool {
        this.equals(other)
    }

    #[method]
    fn __ne__(this: &Object<Self>, other: &Object<Self>) -> bool {
        !this.equals(other)
    }

    #[method]
    fn __lt__(this: &Object<Self>, other: &Object<Self>) -> bool {
        this.text() < other.text()
    }

    #[method]
    fn __le__(this: &Object<Self>, other: &Object<Self>) -> bool {
        this.text() <= other.text()
    }

    #[method]
    fn __gt__(this: &Object<Self>, other: &Object<Self>) -> bool {
        this.text() > other.text()
    }

    #[method]
    fn __ge__(this: &Object<Self>, other: &Object<Self>) -> bool {
        this.text() >= other.text()
    }

    #[method]
    fn __add__(t: &Thread, this: &Object<Self>, other: &Object<Self>) -> Obj<Str> {
        concat(t, this, other)
    }

    #[method]
    fn __mul__(t: &mut Thread, this: &Object<Self>, count: Ref<'_>) -> Result<Value> {
        repeat(t, this, count)
    }

    #[method]
    fn __rmul__(t: &mut Thread, this: &Object<Self>, count: Ref<'_>) -> Result<Value> {
        repeat(t, this, count)
    }

    #[method]
    fn __mod__(t: &mut Thread, this: &Object<Self>, values: Ref<'_>) -> Result<TextBuf> {
        percent::format_text(t, this.text(), values)
    }

    #[method]
    fn __rmod__(t: &mut Thread, this: &Object<Self>, template: &Object<Self>) -> Result<TextBuf> {
        percent::format_text(t, template.text(), this.borrow())
    }

    #[method]
    fn __contains__(t: &Thread, this: &Object<Self>, part: Ref<'_>) -> Result<bool> {
        match part.downcast::<Str>() {
            Some(part) => Ok(this.text().contains(part.text())),
            None => {
                let class = part.class(t).name(t);
                raise!(t, TypeError, "'in <string>' requires string as left operand, not {class}")
            }
        }
    }

    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<Self>, key: Ref<'_>) -> Result<Value> {
        let is_index = key.as_int().is_some() || key.shape(t).special().unary(Unary::Index).is_some();
        if !is_index && key.downcast::<Slice>().is_none() {
            raise!(t, TypeError, "string indices must be integers, not '{}'", key.class(t).name(t));
        }
        match subscript(t, key, "string")? {
            Subscript::Index(index) => match normalise(index, this.len()) {
                Some(place) => Ok(Str::character(t, this.text().code_at(place))),
                None => raise!(t, IndexError, "string index out of range"),
            },
            Subscript::Slice(bounds) => Ok(this.selected(t, bounds.select(this.len()))),
        }
    }

    #[method]
    fn __iter__(t: &Thread, this: &Object<Self>) -> Value {
        iterator::characters(t, this)
    }

    #[method]
    fn __format__(t: &mut Thread, this: &Object<Self>, spec: &Object<Self>) -> Result<Value> {
        formatting::format_str(t, this, spec.text())
    }

    #[method]
    fn __getnewargs__(t: &Thread, this: &Object<Self>) -> Obj<crate::types::tuple::Tuple> {
        crate::types::tuple::Tuple::from_values(t, [this.copy(t).into_value()])
    }

    #[method]
    fn __sizeof__(&self) -> usize {
        size_of::<Object<Str>>() + self.units.len().next_multiple_of(size_of::<u64>())
    }

    #[method(signature = "(encoding='utf-8', errors='strict')")]
    fn encode(
        t: &mut Thread,
        this: &Object<Self>,
        encoding: Option<&Object<Str>>,
        errors: Option<&Object<Str>>,
    ) -> Result<Value> {
        crate::protocol::codec::encode_value(t, this, encoding, errors)
    }
}

/// A string of a class with the text of a plain one, or empty.
fn shaped(t: &Thread, class: &Object<Class>, text: Option<Obj<Str>>) -> Result<Value> {
    let is_str = std::ptr::eq(class.root_shape(), t.shape_of::<Str>());
    Ok(match text {
        Some(text) if is_str => text.into_value(),
        None if is_str => t.names().empty.to_value(),
        Some(text) => Str::with_shape(t, class.root_shape(), text.text()).into_value(),
        None => Str::with_shape(t, class.root_shape(), TextRef::EMPTY).into_value(),
    })
}

fn repeat(t: &mut Thread, text: &Object<Str>, count: Ref<'_>) -> Result<Value> {
    let Some(count) = repetitions(t, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
    if count == 1 {
        return Ok(text.plain(t).into_value());
    }
    if count == 0 || text.is_empty() {
        return Ok(t.names().empty.to_value());
    }
    arguments::check_size(t, text.storage_bytes().len(), count)?;
    let units = text.storage_bytes();
    let repeated = Str::allocate(t, text.kind, units.len() * count, 0, |new| {
        (0..count).for_each(|_| new.push(units));
    });
    Ok(repeated.into_value())
}
