//! Starting and joining threads.
//!
//! A thread's record is shared by its handle, the registry of threads that the program's end waits for, and the OS thread.
//! It goes `NEW → STARTED → DONE`; DONE is announced after the thread has left the interpreter, through an event that joiners
//! wait for detached.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Instant;

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::protocol::call;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::int::Int;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Exc, Handle, Interpreter, Object, Ref, Thread, Value, raise};
use ungil_tstate::Event;

use super::{deadline, identifier, threads, wait};

const NEW: u8 = 0;
const STARTED: u8 = 1;

/// What is known of one thread.
#[derive(Default)]
pub struct Running {
    phase: AtomicU8,
    ident: AtomicU64,
    done: Event,
}

impl Running {
    /// The thread's identifier; 0 before it is started.
    pub(super) fn ident(&self, t: &Thread) -> Value {
        Int::from_u64(t, self.ident.load(Ordering::Relaxed))
    }

    /// Whether this is the OS thread with that identifier.
    pub(super) fn is(&self, ident: u64) -> bool {
        self.ident.load(Ordering::Relaxed) == ident
    }

    /// Waits for the thread's end. `false`: the deadline has passed.
    pub(super) fn join(&self, t: &mut Thread, until: Option<Instant>) -> Result<bool> {
        wait(t, |t| self.done.wait(Some(t.state()), until))
    }
}

/// What a new thread is to call; any thread may hold it.
struct Task {
    function: Handle,
    args: Option<Handle>,
    kwargs: Option<Handle>,
}

/// Announces the end of a thread, however it comes.
struct Ending {
    running: Arc<Running>,
    interpreter: &'static Interpreter,
}

impl Drop for Ending {
    fn drop(&mut self) {
        let threads = &crate::thread_data::Shared::of(self.interpreter).threads;
        threads.awaited.lock().retain(|running| !Arc::ptr_eq(running, &self.running));
        threads.count.fetch_sub(1, Ordering::Relaxed);
        self.running.done.set();
    }
}

/// Starts an OS thread that calls `function`.
///
/// # Errors
/// `RuntimeError` if the record belongs to a started thread, or the system starts none; `PythonFinalizationError` while the interpreter
/// is shut down.
pub(super) fn start(
    t: &mut Thread,
    function: Ref<'_>,
    args: Option<Ref<'_>>,
    kwargs: Option<Ref<'_>>,
    running: &Arc<Running>,
    daemon: bool,
) -> Result<()> {
    if running.phase.compare_exchange(NEW, STARTED, Ordering::Relaxed, Ordering::Relaxed).is_err() {
        raise!(t, RuntimeError, "thread already started");
    }
    if t.interpreter().is_finalizing.load(Ordering::Relaxed) {
        running.phase.store(NEW, Ordering::Relaxed);
        raise!(t, PythonFinalizationError, "can't create new thread at interpreter shutdown");
    }
    let task = Task {
        function: function.to_value().into_handle(t),
        args: args.map(|args| args.to_value().into_handle(t)),
        kwargs: kwargs.map(|kwargs| kwargs.to_value().into_handle(t)),
    };
    let registry = threads(t);
    let mut builder = std::thread::Builder::new();
    let size = match registry.stack_size.load(Ordering::Relaxed) {
        0 => DEFAULT_STACK,
        size => size,
    };
    builder = builder.stack_size(size);
    registry.count.fetch_add(1, Ordering::Relaxed);
    if !daemon {
        registry.awaited.lock().push(running.clone());
    }
    let ending = Ending { running: running.clone(), interpreter: t.interpreter() };
    let has_ident = Arc::<Event>::default();
    let announce = has_ident.clone();
    let spawned = builder.spawn(move || {
        ending.running.ident.store(identifier(), Ordering::Relaxed);
        announce.set();
        run(ending.interpreter, task);
        drop(ending);
    });
    match spawned {
        Ok(_) => {
            t.blocking(|| {
                let _ = has_ident.wait(None, None);
            });
            Ok(())
        }
        Err(_) => {
            running.phase.store(NEW, Ordering::Relaxed);
            raise!(t, RuntimeError, "can't start new thread")
        }
    }
}

