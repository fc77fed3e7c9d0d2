//! Heaps: three per interpreter, with a handle to each cached by every thread.
//!
//! An interpreter owns one mimalloc heap per [`HeapKind`]. A heap is shared by all threads of the interpreter; what
//! a thread allocates from is its *theap*, the thread-local part of a heap, and [`ThreadHeaps`] caches the pointers
//! to them so that an allocation looks up nothing. (A heap per *thread* costs seven times the memory, because each
//! heap carries a bitmap for every arena and size class.)
//!
//! The heap is the collector's list of objects: [`Heaps::walk`] visits every live block, whichever thread made it,
//! including threads that are parked and threads that have ended. There are no other object lists.
//!
//! Invariants:
//! - A theap is used only by the OS thread that fetched it. [`ThreadHeaps`] is therefore not `Send`; a thread state
//!   that moves to another OS thread calls [`ThreadHeaps::forget`] and fetches anew.
//! - A walk runs only while no other thread allocates from or frees to these heaps: in a stopped world.
//! - A block is aligned to 16 bytes when it is at least 16 bytes long, to 8 otherwise.
//! - Freeing writes a link into the block's first word and leaves the rest readable until the block is reused.
//!
//! Source: mimalloc 3.6.1 (`mi_heap_t`, `mi_theap_t`, `mi_heap_visit_blocks`).

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::{NonNull, null_mut};

use rustfs_mimalloc_sys as mi;

unsafe extern "C" {
    /// Exported by mimalloc, not bound by the carrying crate. Assumes that no other thread uses the heap.
    fn mi_heap_visit_blocks(
        heap: *mut mi::mi_heap_t,
        visit_blocks: bool,
        visitor: unsafe extern "C" fn(
            *const mi::mi_heap_t,
            *const mi::mi_heap_area_t,
            *mut c_void,
            usize,
            *mut c_void,
        ) -> bool,
        arg: *mut c_void,
    ) -> bool;
}

/// What a heap holds, which decides who walks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum HeapKind {
    /// Memory that is no object: element arrays, tables, frames.
    Raw = 0,
    /// Objects that cannot be part of a cycle and are left to their counts.
    Object = 1,
    /// Objects that the cycle collector walks.
    Collected = 2,
}

impl HeapKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [HeapKind; 3] = [HeapKind::Raw, HeapKind::Object, HeapKind::Collected];
}

/// The operating system gave no memory for a new heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

impl std::fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no memory for a new heap")
    }
}

impl std::error::Error for OutOfMemory {}

/// An interpreter's heaps. Dropping them frees every block in them at once.
#[derive(Debug)]
pub struct Heaps([NonNull<mi::mi_heap_t>; 3]);

// SAFETY: a mimalloc heap may be used from any thread; what is bound to a thread is the theap.
unsafe impl Send for Heaps {}
// SAFETY: as above; creation of theaps is synchronised inside mimalloc.
unsafe impl Sync for Heaps {}

impl Heaps {
    /// Creates one empty heap of each kind.
    ///
    /// # Errors
    /// [`OutOfMemory`] when the system refuses the memory of a heap's own tables.
    pub fn new() -> Result<Heaps, OutOfMemory> {
        let mut made: [*mut mi::mi_heap_t; 3] = [null_mut(); 3];
        for slot in &mut made {
            // SAFETY: may be called at any time on any thread.
            *slot = unsafe { mi::mi_heap_new() };
        }
        match made.map(NonNull::new) {
            [Some(raw), Some(object), Some(collected)] => Ok(Heaps([raw, object, collected])),
            partial => {
                for heap in partial.into_iter().flatten() {
                    // SAFETY: the heap was made above and holds nothing.
                    unsafe { mi::mi_heap_destroy(heap.as_ptr()) };
                }
                Err(OutOfMemory)
            }
        }
    }

    /// Calls `visit(block, bytes)` for every block of a heap that is allocated and not freed, made by whichever
    /// thread, alive or ended. `bytes` is the size of the block's class, which may exceed what was asked for.
    ///
    /// The order is unspecified. A block that was allocated but not yet filled is visited too: objects carry a mark
    /// in their header by which the visitor tells.
    ///
    /// # Safety
    /// No other thread allocates from or frees to these heaps during the walk, and neither does `visit`: the world
    /// is stopped. Frees and allocations of other threads happen-before the walk by the stop's own handshake.
    pub unsafe fn walk<F: FnMut(NonNull<u8>, usize)>(&self, kind: HeapKind, mut visit: F) {
        unsafe extern "C" fn each<F: FnMut(NonNull<u8>, usize)>(
            _heap: *const mi::mi_heap_t,
            _area: *const mi::mi_heap_area_t,
            block: *mut c_void,
            bytes: usize,
            visit: *mut c_void,
        ) -> bool {
            // An area is announced once with a null block before its blocks.
            if let Some(block) = NonNull::new(block.cast::<u8>()) {
                // SAFETY: `visit` is the closure that `walk` passed, which no one else uses meanwhile.
                unsafe { (*visit.cast::<F>())(block, bytes) };
            }
            true
        }
        let visitor: *mut F = &mut visit;
        // SAFETY: the heap lives as long as `self`; the caller keeps other threads away.
        unsafe { mi_heap_visit_blocks(self.heap(kind), true, each::<F>, visitor.cast()) };
    }

