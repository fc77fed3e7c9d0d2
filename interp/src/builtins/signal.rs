//! `_signal`: handlers for signals of the operating system, run by the main thread at a safepoint.
//!
//! **Protocol.** The handler that the kernel runs only sets the signal's flag (relaxed) and raises the main thread's breaker (release, which the
//! taking of the bit acquires): both are atomic stores, safe in a signal handler. The main thread, at its next safepoint, takes each flag
//! and calls the Python function for it. A main thread that sleeps in a system call comes back from it with `EINTR`, or at the latest
//! when its wait ends; one that waits for a lock is woken by the watcher (`signal_watch`).

use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use ungil_macros::module;
use ungil_objects::error::Result;
use ungil_objects::protocol::call;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::int::Int;
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::native::NativeFunction;
use ungil_objects::{Obj, Object, Ref, Thread, Value, raise};
use ungil_tstate::{Bits, Breaker};

/// One more than the highest signal number.
const SIGNALS: usize = 65;
/// The signals that have arrived and were not handled yet. Process-wide, as signals are.
static ARRIVED: [AtomicBool; SIGNALS] = [const { AtomicBool::new(false) }; SIGNALS];
/// The main thread's breaker, which lives as long as the process does.
static MAIN: AtomicPtr<Breaker> = AtomicPtr::new(std::ptr::null_mut());
/// The interpreter's root: a dict of handlers by signal number.
const HANDLERS: &str = "signal.handlers";
/// `SIG_DFL` and `SIG_IGN`.
const DEFAULT: i64 = 0;
const IGNORE: i64 = 1;

extern "C" fn note(signal: libc::c_int) {
    ARRIVED[signal as usize % SIGNALS].store(true, Ordering::Relaxed);
    // SAFETY: null, or a breaker that is never freed.
    if let Some(breaker) = unsafe { MAIN.load(Ordering::Relaxed).as_ref() } {
        breaker.raise(Bits::SIGNAL);
        super::signal_watch::post();
    }
}

/// To be called before the calling thread waits for others, for a lock, an event or the end of a thread: if it is the thread that
/// handles signals, they end the wait.
pub(super) fn before_wait(t: &Thread) {
    if std::ptr::eq(MAIN.load(Ordering::Relaxed), t.state().breaker()) {
        super::signal_watch::start(t);
    }
}

/// Lets a signal arrive as if the system had sent it.
pub(super) fn arrive(_t: &Thread, signal: i32) {
    ARRIVED[signal as usize % SIGNALS].store(true, Ordering::Relaxed);
}

/// Takes the calling thread for the one that handles signals, and lets `SIGINT` raise `KeyboardInterrupt`.
///
/// # Errors
/// Those of making the handler.
pub fn install(t: &mut Thread) -> Result<()> {
    MAIN.store(std::ptr::from_ref(t.state().breaker()).cast_mut(), Ordering::Relaxed);
    crate::import::import(t, "_signal")?;
    let default = NativeFunction::new(t, default_int_handler(), None).into_value();
    handlers(t).set(t, Value::from_i32(libc::SIGINT).borrow(), default)?;
    set_system_handler(libc::SIGINT, note as *const () as libc::sighandler_t);
    Ok(())
}

fn default_int_handler() -> &'static ungil_objects::call::NativeDef {
    let functions = signal::DEF.functions;
    functions.iter().find(|def| def.name == "default_int_handler").unwrap_or(&functions[0])
}

fn set_system_handler(signal: i32, handler: libc::sighandler_t) {
    // SAFETY: the handler is the system's or `note`, which only stores to atomics.
    unsafe { libc::signal(signal, handler) };
}

fn handlers(t: &Thread) -> Obj<Dict> {
    if let Some(Ok(handlers)) = t.interpreter().root(t, HANDLERS).map(Value::downcast::<Dict>) {
        return handlers;
    }
    let handlers = Dict::new(t);
    t.interpreter().set_root(t, HANDLERS, handlers.to_value());
    handlers
}

/// Calls the handlers of signals that have arrived. On the main thread.
pub(crate) fn deliver(t: &mut Thread) -> Result<()> {
    for (number, arrived) in ARRIVED.iter().enumerate() {
        if !arrived.load(Ordering::Relaxed) || !arrived.swap(false, Ordering::Relaxed) {
            continue;
        }
        let number = Value::from_i32(number as i32);
        if let Some(handler) = handlers(t).get(t, number.borrow())?
            && handler.borrow().as_small_int().is_none()
        {
            let frame = match super::scope::current_frame(t) {
                Some(frame) => crate::frame::object::of(t, frame).into_value(),
                None => Value::NONE,
            };
            call::call(t, handler.borrow(), &[number.borrow(), frame.borrow()])?;
        }
    }
    Ok(())
}

