//! Panics of native functions become `SystemError`.
//!
//! A panic is a bug in native code, ours or an embedder's. It unwinds to the innermost call of a native function or run of the eval
//! loop, whichever is nearer, and goes on from there as an exception; so no frame is skipped, and what the native code owned is dropped.
//! Where nothing panics this costs nothing: the closure is inlined and only a landing pad added.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{Exc, Raised, Result};
use crate::thread::Thread;

/// Runs native code; a panic becomes a `SystemError` that says what `name` gives.
#[inline(always)]
pub fn catch_panic<R>(
    t: &mut Thread,
    name: impl FnOnce() -> &'static str,
    work: impl FnOnce(&mut Thread) -> Result<R>,
) -> Result<R> {
    // Objects stay usable after a panic: their locks are released by guards, and each change of a field is complete in itself.
    match catch_unwind(AssertUnwindSafe(|| work(t))) {
        Ok(result) => result,
        Err(payload) => Err(panicked(t, name(), &*payload)),
    }
}

/// The `SystemError` for a panic.
#[cold]
#[inline(never)]
pub fn panicked(t: &Thread, name: &str, payload: &(dyn Any + Send)) -> Raised {
    let message = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(message), _) => message,
        (_, Some(message)) => message.as_str(),
        _ => "no message",
    };
    Raised::new(t, Exc::SystemError, format!("native code panicked in {name}: {message}"))
}
