//! A growable array of references: the storage of lists and whatever else is a sequence.
//!
//! The protocol for shared holders is that of `ungil_storage::items`, with the holder's lock for writers; replaced arrays are
//! retired through `qsbr`. A local holder's array is changed in place and freed at once.

use std::ptr::NonNull;

use ungil_refcount::Header;
use ungil_storage::items::{Array, Items, Read};
use ungil_storage::word::Word;
use ungil_tstate::heap::HeapKind;

use super::{Attempt, admit, copy_word, count_stable, replace_word, settle};
use crate::lock::lock;
use crate::protocol::sequence::{Bounds, Selection};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::Value;

/// A growable array of references in a payload.
#[derive(Default)]
pub struct SlotVec {
    items: Items,
}

impl SlotVec {
    pub fn new() -> SlotVec {
        SlotVec::default()
    }

    /// An empty array with room, for a payload under construction.
    pub fn with_capacity(t: &Thread, capacity: usize) -> SlotVec {
        match capacity {
            0 => SlotVec::new(),
            _ => SlotVec { items: Items::in_array(allocate(t, capacity)) },
        }
    }

    /// An array of these values, for a payload under construction.
    #[inline]
    pub fn from_values(t: &Thread, values: impl IntoIterator<Item = Value>) -> SlotVec {
        let values = values.into_iter();
        let vec = SlotVec::with_capacity(t, values.size_hint().0);
        for value in values {
            vec.push_plain(t, value);
        }
        vec
    }

    /// Appends copies of another's items, as they are at one moment, to a payload under construction: those at the positions
    /// that `select` names, given the length. It cannot run code.
    pub fn copy_from<I: Iterator<Item = usize>>(
        &self,
        t: &Thread,
        other: &SlotVec,
        holder: &Header,
        select: impl FnOnce(usize) -> I,
    ) {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let len = other.items.stable_len();
        for position in select(len).filter(|&position| position < len) {
            // SAFETY: the position is below the length.
            if let Some(value) = count_stable(unsafe { other.items.word(position) }) {
                self.push_plain(t, value);
            }
        }
    }

    /// The items of another that bounds select, chosen and copied at one moment, for a payload under construction. It cannot run code.
    pub fn selected(t: &Thread, other: &SlotVec, holder: &Header, bounds: Bounds) -> SlotVec {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let Selection { start, step, len, .. } = bounds.select(other.items.stable_len());
        if len == 0 {
            return SlotVec::new();
        }
        let block = t.allocate_raw(HeapKind::Raw, Array::bytes(len));
        let mut position = start;
        let next = |_| {
            // SAFETY: positions that bounds select lie below the length.
            let word = unsafe { other.items.word(position as usize) };
            position = position.wrapping_add(step);
            copy_word(t, word)
        };
        // SAFETY: the block is ours and large enough.
        SlotVec { items: unsafe { Items::filled(block, len, next) } }
    }

    /// The items of two local holders, for a payload under construction; `None` for others.
    pub fn joined(t: &Thread, first: (&SlotVec, &Header), second: (&SlotVec, &Header)) -> Option<SlotVec> {
        if !first.1.is_local(t.owner()) || !second.1.is_local(t.owner()) {
            return None;
        }
        let (first, second) = (&first.0.items, &second.0.items);
        let (of_first, len) = (first.stable_len(), first.stable_len() + second.stable_len());
        if len == 0 {
            return Some(SlotVec::new());
        }
        let block = t.allocate_raw(HeapKind::Raw, Array::bytes(len));
        // SAFETY: the positions lie below the lengths, which stay; the block is ours and large enough.
        let items = unsafe {
            let word = |at| if at < of_first { first.word(at) } else { second.word(at - of_first) };
            Items::filled(block, len, |at| copy_word(t, word(at)))
        };
        Some(SlotVec { items })
    }

    /// Overwrites the items of a local holder that bounds of step one select by copies of all items of another. `false`, and no change,
    /// unless both are local, and as many.
    pub fn overwrite(
        &self,
        t: &Thread,
        holder: &Header,
        bounds: Bounds,
        other: &SlotVec,
        other_holder: &Header,
    ) -> bool {
        if !holder.is_local(t.owner()) || !other_holder.is_local(t.owner()) || std::ptr::eq(self, other) {
            return false;
        }
        let Selection { start, step, len, .. } = bounds.select(self.items.stable_len());
        if step != 1 || other.items.stable_len() != len {
            return false;
        }
        // Backwards, as CPython drops what it replaces. Drops run no code, so both stay as they are meanwhile.
        for at in (0..len).rev() {
            // SAFETY: both have so many items; the slot gives its old word up.
            unsafe {
                let new = copy_word(t, other.items.word(at));
                let old = replace_word(self.items.slot(start as usize + at), new);
                if old.owns_count() {
                    drop(Value::from_word(old));
                }
            }
        }
        true
    }

