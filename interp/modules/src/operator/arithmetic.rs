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
    /// Same as a + b.
    add binary Add;
    /// Same as a - b.
    sub binary Subtract;
    /// Same as a * b.
    mul binary Multiply;
    /// Same as a @ b.
    matmul binary MatrixMultiply;
    /// Same as a / b.
    truediv binary TrueDivide;
    /// Same as a // b.
    floordiv binary FloorDivide;
    /// Same as a % b.
    r#mod binary Remainder;
    /// Same as a ** b.
    pow binary Power;
    /// Same as a << b.
    lshift binary LeftShift;
    /// Same as a >> b.
    rshift binary RightShift;
    /// Same as a & b.
    and_ binary And;
    /// Same as a | b.
    or_ binary Or;
    /// Same as a ^ b.
    xor binary Xor;
    /// Same as a += b.
    iadd inplace Add;
    /// Same as a -= b.
    isub inplace Subtract;
    /// Same as a *= b.
    imul inplace Multiply;
    /// Same as a @= b.
    imatmul inplace MatrixMultiply;
    /// Same as a /= b.
    itruediv inplace TrueDivide;
    /// Same as a //= b.
    ifloordiv inplace FloorDivide;
    /// Same as a %= b.
    imod inplace Remainder;
    /// Same as a **= b.
    ipow inplace Power;
    /// Same as a <<= b.
    ilshift inplace LeftShift;
    /// Same as a >>= b.
    irshift inplace RightShift;
    /// Same as a &= b.
    iand inplace And;
    /// Same as a |= b.
    ior inplace Or;
    /// Same as a ^= b.
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
    /// Same as -a.
    neg Negative;
    /// Same as +a.
    pos Positive;
    /// Same as ~a.
    inv Invert;
    /// Same as ~a.
    invert Invert;
    /// Same as abs(a).
    abs Absolute;
}
