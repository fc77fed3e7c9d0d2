//! Finding garbage: trial deletion, in a stopped world.
//!
//! Scratch words (`scratch`): 0 for objects that do not take part; else one more than the references that are not accounted for yet, and
//! the top bit once the object is known to be reachable. While the world runs, deferred objects keep an id there, so a search sets the ids aside
//! first and puts them back at its end. Objects that cannot be part of a cycle do not take part, except instances of
//! classes that programs define, since those refer to their class.

use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use ungil_objects::class::ClassFlags;
use ungil_objects::layout::HeapKind;
use ungil_objects::publish::trace_object;
use ungil_objects::shape::Shape;
use ungil_objects::trace::{Edge, Tracer};
use ungil_objects::{Thread, Value, garbage};
use ungil_refcount::{Bit, Header, Release};
use ungil_tstate::StoppedWorld;

const REACHED: u32 = 1 << 31;
const MOST: u32 = REACHED - 1;

/// What a search has found.
pub(super) struct Found {
    /// A reference to each garbage object.
    pub garbage: Vec<Value>,
    /// How many objects are not garbage.
    pub living: usize,
}

/// The objects that take part, alive in a stopped world.
struct Participants(Vec<NonNull<Header>>);

/// Visits every object in the heaps.
pub(super) fn each_object(world: &StoppedWorld<'_>, mut visit: impl FnMut(NonNull<Header>)) {
    for kind in [HeapKind::Collected, HeapKind::Object] {
        let visit_block = |block: NonNull<u8>, _: usize| {
            let object = block.cast::<Header>();
            // SAFETY: blocks of these heaps begin with a header; the live bit says that the rest is an object.
            if unsafe { object.as_ref() }.has(Bit::LIVE) {
                visit(object);
            }
        };
        // SAFETY: the visitor only notes addresses, in memory of another heap.
        unsafe { world.walk(kind, visit_block) };
    }
}

/// # Safety
/// The world is stopped and the object alive.
pub(super) unsafe fn edges(object: NonNull<Header>, mut visit: impl FnMut(NonNull<Header>, Edge)) {
    // SAFETY: promised by the caller.
    unsafe { trace_object(object, &mut Tracer::new(&mut visit)) };
}

fn scratch(object: NonNull<Header>) -> u32 {
    // SAFETY: objects reached by edges of living objects are alive, or were condemned and are kept until the end of the collection.
    unsafe { object.as_ref() }.scratch().load(Ordering::Relaxed)
}

fn set_scratch(object: NonNull<Header>, word: u32) {
    // SAFETY: as above.
    unsafe { object.as_ref() }.scratch().store(word, Ordering::Relaxed);
}

/// The scratch word, which is cleared.
fn take_scratch(object: NonNull<Header>) -> u32 {
    let word = scratch(object);
    set_scratch(object, 0);
    word
}

/// The scratch word for an object with so many references.
fn scratch_of(references: i64) -> u32 {
    u32::try_from(references.clamp(0, i64::from(MOST) - 1)).unwrap_or(0) + 1
}

impl Participants {
    fn all(world: &StoppedWorld<'_>) -> Participants {
        let mut objects = Vec::new();
        each_object(world, |object| {
            // SAFETY: alive, says the walk.
            let header = unsafe { object.as_ref() };
            // SAFETY: as above.
            let takes_part =
                header.has(Bit::COLLECTED) || unsafe { Shape::of(header) }.class().has(ClassFlags::HEAP);
            if takes_part {
                objects.push(object);
            }
        });
        Participants(objects)
    }

    /// Takes the references among these objects off their counts.
    fn subtract_edges(&self) {
        for object in &self.0 {
            // SAFETY: the world is stopped.
            unsafe {
                edges(*object, |child, edge| {
                    let word = scratch(child);
                    if edge == Edge::Counted && word & REACHED == 0 && (2..MOST).contains(&word) {
                        set_scratch(child, word - 1);
                    }
                });
            }
        }
    }
}

/// Marks what the objects on the list reach.
fn mark_from(mut list: Vec<NonNull<Header>>) {
    while let Some(object) = list.pop() {
        // SAFETY: the world is stopped.
        unsafe {
            edges(object, |child, edge| {
                if edge != Edge::Weak {
                    mark(child, &mut list);
                }
            });
        }
    }
}

/// Marks an object that takes part and is not marked yet, and puts it on the list.
fn mark(object: NonNull<Header>, list: &mut Vec<NonNull<Header>>) {
    let word = scratch(object);
    if word != 0 && word & REACHED == 0 {
        set_scratch(object, word | REACHED);
        list.push(object);
    }
}