/// The native stack of a thread for which no size was set: as main threads have on Linux.
const DEFAULT_STACK: usize = 8 << 20;

fn run(interpreter: &'static Interpreter, task: Task) {
    // Finalised already: nothing is left to run.
    let Ok(mut attached) = interpreter.attach() else { return };
    let t = attached.token();
    let Task { function, args, kwargs } = task;
    let function = function.into_value(t);
    let args = args.map(|args| args.into_value(t));
    let kwargs = kwargs.map(|kwargs| kwargs.into_value(t));
    if let Err(raised) = call_task(t, function.borrow(), args.as_ref(), kwargs.as_ref())
        && !raised.is(t, Exc::SystemExit)
    {
        t.report_unraisable(raised, "Exception ignored in thread started by", function.borrow());
    }
    drop((function, args, kwargs));
}

fn call_task(
    t: &mut Thread,
    function: Ref<'_>,
    args: Option<&Value>,
    kwargs: Option<&Value>,
) -> Result<Value> {
    let mut values = Vec::new();
    if let Some(args) = args.and_then(|args| args.downcast_ref::<Tuple>()) {
        values.extend(args.items());
    }
    let keywords = kwargs.and_then(|kwargs| kwargs.downcast_ref::<Dict>()).map(|kwargs| kwargs.items(t));
    let keywords = keywords.unwrap_or_default();
    values.extend(keywords.iter().map(|(_, value)| value.borrow()));
    let names = Tuple::from_values(t, keywords.iter().map(|(name, _)| name.clone()));
    call::call_args(t, function, Args::new(&values, Some(&names)))
}

/// The payload of `_ThreadHandle`.
#[derive(Default)]
pub struct ThreadHandle {
    running: Arc<Running>,
}

ungil_objects::payload!(ThreadHandle, plain);

impl Trace for ThreadHandle {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl ThreadHandle {
    pub(super) fn running(&self) -> &Arc<Running> {
        &self.running
    }

    /// A handle for a thread that runs already and whose end is announced by hand.
    pub(super) fn of_foreign(ident: u64) -> ThreadHandle {
        let running =
            Running { phase: AtomicU8::new(STARTED), ident: AtomicU64::new(ident), done: Event::default() };
        ThreadHandle { running: Arc::new(running) }
    }
}

/// A started or startable thread.
#[class(name = "_ThreadHandle", module = "_thread", final)]
impl ThreadHandle {
    #[new]
    fn new_handle(t: &mut Thread, class: &Object<Class>) -> Value {
        t.alloc_with_shape(class.root_shape(), ThreadHandle::default()).into_value()
    }

    /// The thread's identifier.
    #[getter(name = "ident")]
    fn shown_ident(t: &Thread, this: &Object<Self>) -> Value {
        this.running.ident(t)
    }

    /// Wait for the thread's end, for that many seconds if a number is given.
    #[method(signature = "(timeout=None, /)")]
    fn join(t: &mut Thread, this: &Object<Self>, timeout: Option<f64>) -> Result<()> {
        let running = this.running.clone();
        if running.phase.load(Ordering::Relaxed) == NEW {
            raise!(t, RuntimeError, "thread not started");
        }
        if running.is(identifier()) && !running.done.is_set() {
            raise!(t, RuntimeError, "Cannot join current thread");
        }
        let until = match timeout {
            Some(seconds) if seconds >= 0.0 || seconds.is_nan() => deadline(t, seconds)?,
            _ => None,
        };
        running.join(t, until).map(drop)
    }

    #[method]
    fn is_done(&self) -> bool {
        self.running.done.is_set()
    }

    /// Announce the end of a thread that was not started here.
    #[method(name = "_set_done")]
    fn set_done(&self) {
        self.running.done.set();
    }

    #[method]
    fn __repr__(&self) -> String {
        format!("<_ThreadHandle object: ident={}>", self.running.ident.load(Ordering::Relaxed))
    }
}
