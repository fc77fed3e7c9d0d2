//! Functions about numbers.

use ungil_macros::function;
use ungil_objects::class::{Binary, Operator, Unary};
use ungil_objects::protocol::{call, convert, operator};
use ungil_objects::types::int::IntRef;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// Return the absolute value of the argument.
#[function]
pub fn abs(t: &mut Thread, number: Ref<'_>) -> Result<Value> {
    operator::unary(t, Unary::Absolute, number)
}

/// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
#[function]
pub fn divmod(t: &mut Thread, x: Ref<'_>, y: Ref<'_>) -> Result<Value> {
    operator::binary(t, Operator::DivMod, x, y)
}

/// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
///
/// Some types, such as ints, are able to use a more efficient algorithm when
/// invoked using the three argument form.
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

/// Round a number to a given precision in decimal digits.
///
/// The return value is an integer if ndigits is omitted or None.  Otherwise
/// the return value has the same type as the number.  ndigits may be negative.
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

/// Return the binary representation of an integer.
#[function]
pub fn bin(t: &mut Thread, number: Ref<'_>) -> Result<String> {
    in_base(t, number, 2, "0b")
}

/// Return the octal representation of an integer.
#[function]
pub fn oct(t: &mut Thread, number: Ref<'_>) -> Result<String> {
    in_base(t, number, 8, "0o")
}

/// Return the hexadecimal representation of an integer.
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
