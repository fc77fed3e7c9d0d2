//! The object header: 24 bytes at the start of every object, and who writes each of its words.
//!
//! | offset | field | width | written by |
//! |---|---|---|---|
//! | 0 | `shape` | 64 | the embedder; opaque here. The allocator's free-list link overwrites it, so it is read only through a reference that is held |
//! | 8 | `local` | 32 | the owner alone, or whoever excludes it (see [`merge`](crate::merge)) |
//! | 12 | `shared` | 32 | the owner by plain stores while the object is local; anyone by atomic read-modify-write afterwards |
//! | 16 | `owner` | 16 | the owner, or whoever excludes it; it changes once to shared and once to unowned |
//! | 18 | `bits` | 8 | the owner by plain stores while the object is local; anyone by atomic *or* / *and* afterwards |
//! | 19 | `lock` | 8 | the embedder's one-byte lock, used on shared objects only |
//! | 20 | `scratch` | 32 | the collector, while the world is stopped; otherwise a deferred object's id, written under the [lock of ids](crate::CountedObjects) |
//!
//! Each field is accessed at one width only, and a local object's `shared` and `lock` are zero.

use crate::owner::{ID_MASK, Owner, SHARED, UNOWNED};
use crate::shared_word as word;
use crate::sync::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering::Relaxed};

/// A property of an object, one bit of its header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bit(pub(crate) u8);

impl Bit {
    /// The block holds a whole object: set last when one is made, cleared first when it dies, for walks over a heap.
    pub const LIVE: Bit = Bit(1 << 0);
    /// Never dies. Set only by [`Header::make_immortal`] and by a count that overflows.
    pub const IMMORTAL: Bit = Bit(1 << 1);
    /// No decrement ends it, only the collector does. Set only by [`Header::set_deferred`].
    pub const DEFERRED: Bit = Bit(1 << 2);
    /// Weak references name it: whoever destroys it must first clear its entry in the [`WeakTable`](crate::WeakTable).
    pub const WEAKREFS: Bit = Bit(1 << 3);
    /// Its finaliser has run.
    pub const FINALIZED: Bit = Bit(1 << 4);
    /// It lives in the collected heap.
    pub const COLLECTED: Bit = Bit(1 << 5);
}

/// The first 24 bytes of every object. The functions that count are described in the [crate's documentation](crate).
#[repr(C, align(8))]
pub struct Header {
    pub(crate) shape: AtomicU64,
    pub(crate) local: AtomicU32,
    pub(crate) shared: AtomicU32,
    pub(crate) owner: AtomicU16,
    pub(crate) bits: AtomicU8,
    pub(crate) lock: AtomicU8,
    pub(crate) scratch: AtomicU32,
}

#[cfg(not(ungil_loom))]
const _: () = assert!(size_of::<Header>() == 24 && align_of::<Header>() == 8);

/// Byte offsets of the header's fields, for machine code.
#[cfg(not(ungil_loom))]
impl Header {
    /// Offset of the shape, 64 bits.
    pub const SHAPE_OFFSET: usize = std::mem::offset_of!(Header, shape);
    /// Offset of the owner's count, 32 bits.
    pub const LOCAL_OFFSET: usize = std::mem::offset_of!(Header, local);
    /// Offset of the owner word, 16 bits; compare with [`Owner::word`].
    pub const OWNER_OFFSET: usize = std::mem::offset_of!(Header, owner);
    /// Offset of the bits, 8 bits.
    pub const BITS_OFFSET: usize = std::mem::offset_of!(Header, bits);
}

impl Header {
    /// A header with one reference, local to `me`, and no bit set. For [`Owner::NONE`] the object is born shared and merged.
    #[inline(always)]
    pub fn new(shape: u64, me: Owner) -> Header {
        if me.is_none() {
            return Header::with(shape, 0, word::MERGED | word::ONE, UNOWNED, 0);
        }
        Header::with(shape, 1, word::INIT, me.word(), 0)
    }

    /// Like [`new`](Self::new) for a thread that owns, with [`Bit::LIVE`] set, and [`Bit::COLLECTED`] if it is to be: for an object
    /// whose parts are written before anyone else looks.
    #[inline(always)]
    pub fn new_live(shape: u64, me: Owner, collected: bool) -> Header {
        debug_assert!(!me.is_none(), "attached threads own");
        let bits = if collected { Bit::LIVE.0 | Bit::COLLECTED.0 } else { Bit::LIVE.0 };
        Header::with(shape, 1, word::INIT, me.word(), bits)
    }

    /// A header of an object that never dies and belongs to nobody.
    pub fn new_immortal(shape: u64) -> Header {
        Header::with(shape, 0, word::IMMORTAL, UNOWNED, Bit::IMMORTAL.0)
    }

    #[inline(always)]
    fn with(shape: u64, local: u32, shared: u32, owner: u16, bits: u8) -> Header {
        Header {
            shape: AtomicU64::new(shape),
            local: AtomicU32::new(local),
            shared: AtomicU32::new(shared),
            owner: AtomicU16::new(owner),
            bits: AtomicU8::new(bits),
            lock: AtomicU8::new(0),
            scratch: AtomicU32::new(0),
        }
    }

    /// The shape's word; the embedder chooses its orderings.
    #[inline(always)]
    pub fn shape(&self) -> &AtomicU64 {
        &self.shape
    }

