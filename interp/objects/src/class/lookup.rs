//! Finding an attribute in a class: through its method resolution order, with a cache per thread.
//!
//! The cache is a thread's own, so that filling it writes no shared line. It keys on the version of the class's root shape and on the
//! interned name. It holds words without counts, so it keeps only values that nothing but the collector frees
//! (deferred and immortal objects, immediates) and absences; while the version stands, the class still has the value.

use std::cell::Cell;

use ungil_storage::version;

use super::Class;
use crate::object::Object;
use crate::thread::Thread;
use crate::value::{Ref, Value};
use crate::word::Word;

const ENTRIES: usize = 2048;

#[derive(Copy, Clone)]
struct Entry {
    version: u32,
    name: Word,
    /// Unbound for an absence.
    value: Word,
}

/// A thread's cache of class attributes.
pub struct MethodCache(Box<[Cell<Entry>]>);

impl MethodCache {
    pub(crate) fn new() -> MethodCache {
        let empty = Entry { version: 0, name: Word::UNBOUND, value: Word::UNBOUND };
        MethodCache((0..ENTRIES).map(|_| Cell::new(empty)).collect())
    }

    #[inline(always)]
    fn entry(&self, version: u32, name: Word) -> &Cell<Entry> {
        let mixed = (name.bits() >> 4) as usize ^ (version as usize).wrapping_mul(0x9E37_79B1);
        &self.0[mixed % ENTRIES]
    }

    /// Forgets everything: the collector is about to free what it found unreachable.
    pub fn clear(&self) {
        for entry in &self.0 {
            entry.set(Entry { version: 0, name: Word::UNBOUND, value: Word::UNBOUND });
        }
    }
}

impl Object<Class> {
    /// The attribute under an interned name in this class or the classes behind it.
    #[inline]
    pub fn lookup(&self, t: &Thread, name: Ref<'_>) -> Option<Value> {
        let version = self.root_shape().version();
        let name_word = name.word().as_uncounted();
        let entry = t.methods.entry(version, name_word);
        let cached = entry.get();
        if version != 0 && cached.version == version && cached.name == name_word {
            if cached.value.is_unbound() {
                return None;
            }
            // SAFETY: kept alive by the class while the version stands, see the module.
            return Some(unsafe { Ref::from_word(cached.value) }.to_value());
        }
        self.lookup_slow(t, name)
    }

    #[cold]
    #[inline(never)]
    fn lookup_slow(&self, t: &Thread, name: Ref<'_>) -> Option<Value> {
        let (version, found) = version::observe(
            || self.root_shape().ensure_version(t),
            || self.lookup_uncached(t, name).map(|(_, value)| value),
        );
        let cacheable = match &found {
            None => true,
            Some(value) => value.borrow().header().is_none_or(|header| header.is_uncounted()),
        };
        if let (Some(version), true) = (version, cacheable) {
            let name = name.word().as_uncounted();
            let value = found.as_ref().map_or(Word::UNBOUND, |value| value.word().as_uncounted());
            t.methods.entry(version, name).set(Entry { version, name, value });
        }
        found
    }

    /// The attribute with the class that has it.
    pub fn lookup_uncached(&self, t: &Thread, name: Ref<'_>) -> Option<(&Object<Class>, Value)> {
        self.special().mro().find_map(|class| class.namespace().get_str(t, name).map(|value| (class, value)))
    }
}
