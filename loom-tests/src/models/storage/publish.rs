//! Publication: what a thread finds in a shared slot is shared and whole, and so is all that it reaches.

use super::{Object, Thread, object_of};
use crate::{Model, Search};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;
use std::ptr::NonNull;
use ungil_refcount::Header;
use ungil_storage::publish::publish;
use ungil_storage::slot::{self, Attempt, SlotWord};
use ungil_storage::word::Word;

pub const MODELS: &[Model] = &[Model {
    name: "storage::what_a_published_object_reaches_is_shared_and_whole",
    search: Search::Exhaustive,
    body: what_a_published_object_reaches_is_shared_and_whole,
    known_bad: &[
        "storage.publish.edges",
        "storage.slot.store",
        "storage.slot.read",
        "refcount.share.mark",
        "refcount.share.ladder",
    ],
}];

/// A slot that others read, and a family: the parent's field refers to the child, whose field refers back to the parent.
struct World {
    slot: SlotWord,
    family: [Object; 2],
    fields: [UnsafeCell<usize>; 2],
}

// SAFETY: the fields are what the model is about; the checker reports a race.
unsafe impl Sync for World {}
// SAFETY: as above.
unsafe impl Send for World {}

const PARENT: usize = 0;
const CHILD: usize = 1;

impl World {
    fn field(&self, object: usize) -> usize {
        // SAFETY: the law under test.
        self.fields[object].with(|field| unsafe { *field })
    }
}

fn what_a_published_object_reaches_is_shared_and_whole() {
    let (owner, reader) = Thread::two();
    let world = Arc::new(World {
        slot: SlotWord::new(Word::UNBOUND.bits()),
        family: [Object::new(owner.me), Object::new(owner.me)],
        fields: [UnsafeCell::new(PARENT), UnsafeCell::new(PARENT)],
    });
    let thread = thread::spawn({
        let world = world.clone();
        move || {
            // SAFETY: the family outlives the reader.
            let parent = match unsafe { slot::read(&world.slot, reader.me, || true) } {
                Attempt::Got(word) => word,
                Attempt::Unbound => return,
                other => panic!("a published object can be counted: {other:?}"),
            };
            assert!(std::ptr::eq(object_of(&world.family, parent), &world.family[PARENT]));
            let child = &world.family[world.field(PARENT)];
            // SAFETY: the parent keeps it alive.
            let header = unsafe { child.header().as_ref() };
            assert!(header.is_shared(), "what a shared object reaches is shared");
            assert!(header.try_incref(reader.me), "and can be counted");
            child.look_at();
            assert_eq!(world.field(CHILD), PARENT);
            reader.drop_word(&world.family, child.word());
            reader.drop_word(&world.family, parent);
        }
    });
    // SAFETY: nothing is published yet.
    world.fields[PARENT].with_mut(|field| unsafe { *field = CHILD });
    world.family[CHILD].fill();
    let edges = |object: NonNull<Header>, mark: &mut dyn FnMut(NonNull<Header>)| {
        let at = world.family.iter().position(|member| member.header() == object).expect("one of the family");
        mark(world.family[world.field(at)].header());
    };
    // SAFETY: the family is local to the owner.
    unsafe { publish(world.family[PARENT].header(), owner.me, edges) };
    slot::store(&world.slot, world.family[PARENT].word());
    thread.join().expect("the reader holds");
}
