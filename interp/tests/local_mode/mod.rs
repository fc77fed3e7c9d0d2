//! The mode of local objects that `UNGIL_LOCAL` asks for, so that the same tests run in all of them.

use ungil_objects::interpreter::Options;

/// The options of a test's interpreter.
pub fn options() -> Options {
    match std::env::var("UNGIL_LOCAL").as_deref() {
        Ok("never") => Options { never_local: true, ..Options::default() },
        Ok("stress") => Options { publish_at_random: true, ..Options::default() },
        _ => Options::default(),
    }
}
