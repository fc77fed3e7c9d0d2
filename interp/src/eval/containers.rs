//! Building and unpacking containers and strings.

use ungil_objects::error::{Exc, Result};
use ungil_objects::protocol::{attribute, call, format, iterate, text};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::list::List;
use ungil_objects::types::set::Set;
use ungil_objects::types::text::{Str, concat_parts};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Object, Ref, Value, raise};
use ungil_text::TextRef;

use super::machine::Machine;

pub(super) fn build_tuple(m: &mut Machine<'_>, a: usize, start: usize, count: usize) {
    let tuple = Tuple::from_values(m.t, m.registers.taking(start, count));
    m.set_value(a, tuple.into_value());
}

pub(super) fn build_list(m: &mut Machine<'_>, a: usize, start: usize, count: usize) {
    let list = List::from_values(m.t, m.registers.taking(start, count));
    m.set_value(a, list.into_value());
}

pub(super) fn build_set(m: &mut Machine<'_>, a: usize, start: usize, count: usize) -> Result<()> {
    m.save();
    let items = m.registers.take_run(start, count);
    let set = Set::new(m.t);
    for item in items {
        set.add(m.t, item)?;
    }
    m.set_value(a, set.into_value());
    Ok(())
}

pub(super) fn build_map(m: &mut Machine<'_>, a: usize, start: usize, count: usize) -> Result<()> {
    m.save();
    let items = m.registers.take_run(start, count * 2);
    let dict = Dict::new(m.t);
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        dict.set(m.t, key.borrow(), value)?;
    }
    m.set_value(a, dict.into_value());
    Ok(())
}

pub(super) fn build_string(m: &mut Machine<'_>, a: usize, start: usize, count: usize) -> Result<()> {
    m.save();
    let Some(text) = concat_parts(m.t, m.registers.run(start, count)) else {
        raise!(m.t, SystemError, "a part of a formatted string is a str");
    };
    m.registers.drop_run(m.t, start, count);
    m.set_value(a, text.into_value());
    Ok(())
}

fn list_in<'a>(m: &Machine<'_>, register: usize) -> Result<&'a Object<List>> {
    match m.registers.read(register).downcast::<List>() {
        Some(list) => Ok(list),
        None => raise!(m.t, SystemError, "not a list under construction"),
    }
}

pub(super) fn list_append(m: &mut Machine<'_>, list: usize, item: usize) -> Result<()> {
    let item = m.value(item);
    list_in(m, list)?.push(m.t, item);
    Ok(())
}

pub(super) fn list_extend(m: &mut Machine<'_>, list: usize, iterable: usize) -> Result<()> {
    m.save();
    let iterable = m.operand(iterable);
    let list = list_in(m, list)?;
    let special = iterable.get().shape(m.t).special();
    let is_iterable = special.unary(ungil_objects::class::Unary::Iter).is_some()
        || special.binary(ungil_objects::class::Binary::GetItem).is_some();
    if !is_iterable {
        let class = iterable.get().class(m.t).name(m.t);
        raise!(m.t, TypeError, "Value after * must be an iterable, not {class}");
    }
    let items = iterate::collect(m.t, iterable.get())?;
    list.items().extend(m.t, list.header(), items);
    Ok(())
}

pub(super) fn list_to_tuple(m: &mut Machine<'_>, a: usize, list: usize) -> Result<()> {
    let list = m.operand(list);
    let items = match list.get().downcast::<List>() {
        Some(list) => list.to_vec(m.t),
        None => raise!(m.t, SystemError, "not a list under construction"),
    };
    drop(list);
    let tuple = Tuple::from_values(m.t, items);
    m.set_value(a, tuple.into_value());
    Ok(())
}

pub(super) fn set_add(m: &mut Machine<'_>, set: usize, item: usize) -> Result<()> {
    m.save();
    let item = m.value(item);
    match m.registers.read(set).downcast::<Set>() {
        Some(set) => set.add(m.t, item),
        None => raise!(m.t, SystemError, "not a set under construction"),
    }
}

pub(super) fn set_update(m: &mut Machine<'_>, set: usize, iterable: usize) -> Result<()> {
    m.save();
    let iterable = m.operand(iterable);
    let Some(set) = m.registers.read(set).downcast::<Set>() else {
        raise!(m.t, SystemError, "not a set under construction");
    };
    iterate::each(m.t, iterable.get(), |t, item| set.add(t, item))
}

