//! The operators of `int`, and its comparisons.

use ungil_macros::methods;

use super::{Int, IntRef};
use crate::class::Operator;
use crate::error::{OrRaise, Result};
use crate::object::Obj;
use crate::thread::Thread;
use crate::types::float::{self, Float};
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// `a operator b`. `NotImplemented` for the operators that integers do not have.
#[inline]
pub fn operate(t: &Thread, operator: Operator, a: IntRef<'_>, b: IntRef<'_>) -> Result<Value> {
    let answer = match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::FloorDivide => a.floor_div(b).or_raise(t)?,
        Operator::Remainder => a.modulo(b).or_raise(t)?,
        Operator::LeftShift => a.shift_left(b).or_raise(t)?,
        Operator::RightShift => a.shift_right(b).or_raise(t)?,
        Operator::And => a & b,
        Operator::Or => a | b,
        Operator::Xor => a ^ b,
        Operator::TrueDivide => return Ok(Float::from_f64(t, a.true_div(b).or_raise(t)?)),
        Operator::Power => return power(t, a, b),
        Operator::DivMod => return div_mod(t, a, b).map(Obj::into_value),
        Operator::MatrixMultiply => return Ok(Value::NOT_IMPLEMENTED),
    };
    Ok(Int::from_integer(t, answer))
}

fn div_mod(t: &Thread, a: IntRef<'_>, b: IntRef<'_>) -> Result<Obj<Tuple>> {
    let (quotient, rest) = a.div_mod(b).or_raise(t)?;
    Ok(Tuple::from_values(t, [Int::from_integer(t, quotient), Int::from_integer(t, rest)]))
}

/// A negative exponent makes a float.
fn power(t: &Thread, a: IntRef<'_>, b: IntRef<'_>) -> Result<Value> {
    if b.is_negative() {
        return float::operate(t, Operator::Power, a.to_f64().or_raise(t)?, b.to_f64().or_raise(t)?);
    }
    Ok(Int::from_integer(t, a.pow(b).or_raise(t)?))
}

/// `pow(a, b, modulus)`, where `None` is no modulus.
fn power_modulo(t: &Thread, a: IntRef<'_>, b: IntRef<'_>, modulus: Option<Ref<'_>>) -> Result<Value> {
    let Some(modulus) = modulus else { return power(t, a, b) };
    match modulus.as_int() {
        Some(modulus) => Ok(Int::from_integer(t, a.pow_mod(b, modulus).or_raise(t)?)),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Defines the methods that apply an operator to two integers, in both orders.
macro_rules! operators {
    ($($name:ident $reflected:ident $operator:ident;)*) => {
        #[methods(ARITHMETIC)]
        impl Int {
            $(
                #[method]
                fn $name(t: &mut Thread, this: IntRef<'_>, value: Ref<'_>) -> Result<Value> {
                    match value.as_int() {
                        Some(value) => operate(t, Operator::$operator, this, value),
                        None => Ok(Value::NOT_IMPLEMENTED),
                    }
                }

                #[method]
                fn $reflected(t: &mut Thread, this: IntRef<'_>, value: Ref<'_>) -> Result<Value> {
                    match value.as_int() {
                        Some(value) => operate(t, Operator::$operator, value, this),
                        None => Ok(Value::NOT_IMPLEMENTED),
                    }
                }
            )*
        }
    };
}

operators! {
    __add__ __radd__ Add;
    __sub__ __rsub__ Subtract;
    __mul__ __rmul__ Multiply;
    __truediv__ __rtruediv__ TrueDivide;
    __floordiv__ __rfloordiv__ FloorDivide;
    __mod__ __rmod__ Remainder;
    __divmod__ __rdivmod__ DivMod;
    __lshift__ __rlshift__ LeftShift;
    __rshift__ __rrshift__ RightShift;
    __and__ __rand__ And;
    __or__ __ror__ Or;
    __xor__ __rxor__ Xor;
}

/// Defines the comparisons of two integers.
macro_rules! comparisons {
    ($($name:ident $compare:tt;)*) => {
        #[methods(COMPARISONS)]
        impl Int {
            $(
                #[method]
                fn $name(this: IntRef<'_>, value: Ref<'_>) -> Value {
                    match value.as_int() {
                        Some(value) => Value::from_bool(this $compare value),
                        None => Value::NOT_IMPLEMENTED,
                    }
                }
            )*
        }
    };
}

comparisons! {
    __lt__ <;
    __le__ <=;
    __eq__ ==;
    __ne__ !=;
    __gt__ >;
    __ge__ >=;
}

#[methods(POWERS)]
impl Int {
    #[method(signature = "(value, mod=None, /)")]
    fn __pow__(t: &mut Thread, this: IntRef<'_>, value: Ref<'_>, mod_: Option<Ref<'_>>) -> Result<Value> {
        match value.as_int() {
            Some(value) => power_modulo(t, this, value, mod_),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method(signature = "(value, mod=None, /)")]
    fn __rpow__(t: &mut Thread, this: IntRef<'_>, value: Ref<'_>, mod_: Option<Ref<'_>>) -> Result<Value> {
        match value.as_int() {
            Some(value) => power_modulo(t, value, this, mod_),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
}
