//! Built-ins and modules that need frames, the compiler, threads or the collector, and so cannot live with the others in
//! `ungil-modules`.

pub mod class_statement;
pub mod compile;
mod execute;
mod faulthandler;
pub mod gc;
pub mod hooks;
mod imp;
mod importing;
mod input;
mod opcode;
pub mod scope;
pub mod signal;
mod signal_watch;
mod syntax_tree;
mod sys_frames;
pub mod thread;
mod tokenize;
pub mod unraisable;

use ungil_objects::call::NativeDef;
use ungil_objects::error::Result;
use ungil_objects::types::module::{Module, ModuleDef, add_to_module};
use ungil_objects::types::native::NativeFunction;
use ungil_objects::{Ref, Thread, raise};

/// The modules of this folder, by name.
static MODULES: &[&ModuleDef] = &[
    &imp::imp::DEF,
    &faulthandler::faulthandler::DEF,
    &gc::gc::DEF,
    &opcode::opcode::DEF,
    &signal::signal::DEF,
    &thread::thread::DEF,
    &tokenize::tokenize::DEF,
];

/// The module of this folder with this name.
pub fn find(name: &str) -> Option<&'static ModuleDef> {
    MODULES.iter().copied().find(|module| module.name == name)
}

/// The names of this folder's modules.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|module| module.name)
}

/// Adds this folder's functions to `builtins`.
pub(crate) fn add_to_builtins(t: &mut Thread, module: Ref<'_>) -> Result<()> {
    let parts = [&execute::execute::DEF, &scope::scope::DEF, &importing::importing::DEF, &input::input::DEF];
    parts.into_iter().try_for_each(|part| add_functions(t, module, part.functions))?;
    add_functions(t, module, class_statement::class_statement::DEF.functions)
}

/// Adds this folder's functions to `sys`.
pub(crate) fn add_to_sys(t: &mut Thread, module: Ref<'_>) -> Result<()> {
    add_functions(t, module, sys_frames::sys_frames::DEF.functions)?;
    add_functions(t, module, hooks::hooks::DEF.functions)?;
    add_functions(t, module, unraisable::unraisable::DEF.functions)?;
    for (original, name) in [
        ("__excepthook__", "excepthook"),
        ("__unraisablehook__", "unraisablehook"),
        ("__breakpointhook__", "breakpointhook"),
    ] {
        if let Some(sys) = module.downcast::<Module>()
            && let Some(hook) = sys.get(t, name)
        {
            add_to_module(t, sys, original, hook)?;
        }
    }
    Ok(())
}

fn add_functions(t: &mut Thread, module: Ref<'_>, functions: &'static [NativeDef]) -> Result<()> {
    let Some(module) = module.downcast::<Module>() else { raise!(t, SystemError, "not a module") };
    for function in functions {
        let value = NativeFunction::new(t, function, Some(module.to_value())).into_value();
        add_to_module(t, module, function.name, value)?;
    }
    Ok(())
}
