//! Bringing an interpreter up, and threads in and out of it.

use std::pin::Pin;

use ungil_tstate::{AttachError, Whence};

use crate::class::{Class, NativeClass, make_native_class};
use crate::error::Result;
use crate::hooks::Hooks;
use crate::interpreter::{Interpreter, Names, Options};
use crate::publish;
use crate::shape::Shape;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::native::{MethodDescriptor, NativeFunction, Property};
use crate::types::object::Instance;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::types::{self};

/// Why an interpreter or a thread could not be made.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The system refused memory, or there are more threads than an interpreter takes.
    Resources(std::io::Error),
    /// The thread could not attach.
    Attach(AttachError),
    /// The built-in classes could not be made: an error in the runtime itself.
    Boot(String),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StartError::Resources(error) => {
                write!(f, "no resources for a thread of the interpreter: {error}")
            }
            StartError::Attach(error) => write!(f, "{error}"),
            StartError::Boot(message) => write!(f, "the built-in classes could not be made: {message}"),
        }
    }
}

impl std::error::Error for StartError {}

/// An OS thread's stay in an interpreter: the token, until it is dropped.
pub struct Attached {
    thread: Pin<Box<Thread>>,
}

impl Attached {
    /// The token.
    pub fn token(&mut self) -> &mut Thread {
        // SAFETY: the thread is not moved out; its users cannot, since it has no public constructor.
        unsafe { self.thread.as_mut().get_unchecked_mut() }
    }
}

impl std::ops::Deref for Attached {
    type Target = Thread;

    fn deref(&self) -> &Thread {
        &self.thread
    }
}

impl std::ops::DerefMut for Attached {
    fn deref_mut(&mut self) -> &mut Thread {
        self.token()
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        let t = self.token();
        t.drop_own_values();
        // SAFETY: this is the thread, which counts nothing any more.
        unsafe { t.merge_counts() };
        t.forget();
        t.leave();
    }
}

impl Interpreter {
    /// Makes an interpreter with the built-in classes. `populate` makes the rest, on the first thread, before anything runs.
    ///
    /// # Errors
    /// [`StartError`] if there are no resources.
    pub fn boot(
        options: Options,
        hooks: Hooks,
        populate: impl FnOnce(&mut Thread) -> Result<()>,
    ) -> std::result::Result<(&'static Interpreter, Attached), StartError> {
        let interpreter = Interpreter::allocate(options).map_err(StartError::Resources)?;
        interpreter.set_hooks(hooks);
        let mut attached = interpreter.enter(Whence::Main)?;
        let made = declare_first_classes(attached.token()).and_then(|()| populate(attached.token()));
        match made {
            Ok(()) => Ok((interpreter, attached)),
            Err(raised) => Err(StartError::Boot(types::exception::summary(&attached, raised.exception()))),
        }
    }

    /// Attaches the calling OS thread.
    ///
    /// # Errors
    /// [`StartError`] if the interpreter is finalised, the thread is attached already, or there are no resources.
    pub fn attach(&'static self) -> std::result::Result<Attached, StartError> {
        let attached = self.enter(Whence::Embedder)?;
        self.admit_second_thread(&attached);
        Ok(attached)
    }

    fn enter(&'static self, whence: Whence) -> std::result::Result<Attached, StartError> {
        let no_resources = |error: String| StartError::Resources(std::io::Error::other(error));
        let state = self.state().new_thread_state(whence).map_err(|error| no_resources(error.to_string()))?;
        let thread = Thread::new(self, state).map_err(StartError::Resources)?;
        let thread = Box::pin(thread);
        thread.state().attach().map_err(StartError::Attach)?;
        thread.enter();
        let mut attached = Attached { thread };
        let prepare = self.hooks().thread_attached;
        prepare(attached.token());
        Ok(attached)
    }

    /// When a second thread comes, what the first has made becomes shared, once: everything that modules, classes and the
    /// interpreter's own references reach.
    fn admit_second_thread(&'static self, t: &Thread) {
        if self.is_shared() {
            return;
        }
        let _stopped = self.state().stop_the_world(t.state());
        if self.is_shared() {
            return;
        }
        for root in self.root_objects() {
            // SAFETY: the world is stopped.
            unsafe { publish::publish_stopped(t, root) };
        }
        self.set_shared();
    }
}

/// The classes that making classes needs: declared first, so that they can refer to each other, then defined.
fn declare_first_classes(t: &mut Thread) -> Result<()> {
    let type_class = t.declare_class::<Class>(None);
    // SAFETY: just registered.
    let metaclass: &Shape = t.shape_of::<Class>();
    let _ = (type_class, t.declare_class::<Instance>(Some(metaclass)));
    t.declare_class::<Str>(Some(metaclass));
    t.declare_class::<Tuple>(Some(metaclass));
    t.declare_class::<Dict>(Some(metaclass));
    t.declare_class::<MethodDescriptor>(Some(metaclass));
    t.declare_class::<NativeFunction>(Some(metaclass));
    t.declare_class::<Property>(Some(metaclass));
    let interpreter = t.interpreter();
    interpreter.set_names(Names::new(|name| interpreter.intern(t, name)));
    make_native_class::<Instance>(t)?.adopt_default_getattribute(t);
    make_native_class::<Class>(t)?;
    make_native_class::<Str>(t)?;
    make_native_class::<Tuple>(t)?;
    make_native_class::<Dict>(t)?;
    make_native_class::<MethodDescriptor>(t)?;
    make_native_class::<NativeFunction>(t)?;
    make_native_class::<Property>(t)?;
    Ok(())
}

/// Makes the class of a layout that is fully described by its definition.
pub fn make<T: NativeClass>(t: &mut Thread) -> Result<()> {
    make_native_class::<T>(t).map(drop)
}
