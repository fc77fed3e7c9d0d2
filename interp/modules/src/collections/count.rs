//! Counting elements, for `collections.Counter`.

use ungil_objects::class::{Operator, Ternary};
use ungil_objects::object::Object;
use ungil_objects::protocol::{call, hash, iterate, operator, subscript};
use ungil_objects::types::dict::Dict;
use ungil_objects::{Ref, Result, Thread, Value};

const ONE: Value = Value::from_i32(1);

/// Adds one to the mapping's value of each element.
pub fn count_elements(t: &mut Thread, mapping: Ref<'_>, iterable: Ref<'_>) -> Result<()> {
    match mapping.downcast::<Dict>().filter(|dict| is_used_as_dict(t, dict)) {
        Some(dict) => iterate::each(t, iterable, |t, element| count_in_dict(t, dict, element)),
        None => iterate::each(t, iterable, |t, element| {
            let zero = Value::from_i32(0);
            let old = call::call_method(t, mapping, t.names().get, &[element.borrow(), zero.borrow()])?;
            let new = operator::binary(t, Operator::Add, old.borrow(), ONE.borrow())?;
            subscript::set(t, mapping, element.borrow(), new.borrow())
        }),
    }
}

/// Whether `get` and item assignment are those of `dict`.
fn is_used_as_dict(t: &Thread, dict: &Object<Dict>) -> bool {
    let plain = t.shape_of::<Dict>().class();
    let class = dict.borrow().class(t);
    let store = |class: &Object<ungil_objects::class::Class>| {
        class.special().ternary(Ternary::SetItem).map(|method| method as usize)
    };
    let get = t.names().get;
    let same_get = match (class.lookup(t, get), plain.lookup(t, get)) {
        (Some(own), Some(plain)) => own.borrow().is(plain.borrow()),
        _ => false,
    };
    same_get && store(class) == store(plain)
}

fn count_in_dict(t: &mut Thread, dict: &Object<Dict>, element: Value) -> Result<()> {
    let hash = hash::hash_key(t, element.borrow(), "dict key")?;
    let old = dict.table().get(t, dict.header(), element.borrow(), hash)?;
    let new = match old {
        None => ONE,
        Some(old) => match old.borrow().as_small_int().and_then(|old| Value::from_small_int(old + 1)) {
            Some(new) => new,
            None => operator::binary(t, Operator::Add, old.borrow(), ONE.borrow())?,
        },
    };
    dict.table().insert(t, dict.header(), element.borrow(), hash, new).map(drop)
}
