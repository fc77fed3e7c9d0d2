//! `FileIO`: a file by its descriptor, without a buffer.

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, AtomicI8, AtomicI32, AtomicU8, Ordering};

use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;
use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{attribute, buffer, call, convert};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::int::Int;
use ungil_objects::{Ref, Thread, Value, payload, raise};

use super::base::RawBase;
use super::calls::{attribute_if_any, os_error, unsupported};
use super::descriptor;
use crate::posix::path::path_bytes;

/// The payload of `FileIO`.
pub struct FileIo {
    /// -1 when closed.
    descriptor: AtomicI32,
    access: AtomicU8,
    /// Whether closing the stream closes the descriptor.
    owned: AtomicBool,
    /// -1 until asked.
    seekable: AtomicI8,
}

const READ: u8 = 1;
const WRITE: u8 = 2;
const APPEND: u8 = 4;
const CREATE: u8 = 8;

payload!(FileIo, collected);

impl Trace for FileIo {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl Drop for FileIo {
    fn drop(&mut self) {
        let descriptor = self.descriptor.swap(-1, Ordering::Relaxed);
        if descriptor >= 0 && self.owned.load(Ordering::Relaxed) {
            // Nobody is left to be told of an error.
            let _ = descriptor::close_now(descriptor);
        }
    }
}

/// What a mode asks for.
struct Opening {
    access: u8,
    flags: OFlags,
}

impl Opening {
    fn parse(t: &Thread, mode: &str) -> Result<Opening> {
        let mut access = 0;
        let mut flags = OFlags::CLOEXEC;
        let (mut plus, mut kinds) = (false, 0);
        for letter in mode.chars() {
            match letter {
                'r' => access |= READ,
                'w' => (access, flags) = (access | WRITE, flags | OFlags::CREATE | OFlags::TRUNC),
                'x' => (access, flags) = (access | WRITE | CREATE, flags | OFlags::CREATE | OFlags::EXCL),
                'a' => (access, flags) = (access | WRITE | APPEND, flags | OFlags::CREATE | OFlags::APPEND),
                'b' => continue,
                '+' if !plus => {
                    plus = true;
                    continue;
                }
                _ => raise!(t, ValueError, "invalid mode: {mode}"),
            }
            kinds += 1;
        }
        if kinds != 1 {
            raise!(
                t,
                ValueError,
                "Must have exactly one of create/read/write/append mode and at most one plus"
            );
        }
        if plus {
            access |= READ | WRITE;
        }
        flags |= match (access & READ != 0, access & WRITE != 0) {
            (true, true) => OFlags::RDWR,
            (false, true) => OFlags::WRONLY,
            _ => OFlags::RDONLY,
        };
        Ok(Opening { access, flags })
    }
}

impl FileIo {
    /// A stream on a descriptor that is open and stays so.
    pub fn on_descriptor(t: &Thread, descriptor: RawFd, writes: bool) -> Obj<FileIo> {
        t.alloc(FileIo::new(descriptor, if writes { WRITE } else { READ }))
    }

    fn new(descriptor: RawFd, access: u8) -> FileIo {
        FileIo {
            descriptor: AtomicI32::new(descriptor),
            access: AtomicU8::new(access),
            owned: AtomicBool::new(false),
            seekable: AtomicI8::new(-1),
        }
    }

    pub fn is_open(&self) -> bool {
        self.descriptor.load(Ordering::Relaxed) >= 0
    }

    fn has(&self, access: u8) -> bool {
        self.access.load(Ordering::Relaxed) & access != 0
    }

    fn open_descriptor(&self, t: &Thread) -> Result<RawFd> {
        match self.descriptor.load(Ordering::Relaxed) {
            -1 => raise!(t, ValueError, "I/O operation on closed file"),
            descriptor => Ok(descriptor),
        }
    }

    fn mode_text(&self) -> &'static str {
        let (reads, plus) = (self.has(READ), self.has(READ) && self.has(WRITE));
        match (self.has(CREATE), self.has(APPEND), plus) {
            (true, _, false) => "xb",
            (true, _, true) => "xb+",
            (_, true, false) => "ab",
            (_, true, true) => "ab+",
            (_, _, true) => "rb+",
            _ if reads => "rb",
            _ => "wb",
        }
    }

    /// Reads at most `size` bytes, all there are without a size; `None` if that would block.
    pub fn read_bytes(&self, t: &mut Thread, size: Option<usize>) -> Result<Option<Vec<u8>>> {
        let descriptor = self.open_descriptor(t)?;
        if !self.has(READ) {
            return Err(unsupported(t, "File not open for reading"));
        }
        let read = match size {
            Some(size) => descriptor::read(t, descriptor, size),
            None => descriptor::read_all(t, descriptor),
        };
        match read {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Errno::AGAIN) => Ok(None),
            Err(error) => Err(os_error(t, error, None)),
        }
    }

    /// Writes some of the bytes and says how many; `None` if that would block.
    pub fn write_bytes(&self, t: &mut Thread, bytes: &[u8]) -> Result<Option<usize>> {
        let descriptor = self.open_descriptor(t)?;
        if !self.has(WRITE) {
            return Err(unsupported(t, "File not open for writing"));
        }
        match descriptor::write(t, descriptor, bytes) {
            Ok(count) => Ok(Some(count)),
            Err(Errno::AGAIN) => Ok(None),
            Err(error) => Err(os_error(t, error, None)),
        }
    }
}

