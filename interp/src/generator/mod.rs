//! Generators, coroutines and asynchronous generators: frames that can be suspended.
//!
//! A suspended generator owns its registers ([`saved`]); resuming moves them onto the thread's register stack, suspending moves
//! them back. While it runs it is only marked. It goes on in the code that it was made of, whatever its function's is by then.
//!
//! **Protocol.** `state` is claimed by compare-and-swap from a suspended state to RUNNING (acquire), by any thread; the claimer alone
//! touches everything else until it stores a suspended state or FINISHED (release). A generator that is shared has what its
//! registers refer to published before that store. The collector and publication read the registers only
//! of suspended generators: of local ones, or in a stopped world.

mod asynchronous;
mod frame_object;
mod methods;
mod resume;
mod saved;
mod steps;
mod switch;

pub use asynchronous::{CoroutineWrapper, WrappedValue};
pub(crate) use asynchronous::{
    end_async_for, get_async_iterator, get_async_next, get_awaitable, make_classes, wrap_async_value,
};
pub(crate) use resume::{Outcome, cleanup_throw, drain, send_to, yield_from_iterator};
pub use steps::{AsyncSend, AsyncThrow};
pub(crate) use switch::{
    enter_handler, handled_outside, leave_handler, make, make_of_expression, resume_in_place, suspend,
};

use std::cell::UnsafeCell;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, Ordering};

use ungil_bytecode::CodeFlags;
use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::{Object, Thread, Value, publish};

use self::saved::Saved;
use crate::code::Code;
use crate::frame;
use crate::function::Function;

/// What a generator is doing.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum State {
    /// Made, not started.
    Created,
    /// Suspended at a `yield`.
    Suspended,
    Running,
    /// Returned, raised or closed.
    Finished,
}

/// The payload of generators, coroutines and asynchronous generators.
pub struct Generator {
    state: AtomicU8,
    function: Fixed,
    /// Code is deferred: the collector, which alone frees it, sees this reference, for which there is no count.
    code: *const Object<Code>,
    suspended: UnsafeCell<Suspended>,
    /// Empty, like the next, as long as it is the code's.
    pub(crate) name: Slot,
    pub(crate) qualname: Slot,
    /// For coroutines: where they were made, if that is tracked.
    pub(crate) origin: Slot,
    pub(crate) asynchronous: asynchronous::Flags,
}

/// A frame's content while it is suspended. Touched by whoever has claimed the generator.
struct Suspended {
    registers: Saved,
    pc: *const u64,
    is_own: bool,
    /// How many registers there were when it was last suspended, at `pc`.
    count: u32,
    /// The register that takes what is sent in.
    destination: u32,
    /// The exception that was being handled inside.
    handled: Option<Value>,
    /// How many handlers the frame is in.
    handlers: u32,
    frame_object: Option<Value>,
}

// SAFETY: `suspended` belongs to the claimer of `state`, `code` never changes; the rest is payload fields.
unsafe impl Send for Generator {}
// SAFETY: as above.
unsafe impl Sync for Generator {}

ungil_objects::payload!(Generator, collected, hot 17);

impl Trace for Generator {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.function.trace(tracer);
        tracer.uncounted(NonNull::from(self.code().header()));
        self.name.trace(tracer);
        self.qualname.trace(tracer);
        self.origin.trace(tracer);
        self.asynchronous.trace(tracer);
        if matches!(self.state(), State::Created | State::Suspended) {
            // SAFETY: tracing happens in a stopped world or by the owner of a local object, and the generator is not running.
            let suspended = unsafe { &*self.suspended.get() };
            suspended.registers.words().iter().for_each(|word| tracer.word(*word));
            for value in [&suspended.handled, &suspended.frame_object].into_iter().flatten() {
                tracer.word(value.word());
            }
        }
    }

    fn is_settled(&self) -> bool {
        match self.state() {
            State::Finished => true,
            // A coroutine warns.
            State::Created => !self.code().has_flag(CodeFlags::COROUTINE),
            State::Suspended | State::Running => false,
        }
    }
}

impl Generator {
    #[inline(always)]
    pub(crate) fn state(&self) -> State {
        match self.state.load(Ordering::Acquire) {
            0 => State::Created,
            1 => State::Suspended,
            2 => State::Running,
            _ => State::Finished,
        }
    }

    #[inline(always)]
    pub(crate) fn function(&self) -> &Object<Function> {
        // SAFETY: made of a function, and kept for good.
        unsafe { self.function.get().word().object_unchecked().cast().as_ref() }
    }

    /// The code that it runs.
    #[inline(always)]
    pub(crate) fn code<'a>(&self) -> &'a Object<Code> {
        // SAFETY: see the field.
        unsafe { &*self.code }
    }

    pub(crate) fn name_value(this: &Object<Generator>, t: &Thread) -> Value {
        this.name.get(t, this.header()).unwrap_or_else(|| this.code().title()[0].to_value())
    }

    pub(crate) fn qualname_value(this: &Object<Generator>, t: &Thread) -> Value {
        this.qualname.get(t, this.header()).unwrap_or_else(|| this.code().title()[1].to_value())
    }

    /// # Safety
    /// The caller has claimed the generator.
    #[allow(clippy::mut_from_ref, reason = "the claim is exclusive")]
    unsafe fn claimed(&self) -> &mut Suspended {
        // SAFETY: promised by the caller.
        unsafe { &mut *self.suspended.get() }
    }

    /// The running generator has ended: its registers are gone for good.
    pub(crate) fn finish(&self, t: &Thread) {
        // SAFETY: whoever runs the generator has claimed it.
        let suspended = unsafe { self.claimed() };
        // While it ran this held what the thread handled outside.
        drop(t.set_handled_exception(suspended.handled.take()));
        drop(suspended.frame_object.take());
        self.state.store(State::Finished as u8, Ordering::Release);
    }
}

impl Generator {
    /// Claims a suspended generator; says what it was, or what it is if it cannot be claimed.
    #[inline(always)]
    fn claim(this: &Object<Generator>, t: &Thread) -> Result<State, State> {
        let now = this.state();
        if !matches!(now, State::Created | State::Suspended) {
            return Err(now);
        }
        if this.header().is_local(t.owner()) {
            // Nobody else can reach it.
            this.state.store(State::Running as u8, Ordering::Relaxed);
            return Ok(now);
        }
        // Acquire: pairs with the release that suspended it.
        let claimed = this.state.compare_exchange(
            now as u8,
            State::Running as u8,
            Ordering::Acquire,
            Ordering::Relaxed,
        );
        claimed.map(|_| now).map_err(|_| State::Running)
    }

    /// Publishes what the registers refer to, if the generator is shared, and gives the claim up.
    #[inline(always)]
    fn release(this: &Object<Generator>, t: &Thread, state: State) {
        if this.header().is_shared() {
            // SAFETY: still claimed.
            let suspended = unsafe { this.claimed() };
            for word in suspended.registers.words() {
                // SAFETY: the registers keep what they refer to alive.
                publish::publish_value(t, &unsafe { ungil_objects::Ref::from_word(*word) }.to_value());
            }
            for value in [&suspended.handled, &suspended.frame_object].into_iter().flatten() {
                publish::publish_value(t, value);
            }
        }
        // Release: the next claimer sees the registers.
        this.state.store(state as u8, Ordering::Release);
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        let suspended = self.suspended.get_mut();
        if suspended.registers.is_empty() {
            return;
        }
        for word in suspended.registers.drain() {
            // SAFETY: the generator owns its registers.
            drop(unsafe { frame::own(word) });
        }
    }
}
