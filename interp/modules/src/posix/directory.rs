//! Directories and what is in them.

use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::fs::{FileType, Mode};
use ungil_macros::{class, function};
use ungil_objects::error::Result;
use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::object::{Obj, Object};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::int::Int;
use ungil_objects::types::list::List;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, payload};

use super::files::{checked, status_of};
use super::path::{fs_path, like, path_bytes, path_text};
use super::records::stat_result;

/// A name in a directory, with its inode and its kind if the system told it.
type Entry = (Vec<u8>, u64, FileType);

/// What is in a directory, without itself and its parent.
fn entries(t: &mut Thread, path: Ref<'_>) -> Result<Vec<Entry>> {
    let name = path_bytes(t, path, "listdir")?;
    let read = t.blocking(|| {
        let directory = rustix::fs::open(
            &*name,
            rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::DIRECTORY | rustix::fs::OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        let mut entries = Vec::new();
        for entry in rustix::fs::Dir::read_from(directory)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name != b"." && name != b".." {
                entries.push((name.to_vec(), entry.ino(), entry.file_type()));
            }
        }
        Ok(entries)
    });
    checked(t, read, Some(path))
}

/// The path argument, or the current directory.
fn or_current(t: &mut Thread, path: Option<Ref<'_>>) -> Result<Value> {
    match path.filter(|path| !path.is_none()) {
        Some(path) => fs_path(t, path, "listdir"),
        None => Ok(Str::from_str(t, ".").into_value()),
    }
}

/// Lists what is in a directory, the current one by default, in no certain order and without '.' and '..'.
/// The names are bytes if the path is.
#[function(signature = "(path=None)")]
pub fn listdir(t: &mut Thread, path: Option<Ref<'_>>) -> Result<Obj<List>> {
    let path = or_current(t, path)?;
    let mut names = Vec::new();
    for (name, _, _) in entries(t, path.borrow())? {
        names.push(like(t, &path, &name)?);
    }
    Ok(List::from_values(t, names))
}

/// Goes through what is in a directory, the current one by default, with a DirEntry for each name.
#[function(signature = "(path=None)")]
pub fn scandir(t: &mut Thread, path: Option<Ref<'_>>) -> Result<Obj<DirIterator>> {
    let path = or_current(t, path)?;
    let mut start = path_bytes(t, path.borrow(), "scandir")?;
    if !start.ends_with(b"/") {
        start.push(b'/');
    }
    let mut found = Vec::new();
    for (name, inode, kind) in entries(t, path.borrow())? {
        let full = [&*start, &*name].concat();
        let (name, full) = (Fixed::new(like(t, &path, &name)?), Fixed::new(like(t, &path, &full)?));
        found.push(t.alloc(DirEntry { name, path: full, inode, kind }).into_value());
    }
    let found = List::from_values(t, found).into_value();
    Ok(t.alloc(DirIterator { entries: Slot::new(Some(found)), at: AtomicUsize::new(0) }))
}

/// Makes a new directory. `mode` has its permissions, from which the umask takes some away.
#[function(signature = "(path, mode=511, *, dir_fd=None)")]
pub fn mkdir(t: &mut Thread, path: Ref<'_>, mode: i64, dir_fd: Option<Ref<'_>>) -> Result<()> {
    let _ = dir_fd;
    let name = path_bytes(t, path, "mkdir")?;
    let mode = Mode::from_raw_mode(mode as u32);
    let done = t.blocking(|| rustix::fs::mkdir(&*name, mode));
    checked(t, done, Some(path))
}

/// Deletes a directory. Raises OSError if something is in it.
#[function(signature = "(path, *, dir_fd=None)")]
pub fn rmdir(t: &mut Thread, path: Ref<'_>, dir_fd: Option<Ref<'_>>) -> Result<()> {
    let _ = dir_fd;
    let name = path_bytes(t, path, "rmdir")?;
    let done = t.blocking(|| rustix::fs::rmdir(&*name));
    checked(t, done, Some(path))
}

fn current(t: &mut Thread) -> Result<Vec<u8>> {
    let path = t.blocking(|| rustix::process::getcwd(Vec::new()));
    Ok(checked(t, path, None)?.into_bytes())
}

/// The path of the directory that relative paths start from, as a str.
#[function]
pub fn getcwd(t: &mut Thread) -> Result<Value> {
    let path = current(t)?;
    path_text(t, &path)
}

