//! Shapes (hidden classes): what class an object has, and which instance attribute lies in which slot.
//!
//! Every header begins with its shape. A class owns a tree of shapes: its root, for objects without attributes, and below it
//! one shape for each order in which attributes were added. A shape never changes its class, layout or names; what can
//! change is its *version*.
//!
//! **Versions.** An inline cache remembers the version it saw and what it found; it hits while a shape has that version. Versions
//! are unique within an interpreter; 0 means "none yet". When facts of a class change on which its objects' lookups rely, the
//! versions of its shapes and of its subclasses' shapes are cleared under the interpreter's lock on classes *before* the change is written;
//! a version is assigned under the same lock. So a lookup that was made before the change can only be cached
//! under a version that no shape has any more. The clearing store is relaxed: a reader that still sees the old version
//! orders its lookup before the change, which is one of the orders that Python allows.
//!
//! **Storage.** Behind the payload (at [`Shape::attributes_at`]) an object with attributes has one word for what does not fit, then
//! [`Shape::inline_slots`] slots. See [`attributes`](crate::attributes).
//!
//! Source: C. Chambers, D. Ungar, E. Lee, "An efficient implementation of SELF", OOPSLA 1989 (maps); the versions follow CPython's
//! type versions (`Objects/typeobject.c`).

use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicPtr, Ordering};

use parking_lot::Mutex;
use ungil_refcount::Header;
use ungil_storage::named;
use ungil_storage::version::Version;

use crate::attributes::storage_bytes;
use crate::class::{Class, ClassFlags, SlotTable};
use crate::layout::Layout;
use crate::object::Object;
use crate::thread::Thread;
use crate::word::Word;

/// How a shape's objects keep their attributes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Attributes {
    /// None at all, or only `__slots__`: adding one fails.
    Closed,
    /// In slots; adding one changes the object's shape.
    Slots,
    /// In a dictionary object.
    Dictionary,
}

/// One hidden class. Lives as long as its class, which outlives all objects of the shape.
pub struct Shape {
    layout: &'static Layout,
    class: NonNull<Object<Class>>,
    special: AtomicPtr<SlotTable>,
    version: Version,
    attributes_at: u16,
    inline_slots: u16,
    /// Bytes behind the payload for the attributes.
    attribute_bytes: u32,
    attributes: Attributes,
    /// The interned names of the attributes, in slot order; members of `__slots__`, which come first, are unbound words here,
    /// since only their descriptors find them.
    names: Box<[Word]>,
    children: Mutex<HashMap<Word, Box<Shape>>>,
}

// SAFETY: the class pointer is used like a shared reference to a `Sync` object.
unsafe impl Send for Shape {}
// SAFETY: as above; everything else is immutable, atomic or locked.
unsafe impl Sync for Shape {}

/// Objects with more attributes than this keep them in a dictionary.
pub const MAX_SLOTS: usize = 64;

impl Shape {
    pub(crate) fn root(
        layout: &'static Layout,
        class: NonNull<Object<Class>>,
        special: *mut SlotTable,
        attributes_at: u16,
        inline_slots: u16,
        attributes: Attributes,
        names: Box<[Word]>,
    ) -> Shape {
        Shape {
            layout,
            class,
            special: AtomicPtr::new(special),
            version: Version::none(),
            attributes_at,
            inline_slots,
            attribute_bytes: match attributes {
                Attributes::Closed if inline_slots == 0 => 0,
                _ => storage_bytes(inline_slots as usize) as u32,
            },
            attributes,
            names,
            children: Mutex::default(),
        }
    }

    /// The shape of an object.
    ///
    /// # Safety
    /// The object is alive while the header is borrowed, and its header was made by this crate.
    #[inline(always)]
    pub unsafe fn of(header: &Header) -> &Shape {
        // SAFETY: headers are made with the address of a shape, and shapes outlive their objects.
        unsafe { &*(named::shape_of(header.shape()) as *const Shape) }
    }

