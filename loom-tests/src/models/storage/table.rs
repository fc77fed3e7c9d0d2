//! The hash table: a key is added once, found once it is there, and cached absences end with its coming.

use super::{Thread, memory};
use crate::{Model, Search};
use loom::sync::{Arc, Mutex};
use loom::thread;
use std::ptr::NonNull;
use ungil_qsbr::step;
use ungil_storage::slot;
use ungil_storage::table::{Block, Entries};
use ungil_storage::version;
use ungil_storage::word::Word;

pub const MODELS: &[Model] = &[
    Model {
        name: "storage::two_threads_add_a_key_once",
        search: Search::Exhaustive,
        body: two_threads_add_a_key_once,
        known_bad: &[
            "storage.table.find_first",
            "storage.table.is_current",
            "storage.table.filled",
            "storage.table.count",
        ],
    },
    Model {
        name: "storage::what_a_search_finds_is_complete",
        search: Search::Exhaustive,
        body: what_a_search_finds_is_complete,
        known_bad: &["storage.table.index", "storage.table.probe"],
    },
    Model {
        name: "storage::a_key_is_found_while_the_table_grows",
        search: Search::Exhaustive,
        body: a_key_is_found_while_the_table_grows,
        known_bad: &[
            "storage.table.install",
            "storage.table.block",
            "qsbr.online.fence",
            "qsbr.scan.fence",
            "model.table.retire",
        ],
    },
    Model {
        name: "storage::an_unbound_value_means_absence_only_in_the_current_block",
        search: Search::Exhaustive,
        body: an_unbound_value_means_absence_only_in_the_current_block,
        known_bad: &["storage.table.is_current"],
    },
    Model {
        name: "storage::a_cached_absence_ends_before_the_key_is_found",
        search: Search::Exhaustive,
        body: a_cached_absence_ends_before_the_key_is_found,
        known_bad: &["storage.version.change"],
    },
    Model {
        name: "storage::an_absence_is_cached_under_the_lock_of_writers",
        search: Search::Exhaustive,
        body: an_absence_is_cached_under_the_lock_of_writers,
        known_bad: &["model.table.locate"],
    },
];

const HASH: i64 = 5;
/// Entries of the smallest block.
const ROOM: usize = 5;

fn word(number: i32) -> Word {
    Word::from_i32(number)
}

fn block(capacity: usize) -> *mut Block {
    // SAFETY: the memory is large enough. The models do not compare serials.
    unsafe { Block::initialise(memory(Block::bytes_for(capacity)), capacity, 1) }
}

/// A table with its lock.
struct Table {
    entries: Entries,
    lock: Mutex<()>,
}

impl Table {
    /// A table with these keys, each its own value.
    fn with(keys: impl IntoIterator<Item = i32>) -> Arc<Table> {
        let table = Table { entries: Entries::new(), lock: Mutex::new(()) };
        // SAFETY: nobody else knows the table.
        unsafe {
            table.entries.install(block(ROOM));
            for key in keys {
                table.entries.append(word(key), HASH, word(key), block, |_| unreachable!("there is room"));
            }
        }
        Arc::new(table)
    }

    /// The value under a key, as `Table::get_str` reads it.
    fn get(&self, reader: &Thread, key: i32) -> Option<Word> {
        loop {
            // SAFETY: the reader is online.
            let found = unsafe { self.entries.find(HASH, |other| other == word(key)) };
            let entry = found.entry?;
            // SAFETY: found since the last safepoint.
            let read = unsafe {
                let unmoved = || self.entries.has(found.block);
                slot::read(Block::value_slot(found.block, entry), reader.me, unmoved)
            };
            match read {
                slot::Attempt::Got(word) => return Some(word),
                slot::Attempt::Unbound if self.entries.is_current(&found) => return None,
                _ => loom::thread::yield_now(),
            }
        }
    }

    /// Adds a key unless it is there, as `Table::insert` does.
    fn insert(&self, key: i32) {
        loop {
            // SAFETY: no block is freed in the models that insert.
            let found = unsafe { self.entries.find(HASH, |other| other == word(key)) };
            let _held = self.lock.lock().expect("no holder panics");
            if !self.entries.is_current(&found) {
                continue;
            }
            if found.entry.is_none() {
                // SAFETY: under the lock, and absent.
                unsafe {
                    self.entries.append(word(key), HASH, word(key), block, |_| unreachable!("there is room"))
                };
            }
            return;
        }
    }

    fn keys_version(&self) -> u32 {
        // SAFETY: never null in the models.
        unsafe { Block::version(self.entries.block()) }.get()
    }

