//! `chain`, `accumulate`, `pairwise`, `batched`, `zip_longest`.

use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_macros::class;
use ungil_objects::call::Keywords;
use ungil_objects::class::{Class, Operator};
use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::object::Object;
use ungil_objects::protocol::{call, iterate, operator};
use ungil_objects::types::int::Index;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use crate::payload::payload_struct;

payload_struct! {
    /// The payload of `chain`.
    Chain {
        /// Iterates the iterables; empty once exhausted.
        sources: Slot,
        /// The iterator of the current one.
        active: Slot,
    }
}

impl Chain {
    fn of(t: &Thread, class: &Object<Class>, sources: Value) -> Value {
        let chain = Chain { sources: Slot::new(Some(sources)), active: Slot::empty() };
        t.alloc_with_shape(class.root_shape(), chain).into_value()
    }
}

/// Iterates over several iterables as if they were one: all of the first, then all of the second, and so on.
#[class(name = "chain", module = "itertools")]
impl Chain {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, iterables: &[Ref<'_>]) -> Result<Value> {
        let iterables = Tuple::from_values(t, iterables.iter().map(|iterable| iterable.to_value()));
        let sources = iterate::iter(t, iterables.borrow())?;
        Ok(Chain::of(t, class, sources))
    }

    /// Chains the iterables that `iterable` yields; each is fetched only when the one before has ended.
    #[classmethod]
    fn from_iterable(t: &mut Thread, class: &Object<Class>, iterable: Ref<'_>) -> Result<Value> {
        let sources = iterate::iter(t, iterable)?;
        Ok(Chain::of(t, class, sources))
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Chain>) -> Result<Option<Value>> {
        let Some(sources) = this.sources.get(t, this.header()) else { return Ok(None) };
        loop {
            if let Some(active) = this.active.get(t, this.header()) {
                if let Some(item) = iterate::next(t, active.borrow())? {
                    return Ok(Some(item));
                }
                drop(this.active.replace(t, this.header(), None));
            }
            let following = match iterate::next(t, sources.borrow()) {
                Ok(Some(iterable)) => iterate::iter(t, iterable.borrow()).map(Some),
                other => other,
            };
            match following {
                Ok(Some(iterator)) => this.active.set(t, this.header(), iterator),
                ended => {
                    drop(this.sources.replace(t, this.header(), None));
                    return ended;
                }
            }
        }
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        super::parametrise(t, class, item)
    }
}

payload_struct! {
    /// The payload of `accumulate`.
    Accumulate {
        iterator: Fixed,
        /// `None` for addition.
        function: Option<Fixed>,
        /// Comes first, by itself.
        initial: Slot,
        total: Slot,
    }
}

/// Yields running totals: each element combined with all before it, by `func` or else by addition.
///
/// `initial`, unless `None`, is the total to begin with and comes out first.
#[class(name = "accumulate", module = "itertools")]
impl Accumulate {
    #[new(signature = "(iterable, func=None, *, initial=None)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        iterable: Ref<'_>,
        func: Option<Ref<'_>>,
        initial: Option<Ref<'_>>,
    ) -> Result<Value> {
        let made = Accumulate {
            iterator: Fixed::new(iterate::iter(t, iterable)?),
            function: func.map(|function| Fixed::new(function.to_value())),
            initial: Slot::new(initial.map(Ref::to_value)),
            total: Slot::empty(),
        };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Accumulate>) -> Result<Option<Value>> {
        if let Some(initial) = this.initial.replace(t, this.header(), None) {
            this.total.set(t, this.header(), initial.clone());
            return Ok(Some(initial));
        }
        let Some(item) = iterate::next(t, this.iterator.get())? else { return Ok(None) };
        let total = match this.total.get(t, this.header()) {
            None => item,
            Some(total) => match &this.function {
                None => operator::binary(t, Operator::Add, total.borrow(), item.borrow())?,
                Some(function) => call::call(t, function.get(), &[total.borrow(), item.borrow()])?,
            },
        };
        this.total.set(t, this.header(), total.clone());
        Ok(Some(total))
    }
}

payload_struct! {
    /// The payload of `pairwise`.
    Pairwise {
        /// Empty once exhausted.
        iterator: Slot,
        previous: Slot,
    }
}

