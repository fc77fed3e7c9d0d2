//! Slots that a shape names: an attribute that the shape names is found, there or where the next shape says.

use super::Thread;
use crate::{Model, Search};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64, Ordering::Relaxed};
use loom::thread;
use ungil_qsbr::step;
use ungil_storage::named;
use ungil_storage::slot::{Attempt, SlotWord};
use ungil_storage::word::Word;

pub const MODELS: &[Model] = &[
    Model {
        name: "storage::a_shape_names_what_is_there",
        search: Search::Exhaustive,
        body: a_shape_names_what_is_there,
        known_bad: &["storage.named.add", "storage.named.shape"],
    },
    Model {
        name: "storage::an_attribute_that_moves_is_never_missing",
        search: Search::Exhaustive,
        body: an_attribute_that_moves_is_never_missing,
        known_bad: &[
            "storage.named.unbound",
            "storage.named.give_up",
            "storage.slot.store",
            "storage.slot.read",
        ],
    },
    Model {
        name: "storage::a_place_is_used_with_the_shape_it_was_found_for",
        search: Search::Exhaustive,
        body: a_place_is_used_with_the_shape_it_was_found_for,
        known_bad: &["model.place.shape"],
    },
];

/// Shapes: without the attribute, with it in the slot, and with it elsewhere.
const EMPTY: u64 = 0x1000;
const NAMED: u64 = 0x2000;
const ELSEWHERE: u64 = 0x3000;

struct Instance {
    shape: AtomicU64,
    slot: SlotWord,
    elsewhere: AtomicU64,
}

const VALUE: Word = Word::from_i32(5);

fn instance(shape: u64, value: Word) -> (Arc<Instance>, Thread) {
    let (_, reader) = Thread::two();
    let (slot, elsewhere) = (SlotWord::new(value.bits()), AtomicU64::new(0));
    (Arc::new(Instance { shape: AtomicU64::new(shape), slot, elsewhere }), reader)
}

/// The reader finds the attribute, and gives the shape by which it did.
fn read(instance: &Instance, reader: &Thread) -> Option<u64> {
    loop {
        let shape = named::shape_of(&instance.shape);
        match shape {
            NAMED => {
                // SAFETY: the word is an immediate.
                match unsafe { named::read(&instance.shape, shape, &instance.slot, reader.me) } {
                    Attempt::Got(word) => assert_eq!(word, VALUE),
                    Attempt::Uncountable => {
                        // Under the lock, or once the change is done, there is another shape.
                        thread::yield_now();
                        continue;
                    }
                    other => panic!("an attribute that the shape names: {other:?}"),
                }
            }
            ELSEWHERE => assert_eq!(instance.elsewhere.load(Relaxed), VALUE.bits(), "where the shape says"),
            _ => return None,
        }
        return Some(shape);
    }
}

fn a_shape_names_what_is_there() {
    let (instance, reader) = instance(EMPTY, Word::UNBOUND);
    let thread = thread::spawn({
        let instance = instance.clone();
        move || read(&instance, &reader)
    });
    named::add(&instance.shape, NAMED, &instance.slot, VALUE);
    thread.join().expect("the reader holds");
}

fn an_attribute_that_moves_is_never_missing() {
    let (instance, reader) = instance(NAMED, VALUE);
    let thread = thread::spawn({
        let instance = instance.clone();
        move || read(&instance, &reader)
    });
    instance.elsewhere.store(VALUE.bits(), Relaxed);
    let slots = std::iter::once(&instance.slot);
    named::give_up(&instance.shape, ELSEWHERE, || (), slots, |word| assert_eq!(word, VALUE));
    assert!(thread.join().expect("the reader holds").is_some());
}

/// A thread's table of places answers by the shape's version: the slot that it names means nothing in another shape.
fn a_place_is_used_with_the_shape_it_was_found_for() {
    let (instance, reader) = instance(NAMED, VALUE);
    let thread = thread::spawn({
        let instance = instance.clone();
        move || {
            let shape = named::shape_of(&instance.shape);
            if shape != NAMED {
                return;
            }
            // The place is known: the slot. Only now is it read.
            let shape = step!("model.place.shape", shape, otherwise named::shape_of(&instance.shape));
            // SAFETY: the word is an immediate.
            let read = unsafe { named::read(&instance.shape, shape, &instance.slot, reader.me) };
            assert!(!matches!(read, Attempt::Unbound), "an attribute that every shape has was not found");
        }
    });
    let slots = std::iter::once(&instance.slot);
    named::give_up(&instance.shape, ELSEWHERE, || (), slots, |word| assert_eq!(word, VALUE));
    thread.join().expect("the reader holds");
}
