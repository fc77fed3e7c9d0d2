//! Making objects.

use std::mem::MaybeUninit;
use std::ptr::NonNull;

use ungil_refcount::Header;
use ungil_tstate::heap::HeapKind;

use crate::attributes;
use crate::layout::Payload;
use crate::object::{Obj, Object};
use crate::shape::Shape;
use crate::tail::{Tail, Tailed};
use crate::thread::Thread;
use crate::value::Value;
use crate::word::Word;

impl Thread {
    /// A new object of the built-in class with layout `T`.
    #[inline]
    pub fn alloc<T: Payload>(&self, payload: T) -> Obj<T> {
        let shape = self.shape_of::<T>();
        if shape.attribute_bytes() != 0 {
            return self.alloc_with_shape(shape, payload);
        }
        let block = self.allocate_raw(T::HEAP, size_of::<Object<T>>());
        // SAFETY: the block is new and large enough.
        unsafe { self.finish::<T>(block, shape.header_word(), || payload) }
    }

    /// A new object of a shape with layout `T`: of the built-in class or a subclass.
    ///
    /// # Panics
    /// If the shape has another layout.
    #[inline]
    pub fn alloc_with_shape<T: Payload>(&self, shape: &Shape, payload: T) -> Obj<T> {
        self.alloc_by(shape, || payload)
    }

    /// As [`alloc_with_shape`](Thread::alloc_with_shape), with the payload made in its place.
    ///
    /// # Panics
    /// If the shape has another layout.
    #[inline(always)]
    pub fn alloc_by<T: Payload>(&self, shape: &Shape, make: impl FnOnce() -> T) -> Obj<T> {
        assert!(std::ptr::eq(shape.layout(), T::layout()), "an object gets the layout of its shape");
        let block = self.allocate_raw(T::HEAP, size_of::<Object<T>>() + shape.attribute_bytes());
        // SAFETY: the block is new and large enough, for the attributes too.
        unsafe {
            let object = self.finish::<T>(block, shape.header_word(), make);
            attributes::initialise_storage(object.header(), shape);
            object
        }
    }

    /// A new object with items behind its payload. `payload` is given the tail to put in its last field.
    pub fn alloc_tailed<T: Tailed>(
        &self,
        shape: &Shape,
        items: impl ExactSizeIterator<Item = T::Item>,
        payload: impl FnOnce(Tail<T::Item>) -> T,
    ) -> Obj<T> {
        // SAFETY: all items are written, below, before the object is seen.
        unsafe {
            self.alloc_tailed_with(shape, items.len(), payload, |first| {
                for (at, item) in items.enumerate() {
                    first.add(at).write(item);
                }
            })
        }
    }