fn check(t: &Thread, signal: i64) -> Result<i32> {
    match i32::try_from(signal) {
        Ok(signal) if (1..SIGNALS as i32).contains(&signal) => Ok(signal),
        _ => raise!(t, ValueError, "signal number out of range"),
    }
}

/// This module provides mechanisms to use signal handlers.
#[module(name = "_signal")]
pub mod signal {
    use super::*;

    #[constant]
    const SIG_DFL: i64 = DEFAULT;
    #[constant]
    const SIG_IGN: i64 = IGNORE;
    #[constant]
    const NSIG: i64 = SIGNALS as i64;

    #[setup]
    fn set_up(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        let numbers = [
            ("SIGHUP", libc::SIGHUP),
            ("SIGINT", libc::SIGINT),
            ("SIGQUIT", libc::SIGQUIT),
            ("SIGILL", libc::SIGILL),
            ("SIGTRAP", libc::SIGTRAP),
            ("SIGABRT", libc::SIGABRT),
            ("SIGBUS", libc::SIGBUS),
            ("SIGFPE", libc::SIGFPE),
            ("SIGKILL", libc::SIGKILL),
            ("SIGUSR1", libc::SIGUSR1),
            ("SIGSEGV", libc::SIGSEGV),
            ("SIGUSR2", libc::SIGUSR2),
            ("SIGPIPE", libc::SIGPIPE),
            ("SIGALRM", libc::SIGALRM),
            ("SIGTERM", libc::SIGTERM),
            ("SIGCHLD", libc::SIGCHLD),
            ("SIGCONT", libc::SIGCONT),
            ("SIGSTOP", libc::SIGSTOP),
            ("SIGTSTP", libc::SIGTSTP),
            ("SIGWINCH", libc::SIGWINCH),
        ];
        numbers
            .into_iter()
            .try_for_each(|(name, number)| add_to_module(t, module, name, Value::from_i32(number)))
    }

    /// The default handler for SIGINT: it raises KeyboardInterrupt.
    #[function]
    fn default_int_handler(t: &mut Thread, _signalnum: Ref<'_>, _frame: Ref<'_>) -> Result<()> {
        Err(ungil_objects::Raised::with_args(t, ungil_objects::Exc::KeyboardInterrupt, vec![]))
    }

    /// Set the handler of a signal and return the previous one.
    #[function(name = "signal")]
    fn set_handler(t: &mut Thread, signalnum: i64, handler: Ref<'_>) -> Result<Value> {
        let number = check(t, signalnum)?;
        if !super::super::thread::is_main(t) {
            raise!(t, ValueError, "signal only works in main thread of the main interpreter");
        }
        let system = match handler.as_small_int() {
            Some(DEFAULT) => libc::SIG_DFL,
            Some(IGNORE) => libc::SIG_IGN,
            _ if handler.shape(t).special().call.is_some() => note as *const () as libc::sighandler_t,
            _ => {
                raise!(
                    t,
                    TypeError,
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
                );
            }
        };
        let key = Value::from_i32(number);
        let old = handlers(t).get(t, key.borrow())?.unwrap_or(Value::from_i32(0));
        handlers(t).set(t, key.borrow(), handler.to_value())?;
        set_system_handler(number, system);
        Ok(old)
    }

    /// Return the handler of a signal.
    #[function]
    fn getsignal(t: &mut Thread, signalnum: i64) -> Result<Value> {
        let number = check(t, signalnum)?;
        Ok(handlers(t).get(t, Value::from_i32(number).borrow())?.unwrap_or(Value::from_i32(0)))
    }

    /// Send a signal to this process.
    #[function]
    fn raise_signal(t: &mut Thread, signalnum: i64) -> Result<()> {
        let number = check(t, signalnum)?;
        // SAFETY: has no preconditions.
        unsafe { libc::raise(number) };
        let safepoint = t.interpreter().hooks().safepoint;
        safepoint(t)
    }

    /// Arrange for SIGALRM to arrive after so many seconds; return the seconds that were left of the last such alarm.
    #[function]
    fn alarm(t: &mut Thread, seconds: i64) -> Result<Value> {
        let Ok(seconds) = u32::try_from(seconds) else {
            raise!(t, OverflowError, "signed integer is out of range");
        };
        // SAFETY: has no preconditions.
        let left = unsafe { libc::alarm(seconds) };
        Ok(Int::from_u64(t, u64::from(left)))
    }

    /// Set the file descriptor that is written to when a signal arrives: only -1, for none, is supported.
    #[function(signature = "(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(t: &mut Thread, fd: i64, warn_on_full_buffer: bool) -> Result<i64> {
        let _ = warn_on_full_buffer;
        if fd == -1 {
            return Ok(-1);
        }
        raise!(t, NotImplementedError, "waking up by a file descriptor is not supported")
    }
}
