//! `zip`: tuples of the elements of several iterables.

use ungil_macros::class;

use super::{iterators_of, next_of_each, strict_keyword};
use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::iterate;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The payload of `zip`.
pub struct Zip {
    /// A tuple.
    iterators: Fixed,
    strict: bool,
}

crate::payload!(Zip, collected);

impl Trace for Zip {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.iterators.trace(tracer);
    }
}

impl Zip {
    /// The next elements of two iterators; nothing if there are not just two, or both must end together.
    pub(crate) fn next_pair(t: &mut Thread, this: &Object<Zip>) -> Option<Result<Option<(Value, Value)>>> {
        let iterators = this.iterators.get().downcast::<Tuple>()?;
        let ([first, second], false) = (iterators.as_slice(), this.strict) else { return None };
        let mut next = || {
            let Some(first) = iterate::next(t, *first)? else { return Ok(None) };
            Ok(iterate::next(t, *second)?.map(|second| (first, second)))
        };
        Some(next())
    }
}

/// The zip object yields n-length tuples, where n is the number of iterables
/// passed as positional arguments to zip().  The i-th element in every tuple
/// comes from the i-th iterable argument to zip().  This continues until the
/// shortest argument is exhausted.
///
/// If strict is true and one of the arguments is exhausted before the others,
/// raise a ValueError.
#[class(name = "zip")]
impl Zip {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Obj<Zip>> {
        let strict = strict_keyword(t, "zip", args)?;
        let iterators = iterators_of(t, args.positional())?;
        let payload = Zip { iterators: Fixed::new(iterators.into_value()), strict };
        Ok(t.alloc_with_shape(class.root_shape(), payload))
    }

    #[method]
    fn __iter__(this: &Object<Zip>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Zip>) -> Result<Option<Value>> {
        let iterators = this.iterators.get().downcast::<Tuple>().map_or(&[][..], |all| all.as_slice());
        if iterators.is_empty() {
            return Ok(None);
        }
        let items = next_of_each(t, "zip", iterators, this.strict)?;
        Ok(items.map(|items| Tuple::from_values(t, items).into_value()))
    }
}
