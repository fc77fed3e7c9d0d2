//! The methods and operators of dicts.

use ungil_macros::methods;
use ungil_text::TextBuf;

use super::iterator::DictReverseKeyIterator;
use super::{Dict, DictItems, DictKeys, DictValues, KEY, merge};
use crate::call::Args;
use crate::class::Class;
use crate::error::{Exc, Raised, Result};
use crate::object::{Obj, Object};
use crate::protocol::{compare, hash, text};
use crate::thread::Thread;
use crate::types::generic_alias::GenericAlias;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{NONE, Ref, Value};

#[methods(METHODS)]
impl Dict {
    /// The value of a key, or `default` (`None` unless given) if the key is missing.
    #[method(name = "get")]
    fn get_or(t: &mut Thread, this: &Object<Dict>, args: Args<'_>) -> Result<Value> {
        let [Some(key), default] = args.unpack(t, "get", 1)? else { return Ok(Value::NONE) };
        Ok(this.get(t, key)?.unwrap_or_else(|| default.unwrap_or(NONE).to_value()))
    }

    /// The value of a key. A missing key is first added with `default`, which is `None` unless given.
    #[method]
    fn setdefault(t: &mut Thread, this: &Object<Dict>, args: Args<'_>) -> Result<Value> {
        let [Some(key), default] = args.unpack(t, "setdefault", 1)? else { return Ok(Value::NONE) };
        let hash = hash::hash_key(t, key, KEY)?;
        let default = default.unwrap_or(NONE).to_value();
        this.table().get_or_insert(t, this.header(), key.to_value(), hash, default)
    }

    /// Takes a key out and answers its value.
    ///
    /// For a missing key it answers the default, and raises `KeyError` if none is given.
    #[method]
    fn pop(t: &mut Thread, this: &Object<Dict>, args: Args<'_>) -> Result<Value> {
        let [Some(key), default] = args.unpack(t, "pop", 1)? else { return Ok(Value::NONE) };
        match (this.remove(t, key)?, default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.to_value()),
            (None, None) => Err(Raised::key_error(t, key)),
        }
    }

    /// Takes out the item that was added last and answers its key and value. Raises `KeyError` if there are no items.
    #[method]
    fn popitem(t: &mut Thread, this: &Object<Dict>) -> Result<Obj<Tuple>> {
        match this.table().pop_last(t, this.header()) {
            Some((key, value)) => Ok(Tuple::from_values(t, [key, value])),
            None => {
                let message = Str::from_str(t, "popitem(): dictionary is empty").into_value();
                Err(Raised::with_args(t, Exc::KeyError, vec![message]))
            }
        }
    }

    /// Sets items from another mapping or an iterable of pairs, then from keyword arguments; new values replace old ones.
    ///
    /// A mapping is whatever has a method `keys`.
    #[method]
    fn update(t: &mut Thread, this: &Object<Dict>, args: Args<'_>) -> Result<()> {
        merge::update_from_call(t, this, "update", args)
    }

    /// The keys as a view, which follows changes and has the operators of sets.
    #[method]
    fn keys(t: &mut Thread, this: &Object<Dict>) -> Obj<DictKeys> {
        DictKeys::new(t, this)
    }

    /// The values as a view, which follows changes.
    #[method]
    fn values(t: &mut Thread, this: &Object<Dict>) -> Obj<DictValues> {
        DictValues::new(t, this)
    }

    /// The pairs of key and value as a view, which follows changes and has the operators of sets.
    #[method(name = "items")]
    fn items_view(t: &mut Thread, this: &Object<Dict>) -> Obj<DictItems> {
        DictItems::new(t, this)
    }

    /// Another dict with the same keys and values, which are not copied themselves.
    #[method(name = "copy")]
    fn plain_copy(t: &mut Thread, this: &Object<Dict>) -> Obj<Dict> {
        this.copy(t)
    }

    /// Empties the dict.
    #[method]
    fn clear(t: &mut Thread, this: &Object<Dict>) {
        drop(this.table().clear(t, this.header()));
    }

    /// Makes a dict that maps each element of an iterable to one value, `None` unless given.
    #[classmethod]
    fn fromkeys(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
        let [Some(keys), value] = args.unpack(t, "fromkeys", 1)? else { return Ok(Value::NONE) };
        merge::from_keys(t, class.borrow(), keys, value.unwrap_or(NONE))
    }

    /// A generic alias such as `dict[str, int]`, for annotations.
    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        GenericAlias::of_class(t, class, item)
    }

    /// How many bytes the dict and its table take up.
    #[method]
    fn __sizeof__(t: &Thread, this: &Object<Dict>) -> usize {
        size_of::<Object<Dict>>() + this.table().allocated_bytes(t)
    }
}

#[methods(OPERATORS)]
impl Dict {
    /// Iterates over the keys, the last added first.
    #[method]
    fn __reversed__(t: &mut Thread, this: &Object<Dict>) -> Obj<DictReverseKeyIterator> {
        DictReverseKeyIterator::new(t, this.borrow())
    }

    #[method]
    fn __eq__(t: &mut Thread, this: &Object<Dict>, other: &Object<Dict>) -> Result<bool> {
        equal(t, this, other)
    }

    #[method]
    fn __ne__(t: &mut Thread, this: &Object<Dict>, other: &Object<Dict>) -> Result<bool> {
        equal(t, this, other).map(|equal| !equal)
    }

    #[method]
    fn __or__(t: &mut Thread, this: &Object<Dict>, other: &Object<Dict>) -> Result<Obj<Dict>> {
        let merged = this.copy(t);
        merge::update(t, &merged, other.borrow())?;
        Ok(merged)
    }

    #[method]
    fn __ror__(t: &mut Thread, this: &Object<Dict>, other: &Object<Dict>) -> Result<Obj<Dict>> {
        Dict::__or__(t, other, this)
    }

    #[method]
    fn __ior__(t: &mut Thread, this: &Object<Dict>, other: Ref<'_>) -> Result<Value> {
        merge::update(t, this, other)?;
        Ok(this.to_value())
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Dict>) -> Result<Obj<Str>> {
        match repr_entries(t, this)? {
            Some(text) => Ok(Str::from_buf(t, &text)),
            None => Ok(Str::from_str(t, "{...}")),
        }
    }
}

/// `{key: value, …}`, or `None` inside of itself.
pub(super) fn repr_entries(t: &mut Thread, dict: &Object<Dict>) -> Result<Option<TextBuf>> {
    t.represent(dict.borrow(), |t| {
        let mut out = TextBuf::new();
        out.push_str("{");
        let mut position = 0;
        while let Some((at, key, value)) = dict.table().entry_from(t, dict.header(), position) {
            out.push_str(if out.len() > 1 { ", " } else { "" });
            let key = text::repr(t, key.borrow())?;
            out.push_text(key.text());
            out.push_str(": ");
            let value = text::repr(t, value.borrow())?;
            out.push_text(value.text());
            position = at + 1;
        }
        out.push_str("}");
        Ok(out)
    })
}

/// Whether both have the same keys with equal values, in whatever order.
pub(super) fn equal(t: &mut Thread, a: &Object<Dict>, b: &Object<Dict>) -> Result<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (key, hash, value) in a.table().to_vec(t, a.header()) {
        match b.table().get(t, b.header(), key.borrow(), hash)? {
            Some(other) if compare::equal(t, value.borrow(), other.borrow())? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}
