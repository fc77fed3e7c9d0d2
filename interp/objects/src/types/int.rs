//! `int`: immediates of 63 bits, and objects for the rest.
//!
//! The arithmetic is that of `ungil-numbers`, which tries the machine word first; here are the objects, and in [`construct`] and
//! [`operators`] what Python sees of them. `bool` is a subclass, so every receiver is an [`IntRef`], whatever holds it.

mod bytes;
mod construct;
mod methods;
mod operators;

use dashu_int::IBig;
use ungil_macros::class;
pub use ungil_numbers::{Int as Integer, IntRef};

pub use self::construct::{from_text, to_int};
pub(crate) use self::methods::format;
pub use self::operators::operate;

use crate::call::FromArg;
use crate::class::Class;
use crate::error::Result;
use crate::layout::Payload;
use crate::object::{Obj, Object};
use crate::protocol::convert;
use crate::shape::Shape;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};
use crate::word::Word;

/// The payload of integers that do not fit a word, and of instances of subclasses of `int` whatever their value.
pub struct Int {
    value: IBig,
}

crate::payload!(Int, plain);

impl Trace for Int {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl Int {
    pub(crate) fn index() -> usize {
        Int::layout().index()
    }

    /// The integer as a value: immediate if it fits.
    #[inline]
    pub fn from_i64(t: &Thread, value: i64) -> Value {
        match Value::from_small_int(value) {
            Some(value) => value,
            None => t.alloc(Int { value: IBig::from(value) }).into_value(),
        }
    }

    pub fn from_u64(t: &Thread, value: u64) -> Value {
        Int::from_integer(t, value.into())
    }

    pub fn from_i128(t: &Thread, value: i128) -> Value {
        Int::from_integer(t, value.into())
    }

    /// The integer as a value: immediate if it fits.
    pub fn from_big(t: &Thread, value: IBig) -> Value {
        Int::from_integer(t, value.into())
    }

    /// The integer as a value: immediate if it fits.
    #[inline]
    pub fn from_integer(t: &Thread, value: Integer) -> Value {
        match value {
            Integer::Small(value) => Int::from_i64(t, value),
            Integer::Big(value) => t.alloc(Int { value }).into_value(),
        }
    }

    /// An instance of a subclass of `int`.
    pub fn with_shape(t: &Thread, shape: &Shape, value: IBig) -> Obj<Int> {
        t.alloc_with_shape(shape, Int { value })
    }

    pub fn value(&self) -> &IBig {
        &self.value
    }
}

impl<'a> Ref<'a> {
    /// The integer, if the value is an `int`, a `bool` or an instance of a subclass.
    #[inline]
    pub fn as_int(self) -> Option<IntRef<'a>> {
        if let Some(small) = self.word().as_int() {
            return Some(IntRef::Small(small));
        }
        match self.word() {
            Word::TRUE => Some(IntRef::Small(1)),
            Word::FALSE => Some(IntRef::Small(0)),
            _ => self.downcast::<Int>().map(|int| {
                let big: &'a IBig = int.payload().value();
                i64::try_from(big).map_or(IntRef::Big(big), IntRef::Small)
            }),
        }
    }

    /// The integer, if the value is one and fits.
    #[inline]
    pub fn as_i64(self) -> Option<i64> {
        self.as_int()?.to_i64()
    }
}

/// An argument that counts as an integer: an `int`, or what `__index__` answers.
pub struct Index(Value);

impl Index {
    pub fn get(&self) -> IntRef<'_> {
        self.0.borrow().as_int().unwrap_or(IntRef::Small(0))
    }

    pub fn into_value(self) -> Value {
        self.0
    }
}

impl FromArg<'_> for Index {
    #[inline]
    fn from_arg(t: &mut Thread, value: Ref<'_>) -> Result<Self> {
        convert::index(t, value).map(Index)
    }
}

/// An `int` of the class itself with the same value: for `bool` and subclasses another object.
pub fn exact(t: &Thread, value: Ref<'_>) -> Option<Value> {
    if value.as_small_int().is_some() || value.downcast_exact::<Int>(t).is_some() {
        return Some(value.to_value());
    }
    value.as_int().map(|int| Int::from_integer(t, int.to_int()))
}

/// A whole number of any size.
///
/// `int(x)` takes a number, of which it drops the fraction, or text with digits; `int()` is 0. With a `base` from 2
/// to 36 the argument must be text (`str`, `bytes` or `bytearray`) in that base; a `base` of 0 goes by prefixes such as `0x`.
#[class(name = "int", match_self, members = [ARITHMETIC, POWERS, COMPARISONS, CONVERSIONS, PARTS, BYTES])]
impl Int {
    #[new(signature = "(x=0, /, base=10)")]
    fn new(
        t: &mut Thread,
        class: &Object<Class>,
        x: Option<Ref<'_>>,
        base: Option<Ref<'_>>,
    ) -> Result<Value> {
        construct::construct(t, class, x, base)
    }
}
