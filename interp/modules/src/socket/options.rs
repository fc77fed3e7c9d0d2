//! Options of sockets: numbers and bytes that the system's calls take by address.

use std::os::fd::RawFd;

use rustix::io::Errno;

fn last_error() -> Errno {
    Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::INVAL)
}

/// Sets an option to what the bytes say.
pub(super) fn set(descriptor: RawFd, level: i32, option: i32, value: &[u8]) -> Result<(), Errno> {
    // SAFETY: the pointer and the length are those of the slice; the system checks the numbers.
    let outcome = unsafe {
        libc::setsockopt(descriptor, level, option, value.as_ptr().cast(), value.len() as libc::socklen_t)
    };
    if outcome == 0 { Ok(()) } else { Err(last_error()) }
}

/// The bytes of an option, at most `size` of them.
pub(super) fn get(descriptor: RawFd, level: i32, option: i32, size: usize) -> Result<Vec<u8>, Errno> {
    let mut value = vec![0u8; size];
    let mut length = size as libc::socklen_t;
    // SAFETY: the pointer is to as many bytes as the length says, which the system lowers to what it wrote.
    let outcome =
        unsafe { libc::getsockopt(descriptor, level, option, value.as_mut_ptr().cast(), &mut length) };
    if outcome != 0 {
        return Err(last_error());
    }
    value.truncate(length as usize);
    Ok(value)
}
