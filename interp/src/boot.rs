//! Bringing an interpreter up with everything that Python programs find in it.

use ungil_objects::boot::{Attached, StartError, make};
use ungil_objects::error::Result;
use ungil_objects::hooks::Hooks;
use ungil_objects::interpreter::Options;
use ungil_objects::{Interpreter, Thread, types};

use crate::builtins::{hooks, signal, unraisable};
use crate::code::Code;
use crate::frame::object::FrameObject;
use crate::function::Function;
use crate::generator::{AsyncSend, AsyncThrow, CoroutineWrapper, Generator, WrappedValue};
use crate::thread_data::Evaluator;
use crate::traceback::Traceback;

/// Makes an interpreter; the calling thread is attached to it as its first.
///
/// # Errors
/// [`StartError`] if there are no resources, or the built-ins cannot be made.
pub fn start(options: Options) -> std::result::Result<(&'static Interpreter, Attached), StartError> {
    let hooks = Hooks {
        thread_attached: Evaluator::install,
        import: crate::import::import,
        unraisable: unraisable::report,
        super_arguments: hooks::super_arguments,
        warn: hooks::warn,
        current_globals: hooks::current_globals,
        safepoint: crate::safepoint::reach,
        drain: crate::generator::drain,
    };
    Interpreter::boot(options, hooks, populate)
}

fn populate(t: &mut Thread) -> Result<()> {
    types::make_all(t)?;
    make::<Function>(t)?;
    make::<Code>(t)?;
    make::<Traceback>(t)?;
    make::<FrameObject>(t)?;
    make::<WrappedValue>(t)?;
    make::<Generator>(t)?;
    make::<CoroutineWrapper>(t)?;
    make::<AsyncSend>(t)?;
    make::<AsyncThrow>(t)?;
    crate::generator::make_classes(t)?;
    crate::thread_data::Shared::of(t.interpreter()).threads.set_main(t);
    make::<unraisable::UnraisableHookArgs>(t)?;
    crate::collect::start(t);
    crate::import::install(t)
}

/// What only a program's own interpreter has, not one that is embedded: the calling thread is the main one, and handles signals.
///
/// # Errors
/// What making the handlers raises.
pub fn prepare_program(t: &mut Thread) -> Result<()> {
    signal::install(t)
}
