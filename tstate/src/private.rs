//! What the runtime keeps of a thread for that thread alone.
//!
//! Everything here is touched only by the OS thread that is attached by the state, without atomics; by a suspender
//! while the thread is suspended; and by whoever removes the state from its interpreter, after which nobody attaches
//! by it again. The state word's acquire and release order these with each other.

use std::cell::{Cell, RefCell, UnsafeCell};

use ungil_qsbr::{Retired, Slot};
use ungil_refcount::Taken;

use crate::freelist::FreeLists;
use crate::heap::ThreadHeaps;
use crate::interpreter::InterpreterState;
use crate::stack::StackLimits;

/// Allocations are reported to the interpreter in steps of this many.
const ALLOCATION_STEP: i64 = 512;

#[repr(align(64))]
pub(crate) struct ThreadStateImpl {
    pub(crate) heaps: ThreadHeaps,
    pub(crate) free_lists: FreeLists,
    allocations: Cell<i64>,
    stack: Cell<StackLimits>,
    /// The OS thread that `heaps` and `stack` describe.
    os_thread: Cell<usize>,
    reclamation: UnsafeCell<Option<Reclamation>>,
    /// Queued references that the id's former thread left behind.
    pub(crate) inherited: RefCell<Vec<Taken>>,
}

/// A thread's part in quiescent-state reclamation.
pub(crate) struct Reclamation {
    pub(crate) retired: Retired,
    pub(crate) slot: Slot,
}

impl ThreadStateImpl {
    pub(crate) fn new(reclamation: Reclamation, inherited: Vec<Taken>) -> ThreadStateImpl {
        ThreadStateImpl {
            heaps: ThreadHeaps::new(),
            free_lists: FreeLists::new(),
            allocations: Cell::new(0),
            stack: Cell::new(StackLimits::of_stack(0, 0)),
            os_thread: Cell::new(0),
            reclamation: UnsafeCell::new(Some(reclamation)),
            inherited: RefCell::new(inherited),
        }
    }

    /// Fits the state to the OS thread that has just attached by it.
    pub(crate) fn settle_on(&self, os_thread: usize) {
        if self.os_thread.replace(os_thread) != os_thread {
            self.heaps.forget();
            self.stack.set(StackLimits::of_current_thread());
        }
    }

    pub(crate) fn stack(&self) -> StackLimits {
        self.stack.get()
    }

    pub(crate) fn set_stack(&self, limits: StackLimits) {
        self.stack.set(limits);
    }

    pub(crate) fn reclamation(&self) -> &Reclamation {
        // SAFETY: by the module's rule no one else is here. It is taken out only when nobody attaches any more.
        match unsafe { &*self.reclamation.get() } {
            Some(reclamation) => reclamation,
            None => unreachable!("the state was removed from its interpreter"),
        }
    }

    /// Adds to the count of allocations minus frees; reports to the interpreter in steps.
    #[inline(always)]
    pub(crate) fn count_allocations(&self, change: i64, interpreter: &InterpreterState) -> bool {
        let count = self.allocations.get() + change;
        self.allocations.set(count);
        count.abs() >= ALLOCATION_STEP && self.flush_allocations(interpreter)
    }

    /// Reports what is not reported yet. Returns whether a collection is due.
    #[cold]
    #[inline(never)]
    pub(crate) fn flush_allocations(&self, interpreter: &InterpreterState) -> bool {
        interpreter.add_allocations(self.allocations.take())
    }

    /// Frees retired memory that is due. The caller has announced its own quiescence, or does not mind.
    pub(crate) fn process_retired(&self) -> usize {
        let Reclamation { retired, slot } = self.reclamation();
        retired.process(slot)
    }

    /// Gives everything back that others could use. Nobody attaches by the state any more.
    ///
    /// # Safety
    /// The state is off its interpreter's list, and the caller is the one who took it off.
    pub(crate) unsafe fn tear_down(&self, interpreter: &InterpreterState) {
        self.flush_allocations(interpreter);
        self.free_lists.clear();
        // SAFETY: promised by the caller; no borrow from `reclamation` is alive, since nobody is attached.
        // Offline, the slot does not hold up what the queue hands to the domain.
        drop(unsafe { &mut *self.reclamation.get() }.take());
    }
}
