//! Ungil in an application: an interpreter whose objects are used from any number of threads at once.
//!
//! An [`Interpreter`] is made once. Each OS thread that wants to use it [attaches](Interpreter::attach) and gets an [`Attached`], by which it
//! imports, calls and looks at Python objects. What is to cross threads, or to outlive the attached scope, is a [`Handle`].
//!
//! ```
//! use ungil::{Config, Interpreter};
//!
//! let interpreter = Interpreter::new(Config::default())?;
//! let double = {
//!     let mut python = interpreter.attach()?;
//!     let module = python.import_source("doubling", "def double(x):\n    return 2 * x\n")?;
//!     python.get_attribute(&module, "double")?
//! };
//! let sums: Vec<i64> = std::thread::scope(|scope| {
//!     let work = |_| scope.spawn(|| -> Result<i64, ungil::Error> {
//!         let mut python = interpreter.attach()?;
//!         let argument = python.integer(21);
//!         let result = python.call(&double, &[&argument])?;
//!         python.to_integer(&result)
//!     });
//!     let threads: Vec<_> = (0..4).map(work).collect();
//!     threads.into_iter().map(|thread| thread.join().expect("no panic").expect("no exception")).collect()
//! });
//! assert_eq!(sums, [42; 4]);
//! # Ok::<(), ungil::Error>(())
//! ```

pub mod environment;
mod error;

use ungil_interp::import::{import, run_module_source};
use ungil_objects::call::catch_panic;
use ungil_objects::interpreter::Options;
use ungil_objects::protocol::{attribute, call, convert, text};
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::{Thread, Value, boot};

pub use error::Error;
pub use ungil_objects::Handle;

/// How an interpreter is made.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Threads get their own, specialised bytecode.
    pub thread_local_bytecode: bool,
    /// Hot loops are compiled.
    pub jit: bool,
    /// The seed of string hashes; a random one if none.
    pub hash_seed: Option<u64>,
    /// Objects are born shared: every access takes the paths for shared objects. For tests.
    pub never_local: bool,
    /// Objects are published at random. For tests.
    pub publish_at_random: bool,
    /// Each collection checks the invariants of the heap. For tests.
    pub check_invariants: bool,
}

impl Default for Config {
    fn default() -> Config {
        let Options {
            never_local,
            publish_at_random,
            hash_seed,
            thread_local_bytecode,
            jit,
            check_invariants,
        } = Options::default();
        Config { thread_local_bytecode, jit, hash_seed, never_local, publish_at_random, check_invariants }
    }
}

impl Config {
    /// The same, as the object model takes it.
    #[doc(hidden)]
    pub fn options(self) -> Options {
        let Config {
            thread_local_bytecode,
            jit,
            hash_seed,
            never_local,
            publish_at_random,
            check_invariants,
        } = self;
        Options { never_local, publish_at_random, hash_seed, thread_local_bytecode, jit, check_invariants }
    }
}

