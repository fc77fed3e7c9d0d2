//! What the runtime must know of a payload type to allocate, trace and tear down its objects.
//!
//! A layout is the Rust side of a class: all subclasses of `list` written in Python share the layout of `list`. Its address
//! identifies it. [`payload!`](crate::payload) declares one; [`Payload`] ties it to the type.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

use ungil_refcount::Header;
pub use ungil_tstate::heap::HeapKind;

use crate::tail::Tailed;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};

/// The description of one payload type. Made by [`payload!`](crate::payload) only.
pub struct Layout {
    /// The Rust type's name, for reports about the runtime itself.
    pub name: &'static str,
    /// Header and payload in bytes; instance attributes of subclasses lie behind.
    pub size: u32,
    pub heap: HeapKind,
    /// Objects hold nothing but references and plain data, so that their end may wait for the collector. See `promotion`.
    pub(crate) deferrable: bool,
    /// The index of the class with this layout in every interpreter's table; assigned once a process.
    index: AtomicU32,
    pub(crate) drop_payload: unsafe fn(NonNull<Header>),
    pub(crate) tear_down: unsafe fn(&Thread, NonNull<Header>),
    pub(crate) trace_payload: unsafe fn(NonNull<Header>, &mut Tracer<'_>),
    pub(crate) is_settled: unsafe fn(NonNull<Header>) -> bool,
    /// For payloads with a tail: the bytes of one item. 0 without.
    item_size: u32,
}

/// No index was assigned yet.
const UNASSIGNED: u32 = 0;
/// Indexes below this are fixed: `payload!(…, hot N)` gives them to classes that the eval loop asks for all the time, so that
/// their shapes lie at constant offsets.
const FIRST_DYNAMIC: u32 = 32;
static NEXT_INDEX: AtomicU32 = AtomicU32::new(FIRST_DYNAMIC);

impl Layout {
    #[doc(hidden)]
    pub const fn declare<T: Payload>(name: &'static str) -> Layout {
        Layout {
            name,
            size: size_of::<crate::object::Object<T>>() as u32,
            heap: T::HEAP,
            deferrable: T::DEFERRABLE,
            index: AtomicU32::new(T::HOT_INDEX),
            drop_payload: crate::object::drop_payload::<T>,
            tear_down: crate::reclaim::tear_down_payload::<T>,
            trace_payload: crate::object::trace_payload::<T>,
            is_settled: crate::object::is_settled::<T>,
            item_size: 0,
        }
    }

    #[doc(hidden)]
    pub const fn declare_tailed<T: Tailed>(name: &'static str) -> Layout {
        assert!(size_of::<T::Item>() != 0, "items take room");
        Layout {
            item_size: size_of::<T::Item>() as u32,
            tear_down: crate::reclaim::tear_down_tailed::<T>,
            ..Layout::declare::<T>(name)
        }
    }

    /// Whether objects have items behind their payload.
    #[inline(always)]
    pub fn has_tail(&self) -> bool {
        self.item_size != 0
    }

    /// The byte offset of what lies behind payload and tail.
    ///
    /// # Safety
    /// The object has this layout.
    #[inline(always)]
    pub(crate) unsafe fn behind_tail(&self, object: NonNull<Header>) -> usize {
        let size = self.size as usize;
        if !self.has_tail() {
            return size;
        }
        // SAFETY: the length of a tail is the payload's last word.
        let len = unsafe { object.byte_add(size - size_of::<usize>()).cast::<usize>().read() };
        (size + self.item_size as usize * len).next_multiple_of(size_of::<u64>())
    }

    /// The class index of this layout, the same in all interpreters of the process.
    #[inline(always)]
    pub fn index(&self) -> usize {
        let index = self.index.load(Ordering::Relaxed);
        if index == UNASSIGNED { self.assign_index() } else { index as usize }
    }

    #[cold]
    fn assign_index(&self) -> usize {
        let fresh = NEXT_INDEX.fetch_add(1, Ordering::Relaxed);
        match self.index.compare_exchange(UNASSIGNED, fresh, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => fresh as usize,
            Err(assigned) => assigned as usize,
        }
    }
}

/// A type whose values are the payload of Python objects.
///
/// Payloads are shared between threads once their object is published, hence `Send + Sync`: fields that hold Python values
/// are [`Fixed`](crate::fields::Fixed), [`Slot`](crate::fields::Slot), [`SlotVec`](crate::fields::SlotVec) or lie in a
/// [`Guarded`](crate::fields::Guarded).
///
/// # Safety
/// `layout` must return the one static that was declared for this type; [`payload!`](crate::payload) does.
pub unsafe trait Payload: Trace + Send + Sync + Sized + 'static {
    /// A fixed class index, unique in the process, or 0 for one that is assigned at first use.
    const HOT_INDEX: u32 = UNASSIGNED;

    /// Whether the end of objects may wait for the collector, because they hold nothing but references and plain data.
    const DEFERRABLE: bool = false;

    /// Where objects live.
    const HEAP: HeapKind;

    fn layout() -> &'static Layout;

    /// The class index, a constant for hot classes.
    #[inline(always)]
    fn class_index() -> usize {
        if Self::HOT_INDEX == UNASSIGNED { Self::layout().index() } else { Self::HOT_INDEX as usize }
    }
}

/// Declares the layout of a payload type: `payload!(List, collected)` for objects that can be part of a cycle,
/// `payload!(Text, plain)` for those that cannot. Collected objects that hold no resource, and whose end nobody waits for, are
/// `deferrable`: when threads contend for their count, it is left to the collector.
#[macro_export]
macro_rules! payload {
    ($type:ty, collected $(, hot $index:literal)?) => {
        $crate::payload!(@declare $type, $crate::layout::HeapKind::Collected, declare, false $(, $index)?);
    };
    ($type:ty, collected, deferrable $(, hot $index:literal)?) => {
        $crate::payload!(@declare $type, $crate::layout::HeapKind::Collected, declare, true $(, $index)?);
    };
    ($type:ty, collected, tailed, deferrable $(, hot $index:literal)?) => {
        $crate::payload!(@declare $type, $crate::layout::HeapKind::Collected, declare_tailed, true $(, $index)?);
    };
    ($type:ty, plain $(, hot $index:literal)?) => {
        $crate::payload!(@declare $type, $crate::layout::HeapKind::Object, declare, false $(, $index)?);
    };
    ($type:ty, collected, tailed $(, hot $index:literal)?) => {
        $crate::payload!(@declare $type, $crate::layout::HeapKind::Collected, declare_tailed, false $(, $index)?);
    };
    ($type:ty, plain, tailed $(, hot $index:literal)?) => {
        $crate::payload!(@declare $type, $crate::layout::HeapKind::Object, declare_tailed, false $(, $index)?);
    };
    (@declare $type:ty, $heap:expr, $declare:ident, $deferrable:literal $(, $index:literal)?) => {
        // SAFETY: the static belongs to this implementation alone.
        unsafe impl $crate::layout::Payload for $type {
            $(const HOT_INDEX: u32 = $index;)?
            const DEFERRABLE: bool = $deferrable;
            const HEAP: $crate::layout::HeapKind = $heap;

            #[inline(always)]
            fn layout() -> &'static $crate::layout::Layout {
                static LAYOUT: $crate::layout::Layout =
                    $crate::layout::Layout::$declare::<$type>(stringify!($type));
                &LAYOUT
            }
        }
    };
}
