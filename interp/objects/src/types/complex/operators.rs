//! The operators of `complex`. A real operand is not made complex first: signs of zeros and infinities would suffer
//! (C99, annex G).

use ungil_macros::methods;
use ungil_numbers::{Complex as Parts, Result as NumberResult};

use super::Complex;
use crate::error::{OrRaise, Result};
use crate::object::Object;
use crate::raise;
use crate::thread::Thread;
use crate::types::float;
use crate::value::{Ref, Value};

/// The other operand.
enum Operand {
    Real(f64),
    Complex(Parts),
}

fn operand(t: &Thread, value: Ref<'_>) -> Result<Option<Operand>> {
    if let Some(parts) = value.as_complex() {
        return Ok(Some(Operand::Complex(parts)));
    }
    Ok(float::operand(t, value)?.map(Operand::Real))
}

/// Applies an operator, given for both kinds of operand.
fn operate(
    t: &Thread,
    value: Ref<'_>,
    real: impl FnOnce(f64) -> NumberResult<Parts>,
    complex: impl FnOnce(Parts) -> NumberResult<Parts>,
) -> Result<Value> {
    let answer = match operand(t, value)? {
        Some(Operand::Real(value)) => real(value),
        Some(Operand::Complex(value)) => complex(value),
        None => return Ok(Value::NOT_IMPLEMENTED),
    };
    Ok(Complex::from_parts(t, answer.or_raise(t)?))
}

fn power(
    t: &Thread,
    value: Ref<'_>,
    modulus: Option<Ref<'_>>,
    power: impl Fn(Parts) -> NumberResult<Parts>,
) -> Result<Value> {
    if modulus.is_some() {
        raise!(t, ValueError, "complex modulo");
    }
    operate(t, value, |value| power(Parts::new(value, 0.0)), &power)
}

#[methods(ARITHMETIC)]
impl Complex {
    #[method]
    fn __add__(t: &mut Thread, this: &Object<Complex>, value: Ref<'_>) -> Result<Value> {
        operate(t, value, |value| Ok(this.parts.add_real(value)), |value| Ok(this.parts + value))
    }

    #[method]
    fn __radd__(t: &mut Thread, this: &Object<Complex>, value: Ref<'_>) -> Result<Value> {
        operate(t, value, |value| Ok(this.parts.add_real(value)), |value| Ok(value + this.parts))
    }

    #[method]
    fn __sub__(t: &mut Thread, this: &Object<Complex>, value: Ref<'_>) -> Result<Value> {
        operate(t, value, |value| Ok(this.parts.sub_real(value)), |value| Ok(this.parts - value))
    }

    #[method]
    fn __rsub__(t: &mut Thread, this: &Object<Complex>, value: Ref<'_>) -> Result<Value> {
        operate(t, value, |value| Ok(this.parts.sub_from_real(value)), |value| Ok(value - this.parts))
    }

    #[method]
    fn __mul__(t: &mut Thread, this: &Object<Complex>, value: Ref<'_>) -> Result<Value> {
        operate(t, value, |value| Ok(this.parts.mul_real(value)), |value| Ok(this.parts * value))
    }

    #[method]
    fn __rmul__(t: &mut Thread, this: &Object<Complex>, value: Ref<'_>) -> Result<Value> {
        operate(t, value, |value| Ok(this.parts.mul_real(value)), |value| Ok(value * this.parts))
    }

    #[method]
    fn __truediv__(t: &mut Thread, this: &Object<Complex>, value: Ref<'_>) -> Result<Value> {
        operate(t, value, |value| this.parts.divide_by_real(value), |value| this.parts.divide(value))
    }

    #[method]
    fn __rtruediv__(t: &mut Thread, this: &Object<Complex>, value: Ref<'_>) -> Result<Value> {
        operate(t, value, |value| this.parts.divide_real(value), |value| value.divide(this.parts))
    }

    #[method(signature = "(value, mod=None, /)")]
    fn __pow__(
        t: &mut Thread,
        this: &Object<Complex>,
        value: Ref<'_>,
        mod_: Option<Ref<'_>>,
    ) -> Result<Value> {
        power(t, value, mod_, |value| this.parts.pow(value))
    }

    #[method(signature = "(value, mod=None, /)")]
    fn __rpow__(
        t: &mut Thread,
        this: &Object<Complex>,
        value: Ref<'_>,
        mod_: Option<Ref<'_>>,
    ) -> Result<Value> {
        power(t, value, mod_, |value| value.pow(this.parts))
    }
}

/// Whether a complex number equals a number; `None` if the other is none.
fn equals(this: Parts, value: Ref<'_>) -> Option<bool> {
    if let Some(value) = value.as_complex() {
        return Some(this.real == value.real && this.imaginary == value.imaginary);
    }
    let same_real = match value.as_float() {
        Some(value) => this.real == value,
        None => value.as_int()?.compare_f64(this.real).is_some_and(std::cmp::Ordering::is_eq),
    };
    Some(same_real && this.imaginary == 0.0)
}

#[methods(OTHERS)]
impl Complex {
    #[method]
    fn __eq__(&self, value: Ref<'_>) -> Value {
        equals(self.parts, value).map_or(Value::NOT_IMPLEMENTED, Value::from_bool)
    }

    #[method]
    fn __ne__(&self, value: Ref<'_>) -> Value {
        equals(self.parts, value).map_or(Value::NOT_IMPLEMENTED, |equal| Value::from_bool(!equal))
    }

    #[method]
    fn __neg__(&self) -> Parts {
        -self.parts
    }

    #[method]
    fn __pos__(&self) -> Parts {
        self.parts
    }

    #[method]
    fn __abs__(t: &mut Thread, this: &Object<Complex>) -> Result<f64> {
        this.parts.abs().or_raise(t)
    }
}
