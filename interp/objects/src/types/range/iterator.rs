//! `range_iterator`, and `longrange_iterator` for numbers beyond 64 bits.

use std::sync::atomic::{AtomicUsize, Ordering};

use dashu_int::IBig;
use ungil_macros::class;

use super::SmallRange;
use crate::fields::Guarded;
use crate::object::{Obj, Object};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::int::Int;
use crate::value::Value;
use crate::word::Word;

/// The payload of `range_iterator`. Threads that share one may see a number twice, as CPython's do.
pub struct RangeIterator {
    range: SmallRange,
    position: AtomicUsize,
}

/// An iterator taken apart, for machine code that steps it as [`RangeIterator::advance`] does.
#[derive(Copy, Clone, Debug)]
#[repr(C)]
pub struct RangeState {
    pub start: i64,
    pub step: i64,
    pub len: usize,
    /// The position in the iterator, which lives as long as the iterator does; loaded and stored relaxed.
    pub position: *const AtomicUsize,
}

impl RangeState {
    /// No iterator.
    pub const EMPTY: RangeState = RangeState { start: 0, step: 0, len: 0, position: std::ptr::null() };
}

crate::payload!(RangeIterator, plain, hot 10);

impl Trace for RangeIterator {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl RangeIterator {
    pub fn new(t: &Thread, range: SmallRange) -> Obj<RangeIterator> {
        t.alloc(RangeIterator { range, position: AtomicUsize::new(0) })
    }

    /// The iterator taken apart.
    #[inline(always)]
    pub fn state(&self) -> RangeState {
        let SmallRange { start, step, len } = self.range;
        RangeState { start, step, len, position: &self.position }
    }

    /// The next number as a word; `None`, without a step, at the end and if it does not fit one.
    #[inline(always)]
    pub fn advance_small(&self) -> Option<Word> {
        let position = self.position.load(Ordering::Relaxed);
        if position >= self.range.len {
            return None;
        }
        let word = Word::from_int(self.range.at(position))?;
        self.position.store(position + 1, Ordering::Relaxed);
        Some(word)
    }

    /// Whether there is no next number.
    #[inline(always)]
    pub fn is_over(&self) -> bool {
        self.position.load(Ordering::Relaxed) >= self.range.len
    }

    /// The next number.
    #[inline(always)]
    pub fn advance(&self) -> Option<i64> {
        let position = self.position.load(Ordering::Relaxed);
        if position >= self.range.len {
            return None;
        }
        self.position.store(position + 1, Ordering::Relaxed);
        Some(self.range.at(position))
    }
}

#[class(name = "range_iterator", no_new, final)]
impl RangeIterator {
    #[method]
    fn __iter__(this: &Object<RangeIterator>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &Thread, this: &Object<RangeIterator>) -> Option<Value> {
        this.advance().map(|number| Int::from_i64(t, number))
    }

    #[method]
    fn __length_hint__(this: &Object<RangeIterator>) -> usize {
        this.range.len - this.position.load(Ordering::Relaxed).min(this.range.len)
    }
}

/// The payload of `longrange_iterator`.
pub struct LongRangeIterator {
    step: IBig,
    rest: Guarded<Rest>,
}

/// What a long iterator still has before it.
struct Rest {
    next: IBig,
    count: IBig,
}

crate::payload!(LongRangeIterator, plain);

impl Trace for LongRangeIterator {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl LongRangeIterator {
    /// An iterator over `count` numbers from the first of the parts on, by the last.
    pub(super) fn new(t: &Thread, [next, _, step]: [IBig; 3], count: IBig) -> Obj<LongRangeIterator> {
        t.alloc(LongRangeIterator { step, rest: Guarded::new(Rest { next, count }) })
    }
}

#[class(name = "longrange_iterator", no_new, final)]
impl LongRangeIterator {
    #[method]
    fn __iter__(this: &Object<LongRangeIterator>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &Thread, this: &Object<LongRangeIterator>) -> Option<Value> {
        let number = this.rest.with(t, this.header(), |rest| {
            (rest.count > IBig::ZERO).then(|| {
                rest.count -= IBig::ONE;
                let next = &rest.next + &this.step;
                std::mem::replace(&mut rest.next, next)
            })
        })?;
        Some(Int::from_big(t, number))
    }

    #[method]
    fn __length_hint__(t: &Thread, this: &Object<LongRangeIterator>) -> Value {
        let count = this.rest.with(t, this.header(), |rest| rest.count.clone());
        Int::from_big(t, count)
    }
}
