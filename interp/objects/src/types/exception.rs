//! Exceptions: one payload for all their classes. What single classes add are [fields](fields), members in front of the attributes.

mod arguments;
mod base;
mod classes;
mod fields;
mod group;
pub mod group_matching;
mod os_error;
mod syntax_error;
mod unicode_error;

use std::sync::atomic::{AtomicBool, Ordering};

pub use self::base::add_note;
pub use self::classes::Exc;
pub(super) use self::classes::make_all;
pub use self::fields::{Field, field, set_field};
pub use self::os_error::{from_errno, from_io_error};

use crate::class::Class;
use crate::fields::Slot;
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
    let exception = t.alloc_with_shape(shape(t, class), Exception::new(args));
    fields::fill(t, &exception, class);
    exception
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
