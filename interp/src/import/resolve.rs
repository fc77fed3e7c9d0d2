//! From what an `import` statement says to the module it binds: relative names, packages, `fromlist`.

use ungil_objects::call::Args;
use ungil_objects::error::Result;
use ungil_objects::protocol::{call, iterate};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::native::native_def;
use ungil_objects::types::text::Str;
use ungil_objects::value::NONE;
use ungil_objects::{Exc, Object, Ref, Thread, Value, raise};

use super::{as_text, attribute_if_any, import, import_error, imported, item_name};

/// What the instruction of an `import` statement does: calls `__import__` of the built-ins, which programs may replace.
pub fn import_name(
    t: &mut Thread,
    globals: &Object<Dict>,
    builtins: &Object<Dict>,
    locals: Option<Ref<'_>>,
    name: Ref<'_>,
    from_list: Ref<'_>,
    level: Ref<'_>,
) -> Result<Value> {
    let function = builtins.get_str(t, t.names().__import__);
    let Some(function) = function else { raise!(t, ImportError, "__import__ not found") };
    if native_def(function.borrow()).is_some_and(|def| def.name == "__import__") {
        let level = level.as_small_int().unwrap_or(0);
        return import_function(t, name, Some(globals.borrow()), from_list, level);
    }
    let args = [name, globals.borrow(), locals.unwrap_or(NONE), from_list, level];
    call::call_args(t, function.borrow(), Args::positional_only(&args))
}

/// `__import__(name, globals, locals, fromlist, level)`: the top-level package without a `fromlist`, the module itself with one.
///
/// # Errors
/// `ImportError` and whatever running modules raises.
pub fn import_function(
    t: &mut Thread,
    name: Ref<'_>,
    globals: Option<Ref<'_>>,
    from_list: Ref<'_>,
    level: i64,
) -> Result<Value> {
    let Some(name) = as_text(name) else { raise!(t, TypeError, "module name must be a string") };
    if level < 0 {
        raise!(t, ValueError, "level must be >= 0");
    }
    let full_name = if level > 0 {
        absolute_name(t, &name, globals, level)?
    } else if name.is_empty() {
        raise!(t, ValueError, "Empty module name")
    } else {
        name.clone()
    };
    let module = import(t, &full_name)?;
    let has_list = !from_list.is_none() && ungil_objects::protocol::convert::is_true(t, from_list)?;
    if has_list {
        if attribute_if_any(t, module.borrow(), "__path__")?.is_some() {
            import_submodules(t, module.borrow(), from_list)?;
        }
        return Ok(module);
    }
    let Some((first, _)) = name.split_once('.') else { return Ok(module) };
    if level == 0 {
        return import(t, first);
    }
    // `__import__("b.c", level=1)` in package `a` answers `a.b`.
    let cut = &full_name[..full_name.len() - (name.len() - first.len())];
    match imported(t, cut) {
        Some(module) => Ok(module),
        None => raise!(t, KeyError, "'{cut}' not in sys.modules as expected"),
    }
}

/// The full name that a relative one means in a module with these globals.
fn absolute_name(t: &mut Thread, name: &str, globals: Option<Ref<'_>>, level: i64) -> Result<String> {
    let Some(globals) = globals.and_then(|globals| globals.downcast::<Dict>()) else {
        raise!(t, KeyError, "'__name__' not in globals");
    };
    let package = package_of(t, globals)?;
    if package.is_empty() {
        let message = "attempted relative import with no known parent package";
        return Err(import_error(t, Exc::ImportError, message, "", None));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((parent, _)) => base = parent,
            None => {
                let message = "attempted relative import beyond top-level package";
                return Err(import_error(t, Exc::ImportError, message, "", None));
            }
        }
    }
    Ok(if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") })
}

/// The package that relative names start from: `__package__`, else the spec's parent, else by `__name__` and `__path__`.
fn package_of(t: &mut Thread, globals: &Object<Dict>) -> Result<String> {
    let names = t.names();
    if let Some(package) = globals.get_str(t, names.__package__).filter(|package| !package.is_none()) {
        return match as_text(package.borrow()) {
            Some(package) => Ok(package),
            None => raise!(t, TypeError, "package must be a string"),
        };
    }
    if let Some(spec) = globals.get_str(t, names.__spec__).filter(|spec| !spec.is_none())
        && let Some(parent) = attribute_if_any(t, spec.borrow(), "parent")?
    {
        return match as_text(parent.borrow()) {
            Some(parent) => Ok(parent),
            None => raise!(t, TypeError, "__spec__.parent must be a string"),
        };
    }
    let Some(name) = globals.get_str(t, names.__name__).and_then(|name| as_text(name.borrow())) else {
        raise!(t, KeyError, "'__name__' not in globals");
    };
    if globals.get_str(t, names.__path__).is_some() {
        return Ok(name);
    }
    Ok(name.rsplit_once('.').map(|(parent, _)| parent.to_owned()).unwrap_or_default())
}

/// Imports those names of a `fromlist` that a package does not have yet and that are its submodules.
fn import_submodules(t: &mut Thread, package: Ref<'_>, from_list: Ref<'_>) -> Result<()> {
    let Some(package_name) =
        attribute_if_any(t, package, "__name__")?.and_then(|name| as_text(name.borrow()))
    else {
        return Ok(());
    };
    for item in iterate::collect(t, from_list)? {
        let name = item_name(t, item.borrow(), "``from list''")?;
        if name == "*" {
            if let Some(all) = attribute_if_any(t, package, "__all__")?
                && !contains_star(t, all.borrow())?
            {
                import_submodules(t, package, all.borrow())?;
            }
            continue;
        }
        if attribute_if_any(t, package, &name)?.is_some() {
            continue;
        }
        let submodule = format!("{package_name}.{name}");
        if let Err(raised) = import(t, &submodule) {
            let exception = raised.exception().clone();
            let missing =
                attribute_if_any(t, exception.borrow(), "name")?.and_then(|name| as_text(name.borrow()));
            let is_absent = raised.is(t, Exc::ModuleNotFoundError) && missing.as_deref() == Some(&submodule);
            if !is_absent {
                return Err(raised);
            }
        }
    }
    Ok(())
}

fn contains_star(t: &mut Thread, names: Ref<'_>) -> Result<bool> {
    let names = iterate::collect(t, names)?;
    Ok(names.iter().any(|name| name.downcast_ref::<Str>().is_some_and(|name| name.is_text("*"))))
}
