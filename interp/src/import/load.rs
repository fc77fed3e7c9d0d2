//! Making and running the module that a name was found to be.

use ungil_compile::{Mode, Options};
use ungil_objects::error::{Raised, Result};
use ungil_objects::protocol::{attribute, call, iterate};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::list::List;
use ungil_objects::types::module::{Module, ModuleDef, make_module};
use ungil_objects::{Exc, Obj, Object, Ref, Thread, Value};

use super::find::{Found, find};
use super::locks::Wish;
use super::spec::{Finder, Loader, ModuleSpec};
use super::{
    as_text, attribute_if_any, import, imported, loading, modules, not_found, set_attribute, source, text,
};
use crate::builtins::compile::compile_source;

/// Finds and loads a module that was not in `sys.modules`, its parent packages first.
pub(super) fn find_and_load(t: &mut Thread, name: &str) -> Result<Value> {
    let parent = match name.rsplit_once('.') {
        Some((parent, _)) => Some(import(t, parent)?),
        None => None,
    };
    let _claim = loop {
        match loading(t).claim(t, name) {
            Wish::Granted(claim) => break Some(claim),
            Wish::Circular => break None,
            Wish::Waited => {}
        }
        if let Some(module) = imported(t, name) {
            return Ok(module);
        }
    };
    // Importing the parent may have imported it, or another thread has.
    if let Some(module) = imported(t, name) {
        return Ok(module);
    }
    let path = match &parent {
        None => None,
        Some(package) => match attribute_if_any(t, package.borrow(), "__path__")? {
            Some(path) => Some(path),
            None => {
                let package = name.rsplit_once('.').map_or("", |(package, _)| package);
                let message = format!("No module named '{name}'; '{package}' is not a package");
                return Err(not_found(t, &message, name));
            }
        },
    };
    let module = load_from_finders(t, name, path)?;
    if let (Some(package), Some((_, tail))) = (parent, name.rsplit_once('.')) {
        set_attribute(t, package.borrow(), tail, module.clone())?;
    }
    Ok(module)
}

/// Asks the finders of `sys.meta_path` in their order. The runtime's own is asked directly.
fn load_from_finders(t: &mut Thread, name: &str, path: Option<Value>) -> Result<Value> {
    let sys = imported(t, "sys");
    let finders = match &sys {
        Some(sys) => attribute_if_any(t, sys.borrow(), "meta_path")?,
        None => None,
    };
    let finders = match &finders {
        Some(finders) => iterate::collect(t, finders.borrow())?,
        None => Vec::new(),
    };
    if finders.is_empty()
        && let Some(module) = load_native_or_source(t, name, path.as_ref())?
    {
        return Ok(module);
    }
    for finder in finders {
        if finder.downcast_ref::<Finder>().is_some() {
            if let Some(module) = load_native_or_source(t, name, path.as_ref())? {
                return Ok(module);
            }
            continue;
        }
        let Some(find_spec) = attribute_if_any(t, finder.borrow(), "find_spec")? else { continue };
        let (name, path) = (text(t, name), path.clone().unwrap_or(Value::NONE));
        let spec = call::call(t, find_spec.borrow(), &[name.borrow(), path.borrow(), Value::NONE.borrow()])?;
        if !spec.is_none() {
            return load_spec(t, spec.borrow());
        }
    }
    Err(not_found(t, &format!("No module named '{name}'"), name))
}

/// The folders that the runtime's finder looks in: a package's `__path__`, or `sys.path`.
pub(super) fn search_path(t: &mut Thread, path: Option<&Value>) -> Result<Vec<String>> {
    let path = match path {
        Some(path) => Some(path.clone()),
        None => match imported(t, "sys") {
            Some(sys) => attribute_if_any(t, sys.borrow(), "path")?,
            None => None,
        },
    };
    let Some(path) = path else { return Ok(vec![ungil_library::ROOT.to_owned()]) };
    Ok(iterate::collect(t, path.borrow())?.iter().filter_map(|entry| as_text(entry.borrow())).collect())
}

