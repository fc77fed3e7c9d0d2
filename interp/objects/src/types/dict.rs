//! `dict`: an ordered hash table.

use ungil_macros::class;

use crate::error::Result;
use crate::fields::Table;
use crate::object::{Obj, Object};
use crate::protocol::hash;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// The payload of `dict`.
#[derive(Default)]
pub struct Dict {
    table: Table,
}

crate::payload!(Dict, collected);

impl Trace for Dict {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.table.trace(tracer);
    }
}

impl Dict {
    pub fn new(t: &Thread) -> Obj<Dict> {
        t.alloc(Dict::default())
    }

    /// A dict with these entries, whose keys are known to differ.
    pub fn from_distinct(t: &Thread, entries: Vec<(Value, i64, Value)>) -> Obj<Dict> {
        t.alloc(Dict { table: Table::from_distinct(t, entries) })
    }

    /// A dict with these string keys, which runs no code to compare.
    pub fn from_pairs(t: &Thread, pairs: Vec<(Value, Value)>) -> Obj<Dict> {
        let dict = Dict::new(t);
        for (key, value) in pairs {
            dict.insert_new_str(t, key.borrow(), value);
        }
        dict
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}

impl Object<Dict> {
    /// The storage, for the operations that [`Table`] has.
    #[inline(always)]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The value under a string key; runs no code. Keys that are no strings are not found.
    #[inline]
    pub fn get_str(&self, t: &Thread, key: Ref<'_>) -> Option<Value> {
        self.table.get_str(t, self.header(), key.downcast::<Str>()?)
    }

    /// The value under any key.
    #[inline]
    pub fn get(&self, t: &mut Thread, key: Ref<'_>) -> Result<Option<Value>> {
        let hash = hash::hash(t, key)?;
        self.table.get(t, self.header(), key, hash)
    }

    /// Stores a value under a string key.
    #[inline]
    pub fn set_str(&self, t: &mut Thread, key: Ref<'_>, value: Value) -> Result<()> {
        self.table.insert_str(t, self.header(), key, value).map(drop)
    }

    /// Stores a value under any key.
    #[inline]
    pub fn set(&self, t: &mut Thread, key: Ref<'_>, value: Value) -> Result<()> {
        let hash = hash::hash(t, key)?;
        self.table.insert(t, self.header(), key.to_value(), hash, value).map(drop)
    }

    /// Removes a key and returns its value.
    pub fn remove(&self, t: &mut Thread, key: Ref<'_>) -> Result<Option<Value>> {
        let hash = hash::hash(t, key)?;
        Ok(self.table.remove(t, self.header(), key, hash)?.map(|(_, value)| value))
    }

    /// Keys and values, as they are at one moment, in order.
    pub fn items(&self, t: &Thread) -> Vec<(Value, Value)> {
        self.table.to_vec(t, self.header()).into_iter().map(|(key, _, value)| (key, value)).collect()
    }

    /// Stores a value under a string key without running code; for namespaces of classes, under the lock on classes.
    pub(crate) fn set_str_locked(&self, t: &Thread, key: Ref<'_>, value: Value) {
        self.table.put_str(t, self.header(), key, value);
    }

    /// Removes a string key without running code; for namespaces of classes, under the lock on classes.
    pub(crate) fn remove_str_locked(&self, t: &Thread, key: Ref<'_>) -> Option<Value> {
        self.table.take_str(t, self.header(), key.downcast::<Str>()?)
    }

    /// Stores a value under a string key that is new, in a dict that only this thread knows.
    pub(crate) fn insert_new_str(&self, t: &Thread, key: Ref<'_>, value: Value) {
        self.table.put_str(t, self.header(), key, value);
    }
}

/// A mapping from keys to values.
#[class(name = "dict", mapping)]
impl Dict {
    #[method]
    fn __len__(&self) -> usize {
        self.len()
    }
}
