//! One block of a [hash table](crate::table): header, indexes, entries, in one allocation.
//!
//! All functions work on raw pointers, since a block is shared by readers without locks; a null block is an empty one.
//! Entries `0..filled` are written, and their indexes too; a dead entry has an unbound key.

use std::ptr::NonNull;

use ungil_qsbr::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use ungil_qsbr::{site, step};

use crate::slot::{self, SlotWord};
use crate::version::Version;
use crate::word::Word;

/// A block of a table.
#[repr(C)]
pub struct Block {
    /// Tells this block from every other there ever was: an address may serve again.
    serial: u64,
    version: Version,
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
pub(crate) const NO_ENTRY: usize = usize::MAX;

/// The state of a probe sequence (CPython's recurrence, `Objects/dictobject.c`: all bits of the hash take part in time).
pub(crate) struct Probe {
    at: usize,
    perturb: u64,
}

#[allow(clippy::missing_safety_doc, reason = "one rule for all, see `bytes_of`")]
impl Block {
    /// The number of indexes, and of entries, of a block for at least so many entries: two thirds load at most.
    const fn sizes(capacity: usize) -> (usize, usize) {
        let indexes = (capacity * 3 / 2 + 1).next_power_of_two();
        let indexes = if indexes < 8 { 8 } else { indexes };
        (indexes, indexes * 2 / 3)
    }

    /// The bytes of a block for at least so many entries.
    pub const fn bytes_for(capacity: usize) -> usize {
        let (indexes, capacity) = Block::sizes(capacity);
        Block::bytes(indexes, capacity)
    }

    /// An empty block for at least so many entries.
    ///
    /// # Safety
    /// The memory is the caller's, of [`bytes_for`](Block::bytes_for) the capacity, aligned to eight. No block ever had the
    /// serial, and it is not 0.
    pub unsafe fn initialise(memory: NonNull<u8>, capacity: usize, serial: u64) -> *mut Block {
        let (indexes, capacity) = Block::sizes(capacity);
        let block = memory.cast::<Block>().as_ptr();
        // SAFETY: promised by the caller.
        unsafe {
            block.write(Block {
                serial,
                version: Version::none(),
                filled: AtomicU32::new(0),
                capacity: capacity as u32,
                index_mask: (indexes - 1) as u32,
                live_start: AtomicU32::new(0),
                live_end: AtomicU32::new(0),
            });
            let first = block.add(1).cast::<AtomicU32>();
            (0..indexes).for_each(|i| first.add(i).write(AtomicU32::new(FREE)));
        }
        block
    }

    const fn bytes(indexes: usize, capacity: usize) -> usize {
        size_of::<Block>() + indexes * size_of::<AtomicU32>() + capacity * size_of::<Entry>()
    }

