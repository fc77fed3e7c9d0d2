//! `list.sort` and `sorted`.
//!
//! The list is empty while it is sorted, so that code in comparisons sees nothing half done; whatever such code puts in is
//! dropped, with an error.

use super::List;
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::{call, iterate, sort as algorithm};
use crate::raise;
use crate::thread::Thread;
use crate::value::{Ref, Value};

/// Sorts a list in place.
pub(super) fn sort(t: &mut Thread, list: &Object<List>, key: Option<Ref<'_>>, reverse: bool) -> Result<()> {
    let items = list.splice(t, 0, usize::MAX, Vec::new());
    let (items, result) = sort_values(t, items, key, reverse);
    let meanwhile = list.splice(t, 0, usize::MAX, items);
    result?;
    if !meanwhile.is_empty() {
        raise!(t, ValueError, "list modified during sort");
    }
    Ok(())
}

/// `sorted(iterable, key=…, reverse=…)`
///
/// # Errors
/// What iterating, the key function and the comparisons raise.
pub fn sorted(t: &mut Thread, iterable: Ref<'_>, key: Option<Ref<'_>>, reverse: bool) -> Result<Obj<List>> {
    let items = iterate::collect(t, iterable)?;
    let (items, result) = sort_values(t, items, key, reverse);
    result?;
    Ok(List::from_values(t, items))
}

/// The values in order; after an error in some order.
fn sort_values(
    t: &mut Thread,
    mut items: Vec<Value>,
    key: Option<Ref<'_>>,
    reverse: bool,
) -> (Vec<Value>, Result<()>) {
    // Sorting backwards keeps the order of equal items if the sort sees them backwards and so does the reader.
    if reverse {
        items.reverse();
    }
    let (order, result) = match key {
        None => algorithm::order(t, &items),
        Some(key) => {
            let keys: Result<Vec<Value>> =
                items.iter().map(|item| call::call(t, key, &[item.borrow()])).collect();
            match keys {
                Ok(keys) => algorithm::order(t, &keys),
                Err(raised) => ((0..items.len()).collect(), Err(raised)),
            }
        }
    };
    let mut items: Vec<Option<Value>> = items.into_iter().map(Some).collect();
    let mut sorted: Vec<Value> = order.into_iter().filter_map(|at| items[at].take()).collect();
    if reverse {
        sorted.reverse();
    }
    (sorted, result)
}
