//! What the runtime calls in `sys` and `warnings`: the hooks of the object model, and the functions behind `sys.excepthook` and its kin.

use ungil_macros::module;
use ungil_objects::error::{Exc, Result};
use ungil_objects::protocol::{attribute, call};
use ungil_objects::types::exception::{Exception, class_of};
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, raise};

use crate::import::import;
use crate::traceback::print;

/// Issues a warning by `warnings.warn`, at the innermost Python frame.
pub(crate) fn warn(t: &mut Thread, category: Exc, message: &str) -> Result<()> {
    let warnings = import(t, "warnings")?;
    let warn = t.names().warn;
    let category = class_of(t, category);
    let message = Str::from_str(t, message).into_value();
    call::call_method(t, warnings.borrow(), warn, &[message.borrow(), category.borrow()]).map(drop)
}

/// The globals of the innermost Python frame.
pub(crate) fn current_globals(t: &mut Thread) -> Option<Value> {
    super::scope::current_frame(t).map(|frame| frame.globals().to_value())
}

/// The class and the first argument of the innermost Python frame, for `super()` without arguments.
pub(crate) fn super_arguments(t: &mut Thread) -> Result<(Value, Value)> {
    match super::scope::class_and_receiver(t) {
        Some((Some(class), Some(receiver))) => Ok((class, receiver)),
        Some((_, None)) => raise!(t, RuntimeError, "super(): no arguments"),
        Some((None, _)) => raise!(t, RuntimeError, "super(): __class__ cell not found"),
        None => raise!(t, RuntimeError, "super(): no current frame"),
    }
}

/// Functions of `sys`.
#[module(name = "sys")]
pub mod hooks {
    use super::*;

    /// Handle an uncaught exception by printing it with its traceback to sys.stderr.
    #[function]
    fn excepthook(t: &mut Thread, _exctype: Ref<'_>, value: Ref<'_>, traceback: Ref<'_>) -> Result<()> {
        let Some(exception) = value.downcast::<Exception>() else {
            raise!(
                t,
                TypeError,
                "print_exception(): Exception expected for value, {} found",
                value.class(t).name(t)
            );
        };
        if !traceback.is_none() && exception.traceback(t).is_none() {
            exception.set_traceback(t, Some(traceback.to_value()));
        }
        let report = print::format_exception(t, exception);
        print::write_to_stderr(t, &report);
        Ok(())
    }

    /// Enter the debugger.
    #[function]
    fn breakpointhook(t: &mut Thread, args: ungil_objects::call::Args<'_>) -> Result<Value> {
        let pdb = import(t, "pdb")?;
        let name = t.interpreter().intern(t, "set_trace");
        let set_trace = attribute::get(t, pdb.borrow(), name)?;
        call::call_args(t, set_trace.borrow(), args)
    }
}
