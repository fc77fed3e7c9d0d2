//! The eval loop.
//!
//! [`run`] executes frames until the one it was entered with returns to native code. Each instruction's handler is a function in the
//! file of its family; what it shares with the loop is the [`Machine`](machine::Machine). A handler's error is the raised
//! exception, which [`unwind`] takes to a handler or out of the loop.

mod arithmetic;
mod attributes;
pub(crate) mod calls;
mod containers;
mod enter;
mod exceptions;
mod functions;
mod iteration;
mod leave;
mod machine;
mod names;
mod patterns;
pub(crate) mod places;
mod run;
pub(crate) mod specialise;
mod subscripts;
mod super_access;
mod type_parameters;
pub(crate) mod unpack;
mod unwind;

pub(crate) use enter::{resume, run};
pub(crate) use exceptions::exception_of;
pub(crate) use leave::leave_to_native;
pub(crate) use machine::Machine;

use ungil_objects::error::Result;
use ungil_objects::types::dict::Dict;
use ungil_objects::{Object, Thread, Value};

use crate::code::Code;
use crate::function::Function;

/// Runs the code of a module, a class body or `exec` in global and local namespaces.
pub fn run_code(
    t: &mut Thread,
    code: &Object<Code>,
    globals: &Object<Dict>,
    namespace: Value,
) -> Result<Value> {
    let function = Function::new(t, code.to_obj(), globals.to_obj(), None);
    calls::enter_native(t, &function, code, Vec::new(), code.has_namespace().then_some(namespace))
}
