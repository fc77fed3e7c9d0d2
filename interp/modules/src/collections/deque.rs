//! `deque`: a sequence that grows and shrinks at both ends, if wanted with a bound.
//!
//! The items lie in a ring behind the object's lock. What may run code (comparing, iterating) reads one item at a time or a copy.

mod iterator;
mod operators;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::fields::{Fixed, Guarded, admit};
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::sequence::{self, Items};
use ungil_objects::protocol::{compare, convert, iterate};
use ungil_objects::shape::Shape;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Result, Thread, Value, payload, raise};

pub use self::iterator::{DequeIterator, DequeReverseIterator};

/// The payload of `deque`.
pub struct Deque {
    items: Guarded<VecDeque<Fixed>>,
    /// The largest length; negative for none. Set by `__init__`.
    bound: AtomicI64,
    /// Counts the changes of length and order, by which iterators notice them.
    version: AtomicU64,
    /// The number of items, for those who only want to know that.
    len: AtomicUsize,
}

payload!(Deque, collected, deferrable);

impl Trace for Deque {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.items.trace(tracer);
    }
}

/// The bound of a deque that has none.
const UNBOUNDED: i64 = -1;

/// An end of a deque.
#[derive(Copy, Clone, PartialEq, Eq)]
enum End {
    Left,
    Right,
}

impl Deque {
    fn with_shape(t: &Thread, shape: &Shape, items: VecDeque<Fixed>, bound: i64) -> Obj<Deque> {
        let payload = Deque {
            len: AtomicUsize::new(items.len()),
            items: Guarded::new(items),
            bound: AtomicI64::new(bound),
            version: AtomicU64::new(0),
        };
        t.alloc_with_shape(shape, payload)
    }

    fn bound(&self) -> Option<usize> {
        usize::try_from(self.bound.load(Ordering::Relaxed)).ok()
    }

    fn version(&self) -> u64 {
        self.version.load(Ordering::Relaxed)
    }

    fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }
}

/// A deque as a sequence that is read by position.
struct Contents<'a>(&'a Object<Deque>);

impl Items for Contents<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn item(&self, t: &Thread, position: usize) -> Option<Value> {
        self.0.item(t, position)
    }
}

/// What [`DequeOperations::change`] works on.
type Ring = VecDeque<Fixed>;

