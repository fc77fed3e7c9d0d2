//! `count`, `cycle`, `repeat`.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use ungil_macros::class;
use ungil_objects::class::{Class, Operator};
use ungil_objects::fields::{Fixed, Slot, SlotVec};
use ungil_objects::object::Object;
use ungil_objects::protocol::{convert, iterate, operator, text};
use ungil_objects::types::int::Int;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use crate::payload::payload_struct;

payload_struct! {
    /// The payload of `count`.
    Count {
        /// The next number while it and the step are machine words; else [`SLOW`].
        next: AtomicI64,
        /// The next number otherwise.
        number: Slot,
        step: Fixed,
    }
}

/// Marks a count that does not fit machine words.
const SLOW: i64 = i64::MIN;

/// Machine words count up to here; beyond, `number` takes over.
const FAST_END: i64 = i64::MAX / 4;

/// Counts without end: `start`, `start + step`, and so on.
#[class(name = "count", module = "itertools")]
impl Count {
    #[new(signature = "(start=0, step=1)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        start: Option<Ref<'_>>,
        step: Option<Ref<'_>>,
    ) -> Result<Value> {
        for number in [start, step].into_iter().flatten() {
            if !is_number(t, number) {
                raise!(t, TypeError, "a number is required");
            }
        }
        let start = start.map_or(Value::from_i32(0), Ref::to_value);
        let step = step.map_or(Value::from_i32(1), Ref::to_value);
        let fast = start.borrow().as_small_int().filter(|start| start.abs() < FAST_END);
        let by_one = step.borrow().as_small_int() == Some(1);
        let count = Count {
            next: AtomicI64::new(fast.filter(|_| by_one).unwrap_or(SLOW)),
            number: Slot::new(Some(start)),
            step: Fixed::new(step),
        };
        Ok(t.alloc_with_shape(class.root_shape(), count).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Count>) -> Result<Option<Value>> {
        let advance = |next| (next != SLOW && next < FAST_END).then(|| next + 1);
        match this.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, advance) {
            Ok(next) => return Ok(Some(Int::from_i64(t, next))),
            Err(SLOW) => {}
            Err(end) => {
                this.number.set(t, this.header(), Int::from_i64(t, end));
                this.next.store(SLOW, Ordering::Relaxed);
            }
        }
        let number = this.current(t);
        let following = operator::binary(t, Operator::Add, number.borrow(), this.step.get())?;
        this.number.set(t, this.header(), following);
        Ok(Some(number))
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Count>) -> Result<String> {
        let next = this.current(t);
        let next = text::repr(t, next.borrow())?;
        if this.step.get().as_small_int() == Some(1) {
            return Ok(format!("count({})", **next));
        }
        let step = text::repr(t, this.step.get())?;
        Ok(format!("count({}, {})", **next, **step))
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        super::parametrise(t, class, item)
    }
}

trait Counting {
    fn current(&self, t: &Thread) -> Value;
}

impl Counting for Object<Count> {
    /// The number that comes next.
    fn current(&self, t: &Thread) -> Value {
        match self.next.load(Ordering::Relaxed) {
            SLOW => self.number.get(t, self.header()).unwrap_or(Value::NONE),
            next => Int::from_i64(t, next),
        }
    }
}

/// Whether a value has the conversions of a number.
fn is_number(t: &Thread, value: Ref<'_>) -> bool {
    use ungil_objects::class::Unary;
    let special = value.shape(t).special();
    let converts =
        [Unary::Int, Unary::Float, Unary::Index].iter().any(|method| special.unary(*method).is_some());
    converts || value.as_complex().is_some()
}

payload_struct! {
    /// The payload of `cycle`.
    Cycle {
        /// Empty once exhausted.
        iterator: Slot,
        seen: SlotVec,
        position: AtomicUsize,
    }
}

/// The items of an iterable, over and over; they are remembered during the first round.
#[class(name = "cycle", module = "itertools")]
impl Cycle {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, iterable: Ref<'_>) -> Result<Value> {
        let iterator = iterate::iter(t, iterable)?;
        let cycle = Cycle {
            iterator: Slot::new(Some(iterator)),
            seen: SlotVec::new(),
            position: AtomicUsize::new(0),
        };
        Ok(t.alloc_with_shape(class.root_shape(), cycle).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Cycle>) -> Result<Option<Value>> {
        if let Some(iterator) = this.iterator.get(t, this.header()) {
            if let Some(item) = iterate::next(t, iterator.borrow())? {
                this.seen.push(t, this.header(), item.clone());
                return Ok(Some(item));
            }
            drop(this.iterator.replace(t, this.header(), None));
        }
        let len = this.seen.len();
        if len == 0 {
            return Ok(None);
        }
        let following = |position| Some((position + 1) % len);
        let position =
            this.position.fetch_update(Ordering::Relaxed, Ordering::Relaxed, following).unwrap_or(0);
        Ok(this.seen.get(t, this.header(), position % len))
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        super::parametrise(t, class, item)
    }
}

payload_struct! {
    /// The payload of `repeat`.
    Repeat {
        object: Fixed,
        /// How often still; [`ENDLESS`] for always.
        left: AtomicI64,
    }
}

const ENDLESS: i64 = -1;

/// The same object again and again: without end, or `times` times.
#[class(name = "repeat", module = "itertools")]
impl Repeat {
    #[new(signature = "(object, times=-1)")]
    fn new(t: &mut Thread, class: &Object<Class>, object: Ref<'_>, times: Option<Ref<'_>>) -> Result<Value> {
        let left = match times {
            Some(times) => convert::to_i64(t, times)?.max(0),
            None => ENDLESS,
        };
        let repeat = Repeat { object: Fixed::new(object.to_value()), left: AtomicI64::new(left) };
        Ok(t.alloc_with_shape(class.root_shape(), repeat).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(&self) -> Option<Value> {
        let fewer = |left: i64| if left > 0 { Some(left - 1) } else { None };
        match self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer) {
            Ok(_) | Err(ENDLESS) => Some(self.object.get().to_value()),
            Err(_) => None,
        }
    }

    /// How many times are left. Raises `TypeError` if there is no end.
    #[method]
    fn __length_hint__(t: &mut Thread, this: &Object<Repeat>) -> Result<i64> {
        match this.left.load(Ordering::Relaxed) {
            ENDLESS => raise!(t, TypeError, "len() of unsized object"),
            left => Ok(left),
        }
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Repeat>) -> Result<String> {
        let object = text::repr(t, this.object.get())?;
        match this.left.load(Ordering::Relaxed) {
            ENDLESS => Ok(format!("repeat({})", **object)),
            left => Ok(format!("repeat({}, {left})", **object)),
        }
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        super::parametrise(t, class, item)
    }
}
