//! `float`: immediates for the middle of the range, objects for the rest.

mod methods;
mod operators;

use ungil_macros::class;

pub(crate) use self::methods::format;
pub use self::methods::round;
pub use self::operators::operate;

use crate::call::FromArg;
use crate::class::{Class, Unary};
use crate::error::{Exc, OrRaise, Result};
use crate::layout::Payload;
use crate::object::{Obj, Object};
use crate::protocol::convert;
use crate::raise;
use crate::shape::Shape;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::numeral;
use crate::value::{Ref, Value};

/// The payload of floats that do not fit a word, and of instances of subclasses.
pub struct Float {
    value: f64,
}

crate::payload!(Float, plain);

impl Trace for Float {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl Float {
    pub(crate) fn index() -> usize {
        Float::layout().index()
    }

    /// The float as a value: immediate if it fits.
    #[inline(always)]
    pub fn from_f64(t: &Thread, value: f64) -> Value {
        match Value::from_small_float(value) {
            Some(value) => value,
            None => Float::boxed(t, value),
        }
    }

    #[cold]
    fn boxed(t: &Thread, value: f64) -> Value {
        t.alloc(Float { value }).into_value()
    }

    /// An instance of a subclass of `float`.
    pub fn with_shape(t: &Thread, shape: &Shape, value: f64) -> Obj<Float> {
        t.alloc_with_shape(shape, Float { value })
    }

    /// A float of `float` or a subclass.
    fn of_class(t: &Thread, class: &Object<Class>, value: f64) -> Value {
        if std::ptr::eq(class, t.shape_of::<Float>().class()) {
            Float::from_f64(t, value)
        } else {
            Float::with_shape(t, class.root_shape(), value).into_value()
        }
    }
}

impl Ref<'_> {
    /// The float, if the value is a `float` or an instance of a subclass.
    #[inline(always)]
    pub fn as_float(self) -> Option<f64> {
        match self.word().as_float() {
            Some(value) => Some(value),
            None => self.downcast::<Float>().map(|float| float.value),
        }
    }
}

/// A `float` as it is, as methods receive it: what has only a `__float__` is refused.
struct FloatValue(f64);

impl FromArg<'_> for FloatValue {
    #[inline]
    fn from_arg(t: &mut Thread, value: Ref<'_>) -> Result<Self> {
        match value.as_float() {
            Some(float) => Ok(FloatValue(float)),
            None => raise!(t, TypeError, "expected float, got {}", value.class(t).name(t)),
        }
    }
}

/// The value of an operand: a `float`, or an `int` as the nearest float. `None` for other classes.
#[inline]
pub fn operand(t: &Thread, value: Ref<'_>) -> Result<Option<f64>> {
    if let Some(float) = value.as_float() {
        return Ok(Some(float));
    }
    match value.as_int() {
        Some(int) => int.to_f64().or_raise(t).map(Some),
        None => Ok(None),
    }
}

/// `float(value)`: what `__float__` or `__index__` answer, or the number that a text shows.
pub fn to_float(t: &mut Thread, value: Ref<'_>) -> Result<f64> {
    if let Some(float) = value.word().as_float() {
        return Ok(float);
    }
    if let Some(number) = numeral::of(t, value) {
        return match number.and_then(|number| ungil_numbers::float::parse::parse(&number)) {
            Some(float) => Ok(float),
            None => {
                let shown = crate::protocol::text::repr(t, value)?;
                raise!(t, ValueError, "could not convert string to float: {}", **shown)
            }
        };
    }
    let special = value.shape(t).special();
    if let Some(method) = special.unary(Unary::Float) {
        let answer = method(t, value)?;
        return checked_answer(t, value, answer);
    }
    if special.unary(Unary::Index).is_some() {
        return convert::to_f64(t, value);
    }
    raise!(
        t,
        TypeError,
        "float() argument must be a string or a real number, not '{}'",
        value.class(t).name(t)
    )
}

/// What a `__float__` answered.
fn checked_answer(t: &mut Thread, value: Ref<'_>, answer: Value) -> Result<f64> {
    let Some(float) = answer.borrow().as_float() else {
        let (class, returned) = (value.class(t).name(t), answer.borrow().class(t).name(t));
        raise!(t, TypeError, "{class}.__float__ returned non-float (type {returned})");
    };
    let returned = answer.borrow().class(t);
    if !std::ptr::eq(returned, t.shape_of::<Float>().class()) {
        let message = format!(
            "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict subclass of \
             float is deprecated, and may not be used in a future version of Python.",
            value.class(t).name(t),
            returned.name(t)
        );
        t.warn(Exc::DeprecationWarning, &message)?;
    }
    Ok(float)
}

/// A number in binary floating point, 64 bits wide: made from any number with a `__float__` or `__index__`, or from text.
#[class(name = "float", match_self, members = [ARITHMETIC, POWERS, COMPARISONS, CONVERSIONS, PARTS, TEXTS])]
impl Float {
    #[new(signature = "(x=0, /)")]
    fn new(t: &mut Thread, class: &Object<Class>, x: Option<Ref<'_>>) -> Result<Value> {
        let Some(x) = x else { return Ok(Float::of_class(t, class, 0.0)) };
        let exact = t.shape_of::<Float>().class();
        if std::ptr::eq(class, exact) && std::ptr::eq(x.class(t), exact) {
            return Ok(x.to_value());
        }
        let value = to_float(t, x)?;
        Ok(Float::of_class(t, class, value))
    }

    /// A float equal to `number`, or as near as floats get. Unlike the class it takes no text.
    #[classmethod]
    fn from_number(t: &mut Thread, class: &Object<Class>, number: f64) -> Result<Value> {
        from_float(t, class, number)
    }

    /// Reads what `hex` writes, such as `0x1.8p+1`. `ValueError` if the text is not of that form.
    #[classmethod]
    fn fromhex(t: &mut Thread, class: &Object<Class>, string: Ref<'_>) -> Result<Value> {
        let Some(number) = string.downcast::<crate::types::text::Str>() else {
            raise!(t, TypeError, "bad argument type for built-in operation");
        };
        let value =
            ungil_numbers::float::hex::from_hex(numeral::of_text(number.text()).as_deref().unwrap_or(""))
                .or_raise(t)?;
        from_float(t, class, value)
    }

    /// Tells how `typestr`, which is "double" or "float", is laid out in memory. Only tests have a use for it.
    #[classmethod]
    fn __getformat__(
        t: &mut Thread,
        _class: &Object<Class>,
        typestr: &Object<crate::types::text::Str>,
    ) -> Result<&'static str> {
        match typestr.as_ascii() {
            Some("double" | "float") if cfg!(target_endian = "little") => Ok("IEEE, little-endian"),
            Some("double" | "float") => Ok("IEEE, big-endian"),
            _ => raise!(t, ValueError, "__getformat__() argument 1 must be 'double' or 'float'"),
        }
    }
}

/// What class methods make: for a subclass by calling it.
fn from_float(t: &mut Thread, class: &Object<Class>, value: f64) -> Result<Value> {
    let value = Float::from_f64(t, value);
    if std::ptr::eq(class, t.shape_of::<Float>().class()) {
        return Ok(value);
    }
    crate::protocol::call::call(t, class.borrow(), &[value.borrow()])
}