/// The path of the directory that relative paths start from, as the bytes the system has.
#[function]
pub fn getcwdb(t: &mut Thread) -> Result<Vec<u8>> {
    current(t)
}

/// Makes a directory the one that relative paths start from, for the whole process.
#[function(signature = "(path)")]
pub fn chdir(t: &mut Thread, path: Ref<'_>) -> Result<()> {
    let name = path_bytes(t, path, "chdir")?;
    let done = t.blocking(|| rustix::process::chdir(&*name));
    checked(t, done, Some(path))
}

/// The payload of `DirEntry`.
pub struct DirEntry {
    name: Fixed,
    path: Fixed,
    inode: u64,
    kind: FileType,
}

payload!(DirEntry, collected);

impl Trace for DirEntry {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.name.trace(tracer);
        self.path.trace(tracer);
    }
}

/// Whether an entry is of a kind; one that is gone is of none.
fn is_kind(t: &mut Thread, this: &Object<DirEntry>, wanted: FileType, follow: bool) -> Result<bool> {
    let unknown = this.kind == FileType::Unknown || follow && this.kind == FileType::Symlink;
    if !unknown {
        return Ok(this.kind == wanted);
    }
    match status_of(t, this.path.get(), follow, "stat") {
        Ok(status) => Ok(FileType::from_raw_mode(status.st_mode) == wanted),
        Err(raised) if raised.is(t, ungil_objects::Exc::FileNotFoundError) => Ok(false),
        Err(raised) => Err(raised),
    }
}

#[class(name = "DirEntry", module = "posix", final, no_new)]
impl DirEntry {
    #[getter]
    fn name(&self) -> Value {
        self.name.get().to_value()
    }

    #[getter]
    fn path(&self) -> Value {
        self.path.get().to_value()
    }

    #[method]
    fn inode(t: &Thread, this: &Object<Self>) -> Value {
        Int::from_u64(t, this.inode)
    }

    #[method(signature = "(*, follow_symlinks=True)")]
    fn is_dir(t: &mut Thread, this: &Object<Self>, follow_symlinks: bool) -> Result<bool> {
        is_kind(t, this, FileType::Directory, follow_symlinks)
    }

    #[method(signature = "(*, follow_symlinks=True)")]
    fn is_file(t: &mut Thread, this: &Object<Self>, follow_symlinks: bool) -> Result<bool> {
        is_kind(t, this, FileType::RegularFile, follow_symlinks)
    }

    #[method]
    fn is_symlink(t: &mut Thread, this: &Object<Self>) -> Result<bool> {
        is_kind(t, this, FileType::Symlink, false)
    }

    #[method]
    fn is_junction(_this: &Object<Self>) -> bool {
        false
    }

    #[method(signature = "(*, follow_symlinks=True)")]
    fn stat(t: &mut Thread, this: &Object<Self>, follow_symlinks: bool) -> Result<Value> {
        let status = status_of(t, this.path.get(), follow_symlinks, "stat")?;
        stat_result(t, &status)
    }

    #[method]
    fn __fspath__(&self) -> Value {
        self.path.get().to_value()
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Self>) -> Result<String> {
        let name = ungil_objects::protocol::text::repr(t, this.name.get())?;
        Ok(format!("<DirEntry {}>", &**name))
    }
}

/// The payload of `ScandirIterator`.
pub struct DirIterator {
    /// A list; empty once closed.
    entries: Slot,
    at: AtomicUsize,
}

payload!(DirIterator, collected);

impl Trace for DirIterator {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.entries.trace(tracer);
    }
}

#[class(name = "ScandirIterator", module = "posix", final, no_new)]
impl DirIterator {
    #[method]
    fn __iter__(this: &Object<Self>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &Thread, this: &Object<Self>) -> Option<Value> {
        let entries = this.entries.get(t, this.header())?;
        let at = this.at.fetch_add(1, Ordering::Relaxed);
        entries.downcast_ref::<List>().and_then(|entries| entries.get(t, at))
    }

    #[method]
    fn close(t: &Thread, this: &Object<Self>) {
        drop(this.entries.replace(t, this.header(), None));
    }

    #[method]
    fn __enter__(this: &Object<Self>) -> Value {
        this.to_value()
    }

    #[method]
    fn __exit__(t: &Thread, this: &Object<Self>, _details: &[Ref<'_>]) {
        drop(this.entries.replace(t, this.header(), None));
    }
}
