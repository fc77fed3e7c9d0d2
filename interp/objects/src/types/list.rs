//! `list`: a growable sequence.

use ungil_macros::class;

use crate::fields::SlotVec;
use crate::object::{Obj, Object};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::Value;

/// The payload of `list`.
#[derive(Default)]
pub struct List {
    items: SlotVec,
}

crate::payload!(List, collected);

impl Trace for List {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.items.trace(tracer);
    }
}

impl List {
    pub fn from_values(t: &Thread, values: impl IntoIterator<Item = Value>) -> Obj<List> {
        t.alloc(List { items: SlotVec::from_values(t, values) })
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
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

    pub fn to_vec(&self, t: &Thread) -> Vec<Value> {
        self.items.to_vec(t, self.header())
    }
}

/// A mutable sequence.
#[class(name = "list", sequence)]
impl List {
    #[method]
    fn __len__(&self) -> usize {
        self.len()
    }
}
