//! `_operator`: the operators as functions, and callables that fetch attributes, items or call methods.

mod arithmetic;
mod comparisons;
mod getters;

use ungil_macros::module;
use ungil_objects::call::Args;
use ungil_objects::class::{Binary, Operator};
use ungil_objects::error::Exc;
use ungil_objects::protocol::{buffer, call, compare, convert, iterate, operator, subscript};
use ungil_objects::types::int::{Index, Int, Integer};
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// Python's operators as functions, among them `add(x, y)` for `x + y`, and callables that fetch attributes and items.
#[module(
    name = "_operator",
    functions(
        arithmetic::abs,
        arithmetic::add,
        arithmetic::and_,
        arithmetic::floordiv,
        arithmetic::iadd,
        arithmetic::iand,
        arithmetic::ifloordiv,
        arithmetic::ilshift,
        arithmetic::imatmul,
        arithmetic::imod,
        arithmetic::imul,
        arithmetic::inv,
        arithmetic::invert,
        arithmetic::ior,
        arithmetic::ipow,
        arithmetic::irshift,
        arithmetic::isub,
        arithmetic::itruediv,
        arithmetic::ixor,
        arithmetic::lshift,
        arithmetic::matmul,
        arithmetic::r#mod,
        arithmetic::mul,
        arithmetic::neg,
        arithmetic::or_,
        arithmetic::pos,
        arithmetic::pow,
        arithmetic::rshift,
        arithmetic::sub,
        arithmetic::truediv,
        arithmetic::xor,
        comparisons::eq,
        comparisons::ge,
        comparisons::gt,
        comparisons::is_,
        comparisons::is_none,
        comparisons::is_not,
        comparisons::is_not_none,
        comparisons::le,
        comparisons::lt,
        comparisons::ne,
        comparisons::not_,
        comparisons::truth
    ),
    classes(getters::AttributeGetter, getters::ItemGetter, getters::MethodCaller)
)]
pub mod module {
    use super::*;

    /// Subscripts: `a[b]`.
    #[function]
    fn getitem(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
        subscript::get(t, a, b)
    }

    /// Stores an item: `a[b] = c`.
    #[function]
    fn setitem(t: &mut Thread, a: Ref<'_>, b: Ref<'_>, c: Ref<'_>) -> Result<()> {
        subscript::set(t, a, b, c)
    }

    /// Deletes an item: `del a[b]`.
    #[function]
    fn delitem(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<()> {
        subscript::delete(t, a, b)
    }

    /// Whether `a` contains `b`: `b in a`, the container first.
    #[function]
    fn contains(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<bool> {
        subscript::contains(t, a, b)
    }

    /// How often iterating over `a` yields `b` itself or something equal.
    #[function(name = "countOf")]
    fn count_of(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<usize> {
        let mut count = 0;
        each_of(t, a, |t, item| {
            count += usize::from(compare::equal(t, item.borrow(), b)?);
            Ok(true)
        })?;
        Ok(count)
    }

    /// How many items iterating over `a` yields before one that is or equals `b`. `ValueError` if none does.
    #[function(name = "indexOf")]
    fn index_of(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<usize> {
        let mut index = 0;
        let ended = each_of(t, a, |t, item| {
            let found = compare::equal(t, item.borrow(), b)?;
            index += usize::from(!found);
            Ok(!found)
        })?;
        if ended {
            raise!(t, ValueError, "sequence.index(x): x not in sequence");
        }
        Ok(index)
    }

    /// The integer that `a` stands for: itself, or what its `__index__` answers.
    #[function]
    fn index(a: Index) -> Integer {
        a.get().to_int()
    }

    /// Joins two sequences: `a + b`, with `TypeError` if `a` cannot be subscripted.
    #[function]
    fn concat(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
        check_sequence(t, a)?;
        operator::binary(t, Operator::Add, a, b)
    }

    /// Extends a sequence: `a += b`, with `TypeError` if `a` cannot be subscripted. The result is what `a` would become.
    #[function]
    fn iconcat(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
        check_sequence(t, a)?;
        operator::inplace(t, Operator::Add, a, b)
    }

    /// Calls the first argument with all the others.
    #[function]
    fn call(t: &mut Thread, args: Args<'_>) -> Result<Value> {
        match args.positional().first() {
            Some(callable) => call::call_args(t, *callable, args.rest()),
            None => raise!(t, TypeError, "call expected at least 1 argument, got 0"),
        }
    }

    /// How many items to expect of `obj`, so that a container can be made large enough at once.
    ///
    /// That is the length if `obj` has one, else what `__length_hint__` guesses, else `default`. A negative guess raises `ValueError`.
    #[function(signature = "(obj, default=0, /)")]
    fn length_hint(t: &mut Thread, obj: Ref<'_>, default: Option<Index>) -> Result<Value> {
        let default = default.map_or(Value::from_i32(0), Index::into_value);
        let special = obj.shape(t).special();
        if special.unary(ungil_objects::class::Unary::Len).is_some() {
            return convert::length(t, obj).map(|length| Int::from_u64(t, length as u64));
        }
        let name = t.interpreter().intern(t, "__length_hint__");
        let hint = match call::call_special_if_any(t, name, &[obj]) {
            Ok(Some(hint)) => hint,
            Ok(None) => return Ok(default),
            Err(raised) if raised.is(t, Exc::TypeError) => return Ok(default),
            Err(raised) => return Err(raised),
        };
        match hint.borrow().as_int() {
            _ if hint.is_not_implemented() => Ok(default),
            Some(length) if length.is_negative() => {
                raise!(t, ValueError, "__length_hint__() should return >= 0")
            }
            Some(_) => Ok(hint),
            None => {
                let class = hint.borrow().class(t).name(t);
                raise!(t, TypeError, "__length_hint__ must be an integer, not {class}")
            }
        }
    }

    /// Whether two secrets are equal, compared in a time that tells nothing of where they differ: only of their lengths.
    ///
    /// Takes two ASCII strings or two objects with a buffer; other arguments raise `TypeError`.
    #[function]
    fn _compare_digest(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<bool> {
        if let (Some(a), Some(b)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
            return match (a.as_ascii(), b.as_ascii()) {
                (Some(a), Some(b)) => Ok(same_bytes(a.as_bytes(), b.as_bytes())),
                _ => raise!(t, TypeError, "comparing strings with non-ASCII characters is not supported"),
            };
        }
        let (left, right) = (buffer::argument(t, a)?, buffer::argument(t, b)?);
        Ok(same_bytes(&left, &right))
    }
}

/// Compares in a time that depends on the lengths alone.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let difference = a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b));
    a.len() == b.len() && std::hint::black_box(difference) == 0
}

fn check_sequence(t: &Thread, value: Ref<'_>) -> Result<()> {
    if value.shape(t).special().binary(Binary::GetItem).is_none() {
        raise!(t, TypeError, "'{}' object can't be concatenated", value.class(t).name(t));
    }
    Ok(())
}

/// Runs `work` on the elements until it answers `false`; answers whether it never did.
fn each_of(
    t: &mut Thread,
    iterable: Ref<'_>,
    mut work: impl FnMut(&mut Thread, Value) -> Result<bool>,
) -> Result<bool> {
    let iterator = match iterate::iter(t, iterable) {
        Ok(iterator) => iterator,
        Err(raised) if raised.is(t, Exc::TypeError) => {
            raise!(t, TypeError, "argument of type '{}' is not iterable", iterable.class(t).name(t))
        }
        Err(raised) => return Err(raised),
    };
    while let Some(item) = iterate::next(t, iterator.borrow())? {
        if !work(t, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}
