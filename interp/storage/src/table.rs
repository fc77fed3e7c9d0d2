//! An ordered hash table that finds without a lock and adds under it.
//!
//! A table is a power-of-two array of indexes and an array of entries in insertion order (R. Hettinger's compact layout,
//! as in PyPy and CPython), both in one [`Block`]. Lookup probes the indexes; an entry holds hash, key and value.
//!
//! **Protocol** (shared holder). Writers exclude each other. Within one block an entry's key is written once and may
//! later only become unbound (deletion); its value may be overwritten or become unbound. An entry is filled, then its
//! index is stored with release, then the number of entries: whoever counts an entry would have found it. Growing,
//! compacting, clearing and reordering install a new block with a release store; the old one is frozen as it was.
//!
//! A writer first *searches* without the lock, noting the block and how many entries it had, since comparing keys may run code. Then it locks, and
//! starts again if the block was replaced or entries were added ([`is_current`](Entries::is_current)): so no key is added twice.
//! If code has run, the block may be gone, and another lie at its address: blocks are told apart by their *serials*.
//!
//! **Key versions.** A block has a [`Version`](crate::version::Version) for inline caches, given out and cleared by writers: cleared before a key is
//! added, so that a cache can rely both on where a key is and on its absence.

use ungil_qsbr::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use ungil_qsbr::{site, step};

pub use crate::block::Block;
use crate::block::{NO_ENTRY, Probe};
use crate::version;
use crate::word::Word;

/// The table without what its user owes it: the words' counts, the blocks' memory, and the lock.
pub struct Entries {
    block: AtomicPtr<Block>,
    live: AtomicUsize,
}

/// A search for the entries with a hash.
pub struct Search {
    block: *mut Block,
    filled: usize,
    hash: i64,
    probe: Probe,
}

/// Where a search ended.
pub struct Found {
    pub block: *mut Block,
    /// Entries of the block when the search began: unchanged means that no key was added since.
    filled: usize,
    pub entry: Option<usize>,
}

impl Search {
    /// Begins a search in a block, which may be null.
    ///
    /// # Safety
    /// The block was reachable since the caller's last safepoint; it is readable at each step.
    #[inline(always)]
    pub unsafe fn begin(block: *mut Block, hash: i64) -> Search {
        // SAFETY: promised by the caller. The number of entries first: all that it counts will be found.
        unsafe { Search { block, filled: Block::filled(block), hash, probe: Block::probe(block, hash) } }
    }

    /// The next entry that has the hash; dead ones included.
    ///
    /// # Safety
    /// As for [`begin`](Search::begin).
    #[inline(always)]
    pub unsafe fn next(&mut self) -> Option<usize> {
        // SAFETY: promised by the caller.
        match unsafe { Block::next_candidate(self.block, self.hash, &mut self.probe) } {
            NO_ENTRY => None,
            entry => Some(entry),
        }
    }

    /// Ends the search: at an entry, or without one.
    #[inline(always)]
    pub fn end(&self, entry: Option<usize>) -> Found {
        Found { block: self.block, filled: self.filled, entry }
    }
}

impl Default for Entries {
    fn default() -> Self {
        Entries::new()
    }
}

impl Entries {
    #[inline]
    pub fn new() -> Entries {
        Entries { block: AtomicPtr::new(std::ptr::null_mut()), live: AtomicUsize::new(0) }
    }

    /// The number of live entries.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.live.load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The block, for readers: null, or readable until the next safepoint.
    #[inline(always)]
    pub fn block(&self) -> *mut Block {
        // Acquire: pairs with the release store of `install`.
        self.block.load(site!("storage.table.block", Acquire))
    }

    /// Whether this is the block still, and not gone since it was loaded.
    #[inline(always)]
    pub fn has(&self, block: *mut Block) -> bool {
        self.block.load(Ordering::Relaxed) == block
    }

