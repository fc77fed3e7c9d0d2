//! `groupby`: runs of elements with equal keys, each an iterator that draws from the common one.

use std::sync::atomic::{AtomicU64, Ordering};

use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::object::Object;
use ungil_objects::protocol::{call, compare, iterate};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value};

use crate::payload::payload_struct;

payload_struct! {
    /// The payload of `groupby`.
    GroupBy {
        iterator: Fixed,
        /// `None` for the elements themselves.
        key: Option<Fixed>,
        /// The element fetched last, if it was not yet handed out, and its key.
        item: Slot,
        item_key: Slot,
        /// The key of the group handed out last.
        group_key: Slot,
        /// Counts groups: only the last one draws elements.
        group: AtomicU64,
    }
}

payload_struct! {
    /// The payload of the iterators of groups.
    Group {
        parent: Fixed,
        key: Fixed,
        number: u64,
    }
}

trait Grouping {
    fn fetch(&self, t: &mut Thread) -> Result<bool>;
}

impl Grouping for Object<GroupBy> {
    /// Fetches an element and computes its key; `false` at the end.
    fn fetch(&self, t: &mut Thread) -> Result<bool> {
        let Some(item) = iterate::next(t, self.iterator.get())? else { return Ok(false) };
        let key = match &self.key {
            Some(key) => call::call(t, key.get(), &[item.borrow()])?,
            None => item.clone(),
        };
        self.item.set(t, self.header(), item);
        self.item_key.set(t, self.header(), key);
        Ok(true)
    }
}

/// Yields a pair for each run of neighbours with equal keys: the key, and an iterator over the run.
///
/// `key` computes the key of an element; without it elements are their own keys. Moving on to the next run ends the iterator
/// of the one before.
#[class(name = "groupby", module = "itertools")]
impl GroupBy {
    #[new(signature = "(iterable, key=None)")]
    fn new(t: &mut Thread, class: &Object<Class>, iterable: Ref<'_>, key: Option<Ref<'_>>) -> Result<Value> {
        let made = GroupBy {
            iterator: Fixed::new(iterate::iter(t, iterable)?),
            key: key.map(|key| Fixed::new(key.to_value())),
            item: Slot::empty(),
            item_key: Slot::empty(),
            group_key: Slot::empty(),
            group: AtomicU64::new(0),
        };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<GroupBy>) -> Result<Option<Value>> {
        let header = this.header();
        let number = this.group.fetch_add(1, Ordering::Relaxed) + 1;
        // Pass over what is left of the last group.
        let key = loop {
            match (this.item_key.get(t, header), this.group_key.get(t, header)) {
                (Some(key), None) => break key,
                (Some(key), Some(last)) => {
                    if !compare::equal(t, last.borrow(), key.borrow())? {
                        break key;
                    }
                }
                (None, _) => {}
            }
            if !this.fetch(t)? {
                return Ok(None);
            }
        };
        this.group_key.set(t, header, key.clone());
        let group = Group { parent: Fixed::new(this.to_value()), key: Fixed::new(key.clone()), number };
        let group = t.alloc(group).into_value();
        Ok(Some(Tuple::from_values(t, [key, group]).into_value()))
    }
}

#[class(name = "_grouper", module = "itertools", no_new, final)]
impl Group {
    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Group>) -> Result<Option<Value>> {
        let Some(parent) = this.parent.as_value().downcast_ref::<GroupBy>() else { return Ok(None) };
        if parent.group.load(Ordering::Relaxed) != this.number {
            return Ok(None);
        }
        let item = match parent.item.replace(t, parent.header(), None) {
            Some(item) => item,
            None => {
                if !parent.fetch(t)? {
                    return Ok(None);
                }
                let Some(item) = parent.item.replace(t, parent.header(), None) else { return Ok(None) };
                item
            }
        };
        let Some(key) = parent.item_key.get(t, parent.header()) else { return Ok(None) };
        if compare::equal(t, this.key.get(), key.borrow())? {
            return Ok(Some(item));
        }
        // The first element of the next group.
        parent.item.set(t, parent.header(), item);
        Ok(None)
    }
}
