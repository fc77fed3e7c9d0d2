//! The iterators of deques, which notice that their deque changes.

use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_macros::class;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::fields::Fixed;
use ungil_objects::object::{Obj, Object};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::{Result, Thread, Value, payload, raise};

use super::{Deque, DequeOperations};

/// Declares payload and class of an iterator; the last argument makes an index of how many items were seen and the length.
macro_rules! deque_iterator {
    ($iterator:ident = $name:tt, $index:expr) => {
        /// The payload of an iterator.
        pub struct $iterator {
            deque: Fixed,
            seen: AtomicUsize,
            version: u64,
        }

        payload!($iterator, collected);

        impl Trace for $iterator {
            fn trace(&self, tracer: &mut Tracer<'_>) {
                self.deque.trace(tracer);
            }
        }

        impl $iterator {
            pub fn new(t: &mut Thread, deque: &Object<Deque>) -> Result<Obj<$iterator>> {
                // The class of the iterators belongs to the module, like the deque's.
                Ok(t.alloc($iterator {
                    deque: Fixed::new(deque.to_value()),
                    seen: AtomicUsize::new(0),
                    version: deque.version(),
                }))
            }
        }

        #[class(name = $name, module = "_collections", final)]
        impl $iterator {
            #[new]
            fn create(t: &mut Thread, _class: &Object<Class>, args: Args<'_>) -> Result<Obj<$iterator>> {
                let [deque, _seen] = args.unpack(t, $name, 1)?;
                match deque.and_then(|deque| deque.downcast::<Deque>()) {
                    Some(deque) => $iterator::new(t, deque),
                    None => raise!(t, TypeError, "{}() argument 1 must be collections.deque", $name),
                }
            }

            #[method]
            fn __iter__(this: &Object<$iterator>) -> Value {
                this.to_value()
            }

            #[method]
            fn __next__(t: &mut Thread, this: &Object<$iterator>) -> Result<Option<Value>> {
                let Some(deque) = this.deque.get().downcast::<Deque>() else { return Ok(None) };
                let (seen, len) = (this.seen.load(Ordering::Relaxed), deque.len());
                if this.version != deque.version() {
                    raise!(t, RuntimeError, "deque mutated during iteration");
                }
                if seen >= len {
                    return Ok(None);
                }
                this.seen.store(seen + 1, Ordering::Relaxed);
                let index: fn(usize, usize) -> usize = $index;
                Ok(deque.item(t, index(seen, len)))
            }

            #[method]
            fn __length_hint__(this: &Object<$iterator>) -> usize {
                let len = this.deque.get().downcast::<Deque>().map_or(0, |deque| deque.len());
                len.saturating_sub(this.seen.load(Ordering::Relaxed))
            }
        }
    };
}

deque_iterator!(DequeIterator = "_deque_iterator", |seen, _len| seen);
deque_iterator!(DequeReverseIterator = "_deque_reverse_iterator", |seen, len| len - 1 - seen);
