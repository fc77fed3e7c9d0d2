//! `weakref.proxy`: an object that stands for another without keeping it alive.
//!
//! Every operation gets the referent first and is then the referent's; when it has died, a `ReferenceError`.

use ungil_macros::{class, methods};

use super::is_referable;
use crate::call::Args;
use crate::class::{Operator, Unary};
use crate::error::{Exc, Result};
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::compare::{self, Comparison};
use crate::protocol::{attribute, call, convert, iterate, operator, subscript, text};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::text::Str;
use crate::value::{Ref, Value};
use crate::weakref::WeakRef;

/// `weakref.proxy(target, callback)`
///
/// # Errors
/// `TypeError` if there can be no weak references to the target.
pub fn proxy(t: &mut Thread, target: Ref<'_>, callback: Option<Value>) -> Result<Value> {
    let made =
        is_referable(t, target).then(|| WeakRef::new(t, t.shape_of::<WeakRef>(), target, callback)).flatten();
    let Some(reference) = made else {
        raise!(t, TypeError, "cannot create weak reference to '{}' object", target.class(t).name(t));
    };
    let reference = Fixed::new(reference.into_value());
    Ok(match target.shape(t).special().call {
        Some(_) => t.alloc(CallableProxy { reference }).into_value(),
        None => t.alloc(Proxy { reference }).into_value(),
    })
}

/// The referent of a proxy; other values stand for themselves.
fn referent(t: &Thread, value: Ref<'_>) -> Result<Value> {
    let reference = match (value.downcast::<Proxy>(), value.downcast::<CallableProxy>()) {
        (Some(proxy), _) => proxy.reference.get(),
        (_, Some(proxy)) => proxy.reference.get(),
        _ => return Ok(value.to_value()),
    };
    match reference.downcast::<WeakRef>().and_then(|reference| reference.upgrade(t)) {
        Some(target) => Ok(target),
        None => raise!(t, ReferenceError, "weakly-referenced object no longer exists"),
    }
}

fn binary(t: &mut Thread, operator: Operator, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
    let (a, b) = (referent(t, a)?, referent(t, b)?);
    operator::binary(t, operator, a.borrow(), b.borrow())
}

fn inplace(t: &mut Thread, operator: Operator, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
    let (a, b) = (referent(t, a)?, referent(t, b)?);
    operator::inplace(t, operator, a.borrow(), b.borrow())
}

fn unary(t: &mut Thread, operator: Unary, a: Ref<'_>) -> Result<Value> {
    let a = referent(t, a)?;
    operator::unary(t, operator, a.borrow())
}

fn compare(t: &mut Thread, comparison: Comparison, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
    let (a, b) = (referent(t, a)?, referent(t, b)?);
    compare::compare(t, comparison, a.borrow(), b.borrow())
}

