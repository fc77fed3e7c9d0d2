//! Running a program as the module `__main__`: a file, a string, a module.

use std::sync::Arc;

use ungil_compile::{Mode, Options};
use ungil_objects::error::Result;
use ungil_objects::protocol::call;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::list::List;
use ungil_objects::types::module::Module;
use ungil_objects::{Obj, Thread, Value};

use super::{Loader, attribute_if_any, import, imported, load, modules, set_attribute, source, text};
use crate::builtins::compile::compile_source;
use crate::thread_data::Shared;

/// The module `__main__`, made when it is first asked for.
///
/// # Errors
/// Those of setting attributes.
pub fn main_module(t: &mut Thread) -> Result<Obj<Module>> {
    if let Some(Ok(module)) = imported(t, "__main__").map(|module| module.downcast::<Module>()) {
        return Ok(module);
    }
    let namespace = Dict::new(t);
    let module = Module::new(t, namespace);
    let name = t.interpreter().intern(t, "__main__").to_value();
    let attributes = [("__name__", name), ("__doc__", Value::NONE), ("__package__", Value::NONE)];
    for (name, value) in
        attributes.into_iter().chain([("__loader__", Value::NONE), ("__spec__", Value::NONE)])
    {
        let name = t.interpreter().intern(t, name);
        module.namespace().set_str(t, name, value)?;
    }
    load::add_builtins(t, module.namespace())?;
    let key = t.names().__main__;
    modules(t).set_str(t, key, module.to_value())?;
    Ok(module)
}

/// Sets `sys.argv`, and puts the folder that a program's own modules are in first in `sys.path`, others behind it.
///
/// # Errors
/// Those of setting attributes.
pub fn set_arguments(
    t: &mut Thread,
    arguments: &[String],
    others: &[String],
    folder: Option<&str>,
) -> Result<()> {
    let Some(sys) = imported(t, "sys") else { return Ok(()) };
    let arguments: Vec<Value> = arguments.iter().map(|argument| text(t, argument)).collect();
    let arguments = List::from_values(t, arguments).into_value();
    set_attribute(t, sys.borrow(), "argv", arguments)?;
    if let Some(path) = attribute_if_any(t, sys.borrow(), "path")?
        && let Some(path) = path.downcast_ref::<List>()
    {
        let folders = folder.into_iter().chain(others.iter().map(String::as_str));
        let folders = folders.map(|folder| text(t, folder)).collect();
        path.items().splice(t, path.header(), 0, 0, folders);
    }
    Ok(())
}

/// Tells `sys` how the command was called: `executable`, `orig_argv`, `warnoptions`.
///
/// # Errors
/// Those of setting attributes.
pub fn set_command(t: &mut Thread, command: &[String], warnings: &[String]) -> Result<()> {
    let Some(sys) = imported(t, "sys") else { return Ok(()) };
    let executable = std::env::current_exe().unwrap_or_default().to_string_lossy().into_owned();
    let executable = text(t, &executable);
    set_attribute(t, sys.borrow(), "executable", executable)?;
    for (name, texts) in [("orig_argv", command), ("warnoptions", warnings)] {
        let texts: Vec<Value> = texts.iter().map(|item| text(t, item)).collect();
        let list = List::from_values(t, texts).into_value();
        set_attribute(t, sys.borrow(), name, list)?;
    }
    Ok(())
}

/// Runs a file that is known to programs by this path.
///
/// # Errors
/// What reading, compiling and running it raise.
pub fn run_file(t: &mut Thread, path: &str) -> Result<()> {
    let module = main_module(t)?;
    let loader = Loader::new(t, "__main__", Some(path), false);
    set_attribute(t, module.borrow(), "__loader__", loader)?;
    let file = text(t, path);
    set_attribute(t, module.borrow(), "__file__", file)?;
    set_attribute(t, module.borrow(), "__cached__", Value::NONE)?;
    let source = source::read(t, path)?;
    run_in(t, &module, &source, path)
}

/// Runs source text; `name` stands for a file in messages, like `<string>`.
///
/// # Errors
/// What compiling and running it raise.
pub fn run_string(t: &mut Thread, source: &str, name: &str) -> Result<()> {
    let module = main_module(t)?;
    let code = compile_source(t, source, name, Options::new(Mode::Module))?;
    *Shared::of(t.interpreter()).imports.command.lock() =
        Some((code.spec.filename.clone(), source.to_owned()));
    let namespace = module.namespace();
    crate::eval::run_code(t, &code, namespace, namespace.to_value()).map(drop)
}

/// The source of the program that [`run_string`] runs, if that is where code with this name comes from. Other code may have an equal name,
/// but not the same.
pub(crate) fn command_source(t: &Thread, name: &Arc<str>) -> Option<String> {
    let command = Shared::of(t.interpreter()).imports.command.lock();
    command.as_ref().filter(|(of, _)| Arc::ptr_eq(of, name)).map(|(_, source)| source.clone())
}

fn run_in(t: &mut Thread, module: &Obj<Module>, source: &str, name: &str) -> Result<()> {
    let code = compile_source(t, source, name, Options::new(Mode::Module))?;
    let namespace = module.namespace();
    crate::eval::run_code(t, &code, namespace, namespace.to_value()).map(drop)
}

/// Runs a library module as a program (`-m`), by `runpy`.
///
/// # Errors
/// What finding and running it raise.
pub fn run_module(t: &mut Thread, name: &str) -> Result<()> {
    main_module(t)?;
    let runpy = import(t, "runpy")?;
    let run = t.interpreter().intern(t, "_run_module_as_main");
    let name = text(t, name);
    call::call_method(t, runpy.borrow(), run, &[name.borrow()]).map(drop)
}
