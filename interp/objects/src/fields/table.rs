//! An ordered hash table of references: the storage of dictionaries, sets and namespaces.
//!
//! A table is a power-of-two array of indexes and an array of entries in insertion order (R. Hettinger's compact layout,
//! as in PyPy and CPython). Lookup probes the indexes; an entry holds hash, key and value.
//!
//! **Protocol** (shared holder). Writers hold the holder's lock. Within one storage block an entry's key is written once and may
//! later only become unbound (deletion); its value may be overwritten or become unbound. An entry is filled, then its
//! index is stored with release, then the number of entries: whoever counts an entry would have found it. Growing, compacting, clearing and reordering install a new block with a release
//! store; the old one is retired through `qsbr`. Readers go by the validated protocol of [`fields`](super).
//!
//! **Comparing keys** may run Python code, which must happen outside the lock. So every operation first *finds* without the
//! lock, noting the block and how many entries it had; a writer then locks, and starts again if the block was replaced or
//! entries were added. Keys that are strings are compared in place without code. After code the search goes on only if the
//! block is still the same by its *serial*: its address may serve another block by then. And the holder may be shared by then,
//! so what a writer stores is admitted after the search.
//!
//! **Key versions.** A block has a version for inline caches, assigned on demand and cleared before a key is added, both by
//! writers, so that a cache can rely both on where a key is and on its absence.

mod block;

use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use ungil_refcount::Header;

use self::block::{Block, NO_ENTRY};
use super::{Attempt, admit, admit_borrowed, count_stable, load_word, read_shared};
use crate::error::Result;
use crate::lock::lock;
use crate::protocol::compare;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::text::Str;
use crate::value::{Ref, Value};
use crate::word::Word;

/// An ordered hash table in a payload.
pub struct Table {
    block: AtomicPtr<Block>,
    live: AtomicUsize,
}

/// Where an operation's search without the lock ended.
struct Found {
    block: *mut Block,
    /// Entries of the block when the search began: unchanged means that no key was added since.
    filled: usize,
    entry: Option<usize>,
}

impl Table {
    pub const fn new() -> Table {
        Table { block: AtomicPtr::new(std::ptr::null_mut()), live: AtomicUsize::new(0) }
    }

    /// The number of entries.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.live.load(Ordering::Relaxed)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under a string key. Never runs code.
    #[inline]
    pub fn get_str(&self, t: &Thread, holder: &Header, key: &Str) -> Option<Value> {
        let hash = key.hash(t);
        loop {
            let found = self.find_str(key, hash)?;
            match self.read_value(t, holder, &found) {
                Attempt::Got(value) => return Some(value),
                Attempt::Unbound if self.is_current(&found) => return None,
                Attempt::Unbound | Attempt::Retry => {}
            }
        }
    }

    /// The value under a key with this hash. Comparing keys may run Python code.
    pub fn get(&self, t: &mut Thread, holder: &Header, key: Ref<'_>, hash: i64) -> Result<Option<Value>> {
        loop {
            let found = self.find(t, holder, key, hash)?;
            if found.entry.is_none() {
                return Ok(None);
            }
            if let Attempt::Got(value) = self.read_value(t, holder, &found) {
                return Ok(Some(value));
            }
        }
    }

    /// Whether a key is there. Comparing keys may run Python code.
    pub fn contains(&self, t: &mut Thread, holder: &Header, key: Ref<'_>, hash: i64) -> Result<bool> {
        Ok(self.find(t, holder, key, hash)?.entry.is_some())
    }

