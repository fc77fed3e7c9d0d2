//! Making objects.

use std::mem::MaybeUninit;
use std::ptr::NonNull;

use ungil_refcount::Header;
use ungil_tstate::heap::HeapKind;

use crate::attributes;
use crate::class::attribute_bytes;
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
        self.alloc_with_shape(self.shape_of::<T>(), payload)
    }

    /// A new object of a shape with layout `T`: of the built-in class or a subclass.
    ///
    /// # Panics
    /// If the shape has another layout.
    #[inline]
    pub fn alloc_with_shape<T: Payload>(&self, shape: &Shape, payload: T) -> Obj<T> {
        assert!(std::ptr::eq(shape.layout(), T::layout()), "an object gets the layout of its shape");
        let block = self.allocate_object(shape, size_of::<Object<T>>() + attribute_bytes(shape));
        // SAFETY: the block is new, large enough, and the header fits the payload.
        unsafe {
            block.cast::<Object<T>>().write(Object::new(self.new_header(shape), payload));
            self.finish(block, shape)
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
            self.alloc_tailed_with(shape, items.len(), 0, payload, |first| {
                for (at, item) in items.enumerate() {
                    first.add(at).write(item);
                }
            })
        }
    }

    /// A new object whose tail is `len` bytes, which `fill` appends part by part, with room for more behind them. See
    /// [`extend_bytes`](Thread::extend_bytes).
    ///
    /// # Panics
    /// If the parts are not `len` bytes together.
    #[inline]
    pub fn alloc_bytes<T: Tailed<Item = u8>>(
        &self,
        shape: &Shape,
        len: usize,
        room: usize,
        payload: impl FnOnce(Tail<u8>) -> T,
        fill: impl FnOnce(&mut NewBytes<'_>),
    ) -> Obj<T> {
        // SAFETY: all bytes are written, or this panics before the object is seen.
        unsafe {
            self.alloc_tailed_with(shape, len, room, payload, |first| {
                let mut bytes = NewBytes(std::slice::from_raw_parts_mut(first.cast(), len));
                fill(&mut bytes);
                assert!(bytes.0.is_empty(), "the parts fill the tail");
            })
        }
    }

    /// Appends bytes to an object's tail in place. Possible if this is the only reference to the object, nothing lies behind
    /// the tail, and the block has room.
    pub fn extend_bytes<T: Tailed<Item = u8>>(&self, object: &mut Obj<T>, more: &[u8]) -> bool {
        let len = object.tail().len();
        if !object.header().is_unique(self.owner()) || attribute_bytes(object.shape()) != 0 {
            return false;
        }
        let block = object.as_value().word().object_unchecked().cast::<u8>();
        // SAFETY: the block is the object's and alive. It is unique and borrowed mutably, so nothing else reads the tail meanwhile,
        // and `more` lies elsewhere.
        unsafe {
            if ungil_tstate::heap::usable_size(block) < size_of::<Object<T>>() + len + more.len() {
                return false;
            }
            block
                .byte_add(size_of::<Object<T>>() + len)
                .copy_from_nonoverlapping(NonNull::from(more).cast(), more.len());
            let tail = block.byte_add(size_of::<Object<T>>() - size_of::<Tail<u8>>()).cast::<Tail<u8>>();
            Tail::set_len(tail, len + more.len());
        }
        true
    }

    /// Like [`alloc_tailed`](Thread::alloc_tailed), with the items written by `fill`, and room for more bytes behind them unless
    /// attributes lie there.
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
        room: usize,
        payload: impl FnOnce(Tail<T::Item>) -> T,
        fill: impl FnOnce(*mut T::Item),
    ) -> Obj<T> {
        assert!(std::ptr::eq(shape.layout(), T::layout()), "an object gets the layout of its shape");
        let tail = (size_of::<T::Item>() * len).next_multiple_of(size_of::<u64>());
        let attributes = attribute_bytes(shape);
        let behind = if attributes == 0 { room } else { attributes };
        let block = self.allocate_object(shape, size_of::<Object<T>>() + tail + behind);
        // SAFETY: as in `alloc_with_shape`; the items lie right behind the payload.
        unsafe {
            block.cast::<Object<T>>().write(Object::new(self.new_header(shape), payload(Tail::new(len))));
            fill(block.byte_add(size_of::<Object<T>>()).cast::<T::Item>().as_ptr());
            self.finish(block, shape)
        }
    }

    #[inline(always)]
    fn new_header(&self, shape: &Shape) -> Header {
        Header::new(shape.header_word(), self.owner())
    }

    #[inline(always)]
    fn allocate_object(&self, shape: &Shape, bytes: usize) -> NonNull<u8> {
        self.allocate_raw(shape.layout().heap, bytes)
    }

    /// # Safety
    /// Header, payload and tail are written.
    #[inline(always)]
    unsafe fn finish<T>(&self, block: NonNull<u8>, shape: &Shape) -> Obj<T> {
        let object = block.cast::<Header>();
        // SAFETY: promised by the caller; the one count of the new header moves to the result.
        unsafe {
            attributes::initialise_storage(object.as_ptr(), shape);
            if shape.layout().heap == HeapKind::Collected {
                object.as_ref().set_collected();
                self.count_collected(1);
            }
            if self.interpreter().options().never_local {
                object.as_ref().share();
            }
            object.as_ref().set_live();
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
    /// Appends a part.
    #[inline(always)]
    pub fn push(&mut self, part: &[u8]) {
        let (place, rest) = std::mem::take(&mut self.0).split_at_mut(part.len());
        place.write_copy_of_slice(part);
        self.0 = rest;
    }
}

/// By how much a thread's count of collected objects changes before it tells its interpreter.
const ALLOCATION_STEP: u32 = 256;