    /// A new object whose tail is `len` bytes, which `fill` appends part by part.
    ///
    /// # Panics
    /// If the parts are not `len` bytes together.
    #[inline]
    pub fn alloc_bytes<T: Tailed<Item = u8>>(
        &self,
        shape: &Shape,
        len: usize,
        payload: impl FnOnce(Tail<u8>) -> T,
        fill: impl FnOnce(&mut NewBytes<'_>),
    ) -> Obj<T> {
        // SAFETY: all bytes are written, or this panics before the object is seen.
        unsafe { self.alloc_tailed_with(shape, len, payload, |first| NewBytes::fill(first, len, fill)) }
    }

    /// The same for an object of the built-in class itself, which has no attributes and is not collected, with room for more bytes
    /// behind the tail. See [`extend_bytes`](Thread::extend_bytes).
    ///
    /// # Panics
    /// If the parts are not `len` bytes together.
    #[inline(always)]
    pub(crate) fn alloc_bytes_exact<T: Tailed<Item = u8>>(
        &self,
        len: usize,
        room: usize,
        payload: impl FnOnce(Tail<u8>) -> T,
        fill: impl FnOnce(&mut NewBytes<'_>),
    ) -> Obj<T> {
        const { assert!(matches!(T::HEAP, HeapKind::Object)) };
        let shape = self.shape_word::<T>();
        debug_assert_ne!(shape, 0, "a built-in class exists before its first object");
        let size = size_of::<Object<T>>() + len.next_multiple_of(size_of::<u64>()) + room;
        let block = self.allocate_raw(T::HEAP, size);
        // SAFETY: the block is new and large enough. All bytes are written, or this panics before the object is seen.
        unsafe {
            NewBytes::fill(block.byte_add(size_of::<Object<T>>()).as_ptr(), len, fill);
            self.finish::<T>(block, shape, || payload(Tail::new(len)))
        }
    }

    /// Appends bytes to the tail of an object of the built-in class itself in place, `room` being what its maker left behind the tail. If
    /// this is the only reference to the object and the block has room, returns how much is left.
    #[inline(always)]
    pub(crate) fn extend_bytes<T: Tailed<Item = u8>>(
        &self,
        object: &mut Obj<T>,
        more: &[u8],
        room: usize,
    ) -> Option<usize> {
        if !object.header().is_unique(self.owner()) {
            return None;
        }
        let len = object.tail().len();
        let size = size_of::<Object<T>>() + len;
        let room = room.max(ungil_tstate::ThreadState::rounded(T::HEAP, size) - size);
        let left = room.checked_sub(more.len())?;
        let block = object.as_value().word().object_unchecked().cast::<u8>();
        // SAFETY: the block is the object's and alive. It is unique and borrowed mutably, so nothing else reads the tail meanwhile,
        // and `more` lies elsewhere.
        unsafe {
            copy_bytes(more, block.byte_add(size).as_ptr());
            let tail = block.byte_add(size_of::<Object<T>>() - size_of::<Tail<u8>>()).cast::<Tail<u8>>();
            Tail::set_len(tail, len + more.len());
        }
        Some(left)
    }

    /// Like [`alloc_tailed`](Thread::alloc_tailed), with the items written by `fill`.
    ///
    /// # Safety
    /// `fill` initialises `len` items from the pointer on.
    ///
    /// # Panics
    /// If the shape has another layout.
    pub(crate) unsafe fn alloc_tailed_with<T: Tailed>(
        &self,
        shape: &Shape,
        len: usize,
        payload: impl FnOnce(Tail<T::Item>) -> T,
        fill: impl FnOnce(*mut T::Item),
    ) -> Obj<T> {
        assert!(std::ptr::eq(shape.layout(), T::layout()), "an object gets the layout of its shape");
        let tail = (size_of::<T::Item>() * len).next_multiple_of(size_of::<u64>());
        let block = self.allocate_raw(T::HEAP, size_of::<Object<T>>() + tail + shape.attribute_bytes());
        // SAFETY: as in `alloc_with_shape`; the items lie right behind the payload.
        unsafe {
            fill(block.byte_add(size_of::<Object<T>>()).cast::<T::Item>().as_ptr());
            let object = self.finish::<T>(block, shape.header_word(), || payload(Tail::new(len)));
            attributes::initialise_storage(object.header(), shape);
            object
        }
    }

    /// Makes an object of a block by writing header and payload; what lies behind the payload is there, or is written before the
    /// thread's next safepoint.
    ///
    /// # Safety
    /// The block is new, of `T::HEAP`, and large enough; `shape` is the word of a shape with layout `T`.
    #[inline(always)]
    unsafe fn finish<T: Payload>(
        &self,
        block: NonNull<u8>,
        shape: u64,
        payload: impl FnOnce() -> T,
    ) -> Obj<T> {
        let collected = matches!(T::HEAP, HeapKind::Collected);
        let header = Header::new_live(shape, self.owner(), collected);
        let object = block.cast::<Header>();
        // SAFETY: promised by the caller; the one count of the new header moves to the result.
        unsafe {
            block.cast::<Object<T>>().write(Object::new(header, payload()));
            if collected {
                self.count_collected(1);
            }
            if self.never_local {
                object.as_ref().share();
            }
            Obj::from_value_unchecked(Value::from_word(Word::counted(object)))
        }
    }

    /// Makes the class object of a layout ahead of its definition, so that the first classes can refer to each other: a header and a
    /// root shape with an empty table; the payload follows.
    pub(crate) fn declare_class<T: Payload>(
        &self,
        metaclass: Option<&Shape>,
    ) -> NonNull<Object<crate::class::Class>> {
        let block = self.allocate_raw(HeapKind::Collected, size_of::<Object<crate::class::Class>>());
        let class = block.cast::<Object<crate::class::Class>>();
        let root = crate::class::empty_root(T::layout(), class);
        let metaclass = metaclass.map_or(root as u64, Shape::header_word);
        // SAFETY: the block is new and large enough for a header.
        unsafe { class.cast::<Header>().write(Header::new(metaclass, self.owner())) };
        self.interpreter().register_shape(T::layout().index(), root);
        class
    }

    /// Gives a declared class its payload.
    ///
    /// # Safety
    /// The class was declared by [`declare_class`](Thread::declare_class) and not yet defined.
    pub(crate) unsafe fn define_declared(
        &self,
        declared: NonNull<Object<crate::class::Class>>,
        payload: crate::class::Class,
    ) -> Obj<crate::class::Class> {
        let object = declared.cast::<Header>();
        // SAFETY: the payload's place is still uninitialised; the declaration's count moves to the result.
        unsafe {
            declared.byte_add(size_of::<Header>()).cast::<crate::class::Class>().write(payload);
            object.as_ref().set_collected();
            object.as_ref().set_live();
            if object.as_ref().is_shared() {
                crate::publish::publish_contents(self, object);
            }
            Obj::from_value_unchecked(Value::from_word(Word::counted(object)))
        }
    }

    /// Counts collected objects made (`1`) or freed (`-1`), and tells the interpreter in steps.
    #[inline(always)]
    pub(crate) fn count_collected(&self, change: i32) {
        let pending = self.allocations.get() + change;
        if pending.unsigned_abs() >= ALLOCATION_STEP {
            self.allocations.set(0);
            // SAFETY: this thread is attached.
            unsafe { self.state().count_allocations(i64::from(pending)) };
        } else {
            self.allocations.set(pending);
        }
    }
}

/// The bytes of a new object that are still to be written.
pub struct NewBytes<'a>(&'a mut [MaybeUninit<u8>]);

impl NewBytes<'_> {
    /// Lets `parts` write `len` bytes.
    ///
    /// # Safety
    /// The bytes from `first` on are the caller's.
    ///
    /// # Panics
    /// If the parts are not `len` bytes together.
    #[inline(always)]
    unsafe fn fill(first: *mut u8, len: usize, parts: impl FnOnce(&mut NewBytes<'_>)) {
        // SAFETY: promised by the caller.
        let mut bytes = NewBytes(unsafe { std::slice::from_raw_parts_mut(first.cast(), len) });
        parts(&mut bytes);
        assert!(bytes.0.is_empty(), "the parts fill the tail");
    }

    /// Appends a part.
    ///
    /// # Panics
    /// If it is longer than what is left.
    #[inline(always)]
    pub fn push(&mut self, part: &[u8]) {
        let (place, rest) = std::mem::take(&mut self.0).split_at_mut(part.len());
        // SAFETY: the place is as long as the part, and nobody else's.
        unsafe { copy_bytes(part, place.as_mut_ptr().cast()) };
        self.0 = rest;
    }
}

/// Copies bytes: few of them, as most strings have, by two wide moves that may overlap.
///
/// # Safety
/// `to` has room for them and lies elsewhere.
#[inline(always)]
unsafe fn copy_bytes(from: &[u8], to: *mut u8) {
    /// # Safety
    /// At least `size_of::<W>()` bytes, and at most twice as many; the rest is as for `copy_bytes`.
    #[inline(always)]
    unsafe fn copy_two<W: Copy>(from: &[u8], to: *mut u8) {
        let second = from.len() - size_of::<W>();
        // SAFETY: both words lie within the bytes.
        unsafe {
            let (first, last) = (from.as_ptr().cast::<W>(), from.as_ptr().add(second).cast::<W>());
            let (first, last) = (first.read_unaligned(), last.read_unaligned());
            to.cast::<W>().write_unaligned(first);
            to.add(second).cast::<W>().write_unaligned(last);
        }
    }
    // SAFETY: each width fits the length; the rest is promised by the caller.
    unsafe {
        match from.len() {
            17.. => to.copy_from_nonoverlapping(from.as_ptr(), from.len()),
            8.. => copy_two::<u64>(from, to),
            4.. => copy_two::<u32>(from, to),
            2.. => copy_two::<u16>(from, to),
            1 => to.write(from[0]),
            0 => {}
        }
    }
}

/// By how much a thread's count of collected objects changes before it tells its interpreter.
const ALLOCATION_STEP: u32 = 256;
