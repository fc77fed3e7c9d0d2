//! Arithmetic and bitwise operators as functions.

use ungil_macros::function;
use ungil_objects::class::{Operator, Unary};
use ungil_objects::protocol::operator;
use ungil_objects::{Ref, Result, Thread, Value};

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident $apply:ident $operator:ident;)*) => {
        $(
            $(#[$doc])*
            #[function]
            pub fn $name(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                operator::$apply(t, Operator::$operator, a, b)
            }
        )*
    };
}

binary! {
    /// The sum of two values or their concatenation: `a + b`.
    add binary Add;
    /// The difference of two values: `a - b`.
    sub binary Subtract;
    /// The product of two values: `a * b`.
    mul binary Multiply;
    /// The matrix product of two values: `a @ b`.
    matmul binary MatrixMultiply;
    /// The quotient of two values, not rounded to a whole number: `a / b`.
    truediv binary TrueDivide;
    /// The quotient of two values, rounded down: `a // b`.
    floordiv binary FloorDivide;
    /// What is left over by the rounded-down division: `a % b`.
    r#mod binary Remainder;
    /// `a` raised to the power `b`: `a ** b`.
    pow binary Power;
    /// `a` with its bits moved left by `b` places: `a << b`.
    lshift binary LeftShift;
    /// `a` with its bits moved right by `b` places: `a >> b`.
    rshift binary RightShift;
    /// The bits set in both values: `a & b`.
    and_ binary And;
    /// The bits set in at least one of the values: `a | b`.
    or_ binary Or;
    /// The bits set in exactly one of the values: `a ^ b`.
    xor binary Xor;
    /// Adds in place and returns the outcome of `a += b`.
    iadd inplace Add;
    /// Subtracts in place and returns the outcome of `a -= b`.
    isub inplace Subtract;
    /// Multiplies in place and returns the outcome of `a *= b`.
    imul inplace Multiply;
    /// Multiplies matrices in place and returns the outcome of `a @= b`.
    imatmul inplace MatrixMultiply;
    /// Divides in place and returns the outcome of `a /= b`.
    itruediv inplace TrueDivide;
    /// Divides in place, rounding down, and returns the outcome of `a //= b`.
    ifloordiv inplace FloorDivide;
    /// Takes the remainder in place and returns the outcome of `a %= b`.
    imod inplace Remainder;
    /// Raises to a power in place and returns the outcome of `a **= b`.
    ipow inplace Power;
    /// Shifts left in place and returns the outcome of `a <<= b`.
    ilshift inplace LeftShift;
    /// Shifts right in place and returns the outcome of `a >>= b`.
    irshift inplace RightShift;
    /// Keeps the common bits in place and returns the outcome of `a &= b`.
    iand inplace And;
    /// Joins the bits in place and returns the outcome of `a |= b`.
    ior inplace Or;
    /// Flips the bits that `b` has in place and returns the outcome of `a ^= b`.
    ixor inplace Xor;
}

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident $operator:ident;)*) => {
        $(
            $(#[$doc])*
            #[function]
            pub fn $name(t: &mut Thread, a: Ref<'_>) -> Result<Value> {
                operator::unary(t, Unary::$operator, a)
            }
        )*
    };
}

unary! {
    /// The negated value: `-a`.
    neg Negative;
    /// What unary plus makes of the value: `+a`.
    pos Positive;
    /// The value with all bits flipped: `~a`.
    inv Invert;
    /// The value with all bits flipped, like `inv`: `~a`.
    invert Invert;
    /// The magnitude of the value, as the built-in `abs` gives it.
    abs Absolute;
}
