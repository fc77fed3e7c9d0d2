//! `islice`.

use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::fields::Slot;
use ungil_objects::object::Object;
use ungil_objects::protocol::{convert, iterate};
use ungil_objects::types::int::IntRef;
use ungil_objects::{Exc, Ref, Result, Thread, Value, raise};

use crate::payload::payload_struct;

payload_struct! {
    /// The payload of `islice`.
    ISlice {
        /// Empty once exhausted.
        iterator: Slot,
        /// The number of elements taken from the iterator so far.
        taken: AtomicUsize,
        /// The position of the next element to answer with.
        next: AtomicUsize,
        /// `usize::MAX` for no end.
        stop: usize,
        step: usize,
    }
}

/// A position; `None` if it is `None`. `message` is for what is neither that nor a count.
fn position(t: &mut Thread, value: Ref<'_>, message: &str) -> Result<Option<usize>> {
    if value.is_none() {
        return Ok(None);
    }
    match convert::index(t, value) {
        Ok(index) => match index.borrow().as_int() {
            Some(IntRef::Small(position)) if position >= 0 => Ok(Some(position as usize)),
            _ => raise!(t, ValueError, "{message}"),
        },
        Err(raised) if raised.is(t, Exc::TypeError) => raise!(t, ValueError, "{message}"),
        Err(raised) => Err(raised),
    }
}

const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
const STEP: &str = "Step for islice() must be a positive integer or None.";

/// Yields the elements at the positions that a slice with the same numbers would select.
///
/// The arguments after the iterable are those of `slice`: an end, or a start, an end and a step. None may be negative, since
/// elements are only drawn forwards; the ones in between are dropped.
#[class(name = "islice", module = "itertools")]
impl ISlice {
    #[new]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        iterable: Ref<'_>,
        first: Ref<'_>,
        second: Option<Ref<'_>>,
        step: Option<Ref<'_>>,
    ) -> Result<Value> {
        let (start, stop) = match second {
            None => (0, position(t, first, STOP)?),
            Some(stop) => {
                let stop = position(t, stop, STOP)?;
                (position(t, first, INDICES)?.unwrap_or(0), stop)
            }
        };
        let step = match step {
            Some(step) => position(t, step, STEP)?.unwrap_or(1),
            None => 1,
        };
        if step == 0 {
            raise!(t, ValueError, "{STEP}");
        }
        let made = ISlice {
            iterator: Slot::new(Some(iterate::iter(t, iterable)?)),
            taken: AtomicUsize::new(0),
            next: AtomicUsize::new(start),
            stop: stop.unwrap_or(usize::MAX),
            step,
        };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<ISlice>) -> Result<Option<Value>> {
        let Some(iterator) = this.iterator.get(t, this.header()) else { return Ok(None) };
        let wanted = this.next.load(Ordering::Relaxed);
        let mut taken = this.taken.load(Ordering::Relaxed);
        let mut found = None;
        while taken < wanted || taken == wanted && taken < this.stop {
            found = iterate::next(t, iterator.borrow())?;
            if found.is_none() {
                break;
            }
            taken += 1;
            this.taken.store(taken, Ordering::Relaxed);
        }
        if taken <= wanted || found.is_none() {
            drop(this.iterator.replace(t, this.header(), None));
            return Ok(None);
        }
        this.next.store(wanted.saturating_add(this.step).min(this.stop), Ordering::Relaxed);
        Ok(found)
    }
}
