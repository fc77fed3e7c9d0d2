//! The token: proof that this OS thread is attached to an interpreter, and the thread's own data.
//!
//! Functions take `&mut Thread` if they may run Python code or reach a safepoint, `&Thread` if they cannot. Whatever holds only
//! until the next safepoint (an object being local, a borrowed word, a lock guard) borrows the token, so the compiler ends it in
//! time. The token is not `Send` and is never stored.
//!
//! The struct is pinned and its fields are cells, since dropping a [`Value`](crate::Value) reaches the thread's lists through
//! [`current`] while the token may be mutably borrowed up the stack.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::marker::{PhantomData, PhantomPinned};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use ungil_refcount::{Header, Owner};
use ungil_tstate::heap::HeapKind;
use ungil_tstate::{Breaker, StackLimits, StackRoom, ThreadRef};

use crate::class::MethodCache;
use crate::interpreter::{Interpreter, MAX_NATIVE_CLASSES, Names};
use crate::layout::Payload;
use crate::registers::RegisterStack;
use crate::shape::Shape;
use crate::value::Value;
use crate::word::Word;

/// An attached thread. See the module.
pub struct Thread {
    owner: Owner,
    shapes: &'static [AtomicPtr<Shape>; MAX_NATIVE_CLASSES],
    /// The state's eval breaker, which lives as long as the interpreter.
    breaker: NonNull<Breaker>,
    interpreter: &'static Interpreter,
    /// The interpreter's option: objects are shared from the start.
    pub(crate) never_local: bool,
    state: ThreadRef,
    /// The register windows of this thread's frames.
    pub registers: RegisterStack,
    pub(crate) reclaim: crate::reclaim::Pending,
    pub methods: MethodCache,
    /// Collected objects made less those freed, not yet told to the interpreter.
    pub(crate) allocations: Cell<i32>,
    statistics: Statistics,
    pub(crate) counts: crate::counts::ThreadCounts,
    pub(crate) contention: crate::promotion::Contention,
    pub(crate) recent_names: crate::intern::RecentNames,
    stack: Cell<StackLimits>,
    /// The exception that is being handled (`sys.exception()`), innermost.
    handled: Cell<Option<Value>>,
    /// What the generator that ended last returned, for the `StopIteration` that its caller may make.
    stop_value: Cell<Option<Value>>,
    /// Objects whose `repr` is in progress, innermost last.
    pub(crate) representing: RefCell<Vec<NonNull<Header>>>,
    /// The evaluating crate's own data for this thread.
    extension: Cell<Option<Box<dyn Any>>>,
    extension_address: Cell<*const ()>,
    /// The current `contextvars` context, if one was ever made.
    pub context: Cell<Option<Value>>,
    /// The thread's own attributes of thread-local objects, if there are any.
    pub locals: Cell<Option<Value>>,
    /// The next serial of this thread's range; at the range's end another is due.
    serial: Cell<u64>,
    _pinned: PhantomPinned,
    _not_send: PhantomData<*mut ()>,
}

thread_local! {
    static CURRENT: Cell<*const Thread> = const { Cell::new(std::ptr::null()) };
    static OWNER: Cell<Owner> = const { Cell::new(Owner::NONE) };
}

/// The owner word of the attached thread; [`Owner::NONE`], which owns nothing, when none is attached.
#[inline(always)]
pub fn current_owner() -> Owner {
    OWNER.with(Cell::get)
}

/// Runs `work` with the attached thread, if there is one. For drops, which get no token.
#[inline]
pub(crate) fn with_current<R>(work: impl FnOnce(Option<&Thread>) -> R) -> R {
    // SAFETY: the pointer is set while its thread is attached and stays valid until it is reset.
    work(unsafe { CURRENT.get().as_ref() })
}

/// Events that concern sharing, counted by the thread they happen to.
#[derive(Default)]
pub struct Statistics {
    failed_try_increfs: Cell<u64>,
    published: Cell<u64>,
    promoted: Cell<u64>,
}

