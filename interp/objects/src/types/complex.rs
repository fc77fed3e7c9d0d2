//! `complex`: two floats; always an object.

mod operators;

use ungil_macros::class;
use ungil_numbers::Complex as Parts;

use crate::call::FromArg;
use crate::class::{Class, Unary};
use crate::error::{Exc, OrRaise, Result};
use crate::object::{Obj, Object};
use crate::protocol::{call, convert, hash};
use crate::raise;
use crate::shape::Shape;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::float::Float;
use crate::types::numeral;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The payload of complex numbers.
pub struct Complex {
    parts: Parts,
}

crate::payload!(Complex, plain);

impl Trace for Complex {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl Complex {
    pub fn from_parts(t: &Thread, parts: Parts) -> Value {
        t.alloc(Complex { parts }).into_value()
    }

    /// An instance of a subclass of `complex`.
    pub fn with_shape(t: &Thread, shape: &Shape, parts: Parts) -> Obj<Complex> {
        t.alloc_with_shape(shape, Complex { parts })
    }

    pub fn parts(&self) -> Parts {
        self.parts
    }
}

impl Ref<'_> {
    /// The complex number, if the value is a `complex` or an instance of a subclass.
    pub fn as_complex(self) -> Option<Parts> {
        self.downcast::<Complex>().map(|complex| complex.parts)
    }
}

/// The complex number that `__complex__` answers, if the value has it or is complex itself.
fn by_method(t: &mut Thread, value: Ref<'_>) -> Result<Option<Parts>> {
    if let Some(complex) = value.downcast_exact::<Complex>(t) {
        return Ok(Some(complex.parts));
    }
    let name = t.interpreter().intern(t, "__complex__");
    let Some(answer) = call::call_special_if_any(t, name, &[value])? else { return Ok(value.as_complex()) };
    let Some(parts) = answer.borrow().as_complex() else {
        let (class, returned) = (value.class(t).name(t), answer.borrow().class(t).name(t));
        raise!(t, TypeError, "{class}.__complex__() must return a complex, not {returned}");
    };
    if answer.borrow().downcast_exact::<Complex>(t).is_none() {
        let message = format!(
            "{}.__complex__() must return a complex, not {}.  The ability to return an instance of a strict subclass of \
             complex is deprecated, and may not be used in a future version of Python.",
            value.class(t).name(t),
            answer.borrow().class(t).name(t)
        );
        t.warn(Exc::DeprecationWarning, &message)?;
    }
    Ok(Some(parts))
}

/// A number argument as a complex number, as the functions of `cmath` take it.
///
/// # Errors
/// `TypeError` if the value is no number.
pub fn to_complex(t: &mut Thread, value: Ref<'_>) -> Result<Parts> {
    match by_method(t, value)? {
        Some(parts) => Ok(parts),
        None => Ok(Parts::new(convert::to_f64(t, value)?, 0.0)),
    }
}

impl FromArg<'_> for Parts {
    fn from_arg(t: &mut Thread, value: Ref<'_>) -> Result<Self> {
        to_complex(t, value)
    }
}

fn is_real(t: &Thread, value: Ref<'_>) -> bool {
    let special = value.shape(t).special();
    special.unary(Unary::Float).is_some() || special.unary(Unary::Index).is_some()
}

/// A part given by name or position together with the other one, as a complex number.
fn part(t: &mut Thread, value: Ref<'_>, name: &str) -> Result<Parts> {
    if let Some(parts) = value.as_complex() {
        let class = value.class(t).name(t);
        let message = format!("complex() argument '{name}' must be a real number, not {class}");
        t.warn(Exc::DeprecationWarning, &message)?;
        return Ok(parts);
    }
    if !is_real(t, value) {
        let class = value.class(t).name(t);
        raise!(t, TypeError, "complex() argument '{name}' must be a real number, not {class}");
    }
    Ok(Parts::new(convert::to_f64(t, value)?, 0.0))
}

/// `complex(value)`.
fn from_one(t: &mut Thread, value: Ref<'_>) -> Result<Parts> {
    if let Some(text) = value.downcast::<Str>() {
        return match numeral::of_text(text.text()).and_then(|number| Parts::parse(&number)) {
            Some(parts) => Ok(parts),
            None => raise!(t, ValueError, "complex() arg is a malformed string"),
        };
    }
    if let Some(parts) = by_method(t, value)? {
        return Ok(parts);
    }
    if !is_real(t, value) {
        let class = value.class(t).name(t);
        raise!(t, TypeError, "complex() argument must be a string or a number, not {class}");
    }
    Ok(Parts::new(convert::to_f64(t, value)?, 0.0))
}