/// Opens a file, or checks the descriptor that was given.
fn open_file(
    t: &mut Thread,
    file: Ref<'_>,
    mode: &str,
    opening: &Opening,
    owned: bool,
    opener: Option<Ref<'_>>,
) -> Result<RawFd> {
    if file.as_int().is_some() {
        return match i32::try_from(convert::to_i64(t, file)?) {
            Ok(descriptor) if descriptor >= 0 => Ok(descriptor),
            _ => raise!(t, ValueError, "negative file descriptor"),
        };
    }
    if !owned {
        raise!(t, ValueError, "Cannot use closefd=False with file name");
    }
    if let Some(opener) = opener.filter(|opener| !opener.is_none()) {
        let flags = Int::from_i64(t, opening.flags.bits().into());
        let answer = call::call(t, opener, &[file, flags.borrow()])?;
        if answer.borrow().as_int().is_none() {
            raise!(t, TypeError, "expected integer from opener");
        }
        return match i32::try_from(convert::to_i64(t, answer.borrow())?) {
            Ok(descriptor) if descriptor >= 0 => Ok(descriptor),
            _ => raise!(t, ValueError, "opener returned {}", mode.len()),
        };
    }
    let path = path_bytes(t, file, "open")?;
    let flags = opening.flags;
    let opened = t.blocking(|| {
        rustix::io::retry_on_intr(|| rustix::fs::open(&*path, flags, Mode::from_raw_mode(0o666)))
    });
    match opened {
        Ok(descriptor) => Ok(std::os::fd::IntoRawFd::into_raw_fd(descriptor)),
        Err(error) => Err(os_error(t, error, Some(file))),
    }
}

