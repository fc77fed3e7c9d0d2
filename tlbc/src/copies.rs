//! A code object's copies: the main one, a shared cold one, and one for each thread that runs the code often.
//!
//! Protocol. Words that several threads touch:
//!
//! | word            | written by                                    | read by                     |
//! |-----------------|-----------------------------------------------|-----------------------------|
//! | `table`         | under `lock`, release: a larger table         | anyone, acquire             |
//! | `cold`          | under `lock`, once, release                   | anyone, acquire             |
//! | entry's `words` | under `lock`, by the thread with that index   | that thread, relaxed        |
//! | entry's `entered` | the thread with that index, relaxed, no RMW | that thread                 |
//!
//! A table only grows, to powers of two. A thread that grows it copies the entries, publishes the new table and retires
//! the old one, in which other threads may still be looking; what they look for is in both. The counters of other
//! threads may lose a step by that, which delays a copy by one entry. The lock is held for allocations and copying, never
//! across a safepoint.
//!
//! The thread of index 0 runs the main copy and touches none of these. Who has an index before and after is ordered by
//! the pool. Copies of an index that nobody has any more stay for its next holder, or are freed by
//! [`CodeCopies::reclaim`] in a stopped world.

use std::ptr::{NonNull, null_mut};

use ungil_qsbr::sync::atomic::{AtomicPtr, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use ungil_qsbr::{Block, site, step};
use ungil_tstate::{ThreadState, byte_lock};

use crate::index::Index;
use crate::policy::ThreadLocalBytecode;

const SMALLEST_TABLE: usize = if cfg!(ungil_loom) { 2 } else { 4 };

/// The instruction words of one code object, in as many copies as its threads need.
///
/// A copy's words may be read and written relaxed by the thread that runs it, and by others through
/// [`instrument`](crate::instrument).
pub struct CodeCopies {
    main: Box<[AtomicU64]>,
    cold: AtomicPtr<AtomicU64>,
    table: AtomicPtr<Table>,
    lock: AtomicU8,
}

struct Table(Box<[Entry]>);

struct Entry {
    /// The copy, or null while the code is cold for that thread.
    words: AtomicPtr<AtomicU64>,
    /// How often the thread came through the slow path of entering.
    entered: AtomicU32,
}

/// The words that a thread is to run.
#[derive(Clone, Copy, Debug)]
pub struct Entered<'a> {
    /// The instructions.
    pub words: &'a [AtomicU64],
    /// Whether they are the thread's own to specialise. Shared words are neither specialised nor counted in.
    pub is_own: bool,
}

impl CodeCopies {
    /// Code with a main copy only.
    pub fn new(main: Box<[AtomicU64]>) -> CodeCopies {
        CodeCopies {
            main,
            cold: AtomicPtr::new(null_mut()),
            table: AtomicPtr::new(null_mut()),
            lock: AtomicU8::new(0),
        }
    }

    /// The main copy, which the thread of index 0 runs.
    #[inline(always)]
    pub fn main(&self) -> &[AtomicU64] {
        &self.main
    }

    /// The thread's own copy, if it has one: one acquire load and a bound check; for index 0 no load at all.
    #[inline(always)]
    pub fn get(&self, index: &Index) -> Option<&[AtomicU64]> {
        let number = index.number() as usize;
        if number == 0 {
            return Some(&self.main);
        }
        // SAFETY: an entry's copy is as long as the main one and freed only with the whole or in a stopped world.
        Some(unsafe { self.slice(self.entry(number)?.words.load(Relaxed))? })
    }

