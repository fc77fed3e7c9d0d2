//! What the operators and brackets do to lists.

use ungil_macros::methods;

use super::List;
use crate::error::Result;
use crate::fields::SlotVec;
use crate::object::{Obj, Object};
use crate::protocol::compare::Comparison;
use crate::protocol::sequence::{self, Bounds, Subscript};
use crate::protocol::{convert, iterate};
use crate::raise;
use crate::thread::Thread;
use crate::value::{Ref, Value};

fn compare(t: &mut Thread, a: &Object<List>, b: &Object<List>, comparison: Comparison) -> Result<bool> {
    sequence::compare(t, a, b, comparison)
}

crate::comparisons!(List, compare);

#[methods(OPERATORS)]
impl List {
    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<List>, key: Ref<'_>) -> Result<Value> {
        match sequence::subscript(t, key, "list")? {
            Subscript::Index(index) => {
                match sequence::normalise(index, this.len()).and_then(|at| this.get(t, at)) {
                    Some(item) => Ok(item),
                    None => raise!(t, IndexError, "list index out of range"),
                }
            }
            Subscript::Slice(bounds) => Ok(this.selected(t, bounds).into_value()),
        }
    }

    #[method]
    fn __setitem__(t: &mut Thread, this: &Object<List>, key: Ref<'_>, value: Ref<'_>) -> Result<()> {
        match sequence::subscript(t, key, "list")? {
            Subscript::Index(index) => {
                let replaced = sequence::normalise(index, this.len())
                    .and_then(|at| this.items.replace(t, this.header(), at, value.to_value()).ok());
                match replaced {
                    Some(_) => Ok(()),
                    None => raise!(t, IndexError, "list assignment index out of range"),
                }
            }
            Subscript::Slice(bounds) => {
                // CPython names the iterable as such only for steps other than one.
                if bounds.step() != 1 && !convert::is_iterable(t, value) {
                    raise!(t, TypeError, "must assign iterable to extended slice");
                }
                if !convert::is_iterable(t, value) {
                    raise!(t, TypeError, "can only assign an iterable");
                }
                let values = iterate::collect(t, value)?;
                this.assign(t, bounds, values)
            }
        }
    }

    #[method]
    fn __delitem__(t: &mut Thread, this: &Object<List>, key: Ref<'_>) -> Result<()> {
        match sequence::subscript(t, key, "list")? {
            Subscript::Index(index) => {
                let find = |len| sequence::normalise(index, len);
                if this.items.remove(t, this.header(), find).is_none() {
                    raise!(t, IndexError, "list assignment index out of range");
                }
            }
            Subscript::Slice(bounds) => drop(this.items.remove_selected(t, this.header(), bounds)),
        }
        Ok(())
    }

    #[method]
    fn __add__(t: &mut Thread, this: &Object<List>, other: &Object<List>) -> Obj<List> {
        if let Some(items) = SlotVec::joined(t, (&this.items, this.header()), (&other.items, other.header()))
        {
            return t.alloc(List { items });
        }
        let sum = List::copied(t, this, |len| 0..len, this.len() + other.len());
        sum.items.copy_from(t, &other.items, other.header(), |len| 0..len);
        sum
    }

    #[method]
    fn __iadd__(t: &mut Thread, this: &Object<List>, other: Ref<'_>) -> Result<Value> {
        this.extend_from(t, other)?;
        Ok(this.to_value())
    }

    #[method]
    fn __mul__(t: &mut Thread, this: &Object<List>, count: Ref<'_>) -> Result<Value> {
        let Some(times) = sequence::repetitions(t, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let total = sequence::repeated_len(t, this.len(), times)?;
        let repeated = |len| std::iter::repeat_n(0..len, times).flatten();
        Ok(List::copied(t, this, repeated, total).into_value())
    }

    #[method]
    fn __rmul__(t: &mut Thread, this: &Object<List>, count: Ref<'_>) -> Result<Value> {
        List::__mul__(t, this, count)
    }

    #[method]
    fn __imul__(t: &mut Thread, this: &Object<List>, count: Ref<'_>) -> Result<Value> {
        let Some(times) = sequence::repetitions(t, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let items = sequence::repeat(t, &this.to_vec(t), times)?;
        drop(this.splice(t, 0, usize::MAX, items));
        Ok(this.to_value())
    }
}

impl Object<List> {
    /// The items that bounds select, as a new list.
    #[inline]
    pub(crate) fn selected(&self, t: &Thread, bounds: Bounds) -> Obj<List> {
        t.alloc(List { items: SlotVec::selected(t, &self.items, self.header(), bounds) })
    }

    /// `self[bounds] = values`
    pub(crate) fn assign(&self, t: &Thread, bounds: Bounds, values: Vec<Value>) -> Result<()> {
        let given = values.len();
        match self.items.assign(t, self.header(), bounds, values) {
            // CPython drops them from the last to the first.
            Ok(replaced) => replaced.into_iter().rev().for_each(drop),
            Err(wanted) => raise!(
                t,
                ValueError,
                "attempt to assign sequence of size {given} to extended slice of size {wanted}"
            ),
        }
        Ok(())
    }
}
