//! `aiter` and `anext`.

use ungil_macros::{class, function};
use ungil_objects::class::Unary;
use ungil_objects::error::Exc;
use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::object::Object;
use ungil_objects::protocol::{call, iterate};
use ungil_objects::{Raised, Ref, Result, Thread, Value, raise};

use crate::payload::payload_struct;

/// Calls `__aiter__` of an object. Raises `TypeError` if it has none, or if the answer has no `__anext__`.
#[function]
pub fn aiter(t: &mut Thread, async_iterable: Ref<'_>) -> Result<Value> {
    let Some(method) = async_iterable.shape(t).special().unary(Unary::AsyncIter) else {
        raise!(t, TypeError, "'{}' object is not an async iterable", async_iterable.class(t).name(t));
    };
    let iterator = method(t, async_iterable)?;
    if iterator.borrow().shape(t).special().unary(Unary::AsyncNext).is_none() {
        let class = iterator.borrow().class(t).name(t);
        raise!(t, TypeError, "aiter() returned not an async iterator of type '{class}'");
    }
    Ok(iterator)
}

/// An awaitable for the element that comes next.
///
/// With a `default`, awaiting it at the end gives that; without one it raises `StopAsyncIteration`.
#[function]
pub fn anext(t: &mut Thread, async_iterator: Ref<'_>, default: Option<Ref<'_>>) -> Result<Value> {
    let Some(method) = async_iterator.shape(t).special().unary(Unary::AsyncNext) else {
        raise!(t, TypeError, "'{}' object is not an async iterator", async_iterator.class(t).name(t));
    };
    let awaitable = method(t, async_iterator)?;
    let Some(default) = default else { return Ok(awaitable) };
    ungil_objects::class::make_native_class::<NextOrDefault>(t)?;
    let (awaitable, default) = (Fixed::new(awaitable), Fixed::new(default.to_value()));
    Ok(t.alloc(NextOrDefault { awaitable, default, running: Slot::empty() }).into_value())
}

payload_struct! {
    /// `anext(iterator, default)`: awaits an awaitable and answers the default at the end of the iterator.
    NextOrDefault {
        awaitable: Fixed,
        default: Fixed,
        /// The iterator that runs the awaitable, from the first step on.
        running: Slot,
    }
}

/// What `anext` gives to await if it has a default.
#[class(name = "anext_awaitable", no_new, final)]
impl NextOrDefault {
    #[method]
    fn __await__(this: &Object<NextOrDefault>) -> Value {
        this.to_value()
    }

    #[method]
    fn __iter__(this: &Object<NextOrDefault>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<NextOrDefault>) -> Result<Option<Value>> {
        let iterator = this.iterator(t)?;
        match iterate::next(t, iterator.borrow()) {
            Ok(item) => Ok(item),
            Err(raised) => Err(this.replace_end(t, raised)),
        }
    }

    #[method]
    fn send(t: &mut Thread, this: &Object<NextOrDefault>, value: Ref<'_>) -> Result<Value> {
        this.forward(t, "send", &[value])
    }

    #[method]
    fn throw(t: &mut Thread, this: &Object<NextOrDefault>, args: &[Ref<'_>]) -> Result<Value> {
        this.forward(t, "throw", args)
    }

    #[method]
    fn close(t: &mut Thread, this: &Object<NextOrDefault>) -> Result<Value> {
        this.forward(t, "close", &[])
    }
}

trait Awaiting {
    fn iterator(&self, t: &mut Thread) -> Result<Value>;
    fn forward(&self, t: &mut Thread, method: &str, args: &[Ref<'_>]) -> Result<Value>;
    fn replace_end(&self, t: &Thread, raised: Raised) -> Raised;
}

impl Awaiting for Object<NextOrDefault> {
    fn iterator(&self, t: &mut Thread) -> Result<Value> {
        if let Some(running) = self.running.get(t, self.header()) {
            return Ok(running);
        }
        let awaitable = self.awaitable.get();
        let Some(method) = awaitable.shape(t).special().unary(Unary::Await) else {
            let class = awaitable.class(t).name(t);
            raise!(t, TypeError, "'{class}' object can't be awaited");
        };
        let iterator = method(t, awaitable)?;
        self.running.set(t, self.header(), iterator.clone());
        Ok(iterator)
    }

    fn forward(&self, t: &mut Thread, method: &str, args: &[Ref<'_>]) -> Result<Value> {
        let iterator = self.iterator(t)?;
        let name = t.interpreter().intern(t, method);
        match call::call_method(t, iterator.borrow(), name, args) {
            Ok(value) => Ok(value),
            Err(raised) => Err(self.replace_end(t, raised)),
        }
    }

    /// The end of the iterator becomes the end of awaiting, with the default as the answer.
    fn replace_end(&self, t: &Thread, raised: Raised) -> Raised {
        if raised.is(t, Exc::StopAsyncIteration) {
            return Raised::with_args(t, Exc::StopIteration, vec![self.default.get().to_value()]);
        }
        raised
    }
}
