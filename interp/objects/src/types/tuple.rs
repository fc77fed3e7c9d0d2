//! `tuple`: immutable references, which lie behind the payload.

mod iterator;

use smallvec::SmallVec;
use ungil_macros::class;

pub use self::iterator::TupleIterator;

use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::compare::Comparison;
use crate::protocol::sequence::{self, Items, Selection, Subscript};
use crate::protocol::{hash, iterate};
use crate::raise;
use crate::shape::Shape;
use crate::tail::{Tail, Tailed};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::dict;
use crate::types::generic_alias::GenericAlias;
use crate::types::list::List;
use crate::value::{Ref, Value};

/// The payload of `tuple`.
#[repr(C)]
pub struct Tuple {
    items: Tail<Fixed>,
}

crate::payload!(Tuple, collected, tailed, deferrable, hot 4);

// SAFETY: `repr(C)`, and the tail is the only field.
unsafe impl Tailed for Tuple {
    type Item = Fixed;

    fn tail(&self) -> &Tail<Fixed> {
        &self.items
    }
}

impl Trace for Tuple {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.items.trace(tracer);
    }
}

impl Tuple {
    #[inline]
    pub fn from_values(t: &Thread, values: impl IntoIterator<Item = Value>) -> Obj<Tuple> {
        let values = values.into_iter();
        let shape = t.shape_of::<Tuple>();
        match values.size_hint() {
            (least, Some(most)) if least == most => Tuple::with_exactly(t, shape, values, least),
            _ => Tuple::with_shape(t, shape, values.collect()),
        }
    }

    /// A tuple of the first `count` values, and nothing where there are fewer.
    #[inline(always)]
    fn with_exactly(
        t: &Thread,
        shape: &Shape,
        mut values: impl Iterator<Item = Value>,
        count: usize,
    ) -> Obj<Tuple> {
        let items = (0..count).map(|_| Fixed::new(values.next().unwrap_or(Value::NONE)));
        t.alloc_tailed(shape, items, |items| Tuple { items })
    }

    /// A tuple of `tuple` or a subclass.
    pub fn with_shape(t: &Thread, shape: &Shape, values: Vec<Value>) -> Obj<Tuple> {
        let count = values.len();
        Tuple::with_exactly(t, shape, values.into_iter(), count)
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Ref<'_>> {
        self.items.get(index).map(Fixed::get)
    }

