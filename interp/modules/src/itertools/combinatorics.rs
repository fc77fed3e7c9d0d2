//! `product`, `permutations`, `combinations`, `combinations_with_replacement`: selections from pools by position, in
//! lexicographic order of the positions.

use ungil_macros::class;
use ungil_objects::call::{FromArg, Keywords};
use ungil_objects::class::Class;
use ungil_objects::fields::{Fixed, Guarded};
use ungil_objects::object::Object;
use ungil_objects::protocol::text::name_of;
use ungil_objects::types::int::Index;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use super::{count_argument, pool};
use crate::payload::payload_struct;

/// Where an iteration stands.
enum Position {
    Start,
    /// The positions of the last selection, and what else the next needs.
    At {
        indices: Vec<usize>,
        cycles: Vec<usize>,
    },
    End,
}

impl ungil_objects::trace::Trace for Position {
    fn trace(&self, _: &mut ungil_objects::trace::Tracer<'_>) {}
}

impl Position {
    /// Goes to the next selection, from `first` to where `advance` answers `false`; `None` at the end.
    fn step(
        &mut self,
        first: impl FnOnce() -> Option<(Vec<usize>, Vec<usize>)>,
        advance: impl FnOnce(&mut Vec<usize>, &mut Vec<usize>) -> bool,
    ) -> Option<&[usize]> {
        match self {
            Position::Start => {
                *self = match first() {
                    Some((indices, cycles)) => Position::At { indices, cycles },
                    None => Position::End,
                }
            }
            Position::At { indices, cycles } => {
                if !advance(indices, cycles) {
                    *self = Position::End;
                }
            }
            Position::End => {}
        }
        match self {
            Position::At { indices, .. } => Some(indices),
            _ => None,
        }
    }
}

fn pool_of(pool: &Fixed) -> &[Ref<'_>] {
    pool.as_value().downcast_ref::<Tuple>().map_or(&[], |pool| pool.payload().as_slice())
}

/// The elements of a pool at positions.
fn select(t: &Thread, pool: &[Ref<'_>], indices: &[usize]) -> Value {
    Tuple::from_values(t, indices.iter().map(|&index| pool[index].to_value())).into_value()
}

payload_struct! {
    /// The payload of `product`.
    Product {
        pools: Vec<Fixed>,
        position: Guarded<Position>,
    }
}

/// Yields a tuple for each way to take one item of every iterable; the last place changes fastest, as in the innermost loop.
///
/// With `repeat` all iterables count that many times over.
#[class(name = "product", module = "itertools")]
impl Product {
    #[new(signature = "(*iterables, **options)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        iterables: &[Ref<'_>],
        options: Keywords<'_>,
    ) -> Result<Value> {
        let mut repeat = 1;
        for (name, value) in options.iter() {
            let name = name_of(name);
            if name != "repeat" {
                raise!(t, TypeError, "product() got an unexpected keyword argument '{name}'");
            }
            let times = Index::from_arg(t, value)?;
            repeat = match times.get().to_i64() {
                Some(times) if times >= 0 => times as usize,
                Some(_) => raise!(t, ValueError, "repeat argument cannot be negative"),
                None => raise!(t, OverflowError, "Python int too large to convert to C ssize_t"),
            };
        }
        if iterables.len().saturating_mul(repeat) > isize::MAX as usize / size_of::<usize>() {
            raise!(t, OverflowError, "repeat argument too large");
        }
        let mut once = Vec::with_capacity(iterables.len());
        for iterable in iterables {
            once.push(pool(t, *iterable)?);
        }
        let pools = (0..repeat).flat_map(|_| once.iter().map(|pool| Fixed::new(pool.clone()))).collect();
        let made = Product { pools, position: Guarded::new(Position::Start) };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &Thread, this: &Object<Product>) -> Option<Value> {
        let pools = &this.pools;
        let first = || {
            let all = pools.iter().all(|pool| !pool_of(pool).is_empty());
            all.then(|| (vec![0; pools.len()], vec![]))
        };
        let advance = |indices: &mut Vec<usize>, _: &mut Vec<usize>| {
            for (index, pool) in indices.iter_mut().zip(pools).rev() {
                *index += 1;
                if *index < pool_of(pool).len() {
                    return true;
                }
                *index = 0;
            }
            false
        };
        this.position.with(t, this.header(), |position| {
            let indices = position.step(first, advance)?;
            let items = indices.iter().zip(pools).map(|(&index, pool)| pool_of(pool)[index].to_value());
            Some(Tuple::from_values(t, items).into_value())
        })
    }
}

payload_struct! {
    /// The payload of `permutations`.
    Permutations {
        pool: Fixed,
        length: usize,
        position: Guarded<Position>,
    }
}

/// Yields tuples of `r` items in each order that they can have; of all items if `r` is not given.
///
/// Items differ by their place: `permutations('xy')` yields `('x', 'y')` and `('y', 'x')`.
#[class(name = "permutations", module = "itertools")]
impl Permutations {
    #[new(signature = "(iterable, r=None)")]
    fn new(t: &mut Thread, class: &Object<Class>, iterable: Ref<'_>, r: Option<Ref<'_>>) -> Result<Value> {
        let pool = Fixed::new(pool(t, iterable)?);
        let length = match r {
            None => pool_of(&pool).len(),
            Some(r) if r.as_int().is_none() => raise!(t, TypeError, "Expected int as r"),
            Some(r) => count_argument(t, r, "r")?,
        };
        let made = Permutations { pool, length, position: Guarded::new(Position::Start) };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &Thread, this: &Object<Permutations>) -> Option<Value> {
        let (pool, length) = (pool_of(&this.pool), this.length);
        let first = || {
            let cycles = || (0..length).map(|place| pool.len() - place).collect();
            (length <= pool.len()).then(|| ((0..pool.len()).collect(), cycles()))
        };
        // `indices` are a permutation of all; a cycle counts how often its place may still be exchanged.
        let advance = |indices: &mut Vec<usize>, cycles: &mut Vec<usize>| {
            for place in (0..length).rev() {
                cycles[place] -= 1;
                if cycles[place] > 0 {
                    indices.swap(place, pool.len() - cycles[place]);
                    return true;
                }
                indices[place..].rotate_left(1);
                cycles[place] = pool.len() - place;
            }
            false
        };
        this.position.with(t, this.header(), |position| {
            position.step(first, advance).map(|indices| select(t, pool, &indices[..length]))
        })
    }
}

payload_struct! {
    /// The payload of `combinations`.
    Combinations {
        pool: Fixed,
        length: usize,
        position: Guarded<Position>,
    }
}

/// Yields tuples of `r` items for each choice of so many, in the order that the iterable has them.
///
/// Items differ by their place: `combinations('xyz', 2)` yields `('x', 'y')`, `('x', 'z')` and `('y', 'z')`.
#[class(name = "combinations", module = "itertools")]
impl Combinations {
    #[new(signature = "(iterable, r)")]
    fn new(t: &mut Thread, class: &Object<Class>, iterable: Ref<'_>, r: Ref<'_>) -> Result<Value> {
        let length = count_argument(t, r, "r")?;
        let pool = Fixed::new(pool(t, iterable)?);
        let made = Combinations { pool, length, position: Guarded::new(Position::Start) };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &Thread, this: &Object<Combinations>) -> Option<Value> {
        let (pool, length) = (pool_of(&this.pool), this.length);
        let first = || (length <= pool.len()).then(|| ((0..length).collect(), vec![]));
        // The last place that can move on does, and those behind follow it closely.
        let advance = |indices: &mut Vec<usize>, _: &mut Vec<usize>| {
            let movable = (0..length).rev().find(|&place| indices[place] < pool.len() - length + place);
            let Some(place) = movable else { return false };
            let start = indices[place] + 1;
            indices[place..].iter_mut().zip(start..).for_each(|(index, at)| *index = at);
            true
        };
        this.position.with(t, this.header(), |position| {
            position.step(first, advance).map(|indices| select(t, pool, indices))
        })
    }
}

payload_struct! {
    /// The payload of `combinations_with_replacement`.
    CombinationsWithReplacement {
        pool: Fixed,
        length: usize,
        position: Guarded<Position>,
    }
}

/// Yields tuples as `combinations` does, but an item may be chosen several times.
///
/// `combinations_with_replacement('xy', 2)` yields `('x', 'x')`, `('x', 'y')` and `('y', 'y')`.
#[class(name = "combinations_with_replacement", module = "itertools")]
impl CombinationsWithReplacement {
    #[new(signature = "(iterable, r)")]
    fn new(t: &mut Thread, class: &Object<Class>, iterable: Ref<'_>, r: Ref<'_>) -> Result<Value> {
        let length = count_argument(t, r, "r")?;
        let pool = Fixed::new(pool(t, iterable)?);
        let made = CombinationsWithReplacement { pool, length, position: Guarded::new(Position::Start) };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &Thread, this: &Object<CombinationsWithReplacement>) -> Option<Value> {
        let (pool, length) = (pool_of(&this.pool), this.length);
        let first = || (length == 0 || !pool.is_empty()).then(|| (vec![0; length], vec![]));
        let advance = |indices: &mut Vec<usize>, _: &mut Vec<usize>| {
            let Some(place) = indices.iter().rposition(|&index| index + 1 < pool.len()) else { return false };
            let following = indices[place] + 1;
            indices[place..].fill(following);
            true
        };
        this.position.with(t, this.header(), |position| {
            position.step(first, advance).map(|indices| select(t, pool, indices))
        })
    }
}
