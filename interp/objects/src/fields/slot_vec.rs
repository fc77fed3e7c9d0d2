//! A growable array of references: the storage of lists and whatever else is a sequence.
//!
//! **Protocol** (shared holder). Writers hold the holder's lock. The array pointer is replaced by a release store when the
//! array grows, or when items move (insertion, deletion in the middle, reordering): within one array an index keeps its meaning,
//! items are only overwritten, appended or cut off at the end. The length is stored with release after an appended item; a reader may see a
//! length newer than the array it loads, and checks the array's capacity. Old arrays are retired through `qsbr`.
//! A local holder's array is changed in place and freed at once.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use ungil_refcount::Header;
use ungil_tstate::heap::HeapKind;

use super::{Attempt, SlotWord, admit, count_stable, load_word, read_shared};
use crate::lock::lock;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::Value;
use crate::word::Word;

/// A growable array of references in a payload.
pub struct SlotVec {
    array: AtomicPtr<Array>,
    len: AtomicUsize,
}

/// A block of slots. Slots at and behind the length are unbound or stale; never read but under the length's check.
#[repr(C)]
struct Array {
    capacity: usize,
    slots: [SlotWord; 0],
}

impl Array {
    const HEADER: usize = size_of::<Array>();

    fn bytes(capacity: usize) -> usize {
        Array::HEADER + capacity * size_of::<SlotWord>()
    }

    /// # Safety
    /// `array` points to an array, and `index` is below its capacity.
    #[inline(always)]
    unsafe fn slot<'a>(array: *mut Array, index: usize) -> &'a SlotWord {
        // SAFETY: promised by the caller; the slots lie behind the header.
        unsafe { &*(&raw const (*array).slots).cast::<SlotWord>().add(index) }
    }
}

impl SlotVec {
    pub const fn new() -> SlotVec {
        SlotVec { array: AtomicPtr::new(std::ptr::null_mut()), len: AtomicUsize::new(0) }
    }

