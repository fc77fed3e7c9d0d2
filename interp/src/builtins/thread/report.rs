//! Reporting an exception that ended a thread: `threading.excepthook`.

use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::fields::Fixed;
use ungil_objects::protocol::{attribute, iterate, text};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::exception::{Exception, class_of};
use ungil_objects::{Exc, Object, Ref, Thread, Value, raise};

use super::identifier;
use crate::traceback::print;

/// The payload of `ExceptHookArgs`: class, exception, traceback, thread.
pub struct ExceptHookArgs([Fixed; 4]);

ungil_objects::payload!(ExceptHookArgs, collected);

impl Trace for ExceptHookArgs {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.0.trace(tracer);
    }
}

/// What threading.excepthook() is called with.
#[class(name = "_ExceptHookArgs", module = "_thread", final)]
impl ExceptHookArgs {
    #[new]
    fn new_args(t: &mut Thread, class: &Object<Class>, items: Ref<'_>) -> Result<Value> {
        let items = iterate::collect(t, items)?;
        let given = items.len();
        match <[Value; 4]>::try_from(items) {
            Ok(items) => {
                let args = ExceptHookArgs(items.map(Fixed::new));
                Ok(t.alloc_with_shape(class.root_shape(), args).into_value())
            }
            Err(_) => {
                raise!(t, TypeError, "_thread._ExceptHookArgs() takes a 4-sequence ({given}-sequence given)")
            }
        }
    }

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
    fn thread(&self) -> Value {
        self.0[3].get().to_value()
    }
}

/// Writes the report to `sys.stderr`. The end of a thread by `SystemExit` is none.
pub(super) fn report(t: &mut Thread, args: &Object<ExceptHookArgs>) -> Result<()> {
    let [class, exception, _, thread] = &args.0;
    if class.get().is(class_of(t, Exc::SystemExit).borrow()) {
        return Ok(());
    }
    let name = t.interpreter().intern(t, "name");
    let thread_name = match thread.get().is_none() {
        true => None,
        false => attribute::get_if_any(t, thread.get(), name)?,
    };
    let thread_name = match thread_name {
        Some(name) => text::str(t, name.borrow())?.to_string(),
        None => identifier().to_string(),
    };
    let mut report = format!("Exception in thread {thread_name}:\n");
    if let Some(exception) = exception.get().downcast::<Exception>() {
        report.push_str(&print::format_exception(t, exception));
    }
    print::write_to_stderr(t, &report);
    Ok(())
}
