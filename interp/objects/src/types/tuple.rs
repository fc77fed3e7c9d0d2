//! `tuple`: immutable references, which lie behind the payload.

use ungil_macros::class;

use crate::fields::Fixed;
use crate::object::Obj;
use crate::shape::Shape;
use crate::tail::{Tail, Tailed};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};

/// The payload of `tuple`.
#[repr(C)]
pub struct Tuple {
    items: Tail<Fixed>,
}

crate::payload!(Tuple, collected, tailed);

// SAFETY: `repr(C)`, and the tail is the only field.
unsafe impl Tailed for Tuple {
    type Item = Fixed;

    fn tail(&self) -> &Tail<Fixed> {
        &self.items
    }
}

impl Trace for Tuple {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.items.trace(tracer);
    }
}

impl Tuple {
    pub fn from_values(t: &Thread, values: impl IntoIterator<Item = Value>) -> Obj<Tuple> {
        Tuple::with_shape(t, t.shape_of::<Tuple>(), values.into_iter().collect())
    }

    /// A tuple of `tuple` or a subclass.
    pub fn with_shape(t: &Thread, shape: &Shape, values: Vec<Value>) -> Obj<Tuple> {
        t.alloc_tailed(shape, values.into_iter().map(Fixed::new), |items| Tuple { items })
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Ref<'_>> {
        self.items.get(index).map(Fixed::get)
    }

    #[inline(always)]
    pub fn items(&self) -> impl ExactSizeIterator<Item = Ref<'_>> + DoubleEndedIterator {
        self.items.iter().map(Fixed::get)
    }

    /// The items as a slice of borrowed references, the form in which calls pass arguments.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Ref<'_>] {
        let items: &[Fixed] = &self.items;
        // SAFETY: `Fixed`, `Value` and `Ref` are all transparent over a word; a tuple's items never change.
        unsafe { &*(std::ptr::from_ref(items) as *const [Ref<'_>]) }
    }

    pub fn to_vec(&self) -> Vec<Value> {
        self.items().map(Ref::to_value).collect()
    }
}

/// An immutable sequence.
#[class(name = "tuple", sequence)]
impl Tuple {
    #[method]
    fn __len__(&self) -> usize {
        self.len()
    }
}
