//! The lock-free read of a slot, on the counts of `refcount` and the delayed free of `qsbr`.
//!
//! A reader loads a slot, tries to count what it found, and looks again whether the slot still holds it; if any of that
//! fails, it would take the lock. Meanwhile a writer overwrites the slot and drops the old value; whoever ends the last
//! reference takes the object apart at once, and retires its block. So a reader may look at the header of a dead object,
//! but never at a dead object's content, and never at memory that serves something else.
//!
//! Looking again is not what keeps this safe as long as the block of an object that was ever shared is not used again
//! within a grace period: the laws hold without it.

use super::{Object, Thread, object_of};
use crate::{Model, Search};
use loom::sync::Arc;
use loom::thread;
use ungil_storage::slot::{self, Attempt, SlotWord};
use ungil_storage::word::Word;

pub const MODELS: &[Model] = &[
    Model {
        name: "storage::a_slot_gives_a_whole_object_or_asks_for_the_lock",
        search: Search::Exhaustive,
        body: a_slot_gives_a_whole_object_or_asks_for_the_lock,
        known_bad: &[
            // Either of the two makes the object whole for whoever has counted it.
            "storage.slot.read,storage.slot.look_again",
            "storage.slot.store",
            "refcount.try_incref.dead",
            "refcount.last_owned_drop",
            "refcount.share.mark",
        ],
    },
    Model {
        name: "storage::a_reader_never_meets_memory_that_is_used_again",
        search: Search::Exhaustive,
        body: a_reader_never_meets_memory_that_is_used_again,
        known_bad: &["qsbr.online.fence", "qsbr.scan.fence", "model.destroy.retire"],
    },
];

/// A slot that holds the first of two objects; the second is the writer's still.
struct World {
    slot: SlotWord,
    objects: [Object; 2],
}

impl World {
    fn new(writer: &Thread) -> Arc<World> {
        let objects = [Object::new_shared(writer.me), Object::new(writer.me)];
        let world = Arc::new(World { slot: SlotWord::new(Word::UNBOUND.bits()), objects });
        slot::store(&world.slot, world.objects[0].word());
        world
    }

    /// The lock-free read. Gives a reference, or says that the lock is to be taken.
    fn read(&self, reader: &Thread) -> Option<Word> {
        // SAFETY: the reader is online.
        match unsafe { slot::read(&self.slot, reader.me, || true) } {
            Attempt::Got(word) => Some(word),
            Attempt::Stale(word) => {
                reader.drop_word(&self.objects, word);
                None
            }
            Attempt::Uncountable => None,
            other => unreachable!("{other:?}"),
        }
    }

    fn use_and_drop(&self, reader: &Thread, word: Word) {
        object_of(&self.objects, word).look_at();
        reader.drop_word(&self.objects, word);
    }

    fn overwrite(&self, writer: &Thread) {
        self.objects[1].fill();
        // SAFETY: the writer's own.
        unsafe { self.objects[1].header().as_ref().share() };
        let old = slot::replace(&self.slot, self.objects[1].word());
        writer.drop_word(&self.objects, old);
    }
}

fn a_slot_gives_a_whole_object_or_asks_for_the_lock() {
    let (writer, reader) = Thread::two();
    let world = World::new(&writer);
    let thread = thread::spawn({
        let world = world.clone();
        move || {
            reader.slot.online();
            if let Some(word) = world.read(&reader) {
                world.use_and_drop(&reader, word);
            }
            reader.slot.offline();
            reader
        }
    });
    world.overwrite(&writer);
    let reader = thread.join().expect("the reader holds");
    let dead: usize = [&writer, &reader].map(|thread| thread.retired.process(&thread.slot)).iter().sum();
    assert_eq!(dead, 1, "the overwritten object dies once");
}

/// The reader goes offline with its reference, and drops it only in the end, so that the writer frees meanwhile what it
/// can.
fn a_reader_never_meets_memory_that_is_used_again() {
    let (writer, reader) = Thread::two();
    let world = World::new(&writer);
    let thread = thread::spawn({
        let world = world.clone();
        move || {
            reader.slot.online();
            let kept = world.read(&reader);
            reader.slot.offline();
            if let Some(word) = kept {
                world.use_and_drop(&reader, word);
            }
            reader
        }
    });
    world.overwrite(&writer);
    writer.retired.process(&writer.slot);
    drop(thread.join().expect("the reader holds"));
}
