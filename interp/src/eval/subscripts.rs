//! Subscripts: lists, tuples and dicts in place, and slices with plain bounds without a slice object.

use ungil_bytecode::Opcode;
use ungil_objects::error::Result;
use ungil_objects::protocol::sequence::Bounds;
use ungil_objects::protocol::subscript;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::list::List;
use ungil_objects::types::set::Set;
use ungil_objects::types::slice::Slice;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::value::NONE;
use ungil_objects::{Ref, Thread, Value, Word};

use super::machine::Machine;
use crate::frame::Operand;

/// `b[c]`.
#[inline(never)]
pub(super) fn load(m: &mut Machine<'_>, a: usize, b: usize, c: usize) -> Result<()> {
    let key = m.registers.read(c);
    if let Some(word) = in_dict(m, b, key) {
        m.save();
        m.consume(b);
        m.consume(c);
        m.deliver(a, word);
        return Ok(());
    }
    if let Some(found) = by_index(m.t, m.registers.read(b), key) {
        m.consume(b);
        m.set_value(a, found);
        m.settle();
        return Ok(());
    }
    m.binary(a, b, c, load_slow)
}

/// The item of a tuple or of a local list at an immediate index from the front, for a register; `None` otherwise.
#[inline(always)]
pub(super) fn item_at(m: &Machine<'_>, container: usize, key: Word) -> Option<Word> {
    let index = usize::try_from(key.as_int()?).ok()?;
    let container = m.registers.read(container);
    let word = if let Some(list) = container.downcast_exact::<List>(m.t) {
        list.items().local_word(m.t, list.header(), index)?
    } else {
        container.downcast_exact::<Tuple>(m.t)?.get(index)?.word()
    };
    Some(crate::frame::copy(word, m.t))
}

/// `a[key] = c` for a local list and an immediate index from the front; whether it was one.
#[inline(always)]
pub(super) fn store_item(m: &mut Machine<'_>, a: usize, key: Word, c: usize) -> bool {
    let container = m.registers.read(a);
    let index = key.as_int().and_then(|index| usize::try_from(index).ok());
    let (Some(list), Some(index)) = (container.downcast_exact::<List>(m.t), index) else { return false };
    if list.items().local_word(m.t, list.header(), index).is_none() {
        return false;
    }
    let value = m.value(c);
    match list.items().replace_local(m.t, list.header(), index, value) {
        Ok(old) | Err(old) => m.discard(old),
    }
    if a >= m.first_temporary {
        m.discard(m.registers.take(a));
    }
    true
}

/// `b[constant c]`.
#[inline(never)]
pub(super) fn load_constant(m: &mut Machine<'_>, a: usize, b: usize, c: usize) -> Result<()> {
    let key = m.constant(c);
    if let Some(part) = slice_of(m.t, m.registers.read(b), key) {
        m.save();
        m.consume(b);
        m.set_value(a, part);
        m.settle();
        return Ok(());
    }
    if let Some(word) = in_dict(m, b, key) {
        m.save();
        m.consume_into(b, a, word);
        return Ok(());
    }
    if let Some(found) = by_index(m.t, m.registers.read(b), key) {
        m.consume(b);
        m.set_value(a, found);
        m.settle();
        return Ok(());
    }
    m.unary(a, b, |t, container| load_slow(t, container, key))
}

/// What a local dict has under a string or small integer, for a register.
#[inline(always)]
fn in_dict(m: &Machine<'_>, container: usize, key: Ref<'_>) -> Option<Word> {
    let dict = m.registers.read(container).downcast_exact::<Dict>(m.t)?;
    Some(crate::frame::copy(dict.local_word(m.t, key)?, m.t))
}

