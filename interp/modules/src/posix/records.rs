//! The system's records as named tuples: `stat_result`, `uname_result`, `times_result`, `terminal_size`.

use rustix::fs::Stat;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::object::{Obj, Object};
use ungil_objects::types::float::Float;
use ungil_objects::types::int::Int;
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::struct_sequence::{StructSequence, instantiate, set_hidden};
use ungil_objects::{Thread, Value, raise};

ungil_objects::struct_sequence!(
    STAT_RESULT,
    "os",
    "stat_result",
    "stat_result: Result from stat, fstat, or lstat.",
    {
        "st_mode": "protection bits",
        "st_ino": "inode",
        "st_dev": "device",
        "st_nlink": "number of hard links",
        "st_uid": "user ID of owner",
        "st_gid": "group ID of owner",
        "st_size": "total size, in bytes",
        "st_atime_seconds": "time of last access, in whole seconds",
        "st_mtime_seconds": "time of last modification, in whole seconds",
        "st_ctime_seconds": "time of last change, in whole seconds",
    },
    hidden: [
        "st_atime", "st_mtime", "st_ctime", "st_atime_ns", "st_mtime_ns", "st_ctime_ns", "st_blksize", "st_blocks", "st_rdev"
    ],
    constructible: true
);

ungil_objects::struct_sequence!(
    UNAME_RESULT,
    "posix",
    "uname_result",
    "uname_result: Result from os.uname().",
    {
        "sysname": "operating system name",
        "nodename": "name of machine on network (implementation-defined)",
        "release": "operating system release",
        "version": "operating system version",
        "machine": "hardware identifier",
    },
    hidden: [],
    constructible: true
);

ungil_objects::struct_sequence!(
    TIMES_RESULT,
    "posix",
    "times_result",
    "times_result: Result from os.times().",
    {
        "user": "user time",
        "system": "system time",
        "children_user": "user time of children",
        "children_system": "system time of children",
        "elapsed": "elapsed time since an arbitrary point in the past",
    },
    hidden: [],
    constructible: true
);

ungil_objects::struct_sequence!(
    TERMINAL_SIZE,
    "os",
    "terminal_size",
    "A tuple of (columns, lines) for holding terminal window size",
    {
        "columns": "width of the terminal window in characters",
        "lines": "height of the terminal window in characters",
    },
    hidden: [],
    constructible: true
);

/// The roots that hold the classes.
static CLASSES: [(&str, &str, &StructSequence); 4] = [
    ("stat_result", "os.stat_result", &STAT_RESULT),
    ("uname_result", "os.uname_result", &UNAME_RESULT),
    ("times_result", "os.times_result", &TIMES_RESULT),
    ("terminal_size", "os.terminal_size", &TERMINAL_SIZE),
];

/// Makes the classes and adds them to the module.
pub fn add(t: &mut Thread, module: &Object<Module>) -> Result<()> {
    for (name, root, description) in CLASSES {
        let class = description.make(t)?;
        t.interpreter().set_root(t, root, class.to_value());
        add_to_module(t, module, name, class.into_value())?;
    }
    Ok(())
}

fn class(t: &Thread, root: &'static str) -> Result<Obj<Class>> {
    match t.interpreter().root(t, root).and_then(|class| class.downcast::<Class>().ok()) {
        Some(class) => Ok(class),
        None => raise!(t, SystemError, "{root} is used before its module"),
    }
}

/// A record with these fields: of `os.uname_result` and the like.
pub fn record(t: &Thread, root: &'static str, fields: Vec<Value>) -> Result<Value> {
    let class = class(t, root)?;
    Ok(instantiate(t, &class, fields).into_value())
}

/// A `stat_result`.
pub fn stat_result(t: &mut Thread, status: &Stat) -> Result<Value> {
    let class = class(t, "os.stat_result")?;
    let times = [
        (status.st_atime, status.st_atime_nsec as i64),
        (status.st_mtime, status.st_mtime_nsec as i64),
        (status.st_ctime, status.st_ctime_nsec as i64),
    ];
    let fields = vec![
        Int::from_u64(t, status.st_mode.into()),
        Int::from_u64(t, status.st_ino),
        Int::from_u64(t, status.st_dev),
        Int::from_u64(t, status.st_nlink),
        Int::from_u64(t, status.st_uid.into()),
        Int::from_u64(t, status.st_gid.into()),
        Int::from_i64(t, status.st_size),
        Int::from_i64(t, times[0].0),
        Int::from_i64(t, times[1].0),
        Int::from_i64(t, times[2].0),
    ];
    let result = instantiate(t, &class, fields);
    let names = [("st_atime", "st_atime_ns"), ("st_mtime", "st_mtime_ns"), ("st_ctime", "st_ctime_ns")];
    for ((name, exact), (seconds, nanoseconds)) in names.into_iter().zip(times) {
        let float = Float::from_f64(t, seconds as f64 + nanoseconds as f64 * 1e-9);
        set_hidden(t, &result, name, float)?;
        let whole = Int::from_i128(t, i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds));
        set_hidden(t, &result, exact, whole)?;
    }
    set_hidden(t, &result, "st_blksize", Int::from_i64(t, status.st_blksize))?;
    set_hidden(t, &result, "st_blocks", Int::from_i64(t, status.st_blocks))?;
    set_hidden(t, &result, "st_rdev", Int::from_u64(t, status.st_rdev))?;
    Ok(result.into_value())
}
