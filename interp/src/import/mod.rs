//! Importing modules: what `import` statements, `__import__` and the runtime itself do.
//!
//! A module is looked for in `sys.modules`, then by the finders of `sys.meta_path`. The runtime's own finder ([`spec`]) knows modules
//! written in Rust, the packed standard library and the folders of `sys.path` ([`find`]); [`load`] makes and runs what was
//! found. One thread loads a module while others that want it wait, detached ([`locks`]).
//!
//! The rules are those of the language reference, chapter "The import system"; wording of errors as in CPython 3.14.

mod find;
mod from;
mod load;
mod locks;
mod resolve;
pub mod script;
pub mod source;
mod spec;
mod start;
pub mod streams;

pub(crate) use find::native;
pub use from::{import_from, import_star};
pub(crate) use load::add_builtins;
pub use load::run_module_source;
pub use resolve::{import_function, import_name};
pub use spec::Loader;
pub use start::install;

use ungil_objects::error::{Raised, Result};
use ungil_objects::protocol::attribute;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::text::Str;
use ungil_objects::{Exc, Obj, Ref, Thread, Value, raise};

use crate::thread_data::Shared;

/// What importing keeps for an interpreter.
#[derive(Default)]
pub struct ImportState {
    loading: locks::Loading,
    /// The source of the command line's program (`-c`), for tracebacks, with the name that its code has.
    command: parking_lot::Mutex<Option<(std::sync::Arc<str>, String)>>,
}

/// The interpreter's root that is `sys.modules`.
const MODULES: &str = "modules";

/// Imports a module by its full name and returns it, not its top-level package.
///
/// # Errors
/// `ModuleNotFoundError`, and whatever running the module raises.
pub fn import(t: &mut Thread, name: &str) -> Result<Value> {
    let key = t.interpreter().intern(t, name);
    loop {
        let Some(module) = modules(t).get_str(t, key) else { return load::find_and_load(t, name) };
        if module.is_none() {
            let message = format!("import of {name} halted; None in sys.modules");
            return Err(not_found(t, &message, name));
        }
        if !loading(t).wait_for(t, name) {
            return Ok(module);
        }
    }
}

/// `sys.modules`.
pub fn modules(t: &Thread) -> Obj<Dict> {
    let modules = t.interpreter().root(t, MODULES).and_then(|modules| modules.downcast::<Dict>().ok());
    modules.expect("the table of modules is made before anything is imported")
}

/// A module that is imported already.
pub fn imported(t: &Thread, name: &str) -> Option<Value> {
    let name = t.interpreter().intern(t, name);
    modules(t).get_str(t, name).filter(|module| !module.is_none())
}

fn loading(t: &Thread) -> &'static locks::Loading {
    &Shared::of(t.interpreter()).imports.loading
}

fn text(t: &Thread, text: &str) -> Value {
    Str::from_str(t, text).into_value()
}

/// The text of a string value.
fn as_text(value: Ref<'_>) -> Option<String> {
    value.downcast::<Str>().map(|text| text.to_string())
}

/// Sets an attribute by its Rust name.
fn set_attribute(t: &mut Thread, object: Ref<'_>, name: &str, value: Value) -> Result<()> {
    let name = t.interpreter().intern(t, name);
    attribute::set(t, object, name, value)
}

/// An attribute by its Rust name, if there is one.
fn attribute_if_any(t: &mut Thread, object: Ref<'_>, name: &str) -> Result<Option<Value>> {
    let name = t.interpreter().intern(t, name);
    attribute::get_if_any(t, object, name)
}

fn not_found(t: &mut Thread, message: &str, name: &str) -> Raised {
    import_error(t, Exc::ModuleNotFoundError, message, name, None)
}

/// An `ImportError`, or a subclass of it, with its attributes.
fn import_error(t: &mut Thread, class: Exc, message: &str, name: &str, path: Option<Value>) -> Raised {
    let raised = Raised::new(t, class, message);
    let exception = raised.exception().clone();
    let name = text(t, name);
    let path = path.unwrap_or(Value::NONE);
    let set = set_attribute(t, exception.borrow(), "name", name)
        .and_then(|()| set_attribute(t, exception.borrow(), "path", path));
    match set {
        Ok(()) => raised,
        Err(other) => other,
    }
}

/// The names in a `fromlist` or `__all__`.
fn item_name(t: &mut Thread, item: Ref<'_>, place: &str) -> Result<String> {
    match as_text(item) {
        Some(name) => Ok(name),
        None => raise!(t, TypeError, "Item in {place} must be str, not {}", item.class(t).name(t)),
    }
}
