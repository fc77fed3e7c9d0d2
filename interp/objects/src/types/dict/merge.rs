//! Filling a dict from other mappings, from pairs and from keywords.

use super::{Dict, KEY};
use crate::call::Args;
use crate::error::{Exc, Raised, Result};
use crate::object::Object;
use crate::protocol::{attribute, call, hash, iterate, subscript};
use crate::raise;
use crate::thread::Thread;
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// `dict(…)` and `dict.update(…)`: at most one mapping or iterable of pairs, then keywords.
pub(super) fn update_from_call(
    t: &mut Thread,
    dict: &Object<Dict>,
    function: &str,
    args: Args<'_>,
) -> Result<()> {
    let [from] = Args::positional_only(args.positional()).unpack(t, function, 0)?;
    if let Some(from) = from {
        update(t, dict, from)?;
    }
    for (name, value) in args.keywords() {
        dict.set(t, name, value.to_value())?;
    }
    Ok(())
}

/// Stores all entries of a mapping, or of an iterable of pairs.
///
/// # Errors
/// What reading the mapping raises; what was stored by then stays.
pub fn update(t: &mut Thread, dict: &Object<Dict>, from: Ref<'_>) -> Result<()> {
    if let Some(other) = from.downcast::<Dict>()
        && iterates_as_dict(t, other)
    {
        return update_from_dict(t, dict, other);
    }
    let keys = t.names().keys;
    if attribute::get_if_any(t, from, keys)?.is_none() {
        return update_from_pairs(t, dict, from);
    }
    let keys = call::call_method(t, from, keys, &[])?;
    iterate::each(t, keys.borrow(), |t, key| {
        let value = subscript::get(t, from, key.borrow())?;
        dict.set(t, key.borrow(), value)
    })
}

/// Whether a dict is iterated as dicts are, so that its entries can be taken without asking it.
fn iterates_as_dict(t: &Thread, dict: &Object<Dict>) -> bool {
    let iter = |special: &crate::class::SlotTable| {
        special.unary(crate::class::Unary::Iter).map(|method| method as usize)
    };
    dict.is_plain(t) || iter(dict.shape().special()) == iter(t.shape_of::<Dict>().special())
}

fn update_from_dict(t: &mut Thread, dict: &Object<Dict>, other: &Object<Dict>) -> Result<()> {
    for (key, hash, value) in other.table().to_vec(t, other.header()) {
        dict.table().insert(t, dict.header(), key.borrow(), hash, value)?;
    }
    Ok(())
}

/// Stores the pairs of an iterable.
///
/// # Errors
/// `TypeError` and `ValueError` for elements that are no pairs.
pub fn update_from_pairs(t: &mut Thread, dict: &Object<Dict>, pairs: Ref<'_>) -> Result<()> {
    let mut at = 0;
    iterate::each(t, pairs, |t, pair| {
        let pair = match iterate::collect(t, pair.borrow()) {
            Ok(pair) => pair,
            Err(raised) if raised.is(t, Exc::TypeError) => {
                return Err(no_sequence(t, pair.borrow(), at, raised));
            }
            Err(raised) => return Err(raised),
        };
        let [key, value] = pair.as_slice() else {
            let len = pair.len();
            raise!(t, ValueError, "dictionary update sequence element #{at} has length {len}; 2 is required");
        };
        let hash = hash::hash_key(t, key.borrow(), KEY)?;
        dict.table().insert(t, dict.header(), key.borrow(), hash, value.clone())?;
        at += 1;
        Ok(())
    })
}

/// The error for an element that cannot be iterated, with the note that says which.
#[cold]
fn no_sequence(t: &mut Thread, element: Ref<'_>, at: usize, raised: Raised) -> Raised {
    if crate::protocol::convert::is_iterable(t, element) {
        return raised;
    }
    let raised = crate::error!(t, TypeError, "object is not iterable");
    let note = format!("Cannot convert dictionary update sequence element #{at} to a sequence");
    let note = Str::from_str(t, &note).into_value();
    let notes = crate::types::list::List::from_values(t, [note]).into_value();
    match attribute::set(t, raised.exception().borrow(), t.names().__notes__, notes) {
        Ok(()) => raised,
        Err(other) => other,
    }
}

/// `cls.fromkeys(iterable, value)`
pub(super) fn from_keys(t: &mut Thread, class: Ref<'_>, keys: Ref<'_>, value: Ref<'_>) -> Result<Value> {
    let made = call::call(t, class, &[])?;
    let plain = made.borrow().downcast_exact::<Dict>(t).map(Object::to_obj);
    iterate::each(t, keys, |t, key| match &plain {
        Some(dict) => dict.set(t, key.borrow(), value.to_value()),
        None => subscript::set(t, made.borrow(), key.borrow(), value),
    })?;
    Ok(made)
}
