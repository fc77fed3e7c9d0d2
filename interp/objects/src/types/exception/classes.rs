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
    BaseException: BaseException, "The root from which every exception descends.";
    Exception: BaseException, "The root of the exceptions that programs usually catch.";
    GeneratorExit: BaseException, "Thrown into a generator to close it.";
    KeyboardInterrupt: BaseException, "The user pressed the interrupt key.";
    SystemExit: BaseException, "Ends the program unless something catches it.";
    BaseExceptionGroup: BaseException, "Several exceptions of any kind, raised as one.";
    ExceptionGroup: Exception, "Several ordinary exceptions, raised as one.";
    ArithmeticError: Exception, "What failed computations have in common.";
    FloatingPointError: ArithmeticError, "A computation with floats failed.";
    OverflowError: ArithmeticError, "A number does not fit its representation.";
    ZeroDivisionError: ArithmeticError, "Something was divided by zero.";
    AssertionError: Exception, "The condition of an assert statement was false.";
    AttributeError: Exception, "The object has no such attribute, or it cannot be set.";
    BufferError: Exception, "A buffer could not be lent or changed.";
    EOFError: Exception, "The input ended where more was needed.";
    ImportError: Exception, "A module, or a name in it, could not be imported.";
    ModuleNotFoundError: ImportError, "No module has this name.";
    LookupError: Exception, "What failed look-ups by index or key have in common.";
    IndexError: LookupError, "The sequence has no item at this index.";
    KeyError: LookupError, "The mapping does not hold this key.";
    MemoryError: Exception, "No memory is left for the operation.";
    NameError: Exception, "No variable has this name.";
    UnboundLocalError: NameError, "A local variable was read while it had no value.";
    OSError: Exception, "The operating system reported a failure.";
    BlockingIOError: OSError, "The operation would have to wait on a non-blocking object.";
    ChildProcessError: OSError, "An operation on a child process failed.";
    ConnectionError: OSError, "What failures of connections have in common.";
    BrokenPipeError: ConnectionError, "Nobody reads the other end any more.";
    ConnectionAbortedError: ConnectionError, "The peer gave up the attempt to connect.";
    ConnectionRefusedError: ConnectionError, "The peer did not accept the connection.";
    ConnectionResetError: ConnectionError, "The peer dropped the connection.";
    FileExistsError: OSError, "Something with this path is there already.";
    FileNotFoundError: OSError, "Nothing with this path is there.";
    InterruptedError: OSError, "A signal cut a system call short.";
    IsADirectoryError: OSError, "A file was needed, and the path leads to a directory.";
    NotADirectoryError: OSError, "A directory was needed, and the path leads to something else.";
    PermissionError: OSError, "The system does not permit the operation.";
    ProcessLookupError: OSError, "No process has this number.";
    TimeoutError: OSError, "The operation took longer than it was given.";
    ReferenceError: Exception, "The object behind a weak proxy is gone.";
    RuntimeError: Exception, "A failure that fits no other class.";
    NotImplementedError: RuntimeError, "A subclass, or later work, has to supply this code.";
    PythonFinalizationError: RuntimeError, "The interpreter is shutting down and cannot do this any more.";
    RecursionError: RuntimeError, "Calls are nested too deeply.";
    StopAsyncIteration: Exception, "An asynchronous iterator has no more items.";
    StopIteration: Exception, "An iterator has no more items.";
    SyntaxError: Exception, "The source text is not a valid program.";
    IndentationError: SyntaxError, "A line is indented in a way that makes no sense.";
    TabError: IndentationError, "Indentation depends on how wide a tab is.";
    IncompleteInputError: SyntaxError, "The source text ends too early.";
    SystemError: Exception, "The interpreter found a fault in itself.";
    TypeError: Exception, "A value has a type that does not suit the operation.";
    ValueError: Exception, "The type is right, but the value is not acceptable.";
    UnicodeError: ValueError, "What failures to encode or decode text have in common.";
    UnicodeDecodeError: UnicodeError, "Some bytes could not be turned into text.";
    UnicodeEncodeError: UnicodeError, "Some text could not be turned into bytes.";
    UnicodeTranslateError: UnicodeError, "Some text could not be mapped to other text.";
    Warning: Exception, "The root of all kinds of warnings.";
    BytesWarning: Warning, "Bytes are used in a way that suggests a mix-up with text.";
    DeprecationWarning: Warning, "Tells developers that a feature should no longer be used.";
    EncodingWarning: Warning, "A text encoding was left to the default.";
    FutureWarning: Warning, "Tells users that some code will mean something else later.";
    ImportWarning: Warning, "An import looks like a mistake.";
    PendingDeprecationWarning: Warning, "A feature is due to be deprecated later.";
    ResourceWarning: Warning, "A resource, such as an open file, was not released.";
    RuntimeWarning: Warning, "Something doubtful happened while the program ran.";
    SyntaxWarning: Warning, "The source text is valid but probably not what was meant.";
    UnicodeWarning: Warning, "Text is handled in a doubtful way.";
    UserWarning: Warning, "The kind of warning that programs issue by default.";
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
