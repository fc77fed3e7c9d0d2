//! The table of interned strings: one object for each name, immortal, shared by all threads of an interpreter.
//!
//! Sharded by hash. An interned string knows that it is, so that names in code never come here.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use parking_lot::Mutex;

use crate::thread::Thread;
use crate::types::text::Str;
use crate::value::Ref;
use crate::word::Word;

const SHARDS: usize = 64;

pub(crate) struct InternTable {
    shards: Box<[Mutex<HashTable<Name>>]>,
    hasher: RandomState,
}

/// The word of an immortal string.
struct Name(Word);
// SAFETY: immortal strings may be read by any thread.
unsafe impl Send for Name {}

impl Name {
    fn text(&self) -> &Str {
        // SAFETY: the table holds immortal strings only.
        unsafe { Ref::<'static>::from_word(self.0) }.downcast::<Str>().expect("interned values are strings")
    }
}

impl InternTable {
    pub(crate) fn new() -> InternTable {
        InternTable { shards: (0..SHARDS).map(|_| Mutex::default()).collect(), hasher: RandomState::new() }
    }

    pub(crate) fn intern(&self, t: &Thread, text: &str) -> Ref<'static> {
        let fresh = Str::from_str(t, text);
        self.intern_object(t, &fresh)
    }

    pub(crate) fn intern_value<'a>(&self, t: &Thread, name: Ref<'a>) -> Ref<'a> {
        match name.downcast_exact::<Str>(t) {
            Some(text) if !text.is_interned() => self.intern_object(t, text),
            _ => name,
        }
    }

    fn intern_object(&self, t: &Thread, text: &crate::object::Object<Str>) -> Ref<'static> {
        let hash = self.hasher.hash_one(text.storage_bytes());
        let mut shard = self.shards[hash as usize % SHARDS].lock();
        let same = |name: &Name| name.text().equals(text);
        if let Some(name) = shard.find(hash, same) {
            // SAFETY: immortal.
            return unsafe { Ref::from_word(name.0) };
        }
        // A copy, so that the caller's object stays as mortal as it was.
        let name = text.copy(t);
        name.mark_interned();
        crate::publish::publish_value(t, name.as_value());
        name.header().make_immortal(t.owner());
        let word = name.into_value().into_word().as_uncounted();
        shard.insert_unique(hash, Name(word), |name| self.hasher.hash_one(name.text().storage_bytes()));
        // SAFETY: just made immortal.
        unsafe { Ref::from_word(word) }
    }
}
