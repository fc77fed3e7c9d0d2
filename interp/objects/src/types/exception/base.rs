//! `BaseException`: arguments, notes, causes and contexts.

use ungil_macros::class;

use super::{Exc, Exception, is_instance};
use crate::attributes;
use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::text::{name_of, repr, str};
use crate::protocol::{attribute, iterate};
use crate::raise;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// An exception of a class with these positional arguments; its fields are not set.
pub(super) fn allocate(t: &Thread, class: &Object<Class>, args: &[Ref<'_>]) -> Obj<Exception> {
    let args = Tuple::from_values(t, args.iter().map(|arg| arg.to_value()));
    t.alloc_with_shape(class.root_shape(), Exception::new(args))
}

/// `BaseException.__init__` for a class that takes no keywords of its own.
pub(super) fn set_positional(t: &Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
    if args.keyword_count() > 0 {
        raise!(t, TypeError, "{}() takes no keyword arguments", this.borrow().class(t).name(t));
    }
    this.set_args(t, Tuple::from_values(t, args.positional().iter().map(|arg| arg.to_value())));
    Ok(())
}

/// `BaseException.__str__`.
pub(super) fn text_of_arguments(t: &mut Thread, this: &Object<Exception>) -> Result<Obj<Str>> {
    let args = this.args(t);
    match args.len() {
        0 => Ok(Str::from_str(t, "")),
        1 => str(t, args.as_slice()[0]),
        _ => str(t, args.borrow()),
    }
}

/// `BaseException.__reduce__` with these arguments.
pub(super) fn reduce(t: &Thread, this: &Object<Exception>, args: Value) -> Result<Value> {
    let class = this.borrow().class(t).to_value();
    let own = attributes::to_vec(t, this.borrow());
    if own.is_empty() {
        return Ok(Tuple::from_values(t, [class, args]).into_value());
    }
    let state = Dict::from_pairs(t, own);
    Ok(Tuple::from_values(t, [class, args, state.into_value()]).into_value())
}

/// Adds a note, as `exception.add_note()` does.
pub fn add_note(t: &mut Thread, exception: &Object<Exception>, note: &str) -> Result<()> {
    let note = Str::from_str(t, note).into_value();
    append_note(t, exception, note)
}

fn append_note(t: &mut Thread, exception: &Object<Exception>, note: Value) -> Result<()> {
    let name = t.names().__notes__;
    match attribute::get_if_any(t, exception.borrow(), name)? {
        Some(notes) => match notes.downcast_ref::<List>() {
            Some(notes) => notes.push(t, note),
            None => raise!(t, TypeError, "Cannot add note: __notes__ is not a list"),
        },
        None => {
            let notes = List::from_values(t, [note]).into_value();
            attribute::set(t, exception.borrow(), name, notes)?;
        }
    }
    Ok(())
}

/// An exception or nothing for an attribute that `None` clears.
fn exception_or_none(t: &Thread, value: Option<Ref<'_>>, what: &str, refused: &str) -> Result<Option<Value>> {
    match value {
        None => raise!(t, TypeError, "{what} may not be deleted"),
        Some(value) if value.is_none() => Ok(None),
        Some(value) if is_instance(t, value, Exc::BaseException) => Ok(Some(value.to_value())),
        Some(_) => raise!(t, TypeError, "{refused} must be None or derive from BaseException"),
    }
}

fn set_traceback(t: &Thread, this: &Object<Exception>, value: Ref<'_>) -> Result<()> {
    if !value.is_none() && value.class(t).name(t) != "traceback" {
        raise!(t, TypeError, "__traceback__ must be a traceback or None");
    }
    this.set_traceback(t, (!value.is_none()).then(|| value.to_value()));
    Ok(())
}

/// What every exception derives from, those included that `except Exception` lets pass.
#[class(name = "BaseException", attributes, exception)]
impl Exception {
    #[new]
    fn new_exception(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Obj<Exception> {
        allocate(t, class, args.positional())
    }

    #[method]
    fn __init__(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        set_positional(t, this, args)
    }

    #[method]
    fn __str__(t: &mut Thread, this: &Object<Exception>) -> Result<Obj<Str>> {
        text_of_arguments(t, this)
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Exception>) -> Result<String> {
        let args = this.args(t);
        let class = this.borrow().class(t).name(t);
        match args.len() {
            0 => Ok(format!("{class}()")),
            1 => Ok(format!("{class}({})", &**repr(t, args.as_slice()[0])?)),
            _ => Ok(format!("{class}{}", &**repr(t, args.borrow())?)),
        }
    }

    /// Gives the exception the traceback `tb`, which may be `None`, and answers the exception.
    #[method]
    fn with_traceback(t: &mut Thread, this: &Object<Exception>, tb: Ref<'_>) -> Result<Value> {
        set_traceback(t, this, tb)?;
        Ok(this.to_value())
    }

    /// Appends the string `note` to `__notes__`, which tracebacks show below the message.
    #[method(name = "add_note")]
    fn add_note_method(t: &mut Thread, this: &Object<Exception>, note: Ref<'_>) -> Result<()> {
        if note.downcast::<Str>().is_none() {
            raise!(t, TypeError, "add_note() argument must be str, not {}", note.class(t).name(t));
        }
        append_note(t, this, note.to_value())
    }

    #[method(name = "__reduce__")]
    fn reduce_exception(t: &mut Thread, this: &Object<Exception>) -> Result<Value> {
        let args = this.args(t).into_value();
        reduce(t, this, args)
    }

    #[method(name = "__setstate__")]
    fn set_state(t: &mut Thread, this: &Object<Exception>, state: Ref<'_>) -> Result<()> {
        if state.is_none() {
            return Ok(());
        }
        let Some(state) = state.downcast::<Dict>() else {
            raise!(t, TypeError, "state is not a dictionary");
        };
        for (name, value) in state.items(t) {
            let name = t.interpreter().intern_value(t, name.borrow()).to_value();
            attribute::set(t, this.borrow(), name.borrow(), value)?;
        }
        Ok(())
    }

    #[getter(args)]
    fn get_args(t: &Thread, this: &Object<Exception>) -> Obj<Tuple> {
        this.args(t)
    }

    #[setter(args)]
    fn replace_args(t: &mut Thread, this: &Object<Exception>, value: Option<Ref<'_>>) -> Result<()> {
        let Some(value) = value else { raise!(t, TypeError, "args may not be deleted") };
        let args = iterate::collect(t, value)?;
        this.set_args(t, Tuple::from_values(t, args));
        Ok(())
    }

    #[getter]
    fn __traceback__(t: &Thread, this: &Object<Exception>) -> Option<Value> {
        this.traceback(t)
    }

    #[setter(__traceback__)]
    fn replace_traceback(t: &Thread, this: &Object<Exception>, value: Option<Ref<'_>>) -> Result<()> {
        match value {
            Some(value) => set_traceback(t, this, value),
            None => raise!(t, TypeError, "__traceback__ may not be deleted"),
        }
    }

    #[getter]
    fn __context__(t: &Thread, this: &Object<Exception>) -> Option<Value> {
        this.context(t)
    }

    #[setter(__context__)]
    fn replace_context(t: &Thread, this: &Object<Exception>, value: Option<Ref<'_>>) -> Result<()> {
        this.set_context(t, exception_or_none(t, value, "__context__", "exception context")?);
        Ok(())
    }

    #[getter]
    fn __cause__(t: &Thread, this: &Object<Exception>) -> Option<Value> {
        this.cause(t)
    }

    #[setter(__cause__)]
    fn replace_cause(t: &Thread, this: &Object<Exception>, value: Option<Ref<'_>>) -> Result<()> {
        this.set_cause(t, exception_or_none(t, value, "__cause__", "exception cause")?);
        Ok(())
    }

    #[getter]
    fn __suppress_context__(this: &Object<Exception>) -> bool {
        this.suppresses_context()
    }

    #[setter(__suppress_context__)]
    fn replace_suppress_context(t: &Thread, this: &Object<Exception>, value: Option<Ref<'_>>) -> Result<()> {
        match value.map(Ref::as_bool) {
            Some(Some(suppress)) => this.set_suppress_context(suppress),
            Some(None) => raise!(t, TypeError, "attribute value type must be bool"),
            None => raise!(t, TypeError, "can't delete numeric/char attribute"),
        }
        Ok(())
    }
}

/// The error for a keyword that an exception's class does not take.
pub(super) fn unexpected_keyword(t: &Thread, class: &str, keyword: Ref<'_>) -> crate::error::Raised {
    let keyword = name_of(keyword);
    crate::error!(t, TypeError, "{class}() got an unexpected keyword argument '{keyword}'")
}