/// The item of a list or tuple at an immediate index in range.
#[inline(always)]
fn by_index(t: &Thread, container: Ref<'_>, key: Ref<'_>) -> Option<Value> {
    let index = key.as_small_int()?;
    if let Some(list) = container.downcast_exact::<List>(t) {
        let index = if index < 0 { index + list.len() as i64 } else { index };
        return list.get(t, usize::try_from(index).ok()?);
    }
    let tuple = container.downcast_exact::<Tuple>(t)?;
    let index = if index < 0 { index + tuple.len() as i64 } else { index };
    tuple.get(usize::try_from(index).ok()?).map(Ref::to_value)
}

/// The part of a list, tuple or string that a slice object with plain bounds selects.
#[inline(always)]
fn slice_of(t: &Thread, container: Ref<'_>, key: Ref<'_>) -> Option<Value> {
    let slice = key.downcast_exact::<Slice>(t)?;
    let bounds = Bounds::of_plain(slice.start(), slice.stop(), slice.step())?;
    subscript::part(t, container, bounds)
}

#[inline(never)]
fn load_slow(t: &mut Thread, container: Ref<'_>, key: Ref<'_>) -> Result<Value> {
    if let Some(dict) = container.downcast_exact::<Dict>(t)
        && let Some(found) = dict.get(t, key)?
    {
        return Ok(found);
    }
    if let Some(part) = slice_of(t, container, key) {
        return Ok(part);
    }
    subscript::get(t, container, key)
}

/// `a[b] = c`.
#[inline(never)]
pub(super) fn store(m: &mut Machine<'_>, a: usize, b: usize, c: usize) -> Result<()> {
    m.save();
    let (value, container, key) = (m.operand(c), m.operand(a), m.operand(b));
    store_at(m.t, container.get(), key.get(), value)?;
    drop((container, key));
    m.settle();
    Ok(())
}

/// `a[constant b] = c`.
#[inline(never)]
pub(super) fn store_constant(m: &mut Machine<'_>, a: usize, b: usize, c: usize) -> Result<()> {
    m.save();
    let (value, container) = (m.operand(c), m.operand(a));
    store_at(m.t, container.get(), m.constant(b), value)?;
    drop(container);
    m.settle();
    Ok(())
}

#[inline(always)]
fn store_at(t: &mut Thread, container: Ref<'_>, key: Ref<'_>, value: Operand<'_>) -> Result<()> {
    if let Some(dict) = container.downcast_exact::<Dict>(t) {
        return dict.set(t, key, value.into_value());
    }
    if let Some(index) = key.as_small_int()
        && let Some(list) = container.downcast_exact::<List>(t)
        && index >= 0
        && (index as usize) < list.len()
    {
        return match list.items().replace(t, list.header(), index as usize, value.into_value()) {
            Ok(old) => {
                drop(old);
                Ok(())
            }
            // Another thread has shortened the list.
            Err(_) => ungil_objects::raise!(t, IndexError, "list assignment index out of range"),
        };
    }
    subscript::set(t, container, key, value.get())
}

pub(super) fn delete(m: &mut Machine<'_>, a: usize, b: usize) -> Result<()> {
    m.save();
    let (container, key) = (m.operand(a), m.operand(b));
    subscript::delete(m.t, container.get(), key.get())?;
    drop((container, key));
    m.settle();
    Ok(())
}

fn slice(m: &Machine<'_>, start: usize, count: usize) -> Value {
    let start_value = m.registers.take(start);
    let stop = m.registers.take(start + 1);
    let step = if count == 3 { m.registers.take(start + 2) } else { Value::NONE };
    Slice::from_parts(m.t, start_value, stop, step).into_value()
}

/// The words of a subscript instruction with its cache.
const SUBSCRIPT_WORDS: usize = 2;

/// The destination and the container of the next instruction, if it is a subscript by a temporary.
#[inline(always)]
fn subscripted_at_once(m: &Machine<'_>, key: usize) -> Option<(usize, usize)> {
    // SAFETY: another instruction follows one that does not leave the frame.
    let next = unsafe { m.pc.read() };
    if next as u16 != Opcode::LoadSubscript as u16 {
        return None;
    }
    let [destination, container, by] = ungil_bytecode::word_operands(next).map(|operand| operand as usize);
    (by == key && key >= m.first_temporary && container != key).then_some((destination, container))
}

