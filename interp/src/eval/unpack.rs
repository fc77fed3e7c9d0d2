//! Calls with unpacked arguments: `f(*positional, **keywords)`.

use ungil_objects::call::Args;
use ungil_objects::error::{Exc, Result};
use ungil_objects::protocol::{attribute, call, iterate, subscript, text};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Object, Ref, Thread, Value, raise};

/// How messages name a callable.
fn callable_name(t: &mut Thread, callable: Ref<'_>) -> String {
    let (qualname, module) = (t.names().__qualname__, t.names().__module__);
    let text = match attribute::get_if_any(t, callable, qualname) {
        Ok(Some(name)) => text::name_of(name.borrow()),
        _ => return callable.class(t).name(t),
    };
    let module = attribute::get_if_any(t, callable, module).ok().flatten();
    match module.as_ref().and_then(|module| module.downcast_ref::<Str>()).map(|module| module.to_string()) {
        Some(module) if module != "builtins" => format!("{module}.{text}()"),
        _ => format!("{text}()"),
    }
}

/// Calls with a tuple or iterable of positional arguments and a mapping of keywords.
pub(crate) fn call_with(
    t: &mut Thread,
    callable: Ref<'_>,
    positional: Ref<'_>,
    keywords: Option<Ref<'_>>,
) -> Result<Value> {
    let positional = match positional.downcast_exact::<Tuple>(t) {
        Some(tuple) => tuple.to_vec(),
        None => collect_positional(t, callable, positional)?,
    };
    let mut values = positional;
    let mut names = Vec::new();
    if let Some(keywords) = keywords.filter(|keywords| !keywords.word().is_unbound()) {
        let collected = Dict::new(t);
        merge_keywords(t, &collected, keywords, callable)?;
        for (name, value) in collected.items(t) {
            names.push(name);
            values.push(value);
        }
    }
    let names = (!names.is_empty()).then(|| Tuple::from_values(t, names));
    let values: Vec<Ref<'_>> = values.iter().map(Value::borrow).collect();
    call::call_args(t, callable, Args::new(&values, names.as_deref()))
}

fn collect_positional(t: &mut Thread, callable: Ref<'_>, positional: Ref<'_>) -> Result<Vec<Value>> {
    match iterate::iter(t, positional) {
        Ok(iterator) => iterate::collect(t, iterator.borrow()),
        Err(raised) if raised.is(t, Exc::TypeError) => {
            let (name, class) = (callable_name(t, callable), positional.class(t).name(t));
            raise!(t, TypeError, "{name} argument after * must be an iterable, not {class}")
        }
        Err(raised) => Err(raised),
    }
}

/// Adds the keyword arguments of a mapping to a dict, refusing duplicates.
pub(super) fn merge_keywords(
    t: &mut Thread,
    into: &Object<Dict>,
    mapping: Ref<'_>,
    callable: Ref<'_>,
) -> Result<()> {
    let keys = match mapping.downcast_exact::<Dict>(t) {
        Some(dict) => dict.items(t).into_iter().map(|(key, _)| key).collect(),
        None => {
            let name = t.names().keys;
            match attribute::get_if_any(t, mapping, name)? {
                Some(keys) => {
                    let keys = call::call(t, keys.borrow(), &[])?;
                    iterate::collect(t, keys.borrow())?
                }
                None => {
                    let (name, class) = (callable_name(t, callable), mapping.class(t).name(t));
                    raise!(t, TypeError, "{name} argument after ** must be a mapping, not {class}");
                }
            }
        }
    };
    for key in keys {
        if key.downcast_ref::<Str>().is_none() {
            raise!(t, TypeError, "keywords must be strings");
        }
        if into.get_str(t, key.borrow()).is_some() {
            let (name, key) = (callable_name(t, callable), text::name_of(key.borrow()));
            raise!(t, TypeError, "{name} got multiple values for keyword argument '{key}'");
        }
        let value = subscript::get(t, mapping, key.borrow())?;
        into.set_str(t, key.borrow(), value)?;
    }
    Ok(())
}
