//! Sending and receiving, within the time that the socket allows.

use std::os::fd::BorrowedFd;

use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, SocketAddrAny};
use ungil_objects::error::Result;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::buffer;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};

use super::address;
use super::endpoint::{Socket, checked, timed_out};
use crate::io::calls::os_error;
use crate::io::descriptor::borrowed;
use crate::select::wait::Wait;

/// Waits until a socket can be read from or written to; an error if the time is up before.
fn wait_for(t: &mut Thread, descriptor: BorrowedFd<'_>, writes: bool, wait: &Wait) -> Result<()> {
    let events = if writes { PollFlags::OUT } else { PollFlags::IN };
    let mut polled = [PollFd::from_borrowed_fd(descriptor, events)];
    match wait.until_ready(t, |timeout| rustix::event::poll(&mut polled, timeout))? {
        0 => Err(timed_out(t)),
        _ => Ok(()),
    }
}

/// Makes a call of the system on a socket, and again whenever it may have become possible, until the time is up.
pub(super) fn when_ready<R: Send>(
    t: &mut Thread,
    socket: &Object<Socket>,
    writes: bool,
    mut call: impl FnMut(BorrowedFd<'_>) -> std::result::Result<R, Errno> + Send,
) -> Result<R> {
    let descriptor = checked(t, borrowed(socket.descriptor()))?;
    let limit = socket.limit();
    let wait = Wait::of(limit);
    loop {
        match t.blocking(|| call(descriptor)) {
            Ok(outcome) => return Ok(outcome),
            Err(Errno::INTR) => {
                let safepoint = t.interpreter().hooks().safepoint;
                safepoint(t)?;
            }
            Err(Errno::AGAIN) if limit.is_some_and(|limit| !limit.is_zero()) => {
                wait_for(t, descriptor, writes, &wait)?;
            }
            Err(error) => return Err(os_error(t, error, None)),
        }
    }
}

/// Connects, and waits for the outcome as long as the socket allows. Returns the number of the error, 0 for none.
pub(super) fn connect(t: &mut Thread, socket: &Object<Socket>, address: &SocketAddrAny) -> Result<i32> {
    let descriptor = checked(t, borrowed(socket.descriptor()))?;
    match t.blocking(|| rustix::net::connect(descriptor, address)) {
        Ok(()) => return Ok(0),
        // Connecting goes on after a signal.
        Err(Errno::INTR) => {
            let safepoint = t.interpreter().hooks().safepoint;
            safepoint(t)?;
        }
        Err(Errno::INPROGRESS) if socket.limit().is_some_and(|limit| !limit.is_zero()) => {}
        Err(error) => return Ok(error.raw_os_error()),
    }
    let wait = Wait::of(socket.limit());
    wait_for(t, descriptor, true, &wait)?;
    match checked(t, rustix::net::sockopt::socket_error(descriptor))? {
        Ok(()) => Ok(0),
        Err(error) => Ok(error.raw_os_error()),
    }
}

/// Receives at most so many bytes, and where they come from.
fn receive(
    t: &mut Thread,
    socket: &Object<Socket>,
    size: i64,
    flags: i32,
    method: &str,
) -> Result<(Vec<u8>, Option<SocketAddrAny>)> {
    let Ok(size) = usize::try_from(size) else {
        raise!(t, ValueError, "negative buffersize in {method}");
    };
    let flags = RecvFlags::from_bits_retain(flags as u32);
    when_ready(t, socket, false, |socket| {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size).map_err(|_| Errno::NOMEM)?;
        bytes.resize(size, 0u8);
        let (len, _, address) = rustix::net::recvfrom(socket, &mut *bytes, flags)?;
        bytes.truncate(len);
        Ok((bytes, address))
    })
}

/// As many bytes as fit into a buffer and are asked for.
fn receive_into(
    t: &mut Thread,
    socket: &Object<Socket>,
    target: Ref<'_>,
    size: Option<i64>,
    flags: i32,
    method: &str,
) -> Result<(usize, Option<SocketAddrAny>)> {
    let room = buffer::writable_len(t, target)?;
    let size = match size.unwrap_or(0) {
        0 => room as i64,
        size if size > room as i64 => raise!(t, ValueError, "buffer too small for requested bytes"),
        size => size,
    };
    let (bytes, address) = receive(t, socket, size, flags, method)?;
    buffer::write(t, target, &bytes)?;
    Ok((bytes.len(), address))
}

