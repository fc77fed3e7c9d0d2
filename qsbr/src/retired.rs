//! Retired blocks: a thread's queue of what it unlinked and may not free yet.
//!
//! Blocks gather in an open batch. When it is full, by items or by bytes, the batch is *sealed*: the clock advances
//! once for all of them, and the batch waits in line with that goal. So retiring costs a push, and one write to the
//! shared clock a batch; and since goals in one queue only rise, processing stops at the first that is not reached.
//!
//! The queue belongs to one thread and has no shared words. It is borrowed only for moments in which no foreign code
//! runs, so a block's `free` may itself retire.

use crate::domain::{Domain, Held};
use crate::sequence::Goal;
use crate::slots::Slot;
use crate::step;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// A batch is sealed at this many blocks …
const BATCH_ITEMS: usize = if cfg!(ungil_loom) { 2 } else { 128 };
/// … or this many bytes, also when one block alone has them.
const BATCH_BYTES: usize = 1 << 20;

/// Memory that was unlinked, and how to free it.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// Handed to `free`.
    pub pointer: *mut u8,
    /// How much memory waits for the block, as far as limits and statistics go. Need not be exact.
    pub bytes: usize,
    /// Frees the block, on whichever thread finds the grace period over. It must not unwind: a panic leaks the rest of
    /// the batch.
    pub free: unsafe fn(pointer: *mut u8, context: usize),
    /// Handed to `free`.
    pub context: usize,
}

// SAFETY: a block is only used by calling `free`, and who retires it promises that any thread may (`Retired::retire`).
unsafe impl Send for Block {}

impl Block {
    /// The block of a box, freed by dropping it.
    pub fn from_box<T: Send + 'static>(value: Box<T>) -> Self {
        unsafe fn free<T>(pointer: *mut u8, _context: usize) {
            // SAFETY: made by `Box::into_raw` below; `free` runs once.
            drop(unsafe { Box::from_raw(pointer.cast::<T>()) });
        }
        Self { pointer: Box::into_raw(value).cast(), bytes: size_of::<T>(), free: free::<T>, context: 0 }
    }
}

/// Blocks with one goal.
pub(crate) struct Batch {
    pub(crate) goal: Goal,
    pub(crate) bytes: usize,
    pub(crate) blocks: Vec<Block>,
}

impl Batch {
    pub(crate) fn held(&self) -> Held {
        Held { bytes: self.bytes, items: self.blocks.len() }
    }

    /// Frees the blocks, oldest first, and leaves the batch empty. Returns how many there were.
    ///
    /// # Safety
    /// The goal is reached.
    pub(crate) unsafe fn free_all(&mut self) -> usize {
        let items = self.blocks.len();
        for block in self.blocks.drain(..) {
            // SAFETY: the retirer promised that `free` is sound once, anywhere, after the grace period.
            unsafe { (block.free)(block.pointer, block.context) };
        }
        items
    }
}

/// A thread's queue of retired blocks.
///
/// Belongs to one thread at a time, as its [`Slot`] does. Dropping it hands what it holds to the domain.
pub struct Retired {
    domain: Domain,
    queue: RefCell<Queue>,
    /// A batch was sealed since the last `process`.
    due: Cell<bool>,
    /// `process` is running further up the stack.
    processing: Cell<bool>,
}

#[derive(Default)]
struct Queue {
    open: Vec<Block>,
    open_bytes: usize,
    sealed: VecDeque<Batch>,
    /// An empty vector with its memory, for the next open batch.
    spare: Vec<Block>,
}

impl Retired {
    /// An empty queue.
    pub fn new(domain: &Domain) -> Self {
        let domain = domain.clone();
        Self { domain, queue: RefCell::default(), due: Cell::new(false), processing: Cell::new(false) }
    }