    /// # Safety
    /// `block` is null or readable; so for all functions below. An `entry` lies below the block's `filled`.
    pub unsafe fn bytes_of(block: *mut Block) -> usize {
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
    unsafe fn entry_at(block: *mut Block, entry: usize) -> *mut Entry {
        // SAFETY: the entries follow the indexes, whose number is a multiple of eight.
        unsafe {
            let indexes = (*block).index_mask as usize + 1;
            block.add(1).cast::<AtomicU32>().add(indexes).cast::<Entry>().add(entry)
        }
    }

    #[inline(always)]
    unsafe fn entry<'a>(block: *mut Block, entry: usize) -> &'a Entry {
        // SAFETY: written before it is found.
        unsafe { &*Block::entry_at(block, entry) }
    }

    #[inline(always)]
    pub unsafe fn key_slot<'a>(block: *mut Block, entry: usize) -> &'a SlotWord {
        // SAFETY: promised by the caller; likewise below.
        unsafe { &Block::entry(block, entry).key }
    }

    #[inline(always)]
    pub unsafe fn value_slot<'a>(block: *mut Block, entry: usize) -> &'a SlotWord {
        // SAFETY: see `key_slot`.
        unsafe { &Block::entry(block, entry).value }
    }

    #[inline(always)]
    pub unsafe fn key(block: *mut Block, entry: usize) -> Word {
        // SAFETY: see `key_slot`. Acquire: the key's text is compared in place.
        slot::load(unsafe { Block::key_slot(block, entry) }, Ordering::Acquire)
    }

    #[inline(always)]
    pub unsafe fn value(block: *mut Block, entry: usize) -> Word {
        // SAFETY: see `key_slot`.
        slot::load(unsafe { Block::value_slot(block, entry) }, Ordering::Acquire)
    }

    #[inline(always)]
    pub unsafe fn hash(block: *mut Block, entry: usize) -> i64 {
        // SAFETY: see `key_slot`.
        unsafe { Block::entry(block, entry) }.hash.load(Ordering::Relaxed)
    }

    /// Which block this is; 0 for none.
    #[inline(always)]
    pub unsafe fn serial(block: *mut Block) -> u64 {
        // SAFETY: not null on the right side.
        if block.is_null() { 0 } else { unsafe { (*block).serial } }
    }

    #[inline(always)]
    pub unsafe fn filled(block: *mut Block) -> usize {
        if block.is_null() {
            return 0;
        }
        // SAFETY: not null. Acquire: pairs with the release store in `append`; entries below are complete, and found.
        unsafe { (*block).filled.load(site!("storage.table.filled", Acquire)) as usize }
    }

    pub unsafe fn is_full(block: *mut Block) -> bool {
        // SAFETY: null or readable.
        unsafe { Block::filled(block) == Block::capacity(block) }
    }

    /// The version of the block's keys.
    #[inline(always)]
    pub unsafe fn version<'a>(block: *mut Block) -> &'a Version {
        // SAFETY: promised not null.
        unsafe { &(*block).version }
    }

    #[inline(always)]
    pub(crate) unsafe fn probe(block: *mut Block, hash: i64) -> Probe {
        // SAFETY: not null on the right side.
        let mask = if block.is_null() { 0 } else { unsafe { (*block).index_mask as usize } };
        Probe { at: hash as usize & mask, perturb: hash as u64 }
    }

    /// The next filled entry on the probe whose hash is `hash`; dead ones included.
    #[inline(always)]
    pub(crate) unsafe fn next_candidate(block: *mut Block, hash: i64, probe: &mut Probe) -> usize {
        if block.is_null() {
            return NO_ENTRY;
        }
        loop {
            // SAFETY: `probe.at` is masked.
            unsafe {
                // Acquire: pairs with the release store in `append`; the entry is complete.
                let index = Block::index(block, probe.at).load(site!("storage.table.probe", Acquire));
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
    #[inline]
    pub unsafe fn next_live(block: *mut Block, at: usize) -> Option<usize> {
        // SAFETY: the range is below `filled`.
        unsafe { (at..Block::filled(block)).find(|&entry| !Block::key(block, entry).is_unbound()) }
    }

    /// The last live entry before `end`.
    pub unsafe fn live_before(block: *mut Block, end: usize) -> Option<usize> {
        // SAFETY: the range is below `filled`.
        unsafe {
            (0..end.min(Block::filled(block))).rev().find(|&entry| !Block::key(block, entry).is_unbound())
        }
    }

    /// The first live entry, for a writer: remembers where it was.
    pub unsafe fn first_live(block: *mut Block) -> Option<usize> {
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
    pub unsafe fn last_live(block: *mut Block) -> Option<usize> {
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
    #[inline]
    pub unsafe fn append(block: *mut Block, key: Word, hash: i64, value: Word) {
        // SAFETY: there is room; nobody else writes.
        unsafe {
            let entry = (*block).filled.load(Ordering::Relaxed) as usize;
            // A plain write: nobody looks at an entry before its index, or its number, is stored.
            Block::entry_at(block, entry).write(Entry {
                hash: AtomicI64::new(hash),
                key: SlotWord::new(key.bits()),
                value: SlotWord::new(value.bits()),
            });
            let mut probe = Block::probe(block, hash);
            while Block::index(block, probe.at).load(Ordering::Relaxed) != FREE {
                probe.perturb >>= 5;
                probe.at = (probe.at.wrapping_mul(5).wrapping_add(probe.perturb as usize + 1))
                    & (*block).index_mask as usize;
            }
            // Release: a reader that finds the index sees the entry complete.
            let find = || {
                Block::index(block, probe.at).store(entry as u32, site!("storage.table.index", Release));
            };
            // Release: pairs with the acquire in `filled`.
            let count = || (*block).filled.store(entry as u32 + 1, site!("storage.table.count", Release));
            // Whoever counts the entry would have found it.
            step!("storage.table.find_first", { find(); count() }, otherwise { count(); find() });
            (*block).live_end.store(entry as u32 + 1, Ordering::Relaxed);
        }
    }

    /// Overwrites a live entry's value and returns the old one; `None`, and no change, if the entry is dead.
    #[inline]
    pub unsafe fn swap_value(block: *mut Block, entry: usize, value: Word) -> Option<Word> {
        // SAFETY: nobody else writes; the slot gives its word up.
        let slot = unsafe { Block::value_slot(block, entry) };
        if slot::load(slot, Ordering::Relaxed).is_unbound() {
            return None;
        }
        Some(slot::replace(slot, value))
    }

    /// Lets an entry die; its key and value come back.
    #[inline]
    pub unsafe fn remove(block: *mut Block, entry: usize) -> (Word, Word) {
        // SAFETY: nobody else writes; the slots give their words up.
        let fields = unsafe { Block::entry(block, entry) };
        let value = slot::replace(&fields.value, Word::UNBOUND);
        (slot::replace(&fields.key, Word::UNBOUND), value)
    }

    /// Copies the live entries to an empty block with room for them, whose the words are from now on.
    #[inline]
    pub unsafe fn copy_live(block: *mut Block, copy: *mut Block) {
        // SAFETY: nobody else writes; the old block is given back without its words.
        unsafe {
            let mut at = 0;
            while let Some(entry) = Block::next_live(block, at) {
                Block::take_over(copy, block, entry);
                at = entry + 1;
            }
        }
    }

    /// Like [`copy_live`](Block::copy_live), with one entry moved to the end or the beginning.
    pub unsafe fn copy_moving(block: *mut Block, copy: *mut Block, moved: usize, last: bool) {
        // SAFETY: as in `copy_live`.
        unsafe {
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
        }
    }

    #[inline]
    unsafe fn take_over(copy: *mut Block, block: *mut Block, entry: usize) {
        // SAFETY: the words' ownership moves from one block to the other.
        unsafe {
            let (key, value) = (Block::key(block, entry), Block::value(block, entry));
            Block::append(copy, key, Block::hash(block, entry), value);
        }
    }

    /// How many entries a block has room for.
    pub unsafe fn capacity(block: *mut Block) -> usize {
        // SAFETY: not null on the right side.
        if block.is_null() { 0 } else { unsafe { (*block).capacity as usize } }
    }
}