    /// The byte of the object's lock.
    #[inline(always)]
    pub fn lock_byte(&self) -> &AtomicU8 {
        &self.lock
    }

    /// The collector's scratch word, which holds a deferred object's id while the world runs.
    #[inline(always)]
    pub fn scratch(&self) -> &AtomicU32 {
        &self.scratch
    }

    /// The id of a deferred object, under which threads count it for themselves. Meaningless in a collection.
    #[inline(always)]
    pub fn count_id(&self) -> Option<crate::CountId> {
        crate::CountId::from_number(self.scratch.load(Relaxed))
    }

    /// Whether only this thread can reach the object. The answer *yes* holds until this thread's next safepoint,
    /// detach or publication.
    #[inline(always)]
    pub fn is_local(&self, me: Owner) -> bool {
        self.owner.load(Relaxed) == me.word()
    }

    /// Whether this thread counts the object by plain additions. If the pointer was read *before* this answered yes, it
    /// may be used uncounted until this thread's next safepoint or next decrement that may free (the borrow rule).
    #[inline(always)]
    pub fn is_biased_to(&self, me: Owner) -> bool {
        self.owner.load(Relaxed) & ID_MASK == me.word()
    }

    /// Whether other threads may reach the object.
    #[inline(always)]
    pub fn is_shared(&self) -> bool {
        self.owner.load(Relaxed) & SHARED != 0
    }

    /// The id that the count is biased to, or `None` once it is merged.
    pub fn owner_id(&self) -> Option<u16> {
        match self.owner.load(Relaxed) & ID_MASK {
            0 => None,
            id => Some(id),
        }
    }

    /// Whether `bit` is set.
    #[inline(always)]
    pub fn has(&self, bit: Bit) -> bool {
        self.bits.load(Relaxed) & bit.0 != 0
    }

    /// Whether no decrement ends it, only the collector does.
    #[inline(always)]
    pub fn is_deferred(&self) -> bool {
        self.has(Bit::DEFERRED)
    }

    /// Whether references to it may go uncounted wherever the collector sees them: deferred or immortal.
    #[inline(always)]
    pub fn is_uncounted(&self) -> bool {
        self.bits.load(Relaxed) & (Bit::DEFERRED.0 | Bit::IMMORTAL.0) != 0
    }

    /// Whether it never dies.
    #[inline(always)]
    pub fn is_immortal(&self) -> bool {
        self.has(Bit::IMMORTAL)
    }

    /// Sets [`Bit::LIVE`]: the object is whole. Its maker calls this before anyone else can reach it.
    #[inline(always)]
    pub fn set_live(&self) {
        self.bits.store(self.bits.load(Relaxed) | Bit::LIVE.0, Relaxed);
    }

    /// Clears [`Bit::LIVE`]: whoever was told that the object is dead calls this before it takes the object apart.
    #[inline(always)]
    pub fn clear_live(&self) {
        self.bits.store(self.bits.load(Relaxed) & !Bit::LIVE.0, Relaxed);
    }

    /// Sets [`Bit::FINALIZED`] and says whether it was clear: whether the finaliser is the caller's to run.
    pub fn set_finalized(&self, me: Owner) -> bool {
        self.set(Bit::FINALIZED, me)
    }

    /// Sets [`Bit::COLLECTED`]. Its maker calls this before anyone else can reach it.
    #[inline(always)]
    pub fn set_collected(&self) {
        self.bits.store(self.bits.load(Relaxed) | Bit::COLLECTED.0, Relaxed);
    }

    /// Sets a bit and says whether it was clear.
    pub(crate) fn set(&self, bit: Bit, me: Owner) -> bool {
        let before = if self.is_local(me) {
            let before = self.bits.load(Relaxed);
            self.bits.store(before | bit.0, Relaxed);
            before
        } else {
            self.bits.fetch_or(bit.0, Relaxed)
        };
        before & bit.0 == 0
    }

    /// The number of counted references: exact for this thread's local objects and in a stopped world, otherwise a
    /// glimpse. Counts that threads keep by id are not in it; `i64::MAX` stands for an immortal.
    pub fn reference_count(&self) -> i64 {
        let shared = self.shared.load(Relaxed);
        if word::is_sticky(shared) || self.is_immortal() {
            return i64::MAX;
        }
        let bias = if self.has(Bit::DEFERRED) { crate::count::DEFERRED_BIAS } else { 0 };
        i64::from(self.local.load(Relaxed)) + word::count(shared) - bias
    }

    /// Whether the header keeps the rule for local objects, that the shared word and the lock are zero. For debug walks.
    pub fn is_consistent(&self) -> bool {
        self.is_shared() || (self.shared.load(Relaxed) == 0 && self.lock.load(Relaxed) == 0)
    }
}

impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shared = self.shared.load(Relaxed);
        f.debug_struct("Header")
            .field("owner", &self.owner_id())
            .field("is_shared", &self.is_shared())
            .field("local", &self.local.load(Relaxed))
            .field("shared", &word::count(shared))
            .field("state", &["init", "maybe-weakref", "queued", "merged"][word::state(shared) as usize])
            .field("bits", &self.bits.load(Relaxed))
            .finish_non_exhaustive()
    }
}