/// Declares the payload of a kind of proxy, and what both kinds do as `Self::FORWARDED` and `Self::OPERATORS`.
macro_rules! proxy_class {
    ($proxy:ident) => {
        /// The payload of a proxy.
        pub struct $proxy {
            /// A weak reference.
            reference: Fixed,
        }

        crate::payload!($proxy, collected);

        impl Trace for $proxy {
            fn trace(&self, tracer: &mut Tracer<'_>) {
                self.reference.trace(tracer);
            }
        }

        #[methods(FORWARDED)]
        impl $proxy {
            #[method]
            fn __getattribute__(t: &mut Thread, this: Ref<'_>, name: Ref<'_>) -> Result<Value> {
                let target = referent(t, this)?;
                attribute::get(t, target.borrow(), name)
            }

            #[method]
            fn __setattr__(t: &mut Thread, this: Ref<'_>, name: Ref<'_>, value: Ref<'_>) -> Result<()> {
                let target = referent(t, this)?;
                attribute::set(t, target.borrow(), name, value.to_value())
            }

            #[method]
            fn __delattr__(t: &mut Thread, this: Ref<'_>, name: Ref<'_>) -> Result<()> {
                let target = referent(t, this)?;
                attribute::delete(t, target.borrow(), name)
            }

            #[method]
            fn __getitem__(t: &mut Thread, this: Ref<'_>, key: Ref<'_>) -> Result<Value> {
                let (target, key) = (referent(t, this)?, referent(t, key)?);
                subscript::get(t, target.borrow(), key.borrow())
            }

            #[method]
            fn __setitem__(t: &mut Thread, this: Ref<'_>, key: Ref<'_>, value: Ref<'_>) -> Result<()> {
                let target = referent(t, this)?;
                subscript::set(t, target.borrow(), key, value)
            }

            #[method]
            fn __delitem__(t: &mut Thread, this: Ref<'_>, key: Ref<'_>) -> Result<()> {
                let target = referent(t, this)?;
                subscript::delete(t, target.borrow(), key)
            }

            #[method]
            fn __contains__(t: &mut Thread, this: Ref<'_>, item: Ref<'_>) -> Result<bool> {
                let target = referent(t, this)?;
                subscript::contains(t, target.borrow(), item)
            }

            #[method]
            fn __len__(t: &mut Thread, this: Ref<'_>) -> Result<usize> {
                let target = referent(t, this)?;
                convert::length(t, target.borrow())
            }

            #[method]
            fn __bool__(t: &mut Thread, this: Ref<'_>) -> Result<bool> {
                let target = referent(t, this)?;
                convert::is_true(t, target.borrow())
            }

            #[method]
            fn __iter__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
                let target = referent(t, this)?;
                iterate::iter(t, target.borrow())
            }

            #[method]
            fn __next__(t: &mut Thread, this: Ref<'_>) -> Result<Option<Value>> {
                let target = referent(t, this)?;
                if target.borrow().shape(t).special().next.is_none() {
                    let class = target.borrow().class(t).name(t);
                    raise!(t, TypeError, "Weakref proxy referenced a non-iterator '{class}' object");
                }
                iterate::next(t, target.borrow())
            }

            #[method]
            fn __index__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
                let target = referent(t, this)?;
                convert::index(t, target.borrow())
            }

            #[method]
            fn __str__(t: &mut Thread, this: Ref<'_>) -> Result<Obj<Str>> {
                let target = referent(t, this)?;
                text::str(t, target.borrow())
            }

            #[method]
            fn __repr__(t: &mut Thread, this: &Object<$proxy>) -> String {
                let here = this.borrow().word().identity();
                match referent(t, this.borrow()) {
                    Ok(target) => {
                        let target = target.borrow();
                        let (class, there) = (target.class(t).name(t), target.word().identity());
                        format!("<weakproxy at {here:#x}; to '{class}' at {there:#x}>")
                    }
                    Err(raised) if raised.is(t, Exc::ReferenceError) => {
                        format!("<weakproxy at {here:#x}; dead>")
                    }
                    Err(_) => format!("<weakproxy at {here:#x}>"),
                }
            }

            #[method]
            fn __reversed__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
                let target = referent(t, this)?;
                call::call_method(t, target.borrow(), t.names().__reversed__, &[])
            }
        }

        #[methods(OPERATORS)]
        impl $proxy {
            #[method]
            fn __add__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Add, a, b)
            }

            #[method]
            fn __radd__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Add, b, a)
            }

            #[method]
            fn __iadd__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::Add, a, b)
            }

            #[method]
            fn __sub__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Subtract, a, b)
            }

            #[method]
            fn __rsub__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Subtract, b, a)
            }

            #[method]
            fn __isub__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::Subtract, a, b)
            }

            #[method]
            fn __mul__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Multiply, a, b)
            }

            #[method]
            fn __rmul__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Multiply, b, a)
            }

            #[method]
            fn __imul__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::Multiply, a, b)
            }

            #[method]
            fn __matmul__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::MatrixMultiply, a, b)
            }

            #[method]
            fn __rmatmul__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::MatrixMultiply, b, a)
            }

            #[method]
            fn __imatmul__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::MatrixMultiply, a, b)
            }

            #[method]
            fn __truediv__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::TrueDivide, a, b)
            }

            #[method]
            fn __rtruediv__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::TrueDivide, b, a)
            }

            #[method]
            fn __itruediv__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::TrueDivide, a, b)
            }

            #[method]
            fn __floordiv__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::FloorDivide, a, b)
            }

            #[method]
            fn __rfloordiv__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::FloorDivide, b, a)
            }

            #[method]
            fn __ifloordiv__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::FloorDivide, a, b)
            }

            #[method]
            fn __mod__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Remainder, a, b)
            }

            #[method]
            fn __rmod__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Remainder, b, a)
            }

            #[method]
            fn __imod__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::Remainder, a, b)
            }

            #[method]
            fn __divmod__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::DivMod, a, b)
            }

            #[method]
            fn __rdivmod__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::DivMod, b, a)
            }

            #[method]
            fn __pow__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Power, a, b)
            }

            #[method]
            fn __rpow__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Power, b, a)
            }

            #[method]
            fn __ipow__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::Power, a, b)
            }

            #[method]
            fn __lshift__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::LeftShift, a, b)
            }

            #[method]
            fn __rlshift__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::LeftShift, b, a)
            }

            #[method]
            fn __ilshift__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::LeftShift, a, b)
            }

            #[method]
            fn __rshift__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::RightShift, a, b)
            }

            #[method]
            fn __rrshift__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::RightShift, b, a)
            }

            #[method]
            fn __irshift__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::RightShift, a, b)
            }

            #[method]
            fn __and__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::And, a, b)
            }

            #[method]
            fn __rand__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::And, b, a)
            }

            #[method]
            fn __iand__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::And, a, b)
            }

            #[method]
            fn __or__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Or, a, b)
            }

            #[method]
            fn __ror__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Or, b, a)
            }

            #[method]
            fn __ior__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::Or, a, b)
            }

            #[method]
            fn __xor__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Xor, a, b)
            }

            #[method]
            fn __rxor__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                binary(t, Operator::Xor, b, a)
            }

            #[method]
            fn __ixor__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                inplace(t, Operator::Xor, a, b)
            }

            #[method]
            fn __lt__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                compare(t, Comparison::Less, a, b)
            }

            #[method]
            fn __le__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                compare(t, Comparison::LessEqual, a, b)
            }

            #[method]
            fn __eq__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                compare(t, Comparison::Equal, a, b)
            }

            #[method]
            fn __ne__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                compare(t, Comparison::NotEqual, a, b)
            }

            #[method]
            fn __gt__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                compare(t, Comparison::Greater, a, b)
            }

            #[method]
            fn __ge__(t: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Result<Value> {
                compare(t, Comparison::GreaterEqual, a, b)
            }

            #[method]
            fn __neg__(t: &mut Thread, a: Ref<'_>) -> Result<Value> {
                unary(t, Unary::Negative, a)
            }

            #[method]
            fn __pos__(t: &mut Thread, a: Ref<'_>) -> Result<Value> {
                unary(t, Unary::Positive, a)
            }

            #[method]
            fn __invert__(t: &mut Thread, a: Ref<'_>) -> Result<Value> {
                unary(t, Unary::Invert, a)
            }

            #[method]
            fn __abs__(t: &mut Thread, a: Ref<'_>) -> Result<Value> {
                unary(t, Unary::Absolute, a)
            }

            #[method]
            fn __int__(t: &mut Thread, a: Ref<'_>) -> Result<Value> {
                unary(t, Unary::Int, a)
            }

            #[method]
            fn __float__(t: &mut Thread, a: Ref<'_>) -> Result<Value> {
                unary(t, Unary::Float, a)
            }
        }
    };
}

proxy_class!(Proxy);
proxy_class!(CallableProxy);

#[class(name = "ProxyType", module = "weakref", no_new, final, members = [FORWARDED, OPERATORS])]
impl Proxy {}

#[class(name = "CallableProxyType", module = "weakref", no_new, final, members = [FORWARDED, OPERATORS])]
impl CallableProxy {
    #[method]
    fn __call__(t: &mut Thread, this: Ref<'_>, args: Args<'_>) -> Result<Value> {
        let target = referent(t, this)?;
        call::call_args(t, target.borrow(), args)
    }
}
