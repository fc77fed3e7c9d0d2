//! A growable array of slots: what a list is made of.
//!
//! **Protocol** (shared holder). Writers exclude each other. The array pointer is replaced by a release store when the array grows, or
//! when items move (insertion, deletion in the middle, reordering): within one array an index keeps its meaning, items are only
//! overwritten, appended or cut off at the end. The length is stored with release after an appended item, and before a new
//! array that is to have fewer items. A reader loads the length first, so that the array it finds is at least as new; it may find a newer
//! and smaller one, and checks the capacity. Slots that are not in use are unbound: a reader that finds one takes the lock.
//!
//! A local holder's array is changed in place.

use std::ptr::NonNull;

use ungil_qsbr::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use ungil_qsbr::{site, step};
use ungil_refcount::Owner;

use crate::slot::{self, Attempt, SlotWord};
use crate::word::Word;

/// A growable array of words. It owns neither their counts nor the array's memory: both are its user's to give back.
pub struct Items {
    array: AtomicPtr<Array>,
    len: AtomicUsize,
}

/// A block of slots.
#[repr(C)]
pub struct Array {
    capacity: usize,
    slots: [SlotWord; 0],
}

impl Array {
    pub const fn bytes(capacity: usize) -> usize {
        size_of::<Array>() + capacity * size_of::<SlotWord>()
    }

    /// An array of unbound slots.
    ///
    /// # Safety
    /// The memory is the caller's, of [`bytes`](Array::bytes), aligned to eight.
    #[inline]
    pub unsafe fn initialise(memory: NonNull<u8>, capacity: usize) -> *mut Array {
        let array = memory.cast::<Array>().as_ptr();
        // SAFETY: promised by the caller.
        unsafe {
            (&raw mut (*array).capacity).write(capacity);
            let slots = (&raw mut (*array).slots).cast::<SlotWord>();
            for i in 0..capacity {
                slots.add(i).write(SlotWord::new(Word::UNBOUND.bits()));
            }
        }
        array
    }

    /// # Safety
    /// `array` is null or readable.
    #[inline(always)]
    pub unsafe fn capacity(array: *mut Array) -> usize {
        // SAFETY: promised by the caller.
        if array.is_null() { 0 } else { unsafe { (*array).capacity } }
    }

    /// # Safety
    /// `array` is readable, and `index` is below its capacity.
    #[inline(always)]
    unsafe fn slot<'a>(array: *mut Array, index: usize) -> &'a SlotWord {
        // SAFETY: promised by the caller; the slots lie behind the header.
        unsafe { &*(&raw const (*array).slots).cast::<SlotWord>().add(index) }
    }
}

impl Default for Items {
    fn default() -> Self {
        Items::new()
    }
}

/// What [`Items::read`] came to.
#[derive(Debug)]
pub enum Read {
    PastTheEnd,
    At(Attempt),
}

impl Items {
    #[inline]
    pub fn new() -> Items {
        Items { array: AtomicPtr::new(std::ptr::null_mut()), len: AtomicUsize::new(0) }
    }

    /// Items that nobody else knows yet, in an array of just as many.
    ///
    /// # Safety
    /// The memory is the caller's, of [`Array::bytes`], aligned to eight.
    #[inline(always)]
    pub unsafe fn filled(memory: NonNull<u8>, len: usize, word: impl FnMut(usize) -> Word) -> Items {
        let array = memory.cast::<Array>().as_ptr();
        // SAFETY: promised by the caller.
        unsafe {
            (&raw mut (*array).capacity).write(len);
            let slots = (&raw mut (*array).slots).cast::<SlotWord>();
            for (at, word) in (0..len).map(word).enumerate() {
                slots.add(at).write(SlotWord::new(word.bits()));
            }
        }
        Items { array: AtomicPtr::new(array), len: AtomicUsize::new(len) }
    }

    /// No items, with an array for some.
    #[inline]
    pub fn in_array(array: *mut Array) -> Items {
        Items { array: AtomicPtr::new(array), len: AtomicUsize::new(0) }
    }

    /// The length, for anybody.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(site!("storage.items.len", Acquire))
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads the item at `index` of a shared holder. Anything but an item or the end means that the lock is to be taken.
    ///
    /// # Safety
    /// The holder is alive, and the caller is the thread `me`.
    #[inline]
    pub unsafe fn read(&self, me: Owner, index: usize) -> Read {
        // Acquire: pairs with the release stores of the length, so that item and array are there.
        if index >= self.len.load(site!("storage.items.len", Acquire)) {
            return Read::PastTheEnd;
        }
        // Acquire: pairs with the release stores of the array.
        let array = self.array.load(site!("storage.items.array", Acquire));
        debug_assert!(!array.is_null(), "a length without an array");
        // SAFETY: not null once the length was positive; replaced arrays stay readable until the next safepoint.
        unsafe {
            let reaches = index < Array::capacity(array);
            if !step!("storage.items.capacity", reaches, otherwise true) {
                return Read::At(Attempt::Uncountable);
            }
            let unmoved = || self.array.load(Ordering::Relaxed) == array;
            Read::At(slot::read(Array::slot(array, index), me, unmoved))
        }
    }

