//! Exceptions: one payload for all their classes; what single classes add are instance attributes.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};

use ungil_macros::class;

use crate::call::Args;
use crate::class::{Class, ClassDef, ClassFlags, make_class, make_native_class};
use crate::error::Result;
use crate::fields::Slot;
use crate::layout::Payload;
use crate::object::{Obj, Object};
use crate::shape::Shape;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The payload of `BaseException` and all its subclasses.
pub struct Exception {
    args: Slot,
    traceback: Slot,
    context: Slot,
    cause: Slot,
    suppress_context: AtomicBool,
}

crate::payload!(Exception, collected);

impl Trace for Exception {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.args.trace(tracer);
        self.traceback.trace(tracer);
        self.context.trace(tracer);
        self.cause.trace(tracer);
    }
}

/// Declares the built-in exception classes: each with its base, bases first.
macro_rules! exceptions {
    ($($name:ident: $base:ident, $doc:literal;)*) => {
        /// The built-in exception classes.
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        #[repr(usize)]
        pub enum Exc { $($name),* }

        impl Exc {
            /// All, bases before subclasses.
            pub const ALL: &'static [Exc] = &[$(Exc::$name),*];
            pub const COUNT: usize = Exc::ALL.len();

            pub const fn name(self) -> &'static str {
                [$(stringify!($name)),*][self as usize]
            }

            /// The base class; `BaseException` names itself.
            pub const fn base(self) -> Exc {
                [$(Exc::$base),*][self as usize]
            }

            pub const fn doc(self) -> &'static str {
                [$($doc),*][self as usize]
            }
        }
    };
}

exceptions! {
    BaseException: BaseException, "Common base class for all exceptions.";
    Exception: BaseException, "Common base class for all non-exit exceptions.";
    GeneratorExit: BaseException, "Request that a generator exit.";
    KeyboardInterrupt: BaseException, "Program interrupted by user.";
    SystemExit: BaseException, "Request to exit from the interpreter.";
    BaseExceptionGroup: BaseException, "A combination of multiple unrelated exceptions.";
    ArithmeticError: Exception, "Base class for arithmetic errors.";
    FloatingPointError: ArithmeticError, "Floating-point operation failed.";
    OverflowError: ArithmeticError, "Result too large to be represented.";
    ZeroDivisionError: ArithmeticError, "Second argument to a division or modulo operation was zero.";
    AssertionError: Exception, "Assertion failed.";
    AttributeError: Exception, "Attribute not found.";
    BufferError: Exception, "Buffer error.";
    EOFError: Exception, "Read beyond end of file.";
    ImportError: Exception, "Import can't find module, or can't find name in module.";
    ModuleNotFoundError: ImportError, "Module not found.";
    LookupError: Exception, "Base class for lookup errors.";
    IndexError: LookupError, "Sequence index out of range.";
    KeyError: LookupError, "Mapping key not found.";
    MemoryError: Exception, "Out of memory.";
    NameError: Exception, "Name not found globally.";
    UnboundLocalError: NameError, "Local name referenced but not bound to a value.";
    OSError: Exception, "Base class for I/O related errors.";
    BlockingIOError: OSError, "I/O operation would block.";
    ChildProcessError: OSError, "Child process error.";
    ConnectionError: OSError, "Connection error.";
    BrokenPipeError: ConnectionError, "Broken pipe.";
    ConnectionAbortedError: ConnectionError, "Connection aborted.";
    ConnectionRefusedError: ConnectionError, "Connection refused.";
    ConnectionResetError: ConnectionError, "Connection reset.";
    FileExistsError: OSError, "File already exists.";
    FileNotFoundError: OSError, "File not found.";
    InterruptedError: OSError, "Interrupted by signal.";
    IsADirectoryError: OSError, "Operation doesn't work on directories.";
    NotADirectoryError: OSError, "Operation only works on directories.";
    PermissionError: OSError, "Not enough permissions.";
    ProcessLookupError: OSError, "Process not found.";
    TimeoutError: OSError, "Timeout expired.";
    ReferenceError: Exception, "Weak ref proxy used after referent went away.";
    RuntimeError: Exception, "Unspecified run-time error.";
    NotImplementedError: RuntimeError, "Method or function hasn't been implemented yet.";
    PythonFinalizationError: RuntimeError, "Operation blocked during Python finalization.";
    RecursionError: RuntimeError, "Recursion limit exceeded.";
    StopAsyncIteration: Exception, "Signal the end from iterator.__anext__().";
    StopIteration: Exception, "Signal the end from iterator.__next__().";
    SyntaxError: Exception, "Invalid syntax.";
    IndentationError: SyntaxError, "Improper indentation.";
    TabError: IndentationError, "Improper mixture of spaces and tabs.";
    IncompleteInputError: SyntaxError, "Incomplete input.";
    SystemError: Exception, "Internal error in the interpreter.";
    TypeError: Exception, "Inappropriate argument type.";
    ValueError: Exception, "Inappropriate argument value (of correct type).";
    UnicodeError: ValueError, "Unicode related error.";
    UnicodeDecodeError: UnicodeError, "Unicode decoding error.";
    UnicodeEncodeError: UnicodeError, "Unicode encoding error.";
    UnicodeTranslateError: UnicodeError, "Unicode translation error.";
    Warning: Exception, "Base class for warning categories.";
    BytesWarning: Warning, "Base class for warnings about bytes and buffer related problems.";
    DeprecationWarning: Warning, "Base class for warnings about deprecated features.";
    EncodingWarning: Warning, "Base class for warnings about encodings.";
    FutureWarning: Warning, "Base class for warnings about constructs that will change semantically in the future.";
    ImportWarning: Warning, "Base class for warnings about probable mistakes in module imports";
    PendingDeprecationWarning: Warning, "Base class for warnings about features which will be deprecated in the future.";
    ResourceWarning: Warning, "Base class for warnings about resource usage.";
    RuntimeWarning: Warning, "Base class for warnings about dubious runtime behavior.";
    SyntaxWarning: Warning, "Base class for warnings about dubious syntax.";
    UnicodeWarning: Warning, "Base class for warnings about Unicode related problems.";
    UserWarning: Warning, "Base class for warnings generated by user code.";
}

