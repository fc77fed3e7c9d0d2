//! `_posixsubprocess`: starting programs, for the module `subprocess`.
//!
//! The standard library starts them: it makes the child, and tells of a failure in it through a pipe of its own. Descriptors of Python
//! are closed in programs (PEP 446), so that there are none to close here but those that the program itself made inheritable.

use std::ffi::OsStr;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use rustix::io::Errno;
use ungil_macros::module;
use ungil_objects::call::Args;
use ungil_objects::error::Result;
use ungil_objects::protocol::{convert, iterate};
use ungil_objects::{Ref, Thread, raise};

use crate::io::calls::os_error;
use crate::io::descriptor::borrowed;
use crate::posix::path::path_bytes;

/// Starts programs on behalf of `subprocess`.
#[module(name = "_posixsubprocess")]
pub mod module {
    use super::*;

    /// Starts a program in a process of its own and returns the number of that process.
    #[function]
    fn fork_exec(t: &mut Thread, args: Args<'_>) -> Result<i64> {
        let request = Request::read(t, args.positional())?;
        request.start(t)
    }
}

/// What `subprocess` asks for, as far as it can be done.
struct Request {
    arguments: Vec<Vec<u8>>,
    /// Paths that are tried in turn.
    programs: Vec<Vec<u8>>,
    directory: Option<Vec<u8>>,
    /// `NAME=value` each; `None` to inherit.
    environment: Option<Vec<Vec<u8>>>,
    /// Standard input, output and error of the program; -1 to inherit.
    streams: [i32; 3],
    /// Descriptors of the parent's that the program keeps.
    passed: Vec<i32>,
    group: Option<i32>,
    user: Option<u32>,
    group_id: Option<u32>,
}

/// The number of arguments of `fork_exec`.
const ARGUMENTS: usize = 22;

fn number(t: &mut Thread, value: Ref<'_>) -> Result<i32> {
    Ok(convert::to_i64(t, value)? as i32)
}

fn optional_id(t: &mut Thread, value: Ref<'_>) -> Result<Option<u32>> {
    if value.is_none() { Ok(None) } else { Ok(u32::try_from(convert::to_i64(t, value)?).ok()) }
}

fn all_bytes(t: &mut Thread, values: Ref<'_>, what: &str) -> Result<Vec<Vec<u8>>> {
    let mut all = Vec::new();
    for value in iterate::collect(t, values)? {
        all.push(path_bytes(t, value.borrow(), what)?.to_vec());
    }
    Ok(all)
}