fn with_address(t: &Thread, value: Value, address: Option<SocketAddrAny>) -> Value {
    let address = address.map_or(Value::NONE, |address| address::show(t, address));
    Tuple::from_values(t, [value, address]).into_value()
}

fn send_flags(flags: Option<i32>) -> SendFlags {
    // A peer that is gone is an error, no signal.
    SendFlags::from_bits_retain(flags.unwrap_or(0) as u32) | SendFlags::NOSIGNAL
}

#[ungil_macros::methods(TRANSFER)]
impl Socket {
    /// Waits for data and returns what has come, at most bufsize bytes; empty once the other end sends no more.
    #[method]
    fn recv(t: &mut Thread, this: &Object<Socket>, bufsize: i64, flags: Option<i32>) -> Result<Obj<Bytes>> {
        let (bytes, _) = receive(t, this, bufsize, flags.unwrap_or(0), "recv")?;
        Ok(Bytes::from_slice(t, &bytes))
    }

    /// Like recv(), but returns a pair: the bytes, and the address they come from.
    #[method]
    fn recvfrom(t: &mut Thread, this: &Object<Socket>, bufsize: i64, flags: Option<i32>) -> Result<Value> {
        let (bytes, address) = receive(t, this, bufsize, flags.unwrap_or(0), "recvfrom")?;
        let bytes = Bytes::from_slice(t, &bytes).into_value();
        Ok(with_address(t, bytes, address))
    }

    /// Like recv(), but puts the bytes into a buffer, at most nbytes unless that is 0, and returns their number.
    #[method(signature = "(buffer, nbytes=0, flags=0)")]
    fn recv_into(
        t: &mut Thread,
        this: &Object<Socket>,
        buffer: Ref<'_>,
        nbytes: Option<i64>,
        flags: Option<i32>,
    ) -> Result<usize> {
        Ok(receive_into(t, this, buffer, nbytes, flags.unwrap_or(0), "recv_into")?.0)
    }

    /// Like recv_into(), but returns a pair: the number of bytes, and the address they come from.
    #[method(signature = "(buffer, nbytes=0, flags=0)")]
    fn recvfrom_into(
        t: &mut Thread,
        this: &Object<Socket>,
        buffer: Ref<'_>,
        nbytes: Option<i64>,
        flags: Option<i32>,
    ) -> Result<Value> {
        let (len, address) = receive_into(t, this, buffer, nbytes, flags.unwrap_or(0), "recvfrom_into")?;
        let len = ungil_objects::types::int::Int::from_u64(t, len as u64);
        Ok(with_address(t, len, address))
    }

    /// Passes bytes to the system to be sent and returns how many it took, which may be fewer than there are.
    #[method]
    fn send(t: &mut Thread, this: &Object<Socket>, data: Ref<'_>, flags: Option<i32>) -> Result<usize> {
        let bytes = buffer::argument(t, data)?;
        let flags = send_flags(flags);
        when_ready(t, this, true, |socket| rustix::net::send(socket, &bytes, flags))
    }

    /// Sends bytes: all of them, or an error is raised.
    #[method]
    fn sendall(t: &mut Thread, this: &Object<Socket>, data: Ref<'_>, flags: Option<i32>) -> Result<()> {
        let bytes = buffer::argument(t, data)?;
        let flags = send_flags(flags);
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let sent = when_ready(t, this, true, |socket| rustix::net::send(socket, rest, flags))?;
            rest = &rest[sent.min(rest.len())..];
        }
        Ok(())
    }

    /// Like send(), to the address that is the last argument; flags may stand between.
    #[method]
    fn sendto(
        t: &mut Thread,
        this: &Object<Socket>,
        data: Ref<'_>,
        flags_or_address: Ref<'_>,
        address: Option<Ref<'_>>,
    ) -> Result<usize> {
        let (flags, address) = match address {
            Some(address) => {
                let flags = ungil_objects::protocol::convert::to_i64(t, flags_or_address)?;
                (Some(flags as i32), address)
            }
            None => (None, flags_or_address),
        };
        let bytes = buffer::argument(t, data)?;
        let address = address::read(t, this.domain(), address, "sendto")?;
        let flags = send_flags(flags);
        when_ready(t, this, true, |socket| rustix::net::sendto(socket, &bytes, flags, &address))
    }
}