    /// Whether `block` lies in this interpreter's heap of that kind. Meant for assertions: it reads global maps.
    pub fn contains(&self, kind: HeapKind, block: NonNull<u8>) -> bool {
        // SAFETY: the call looks the address up in mimalloc's page map and does not dereference it.
        unsafe { mi::mi_heap_contains(self.heap(kind), block.as_ptr().cast()) }
    }

    fn heap(&self, kind: HeapKind) -> *mut mi::mi_heap_t {
        self.0[kind as usize].as_ptr()
    }
}

impl Drop for Heaps {
    fn drop(&mut self) {
        for heap in self.0 {
            // SAFETY: nobody holds a block of these heaps any more: whoever could do so keeps the interpreter alive.
            unsafe { mi::mi_heap_destroy(heap.as_ptr()) };
        }
    }
}

/// One OS thread's handles to an interpreter's heaps, fetched at first use.
///
/// Not `Send`: see the module's invariants.
#[derive(Debug)]
pub struct ThreadHeaps([Cell<*mut mi::mi_theap_t>; 3]);

impl ThreadHeaps {
    /// No handles yet.
    pub const fn new() -> ThreadHeaps {
        ThreadHeaps([const { Cell::new(null_mut()) }; 3])
    }

    /// Drops the handles, so that the next allocation fetches those of the then current OS thread.
    pub fn forget(&self) {
        self.0.iter().for_each(|theap| theap.set(null_mut()));
    }

    /// Allocates `size` bytes, uninitialised. `None` means that the system has no more memory.
    ///
    /// `heaps` must be the same on every call; it is only read the first time.
    #[inline(always)]
    pub fn alloc(&self, heaps: &Heaps, kind: HeapKind, size: usize) -> Option<NonNull<u8>> {
        let theap = self.0[kind as usize].get();
        if theap.is_null() {
            return self.alloc_first(heaps, kind, size);
        }
        // SAFETY: this thread fetched the theap from a heap that is alive (`heaps`), and the size is in range.
        let block = unsafe {
            if size <= mi::MI_SMALL_SIZE_MAX {
                mi::mi_theap_malloc_small(theap, size)
            } else {
                mi::mi_theap_malloc(theap, size)
            }
        };
        NonNull::new(block.cast())
    }

    #[cold]
    #[inline(never)]
    fn alloc_first(&self, heaps: &Heaps, kind: HeapKind, size: usize) -> Option<NonNull<u8>> {
        // SAFETY: the heap is alive. Out of memory yields a theap whose allocations fail.
        let theap = unsafe { mi::mi_heap_theap(heaps.heap(kind)) };
        self.0[kind as usize].set(theap);
        // SAFETY: the theap was just fetched by this thread.
        NonNull::new(unsafe { mi::mi_theap_malloc(theap, size) }.cast())
    }
}

impl Default for ThreadHeaps {
    fn default() -> Self {
        ThreadHeaps::new()
    }
}

/// Asks the system not to back this process's memory by huge pages, for programs that own their process: a heap touches the first
/// page of several regions, each of which would be two megabytes to be zeroed. Does nothing but on Linux.
pub fn avoid_huge_pages() {
    #[cfg(target_os = "linux")]
    // SAFETY: sets a flag of the process. Where the kernel does not know it, nothing happens.
    unsafe {
        libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0);
    }
}

/// Frees a block that any thread allocated by [`ThreadHeaps::alloc`].
///
/// # Safety
/// `block` came from `alloc`, was not freed before, its heap is alive, and nobody uses it afterwards.
#[inline(always)]
pub unsafe fn free(block: NonNull<u8>) {
    // SAFETY: promised by the caller.
    unsafe { mi::mi_free(block.as_ptr().cast()) }
}

/// Grows or shrinks a block, moving it if need be within its own heap; `None` leaves the old block as it was.
///
/// # Safety
/// As for [`free`]; besides, no other thread reads the block.
pub unsafe fn resize(block: NonNull<u8>, size: usize) -> Option<NonNull<u8>> {
    // SAFETY: promised by the caller; the heap that owns a live block is alive.
    let moved =
        unsafe { mi::mi_heap_realloc(mi::mi_heap_of(block.as_ptr().cast()), block.as_ptr().cast(), size) };
    NonNull::new(moved.cast())
}

/// The bytes that a live block offers: its size class, at least what was asked for.
///
/// # Safety
/// `block` came from [`ThreadHeaps::alloc`] and was not freed.
pub unsafe fn usable_size(block: NonNull<u8>) -> usize {
    // SAFETY: promised by the caller.
    unsafe { mi::mi_usable_size(block.as_ptr().cast()) }
}

/// mimalloc's main heap as the global allocator of a binary:
/// `#[global_allocator] static ALLOCATOR: ungil_tstate::heap::MainHeap = MainHeap;`
pub struct MainHeap;

// SAFETY: mimalloc honours size and alignment, is thread-safe and never unwinds.
unsafe impl GlobalAlloc for MainHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: a non-zero size and a valid alignment, as the trait's caller promises.
        unsafe { mi::mi_malloc_aligned(layout.size(), layout.align()).cast() }
    }

    unsafe fn dealloc(&self, block: *mut u8, _layout: Layout) {
        // SAFETY: the block came from this allocator.
        unsafe { mi::mi_free(block.cast()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as for `alloc`.
        unsafe { mi::mi_zalloc_aligned(layout.size(), layout.align()).cast() }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the block came from this allocator with this alignment.
        unsafe { mi::mi_realloc_aligned(block.cast(), new_size, layout.align()).cast() }
    }
}
