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
    "What the system knows about a file.",
    {
        "st_mode": "kind of file and its permissions",
        "st_ino": "number of the inode",
        "st_dev": "device that holds the file",
        "st_nlink": "how many directory entries lead here",
        "st_uid": "number of the owning user",
        "st_gid": "number of the owning group",
        "st_size": "how many bytes the file holds",
        "st_atime_seconds": "second in which it was last read",
        "st_mtime_seconds": "second in which its content last changed",
        "st_ctime_seconds": "second in which its status last changed",
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
    "Which system runs on which machine.",
    {
        "sysname": "what the system is called",
        "nodename": "what the machine is called among others",
        "release": "which release of the system runs",
        "version": "which build of that release runs",
        "machine": "what kind of hardware it is",
    },
    hidden: [],
    constructible: true
);

ungil_objects::struct_sequence!(
    TIMES_RESULT,
    "posix",
    "times_result",
    "How many seconds the process and its children have used.",
    {
        "user": "seconds spent in the program",
        "system": "seconds the system spent for the program",
        "children_user": "seconds spent in ended children",
        "children_system": "seconds the system spent for ended children",
        "elapsed": "seconds on a clock with no fixed start",
    },
    hidden: [],
    constructible: true
);

ungil_objects::struct_sequence!(
    TERMINAL_SIZE,
    "os",
    "terminal_size",
    "How large a terminal is, counted in characters.",
    {
        "columns": "how many characters fit in a line",
        "lines": "how many lines fit on the screen",
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
