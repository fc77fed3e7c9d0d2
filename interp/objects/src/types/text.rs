//! `str`: immutable text in the narrowest of three kinds of units, which lie behind the payload.

use std::hash::Hasher;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use siphasher::sip::SipHasher13;
use ungil_macros::class;
use ungil_text::{Kind, TextBuf, TextRef};

use crate::object::{Obj, Object};
use crate::shape::Shape;
use crate::tail::{Tail, Tailed};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::Ref;
use crate::word::Word;

/// The payload of `str`.
#[repr(C)]
pub struct Str {
    /// -1 until computed; no hash is -1. Written by any thread, always with the same value.
    hash: AtomicI64,
    /// The length in code points.
    len: u32,
    kind: Kind,
    interned: AtomicBool,
    units: Tail<u8>,
}

crate::payload!(Str, plain, tailed);

// SAFETY: `repr(C)`, and the tail is the last field and ends the type.
unsafe impl Tailed for Str {
    type Item = u8;

    fn tail(&self) -> &Tail<u8> {
        &self.units
    }
}

impl Trace for Str {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

const NO_HASH: i64 = -1;

impl Str {
    pub fn from_str(t: &Thread, text: &str) -> Obj<Str> {
        if text.is_ascii() {
            return Str::from_text(t, TextRef::ascii(text));
        }
        let mut buffer = TextBuf::new();
        buffer.push_str(text);
        Str::from_text(t, buffer.as_text())
    }

    /// A string with this text, which must be of its narrowest kind already if it is to compare equal to others; the text
    /// crate's buffers are.
    pub fn from_text(t: &Thread, text: TextRef<'_>) -> Obj<Str> {
        Str::with_shape(t, t.shape_of::<Str>(), text)
    }

    /// A string of `str` or a subclass. Narrows the text's kind where it can.
    pub fn with_shape(t: &Thread, shape: &Shape, text: TextRef<'_>) -> Obj<Str> {
        if text.kind() != Kind::Ascii && text.narrowest_kind() != text.kind() {
            let mut narrow = TextBuf::new();
            narrow.push_text(text);
            if narrow.as_text().kind() != text.kind() {
                return Str::with_shape(t, shape, narrow.as_text());
            }
        }
        let (bytes, kind): (&[u8], Kind) = match text {
            TextRef::Ascii(units) => (units, Kind::Ascii),
            TextRef::Ucs2(units) => (bytemuck::cast_slice(units), Kind::Ucs2),
            TextRef::Ucs4(units) => (bytemuck::cast_slice(units), Kind::Ucs4),
        };
        let head = |units| Str {
            hash: AtomicI64::new(NO_HASH),
            len: text.len() as u32,
            kind,
            interned: AtomicBool::new(false),
            units,
        };
        // SAFETY: exactly `bytes.len()` items are written.
        unsafe {
            t.alloc_tailed_with(shape, bytes.len(), head, |first: *mut u8| {
                first.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            })
        }
    }

    pub fn from_buf(t: &Thread, text: &TextBuf) -> Obj<Str> {
        Str::from_text(t, text.as_text())
    }

    /// A plain `str` with the same text.
    pub fn copy(&self, t: &Thread) -> Obj<Str> {
        Str::from_text(t, self.text())
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
        self.len as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
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
}

/// Text.
#[class(name = "str")]
impl Str {
    #[method]
    fn __len__(&self) -> usize {
        self.len()
    }
}
