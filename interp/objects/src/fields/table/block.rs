//! One storage block of a [`Table`](super::Table): header, indexes, entries, in one allocation.
//!
//! All functions work on raw pointers, since a block is shared by readers without locks; a null block is an empty one.
//! Entries `0..filled` are written, and their indexes too; a dead entry has an unbound key.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use ungil_tstate::heap::{self, HeapKind};

use crate::fields::{SlotWord, load_word};
use crate::thread::Thread;
use crate::value::Value;
use crate::word::Word;

#[repr(C)]
pub(super) struct Block {
    /// Tells this block from every other there ever was: an address may serve again.
    serial: u64,
    version: AtomicU32,
    filled: AtomicU32,
    capacity: u32,
    index_mask: u32,
    /// No entry before this one is live, and none from `live_end` on: hints for taking entries off the ends, which writers keep.
    live_start: AtomicU32,
    live_end: AtomicU32,
    // `index_mask + 1` indexes of 32 bits, then `capacity` entries.
}

#[repr(C)]
struct Entry {
    hash: AtomicI64,
    key: SlotWord,
    value: SlotWord,
}

/// An index that was never used: the probe ends here.
const FREE: u32 = u32::MAX;
/// What [`Block::next_candidate`] returns at the end of the probe.
pub(super) const NO_ENTRY: usize = usize::MAX;

/// The state of a probe sequence (CPython's recurrence, `Objects/dictobject.c`: all bits of the hash take part in time).
pub(super) struct Probe {
    at: usize,
    perturb: u64,
}

impl Block {
    pub(super) fn allocate(t: &Thread, capacity: usize) -> *mut Block {
        // Two thirds load at most.
        let indexes = (capacity * 3 / 2 + 1).next_power_of_two().max(8);
        let capacity = indexes * 2 / 3;
        let block = t.allocate_raw(HeapKind::Raw, Block::bytes(indexes, capacity)).cast::<Block>().as_ptr();
        // SAFETY: the block is ours and large enough.
        unsafe {
            block.write(Block {
                serial: t.fresh_serial(),
                version: AtomicU32::new(0),
                filled: AtomicU32::new(0),
                capacity: capacity as u32,
                index_mask: (indexes - 1) as u32,
                live_start: AtomicU32::new(0),
                live_end: AtomicU32::new(0),
            });
            // FREE is all ones.
            block.add(1).cast::<u32>().write_bytes(0xFF, indexes);
        }
        block
    }

    fn bytes(indexes: usize, capacity: usize) -> usize {
        size_of::<Block>() + indexes * size_of::<u32>() + capacity * size_of::<Entry>()
    }

    /// # Safety
    /// `block` is null or readable; so for all functions below. An `entry` lies below the block's `filled`.
    pub(super) unsafe fn bytes_of(block: *mut Block) -> usize {
        if block.is_null() {
            0
        } else {
            // SAFETY: not null.
            unsafe { Block::bytes((*block).index_mask as usize + 1, (*block).capacity as usize) }
        }
    }

    #[inline(always)]
    unsafe fn index<'a>(block: *mut Block, at: usize) -> &'a AtomicU32 {
        // SAFETY: the caller masks `at`.
        unsafe { &*block.add(1).cast::<AtomicU32>().add(at) }
    }

    #[inline(always)]
    unsafe fn entry<'a>(block: *mut Block, entry: usize) -> &'a Entry {
        // SAFETY: the entries follow the indexes, whose number is a multiple of eight.
        unsafe {
            let indexes = (*block).index_mask as usize + 1;
            &*block.add(1).cast::<u32>().add(indexes).cast::<Entry>().add(entry)
        }
    }

    #[inline(always)]
    pub(super) unsafe fn key_slot<'a>(block: *mut Block, entry: usize) -> &'a SlotWord {
        // SAFETY: promised by the caller; likewise below.
        unsafe { &Block::entry(block, entry).key }
    }

    #[inline(always)]
    pub(super) unsafe fn value_slot<'a>(block: *mut Block, entry: usize) -> &'a SlotWord {
        // SAFETY: see `key_slot`.
        unsafe { &Block::entry(block, entry).value }
    }

    #[inline(always)]
    pub(super) unsafe fn key(block: *mut Block, entry: usize) -> Word {
        // SAFETY: see `key_slot`. Acquire: the key's text is compared in place.
        load_word(unsafe { Block::key_slot(block, entry) }, Ordering::Acquire)
    }

    #[inline(always)]
    pub(super) unsafe fn value(block: *mut Block, entry: usize) -> Word {
        // SAFETY: see `key_slot`.
        load_word(unsafe { Block::value_slot(block, entry) }, Ordering::Acquire)
    }