impl Statistics {
    #[inline]
    pub(crate) fn failed_try_incref(&self) {
        self.failed_try_increfs.set(self.failed_try_increfs.get() + 1);
    }

    #[inline]
    pub(crate) fn published(&self) {
        self.published.set(self.published.get() + 1);
    }

    pub(crate) fn promoted(&self) {
        self.promoted.set(self.promoted.get() + 1);
    }

    /// Lock-free reads that could not take a count and went to the lock.
    pub fn failed_try_increfs(&self) -> u64 {
        self.failed_try_increfs.get()
    }

    /// Objects that this thread made reachable by others.
    pub fn objects_published(&self) -> u64 {
        self.published.get()
    }

    /// Contended objects that this thread left to the collector.
    pub fn objects_promoted(&self) -> u64 {
        self.promoted.get()
    }
}

impl Thread {
    #[inline(always)]
    pub fn owner(&self) -> Owner {
        self.owner
    }

    #[inline(always)]
    pub fn interpreter(&self) -> &'static Interpreter {
        self.interpreter
    }

    /// The interned names that the runtime itself looks up.
    #[inline(always)]
    pub fn names(&self) -> &'static Names {
        self.interpreter.names()
    }

    #[inline(always)]
    pub fn state(&self) -> &ThreadRef {
        &self.state
    }

    /// Whether something is asked of this thread, so that it must go to its safepoint.
    #[inline(always)]
    pub fn is_interrupted(&self) -> bool {
        // SAFETY: breakers live as long as the interpreter.
        !unsafe { self.breaker.as_ref() }.is_clear()
    }

    #[inline(always)]
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// The shape of objects of the built-in class with layout `T`.
    ///
    /// # Panics
    /// If the class was not yet made; the runtime makes them before any code runs.
    #[inline(always)]
    pub fn shape_of<T: Payload>(&self) -> &'static Shape {
        let shape = self.shapes[T::class_index()].load(Ordering::Acquire);
        // SAFETY: registered shapes live as long as the interpreter.
        unsafe { shape.as_ref() }.expect("a built-in class exists before its first object")
    }

    #[inline(always)]
    pub(crate) fn shape_word<T: Payload>(&self) -> u64 {
        self.shapes[T::class_index()].load(Ordering::Relaxed) as u64
    }

    /// The shape of the class of an immediate.
    pub(crate) fn immediate_shape(&self, word: Word) -> &'static Shape {
        self.interpreter.immediate_shape(word)
    }

    /// Raw memory from this thread's heap.
    #[inline(always)]
    pub(crate) fn allocate_raw(&self, kind: HeapKind, bytes: usize) -> NonNull<u8> {
        // SAFETY: the token proves that this thread is attached.
        match unsafe { self.state.alloc_listed(kind, bytes) } {
            Some(block) => block,
            None => self.allocate_fresh(kind, bytes),
        }
    }

    #[inline(never)]
    fn allocate_fresh(&self, kind: HeapKind, bytes: usize) -> NonNull<u8> {
        // SAFETY: the token proves that this thread is attached.
        match unsafe { self.state.alloc_fresh(kind, bytes) } {
            Some(block) => block,
            None => out_of_memory(bytes),
        }
    }

    /// A number that no thread gets twice; never 0.
    pub(crate) fn fresh_serial(&self) -> u64 {
        const RANGE: u64 = 1 << 16;
        static NEXT_RANGE: AtomicU64 = AtomicU64::new(RANGE);
        let serial = match self.serial.get() {
            used_up if used_up % RANGE == 0 => NEXT_RANGE.fetch_add(RANGE, Ordering::Relaxed),
            next => next,
        };
        self.serial.set(serial + 1);
        serial
    }

    /// Frees a block of the interpreter's heaps when every thread has been quiescent.
    ///
    /// # Safety
    /// The block came from the interpreter's heaps and can no longer be reached by new readers.
    pub(crate) unsafe fn retire(&self, block: NonNull<u8>, bytes: usize) {
        let block = ungil_qsbr::Block { pointer: block.as_ptr(), bytes, free: free_block, context: 0 };
        // SAFETY: promised by the caller.
        unsafe { self.state.retire(block) };
    }

    /// Drops a box when every thread has been quiescent.
    pub(crate) fn retire_box<T: Send + 'static>(&self, unlinked: Box<T>) {
        // SAFETY: the caller has unlinked it: new readers cannot reach it.
        unsafe { self.state.retire(ungil_qsbr::Block::from_box(unlinked)) };
    }

    /// The exception being handled now, as `sys.exception()` answers.
    #[inline]
    pub fn handled_exception(&self) -> Option<Value> {
        let handled = self.handled.take();
        let copy = handled.clone();
        self.handled.set(handled);
        copy
    }

    /// Whether an exception is being handled.
    #[inline(always)]
    pub fn is_handling(&self) -> bool {
        // SAFETY: the cell is this thread's, and nothing overwrites it while it is looked at.
        unsafe { &*self.handled.as_ptr() }.is_some()
    }

    /// Replaces the exception being handled and returns the previous one.
    #[inline]
    pub fn set_handled_exception(&self, exception: Option<Value>) -> Option<Value> {
        self.handled.replace(exception)
    }

    /// Whether native code may recurse further; `false` near the end of the native stack.
    #[inline(always)]
    pub fn has_stack(&self) -> bool {
        self.stack.get().check() == StackRoom::Enough
    }

    /// The limits of the native stack that this thread runs on.
    pub fn stack_limits(&self) -> StackLimits {
        self.stack.get()
    }

    pub fn set_stack_limits(&self, limits: StackLimits) {
        self.stack.set(limits);
    }

    /// Raises `RecursionError` near the end of the native stack. Everything that recurses natively calls this.
    #[inline]
    pub fn check_stack(&self, doing: &str) -> crate::error::Result<()> {
        if self.has_stack() { Ok(()) } else { Err(self.stack_exhausted(doing)) }
    }

    #[cold]
    fn stack_exhausted(&self, doing: &str) -> crate::error::Raised {
        let limits = self.stack.get();
        crate::error!(
            self,
            RecursionError,
            "Stack overflow (used {} kB of {} kB){doing}",
            limits.used() / 1024,
            limits.size() / 1024
        )
    }
}

