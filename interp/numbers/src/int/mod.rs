//! Integers of any size: a machine word while they fit, `dashu` big integers beyond.
//!
//! An [`Int`] is canonical: it is `Big` only if the value does not fit an `i64`. The runtime keeps small integers
//! in its values and big ones in objects; [`IntRef`] views either. Operations try the machine word first.

mod bits;
mod convert;
mod division;
mod power;
mod text;
mod theory;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::{Add, BitAnd, BitOr, BitXor, Mul, Neg, Not, Sub};

use dashu_base::UnsignedAbs;
use dashu_int::{IBig, UBig};

pub use bits::{from_bytes, to_bytes};
pub use text::{ParseIntError, parse};

/// An integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Int {
    Small(i64),
    /// Never a value that fits an `i64`.
    Big(IBig),
}

/// A view of an integer; a `Big` one may be of any value.
#[derive(Clone, Copy, Debug)]
pub enum IntRef<'a> {
    Small(i64),
    Big(&'a IBig),
}

impl From<i64> for Int {
    fn from(value: i64) -> Self {
        Self::Small(value)
    }
}

impl From<i128> for Int {
    fn from(value: i128) -> Self {
        i64::try_from(value).map_or_else(|_| Self::Big(value.into()), Self::Small)
    }
}

impl From<u64> for Int {
    fn from(value: u64) -> Self {
        i128::from(value).into()
    }
}

impl From<IBig> for Int {
    fn from(value: IBig) -> Self {
        i64::try_from(&value).map_or_else(|_| Self::Big(value), Self::Small)
    }
}

impl From<UBig> for Int {
    fn from(value: UBig) -> Self {
        IBig::from(value).into()
    }
}

impl Int {
    /// A view.
    pub fn as_ref(&self) -> IntRef<'_> {
        match self {
            Self::Small(value) => IntRef::Small(*value),
            Self::Big(value) => IntRef::Big(value),
        }
    }
}

/// Implements an operator that fits a machine word mostly, and its big form.
macro_rules! arithmetic {
    ($($operator:ident, $name:ident, $checked:ident;)*) => {
        $(
            impl $operator for IntRef<'_> {
                type Output = Int;

                #[inline]
                fn $name(self, other: Self) -> Int {
                    if let (Self::Small(left), Self::Small(right)) = (self, other)
                        && let Some(result) = left.$checked(right)
                    {
                        return Int::Small(result);
                    }
                    (&*self.to_big()).$name(&*other.to_big()).into()
                }
            }
        )*
    };
}

arithmetic! {
    Add, add, checked_add;
    Sub, sub, checked_sub;
    Mul, mul, checked_mul;
}

/// Implements a bitwise operator on two's complement of unlimited width.
macro_rules! bitwise {
    ($($operator:ident, $name:ident;)*) => {
        $(
            impl $operator for IntRef<'_> {
                type Output = Int;

                #[inline]
                fn $name(self, other: Self) -> Int {
                    match (self, other) {
                        (Self::Small(left), Self::Small(right)) => Int::Small(left.$name(right)),
                        _ => (&*self.to_big()).$name(&*other.to_big()).into(),
                    }
                }
            }
        )*
    };
}

bitwise! {
    BitAnd, bitand;
    BitOr, bitor;
    BitXor, bitxor;
}

impl Neg for IntRef<'_> {
    type Output = Int;

    fn neg(self) -> Int {
        IntRef::Small(0) - self
    }
}

impl Not for IntRef<'_> {
    type Output = Int;

    fn not(self) -> Int {
        IntRef::Small(-1) - self
    }
}

impl<'a> IntRef<'a> {
    /// As a big integer; a small one takes no allocation.
    pub fn to_big(self) -> Cow<'a, IBig> {
        match self {
            Self::Small(value) => Cow::Owned(value.into()),
            Self::Big(value) => Cow::Borrowed(value),
        }
    }

    /// A copy.
    pub fn to_int(self) -> Int {
        match self {
            Self::Small(value) => Int::Small(value),
            Self::Big(value) => value.clone().into(),
        }
    }

    /// As a machine word, if it fits.
    pub fn to_i64(self) -> Option<i64> {
        match self {
            Self::Small(value) => Some(value),
            Self::Big(value) => i64::try_from(value).ok(),
        }
    }

    /// The absolute value.
    pub(crate) fn magnitude(self) -> UBig {
        match self {
            Self::Small(value) => value.unsigned_abs().into(),
            Self::Big(value) => value.unsigned_abs(),
        }
    }

    /// -1, 0 or 1.
    pub fn signum(self) -> i32 {
        match self {
            Self::Small(value) => value.signum() as i32,
            Self::Big(value) if value.is_zero() => 0,
            Self::Big(value) => {
                if value.sign() == dashu_base::Sign::Negative {
                    -1
                } else {
                    1
                }
            }
        }
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.signum() == 0
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.signum() < 0
    }

    /// `abs(self)`
    pub fn abs(self) -> Int {
        if self.is_negative() { -self } else { self.to_int() }
    }
}

impl PartialEq for IntRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for IntRef<'_> {}

impl PartialOrd for IntRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for IntRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Small(left), Self::Small(right)) => left.cmp(right),
            (Self::Big(left), Self::Big(right)) => left.cmp(right),
            _ => self.to_big().cmp(&other.to_big()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_grow_and_shrink() {
        let max = Int::Small(i64::MAX);
        let above = max.as_ref() + IntRef::Small(1);
        assert!(matches!(above, Int::Big(_)));
        assert_eq!(above.as_ref() - IntRef::Small(1), max);
        assert_eq!(-IntRef::Small(i64::MIN), above);
        assert_eq!(IntRef::Small(i64::MIN).abs(), above);
        assert_eq!(-above.as_ref(), Int::Small(i64::MIN));
        assert_eq!((IntRef::Small(1 << 40) * IntRef::Small(1 << 40)).as_ref().signum(), 1);
    }

    #[test]
    fn bitwise_is_twos_complement() {
        let big = IntRef::Small(1 << 62) * IntRef::Small(16);
        let negative = -big.as_ref();
        assert_eq!(negative.as_ref() & IntRef::Small(-1), negative);
        assert_eq!(big.as_ref() | IntRef::Small(-1), Int::Small(-1));
        assert_eq!((!big.as_ref()).as_ref() ^ big.as_ref(), Int::Small(-1));
        assert_eq!(!IntRef::Small(0), Int::Small(-1));
    }
}
