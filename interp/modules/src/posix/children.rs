//! Child processes: waiting for them, and what their status says.

use rustix::process::{Pid, WaitOptions, waitpid as wait_for};
use ungil_macros::function;
use ungil_objects::error::Result;
use ungil_objects::types::int::Int;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Thread, Value};

use crate::select::wait::Wait;

/// Wait for completion of a given child process.
///
/// Returns a tuple of information regarding the child process:
///     (pid, status)
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

/// Return True if the process returning status exited via the exit() system call.
#[function(name = "WIFEXITED", signature = "(status)")]
pub fn has_exited(status: i32) -> bool {
    libc::WIFEXITED(status)
}

/// Return the process return code from status.
#[function(name = "WEXITSTATUS", signature = "(status)")]
pub fn exit_status(status: i32) -> i64 {
    libc::WEXITSTATUS(status).into()
}

/// Return True if the process returning status was terminated by a signal.
#[function(name = "WIFSIGNALED", signature = "(status)")]
pub fn was_signaled(status: i32) -> bool {
    libc::WIFSIGNALED(status)
}

/// Return the signal that terminated the process that provided the status value.
#[function(name = "WTERMSIG", signature = "(status)")]
pub fn terminating_signal(status: i32) -> i64 {
    libc::WTERMSIG(status).into()
}

/// Return True if the process returning status was stopped.
#[function(name = "WIFSTOPPED", signature = "(status)")]
pub fn is_stopped(status: i32) -> bool {
    libc::WIFSTOPPED(status)
}

/// Return the signal that stopped the process that provided the status value.
#[function(name = "WSTOPSIG", signature = "(status)")]
pub fn stopping_signal(status: i32) -> i64 {
    libc::WSTOPSIG(status).into()
}
