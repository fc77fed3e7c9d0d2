//! `range`: an arithmetic progression of integers.

mod iterator;

use dashu_int::IBig;
use ungil_macros::class;

pub use self::iterator::{LongRangeIterator, RangeIterator, RangeState};

use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::compare::{self, Comparison};
use crate::protocol::{convert, hash, iterate};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::int::Int;
use crate::types::slice::Slice;
use crate::types::text::Str;
use crate::types::tuple::{self, Tuple};
use crate::value::{Ref, Value};

/// The payload of `range`. The parts are `int`s of any size.
pub struct Range {
    start: Fixed,
    stop: Fixed,
    step: Fixed,
    small: Option<SmallRange>,
}

/// A range whose numbers and length all fit 64 bits.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct SmallRange {
    pub start: i64,
    pub step: i64,
    pub len: usize,
}

impl SmallRange {
    fn new(start: i64, stop: i64, step: i64) -> Option<SmallRange> {
        let (low, high) = if step > 0 { (start, stop) } else { (stop, start) };
        let len = if low >= high {
            0
        } else {
            (i128::from(high) - i128::from(low) - 1) / i128::from(step.unsigned_abs()) + 1
        };
        Some(SmallRange { start, step, len: i64::try_from(len).ok()? as usize })
    }

    /// The number at a position, which must be below the length.
    #[inline(always)]
    pub fn at(self, position: usize) -> i64 {
        self.start.wrapping_add(self.step.wrapping_mul(position as i64))
    }

    /// The position of a number.
    fn position(self, number: i64) -> Option<usize> {
        let distance = i128::from(number) - i128::from(self.start);
        let step = i128::from(self.step);
        let position = usize::try_from(distance / step).ok()?;
        (distance % step == 0 && position < self.len).then_some(position)
    }
}

crate::payload!(Range, plain);

impl Trace for Range {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.start.trace(tracer);
        self.stop.trace(tracer);
        self.step.trace(tracer);
    }
}

/// The integer that a part of a range is.
fn big(int: Ref<'_>) -> IBig {
    int.as_int().map(|int| int.to_big().into_owned()).unwrap_or_default()
}

impl Range {
    /// A range of integers; the step is not zero.
    fn from_ints(t: &Thread, start: Value, stop: Value, step: Value) -> Obj<Range> {
        let small = match (start.borrow().as_i64(), stop.borrow().as_i64(), step.borrow().as_i64()) {
            (Some(start), Some(stop), Some(step)) => SmallRange::new(start, stop, step),
            _ => None,
        };
        t.alloc(Range { start: Fixed::new(start), stop: Fixed::new(stop), step: Fixed::new(step), small })
    }

    /// The range `start, start + step, …` up to `stop`.
    ///
    /// # Errors
    /// `ValueError` if the step is zero.
    pub fn from_i64(t: &Thread, start: i64, stop: i64, step: i64) -> Result<Obj<Range>> {
        if step == 0 {
            raise!(t, ValueError, "range() arg 3 must not be zero");
        }
        let int = |value| Int::from_i64(t, value);
        Ok(Range::from_ints(t, int(start), int(stop), int(step)))
    }

    /// The range in machine integers, if it fits them.
    #[inline(always)]
    pub fn small(&self) -> Option<SmallRange> {
        self.small
    }

    fn parts(&self) -> [Ref<'_>; 3] {
        [self.start.get(), self.stop.get(), self.step.get()]
    }

    fn len_big(&self) -> IBig {
        if let Some(small) = self.small {
            return IBig::from(small.len);
        }
        let [start, stop, step] = self.parts().map(big);
        let (low, high, step) = if step > IBig::ZERO { (start, stop, step) } else { (stop, start, -step) };
        if low >= high { IBig::ZERO } else { (high - low - IBig::ONE) / step + IBig::ONE }
    }

    fn at_big(&self, position: &IBig) -> IBig {
        big(self.start.get()) + big(self.step.get()) * position
    }

    /// The position of a number that is an `int`.
    fn position_of(&self, number: Ref<'_>) -> Option<IBig> {
        if let (Some(small), Some(number)) = (self.small, number.as_i64()) {
            return small.position(number).map(IBig::from);
        }
        let distance = big(number) - big(self.start.get());
        let step = big(self.step.get());
        let (position, rest) = (&distance / &step, &distance % &step);
        (rest == IBig::ZERO && position >= IBig::ZERO && position < self.len_big()).then_some(position)
    }