    /// An array of these values, for a payload under construction.
    pub fn from_values(t: &Thread, values: impl IntoIterator<Item = Value>) -> SlotVec {
        let values = values.into_iter();
        let vec = SlotVec::new();
        let expected = values.size_hint().0;
        if expected > 0 {
            vec.array.store(allocate(t, expected), Ordering::Relaxed);
        }
        for value in values {
            vec.push_plain(t, value);
        }
        vec
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An owned reference to the item at `index`, or `None` past the end.
    #[inline]
    pub fn get(&self, t: &Thread, holder: &Header, index: usize) -> Option<Value> {
        if holder.is_local(t.owner()) {
            if index >= self.len.load(Ordering::Relaxed) {
                return None;
            }
            // SAFETY: the index is below the length, and that at most the capacity.
            return count_stable(load_word(unsafe { Array::slot(self.array(), index) }, Ordering::Relaxed));
        }
        self.get_shared(t, holder, index)
    }

    #[inline(never)]
    fn get_shared(&self, t: &Thread, holder: &Header, index: usize) -> Option<Value> {
        // Acquire: pairs with the release stores of length and array, see the protocol.
        if index >= self.len.load(Ordering::Acquire) {
            return None;
        }
        let array = self.array.load(Ordering::Acquire);
        // SAFETY: not null once the length was positive; retired arrays stay readable until the next safepoint.
        if index < unsafe { (*array).capacity } {
            // SAFETY: the index is below the capacity.
            let slot = unsafe { Array::slot(array, index) };
            let unmoved = || self.array.load(Ordering::Relaxed) == array;
            if let Attempt::Got(value) = read_shared(t, slot, unmoved) {
                return Some(value);
            }
        }
        let _held = lock(t, holder);
        (index < self.len.load(Ordering::Relaxed))
            // SAFETY: under the lock the length bounds the initialised slots.
            .then(|| count_stable(load_word(unsafe { Array::slot(self.array(), index) }, Ordering::Relaxed)))
            .flatten()
    }

    /// Replaces the item at `index`; `Err` gives the value back if the index is past the end.
    #[inline]
    pub fn replace(&self, t: &Thread, holder: &Header, index: usize, value: Value) -> Result<Value, Value> {
        let value = admit(t, holder, value).into_value();
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        if index >= self.len.load(Ordering::Relaxed) {
            return Err(value);
        }
        // SAFETY: the index is below the length.
        let slot = unsafe { Array::slot(self.array(), index) };
        let old = load_word(slot, Ordering::Relaxed);
        // Release: a reader that acquires the reference sees the object complete and published.
        slot.store(value.into_word().bits(), Ordering::Release);
        // SAFETY: the slot owned the old word and has given it up.
        Ok(unsafe { Value::from_word(old) })
    }

    #[inline]
    pub fn push(&self, t: &Thread, holder: &Header, value: Value) {
        let value = admit(t, holder, value).into_value();
        if holder.is_local(t.owner()) {
            self.push_plain(t, value);
        } else {
            let _held = lock(t, holder);
            self.reserve_shared(t, 1);
            self.put_at_end(value);
        }
    }

    #[inline(always)]
    fn push_plain(&self, t: &Thread, value: Value) {
        let len = self.len.load(Ordering::Relaxed);
        let array = self.array();
        // SAFETY: the array is null or valid.
        if array.is_null() || len == unsafe { (*array).capacity } {
            self.grow_local(t, len + 1);
        }
        self.put_at_end(value);
    }

    #[inline(always)]
    fn put_at_end(&self, value: Value) {
        let len = self.len.load(Ordering::Relaxed);
        // SAFETY: the caller made room.
        let slot = unsafe { Array::slot(self.array(), len) };
        // Release twice: the object before the reference, the reference before the length.
        slot.store(value.into_word().bits(), Ordering::Release);
        self.len.store(len + 1, Ordering::Release);
    }

    /// Removes and returns the last item.
    #[inline]
    pub fn pop(&self, t: &Thread, holder: &Header) -> Option<Value> {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let len = self.len.load(Ordering::Relaxed).checked_sub(1)?;
        self.len.store(len, Ordering::Release);
        // SAFETY: the slot lies below the old length.
        let slot = unsafe { Array::slot(self.array(), len) };
        let word = load_word(slot, Ordering::Relaxed);
        // A reader that re-reads the slot must find it changed.
        slot.store(Word::UNBOUND.bits(), Ordering::Release);
        // SAFETY: the slot owned the word and has given it up.
        Some(unsafe { Value::from_word(word) })
    }

    /// Owned references to the items `start..end`, as they were at one moment.
    pub fn copy_range(&self, t: &Thread, holder: &Header, start: usize, end: usize) -> Vec<Value> {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let end = end.min(self.len.load(Ordering::Relaxed));
        (start..end)
            .filter_map(|i| {
                // SAFETY: the index is below the length.
                let slot = unsafe { Array::slot(self.array(), i) };
                count_stable(load_word(slot, Ordering::Relaxed))
            })
            .collect()
    }

    /// Owned references to all items, as they were at one moment.
    pub fn to_vec(&self, t: &Thread, holder: &Header) -> Vec<Value> {
        self.copy_range(t, holder, 0, usize::MAX)
    }

    /// Appends all values at one moment.
    pub fn extend(&self, t: &Thread, holder: &Header, values: Vec<Value>) {
        let values: Vec<Value> =
            values.into_iter().map(|value| admit(t, holder, value).into_value()).collect();
        if holder.is_local(t.owner()) {
            let wanted = self.len.load(Ordering::Relaxed) + values.len();
            if wanted > self.capacity() {
                self.grow_local(t, wanted);
            }
            values.into_iter().for_each(|value| self.put_at_end(value));
        } else {
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
        let values: Vec<Value> =
            values.into_iter().map(|value| admit(t, holder, value).into_value()).collect();
        self.edit(t, holder, |items| {
            let end = end.min(items.len());
            let start = start.min(end);
            items.splice(start..end, values).collect()
        })
    }

    /// Changes the items as a whole, at one moment: `work` gets them all and may reorder, remove or add
    /// (what it adds must have been [admitted](super::admit)). It cannot call Python code.
    pub fn edit<R>(&self, t: &Thread, holder: &Header, work: impl FnOnce(&mut Vec<Value>) -> R) -> R {
        let local = holder.is_local(t.owner());
        let _held = (!local).then(|| lock(t, holder));
        let len = self.len.load(Ordering::Relaxed);
        let old = self.array();
        let mut items: Vec<Value> = (0..len)
            // SAFETY: below the length; the ownership moves into the vector and, below, back into an array.
            .map(|i| unsafe { Value::from_word(load_word(Array::slot(old, i), Ordering::Relaxed)) })
            .collect();
        let result = work(&mut items);
        let fits = local && items.len() <= self.capacity();
        let target = if fits { old } else { allocate(t, items.len().max(1)) };
        let new_len = items.len();
        for (i, value) in items.into_iter().enumerate() {
            // SAFETY: the target has room for all items.
            unsafe { Array::slot(target, i) }.store(value.into_word().bits(), Ordering::Relaxed);
        }
        // A shrinking length is stored before the array, a growing one after: no reader sees a length beyond its array's items.
        self.len.store(new_len.min(len), Ordering::Release);
        if target != old {
            self.array.store(target, Ordering::Release);
            discard(t, old, local);
        }
        self.len.store(new_len, Ordering::Release);
        result
    }

    /// The bytes that the array takes.
    pub fn allocated_bytes(&self) -> usize {
        match self.capacity() {
            0 => 0,
            capacity => Array::bytes(capacity),
        }
    }

    #[inline(always)]
    fn array(&self) -> *mut Array {
        self.array.load(Ordering::Relaxed)
    }

    fn capacity(&self) -> usize {
        let array = self.array();
        // SAFETY: the array is null or valid.
        if array.is_null() { 0 } else { unsafe { (*array).capacity } }
    }

    /// Capacity for a local array; the block may move.
    #[cold]
    fn grow_local(&self, t: &Thread, wanted: usize) {
        let grown = self.moved_to_larger(t, wanted);
        let old = self.array.swap(grown, Ordering::Relaxed);
        discard(t, old, true);
    }

    /// Room for `more` items in a shared array; the caller holds the lock.
    fn reserve_shared(&self, t: &Thread, more: usize) {
        let wanted = self.len.load(Ordering::Relaxed) + more;
        if wanted > self.capacity() {
            let grown = self.moved_to_larger(t, wanted);
            // Release: a reader that acquires the array sees its items.
            let old = self.array.swap(grown, Ordering::Release);
            discard(t, old, false);
        }
    }

    fn moved_to_larger(&self, t: &Thread, wanted: usize) -> *mut Array {
        let len = self.len.load(Ordering::Relaxed);
        // An eighth more than asked for, so that appending takes amortised constant time.
        let grown = allocate(t, wanted + (wanted >> 3) + 3);
        for i in 0..len {
            // SAFETY: both arrays have at least `len` slots.
            unsafe {
                Array::slot(grown, i)
                    .store(Array::slot(self.array(), i).load(Ordering::Relaxed), Ordering::Relaxed)
            };
        }
        grown
    }
}

impl Default for SlotVec {
    fn default() -> Self {
        SlotVec::new()
    }
}

fn allocate(t: &Thread, capacity: usize) -> *mut Array {
    let block = t.allocate_raw(HeapKind::Raw, Array::bytes(capacity));
    // The block's size class may offer more than was asked for; unused slots cost nothing but address space.
    let array = block.cast::<Array>().as_ptr();
    // SAFETY: the block is ours and large enough; slots behind the items are unbound so that stale reads are recognised.
    unsafe {
        (&raw mut (*array).capacity).write(capacity);
        let slots = (&raw mut (*array).slots).cast::<u64>();
        for i in 0..capacity {
            slots.add(i).write(Word::UNBOUND.bits());
        }
    }
    array
}

/// Frees an array whose items were moved elsewhere: at once, or when all readers have been quiescent.
fn discard(t: &Thread, array: *mut Array, local: bool) {
    let Some(block) = NonNull::new(array) else { return };
    // SAFETY: the array was unlinked; its items live on elsewhere.
    unsafe {
        if local {
            ungil_tstate::heap::free(block.cast());
        } else {
            t.retire(block.cast(), Array::bytes(block.as_ref().capacity));
        }
    }
}

impl Drop for SlotVec {
    fn drop(&mut self) {
        let array = *self.array.get_mut();
        if array.is_null() {
            return;
        }
        for i in 0..*self.len.get_mut() {
            // SAFETY: the slots below the length own their words.
            drop(unsafe { Value::from_word(load_word(Array::slot(array, i), Ordering::Relaxed)) });
        }
        // SAFETY: the payload is torn down after the last reader: at once for local objects, after a grace period for shared.
        unsafe { ungil_tstate::heap::free(NonNull::new_unchecked(array).cast()) };
    }
}

impl Trace for SlotVec {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        let array = self.array();
        for i in 0..self.len.load(Ordering::Relaxed) {
            // SAFETY: the index is below the length.
            tracer.word(load_word(unsafe { Array::slot(array, i) }, Ordering::Relaxed));
        }
    }
}
