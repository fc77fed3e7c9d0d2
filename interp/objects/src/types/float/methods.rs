//! What `float` has besides operators: conversions, ratio, rounding, text.

use ungil_macros::methods;
use ungil_numbers::float;
use ungil_numbers::hash::hash_float;
use ungil_text::TextBuf;
use ungil_text::format::{Defaults, FormatSpec};

use super::{Float, FloatValue};
use crate::call::FromArg;
use crate::error::{OrRaise, Result};
use crate::object::{Obj, Object};
use crate::protocol::{convert, hash};
use crate::thread::Thread;
use crate::types::int::{Int, IntRef, Integer};
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The receiver as a `float` of the class itself.
fn itself(t: &Thread, this: Ref<'_>, value: f64) -> Value {
    match this.downcast_exact::<Float>(t) {
        Some(boxed) => boxed.to_value(),
        None => Float::from_f64(t, value),
    }
}

/// `round(x, ndigits)`, where `None` makes an integer.
pub fn round(t: &mut Thread, x: f64, ndigits: Option<Ref<'_>>) -> Result<Value> {
    let Some(ndigits) = ndigits else {
        return Ok(Int::from_integer(t, float::round::round_to_int(x).or_raise(t)?));
    };
    let ndigits = convert::index(t, ndigits)?;
    let places = match ndigits.borrow().as_int() {
        Some(IntRef::Small(places)) => places,
        Some(big) if big.is_negative() => i64::MIN,
        _ => i64::MAX,
    };
    Ok(Float::from_f64(t, float::round::round_to_places(x, places).or_raise(t)?))
}

#[methods(CONVERSIONS)]
impl Float {
    #[method]
    fn __hash__(t: &mut Thread, this: Ref<'_>) -> Result<i64> {
        let value = FloatValue::from_arg(t, this)?.0;
        Ok(hash_float(value, hash::hash_identity(this.word().identity())))
    }

    #[method]
    fn __bool__(this: FloatValue) -> bool {
        this.0 != 0.0
    }

    #[method]
    fn __neg__(this: FloatValue) -> f64 {
        -this.0
    }

    #[method]
    fn __pos__(this: FloatValue) -> f64 {
        this.0
    }

    #[method]
    fn __abs__(this: FloatValue) -> f64 {
        this.0.abs()
    }

    #[method]
    fn __int__(t: &mut Thread, this: FloatValue) -> Result<Integer> {
        Integer::from_f64(this.0).or_raise(t)
    }

    #[method]
    fn __float__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let value = FloatValue::from_arg(t, this)?.0;
        Ok(itself(t, this, value))
    }

    /// For `math.trunc`: the `int` before the decimal point, with the fraction cut off.
    #[method]
    fn __trunc__(t: &mut Thread, this: FloatValue) -> Result<Integer> {
        Integer::from_f64(this.0).or_raise(t)
    }

    /// For `math.floor`: the greatest `int` that is not above the value.
    #[method]
    fn __floor__(t: &mut Thread, this: FloatValue) -> Result<Integer> {
        Integer::from_f64(this.0.floor()).or_raise(t)
    }

    /// For `math.ceil`: the least `int` that is not below the value.
    #[method]
    fn __ceil__(t: &mut Thread, this: FloatValue) -> Result<Integer> {
        Integer::from_f64(this.0.ceil()).or_raise(t)
    }

    /// For `round`: the nearest `int`, which is the even one of two that are equally near.
    ///
    /// With `ndigits`, the nearest `float` of that many decimal places.
    #[method(signature = "(ndigits=None, /)")]
    fn __round__(t: &mut Thread, this: FloatValue, ndigits: Option<Ref<'_>>) -> Result<Value> {
        round(t, this.0, ndigits)
    }

    #[method]
    fn __getnewargs__(t: &mut Thread, this: FloatValue) -> Obj<Tuple> {
        Tuple::from_values(t, [Float::from_f64(t, this.0)])
    }
}

#[methods(PARTS)]
impl Float {
    /// The value itself, seen as a complex number.
    #[getter]
    fn real(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let value = FloatValue::from_arg(t, this)?.0;
        Ok(itself(t, this, value))
    }

    /// Always 0.0: floats lie on the real axis.
    #[getter]
    fn imag(_this: FloatValue) -> f64 {
        0.0
    }

    /// The value unchanged, since its imaginary part is zero.
    #[method]
    fn conjugate(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let value = FloatValue::from_arg(t, this)?.0;
        Ok(itself(t, this, value))
    }

    /// The exact value as a reduced fraction: a tuple of two `int`s, the second above zero.
    ///
    /// Raises `OverflowError` if the value is infinite and `ValueError` if it is not a number.
    #[method]
    fn as_integer_ratio(t: &mut Thread, this: FloatValue) -> Result<Obj<Tuple>> {
        let (numerator, denominator) = float::as_integer_ratio(this.0).or_raise(t)?;
        Ok(Tuple::from_values(t, [Int::from_integer(t, numerator), Int::from_integer(t, denominator)]))
    }

    /// Whether the value is finite and has no fraction.
    #[method]
    fn is_integer(this: FloatValue) -> bool {
        float::is_integer(this.0)
    }
}

#[methods(TEXTS)]
impl Float {
    #[method]
    fn __repr__(this: FloatValue) -> String {
        float::repr(this.0)
    }

    /// The exact value in base 16 with a power of two, as text that `float.fromhex` reads.
    #[method]
    fn hex(this: FloatValue) -> String {
        float::hex::to_hex(this.0)
    }

    /// For `format` and f-strings: the value as text, laid out as `format_spec` says.
    #[method]
    fn __format__(t: &mut Thread, this: Ref<'_>, format_spec: &Object<Str>) -> Result<Value> {
        if format_spec.is_empty() {
            return crate::protocol::text::str(t, this).map(Obj::into_value);
        }
        let value = FloatValue::from_arg(t, this)?.0;
        let class = this.class(t).name(t);
        let text = format(t, value, format_spec, &class)?;
        Ok(Str::from_buf(t, &text).into_value())
    }
}

/// `format(value, spec)` for a spec that is not empty.
pub(crate) fn format(t: &Thread, value: f64, spec: &Str, class: &str) -> Result<TextBuf> {
    let spec = FormatSpec::parse(spec.text(), Defaults::real(class)).or_raise(t)?;
    spec.format_float(value).or_raise(t)
}
