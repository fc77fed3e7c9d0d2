//! How nodes are shown: as calls of their constructors, a few levels deep, and of long lists the two ends.

use ungil_objects::protocol::attribute;
use ungil_objects::protocol::text::{name_of, repr};
use ungil_objects::types::list::List;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value};

use super::node::{Node, names_of};

/// How many levels of nodes are shown.
pub(super) const DEPTH: usize = 3;

pub(super) fn node(t: &mut Thread, node: Ref<'_>, depth: usize) -> Result<String> {
    let class = node.class(t);
    let name = class.name(t);
    if depth == 0 {
        return Ok(format!("{name}(...)"));
    }
    let mut parts = Vec::new();
    for field in names_of(t, class, "_fields")? {
        let value = attribute::get(t, node, field.borrow())?;
        let shown = part(t, value.borrow(), depth - 1)?;
        parts.push(format!("{}={shown}", name_of(field.borrow())));
    }
    Ok(format!("{name}({})", parts.join(", ")))
}

fn part(t: &mut Thread, value: Ref<'_>, depth: usize) -> Result<String> {
    if value.downcast::<Node>().is_some() {
        return node(t, value, depth);
    }
    if let Some(list) = value.downcast::<List>() {
        return Ok(format!("[{}]", ends(t, &list.to_vec(t), depth)?));
    }
    if let Some(tuple) = value.downcast::<Tuple>() {
        return Ok(format!("({})", ends(t, &tuple.to_vec(), depth)?));
    }
    Ok(repr(t, value)?.to_string())
}

fn ends(t: &mut Thread, items: &[Value], depth: usize) -> Result<String> {
    let item = |t: &mut Thread, value: &Value| match value.downcast_ref::<Node>() {
        Some(_) => node(t, value.borrow(), depth),
        None => Ok(repr(t, value.borrow())?.to_string()),
    };
    match items {
        [] => Ok(String::new()),
        [single] => item(t, single),
        [first, last] => Ok(format!("{}, {}", item(t, first)?, item(t, last)?)),
        [first, .., last] => Ok(format!("{}, ..., {}", item(t, first)?, item(t, last)?)),
    }
}