    #[inline(always)]
    pub(super) unsafe fn hash(block: *mut Block, entry: usize) -> i64 {
        // SAFETY: see `key_slot`.
        unsafe { Block::entry(block, entry) }.hash.load(Ordering::Relaxed)
    }

    /// Which block this is; 0 for none.
    #[inline(always)]
    pub(super) unsafe fn serial(block: *mut Block) -> u64 {
        // SAFETY: not null on the right side.
        if block.is_null() { 0 } else { unsafe { (*block).serial } }
    }

    #[inline(always)]
    pub(super) unsafe fn filled(block: *mut Block) -> usize {
        // SAFETY: not null. Acquire: pairs with the release store in `append`; entries below are complete, and found.
        if block.is_null() { 0 } else { unsafe { (*block).filled.load(Ordering::Acquire) as usize } }
    }

    pub(super) unsafe fn is_full(block: *mut Block) -> bool {
        // SAFETY: not null on the right side.
        block.is_null() || unsafe { Block::filled(block) == (*block).capacity as usize }
    }

    #[inline(always)]
    pub(super) unsafe fn version(block: *mut Block) -> u32 {
        // SAFETY: promised not null.
        unsafe { (*block).version.load(Ordering::Relaxed) }
    }

    /// A version for the block's keys, assigned now if it has none. For a writer: between the clearing of a version and the key
    /// that follows it none may be assigned.
    pub(super) unsafe fn ensure_version(t: &Thread, block: *mut Block) -> Option<u32> {
        // SAFETY: promised not null.
        let version = unsafe { &(*block).version };
        match version.load(Ordering::Relaxed) {
            0 => {
                let fresh = t.interpreter().next_version()?;
                version.store(fresh, Ordering::Relaxed);
                Some(fresh)
            }
            assigned => Some(assigned),
        }
    }

    pub(super) unsafe fn clear_version(block: *mut Block) {
        // SAFETY: promised not null.
        unsafe { (*block).version.store(0, Ordering::Relaxed) }
    }

    #[inline(always)]
    pub(super) unsafe fn probe(block: *mut Block, hash: i64) -> Probe {
        // SAFETY: not null on the right side.
        let mask = if block.is_null() { 0 } else { unsafe { (*block).index_mask as usize } };
        Probe { at: hash as usize & mask, perturb: hash as u64 }
    }

    /// The next filled entry on the probe whose hash is `hash`; dead ones included.
    #[inline(always)]
    pub(super) unsafe fn next_candidate(block: *mut Block, hash: i64, probe: &mut Probe) -> usize {
        if block.is_null() {
            return NO_ENTRY;
        }
        loop {
            // SAFETY: `probe.at` is masked.
            unsafe {
                // Acquire: pairs with the release store in `append`; the entry is complete.
                let index = Block::index(block, probe.at).load(Ordering::Acquire);
                if index == FREE {
                    return NO_ENTRY;
                }
                probe.perturb >>= 5;
                probe.at = (probe.at.wrapping_mul(5).wrapping_add(probe.perturb as usize + 1))
                    & (*block).index_mask as usize;
                if Block::hash(block, index as usize) == hash {
                    return index as usize;
                }
            }
        }
    }

    /// The first live entry at or behind `at`.
    pub(super) unsafe fn next_live(block: *mut Block, at: usize) -> Option<usize> {
        // SAFETY: the range is below `filled`.
        unsafe { (at..Block::filled(block)).find(|&entry| !Block::key(block, entry).is_unbound()) }
    }

    /// The last live entry before `end`.
    pub(super) unsafe fn live_before(block: *mut Block, end: usize) -> Option<usize> {
        // SAFETY: the range is below `filled`.
        unsafe {
            (0..end.min(Block::filled(block))).rev().find(|&entry| !Block::key(block, entry).is_unbound())
        }
    }

    /// The first live entry, for a writer: remembers where it was.
    pub(super) unsafe fn first_live(block: *mut Block) -> Option<usize> {
        if block.is_null() {
            return None;
        }
        // SAFETY: not null; nobody else writes.
        unsafe {
            let first = Block::next_live(block, (*block).live_start.load(Ordering::Relaxed) as usize)?;
            (*block).live_start.store(first as u32, Ordering::Relaxed);
            Some(first)
        }
    }

    /// The last live entry, for a writer: remembers where it was.
    pub(super) unsafe fn last_live(block: *mut Block) -> Option<usize> {
        if block.is_null() {
            return None;
        }
        // SAFETY: not null; nobody else writes.
        unsafe {
            let last = Block::live_before(block, (*block).live_end.load(Ordering::Relaxed) as usize)?;
            (*block).live_end.store(last as u32 + 1, Ordering::Relaxed);
            Some(last)
        }
    }

