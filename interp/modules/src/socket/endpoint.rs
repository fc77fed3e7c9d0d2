//! `_socket.socket`: a descriptor with its family, kind, protocol, and the time that its operations may take.
//!
//! A socket with a time limit, or none to wait at all, is non-blocking for the system; [`transfer`](super::transfer) waits. All
//! fields are numbers that threads read and write one by one: which operation sees which is the program's to order.

use std::os::fd::{IntoRawFd, OwnedFd};
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};
use std::time::Duration;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::net::{AddressFamily, Protocol, Shutdown, SocketFlags, SocketType};
use ungil_macros::{class, function};
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{buffer, convert};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::float::Float;
use ungil_objects::types::int::IntRef;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Raised, Ref, Thread, Value, payload, raise};

use super::{address, options};
use crate::io::calls::os_error;
use crate::io::descriptor::{self, borrowed, close_now};

/// The payload of sockets.
pub struct Socket {
    descriptor: AtomicI32,
    family: AtomicI32,
    kind: AtomicI32,
    protocol: AtomicI32,
    /// Nanoseconds; [`FOREVER`] to block.
    timeout: AtomicI64,
}

payload!(Socket, plain);

impl Trace for Socket {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

const FOREVER: i64 = -1;
/// The interpreter's reference to the time limit of new sockets.
const DEFAULT_TIMEOUT: &str = "socket.defaulttimeout";

impl Drop for Socket {
    fn drop(&mut self) {
        let descriptor = *self.descriptor.get_mut();
        if descriptor >= 0 {
            // Nobody is there to hear of an error.
            let _ = close_now(descriptor);
        }
    }
}

pub(super) fn checked<R>(t: &Thread, outcome: Result<R, Errno>) -> Result<R> {
    outcome.map_err(|error| os_error(t, error, None))
}

/// A time limit as `settimeout` takes it, in nanoseconds.
fn read_timeout(t: &mut Thread, timeout: Ref<'_>) -> Result<i64> {
    if timeout.is_none() {
        return Ok(FOREVER);
    }
    let seconds = convert::to_f64(t, timeout)?;
    if seconds < 0.0 {
        raise!(t, ValueError, "Timeout value out of range");
    }
    match Duration::try_from_secs_f64(seconds).ok().and_then(|time| i64::try_from(time.as_nanos()).ok()) {
        Some(nanoseconds) => Ok(nanoseconds),
        None => raise!(t, OverflowError, "timestamp too large to convert to C PyTime_t"),
    }
}

pub(super) fn default_timeout(t: &Thread) -> Value {
    t.interpreter().root(t, DEFAULT_TIMEOUT).unwrap_or(Value::NONE)
}

pub(super) fn set_default_timeout(t: &mut Thread, timeout: Ref<'_>) -> Result<()> {
    let value = match read_timeout(t, timeout)? {
        FOREVER => Value::NONE,
        nanoseconds => Float::from_f64(t, nanoseconds as f64 * 1e-9),
    };
    t.interpreter().set_root(t, DEFAULT_TIMEOUT, value);
    Ok(())
}

fn set_blocking(descriptor: i32, blocking: bool) -> Result<(), Errno> {
    let file = borrowed(descriptor)?;
    let mut flags = fcntl_getfl(file)?;
    flags.set(OFlags::NONBLOCK, !blocking);
    fcntl_setfl(file, flags)
}

/// A number of the system as its option of a socket.
fn number_option(descriptor: i32, option: i32) -> Result<i32, Errno> {
    let bytes = options::get(descriptor, libc::SOL_SOCKET, option, 4)?;
    Ok(bytes.try_into().map_or(0, i32::from_ne_bytes))
}

impl Socket {
    pub(super) fn closed() -> Socket {
        Socket {
            descriptor: AtomicI32::new(-1),
            family: AtomicI32::new(-1),
            kind: AtomicI32::new(-1),
            protocol: AtomicI32::new(-1),
            timeout: AtomicI64::new(FOREVER),
        }
    }

    pub(super) fn descriptor(&self) -> i32 {
        self.descriptor.load(Ordering::Relaxed)
    }

    /// The family of addresses.
    pub(super) fn domain(&self) -> i32 {
        self.family.load(Ordering::Relaxed)
    }

    /// How long an operation may wait; `None` for as long as it takes.
    pub(super) fn limit(&self) -> Option<Duration> {
        match self.timeout.load(Ordering::Relaxed) {
            FOREVER => None,
            nanoseconds => Some(Duration::from_nanos(nanoseconds.unsigned_abs())),
        }
    }