/// `complex(real, imag)`: the sum of `real` and `imag` times i, either of which may be complex itself.
fn from_two(t: &mut Thread, real: Option<Ref<'_>>, imag: Ref<'_>) -> Result<Parts> {
    let real = match real {
        Some(real) => part(t, real, "real")?,
        None => Parts::new(0.0, 0.0),
    };
    let turned = part(t, imag, "imag")?;
    let below = if imag.as_complex().is_some() { real.real - turned.imaginary } else { real.real };
    Ok(Parts::new(below, real.imaginary + turned.real))
}

/// Numbers of the form a + bj, with two floats.
///
/// Made from a text such as '1+2j', from another number, or from two numbers for the parts.
#[class(name = "complex", members = [ARITHMETIC, OTHERS])]
impl Complex {
    #[new(signature = "(real=0, imag=0)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        real: Option<Ref<'_>>,
        imag: Option<Ref<'_>>,
    ) -> Result<Value> {
        let exact = std::ptr::eq(class, t.shape_of::<Complex>().class());
        let parts = match (real, imag) {
            (Some(real), None) => {
                if exact && let Some(same) = real.downcast_exact::<Complex>(t) {
                    return Ok(same.to_value());
                }
                from_one(t, real)?
            }
            (real, Some(imag)) => from_two(t, real, imag)?,
            (None, None) => Parts::new(0.0, 0.0),
        };
        Ok(Complex::with_shape(t, class.root_shape(), parts).into_value())
    }

    /// Makes an instance of the class from any number; unlike the constructor, it takes no text.
    #[classmethod]
    fn from_number(t: &mut Thread, class: &Object<Class>, number: Ref<'_>) -> Result<Value> {
        let parts = to_complex(t, number)?;
        if std::ptr::eq(class, t.shape_of::<Complex>().class()) {
            return Ok(Complex::from_parts(t, parts));
        }
        let value = Complex::from_parts(t, parts);
        call::call(t, class.borrow(), &[value.borrow()])
    }

    #[method]
    fn __repr__(&self) -> String {
        self.parts.repr()
    }

    #[method]
    fn __hash__(this: &Object<Complex>) -> i64 {
        let of_nan = hash::hash_identity(this.borrow().word().identity());
        ungil_numbers::hash::hash_complex(this.parts, of_nan)
    }

    #[method]
    fn __bool__(&self) -> bool {
        self.parts.real != 0.0 || self.parts.imaginary != 0.0
    }

    /// Writes the number as a format specification says, which holds for either part.
    /// Raises ValueError for what makes no sense here, like padding with zeros.
    #[method]
    fn __format__(t: &mut Thread, this: &Object<Complex>, format_spec: &Object<Str>) -> Result<Value> {
        use ungil_text::format::{Defaults, FormatSpec};
        if format_spec.is_empty() {
            return crate::protocol::text::str(t, this.borrow()).map(Obj::into_value);
        }
        let class = this.borrow().class(t).name(t);
        let text = FormatSpec::parse(format_spec.text(), Defaults::real(&class))
            .and_then(|spec| spec.format_complex(this.parts.real, this.parts.imaginary))
            .or_raise(t)?;
        Ok(Str::from_buf(t, &text).into_value())
    }

    #[method]
    fn __getnewargs__(t: &mut Thread, this: &Object<Complex>) -> Obj<Tuple> {
        let Parts { real, imaginary } = this.parts;
        Tuple::from_values(t, [Float::from_f64(t, real), Float::from_f64(t, imaginary)])
    }

    /// The same number as a plain complex: itself, unless its class is a subclass.
    #[method]
    fn __complex__(t: &mut Thread, this: &Object<Complex>) -> Value {
        match this.borrow().downcast_exact::<Complex>(t) {
            Some(exact) => exact.to_value(),
            None => Complex::from_parts(t, this.parts),
        }
    }

    /// The part without j, a float.
    #[getter]
    fn real(&self) -> f64 {
        self.parts.real
    }

    /// The factor of j, a float.
    #[getter]
    fn imag(&self) -> f64 {
        self.parts.imaginary
    }

    /// The number with the sign of its imaginary part turned around.
    #[method]
    fn conjugate(&self) -> Parts {
        self.parts.conjugate()
    }
}
