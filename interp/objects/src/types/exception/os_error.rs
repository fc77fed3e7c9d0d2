//! `OSError`: error numbers choose the subclass (PEP 3151).

use ungil_macros::methods;

use super::base::{allocate, set_positional, text_of_arguments};
use super::fields::{Field, field, set_field};
use super::{Exc, Exception, class_of, instantiate, is_instance};
use crate::call::{Args, FromArg};
use crate::class::Class;
use crate::error::{Raised, Result};
use crate::object::{Obj, Object};
use crate::protocol::attribute::attribute_error;
use crate::protocol::text::{repr, str};
use crate::raise;
use crate::thread::Thread;
use crate::types::int::Int;
use crate::types::native::MethodDescriptor;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The class for an error number of Linux (`errno.h`).
fn class_for(errno: i64) -> Exc {
    match errno {
        11 | 114 | 115 => Exc::BlockingIOError,
        10 => Exc::ChildProcessError,
        32 | 108 => Exc::BrokenPipeError,
        103 => Exc::ConnectionAbortedError,
        111 => Exc::ConnectionRefusedError,
        104 => Exc::ConnectionResetError,
        17 => Exc::FileExistsError,
        2 => Exc::FileNotFoundError,
        4 => Exc::InterruptedError,
        21 => Exc::IsADirectoryError,
        20 => Exc::NotADirectoryError,
        1 | 13 => Exc::PermissionError,
        3 => Exc::ProcessLookupError,
        110 => Exc::TimeoutError,
        _ => Exc::OSError,
    }
}

/// The exception for an error number of the system, about a file if there is one.
#[cold]
pub fn from_errno(t: &Thread, errno: i32, filename: Option<Value>) -> Raised {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    let text = text.strip_suffix(&format!(" (os error {errno})")).unwrap_or(&text);
    let args = vec![Value::from_i32(errno), Str::from_str(t, text).into_value()];
    let exception = instantiate(t, class_for(i64::from(errno)), args);
    if let Some(filename) = filename {
        set_field(t, &exception, Field::Filename, filename);
    }
    Raised::from_exception(exception)
}

/// The exception for an error of a system call, about a file if there is one.
#[cold]
pub fn from_io_error(t: &Thread, error: &std::io::Error, filename: Option<Value>) -> Raised {
    match error.raw_os_error() {
        Some(errno) => from_errno(t, errno, filename),
        None => crate::error!(t, OSError, "{error}"),
    }
}

/// Whether a subclass has an `__init__` of its own: then arguments are read there, else in `__new__`.
fn reads_in_init(t: &Thread, class: &Object<Class>) -> bool {
    let own = class_of(t, Exc::OSError).borrow();
    let init = class.lookup(t, t.names().__init__);
    !init.is_some_and(|init| init.downcast_ref::<MethodDescriptor>().is_some_and(|init| init.class().is(own)))
}

