//! `int`: immediates of 63 bits, and objects for the rest.

use dashu_int::IBig;

use crate::layout::Payload;
use crate::object::Obj;
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

/// The integer that a value stands for.
pub enum IntRef<'a> {
    Small(i64),
    Big(&'a IBig),
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
        match i64::try_from(value) {
            Ok(value) => Int::from_i64(t, value),
            Err(_) => t.alloc(Int { value: IBig::from(value) }).into_value(),
        }
    }

    pub fn from_i128(t: &Thread, value: i128) -> Value {
        match i64::try_from(value) {
            Ok(value) => Int::from_i64(t, value),
            Err(_) => t.alloc(Int { value: IBig::from(value) }).into_value(),
        }
    }

    /// The integer as a value: immediate if it fits.
    pub fn from_big(t: &Thread, value: IBig) -> Value {
        match i64::try_from(&value) {
            Ok(small) if Word::from_int(small).is_some() => Int::from_i64(t, small),
            _ => t.alloc(Int { value }).into_value(),
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
                let big: &'a IBig = &object_payload(int).value;
                i64::try_from(big).map_or(IntRef::Big(big), IntRef::Small)
            }),
        }
    }

    /// The integer, if the value is one and fits.
    #[inline]
    pub fn as_i64(self) -> Option<i64> {
        match self.as_int()? {
            IntRef::Small(small) => Some(small),
            IntRef::Big(_) => None,
        }
    }
}

fn object_payload<T>(object: &crate::object::Object<T>) -> &T {
    object
}

impl IntRef<'_> {
    pub fn to_big(&self) -> IBig {
        match self {
            IntRef::Small(small) => IBig::from(*small),
            IntRef::Big(big) => (*big).clone(),
        }
    }
}

/// The hash of an integer: its remainder by 2⁶¹-1 with the sign kept (Python's numeric hash).
pub fn hash_big(value: &IBig) -> i64 {
    let modulus = IBig::from((1i64 << 61) - 1);
    let remainder = i64::try_from(value % modulus).unwrap_or_default();
    if remainder == -1 { -2 } else { remainder }
}