impl Exception {
    pub fn new(args: Obj<Tuple>) -> Exception {
        Exception {
            args: Slot::new(Some(args.into_value())),
            traceback: Slot::empty(),
            context: Slot::empty(),
            cause: Slot::empty(),
            suppress_context: AtomicBool::new(false),
        }
    }

    /// Whether a traceback leaves out the context (`raise … from …` sets it).
    pub fn suppresses_context(&self) -> bool {
        self.suppress_context.load(Ordering::Relaxed)
    }

    pub fn set_suppress_context(&self, suppress: bool) {
        self.suppress_context.store(suppress, Ordering::Relaxed);
    }
}

impl Object<Exception> {
    pub fn args(&self, t: &Thread) -> Obj<Tuple> {
        let args = self.args.get(t, self.header()).and_then(|args| args.downcast::<Tuple>().ok());
        args.unwrap_or_else(|| Tuple::from_values(t, []))
    }

    pub fn set_args(&self, t: &Thread, args: Obj<Tuple>) {
        self.args.set(t, self.header(), args.into_value());
    }

    pub fn traceback(&self, t: &Thread) -> Option<Value> {
        self.traceback.get(t, self.header())
    }

    pub fn set_traceback(&self, t: &Thread, traceback: Option<Value>) {
        drop(self.traceback.replace(t, self.header(), traceback));
    }

    pub fn context(&self, t: &Thread) -> Option<Value> {
        self.context.get(t, self.header())
    }

    pub fn set_context(&self, t: &Thread, context: Option<Value>) {
        drop(self.context.replace(t, self.header(), context));
    }

    pub fn cause(&self, t: &Thread) -> Option<Value> {
        self.cause.get(t, self.header())
    }

    /// Sets the cause, which hides the context.
    pub fn set_cause(&self, t: &Thread, cause: Option<Value>) {
        self.set_suppress_context(true);
        drop(self.cause.replace(t, self.header(), cause));
    }
}

/// The root shape of a built-in exception class.
pub fn shape(t: &Thread, class: Exc) -> &'static Shape {
    let shape = t.interpreter().exceptions[class as usize].load(Ordering::Acquire);
    // SAFETY: null, or the root shape of a class that lives as long as the interpreter.
    unsafe { shape.as_ref() }.expect("the built-in exceptions exist before anything can be raised")
}

/// A built-in exception class.
pub fn class_of(t: &Thread, class: Exc) -> &'static Object<Class> {
    shape(t, class).class()
}

/// An instance of a built-in exception class, without calling its `__init__`.
pub fn instantiate(t: &Thread, class: Exc, args: Vec<Value>) -> Obj<Exception> {
    let args = Tuple::from_values(t, args);
    t.alloc_with_shape(shape(t, class), Exception::new(args))
}

pub fn is_instance(t: &Thread, exception: Ref<'_>, of: Exc) -> bool {
    exception.class(t).is_subclass(class_of(t, of))
}

/// Class and first argument, for reports where no code can be run.
pub fn summary(t: &Thread, exception: &Object<Exception>) -> String {
    let class = exception.shape().class().name(t);
    let args = exception.args(t);
    match args.get(0).and_then(|first| first.downcast::<Str>()) {
        Some(message) => format!("{class}: {}", &**message),
        None => class,
    }
}

/// The common base class of exceptions.
#[class(name = "BaseException", attributes)]
impl Exception {
    #[new]
    fn new_exception(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
        let args = Tuple::from_values(t, args.positional().iter().map(|arg| arg.to_value()));
        Ok(t.alloc_with_shape(class.root_shape(), Exception::new(args)).into_value())
    }
}

/// Makes the classes of the built-in exceptions, which share one layout.
pub(super) fn make_all(t: &mut Thread) -> Result<()> {
    for &exception in Exc::ALL {
        let class = if exception == Exc::BaseException {
            make_native_class::<Exception>(t)?
        } else {
            let def = Box::leak(Box::new(ClassDef {
                name: exception.name(),
                doc: exception.doc(),
                flags: ClassFlags::BASE.with(ClassFlags::EXCEPTION),
                has_attributes: true,
                ..ClassDef::EMPTY
            }));
            make_class(t, Exception::layout(), def, Some(class_of(t, exception.base())))?
        };
        let shape = std::ptr::from_ref(class.root_shape()).cast_mut();
        t.interpreter().exceptions[exception as usize].store(shape, Ordering::Release);
        t.interpreter().keep(NonNull::from(class.header()));
        // The interpreter's own reference.
        std::mem::forget(class);
    }
    Ok(())
}

/// Adds a note, as `exception.add_note()` does.
pub fn add_note(t: &mut Thread, exception: &Object<Exception>, note: &str) -> Result<()> {
    let name = t.names().__notes__;
    let note = Str::from_str(t, note).into_value();
    match crate::attributes::get(t, exception.borrow(), name) {
        Some(notes) => match notes.downcast_ref::<crate::types::list::List>() {
            Some(notes) => notes.push(t, note),
            None => crate::raise!(t, TypeError, "Cannot add note: __notes__ is not a list"),
        },
        None => {
            let notes = crate::types::list::List::from_values(t, [note]).into_value();
            drop(crate::attributes::set(t, exception.borrow(), name, notes)?);
        }
    }
    Ok(())
}
