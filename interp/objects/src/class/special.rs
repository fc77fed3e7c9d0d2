//! The table of special methods: for each class, what its operators do, found by index instead of by name.
//!
//! A table is immutable once published; changing a class makes new ones for it and its subclasses. An entry is the native
//! function itself where the special method is native, and otherwise a trampoline that looks the method up and calls it.

use std::ptr::NonNull;

use super::{Class, ClassFlags};
use crate::call::{Args, Fn1, Fn2, Fn3, FnCall, FnNext};
use crate::error::Result;
use crate::object::Object;
use crate::protocol::call;
use crate::thread::Thread;
use crate::value::{Ref, Value};

/// Declares an enumeration of special methods with their names and trampolines.
macro_rules! special_methods {
    ($(#[$doc:meta])* $enum:ident, $function:ty, $trampoline:ident: $($variant:ident = $name:literal),* $(,)?) => {
        $(#[$doc])*
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        #[repr(usize)]
        pub enum $enum { $($variant),* }

        impl $enum {
            pub const NAMES: &'static [&'static str] = &[$($name),*];
            pub const ALL: &'static [$enum] = &[$($enum::$variant),*];
            pub const COUNT: usize = $enum::NAMES.len();
            /// For each method the function that looks it up in the class of its first operand and calls it.
            pub(crate) const TRAMPOLINES: [$function; $enum::COUNT] = [$($trampoline::<{ $enum::$variant as usize }>),*];

            pub const fn name(self) -> &'static str {
                $enum::NAMES[self as usize]
            }
        }
    };
}

special_methods! {
    /// Special methods of one operand.
    Unary, Fn1, unary_trampoline:
    Repr = "__repr__", Str = "__str__", Hash = "__hash__", Len = "__len__", Bool = "__bool__", Iter = "__iter__",
    Negative = "__neg__", Positive = "__pos__", Invert = "__invert__", Absolute = "__abs__", Int = "__int__",
    Float = "__float__", Index = "__index__", Await = "__await__", AsyncIter = "__aiter__", AsyncNext = "__anext__",
}

special_methods! {
    /// Special methods of two operands.
    Binary, Fn2, binary_trampoline:
    Add = "__add__", Subtract = "__sub__", Multiply = "__mul__", MatrixMultiply = "__matmul__", TrueDivide = "__truediv__",
    FloorDivide = "__floordiv__", Remainder = "__mod__", Power = "__pow__", LeftShift = "__lshift__",
    RightShift = "__rshift__", And = "__and__", Or = "__or__", Xor = "__xor__", DivMod = "__divmod__",
    ReflectedAdd = "__radd__", ReflectedSubtract = "__rsub__", ReflectedMultiply = "__rmul__",
    ReflectedMatrixMultiply = "__rmatmul__", ReflectedTrueDivide = "__rtruediv__",
    ReflectedFloorDivide = "__rfloordiv__", ReflectedRemainder = "__rmod__", ReflectedPower = "__rpow__",
    ReflectedLeftShift = "__rlshift__", ReflectedRightShift = "__rrshift__", ReflectedAnd = "__rand__",
    ReflectedOr = "__ror__", ReflectedXor = "__rxor__", ReflectedDivMod = "__rdivmod__",
    InplaceAdd = "__iadd__", InplaceSubtract = "__isub__", InplaceMultiply = "__imul__",
    InplaceMatrixMultiply = "__imatmul__", InplaceTrueDivide = "__itruediv__",
    InplaceFloorDivide = "__ifloordiv__", InplaceRemainder = "__imod__", InplacePower = "__ipow__",
    InplaceLeftShift = "__ilshift__", InplaceRightShift = "__irshift__", InplaceAnd = "__iand__",
    InplaceOr = "__ior__", InplaceXor = "__ixor__",
    Less = "__lt__", LessEqual = "__le__", Equal = "__eq__", NotEqual = "__ne__", Greater = "__gt__",
    GreaterEqual = "__ge__",
    GetItem = "__getitem__", DelItem = "__delitem__", Contains = "__contains__",
    GetAttribute = "__getattribute__", GetAttr = "__getattr__", DelAttr = "__delattr__", Delete = "__delete__",
}

special_methods! {
    /// Special methods of three operands.
    Ternary, Fn3, ternary_trampoline:
    SetItem = "__setitem__", SetAttr = "__setattr__", Get = "__get__", Set = "__set__",
}

/// The arithmetic operators, each with its plain, reflected and in-place method.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    MatrixMultiply,
    TrueDivide,
    FloorDivide,
    Remainder,
    Power,
    LeftShift,
    RightShift,
    And,
    Or,
    Xor,
    DivMod,
}

impl Operator {
    /// In the order of their numbers, which is that of the methods in [`Binary`].
    pub const ALL: [Operator; 14] = [
        Operator::Add,
        Operator::Subtract,
        Operator::Multiply,
        Operator::MatrixMultiply,
        Operator::TrueDivide,
        Operator::FloorDivide,
        Operator::Remainder,
        Operator::Power,
        Operator::LeftShift,
        Operator::RightShift,
        Operator::And,
        Operator::Or,
        Operator::Xor,
        Operator::DivMod,
    ];

