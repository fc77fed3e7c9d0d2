//! Functions about numbers.

use ungil_macros::function;
use ungil_objects::class::{Binary, Operator, Unary};
use ungil_objects::protocol::{call, convert, operator};
use ungil_objects::types::int::IntRef;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// The magnitude of `number`, as its `__abs__` computes it.
#[function]
pub fn abs(t: &mut Thread, number: Ref<'_>) -> Result<Value> {
    operator::unary(t, Unary::Absolute, number)
}

/// Divides once for both results: a tuple of the quotient, rounded down, and the remainder.
#[function]
pub fn divmod(t: &mut Thread, x: Ref<'_>, y: Ref<'_>) -> Result<Value> {
    operator::binary(t, Operator::DivMod, x, y)
}

/// `base` to the power `exp`; with `mod`, the remainder of that when divided by `mod`.
///
/// Integers find that remainder without computing the whole power.
#[function(signature = "(base, exp, mod=None)")]
pub fn pow(t: &mut Thread, base: Ref<'_>, exp: Ref<'_>, r#mod: Option<Ref<'_>>) -> Result<Value> {
    let Some(modulus) = r#mod else { return operator::binary(t, Operator::Power, base, exp) };
    let attempts = [(Binary::Power, base, exp), (Binary::ReflectedPower, exp, base)];
    for (method, receiver, other) in attempts {
        let name = t.names().binary(method as usize);
        if let Some(method) = call::lookup_special(t, receiver, name) {
            let answer = call::call_special(t, method.borrow(), &[receiver, other, modulus])?;
            if !answer.is_not_implemented() {
                return Ok(answer);
            }
        }
    }
    let [base, exp, modulus] = [base, exp, modulus].map(|value| value.class(t).name(t));
    raise!(t, TypeError, "unsupported operand type(s) for ** or pow(): '{base}', '{exp}', '{modulus}'")
}

/// Rounds `number` by its `__round__`: to a whole number, or to `ndigits` decimal places.
///
/// Negative `ndigits` round to tens, hundreds and so on. Raises `TypeError` if the class has no `__round__`.
#[function(signature = "(number, ndigits=None)")]
pub fn round(t: &mut Thread, number: Ref<'_>, ndigits: Option<Ref<'_>>) -> Result<Value> {
    let Some(method) = call::lookup_special(t, number, t.names().__round__) else {
        raise!(t, TypeError, "type {} doesn't define __round__ method", number.class(t).name(t));
    };
    match ndigits {
        Some(digits) => call::call_special(t, method.borrow(), &[number, digits]),
        None => call::call_special(t, method.borrow(), &[number]),
    }
}

/// Writes an integer in base 2, with `0b` before the digits.
#[function]
pub fn bin(t: &mut Thread, number: Ref<'_>) -> Result<String> {
    in_base(t, number, 2, "0b")
}

/// Writes an integer in base 8, with `0o` before the digits.
#[function]
pub fn oct(t: &mut Thread, number: Ref<'_>) -> Result<String> {
    in_base(t, number, 8, "0o")
}

/// Writes an integer in base 16, with `0x` before the digits, which are lowercase.
#[function]
pub fn hex(t: &mut Thread, number: Ref<'_>) -> Result<String> {
    in_base(t, number, 16, "0x")
}

fn in_base(t: &mut Thread, number: Ref<'_>, radix: u32, prefix: &str) -> Result<String> {
    let index = convert::index(t, number)?;
    let int: IntRef<'_> = match index.borrow().as_int() {
        Some(int) => int,
        None => {
            raise!(t, TypeError, "'{}' object cannot be interpreted as an integer", number.class(t).name(t))
        }
    };
    let sign = if int.is_negative() { "-" } else { "" };
    Ok(format!("{sign}{prefix}{}", int.digits(radix)))
}
