//! Files by path and by descriptor.

use std::os::fd::{IntoRawFd, RawFd};

use rustix::fs::{Access, AtFlags, CWD, Mode, OFlags, Timespec, Timestamps};
use rustix::io::{Errno, FdFlags};
use ungil_macros::function;
use ungil_objects::call::Keywords;
use ungil_objects::error::Result;
use ungil_objects::object::Obj;
use ungil_objects::protocol::{buffer, convert};
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};

use super::path::{fs_path, like, path_bytes};
use super::records::stat_result;
use crate::io::calls::os_error;
use crate::io::descriptor::{self, borrowed};

/// The outcome of a call of the system as a result, about a path if it was about one.
pub fn checked<R>(t: &Thread, outcome: Result<R, Errno>, path: Option<Ref<'_>>) -> Result<R> {
    outcome.map_err(|error| os_error(t, error, path))
}

/// Opens a path with the given `O_` flags and returns the new descriptor, which child processes do not inherit.
/// mode is what a file that is created gets for its permissions. Raises OSError if the system refuses.
#[function(signature = "(path, flags, mode=511, *, dir_fd=None)")]
pub fn open(t: &mut Thread, path: Ref<'_>, flags: i32, mode: i64, dir_fd: Option<Ref<'_>>) -> Result<i64> {
    no_directory(t, dir_fd)?;
    let name = path_bytes(t, path, "open")?;
    let flags = OFlags::from_bits_retain(flags as u32) | OFlags::CLOEXEC;
    let mode = Mode::from_raw_mode(mode as u32);
    let opened = t.blocking(|| rustix::io::retry_on_intr(|| rustix::fs::open(&*name, flags, mode)));
    Ok(checked(t, opened, Some(path))?.into_raw_fd().into())
}

fn no_directory(t: &mut Thread, directory: Option<Ref<'_>>) -> Result<()> {
    match directory.filter(|directory| !directory.is_none()) {
        None => Ok(()),
        Some(_) => raise!(t, NotImplementedError, "dir_fd unavailable on this platform"),
    }
}

/// Gives a descriptor back to the system.
#[function(signature = "(fd)")]
pub fn close(t: &mut Thread, fd: i32) -> Result<()> {
    let closed = descriptor::close(t, fd);
    checked(t, closed, None)
}

/// Returns what comes next from a descriptor, at most length bytes; empty at the end.
#[function]
pub fn read(t: &mut Thread, fd: i32, length: i64) -> Result<Vec<u8>> {
    let Ok(length) = usize::try_from(length) else { return Err(os_error(t, Errno::INVAL, None)) };
    let bytes = descriptor::read(t, fd, length);
    checked(t, bytes, None)
}

/// Writes bytes to a descriptor and returns how many the system took, which may be fewer than there are.
#[function]
pub fn write(t: &mut Thread, fd: i32, data: Ref<'_>) -> Result<usize> {
    let bytes = buffer::argument(t, data)?;
    let written = descriptor::write(t, fd, &bytes);
    checked(t, written, None)
}

/// Moves the place at which a descriptor reads and writes, counted from where whence says; answers with the place from the start.
#[function]
pub fn lseek(t: &mut Thread, fd: i32, position: i64, whence: i32) -> Result<Value> {
    let place = descriptor::seek(t, fd, position, whence);
    Ok(Int::from_u64(t, checked(t, place, None)?))
}

/// What the system knows of the file behind a descriptor, as `stat_result`.
#[function(signature = "(fd)")]
pub fn fstat(t: &mut Thread, fd: i32) -> Result<Value> {
    let status = borrowed(fd).and_then(|file| t.blocking(|| rustix::fs::fstat(file)));
    let status = checked(t, status, None)?;
    stat_result(t, &status)
}

/// What the system knows of the file with a name or descriptor, as `stat_result`.
/// Unless follow_symlinks is true, a symbolic link is described itself instead of what it leads to.
#[function(signature = "(path, *, dir_fd=None, follow_symlinks=True)")]
pub fn stat(t: &mut Thread, path: Ref<'_>, dir_fd: Option<Ref<'_>>, follow_symlinks: bool) -> Result<Value> {
    no_directory(t, dir_fd)?;
    if path.as_int().is_some() {
        let descriptor = descriptor_argument(t, path)?;
        return fstat(t, descriptor);
    }
    let status = status_of(t, path, follow_symlinks, "stat")?;
    stat_result(t, &status)
}

