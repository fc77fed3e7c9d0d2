//! Addresses: tuples of host and port, and paths of the file system, to the system's and back.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6, ToSocketAddrs};

use rustix::net::{AddressFamily, SocketAddrAny, SocketAddrUnix};
use ungil_objects::error::Result;
use ungil_objects::protocol::{buffer, convert};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};

use super::{address_error, address_items};
use crate::io::calls::os_error;

/// The address that an argument of a socket's method means.
pub(super) fn read(t: &mut Thread, family: i32, address: Ref<'_>, method: &str) -> Result<SocketAddrAny> {
    match family {
        libc::AF_INET => {
            let items = address_items(t, address, &format!("{method}(): AF_INET"))?;
            let [host, port] = items else {
                raise!(t, TypeError, "{method}(): AF_INET address must be a pair (host, port)");
            };
            let port = port_number(t, *port, method)?;
            match resolve(t, *host, family)? {
                IpAddr::V4(host) => Ok(SocketAddrV4::new(host, port).into()),
                IpAddr::V6(_) => Err(unknown_host(t)),
            }
        }
        libc::AF_INET6 => {
            let items = address_items(t, address, &format!("{method}(): AF_INET6"))?;
            let (host, port, flow, scope) = match items {
                [host, port] => (host, port, None, None),
                [host, port, flow] => (host, port, Some(flow), None),
                [host, port, flow, scope] => (host, port, Some(flow), Some(scope)),
                _ => raise!(
                    t,
                    TypeError,
                    "{method}(): AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
                ),
            };
            let port = port_number(t, *port, method)?;
            let mut number =
                |value: Option<&Ref<'_>>| value.map_or(Ok(0), |value| convert::to_i64(t, *value));
            let (flow, scope) = (number(flow)? as u32, number(scope)? as u32);
            match resolve(t, *host, family)? {
                IpAddr::V6(host) => Ok(SocketAddrV6::new(host, port, flow, scope).into()),
                IpAddr::V4(_) => Err(unknown_host(t)),
            }
        }
        libc::AF_UNIX => read_path(t, address, method),
        _ => raise!(t, OSError, "{method}(): bad family"),
    }
}

fn read_path(t: &mut Thread, address: Ref<'_>, method: &str) -> Result<SocketAddrAny> {
    let path = match address.downcast::<Str>() {
        Some(path) => path.to_string().into_bytes(),
        None => match buffer::bytes_of(t, address) {
            Some(path) => path.into_owned(),
            None => {
                let class = address.class(t).name(t);
                raise!(
                    t,
                    TypeError,
                    "{method}(): AF_UNIX address must be str or bytes-like object, not {class}"
                )
            }
        },
    };
    let address = match path.split_first() {
        Some((0, name)) => SocketAddrUnix::new_abstract_name(name),
        _ => SocketAddrUnix::new(&*path),
    };
    match address {
        Ok(address) => Ok(address.into()),
        Err(rustix::io::Errno::NAMETOOLONG) => raise!(t, OSError, "AF_UNIX path too long"),
        Err(error) => Err(os_error(t, error, None)),
    }
}

fn port_number(t: &mut Thread, port: Ref<'_>, method: &str) -> Result<u16> {
    match u16::try_from(convert::to_i64(t, port)?) {
        Ok(port) => Ok(port),
        Err(_) => raise!(t, OverflowError, "{method}(): port must be 0-65535."),
    }
}

fn unknown_host(t: &mut Thread) -> ungil_objects::Raised {
    address_error(t, libc::EAI_NONAME, "Name or service not known")
}

/// The number of a host that is given by name or number; the empty name is any address.
pub(super) fn resolve(t: &mut Thread, host: Ref<'_>, family: i32) -> Result<IpAddr> {
    let name = match host.downcast::<Str>() {
        Some(name) => name.to_string(),
        None => match buffer::bytes_of(t, host) {
            Some(name) => String::from_utf8_lossy(&name).into_owned(),
            None => {
                let class = host.class(t).name(t);
                raise!(t, TypeError, "str, bytes or bytearray expected, not {class}")
            }
        },
    };
    match (&*name, family) {
        ("", libc::AF_INET6) => return Ok(Ipv6Addr::UNSPECIFIED.into()),
        ("", _) => return Ok(Ipv4Addr::UNSPECIFIED.into()),
        ("<broadcast>", libc::AF_INET) => return Ok(Ipv4Addr::BROADCAST.into()),
        _ => {}
    }
    let found = look_up(t, &name);
    let fits = |host: &IpAddr| host.is_ipv4() == (family == libc::AF_INET);
    match found.into_iter().find(fits) {
        Some(host) => Ok(host),
        None => Err(unknown_host(t)),
    }
}

/// All numbers of a host; none if it is unknown.
pub(super) fn look_up(t: &mut Thread, name: &str) -> Vec<IpAddr> {
    if let Ok(number) = name.parse::<IpAddr>() {
        return vec![number];
    }
    let found = t.blocking(|| (name, 0).to_socket_addrs().map(|found| found.map(|each| each.ip()).collect()));
    found.unwrap_or_default()
}

/// An address as Python shows it.
pub(super) fn show(t: &Thread, address: SocketAddrAny) -> Value {
    let text = |text: String| Str::from_str(t, &text).into_value();
    let number = |number: u32| Int::from_i64(t, number.into());
    match address.address_family() {
        AddressFamily::INET => match SocketAddrV4::try_from(address) {
            Ok(address) => {
                let pair = [text(address.ip().to_string()), number(address.port().into())];
                Tuple::from_values(t, pair).into_value()
            }
            Err(_) => Value::NONE,
        },
        AddressFamily::INET6 => match SocketAddrV6::try_from(address) {
            Ok(address) => {
                let host = text(address.ip().to_string());
                let (port, flow, scope) = (address.port().into(), address.flowinfo(), address.scope_id());
                Tuple::from_values(t, [host, number(port), number(flow), number(scope)]).into_value()
            }
            Err(_) => Value::NONE,
        },
        AddressFamily::UNIX => match SocketAddrUnix::try_from(address) {
            Ok(address) => match (address.abstract_name(), address.path_bytes()) {
                (Some(name), _) => {
                    let name: Vec<u8> = [0].iter().chain(name).copied().collect();
                    Bytes::from_slice(t, &name).into_value()
                }
                (_, path) => text(String::from_utf8_lossy(path.unwrap_or_default()).into_owned()),
            },
            Err(_) => Value::NONE,
        },
        _ => Value::NONE,
    }
}
