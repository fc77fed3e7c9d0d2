//! `_thread`: threads, locks, thread-local data.

pub mod handle;
mod local;
mod lock;
mod report;
mod rlock;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use ungil_macros::module;
use ungil_objects::error::{Raised, Result};
use ungil_objects::types::exception::class_of;
use ungil_objects::types::int::Int;
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Exc, Object, Ref, Thread, Value, raise};
use ungil_tstate::{Bits, Waited};

use self::handle::{Running, ThreadHandle, start};
use crate::thread_data::Shared;

/// The threads that programs of one interpreter have started.
#[derive(Default)]
pub struct Threads {
    /// Those that the program's end waits for.
    awaited: Mutex<Vec<Arc<Running>>>,
    count: AtomicUsize,
    stack_size: AtomicUsize,
    /// The main thread's identifier.
    main: AtomicU64,
    /// The main thread's owner id, by which signals reach it.
    main_owner: AtomicU64,
}

impl Threads {
    /// Takes the calling thread for the main one.
    pub(crate) fn set_main(&self, t: &Thread) {
        self.main.store(identifier(), Ordering::Relaxed);
        self.main_owner.store(u64::from(t.owner().id().unwrap_or(0)), Ordering::Relaxed);
    }
}

pub(super) fn threads(t: &Thread) -> &'static Threads {
    &Shared::of(t.interpreter()).threads
}

/// Whether the calling thread is the main one.
pub(super) fn is_main(t: &Thread) -> bool {
    threads(t).main.load(Ordering::Relaxed) == identifier()
}

/// The calling OS thread, as `threading.get_ident()` names it.
pub(super) fn identifier() -> u64 {
    // SAFETY: has no preconditions.
    unsafe { libc::pthread_self() as u64 }
}

/// `threading.get_ident()`.
pub(super) fn ident(t: &Thread) -> Value {
    Int::from_u64(t, identifier())
}

/// The longest time-out in seconds.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;
/// The least stack that a thread can run Python code on.
const LEAST_STACK: usize = 256 << 10;

/// When a wait of this many seconds ends; `None` for never.
pub(super) fn deadline(t: &Thread, seconds: f64) -> Result<Option<Instant>> {
    if seconds.is_nan() {
        raise!(t, ValueError, "Invalid value NaN (not a number)");
    }
    if seconds > TIMEOUT_MAX {
        raise!(t, OverflowError, "timeout value is too large");
    }
    Ok(Instant::now().checked_add(Duration::from_secs_f64(seconds.max(0.0))))
}

/// The deadline that the arguments of an `acquire` mean; `Err` of `None` is "do not wait".
pub(super) fn lock_deadline(t: &Thread, blocking: bool, timeout: f64) -> Result<Option<Option<Instant>>> {
    if !blocking {
        if timeout != -1.0 {
            raise!(t, ValueError, "can't specify a timeout for a non-blocking call");
        }
        return Ok(None);
    }
    if timeout == -1.0 {
        return Ok(Some(None));
    }
    if timeout < 0.0 {
        raise!(t, ValueError, "timeout value must be a non-negative number");
    }
    deadline(t, timeout).map(Some)
}

/// Waits, detached, until `wait` is done or its deadline has passed; what interrupts it is handled in between.
pub(super) fn wait(t: &mut Thread, mut wait: impl FnMut(&Thread) -> Waited) -> Result<bool> {
    super::signal::before_wait(t);
    loop {
        match wait(t) {
            Waited::Done => return Ok(true),
            Waited::TimedOut => return Ok(false),
            Waited::Interrupted => {
                let safepoint = t.interpreter().hooks().safepoint;
                safepoint(t)?;
            }
        }
    }
}

fn start_detached(
    t: &mut Thread,
    function: Ref<'_>,
    args: Ref<'_>,
    kwargs: Option<Ref<'_>>,
) -> Result<Value> {
    if !is_callable(t, function) {
        raise!(t, TypeError, "first arg must be callable");
    }
    if args.downcast::<Tuple>().is_none() {
        raise!(t, TypeError, "2nd arg must be a tuple");
    }
    let running = Arc::<Running>::default();
    start(t, function, Some(args), kwargs, &running, true)?;
    Ok(running.ident(t))
}

fn is_callable(t: &Thread, value: Ref<'_>) -> bool {
    value.shape(t).special().call.is_some()
}

/// What `threading` is built on: starting threads, locks, and values that each thread has for itself.
#[module(
    name = "_thread",
    classes(lock::Lock, rlock::RLock, local::Local, handle::ThreadHandle, report::ExceptHookArgs)
)]
pub mod thread {
    use super::*;

    #[setup]
    fn set_up(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        let error = class_of(t, Exc::RuntimeError).to_value();
        add_to_module(t, module, "error", error)?;
        let lock = t.shape_of::<lock::Lock>().class().to_value();
        add_to_module(t, module, "LockType", lock)?;
        add_to_module(t, module, "TIMEOUT_MAX", ungil_objects::types::float::Float::from_f64(t, TIMEOUT_MAX))
    }

    /// Calls a function with these arguments in a thread of its own, and returns the thread's identifier without waiting.
    #[function]
    fn start_new_thread(
        t: &mut Thread,
        function: Ref<'_>,
        args: Ref<'_>,
        kwargs: Option<Ref<'_>>,
    ) -> Result<Value> {
        start_detached(t, function, args, kwargs)
    }

    /// The former name of `start_new_thread`.
    #[function]
    fn start_new(t: &mut Thread, function: Ref<'_>, args: Ref<'_>, kwargs: Option<Ref<'_>>) -> Result<Value> {
        start_detached(t, function, args, kwargs)
    }

