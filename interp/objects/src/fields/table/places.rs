//! Places in a table, for inline caches: where a key's value lies as long as the version of the keys stands.
//!
//! A version belongs to one block. It is given out under the lock of writers and cleared before a key is added, so an absence is cached as
//! surely as a position; a deleted key leaves an unbound value behind.

use std::sync::atomic::Ordering;

use ungil_refcount::Header;
use ungil_storage::table::Block;
use ungil_storage::version;

use super::{Table, swap_value};
use crate::fields::{Attempt, admit, count_stable, load_word, read_shared};
use crate::lock::lock;
use crate::thread::Thread;
use crate::types::text::Str;
use crate::value::Value;
use crate::word::Word;

impl Table {
    /// The version of the keys and the position of a string key in the current block, for an inline cache; a version without
    /// position caches the key's absence.
    pub fn locate_str(&self, t: &Thread, holder: &Header, key: &Str) -> Option<(u32, Option<usize>)> {
        let hash = key.hash(t);
        // Under the lock: a version assigned while a key is being added would outlive the key's absence.
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        // SAFETY: under the lock, or local, nobody else writes.
        let version = || unsafe { self.entries.ensure_version(|| t.interpreter().next_version()) };
        let (version, found) = version::observe(version, || self.find_str(key, hash));
        Some((version?, found.entry))
    }

    /// The version of the current block's keys; 0 if it has none.
    #[inline(always)]
    pub fn keys_version(&self, _t: &Thread) -> u32 {
        let block = self.entries.block();
        // SAFETY: the block is null, or readable until the next safepoint.
        if block.is_null() { 0 } else { unsafe { Block::version(block) }.get() }
    }

    /// The value at a position, if the keys still have the version under which the position was found.
    #[inline(always)]
    pub fn value_at(&self, t: &Thread, holder: &Header, version: u32, position: usize) -> Option<Value> {
        let block = self.entries.block();
        // SAFETY: the block is null, or readable until the next safepoint; equal versions mean the same block.
        unsafe {
            if block.is_null() || Block::version(block).get() != version {
                return None;
            }
            let slot = Block::value_slot(block, position);
            if holder.is_local(t.owner()) {
                return count_stable(load_word(slot, Ordering::Relaxed));
            }
            match read_shared(t, slot, || self.entries.has(block)) {
                Attempt::Got(value) => Some(value),
                _ => None,
            }
        }
    }

    /// The word at a position without a count, under the same condition as [`value_at`](Table::value_at).
    ///
    /// # Safety
    /// The caller uses the word only as the borrow rule allows: after finding the object immortal, deferred, or biased to this
    /// thread, and until its next safepoint or next decrement that may free.
    #[inline(always)]
    pub unsafe fn borrowed_word_at(&self, version: u32, position: usize) -> Option<Word> {
        let block = self.entries.block();
        // SAFETY: as in `value_at`.
        unsafe {
            if block.is_null() || Block::version(block).get() != version {
                return None;
            }
            Some(load_word(Block::value_slot(block, position), Ordering::Acquire))
        }
    }

    /// Overwrites the value at a position if the keys still have that version; `Err` gives the value back otherwise.
    #[inline]
    pub fn replace_at(
        &self,
        t: &Thread,
        holder: &Header,
        version: u32,
        position: usize,
        value: Value,
    ) -> std::result::Result<Value, Value> {
        let value = admit(t, holder, value).into_value();
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let block = self.entries.stable_block();
        // SAFETY: under the lock, or local, the block is stable.
        unsafe {
            if block.is_null() || Block::version(block).get() != version {
                return Err(value);
            }
            swap_value(block, position, value)
        }
    }
}
