//! What the crates above this one provide: the object model calls Python functions, prints and imports through these.

use crate::error::{Raised, Result};
use crate::protocol::iterate::Sink;
use crate::thread::Thread;
use crate::value::{Ref, Value};

/// Functions of the evaluating crate. The defaults are for a runtime without interpreter.
#[derive(Copy, Clone)]
pub struct Hooks {
    /// Reports an exception that cannot be raised: `sys.unraisablehook`.
    pub unraisable: fn(&mut Thread, Raised, &str, Ref<'_>),
    /// `import name` at level 0, returning the module of that full name.
    pub import: fn(&mut Thread, &str) -> Result<Value>,
    /// `warnings.warn_explicit`-like: category class, message.
    pub warn: fn(&mut Thread, crate::error::Exc, &str) -> Result<()>,
    /// The globals of the innermost Python frame.
    pub current_globals: fn(&mut Thread) -> Option<Value>,
    /// Zero-argument `super()`: the class and the first argument of the innermost Python frame.
    pub super_arguments: fn(&mut Thread) -> Result<(Value, Value)>,
    /// A thread has attached: gives it its extension.
    pub thread_attached: fn(&mut Thread),
    /// A safepoint: called where native code has run for long.
    pub safepoint: fn(&mut Thread) -> Result<()>,
    /// [`iterate::feed`](crate::protocol::iterate::feed) for an iterator that has a quicker way than `__next__` for each element.
    pub drain: Drain,
}

/// See [`Hooks::drain`]; `None` if the iterator has no such way.
pub type Drain = for<'a> fn(&mut Thread, Ref<'a>, &mut Sink<'_>) -> Option<Result<Option<Value>>>;

impl Default for Hooks {
    fn default() -> Hooks {
        Hooks {
            unraisable: |t, raised, what, _| {
                eprintln!("{what}: {}", crate::types::exception::summary(t, raised.exception()));
            },
            import: |t, name| Err(crate::error!(t, ImportError, "no module named '{name}'")),
            warn: |_, _, _| Ok(()),
            current_globals: |_| None,
            super_arguments: |t| Err(crate::error!(t, RuntimeError, "super(): no current frame")),
            thread_attached: |_| {},
            safepoint: |_| Ok(()),
            drain: |_, _, _| None,
        }
    }
}

impl Thread {
    /// Reports an exception where it cannot be raised.
    pub fn report_unraisable(&mut self, raised: Raised, what: &str, object: Ref<'_>) {
        let report = self.interpreter().hooks().unraisable;
        report(self, raised, what, object);
    }

    /// Imports a module by its full name.
    pub fn import(&mut self, name: &str) -> Result<Value> {
        let import = self.interpreter().hooks().import;
        import(self, name)
    }

    /// Issues a warning.
    pub fn warn(&mut self, category: crate::error::Exc, message: &str) -> Result<()> {
        let warn = self.interpreter().hooks().warn;
        warn(self, category, message)
    }
}