    /// What decides about equality: the length, the first number if there is one, the step if there are more.
    fn identity(&self) -> [Option<IBig>; 3] {
        let len = self.len_big();
        let (some, more) = (len > IBig::ZERO, len > IBig::ONE);
        [Some(len), some.then(|| big(self.start.get())), more.then(|| big(self.step.get()))]
    }
}

/// The integers from `start`, or 0, to before `stop`, each `step` apart.
///
/// A sequence that stores no more than these three. Raises `ValueError` if the step is 0.
#[class(name = "range", sequence, final)]
impl Range {
    #[new]
    fn new(t: &mut Thread, _class: &Object<Class>, args: Args<'_>) -> Result<Obj<Range>> {
        let [first, second, third] = args.unpack(t, "range", 1)?;
        let mut part = |value: Option<Ref<'_>>, default: i32| {
            value.map_or(Ok(Value::from_i32(default)), |value| convert::index(t, value))
        };
        let (start, stop) = match second {
            None => (Value::from_i32(0), part(first, 0)?),
            Some(_) => (part(first, 0)?, part(second, 0)?),
        };
        let step = part(third, 1)?;
        if step.borrow().as_i64() == Some(0) {
            raise!(t, ValueError, "range() arg 3 must not be zero");
        }
        Ok(Range::from_ints(t, start, stop, step))
    }

    #[getter]
    fn start(this: &Object<Range>) -> Value {
        this.start.get().to_value()
    }

    #[getter]
    fn stop(this: &Object<Range>) -> Value {
        this.stop.get().to_value()
    }

    #[getter]
    fn step(this: &Object<Range>) -> Value {
        this.step.get().to_value()
    }

    #[method]
    fn __len__(t: &mut Thread, this: &Object<Range>) -> Result<usize> {
        match this.small {
            Some(small) => Ok(small.len),
            None => match i64::try_from(this.len_big()) {
                Ok(len) => Ok(len as usize),
                Err(_) => raise!(t, OverflowError, "Python int too large to convert to C ssize_t"),
            },
        }
    }

    #[method]
    fn __bool__(this: &Object<Range>) -> bool {
        this.small.map_or_else(|| this.len_big() > IBig::ZERO, |small| small.len > 0)
    }

    #[method]
    fn __iter__(t: &mut Thread, this: &Object<Range>) -> Value {
        match this.small {
            Some(small) => RangeIterator::new(t, small).into_value(),
            None => LongRangeIterator::new(t, this.parts().map(big), this.len_big()).into_value(),
        }
    }

    /// An iterator from the last number to the first.
    #[method]
    fn __reversed__(t: &mut Thread, this: &Object<Range>) -> Value {
        match this.small {
            Some(small) if small.step != i64::MIN => {
                let start = small.at(small.len.saturating_sub(1));
                RangeIterator::new(t, SmallRange { start, step: -small.step, ..small }).into_value()
            }
            _ => {
                let len = this.len_big();
                let last = this.at_big(&(&len - IBig::ONE));
                let [start, _, step] = this.parts().map(big);
                LongRangeIterator::new(t, [last, start, -step], len).into_value()
            }
        }
    }

    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<Range>, key: Ref<'_>) -> Result<Value> {
        if let (Some(small), Some(index)) = (this.small, key.as_small_int()) {
            return match crate::protocol::sequence::normalise(index, small.len) {
                Some(position) => Ok(Int::from_i64(t, small.at(position))),
                None => raise!(t, IndexError, "range object index out of range"),
            };
        }
        if let Some(slice) = key.downcast::<Slice>() {
            return this.slice(t, slice);
        }
        if !convert::is_index(t, key) {
            raise!(t, TypeError, "range indices must be integers or slices, not {}", key.class(t).name(t));
        }
        let index = convert::index(t, key)?;
        let (mut position, len) = (big(index.borrow()), this.len_big());
        if position < IBig::ZERO {
            position += &len;
        }
        if position < IBig::ZERO || position >= len {
            raise!(t, IndexError, "range object index out of range");
        }
        Ok(Int::from_big(t, this.at_big(&position)))
    }

    #[method]
    fn __contains__(t: &mut Thread, this: &Object<Range>, item: Ref<'_>) -> Result<bool> {
        if is_plain_int(t, item) {
            return Ok(this.position_of(item).is_some());
        }
        let iterator = Range::__iter__(t, this);
        while let Some(number) = iterate::next(t, iterator.borrow())? {
            if compare::equal(t, number.borrow(), item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The position of the first number that equals `value`. Raises `ValueError` if none does.
    #[method]
    fn index(t: &mut Thread, this: &Object<Range>, value: Ref<'_>) -> Result<Value> {
        if is_plain_int(t, value) {
            return match this.position_of(value) {
                Some(position) => Ok(Int::from_big(t, position)),
                None => raise!(t, ValueError, "range.index(x): x not in range"),
            };
        }
        let iterator = Range::__iter__(t, this);
        let mut position = 0;
        while let Some(number) = iterate::next(t, iterator.borrow())? {
            if compare::equal(t, number.borrow(), value)? {
                return Ok(Int::from_i64(t, position));
            }
            position += 1;
        }
        raise!(t, ValueError, "sequence.index(x): x not in sequence")
    }

    /// How many of the numbers equal `value`.
    #[method]
    fn count(t: &mut Thread, this: &Object<Range>, value: Ref<'_>) -> Result<i64> {
        if is_plain_int(t, value) {
            return Ok(i64::from(this.position_of(value).is_some()));
        }
        let iterator = Range::__iter__(t, this);
        let mut count = 0;
        while let Some(number) = iterate::next(t, iterator.borrow())? {
            count += i64::from(compare::holds(t, Comparison::Equal, number.borrow(), value)?);
        }
        Ok(count)
    }

    #[method]
    fn __eq__(this: &Object<Range>, other: &Object<Range>) -> bool {
        match (this.small, other.small) {
            (Some(a), Some(b)) => {
                a.len == b.len && (a.len == 0 || a.start == b.start && (a.len == 1 || a.step == b.step))
            }
            _ => this.identity() == other.identity(),
        }
    }

    #[method]
    fn __ne__(this: &Object<Range>, other: &Object<Range>) -> bool {
        !Range::__eq__(this, other)
    }

    #[method]
    fn __hash__(t: &mut Thread, this: &Object<Range>) -> Result<i64> {
        let mut hashes = [0; 3];
        for (hash, part) in hashes.iter_mut().zip(this.identity()) {
            let part = part.map_or(Value::NONE, |part| Int::from_big(t, part));
            *hash = hash::hash(t, part.borrow())?;
        }
        Ok(tuple::combine_hashes(&hashes))
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Range>) -> Obj<Str> {
        let [start, stop, step] = this.parts().map(big);
        let text = match step == IBig::ONE {
            true => format!("range({start}, {stop})"),
            false => format!("range({start}, {stop}, {step})"),
        };
        Str::from_str(t, &text)
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<Range>) -> Value {
        let class = this.borrow().class(t).to_value();
        let parts = Tuple::from_values(t, this.parts().map(Ref::to_value));
        Tuple::from_values(t, [class, parts.into_value()]).into_value()
    }
}

/// Whether a value is an `int` or `bool` itself, whose equality is known.
fn is_plain_int(t: &Thread, value: Ref<'_>) -> bool {
    value.as_small_int().is_some() || value.as_bool().is_some() || value.downcast_exact::<Int>(t).is_some()
}

impl Object<Range> {
    /// The part of the range that a slice selects, itself a range.
    fn slice(&self, t: &mut Thread, slice: &Slice) -> Result<Value> {
        let mut part = |part: Ref<'_>| -> Result<Option<IBig>> {
            if part.is_none() {
                return Ok(None);
            }
            if !convert::is_index(t, part) {
                raise!(t, TypeError, "slice indices must be integers or None or have an __index__ method");
            }
            convert::index(t, part).map(|part| Some(big(part.borrow())))
        };
        let step = part(slice.step())?.unwrap_or(IBig::ONE);
        let (start, stop) = (part(slice.start())?, part(slice.stop())?);
        if step == IBig::ZERO {
            raise!(t, ValueError, "slice step cannot be zero");
        }
        let len = self.len_big();
        let backward = step < IBig::ZERO;
        let (low, high) = if backward { (-IBig::ONE, &len - IBig::ONE) } else { (IBig::ZERO, len.clone()) };
        let place = |bound: IBig| {
            let bound = if bound < IBig::ZERO { bound + &len } else { bound };
            bound.max(low.clone()).min(high.clone())
        };
        let start = start.map_or(if backward { high.clone() } else { low.clone() }, place);
        let stop = stop.map_or(if backward { low.clone() } else { high.clone() }, place);
        let parts = [self.at_big(&start), self.at_big(&stop), step * big(self.step.get())];
        let [start, stop, step] = parts.map(|part| Int::from_big(t, part));
        Ok(Range::from_ints(t, start, stop, step).into_value())
    }
}