    /// The words to run for a thread that enters the code: its own copy, made now if the code has become warm for it,
    /// or the shared unspecialised one. `pristine` makes a copy as the compiler left the code, instrumented as it is now.
    ///
    /// `me` is the calling thread's state, attached; `index` is its index.
    #[inline]
    pub fn enter(
        &self,
        index: &Index,
        policy: &ThreadLocalBytecode,
        me: &ThreadState,
        pristine: impl Fn() -> Box<[AtomicU64]>,
    ) -> Entered<'_> {
        match self.get(index) {
            Some(words) if policy.is_on() => Entered { words, is_own: true },
            _ if !policy.is_on() => Entered { words: &self.main, is_own: false },
            _ => self.enter_cold(index.number() as usize, policy, me, pristine),
        }
    }

    #[cold]
    #[inline(never)]
    fn enter_cold(
        &self,
        number: usize,
        policy: &ThreadLocalBytecode,
        me: &ThreadState,
        pristine: impl Fn() -> Box<[AtomicU64]>,
    ) -> Entered<'_> {
        let entry = match self.entry(number) {
            Some(entry) => entry,
            None => self.grow(number, policy, me),
        };
        // This thread alone writes its counter.
        let entered = entry.entered.load(Relaxed).saturating_add(1);
        entry.entered.store(entered, Relaxed);
        if policy.is_warm(entered) && policy.try_hold(self.bytes()) {
            return Entered { words: self.add_copy(number, pristine()), is_own: true };
        }
        Entered { words: self.cold(policy, pristine), is_own: false }
    }

    /// Publishes a thread's own copy.
    fn add_copy(&self, number: usize, copy: Box<[AtomicU64]>) -> &[AtomicU64] {
        let words = self.leak(copy);
        // Under the lock, so that growing does not miss it.
        let _locked = step!("tlbc.copy.lock", Some(Locked::new(&self.lock)), otherwise None);
        if let Some(entry) = self.entry(number) {
            entry.words.store(words, Relaxed);
        }
        // SAFETY: just made, with the main copy's length.
        unsafe { std::slice::from_raw_parts(words, self.main.len()) }
    }

    /// The shared unspecialised copy, made by the first thread that needs it.
    fn cold(&self, policy: &ThreadLocalBytecode, pristine: impl Fn() -> Box<[AtomicU64]>) -> &[AtomicU64] {
        // Acquire pairs with the release below.
        let find = || self.cold.load(site!("tlbc.cold.find", Acquire));
        // SAFETY: a published copy has the main copy's length and is freed with the whole.
        if let Some(words) = unsafe { self.slice(find()) } {
            return words;
        }
        let _locked = Locked::new(&self.lock);
        let mut words = step!("tlbc.cold.again", find(), otherwise null_mut());
        if words.is_null() {
            words = self.leak(pristine());
            policy.hold(self.bytes());
            self.cold.store(words, site!("tlbc.cold.publish", Release));
        }
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts(words, self.main.len()) }
    }

    /// Makes the table long enough for an index, and returns its entry.
    fn grow(&self, number: usize, policy: &ThreadLocalBytecode, me: &ThreadState) -> &Entry {
        let _locked = Locked::new(&self.lock);
        if let Some(entry) = self.entry(number) {
            return entry;
        }
        let old = self.table.load(Relaxed);
        // SAFETY: only a holder of the lock replaces the table.
        let kept = unsafe { old.as_ref() }.map_or(&[][..], |table| &table.0);
        let length = (number + 1).next_power_of_two().max(SMALLEST_TABLE);
        let new = Box::into_raw(Box::new(Table::with_entries(kept, length)));
        policy.hold(Table::bytes_of(length));
        self.table.store(new, site!("tlbc.table.publish", Release));
        if let Some(old) = NonNull::new(old) {
            policy.let_go(Table::bytes_of(kept.len()));
            // SAFETY: unlinked above; whoever still reads it is attached and keeps no reference past its safepoint.
            unsafe {
                let block = Table::block(old);
                step!(
                    "tlbc.table.retire",
                    me.retire(block),
                    otherwise(block.free)(block.pointer, block.context)
                );
            }
        }
        // SAFETY: just made, and retired only by a later growth.
        unsafe { &(*new).0[number] }
    }

    /// Frees the copies of indices that no thread has, and returns how many bytes that were.
    ///
    /// # Safety
    /// The world is stopped, and no suspended frame keeps an address inside such a copy.
    pub unsafe fn reclaim(&self, in_use: &[bool], policy: &ThreadLocalBytecode) -> usize {
        // SAFETY: nobody else is here.
        let Some(table) = (unsafe { self.table.load(Relaxed).as_ref() }) else { return 0 };
        let unused = |&(number, _): &(usize, &Entry)| !in_use.get(number).is_some_and(|used| *used);
        let mut freed = 0;
        for (_, entry) in table.0.iter().enumerate().filter(unused) {
            let words = entry.words.swap(null_mut(), Relaxed);
            if self.free(words) {
                freed += self.bytes();
            }
            entry.entered.store(0, Relaxed);
        }
        policy.let_go(freed);
        freed
    }

    /// Calls `visit` with every copy, the main one first: to instrument them all, in a stopped world or under whatever
    /// else keeps copies from being made meanwhile.
    pub fn for_each_copy(&self, mut visit: impl FnMut(&[AtomicU64])) {
        visit(&self.main);
        let _locked = Locked::new(&self.lock);
        // SAFETY: published copies have the main copy's length; under the lock none is added.
        unsafe {
            self.slice(self.cold.load(Relaxed)).map(&mut visit);
            let table = self.table.load(Relaxed).as_ref();
            for entry in table.into_iter().flat_map(|table| &table.0) {
                self.slice(entry.words.load(Relaxed)).map(&mut visit);
            }
        }
    }

    /// Gives the accounted bytes back, before the code object is freed.
    pub fn release_bytes(&mut self, policy: &ThreadLocalBytecode) {
        let mut copies = 0;
        self.for_each_copy(|_| copies += 1);
        // SAFETY: borrowed exclusively.
        let table = unsafe { self.table.load(Relaxed).as_ref() };
        policy.let_go((copies - 1) * self.bytes() + table.map_or(0, |table| Table::bytes_of(table.0.len())));
    }

    #[inline]
    fn entry(&self, number: usize) -> Option<&Entry> {
        // Acquire pairs with the release in `grow`.
        let table = self.table.load(site!("tlbc.table.find", Acquire));
        // SAFETY: a table is retired when it is replaced, so it outlives whatever an attached thread does until its next
        // safepoint, and none lies between here and the entry's use.
        unsafe { table.as_ref() }?.0.get(number)
    }

    /// # Safety
    /// `words` is null or a copy of this code that lives as long as `self` is borrowed.
    unsafe fn slice(&self, words: *mut AtomicU64) -> Option<&[AtomicU64]> {
        // SAFETY: promised by the caller; `leak` checked the length.
        (!words.is_null()).then(|| unsafe { std::slice::from_raw_parts(words, self.main.len()) })
    }

    fn leak(&self, copy: Box<[AtomicU64]>) -> *mut AtomicU64 {
        assert_eq!(copy.len(), self.main.len(), "a copy has as many words as the code");
        Box::into_raw(copy).cast()
    }

    /// Frees a copy, if there is one.
    fn free(&self, words: *mut AtomicU64) -> bool {
        if words.is_null() {
            return false;
        }
        let slice = std::ptr::slice_from_raw_parts_mut(words, self.main.len());
        // SAFETY: made by `leak` from a box of this length; callers have unlinked it.
        drop(unsafe { Box::from_raw(slice) });
        true
    }

    /// The size of one copy.
    fn bytes(&self) -> usize {
        size_of_val(&*self.main)
    }
}

