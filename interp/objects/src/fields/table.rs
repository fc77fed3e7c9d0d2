//! An ordered hash table of references: the storage of dictionaries, sets and namespaces.
//!
//! The protocol for shared holders is that of `ungil_storage::table`, with the holder's lock for writers; replaced blocks are
//! retired through `qsbr`. Readers go by the validated protocol of [`fields`](super).
//!
//! **Comparing keys** may run Python code, which must happen outside the lock. So every operation first *finds* without the
//! lock; a writer then locks, and starts again if the block was replaced or
//! entries were added. Keys that are strings are compared in place without code. After code the search goes on only if the
//! block is still the same by its *serial*: its address may serve another block by then. And the holder may be shared by then,
//! so what a writer stores is admitted after the search.

mod order;
mod places;

use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use ungil_refcount::Header;
use ungil_storage::table::{Block, Entries, Found, Search};
use ungil_tstate::heap::{self, HeapKind};

use super::{Attempt, admit, admit_borrowed, count_stable, load_word, read_shared};
use crate::error::Result;
use crate::lock::lock;
use crate::object::Object;
use crate::protocol::compare;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::text::Str;
use crate::value::{Ref, Value};
use crate::word::Word;

/// An ordered hash table in a payload.
#[derive(Default)]
pub struct Table {
    entries: Entries,
}

impl Table {
    pub fn new() -> Table {
        Table::default()
    }

    /// The number of entries.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under a string key. Never runs code.
    #[inline]
    pub fn get_str(&self, t: &Thread, holder: &Header, key: &Object<Str>) -> Option<Value> {
        let hash = key.hash(t);
        if let Some(word) = self.local_slot(t, holder, key.borrow(), hash) {
            return word.and_then(count_stable);
        }
        loop {
            let found = self.find_str(key, hash);
            found.entry?;
            match self.read_value(t, holder, &found) {
                Attempt::Got(value) => return Some(value),
                Attempt::Unbound if self.entries.is_current(&found) => return None,
                Attempt::Unbound | Attempt::Retry => {}
            }
        }
    }

    /// The value under a key with this hash. Comparing keys may run Python code.
    #[inline]
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

    /// The word under a key of a local holder, without a count, where finding it runs no code: it stays valid while the entry stays.
    #[inline(always)]
    pub(crate) fn local_word(&self, t: &Thread, holder: &Header, key: Ref<'_>, hash: i64) -> Option<Word> {
        self.local_slot(t, holder, key, hash)?.filter(|word| !word.is_unbound())
    }

    /// The same with the knowledge that there is no entry, which is `Some(None)`.
    #[inline(always)]
    fn local_slot(&self, t: &Thread, holder: &Header, key: Ref<'_>, hash: i64) -> Option<Option<Word>> {
        if !holder.is_local(t.owner()) {
            return None;
        }
        let found = self.find_plainly(t, key, hash)?;
        // SAFETY: nobody else writes; the entry was just found.
        Some(found.entry.map(|entry| unsafe { Block::value(found.block, entry) }))
    }

    /// Whether a key is there. Comparing keys may run Python code.
    pub fn contains(&self, t: &mut Thread, holder: &Header, key: Ref<'_>, hash: i64) -> Result<bool> {
        Ok(self.find(t, holder, key, hash)?.entry.is_some())
    }

    /// Stores a value under a key, which is added at the end if it is new; the old value comes back.
    #[inline]
    pub fn insert(
        &self,
        t: &mut Thread,
        holder: &Header,
        key: Ref<'_>,
        hash: i64,
        mut value: Value,
    ) -> Result<Option<Value>> {
        if holder.is_local(t.owner())
            && let Some(found) = self.find_plainly(t, key, hash)
        {
            let Some(entry) = found.entry else {
                self.append(t, holder, key.to_value(), hash, value);
                return Ok(None);
            };
            // SAFETY: the block is current, and nobody else writes it.
            match unsafe { swap_value(found.block, entry, value) } {
                Ok(old) => return Ok(Some(old)),
                Err(back) => value = back,
            }
        }
        self.insert_comparing(t, holder, key.to_value(), hash, value)
    }

