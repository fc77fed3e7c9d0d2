//! The process's environment.

use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::sync::Mutex;

use ungil_macros::function;
use ungil_objects::error::Result;
use ungil_objects::protocol::buffer;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::dict::Dict;
use ungil_objects::{Ref, Thread, Value, raise};

/// The environment is the process's, and libc's is not safe against changes by several threads: changes take turns.
static CHANGING: Mutex<()> = Mutex::new(());

/// The environment as a dict of bytes.
pub fn read(t: &mut Thread) -> Result<Value> {
    let variables: Vec<_> = {
        let _turn = CHANGING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        std::env::vars_os().collect()
    };
    let environment = Dict::new(t);
    for (name, value) in variables {
        let name = Bytes::from_slice(t, &name.into_vec());
        let value = Bytes::from_slice(t, &value.into_vec()).into_value();
        environment.set(t, name.borrow(), value)?;
    }
    Ok(environment.into_value())
}

/// A new dict of the process's environment, with names and values as bytes.
#[function]
pub fn _create_environ(t: &mut Thread) -> Result<Value> {
    read(t)
}

fn name_bytes(t: &mut Thread, name: Ref<'_>) -> Result<Vec<u8>> {
    let name = match buffer::bytes_of(t, name) {
        Some(name) => name.into_owned(),
        None => super::path::path_bytes(t, name, "putenv")?,
    };
    if name.is_empty() || name.contains(&b'=') || name.contains(&0) {
        raise!(t, ValueError, "illegal environment variable name");
    }
    Ok(name)
}

/// Sets a variable in the process's environment, whether or not it was there. `os.environ` does not notice.
#[function]
pub fn putenv(t: &mut Thread, name: Ref<'_>, value: Ref<'_>) -> Result<()> {
    let name = name_bytes(t, name)?;
    let value = super::path::path_bytes(t, value, "putenv")?;
    let _turn = CHANGING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: Rust code reads the environment under a lock of the standard library, Python code under ours; C libraries that read it
    // at the same time are the caller's concern, as in every Python.
    unsafe { std::env::set_var(OsStr::from_bytes(&name), OsStr::from_bytes(&value)) };
    Ok(())
}

/// Takes a variable out of the process's environment. `os.environ` does not notice.
#[function]
pub fn unsetenv(t: &mut Thread, name: Ref<'_>) -> Result<()> {
    let name = name_bytes(t, name)?;
    let _turn = CHANGING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: as in `putenv`.
    unsafe { std::env::remove_var(OsStr::from_bytes(&name)) };
    Ok(())
}
