//! The record of an abstract class (`_abc_impl`) and the counter of registrations.

use std::sync::atomic::{AtomicI64, Ordering};

use ungil_macros::class;
use ungil_objects::fields::{Fixed, Table};
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{attribute, hash};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::int::Int;
use ungil_objects::types::set::Set;
use ungil_objects::weakref::WeakRef;
use ungil_objects::{Ref, Result, Thread, Value, payload, raise};

/// Counts the registrations of an interpreter.
pub struct Counter(AtomicI64);

payload!(Counter, plain);

impl Trace for Counter {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl Counter {
    pub fn new(t: &Thread) -> Obj<Counter> {
        t.alloc(Counter(AtomicI64::new(0)))
    }

    pub fn now(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }
}

#[class(name = "_abc_counter", module = "_abc", no_new, final)]
impl Counter {}

/// What is known about an abstract class.
pub struct Record {
    registry: Table,
    subclasses: Table,
    others: Table,
    /// The count of registrations for which `others` holds.
    others_from: AtomicI64,
    counter: Fixed,
}

payload!(Record, collected);

impl Trace for Record {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.registry.trace(tracer);
        self.subclasses.trace(tracer);
        self.others.trace(tracer);
        self.counter.trace(tracer);
    }
}

/// Internal state held by ABC machinery.
#[class(name = "_abc_data", module = "_abc", no_new, final)]
impl Record {}

/// What the caches say about a class.
#[derive(Copy, Clone, PartialEq, Eq)]
pub enum Known {
    Subclass,
    Other,
    Unknown,
}

impl Record {
    pub fn new(t: &Thread, counter: Value) -> Obj<Record> {
        let others_from = counter.downcast_ref::<Counter>().map_or(0, |counter| counter.now());
        t.alloc(Record {
            registry: Table::new(),
            subclasses: Table::new(),
            others: Table::new(),
            others_from: AtomicI64::new(others_from),
            counter: Fixed::new(counter),
        })
    }

    fn now(&self) -> i64 {
        self.counter.get().downcast::<Counter>().map_or(0, |counter| counter.now())
    }
}

/// The record of an abstract class.
pub fn record_of(t: &mut Thread, class: Ref<'_>) -> Result<Obj<Record>> {
    let name = t.interpreter().intern(t, "_abc_impl");
    match attribute::get(t, class, name)?.downcast::<Record>() {
        Ok(record) => Ok(record),
        Err(_) => raise!(t, TypeError, "_abc_impl is set to a wrong type"),
    }
}

/// What is done with records, as objects.
pub trait Records {
    /// What the caches say about a class.
    fn known(&self, t: &mut Thread, class: Ref<'_>) -> Result<Known>;
    /// Puts an answer into the caches.
    fn remember(&self, t: &mut Thread, class: Ref<'_>, is_subclass: bool) -> Result<()>;
    /// The registered classes that are alive.
    fn registered(&self, t: &Thread) -> Vec<Value>;
    fn register(&self, t: &mut Thread, class: Ref<'_>) -> Result<()>;
    fn forget_registry(&self, t: &Thread);
    fn forget_caches(&self, t: &Thread);
    /// The weak references in registry, cache and negative cache, and the count for which the last holds.
    fn dump(&self, t: &mut Thread) -> Result<Vec<Value>>;
}

/// Whether a table has a class that is still alive.
fn has(t: &mut Thread, record: &Object<Record>, table: &Table, class: Ref<'_>) -> Result<bool> {
    let identity = class.word().identity();
    let key = Int::from_u64(t, identity);
    let hash = hash::hash(t, key.borrow())?;
    let found = table.get(t, record.header(), key.borrow(), hash)?;
    // The address may be another class's by now.
    Ok(found.is_some_and(|found| {
        found.downcast_ref::<WeakRef>().is_some_and(|found| found.target_identity() == Some(identity))
    }))
}

fn put(t: &mut Thread, record: &Object<Record>, table: &Table, class: Ref<'_>) -> Result<()> {
    let key = Int::from_u64(t, class.word().identity());
    let hash = hash::hash(t, key.borrow())?;
    if let Some(reference) = WeakRef::new(t, t.shape_of::<WeakRef>(), class, None) {
        table.insert(t, record.header(), key.borrow(), hash, reference.into_value())?;
    }
    Ok(())
}

impl Records for Object<Record> {
    fn known(&self, t: &mut Thread, class: Ref<'_>) -> Result<Known> {
        if has(t, self, &self.subclasses, class)? {
            return Ok(Known::Subclass);
        }
        let now = self.now();
        if self.others_from.load(Ordering::Acquire) < now {
            drop(self.others.clear(t, self.header()));
            // Release: who sees the new count sees the empty table.
            self.others_from.store(now, Ordering::Release);
            return Ok(Known::Unknown);
        }
        Ok(if has(t, self, &self.others, class)? { Known::Other } else { Known::Unknown })
    }

    fn remember(&self, t: &mut Thread, class: Ref<'_>, is_subclass: bool) -> Result<()> {
        put(t, self, if is_subclass { &self.subclasses } else { &self.others }, class)
    }

    fn registered(&self, t: &Thread) -> Vec<Value> {
        let entries = self.registry.to_vec(t, self.header());
        let alive = |reference: Value| reference.downcast_ref::<WeakRef>()?.upgrade(t);
        entries.into_iter().filter_map(|(_, _, reference)| alive(reference)).collect()
    }

    fn register(&self, t: &mut Thread, class: Ref<'_>) -> Result<()> {
        put(t, self, &self.registry, class)?;
        if let Some(counter) = self.counter.get().downcast::<Counter>() {
            // Release: pairs with the acquire in `now`; who sees the new count sees the registration.
            counter.0.fetch_add(1, Ordering::Release);
        }
        Ok(())
    }

    fn forget_registry(&self, t: &Thread) {
        drop(self.registry.clear(t, self.header()));
    }

    fn forget_caches(&self, t: &Thread) {
        drop(self.subclasses.clear(t, self.header()));
        drop(self.others.clear(t, self.header()));
    }

    fn dump(&self, t: &mut Thread) -> Result<Vec<Value>> {
        let mut dump = Vec::new();
        for table in [&self.registry, &self.subclasses, &self.others] {
            let set = Set::new(t);
            for (_, _, reference) in table.to_vec(t, self.header()) {
                set.add(t, reference)?;
            }
            dump.push(set.into_value());
        }
        dump.push(Int::from_i64(t, self.others_from.load(Ordering::Relaxed)));
        Ok(dump)
    }
}