    #[inline(never)]
    fn insert_comparing(
        &self,
        t: &mut Thread,
        holder: &Header,
        key: Value,
        hash: i64,
        mut value: Value,
    ) -> Result<Option<Value>> {
        loop {
            let found = self.find(t, holder, key.borrow(), hash)?;
            admit_borrowed(t, holder, &key);
            admit_borrowed(t, holder, &value);
            let _held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
            if !self.entries.is_current(&found) {
                continue;
            }
            match found.entry {
                // SAFETY: the block is current, and nobody else writes it.
                Some(entry) => match unsafe { swap_value(found.block, entry, value) } {
                    Ok(old) => return Ok(Some(old)),
                    Err(back) => value = back,
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
        self.insert(t, holder, key, hash, value)
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
        self.insert(t, holder, key, hash, value)
    }

    /// Stores a value under a string key; never runs code (a key of another kind with the same hash counts as different).
    pub(crate) fn put_str(&self, t: &Thread, holder: &Header, key: Ref<'_>, value: Value) {
        let Some(text) = key.downcast::<Str>() else { return };
        let (hash, value) = (text.hash(t), admit(t, holder, value).into_value());
        let key = admit(t, holder, key.to_value()).into_value();
        let held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let found = self.find_str(text, hash);
        let old = match found.entry {
            // SAFETY: under the lock, or local, the block is current.
            Some(entry) => unsafe { swap_value(found.block, entry, value) },
            None => {
                self.append(t, holder, key, hash, value);
                return;
            }
        };
        drop(held);
        drop(old);
    }

    /// Removes a string key; never runs code.
    pub(crate) fn take_str(&self, t: &Thread, holder: &Header, key: &Str) -> Option<Value> {
        let hash = key.hash(t);
        let held = (!holder.is_local(t.owner())).then(|| lock(t, holder));
        let (stored_key, value) = self.remove_entry(self.find_str(key, hash).entry?);
        drop(held);
        drop(stored_key);
        Some(value)
    }

    /// Adds a key without value if that runs no code and the holder is local; gives the key back otherwise.
    #[inline]
    pub(crate) fn add_plainly(&self, t: &Thread, holder: &Header, key: Value, hash: i64) -> Option<Value> {
        if !holder.is_local(t.owner()) {
            return Some(key);
        }
        match self.find_plainly(t, key.borrow(), hash) {
            Some(Found { entry: None, .. }) => {
                self.append(t, holder, key, hash, Value::NONE);
                None
            }
            Some(_) => None,
            None => Some(key),
        }
    }

    /// The value under a key; if there is none, `value` is stored, at one moment. Returns what is there afterwards.
    #[inline]
    pub fn get_or_insert(
        &self,
        t: &mut Thread,
        holder: &Header,
        key: Value,
        hash: i64,
        value: Value,
    ) -> Result<Value> {
        if holder.is_local(t.owner())
            && let Some(found) = self.find_plainly(t, key.borrow(), hash)
        {
            let Some(entry) = found.entry else {
                let result = value.clone();
                self.append(t, holder, key, hash, value);
                return Ok(result);
            };
            // SAFETY: the block is current, and nobody else writes it.
            if let Some(present) = count_stable(unsafe { Block::value(found.block, entry) }) {
                return Ok(present);
            }
        }
        self.get_or_insert_comparing(t, holder, key, hash, value)
    }

    #[inline(never)]
    fn get_or_insert_comparing(
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
            if !self.entries.is_current(&found) {
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
            if self.entries.is_current(&found) && !unsafe { Block::key(found.block, entry) }.is_unbound() {
                return Ok(Some(self.remove_entry(entry)));
            }
        }
    }

    /// The bytes that the storage takes.
    pub fn allocated_bytes(&self, _t: &Thread) -> usize {
        // SAFETY: the block is null, or readable until the next safepoint.
        unsafe { Block::bytes_of(self.entries.block()) }
    }

    // Finding.

    /// Finds a string key without running code: keys of other kinds count as different.
    #[inline]
    fn find_str(&self, key: &Str, hash: i64) -> Found {
        // SAFETY: the holder is alive; its keys are readable until the next safepoint.
        unsafe { self.entries.find(hash, |word| Str::word_equals(word, key)) }
    }

    /// Finds a key; comparing may run code.
    #[inline(always)]
    fn find(&self, t: &mut Thread, holder: &Header, key: Ref<'_>, hash: i64) -> Result<Found> {
        match self.find_plainly(t, key, hash) {
            Some(found) => Ok(found),
            None => self.find_comparing(t, holder, key, hash),
        }
    }

    /// Finds a key by identity and by the equality of strings and of immediate integers; `None` if that does not tell, since
    /// another key with this hash must be asked.
    #[inline(always)]
    fn find_plainly(&self, t: &Thread, key: Ref<'_>, hash: i64) -> Option<Found> {
        let text = key.downcast_exact::<Str>(t);
        // SAFETY: the block is null, or readable until the next safepoint, and so are its keys.
        unsafe {
            let block = self.entries.block();
            let mut search = Search::begin(block, hash);
            while let Some(entry) = search.next() {
                let word = Block::key(block, entry);
                let is_other = match text {
                    _ if word.is_same(key.word()) => false,
                    Some(text) if Str::is_exact_word(t, word) => !Str::word_equals(word, text),
                    _ if word.is_unbound() || word.is_int() && key.word().is_int() => true,
                    _ => return None,
                };
                if !is_other {
                    return Some(search.end(Some(entry)));
                }
            }
            Some(search.end(None))
        }
    }

    /// Finds a key where other keys must be asked.
    #[inline(never)]
    fn find_comparing(&self, t: &mut Thread, holder: &Header, key: Ref<'_>, hash: i64) -> Result<Found> {
        let text = key.downcast::<Str>();
        'restart: loop {
            let block = self.entries.block();
            // SAFETY: `block` is only used until code has run, or after it was found to be current still.
            unsafe {
                let mut search = Search::begin(block, hash);
                while let Some(entry) = search.next() {
                    let word = Block::key(block, entry);
                    if word.is_same(key.word()) || text.is_some_and(|text| Str::word_equals(word, text)) {
                        return Ok(search.end(Some(entry)));
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
                    if Block::serial(self.entries.block()) != serial
                        || !Block::key(block, entry).is_same(candidate.word())
                    {
                        continue 'restart;
                    }
                    if equal {
                        return Ok(search.end(Some(entry)));
                    }
                }
                return Ok(search.end(None));
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
        match read_shared(t, slot, || self.entries.has(block)) {
            Attempt::Got(key) => Some(key),
            Attempt::Unbound => None,
            Attempt::Retry => {
                let _held = lock(t, holder);
                let current = self.entries.has(block);
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
        let unmoved = || self.entries.has(found.block);
        match read_shared(t, slot, unmoved) {
            Attempt::Retry => {
                let _held = lock(t, holder);
                if !self.entries.has(found.block) {
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

    // Changing; the caller holds the lock, or the holder is local.

    #[inline]
    fn append(&self, t: &Thread, holder: &Header, key: Value, hash: i64, value: Value) {
        // SAFETY: nobody else writes; the old block's words live on in the new one.
        unsafe {
            self.entries.append(
                key.into_word(),
                hash,
                value.into_word(),
                |capacity| allocate(t, capacity),
                |block| discard(t, block, holder.is_local(t.owner())),
            )
        };
    }

    fn remove_entry(&self, entry: usize) -> (Value, Value) {
        // SAFETY: the block is current and stable, and the entry live; it gives its words up.
        unsafe {
            let (key, value) = self.entries.remove(entry);
            (Value::from_word(key), Value::from_word(value))
        }
    }
}

fn allocate(t: &Thread, capacity: usize) -> *mut Block {
    let memory = t.allocate_raw(HeapKind::Raw, Block::bytes_for(capacity));
    // SAFETY: the memory is ours and large enough.
    unsafe { Block::initialise(memory, capacity, t.fresh_serial()) }
}

/// Frees a block whose words live on elsewhere: at once, or when all readers have been quiescent.
///
/// # Safety
/// The block was unlinked, or is null.
unsafe fn discard(t: &Thread, block: *mut Block, local: bool) {
    let Some(pointer) = NonNull::new(block) else { return };
    // SAFETY: promised by the caller.
    unsafe {
        if local {
            heap::free(pointer.cast());
        } else {
            t.retire(pointer.cast(), Block::bytes_of(block));
        }
    }
}

/// Overwrites a live entry's value; `Err` gives the value back if the entry is dead.
///
/// # Safety
/// The block is current, the entry lies in it, and nobody else writes.
#[inline(always)]
unsafe fn swap_value(block: *mut Block, entry: usize, value: Value) -> std::result::Result<Value, Value> {
    // SAFETY: promised by the caller; the count of the new word moves in, that of the old one out.
    unsafe {
        match Block::swap_value(block, entry, value.word()) {
            Some(old) => {
                std::mem::forget(value);
                Ok(Value::from_word(old))
            }
            None => Err(value),
        }
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        let Some(block) = NonNull::new(self.entries.stable_block()) else { return };
        let mut at = 0;
        // SAFETY: the payload is torn down after its last reader.
        unsafe {
            while let Some(entry) = Block::next_live(block.as_ptr(), at) {
                drop(self.remove_entry(entry));
                at = entry + 1;
            }
            heap::free(block.cast());
        }
    }
}

impl Trace for Table {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        let block = self.entries.stable_block();
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