impl Thread {
    pub(crate) fn new(interpreter: &'static Interpreter, state: ThreadRef) -> std::io::Result<Thread> {
        Ok(Thread {
            owner: state.owner(),
            shapes: interpreter.shapes(),
            breaker: NonNull::from(state.breaker()),
            interpreter,
            never_local: interpreter.options().never_local,
            allocations: Cell::new(0),
            registers: RegisterStack::reserve()?,
            reclaim: Default::default(),
            methods: MethodCache::new(),
            statistics: Statistics::default(),
            counts: crate::counts::ThreadCounts::new(),
            contention: crate::promotion::Contention::new(),
            recent_names: crate::intern::RecentNames::new(),
            stack: Cell::new(StackLimits::of_current_thread()),
            handled: Cell::new(None),
            stop_value: Cell::new(None),
            representing: RefCell::default(),
            context: Cell::new(None),
            locals: Cell::new(None),
            serial: Cell::new(0),
            extension: Cell::new(None),
            extension_address: Cell::new(std::ptr::null()),
            state,
            _pinned: PhantomPinned,
            _not_send: PhantomData,
        })
    }

    /// Makes this the thread that drops and counts go to.
    pub(crate) fn enter(&self) {
        CURRENT.set(self);
        self.state.extension().store(std::ptr::from_ref(self).cast_mut().cast(), Ordering::Relaxed);
        OWNER.set(self.owner);
    }

    /// The reverse of [`enter`](Thread::enter), before the thread detaches for good.
    pub(crate) fn leave(&self) {
        CURRENT.set(std::ptr::null());
        OWNER.set(Owner::NONE);
    }

