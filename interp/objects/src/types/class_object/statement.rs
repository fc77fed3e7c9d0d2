//! What a `class` statement does around its body: resolve the bases, find the metaclass, make the namespace, call the metaclass.

use smallvec::SmallVec;

use super::create::shown;
use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::{attribute, call};
use crate::raise;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The bases as written with `__mro_entries__` resolved (PEP 560): a tuple, and whether it differs from what was written.
pub fn resolve_bases(t: &mut Thread, written: &Object<Tuple>) -> Result<(Obj<Tuple>, bool)> {
    let name = t.names().__mro_entries__;
    let mut resolved: Option<Vec<Value>> = None;
    for (at, base) in written.items().enumerate() {
        let entries = match base.downcast::<Class>() {
            Some(_) => None,
            None => attribute::get_if_any(t, base, name)?,
        };
        match (entries, &mut resolved) {
            (Some(entries), resolved) => {
                let entries = call::call(t, entries.borrow(), &[written.borrow()])?;
                let Some(entries) = entries.downcast_ref::<Tuple>() else {
                    raise!(t, TypeError, "__mro_entries__ must return a tuple");
                };
                resolved
                    .get_or_insert_with(|| written.items().take(at).map(Ref::to_value).collect())
                    .extend(entries.items().map(Ref::to_value));
            }
            (None, Some(resolved)) => resolved.push(base.to_value()),
            (None, None) => {}
        }
    }
    Ok(match resolved {
        Some(bases) => (Tuple::from_values(t, bases), true),
        None => (written.to_obj(), false),
    })
}

/// The most derived of the metaclass and the bases' classes.
///
/// # Errors
/// `TypeError` if there is none that derives from all others.
pub fn calculate_metaclass(t: &Thread, metaclass: &Object<Class>, bases: &[Ref<'_>]) -> Result<Obj<Class>> {
    let mut winner = metaclass;
    for base in bases {
        let other = base.class(t);
        if winner.is_subclass(other) {
            continue;
        }
        if !other.is_subclass(winner) {
            raise!(
                t,
                TypeError,
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
                 metaclasses of all its bases"
            );
        }
        winner = other;
    }
    Ok(winner.to_obj())
}

/// The metaclass of a `class` statement: the one written, or the first base's class, or `type`; the most derived if it is a class.
pub fn metaclass_of_statement(
    t: &mut Thread,
    written: Option<Ref<'_>>,
    bases: &Object<Tuple>,
) -> Result<Value> {
    let metaclass = match (written, bases.get(0)) {
        (Some(metaclass), _) => metaclass,
        (None, Some(base)) => base.class(t).borrow(),
        (None, None) => t.shape_of::<Class>().class().borrow(),
    };
    match metaclass.downcast::<Class>() {
        Some(class) => Ok(calculate_metaclass(t, class, bases.as_slice())?.into_value()),
        None => Ok(metaclass.to_value()),
    }
}

/// The namespace for a class body: what `__prepare__` of the metaclass makes, or a dict.
pub fn prepare_namespace(
    t: &mut Thread,
    metaclass: Ref<'_>,
    name: Ref<'_>,
    bases: &Object<Tuple>,
    keywords: &[(Value, Value)],
) -> Result<Value> {
    let prepare = t.names().__prepare__;
    let Some(prepare) = attribute::get_if_any(t, metaclass, prepare)? else {
        return Ok(Dict::new(t).into_value());
    };
    let namespace = call_with_keywords(t, prepare.borrow(), &[name, bases.borrow()], keywords)?;
    let special = namespace.borrow().shape(t).special();
    let is_mapping = special.binary(crate::class::Binary::GetItem).is_some()
        && namespace.downcast_ref::<Class>().is_none();
    if !is_mapping {
        let (metaclass, given) = (shown(t, metaclass), namespace.borrow().class(t).name(t));
        raise!(t, TypeError, "{metaclass}.__prepare__() must return a mapping, not {given}");
    }
    Ok(namespace)
}

/// Makes the class of a `class` statement whose body has filled `namespace`: calls the metaclass.
///
/// `keywords` are the statement's without `metaclass`; `original_bases` are the bases as written if resolving changed them.
///
/// # Errors
/// What the metaclass raises.
pub fn new_class_from_statement(
    t: &mut Thread,
    metaclass: Ref<'_>,
    name: Ref<'_>,
    bases: &Object<Tuple>,
    namespace: Ref<'_>,
    keywords: &[(Value, Value)],
    original_bases: Option<Ref<'_>>,
) -> Result<Value> {
    if let Some(original) = original_bases {
        let name = t.names().__orig_bases__;
        crate::protocol::subscript::set(t, namespace, name, original)?;
    }
    call_with_keywords(t, metaclass, &[name, bases.borrow(), namespace], keywords)
}

fn call_with_keywords(
    t: &mut Thread,
    callable: Ref<'_>,
    positional: &[Ref<'_>],
    keywords: &[(Value, Value)],
) -> Result<Value> {
    if keywords.is_empty() {
        return call::call(t, callable, positional);
    }
    let names = Tuple::from_values(t, keywords.iter().map(|(name, _)| name.clone()));
    let mut values: SmallVec<[Ref<'_>; 8]> = SmallVec::from_slice(positional);
    values.extend(keywords.iter().map(|(_, value)| value.borrow()));
    call::call_args(t, callable, Args::new(&values, Some(&names)))
}