/// Open a file.
#[class(name = "FileIO", module = "_io", base = RawBase, attributes)]
impl FileIo {
    #[new]
    fn new_file(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<FileIo> {
        t.alloc_with_shape(class.root_shape(), FileIo::new(-1, 0))
    }

    #[method(signature = "(file, mode='r', closefd=True, opener=None)")]
    fn __init__(
        t: &mut Thread,
        this: &Object<Self>,
        file: Ref<'_>,
        mode: Option<String>,
        closefd: bool,
        opener: Option<Ref<'_>>,
    ) -> Result<()> {
        let mode = mode.unwrap_or_else(|| "r".to_owned());
        let opening = Opening::parse(t, &mode)?;
        let descriptor = open_file(t, file, &mode, &opening, closefd, opener)?;
        let status = match descriptor::borrowed(descriptor).and_then(rustix::fs::fstat) {
            Ok(status) => status,
            Err(error) => return Err(os_error(t, error, Some(file))),
        };
        if FileType::from_raw_mode(status.st_mode) == FileType::Directory {
            if file.as_int().is_none() {
                // The error that follows is the one to report.
                let _ = descriptor::close_now(descriptor);
            }
            return Err(os_error(t, Errno::ISDIR, Some(file)));
        }
        this.access.store(opening.access, Ordering::Relaxed);
        this.owned.store(closefd, Ordering::Relaxed);
        let old = this.descriptor.swap(descriptor, Ordering::Relaxed);
        if old >= 0 && old != descriptor {
            descriptor::close(t, old).map_err(|error| os_error(t, error, None))?;
        }
        if opening.access & APPEND != 0 {
            // Pipes and terminals have no end to go to.
            let _ = descriptor::seek(t, descriptor, 0, 2);
        }
        let name = t.names().name;
        attribute::set(t, this.borrow(), name, file.to_value())
    }

    #[method(signature = "(size=-1, /)")]
    fn read(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<Value> {
        let size = super::calls::size(t, size)?;
        match this.read_bytes(t, size)? {
            Some(bytes) => Ok(Bytes::from_slice(t, &bytes).into_value()),
            None => Ok(Value::NONE),
        }
    }

    #[method]
    fn readall(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        match this.read_bytes(t, None)? {
            Some(bytes) => Ok(Bytes::from_slice(t, &bytes).into_value()),
            None => Ok(Value::NONE),
        }
    }

    #[method]
    fn readinto(t: &mut Thread, this: &Object<Self>, target: Ref<'_>) -> Result<Value> {
        let len = buffer::writable_len(t, target)?;
        match this.read_bytes(t, Some(len))? {
            Some(bytes) => {
                buffer::write(t, target, &bytes)?;
                Ok(Int::from_i64(t, bytes.len() as i64))
            }
            None => Ok(Value::NONE),
        }
    }

    #[method]
    fn write(t: &mut Thread, this: &Object<Self>, bytes: Ref<'_>) -> Result<Value> {
        let bytes = buffer::argument(t, bytes)?;
        let written = this.write_bytes(t, &bytes)?;
        Ok(written.map_or(Value::NONE, |count| Int::from_i64(t, count as i64)))
    }

    #[method(signature = "(offset, whence=0, /)")]
    fn seek(t: &mut Thread, this: &Object<Self>, offset: i64, whence: i32) -> Result<Value> {
        let descriptor = this.open_descriptor(t)?;
        match descriptor::seek(t, descriptor, offset, whence) {
            Ok(place) => Ok(Int::from_u64(t, place)),
            Err(error) => Err(os_error(t, error, None)),
        }
    }

    #[method]
    fn tell(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        FileIo::seek(t, this, 0, 1)
    }

    #[method(signature = "(size=None, /)")]
    fn truncate(t: &mut Thread, this: &Object<Self>, size: Option<Ref<'_>>) -> Result<Value> {
        let descriptor = this.open_descriptor(t)?;
        if !this.has(WRITE) {
            return Err(unsupported(t, "File not open for writing"));
        }
        let place = match size {
            Some(size) => size.to_value(),
            None => FileIo::tell(t, this)?,
        };
        let Ok(len) = u64::try_from(convert::to_i64(t, place.borrow())?) else {
            return Err(os_error(t, Errno::INVAL, None));
        };
        let done =
            descriptor::borrowed(descriptor).and_then(|file| t.blocking(|| rustix::fs::ftruncate(file, len)));
        match done {
            Ok(()) => Ok(place),
            Err(error) => Err(os_error(t, error, None)),
        }
    }

    #[method]
    fn close(t: &mut Thread, this: &Object<Self>) -> Result<()> {
        let descriptor = this.descriptor.swap(-1, Ordering::Relaxed);
        if descriptor >= 0 && this.owned.load(Ordering::Relaxed) {
            descriptor::close(t, descriptor).map_err(|error| os_error(t, error, None))?;
        }
        Ok(())
    }

    #[method]
    fn fileno(t: &Thread, this: &Object<Self>) -> Result<i64> {
        this.open_descriptor(t).map(i64::from)
    }

    #[method]
    fn isatty(t: &mut Thread, this: &Object<Self>) -> Result<bool> {
        let descriptor = this.open_descriptor(t)?;
        Ok(descriptor::borrowed(descriptor).is_ok_and(rustix::termios::isatty))
    }

    #[method]
    fn _isatty_open_only(t: &mut Thread, this: &Object<Self>) -> Result<bool> {
        FileIo::isatty(t, this)
    }

    #[method]
    fn readable(t: &Thread, this: &Object<Self>) -> Result<bool> {
        this.open_descriptor(t)?;
        Ok(this.has(READ))
    }

    #[method]
    fn writable(t: &Thread, this: &Object<Self>) -> Result<bool> {
        this.open_descriptor(t)?;
        Ok(this.has(WRITE))
    }

    #[method]
    fn seekable(t: &mut Thread, this: &Object<Self>) -> Result<bool> {
        let descriptor = this.open_descriptor(t)?;
        if this.seekable.load(Ordering::Relaxed) < 0 {
            let can = descriptor::seek(t, descriptor, 0, 1).is_ok();
            this.seekable.store(can.into(), Ordering::Relaxed);
        }
        Ok(this.seekable.load(Ordering::Relaxed) == 1)
    }

    #[getter]
    fn closed(this: &Object<Self>) -> bool {
        !this.is_open()
    }

    #[getter]
    fn closefd(this: &Object<Self>) -> bool {
        this.owned.load(Ordering::Relaxed)
    }

    #[getter]
    fn mode(this: &Object<Self>) -> &'static str {
        this.mode_text()
    }

    #[getter]
    fn _blksize(_this: &Object<Self>) -> usize {
        super::BUFFER_SIZE
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Self>) -> Result<String> {
        let class = this.borrow().class(t).full_name(t);
        if !this.is_open() {
            return Ok(format!("<{class} [closed]>"));
        }
        let closefd = if this.owned.load(Ordering::Relaxed) { "True" } else { "False" };
        let mode = this.mode_text();
        Ok(match attribute_if_any(t, this.borrow(), "name")? {
            Some(name) => {
                let name = ungil_objects::protocol::text::repr(t, name.borrow())?;
                format!("<{class} name={} mode='{mode}' closefd={closefd}>", &**name)
            }
            None => {
                let descriptor = this.descriptor.load(Ordering::Relaxed);
                format!("<{class} fd={descriptor} mode='{mode}' closefd={closefd}>")
            }
        })
    }
}