    /// Replaces the items that bounds select, at one moment, and returns what was there. `Err` says how many are selected if the bounds
    /// have a step and there are not as many values; nothing has changed then.
    pub fn assign(
        &self,
        t: &Thread,
        holder: &Header,
        bounds: Bounds,
        values: Vec<Value>,
    ) -> Result<Vec<Value>, usize> {
        if holder.is_local(t.owner()) {
            let Selection { start, step, len, .. } = bounds.select(self.items.stable_len());
            if step == 1 && len == values.len() {
                return Ok(self.exchange(start as usize, values));
            }
        }
        let values = admitted(t, holder, values);
        self.edit(t, holder, |items| {
            let selection = bounds.select(items.len());
            if selection.step == 1 {
                let start = selection.start as usize;
                return Ok(items.splice(start..start + selection.len, values).collect());
            }
            if values.len() != selection.len {
                return Err(selection.len);
            }
            let exchange = |(at, value)| std::mem::replace(&mut items[at], value);
            Ok(selection.positions().zip(values).map(exchange).collect())
        })
    }

    /// Removes the items that bounds select, at one moment, and returns them.
    pub fn remove_selected(&self, t: &Thread, holder: &Header, bounds: Bounds) -> Vec<Value> {
        self.edit(t, holder, |items| {
            let selection = bounds.select(items.len()).ascending();
            if selection.step == 1 {
                let start = selection.start as usize;
                return items.drain(start..start + selection.len).collect();
            }
            let mut wanted = selection.positions().peekable();
            let (mut kept, mut removed) = (Vec::with_capacity(items.len()), Vec::new());
            for (at, item) in items.drain(..).enumerate() {
                let goes = wanted.next_if_eq(&at).is_some();
                if goes { removed.push(item) } else { kept.push(item) }
            }
            *items = kept;
            removed
        })
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The word of an item of a local holder, without a count: it stays valid while the item stays.
    #[inline(always)]
    pub fn local_word(&self, t: &Thread, holder: &Header, index: usize) -> Option<Word> {
        if !holder.is_local(t.owner()) || index >= self.items.stable_len() {
            return None;
        }
        // SAFETY: the index is below the length.
        Some(unsafe { self.items.word(index) })
    }

    /// Overwrites an item of a local holder and returns the old one; `Err` gives the value back past the end, or if the holder is shared.
    #[inline(always)]
    pub fn replace_local(
        &self,
        t: &Thread,
        holder: &Header,
        index: usize,
        value: Value,
    ) -> Result<Value, Value> {
        if holder.is_local(t.owner()) { self.put(index, value) } else { Err(value) }
    }

    /// An owned reference to the item at `index`, or `None` past the end.
    #[inline]
    pub fn get(&self, t: &Thread, holder: &Header, index: usize) -> Option<Value> {
        if holder.is_local(t.owner()) {
            return self.get_stable(index);
        }
        self.get_shared(t, holder, index)
    }

    /// The item, for the only writer.
    #[inline(always)]
    fn get_stable(&self, index: usize) -> Option<Value> {
        // SAFETY: the index is below the length.
        (index < self.items.stable_len()).then(|| count_stable(unsafe { self.items.word(index) })).flatten()
    }

    #[inline(never)]
    fn get_shared(&self, t: &Thread, holder: &Header, index: usize) -> Option<Value> {
        // SAFETY: the holder is alive.
        match unsafe { self.items.read(t.owner(), index) } {
            Read::PastTheEnd => return None,
            Read::At(attempt) => {
                if let Attempt::Got(value) = settle(t, attempt) {
                    return Some(value);
                }
            }
        }
        let _held = lock(t, holder);
        self.get_stable(index)
    }

    /// Replaces the item at `index`; `Err` gives the value back if the index is past the end.
    #[inline]
    pub fn replace(&self, t: &Thread, holder: &Header, index: usize, value: Value) -> Result<Value, Value> {
        if holder.is_local(t.owner()) {
            self.put(index, value)
        } else {
            self.replace_shared(t, holder, index, value)
        }
    }

    #[inline(never)]
    fn replace_shared(
        &self,
        t: &Thread,
        holder: &Header,
        index: usize,
        value: Value,
    ) -> Result<Value, Value> {
        let value = admit(t, holder, value).into_value();
        let _held = lock(t, holder);
        self.put(index, value)
    }

    /// Overwrites an item, for the only writer.
    #[inline(always)]
    fn put(&self, index: usize, value: Value) -> Result<Value, Value> {
        if index >= self.items.stable_len() {
            return Err(value);
        }
        // SAFETY: the index is below the length; the slot gives its old word up.
        Ok(unsafe { Value::from_word(replace_word(self.items.slot(index), value.into_word())) })
    }

    #[inline]
    pub fn push(&self, t: &Thread, holder: &Header, value: Value) {
        if holder.is_local(t.owner()) {
            self.push_plain(t, value);
        } else {
            self.push_shared(t, holder, value);
        }
    }

    #[inline(never)]
    fn push_shared(&self, t: &Thread, holder: &Header, value: Value) {
        let value = admit(t, holder, value).into_value();
        let _held = lock(t, holder);
        self.reserve_shared(t, 1);
        self.put_at_end(value);
    }

    /// Puts a value before the item at the index that `find` answers when it is told the length, at one moment with that, or at the end.
    pub fn insert(&self, t: &Thread, holder: &Header, find: impl FnOnce(usize) -> usize, value: Value) {
        if !holder.is_local(t.owner()) {
            let value = admit(t, holder, value).into_value();
            self.edit(t, holder, |items| items.insert(find(items.len()).min(items.len()), value));
            return;
        }
        let last = self.items.stable_len();
        let index = find(last);
        self.push_plain(t, value);
        if index < last {
            // SAFETY: the holder is local.
            unsafe { self.items.rotate(index, last, last) };
        }
    }

    /// Removes and returns the item at the index that `find` answers when it is told the length, at one moment with that; `None` if
    /// it answers none, or one past the end.
    pub fn remove(
        &self,
        t: &Thread,
        holder: &Header,
        find: impl FnOnce(usize) -> Option<usize>,
    ) -> Option<Value> {
        if !holder.is_local(t.owner()) {
            return self.edit(t, holder, |items| {
                let index = find(items.len()).filter(|index| *index < items.len());
                index.map(|index| items.remove(index))
            });
        }
        let last = self.items.stable_len().checked_sub(1)?;
        let index = find(last + 1)?;
        if index < last {
            // SAFETY: the holder is local.
            unsafe { self.items.rotate(index, last, index) };
        }
        if index <= last { self.pop(t, holder) } else { None }
    }

    #[inline(always)]
    pub(crate) fn push_plain(&self, t: &Thread, value: Value) {
        let len = self.items.stable_len();
        // SAFETY: nobody else writes.
        if len == unsafe { self.items.capacity() } {
            self.grow_local(t, len + 1);
        }
        self.put_at_end(value);
    }

    /// Appends an item for which the caller made room.
    #[inline(always)]
    fn put_at_end(&self, value: Value) {
        // SAFETY: there is room, and nobody else writes.
        unsafe { self.items.push(value.into_word()) };
    }

    /// Removes and returns the last item.
    #[inline]
    pub fn pop(&self, t: &Thread, holder: &Header) -> Option<Value> {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        // SAFETY: nobody else writes; the slot gives its word up.
        unsafe { self.items.pop().map(|word| Value::from_word(word)) }
    }

    /// Owned references to all items, as they were at one moment.
    pub fn to_vec(&self, t: &Thread, holder: &Header) -> Vec<Value> {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let mut values = Vec::with_capacity(self.items.stable_len());
        // SAFETY: the index is below the length.
        values
            .extend((0..self.items.stable_len()).filter_map(|i| count_stable(unsafe { self.items.word(i) })));
        values
    }

    /// Passes owned references to all items, as they were at one moment, if there are `count`; whether there were.
    #[inline]
    pub fn each_of(
        &self,
        t: &Thread,
        holder: &Header,
        count: usize,
        mut put: impl FnMut(usize, Value),
    ) -> bool {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        if self.items.stable_len() != count {
            return false;
        }
        for index in 0..count {
            // SAFETY: the index is below the length.
            if let Some(value) = count_stable(unsafe { self.items.word(index) }) {
                put(index, value);
            }
        }
        true
    }

    /// Appends all values at one moment.
    pub fn extend(&self, t: &Thread, holder: &Header, values: Vec<Value>) {
        if holder.is_local(t.owner()) {
            let wanted = self.items.stable_len() + values.len();
            if wanted > self.capacity() {
                self.grow_local(t, wanted);
            }
            values.into_iter().for_each(|value| self.put_at_end(value));
        } else {
            let values = admitted(t, holder, values);
            let _held = lock(t, holder);
            self.reserve_shared(t, values.len());
            values.into_iter().for_each(|value| self.put_at_end(value));
        }
    }

    /// Replaces the items `start..end` (clamped to the length) by `values` at one moment and returns what was there.
    /// Insertion, deletion and clearing are special cases of it.
    pub fn splice(
        &self,
        t: &Thread,
        holder: &Header,
        start: usize,
        end: usize,
        values: Vec<Value>,
    ) -> Vec<Value> {
        if holder.is_local(t.owner()) && start + values.len() == end.min(self.len()).max(start) {
            return self.exchange(start, values);
        }
        let values = admitted(t, holder, values);
        self.edit(t, holder, |items| {
            let end = end.min(items.len());
            let start = start.min(end);
            items.splice(start..end, values).collect()
        })
    }

    /// Exchanges the items of a local holder from `start` on with as many values.
    fn exchange(&self, start: usize, mut values: Vec<Value>) -> Vec<Value> {
        for (at, value) in values.iter_mut().enumerate() {
            let new = std::mem::replace(value, Value::NONE);
            // The caller has compared with the length.
            match self.put(start + at, new) {
                Ok(old) | Err(old) => *value = old,
            }
        }
        values
    }

    /// Changes the items as a whole, at one moment: `work` gets them all and may reorder, remove or add
    /// (what it adds must have been [admitted](super::admit)). It cannot call Python code.
    pub fn edit<R>(&self, t: &Thread, holder: &Header, work: impl FnOnce(&mut Vec<Value>) -> R) -> R {
        let local = holder.is_local(t.owner());
        let _held = (!local).then(|| lock(t, holder));
        let mut items: Vec<Value> = (0..self.items.stable_len())
            // SAFETY: below the length; the ownership moves into the vector and, below, back into an array.
            .map(|i| unsafe { Value::from_word(self.items.word(i)) })
            .collect();
        let result = work(&mut items);
        let fits = local && items.len() <= self.capacity();
        let target = if fits { self.items.stable_array() } else { allocate(t, items.len().max(1)) };
        // SAFETY: nobody else writes, and the target has room for all items.
        let old = unsafe { self.items.set_all(target, items.into_iter().map(Value::into_word)) };
        discard(t, old, local);
        result
    }

    /// The bytes that the array takes.
    pub fn allocated_bytes(&self, _t: &Thread) -> usize {
        match self.items.allocated() {
            0 => 0,
            capacity => Array::bytes(capacity),
        }
    }

    #[inline(always)]
    fn capacity(&self) -> usize {
        // SAFETY: the caller is the only writer.
        unsafe { self.items.capacity() }
    }

    /// Capacity for a local array; the block may move.
    #[cold]
    fn grow_local(&self, t: &Thread, wanted: usize) {
        discard(t, self.move_to_larger(t, wanted), true);
    }

    /// Room for `more` items in a shared array; the caller holds the lock.
    fn reserve_shared(&self, t: &Thread, more: usize) {
        let wanted = self.items.stable_len() + more;
        if wanted > self.capacity() {
            discard(t, self.move_to_larger(t, wanted), false);
        }
    }

    fn move_to_larger(&self, t: &Thread, wanted: usize) -> *mut Array {
        // An eighth more than asked for, so that appending takes amortised constant time.
        // SAFETY: nobody else writes, and the new array has room.
        unsafe { self.items.move_to(allocate(t, wanted + (wanted >> 3) + 3)) }
    }
}

/// Values made fit to be stored in a shared holder.
fn admitted(t: &Thread, holder: &Header, values: Vec<Value>) -> Vec<Value> {
    values.into_iter().map(|value| admit(t, holder, value).into_value()).collect()
}

fn allocate(t: &Thread, capacity: usize) -> *mut Array {
    let block = t.allocate_raw(HeapKind::Raw, Array::bytes(capacity));
    // SAFETY: the block is ours and large enough.
    unsafe { Array::initialise(block, capacity) }
}

/// Frees an array whose items were moved elsewhere: at once, or when all readers have been quiescent.
fn discard(t: &Thread, array: *mut Array, local: bool) {
    let Some(block) = NonNull::new(array) else { return };
    // SAFETY: the array was unlinked; its items live on elsewhere.
    unsafe {
        if local {
            ungil_tstate::heap::free(block.cast());
        } else {
            t.retire(block.cast(), Array::bytes(Array::capacity(array)));
        }
    }
}

impl Drop for SlotVec {
    fn drop(&mut self) {
        let Some(array) = NonNull::new(self.items.stable_array()) else { return };
        for i in 0..self.items.stable_len() {
            // SAFETY: the slots below the length own their words.
            drop(unsafe { Value::from_word(self.items.word(i)) });
        }
        // SAFETY: the payload is torn down after the last reader: nobody has a reference to the holder.
        unsafe { ungil_tstate::heap::free(array.cast()) };
    }
}

impl Trace for SlotVec {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for i in 0..self.items.stable_len() {
            // SAFETY: the index is below the length; no other thread writes meanwhile.
            tracer.word(unsafe { self.items.word(i) });
        }
    }
}
