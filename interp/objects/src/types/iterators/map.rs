//! `map`: a function's results on the elements of iterables.

use ungil_macros::class;

use super::{iterators_of, next_of_each, strict_keyword};
use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::{call, iterate};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The payload of `map`.
pub struct Map {
    function: Fixed,
    /// A tuple.
    iterators: Fixed,
    strict: bool,
}

crate::payload!(Map, collected);

impl Trace for Map {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.function.trace(tracer);
        self.iterators.trace(tracer);
    }
}

/// Calls a function with one element of each iterable at a time and yields what it returns.
///
/// Ends with the first iterable that ends; if `strict` is true and others go on, that is a `ValueError`.
#[class(name = "map")]
impl Map {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Obj<Map>> {
        let strict = strict_keyword(t, "map", args)?;
        let [function, iterables @ ..] = args.positional() else {
            raise!(t, TypeError, "map() must have at least two arguments.");
        };
        if iterables.is_empty() {
            raise!(t, TypeError, "map() must have at least two arguments.");
        }
        let iterators = Fixed::new(iterators_of(t, iterables)?.into_value());
        let payload = Map { function: Fixed::new(function.to_value()), iterators, strict };
        Ok(t.alloc_with_shape(class.root_shape(), payload))
    }

    #[method]
    fn __iter__(this: &Object<Map>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Map>) -> Result<Option<Value>> {
        let iterators = this.iterators.get().downcast::<Tuple>().map_or(&[][..], |all| all.as_slice());
        if let [iterator] = iterators {
            let Some(item) = iterate::next(t, *iterator)? else { return Ok(None) };
            return call::call(t, this.function.get(), &[item.borrow()]).map(Some);
        }
        let Some(items) = next_of_each(t, "map", iterators, this.strict)? else { return Ok(None) };
        let args: Vec<_> = items.iter().map(Value::borrow).collect();
        call::call(t, this.function.get(), &args).map(Some)
    }
}