    /// The capacity of the array, for anybody.
    pub fn allocated(&self) -> usize {
        let array = self.array.load(site!("storage.items.array", Acquire));
        // SAFETY: null, or readable until the next safepoint.
        unsafe { Array::capacity(array) }
    }

    // For the only writer: under the lock, or the owner of a local holder.

    /// The length that the writer left.
    #[inline(always)]
    pub fn stable_len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    /// The array, null if there is none.
    #[inline(always)]
    pub fn stable_array(&self) -> *mut Array {
        self.array.load(Ordering::Relaxed)
    }

    /// # Safety
    /// The caller is the only writer.
    #[inline(always)]
    pub unsafe fn capacity(&self) -> usize {
        // SAFETY: the writer's array is readable.
        unsafe { Array::capacity(self.stable_array()) }
    }

    /// The slot of an item.
    ///
    /// # Safety
    /// The caller is the only writer, and `index` is below the length.
    #[inline(always)]
    pub unsafe fn slot(&self, index: usize) -> &SlotWord {
        // SAFETY: the length is at most the capacity.
        unsafe { Array::slot(self.stable_array(), index) }
    }

    /// The word of an item.
    ///
    /// # Safety
    /// As for [`slot`](Items::slot).
    #[inline(always)]
    pub unsafe fn word(&self, index: usize) -> Word {
        // SAFETY: promised by the caller.
        slot::load(unsafe { self.slot(index) }, Ordering::Relaxed)
    }

    /// Appends a word.
    ///
    /// # Safety
    /// The caller is the only writer, and the capacity is above the length.
    #[inline(always)]
    pub unsafe fn push(&self, word: Word) {
        let len = self.stable_len();
        // SAFETY: there is room.
        slot::store(unsafe { Array::slot(self.stable_array(), len) }, word);
        // Release: the item before the length that counts it, and the array before both.
        self.len.store(len + 1, site!("storage.items.push", Release));
    }

    /// Takes the last word off.
    ///
    /// # Safety
    /// The caller is the only writer.
    #[inline(always)]
    pub unsafe fn pop(&self) -> Option<Word> {
        let len = self.stable_len().checked_sub(1)?;
        self.len.store(len, Ordering::Release);
        // SAFETY: the slot lies below the old length. A reader that looks again finds it changed.
        Some(slot::replace(unsafe { Array::slot(self.stable_array(), len) }, Word::UNBOUND))
    }

    /// Moves one item of `first..=last` from one end of that range to the other, the items between by one: from the last place to the
    /// first if `from` is `last`, from the first to the last if it is `first`.
    ///
    /// # Safety
    /// The holder is local to the caller, and `last` is below the length.
    pub unsafe fn rotate(&self, first: usize, last: usize, from: usize) {
        let array = self.stable_array();
        // SAFETY: the indexes lie below the length.
        let slot = |index| unsafe { Array::slot(array, index) };
        let shift = |to, from| slot(to).store(slot(from).load(Ordering::Relaxed), Ordering::Relaxed);
        let moved = slot(from).load(Ordering::Relaxed);
        if from == last {
            (first..last).rev().for_each(|index| shift(index + 1, index));
            slot(first).store(moved, Ordering::Relaxed);
        } else {
            (first..last).for_each(|index| shift(index, index + 1));
            slot(last).store(moved, Ordering::Relaxed);
        }
    }

    /// Moves all items to another array and returns the old one, whose words belong to the new one.
    ///
    /// # Safety
    /// The caller is the only writer; the new array has room for the items.
    pub unsafe fn move_to(&self, array: *mut Array) -> *mut Array {
        let old = self.stable_array();
        for i in 0..self.stable_len() {
            // SAFETY: both arrays have at least `len` slots.
            unsafe {
                let word = Array::slot(old, i).load(Ordering::Relaxed);
                Array::slot(array, i).store(word, Ordering::Relaxed);
            }
        }
        // Release: a reader that acquires the array sees its items.
        self.array.store(array, site!("storage.items.move", Release));
        old
    }

    /// Puts other items in the place of all: into `array`, which for a local holder may be the one in use. Returns the array
    /// that was replaced, if one was; the words that were there are the caller's.
    ///
    /// # Safety
    /// The caller is the only writer; the array has room for the items.
    pub unsafe fn set_all(
        &self,
        array: *mut Array,
        items: impl ExactSizeIterator<Item = Word>,
    ) -> *mut Array {
        let (old, old_len, new_len) = (self.stable_array(), self.stable_len(), items.len());
        for (i, word) in items.enumerate() {
            // SAFETY: the array has room for all items.
            unsafe { Array::slot(array, i) }.store(word.bits(), Ordering::Relaxed);
        }
        let mut replaced = std::ptr::null_mut();
        // A shrinking length before the array, a growing one after it: no reader counts items beyond those of its array.
        self.len.store(new_len.min(old_len), Ordering::Release);
        if array != old {
            self.array.store(array, site!("storage.items.set_all", Release));
            replaced = old;
        }
        self.len.store(new_len, Ordering::Release);
        replaced
    }
}
