//! `faulthandler`: Python's stack on demand, and a word about the signal that ends the process.
//!
//! A handler of such a signal writes its name to a descriptor and lets the signal do what it would have done: what it interrupted may
//! have left frames half made, so it reads none of them.

use std::sync::atomic::{AtomicI32, Ordering};

use parking_lot::Mutex;
use ungil_macros::module;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, call, convert};
use ungil_objects::types::int::IntRef;
use ungil_objects::{Ref, Thread, Value, raise};

use crate::frame::live_frames;

/// The signals that end a process for what it did, with their names.
const SIGNALS: [(libc::c_int, &str); 5] = [
    (libc::SIGBUS, "Fatal Python error: Bus error\n\n"),
    (libc::SIGILL, "Fatal Python error: Illegal instruction\n\n"),
    (libc::SIGFPE, "Fatal Python error: Floating-point exception\n\n"),
    (libc::SIGABRT, "Fatal Python error: Aborted\n\n"),
    (libc::SIGSEGV, "Fatal Python error: Segmentation fault\n\n"),
];

/// Where the handler writes; -1 while it is disabled. A number alone, so Relaxed suffices.
static OUTPUT: AtomicI32 = AtomicI32::new(-1);
/// What the signals did before the handler was enabled, in the order of [`SIGNALS`]; empty while it is disabled.
static PREVIOUS: Mutex<Vec<libc::sigaction>> = Mutex::new(Vec::new());

/// Frames that are shown at most.
const MOST_FRAMES: usize = 100;

/// Dump the Python traceback on fatal signals and on demand.
#[module(name = "faulthandler")]
pub mod faulthandler {
    use super::*;

    /// Enable the fault handler: fatal signals are told of before they end the process.
    #[function(signature = "(file=None, all_threads=True, c_stack=True)")]
    fn enable(t: &mut Thread, file: Option<Ref<'_>>, _all_threads: bool, _c_stack: bool) -> Result<()> {
        let descriptor = descriptor_of(t, file)?;
        OUTPUT.store(descriptor, Ordering::Relaxed);
        install();
        Ok(())
    }

    /// Disable the fault handler; returns whether it was enabled.
    #[function]
    fn disable() -> bool {
        OUTPUT.store(-1, Ordering::Relaxed);
        restore()
    }

    /// Whether fatal signals are told of at present.
    #[function]
    fn is_enabled() -> bool {
        !PREVIOUS.lock().is_empty()
    }

    /// Dump the traceback of the calling thread into file. Other threads' stacks cannot be looked at.
    #[function(signature = "(file=None, all_threads=True)")]
    fn dump_traceback(t: &mut Thread, file: Option<Ref<'_>>, all_threads: bool) -> Result<()> {
        let descriptor = descriptor_of(t, file)?;
        let shown = show(t, all_threads);
        // As in a handler of a signal, a dump that cannot be written is no error.
        let _ = write_all(descriptor, shown.as_bytes());
        Ok(())
    }
}

/// The descriptor of a file argument, `sys.stderr`'s without one. What the file holds back is written first.
fn descriptor_of(t: &mut Thread, file: Option<Ref<'_>>) -> Result<i32> {
    let stderr;
    let file = match file {
        Some(file) => file,
        None => {
            let sys = t.import("sys")?;
            let name = t.interpreter().intern(t, "stderr");
            stderr = attribute::get(t, sys.borrow(), name)?;
            if stderr.is_none() {
                raise!(t, RuntimeError, "unable to get sys.stderr");
            }
            stderr.borrow()
        }
    };
    if file.as_int().is_some() {
        return valid_descriptor(t, file);
    }
    let (fileno, flush) = (t.interpreter().intern(t, "fileno"), t.interpreter().intern(t, "flush"));
    let number: Value = call::call_method(t, file, fileno, &[])?;
    let descriptor = match number.borrow().as_int() {
        Some(IntRef::Small(number)) => i32::try_from(number).ok().filter(|number| *number >= 0),
        _ => None,
    };
    let Some(descriptor) = descriptor else {
        raise!(t, RuntimeError, "file.fileno() is not a valid file descriptor");
    };
    // Flushing is a courtesy to the reader.
    drop(call::call_method(t, file, flush, &[]));
    Ok(descriptor)
}

fn valid_descriptor(t: &mut Thread, number: Ref<'_>) -> Result<i32> {
    match i32::try_from(convert::to_i64(t, number)?) {
        Ok(descriptor) if descriptor >= 0 => Ok(descriptor),
        _ => raise!(t, ValueError, "file is not a valid file descriptor"),
    }
}

/// The calling thread's stack, innermost frame first.
fn show(t: &Thread, names_thread: bool) -> String {
    // SAFETY: answers with a number, whatever the thread.
    let thread = unsafe { libc::pthread_self() };
    let mut shown = match names_thread {
        true => format!("Current thread {thread:#018x} (most recent call first):\n"),
        false => "Stack (most recent call first):\n".to_owned(),
    };
    for (count, (frame, pc)) in live_frames(t).enumerate() {
        if count == MOST_FRAMES {
            shown += "  ...\n";
            break;
        }
        let (spec, word) = (&frame.code().spec, frame.code().word_of(pc));
        let line = spec.position(word).line;
        shown += &format!("  File \"{}\", line {line} in {}\n", spec.filename, spec.name);
    }
    shown
}

fn write_all(descriptor: i32, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        // SAFETY: the pointer and the length are those of the slice.
        let written = unsafe { libc::write(descriptor, bytes.as_ptr().cast(), bytes.len()) };
        match usize::try_from(written) {
            Ok(written) => bytes = &bytes[written.min(bytes.len())..],
            Err(_) => return Err(std::io::Error::last_os_error()),
        }
    }
    Ok(())
}

/// Names the signal and raises it again, when it does what the system does with it.
extern "C" fn handle(signal: libc::c_int) {
    let descriptor = OUTPUT.load(Ordering::Relaxed);
    let name = SIGNALS.iter().find(|(number, _)| *number == signal);
    if let Some((_, message)) = name.filter(|_| descriptor >= 0) {
        // Nothing can be done about a failure here.
        let _ = write_all(descriptor, message.as_bytes());
    }
    // SAFETY: both calls are allowed in a handler and take numbers.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

fn install() {
    let mut previous = PREVIOUS.lock();
    if !previous.is_empty() {
        return;
    }
    for (signal, _) in SIGNALS {
        // SAFETY: both records are whole and ours; all zeros are valid ones. The handler calls only what handlers may.
        unsafe {
            let mut new: libc::sigaction = std::mem::zeroed();
            let mut old: libc::sigaction = std::mem::zeroed();
            new.sa_sigaction = handle as extern "C" fn(libc::c_int) as libc::sighandler_t;
            new.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
            libc::sigaction(signal, &new, &mut old);
            previous.push(old);
        }
    }
}

/// Gives the signals back what they did before; whether there was something to give back.
fn restore() -> bool {
    let previous = std::mem::take(&mut *PREVIOUS.lock());
    for ((signal, _), old) in SIGNALS.iter().zip(&previous) {
        // SAFETY: the record is what the system gave for this signal.
        unsafe { libc::sigaction(*signal, old, std::ptr::null_mut()) };
    }
    !previous.is_empty()
}