fn load_native_or_source(t: &mut Thread, name: &str, path: Option<&Value>) -> Result<Option<Value>> {
    let path = search_path(t, path)?;
    match find(name, &path) {
        None => Ok(None),
        Some(Found::Native(def)) => load_native(t, name, def).map(Some),
        Some(found) => {
            let module = new_module(t, name, &found)?;
            let run = |t: &mut Thread| match &found {
                Found::Source { path, .. } => run_source(t, path, module.namespace()),
                _ => Ok(()),
            };
            run_in_place(t, name, module.to_value(), run).map(Some)
        }
    }
}

/// Makes a module written in Rust.
pub(super) fn load_native(t: &mut Thread, name: &str, def: &'static ModuleDef) -> Result<Value> {
    let module = make_module(t, def)?.into_value();
    let loader = Loader::new(t, name, None, false);
    let spec = ModuleSpec::new(t, name, loader.clone(), Some("built-in"), None)?;
    set_attribute(t, module.borrow(), "__loader__", loader)?;
    set_attribute(t, module.borrow(), "__spec__", spec)?;
    let package = text(t, name.rsplit_once('.').map_or("", |(package, _)| package));
    set_attribute(t, module.borrow(), "__package__", package)?;
    let key = t.interpreter().intern(t, name);
    modules(t).set_str(t, key, module.clone())?;
    Ok(module)
}

/// A module with the attributes that the import system gives it, not yet run.
fn new_module(t: &mut Thread, name: &str, found: &Found) -> Result<Obj<Module>> {
    let (path, folders) = match found {
        Found::Source { path, package } => (Some(path.as_str()), package.as_ref().map(std::slice::from_ref)),
        Found::Namespace(folders) => (None, Some(folders.as_slice())),
        Found::Native(_) => (None, None),
    };
    let loader = Loader::new(t, name, path, folders.is_some());
    let spec = ModuleSpec::new(t, name, loader.clone(), path, folders)?;
    let namespace = Dict::new(t);
    let module = Module::new(t, namespace);
    let package =
        if folders.is_some() { name } else { name.rsplit_once('.').map_or("", |(package, _)| package) };
    // Interned, hence immortal: every function that a thread makes takes the name of its module.
    let (name, package) = (t.interpreter().intern(t, name).to_value(), text(t, package));
    let mut attributes = vec![
        ("__name__", name),
        ("__doc__", Value::NONE),
        ("__package__", package),
        ("__loader__", loader),
        ("__spec__", spec),
    ];
    if let Some(path) = path {
        attributes.push(("__file__", text(t, path)));
        attributes.push(("__cached__", Value::NONE));
    }
    if let Some(folders) = folders {
        let folders: Vec<Value> = folders.iter().map(|folder| text(t, folder)).collect();
        attributes.push(("__path__", List::from_values(t, folders).into_value()));
    }
    for (name, value) in attributes {
        let name = t.interpreter().intern(t, name);
        module.namespace().set_str(t, name, value)?;
    }
    add_builtins(t, module.namespace())?;
    Ok(module)
}

/// Gives a global namespace its `__builtins__`, unless it has some.
pub(crate) fn add_builtins(t: &mut Thread, namespace: &Object<Dict>) -> Result<()> {
    let name = t.names().__builtins__;
    if namespace.get_str(t, name).is_none()
        && let Some(builtins) = t.interpreter().root(t, "builtins")
    {
        namespace.set_str(t, name, builtins)?;
    }
    Ok(())
}

