//! `posix`: the calls of the system that `os` is made of. Each may block and runs detached.

mod children;
mod directory;
mod environment;
mod files;
pub mod path;
mod process;
mod records;

use ungil_macros::module;

/// This module provides access to operating system functionality that is standardized by the C Standard and the POSIX standard.
#[module(
    name = "posix",
    functions(
        super::files::open,
        super::files::close,
        super::files::read,
        super::files::write,
        super::files::lseek,
        super::files::fstat,
        super::files::stat,
        super::files::lstat,
        super::files::isatty,
        super::files::dup,
        super::files::dup2,
        super::files::pipe,
        super::files::fsync,
        super::files::ftruncate,
        super::files::truncate,
        super::files::access,
        super::files::chmod,
        super::files::unlink,
        super::files::remove,
        super::files::rename,
        super::files::replace,
        super::files::link,
        super::files::symlink,
        super::files::readlink,
        super::files::utime,
        super::files::umask,
        super::files::get_inheritable,
        super::files::set_inheritable,
        super::files::get_blocking,
        super::files::set_blocking,
        super::files::device_encoding,
        super::directory::listdir,
        super::directory::scandir,
        super::directory::mkdir,
        super::directory::rmdir,
        super::directory::getcwd,
        super::directory::getcwdb,
        super::directory::chdir,
        super::environment::putenv,
        super::environment::unsetenv,
        super::environment::_create_environ,
        super::process::getpid,
        super::process::getppid,
        super::process::getuid,
        super::process::geteuid,
        super::process::getgid,
        super::process::getegid,
        super::process::_exit,
        super::process::abort,
        super::process::kill,
        super::process::uname,
        super::process::times,
        super::process::cpu_count,
        super::process::sched_yield,
        super::process::urandom,
        super::process::getrandom,
        super::process::get_terminal_size,
        super::process::strerror,
        super::process::waitstatus_to_exitcode,
        super::children::waitpid,
        super::children::has_exited,
        super::children::exit_status,
        super::children::was_signaled,
        super::children::terminating_signal,
        super::children::is_stopped,
        super::children::stopping_signal,
        super::path::fspath,
        super::path::_path_normpath,
        super::path::_path_splitroot_ex
    ),
    classes(super::directory::DirEntry, super::directory::DirIterator)
)]
pub mod module {
    use ungil_objects::error::{Exc, Result};
    use ungil_objects::object::Object;
    use ungil_objects::types::exception::class_of;
    use ungil_objects::types::list::List;
    use ungil_objects::types::module::{Module, add_to_module};
    use ungil_objects::types::text::Str;
    use ungil_objects::{Thread, Value};

    /// Names and values of the constants.
    static CONSTANTS: &[(&str, i32)] = &[
        ("F_OK", libc::F_OK),
        ("R_OK", libc::R_OK),
        ("W_OK", libc::W_OK),
        ("X_OK", libc::X_OK),
        ("O_RDONLY", libc::O_RDONLY),
        ("O_WRONLY", libc::O_WRONLY),
        ("O_RDWR", libc::O_RDWR),
        ("O_NDELAY", libc::O_NDELAY),
        ("O_NONBLOCK", libc::O_NONBLOCK),
        ("O_APPEND", libc::O_APPEND),
        ("O_DSYNC", libc::O_DSYNC),
        ("O_RSYNC", libc::O_RSYNC),
        ("O_SYNC", libc::O_SYNC),
        ("O_NOCTTY", libc::O_NOCTTY),
        ("O_CREAT", libc::O_CREAT),
        ("O_EXCL", libc::O_EXCL),
        ("O_TRUNC", libc::O_TRUNC),
        ("O_CLOEXEC", libc::O_CLOEXEC),
        ("O_DIRECTORY", libc::O_DIRECTORY),
        ("O_NOFOLLOW", libc::O_NOFOLLOW),
        ("O_PATH", libc::O_PATH),
        ("O_TMPFILE", libc::O_TMPFILE),
        ("EX_OK", 0),
        ("EX_USAGE", 64),
        ("EX_SOFTWARE", 70),
        ("WNOHANG", libc::WNOHANG),
        ("WUNTRACED", libc::WUNTRACED),
        ("WCONTINUED", libc::WCONTINUED),
        ("SEEK_DATA", libc::SEEK_DATA),
        ("SEEK_HOLE", libc::SEEK_HOLE),
        ("TMP_MAX", 238_328),
        ("NGROUPS_MAX", 65_536),
    ];

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        for (name, value) in CONSTANTS {
            add_to_module(t, module, name, Value::from_i32(*value))?;
        }
        let error = class_of(t, Exc::OSError).to_value();
        add_to_module(t, module, "error", error)?;
        let environment = super::environment::read(t)?;
        add_to_module(t, module, "environ", environment)?;
        super::records::add(t, module)?;
        // What `os` lists as taking descriptors in place of paths.
        let functions = List::from_values(t, []);
        for name in ["HAVE_FTRUNCATE", "HAVE_LSTAT"] {
            functions.push(t, Str::from_str(t, name).into_value());
        }
        add_to_module(t, module, "_have_functions", functions.into_value())
    }
}
