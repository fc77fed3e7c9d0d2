//! The end of a program: what it left to be done, and its exit status.
//!
//! Once the threads that a program waits for have ended, and its exit functions have run, those that are left are stopped for good: they
//! sleep until the process ends, wherever they were. Nothing that happens afterwards is seen by a daemon thread.

use std::sync::atomic::Ordering;

use ungil_objects::error::{Raised, Result};
use ungil_objects::protocol::{attribute, call, text};
use ungil_objects::types::exception::Exception;
use ungil_objects::types::module::Module;
use ungil_objects::types::text::Str;
use ungil_objects::{Exc, Object, Thread, Value};

use crate::import::{import, imported};
use crate::traceback::print;

/// The exit status for an uncaught exception other than `SystemExit`.
const FAILURE: i32 = 1;
/// The exit status for output that could not be written at the end.
const UNFLUSHED: i32 = 120;

/// How a program ended.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Ending {
    /// With this exit status.
    Status(i32),
    /// By a `KeyboardInterrupt` that it did not catch: the process is to end as by the signal.
    Interrupted,
}

impl Ending {
    /// Ends the process in this way.
    pub fn exit(self) -> ! {
        match self {
            Ending::Status(status) => std::process::exit(status),
            Ending::Interrupted => {
                // SAFETY: sets the signal's default action, and asks for it.
                unsafe {
                    libc::signal(libc::SIGINT, libc::SIG_DFL);
                    libc::raise(libc::SIGINT);
                }
                // The signal is blocked: the status by which shells show it.
                std::process::exit(128 + libc::SIGINT)
            }
        }
    }
}

/// Reports how a program ended.
pub fn report(t: &mut Thread, result: Result<()>) -> Ending {
    match result {
        Ok(()) => Ending::Status(0),
        Err(raised) if raised.is(t, Exc::SystemExit) => Ending::Status(exit_status(t, raised)),
        Err(raised) => {
            let interrupted = raised.is(t, Exc::KeyboardInterrupt);
            flush(t, "stdout");
            print::print_uncaught(t, raised.exception());
            if interrupted { Ending::Interrupted } else { Ending::Status(FAILURE) }
        }
    }
}

/// What `SystemExit` asks for: a number, nothing, or something to print.
fn exit_status(t: &mut Thread, raised: Raised) -> i32 {
    let exception: &Object<Exception> = raised.exception();
    let code = t.names().code;
    let code = attribute::get_if_any(t, exception.borrow(), code).ok().flatten().unwrap_or(Value::NONE);
    if code.is_none() {
        return 0;
    }
    if let Some(flag) = code.borrow().as_bool() {
        return i32::from(flag);
    }
    if code.borrow().as_int().is_some() {
        // Its low bits, as CPython has it; -1 for what does not fit a machine integer.
        return code.borrow().as_i64().map_or(-1, |number| number as i32);
    }
    let shown = text::str(t, code.borrow()).map(|text| text.to_string()).unwrap_or_default();
    flush(t, "stdout");
    print::write_to_stderr(t, &format!("{shown}\n"));
    FAILURE
}

/// Does what a program leaves to its end: waits for its threads, calls what it registered, stops the other threads, drops what its main
/// module holds, writes out what is buffered. Returns how the program ended, `ending` unless something fails.
pub fn finish(t: &mut Thread, mut ending: Ending) -> Ending {
    let shutdown = t.interpreter().intern(t, "_shutdown");
    let threads = if imported(t, "threading").is_some() { "threading" } else { "_thread" };
    if let Some(threads) = imported(t, threads)
        && let Err(raised) = call::call_method(t, threads.borrow(), shutdown, &[])
    {
        t.report_unraisable(raised, "Exception ignored on threading shutdown", threads.borrow());
    }
    ungil_modules::atexit::run_exit_functions(t);
    if !flush(t, "stdout") && ending == Ending::Status(0) {
        ending = Ending::Status(UNFLUSHED);
    }
    end_other_threads(t);
    clear_main(t);
    crate::collect::collect(t);
    flush(t, "stdout");
    flush(t, "stderr");
    ending
}

/// Stops the threads that are left for good: they sleep until the process ends, and no others can be started.
fn end_other_threads(t: &Thread) {
    t.interpreter().is_finalizing.store(true, Ordering::Relaxed);
    let world = t.interpreter().state().stop_the_world(t.state());
    for state in world.threads() {
        // SAFETY: the world is stopped.
        unsafe {
            // What a thread has counted by itself goes to the objects: no collection asks that thread any more.
            if let Some(thread) = Thread::of_state(state) {
                thread.merge_counts();
            }
        }
    }
    world.shut_down_others();
}

/// Unbinds the names of `__main__`, private ones first, so that the objects that only they keep are finalised.
fn clear_main(t: &mut Thread) {
    let Some(main) = imported(t, "__main__") else { return };
    let Some(main) = main.downcast_ref::<Module>() else { return };
    let is_private =
        |name: &Value| name.downcast_ref::<Str>().is_some_and(|name| name.to_string().starts_with('_'));
    let is_builtins =
        |name: &Value| name.downcast_ref::<Str>().is_some_and(|name| name.is_text("__builtins__"));
    let names: Vec<Value> = main.namespace().items(t).into_iter().map(|(name, _)| name).collect();
    let (private, public): (Vec<_>, Vec<_>) = names.into_iter().partition(is_private);
    for name in private.into_iter().chain(public).filter(|name| !is_builtins(name)) {
        // Nothing to be done if a key's comparison raises.
        if main.namespace().set(t, name.borrow(), Value::NONE).is_ok() && t.has_pending() {
            t.run_pending();
        }
    }
}

/// Flushes one of the standard streams. `false`: that failed.
fn flush(t: &mut Thread, name: &str) -> bool {
    let Ok(sys) = import(t, "sys") else { return true };
    let name = t.interpreter().intern(t, name);
    let stream =
        attribute::get_if_any(t, sys.borrow(), name).ok().flatten().filter(|stream| !stream.is_none());
    let Some(stream) = stream else { return true };
    let closed = t.interpreter().intern(t, "closed");
    if let Ok(Some(closed)) = attribute::get_if_any(t, stream.borrow(), closed)
        && closed.borrow().as_bool() == Some(true)
    {
        return true;
    }
    let flush = t.names().flush;
    match call::call_method(t, stream.borrow(), flush, &[]) {
        Ok(_) => true,
        // A stream that a daemon thread was using when it was stopped.
        Err(raised)
            if raised.is(t, Exc::RuntimeError) && t.interpreter().is_finalizing.load(Ordering::Relaxed) =>
        {
            true
        }
        Err(raised) => {
            t.report_unraisable(raised, "Exception ignored while flushing sys.stdout", stream.borrow());
            false
        }
    }
}
