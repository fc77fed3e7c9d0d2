//! `sys`: what the runtime tells of itself and lets programs set. What needs frames (`_getframe`, `settrace`, `excepthook` …), the
//! streams and what the command line says (`argv`, `path`, `flags`) are set by the crates that have them.

mod facts;
mod settings;

pub use settings::{FINALIZER_ROOT, FIRSTITER_ROOT};
mod state;

use ungil_macros::module;
use ungil_objects::object::Object;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::list::List;
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Result, Thread, Value};

/// The interpreter's own reference to the module.
pub const ROOT: &str = "sys";
/// The interpreter's own reference to `sys.modules` as it was made.
pub const MODULES_ROOT: &str = "sys.modules";

/// The state of the interpreter, its settings, and what it knows about the platform.
#[module(
    name = "sys",
    functions(
        settings::_is_gil_enabled,
        settings::get_asyncgen_hooks,
        settings::get_int_max_str_digits,
        settings::getdefaultencoding,
        settings::getfilesystemencodeerrors,
        settings::getfilesystemencoding,
        settings::getswitchinterval,
        settings::is_finalizing,
        settings::set_asyncgen_hooks,
        settings::set_int_max_str_digits,
        settings::setswitchinterval,
        state::_clear_type_cache,
        state::_clear_type_descriptors,
        state::_is_immortal,
        state::_is_interned,
        state::addaudithook,
        state::audit,
        state::displayhook,
        state::exc_info,
        state::exception,
        state::exit,
        state::getrefcount,
        state::getsizeof,
        state::intern
    )
)]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        facts::add(t, module)?;
        settings::add(t, module)?;
        let modules = Dict::new(t).into_value();
        t.interpreter().set_root(t, MODULES_ROOT, modules.clone());
        add_to_module(t, module, "modules", modules)?;
        for name in ["path", "meta_path", "path_hooks", "warnoptions", "argv", "orig_argv"] {
            let list = List::from_values(t, []).into_value();
            add_to_module(t, module, name, list)?;
        }
        for name in ["path_importer_cache", "_xoptions"] {
            let dict = Dict::new(t).into_value();
            add_to_module(t, module, name, dict)?;
        }
        for name in
            ["executable", "prefix", "base_prefix", "exec_prefix", "base_exec_prefix", "_base_executable"]
        {
            let text = Str::from_str(t, "").into_value();
            add_to_module(t, module, name, text)?;
        }
        for name in ["pycache_prefix", "_home", "_stdlib_dir", "stdin", "stdout", "stderr"] {
            add_to_module(t, module, name, Value::NONE)?;
        }
        for name in ["__stdin__", "__stdout__", "__stderr__"] {
            add_to_module(t, module, name, Value::NONE)?;
        }
        let display = module.get(t, "displayhook").unwrap_or(Value::NONE);
        add_to_module(t, module, "__displayhook__", display)?;
        let mut names: Vec<&str> = crate::names().collect();
        names.sort_unstable();
        let names = Tuple::from_values(t, names.into_iter().map(|name| Str::from_str(t, name).into_value()));
        add_to_module(t, module, "builtin_module_names", names.into_value())?;
        t.interpreter().set_root(t, ROOT, module.to_value());
        Ok(())
    }
}
