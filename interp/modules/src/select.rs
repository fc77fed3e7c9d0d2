//! `select`: waiting for descriptors. `select` itself is done by `poll`, which has no limit on their numbers.

mod epoll;
mod poll;
pub(crate) mod wait;

use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use ungil_macros::module;
use ungil_objects::error::{Exc, Result};
use ungil_objects::object::Object;
use ungil_objects::protocol::iterate;
use ungil_objects::types::exception::class_of;
use ungil_objects::types::list::List;
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};

use self::epoll::Epoll;
use self::poll::Poll;
use self::wait::{Wait, descriptor_of};
use crate::io::calls::os_error;
use crate::io::descriptor::borrowed;

/// Waits until files and sockets can be read or written, for many of them at once.
#[module(name = "select", classes(Poll, Epoll))]
pub mod module {
    use super::*;

    static CONSTANTS: &[(&str, i32)] = &[
        ("POLLIN", libc::POLLIN as i32),
        ("POLLPRI", libc::POLLPRI as i32),
        ("POLLOUT", libc::POLLOUT as i32),
        ("POLLERR", libc::POLLERR as i32),
        ("POLLHUP", libc::POLLHUP as i32),
        ("POLLNVAL", libc::POLLNVAL as i32),
        ("POLLRDNORM", libc::POLLRDNORM as i32),
        ("POLLRDBAND", libc::POLLRDBAND as i32),
        ("POLLWRNORM", libc::POLLWRNORM as i32),
        ("POLLWRBAND", libc::POLLWRBAND as i32),
        ("POLLRDHUP", libc::POLLRDHUP as i32),
        ("EPOLLIN", libc::EPOLLIN),
        ("EPOLLPRI", libc::EPOLLPRI),
        ("EPOLLOUT", libc::EPOLLOUT),
        ("EPOLLERR", libc::EPOLLERR),
        ("EPOLLHUP", libc::EPOLLHUP),
        ("EPOLLRDHUP", libc::EPOLLRDHUP),
        ("EPOLLONESHOT", libc::EPOLLONESHOT),
        ("EPOLLRDNORM", libc::EPOLLRDNORM),
        ("EPOLLRDBAND", libc::EPOLLRDBAND),
        ("EPOLLWRNORM", libc::EPOLLWRNORM),
        ("EPOLLWRBAND", libc::EPOLLWRBAND),
        ("EPOLLEXCLUSIVE", libc::EPOLLEXCLUSIVE),
        ("EPOLL_CLOEXEC", libc::EPOLL_CLOEXEC),
        ("PIPE_BUF", libc::PIPE_BUF as i32),
    ];

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        for (name, value) in CONSTANTS {
            add_to_module(t, module, name, Value::from_i32(*value))?;
        }
        // The one flag with the sign bit set.
        let edge = ungil_objects::types::int::Int::from_u64(t, u64::from(libc::EPOLLET as u32));
        add_to_module(t, module, "EPOLLET", edge)?;
        let error = class_of(t, Exc::OSError).to_value();
        add_to_module(t, module, "error", error)
    }

    /// Blocks until a file can be read (`rlist`), be written (`wlist`) or has an exceptional state (`xlist`).
    ///
    /// Returns three lists of those that can, all empty if `timeout` seconds passed first. `None` waits without limit.
    #[function(signature = "(rlist, wlist, xlist, timeout=None, /)")]
    fn select(
        t: &mut Thread,
        rlist: Ref<'_>,
        wlist: Ref<'_>,
        xlist: Ref<'_>,
        timeout: Option<Ref<'_>>,
    ) -> Result<Value> {
        let wait = Wait::of_seconds(t, timeout)?;
        if wait.is_negative {
            raise!(t, ValueError, "timeout must be non-negative");
        }
        super::select(t, [rlist, wlist, xlist], &wait)
    }
}

/// What `select` waits for, and what counts as that: the end of a stream can be read, an error be written to.
const INTERESTS: [(PollFlags, PollFlags); 3] = [
    (PollFlags::IN, PollFlags::IN.union(PollFlags::HUP).union(PollFlags::ERR)),
    (PollFlags::OUT, PollFlags::OUT.union(PollFlags::ERR)),
    (PollFlags::PRI, PollFlags::PRI),
];

fn select(t: &mut Thread, lists: [Ref<'_>; 3], wait: &Wait) -> Result<Value> {
    let mut asked = Vec::new();
    for (list, (interest, answers)) in lists.into_iter().zip(INTERESTS) {
        if list.shape(t).special().unary(ungil_objects::class::Unary::Iter).is_none() {
            raise!(t, TypeError, "arguments 1-3 must be sequences");
        }
        let mut of_list = Vec::new();
        for object in iterate::collect(t, list)? {
            let descriptor = descriptor_of(t, object.borrow())?;
            of_list.push((object, descriptor, interest, answers));
        }
        asked.push(of_list);
    }
    let mut polled = Vec::new();
    for (_, descriptor, interest, _) in asked.iter().flatten() {
        let descriptor = borrowed(*descriptor).map_err(|error| os_error(t, error, None))?;
        polled.push(PollFd::from_borrowed_fd(descriptor, *interest));
    }
    wait.until_ready(t, |timeout| rustix::event::poll(&mut polled, timeout))?;
    if polled.iter().any(|each| each.revents().contains(PollFlags::NVAL)) {
        return Err(os_error(t, Errno::BADF, None));
    }
    let mut answers = polled.iter().map(PollFd::revents);
    let mut ready = Vec::new();
    for of_list in asked {
        let mut found = Vec::new();
        for (object, _, _, wanted) in of_list {
            if answers.next().is_some_and(|events| events.intersects(wanted)) {
                found.push(object);
            }
        }
        ready.push(List::from_values(t, found).into_value());
    }
    Ok(Tuple::from_values(t, ready).into_value())
}