/// The bounds of a slice whose parts lie in registers and need no conversion.
#[inline(always)]
fn plain_bounds(m: &Machine<'_>, start: usize, count: usize) -> Option<Bounds> {
    let step = if count == 3 { m.registers.read(start + 2) } else { NONE };
    Bounds::of_plain(m.registers.read(start), m.registers.read(start + 1), step)
}

/// `build_slice dst, start, count`. A subscript behind it by that slice with plain bounds, which nobody else sees, is done at once.
pub(super) fn build_slice(m: &mut Machine<'_>, a: usize, b: usize, c: usize) {
    if let Some((destination, container)) = subscripted_at_once(m, a)
        && let Some(bounds) = plain_bounds(m, b, c)
        && let Some(part) = subscript::part(m.t, m.registers.read(container), bounds)
    {
        m.skip(SUBSCRIPT_WORDS);
        m.save();
        m.consume(container);
        m.set_value(destination, part);
        m.settle();
        return;
    }
    let slice = slice(m, b, c);
    m.set_value(a, slice);
}

/// `b[lower:upper]`.
pub(super) fn load_slice(m: &mut Machine<'_>, a: usize, b: usize, bounds: usize) -> Result<()> {
    m.save();
    if let Some(bounds) = plain_bounds(m, bounds, 2)
        && let Some(part) = subscript::part(m.t, m.registers.read(b), bounds)
    {
        m.consume(b);
        m.set_value(a, part);
        m.settle();
        return Ok(());
    }
    let slice = slice(m, bounds, 2);
    m.unary(a, b, |t, container| subscript::get(t, container, slice.borrow()))
}

/// `a[lower:upper] = c`.
pub(super) fn store_slice(m: &mut Machine<'_>, a: usize, bounds: usize, c: usize) -> Result<()> {
    m.save();
    let value = m.operand(c);
    let container = m.operand(a);
    if let Some(bounds) = plain_bounds(m, bounds, 2)
        && let Some(stored) = subscript::set_part(m.t, container.get(), bounds, value.get())
    {
        drop((value, container));
        m.settle();
        return stored;
    }
    let slice = slice(m, bounds, 2);
    subscript::set(m.t, container.get(), slice.borrow(), value.get())?;
    drop((value, container));
    m.settle();
    Ok(())
}

/// `b in c` and `b not in c`.
#[inline(always)]
pub(super) fn contains(m: &mut Machine<'_>, a: usize, b: usize, c: usize, wanted: bool) -> Result<()> {
    m.save();
    let (item, container) = (m.operand(b), m.operand(c));
    let found = has(m.t, container.get(), item.get())?;
    drop(item);
    drop(container);
    m.settle();
    m.pc = super::arithmetic::deliver_truth(m, 0, a, found == wanted);
    Ok(())
}

/// `b in constant c` and `b not in constant c`.
#[inline(always)]
pub(super) fn contains_constant(
    m: &mut Machine<'_>,
    a: usize,
    b: usize,
    c: usize,
    wanted: bool,
) -> Result<()> {
    m.save();
    let container = m.constant(c);
    let item = m.operand(b);
    let found = has(m.t, container, item.get())?;
    drop(item);
    m.settle();
    m.pc = super::arithmetic::deliver_truth(m, 0, a, found == wanted);
    Ok(())
}

#[inline(never)]
fn has(t: &mut Thread, container: Ref<'_>, item: Ref<'_>) -> Result<bool> {
    if let Some(dict) = container.downcast_exact::<Dict>(t) {
        return dict.contains(t, item);
    }
    if let Some(set) = container.downcast_exact::<Set>(t) {
        return set.elements().contains(t, item);
    }
    subscript::contains(t, container, item)
}
