//! `str_iterator`.

use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_macros::class;

use super::Str;
use crate::fields::Slot;
use crate::object::{Obj, Object};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::Value;

/// The payload of `str_iterator`.
pub struct StrIterator {
    /// Empty once exhausted.
    text: Slot,
    /// Threads that share an iterator may see a character twice, as CPython's do.
    position: AtomicUsize,
}

crate::payload!(StrIterator, collected);

impl Trace for StrIterator {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.text.trace(tracer);
    }
}

impl StrIterator {
    pub fn new(t: &Thread, text: Value) -> Obj<StrIterator> {
        t.alloc(StrIterator { text: Slot::new(Some(text)), position: AtomicUsize::new(0) })
    }
}

impl Object<StrIterator> {
    /// The next character.
    #[inline]
    pub fn advance(&self, t: &Thread) -> Option<Value> {
        let text = self.text.get(t, self.header())?;
        let position = self.position.load(Ordering::Relaxed);
        match text.downcast_ref::<Str>().and_then(|text| text.text().get(position)) {
            Some(code) => {
                self.position.store(position + 1, Ordering::Relaxed);
                Some(Str::character(t, code))
            }
            None => {
                drop(self.text.replace(t, self.header(), None));
                None
            }
        }
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
        this.advance(t)
    }

    #[method]
    fn __length_hint__(t: &Thread, this: &Object<Self>) -> usize {
        let text = this.text.get(t, this.header());
        let len = text.as_ref().and_then(|text| text.downcast_ref::<Str>()).map_or(0, |text| text.len());
        len.saturating_sub(this.position.load(Ordering::Relaxed))
    }

    #[method]
    fn __setstate__(t: &mut Thread, this: &Object<Self>, position: i64) -> crate::error::Result<()> {
        let Ok(position) = usize::try_from(position) else {
            raise!(t, ValueError, "invalid position of an iterator");
        };
        this.position.store(position, Ordering::Relaxed);
        Ok(())
    }
}
