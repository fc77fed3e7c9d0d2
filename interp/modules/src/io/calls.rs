//! How streams call each other: by method, with the errors of the system as `OSError`.

use ungil_objects::error::{Exc, Raised, Result};
use ungil_objects::protocol::{attribute, call, convert};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::exception::{self, Exception};
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, raise};

/// `object.name(*args)`.
pub fn method(t: &mut Thread, object: Ref<'_>, name: &str, args: &[Ref<'_>]) -> Result<Value> {
    let name = t.interpreter().intern(t, name);
    call::call_method(t, object, name, args)
}

/// `object.name`.
pub fn attribute(t: &mut Thread, object: Ref<'_>, name: &str) -> Result<Value> {
    let name = t.interpreter().intern(t, name);
    attribute::get(t, object, name)
}

/// `object.name`, if there is one.
pub fn attribute_if_any(t: &mut Thread, object: Ref<'_>, name: &str) -> Result<Option<Value>> {
    let name = t.interpreter().intern(t, name);
    attribute::get_if_any(t, object, name)
}

/// The truth of `object.name()`.
pub fn asks(t: &mut Thread, object: Ref<'_>, name: &str) -> Result<bool> {
    let answer = method(t, object, name, &[])?;
    convert::is_true(t, answer.borrow())
}

/// The `OSError`, or the subclass of it, for an error of the system.
#[cold]
pub fn os_error(t: &Thread, error: rustix::io::Errno, file: Option<Ref<'_>>) -> Raised {
    exception::from_errno(t, error.raw_os_error(), file.map(Ref::to_value))
}

/// `io.UnsupportedOperation`.
#[cold]
pub fn unsupported(t: &mut Thread, what: &str) -> Raised {
    let message = Str::from_str(t, what);
    let Some(class) = t.interpreter().root(t, UNSUPPORTED) else {
        return Raised::new(t, Exc::OSError, what);
    };
    match call::call(t, class.borrow(), &[message.borrow()]).map(Value::downcast::<Exception>) {
        Ok(Ok(exception)) => Raised::from_exception(exception),
        Ok(Err(_)) => Raised::new(t, Exc::OSError, what),
        Err(raised) => raised,
    }
}

/// The root that holds `io.UnsupportedOperation`.
pub const UNSUPPORTED: &str = "io.UnsupportedOperation";

/// An optional size: negative or `None` is all.
pub fn size(t: &mut Thread, size: Option<Ref<'_>>) -> Result<Option<usize>> {
    match size {
        None => Ok(None),
        Some(size) if size.is_none() => Ok(None),
        Some(size) => {
            if size.as_int().is_none()
                && size.shape(t).special().unary(ungil_objects::class::Unary::Index).is_none()
            {
                let class = size.class(t).name(t);
                raise!(t, TypeError, "argument should be integer or None, not '{class}'");
            }
            Ok(usize::try_from(convert::to_i64(t, size)?).ok())
        }
    }
}

/// The bytes that a stream's `read` gave; `None` if it would block.
pub fn bytes_read(t: &Thread, value: Value, method: &str) -> Result<Option<Vec<u8>>> {
    if value.is_none() {
        return Ok(None);
    }
    match value.downcast_ref::<Bytes>() {
        Some(bytes) => Ok(Some(bytes.as_slice().to_vec())),
        None => match ungil_objects::protocol::buffer::bytes_of(t, value.borrow()) {
            Some(bytes) => Ok(Some(bytes.into_owned())),
            None => {
                let class = value.borrow().class(t).name(t);
                raise!(t, TypeError, "{method}() should have returned a bytes-like object, not '{class}'")
            }
        },
    }
}