    /// The version of the keys, and whether a key is there, as `Table::locate_str` answers.
    fn locate(&self, key: i32) -> (Option<u32>, bool) {
        let _held =
            step!("model.table.locate", Some(self.lock.lock().expect("no holder panics")), otherwise None);
        // SAFETY: under the lock.
        let version = || unsafe { self.entries.ensure_version(|| Some(VERSION)) };
        // SAFETY: as above.
        let (version, found) =
            version::observe(version, || unsafe { self.entries.find(HASH, |other| other == word(key)) });
        (version, found.entry.is_some())
    }
}

const VERSION: u32 = 7;

fn two_threads_add_a_key_once() {
    let table = Table::with([]);
    let other = thread::spawn({
        let table = table.clone();
        move || table.insert(1)
    });
    table.insert(1);
    other.join().expect("the other holds");
    assert_eq!(table.entries.len(), 1, "the key was added twice");
}

fn what_a_search_finds_is_complete() {
    let (_, reader) = Thread::two();
    let table = Table::with([]);
    let thread = thread::spawn({
        let table = table.clone();
        move || {
            let found = table.get(&reader, 1);
            assert!(found.is_none() || found == Some(word(1)), "{found:?}");
        }
    });
    table.insert(1);
    thread.join().expect("the reader holds");
}

fn a_key_is_found_while_the_table_grows() {
    unsafe fn use_again(memory: *mut u8, _: usize) {
        // SAFETY: the memory is a block's. Other words: who still looks at the old ones races with this.
        unsafe { Block::initialise(NonNull::new_unchecked(memory), 1, 2) };
    }
    let (writer, reader) = Thread::two();
    let table = Table::with(0..ROOM as i32);
    let thread = thread::spawn({
        let table = table.clone();
        move || {
            reader.slot.online();
            assert_eq!(table.get(&reader, 0), Some(word(0)));
            reader.slot.offline();
            reader
        }
    });
    let held = table.lock.lock().expect("no holder panics");
    let discard = |old: *mut Block| {
        let old = NonNull::new(old).expect("a table that was full").cast();
        step!("model.table.retire", writer.retire(old, use_again), otherwise unsafe { use_again(old.as_ptr(), 0) });
    };
    // SAFETY: under the lock; the key is new.
    unsafe { table.entries.append(word(9), HASH, word(9), block, discard) };
    drop(held);
    writer.retired.process(&writer.slot);
    drop(thread.join().expect("the reader holds"));
}

/// A key is deleted and comes again: whoever finds the dead entry must look for the new one. The key is there all the time but
/// for the moment between, which the writer's lock hides from nobody; so a reader that begins after the end finds it.
fn an_unbound_value_means_absence_only_in_the_current_block() {
    let (_, reader) = Thread::two();
    let table = Table::with([1]);
    let again = Arc::new(loom::sync::atomic::AtomicBool::new(false));
    let thread = thread::spawn({
        let (table, again) = (table.clone(), again.clone());
        move || {
            // SAFETY: no block is freed.
            let found = unsafe { table.entries.find(HASH, |other| other == word(1)) };
            let came_again = again.load(loom::sync::atomic::Ordering::Acquire);
            let Some(entry) = found.entry else { return };
            // SAFETY: as above.
            let value = unsafe { slot::read(Block::value_slot(found.block, entry), reader.me, || true) };
            if came_again && matches!(value, slot::Attempt::Unbound) {
                assert!(!table.entries.is_current(&found), "a dead entry was taken for the key's absence");
            }
        }
    });
    let held = table.lock.lock().expect("no holder panics");
    // SAFETY: under the lock; the entry is live, and the key absent afterwards.
    unsafe {
        table.entries.remove(0);
        table.entries.append(word(1), HASH, word(2), block, |_| unreachable!("there is room"));
    }
    drop(held);
    again.store(true, loom::sync::atomic::Ordering::Release);
    thread.join().expect("the reader holds");
}

/// Whoever has found a key does not use an older absence of it.
fn a_cached_absence_ends_before_the_key_is_found() {
    let (_, reader) = Thread::two();
    let table = Table::with([]);
    assert_eq!(table.locate(1), (Some(VERSION), false));
    let thread = thread::spawn({
        let table = table.clone();
        move || {
            if table.get(&reader, 1).is_some() {
                assert_ne!(table.keys_version(), VERSION, "a key that was found is still cached as absent");
            }
        }
    });
    table.insert(1);
    thread.join().expect("the reader holds");
}

fn an_absence_is_cached_under_the_lock_of_writers() {
    let table = Table::with([]);
    let thread = thread::spawn({
        let table = table.clone();
        move || table.locate(1)
    });
    table.insert(1);
    let (version, was_there) = thread.join().expect("the reader holds");
    if !was_there && version.is_some() {
        assert_ne!(Some(table.keys_version()), version, "an absence is cached that has ended");
    }
}
