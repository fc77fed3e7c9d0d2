//! `_imp`: what `importlib` asks of the runtime.

use ungil_macros::module;
use ungil_objects::error::Result;
use ungil_objects::protocol::attribute;
use ungil_objects::types::list::List;
use ungil_objects::types::module::{Module, add_to_module, make_module};
use ungil_objects::types::text::Str;
use ungil_objects::{Object, Ref, Thread, Value, raise};

use crate::import::native;

/// Distinguishes this runtime's compiled files, of which there are none, from CPython's.
const MAGIC: i32 = 0x0a0d_0000 | 3700;

/// Whether a name is that of a module in Rust.
fn is_native(name: &str) -> bool {
    native(name).is_some()
}

/// What `importlib` asks of the runtime.
#[module(name = "_imp")]
pub mod imp {
    use super::*;

    #[setup]
    fn set_up(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        add_to_module(t, module, "pyc_magic_number_token", Value::from_i32(MAGIC))?;
        // `importlib` takes it for one of those in Rust unless it is there already.
        crate::import::import(t, "_warnings")?;
        let default = Str::from_str(t, "default").into_value();
        add_to_module(t, module, "check_hash_based_pycs", default)
    }

    /// Modules have locks of their own: there is no lock on all imports.
    #[function]
    fn acquire_lock() {}

    /// The reverse of acquire_lock().
    #[function]
    fn release_lock() {}

    /// Return whether the lock on all imports is held: never.
    #[function]
    fn lock_held() -> bool {
        false
    }

    /// Return the suffixes of extension modules: none, since there are no such modules.
    #[function]
    fn extension_suffixes(t: &Thread) -> Value {
        List::from_values(t, []).into_value()
    }

    /// Return 1 for a module written in Rust, 0 for any other.
    #[function]
    fn is_builtin(name: String) -> i64 {
        i64::from(is_native(&name))
    }

    /// Make the module of a spec.
    #[function]
    fn create_builtin(t: &mut Thread, spec: Ref<'_>) -> Result<Value> {
        let name = t.names().name;
        let name = attribute::get(t, spec, name)?;
        let Some(name) = name.downcast_ref::<Str>().map(|name| name.to_string()) else {
            raise!(t, TypeError, "the name of a module must be a string");
        };
        if let Some(module) = crate::import::imported(t, &name) {
            return Ok(module);
        }
        match native(&name) {
            Some(def) => Ok(make_module(t, def)?.into_value()),
            None => Ok(Value::NONE),
        }
    }

    /// Modules written in Rust are complete when they are made.
    #[function]
    fn exec_builtin(_module: Ref<'_>) -> i64 {
        0
    }

    /// Return whether a module is frozen: none is, the library is packed in source.
    #[function]
    fn is_frozen(_name: String) -> bool {
        false
    }

    /// Return whether a frozen module is a package.
    #[function]
    fn is_frozen_package(t: &mut Thread, name: String) -> Result<bool> {
        raise!(t, ImportError, "No such frozen object named {name}")
    }

    /// Return a frozen module's code.
    #[function(signature = "(name, data=None, /)")]
    fn get_frozen_object(t: &mut Thread, name: String, _data: Option<Ref<'_>>) -> Result<Value> {
        raise!(t, ImportError, "No such frozen object named {name}")
    }

    /// Return what is known of a frozen module: None.
    #[function(signature = "(name, /, *, withdata=False)")]
    fn find_frozen(_name: String, _withdata: bool) {}

    /// Code objects keep the names that they were compiled with, which are right, since none is read from a file.
    #[function(name = "_fix_co_filename")]
    fn fix_file_name(_code: Ref<'_>, _path: Ref<'_>) {}

    /// Return whether extension modules must support subinterpreters, and set it: there are no such modules.
    #[function(name = "_override_multi_interp_extensions_check")]
    fn override_check(_override_value: i64) -> i64 {
        0
    }
}
