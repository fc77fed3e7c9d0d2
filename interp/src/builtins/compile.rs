//! From source text to code objects: the compiler's results and errors as Python sees them.

use std::sync::Arc;

use ungil_compile::{CompileError, CompileWarning, ErrorKind, Options};
use ungil_objects::error::{Raised, Result};
use ungil_objects::protocol::call;
use ungil_objects::types::exception::{Exception, class_of};
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Exc, Obj, Thread, Value, raise};

use crate::code::Code;

/// Compiles source text. `filename` is what tracebacks show.
///
/// # Errors
/// `SyntaxError` and its subclasses; `RecursionError` for source that nests too deeply.
pub fn compile_source(t: &mut Thread, source: &str, filename: &str, options: Options) -> Result<Obj<Code>> {
    if source.contains('\0') {
        raise!(t, SyntaxError, "source code string cannot contain null bytes");
    }
    match ungil_compile::compile(source, filename, options) {
        Ok(compilation) => {
            for warning in &compilation.warnings {
                warn(t, warning, filename)?;
            }
            Code::new(t, Arc::new(compilation.code))
        }
        Err(error) => Err(syntax_error(t, &error)),
    }
}

/// The exception for an error of the compiler.
pub(super) fn syntax_error(t: &mut Thread, error: &CompileError) -> Raised {
    let class = match error.kind {
        ErrorKind::Syntax => Exc::SyntaxError,
        ErrorKind::Indentation => Exc::IndentationError,
        ErrorKind::Tab => Exc::TabError,
        ErrorKind::Recursion => return Raised::new(t, Exc::RecursionError, &error.message),
    };
    let text = |t: &Thread, text: &str| Str::from_str(t, text).into_value();
    let details = [
        text(t, &error.filename),
        Int::from_u64(t, u64::from(error.line)),
        Int::from_u64(t, u64::from(error.column)),
        if error.text.is_empty() { Value::NONE } else { text(t, &error.text) },
        Int::from_u64(t, u64::from(error.end_line)),
        Int::from_u64(t, u64::from(error.end_column)),
    ];
    let details = Tuple::from_values(t, details).into_value();
    let message = text(t, &error.message);
    let class = class_of(t, class);
    match call::call(t, class.borrow(), &[message.borrow(), details.borrow()]) {
        Ok(exception) => match exception.downcast::<Exception>() {
            Ok(exception) => Raised::from_exception(exception),
            Err(_) => Raised::new(t, Exc::SyntaxError, &error.message),
        },
        Err(raised) => raised,
    }
}

/// Issues a `SyntaxWarning`; one that a filter turns into an error becomes the `SyntaxError` of that place.
fn warn(t: &mut Thread, warning: &CompileWarning, filename: &str) -> Result<()> {
    let warnings = crate::import::import(t, "warnings")?;
    let category = class_of(t, Exc::SyntaxWarning);
    let message = Str::from_str(t, &warning.message).into_value();
    let filename = Str::from_str(t, filename).into_value();
    let line = Int::from_u64(t, u64::from(warning.line));
    let explicit = t.interpreter().intern(t, "warn_explicit");
    let args = [message.borrow(), category.borrow(), filename.borrow(), line.borrow()];
    match call::call_method(t, warnings.borrow(), explicit, &args) {
        Err(raised) if raised.is(t, Exc::SyntaxWarning) => {
            Err(Raised::new(t, Exc::SyntaxError, &warning.message))
        }
        result => result.map(drop),
    }
}
