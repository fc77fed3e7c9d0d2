//! `tee`: several iterators over the elements of one.
//!
//! The elements fetched so far are a list of cells, each with the one behind it; an iterator is a position in that list, and cells
//! before the last position go away by themselves. **Filling a cell** (any thread): EMPTY → FILLING by compare-and-swap, element
//! and next cell are stored in their slots, then FILLED with release, which pairs with the acquire load of readers. An
//! iterator that finds the cell FILLING was re-entered, by its own source or by another thread, and raises.

use std::sync::atomic::{AtomicU8, Ordering};

use ungil_macros::{class, function};
use ungil_objects::class::Class;
use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{attribute, call, iterate};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use crate::payload::payload_struct;

payload_struct! {
    /// The payload of cells, which Python code does not see.
    Cell {
        source: Fixed,
        state: AtomicU8,
        item: Slot,
        next: Slot,
    }
}

const EMPTY: u8 = 0;
const FILLING: u8 = 1;
const FILLED: u8 = 2;

#[class(name = "_tee_dataobject", module = "itertools", no_new, final)]
impl Cell {}

payload_struct! {
    /// The payload of the iterators.
    Tee {
        cell: Slot,
    }
}

/// A cell that is still to be filled.
fn empty_cell(t: &Thread, source: Value) -> Obj<Cell> {
    let source = Fixed::new(source);
    t.alloc(Cell { source, state: AtomicU8::new(EMPTY), item: Slot::empty(), next: Slot::empty() })
}

/// The element of a cell and the cell behind it, fetched if need be; `None` at the end.
fn fetch(t: &mut Thread, cell: &Object<Cell>) -> Result<Option<(Value, Value)>> {
    let header = cell.header();
    // Acquire: pairs with the release below, so that the slots are filled.
    let claim = cell.state.compare_exchange(EMPTY, FILLING, Ordering::Acquire, Ordering::Acquire);
    match claim {
        Ok(_) => {
            let item = iterate::next(t, cell.source.get());
            let Ok(Some(item)) = item else {
                cell.state.store(EMPTY, Ordering::Release);
                return item.map(|_| None);
            };
            let next = empty_cell(t, cell.source.get().to_value()).into_value();
            cell.item.set(t, header, item.clone());
            cell.next.set(t, header, next.clone());
            cell.state.store(FILLED, Ordering::Release);
            Ok(Some((item, next)))
        }
        Err(FILLING) => raise!(t, RuntimeError, "cannot re-enter the tee iterator"),
        Err(_) => Ok(cell.item.get(t, header).zip(cell.next.get(t, header))),
    }
}

/// One of several iterators over the same elements, which are kept until all have seen them.
#[class(name = "_tee", module = "itertools")]
impl Tee {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, iterable: Ref<'_>) -> Result<Value> {
        let iterator = iterate::iter(t, iterable)?;
        let cell = match iterator.downcast_ref::<Tee>() {
            Some(tee) => tee.cell.get(t, tee.header()),
            None => Some(empty_cell(t, iterator).into_value()),
        };
        Ok(t.alloc_with_shape(class.root_shape(), Tee { cell: Slot::new(cell) }).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Tee>) -> Result<Option<Value>> {
        let cell = this.cell.get(t, this.header());
        let Some(cell) = cell.as_ref().and_then(Value::downcast_ref::<Cell>) else { return Ok(None) };
        let Some((item, next)) = fetch(t, cell)? else { return Ok(None) };
        this.cell.set(t, this.header(), next);
        Ok(Some(item))
    }

    /// Another iterator that goes on from the same place.
    #[method]
    fn __copy__(t: &mut Thread, this: &Object<Tee>) -> Value {
        let cell = this.cell.get(t, this.header());
        t.alloc_with_shape(this.borrow().class(t).root_shape(), Tee { cell: Slot::new(cell) }).into_value()
    }
}

/// `n` iterators over one iterable, each of which gives all elements.
#[function(name = "tee", signature = "(iterable, n=2, /)")]
pub fn split(t: &mut Thread, iterable: Ref<'_>, n: i64) -> Result<Value> {
    let Ok(n) = usize::try_from(n) else { raise!(t, ValueError, "n must be >= 0") };
    if n == 0 {
        return Ok(Tuple::from_values(t, []).into_value());
    }
    let iterator = iterate::iter(t, iterable)?;
    let copy = t.interpreter().intern(t, "__copy__");
    let first = match attribute::get_if_any(t, iterator.borrow(), copy)? {
        Some(_) => iterator,
        None => {
            let class = t.shape_of::<Tee>().class();
            call::call(t, class.borrow(), &[iterator.borrow()])?
        }
    };
    let mut iterators = vec![first];
    while iterators.len() < n {
        let another = call::call_method(t, iterators[0].borrow(), copy, &[])?;
        iterators.push(another);
    }
    Ok(Tuple::from_values(t, iterators).into_value())
}