    /// The word that a header carries for this shape.
    #[inline(always)]
    pub fn header_word(&self) -> u64 {
        std::ptr::from_ref(self) as u64
    }

    #[inline(always)]
    pub fn layout(&self) -> &'static Layout {
        self.layout
    }

    /// The class, if it is not defined yet: its header is there, its payload is not.
    pub(crate) fn class_if_declared(&self) -> Option<NonNull<Object<Class>>> {
        // SAFETY: the header of a declared class was written with its declaration.
        let is_live = unsafe { self.class.cast::<Header>().as_ref() }.has(ungil_refcount::Bit::LIVE);
        (!is_live).then_some(self.class)
    }

    #[inline(always)]
    pub fn class(&self) -> &Object<Class> {
        // SAFETY: a class outlives its shapes.
        unsafe { self.class.as_ref() }
    }

    /// The class's special methods, flags and MRO. The table stays readable until this thread's next safepoint even if the
    /// class is changed meanwhile.
    #[inline(always)]
    pub fn special(&self) -> &SlotTable {
        // SAFETY: never null; replaced tables are retired through `qsbr`.
        unsafe { &*self.special.load(Ordering::Acquire) }
    }

    #[inline(always)]
    pub fn attributes(&self) -> Attributes {
        self.attributes
    }

    /// Byte offset of the attribute storage from the header; 0 if there is none, or it lies behind a tail.
    #[inline(always)]
    pub fn attributes_at(&self) -> u16 {
        self.attributes_at
    }

    #[inline(always)]
    pub fn inline_slots(&self) -> u16 {
        self.inline_slots
    }

    /// Bytes behind the payload, and its tail, for the attributes of objects.
    #[inline(always)]
    pub(crate) fn attribute_bytes(&self) -> usize {
        self.attribute_bytes as usize
    }

    /// The names of the attributes, in slot order.
    #[inline(always)]
    pub fn names(&self) -> &[Word] {
        &self.names
    }

    /// The slot of an interned name.
    #[inline]
    pub fn slot_of(&self, name: Word) -> Option<usize> {
        self.names.iter().position(|&other| other == name)
    }

    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    /// The version, assigned now if there was none; `None` when the interpreter has used them all up, or the class is one of those
    /// of which others may change attributes unnoticed.
    pub fn ensure_version(&self, t: &Thread) -> Option<u32> {
        self.version.standing().or_else(|| {
            let _held = t.interpreter().lock_classes();
            if self.special().has(ClassFlags::CUSTOM_ORDER) {
                return None;
            }
            self.version.ensure(|| t.interpreter().next_version())
        })
    }

    /// Clears the versions of this shape and all below it. The caller holds the lock on classes.
    pub(crate) fn clear_versions(&self) {
        self.version.clear();
        for child in self.children.lock().values() {
            child.clear_versions();
        }
    }

    /// Installs a new table of special methods in this shape and all below it. The caller holds the lock on classes.
    pub(crate) fn set_special(&self, special: *mut SlotTable) {
        // Release: a reader that acquires the pointer reads a complete table.
        self.special.store(special, Ordering::Release);
        for child in self.children.lock().values() {
            child.set_special(special);
        }
    }

    /// The shape after adding an attribute, or `None` if there would be too many for slots.
    pub fn with_attribute(&self, name: Word) -> Option<&Shape> {
        if self.names.len() >= MAX_SLOTS {
            return None;
        }
        let mut children = self.children.lock();
        let child = children.entry(name).or_insert_with(|| {
            let names = self.names.iter().copied().chain([name]).collect();
            Box::new(Shape {
                layout: self.layout,
                class: self.class,
                special: AtomicPtr::new(self.special.load(Ordering::Relaxed)),
                version: Version::none(),
                attributes_at: self.attributes_at,
                inline_slots: self.inline_slots,
                attribute_bytes: self.attribute_bytes,
                attributes: self.attributes,
                names,
                children: Mutex::default(),
            })
        });
        let child: *const Shape = &**child;
        // SAFETY: children are boxed and never removed while their parent lives.
        Some(unsafe { &*child })
    }
}