    fn fill(&self, t: &mut Thread, descriptor: i32, family: i32, kind: i32, protocol: i32) -> Result<()> {
        self.descriptor.store(descriptor, Ordering::Relaxed);
        self.family.store(family, Ordering::Relaxed);
        self.kind.store(kind & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK), Ordering::Relaxed);
        self.protocol.store(protocol, Ordering::Relaxed);
        if kind & libc::SOCK_NONBLOCK != 0 {
            self.timeout.store(0, Ordering::Relaxed);
            return Ok(());
        }
        let limit = default_timeout(t);
        let limit = read_timeout(t, limit.borrow())?;
        self.set_limit(t, limit)
    }

    fn set_limit(&self, t: &Thread, nanoseconds: i64) -> Result<()> {
        self.timeout.store(nanoseconds, Ordering::Relaxed);
        checked(t, set_blocking(self.descriptor(), nanoseconds == FOREVER))
    }
}

/// A socket of the class itself around a new descriptor.
fn wrap(t: &mut Thread, descriptor: OwnedFd, family: i32, kind: i32, protocol: i32) -> Result<Obj<Socket>> {
    let socket = t.alloc(Socket::closed());
    socket.fill(t, descriptor.into_raw_fd(), family, kind, protocol)?;
    Ok(socket)
}

fn open(
    t: &mut Thread,
    family: i32,
    kind: i32,
    protocol: i32,
) -> Result<(AddressFamily, SocketType, Option<Protocol>)> {
    let Ok(family) = u16::try_from(family) else { return Err(os_error(t, Errno::AFNOSUPPORT, None)) };
    let kind = SocketType::from_raw((kind & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK)) as u32);
    let protocol = u32::try_from(protocol).ok().and_then(std::num::NonZeroU32::new).map(Protocol::from_raw);
    Ok((AddressFamily::from_raw(family), kind, protocol))
}

fn flags(kind: i32) -> SocketFlags {
    match kind & libc::SOCK_NONBLOCK {
        0 => SocketFlags::CLOEXEC,
        _ => SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
    }
}

/// Makes two sockets that are connected with each other; local ones for streams unless the arguments say otherwise.
#[function]
pub fn socketpair(
    t: &mut Thread,
    family: Option<i32>,
    kind: Option<i32>,
    protocol: Option<i32>,
) -> Result<Value> {
    let (family, kind, protocol) =
        (family.unwrap_or(libc::AF_UNIX), kind.unwrap_or(libc::SOCK_STREAM), protocol.unwrap_or(0));
    let (domain, of_kind, of_protocol) = open(t, family, kind, protocol)?;
    let (left, right) = checked(t, rustix::net::socketpair(domain, of_kind, flags(kind), of_protocol))?;
    let left = wrap(t, left, family, kind, protocol)?.into_value();
    let right = wrap(t, right, family, kind, protocol)?.into_value();
    Ok(Tuple::from_values(t, [left, right]).into_value())
}

/// Gives the descriptor of a socket back to the system.
#[function]
pub fn close(t: &mut Thread, fd: i32) -> Result<()> {
    let closed = descriptor::close(t, fd);
    checked(t, closed)
}

/// Returns a second descriptor for the same socket.
#[function]
pub fn dup(t: &mut Thread, fd: i32) -> Result<i64> {
    let copy = borrowed(fd).and_then(|file| rustix::io::fcntl_dupfd_cloexec(file, 0));
    Ok(checked(t, copy)?.into_raw_fd().into())
}

/// A new socket: a stream over IPv4 by default, or of another family, type and protocol.
///
/// With fileno, it takes over that descriptor, and asks the system for what is not given.
#[class(name = "socket", module = "_socket", members = [TRANSFER, CONNECTION])]
impl Socket {
    #[new]
    fn new_socket(
        t: &mut Thread,
        class: &Object<Class>,
        _args: ungil_objects::call::Args<'_>,
    ) -> Obj<Socket> {
        t.alloc_with_shape(class.root_shape(), Socket::closed())
    }

