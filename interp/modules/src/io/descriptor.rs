//! File descriptors: the calls of the system on a number that the program gave.
//!
//! Each may block, so it runs detached; calls that a signal interrupts are made again.

use std::os::fd::{BorrowedFd, RawFd};

use rustix::fs::{FileType, SeekFrom};
use rustix::io::{Errno, retry_on_intr};
use ungil_objects::Thread;

/// A borrow of a descriptor for one call of the system.
pub fn borrowed(descriptor: RawFd) -> Result<BorrowedFd<'static>, Errno> {
    if descriptor < 0 {
        return Err(Errno::BADF);
    }
    // SAFETY: not -1. The system checks whether the descriptor is open; what a program does to a file by a number that it made up is
    // its own affair, as in every Python.
    Ok(unsafe { BorrowedFd::borrow_raw(descriptor) })
}

/// Reads at most `size` bytes.
pub fn read(t: &mut Thread, descriptor: RawFd, size: usize) -> Result<Vec<u8>, Errno> {
    let file = borrowed(descriptor)?;
    t.blocking(|| {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size).map_err(|_| Errno::NOMEM)?;
        bytes.resize(size, 0);
        let len = retry_on_intr(|| rustix::io::read(file, &mut *bytes))?;
        bytes.truncate(len);
        Ok(bytes)
    })
}

/// Reads up to the end.
pub fn read_all(t: &mut Thread, descriptor: RawFd) -> Result<Vec<u8>, Errno> {
    let mut all = Vec::new();
    let mut step = 8 * 1024;
    if let Ok(file) = borrowed(descriptor)
        && let Ok(status) = rustix::fs::fstat(file)
        && FileType::from_raw_mode(status.st_mode) == FileType::RegularFile
    {
        step = (status.st_size as usize).saturating_add(1).clamp(step, 1 << 30);
    }
    loop {
        let chunk = match read(t, descriptor, step) {
            Err(Errno::AGAIN) if !all.is_empty() => return Ok(all),
            outcome => outcome?,
        };
        if chunk.is_empty() {
            return Ok(all);
        }
        all.extend(chunk);
        step = step.max(all.len() / 4).min(1 << 26);
    }
}

/// Writes some of the bytes and says how many.
pub fn write(t: &mut Thread, descriptor: RawFd, bytes: &[u8]) -> Result<usize, Errno> {
    let file = borrowed(descriptor)?;
    t.blocking(|| retry_on_intr(|| rustix::io::write(file, bytes)))
}

/// Moves the position: from the start (0), from here (1) or from the end (2).
pub fn seek(t: &mut Thread, descriptor: RawFd, offset: i64, whence: i32) -> Result<u64, Errno> {
    let file = borrowed(descriptor)?;
    let to = match whence {
        0 => SeekFrom::Start(u64::try_from(offset).map_err(|_| Errno::INVAL)?),
        1 => SeekFrom::Current(offset),
        2 => SeekFrom::End(offset),
        3 => SeekFrom::Data(u64::try_from(offset).map_err(|_| Errno::INVAL)?),
        4 => SeekFrom::Hole(u64::try_from(offset).map_err(|_| Errno::INVAL)?),
        _ => return Err(Errno::INVAL),
    };
    t.blocking(|| rustix::fs::seek(file, to))
}

/// Closes a descriptor.
pub fn close(t: &mut Thread, descriptor: RawFd) -> Result<(), Errno> {
    borrowed(descriptor)?;
    t.blocking(|| close_now(descriptor))
}

/// Closes a descriptor where no thread can be detached.
pub fn close_now(descriptor: RawFd) -> Result<(), Errno> {
    // SAFETY: `close` takes any number and answers an error for those that are not open.
    if unsafe { libc::close(descriptor) } == 0 {
        return Ok(());
    }
    Err(Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::BADF))
}
