//! Counts by id: references to hot objects that each thread counts for itself, in an array of its own.
//!
//! An object that every thread keeps referring to (a type, a code object, a module's dict) is given an id, an index
//! into every thread's array, and is deferred. From then on a thread that knows the id adds to and takes from its own
//! entry, with no atomic and no shared cache line; one entry alone may be negative, since a reference counted here may be
//! dropped there, or by an ordinary decrement. Only the sum of the header's count and all entries means anything, and
//! the collector alone forms it: in a stopped world it merges every thread's array into the headers. A thread merges its
//! array when it exits. Deferral keeps the object alive while its header's count is short of what lies in the arrays.
//!
//! The caller of [`assign`](CountedObjects::assign) may be any thread that has a reference, and the object one that others count all the
//! while, as yet without knowing of an id. What makes that safe: until the deferral's bias is in the shared count, the caller's own
//! reference is in the header, so its sum is not zero; afterwards the bias is, so that no drop finds zero, whatever it has seen. Nobody counts
//! by id before the id is stored, which comes last.
//!
//! The table of ids is locked for giving out and taking back an id and for merging. Ids are dense and used again.
//!
//! The object's header keeps its id in the word that the collector uses as scratch, since counting and collecting
//! exclude each other: before a collector writes scratch words, in a stopped world, it [sets the ids
//! aside](CountedObjects::set_aside), and afterwards it [puts them back](CountedObjects::put_back).

use std::num::NonZeroU32;
use std::ptr::NonNull;

use crate::header::Header;
use crate::owner::Owner;
use crate::sync::{AtomicU32, Mutex, Ordering::Relaxed, lock, step};

/// The number under which threads count an object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CountId(NonZeroU32);

impl CountId {
    /// The id as a number, from 1; for an object that keeps it in a word of which 0 means none.
    pub fn get(self) -> u32 {
        self.0.get()
    }

    /// The id that [`get`](Self::get) gave this number for.
    pub fn from_number(number: u32) -> Option<CountId> {
        NonZeroU32::new(number).map(CountId)
    }

    #[inline(always)]
    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The objects of an interpreter that are counted by id.
pub struct CountedObjects {
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    objects: Vec<Option<NonNull<Header>>>,
    free: Vec<CountId>,
}

// SAFETY: the table holds addresses of objects that any thread may count, and its lock guards the table itself.
unsafe impl Send for CountedObjects {}
// SAFETY: as above.
unsafe impl Sync for CountedObjects {}

impl CountedObjects {
    /// No objects yet.
    pub fn new() -> CountedObjects {
        CountedObjects { table: Mutex::new(Table::default()) }
    }

    /// Gives the object an id and defers it; an object that has an id keeps it. `None` if all 2^32 - 1 ids are in use.
    ///
    /// # Safety
    /// The caller owns a reference to the object, and whoever destroys the object has [released](Self::release) its id
    /// first. No collector is at work.
    pub unsafe fn assign(&self, object: NonNull<Header>, me: Owner) -> Option<CountId> {
        let mut table = lock(&self.table);
        // SAFETY: the caller's reference keeps the object alive.
        let header = unsafe { object.as_ref() };
        header.set_deferred(me);
        // Looked at again: another thread may have been first.
        let id = step!("refcount.per_thread.assign.again", header.count_id(), otherwise None);
        if id.is_some() {
            return id;
        }
        let id = match table.free.pop() {
            Some(id) => id,
            None => {
                let number = u32::try_from(table.objects.len() + 1).ok()?;
                table.objects.push(None);
                CountId::from_number(number)?
            }
        };
        table.objects[id.index()] = Some(object);
        // Relaxed: the id leads to nothing but the thread's own entry.
        header.scratch.store(id.get(), Relaxed);
        Some(id)
    }