    /// Stores a value under a key, which is added at the end if it is new; the old value comes back.
    pub fn insert(
        &self,
        t: &mut Thread,
        holder: &Header,
        key: Value,
        hash: i64,
        value: Value,
    ) -> Result<Option<Value>> {
        loop {
            let found = self.find(t, holder, key.borrow(), hash)?;
            admit_borrowed(t, holder, &key);
            admit_borrowed(t, holder, &value);
            let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
            if !self.is_current(&found) {
                continue;
            }
            match found.entry {
                // SAFETY: the block is current, and nobody else writes it.
                Some(entry) => match unsafe { Block::swap_value(found.block, entry, &value) } {
                    Some(old) => {
                        std::mem::forget(value);
                        return Ok(Some(old));
                    }
                    None => continue,
                },
                None => {
                    self.append(t, holder, key, hash, value);
                    return Ok(None);
                }
            }
        }
    }

    /// Like [`insert`](Table::insert) for a string key in a table where all keys may be compared in place; runs no code when they
    /// are strings all.
    #[inline]
    pub fn insert_str(
        &self,
        t: &mut Thread,
        holder: &Header,
        key: Ref<'_>,
        value: Value,
    ) -> Result<Option<Value>> {
        let hash = match key.downcast::<Str>() {
            Some(text) => text.hash(t),
            None => return self.insert_other(t, holder, key, value),
        };
        self.insert(t, holder, key.to_value(), hash, value)
    }

    #[cold]
    fn insert_other(
        &self,
        t: &mut Thread,
        holder: &Header,
        key: Ref<'_>,
        value: Value,
    ) -> Result<Option<Value>> {
        let hash = crate::protocol::hash::hash(t, key)?;
        self.insert(t, holder, key.to_value(), hash, value)
    }

    /// Stores a value under a string key; never runs code (a key of another kind with the same hash counts as different).
    pub(crate) fn put_str(&self, t: &Thread, holder: &Header, key: Ref<'_>, value: Value) {
        let Some(text) = key.downcast::<Str>() else { return };
        let (hash, value) = (text.hash(t), admit(t, holder, value).into_value());
        let key = admit(t, holder, key.to_value()).into_value();
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let old = match self.find_str(text, hash) {
            // SAFETY: under the lock, or local, the block is current.
            Some(found) => unsafe { Block::swap_value(found.block, found.entry.unwrap_or_default(), &value) },
            None => {
                self.append(t, holder, key, hash, value);
                return;
            }
        };
        std::mem::forget(value);
        drop(_held);
        drop(old);
    }

    /// Removes a string key; never runs code.
    pub(crate) fn take_str(&self, t: &Thread, holder: &Header, key: &Str) -> Option<Value> {
        let hash = key.hash(t);
        let held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let found = self.find_str(key, hash)?;
        let (stored_key, value) = self.remove_entry(found.block, found.entry?);
        drop(held);
        drop(stored_key);
        Some(value)
    }

    /// The value under a key; if there is none, `value` is stored, at one moment. Returns what is there afterwards.
    pub fn get_or_insert(
        &self,
        t: &mut Thread,
        holder: &Header,
        key: Value,
        hash: i64,
        value: Value,
    ) -> Result<Value> {
        loop {
            let found = self.find(t, holder, key.borrow(), hash)?;
            admit_borrowed(t, holder, &key);
            admit_borrowed(t, holder, &value);
            let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
            if !self.is_current(&found) {
                continue;
            }
            match found.entry {
                // SAFETY: the block is current, and nobody else writes it.
                Some(entry) => match count_stable(unsafe { Block::value(found.block, entry) }) {
                    Some(present) => return Ok(present),
                    None => continue,
                },
                None => {
                    let result = value.clone();
                    self.append(t, holder, key, hash, value);
                    return Ok(result);
                }
            }
        }
    }

    /// Removes a key; its key and value come back.
    pub fn remove(
        &self,
        t: &mut Thread,
        holder: &Header,
        key: Ref<'_>,
        hash: i64,
    ) -> Result<Option<(Value, Value)>> {
        loop {
            let found = self.find(t, holder, key, hash)?;
            let Some(entry) = found.entry else { return Ok(None) };
            let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
            // SAFETY: if the block is current its entries are stable under the lock.
            if self.is_current(&found) && !unsafe { Block::key(found.block, entry) }.is_unbound() {
                return Ok(Some(self.remove_entry(found.block, entry)));
            }
        }
    }

