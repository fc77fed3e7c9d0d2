//! `frozenset`: a set that never changes, and therefore has a hash.

use std::sync::atomic::{AtomicI64, Ordering};

use ungil_macros::class;

use super::{Elements, Set, table_of_distinct};
use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::fields::Table;
use crate::object::{Obj, Object};
use crate::shape::Shape;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};

/// The payload of `frozenset`.
pub struct FrozenSet {
    table: Table,
    /// [`NO_HASH`] until computed. Written by any thread, always with the same value.
    hash: AtomicI64,
}

/// No hash is -1.
const NO_HASH: i64 = -1;

crate::payload!(FrozenSet, collected, deferrable);

impl Trace for FrozenSet {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.table.trace(tracer);
    }
}

impl FrozenSet {
    /// A frozenset of these elements, which are known to differ, with their hashes.
    pub fn from_distinct(t: &Thread, elements: Vec<(Value, i64)>) -> Obj<FrozenSet> {
        FrozenSet::with_shape(t, t.shape_of::<FrozenSet>(), elements)
    }

    fn with_shape(t: &Thread, shape: &Shape, elements: Vec<(Value, i64)>) -> Obj<FrozenSet> {
        let payload = FrozenSet { table: table_of_distinct(t, elements), hash: AtomicI64::new(NO_HASH) };
        t.alloc_with_shape(shape, payload)
    }

    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}

impl Object<FrozenSet> {
    /// The elements, for what sets and frozensets do alike.
    #[inline]
    pub fn elements(&self) -> Elements<'_> {
        Elements::new(&self.table, self.header())
    }
}

/// A set that cannot change, which therefore has a hash. Its elements come from an iterable.
#[class(name = "frozenset", match_self, members = [METHODS, COMPARISONS])]
impl FrozenSet {
    #[new]
    fn create(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
        let is_plain = std::ptr::eq(class, t.shape_of::<FrozenSet>().class());
        // Constructors of subclasses may take keywords of their own.
        let args = if is_plain { args } else { Args::positional_only(args.positional()) };
        let [iterable] = args.unpack(t, "frozenset", 0)?;
        let Some(iterable) = iterable else {
            return Ok(FrozenSet::with_shape(t, class.root_shape(), Vec::new()).into_value());
        };
        if is_plain && iterable.downcast_exact::<FrozenSet>(t).is_some() {
            return Ok(iterable.to_value());
        }
        let collected = Set::new(t);
        collected.elements().update(t, iterable)?;
        let elements = collected.elements().to_vec(t);
        Ok(FrozenSet::with_shape(t, class.root_shape(), elements).into_value())
    }

    #[method]
    fn __hash__(t: &mut Thread, this: &Object<FrozenSet>) -> i64 {
        match this.hash.load(Ordering::Relaxed) {
            NO_HASH => {
                let hash = this.elements().combined_hash(t);
                this.hash.store(hash, Ordering::Relaxed);
                hash
            }
            hash => hash,
        }
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        crate::types::generic_alias::GenericAlias::of_class(t, class, item)
    }
}