    /// Calls a function in a thread of its own, and returns a handle by which others can wait for the thread's end.
    #[function(signature = "(function, handle=None, daemon=True)")]
    fn start_joinable_thread(
        t: &mut Thread,
        function: Ref<'_>,
        handle: Option<Ref<'_>>,
        daemon: bool,
    ) -> Result<Value> {
        if !is_callable(t, function) {
            raise!(t, TypeError, "thread function must be callable");
        }
        let handle = match handle.filter(|handle| !handle.is_none()) {
            None => t.alloc(ThreadHandle::default()),
            Some(handle) => match handle.downcast::<ThreadHandle>() {
                Some(handle) => handle.to_obj(),
                None => raise!(t, TypeError, "'handle' must be a _ThreadHandle"),
            },
        };
        start(t, function, None, None, handle.running(), daemon)?;
        Ok(handle.into_value())
    }

    /// Whether daemon threads can be started: always.
    #[function]
    fn daemon_threads_allowed() -> bool {
        true
    }

    /// Makes a lock that nobody holds.
    #[function]
    fn allocate_lock(t: &mut Thread) -> Value {
        t.alloc(lock::Lock::default()).into_value()
    }

    /// The former name of `allocate_lock`.
    #[function]
    fn allocate(t: &mut Thread) -> Value {
        t.alloc(lock::Lock::default()).into_value()
    }

    /// Return a non-zero integer that identifies the current thread among those alive.
    #[function]
    fn get_ident(t: &Thread) -> Value {
        ident(t)
    }

    /// Return the identifier that the kernel has given to the current thread.
    #[function]
    fn get_native_id(t: &Thread) -> Value {
        #[cfg(target_os = "linux")]
        // SAFETY: has no preconditions.
        let id = unsafe { libc::gettid() } as u64;
        #[cfg(not(target_os = "linux"))]
        let id = identifier();
        Int::from_u64(t, id)
    }

    /// Return the identifier of the main thread.
    #[function(name = "_get_main_thread_ident")]
    fn get_main_thread_ident(t: &Thread) -> Value {
        Int::from_u64(t, threads(t).main.load(Ordering::Relaxed))
    }

    /// Whether this is the process's first interpreter.
    #[function(name = "_is_main_interpreter")]
    fn is_main_interpreter() -> bool {
        true
    }

    /// Return the number of running threads that were started here.
    #[function(name = "_count")]
    fn count(t: &Thread) -> i64 {
        threads(t).count.load(Ordering::Relaxed) as i64
    }

    /// Return the stack size of new threads, 0 for the default, and set it if a size is given.
    #[function(signature = "(size=0, /)")]
    fn stack_size(t: &mut Thread, size: Option<i64>) -> Result<i64> {
        let sizes = &threads(t).stack_size;
        let Some(size) = size else { return Ok(sizes.load(Ordering::Relaxed) as i64) };
        match usize::try_from(size) {
            Ok(size) if size == 0 || size >= LEAST_STACK => Ok(sizes.swap(size, Ordering::Relaxed) as i64),
            Ok(_) => raise!(t, ValueError, "size not valid: {size} bytes"),
            Err(_) => raise!(t, ValueError, "size must be 0 or a positive value"),
        }
    }

    /// Simulate the arrival of a signal, SIGINT if none is given, and interrupt the main thread.
    #[function(signature = "(signum=2, /)")]
    fn interrupt_main(t: &mut Thread, signum: i32) -> Result<()> {
        if !(1..65).contains(&signum) {
            raise!(t, ValueError, "signal number out of range");
        }
        crate::builtins::signal::arrive(t, signum);
        let main = threads(t).main_owner.load(Ordering::Relaxed) as u16;
        let state = t.interpreter().state();
        let _ = state.interrupt(main, Bits::SIGNAL);
        if is_main(t) {
            let safepoint = t.interpreter().hooks().safepoint;
            return safepoint(t);
        }
        Ok(())
    }

    /// Raise SystemExit, which ends the thread.
    #[function]
    fn exit(t: &Thread) -> Result<()> {
        Err(Raised::with_args(t, Exc::SystemExit, vec![]))
    }

    /// Set the name of the current thread, as debuggers of the system show it.
    #[function]
    fn set_name(name: String) {
        #[cfg(target_os = "linux")]
        if let Ok(name) =
            std::ffi::CString::new(name.bytes().take(15).filter(|byte| *byte != 0).collect::<Vec<_>>())
        {
            // SAFETY: the name ends with a zero byte and is short enough.
            unsafe { libc::pthread_setname_np(libc::pthread_self(), name.as_ptr()) };
        }
        #[cfg(not(target_os = "linux"))]
        let _ = name;
    }

    /// A handle for a thread that was not started here.
    #[function(name = "_make_thread_handle")]
    fn make_thread_handle(t: &mut Thread, ident: i64) -> Value {
        t.alloc(ThreadHandle::of_foreign(ident as u64)).into_value()
    }

    /// Wait for all threads that are no daemons.
    #[function(name = "_shutdown")]
    fn shutdown(t: &mut Thread) -> Result<()> {
        let here = identifier();
        loop {
            let next = threads(t).awaited.lock().pop();
            match next {
                Some(running) if !running.is(here) => running.join(t, None).map(drop)?,
                Some(_) => {}
                None => return Ok(()),
            }
        }
    }

    /// Report an exception that ended a thread.
    #[function(name = "_excepthook")]
    fn except_hook(t: &mut Thread, args: &Object<report::ExceptHookArgs>) -> Result<()> {
        report::report(t, args)
    }
}