    /// The operator as messages write it.
    pub const fn symbol(self) -> &'static str {
        ["+", "-", "*", "@", "/", "//", "%", "** or pow()", "<<", ">>", "&", "|", "^", "divmod()"]
            [self as usize]
    }

    pub const fn inplace_symbol(self) -> &'static str {
        ["+=", "-=", "*=", "@=", "/=", "//=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^=", "divmod()"]
            [self as usize]
    }

    pub const fn method(self) -> Binary {
        Binary::ALL[self as usize]
    }

    pub const fn reflected(self) -> Binary {
        Binary::ALL[Binary::ReflectedAdd as usize + self as usize]
    }

    /// `None` for `divmod`, which has no in-place form.
    pub const fn inplace(self) -> Option<Binary> {
        match self {
            Operator::DivMod => None,
            _ => Some(Binary::ALL[Binary::InplaceAdd as usize + self as usize]),
        }
    }
}

/// One class's special methods, flags and method resolution order.
pub struct SlotTable {
    pub flags: ClassFlags,
    /// The class itself first. Without counts: tracing the class visits them.
    mro: Box<[NonNull<Object<Class>>]>,
    unary: [Option<Fn1>; Unary::COUNT],
    binary: [Option<Fn2>; Binary::COUNT],
    ternary: [Option<Fn3>; Ternary::COUNT],
    pub next: Option<FnNext>,
    pub call: Option<FnCall>,
}

// SAFETY: the pointers are used like shared references to `Sync` objects that outlive the table's class.
unsafe impl Send for SlotTable {}
// SAFETY: as above.
unsafe impl Sync for SlotTable {}

impl SlotTable {
    pub(crate) fn new(flags: ClassFlags, mro: Vec<NonNull<Object<Class>>>) -> SlotTable {
        SlotTable {
            flags,
            mro: mro.into(),
            unary: [None; Unary::COUNT],
            binary: [None; Binary::COUNT],
            ternary: [None; Ternary::COUNT],
            next: None,
            call: None,
        }
    }

    #[inline(always)]
    pub fn unary(&self, method: Unary) -> Option<Fn1> {
        self.unary[method as usize]
    }

    #[inline(always)]
    pub fn binary(&self, method: Binary) -> Option<Fn2> {
        self.binary[method as usize]
    }

    #[inline(always)]
    pub fn ternary(&self, method: Ternary) -> Option<Fn3> {
        self.ternary[method as usize]
    }

    pub(crate) fn set_unary(&mut self, method: Unary, function: Option<Fn1>) {
        self.unary[method as usize] = function;
    }

    pub(crate) fn set_binary(&mut self, method: Binary, function: Option<Fn2>) {
        self.binary[method as usize] = function;
    }

    pub(crate) fn set_ternary(&mut self, method: Ternary, function: Option<Fn3>) {
        self.ternary[method as usize] = function;
    }

    /// The method resolution order, the class itself first.
    #[inline(always)]
    pub fn mro(&self) -> impl Iterator<Item = &Object<Class>> + Clone {
        // SAFETY: a class keeps those in its order alive, and its table is not used longer than the class.
        self.mro.iter().map(|class| unsafe { class.as_ref() })
    }

    #[inline(always)]
    pub fn has(&self, flag: ClassFlags) -> bool {
        self.flags.contains(flag)
    }

    /// Whether instances have a `__del__`.
    #[inline(always)]
    pub fn has_finalizer(&self) -> bool {
        self.has(ClassFlags::FINALIZER)
    }
}

fn unary_trampoline<const METHOD: usize>(t: &mut Thread, a: Ref<'_>) -> Result<Value> {
    let name = t.names().unary(METHOD);
    call::call_method_of_class(t, name, &[a])
}

fn binary_trampoline<'a, const METHOD: usize>(t: &mut Thread, a: Ref<'a>, b: Ref<'a>) -> Result<Value> {
    let name = t.names().binary(METHOD);
    call::call_method_of_class(t, name, &[a, b])
}

fn ternary_trampoline<'a, const METHOD: usize>(
    t: &mut Thread,
    a: Ref<'a>,
    b: Ref<'a>,
    c: Ref<'a>,
) -> Result<Value> {
    let name = t.names().ternary(METHOD);
    call::call_method_of_class(t, name, &[a, b, c])
}

/// `__next__` of a class written in Python: a `StopIteration` without value becomes the end.
pub(crate) fn next_trampoline(t: &mut Thread, iterator: Ref<'_>) -> Result<Option<Value>> {
    let name = t.names().__next__;
    match call::call_method_of_class(t, name, &[iterator]) {
        Ok(value) => Ok(Some(value)),
        Err(raised) if raised.is(t, crate::error::Exc::StopIteration) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// `__call__` of a class written in Python.
pub(crate) fn call_trampoline(t: &mut Thread, callable: Ref<'_>, args: Args<'_>) -> Result<Value> {
    let name = t.names().__call__;
    let method = call::lookup_special(t, callable, name).ok_or_else(|| {
        crate::error!(t, TypeError, "'{}' object is not callable", callable.class(t).name(t))
    })?;
    call::call_unbound_with_first(t, method.borrow(), callable, args)
}
