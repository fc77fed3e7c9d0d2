//! The operators of `float`, between floats and between floats and integers, and its comparisons, which are exact.

use std::cmp::Ordering;

use ungil_macros::methods;
use ungil_numbers::float::arithmetic::{self, Power};

use super::{Float, FloatValue, operand};
use crate::class::Operator;
use crate::error::{OrRaise, Result};
use crate::object::Obj;
use crate::raise;
use crate::thread::Thread;
use crate::types::complex::Complex;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// `a operator b`. `NotImplemented` for the operators that floats do not have.
#[inline]
pub fn operate(t: &Thread, operator: Operator, a: f64, b: f64) -> Result<Value> {
    let answer = match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::TrueDivide => arithmetic::divide(a, b).or_raise(t)?,
        Operator::FloorDivide => arithmetic::floor_div(a, b).or_raise(t)?,
        Operator::Remainder => arithmetic::modulo(a, b).or_raise(t)?,
        Operator::Power => return power(t, a, b),
        Operator::DivMod => return div_mod(t, a, b).map(Obj::into_value),
        _ => return Ok(Value::NOT_IMPLEMENTED),
    };
    Ok(Float::from_f64(t, answer))
}

fn div_mod(t: &Thread, a: f64, b: f64) -> Result<Obj<Tuple>> {
    let (quotient, rest) = arithmetic::div_mod(a, b).or_raise(t)?;
    Ok(Tuple::from_values(t, [Float::from_f64(t, quotient), Float::from_f64(t, rest)]))
}

fn power(t: &Thread, a: f64, b: f64) -> Result<Value> {
    match arithmetic::pow(a, b).or_raise(t)? {
        Power::Real(power) => Ok(Float::from_f64(t, power)),
        Power::Complex => {
            let power = ungil_numbers::Complex::new(a, 0.0).pow(ungil_numbers::Complex::new(b, 0.0));
            Ok(Complex::from_parts(t, power.or_raise(t)?))
        }
    }
}

/// Defines the methods that apply an operator to a float and a number, in both orders.
macro_rules! operators {
    ($($name:ident $reflected:ident $operator:ident;)*) => {
        #[methods(ARITHMETIC)]
        impl Float {
            $(
                #[method]
                fn $name(t: &mut Thread, this: FloatValue, value: Ref<'_>) -> Result<Value> {
                    match operand(t, value)? {
                        Some(value) => operate(t, Operator::$operator, this.0, value),
                        None => Ok(Value::NOT_IMPLEMENTED),
                    }
                }

                #[method]
                fn $reflected(t: &mut Thread, this: FloatValue, value: Ref<'_>) -> Result<Value> {
                    match operand(t, value)? {
                        Some(value) => operate(t, Operator::$operator, value, this.0),
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
}

/// How a float compares with a number; `None` if the other is no real number, the inner `None` for NaN.
#[inline]
fn order(this: f64, value: Ref<'_>) -> Option<Option<Ordering>> {
    if let Some(value) = value.as_float() {
        return Some(this.partial_cmp(&value));
    }
    value.as_int().map(|value| value.compare_f64(this).map(Ordering::reverse))
}

/// Defines the comparisons; `$unordered` is the answer for NaN.
macro_rules! comparisons {
    ($($name:ident $holds:ident $unordered:literal;)*) => {
        #[methods(COMPARISONS)]
        impl Float {
            $(
                #[method]
                fn $name(this: FloatValue, value: Ref<'_>) -> Value {
                    match order(this.0, value) {
                        Some(order) => Value::from_bool(order.map_or($unordered, Ordering::$holds)),
                        None => Value::NOT_IMPLEMENTED,
                    }
                }
            )*
        }
    };
}

comparisons! {
    __lt__ is_lt false;
    __le__ is_le false;
    __eq__ is_eq false;
    __ne__ is_ne true;
    __gt__ is_gt false;
    __ge__ is_ge false;
}

fn power_without_modulus(
    t: &Thread,
    a: Option<f64>,
    b: Option<f64>,
    modulus: Option<Ref<'_>>,
) -> Result<Value> {
    if modulus.is_some() {
        raise!(t, TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
    }
    match (a, b) {
        (Some(a), Some(b)) => power(t, a, b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

#[methods(POWERS)]
impl Float {
    #[method(signature = "(value, mod=None, /)")]
    fn __pow__(t: &mut Thread, this: FloatValue, value: Ref<'_>, mod_: Option<Ref<'_>>) -> Result<Value> {
        let value = operand(t, value)?;
        power_without_modulus(t, Some(this.0), value, mod_)
    }

    #[method(signature = "(value, mod=None, /)")]
    fn __rpow__(t: &mut Thread, this: FloatValue, value: Ref<'_>, mod_: Option<Ref<'_>>) -> Result<Value> {
        let value = operand(t, value)?;
        power_without_modulus(t, value, Some(this.0), mod_)
    }
}
