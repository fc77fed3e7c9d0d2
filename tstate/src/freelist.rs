//! Freelists: a thread's small blocks that were freed just now, ready to be allocated again.
//!
//! One list for each heap of objects and each size class, linked through the blocks' first words, last in, first out.
//! A list belongs to the thread and is touched without atomics. It is bounded: a block that finds its list full goes
//! back to the heap, whichever thread it came from.
//!
//! Invariants:
//! - A listed block is allocated as far as the heap knows, so a walk visits it; an object's header says that it is not
//!   live. That part of the block is left as it was.
//! - All blocks of a class have the class's size, because allocations are rounded up to it.
//! - Only blocks that no thread may still be reading are listed: what was ever shared is freed through quiescent states
//!   and straight to its heap.
//!
//! Without the cargo feature `freelists` there are none, and every block comes from its heap.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::heap::{self, HeapKind};

const GRANULE: usize = 16;
const CLASSES: usize = 24;
/// Blocks in one list, at most.
const BOUND: u32 = 256;

/// The lists of one thread.
pub(crate) struct FreeLists([[List; CLASSES]; 2]);

struct List {
    first: Cell<*mut Link>,
    length: Cell<u32>,
}

struct Link(*mut Link);

impl List {
    const fn new() -> List {
        List { first: Cell::new(null_mut()), length: Cell::new(0) }
    }
}

impl FreeLists {
    pub(crate) const fn new() -> FreeLists {
        FreeLists([const { [const { List::new() }; CLASSES] }; 2])
    }

    /// What to ask the heap for, so that the block fits every allocation of its class.
    #[inline(always)]
    pub(crate) const fn rounded(kind: HeapKind, size: usize) -> usize {
        match class_of(kind, size) {
            Some((_, class)) => class * GRANULE + GRANULE,
            None => size,
        }
    }

    /// A block of at least `size` bytes, if one is listed.
    #[inline(always)]
    pub(crate) fn take(&self, kind: HeapKind, size: usize) -> Option<NonNull<u8>> {
        let (heap, class) = class_of(kind, size)?;
        let list = &self.0[heap][class];
        let first = NonNull::new(list.first.get())?;
        // SAFETY: listed blocks are free, at least a word long, and begin with their link.
        list.first.set(unsafe { first.read() }.0);
        list.length.set(list.length.get() - 1);
        Some(first.cast())
    }

    /// Lists a block, or gives it back to its heap.
    ///
    /// # Safety
    /// As for [`heap::free`]; `kind` and `size` are what the block was allocated with.
    #[inline(always)]
    pub(crate) unsafe fn give(&self, kind: HeapKind, size: usize, block: NonNull<u8>) {
        if let Some((heap, class)) = class_of(kind, size)
            && self.0[heap][class].length.get() < BOUND
        {
            let list = &self.0[heap][class];
            let link = block.cast::<Link>();
            // SAFETY: the block is the caller's, at least a word long, and aligned to 8.
            unsafe { link.write(Link(list.first.get())) };
            list.first.set(link.as_ptr());
            list.length.set(list.length.get() + 1);
        } else {
            // SAFETY: promised by the caller.
            unsafe { heap::free(block) };
        }
    }

    /// Gives all blocks back to their heaps.
    pub(crate) fn clear(&self) {
        for list in self.0.iter().flatten() {
            let mut next = list.first.replace(null_mut());
            list.length.set(0);
            while let Some(block) = NonNull::new(next) {
                // SAFETY: listed blocks are free and begin with their link.
                unsafe {
                    next = block.read().0;
                    heap::free(block.cast());
                }
            }
        }
    }
}

/// Which list serves a request.
#[inline(always)]
const fn class_of(kind: HeapKind, size: usize) -> Option<(usize, usize)> {
    let heap = match kind {
        HeapKind::Raw => return None,
        HeapKind::Object => 0,
        HeapKind::Collected => 1,
    };
    if !cfg!(feature = "freelists") || size == 0 || size > GRANULE * CLASSES {
        return None;
    }
    Some((heap, (size - 1) / GRANULE))
}