fn dict_in<'a>(m: &Machine<'_>, register: usize) -> Result<&'a Object<Dict>> {
    match m.registers.read(register).downcast::<Dict>() {
        Some(dict) => Ok(dict),
        None => raise!(m.t, SystemError, "not a dict under construction"),
    }
}

pub(super) fn map_add(m: &mut Machine<'_>, dict: usize, key: usize, value: usize) -> Result<()> {
    m.save();
    let (value, key) = (m.value(value), m.operand(key));
    dict_in(m, dict)?.set(m.t, key.get(), value)
}

pub(super) fn dict_update(m: &mut Machine<'_>, dict: usize, mapping: usize) -> Result<()> {
    m.save();
    let mapping = m.operand(mapping);
    let dict = dict_in(m, dict)?;
    if let Some(other) = mapping.get().downcast_exact::<Dict>(m.t) {
        for (key, value) in other.items(m.t) {
            dict.set(m.t, key.borrow(), value)?;
        }
        return Ok(());
    }
    let name = m.t.names().keys;
    let keys = match attribute::get_if_any(m.t, mapping.get(), name)? {
        Some(keys) => call::call(m.t, keys.borrow(), &[])?,
        None => {
            let class = mapping.get().class(m.t).name(m.t);
            raise!(m.t, TypeError, "'{class}' object is not a mapping");
        }
    };
    iterate::each(m.t, keys.borrow(), |t, key| {
        let value = ungil_objects::protocol::subscript::get(t, mapping.get(), key.borrow())?;
        dict.set(t, key.borrow(), value)
    })
}

/// Merges keyword arguments, refusing duplicates.
pub(super) fn dict_merge(m: &mut Machine<'_>, dict: usize, mapping: usize, callable: usize) -> Result<()> {
    m.save();
    let mapping = m.operand(mapping);
    let dict = dict_in(m, dict)?;
    let callable = m.registers.read(callable);
    super::unpack::merge_keywords(m.t, dict, mapping.get(), callable)
}

/// `unpack_sequence start, b, count`: the first element goes to the last register.
#[inline(never)]
pub(super) fn unpack_sequence(m: &mut Machine<'_>, start: usize, b: usize, count: usize) -> Result<()> {
    m.save();
    let source = m.operand(b);
    let (registers, end) = (m.registers, start + count);
    let is_done = if let Some(tuple) = source.get().downcast_exact::<Tuple>(m.t) {
        let fits = tuple.len() == count;
        if fits {
            let put = |(index, item)| registers.put(end - 1 - index, crate::frame::copy_value(item));
            tuple.items().enumerate().for_each(put);
        }
        fits
    } else if let Some(list) = source.get().downcast_exact::<List>(m.t) {
        list.each_of(m.t, count, |index, item| registers.put_value(end - 1 - index, item))
    } else {
        false
    };
    if is_done {
        drop(source);
        return Ok(());
    }
    let items = unpack(m, source.get(), count)?;
    drop(source);
    for (index, item) in items.into_iter().enumerate() {
        m.registers.put_value(start + count - 1 - index, item);
    }
    Ok(())
}

/// `unpack_pair a, b, source`.
#[inline(always)]
pub(super) fn unpack_pair(m: &mut Machine<'_>, a: usize, b: usize, c: usize) -> Result<()> {
    if let Some(tuple) = m.registers.read(c).downcast_exact::<Tuple>(m.t)
        && let [first, second] = tuple.as_slice()
    {
        let (first, second) = (crate::frame::copy_value(*first), crate::frame::copy_value(*second));
        m.consume(c);
        m.set(a, first);
        m.set(b, second);
        return Ok(());
    }
    unpack_pair_slow(m, a, b, c)
}

#[inline(never)]
fn unpack_pair_slow(m: &mut Machine<'_>, a: usize, b: usize, c: usize) -> Result<()> {
    m.save();
    let source = m.operand(c);
    if let Some(list) = source.get().downcast_exact::<List>(m.t)
        && list.header().is_local(m.t.owner())
        && let (2, Some(first), Some(second)) = (list.len(), list.get(m.t, 0), list.get(m.t, 1))
    {
        drop(source);
        m.set_value(a, first);
        m.set_value(b, second);
        return Ok(());
    }
    let mut items = unpack(m, source.get(), 2)?.into_iter();
    drop(source);
    if let (Some(first), Some(second)) = (items.next(), items.next()) {
        m.set_value(a, first);
        m.set_value(b, second);
    }
    Ok(())
}