/// Like stat(), but describes a symbolic link itself.
#[function(signature = "(path, *, dir_fd=None)")]
pub fn lstat(t: &mut Thread, path: Ref<'_>, dir_fd: Option<Ref<'_>>) -> Result<Value> {
    no_directory(t, dir_fd)?;
    let status = status_of(t, path, false, "lstat")?;
    stat_result(t, &status)
}

fn descriptor_argument(t: &mut Thread, value: Ref<'_>) -> Result<RawFd> {
    match i32::try_from(convert::to_i64(t, value)?) {
        Ok(descriptor) => Ok(descriptor),
        Err(_) => raise!(t, OverflowError, "fd is greater than maximum"),
    }
}

/// What the system knows of a path.
pub fn status_of(t: &mut Thread, path: Ref<'_>, follow: bool, function: &str) -> Result<rustix::fs::Stat> {
    let name = path_bytes(t, path, function)?;
    let status = t.blocking(|| if follow { rustix::fs::stat(&*name) } else { rustix::fs::lstat(&*name) });
    checked(t, status, Some(path))
}

/// Whether a descriptor belongs to a terminal; false for numbers that are no descriptors.
#[function]
pub fn isatty(fd: i32) -> bool {
    borrowed(fd).is_ok_and(rustix::termios::isatty)
}

/// Returns a second descriptor for the same open file, which child processes do not inherit.
#[function]
pub fn dup(t: &mut Thread, fd: i32) -> Result<i64> {
    let copy = borrowed(fd).and_then(|file| rustix::io::fcntl_dupfd_cloexec(file, 0));
    Ok(checked(t, copy, None)?.into_raw_fd().into())
}

/// Makes fd2 stand for the open file of fd, closing what it stood for, and returns fd2.
#[function(signature = "(fd, fd2, inheritable=True)")]
pub fn dup2(t: &mut Thread, fd: i32, fd2: i32, inheritable: bool) -> Result<i64> {
    let flags = if inheritable { 0 } else { libc::O_CLOEXEC };
    let outcome = if fd == fd2 {
        // SAFETY: takes numbers only, which the system checks.
        unsafe { libc::fcntl(fd, libc::F_GETFD) }
    } else {
        // SAFETY: as above.
        unsafe { libc::dup3(fd, fd2, flags) }
    };
    match outcome {
        -1 => Err(os_error(t, last_error(), None)),
        _ => Ok(fd2.into()),
    }
}

/// The error of the last call of the system by way of libc.
fn last_error() -> Errno {
    Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::INVAL)
}

/// Makes a pipe and returns its descriptors: the end to read from and the end to write to.
#[function]
pub fn pipe(t: &mut Thread) -> Result<Obj<Tuple>> {
    let ends = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC);
    let (read, write) = checked(t, ends, None)?;
    let ends = [Value::from_i32(read.into_raw_fd()), Value::from_i32(write.into_raw_fd())];
    Ok(Tuple::from_values(t, ends))
}

/// Waits until the system has put on the device what was written to a file, given as a descriptor or an object with fileno().
#[function(signature = "(fd)")]
pub fn fsync(t: &mut Thread, fd: Ref<'_>) -> Result<()> {
    let fd = match fd.as_int() {
        Some(_) => descriptor_argument(t, fd)?,
        None => {
            let number = crate::io::calls::method(t, fd, "fileno", &[])?;
            descriptor_argument(t, number.borrow())?
        }
    };
    let done = borrowed(fd).and_then(|file| t.blocking(|| rustix::fs::fsync(file)));
    checked(t, done, None)
}

/// Cuts or extends the open file of a descriptor to length bytes.
#[function]
pub fn ftruncate(t: &mut Thread, fd: i32, length: usize) -> Result<()> {
    let done = borrowed(fd).and_then(|file| t.blocking(|| rustix::fs::ftruncate(file, length as u64)));
    checked(t, done, None)
}