impl Request {
    fn read(t: &mut Thread, args: &[Ref<'_>]) -> Result<Request> {
        let &[
            arguments,
            programs,
            _close_others,
            passed,
            directory,
            environment,
            input,
            _,
            _,
            output,
            _,
            errors,
            _,
            failures,
            _restore_signals,
            new_session,
            group,
            group_id,
            groups,
            user,
            mask,
            before,
        ] = args
        else {
            raise!(t, TypeError, "fork_exec expected {ARGUMENTS} arguments, got {}", args.len());
        };
        let unsupported = [
            (!before.is_none(), "preexec_fn"),
            (!groups.is_none(), "extra_groups"),
            (convert::is_true(t, new_session)?, "start_new_session"),
            (number(t, mask)? >= 0, "umask"),
        ];
        if let Some((_, what)) = unsupported.iter().find(|(asked, _)| *asked) {
            raise!(t, NotImplementedError, "{what} is not supported when starting programs");
        }
        // The pipe for failures ends when the program begins, so the program must not keep it.
        let failures = number(t, failures)?;
        let mut kept = Vec::new();
        for descriptor in iterate::collect(t, passed)? {
            let descriptor = number(t, descriptor.borrow())?;
            if descriptor != failures {
                kept.push(descriptor);
            }
        }
        let environment = match environment.is_none() {
            true => None,
            false => Some(all_bytes(t, environment, "fork_exec")?),
        };
        let directory = match directory.is_none() {
            true => None,
            false => Some(path_bytes(t, directory, "fork_exec")?.to_vec()),
        };
        let group = Some(number(t, group)?).filter(|group| *group >= 0);
        Ok(Request {
            arguments: all_bytes(t, arguments, "fork_exec")?,
            programs: all_bytes(t, programs, "fork_exec")?,
            directory,
            environment,
            streams: [number(t, input)?, number(t, output)?, number(t, errors)?],
            passed: kept,
            group,
            user: optional_id(t, user)?,
            group_id: optional_id(t, group_id)?,
        })
    }

    fn command(&self, program: &[u8]) -> Result<Command, Errno> {
        let mut command = Command::new(OsStr::from_bytes(program));
        if let Some((name, rest)) = self.arguments.split_first() {
            command.arg0(OsStr::from_bytes(name));
            command.args(rest.iter().map(|argument| OsStr::from_bytes(argument)));
        }
        if let Some(environment) = &self.environment {
            command.env_clear();
            for entry in environment {
                let at = entry.iter().position(|byte| *byte == b'=').unwrap_or(entry.len());
                let value = entry.get(at + 1..).unwrap_or_default();
                command.env(OsStr::from_bytes(&entry[..at]), OsStr::from_bytes(value));
            }
        }
        if let Some(directory) = &self.directory {
            command.current_dir(OsStr::from_bytes(directory));
        }
        if let Some(group) = self.group {
            command.process_group(group);
        }
        if let Some(user) = self.user {
            command.uid(user);
        }
        if let Some(group) = self.group_id {
            command.gid(group);
        }
        let [input, output, errors] = self.streams;
        command.stdin(stream(input)?).stdout(stream(output)?).stderr(stream(errors)?);
        Ok(command)
    }

    /// Starts the first of the programs that is there.
    fn start(&self, t: &mut Thread) -> Result<i64> {
        let inherited = self.passed.iter().map(|descriptor| Inherited::new(*descriptor));
        let inherited: Result<Vec<Inherited>, Errno> = inherited.collect();
        let _inherited = inherited.map_err(|error| os_error(t, error, None))?;
        let mut failure = Errno::NOENT;
        for program in &self.programs {
            let mut command = self.command(program).map_err(|error| os_error(t, error, None))?;
            match t.blocking(|| command.spawn()) {
                // Who waits for it does so by its number.
                Ok(child) => return Ok(child.id().into()),
                Err(error) => {
                    let error = Errno::from_io_error(&error).unwrap_or(Errno::IO);
                    if error != Errno::NOENT && error != Errno::NOTDIR {
                        failure = error;
                    }
                }
            }
        }
        let name = self.arguments.first().map(|name| String::from_utf8_lossy(name).into_owned());
        let name = ungil_objects::types::text::Str::from_str(t, &name.unwrap_or_default());
        Err(os_error(t, failure, Some(name.borrow())))
    }
}

fn stream(descriptor: i32) -> Result<Stdio, Errno> {
    if descriptor < 0 {
        return Ok(Stdio::inherit());
    }
    let copy: OwnedFd = rustix::io::fcntl_dupfd_cloexec(borrowed(descriptor)?, 0)?;
    Ok(copy.into())
}

/// A descriptor that programs keep while this lives.
struct Inherited {
    descriptor: BorrowedFd<'static>,
    before: rustix::io::FdFlags,
}

impl Inherited {
    fn new(descriptor: i32) -> Result<Inherited, Errno> {
        let descriptor = borrowed(descriptor)?;
        let before = rustix::io::fcntl_getfd(descriptor)?;
        rustix::io::fcntl_setfd(descriptor, rustix::io::FdFlags::empty())?;
        Ok(Inherited { descriptor, before })
    }
}

impl Drop for Inherited {
    fn drop(&mut self) {
        // The descriptor was open when this was made; if it no longer is, there is nothing to restore.
        let _ = rustix::io::fcntl_setfd(self.descriptor, self.before);
    }
}
