//! Iteration: `for` loops, with lists, tuples, ranges and generators in place.

use ungil_bytecode::Opcode;
use ungil_objects::error::Result;
use ungil_objects::protocol::iterate;
use ungil_objects::types::list::{List, ListIterator};
use ungil_objects::types::range::{Range, RangeIterator};
use ungil_objects::types::tuple::{Tuple, TupleIterator};
use ungil_objects::{Thread, Value, Word};

use super::machine::Machine;
use crate::generator::{self, Generator};

/// `get_iter`.
#[inline(never)]
pub(super) fn get_iter(m: &mut Machine<'_>, a: usize, b: usize) -> Result<()> {
    let source = m.registers.read(b);
    if source.downcast_exact::<Generator>(m.t).is_some() {
        let itself = m.moved(b);
        m.set(a, itself);
        return Ok(());
    }
    let iterator = if let Some(list) = source.downcast_exact::<List>(m.t) {
        ListIterator::new(m.t, list).into_value()
    } else if let Some(tuple) = source.downcast_exact::<Tuple>(m.t) {
        TupleIterator::new(m.t, tuple).into_value()
    } else if let Some(range) = source.downcast_exact::<Range>(m.t).and_then(|range| range.small()) {
        RangeIterator::new(m.t, range).into_value()
    } else {
        return m.unary(a, b, iterate::iter);
    };
    m.consume(b);
    m.set_value(a, iterator);
    Ok(())
}

/// The next item of a range, list or tuple iterator, for a register; `None` at the end, for other iterators, and for a range's number that is
/// no immediate.
#[inline(always)]
pub(super) fn next_item(m: &Machine<'_>, iterator: usize) -> Option<Word> {
    let source = m.registers.read(iterator);
    if let Some(range) = source.downcast_exact::<RangeIterator>(m.t) {
        return range.advance_small();
    }
    if let Some(list) = source.downcast_exact::<ListIterator>(m.t) {
        return match list.advance_local(m.t) {
            Some(word) => Some(crate::frame::copy(word, m.t)),
            None => next_of_list(m.t, list),
        };
    }
    source.downcast_exact::<TupleIterator>(m.t)?.advance(m.t).map(Value::into_word)
}

/// The next item of a list that is not local, or at its end.
#[inline(never)]
fn next_of_list(t: &Thread, iterator: &ListIterator) -> Option<Word> {
    iterator.advance(t).map(Value::into_word)
}

/// Takes the step of the `for` loop at whose head the machine is, if it needs no call.
#[inline(always)]
pub(super) fn step_at_head(m: &mut Machine<'_>) {
    // SAFETY: a jump leads to an instruction.
    let head = unsafe { m.pc.read() };
    if head as u16 != Opcode::ForIter as u16 {
        return;
    }
    let [destination, iterator, _] = ungil_bytecode::word_operands(head);
    if let Some(word) = next_item(m, iterator as usize) {
        m.at = m.pc;
        m.skip(2);
        m.set(destination as usize, word);
    }
}

/// `for_iter dst, iterator, +end` of an iterator that has ended, or whose step may run code.
#[inline(never)]
pub(super) fn for_iter(
    m: &mut Machine<'_>,
    destination: usize,
    iterator: usize,
    exhausted: usize,
) -> Result<()> {
    m.save();
    let source = m.registers.read(iterator);
    // What [`next_item`] knows has ended.
    if source.downcast_exact::<RangeIterator>(m.t).is_some_and(|range| range.is_over())
        || source.downcast_exact::<ListIterator>(m.t).is_some()
        || source.downcast_exact::<TupleIterator>(m.t).is_some()
    {
        end(m, iterator, exhausted);
        m.settle();
        return Ok(());
    }
    for_iter_any(m, destination, iterator, exhausted)
}

#[inline(never)]
fn for_iter_any(m: &mut Machine<'_>, destination: usize, iterator: usize, exhausted: usize) -> Result<()> {
    let source = m.registers.read(iterator);
    if let Some(generator) = source.downcast_exact::<Generator>(m.t)
        && m.at == m.pc.wrapping_sub(2)
        && let Ok(resumed) = generator::resume_in_place(m, generator, destination, Value::NONE)
    {
        return resumed;
    }
    if let Some((first, second)) = unpacked_at_once(m, destination)
        && let Some(pair) = iterate::next_pair(m.t, source)
    {
        match pair? {
            Some(pair) => {
                m.skip(2);
                m.set_value(first, pair.0);
                m.set_value(second, pair.1);
            }
            None => end(m, iterator, exhausted),
        }
        m.settle();
        return Ok(());
    }
    let special = source.shape(m.t).special();
    let next = match special.next {
        Some(next) => next(m.t, source)?,
        None => iterate::next(m.t, source)?,
    };
    match next {
        Some(value) => m.set_value(destination, value),
        None => end(m, iterator, exhausted),
    }
    m.settle();
    Ok(())
}

/// Leaves the loop.
fn end(m: &mut Machine<'_>, iterator: usize, exhausted: usize) {
    drop_iterator(m, iterator);
    m.jump(exhausted as i32);
}

/// Drops the iterator of a loop that has ended, which counts as live until the instruction has ended too.
fn drop_iterator(m: &Machine<'_>, iterator: usize) {
    let ended = m.registers.take(iterator);
    m.registers.put(iterator, Word::UNBOUND);
    drop(ended);
}

/// Where the next instruction puts the halves of an item, if it takes the item apart and nobody else sees it.
#[inline(always)]
fn unpacked_at_once(m: &Machine<'_>, item: usize) -> Option<(usize, usize)> {
    // SAFETY: another instruction follows one that does not leave the frame.
    let next = unsafe { m.pc.read() };
    if next as u16 != Opcode::UnpackPair as u16 {
        return None;
    }
    let [first, second, source] = ungil_bytecode::word_operands(next).map(|operand| operand as usize);
    (source == item && item >= m.code.first_temporary as usize).then_some((first, second))
}

/// A generator that was resumed in place by a `for` loop or a `send` has returned: the caller goes on where its instruction's
/// jump leads.
pub(super) fn deliver_end(m: &mut Machine<'_>, destination: usize, result: Value) {
    // SAFETY: the resuming instruction, which has one cache word, lies right before the return address.
    let instruction = unsafe { m.pc.sub(2).read() };
    let (iterator, end) = ((instruction >> 32) as u16 as usize, (instruction >> 48) as u16);
    if instruction as u16 == Opcode::ForIter as u16 {
        drop(result);
        drop_iterator(m, iterator);
    } else {
        m.registers.put(destination, Word::UNBOUND);
        m.registers.put_value(destination, result);
    }
    m.jump(i32::from(end));
}

/// `send value, iterator, +end`.
pub(super) fn send(m: &mut Machine<'_>, value: usize, iterator: usize, end: usize) -> Result<()> {
    m.save();
    let source = m.registers.read(iterator);
    let mut sent = m.registers.take(value);
    if let Some(generator) = source.downcast_exact::<Generator>(m.t)
        && m.at == m.pc.wrapping_sub(2)
    {
        match generator::resume_in_place(m, generator, value, sent) {
            Ok(resumed) => return resumed,
            Err(back) => sent = back,
        }
    }
    match generator::send_to(m.t, source, sent)? {
        generator::Outcome::Yielded(yielded) => m.registers.put_value(value, yielded),
        generator::Outcome::Returned(returned) => {
            m.registers.put_value(value, returned);
            m.jump(end as i32);
        }
    }
    m.settle();
    Ok(())
}
