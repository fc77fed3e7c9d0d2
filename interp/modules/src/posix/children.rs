//! Child processes: waiting for them, and what their status says.

use rustix::process::{Pid, WaitOptions, waitpid as wait_for};
use ungil_macros::function;
use ungil_objects::error::Result;
use ungil_objects::types::int::Int;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Thread, Value};

use crate::select::wait::Wait;

/// Waits until the child with this process id ends, or what the options ask for happens to it.
///
/// Returns its process id and a status for functions like `WIFEXITED`. An id of -1 means any child.
#[function]
pub fn waitpid(t: &mut Thread, pid: i32, options: i32) -> Result<Value> {
    let options = WaitOptions::from_bits_retain(options as u32);
    let outcome = Wait::FOREVER.until_ready(t, |_| match pid {
        -1 => rustix::process::wait(options),
        0 => wait_for(None, options),
        pid if pid > 0 => wait_for(Pid::from_raw(pid), options),
        group => match Pid::from_raw(group.saturating_neg()) {
            Some(group) => rustix::process::waitpgid(group, options),
            None => Err(rustix::io::Errno::CHILD),
        },
    })?;
    let (pid, status) = match outcome {
        Some((pid, status)) => (pid.as_raw_nonzero().get(), status.as_raw()),
        None => (0, 0),
    };
    let pair = [Int::from_i64(t, pid.into()), Int::from_i64(t, status.into())];
    Ok(Tuple::from_values(t, pair).into_value())
}

/// Whether a status of `waitpid` says that the child ended by itself, not by a signal.
#[function(name = "WIFEXITED", signature = "(status)")]
pub fn has_exited(status: i32) -> bool {
    libc::WIFEXITED(status)
}

/// The exit code in the status of a child that ended by itself.
#[function(name = "WEXITSTATUS", signature = "(status)")]
pub fn exit_status(status: i32) -> i64 {
    libc::WEXITSTATUS(status).into()
}

/// Whether a status of `waitpid` says that a signal ended the child.
#[function(name = "WIFSIGNALED", signature = "(status)")]
pub fn was_signaled(status: i32) -> bool {
    libc::WIFSIGNALED(status)
}

/// The number of the signal that ended the child with this status.
#[function(name = "WTERMSIG", signature = "(status)")]
pub fn terminating_signal(status: i32) -> i64 {
    libc::WTERMSIG(status).into()
}

/// Whether a status of `waitpid` says that the child is held up, and not at its end.
#[function(name = "WIFSTOPPED", signature = "(status)")]
pub fn is_stopped(status: i32) -> bool {
    libc::WIFSTOPPED(status)
}

/// The number of the signal that held up the child with this status.
#[function(name = "WSTOPSIG", signature = "(status)")]
pub fn stopping_signal(status: i32) -> i64 {
    libc::WSTOPSIG(status).into()
}