fn unpack(m: &mut Machine<'_>, source: Ref<'_>, count: usize) -> Result<Vec<Value>> {
    let known = if let Some(tuple) = source.downcast_exact::<Tuple>(m.t) {
        Some(tuple.to_vec())
    } else {
        source.downcast_exact::<List>(m.t).map(|list| list.to_vec(m.t))
    };
    if let Some(items) = known {
        return match items.len() {
            given if given > count => {
                raise!(m.t, ValueError, "too many values to unpack (expected {count}, got {given})")
            }
            given if given < count => {
                raise!(m.t, ValueError, "not enough values to unpack (expected {count}, got {given})")
            }
            _ => Ok(items),
        };
    }
    let iterator = unpackable(m, source)?;
    let mut items = Vec::with_capacity(count);
    while items.len() < count {
        match iterate::next(m.t, iterator.borrow())? {
            Some(item) => items.push(item),
            None => {
                let given = items.len();
                raise!(m.t, ValueError, "not enough values to unpack (expected {count}, got {given})");
            }
        }
    }
    match iterate::next(m.t, iterator.borrow())? {
        None => Ok(items),
        Some(_) => match source.downcast::<Dict>() {
            Some(dict) => {
                let given = dict.len();
                raise!(m.t, ValueError, "too many values to unpack (expected {count}, got {given})")
            }
            None => raise!(m.t, ValueError, "too many values to unpack (expected {count})"),
        },
    }
}

fn unpackable(m: &mut Machine<'_>, source: Ref<'_>) -> Result<Value> {
    match iterate::iter(m.t, source) {
        Err(raised) if raised.is(m.t, Exc::TypeError) && !is_iterable(m, source) => {
            raise!(m.t, TypeError, "cannot unpack non-iterable {} object", source.class(m.t).name(m.t))
        }
        other => other,
    }
}

fn is_iterable(m: &Machine<'_>, source: Ref<'_>) -> bool {
    let special = source.shape(m.t).special();
    special.unary(ungil_objects::class::Unary::Iter).is_some()
        || special.binary(ungil_objects::class::Binary::GetItem).is_some()
}

/// `unpack_extended start, b, before | after << 8`.
pub(super) fn unpack_extended(m: &mut Machine<'_>, start: usize, b: usize, counts: usize) -> Result<()> {
    m.save();
    let (before, after) = (counts & 0xFF, counts >> 8);
    let source = m.operand(b);
    let iterator = unpackable(m, source.get())?;
    let mut items = iterate::collect(m.t, iterator.borrow())?;
    drop(source);
    if items.len() < before + after {
        let (at_least, given) = (before + after, items.len());
        raise!(m.t, ValueError, "not enough values to unpack (expected at least {at_least}, got {given})");
    }
    let tail = items.split_off(items.len() - after);
    let middle = items.split_off(before);
    let middle = List::from_values(m.t, middle).into_value();
    let total = before + 1 + after;
    for (index, item) in items.into_iter().chain([middle]).chain(tail).enumerate() {
        m.registers.put_value(start + total - 1 - index, item);
    }
    Ok(())
}

/// `convert`: `str`, `repr` or `ascii`.
pub(super) fn convert(m: &mut Machine<'_>, a: usize, b: usize, which: usize) -> Result<()> {
    m.unary(a, b, |t, value| match which {
        1 => text::str(t, value).map(|text| text.into_value()),
        2 => text::repr(t, value).map(|text| text.into_value()),
        _ => text::ascii(t, value).map(|text| text.into_value()),
    })
}

/// `format_simple`.
#[inline(always)]
pub(super) fn format_simple(m: &mut Machine<'_>, a: usize, b: usize) -> Result<()> {
    if m.registers.read(b).downcast_exact::<Str>(m.t).is_some() {
        let text = m.moved(b);
        m.set(a, text);
        return Ok(());
    }
    m.unary(a, b, |t, value| format::format(t, value, TextRef::ascii("")).map(|text| text.into_value()))
}

/// `format_part`.
#[inline(always)]
pub(super) fn format_part(m: &mut Machine<'_>, a: usize, b: usize) -> Result<()> {
    let word = m.registers.word(b);
    if word.is_int() {
        m.set(a, word);
        return Ok(());
    }
    format_simple(m, a, b)
}

/// `format_with_spec`.
pub(super) fn format_with_spec(m: &mut Machine<'_>, a: usize, b: usize, c: usize) -> Result<()> {
    m.binary(a, b, c, |t, value, spec| {
        let Some(spec) = spec.downcast::<Str>() else {
            raise!(t, TypeError, "a format specification is a str")
        };
        format::format_as(t, value, spec).map(|text| text.into_value())
    })
}
