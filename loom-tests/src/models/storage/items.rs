//! The growable array of a list: what the length counts is in the array that a reader finds, whole, and not freed.

use super::{Thread, memory};
use crate::{Model, Search};
use loom::sync::{Arc, Mutex};
use loom::thread;
use std::ptr::NonNull;
use ungil_storage::items::{Array, Items, Read};
use ungil_storage::slot::{Attempt, SlotWord};
use ungil_storage::word::Word;

pub const MODELS: &[Model] = &[
    Model {
        name: "storage::an_item_that_the_length_counts_is_there",
        search: Search::Exhaustive,
        body: an_item_that_the_length_counts_is_there,
        known_bad: &["storage.items.push", "storage.items.len", "model.items.retire"],
    },
    Model {
        name: "storage::a_shrinking_array_gives_no_item_that_it_has_not",
        search: Search::Exhaustive,
        body: a_shrinking_array_gives_no_item_that_it_has_not,
        known_bad: &["storage.items.capacity", "storage.items.set_all"],
    },
    Model {
        name: "storage::an_array_is_whole_when_found_and_lasts_until_the_safepoint",
        search: Search::Exhaustive,
        body: an_array_is_whole_when_found_and_lasts_until_the_safepoint,
        known_bad: &[
            "storage.items.move",
            "storage.items.array",
            "qsbr.online.fence",
            "qsbr.scan.fence",
            "model.items.retire",
        ],
    },
];

/// What lies behind an array in memory.
const BEYOND: i32 = -1;

fn word(item: i32) -> Word {
    Word::from_i32(item)
}

/// An array of unbound slots, and behind it a word that no reader may find.
fn array(capacity: usize) -> *mut Array {
    let block = memory(Array::bytes(capacity + 1));
    // SAFETY: the memory is large enough.
    unsafe {
        let beyond = block.byte_add(Array::bytes(capacity)).cast::<SlotWord>();
        beyond.write(SlotWord::new(word(BEYOND).bits()));
        Array::initialise(block, capacity)
    }
}

/// A list with its lock.
#[derive(Default)]
struct List {
    items: Items,
    lock: Mutex<()>,
}

// SAFETY: an array's pointer goes to the reclamation.
unsafe fn use_again(memory: *mut u8, _: usize) {
    // SAFETY: the memory is an array's of at least one slot. Other words: who still looks at the old ones races with this.
    unsafe { Array::initialise(NonNull::new_unchecked(memory), 1) };
}

impl List {
    fn with(items: &[i32]) -> Arc<List> {
        let list = List::default();
        // SAFETY: nobody else knows the list.
        unsafe {
            list.items.move_to(array(items.len()));
            items.iter().for_each(|item| list.items.push(word(*item)));
        }
        Arc::new(list)
    }

    /// As `SlotVec` reads: without the lock, else under it.
    fn read(&self, reader: &Thread, index: usize) -> Option<Word> {
        // SAFETY: the list is alive, the reader online.
        match unsafe { self.items.read(reader.me, index) } {
            Read::PastTheEnd => return None,
            Read::At(Attempt::Got(word)) => return Some(word),
            Read::At(_) => {}
        }
        let _held = self.lock.lock().expect("no holder panics");
        // SAFETY: under the lock, below the length.
        (index < self.items.stable_len()).then(|| unsafe { self.items.word(index) })
    }

    /// Appends with room made by a new array; the old one is retired.
    fn push_growing(&self, writer: &Thread, item: i32, capacity: usize) {
        let _held = self.lock.lock().expect("no holder panics");
        // SAFETY: under the lock.
        let old = unsafe {
            let old = self.items.move_to(array(capacity));
            self.items.push(word(item));
            old
        };
        discard(writer, old);
    }
}

fn discard(writer: &Thread, old: *mut Array) {
    if let Some(old) = NonNull::new(old) {
        ungil_qsbr::step!("model.items.retire", writer.retire(old.cast(), use_again),
                          otherwise unsafe { use_again(old.as_ptr().cast(), 0) });
    }
}

fn an_item_that_the_length_counts_is_there() {
    let (writer, reader) = Thread::two();
    let list = Arc::new(List::default());
    let thread = thread::spawn({
        let list = list.clone();
        move || {
            reader.slot.online();
            let first = list.read(&reader, 0);
            let second = list.read(&reader, 1);
            assert!(first.is_none() || first == Some(word(10)), "{first:?}");
            assert!(second.is_none() || second == Some(word(11)), "{second:?}");
            reader.slot.offline();
        }
    });
    list.push_growing(&writer, 10, 1);
    list.push_growing(&writer, 11, 2);
    thread.join().expect("the reader holds");
    assert_eq!(list.items.len(), 2);
}

/// The last item is deleted, as by a splice: into a smaller array.
fn a_shrinking_array_gives_no_item_that_it_has_not() {
    let (writer, reader) = Thread::two();
    let list = List::with(&[10, 11]);
    let thread = thread::spawn({
        let list = list.clone();
        move || {
            reader.slot.online();
            let last = list.read(&reader, 1);
            assert!(last.is_none() || last == Some(word(11)), "{last:?}");
            assert_eq!(list.read(&reader, 0), Some(word(10)));
            reader.slot.offline();
        }
    });
    let held = list.lock.lock().expect("no holder panics");
    // SAFETY: under the lock; the array has room.
    let old = unsafe { list.items.set_all(array(1), [word(10)].into_iter()) };
    drop(held);
    discard(&writer, old);
    thread.join().expect("the reader holds");
}

fn an_array_is_whole_when_found_and_lasts_until_the_safepoint() {
    let (writer, reader) = Thread::two();
    let list = List::with(&[10]);
    let thread = thread::spawn({
        let list = list.clone();
        move || {
            reader.slot.online();
            assert_eq!(list.read(&reader, 0), Some(word(10)));
            reader.slot.offline();
            reader
        }
    });
    list.push_growing(&writer, 11, 2);
    writer.retired.process(&writer.slot);
    drop(thread.join().expect("the reader holds"));
}