    /// Drops what the thread itself refers to, and runs the finalisers that this is for. These may leave values to the thread in turn.
    pub(crate) fn drop_own_values(&mut self) {
        /// Finalisers that go on making work for each other are stopped here: what is left then never dies.
        const ROUNDS: usize = 100;
        for _ in 0..ROUNDS {
            drop((self.set_handled_exception(None), self.context.take(), self.locals.take()));
            drop(self.take_stop_value());
            if !self.has_pending() {
                return;
            }
            self.run_pending();
        }
        let left = (self.set_handled_exception(None), self.context.take(), self.locals.take());
        std::mem::forget((left, self.take_stop_value()));
        self.reclaim.abandon();
    }

    /// The data of a thread by its state; `None` before it was attached and after it has left for good.
    ///
    /// # Safety
    /// The world is stopped, and no longer than that the result is used; or the state is the calling thread's.
    pub unsafe fn of_state(state: &ungil_tstate::ThreadState) -> Option<&Thread> {
        // Relaxed: stored by the thread itself, which the stop has suspended since.
        let thread = state.extension().load(Ordering::Relaxed).cast::<Thread>();
        // SAFETY: null, or set by `enter` and taken back before the thread's data goes.
        unsafe { thread.as_ref() }
    }

    /// The thread's data goes: no stopper finds it any more.
    pub(crate) fn forget(&self) {
        self.state.extension().store(std::ptr::null_mut(), Ordering::Relaxed);
    }

    /// Gives this thread the evaluating crate's own data.
    ///
    /// # Panics
    /// If it has some already.
    pub fn set_extension<T: Any>(&self, data: Box<T>) {
        assert!(self.extension_address.get().is_null(), "a thread is extended once");
        self.extension_address.set(std::ptr::from_ref(&*data).cast());
        self.extension.set(Some(data));
    }

    /// The evaluating crate's own data.
    ///
    /// # Safety
    /// `T` is the type that [`set_extension`](Thread::set_extension) was called with.
    #[inline(always)]
    pub unsafe fn extension<'a, T: Any>(&self) -> &'a T {
        debug_assert!(!self.extension_address.get().is_null());
        // SAFETY: boxed, never replaced, dropped with the thread; the type is promised.
        unsafe { &*self.extension_address.get().cast::<T>() }
    }

    /// Leaves the value that a generator returned to whoever turns the end of its iteration into a `StopIteration`.
    pub fn set_stop_value(&self, value: Value) {
        self.stop_value.set(Some(value));
    }

    /// The value that was left since this was last called. Called before asking an iterator, it forgets an older one's.
    pub fn take_stop_value(&self) -> Option<Value> {
        self.stop_value.take()
    }

    /// Runs `work`, which makes the `repr` of a container, unless that is in progress already on this thread: then `None`.
    pub fn represent<R>(
        &mut self,
        container: crate::value::Ref<'_>,
        work: impl FnOnce(&mut Thread) -> crate::error::Result<R>,
    ) -> crate::error::Result<Option<R>> {
        let Some(header) = container.header().map(NonNull::from) else { return work(self).map(Some) };
        if self.representing.borrow().contains(&header) {
            return Ok(None);
        }
        self.representing.borrow_mut().push(header);
        let result = work(self);
        self.representing.borrow_mut().pop();
        result.map(Some)
    }

    /// Runs `work` detached, as everything must that may block. A safepoint before and after. `work` can hold no values.
    pub fn blocking<R: Send>(&mut self, work: impl FnOnce() -> R + Send) -> R {
        struct Entered<'t>(&'t Thread);
        impl Drop for Entered<'_> {
            fn drop(&mut self) {
                self.0.enter();
            }
        }
        self.leave();
        let _entered = Entered(self);
        self.state.blocking(work)
    }
}

/// # Safety
/// As `ungil_qsbr::Retired` promises: the block is unreachable, and this is called once.
unsafe fn free_block(block: *mut u8, _: usize) {
    if let Some(block) = NonNull::new(block) {
        // SAFETY: promised by the caller.
        unsafe { ungil_tstate::heap::free(block) };
    }
}

#[cold]
fn out_of_memory(bytes: usize) -> ! {
    std::alloc::handle_alloc_error(
        std::alloc::Layout::from_size_align(bytes, 8).unwrap_or(std::alloc::Layout::new::<u64>()),
    )
}