    /// Removes the last entry.
    pub fn pop_last(&self, t: &Thread, holder: &Header) -> Option<(Value, Value)> {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let block = self.block.load(Ordering::Relaxed);
        // SAFETY: the block is null or current.
        let last = unsafe { Block::last_live(block) }?;
        Some(self.remove_entry(block, last))
    }

    /// Removes the first entry.
    pub fn pop_first(&self, t: &Thread, holder: &Header) -> Option<(Value, Value)> {
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let block = self.block.load(Ordering::Relaxed);
        // SAFETY: the block is null or current.
        let first = unsafe { Block::first_live(block) }?;
        Some(self.remove_entry(block, first))
    }

    /// Removes all entries, at one moment; they come back to be dropped outside the lock.
    pub fn clear(&self, t: &Thread, holder: &Header) -> Vec<(Value, Value)> {
        let local = holder.is_local(t.owner());
        let _held = (!local).then(|| lock(t, holder));
        let block = self.block.swap(std::ptr::null_mut(), Ordering::Release);
        self.live.store(0, Ordering::Relaxed);
        let mut removed = Vec::new();
        let mut at = 0;
        // SAFETY: the block is unlinked; the ownership of its words moves into the vector.
        unsafe {
            while let Some(entry) = Block::next_live(block, at) {
                removed.push((
                    Value::from_word(Block::key(block, entry)),
                    Value::from_word(Block::value(block, entry)),
                ));
                at = entry + 1;
            }
            Block::discard(t, block, local);
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
            let block = self.block.load(Ordering::Acquire);
            let entry = find(block, at)?;
            // SAFETY: the entry lies in the block.
            let (key, value) = unsafe { (Block::key_slot(block, entry), Block::value_slot(block, entry)) };
            if local {
                let key = count_stable(load_word(key, Ordering::Relaxed))?;
                let value = count_stable(load_word(value, Ordering::Relaxed))?;
                return Some((entry, key, value));
            }
            let unmoved = || self.block.load(Ordering::Relaxed) == block;
            match (read_shared(t, key, unmoved), read_shared(t, value, unmoved)) {
                (Attempt::Got(key), Attempt::Got(value)) => return Some((entry, key, value)),
                (Attempt::Unbound, _) | (_, Attempt::Unbound) => at = past(entry),
                _ => {
                    let _held = lock(t, holder);
                    let block = self.block.load(Ordering::Relaxed);
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
        let block = self.block.load(Ordering::Relaxed);
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
            let block = Block::allocate(t, entries.len());
            table.live.store(entries.len(), Ordering::Relaxed);
            for (key, hash, value) in entries {
                // SAFETY: the block has room for all entries and is not yet linked.
                unsafe { Block::append(block, key, hash, value) };
            }
            table.block.store(block, Ordering::Relaxed);
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
            if !self.is_current(&found) || unsafe { Block::key(found.block, entry) }.is_unbound() {
                continue;
            }
            // SAFETY: the block is current and stable; the copy takes its words over.
            unsafe {
                let moved = Block::copy_moving(t, found.block, entry, last);
                self.block.store(moved, Ordering::Release);
                Block::discard(t, found.block, local);
            }
            return Ok(true);
        }
    }

    // For inline caches.

    /// The version of the keys and the position of a string key in the current block, for an inline cache; a version without
    /// position caches the key's absence.
    pub fn locate_str(&self, t: &Thread, holder: &Header, key: &Str) -> Option<(u32, Option<usize>)> {
        let hash = key.hash(t);
        // Under the lock: a version assigned while a key is being added would outlive the key's absence.
        let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let block = self.block.load(Ordering::Relaxed);
        if block.is_null() {
            return None;
        }
        // SAFETY: under the lock, or local, the block is stable.
        let version = unsafe { Block::ensure_version(t, block) }?;
        Some((version, self.find_str(key, hash).and_then(|found| found.entry)))
    }

    /// The version of the current block's keys; 0 if it has none.
    #[inline(always)]
    pub fn keys_version(&self) -> u32 {
        let block = self.block.load(Ordering::Acquire);
        // SAFETY: the block is null, or readable until the next safepoint.
        if block.is_null() { 0 } else { unsafe { Block::version(block) } }
    }

    /// The value at a position, if the keys still have the version under which the position was found.
    #[inline(always)]
    pub fn value_at(&self, t: &Thread, holder: &Header, version: u32, position: usize) -> Option<Value> {
        let block = self.block.load(Ordering::Acquire);
        // SAFETY: the block is null, or readable until the next safepoint; equal versions mean the same block.
        unsafe {
            if block.is_null() || Block::version(block) != version {
                return None;
            }
            let slot = Block::value_slot(block, position);
            if holder.is_local(t.owner()) {
                return count_stable(load_word(slot, Ordering::Relaxed));
            }
            match read_shared(t, slot, || self.block.load(Ordering::Relaxed) == block) {
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
        let block = self.block.load(Ordering::Acquire);
        // SAFETY: as in `value_at`.
        unsafe {
            if block.is_null() || Block::version(block) != version {
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
        let block = self.block.load(Ordering::Relaxed);
        // SAFETY: under the lock, or local, the block is stable.
        unsafe {
            if block.is_null() || Block::version(block) != version {
                return Err(value);
            }
            match Block::swap_value(block, position, &value) {
                Some(old) => {
                    std::mem::forget(value);
                    Ok(old)
                }
                None => Err(value),
            }
        }
    }

    /// The bytes that the storage takes.
    pub fn allocated_bytes(&self) -> usize {
        // SAFETY: the block is null, or readable until the next safepoint.
        unsafe { Block::bytes_of(self.block.load(Ordering::Acquire)) }
    }

    // Finding.

    /// Finds a string key without running code: keys of other kinds count as different.
    #[inline]
    fn find_str(&self, key: &Str, hash: i64) -> Option<Found> {
        let block = self.block.load(Ordering::Acquire);
        // SAFETY: the block is null, or readable until the next safepoint, and so are its keys.
        unsafe {
            let filled = Block::filled(block);
            let mut probe = Block::probe(block, hash);
            loop {
                let entry = Block::next_candidate(block, hash, &mut probe);
                if entry == NO_ENTRY {
                    return None;
                }
                let word = Block::key(block, entry);
                if Str::word_equals(word, key) {
                    return Some(Found { block, filled, entry: Some(entry) });
                }
            }
        }
    }

    /// Finds a key; comparing may run code.
    fn find(&self, t: &mut Thread, holder: &Header, key: Ref<'_>, hash: i64) -> Result<Found> {
        let text = key.downcast::<Str>();
        'restart: loop {
            let block = self.block.load(Ordering::Acquire);
            // SAFETY: `block` is only used until code has run, or after it was found to be current still.
            unsafe {
                let filled = Block::filled(block);
                let mut probe = Block::probe(block, hash);
                loop {
                    let entry = Block::next_candidate(block, hash, &mut probe);
                    if entry == NO_ENTRY {
                        return Ok(Found { block, filled, entry: None });
                    }
                    let word = Block::key(block, entry);
                    if word.is_same(key.word()) || text.is_some_and(|text| Str::word_equals(word, text)) {
                        return Ok(Found { block, filled, entry: Some(entry) });
                    }
                    if word.is_unbound() || text.is_some() && Str::is_exact_word(t, word) {
                        continue;
                    }
                    let candidate = match self.read_key(t, holder, block, entry) {
                        Some(candidate) => candidate,
                        None => continue 'restart,
                    };
                    let serial = Block::serial(block);
                    let equal = compare::equal(t, candidate.borrow(), key)?;
                    // Code has run, and with it perhaps a safepoint: the block may be gone, and its address serve another.
                    if Block::serial(self.block.load(Ordering::Acquire)) != serial
                        || !Block::key(block, entry).is_same(candidate.word())
                    {
                        continue 'restart;
                    }
                    if equal {
                        return Ok(Found { block, filled, entry: Some(entry) });
                    }
                }
            }
        }
    }

    /// # Safety
    /// The block is readable and the entry lies in it.
    unsafe fn read_key(&self, t: &Thread, holder: &Header, block: *mut Block, entry: usize) -> Option<Value> {
        // SAFETY: promised by the caller.
        let slot = unsafe { Block::key_slot(block, entry) };
        if holder.is_local(t.owner()) {
            return count_stable(load_word(slot, Ordering::Relaxed));
        }
        match read_shared(t, slot, || self.block.load(Ordering::Relaxed) == block) {
            Attempt::Got(key) => Some(key),
            Attempt::Unbound => None,
            Attempt::Retry => {
                let _held = lock(t, holder);
                let current = self.block.load(Ordering::Relaxed) == block;
                current.then(|| count_stable(load_word(slot, Ordering::Relaxed))).flatten()
            }
        }
    }

    #[inline]
    fn read_value(&self, t: &Thread, holder: &Header, found: &Found) -> Attempt {
        let Some(entry) = found.entry else { return Attempt::Unbound };
        // SAFETY: no safepoint since the block was loaded or found current.
        let slot = unsafe { Block::value_slot(found.block, entry) };
        if holder.is_local(t.owner()) {
            return match count_stable(load_word(slot, Ordering::Relaxed)) {
                Some(value) => Attempt::Got(value),
                None => Attempt::Unbound,
            };
        }
        let unmoved = || self.block.load(Ordering::Relaxed) == found.block;
        match read_shared(t, slot, unmoved) {
            Attempt::Retry => {
                let _held = lock(t, holder);
                if self.block.load(Ordering::Relaxed) != found.block {
                    return Attempt::Retry;
                }
                match count_stable(load_word(slot, Ordering::Relaxed)) {
                    Some(value) => Attempt::Got(value),
                    None => Attempt::Unbound,
                }
            }
            settled => settled,
        }
    }

    /// Whether nothing was added or rearranged since the search.
    #[inline]
    fn is_current(&self, found: &Found) -> bool {
        let block = self.block.load(Ordering::Acquire);
        // SAFETY: the block is null or readable.
        block == found.block && unsafe { Block::filled(block) } == found.filled
    }

    // Changing; the caller holds the lock, or the holder is local.

    fn append(&self, t: &Thread, holder: &Header, key: Value, hash: i64, value: Value) {
        let mut block = self.block.load(Ordering::Relaxed);
        // SAFETY: the block is null or current, and stable.
        unsafe {
            if Block::is_full(block) {
                let local = holder.is_local(t.owner());
                let wanted = (self.len() + 1) * 2;
                let grown = Block::copy_live(t, block, wanted.max(5));
                self.block.store(grown, Ordering::Release);
                Block::discard(t, block, local);
                block = grown;
            }
            Block::clear_version(block);
            self.live.store(self.len() + 1, Ordering::Relaxed);
            Block::append(block, key, hash, value);
        }
    }

    fn remove_entry(&self, block: *mut Block, entry: usize) -> (Value, Value) {
        self.live.store(self.len() - 1, Ordering::Relaxed);
        // SAFETY: the block is current and stable, and the entry live.
        unsafe { Block::remove(block, entry) }
    }
}

impl Default for Table {
    fn default() -> Self {
        Table::new()
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        // SAFETY: the payload is torn down after its last reader.
        unsafe { Block::drop_all(*self.block.get_mut()) };
    }
}

impl Trace for Table {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        let block = self.block.load(Ordering::Relaxed);
        let mut at = 0;
        // SAFETY: the world is stopped, or the object is local.
        unsafe {
            while let Some(entry) = Block::next_live(block, at) {
                tracer.word(Block::key(block, entry));
                tracer.word(Block::value(block, entry));
                at = entry + 1;
            }
        }
    }
}