/// The operations on deques that methods are made of.
trait DequeOperations {
    /// Changes length or order at one moment. What is taken out comes back, to be dropped outside of the lock.
    fn change<R>(&self, t: &Thread, work: impl FnOnce(&mut Ring) -> R) -> R;
    /// The item at a position, if there is one now.
    fn item(&self, t: &Thread, position: usize) -> Option<Value>;
    /// Adds an item at one end; over the bound, one goes at the other.
    fn push(&self, t: &Thread, value: Value, end: End);
    /// Adds all elements of an iterable, one after the other.
    fn extend_from(&self, t: &mut Thread, iterable: Ref<'_>, end: End) -> Result<()>;
    /// All items, as they are at one moment.
    fn to_vec(&self, t: &Thread) -> Vec<Value>;
    /// The position of an index.
    fn position(&self, t: &mut Thread, index: Ref<'_>) -> Result<usize>;
    /// A deque of the same class with the same bound.
    fn make_like(&self, t: &mut Thread, items: Vec<Value>) -> Result<Value>;
}

impl DequeOperations for Object<Deque> {
    fn change<R>(&self, t: &Thread, work: impl FnOnce(&mut Ring) -> R) -> R {
        self.items.with(t, self.header(), |items| {
            let result = work(items);
            self.len.store(items.len(), Ordering::Relaxed);
            // Under the lock: nobody else counts meanwhile.
            self.version.store(self.version() + 1, Ordering::Relaxed);
            result
        })
    }

    fn item(&self, t: &Thread, position: usize) -> Option<Value> {
        self.items.with(t, self.header(), |items| items.get(position).map(|item| item.get().to_value()))
    }

    fn push(&self, t: &Thread, value: Value, end: End) {
        let item = admit(t, self.header(), value);
        let bound = self.bound();
        let gone = self.change(t, |items| {
            match end {
                End::Left => items.push_front(item),
                End::Right => items.push_back(item),
            }
            let over = bound.is_some_and(|bound| items.len() > bound);
            match end {
                _ if !over => None,
                End::Left => items.pop_back(),
                End::Right => items.pop_front(),
            }
        });
        drop(gone);
    }

    fn extend_from(&self, t: &mut Thread, iterable: Ref<'_>, end: End) -> Result<()> {
        if self.is(iterable) {
            self.to_vec(t).into_iter().for_each(|item| self.push(t, item, end));
            return Ok(());
        }
        iterate::each(t, iterable, |t, item| {
            self.push(t, item, end);
            Ok(())
        })
    }

    fn to_vec(&self, t: &Thread) -> Vec<Value> {
        self.items.with(t, self.header(), |items| items.iter().map(|item| item.get().to_value()).collect())
    }

    fn position(&self, t: &mut Thread, index: Ref<'_>) -> Result<usize> {
        let index = convert::index_i64(t, index)?;
        match sequence::normalise(index, self.len()) {
            Some(position) => Ok(position),
            None => raise!(t, IndexError, "deque index out of range"),
        }
    }

    fn make_like(&self, t: &mut Thread, items: Vec<Value>) -> Result<Value> {
        let shape = self.borrow().class(t).root_shape();
        let skipped = self.bound().map_or(0, |bound| items.len().saturating_sub(bound));
        let ring = items.into_iter().skip(skipped).map(Fixed::new).collect();
        Ok(Deque::with_shape(t, shape, ring, self.bound.load(Ordering::Relaxed)).into_value())
    }
}

/// A list whose two ends both grow and shrink at no cost.
///
/// With `maxlen`, what is added at one end of a full deque pushes an item out at the other.
#[class(name = "deque", module = "collections", sequence, members = [OPERATORS, COMPARISONS])]
impl Deque {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Obj<Deque> {
        Deque::with_shape(t, class.root_shape(), VecDeque::new(), UNBOUNDED)
    }

    #[method(signature = "(iterable=None, maxlen=None)")]
    fn __init__(
        t: &mut Thread,
        this: &Object<Deque>,
        iterable: Option<Ref<'_>>,
        maxlen: Option<Ref<'_>>,
    ) -> Result<()> {
        let bound = match maxlen {
            None => UNBOUNDED,
            Some(maxlen) if maxlen.as_int().is_none() => raise!(t, TypeError, "an integer is required"),
            Some(maxlen) => convert::to_i64(t, maxlen)?,
        };
        if maxlen.is_some() && bound < 0 {
            raise!(t, ValueError, "maxlen must be non-negative");
        }
        this.bound.store(bound, Ordering::Relaxed);
        drop(this.change(t, std::mem::take));
        iterable.map_or(Ok(()), |iterable| this.extend_from(t, iterable, End::Right))
    }

    /// The length that the deque never exceeds; `None` if it may grow freely.
    #[getter]
    fn maxlen(this: &Object<Deque>) -> Option<usize> {
        this.bound()
    }

    /// Puts an item behind the last one.
    #[method]
    fn append(t: &mut Thread, this: &Object<Deque>, item: Ref<'_>) {
        this.push(t, item.to_value(), End::Right);
    }

    /// Puts an item before the first one.
    #[method]
    fn appendleft(t: &mut Thread, this: &Object<Deque>, item: Ref<'_>) {
        this.push(t, item.to_value(), End::Left);
    }

    /// Takes the last item out. Raises `IndexError` if there is none.
    #[method]
    fn pop(t: &mut Thread, this: &Object<Deque>) -> Result<Value> {
        match this.change(t, VecDeque::pop_back) {
            Some(item) => Ok(item.into_value()),
            None => raise!(t, IndexError, "pop from an empty deque"),
        }
    }

    /// Takes the first item out. Raises `IndexError` if there is none.
    #[method]
    fn popleft(t: &mut Thread, this: &Object<Deque>) -> Result<Value> {
        match this.change(t, VecDeque::pop_front) {
            Some(item) => Ok(item.into_value()),
            None => raise!(t, IndexError, "pop from an empty deque"),
        }
    }

    /// Puts all items of an iterable behind the last one, in their order.
    #[method]
    fn extend(t: &mut Thread, this: &Object<Deque>, iterable: Ref<'_>) -> Result<()> {
        this.extend_from(t, iterable, End::Right)
    }

    /// Puts the items of an iterable before the first one, each before the other: they end up reversed.
    #[method]
    fn extendleft(t: &mut Thread, this: &Object<Deque>, iterable: Ref<'_>) -> Result<()> {
        this.extend_from(t, iterable, End::Left)
    }

    /// Takes all items out.
    #[method]
    fn clear(t: &mut Thread, this: &Object<Deque>) {
        drop(this.change(t, std::mem::take));
    }

    /// Moves `n` items, by default one, from the end to the start; for a negative `n`, the other way.
    #[method]
    fn rotate(t: &mut Thread, this: &Object<Deque>, n: Option<i64>) {
        this.change(t, |items| {
            if !items.is_empty() {
                items.rotate_right(n.unwrap_or(1).rem_euclid(items.len() as i64) as usize);
            }
        });
    }

    /// Turns the order of the items around.
    #[method]
    fn reverse(t: &mut Thread, this: &Object<Deque>) {
        this.change(t, |items| items.make_contiguous().reverse());
    }

    /// Puts an item at a position. Raises `IndexError` if the deque is full.
    #[method]
    fn insert(t: &mut Thread, this: &Object<Deque>, index: i64, value: Ref<'_>) -> Result<()> {
        let item = admit(t, this.header(), value.to_value());
        let bound = this.bound();
        let inserted = this.change(t, |items| {
            if bound.is_some_and(|bound| items.len() >= bound) {
                return Err(item);
            }
            items.insert(sequence::clamp(index, items.len()), item);
            Ok(())
        });
        match inserted {
            Ok(()) => Ok(()),
            Err(_) => raise!(t, IndexError, "deque already at its maximum size"),
        }
    }

    /// Takes out the first item that equals `value`. Raises `ValueError` if none does.
    #[method]
    fn remove(t: &mut Thread, this: &Object<Deque>, value: Ref<'_>) -> Result<()> {
        let mut position = 0;
        while let Some(item) = this.item(t, position) {
            let version = this.version();
            let equal = compare::equal(t, item.borrow(), value)?;
            if version != this.version() {
                raise!(t, IndexError, "deque mutated during remove().");
            }
            if equal {
                drop(this.change(t, |items| items.remove(position)));
                return Ok(());
            }
            position += 1;
        }
        raise!(t, ValueError, "deque.remove(x): x not in deque")
    }

    /// How many items equal `value`.
    #[method]
    fn count(t: &mut Thread, this: &Object<Deque>, value: Ref<'_>) -> Result<usize> {
        sequence::count(t, &Contents(this), value)
    }

    /// The position of the first item that equals `value`, searched from `start` to before `stop`.
    ///
    /// Raises `ValueError` if none does.
    #[method]
    fn index(
        t: &mut Thread,
        this: &Object<Deque>,
        value: Ref<'_>,
        start: Option<Ref<'_>>,
        stop: Option<Ref<'_>>,
    ) -> Result<usize> {
        let (start, stop) = (sequence::limit(t, start, 0)?, sequence::limit(t, stop, i64::MAX)?);
        let len = this.len();
        match sequence::find(
            t,
            &Contents(this),
            value,
            sequence::clamp(start, len),
            sequence::clamp(stop, len),
        )? {
            Some(at) => Ok(at),
            None => {
                let shown = ungil_objects::protocol::text::repr(t, value)?;
                raise!(t, ValueError, "{} is not in deque", &**shown)
            }
        }
    }

    /// A new deque with the same items and the same bound.
    #[method]
    fn copy(t: &mut Thread, this: &Object<Deque>) -> Result<Value> {
        let items = this.to_vec(t);
        this.make_like(t, items)
    }

    /// The same as `copy`, for the module `copy`.
    #[method]
    fn __copy__(t: &mut Thread, this: &Object<Deque>) -> Result<Value> {
        Deque::copy(t, this)
    }

    #[method]
    fn __len__(this: &Object<Deque>) -> usize {
        this.len()
    }

    #[method]
    fn __iter__(t: &mut Thread, this: &Object<Deque>) -> Result<Obj<DequeIterator>> {
        DequeIterator::new(t, this)
    }

    /// An iterator from the last item to the first.
    #[method]
    fn __reversed__(t: &mut Thread, this: &Object<Deque>) -> Result<Obj<DequeReverseIterator>> {
        DequeReverseIterator::new(t, this)
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Deque>) -> Result<Obj<Str>> {
        let class = this.borrow().class(t).name(t);
        let close = match this.bound() {
            Some(bound) => format!("], maxlen={bound})"),
            None => "])".to_owned(),
        };
        sequence::repr(t, this.borrow(), &Contents(this), (&format!("{class}(["), &close), "[...]")
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        ungil_objects::types::generic_alias::GenericAlias::of_class(t, class, item)
    }
}