impl Drop for CodeCopies {
    fn drop(&mut self) {
        self.free(self.cold.load(Relaxed));
        let table = self.table.load(Relaxed);
        if !table.is_null() {
            // SAFETY: made by `Box::into_raw` in `grow`, and not retired, since nothing replaced it.
            let table = unsafe { Box::from_raw(table) };
            for entry in &table.0 {
                self.free(entry.words.load(Relaxed));
            }
        }
    }
}

impl Table {
    /// A table of `length` entries that begins with what `kept` has.
    fn with_entries(kept: &[Entry], length: usize) -> Table {
        let kept = kept.iter().map(|entry| (entry.words.load(Relaxed), entry.entered.load(Relaxed)));
        let all = kept.chain(std::iter::repeat((null_mut(), 0))).take(length);
        let entry =
            |(words, entered)| Entry { words: AtomicPtr::new(words), entered: AtomicU32::new(entered) };
        Table(all.map(entry).collect())
    }

    fn bytes_of(length: usize) -> usize {
        size_of::<Table>() + length * size_of::<Entry>()
    }

    fn block(table: NonNull<Table>) -> Block {
        unsafe fn free(table: *mut u8, _: usize) {
            // SAFETY: made by `Box::into_raw` in `grow`.
            drop(unsafe { Box::from_raw(table.cast::<Table>()) });
        }
        // SAFETY: the table is not freed yet.
        let bytes = Table::bytes_of(unsafe { table.as_ref() }.0.len());
        Block { pointer: table.as_ptr().cast(), bytes, free, context: 0 }
    }
}

/// Tells the model checker that the entries end here: any access from now on is a race.
#[cfg(ungil_loom)]
impl Drop for Table {
    fn drop(&mut self) {
        for entry in &mut self.0 {
            entry.words.with_mut(|_| ());
        }
    }
}

/// The lock of a code object's copies, held. Released also by a panic.
struct Locked<'a>(&'a AtomicU8);

impl<'a> Locked<'a> {
    /// Waits attached: the holder needs nobody and reaches no safepoint.
    fn new(byte: &'a AtomicU8) -> Locked<'a> {
        byte_lock::lock(byte, None);
        Locked(byte)
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        byte_lock::unlock(self.0);
    }
}
