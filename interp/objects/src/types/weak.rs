//! Weak references and proxies as Python sees them; how they work is in [`weakref`](crate::weakref).

mod proxy;
mod reference;

pub use self::proxy::{CallableProxy, Proxy, proxy};

use crate::boot::make;
use crate::class::ClassFlags;
use crate::error::Result;
use crate::layout::Payload;
use crate::shape::Attributes;
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::complex::Complex;
use crate::types::dict::Dict;
use crate::types::float::Float;
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::range::Range;
use crate::types::slice::Slice;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::Ref;
use crate::weakref::WeakRef;

/// Whether there can be weak references to a value: to instances of Python classes that have not left them out by `__slots__`,
/// and to native objects but the small common ones.
pub(crate) fn is_referable(t: &Thread, value: Ref<'_>) -> bool {
    let Some(_) = value.header() else { return false };
    let class = value.class(t);
    if class.has(ClassFlags::HEAP) {
        return class.lookup(t, t.names().__weakref__).is_some()
            || class.root_shape().attributes() != Attributes::Closed;
    }
    let without = [
        Int::layout(),
        Float::layout(),
        Complex::layout(),
        Str::layout(),
        Bytes::layout(),
        ByteArray::layout(),
        Tuple::layout(),
        List::layout(),
        Dict::layout(),
        Range::layout(),
        Slice::layout(),
    ];
    !without.iter().any(|layout| std::ptr::eq(*layout, class.layout()))
}

/// Makes the classes of weak references and proxies.
pub(super) fn make_all(t: &mut Thread) -> Result<()> {
    make::<WeakRef>(t)?;
    make::<Proxy>(t)?;
    make::<CallableProxy>(t)
}