    /// Takes an id back. The object stays deferred.
    ///
    /// # Safety
    /// The caller is the collector in a stopped world, has merged every thread's counts, and no thread will count under
    /// this id again until it is assigned anew.
    pub unsafe fn release(&self, id: CountId) {
        let mut table = lock(&self.table);
        if let Some(object) = table.objects[id.index()].take() {
            // SAFETY: an object that has an id is alive.
            let header = unsafe { object.as_ref() };
            step!("refcount.per_thread.release", header.scratch.store(0, Relaxed), otherwise());
            table.free.push(id);
        }
    }

    /// Clears the headers' words, so that the collector can use them.
    ///
    /// # Safety
    /// The world is stopped and stays so until [`put_back`](Self::put_back).
    pub unsafe fn set_aside(&self) {
        step!("refcount.per_thread.set_aside", self.each(|_, word| word.store(0, Relaxed)), otherwise());
    }

    /// Writes the ids to the headers' words again.
    ///
    /// # Safety
    /// The world is stopped, and the scratch words of deferred objects without id are zero.
    pub unsafe fn put_back(&self) {
        step!(
            "refcount.per_thread.put_back",
            self.each(|id, word| word.store(id.get(), Relaxed)),
            otherwise()
        );
    }

    /// Visits the ids that are in use, each with its object's scratch word.
    fn each(&self, mut visit: impl FnMut(CountId, &AtomicU32)) {
        let table = lock(&self.table);
        for (id, object) in (1..).zip(&table.objects) {
            if let (Some(id), Some(object)) = (CountId::from_number(id), object) {
                // SAFETY: an object that has an id is alive.
                visit(id, &unsafe { object.as_ref() }.scratch);
            }
        }
    }

    /// The object of an id, if it has one.
    pub fn object(&self, id: CountId) -> Option<NonNull<Header>> {
        lock(&self.table).objects.get(id.index()).copied().flatten()
    }

    /// How many objects have an id.
    pub fn len(&self) -> usize {
        let table = lock(&self.table);
        table.objects.len() - table.free.len()
    }

    /// Whether no object has an id.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for CountedObjects {
    fn default() -> CountedObjects {
        CountedObjects::new()
    }
}

/// One thread's counts by id: what it has added to each object less what it has taken. Merge them before they are
/// dropped, or the objects never die.
#[derive(Default)]
pub struct PerThreadCounts {
    counts: Vec<i64>,
}

impl PerThreadCounts {
    /// All zero, and without memory until the first count.
    pub const fn new() -> PerThreadCounts {
        PerThreadCounts { counts: Vec::new() }
    }

    /// Adds a reference.
    #[inline(always)]
    pub fn incref(&mut self, id: CountId) {
        self.add(id, 1);
    }

    /// Gives up a reference, wherever it was counted.
    #[inline(always)]
    pub fn decref(&mut self, id: CountId) {
        self.add(id, -1);
    }

    /// Adds `change` references.
    #[inline(always)]
    pub fn add(&mut self, id: CountId, change: i64) {
        match self.counts.get_mut(id.index()) {
            Some(count) => *count += change,
            None => self.grow(id, change),
        }
    }

    #[cold]
    fn grow(&mut self, id: CountId, change: i64) {
        self.counts.resize((id.index() + 1).next_power_of_two().max(8), 0);
        self.counts[id.index()] = change;
    }

    /// Moves all counts into the objects' headers: at the thread's exit, or by the collector in a stopped world.
    pub fn merge(&mut self, objects: &CountedObjects) {
        let table = lock(&objects.table);
        for (count, object) in self.counts.iter_mut().zip(&table.objects) {
            if *count == 0 {
                continue;
            }
            debug_assert!(object.is_some(), "counts under an id that was taken back");
            if let Some(object) = object {
                // SAFETY: an object that has an id is alive, and keeps it until the collector takes the table's lock.
                let header = unsafe { object.as_ref() };
                step!("refcount.per_thread.merge", header.add_shared(*count), otherwise());
            }
            *count = 0;
        }
    }

    /// What this thread has counted under an id since its last merge.
    pub fn pending(&self, id: CountId) -> i64 {
        self.counts.get(id.index()).copied().unwrap_or(0)
    }
}