/// A Python interpreter. Lives as long as the process; copies are the same interpreter.
#[derive(Clone, Copy)]
pub struct Interpreter(&'static ungil_objects::Interpreter);

impl Interpreter {
    /// A new interpreter. No thread is attached to it.
    ///
    /// # Errors
    /// If the system refuses memory, or the calling thread is attached to an interpreter.
    pub fn new(config: Config) -> Result<Interpreter, Error> {
        Interpreter::start(config).map(|(interpreter, _)| interpreter)
    }

    /// A new interpreter, to which the calling thread stays attached as its main thread.
    ///
    /// A main thread that stays, waiting in [`blocking`](Attached::blocking), keeps the memory of the built-in objects to itself.
    /// When it leaves, threads that come later allocate between them, and what they write slows down who reads those.
    ///
    /// # Errors
    /// As for [`new`](Interpreter::new).
    pub fn start(config: Config) -> Result<(Interpreter, Attached), Error> {
        let (interpreter, attached) = ungil_interp::boot::start(config.options())?;
        if config.jit {
            ungil_jit::install(interpreter, ungil_jit::Settings::default());
        }
        Ok((Interpreter(interpreter), Attached(attached)))
    }

    /// Attaches the calling thread until the result is dropped.
    ///
    /// # Errors
    /// If the thread is attached already, or the interpreter takes no more threads.
    pub fn attach(self) -> Result<Attached, Error> {
        Ok(Attached(self.0.attach()?))
    }
}

/// An attached thread: by it Python objects are used. Stays on its thread.
///
/// Whoever waits for something else meanwhile does so in [`blocking`](Attached::blocking), so that other threads need not wait
/// for this one.
pub struct Attached(boot::Attached);

impl Attached {
    /// Runs what may raise. A panic in native code that it calls is a `SystemError`, as it is within a program.
    fn checked<R>(
        &mut self,
        what: &'static str,
        work: impl FnOnce(&mut Thread) -> ungil_objects::Result<R>,
    ) -> Result<R, Error> {
        let t = self.0.token();
        catch_panic(t, || what, work).map_err(|raised| Error::of_exception(t, raised))
    }

    /// Imports a module by its full name.
    ///
    /// # Errors
    /// The exception that importing raises.
    pub fn import(&mut self, name: &str) -> Result<Handle, Error> {
        let module = self.checked("import", |t| import(t, name))?;
        Ok(module.into_handle(&self.0))
    }

    /// Makes a module of source text, and enters it in `sys.modules` under a name.
    ///
    /// # Errors
    /// The exception that compiling or running it raises.
    pub fn import_source(&mut self, name: &str, source: &str) -> Result<Handle, Error> {
        let module = self.checked("import", |t| run_module_source(t, name, source))?;
        Ok(module.into_handle(&self.0))
    }

    /// An attribute of an object.
    ///
    /// # Errors
    /// `AttributeError`, or what computing it raises.
    pub fn get_attribute(&mut self, object: &Handle, name: &str) -> Result<Handle, Error> {
        let value = self.checked("an attribute", |t| {
            let name = t.interpreter().intern(t, name);
            attribute::get(t, object.get(t), name)
        })?;
        Ok(value.into_handle(&self.0))
    }

    /// Calls an object with positional arguments.
    ///
    /// # Errors
    /// The exception that the call raises.
    pub fn call(&mut self, callable: &Handle, arguments: &[&Handle]) -> Result<Handle, Error> {
        let result = self.checked("a call", |t| {
            let arguments: Vec<_> = arguments.iter().map(|argument| argument.get(t)).collect();
            call::call(t, callable.get(t), &arguments)
        })?;
        Ok(result.into_handle(&self.0))
    }

    /// A Python integer.
    pub fn integer(&mut self, value: i64) -> Handle {
        let value: Value = Int::from_i64(&self.0, value);
        value.into_handle(&self.0)
    }

    /// A Python string.
    pub fn string(&mut self, value: &str) -> Handle {
        Str::from_str(&self.0, value).into_value().into_handle(&self.0)
    }

    /// A Python integer's value.
    ///
    /// # Errors
    /// `TypeError` for what is no integer, `OverflowError` for one that does not fit.
    pub fn to_integer(&mut self, object: &Handle) -> Result<i64, Error> {
        self.checked("int", |t| convert::to_i64(t, object.get(t)))
    }

    /// The text that `str()` gives.
    ///
    /// # Errors
    /// What `__str__` raises.
    pub fn to_text(&mut self, object: &Handle) -> Result<String, Error> {
        self.checked("str", |t| text::str(t, object.get(t)).map(|shown| shown.to_string()))
    }

    /// Runs `work` detached, as everything must that may wait for long.
    pub fn blocking<R: Send>(&mut self, work: impl FnOnce() -> R + Send) -> R {
        self.0.token().blocking(work)
    }
}
