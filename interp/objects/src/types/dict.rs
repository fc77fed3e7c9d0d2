//! `dict`: an ordered hash table.

mod default;
mod iterator;
mod merge;
mod methods;
mod ordered;
mod proxy;
mod views;

use ungil_macros::class;

pub use self::default::default_dict_class;
pub use self::iterator::{DictItemIterator, DictKeyIterator, DictReverseKeyIterator, DictValueIterator};
pub use self::merge::{update, update_from_pairs};
pub use self::ordered::ordered_dict_class;
pub use self::proxy::MappingProxy;
pub use self::views::{DictItems, DictKeys, DictValues, elements};

use crate::boot::make;
use crate::call::Args;
use crate::class::Class;
use crate::error::{Raised, Result};
use crate::fields::Table;
use crate::object::{Obj, Object};
use crate::protocol::{call, hash};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::text::Str;
use crate::value::{Ref, Value};
use crate::word::Word;

/// The payload of `dict`.
#[derive(Default)]
pub struct Dict {
    table: Table,
}

crate::payload!(Dict, collected, deferrable, hot 2);

impl Trace for Dict {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.table.trace(tracer);
    }
}

/// What a key is, in the message for one that cannot be hashed.
const KEY: &str = "dict key";

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
        let hash = hash::hash_key(t, key, KEY)?;
        self.table.get(t, self.header(), key, hash)
    }

    /// The word under a string or a small integer in a local dict, without a count: it stays valid while the entry stays. `None` says
    /// nothing.
    #[inline]
    pub fn local_word(&self, t: &Thread, key: Ref<'_>) -> Option<Word> {
        self.table.local_word(t, self.header(), key, hash::plain_hash(t, key)?)
    }

    /// Whether a key is there.
    #[inline]
    pub fn contains(&self, t: &mut Thread, key: Ref<'_>) -> Result<bool> {
        let hash = hash::hash_key(t, key, KEY)?;
        self.table.contains(t, self.header(), key, hash)
    }

    /// Stores a value under a string key.
    #[inline]
    pub fn set_str(&self, t: &mut Thread, key: Ref<'_>, value: Value) -> Result<()> {
        self.table.insert_str(t, self.header(), key, value).map(drop)
    }

    /// Stores a value under any key.
    #[inline]
    pub fn set(&self, t: &mut Thread, key: Ref<'_>, value: Value) -> Result<()> {
        let hash = hash::hash_key(t, key, KEY)?;
        self.table.insert(t, self.header(), key, hash, value).map(drop)
    }

    /// Removes a key and returns its value.
    pub fn remove(&self, t: &mut Thread, key: Ref<'_>) -> Result<Option<Value>> {
        let hash = hash::hash_key(t, key, KEY)?;
        Ok(self.table.remove(t, self.header(), key, hash)?.map(|(_, value)| value))
    }

    /// `dict[key]`, with `__missing__` for subclasses.
    ///
    /// # Errors
    /// `KeyError`, and what hashing and comparing raise.
    #[inline]
    pub fn subscript(&self, t: &mut Thread, key: Ref<'_>) -> Result<Value> {
        match self.get(t, key)? {
            Some(value) => Ok(value),
            None => self.missing(t, key),
        }
    }

    #[cold]
    fn missing(&self, t: &mut Thread, key: Ref<'_>) -> Result<Value> {
        if !self.is_plain(t)
            && let Some(value) = call::call_special_if_any(t, t.names().__missing__, &[self.borrow(), key])?
        {
            return Ok(value);
        }
        Err(Raised::key_error(t, key))
    }

    /// Whether this is a `dict` and no subclass's instance.
    #[inline]
    pub fn is_plain(&self, t: &Thread) -> bool {
        self.borrow().downcast_exact::<Dict>(t).is_some()
    }

    /// A plain dict with the same entries.
    pub fn copy(&self, t: &Thread) -> Obj<Dict> {
        Dict::from_distinct(t, self.table.to_vec(t, self.header()))
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

/// A table of values by keys, in the order in which the keys came.
///
/// It takes over the entries of a mapping, or of an iterable of pairs, and then the keyword arguments with their names as keys.
#[class(name = "dict", mapping, match_self, members = [METHODS, OPERATORS])]
impl Dict {
    #[new]
    fn create(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<Dict> {
        t.alloc_with_shape(class.root_shape(), Dict::default())
    }

    #[method]
    fn __init__(t: &mut Thread, this: &Object<Dict>, args: Args<'_>) -> Result<()> {
        merge::update_from_call(t, this, "dict", args)
    }

    #[method]
    fn __len__(&self) -> usize {
        self.len()
    }

    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<Dict>, key: Ref<'_>) -> Result<Value> {
        this.subscript(t, key)
    }

    #[method]
    fn __setitem__(t: &mut Thread, this: &Object<Dict>, key: Ref<'_>, value: Ref<'_>) -> Result<()> {
        this.set(t, key, value.to_value())
    }

    #[method]
    fn __delitem__(t: &mut Thread, this: &Object<Dict>, key: Ref<'_>) -> Result<()> {
        match this.remove(t, key)? {
            Some(_) => Ok(()),
            None => Err(Raised::key_error(t, key)),
        }
    }

    /// Whether there is a value under the key.
    #[method]
    fn __contains__(t: &mut Thread, this: &Object<Dict>, key: Ref<'_>) -> Result<bool> {
        this.contains(t, key)
    }

    #[method]
    fn __iter__(t: &mut Thread, this: &Object<Dict>) -> Obj<DictKeyIterator> {
        DictKeyIterator::new(t, this.borrow())
    }
}

/// Makes the classes around dicts: views, iterators, proxies.
pub(super) fn make_related(t: &mut Thread) -> Result<()> {
    make::<DictKeys>(t)?;
    make::<DictValues>(t)?;
    make::<DictItems>(t)?;
    make::<iterator::DictKeyIterator>(t)?;
    make::<iterator::DictValueIterator>(t)?;
    make::<iterator::DictItemIterator>(t)?;
    make::<iterator::DictReverseKeyIterator>(t)?;
    make::<iterator::DictReverseValueIterator>(t)?;
    make::<iterator::DictReverseItemIterator>(t)?;
    make::<MappingProxy>(t)
}
