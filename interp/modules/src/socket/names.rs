//! Names and numbers of hosts, and numbers in the network's order of bytes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use ungil_macros::function;
use ungil_objects::error::Result;
use ungil_objects::object::Obj;
use ungil_objects::protocol::{buffer, convert};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::list::List;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};

use super::{address, address_error};

/// The kinds of sockets with their protocols, in the order in which `getaddrinfo` lists them.
const KINDS: [(i32, i32); 3] =
    [(libc::SOCK_STREAM, libc::IPPROTO_TCP), (libc::SOCK_DGRAM, libc::IPPROTO_UDP), (libc::SOCK_RAW, 0)];

/// Ports of services by name (IANA's registry); only those that programs ask for by name.
const SERVICES: &[(&str, u16)] = &[
    ("ftp", 21),
    ("ssh", 22),
    ("telnet", 23),
    ("smtp", 25),
    ("domain", 53),
    ("http", 80),
    ("pop3", 110),
    ("ntp", 123),
    ("imap", 143),
    ("https", 443),
    ("imaps", 993),
    ("pop3s", 995),
];

fn port_of(t: &mut Thread, port: Ref<'_>) -> Result<u16> {
    if port.is_none() {
        return Ok(0);
    }
    if port.as_int().is_some() {
        return Ok(convert::to_i64(t, port)? as u16);
    }
    let name = match (port.downcast::<Str>(), buffer::bytes_of(t, port)) {
        (Some(name), _) => name.to_string(),
        (_, Some(name)) => String::from_utf8_lossy(&name).into_owned(),
        _ => raise!(t, OSError, "Int or String expected"),
    };
    let known = SERVICES.iter().find(|(service, _)| *service == name).map(|(_, port)| *port);
    match name.parse().ok().or(known) {
        Some(port) => Ok(port),
        None => Err(address_error(t, libc::EAI_SERVICE, "Servname not supported for ai_socktype")),
    }
}

/// Lists the addresses that sockets can use for a host and a port, each in a tuple with what to make such a socket of.
///
/// `family`, `type` and `proto` narrow the list down unless they are zero; `flags` tell how to take `host`.
#[function(signature = "(host, port, family=0, type=0, proto=0, flags=0)")]
pub fn getaddrinfo(
    t: &mut Thread,
    host: Ref<'_>,
    port: Ref<'_>,
    family: Option<i32>,
    r#type: Option<i32>,
    proto: Option<i32>,
    flags: Option<i32>,
) -> Result<Value> {
    let (family, kind, protocol, flags) =
        (family.unwrap_or(0), r#type.unwrap_or(0), proto.unwrap_or(0), flags.unwrap_or(0));
    let port = port_of(t, port)?;
    let name = match (host.downcast::<Str>(), buffer::bytes_of(t, host)) {
        _ if host.is_none() => None,
        (Some(name), _) => Some(name.to_string()),
        (_, Some(name)) => Some(String::from_utf8_lossy(&name).into_owned()),
        _ => raise!(t, TypeError, "getaddrinfo() argument 1 must be string or None"),
    };
    let hosts = match name {
        None if flags & libc::AI_PASSIVE != 0 => {
            vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()]
        }
        None => vec![Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()],
        Some(name) if flags & libc::AI_NUMERICHOST != 0 => name.parse().into_iter().collect(),
        Some(name) => address::look_up(t, &name),
    };
    let mut entries = Vec::new();
    for host in hosts {
        let (of_host, shown) = match host {
            IpAddr::V4(host) => (libc::AF_INET, address::show(t, SocketAddrV4::new(host, port).into())),
            IpAddr::V6(host) => {
                (libc::AF_INET6, address::show(t, SocketAddrV6::new(host, port, 0, 0).into()))
            }
        };
        if family != 0 && family != of_host {
            continue;
        }
        for (of_kind, of_protocol) in KINDS {
            let fits = (kind == 0 || kind == of_kind) && (protocol == 0 || protocol == of_protocol);
            if fits {
                let entry = [
                    Value::from_i32(of_host),
                    Value::from_i32(of_kind),
                    Value::from_i32(of_protocol),
                    Str::from_str(t, "").into_value(),
                    shown.clone(),
                ];
                entries.push(Tuple::from_values(t, entry).into_value());
            }
        }
    }
    if entries.is_empty() {
        return Err(address_error(t, libc::EAI_NONAME, "Name or service not known"));
    }
    Ok(List::from_values(t, entries).into_value())
}

/// Names what is at an address: a tuple of the host, as a number, and the service, by name if it is known.
///
/// Raises `gaierror` if the host of `sockaddr` is no numeric address, or if `flags` insist on a name for it.
#[function]
pub fn getnameinfo(t: &mut Thread, sockaddr: Ref<'_>, flags: i32) -> Result<Value> {
    let Some(items) = sockaddr.downcast::<Tuple>().map(|items| items.payload().as_slice()) else {
        raise!(t, TypeError, "getnameinfo() argument 1 must be a tuple");
    };
    let [host, port, ..] = items else {
        raise!(t, TypeError, "getnameinfo(): illegal sockaddr argument");
    };
    let number = host.downcast::<Str>().and_then(|host| host.to_string().parse::<IpAddr>().ok());
    let Some(number) = number else {
        return Err(address_error(t, libc::EAI_NONAME, "Name or service not known"));
    };
    if flags & libc::NI_NAMEREQD != 0 {
        return Err(address_error(t, libc::EAI_NONAME, "Name or service not known"));
    }
    let port = convert::to_i64(t, *port)?;
    let service = SERVICES.iter().find(|(_, number)| i64::from(*number) == port);
    let service = match service.filter(|_| flags & libc::NI_NUMERICSERV == 0) {
        Some((name, _)) => (*name).to_owned(),
        None => port.to_string(),
    };
    let pair = [number.to_string(), service].map(|text| Str::from_str(t, &text).into_value());
    Ok(Tuple::from_values(t, pair).into_value())
}