    /// Adds an entry; there is room for it.
    pub(super) unsafe fn append(block: *mut Block, key: Value, hash: i64, value: Value) {
        // SAFETY: there is room; nobody else writes.
        unsafe {
            let entry = (*block).filled.load(Ordering::Relaxed) as usize;
            let fields = Block::entry(block, entry);
            fields.hash.store(hash, Ordering::Relaxed);
            fields.value.store(value.into_word().bits(), Ordering::Release);
            fields.key.store(key.into_word().bits(), Ordering::Release);
            let mut probe = Block::probe(block, hash);
            while Block::index(block, probe.at).load(Ordering::Relaxed) != FREE {
                probe.perturb >>= 5;
                probe.at = (probe.at.wrapping_mul(5).wrapping_add(probe.perturb as usize + 1))
                    & (*block).index_mask as usize;
            }
            // Release: a reader that finds the index sees the entry complete.
            Block::index(block, probe.at).store(entry as u32, Ordering::Release);
            // After the index: whoever counts the entry would have found it. Release: pairs with the acquire in `filled`.
            (*block).filled.store(entry as u32 + 1, Ordering::Release);
            (*block).live_end.store(entry as u32 + 1, Ordering::Relaxed);
        }
    }

    /// Overwrites a live entry's value; `None`, and no change, if the entry is dead. On success `value`'s count has moved.
    pub(super) unsafe fn swap_value(block: *mut Block, entry: usize, value: &Value) -> Option<Value> {
        // SAFETY: nobody else writes; the slot gives its word up.
        unsafe {
            let slot = Block::value_slot(block, entry);
            let old = load_word(slot, Ordering::Relaxed);
            if old.is_unbound() {
                return None;
            }
            slot.store(value.word().bits(), Ordering::Release);
            Some(Value::from_word(old))
        }
    }

    pub(super) unsafe fn remove(block: *mut Block, entry: usize) -> (Value, Value) {
        // SAFETY: nobody else writes; the slots give their words up.
        unsafe {
            let fields = Block::entry(block, entry);
            let (key, value) =
                (load_word(&fields.key, Ordering::Relaxed), load_word(&fields.value, Ordering::Relaxed));
            fields.value.store(Word::UNBOUND.bits(), Ordering::Release);
            fields.key.store(Word::UNBOUND.bits(), Ordering::Release);
            (Value::from_word(key), Value::from_word(value))
        }
    }

    /// A block of at least that capacity with the live entries; their words are the new block's from now on.
    pub(super) unsafe fn copy_live(t: &Thread, block: *mut Block, capacity: usize) -> *mut Block {
        let copy = Block::allocate(t, capacity);
        // SAFETY: nobody else writes; the old block is discarded by the caller without dropping its words.
        unsafe {
            let mut at = 0;
            while let Some(entry) = Block::next_live(block, at) {
                Block::take_over(copy, block, entry);
                at = entry + 1;
            }
        }
        copy
    }

    /// Like [`copy_live`](Block::copy_live), with one entry moved to the end or the beginning.
    pub(super) unsafe fn copy_moving(t: &Thread, block: *mut Block, moved: usize, last: bool) -> *mut Block {
        // SAFETY: as in `copy_live`.
        unsafe {
            let copy = Block::allocate(t, (*block).capacity as usize);
            if !last {
                Block::take_over(copy, block, moved);
            }
            let mut at = 0;
            while let Some(entry) = Block::next_live(block, at) {
                if entry != moved {
                    Block::take_over(copy, block, entry);
                }
                at = entry + 1;
            }
            if last {
                Block::take_over(copy, block, moved);
            }
            copy
        }
    }

    unsafe fn take_over(copy: *mut Block, block: *mut Block, entry: usize) {
        // SAFETY: the words' ownership moves from one block to the other.
        unsafe {
            let (key, value) = (Block::key(block, entry), Block::value(block, entry));
            Block::append(copy, Value::from_word(key), Block::hash(block, entry), Value::from_word(value));
        }
    }

    /// Frees a block whose words live on elsewhere: at once, or when all readers have been quiescent.
    pub(super) unsafe fn discard(t: &Thread, block: *mut Block, local: bool) {
        let Some(pointer) = NonNull::new(block) else { return };
        // SAFETY: the block was unlinked.
        unsafe {
            if local {
                heap::free(pointer.cast());
            } else {
                t.retire(pointer.cast(), Block::bytes_of(block));
            }
        }
    }

    /// Drops all entries and frees the block; its holder is dead.
    pub(super) unsafe fn drop_all(block: *mut Block) {
        let Some(pointer) = NonNull::new(block) else { return };
        let mut at = 0;
        // SAFETY: the holder is dead, nobody reads the block any more.
        unsafe {
            while let Some(entry) = Block::next_live(block, at) {
                drop(Block::remove(block, entry));
                at = entry + 1;
            }
            heap::free(pointer.cast());
        }
    }
}
