//! Visiting the references that an object holds: for publication, for the collector, for `gc.get_referents`.
//!
//! Two kinds of edge: *counted* ones, for which the referent holds a count, and *uncounted* ones (an object to its class).
//! Trial deletion subtracts only the counted; reachability and publication follow both.

use std::ptr::NonNull;

use ungil_refcount::Header;

use crate::word::Word;

/// Receives the edges of one object.
pub struct Tracer<'v> {
    visit: &'v mut dyn FnMut(NonNull<Header>, Edge),
}

/// How the holder of an edge refers to the referent.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Edge {
    /// It owns a count.
    Counted,
    /// It keeps the referent alive by other means.
    Uncounted,
    /// It does not keep the referent alive. Publication follows it, the collector does not.
    Weak,
}

impl<'v> Tracer<'v> {
    pub fn new(visit: &'v mut dyn FnMut(NonNull<Header>, Edge)) -> Tracer<'v> {
        Tracer { visit }
    }

    /// Reports the word that a field holds.
    #[inline]
    pub fn word(&mut self, word: Word) {
        if let Some(object) = word.object() {
            (self.visit)(object, if word.owns_count() { Edge::Counted } else { Edge::Uncounted });
        }
    }

    /// Reports an object that a weak reference leads to.
    #[inline]
    pub fn weak(&mut self, object: NonNull<Header>) {
        (self.visit)(object, Edge::Weak);
    }

    /// Reports an object that is kept alive by other means than a count.
    #[inline]
    pub fn uncounted(&mut self, object: NonNull<Header>) {
        (self.visit)(object, Edge::Uncounted);
    }
}

/// A type that can report every Python reference it holds. Forgetting one is a missed publication and, for the collector, a
/// leak at best: derive the implementation from the fields, in their order.
pub trait Trace {
    fn trace(&self, tracer: &mut Tracer<'_>);

    /// Whether `__del__` would find nothing to do for the object as it is, so that it need not be called. For built-in classes that no
    /// class derives from.
    fn is_settled(&self) -> bool {
        false
    }
}

macro_rules! holds_no_references {
    ($($type:ty),*) => { $( impl Trace for $type { #[inline] fn trace(&self, _: &mut Tracer<'_>) {} } )* };
}
holds_no_references!(
    (),
    bool,
    u8,
    u16,
    u32,
    u64,
    usize,
    i32,
    i64,
    isize,
    f64,
    char,
    String,
    &'static str,
    std::sync::atomic::AtomicUsize,
    std::sync::atomic::AtomicU64,
    std::sync::atomic::AtomicI64,
    std::sync::atomic::AtomicU32,
    std::sync::atomic::AtomicBool,
    std::sync::atomic::AtomicU8
);

impl<T: Trace> Trace for Option<T> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(inner) = self {
            inner.trace(tracer);
        }
    }
}

impl<T: Trace> Trace for [T] {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for item in self {
            item.trace(tracer);
        }
    }
}

impl<T: Trace> Trace for Vec<T> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.as_slice().trace(tracer);
    }
}

impl<T: Trace> Trace for std::collections::VecDeque<T> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for item in self {
            item.trace(tracer);
        }
    }
}

impl<T: Trace + ?Sized> Trace for Box<T> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        (**self).trace(tracer);
    }
}

impl<A: Trace, B: Trace> Trace for (A, B) {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.0.trace(tracer);
        self.1.trace(tracer);
    }
}
