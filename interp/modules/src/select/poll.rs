//! `select.poll`: a set of descriptors with the events that are of interest.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::error::{Raised, Result};
use ungil_objects::object::{Obj, Object};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::list::List;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, payload, raise};

use super::wait::{Wait, descriptor_of};
use crate::io::calls::os_error;
use crate::io::descriptor::borrowed;

/// The payload of polling objects: events by descriptor.
#[derive(Default)]
pub struct Poll {
    interests: Mutex<BTreeMap<i32, u16>>,
}

payload!(Poll, plain);

impl Trace for Poll {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// What is waited for by default: `POLLIN | POLLPRI | POLLOUT`.
const ANY: i64 = 7;

fn event_mask(t: &Thread, events: i64) -> Result<u16> {
    match u16::try_from(events) {
        Ok(events) => Ok(events),
        Err(_) if events < 0 => raise!(t, ValueError, "value must be positive"),
        Err(_) => raise!(t, OverflowError, "Python int too large to convert to C unsigned short"),
    }
}

/// Returns a polling object.
#[class(name = "poll", module = "select", final)]
impl Poll {
    #[new]
    fn new_poll(t: &mut Thread, class: &Object<Class>) -> Obj<Poll> {
        t.alloc_with_shape(class.root_shape(), Poll::default())
    }

    /// Register a file descriptor with the polling object.
    #[method(signature = "(fd, eventmask=7, /)")]
    fn register(t: &mut Thread, this: &Object<Poll>, fd: Ref<'_>, eventmask: Option<i64>) -> Result<()> {
        let descriptor = descriptor_of(t, fd)?;
        let events = event_mask(t, eventmask.unwrap_or(ANY))?;
        this.interests.lock().insert(descriptor, events);
        Ok(())
    }

    /// Modify an already registered file descriptor.
    #[method]
    fn modify(t: &mut Thread, this: &Object<Poll>, fd: Ref<'_>, eventmask: i64) -> Result<()> {
        let descriptor = descriptor_of(t, fd)?;
        let events = event_mask(t, eventmask)?;
        match this.interests.lock().get_mut(&descriptor) {
            Some(interest) => *interest = events,
            None => return Err(os_error(t, Errno::NOENT, None)),
        }
        Ok(())
    }

    /// Remove a file descriptor being tracked by the polling object.
    #[method]
    fn unregister(t: &mut Thread, this: &Object<Poll>, fd: Ref<'_>) -> Result<()> {
        let descriptor = descriptor_of(t, fd)?;
        match this.interests.lock().remove(&descriptor) {
            Some(_) => Ok(()),
            None => {
                let descriptor = Value::from_i32(descriptor);
                Err(Raised::key_error(t, descriptor.borrow()))
            }
        }
    }

    /// Polls the set of registered file descriptors.
    ///
    ///   timeout
    ///     The maximum time to wait in milliseconds, or else None (or a negative
    ///     value) to wait indefinitely.
    ///
    /// Returns a list containing any descriptors that have events or errors to
    /// report, as a list of (fd, event) 2-tuples.
    #[method(signature = "(timeout=None, /)")]
    fn poll(t: &mut Thread, this: &Object<Poll>, timeout: Option<Ref<'_>>) -> Result<Value> {
        let wait = Wait::of_milliseconds(t, timeout)?;
        let interests: Vec<(i32, u16)> =
            this.interests.lock().iter().map(|(descriptor, events)| (*descriptor, *events)).collect();
        let mut polled = Vec::with_capacity(interests.len());
        for (descriptor, events) in &interests {
            let descriptor = borrowed(*descriptor).map_err(|error| os_error(t, error, None))?;
            polled.push(PollFd::from_borrowed_fd(descriptor, PollFlags::from_bits_retain(*events)));
        }
        wait.until_ready(t, |timeout| rustix::event::poll(&mut polled, timeout))?;
        let ready = interests.iter().zip(&polled).filter(|(_, polled)| !polled.revents().is_empty());
        let ready: Vec<Value> = ready
            .map(|((descriptor, _), polled)| {
                let events = Value::from_i32(polled.revents().bits().into());
                Tuple::from_values(t, [Value::from_i32(*descriptor), events]).into_value()
            })
            .collect();
        Ok(List::from_values(t, ready).into_value())
    }
}
