//! Iterators over other iterables: `enumerate`, `zip`, `map`, `filter`, `reversed`, `iter(callable, sentinel)`.

mod callable;
mod enumerate;
mod filter;
mod map;
mod reversed;
mod zip;

pub use self::callable::CallableIterator;
pub use self::enumerate::Enumerate;
pub use self::filter::Filter;
pub use self::map::Map;
pub use self::reversed::Reversed;
pub use self::zip::Zip;

use smallvec::SmallVec;

use crate::boot::make;
use crate::call::Args;
use crate::error::Result;
use crate::object::Obj;
use crate::protocol::{convert, iterate};
use crate::raise;
use crate::thread::Thread;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The iterators of several iterables.
fn iterators_of(t: &mut Thread, iterables: &[Ref<'_>]) -> Result<Obj<Tuple>> {
    let mut iterators = Vec::with_capacity(iterables.len());
    for iterable in iterables {
        iterators.push(iterate::iter(t, *iterable)?);
    }
    Ok(Tuple::from_values(t, iterators))
}

/// The only keyword of `zip` and `map`.
fn strict_keyword(t: &mut Thread, function: &str, args: Args<'_>) -> Result<bool> {
    let mut strict = false;
    for (name, value) in args.keywords() {
        if !name.downcast::<Str>().is_some_and(|name| name.is_text("strict")) {
            let name = crate::protocol::text::name_of(name);
            raise!(t, TypeError, "{function}() got an unexpected keyword argument '{name}'");
        }
        strict = convert::is_true(t, value)?;
    }
    Ok(strict)
}

/// The next element of each iterator; `None` when one has ended, which under `strict` must be all or none.
fn next_of_each(
    t: &mut Thread,
    function: &str,
    iterators: &[Ref<'_>],
    strict: bool,
) -> Result<Option<SmallVec<[Value; 4]>>> {
    let mut items = SmallVec::with_capacity(iterators.len());
    for (at, iterator) in iterators.iter().enumerate() {
        match iterate::next(t, *iterator)? {
            Some(item) => items.push(item),
            None if !strict => return Ok(None),
            None if at > 0 => return unequal(t, function, at, "shorter"),
            None => {
                for (at, iterator) in iterators.iter().enumerate().skip(1) {
                    if iterate::next(t, *iterator)?.is_some() {
                        return unequal(t, function, at, "longer");
                    }
                }
                return Ok(None);
            }
        }
    }
    Ok(Some(items))
}

#[cold]
fn unequal<T>(t: &Thread, function: &str, at: usize, how: &str) -> Result<T> {
    let others = if at == 1 { " 1".to_owned() } else { format!("s 1-{at}") };
    raise!(t, ValueError, "{function}() argument {} is {how} than argument{others}", at + 1)
}

/// Makes the classes of this folder.
pub(super) fn make_all(t: &mut Thread) -> Result<()> {
    make::<CallableIterator>(t)?;
    make::<Enumerate>(t)?;
    make::<Filter>(t)?;
    make::<Map>(t)?;
    make::<Reversed>(t)?;
    make::<Zip>(t)
}
