//! The state of an iterator over the entries of a dict or a set, which notices that they change.
//!
//! A cursor keeps its container for as long as it lives. It remembers how many entries there were: another number is an error, now and
//! at every later step. Threads that share an iterator may see an entry twice, as CPython's do.

use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_refcount::Header;

use crate::error::Result;
use crate::fields::{Fixed, Table};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::dict::Dict;
use crate::types::set::Elements;
use crate::value::{Ref, Value};

/// The state of an iterator over a table. See the module.
pub struct TableCursor {
    container: Fixed,
    /// Forwards: where the search for the next entry begins. Backwards: where it ends.
    position: AtomicUsize,
    /// The number of entries when the iteration began, or [`CHANGED`].
    expected: AtomicUsize,
    /// Entries not yet seen.
    remaining: AtomicUsize,
}

/// A change was noticed: every further step is an error.
const CHANGED: usize = usize::MAX;
/// The iterator has ended.
const EXHAUSTED: usize = usize::MAX - 1;

/// In which order a cursor goes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Direction {
    Forward,
    Backward,
}

impl Trace for TableCursor {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.container.trace(tracer);
    }
}

/// The table in a dict, set or frozenset, with its holder, and the name for it in messages.
fn table_of(container: Ref<'_>) -> Option<(&Table, &Header, &'static str)> {
    match container.downcast::<Dict>() {
        Some(dict) => Some((dict.table(), dict.header(), "dictionary")),
        None => Elements::of(container).map(|elements| (elements.table(), elements.holder(), "Set")),
    }
}

impl TableCursor {
    /// A cursor before the first, or behind the last, entry of a dict or set.
    pub fn new(container: Ref<'_>, direction: Direction) -> TableCursor {
        let len = table_of(container).map_or(0, |(table, ..)| table.len());
        TableCursor {
            container: Fixed::new(container.to_value()),
            position: AtomicUsize::new(if direction == Direction::Forward { 0 } else { EXHAUSTED - 1 }),
            expected: AtomicUsize::new(len),
            remaining: AtomicUsize::new(len),
        }
    }

    /// The next entry.
    ///
    /// # Errors
    /// `RuntimeError` if entries were added or removed since the iteration began.
    #[inline]
    pub fn advance(&self, t: &Thread, direction: Direction) -> Result<Option<(Value, Value)>> {
        let Some((table, holder, kind)) = table_of(self.container.get()) else { return Ok(None) };
        let position = self.position.load(Ordering::Relaxed);
        if position == EXHAUSTED {
            return Ok(None);
        }
        if self.expected.load(Ordering::Relaxed) != table.len() {
            self.expected.store(CHANGED, Ordering::Relaxed);
            raise!(t, RuntimeError, "{kind} changed size during iteration");
        }
        let found = match direction {
            Direction::Forward => table.entry_from(t, holder, position),
            Direction::Backward => table.entry_before(t, holder, position),
        };
        let Some((at, key, value)) = found else {
            self.position.store(EXHAUSTED, Ordering::Relaxed);
            return Ok(None);
        };
        let remaining = self.remaining.load(Ordering::Relaxed);
        if remaining == 0 {
            // As many as there were have been seen: some were replaced by others.
            self.position.store(EXHAUSTED, Ordering::Relaxed);
            raise!(t, RuntimeError, "{kind} keys changed during iteration");
        }
        self.remaining.store(remaining - 1, Ordering::Relaxed);
        let next = if direction == Direction::Forward { at + 1 } else { at };
        self.position.store(next, Ordering::Relaxed);
        Ok(Some((key, value)))
    }

    /// How many entries the iterator still has, for `__length_hint__`.
    pub fn remaining(&self) -> usize {
        let unchanged = table_of(self.container.get())
            .is_some_and(|(table, ..)| table.len() == self.expected.load(Ordering::Relaxed));
        let going = self.position.load(Ordering::Relaxed) != EXHAUSTED;
        if unchanged && going { self.remaining.load(Ordering::Relaxed) } else { 0 }
    }
}

/// Declares payload and class of an iterator over a table; the last argument makes the item from key and value.
macro_rules! table_iterator {
    ($iterator:ident = $name:tt, $direction:ident, $item:expr) => {
        /// The payload of an iterator.
        pub struct $iterator {
            cursor: TableCursor,
        }

        crate::payload!($iterator, collected);

        impl Trace for $iterator {
            fn trace(&self, tracer: &mut Tracer<'_>) {
                self.cursor.trace(tracer);
            }
        }

        impl $iterator {
            pub fn new(t: &Thread, container: Ref<'_>) -> Obj<$iterator> {
                t.alloc($iterator { cursor: TableCursor::new(container, Direction::$direction) })
            }
        }

        #[ungil_macros::class(name = $name, no_new, final)]
        impl $iterator {
            #[method]
            fn __iter__(this: &Object<$iterator>) -> Value {
                this.to_value()
            }

            #[method]
            fn __next__(t: &Thread, this: &Object<$iterator>) -> Result<Option<Value>> {
                let item: fn(&Thread, Value, Value) -> Value = $item;
                let entry = this.cursor.advance(t, Direction::$direction)?;
                Ok(entry.map(|(key, value)| item(t, key, value)))
            }

            #[method]
            fn __length_hint__(this: &Object<$iterator>) -> usize {
                this.cursor.remaining()
            }
        }
    };
}

pub(crate) use table_iterator;
