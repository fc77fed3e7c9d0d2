//! What an interpreter imports before any program: the table of modules, `builtins` and `sys`.

use std::collections::BTreeSet;
use ungil_library::ROOT;

use ungil_objects::error::Result;
use ungil_objects::protocol::call;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::list::List;
use ungil_objects::types::set::FrozenSet;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Thread, Value};

use super::spec::Finder;
use super::{MODULES, find, imported, load, set_attribute, spec, text};

/// Makes `sys.modules`, `builtins` and `sys`, on an interpreter's first thread.
///
/// # Errors
/// What making the modules raises: an error in the runtime itself.
pub fn install(t: &mut Thread) -> Result<()> {
    let modules = Dict::new(t).into_value();
    t.interpreter().set_root(t, MODULES, modules.clone());
    spec::make_classes(t)?;
    let builtins = load_start(t, "builtins")?;
    t.interpreter().set_root(t, "builtins", builtins.clone());
    let sys = load_start(t, "sys")?;
    crate::builtins::add_to_builtins(t, builtins.borrow())?;
    crate::builtins::add_to_sys(t, sys.borrow())?;
    let finder = t.alloc(Finder).into_value();
    let path = List::from_values(t, [text(t, ROOT)]).into_value();
    let names: Vec<&'static str> = crate::builtins::names().chain(ungil_modules::names()).collect();
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    let names: Vec<Value> = names.into_iter().map(|name| text(t, name)).collect();
    let attributes = [
        ("modules", modules),
        ("meta_path", List::from_values(t, [finder]).into_value()),
        ("path_hooks", List::from_values(t, []).into_value()),
        ("path_importer_cache", Dict::new(t).into_value()),
        ("path", path),
        ("builtin_module_names", Tuple::from_values(t, names).into_value()),
        ("stdlib_module_names", library_names(t)?),
        ("dont_write_bytecode", Value::TRUE),
        ("_stdlib_dir", text(t, ROOT)),
    ];
    for (name, value) in attributes {
        set_attribute(t, sys.borrow(), name, value)?;
    }
    Ok(())
}

fn load_start(t: &mut Thread, name: &str) -> Result<Value> {
    if let Some(module) = imported(t, name) {
        return Ok(module);
    }
    match find::native(name) {
        Some(def) => load::load_native(t, name, def),
        None => Err(super::not_found(t, &format!("No module named '{name}'"), name)),
    }
}

/// The names of the modules at the top of the standard library, as a frozen set.
fn library_names(t: &mut Thread) -> Result<Value> {
    let packed = ungil_library::files().iter().map(|file| file.path().split('/').next().unwrap_or_default());
    let packed = packed.map(|name| name.strip_suffix(".py").unwrap_or(name));
    let native = ungil_modules::names().chain(crate::builtins::names());
    let names: BTreeSet<&str> = packed.chain(native).collect();
    let names: Vec<Value> =
        names.into_iter().map(|name| t.interpreter().intern(t, name).to_value()).collect();
    let names = Tuple::from_values(t, names);
    let class = t.shape_of::<FrozenSet>().class();
    call::call(t, class.borrow(), &[names.borrow()])
}
