//! `compress`, `dropwhile`, `takewhile`, `filterfalse`, `starmap`.

use std::sync::atomic::{AtomicBool, Ordering};

use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::fields::Fixed;
use ungil_objects::object::Object;
use ungil_objects::protocol::{call, convert, iterate};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value};

use crate::payload::payload_struct;

/// The truth of what a predicate answers.
fn holds(t: &mut Thread, predicate: Ref<'_>, item: Ref<'_>) -> Result<bool> {
    let answer = call::call(t, predicate, &[item])?;
    convert::is_true(t, answer.borrow())
}

payload_struct! {
    /// The payload of `compress`.
    Compress { data: Fixed, selectors: Fixed }
}

/// Those items of `data` at whose position `selectors` has something true.
///
/// Ends as soon as one of the two does.
#[class(name = "compress", module = "itertools")]
impl Compress {
    #[new(signature = "(data, selectors)")]
    fn new(t: &mut Thread, class: &Object<Class>, data: Ref<'_>, selectors: Ref<'_>) -> Result<Value> {
        let data = Fixed::new(iterate::iter(t, data)?);
        let selectors = Fixed::new(iterate::iter(t, selectors)?);
        Ok(t.alloc_with_shape(class.root_shape(), Compress { data, selectors }).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Compress>) -> Result<Option<Value>> {
        loop {
            let Some(item) = iterate::next(t, this.data.get())? else { return Ok(None) };
            let Some(selector) = iterate::next(t, this.selectors.get())? else { return Ok(None) };
            if convert::is_true(t, selector.borrow())? {
                return Ok(Some(item));
            }
        }
    }
}

payload_struct! {
    /// The payload of `dropwhile`.
    DropWhile { predicate: Fixed, iterator: Fixed, started: AtomicBool }
}

/// Leaves out the items at the start for which the predicate holds; from the first other one on, all come.
#[class(name = "dropwhile", module = "itertools")]
impl DropWhile {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, predicate: Ref<'_>, iterable: Ref<'_>) -> Result<Value> {
        let iterator = Fixed::new(iterate::iter(t, iterable)?);
        let predicate = Fixed::new(predicate.to_value());
        let made = DropWhile { predicate, iterator, started: AtomicBool::new(false) };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<DropWhile>) -> Result<Option<Value>> {
        loop {
            let Some(item) = iterate::next(t, this.iterator.get())? else { return Ok(None) };
            if this.started.load(Ordering::Relaxed) {
                return Ok(Some(item));
            }
            if !holds(t, this.predicate.get(), item.borrow())? {
                this.started.store(true, Ordering::Relaxed);
                return Ok(Some(item));
            }
        }
    }
}

payload_struct! {
    /// The payload of `takewhile`.
    TakeWhile { predicate: Fixed, iterator: Fixed, stopped: AtomicBool }
}

/// The items at the start for which the predicate holds; the first other one ends it.
#[class(name = "takewhile", module = "itertools")]
impl TakeWhile {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, predicate: Ref<'_>, iterable: Ref<'_>) -> Result<Value> {
        let iterator = Fixed::new(iterate::iter(t, iterable)?);
        let predicate = Fixed::new(predicate.to_value());
        let made = TakeWhile { predicate, iterator, stopped: AtomicBool::new(false) };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<TakeWhile>) -> Result<Option<Value>> {
        if this.stopped.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let Some(item) = iterate::next(t, this.iterator.get())? else { return Ok(None) };
        if holds(t, this.predicate.get(), item.borrow())? {
            return Ok(Some(item));
        }
        this.stopped.store(true, Ordering::Relaxed);
        Ok(None)
    }
}

payload_struct! {
    /// The payload of `filterfalse`.
    FilterFalse { predicate: Fixed, iterator: Fixed }
}

/// The items for which the function answers something false; with `None`, those that are false themselves.
#[class(name = "filterfalse", module = "itertools")]
impl FilterFalse {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, function: Ref<'_>, iterable: Ref<'_>) -> Result<Value> {
        let iterator = Fixed::new(iterate::iter(t, iterable)?);
        let predicate = Fixed::new(function.to_value());
        Ok(t.alloc_with_shape(class.root_shape(), FilterFalse { predicate, iterator }).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<FilterFalse>) -> Result<Option<Value>> {
        loop {
            let Some(item) = iterate::next(t, this.iterator.get())? else { return Ok(None) };
            let predicate = this.predicate.get();
            let holds = match predicate.is_none() {
                true => convert::is_true(t, item.borrow())?,
                false => holds(t, predicate, item.borrow())?,
            };
            if !holds {
                return Ok(Some(item));
            }
        }
    }
}

payload_struct! {
    /// The payload of `starmap`.
    StarMap { function: Fixed, iterator: Fixed }
}

/// Calls the function once for each tuple of an iterable, with its items as arguments, and gives what it answers.
#[class(name = "starmap", module = "itertools")]
impl StarMap {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, function: Ref<'_>, iterable: Ref<'_>) -> Result<Value> {
        let iterator = Fixed::new(iterate::iter(t, iterable)?);
        let function = Fixed::new(function.to_value());
        Ok(t.alloc_with_shape(class.root_shape(), StarMap { function, iterator }).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<StarMap>) -> Result<Option<Value>> {
        let Some(arguments) = iterate::next(t, this.iterator.get())? else { return Ok(None) };
        if let Some(arguments) = arguments.borrow().downcast_exact::<Tuple>(t) {
            return call::call(t, this.function.get(), arguments.as_slice()).map(Some);
        }
        let arguments = iterate::collect(t, arguments.borrow())?;
        let arguments: Vec<Ref<'_>> = arguments.iter().map(Value::borrow).collect();
        call::call(t, this.function.get(), &arguments).map(Some)
    }
}
