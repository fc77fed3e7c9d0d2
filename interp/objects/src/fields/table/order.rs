//! A table's entries in the order in which their keys came: iteration, both ends, the whole.

use std::sync::atomic::Ordering;

use ungil_refcount::Header;
use ungil_storage::table::Block;

use super::{Table, allocate, discard};
use crate::error::Result;
use crate::fields::{Attempt, count_stable, load_word, read_shared};
use crate::lock::lock;
use crate::thread::Thread;
use crate::value::{Ref, Value};

impl Table {
    /// Removes the last entry.
    pub fn pop_last(&self, t: &Thread, holder: &Header) -> Option<(Value, Value)> {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        // SAFETY: the block is null or current.
        let last = unsafe { Block::last_live(self.entries.stable_block()) }?;
        Some(self.remove_entry(last))
    }

    /// Removes the first entry.
    pub fn pop_first(&self, t: &Thread, holder: &Header) -> Option<(Value, Value)> {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        // SAFETY: the block is null or current.
        let first = unsafe { Block::first_live(self.entries.stable_block()) }?;
        Some(self.remove_entry(first))
    }

    /// Removes all entries, at one moment; they come back to be dropped outside the lock.
    pub fn clear(&self, t: &Thread, holder: &Header) -> Vec<(Value, Value)> {
        let local = holder.is_local(t.owner());
        let _held = (!local).then(|| lock(t, holder));
        let mut removed = Vec::new();
        let mut at = 0;
        // SAFETY: nobody else writes; the ownership of the words moves into the vector.
        unsafe {
            let block = self.entries.take_all();
            while let Some(entry) = Block::next_live(block, at) {
                removed.push((
                    Value::from_word(Block::key(block, entry)),
                    Value::from_word(Block::value(block, entry)),
                ));
                at = entry + 1;
            }
            discard(t, block, local);
        }
        removed
    }

    /// The first entry at or behind `position`: its position, key and value. For iteration in insertion order.
    pub fn entry_from(&self, t: &Thread, holder: &Header, position: usize) -> Option<(usize, Value, Value)> {
        // SAFETY: the block is null, current, or retired and readable until the next safepoint.
        self.entry_found(
            t,
            holder,
            position,
            |block, at| unsafe { Block::next_live(block, at) },
            |entry| entry + 1,
        )
    }

    /// The last entry before `end`: its position, key and value. For iteration backwards.
    pub fn entry_before(&self, t: &Thread, holder: &Header, end: usize) -> Option<(usize, Value, Value)> {
        // SAFETY: as in `entry_from`.
        self.entry_found(t, holder, end, |block, at| unsafe { Block::live_before(block, at) }, |entry| entry)
    }

    /// The entry that `find` finds from a position on; one that dies meanwhile is passed over.
    #[inline(always)]
    fn entry_found(
        &self,
        t: &Thread,
        holder: &Header,
        position: usize,
        find: impl Fn(*mut Block, usize) -> Option<usize>,
        past: impl Fn(usize) -> usize,
    ) -> Option<(usize, Value, Value)> {
        let local = holder.is_local(t.owner());
        let mut at = position;
        loop {
            let block = self.entries.block();
            let entry = find(block, at)?;
            // SAFETY: the entry lies in the block.
            let (key, value) = unsafe { (Block::key_slot(block, entry), Block::value_slot(block, entry)) };
            if local {
                let key = count_stable(load_word(key, Ordering::Relaxed))?;
                let value = count_stable(load_word(value, Ordering::Relaxed))?;
                return Some((entry, key, value));
            }
            let unmoved = || self.entries.has(block);
            match (read_shared(t, key, unmoved), read_shared(t, value, unmoved)) {
                (Attempt::Got(key), Attempt::Got(value)) => return Some((entry, key, value)),
                (Attempt::Unbound, _) | (_, Attempt::Unbound) => at = past(entry),
                _ => {
                    let _held = lock(t, holder);
                    let block = self.entries.stable_block();
                    let entry = find(block, at)?;
                    // SAFETY: under the lock the block and its entries are stable.
                    unsafe {
                        let key = count_stable(Block::key(block, entry))?;
                        return Some((entry, key, count_stable(Block::value(block, entry))?));
                    }
                }
            }
        }
    }

    /// All entries with their hashes, as they were at one moment, in order.
    pub fn to_vec(&self, t: &Thread, holder: &Header) -> Vec<(Value, i64, Value)> {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let block = self.entries.stable_block();
        let mut entries = Vec::with_capacity(self.len());
        let mut at = 0;
        // SAFETY: local, or under the lock: the block and its entries are stable.
        unsafe {
            while let Some(entry) = Block::next_live(block, at) {
                at = entry + 1;
                if let (Some(key), Some(value)) =
                    (count_stable(Block::key(block, entry)), count_stable(Block::value(block, entry)))
                {
                    entries.push((key, Block::hash(block, entry), value));
                }
            }
        }
        entries
    }

    /// A table with these entries, whose keys are known to differ, for a payload under construction.
    pub fn from_distinct(t: &Thread, entries: Vec<(Value, i64, Value)>) -> Table {
        let table = Table::new();
        if !entries.is_empty() {
            let block = allocate(t, entries.len());
            table.entries.set_len(entries.len());
            for (key, hash, value) in entries {
                // SAFETY: the block has room for all entries and is not yet linked.
                unsafe { Block::append(block, key.into_word(), hash, value.into_word()) };
            }
            // SAFETY: nobody else knows the table.
            unsafe { table.entries.install(block) };
        }
        table
    }

    /// Moves an entry to one end, keeping the rest in order, at one moment. For ordered dictionaries.
    pub fn move_to_end(
        &self,
        t: &mut Thread,
        holder: &Header,
        key: Ref<'_>,
        hash: i64,
        last: bool,
    ) -> Result<bool> {
        loop {
            let found = self.find(t, holder, key, hash)?;
            let Some(entry) = found.entry else { return Ok(false) };
            let local = holder.is_local(t.owner());
            let _held = (!local).then(|| lock(t, holder));
            // SAFETY: if the block is current its entries are stable under the lock.
            if !self.entries.is_current(&found) || unsafe { Block::key(found.block, entry) }.is_unbound() {
                continue;
            }
            // SAFETY: the block is current and stable; the copy takes its words over.
            unsafe {
                let copy = allocate(t, Block::capacity(found.block));
                Block::copy_moving(found.block, copy, entry, last);
                discard(t, self.entries.install(copy), local);
            }
            return Ok(true);
        }
    }
}
