//! `from module import name` and `from module import *`.

use ungil_objects::error::Result;
use ungil_objects::protocol::{attribute, iterate, subscript};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::module::Module;
use ungil_objects::types::text::Str;
use ungil_objects::{Exc, Ref, Thread, Value};

use super::{as_text, attribute_if_any, import_error, imported, item_name};

/// The value that `from module import name` binds: the attribute, else the submodule that is imported under that name.
///
/// # Errors
/// `ImportError` if there is neither.
pub fn import_from(t: &mut Thread, module: Ref<'_>, name: Ref<'_>) -> Result<Value> {
    if let Some(value) = attribute::get_if_any(t, module, name)? {
        return Ok(value);
    }
    let name_text = as_text(name).unwrap_or_default();
    let module_name = attribute_if_any(t, module, "__name__")?.and_then(|name| as_text(name.borrow()));
    if let Some(module_name) = &module_name
        && let Some(submodule) = imported(t, &format!("{module_name}.{name_text}"))
    {
        return Ok(submodule);
    }
    let shown = module_name.as_deref().map_or("<unknown module name>".into(), |name| format!("'{name}'"));
    let origin = attribute_if_any(t, module, "__file__")?.filter(|file| file.downcast_ref::<Str>().is_some());
    let place = origin.as_ref().and_then(|origin| as_text(origin.borrow()));
    let place = place.unwrap_or_else(|| "unknown location".into());
    let message = if is_initialising(t, module)? {
        format!(
            "cannot import name '{name_text}' from partially initialized module {shown} (most likely due to a circular \
             import) ({place})"
        )
    } else {
        format!("cannot import name '{name_text}' from {shown} ({place})")
    };
    let raised = import_error(t, Exc::ImportError, &message, module_name.as_deref().unwrap_or(""), origin);
    let exception = raised.exception().clone();
    super::set_attribute(t, exception.borrow(), "name_from", name.to_value())?;
    Err(raised)
}

/// Whether a module is being loaded.
fn is_initialising(t: &mut Thread, module: Ref<'_>) -> Result<bool> {
    let Some(spec) = attribute_if_any(t, module, "__spec__")? else { return Ok(false) };
    let flag = attribute_if_any(t, spec.borrow(), "_initializing")?;
    Ok(flag.is_some_and(|flag| flag.borrow().as_bool() == Some(true)))
}

/// Binds the public names of a module in a namespace: those in `__all__`, else those without an underscore in front.
///
/// # Errors
/// `AttributeError` for a name in `__all__` that the module does not have; what iterating `__all__` raises.
pub fn import_star(t: &mut Thread, module: Ref<'_>, namespace: Ref<'_>) -> Result<()> {
    for name in public_names(t, module)? {
        let value = attribute::get(t, module, name.borrow())?;
        match namespace.downcast_exact::<Dict>(t) {
            Some(dict) => dict.set_str(t, name.borrow(), value)?,
            None => subscript::set(t, namespace, name.borrow(), value.borrow())?,
        }
    }
    Ok(())
}

fn public_names(t: &mut Thread, module: Ref<'_>) -> Result<Vec<Value>> {
    let module_name = attribute_if_any(t, module, "__name__")?.and_then(|name| as_text(name.borrow()));
    let module_name = module_name.unwrap_or_default();
    let mut names = Vec::new();
    if let Some(all) = attribute_if_any(t, module, "__all__")? {
        for name in iterate::collect(t, all.borrow())? {
            item_name(t, name.borrow(), &format!("{module_name}.__all__"))?;
            names.push(t.interpreter().intern_value(t, name.borrow()).to_value());
        }
        return Ok(names);
    }
    let keys = match module.downcast::<Module>() {
        Some(module) => module.namespace().items(t).into_iter().map(|(key, _)| key).collect(),
        None => {
            let Some(namespace) = attribute_if_any(t, module, "__dict__")? else {
                let message = "from-import-* object has no __dict__ and no __all__";
                return Err(import_error(t, Exc::ImportError, message, &module_name, None));
            };
            iterate::collect(t, namespace.borrow())?
        }
    };
    for key in keys {
        if !item_name(t, key.borrow(), &format!("Key in {module_name}.__dict__"))?.starts_with('_') {
            names.push(key);
        }
    }
    Ok(names)
}