/// Marks what frames of all threads and the interpreter refer to without counts.
fn mark_roots(t: &Thread, world: &StoppedWorld<'_>, list: &mut Vec<NonNull<Header>>) {
    for state in world.threads() {
        // SAFETY: the world is stopped: the thread is suspended, or the calling one.
        if let Some(thread) = unsafe { Thread::of_state(state) } {
            // SAFETY: as above.
            unsafe { crate::frame::scan::each_root(thread, &mut |object| mark(object, list)) };
        }
    }
    t.interpreter().root_objects().into_iter().for_each(|object| mark(object, list));
}

/// Moves the counts that threads keep for themselves to the objects.
pub(super) fn merge_counts(world: &StoppedWorld<'_>) {
    for state in world.threads() {
        // SAFETY: the world is stopped: the thread is suspended, or the calling one.
        unsafe {
            if let Some(thread) = Thread::of_state(state) {
                thread.merge_counts();
            }
        }
    }
}

/// Gives up the references that were handed to the threads, and returns the objects that this leaves dead.
pub(super) fn merge_handed_over(world: &StoppedWorld<'_>) -> Vec<NonNull<Header>> {
    let queued = world.threads().flat_map(|state| world.take_merges(state)).chain(world.take_left_behind());
    // SAFETY: each entry is a reference, which is given up here; the world is stopped, so nobody counts by plain additions.
    queued.filter(|object| unsafe { ungil_refcount::merge(*object, -1) } == Release::Dead).collect()
}

/// Finds the objects that only garbage refers to.
pub(super) fn find_garbage(t: &Thread, world: &StoppedWorld<'_>) -> Found {
    let counted = t.interpreter().counted();
    merge_counts(world);
    // SAFETY: the world is stopped, and the ids are put back below.
    unsafe { counted.set_aside() };
    let participants = Participants::all(world);
    let mut list = Vec::new();
    let mut dying = Vec::new();
    for object in &participants.0 {
        // SAFETY: alive, says the walk.
        let header = unsafe { object.as_ref() };
        let references = header.reference_count();
        set_scratch(*object, scratch_of(references));
        if references <= 0 && !header.is_uncounted() {
            // Dead already and waiting for its end elsewhere: what it refers to still counts.
            dying.push(*object);
        }
    }
    participants.subtract_edges();
    dying.into_iter().for_each(|object| mark(object, &mut list));
    for object in &participants.0 {
        if scratch(*object) & MOST > 1 {
            mark(*object, &mut list);
        }
    }
    mark_roots(t, world, &mut list);
    mark_from(list);
    let total = participants.0.len();
    let garbage: Vec<_> =
        participants.0.into_iter().filter(|object| take_scratch(*object) & REACHED == 0).collect();
    // SAFETY: the world is stopped, and the scratch words are zero.
    unsafe { counted.put_back() };
    let living = total - garbage.len();
    // SAFETY: the world is stopped and the objects are alive.
    let garbage = garbage.into_iter().map(|object| unsafe { garbage::hold(t, object) }).collect();
    Found { garbage, living }
}

/// Looks at garbage again after its finalisers have run: what is garbage still, and what is not.
pub(super) fn still_garbage(
    t: &Thread,
    world: &StoppedWorld<'_>,
    held: Vec<Value>,
) -> (Vec<Value>, Vec<Value>) {
    let counted = t.interpreter().counted();
    merge_counts(world);
    // SAFETY: the world is stopped, and the ids are put back below.
    unsafe { counted.set_aside() };
    let participants = Participants::all(world);
    for object in &participants.0 {
        set_scratch(*object, REACHED | 1);
    }
    let members = Participants(held.iter().filter_map(|value| value.word().object()).collect());
    for object in &members.0 {
        // SAFETY: held.
        let references = unsafe { object.as_ref() }.reference_count();
        // The collector's own reference is no reason to live.
        set_scratch(*object, scratch_of(references - 1));
    }
    members.subtract_edges();
    let mut list = Vec::new();
    for object in &members.0 {
        if scratch(*object) > 1 {
            mark(*object, &mut list);
        }
    }
    for object in &participants.0 {
        if scratch(*object) == REACHED | 1 {
            // SAFETY: the world is stopped.
            unsafe {
                edges(*object, |child, edge| {
                    if edge == Edge::Uncounted {
                        mark(child, &mut list);
                    }
                });
            }
        }
    }
    mark_roots(t, world, &mut list);
    mark_from(list);
    let parts = held
        .into_iter()
        .partition(|value| value.word().object().is_some_and(|object| scratch(object) & REACHED == 0));
    for object in participants.0 {
        set_scratch(object, 0);
    }
    // SAFETY: the world is stopped, and the scratch words are zero.
    unsafe { counted.put_back() };
    parts
}
