//! `_socket`: endpoints of communication, and the names and numbers of hosts.

mod address;
mod constants;
mod endpoint;
mod names;
mod options;
mod transfer;

use ungil_macros::module;
use ungil_objects::class::{ClassDef, ClassFlags, make_class};
use ungil_objects::error::{Exc, Raised, Result};
use ungil_objects::layout::Payload;
use ungil_objects::object::Object;
use ungil_objects::protocol::call;
use ungil_objects::types::exception::{Exception, class_of};
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};

use self::endpoint::Socket;

/// The interpreter's references to the classes of errors about names.
const ADDRESS_ERROR: &str = "socket.gaierror";

/// The system's sockets and the names of hosts, on which the module `socket` builds.
#[module(
    name = "_socket",
    classes(Socket),
    functions(
        endpoint::socketpair,
        endpoint::close,
        endpoint::dup,
        names::getaddrinfo,
        names::getnameinfo,
        names::gethostname,
        names::gethostbyname,
        names::inet_aton,
        names::inet_ntoa,
        names::inet_pton,
        names::inet_ntop,
        names::htons,
        names::ntohs,
        names::htonl,
        names::ntohl
    )
)]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        const ANY: ClassDef = ClassDef {
            module: "socket",
            flags: ClassFlags::BASE.with(ClassFlags::EXCEPTION),
            has_attributes: true,
            ..ClassDef::EMPTY
        };
        static OF_HOSTS: ClassDef = ClassDef { name: "herror", ..ANY };
        static OF_ADDRESSES: ClassDef = ClassDef { name: "gaierror", ..ANY };
        constants::add(t, module)?;
        let base = class_of(t, Exc::OSError);
        let of_hosts = make_class(t, Exception::layout(), &OF_HOSTS, &[base])?;
        add_to_module(t, module, "herror", of_hosts.into_value())?;
        let of_addresses = make_class(t, Exception::layout(), &OF_ADDRESSES, &[base])?;
        t.interpreter().set_root(t, ADDRESS_ERROR, of_addresses.to_value());
        add_to_module(t, module, "gaierror", of_addresses.into_value())?;
        add_to_module(t, module, "error", base.to_value())?;
        let timeout = class_of(t, Exc::TimeoutError).to_value();
        add_to_module(t, module, "timeout", timeout)?;
        let socket = t.shape_of::<Socket>().class().to_value();
        add_to_module(t, module, "SocketType", socket)?;
        add_to_module(t, module, "has_ipv6", Value::TRUE)
    }

    /// Returns the default timeout in seconds for new socket objects: none, they block.
    #[function]
    fn getdefaulttimeout(t: &Thread) -> Value {
        endpoint::default_timeout(t)
    }

    /// Sets how many seconds sockets made from now on wait before they give up; None lets them wait for ever.
    #[function]
    fn setdefaulttimeout(t: &mut Thread, timeout: Ref<'_>) -> Result<()> {
        endpoint::set_default_timeout(t, timeout)
    }
}

/// A `socket.gaierror` with a number of `getaddrinfo` and its text.
fn address_error(t: &mut Thread, number: i32, text: &str) -> Raised {
    let class = t.interpreter().root(t, ADDRESS_ERROR).unwrap_or(Value::NONE);
    let (number, text) = (Value::from_i32(number), Str::from_str(t, text).into_value());
    match call::call(t, class.borrow(), &[number.borrow(), text.borrow()]).map(Value::downcast::<Exception>) {
        Ok(Ok(exception)) => Raised::from_exception(exception),
        Ok(Err(_)) => ungil_objects::error!(t, SystemError, "the module socket was not imported"),
        Err(raised) => raised,
    }
}

/// The items of an address argument of the internet's families.
fn address_items<'a>(t: &mut Thread, address: Ref<'a>, family: &str) -> Result<&'a [Ref<'a>]> {
    match address.downcast::<Tuple>() {
        Some(items) => Ok(items.payload().as_slice()),
        None => {
            let class = address.class(t).name(t);
            raise!(t, TypeError, "{family} address must be tuple, not {class}")
        }
    }
}