/// Enters a module in `sys.modules`, runs it, and takes it out again if that fails. Gives what is in `sys.modules` then: a module
/// may have put something else in its place.
fn run_in_place(
    t: &mut Thread,
    name: &str,
    module: Value,
    run: impl FnOnce(&mut Thread) -> Result<()>,
) -> Result<Value> {
    let key = t.interpreter().intern(t, name);
    modules(t).set_str(t, key, module.clone())?;
    let spec = attribute_if_any(t, module.borrow(), "__spec__")?.filter(|spec| !spec.is_none());
    if let Some(spec) = &spec {
        set_attribute(t, spec.borrow(), "_initializing", Value::TRUE)?;
    }
    let result = run(t);
    if let Some(spec) = &spec {
        set_attribute(t, spec.borrow(), "_initializing", Value::FALSE)?;
    }
    if let Err(raised) = result {
        modules(t).remove(t, key)?;
        return Err(raised);
    }
    match modules(t).get_str(t, key) {
        Some(module) => Ok(module),
        None => Err(missing_after_load(t, name)),
    }
}

fn missing_after_load(t: &mut Thread, name: &str) -> Raised {
    super::import_error(
        t,
        Exc::ImportError,
        &format!("module {name} not in sys.modules after load"),
        name,
        None,
    )
}

/// Compiles and runs a Python file in a module's namespace.
pub(super) fn run_source(t: &mut Thread, path: &str, namespace: &Object<Dict>) -> Result<()> {
    let source = source::read(t, path)?;
    let code = compile_source(t, &source, path, Options::new(Mode::Module))?;
    crate::eval::run_code(t, &code, namespace, namespace.to_value()).map(drop)
}

/// Loads a module by the loader of a spec that some other finder made.
fn load_spec(t: &mut Thread, spec: Ref<'_>) -> Result<Value> {
    let get = |t: &mut Thread, name: &str| -> Result<Value> {
        Ok(attribute_if_any(t, spec, name)?.unwrap_or(Value::NONE))
    };
    let name = get(t, "name")?;
    let Some(name_text) = as_text(name.borrow()) else {
        return Err(super::import_error(t, Exc::ImportError, "a spec has no name", "", None));
    };
    let loader = get(t, "loader")?;
    let folders = get(t, "submodule_search_locations")?;
    let create = match loader.is_none() {
        true => None,
        false => attribute_if_any(t, loader.borrow(), "create_module")?,
    };
    let created = match create {
        Some(create) => call::call(t, create.borrow(), &[spec])?,
        None => Value::NONE,
    };
    let module = match created.is_none() {
        true => {
            let namespace = Dict::new(t);
            Module::new(t, namespace).into_value()
        }
        false => created,
    };
    let parent = get(t, "parent")?;
    let attributes = [("__name__", name), ("__loader__", loader.clone()), ("__package__", parent)];
    for (name, value) in attributes.into_iter().chain([("__spec__", spec.to_value())]) {
        set_attribute(t, module.borrow(), name, value)?;
    }
    if !folders.is_none() {
        set_attribute(t, module.borrow(), "__path__", folders)?;
    }
    if get(t, "has_location")?.borrow().as_bool() == Some(true) {
        let origin = get(t, "origin")?;
        set_attribute(t, module.borrow(), "__file__", origin)?;
    }
    if let Some(module) = module.downcast_ref::<Module>() {
        add_builtins(t, module.namespace())?;
    }
    run_in_place(t, &name_text, module.clone(), |t| {
        if loader.is_none() {
            return Ok(());
        }
        let exec = t.interpreter().intern(t, "exec_module");
        let exec = attribute::get(t, loader.borrow(), exec)?;
        call::call(t, exec.borrow(), &[module.borrow()]).map(drop)
    })
}

/// Makes a module of source text, enters it in `sys.modules` under a name, and runs it. Tracebacks show it as `<name>`.
///
/// # Errors
/// What compiling and running it raise.
pub fn run_module_source(t: &mut Thread, name: &str, source: &str) -> Result<Value> {
    let found = Found::Namespace(Vec::new());
    let module = new_module(t, name, &found)?;
    let path = t.names().__path__;
    module.namespace().remove(t, path)?;
    run_in_place(t, name, module.to_value(), |t| {
        let code = compile_source(t, source, &format!("<{name}>"), Options::new(Mode::Module))?;
        crate::eval::run_code(t, &code, module.namespace(), module.namespace_value()).map(drop)
    })
}
