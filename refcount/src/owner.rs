//! Who owns an object: a thread state's 15-bit id, and the word that the header keeps it in.
//!
//! The header's owner word is `id | SHARED`. A thread compares it with its own id: equal means that the object is
//! *local*, equal under the mask means that its count is *biased* to this thread. Ids run from 1 to 32,766, so that the
//! word of an object that nobody owns (`SHARED` alone) and the word of a thread that has no id match no object's.

/// In the owner word: other threads may reach the object.
pub(crate) const SHARED: u16 = 0x8000;
/// The part of the owner word that names the thread state.
pub(crate) const ID_MASK: u16 = 0x7fff;
/// The owner word of an object whose count is biased to nobody: merged or immortal.
pub(crate) const UNOWNED: u16 = SHARED;

/// The id under which a thread counts: proof, where a function takes one as `me`, that the caller *is* that thread.
///
/// An id names a thread state rather than an operating-system thread: its local counts change only while it is
/// attached, and it passes on with everything that it still owns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Owner(u16);

impl Owner {
    /// The largest id.
    pub const MAX_ID: u16 = 0x7ffe;

    /// A thread without an id: it owns nothing, has no local objects, and counts as a foreign thread everywhere.
    pub const NONE: Owner = Owner(0xffff);

    /// The owner with this id.
    ///
    /// # Panics
    /// If `id` is 0 or above [`MAX_ID`](Self::MAX_ID).
    ///
    /// # Safety
    /// The value may reach this crate's functions (as `me`) only from the one thread that holds the id at that time,
    /// between its attach and its detach, or from a thread that has suspended that one.
    pub const unsafe fn new(id: u16) -> Owner {
        assert!(id >= 1 && id <= Self::MAX_ID, "an owner id is between 1 and Owner::MAX_ID");
        Owner(id)
    }

    /// The id, or `None` for [`Owner::NONE`].
    pub const fn id(self) -> Option<u16> {
        if self.is_none() { None } else { Some(self.0) }
    }

    /// Whether this is a thread without an id.
    pub const fn is_none(self) -> bool {
        self.0 == Self::NONE.0
    }

    /// What the owner word of this thread's local objects holds; for machine code that compares it itself.
    /// For [`Owner::NONE`] it is a word that no object has.
    #[inline(always)]
    pub const fn word(self) -> u16 {
        self.0
    }
}
