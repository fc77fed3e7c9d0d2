//! `sys.unraisablehook`: exceptions in places that cannot raise, like finalisers and callbacks.

use ungil_macros::{class, module};
use ungil_objects::error::{Raised, Result};
use ungil_objects::fields::Fixed;
use ungil_objects::protocol::{attribute, call, text};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::exception::Exception;
use ungil_objects::types::text::Str;
use ungil_objects::{Object, Ref, Thread, Value};

use crate::import::imported;
use crate::traceback::print;

/// The payload of the hook's argument: class, exception, traceback, message, object.
pub struct UnraisableHookArgs([Fixed; 5]);

ungil_objects::payload!(UnraisableHookArgs, collected);

impl Trace for UnraisableHookArgs {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.0.trace(tracer);
    }
}

/// What sys.unraisablehook() is called with.
#[class(name = "UnraisableHookArgs", module = "sys", no_new, final)]
impl UnraisableHookArgs {
    #[getter]
    fn exc_type(&self) -> Value {
        self.0[0].get().to_value()
    }

    #[getter]
    fn exc_value(&self) -> Value {
        self.0[1].get().to_value()
    }

    #[getter]
    fn exc_traceback(&self) -> Value {
        self.0[2].get().to_value()
    }

    #[getter]
    fn err_msg(&self) -> Value {
        self.0[3].get().to_value()
    }

    #[getter]
    fn object(&self) -> Value {
        self.0[4].get().to_value()
    }
}

/// Reports an exception that cannot be raised: calls the hook, which programs may replace.
pub(crate) fn report(t: &mut Thread, raised: Raised, what: &str, object: Ref<'_>) {
    let exception = raised.into_exception();
    let class = exception.shape().class().to_value();
    let traceback = exception.traceback(t).unwrap_or(Value::NONE);
    let message = Str::from_str(t, what).into_value();
    let fields = [class, exception.into_value(), traceback, message, object.to_value()];
    let args = t.alloc(UnraisableHookArgs(fields.map(Fixed::new)));
    let name = t.names().unraisablehook;
    let hook = imported(t, "sys").and_then(|sys| attribute::get_if_any(t, sys.borrow(), name).ok().flatten());
    let called = match hook.filter(|hook| !hook.is_none()) {
        Some(hook) => call::call(t, hook.borrow(), &[args.borrow()]).map(drop),
        None => print_report(t, &args),
    };
    if let Err(raised) = called {
        let report = print::format_exception(t, raised.exception());
        print::write_to_stderr(t, &format!("Exception ignored in sys.unraisablehook:\n{report}"));
    }
}

fn print_report(t: &mut Thread, args: &Object<UnraisableHookArgs>) -> Result<()> {
    let [_, exception, _, message, object] = &args.0;
    let message = text::str(t, message.get())?.to_string();
    let head = if object.get().is_none() {
        format!("{message}:\n")
    } else {
        let shown = match text::repr(t, object.get()) {
            Ok(shown) => shown.to_string(),
            Err(_) => "<object repr() failed>".into(),
        };
        format!("{message} {shown}:\n")
    };
    let report = match exception.get().downcast::<Exception>() {
        Some(exception) => print::format_exception(t, exception),
        None => String::new(),
    };
    print::write_to_stderr(t, &format!("{head}{report}"));
    Ok(())
}

/// Functions of `sys`.
#[module(name = "sys")]
pub mod unraisable {
    use super::*;

    /// Print an exception that could not be raised to sys.stderr.
    #[function]
    fn unraisablehook(t: &mut Thread, unraisable: &Object<UnraisableHookArgs>) -> Result<()> {
        print_report(t, unraisable)
    }
}
