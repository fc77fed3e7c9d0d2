//! The table of interned strings: one object for each name, immortal, shared by all threads of an interpreter.
//!
//! Sharded by hash. An interned string knows that it is, so that names in code never come here. What a thread found lately it finds
//! again in a table of its own, without the shard's lock: interned strings are immortal, so entries never go bad.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use parking_lot::Mutex;

use crate::thread::Thread;
use crate::types::text::Str;
use crate::value::Ref;
use crate::word::Word;

const SHARDS: usize = 64;
/// Strings that a thread remembers, if their hashes are lucky.
const RECENT: usize = 256;

pub(crate) struct InternTable {
    shards: Box<[Mutex<HashTable<Name>>]>,
    hasher: RandomState,
}

/// Interned strings that a thread found lately, by the lower bits of their hashes.
pub(crate) struct RecentNames([Cell<Word>; RECENT]);

impl RecentNames {
    pub(crate) const fn new() -> RecentNames {
        RecentNames([const { Cell::new(Word::UNBOUND) }; RECENT])
    }

    fn find(&self, hash: u64, text: &Str) -> Option<Ref<'static>> {
        let word = self.0[hash as usize % RECENT].get();
        (!word.is_unbound() && Name(word).text().equals(text)).then(|| Name(word).as_ref())
    }

    fn remember(&self, hash: u64, name: Ref<'static>) {
        self.0[hash as usize % RECENT].set(name.word());
    }
}

/// The word of an immortal string.
struct Name(Word);
// SAFETY: immortal strings may be read by any thread.
unsafe impl Send for Name {}

impl Name {
    fn as_ref(&self) -> Ref<'static> {
        // SAFETY: immortal.
        unsafe { Ref::from_word(self.0) }
    }

    fn text(&self) -> &Str {
        self.as_ref().downcast::<Str>().expect("interned values are strings")
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
        let recent = &t.recent_names;
        if let Some(name) = recent.find(hash, text) {
            return name;
        }
        let name = self.find_or_insert(t, text, hash);
        recent.remember(hash, name);
        name
    }

    fn find_or_insert(&self, t: &Thread, text: &crate::object::Object<Str>, hash: u64) -> Ref<'static> {
        let mut shard = self.shards[hash as usize % SHARDS].lock();
        let same = |name: &Name| name.text().equals(text);
        if let Some(name) = shard.find(hash, same) {
            return name.as_ref();
        }
        // A copy, so that the caller's object stays as mortal as it was.
        let name = text.copy_apart(t);
        name.mark_interned();
        crate::publish::publish_value(t, name.as_value());
        name.header().make_immortal(t.owner());
        let word = name.into_value().into_word().as_uncounted();
        shard.insert_unique(hash, Name(word), |name| self.hasher.hash_one(name.text().storage_bytes()));
        Name(word).as_ref()
    }
}
