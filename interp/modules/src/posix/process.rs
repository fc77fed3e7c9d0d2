//! The process and the machine.

use ungil_macros::function;
use ungil_objects::error::Result;
use ungil_objects::types::float::Float;
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::{Thread, Value, raise};

use super::files::checked;
use super::records::record;
use crate::io::descriptor::borrowed;

/// The number of this process.
#[function]
pub fn getpid() -> i64 {
    std::process::id().into()
}

/// The number of the process that started this one, 0 if it cannot be seen.
#[function]
pub fn getppid() -> i64 {
    rustix::process::getppid().map_or(0, |id| id.as_raw_nonzero().get().into())
}

/// The number of the user who started the process.
#[function]
pub fn getuid() -> i64 {
    rustix::process::getuid().as_raw().into()
}

/// The number of the user whose rights the process has.
#[function]
pub fn geteuid() -> i64 {
    rustix::process::geteuid().as_raw().into()
}

/// The number of the group that the process was started in.
#[function]
pub fn getgid() -> i64 {
    rustix::process::getgid().as_raw().into()
}

/// The number of the group whose rights the process has.
#[function]
pub fn getegid() -> i64 {
    rustix::process::getegid().as_raw().into()
}

/// Ends the process at once with `status`: no handler runs, no stream is flushed.
#[function(signature = "(status)")]
pub fn _exit(status: i32) -> Value {
    // SAFETY: ends the process at once; nothing of it is used afterwards.
    unsafe { libc::_exit(status) }
}

/// Ends the process by `SIGABRT`, which may leave a core dump.
#[function]
pub fn abort() -> Value {
    std::process::abort()
}

/// Sends `signal` to the process `pid`, or to a group of processes if that is not positive.
#[function]
pub fn kill(t: &mut Thread, pid: i32, signal: i32) -> Result<()> {
    // SAFETY: takes numbers only, which the system checks.
    let outcome = unsafe { libc::kill(pid, signal) };
    let error = || rustix::io::Errno::from_io_error(&std::io::Error::last_os_error());
    let outcome = if outcome == 0 { Ok(()) } else { Err(error().unwrap_or(rustix::io::Errno::INVAL)) };
    checked(t, outcome, None)?;
    // The process itself may be meant.
    let safepoint = t.interpreter().hooks().safepoint;
    safepoint(t)
}

/// The names of the system, the machine in its network, the release, the version and the hardware.
#[function]
pub fn uname(t: &mut Thread) -> Result<Value> {
    let name = rustix::system::uname();
    let fields = [name.sysname(), name.nodename(), name.release(), name.version(), name.machine()];
    let fields = fields.iter().map(|field| Str::from_str(t, &field.to_string_lossy()).into_value()).collect();
    record(t, "os.uname_result", fields)
}

/// Seconds spent: in the program and in the system, the same two for ended children, and by a clock that never stops.
#[function]
pub fn times(t: &mut Thread) -> Result<Value> {
    let mut spent = libc::tms { tms_utime: 0, tms_stime: 0, tms_cutime: 0, tms_cstime: 0 };
    // SAFETY: writes into the record it is given; `sysconf` takes a number.
    let (elapsed, per_second) = unsafe { (libc::times(&mut spent), libc::sysconf(libc::_SC_CLK_TCK)) };
    let ticks = [spent.tms_utime, spent.tms_stime, spent.tms_cutime, spent.tms_cstime, elapsed];
    let fields = ticks.map(|ticks| Float::from_f64(t, ticks as f64 / per_second.max(1) as f64));
    record(t, "os.times_result", fields.into())
}

/// How many processors the process can use at once; `None` where that cannot be found out.
#[function]
pub fn cpu_count() -> Option<usize> {
    std::thread::available_parallelism().ok().map(usize::from)
}

/// Lets other threads run that wait for a processor.
#[function]
pub fn sched_yield(t: &mut Thread) {
    t.blocking(std::thread::yield_now);
}

fn random_bytes(t: &mut Thread, size: i64) -> Result<Vec<u8>> {
    let Ok(size) = usize::try_from(size) else { raise!(t, ValueError, "negative argument not allowed") };
    let outcome = t.blocking(|| {
        let mut bytes = vec![0u8; size];
        let mut filled = 0;
        while filled < size {
            let rest = &mut bytes[filled..];
            // SAFETY: the pointer and the length are those of the slice.
            let count = unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len().min(1 << 20), 0) };
            match usize::try_from(count) {
                Ok(count) => filled += count,
                Err(_) => {
                    let error = std::io::Error::last_os_error();
                    if error.kind() != std::io::ErrorKind::Interrupted {
                        return Err(rustix::io::Errno::from_io_error(&error).unwrap_or(rustix::io::Errno::IO));
                    }
                }
            }
        }
        Ok(bytes)
    });
    checked(t, outcome, None)
}

/// `size` bytes from the system's source of randomness, good enough for keys.
#[function]
pub fn urandom(t: &mut Thread, size: i64) -> Result<Vec<u8>> {
    random_bytes(t, size)
}

/// `size` bytes as `urandom` answers them. `flags` is accepted and changes nothing.
#[function(signature = "(size, flags=0)")]
pub fn getrandom(t: &mut Thread, size: i64, flags: i64) -> Result<Vec<u8>> {
    let _ = flags;
    random_bytes(t, size)
}

/// How wide and how high the terminal is that `fd` refers to, in characters.
#[function(signature = "(fd=1, /)")]
pub fn get_terminal_size(t: &mut Thread, fd: i64) -> Result<Value> {
    let size = borrowed(fd as i32).and_then(rustix::termios::tcgetwinsize);
    let size = checked(t, size, None)?;
    let fields = vec![Int::from_i64(t, size.ws_col.into()), Int::from_i64(t, size.ws_row.into())];
    record(t, "os.terminal_size", fields)
}

/// What the system says of the error number `code`.
#[function]
pub fn strerror(code: i32) -> String {
    let text = std::io::Error::from_raw_os_error(code).to_string();
    text.strip_suffix(&format!(" (os error {code})")).unwrap_or(&text).to_owned()
}

/// What `os.wait` tells as a single number: the exit status, or the negative signal that ended the child.
///
/// Raises `ValueError` for a child that is stopped, not ended.
#[function(signature = "(status)")]
pub fn waitstatus_to_exitcode(t: &mut Thread, status: i32) -> Result<i64> {
    if libc::WIFEXITED(status) {
        return Ok(libc::WEXITSTATUS(status).into());
    }
    if libc::WIFSIGNALED(status) {
        return Ok((-libc::WTERMSIG(status)).into());
    }
    raise!(t, ValueError, "invalid wait status: {status}")
}