    #[method(signature = "(family=-1, type=-1, proto=-1, fileno=None)")]
    fn __init__(
        t: &mut Thread,
        this: &Object<Socket>,
        family: Option<i32>,
        r#type: Option<i32>,
        proto: Option<i32>,
        fileno: Option<Ref<'_>>,
    ) -> Result<()> {
        let given = |value: Option<i32>| value.filter(|value| *value != -1);
        let (family, kind, protocol) = (given(family), given(r#type), given(proto));
        if let Some(fileno) = fileno {
            let number = convert::to_i64(t, fileno)?;
            let Ok(descriptor) = i32::try_from(number) else {
                raise!(t, ValueError, "negative file descriptor");
            };
            if descriptor < 0 {
                raise!(t, ValueError, "negative file descriptor");
            }
            let asked =
                |value: Option<i32>, option: i32| value.map_or_else(|| number_option(descriptor, option), Ok);
            let family = checked(t, asked(family, libc::SO_DOMAIN))?;
            let kind = checked(t, asked(kind, libc::SO_TYPE))?;
            let protocol = checked(t, asked(protocol, libc::SO_PROTOCOL))?;
            return this.fill(t, descriptor, family, kind, protocol);
        }
        let (family, kind, protocol) =
            (family.unwrap_or(libc::AF_INET), kind.unwrap_or(libc::SOCK_STREAM), protocol.unwrap_or(0));
        let (domain, of_kind, of_protocol) = open(t, family, kind, protocol)?;
        let made = rustix::net::socket_with(domain, of_kind, flags(kind), of_protocol);
        let descriptor = checked(t, made)?.into_raw_fd();
        this.fill(t, descriptor, family, kind, protocol)
    }

    #[method]
    fn __repr__(this: &Object<Socket>) -> String {
        let load = |number: &AtomicI32| number.load(Ordering::Relaxed);
        format!(
            "<socket object, fd={}, family={}, type={}, proto={}>",
            load(&this.descriptor),
            load(&this.family),
            load(&this.kind),
            load(&this.protocol)
        )
    }

    /// The kind of addresses, an `AF_` constant
    #[getter]
    fn family(&self) -> i64 {
        self.domain().into()
    }

    /// How data travels, a `SOCK_` constant
    #[getter]
    fn r#type(&self) -> i64 {
        self.kind.load(Ordering::Relaxed).into()
    }

    /// The number of the protocol; 0 for the usual one
    #[getter]
    fn proto(&self) -> i64 {
        self.protocol.load(Ordering::Relaxed).into()
    }

    /// How many seconds operations wait at most; None without limit
    #[getter]
    fn timeout(&self) -> Option<f64> {
        self.limit().map(|limit| limit.as_secs_f64())
    }

    #[method]
    fn fileno(&self) -> i64 {
        self.descriptor().into()
    }

    /// Lets go of the descriptor, which stays open, and answers with it.
    #[method]
    fn detach(&self) -> i64 {
        self.descriptor.swap(-1, Ordering::Relaxed).into()
    }

    #[method]
    fn close(t: &mut Thread, this: &Object<Socket>) -> Result<()> {
        let descriptor = this.descriptor.swap(-1, Ordering::Relaxed);
        if descriptor < 0 {
            return Ok(());
        }
        match descriptor::close(t, descriptor) {
            // The peer was gone before.
            Err(Errno::CONNRESET) => Ok(()),
            closed => checked(t, closed),
        }
    }

    /// How many seconds operations wait at most; 0 not to wait at all, None without limit.
    #[method]
    fn settimeout(t: &mut Thread, this: &Object<Socket>, timeout: Ref<'_>) -> Result<()> {
        let limit = read_timeout(t, timeout)?;
        this.set_limit(t, limit)
    }

    #[method]
    fn gettimeout(&self) -> Option<f64> {
        self.limit().map(|limit| limit.as_secs_f64())
    }

    /// Whether operations wait, without limit, or fail at once where they would have to.
    #[method]
    fn setblocking(t: &mut Thread, this: &Object<Socket>, flag: bool) -> Result<()> {
        this.set_limit(t, if flag { FOREVER } else { 0 })
    }

    #[method]
    fn getblocking(&self) -> bool {
        self.limit() != Some(Duration::ZERO)
    }

    /// Set a socket option: to a number, to bytes, or to as many zeros as the fourth argument says.
    #[method]
    fn setsockopt(
        t: &mut Thread,
        this: &Object<Socket>,
        level: i32,
        option: i32,
        value: Ref<'_>,
        length: Option<usize>,
    ) -> Result<()> {
        let bytes = match (value.as_int(), length) {
            (None, Some(length)) if value.is_none() => vec![0; length],
            (Some(IntRef::Small(number)), _) => match i32::try_from(number) {
                Ok(number) => number.to_ne_bytes().to_vec(),
                Err(_) => raise!(t, OverflowError, "Python int too large to convert to C int"),
            },
            _ => buffer::argument(t, value)?.into_owned(),
        };
        checked(t, options::set(this.descriptor(), level, option, &bytes))
    }

    /// Get a socket option: a number, or bytes if the third argument says how many at most.
    #[method]
    fn getsockopt(
        t: &mut Thread,
        this: &Object<Socket>,
        level: i32,
        option: i32,
        buflen: Option<usize>,
    ) -> Result<Value> {
        let size = buflen.unwrap_or(0);
        if size > 1024 {
            raise!(t, OSError, "getsockopt buflen out of range");
        }
        let value = options::get(this.descriptor(), level, option, if size == 0 { 4 } else { size });
        let value = checked(t, value)?;
        Ok(match size {
            0 => Value::from_i32(value.try_into().map_or(0, i32::from_ne_bytes)),
            _ => Bytes::from_slice(t, &value).into_value(),
        })
    }
}

#[ungil_macros::methods(CONNECTION)]
impl Socket {
    /// Gives the socket the address it is reached at.
    #[method]
    fn bind(t: &mut Thread, this: &Object<Socket>, address: Ref<'_>) -> Result<()> {
        let address = address::read(t, this.domain(), address, "bind")?;
        let outcome = borrowed(this.descriptor()).and_then(|socket| rustix::net::bind(socket, &address));
        checked(t, outcome)
    }