    /// Queues a block that this thread has unlinked, to be freed after a grace period.
    ///
    /// Usually a push. Every so many blocks or bytes it seals the batch and frees what is due of the older ones, so
    /// `free` functions may run here. If an older batch still waits by then, the threads that it waits for are asked
    /// to hurry ([`Domain::register_with`]).
    ///
    /// # Safety
    /// - No reader that comes online from now on can reach the block, and none that is online later than its next
    ///   quiescent state keeps a reference to it; readers reach it only while a slot of this domain is online.
    /// - `free(pointer, context)` is then sound once, on any thread, until the domain ends.
    ///
    /// # Panics
    /// If a batch is sealed and `slot` is of another domain.
    #[inline]
    pub unsafe fn retire(&self, slot: &Slot, block: Block) {
        if self.queue.borrow_mut().push(block) {
            self.retire_batch(slot);
        }
    }

    #[cold]
    fn retire_batch(&self, slot: &Slot) {
        self.queue.borrow_mut().seal(&self.domain);
        self.due.set(true);
        self.free_due(slot);
        let oldest = {
            let queue = self.queue.borrow();
            queue.sealed.front().filter(|_| queue.sealed.len() > 1).map(|batch| batch.goal)
        };
        if let Some(goal) = oldest {
            self.domain.hurry(goal);
        }
    }

    /// Seals what is open and frees every block whose grace period is over, here and of threads that are gone. Returns
    /// how many. Calls `free` functions; does nothing inside one of them.
    ///
    /// Announces nothing: a thread that is online should be [`quiescent`](Slot::quiescent) just before, or its own
    /// blocks wait for itself. May be called at any time, with references held.
    ///
    /// # Panics
    /// If `slot` is of another domain.
    pub fn process(&self, slot: &Slot) -> usize {
        self.queue.borrow_mut().seal(&self.domain);
        self.due.set(false);
        self.free_due(slot)
    }

    fn free_due(&self, slot: &Slot) -> usize {
        assert!(self.domain.is(slot.domain()), "the slot and the queue are of different domains");
        if self.processing.replace(true) {
            return 0;
        }
        let running = Running(&self.processing);
        let mut freed = 0;
        while let Some(mut batch) = self.next_due() {
            // SAFETY: its goal is reached.
            freed += unsafe { batch.free_all() };
            self.queue.borrow_mut().spare = batch.blocks;
        }
        freed += self.domain.free_due_orphans();
        drop(running);
        slot.publish_held(self.held());
        freed
    }

    fn next_due(&self) -> Option<Batch> {
        self.queue.borrow_mut().sealed.pop_front_if(|batch| self.domain.poll(batch.goal))
    }

    /// Whether a batch was sealed since the last [`process`](Self::process): the thread should announce a quiescent
    /// state and process at its next safepoint.
    #[inline]
    pub fn should_process(&self) -> bool {
        self.due.get()
    }

    /// What waits in this queue, open batch included.
    pub fn held(&self) -> Held {
        let queue = self.queue.borrow();
        let open = Held { bytes: queue.open_bytes, items: queue.open.len() };
        queue.sealed.iter().map(Batch::held).fold(open, Held::plus)
    }
}

/// Marks the end of processing, also by a panic.
struct Running<'queue>(&'queue Cell<bool>);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Queue {
    /// Adds to the open batch. Returns whether it is full now.
    #[inline]
    fn push(&mut self, block: Block) -> bool {
        self.open.push(block);
        self.open_bytes = self.open_bytes.saturating_add(block.bytes);
        self.open.len() >= BATCH_ITEMS || self.open_bytes >= BATCH_BYTES
    }

    /// Gives the open batch, if it has blocks, a goal.
    fn seal(&mut self, domain: &Domain) {
        if !self.open.is_empty() {
            let blocks = std::mem::replace(&mut self.open, std::mem::take(&mut self.spare));
            let bytes = std::mem::take(&mut self.open_bytes);
            // A goal of our own making: the next reading, guessed, may come from an advance before our unlinking.
            let goal = step!("qsbr.seal.advance", domain.advance(), otherwise domain.next_reading());
            self.sealed.push_back(Batch { goal, bytes, blocks });
        }
    }
}

impl Drop for Retired {
    fn drop(&mut self) {
        let mut queue = self.queue.take();
        queue.seal(&self.domain);
        if !queue.sealed.is_empty() {
            self.domain.adopt_batches(queue.sealed);
        }
    }
}

impl std::fmt::Debug for Retired {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Retired").field("held", &self.held()).finish()
    }
}
