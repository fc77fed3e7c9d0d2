//! `list`: a growable sequence.

mod iterator;
mod operators;
mod sort;

use ungil_macros::class;

pub use self::iterator::{ListIterator, ListReverseIterator};
pub use self::sort::sorted;

use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::fields::SlotVec;
use crate::object::{Obj, Object};
use crate::protocol::sequence::{self, Items};
use crate::protocol::{convert, iterate};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::dict;
use crate::types::generic_alias::GenericAlias;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The payload of `list`.
#[derive(Default)]
pub struct List {
    items: SlotVec,
}

crate::payload!(List, collected, deferrable, hot 1);

impl Trace for List {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.items.trace(tracer);
    }
}

impl List {
    #[inline]
    pub fn from_values(t: &Thread, values: impl IntoIterator<Item = Value>) -> Obj<List> {
        t.alloc(List { items: SlotVec::from_values(t, values) })
    }

    /// A list of the items of an array that was made for it.
    #[inline]
    pub(crate) fn from_items(t: &Thread, items: SlotVec) -> Obj<List> {
        t.alloc(List { items })
    }

    /// A copy of the items that `select` picks, given the length, with room for about `count`.
    fn copied<I: Iterator<Item = usize>>(
        t: &Thread,
        other: &Object<List>,
        select: impl FnOnce(usize) -> I,
        count: usize,
    ) -> Obj<List> {
        let items = SlotVec::with_capacity(t, count);
        items.copy_from(t, &other.items, other.header(), select);
        t.alloc(List { items })
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl Items for Object<List> {
    #[inline]
    fn count(&self) -> usize {
        self.len()
    }

    #[inline]
    fn item(&self, t: &Thread, position: usize) -> Option<Value> {
        self.get(t, position)
    }
}

impl Object<List> {
    #[inline]
    pub fn get(&self, t: &Thread, index: usize) -> Option<Value> {
        self.items.get(t, self.header(), index)
    }

    #[inline]
    pub fn push(&self, t: &Thread, value: Value) {
        self.items.push(t, self.header(), value);
    }

    /// The storage, for the operations that [`SlotVec`] has.
    #[inline(always)]
    pub fn items(&self) -> &SlotVec {
        &self.items
    }

    /// Passes all items with their indexes, as they were at one moment, if there are `count`; whether there were.
    #[inline]
    pub fn each_of(&self, t: &Thread, count: usize, put: impl FnMut(usize, Value)) -> bool {
        self.items.each_of(t, self.header(), count, put)
    }

    pub fn to_vec(&self, t: &Thread) -> Vec<Value> {
        self.items.to_vec(t, self.header())
    }

    /// Appends all elements of an iterable.
    ///
    /// # Errors
    /// What iterating raises; what came before stays appended.
    pub fn extend_from(&self, t: &mut Thread, iterable: Ref<'_>) -> Result<()> {
        if iterable.downcast_exact::<List>(t).is_some() || iterable.downcast_exact::<Tuple>(t).is_some() {
            let values = iterate::collect(t, iterable)?;
            self.items.extend(t, self.header(), values);
            return Ok(());
        }
        if let Some(elements) = dict::elements(t, iterable) {
            self.items.extend(t, self.header(), elements);
            return Ok(());
        }
        let iterator = iterate::iter(t, iterable)?;
        let every = &mut |t: &Thread, item| {
            self.push(t, item);
            None
        };
        iterate::feed(t, iterator.borrow(), every).map(drop)
    }

    /// Replaces the items `start..end` by these, at one moment.
    fn splice(&self, t: &Thread, start: usize, end: usize, values: Vec<Value>) -> Vec<Value> {
        self.items.splice(t, self.header(), start, end, values)
    }
}

/// A sequence whose items can change, made from those of an iterable; empty without one.
#[class(name = "list", sequence, match_self, members = [OPERATORS, COMPARISONS])]
impl List {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<List> {
        t.alloc_with_shape(class.root_shape(), List::default())
    }

    #[method]
    fn __init__(t: &mut Thread, this: &Object<List>, args: Args<'_>) -> Result<()> {
        let [iterable] = args.unpack(t, "list", 0)?;
        if !this.is_empty() {
            drop(this.splice(t, 0, usize::MAX, Vec::new()));
        }
        iterable.map_or(Ok(()), |iterable| this.extend_from(t, iterable))
    }

    /// Puts an object behind the last item.
    #[method]
    fn append(t: &mut Thread, this: &Object<List>, object: Ref<'_>) {
        this.push(t, object.to_value());
    }

    /// Puts everything that an iterable gives behind the last item.
    #[method]
    fn extend(t: &mut Thread, this: &Object<List>, iterable: Ref<'_>) -> Result<()> {
        this.extend_from(t, iterable)
    }

    /// Puts an object in front of the item at index; indexes out of range count as the nearer end.
    #[method]
    fn insert(t: &mut Thread, this: &Object<List>, index: Ref<'_>, object: Ref<'_>) -> Result<()> {
        let index = convert::to_i64(t, index)?;
        this.items.insert(t, this.header(), |len| sequence::clamp(index, len), object.to_value());
        Ok(())
    }

    /// Takes out the item at index, or the last, and answers with it.
    ///
    /// An IndexError tells that there is no such item.
    #[method]
    fn pop(t: &mut Thread, this: &Object<List>, index: Option<Ref<'_>>) -> Result<Value> {
        let index = index.map_or(Ok(-1), |index| convert::index_i64(t, index))?;
        let popped = match index {
            -1 => this.items.pop(t, this.header()),
            _ => this.items.remove(t, this.header(), |len| sequence::normalise(index, len)),
        };
        match popped {
            Some(item) => Ok(item),
            None if this.is_empty() => raise!(t, IndexError, "pop from empty list"),
            None => raise!(t, IndexError, "pop index out of range"),
        }
    }

    /// Takes out the leftmost item that equals value; a ValueError tells that none does.
    #[method]
    fn remove(t: &mut Thread, this: &Object<List>, value: Ref<'_>) -> Result<()> {
        if this.header().is_local(t.owner()) {
            match sequence::find(t, this, value, 0, usize::MAX)? {
                Some(at) => drop(this.items.remove(t, this.header(), |_| Some(at))),
                None => raise!(t, ValueError, "list.remove(x): x not in list"),
            }
            return Ok(());
        }
        // Others may move the items meanwhile: they are compared as they were at one moment, and what was found is removed wherever
        // it lies by then.
        loop {
            let items = Tuple::from_values(t, this.items.to_vec(t, this.header()));
            let found = sequence::find(t, &*items, value, 0, usize::MAX)?;
            let Some(found) = found.and_then(|at| items.get(at)) else {
                raise!(t, ValueError, "list.remove(x): x not in list");
            };
            let removed = this.items.edit(t, this.header(), |now| {
                let at = now.iter().position(|item| item.borrow().is(found));
                at.map(|at| now.remove(at))
            });
            if removed.is_some() {
                return Ok(());
            }
        }
    }

    /// Leaves the list without items.
    #[method]
    fn clear(t: &mut Thread, this: &Object<List>) {
        drop(this.splice(t, 0, usize::MAX, Vec::new()));
    }

    /// A new list of the same items, which are not copied themselves.
    #[method]
    fn copy(t: &mut Thread, this: &Object<List>) -> Obj<List> {
        List::copied(t, this, |len| 0..len, this.len())
    }

    /// How many items equal value.
    #[method]
    fn count(t: &mut Thread, this: &Object<List>, value: Ref<'_>) -> Result<usize> {
        sequence::count(t, this, value)
    }

    /// Where the leftmost item that equals value is, between start and stop if they are given; a ValueError tells that none does.
    #[method]
    fn index(
        t: &mut Thread,
        this: &Object<List>,
        value: Ref<'_>,
        start: Option<Ref<'_>>,
        stop: Option<Ref<'_>>,
    ) -> Result<usize> {
        let (start, stop) = (sequence::limit(t, start, 0)?, sequence::limit(t, stop, i64::MAX)?);
        let len = this.len();
        match sequence::find(t, this, value, sequence::clamp(start, len), sequence::clamp(stop, len))? {
            Some(at) => Ok(at),
            None => raise!(t, ValueError, "list.index(x): x not in list"),
        }
    }

    /// Turns the order of the items around; makes no new list.
    #[method]
    fn reverse(t: &mut Thread, this: &Object<List>) {
        this.items.edit(t, this.header(), |items| items.reverse());
    }

    /// Puts the items of this very list in order, by `<`. Equal items stay in the order they had.
    ///
    /// With key, a function that is called once for each item, its answers are compared instead of the items.
    /// With reverse, what is greatest comes first.
    #[method(name = "sort", signature = "(*, key=None, reverse=False)")]
    fn sort_items(
        t: &mut Thread,
        this: &Object<List>,
        key: Option<Ref<'_>>,
        reverse: Option<Ref<'_>>,
    ) -> Result<()> {
        let reverse = reverse.map_or(Ok(false), |reverse| convert::is_true(t, reverse))?;
        sort::sort(t, this, key, reverse)
    }

    #[method]
    fn __len__(&self) -> usize {
        self.len()
    }

    #[method]
    fn __iter__(t: &mut Thread, this: &Object<List>) -> Obj<ListIterator> {
        ListIterator::new(t, this)
    }

    /// An iterator from the last item to the first.
    #[method]
    fn __reversed__(t: &mut Thread, this: &Object<List>) -> Obj<ListReverseIterator> {
        ListReverseIterator::new(t, this)
    }

    #[method]
    fn __contains__(t: &mut Thread, this: &Object<List>, item: Ref<'_>) -> Result<bool> {
        sequence::find(t, this, item, 0, usize::MAX).map(|at| at.is_some())
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<List>) -> Result<Value> {
        sequence::repr(t, this.borrow(), this, ("[", "]"), "[...]").map(Obj::into_value)
    }

    /// The bytes that the list and its array of references take.
    #[method]
    fn __sizeof__(t: &Thread, this: &Object<List>) -> usize {
        size_of::<Object<List>>() + this.items.allocated_bytes(t)
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        GenericAlias::of_class(t, class, item)
    }
}
