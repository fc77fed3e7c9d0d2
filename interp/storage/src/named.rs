//! Slots that a *shape* names: an object's attributes.
//!
//! The object's shape word says which attribute lies in which slot. **Protocol** (shared object, writers under its lock): an attribute is added
//! by storing its value, then the shape that names it ([`add`]). To give slots up, another shape is stored first, then the slots are unbound
//! ([`give_up`]). A slot is never given another name.
//!
//! A reader loads the shape, then the slot ([`read`]). A value that it finds was the attribute's while the shape stood. If the slot is
//! unbound, that means something only if the shape stands still: else the attribute has moved elsewhere.

use ungil_qsbr::sync::atomic::{AtomicU64, Ordering};
use ungil_qsbr::{site, step};
use ungil_refcount::Owner;

use crate::slot::{self, Attempt, SlotWord};
use crate::word::Word;

/// The shape word of an object: everything that this shape names is there.
#[inline(always)]
pub fn shape_of(shape: &AtomicU64) -> u64 {
    // Acquire: pairs with the release stores in `add` and `give_up`.
    shape.load(site!("storage.named.shape", Acquire))
}

/// Reads a slot that the shape `expected` names, which the object had a moment ago.
///
/// # Safety
/// As for [`slot::read`].
#[inline]
pub unsafe fn read(shape: &AtomicU64, expected: u64, slot: &SlotWord, me: Owner) -> Attempt {
    let stands = || shape.load(Ordering::Relaxed) == expected;
    // SAFETY: promised by the caller.
    match unsafe { slot::read(slot, me, stands) } {
        // The read acquired the unbound mark: if the slot was given up, the new shape is visible.
        Attempt::Unbound if !step!("storage.named.unbound", stands(), otherwise true) => Attempt::Uncountable,
        settled => settled,
    }
}

/// Stores a new attribute's value, then the shape that names it. For the only writer.
#[inline(always)]
pub fn add(shape: &AtomicU64, grown: u64, slot: &SlotWord, word: Word) {
    slot::store(slot, word);
    // Release: a reader that acquires the shape finds storage and value.
    shape.store(grown, site!("storage.named.add", Release));
}

/// Stores a shape that does not name these slots any more, then `between`, then unbinds them, and hands their words out. For the only
/// writer, who has copied the values to where the new shape says.
pub fn give_up<'a>(
    shape: &AtomicU64,
    next: u64,
    between: impl FnOnce(),
    slots: impl Iterator<Item = &'a SlotWord>,
    mut each: impl FnMut(Word),
) {
    // Release: whoever acquires an unbound slot finds the new shape, too.
    let reshape = || shape.store(next, Ordering::Release);
    let unbind = || slots.for_each(|slot| each(slot::replace(slot, Word::UNBOUND)));
    step!(
        "storage.named.give_up",
        {
            reshape();
            between();
            unbind();
        },
        otherwise {
            between();
            unbind();
            reshape();
        }
    );
}
