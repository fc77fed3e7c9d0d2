//! `str_iterator`, and `str_ascii_iterator` for strings that are all ASCII, as in CPython.

use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_macros::class;

use super::Str;
use crate::error::Result;
use crate::fields::Slot;
use crate::layout::Payload;
use crate::object::Object;
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::Value;

/// What is left of a string.
struct Characters {
    /// Empty once exhausted.
    text: Slot,
    /// Threads that share an iterator may see a character twice, as CPython's do.
    position: AtomicUsize,
}

impl Characters {
    fn next<T: Payload>(&self, t: &Thread, owner: &Object<T>) -> Option<Value> {
        let text = self.text.get(t, owner.header())?;
        let position = self.position.load(Ordering::Relaxed);
        match text.downcast_ref::<Str>().and_then(|text| text.text().get(position)) {
            Some(code) => {
                self.position.store(position + 1, Ordering::Relaxed);
                Some(Str::character(t, code))
            }
            None => {
                drop(self.text.replace(t, owner.header(), None));
                None
            }
        }
    }

    fn left<T: Payload>(&self, t: &Thread, owner: &Object<T>) -> usize {
        let text = self.text.get(t, owner.header());
        let len = text.as_ref().and_then(|text| text.downcast_ref::<Str>()).map_or(0, |text| text.len());
        len.saturating_sub(self.position.load(Ordering::Relaxed))
    }

    fn go_to(&self, t: &Thread, position: i64) -> Result<()> {
        let Ok(position) = usize::try_from(position) else {
            raise!(t, ValueError, "invalid position of an iterator");
        };
        self.position.store(position, Ordering::Relaxed);
        Ok(())
    }
}

/// The payload of `str_iterator`.
pub struct StrIterator(Characters);

/// The payload of `str_ascii_iterator`.
pub struct AsciiIterator(Characters);

crate::payload!(StrIterator, collected);
crate::payload!(AsciiIterator, collected);

impl Trace for StrIterator {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.0.text.trace(tracer);
    }
}

impl Trace for AsciiIterator {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.0.text.trace(tracer);
    }
}

/// An iterator of a string's characters.
pub(super) fn characters(t: &Thread, text: &Object<Str>) -> Value {
    let characters = Characters { text: Slot::new(Some(text.to_value())), position: AtomicUsize::new(0) };
    match text.as_ascii() {
        Some(_) => t.alloc(AsciiIterator(characters)).into_value(),
        None => t.alloc(StrIterator(characters)).into_value(),
    }
}

/// Iterates the characters of a string.
#[class(name = "str_iterator", final, no_new)]
impl StrIterator {
    #[method]
    fn __iter__(this: &Object<Self>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &Thread, this: &Object<Self>) -> Option<Value> {
        this.0.next(t, this)
    }

    #[method]
    fn __length_hint__(t: &Thread, this: &Object<Self>) -> usize {
        this.0.left(t, this)
    }

    #[method]
    fn __setstate__(t: &mut Thread, this: &Object<Self>, position: i64) -> Result<()> {
        this.0.go_to(t, position)
    }
}

/// Iterates the characters of a string of ASCII.
#[class(name = "str_ascii_iterator", final, no_new)]
impl AsciiIterator {
    #[method]
    fn __iter__(this: &Object<Self>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &Thread, this: &Object<Self>) -> Option<Value> {
        this.0.next(t, this)
    }

    #[method]
    fn __length_hint__(t: &Thread, this: &Object<Self>) -> usize {
        this.0.left(t, this)
    }

    #[method]
    fn __setstate__(t: &mut Thread, this: &Object<Self>, position: i64) -> Result<()> {
        this.0.go_to(t, position)
    }
}
