//! The built-in exception classes: their hierarchy, documentation, fields and methods.

use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use super::{Exception, class_of, fields};
use crate::class::{ClassDef, ClassFlags, Members, make_class, make_native_class};
use crate::error::Result;
use crate::layout::Payload;
use crate::object::Object;
use crate::thread::Thread;

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
    ExceptionGroup: Exception, "A combination of multiple unrelated exceptions.";
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

impl Exc {
    /// What the class itself defines, beyond what it inherits.
    fn members(self) -> Members {
        match self {
            Exc::StopIteration => Exception::STOP_ITERATION,
            Exc::SystemExit => Exception::SYSTEM_EXIT,
            Exc::KeyError => Exception::KEY_ERROR,
            Exc::ImportError => Exception::IMPORT_ERROR,
            Exc::NameError => Exception::NAME_ERROR,
            Exc::AttributeError => Exception::ATTRIBUTE_ERROR,
            Exc::OSError => Exception::OS_ERROR,
            Exc::SyntaxError => Exception::SYNTAX_ERROR,
            Exc::UnicodeDecodeError => Exception::UNICODE_DECODE_ERROR,
            Exc::UnicodeEncodeError => Exception::UNICODE_ENCODE_ERROR,
            Exc::UnicodeTranslateError => Exception::UNICODE_TRANSLATE_ERROR,
            Exc::BaseExceptionGroup => Exception::EXCEPTION_GROUP,
            _ => Members { methods: &[], properties: &[] },
        }
    }
}

/// Makes the classes of the built-in exceptions, which share one layout.
pub(in crate::types) fn make_all(t: &mut Thread) -> Result<()> {
    for &exception in Exc::ALL {
        let class = if exception == Exc::BaseException {
            make_native_class::<Exception>(t)?
        } else {
            let members = exception.members();
            let def = Box::leak(Box::new(ClassDef {
                name: exception.name(),
                doc: exception.doc(),
                flags: ClassFlags::BASE.with(ClassFlags::EXCEPTION),
                has_attributes: true,
                methods: members.methods,
                properties: members.properties,
                fields: fields::of(exception),
                ..ClassDef::EMPTY
            }));
            let base = class_of(t, exception.base());
            let bases: &[&Object<_>] = match exception {
                Exc::ExceptionGroup => &[class_of(t, Exc::BaseExceptionGroup), base],
                _ => &[base],
            };
            make_class(t, Exception::layout(), def, bases)?
        };
        let shape = std::ptr::from_ref(class.root_shape()).cast_mut();
        t.interpreter().exceptions[exception as usize].store(shape, Ordering::Release);
        t.interpreter().keep(NonNull::from(class.header()));
        // The interpreter's own reference.
        std::mem::forget(class);
    }
    Ok(())
}