    #[inline(always)]
    pub fn items(&self) -> impl ExactSizeIterator<Item = Ref<'_>> + DoubleEndedIterator {
        self.items.iter().map(Fixed::get)
    }

    /// The items as a slice of borrowed references, the form in which calls pass arguments.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Ref<'_>] {
        let items: &[Fixed] = &self.items;
        // SAFETY: `Fixed`, `Value` and `Ref` are all transparent over a word; a tuple's items never change.
        unsafe { &*(std::ptr::from_ref(items) as *const [Ref<'_>]) }
    }

    pub fn to_vec(&self) -> Vec<Value> {
        self.items().map(Ref::to_value).collect()
    }
}

impl Items for Object<Tuple> {
    #[inline]
    fn count(&self) -> usize {
        self.len()
    }

    #[inline]
    fn item(&self, _: &Thread, position: usize) -> Option<Value> {
        self.get(position).map(Ref::to_value)
    }
}

/// The hash of a sequence of hashes, in which the order counts: xxHash's mixing of one lane (Y. Collet), as CPython's.
pub fn combine_hashes(hashes: &[i64]) -> i64 {
    const PRIMES: [u64; 3] =
        [11_400_714_785_074_694_791, 14_029_467_366_897_019_727, 2_870_177_450_012_600_261];
    let mixed = hashes.iter().fold(PRIMES[2], |mixed, hash| {
        let lane = (*hash as u64).wrapping_mul(PRIMES[1]);
        mixed.wrapping_add(lane).rotate_left(31).wrapping_mul(PRIMES[0])
    });
    match mixed.wrapping_add(hashes.len() as u64 ^ PRIMES[2] ^ 3_527_539) as i64 {
        -1 => 1_546_275_796,
        hash => hash,
    }
}

fn compare(t: &mut Thread, a: &Object<Tuple>, b: &Object<Tuple>, comparison: Comparison) -> Result<bool> {
    sequence::compare(t, a, b, comparison)
}

crate::comparisons!(Tuple, compare);

/// A sequence whose items stay the same, made from those of an iterable; empty without one.
///
/// A plain tuple is not copied.
#[class(name = "tuple", sequence, match_self, members = [COMPARISONS])]
impl Tuple {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
        let is_plain = std::ptr::eq(class, t.shape_of::<Tuple>().class());
        // Constructors of subclasses may take arguments of their own and pass on what they like.
        let [iterable] = args.unpack(t, "tuple", 0)?;
        if let Some(iterable) = iterable
            && is_plain
            && iterable.downcast_exact::<Tuple>(t).is_some()
        {
            return Ok(iterable.to_value());
        }
        let mut items = SmallVec::<[Fixed; 16]>::new();
        if let Some(list) = iterable.and_then(|iterable| iterable.downcast_exact::<List>(t)) {
            // All at one moment.
            items.extend(list.to_vec(t).into_iter().map(Fixed::new));
        } else if let Some(elements) = iterable.and_then(|iterable| dict::elements(t, iterable)) {
            items.extend(elements.into_iter().map(Fixed::new));
        } else if let Some(iterable) = iterable {
            let every = &mut |_: &Thread, item| {
                items.push(Fixed::new(item));
                None
            };
            iterate::each_or(t, iterable, every, |_, _| Ok(()))?;
        }
        let count = items.len();
        // SAFETY: the items move behind the payload.
        let tuple = unsafe {
            t.alloc_tailed_with(
                class.root_shape(),
                count,
                |items| Tuple { items },
                |first| {
                    first.copy_from_nonoverlapping(items.as_ptr(), count);
                    items.set_len(0);
                },
            )
        };
        Ok(tuple.into_value())
    }

    /// How many items equal value.
    #[method]
    fn count(t: &mut Thread, this: &Object<Tuple>, value: Ref<'_>) -> Result<usize> {
        sequence::count(t, this, value)
    }

    /// Where the leftmost item that equals value is, between start and stop if they are given; a ValueError tells that none does.
    #[method]
    fn index(
        t: &mut Thread,
        this: &Object<Tuple>,
        value: Ref<'_>,
        start: Option<Ref<'_>>,
        stop: Option<Ref<'_>>,
    ) -> Result<usize> {
        let (start, stop) = (sequence::limit(t, start, 0)?, sequence::limit(t, stop, i64::MAX)?);
        let len = this.len();
        match sequence::find(t, this, value, sequence::clamp(start, len), sequence::clamp(stop, len))? {
            Some(at) => Ok(at),
            None => raise!(t, ValueError, "tuple.index(x): x not in tuple"),
        }
    }

    #[method]
    fn __len__(&self) -> usize {
        self.len()
    }

    #[method]
    fn __iter__(t: &mut Thread, this: &Object<Tuple>) -> Obj<TupleIterator> {
        TupleIterator::new(t, this)
    }

    #[method]
    fn __contains__(t: &mut Thread, this: &Object<Tuple>, item: Ref<'_>) -> Result<bool> {
        sequence::find(t, this, item, 0, usize::MAX).map(|at| at.is_some())
    }

    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<Tuple>, key: Ref<'_>) -> Result<Value> {
        match sequence::subscript(t, key, "tuple")? {
            Subscript::Index(index) => {
                match sequence::normalise(index, this.len()).and_then(|at| this.get(at)) {
                    Some(item) => Ok(item.to_value()),
                    None => raise!(t, IndexError, "tuple index out of range"),
                }
            }
            Subscript::Slice(bounds) => {
                let selection = bounds.select(this.len());
                Ok(this.selected(t, selection))
            }
        }
    }

    #[method]
    fn __add__(t: &mut Thread, this: &Object<Tuple>, other: &Object<Tuple>) -> Value {
        match (this.is_empty() && other.is_plain(t), other.is_empty() && this.is_plain(t)) {
            (true, _) => other.to_value(),
            (_, true) => this.to_value(),
            _ => Tuple::from_values(t, this.items().chain(other.items()).map(Ref::to_value)).into_value(),
        }
    }

    #[method]
    fn __mul__(t: &mut Thread, this: &Object<Tuple>, count: Ref<'_>) -> Result<Value> {
        let Some(times) = sequence::repetitions(t, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
        if (times == 1 || this.is_empty()) && this.is_plain(t) {
            return Ok(this.to_value());
        }
        let items = sequence::repeat(t, &this.to_vec(), times)?;
        Ok(Tuple::from_values(t, items).into_value())
    }

    #[method]
    fn __rmul__(t: &mut Thread, this: &Object<Tuple>, count: Ref<'_>) -> Result<Value> {
        Tuple::__mul__(t, this, count)
    }

    #[method]
    fn __hash__(t: &mut Thread, this: &Object<Tuple>) -> Result<i64> {
        t.check_stack(" while hashing a tuple")?;
        let hashes: Result<smallvec::SmallVec<[i64; 8]>> =
            this.items().map(|item| hash::hash(t, item)).collect();
        Ok(combine_hashes(&hashes?))
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Tuple>) -> Result<Value> {
        let close = if this.len() == 1 { ",)" } else { ")" };
        sequence::repr(t, this.borrow(), this, ("(", close), "(...)").map(Obj::into_value)
    }

    #[method]
    fn __getnewargs__(t: &mut Thread, this: &Object<Tuple>) -> Obj<Tuple> {
        let items = Tuple::from_values(t, this.to_vec());
        Tuple::from_values(t, [items.into_value()])
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        GenericAlias::of_class(t, class, item)
    }
}

impl Object<Tuple> {
    /// Whether this is a `tuple` and no subclass's instance.
    fn is_plain(&self, t: &Thread) -> bool {
        self.borrow().downcast_exact::<Tuple>(t).is_some()
    }

    /// `self[selection]`
    pub(crate) fn selected(&self, t: &Thread, selection: Selection) -> Value {
        if selection.len == self.len() && selection.step == 1 && self.is_plain(t) {
            return self.to_value();
        }
        let items = selection.positions().map(|at| self.get(at).map_or(Value::NONE, Ref::to_value));
        Tuple::from_values(t, items).into_value()
    }
}
