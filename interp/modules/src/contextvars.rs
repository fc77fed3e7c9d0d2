//! `_contextvars`: variables whose values belong to a context, not to a thread (PEP 567).
//!
//! A context refers to a dict that is never changed: setting a variable makes a new one, so that copying a context costs nothing. Each thread
//! has a current context; `Context.run` makes another one current for a call.

mod context;
mod token;
mod variable;

use ungil_macros::module;
use ungil_objects::object::{Obj, Object};
use ungil_objects::types::module::Module;
use ungil_objects::{Result, Thread};

use self::context::Context;
use self::token::{Missing, Token};
use self::variable::ContextVar;

/// Context Variables
#[module(name = "_contextvars", classes(Context, ContextVar, Token))]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, _module: &Object<Module>) -> Result<()> {
        ungil_objects::boot::make::<Missing>(t)?;
        token::set_up(t)
    }

    /// Return a shallow copy of the current context.
    #[function]
    fn copy_context(t: &mut Thread) -> Obj<Context> {
        let current = context::current(t);
        Context::with_entries(t, Context::entries(&current, t))
    }
}