    /// Has the socket take connections; backlog is how many may queue for accept().
    #[method]
    fn listen(t: &mut Thread, this: &Object<Socket>, backlog: Option<i32>) -> Result<()> {
        let backlog = backlog.unwrap_or(128).max(0);
        let outcome = borrowed(this.descriptor()).and_then(|socket| rustix::net::listen(socket, backlog));
        checked(t, outcome)
    }

    /// Wait for an incoming connection: its descriptor, and the address of the client.
    #[method(name = "_accept")]
    fn accept_descriptor(t: &mut Thread, this: &Object<Socket>) -> Result<Value> {
        let (accepted, address) = super::transfer::when_ready(t, this, false, |socket| {
            rustix::net::acceptfrom_with(socket, SocketFlags::CLOEXEC)
        })?;
        let descriptor = Value::from_i32(accepted.into_raw_fd());
        let address = address.map_or(Value::NONE, |address| address::show(t, address));
        Ok(Tuple::from_values(t, [descriptor, address]).into_value())
    }

    /// Establishes a connection with the socket at an address.
    #[method]
    fn connect(t: &mut Thread, this: &Object<Socket>, address: Ref<'_>) -> Result<()> {
        let address = address::read(t, this.domain(), address, "connect")?;
        match super::transfer::connect(t, this, &address)? {
            0 => Ok(()),
            error => Err(os_error(t, Errno::from_raw_os_error(error), None)),
        }
    }

    /// Like connect(), but answers with the number of the system's error, 0 if there is none. A malformed address still raises,
    /// and so does waiting in vain.
    #[method]
    fn connect_ex(t: &mut Thread, this: &Object<Socket>, address: Ref<'_>) -> Result<i64> {
        let address = address::read(t, this.domain(), address, "connect_ex")?;
        super::transfer::connect(t, this, &address).map(i64::from)
    }

    /// Ends receiving, sending or both, as one of the `SHUT_` constants says.
    #[method]
    fn shutdown(t: &mut Thread, this: &Object<Socket>, how: i32) -> Result<()> {
        let how = match how {
            libc::SHUT_RD => Shutdown::Read,
            libc::SHUT_WR => Shutdown::Write,
            libc::SHUT_RDWR => Shutdown::Both,
            _ => return Err(os_error(t, Errno::INVAL, None)),
        };
        let outcome = borrowed(this.descriptor()).and_then(|socket| rustix::net::shutdown(socket, how));
        checked(t, outcome)
    }

    /// The address of this end.
    #[method]
    fn getsockname(t: &mut Thread, this: &Object<Socket>) -> Result<Value> {
        let address = borrowed(this.descriptor()).and_then(rustix::net::getsockname);
        let address = checked(t, address)?;
        Ok(address::show(t, address))
    }

    /// The address of the other end of the connection.
    #[method]
    fn getpeername(t: &mut Thread, this: &Object<Socket>) -> Result<Value> {
        let address = borrowed(this.descriptor()).and_then(rustix::net::getpeername);
        let address = checked(t, address)?;
        Ok(address.map_or_else(
            || ungil_objects::types::text::Str::from_str(t, "").into_value(),
            |address| address::show(t, address),
        ))
    }
}

/// The error for an operation that took too long.
pub(super) fn timed_out(t: &Thread) -> Raised {
    ungil_objects::error!(t, TimeoutError, "timed out")
}