/// Reads `(errno, strerror[, filename[, winerror[, filename2]]])`.
fn read_arguments(t: &mut Thread, this: &Object<Exception>, args: &[Ref<'_>]) -> Result<()> {
    let (2..=5, [errno, strerror, ..]) = (args.len(), args) else { return Ok(()) };
    set_field(t, this, Field::Errno, errno.to_value());
    set_field(t, this, Field::Strerror, strerror.to_value());
    let Some(filename) = args.get(2).filter(|filename| !filename.is_none()) else { return Ok(()) };
    if is_instance(t, this.borrow(), Exc::BlockingIOError) && filename.as_int().is_some() {
        let written = i64::from_arg(t, *filename)?;
        set_field(t, this, Field::CharactersWritten, Int::from_i64(t, written));
        return Ok(());
    }
    set_field(t, this, Field::Filename, filename.to_value());
    if let Some(filename2) = args.get(4).filter(|filename| !filename.is_none()) {
        set_field(t, this, Field::Filename2, filename2.to_value());
    }
    this.set_args(t, Tuple::from_values(t, args[..2].iter().map(|arg| arg.to_value())));
    Ok(())
}

#[methods(OS_ERROR)]
impl Exception {
    #[staticmethod(name = "__new__")]
    fn new_os_error(t: &mut Thread, args: Args<'_>) -> Result<Value> {
        let os_error = class_of(t, Exc::OSError);
        let class = match args.positional().first().and_then(|class| class.downcast::<Class>()) {
            Some(class) if class.is_subclass(os_error) => class,
            _ => raise!(t, TypeError, "OSError.__new__(X): X is not a subtype of OSError"),
        };
        let given = args.rest();
        if reads_in_init(t, class) {
            return Ok(allocate(t, class, given.positional()).into_value());
        }
        if given.keyword_count() > 0 {
            raise!(t, TypeError, "{}() takes no keyword arguments", class.name(t));
        }
        let values = given.positional();
        let class = match values.first().and_then(|errno| errno.as_i64()) {
            Some(errno) if std::ptr::eq(class, os_error) && (2..=5).contains(&values.len()) => {
                class_of(t, class_for(errno))
            }
            _ => class,
        };
        let made = allocate(t, class, values);
        read_arguments(t, &made, values)?;
        Ok(made.into_value())
    }

    #[method(name = "__init__")]
    fn init_os_error(t: &mut Thread, this: &Object<Exception>, args: Args<'_>) -> Result<()> {
        if !reads_in_init(t, this.borrow().class(t)) {
            return Ok(());
        }
        set_positional(t, this, args)?;
        read_arguments(t, this, args.positional())
    }

    #[method(name = "__str__")]
    fn text_of_os_error(t: &mut Thread, this: &Object<Exception>) -> Result<Obj<Str>> {
        let (errno, strerror) = (field(t, this, Field::Errno), field(t, this, Field::Strerror));
        let filename = field(t, this, Field::Filename);
        if filename.is_none() && (errno.is_none() || strerror.is_none()) {
            return text_of_arguments(t, this);
        }
        let errno = str(t, errno.unwrap_or(Value::NONE).borrow())?;
        let strerror = str(t, strerror.unwrap_or(Value::NONE).borrow())?;
        let mut text = format!("[Errno {}] {}", &**errno, &**strerror);
        if let Some(filename) = filename {
            text += &format!(": {}", &**repr(t, filename.borrow())?);
            if let Some(filename) = field(t, this, Field::Filename2) {
                text += &format!(" -> {}", &**repr(t, filename.borrow())?);
            }
        }
        Ok(Str::from_str(t, &text))
    }

    #[method(name = "__reduce__")]
    fn reduce_os_error(t: &mut Thread, this: &Object<Exception>) -> Result<Value> {
        let args = this.args(t);
        let (filename, filename2) = (field(t, this, Field::Filename), field(t, this, Field::Filename2));
        let mut all: Vec<Ref<'_>> = args.items().collect();
        if let (2, Some(filename)) = (args.len(), &filename) {
            all.push(filename.borrow());
            if let Some(filename2) = &filename2 {
                all.extend([crate::value::NONE, filename2.borrow()]);
            }
        }
        Exception::reduce_by(t, this, &all)
    }

    #[getter(characters_written)]
    fn get_characters_written(t: &mut Thread, this: &Object<Exception>) -> Result<Value> {
        match field(t, this, Field::CharactersWritten) {
            Some(written) => Ok(written),
            None => {
                let name = t.names().characters_written;
                Err(attribute_error(t, "characters_written", this.borrow(), name))
            }
        }
    }

    #[setter(characters_written)]
    fn set_characters_written(t: &mut Thread, this: &Object<Exception>, value: Option<i64>) -> Result<()> {
        let written = value.map_or(Value::NONE, |value| Int::from_i64(t, value));
        set_field(t, this, Field::CharactersWritten, written);
        Ok(())
    }
}