/// Yields each element together with the one after it: `AB`, `BC`, `CD` for `ABCD`. Nothing comes of fewer than two elements.
#[class(name = "pairwise", module = "itertools")]
impl Pairwise {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, iterable: Ref<'_>) -> Result<Value> {
        let iterator = Slot::new(Some(iterate::iter(t, iterable)?));
        Ok(t.alloc_with_shape(class.root_shape(), Pairwise { iterator, previous: Slot::empty() })
            .into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Pairwise>) -> Result<Option<Value>> {
        let Some(iterator) = this.iterator.get(t, this.header()) else { return Ok(None) };
        let previous = match this.previous.get(t, this.header()) {
            Some(previous) => Some(previous),
            None => {
                let first = iterate::next(t, iterator.borrow())?;
                if let Some(first) = &first {
                    this.previous.set(t, this.header(), first.clone());
                }
                first
            }
        };
        let item = match previous {
            Some(_) => iterate::next(t, iterator.borrow())?,
            None => None,
        };
        let (Some(previous), Some(item)) = (previous, item) else {
            drop(this.iterator.replace(t, this.header(), None));
            drop(this.previous.replace(t, this.header(), None));
            return Ok(None);
        };
        this.previous.set(t, this.header(), item.clone());
        Ok(Some(Tuple::from_values(t, [previous, item]).into_value()))
    }
}

payload_struct! {
    /// The payload of `batched`.
    Batched {
        /// Empty once exhausted.
        iterator: Slot,
        size: usize,
        strict: bool,
    }
}

/// Cuts an iterable into tuples of `n` elements each, drawing no more elements than the next tuple takes.
///
/// What remains at the end makes a smaller tuple, or a `ValueError` if `strict` is true.
#[class(name = "batched", module = "itertools")]
impl Batched {
    #[new(signature = "(iterable, n, *, strict=False)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        iterable: Ref<'_>,
        n: Index,
        strict: bool,
    ) -> Result<Value> {
        let size = match n.get().to_i64() {
            Some(size) if size >= 1 => size as usize,
            Some(_) => raise!(t, ValueError, "n must be at least one"),
            None => raise!(t, OverflowError, "Python int too large to convert to C ssize_t"),
        };
        let iterator = Slot::new(Some(iterate::iter(t, iterable)?));
        Ok(t.alloc_with_shape(class.root_shape(), Batched { iterator, size, strict }).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Batched>) -> Result<Option<Value>> {
        let Some(iterator) = this.iterator.get(t, this.header()) else { return Ok(None) };
        let mut batch = Vec::new();
        while batch.len() < this.size {
            let Some(item) = iterate::next(t, iterator.borrow())? else {
                drop(this.iterator.replace(t, this.header(), None));
                break;
            };
            batch.push(item);
        }
        if batch.is_empty() {
            return Ok(None);
        }
        if this.strict && batch.len() < this.size {
            raise!(t, ValueError, "batched(): incomplete batch");
        }
        Ok(Some(Tuple::from_values(t, batch).into_value()))
    }
}

payload_struct! {
    /// The payload of `zip_longest`.
    ZipLongest {
        /// One for each iterable; empty once exhausted.
        iterators: Box<[Slot]>,
        active: AtomicUsize,
        fill: Fixed,
    }
}

/// Yields tuples with one element of each iterable, for as long as any of them has elements.
///
/// In the places of those that have ended stands `fillvalue`, which is `None` unless given.
#[class(name = "zip_longest", module = "itertools")]
impl ZipLongest {
    #[new(signature = "(*iterables, **options)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        iterables: &[Ref<'_>],
        options: Keywords<'_>,
    ) -> Result<Value> {
        let mut fill = Value::NONE;
        for (name, value) in options.iter() {
            if ungil_objects::protocol::text::name_of(name) != "fillvalue" {
                raise!(t, TypeError, "zip_longest() got an unexpected keyword argument");
            }
            fill = value.to_value();
        }
        let iterators: Result<Vec<Slot>> = iterables
            .iter()
            .map(|iterable| iterate::iter(t, *iterable).map(|iterator| Slot::new(Some(iterator))))
            .collect();
        let iterators = iterators?.into_boxed_slice();
        let active = AtomicUsize::new(iterators.len());
        let made = ZipLongest { iterators, active, fill: Fixed::new(fill) };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<ZipLongest>) -> Result<Option<Value>> {
        let mut items = Vec::with_capacity(this.iterators.len());
        let mut any = false;
        for slot in &this.iterators {
            let item = match slot.get(t, this.header()) {
                None => None,
                Some(iterator) => match iterate::next(t, iterator.borrow()) {
                    Ok(Some(item)) => Some(item),
                    ended => {
                        if slot.replace(t, this.header(), None).is_some() {
                            this.active.fetch_sub(1, Ordering::Relaxed);
                        }
                        ended?
                    }
                },
            };
            any |= item.is_some();
            if !any && this.active.load(Ordering::Relaxed) == 0 {
                return Ok(None);
            }
            items.push(item.unwrap_or_else(|| this.fill.get().to_value()));
        }
        Ok(any.then(|| Tuple::from_values(t, items).into_value()))
    }
}
