//! `filter`: the elements for which a function, or the element itself, is true.

use ungil_macros::class;

use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::{call, convert, iterate};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::singletons::Bool;
use crate::value::{NONE, Value};

/// The payload of `filter`.
pub struct Filter {
    /// `None` for the truth of the elements themselves.
    function: Option<Fixed>,
    iterator: Fixed,
}

crate::payload!(Filter, collected);

impl Trace for Filter {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.function.trace(tracer);
        self.iterator.trace(tracer);
    }
}

/// Return an iterator yielding those items of iterable for which function(item)
/// is true. If function is None, return the items that are true.
#[class(name = "filter")]
impl Filter {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Obj<Filter>> {
        let [function, iterable] = args.unpack(t, "filter", 2)?;
        let iterator = Fixed::new(iterate::iter(t, iterable.unwrap_or(NONE))?);
        let truth = t.shape_of::<Bool>().class().borrow();
        let function = function.filter(|function| !function.is_none() && !function.is(truth));
        let payload = Filter { function: function.map(|function| Fixed::new(function.to_value())), iterator };
        Ok(t.alloc_with_shape(class.root_shape(), payload))
    }

    #[method]
    fn __iter__(this: &Object<Filter>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Filter>) -> Result<Option<Value>> {
        while let Some(item) = iterate::next(t, this.iterator.get())? {
            let passes = match &this.function {
                None => convert::is_true(t, item.borrow())?,
                Some(function) => {
                    let answer = call::call(t, function.get(), &[item.borrow()])?;
                    convert::is_true(t, answer.borrow())?
                }
            };
            if passes {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}
