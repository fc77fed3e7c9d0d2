//! `list_iterator` and `list_reverseiterator`.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::List;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::sequence::Items;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::index_iterator::index_iterator;
use crate::value::Value;
use crate::word::Word;

index_iterator!(List, forward ListIterator = "list_iterator", hot 11);
index_iterator!(List, backward ListReverseIterator = "list_reverseiterator");

impl ListIterator {
    /// The word of the next item of a local list, without a count: it stays valid while the item stays. `None` leaves the step to
    /// [`ListIterator::advance`].
    #[inline(always)]
    pub fn advance_local(&self, t: &Thread) -> Option<Word> {
        let position = self.position.load(Ordering::Relaxed);
        let list = self.sequence.get().downcast::<List>()?;
        let word = list.items().local_word(t, list.header(), position)?;
        self.position.store(position + 1, Ordering::Relaxed);
        Some(word)
    }
}
