//! `select.epoll`: the kernel's own set of descriptors.

use std::os::fd::{BorrowedFd, IntoRawFd};
use std::sync::atomic::{AtomicI32, Ordering};

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::io::Errno;
use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::object::{Obj, Object};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::int::Int;
use ungil_objects::types::list::List;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, payload, raise};

use super::wait::{Wait, descriptor_of};
use crate::io::calls::os_error;
use crate::io::descriptor::{borrowed, close_now};

/// The payload of epoll objects: the descriptor of the set, -1 once it is closed.
pub struct Epoll {
    descriptor: AtomicI32,
}

payload!(Epoll, plain);

impl Trace for Epoll {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl Drop for Epoll {
    fn drop(&mut self) {
        let descriptor = *self.descriptor.get_mut();
        if descriptor >= 0 {
            // Nobody is there to hear of an error.
            let _ = close_now(descriptor);
        }
    }
}

/// How many events are fetched at once if the program does not say.
const EVENTS: i64 = libc::FD_SETSIZE as i64 - 1;

impl Epoll {
    fn open_descriptor(&self, t: &Thread) -> Result<i32> {
        // Relaxed: a descriptor is a number; what it refers to is the system's to order.
        match self.descriptor.load(Ordering::Relaxed) {
            -1 => raise!(t, ValueError, "I/O operation on closed epoll object"),
            descriptor => Ok(descriptor),
        }
    }

    /// Makes one of the calls that change the set.
    fn control(
        &self,
        t: &mut Thread,
        object: Ref<'_>,
        call: impl FnOnce(BorrowedFd<'_>, BorrowedFd<'_>, EventData) -> Result<(), Errno>,
    ) -> Result<()> {
        let set = self.open_descriptor(t)?;
        let descriptor = descriptor_of(t, object)?;
        let data = EventData::new_u64(descriptor as u64);
        let outcome = borrowed(set)
            .and_then(|set| borrowed(descriptor).and_then(|descriptor| call(set, descriptor, data)));
        outcome.map_err(|error| os_error(t, error, None))
    }

    fn close_set(&self, t: &Thread) -> Result<()> {
        let descriptor = self.descriptor.swap(-1, Ordering::Relaxed);
        if descriptor >= 0 {
            close_now(descriptor).map_err(|error| os_error(t, error, None))?;
        }
        Ok(())
    }
}

/// What is waited for by default: `EPOLLIN | EPOLLPRI | EPOLLOUT`.
const ANY: i64 = 7;

/// A set of descriptors that the kernel watches for events.
#[class(name = "epoll", module = "select", final)]
impl Epoll {
    #[new(signature = "(sizehint=-1, flags=0)")]
    fn new_epoll(t: &mut Thread, class: &Object<Class>, sizehint: i64, flags: i64) -> Result<Obj<Epoll>> {
        if sizehint < -1 || sizehint == 0 {
            raise!(t, ValueError, "sizehint must be positive or -1");
        }
        if flags & !i64::from(libc::EPOLL_CLOEXEC) != 0 {
            return Err(os_error(t, Errno::INVAL, None));
        }
        let set = epoll::create(CreateFlags::CLOEXEC).map_err(|error| os_error(t, error, None))?;
        let descriptor = AtomicI32::new(set.into_raw_fd());
        Ok(t.alloc_with_shape(class.root_shape(), Epoll { descriptor }))
    }

    /// Wraps the descriptor `fd` of a set that exists already.
    #[classmethod]
    fn fromfd(t: &mut Thread, class: &Object<Class>, fd: i32) -> Obj<Epoll> {
        t.alloc_with_shape(class.root_shape(), Epoll { descriptor: AtomicI32::new(fd) })
    }

    /// Closes the set, which can be done again without harm. Most other methods raise `ValueError` from then on.
    #[method]
    fn close(t: &mut Thread, this: &Object<Epoll>) -> Result<()> {
        this.close_set(t)
    }

    /// Whether `close` was called.
    #[getter]
    fn closed(&self) -> bool {
        self.descriptor.load(Ordering::Relaxed) < 0
    }

    /// The descriptor of the set itself.
    #[method]
    fn fileno(t: &mut Thread, this: &Object<Epoll>) -> Result<i64> {
        this.open_descriptor(t).map(i64::from)
    }

    /// Starts watching `fd` for the events in `eventmask`. If it is watched already, that is an `OSError`.
    #[method(signature = "(fd, eventmask=7)")]
    fn register(t: &mut Thread, this: &Object<Epoll>, fd: Ref<'_>, eventmask: Option<i64>) -> Result<()> {
        let events = EventFlags::from_bits_retain(eventmask.unwrap_or(ANY) as u32);
        this.control(t, fd, |set, descriptor, data| epoll::add(set, descriptor, data, events))
    }

    /// Replaces the events that `fd` is watched for.
    #[method(signature = "(fd, eventmask)")]
    fn modify(t: &mut Thread, this: &Object<Epoll>, fd: Ref<'_>, eventmask: i64) -> Result<()> {
        let events = EventFlags::from_bits_retain(eventmask as u32);
        this.control(t, fd, |set, descriptor, data| epoll::modify(set, descriptor, data, events))
    }

    /// Stops watching `fd`.
    #[method(signature = "(fd)")]
    fn unregister(t: &mut Thread, this: &Object<Epoll>, fd: Ref<'_>) -> Result<()> {
        this.control(t, fd, |set, descriptor, _| epoll::delete(set, descriptor))
    }

    /// Blocks until something happens to a watched descriptor, and lists pairs of a descriptor and its events.
    ///
    /// After `timeout` seconds the list may be empty; `None` and negative numbers set no limit. There are at most
    /// `maxevents` pairs, where -1 leaves the number to the method.
    #[method(signature = "(timeout=None, maxevents=-1)")]
    fn poll(t: &mut Thread, this: &Object<Epoll>, timeout: Option<Ref<'_>>, maxevents: i64) -> Result<Value> {
        let set = this.open_descriptor(t)?;
        let wait = Wait::of_seconds(t, timeout)?;
        let most = match maxevents {
            -1 => EVENTS,
            most if most > 0 => most,
            most => raise!(t, ValueError, "maxevents must be greater than 0, got {most}"),
        };
        let events = wait.until_ready(t, |timeout| {
            let mut events: Vec<Event> = Vec::with_capacity(most.min(1 << 16) as usize);
            epoll::wait(borrowed(set)?, rustix::buffer::spare_capacity(&mut events), timeout)?;
            let events = events.iter().map(|event| (event.data, event.flags));
            Ok(events.map(|(data, flags)| (data.u64(), flags.bits())).collect::<Vec<(u64, u32)>>())
        })?;
        let ready: Vec<Value> = events
            .into_iter()
            .map(|(descriptor, flags)| {
                let pair = [Int::from_u64(t, descriptor), Int::from_u64(t, flags.into())];
                Tuple::from_values(t, pair).into_value()
            })
            .collect();
        Ok(List::from_values(t, ready).into_value())
    }

    #[method]
    fn __enter__(t: &mut Thread, this: &Object<Epoll>) -> Result<Value> {
        this.open_descriptor(t)?;
        Ok(this.to_value())
    }

    #[method(signature = "(exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        t: &mut Thread,
        this: &Object<Epoll>,
        _exc_type: Option<Ref<'_>>,
        _exc_value: Option<Ref<'_>>,
        _exc_tb: Option<Ref<'_>>,
    ) -> Result<()> {
        this.close_set(t)
    }
}
