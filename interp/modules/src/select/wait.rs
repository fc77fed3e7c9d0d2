//! Waiting for as long as a program asked to, through signals.

use std::time::{Duration, Instant};

use rustix::event::Timespec;
use rustix::io::Errno;
use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, call, convert};
use ungil_objects::types::int::IntRef;
use ungil_objects::{Ref, Thread, raise};

use crate::io::calls::os_error;

/// A time to wait.
pub(crate) struct Wait {
    /// `None`: until there is something.
    deadline: Option<Instant>,
    /// Whether the time given was below zero.
    pub is_negative: bool,
}

impl Wait {
    pub const FOREVER: Wait = Wait { deadline: None, is_negative: false };

    /// A time from now; forever without one, and where it is further away than clocks reach.
    pub fn of(length: Option<Duration>) -> Wait {
        Wait { deadline: length.and_then(|length| Instant::now().checked_add(length)), is_negative: false }
    }

    /// A time from now in seconds, or any number of times shorter units.
    fn of_units(t: &mut Thread, time: Option<Ref<'_>>, per_second: f64) -> Result<Wait> {
        let Some(time) = time.filter(|time| !time.is_none()) else { return Ok(Wait::FOREVER) };
        if time.as_float().is_none() && !convert::is_index(t, time) {
            let class = time.class(t).name(t);
            raise!(t, TypeError, "timeout must be a real number or None, not {class}");
        }
        let time = convert::to_f64(t, time)? / per_second;
        if time.is_nan() {
            raise!(t, ValueError, "Invalid value NaN (not a number)");
        }
        if time < 0.0 {
            return Ok(Wait { deadline: None, is_negative: true });
        }
        match Duration::try_from_secs_f64(time) {
            Ok(length) => Ok(Wait::of(Some(length))),
            Err(_) => raise!(t, OverflowError, "timeout is too large"),
        }
    }

    pub fn of_seconds(t: &mut Thread, time: Option<Ref<'_>>) -> Result<Wait> {
        Wait::of_units(t, time, 1.0)
    }

    pub fn of_milliseconds(t: &mut Thread, time: Option<Ref<'_>>) -> Result<Wait> {
        Wait::of_units(t, time, 1000.0)
    }

    /// Makes a call of the system that waits, again after each signal, whose handler may raise.
    pub fn until_ready<R: Send>(
        &self,
        t: &mut Thread,
        mut call: impl FnMut(Option<&Timespec>) -> Result<R, Errno> + Send,
    ) -> Result<R> {
        loop {
            let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let left = left.and_then(|left| Timespec::try_from(left).ok());
            match t.blocking(|| call(left.as_ref())) {
                Ok(outcome) => return Ok(outcome),
                Err(Errno::INTR) => {
                    let safepoint = t.interpreter().hooks().safepoint;
                    safepoint(t)?;
                }
                Err(error) => return Err(os_error(t, error, None)),
            }
        }
    }
}

/// The descriptor that an object is or has.
pub(crate) fn descriptor_of(t: &mut Thread, object: Ref<'_>) -> Result<i32> {
    let asked;
    let number = if object.as_int().is_some() {
        object
    } else {
        let name = t.interpreter().intern(t, "fileno");
        let Some(method) = attribute::get_if_any(t, object, name)? else {
            raise!(t, TypeError, "argument must be an int, or have a fileno() method.");
        };
        asked = call::call(t, method.borrow(), &[])?;
        asked.borrow()
    };
    match number.as_int() {
        Some(IntRef::Small(number)) if number < 0 => {
            raise!(t, ValueError, "file descriptor cannot be a negative integer ({number})")
        }
        Some(IntRef::Small(number)) if i32::try_from(number).is_ok() => Ok(number as i32),
        Some(_) => raise!(t, OverflowError, "Python int too large to convert to C int"),
        None => raise!(t, TypeError, "fileno() returned a non-integer"),
    }
}
