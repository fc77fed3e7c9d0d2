//! Plain data that is read and written under the object's lock once the object is shared.

use std::cell::UnsafeCell;

use ungil_refcount::Header;

use crate::lock::enter;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};

/// Data of any type behind the lock byte of the object it lies in.
pub struct Guarded<T>(UnsafeCell<T>);

// SAFETY: `with` excludes other threads once the object is shared; before, there are none.
unsafe impl<T: Send> Sync for Guarded<T> {}

impl<T> Guarded<T> {
    pub const fn new(data: T) -> Guarded<T> {
        Guarded(UnsafeCell::new(data))
    }

    /// Runs `work` on the data, which no one else sees meanwhile. `work` cannot call Python code, since it has no `&mut Thread`;
    /// references that it puts in must have been [admitted](super::admit) to `holder`.
    ///
    /// # Panics
    /// If `work` enters the same object again.
    #[inline]
    pub fn with<R>(&self, t: &Thread, holder: &Header, work: impl FnOnce(&mut T) -> R) -> R {
        let _entered = enter(t, holder);
        // SAFETY: the entry is exclusive: a lock for a shared object, a plain mark against re-entry for a local one.
        work(unsafe { &mut *self.0.get() })
    }
}

impl<T: Default> Default for Guarded<T> {
    fn default() -> Guarded<T> {
        Guarded::new(T::default())
    }
}

impl<T: Trace> Trace for Guarded<T> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        // SAFETY: tracing happens in a stopped world, or by the owner of a local object outside `with`.
        unsafe { &*self.0.get() }.trace(tracer);
    }
}
