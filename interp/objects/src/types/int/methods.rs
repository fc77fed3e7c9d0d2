//! What `int` has besides operators: conversions, bits, ratio, rounding, format.

use std::sync::atomic::Ordering;

use ungil_macros::methods;
use ungil_numbers::hash::hash_int;
use ungil_text::TextBuf;
use ungil_text::format::{Defaults, FormatSpec, IntegerDigits};

use super::{Int, IntRef, Integer, exact};
use crate::error::{OrRaise, Result};
use crate::object::{Obj, Object};
use crate::protocol::convert;
use crate::thread::Thread;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// `str(value)`.
pub(super) fn decimal(t: &Thread, value: IntRef<'_>) -> Result<String> {
    value.to_decimal(t.interpreter().int_max_str_digits.load(Ordering::Relaxed)).or_raise(t)
}

#[methods(CONVERSIONS)]
impl Int {
    #[method]
    fn __repr__(t: &mut Thread, this: IntRef<'_>) -> Result<String> {
        decimal(t, this)
    }

    #[method]
    fn __hash__(this: IntRef<'_>) -> i64 {
        hash_int(this)
    }

    #[method]
    fn __bool__(this: IntRef<'_>) -> bool {
        !this.is_zero()
    }

    #[method]
    fn __neg__(this: IntRef<'_>) -> Integer {
        -this
    }

    #[method]
    fn __pos__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        itself(t, this, "__pos__")
    }

    #[method]
    fn __abs__(this: IntRef<'_>) -> Integer {
        this.abs()
    }

    #[method]
    fn __invert__(this: IntRef<'_>) -> Integer {
        !this
    }

    #[method]
    fn __int__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        itself(t, this, "__int__")
    }

    #[method]
    fn __index__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        itself(t, this, "__index__")
    }

    #[method]
    fn __float__(t: &mut Thread, this: IntRef<'_>) -> Result<f64> {
        this.to_f64().or_raise(t)
    }

    /// For `math.trunc`: an integer has no fraction to cut off.
    #[method]
    fn __trunc__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        itself(t, this, "__trunc__")
    }

    /// For `math.floor`: an integer is its own floor.
    #[method]
    fn __floor__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        itself(t, this, "__floor__")
    }

    /// For `math.ceil`: an integer is its own ceiling.
    #[method]
    fn __ceil__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        itself(t, this, "__ceil__")
    }

    /// For `round`: the value unchanged, unless `ndigits` is negative.
    ///
    /// `-n` rounds to a multiple of ten to the power `n`, still as an `int`.
    #[method(signature = "(ndigits=None, /)")]
    fn __round__(t: &mut Thread, this: IntRef<'_>, ndigits: Option<Ref<'_>>) -> Result<Integer> {
        let Some(ndigits) = ndigits else { return Ok(this.to_int()) };
        let ndigits = convert::index(t, ndigits)?;
        match ndigits.borrow().as_int() {
            Some(places) if places.is_negative() => {
                let places = places.abs().as_ref().to_i64().map_or(usize::MAX, |places| places as usize);
                this.round_to_power_of_ten(places).or_raise(t)
            }
            _ => Ok(this.to_int()),
        }
    }

    /// For `format` and f-strings: the value as text, laid out as `format_spec` says.
    #[method]
    fn __format__(t: &mut Thread, this: Ref<'_>, format_spec: &Object<Str>) -> Result<Value> {
        let Some(value) = this.as_int() else { return itself(t, this, "__format__") };
        if format_spec.is_empty() {
            return crate::protocol::text::str(t, this).map(Obj::into_value);
        }
        let class = this.class(t).name(t);
        let text = format(t, value, format_spec, &class)?;
        Ok(Str::from_buf(t, &text).into_value())
    }

    #[method]
    fn __getnewargs__(t: &mut Thread, this: IntRef<'_>) -> Obj<Tuple> {
        Tuple::from_values(t, [Int::from_integer(t, this.to_int())])
    }
}

/// `format(value, spec)` for a spec that is not empty.
pub(crate) fn format(t: &Thread, value: IntRef<'_>, spec: &Str, class: &str) -> Result<TextBuf> {
    let spec = FormatSpec::parse(spec.text(), Defaults::integer(class)).or_raise(t)?;
    match spec.integer_digits().or_raise(t)? {
        IntegerDigits::InBase(base) if base.radix() == 10 => match value {
            IntRef::Small(small) => {
                Ok(spec.format_integer(small < 0, itoa::Buffer::new().format(small.unsigned_abs())))
            }
            IntRef::Big(_) => {
                Ok(spec.format_integer(value.is_negative(), &decimal(t, value.abs().as_ref())?))
            }
        },
        IntegerDigits::InBase(base) => {
            Ok(spec.format_integer(value.is_negative(), &value.digits(base.radix())))
        }
        IntegerDigits::Character => spec.format_code(value.to_i64().unwrap_or(-1)).or_raise(t),
        IntegerDigits::Float => spec.format_float(value.to_f64().or_raise(t)?).or_raise(t),
    }
}

/// The receiver as an `int` of the class itself.
fn itself(t: &Thread, this: Ref<'_>, method: &str) -> Result<Value> {
    exact(t, this).ok_or_else(|| {
        let class = this.class(t).name(t);
        crate::error!(t, TypeError, "descriptor '{method}' requires a 'int' object but received a '{class}'")
    })
}

#[methods(PARTS)]
impl Int {
    /// The value itself, seen as a complex number.
    #[getter]
    fn real(t: &Thread, this: Ref<'_>) -> Result<Value> {
        itself(t, this, "real")
    }

    /// Always 0: integers lie on the real axis.
    #[getter]
    fn imag(_this: IntRef<'_>) -> i64 {
        0
    }

    /// The value itself, seen as a fraction.
    #[getter]
    fn numerator(t: &Thread, this: Ref<'_>) -> Result<Value> {
        itself(t, this, "numerator")
    }

    /// Always 1: what an integer is divided by when seen as a fraction.
    #[getter]
    fn denominator(_this: IntRef<'_>) -> i64 {
        1
    }

    /// The value unchanged, since its imaginary part is zero.
    #[method]
    fn conjugate(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        itself(t, this, "conjugate")
    }

    /// The value as a fraction: a tuple of itself and 1.
    #[method]
    fn as_integer_ratio(t: &mut Thread, this: IntRef<'_>) -> Obj<Tuple> {
        Tuple::from_values(t, [Int::from_integer(t, this.to_int()), Value::from_i32(1)])
    }

    /// Always `True`, so that code for floats can ask integers, too.
    #[method]
    fn is_integer(_this: IntRef<'_>) -> bool {
        true
    }

    /// How many binary digits the magnitude has, without leading zeros; 0 for zero.
    #[method]
    fn bit_length(this: IntRef<'_>) -> usize {
        this.bit_length()
    }

    /// How many bits of the magnitude are set; the sign does not count.
    #[method]
    fn bit_count(this: IntRef<'_>) -> usize {
        this.bit_count()
    }
}
