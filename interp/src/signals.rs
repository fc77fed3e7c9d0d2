//! What other threads and the system ask of a thread: exceptions to raise, calls to make.

use parking_lot::Mutex;
use ungil_objects::error::{Raised, Result};
use ungil_objects::{Handle, Thread, Value};
use ungil_tstate::Bits;

use crate::eval::exception_of;
use crate::thread_data::Evaluator;

/// Exceptions that others want a thread to raise, and calls that they want it to make.
#[derive(Default)]
pub struct Requests {
    exception: Mutex<Option<Handle>>,
    calls: Mutex<Vec<Handle>>,
}

impl Requests {
    /// Asks for an exception, replacing one that was asked for before.
    pub fn raise(&self, exception: Option<Handle>) {
        *self.exception.lock() = exception;
    }

    /// Asks for a call without arguments.
    pub fn call(&self, callable: Handle) {
        self.calls.lock().push(callable);
    }
}

/// Does what was asked of the calling thread.
pub(crate) fn deliver(t: &mut Thread, bits: Bits) -> Result<()> {
    if bits.has(Bits::SIGNAL) {
        crate::builtins::signal::deliver(t)?;
    }
    let requests = Evaluator::of(t).requests.clone();
    if bits.has(Bits::PENDING_CALLS) {
        let calls = std::mem::take(&mut *requests.calls.lock());
        for callable in calls {
            let callable: Value = callable.into_value(t);
            ungil_objects::protocol::call::call(t, callable.borrow(), &[])?;
        }
    }
    if bits.has(Bits::ASYNC_EXCEPTION) {
        let exception = requests.exception.lock().take();
        if let Some(exception) = exception {
            let exception = exception.into_value(t);
            return Err(Raised::from_exception(exception_of(t, exception)?));
        }
    }
    Ok(())
}