/// The name by which the system calls this machine.
#[function]
pub fn gethostname() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Looks up the IPv4 address of `host` and returns it in dotted decimals.
#[function]
pub fn gethostbyname(t: &mut Thread, host: Ref<'_>) -> Result<String> {
    Ok(address::resolve(t, host, libc::AF_INET)?.to_string())
}

/// Packs an IPv4 address in dotted decimals into four bytes; the last number fills the places of those left out.
///
/// Raises `OSError` for text that is no such address.
#[function]
pub fn inet_aton(t: &mut Thread, ip_addr: String) -> Result<Obj<Bytes>> {
    // Missing parts are those in the middle: the last number fills what is left.
    let parts: Option<Vec<u32>> = ip_addr.split('.').map(|part| part.parse().ok()).collect();
    let number = match parts.as_deref() {
        Some([whole]) => Some(*whole),
        Some([a, rest]) if *a < 256 && *rest < 1 << 24 => Some(a << 24 | rest),
        Some([a, b, rest]) if (*a).max(*b) < 256 && *rest < 1 << 16 => Some(a << 24 | b << 16 | rest),
        Some([a, b, c, d]) if [a, b, c, d].iter().all(|part| **part < 256) => {
            Some(a << 24 | b << 16 | c << 8 | d)
        }
        _ => None,
    };
    match number {
        Some(number) => Ok(Bytes::from_slice(t, &number.to_be_bytes())),
        None => raise!(t, OSError, "illegal IP address string passed to inet_aton"),
    }
}

/// Writes the four bytes of an IPv4 address in dotted decimals. Raises `OSError` for any other number of bytes.
#[function]
pub fn inet_ntoa(t: &mut Thread, packed_ip: Ref<'_>) -> Result<String> {
    let bytes = buffer::argument(t, packed_ip)?;
    match <[u8; 4]>::try_from(&*bytes) {
        Ok(bytes) => Ok(Ipv4Addr::from(bytes).to_string()),
        Err(_) => raise!(t, OSError, "packed IP wrong length"),
    }
}

/// Packs the text of an address into bytes: 4 if `af` is `AF_INET`, 16 if it is `AF_INET6`.
///
/// Raises `OSError` for other families and for text that is no address.
#[function]
pub fn inet_pton(t: &mut Thread, af: i32, ip: String) -> Result<Obj<Bytes>> {
    let bytes = match af {
        libc::AF_INET => ip.parse::<Ipv4Addr>().ok().map(|ip| ip.octets().to_vec()),
        libc::AF_INET6 => ip.parse::<Ipv6Addr>().ok().map(|ip| ip.octets().to_vec()),
        _ => raise!(t, OSError, "unknown address family"),
    };
    match bytes {
        Some(bytes) => Ok(Bytes::from_slice(t, &bytes)),
        None => raise!(t, OSError, "illegal IP address string passed to inet_pton"),
    }
}

/// Writes an address of 4 bytes (`AF_INET`) or 16 bytes (`AF_INET6`) as text.
///
/// Raises `ValueError` for other families and lengths.
#[function]
pub fn inet_ntop(t: &mut Thread, af: i32, packed_ip: Ref<'_>) -> Result<String> {
    let bytes = buffer::argument(t, packed_ip)?;
    let shown = match af {
        libc::AF_INET => <[u8; 4]>::try_from(&*bytes).ok().map(|ip| Ipv4Addr::from(ip).to_string()),
        libc::AF_INET6 => <[u8; 16]>::try_from(&*bytes).ok().map(|ip| Ipv6Addr::from(ip).to_string()),
        _ => raise!(t, ValueError, "unknown address family {af}"),
    };
    match shown {
        Some(shown) => Ok(shown),
        None => raise!(t, ValueError, "invalid length of packed IP address string"),
    }
}

fn swapped<N>(t: &mut Thread, number: i64, function: &str, convert: impl Fn(N) -> N) -> Result<i64>
where
    N: TryFrom<i64> + Into<i64>,
{
    match N::try_from(number) {
        Ok(number) => Ok(convert(number).into()),
        Err(_) if number < 0 => {
            raise!(
                t,
                OverflowError,
                "{function}: can't convert negative Python int to C {} unsigned integer",
                8 * size_of::<N>()
            )
        }
        Err(_) => raise!(
            t,
            OverflowError,
            "{function}: Python int too large to convert to C {}-bit unsigned integer",
            8 * size_of::<N>()
        ),
    }
}

/// Puts the two bytes of a number of this machine in the network's order, highest first. Raises `OverflowError` beyond 16 bits.
#[function]
pub fn htons(t: &mut Thread, integer: i64) -> Result<i64> {
    swapped(t, integer, "htons", u16::to_be)
}

/// Reads a number of two bytes in the network's order as one of this machine. Raises `OverflowError` beyond 16 bits.
#[function]
pub fn ntohs(t: &mut Thread, integer: i64) -> Result<i64> {
    swapped(t, integer, "ntohs", u16::from_be)
}

/// Puts the four bytes of a number of this machine in the network's order, highest first. Raises `OverflowError` beyond 32 bits.
#[function]
pub fn htonl(t: &mut Thread, integer: i64) -> Result<i64> {
    swapped(t, integer, "htonl", u32::to_be)
}

/// Reads a number of four bytes in the network's order as one of this machine. Raises `OverflowError` beyond 32 bits.
#[function]
pub fn ntohl(t: &mut Thread, integer: i64) -> Result<i64> {
    swapped(t, integer, "ntohl", u32::from_be)
}
