//! `_random`: the Mersenne twister behind `random.Random`.

use ungil_macros::{class, module};
use ungil_numbers::random::MersenneTwister;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::fields::Guarded;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{convert, hash};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::int::{Index, Int, IntRef, Integer};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// The payload of `Random`.
pub struct Random {
    generator: Guarded<MersenneTwister>,
}

ungil_objects::payload!(Random, collected);

impl Trace for Random {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// The generator behind `random`: a Mersenne Twister.
#[module(name = "_random")]
pub mod module {
    use super::*;

    /// A Mersenne Twister, independent of all others.
    #[class(name = "Random", module = "_random")]
    impl Random {
        #[new]
        fn new(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Result<Value> {
            let generator = Guarded::new(MersenneTwister::from_int(IntRef::Small(0)));
            Ok(t.alloc_with_shape(class.root_shape(), Random { generator }).into_value())
        }

        #[method]
        fn __init__(t: &mut Thread, this: &Object<Random>, args: Args<'_>) -> Result<()> {
            if args.keyword_count() > 0 {
                raise!(t, TypeError, "Random() takes no keyword arguments");
            }
            match args.values() {
                [] => reseed(t, this, None),
                [seed] => reseed(t, this, Some(*seed)),
                values => {
                    raise!(t, TypeError, "Random expected at most 1 argument, got {}", values.len())
                }
            }
        }

        /// Starts anew from the magnitude of an integer or the hash of another object; without one, from the system's entropy.
        #[method(signature = "(n=None, /)")]
        fn seed(t: &mut Thread, this: &Object<Random>, n: Option<Ref<'_>>) -> Result<()> {
            reseed(t, this, n)
        }

        /// The next float, from 0 up to but not including 1.
        #[method]
        fn random(t: &Thread, this: &Object<Random>) -> f64 {
            this.generator.with(t, this.header(), MersenneTwister::next_float)
        }

        /// An int of `k` bits, each 0 or 1 at random. Raises `ValueError` if `k` is negative.
        #[method]
        fn getrandbits(t: &mut Thread, this: &Object<Random>, k: Index) -> Result<Value> {
            let count = match k.get() {
                count if count.is_negative() => raise!(t, ValueError, "Cannot convert negative int"),
                IntRef::Small(count) if count <= i32::MAX.into() => count as usize,
                _ => raise!(t, OverflowError, "Python int too large to convert to C int"),
            };
            let bits = this.generator.with(t, this.header(), |generator| generator.next_bits(count));
            Ok(Int::from_integer(t, bits))
        }

        /// All that decides the numbers to come, as a tuple of integers for `setstate`.
        #[method]
        fn getstate(t: &mut Thread, this: &Object<Random>) -> Obj<Tuple> {
            let (words, index) = this.generator.with(t, this.header(), |generator| {
                let (words, index) = generator.state();
                (words.to_vec(), index)
            });
            let words: Vec<Value> = words.into_iter().map(|word| Int::from_i64(t, word.into())).collect();
            let index = Int::from_i64(t, index as i64);
            Tuple::from_values(t, words.into_iter().chain([index]))
        }

        /// Goes back to a state that `getstate` gave. Raises `ValueError` for a tuple that is none.
        #[method]
        fn setstate(t: &mut Thread, this: &Object<Random>, state: Ref<'_>) -> Result<()> {
            let Some(state) = state.downcast::<Tuple>() else {
                raise!(t, TypeError, "state vector must be a tuple");
            };
            let mut words = Vec::with_capacity(state.len());
            for item in state.items() {
                words.push(convert::to_i64(t, item)?);
            }
            let Some((index, words)) = words.split_last() else {
                raise!(t, ValueError, "state vector is the wrong size");
            };
            let words: Vec<u32> = words.iter().map(|word| *word as u32).collect();
            let Ok(words) = words.try_into() else {
                raise!(t, ValueError, "state vector is the wrong size");
            };
            let index = usize::try_from(*index).unwrap_or(usize::MAX);
            match MersenneTwister::with_state(words, index) {
                Some(restored) => {
                    this.generator.with(t, this.header(), |generator| *generator = restored);
                    Ok(())
                }
                None => raise!(t, ValueError, "invalid state"),
            }
        }
    }
}

/// As much entropy as the generator has state.
fn entropy() -> [u32; 624] {
    let mut words = [0u32; 624];
    // SAFETY: the pointer and the length in bytes are those of the array.
    let got = unsafe { libc::getrandom(words.as_mut_ptr().cast(), size_of_val(&words), 0) };
    if got < 0 {
        // A system without entropy: the seeds of the standard library's hash tables, which differ with each call.
        use std::hash::{BuildHasher, RandomState};
        words.iter_mut().for_each(|word| *word = RandomState::new().hash_one(0u32) as u32);
    }
    words
}

/// Seeds by an integer's magnitude, by the hash of anything else, or by the system's entropy.
fn reseed(t: &mut Thread, this: &Object<Random>, seed: Option<Ref<'_>>) -> Result<()> {
    let seeded = match seed {
        None => MersenneTwister::from_key(&entropy()),
        Some(seed) => match seed.as_int() {
            Some(seed) => MersenneTwister::from_int(seed),
            None => {
                let hash = Integer::from(hash::hash(t, seed)? as u64);
                MersenneTwister::from_int(hash.as_ref())
            }
        },
    };
    this.generator.with(t, this.header(), |generator| *generator = seeded);
    Ok(())
}