/// Cuts or extends a file to length bytes; path is a name or a descriptor that can be written to.
#[function(signature = "(path, length)")]
pub fn truncate(t: &mut Thread, path: Ref<'_>, length: usize) -> Result<()> {
    if path.as_int().is_some() {
        let descriptor = descriptor_argument(t, path)?;
        return ftruncate(t, descriptor, length);
    }
    let name = path_bytes(t, path, "truncate")?;
    let done = t.blocking(|| {
        let file = rustix::fs::open(&*name, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
        rustix::fs::ftruncate(file, length as u64)
    });
    checked(t, done, Some(path))
}

/// Whether the process may use a path as mode asks, by `F_OK` or a sum of `R_OK`, `W_OK` and `X_OK`.
/// What counts is the user who started the process, or with effective_ids the one it acts as.
#[function(signature = "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
pub fn access(
    t: &mut Thread,
    path: Ref<'_>,
    mode: i64,
    dir_fd: Option<Ref<'_>>,
    effective_ids: bool,
    follow_symlinks: bool,
) -> Result<bool> {
    no_directory(t, dir_fd)?;
    let name = path_bytes(t, path, "access")?;
    let mut flags = AtFlags::empty();
    flags.set(AtFlags::EACCESS, effective_ids);
    flags.set(AtFlags::SYMLINK_NOFOLLOW, !follow_symlinks);
    let mode = Access::from_bits_truncate(mode as u32);
    Ok(t.blocking(|| rustix::fs::accessat(CWD, &*name, mode, flags)).is_ok())
}

/// Gives a file new permission bits.
#[function(signature = "(path, mode, *, dir_fd=None, follow_symlinks=True)")]
pub fn chmod(
    t: &mut Thread,
    path: Ref<'_>,
    mode: i64,
    dir_fd: Option<Ref<'_>>,
    follow_symlinks: bool,
) -> Result<()> {
    no_directory(t, dir_fd)?;
    let _ = follow_symlinks;
    let name = path_bytes(t, path, "chmod")?;
    let mode = Mode::from_raw_mode(mode as u32);
    let done = t.blocking(|| rustix::fs::chmod(&*name, mode));
    checked(t, done, Some(path))
}

/// Takes a name of a file away; the file goes with its last name. Directories have rmdir().
#[function(signature = "(path, *, dir_fd=None)")]
pub fn unlink(t: &mut Thread, path: Ref<'_>, dir_fd: Option<Ref<'_>>) -> Result<()> {
    no_directory(t, dir_fd)?;
    let name = path_bytes(t, path, "unlink")?;
    let done = t.blocking(|| rustix::fs::unlink(&*name));
    checked(t, done, Some(path))
}

/// Another name of unlink().
#[function(signature = "(path, *, dir_fd=None)")]
pub fn remove(t: &mut Thread, path: Ref<'_>, dir_fd: Option<Ref<'_>>) -> Result<()> {
    unlink(t, path, dir_fd)
}

/// Moves a file or directory to another name, in place of a file that has it.
#[function(signature = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
pub fn rename(
    t: &mut Thread,
    src: Ref<'_>,
    dst: Ref<'_>,
    src_dir_fd: Option<Ref<'_>>,
    dst_dir_fd: Option<Ref<'_>>,
) -> Result<()> {
    no_directory(t, src_dir_fd)?;
    no_directory(t, dst_dir_fd)?;
    let (from, to) = (path_bytes(t, src, "rename")?, path_bytes(t, dst, "rename")?);
    let done = t.blocking(|| rustix::fs::rename(&*from, &*to));
    checked(t, done, Some(src))
}

/// Another name of rename(): a file at the destination gives way.
#[function(signature = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
pub fn replace(
    t: &mut Thread,
    src: Ref<'_>,
    dst: Ref<'_>,
    src_dir_fd: Option<Ref<'_>>,
    dst_dir_fd: Option<Ref<'_>>,
) -> Result<()> {
    rename(t, src, dst, src_dir_fd, dst_dir_fd)
}

/// Gives an existing file a second name, dst.
#[function(signature = "(src, dst, **kwargs)")]
pub fn link(t: &mut Thread, src: Ref<'_>, dst: Ref<'_>, kwargs: Keywords<'_>) -> Result<()> {
    let _ = kwargs;
    let (from, to) = (path_bytes(t, src, "link")?, path_bytes(t, dst, "link")?);
    let done = t.blocking(|| rustix::fs::link(&*from, &*to));
    checked(t, done, Some(src))
}

/// Makes the link dst, which leads to the text src whether or not such a file exists.
#[function(signature = "(src, dst, target_is_directory=False, *, dir_fd=None)")]
pub fn symlink(
    t: &mut Thread,
    src: Ref<'_>,
    dst: Ref<'_>,
    target_is_directory: bool,
    dir_fd: Option<Ref<'_>>,
) -> Result<()> {
    let _ = target_is_directory;
    no_directory(t, dir_fd)?;
    let (from, to) = (path_bytes(t, src, "symlink")?, path_bytes(t, dst, "symlink")?);
    let done = t.blocking(|| rustix::fs::symlink(&*from, &*to));
    checked(t, done, Some(src))
}

/// Where a symbolic link leads, as str or bytes like the path that was given.
#[function(signature = "(path, *, dir_fd=None)")]
pub fn readlink(t: &mut Thread, path: Ref<'_>, dir_fd: Option<Ref<'_>>) -> Result<Value> {
    no_directory(t, dir_fd)?;
    let given = fs_path(t, path, "readlink")?;
    let name = path_bytes(t, path, "readlink")?;
    let target = t.blocking(|| rustix::fs::readlink(&*name, Vec::new()));
    let target = checked(t, target, Some(path))?;
    like(t, &given, target.as_bytes())
}

/// Changes when a file counts as last read and last written: to times, a pair in seconds, to ns, a pair in nanoseconds, or to now.
#[function(signature = "(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)")]
pub fn utime(
    t: &mut Thread,
    path: Ref<'_>,
    times: Option<Ref<'_>>,
    ns: Option<Ref<'_>>,
    dir_fd: Option<Ref<'_>>,
    follow_symlinks: bool,
) -> Result<()> {
    no_directory(t, dir_fd)?;
    let name = path_bytes(t, path, "utime")?;
    let now = Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW };
    let mut stamps = [now, now];
    if let Some(pair) = ns.or(times) {
        let Some(&[accessed, modified]) = pair.downcast::<Tuple>().map(|pair| pair.as_slice()) else {
            raise!(t, TypeError, "utime: 'times' must be either a tuple of two ints or None");
        };
        for (stamp, time) in stamps.iter_mut().zip([accessed, modified]) {
            *stamp = match ns {
                Some(_) => {
                    let time = convert::to_i64(t, time)?;
                    Timespec {
                        tv_sec: time.div_euclid(1_000_000_000),
                        tv_nsec: time.rem_euclid(1_000_000_000),
                    }
                }
                None => {
                    let time = convert::to_f64(t, time)?;
                    let nanoseconds = ((time - time.floor()) * 1e9) as i64;
                    Timespec { tv_sec: time.floor() as i64, tv_nsec: nanoseconds.clamp(0, 999_999_999) }
                }
            };
        }
    }
    let [last_access, last_modification] = stamps;
    let flags = if follow_symlinks { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
    let done = t.blocking(|| {
        rustix::fs::utimensat(CWD, &*name, &Timestamps { last_access, last_modification }, flags)
    });
    checked(t, done, Some(path))
}

/// Chooses the permission bits that new files do without; answers with the choice before.
#[function]
pub fn umask(mask: i64) -> i64 {
    rustix::process::umask(Mode::from_raw_mode(mask as u32)).bits().into()
}

/// Whether programs that this process executes keep a descriptor open.
#[function]
pub fn get_inheritable(t: &mut Thread, fd: i32) -> Result<bool> {
    let flags = borrowed(fd).and_then(rustix::io::fcntl_getfd);
    Ok(!checked(t, flags, None)?.contains(FdFlags::CLOEXEC))
}

/// Chooses whether programs that this process executes keep a descriptor open.
#[function]
pub fn set_inheritable(t: &mut Thread, fd: i32, inheritable: bool) -> Result<()> {
    let flags = if inheritable { FdFlags::empty() } else { FdFlags::CLOEXEC };
    let done = borrowed(fd).and_then(|file| rustix::io::fcntl_setfd(file, flags));
    checked(t, done, None)
}

/// Whether reads and writes of a file descriptor wait.
#[function]
pub fn get_blocking(t: &mut Thread, fd: i32) -> Result<bool> {
    let flags = borrowed(fd).and_then(rustix::fs::fcntl_getfl);
    Ok(!checked(t, flags, None)?.contains(OFlags::NONBLOCK))
}

/// Sets whether reads and writes of a file descriptor wait.
#[function]
pub fn set_blocking(t: &mut Thread, fd: i32, blocking: bool) -> Result<()> {
    let done = borrowed(fd).and_then(|file| {
        let mut flags = rustix::fs::fcntl_getfl(file)?;
        flags.set(OFlags::NONBLOCK, !blocking);
        rustix::fs::fcntl_setfl(file, flags)
    });
    checked(t, done, None)
}

/// The name of the encoding if a descriptor belongs to a terminal, else None.
#[function(signature = "(fd)")]
pub fn device_encoding(t: &mut Thread, fd: i32) -> Value {
    if isatty(fd) { Str::from_str(t, "UTF-8").into_value() } else { Value::NONE }
}