    /// Finds the entry whose key satisfies `is_key`, which runs no code.
    ///
    /// # Safety
    /// The holder is alive, and shared with the caller or its own.
    #[inline(always)]
    pub unsafe fn find(&self, hash: i64, mut is_key: impl FnMut(Word) -> bool) -> Found {
        // SAFETY: the block is null, or readable until the next safepoint.
        unsafe {
            let mut search = Search::begin(self.block(), hash);
            while let Some(entry) = search.next() {
                if is_key(Block::key(search.block, entry)) {
                    return search.end(Some(entry));
                }
            }
            search.end(None)
        }
    }

    /// Whether nothing was added or rearranged since the search, which ended with no safepoint since.
    #[inline]
    pub fn is_current(&self, found: &Found) -> bool {
        let block = self.block();
        // SAFETY: the block is null or readable.
        let is_same = block == found.block && unsafe { Block::filled(block) } == found.filled;
        step!("storage.table.is_current", is_same, otherwise true)
    }

    // For the only writer: under the lock, or the owner of a local holder.

    /// The block that the writer left.
    #[inline(always)]
    pub fn stable_block(&self) -> *mut Block {
        self.block.load(Ordering::Relaxed)
    }

    /// The version of the current block's keys, given out now if it has none; `None` if it gets none.
    ///
    /// # Safety
    /// The caller is the only writer: between the clearing of a version and the key that follows none may be given out.
    pub unsafe fn ensure_version(&self, fresh: impl FnOnce() -> Option<u32>) -> Option<u32> {
        let block = self.stable_block();
        // SAFETY: the writer's block is readable.
        if block.is_null() { None } else { unsafe { Block::version(block) }.ensure(fresh) }
    }

    /// Installs another block with as many live entries, whose words it took over, and returns the old one.
    ///
    /// # Safety
    /// The caller is the only writer.
    #[inline]
    pub unsafe fn install(&self, block: *mut Block) -> *mut Block {
        let old = self.stable_block();
        // Release: a reader that acquires the block finds it whole.
        self.block.store(block, site!("storage.table.install", Release));
        old
    }

    /// Empties the table and returns the old block, whose words are the caller's.
    ///
    /// # Safety
    /// The caller is the only writer.
    pub unsafe fn take_all(&self) -> *mut Block {
        self.live.store(0, Ordering::Relaxed);
        // SAFETY: promised by the caller.
        unsafe { self.install(std::ptr::null_mut()) }
    }

    /// Adds a key that is not there. If there is no room, `allocate` makes an empty block for so many entries, and the old one
    /// is given to `discard`.
    ///
    /// # Safety
    /// The caller is the only writer, has found the key to be absent, and gives the counts of both words up.
    #[inline]
    pub unsafe fn append(
        &self,
        key: Word,
        hash: i64,
        value: Word,
        allocate: impl FnOnce(usize) -> *mut Block,
        discard: impl FnOnce(*mut Block),
    ) {
        let mut block = self.stable_block();
        // SAFETY: the block is null or current, and stable.
        unsafe {
            if Block::is_full(block) {
                let grown = allocate(((self.len() + 1) * 2).max(5));
                Block::copy_live(block, grown);
                discard(self.install(grown));
                block = grown;
            }
            self.live.store(self.len() + 1, Ordering::Relaxed);
            version::change(|| Block::version(block).clear(), || Block::append(block, key, hash, value));
        }
    }

    /// Removes a live entry of the current block; its key and value come back.
    ///
    /// # Safety
    /// The caller is the only writer.
    #[inline]
    pub unsafe fn remove(&self, entry: usize) -> (Word, Word) {
        self.live.store(self.len() - 1, Ordering::Relaxed);
        // SAFETY: promised by the caller.
        unsafe { Block::remove(self.stable_block(), entry) }
    }

    /// Sets the number of live entries, for a table whose block is being filled.
    pub fn set_len(&self, len: usize) {
        self.live.store(len, Ordering::Relaxed);
    }
}
