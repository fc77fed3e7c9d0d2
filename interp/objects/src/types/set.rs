//! `set` and `frozenset`: tables whose values are nothing.

mod elements;
mod frozen;
mod iterator;
mod methods;

use ungil_macros::class;

pub use self::elements::Elements;
pub use self::frozen::FrozenSet;
pub use self::iterator::SetIterator;

use crate::boot::make;
use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::fields::Table;
use crate::object::{Obj, Object};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};

/// The payload of `set`.
#[derive(Default)]
pub struct Set {
    table: Table,
}

crate::payload!(Set, collected, deferrable, hot 13);

impl Trace for Set {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.table.trace(tracer);
    }
}

impl Set {
    pub fn new(t: &Thread) -> Obj<Set> {
        t.alloc(Set::default())
    }

    /// A set of these elements, which are known to differ, with their hashes.
    pub fn from_distinct(t: &Thread, elements: Vec<(Value, i64)>) -> Obj<Set> {
        t.alloc(Set { table: table_of_distinct(t, elements) })
    }

    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}

impl Object<Set> {
    /// The elements, for what sets and frozensets do alike.
    #[inline]
    pub fn elements(&self) -> Elements<'_> {
        Elements::new(&self.table, self.header())
    }

    /// Adds an element.
    ///
    /// # Errors
    /// What hashing and comparing raise.
    pub fn add(&self, t: &mut Thread, element: Value) -> Result<()> {
        self.elements().add(t, element)
    }
}

fn table_of_distinct(t: &Thread, elements: Vec<(Value, i64)>) -> Table {
    let entries = elements.into_iter().map(|(element, hash)| (element, hash, Value::NONE)).collect();
    Table::from_distinct(t, entries)
}

/// Elements that all differ, in no order. They must be hashable; an iterable may give them.
#[class(name = "set", match_self, members = [METHODS, COMPARISONS, CHANGES])]
impl Set {
    #[new]
    fn create(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<Set> {
        t.alloc_with_shape(class.root_shape(), Set::default())
    }

    #[method]
    fn __init__(t: &mut Thread, this: &Object<Set>, args: Args<'_>) -> Result<()> {
        let [iterable] = args.unpack(t, "set", 0)?;
        if !this.is_empty() {
            drop(this.table.clear(t, this.header()));
        }
        iterable.map_or(Ok(()), |iterable| this.elements().update(t, iterable))
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        crate::types::generic_alias::GenericAlias::of_class(t, class, item)
    }
}

/// Makes the classes of sets.
pub(super) fn make_all(t: &mut Thread) -> Result<()> {
    make::<Set>(t)?;
    make::<FrozenSet>(t)?;
    make::<SetIterator>(t)
}
