//! Iterators of sequences that are read by position.
//!
//! An iterator keeps its sequence for as long as it lives, so that a step counts nothing but the item. At the end its position
//! moves to [`EXHAUSTED`], which no sequence reaches: an iterator that ended has ended for good, however the sequence grows. Threads that
//! share an iterator may see an item twice, as CPython's do.

/// The position of an iterator that has ended.
pub(crate) const EXHAUSTED: usize = usize::MAX;

/// Declares payload and class of an iterator over objects with [`Items`](crate::protocol::sequence::Items), from the first or from
/// the last.
macro_rules! index_iterator {
    ($sequence:ident, forward $iterator:ident = $name:tt $(, hot $index:literal)?) => {
        crate::types::index_iterator::index_iterator!(@class $sequence, $iterator, $name $(, hot $index)?);

        impl $iterator {
            pub fn new(t: &Thread, sequence: &Object<$sequence>) -> Obj<$iterator> {
                t.alloc($iterator { sequence: Fixed::new(sequence.to_value()), position: AtomicUsize::new(0) })
            }

            #[inline(always)]
            fn behind(position: usize) -> usize {
                position + 1
            }

            fn remaining(position: usize, count: usize) -> usize {
                count.saturating_sub(position)
            }
        }
    };
    ($sequence:ident, backward $iterator:ident = $name:tt $(, hot $index:literal)?) => {
        crate::types::index_iterator::index_iterator!(@class $sequence, $iterator, $name $(, hot $index)?);

        impl $iterator {
            pub fn new(t: &Thread, sequence: &Object<$sequence>) -> Obj<$iterator> {
                // Of an empty sequence the iterator is exhausted from the start.
                let position = AtomicUsize::new(sequence.count().wrapping_sub(1));
                t.alloc($iterator { sequence: Fixed::new(sequence.to_value()), position })
            }

            #[inline(always)]
            fn behind(position: usize) -> usize {
                position.wrapping_sub(1)
            }

            fn remaining(position: usize, count: usize) -> usize {
                if position < count { position + 1 } else { 0 }
            }
        }
    };
    (@class $sequence:ident, $iterator:ident, $name:tt $(, hot $index:literal)?) => {
        /// The payload of an iterator.
        pub struct $iterator {
            sequence: Fixed,
            position: AtomicUsize,
        }

        crate::payload!($iterator, collected $(, hot $index)?);

        impl Trace for $iterator {
            fn trace(&self, tracer: &mut Tracer<'_>) {
                self.sequence.trace(tracer);
            }
        }

        impl $iterator {
            /// The next item; runs no code.
            #[inline(always)]
            pub fn advance(&self, t: &Thread) -> Option<Value> {
                let position = self.position.load(Ordering::Relaxed);
                let item = self.sequence.get().downcast::<$sequence>()?.item(t, position);
                let next = match item {
                    Some(_) => $iterator::behind(position),
                    None => crate::types::index_iterator::EXHAUSTED,
                };
                self.position.store(next, Ordering::Relaxed);
                item
            }
        }

        #[ungil_macros::class(name = $name, no_new, final)]
        impl $iterator {
            #[method]
            fn __iter__(this: &Object<$iterator>) -> Value {
                this.to_value()
            }

            #[method]
            fn __next__(t: &Thread, this: &Object<$iterator>) -> Option<Value> {
                this.advance(t)
            }

            #[method]
            fn __length_hint__(this: &Object<$iterator>) -> usize {
                let position = this.position.load(Ordering::Relaxed);
                let count = this.sequence.get().downcast::<$sequence>().map_or(0, |sequence| sequence.count());
                $iterator::remaining(position, count)
            }
        }
    };
}

pub(crate) use index_iterator;
