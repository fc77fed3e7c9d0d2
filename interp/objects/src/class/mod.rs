//! Classes: names, bases, namespace, method resolution order, and the facts about them that shapes and caches rely on.
//!
//! **Changing a class.** Under the interpreter's lock on classes: the versions of the class's shapes and of its subclasses' shapes are
//! cleared, the namespace is changed, and if a special method is concerned new tables are built for the class and
//! its subclasses and published; the old tables are retired through `qsbr`. The world is never stopped. No Python code runs
//! under that lock, and no object lock is held when it is taken.
//!
//! Classes are deferred: only the collector frees them, so instances hold no count of their class.

mod build;
mod definition;
mod lookup;
mod order;
mod special;

use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use parking_lot::Mutex;
use ungil_refcount::Header;
use ungil_storage::version;

pub(crate) use self::build::empty_root;
pub use self::build::{NewClass, new_class};
pub use self::definition::{ClassDef, FieldDef, Members, NativeClass, make_class, make_native_class};
pub use self::lookup::MethodCache;
pub use self::special::{Binary, Operator, SlotTable, Ternary, Unary};

use crate::error::Result;
use crate::fields::{Fixed, Slot};
use crate::layout::Layout;
use crate::object::{Obj, Object};
use crate::shape::{Attributes, Shape};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::dict::Dict;
use crate::types::object::Instance;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The classes behind a class with these bases, by the rules of the language.
///
/// # Errors
/// `TypeError` if the bases have no consistent order.
pub(crate) fn linearise(t: &Thread, bases: &[&Object<Class>]) -> Result<Vec<Obj<Class>>> {
    let order = order::linearise(t, bases)?;
    // SAFETY: the bases are borrowed, and keep what is behind them alive.
    Ok(order.into_iter().map(|class| unsafe { class.as_ref() }.to_obj()).collect())
}

/// Changes something on which attributes of any class may depend: all versions are cleared first.
pub(crate) fn change_all<R>(t: &Thread, write: impl FnOnce() -> R) -> R {
    let _held = t.interpreter().lock_classes();
    version::change(|| t.shape_of::<Instance>().class().clear_versions_below(), write)
}

/// Facts about a class, as bits.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct ClassFlags(u32);

impl ClassFlags {
    pub const NONE: ClassFlags = ClassFlags(0);
    /// Made by a `class` statement: its attributes can be set.
    pub const HEAP: ClassFlags = ClassFlags(1);
    /// Can be subclassed.
    pub const BASE: ClassFlags = ClassFlags(1 << 1);
    /// Instances have a `__del__`.
    pub const FINALIZER: ClassFlags = ClassFlags(1 << 2);
    /// `case {…}` matches instances.
    pub const MAPPING: ClassFlags = ClassFlags(1 << 3);
    /// `case […]` matches instances.
    pub const SEQUENCE: ClassFlags = ClassFlags(1 << 4);
    /// Instances are functions that bind like methods, so that a call need not make a bound method.
    pub const METHOD_DESCRIPTOR: ClassFlags = ClassFlags(1 << 5);
    /// `__getattribute__` is not `object`'s.
    pub const CUSTOM_GETATTRIBUTE: ClassFlags = ClassFlags(1 << 6);
    /// `__setattr__` or `__delattr__` is not `object`'s.
    pub const CUSTOM_SETATTR: ClassFlags = ClassFlags(1 << 7);
    /// Has abstract methods, so that `object.__new__` refuses.
    pub const ABSTRACT: ClassFlags = ClassFlags(1 << 8);
    /// A subclass of `BaseException`.
    pub const EXCEPTION: ClassFlags = ClassFlags(1 << 9);
    /// A subclass of `type`.
    pub const METACLASS: ClassFlags = ClassFlags(1 << 10);
    /// `case Class(x)` binds the subject itself.
    pub const MATCH_SELF: ClassFlags = ClassFlags(1 << 11);
    /// Instances cannot be made by calling the class.
    pub const NO_NEW: ClassFlags = ClassFlags(1 << 12);
    /// The method resolution order is a metaclass's `mro()`'s, or derives from such a one: classes in it need not know of the classes
    /// whose attributes change with theirs, so that those get no versions.
    pub const CUSTOM_ORDER: ClassFlags = ClassFlags(1 << 13);
    /// Flags that subclasses inherit.
    pub const INHERITED: ClassFlags = ClassFlags(
        Self::FINALIZER.0
            | Self::MAPPING.0
            | Self::SEQUENCE.0
            | Self::EXCEPTION.0
            | Self::METACLASS.0
            | Self::MATCH_SELF.0
            | Self::METHOD_DESCRIPTOR.0
            | Self::CUSTOM_ORDER.0,
    );

    #[inline(always)]
    pub const fn contains(self, other: ClassFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Which patterns match instances.
    #[must_use]
    pub const fn patterns(self) -> ClassFlags {
        ClassFlags(self.0 & (Self::MAPPING.0 | Self::SEQUENCE.0))
    }

    #[must_use]
    pub const fn with(self, other: ClassFlags) -> ClassFlags {
        ClassFlags(self.0 | other.0)
    }

    #[must_use]
    pub const fn without(self, other: ClassFlags) -> ClassFlags {
        ClassFlags(self.0 & !other.0)
    }

    pub const fn inherited(self) -> ClassFlags {
        ClassFlags(self.0 & Self::INHERITED.0)
    }
}

/// The payload of `type` objects.
pub struct Class {
    name: Slot,
    qualname: Slot,
    bases: Slot,
    namespace: Fixed,
    layout: &'static Layout,
    /// The shape of instances without attributes; set once, right after the class object was made.
    root: AtomicPtr<Shape>,
    /// The shape of instances that keep their attributes in a dictionary.
    dictionary: AtomicPtr<Shape>,
    /// Slots in front of the attributes that belong to `__slots__`.
    member_slots: usize,
    /// Direct subclasses; they remove themselves when they die.
    subclasses: Mutex<Vec<NonNull<Header>>>,
    abstract_methods: AtomicBool,
}

crate::payload!(Class, collected, hot 8);

// SAFETY: the subclass pointers are only followed under the lock on classes, where subclasses cannot die unnoticed.
unsafe impl Send for Class {}
// SAFETY: as above; everything else is a payload field, immutable, or atomic.
unsafe impl Sync for Class {}

impl Trace for Class {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.name.trace(tracer);
        self.qualname.trace(tracer);
        self.bases.trace(tracer);
        self.namespace.trace(tracer);
        // What a metaclass's `mro()` has put into the order need not be behind the bases.
        // SAFETY: null, or lives as long as the class.
        if let Some(root) = unsafe { self.root.load(Ordering::Acquire).as_ref() } {
            root.special().mro().for_each(|class| tracer.uncounted(NonNull::from(class.header())));
        }
    }
}

impl Class {
    #[inline(always)]
    pub fn layout(&self) -> &'static Layout {
        self.layout
    }

    /// The shape of instances without attributes.
    #[inline(always)]
    pub fn root_shape(&self) -> &Shape {
        // SAFETY: set when the class was made; lives as long as the class.
        unsafe { &*self.root.load(Ordering::Acquire) }
    }

    /// The shape of instances with their attributes in a dictionary.
    ///
    /// # Panics
    /// If instances take no attributes.
    pub(crate) fn dictionary_shape(&self) -> &Shape {
        // SAFETY: null, or lives as long as the class.
        unsafe { self.dictionary.load(Ordering::Acquire).as_ref() }
            .expect("instances of the class take attributes")
    }

    /// The number of slots that belong to `__slots__`.
    pub(crate) fn member_slots(&self) -> usize {
        self.member_slots
    }

    /// The special methods, flags and method resolution order.
    #[inline(always)]
    pub fn special(&self) -> &SlotTable {
        self.root_shape().special()
    }

    #[inline(always)]
    pub fn has(&self, flag: ClassFlags) -> bool {
        self.special().has(flag)
    }

    /// The dict of the class's own attributes.
    #[inline(always)]
    pub fn namespace(&self) -> &Object<Dict> {
        self.namespace.as_value().downcast_ref::<Dict>().expect("a namespace is a dict")
    }
}

impl Object<Class> {
    /// `__name__`, as messages show it.
    pub fn name(&self, t: &Thread) -> String {
        self.name_value(t).downcast_ref::<Str>().map(|name| name.to_string()).unwrap_or_default()
    }

    pub fn name_value(&self, t: &Thread) -> Value {
        self.name.get(t, self.header()).unwrap_or(Value::NONE)
    }

    pub fn set_name(&self, t: &Thread, name: Value) {
        self.name.set(t, self.header(), name);
    }

    pub fn qualname_value(&self, t: &Thread) -> Value {
        self.qualname.get(t, self.header()).unwrap_or(Value::NONE)
    }

    pub fn set_qualname(&self, t: &Thread, name: Value) {
        self.qualname.set(t, self.header(), name);
    }

    /// The tuple of direct bases.
    pub fn bases(&self, t: &Thread) -> Obj<Tuple> {
        let bases = self.bases.get(t, self.header()).and_then(|bases| bases.downcast::<Tuple>().ok());
        bases.unwrap_or_else(|| Tuple::from_values(t, []))
    }

    /// The name by which messages speak of instances: native classes are named with their module.
    pub fn type_name(&self, t: &Thread) -> String {
        if self.special().has(ClassFlags::HEAP) { self.name(t) } else { self.full_name(t) }
    }

    /// Name with module, as `repr` shows it: `module.qualname`, without `builtins`.
    pub fn full_name(&self, t: &Thread) -> String {
        let qualname = self.qualname_value(t);
        let qualname = qualname.downcast_ref::<Str>().map(|name| name.to_string()).unwrap_or_default();
        match self.namespace().get_str(t, t.names().__module__) {
            Some(module) => match module.downcast_ref::<Str>().map(|module| module.to_string()) {
                Some(module) if module != "builtins" => format!("{module}.{qualname}"),
                _ => qualname,
            },
            None => qualname,
        }
    }

    /// Whether this class is `other` or derives from it by the method resolution order.
    #[inline]
    pub fn is_subclass(&self, other: &Object<Class>) -> bool {
        std::ptr::eq(self, other) || self.special().mro().any(|class| std::ptr::eq(class, other))
    }

    /// The direct subclasses that are alive.
    pub fn subclasses(&self, t: &Thread) -> Vec<Obj<Class>> {
        let _held = t.interpreter().lock_classes();
        let list = self.subclasses.lock();
        list.iter()
            .filter_map(|subclass| {
                // SAFETY: a subclass takes itself off the list, under the lock on classes, before it is torn down.
                let header = unsafe { subclass.as_ref() };
                let alive = header.is_immortal() || header.try_incref(t.owner());
                // SAFETY: alive, and the count was just taken.
                alive.then(|| unsafe {
                    let word = crate::word::Word::counted(*subclass);
                    let word = if header.is_immortal() { word.as_uncounted() } else { word };
                    Obj::from_value_unchecked(Value::from_word(word))
                })
            })
            .collect()
    }

    /// Sets an attribute of the class itself, `None` to delete it. Returns whether there was one.
    pub fn set_own_attribute(&self, t: &mut Thread, name: Ref<'_>, value: Option<Value>) -> Result<bool> {
        let value = value.map(|value| crate::fields::admit(t, self.header(), value).into_value());
        let name = t.interpreter().intern_value(t, name);
        let is_special = name.downcast::<Str>().is_some_and(|text| text.is_dunder());
        let interpreter = t.interpreter();
        let _held = interpreter.lock_classes();
        let write = || {
            let had = match value {
                Some(value) => {
                    self.namespace().set_str_locked(t, name, value);
                    true
                }
                None => self.namespace().remove_str_locked(t, name).is_some(),
            };
            if is_special {
                self.rebuild_special_below(t);
            }
            had
        };
        Ok(version::change(|| self.clear_versions_below(), write))
    }

    /// Adds attributes to a class that is being made, with one new table for all.
    pub(crate) fn define(&self, t: &Thread, attributes: Vec<(Ref<'static>, Value)>) {
        let _held = t.interpreter().lock_classes();
        let write = || {
            for (name, value) in attributes {
                self.namespace().set_str_locked(t, name, value);
            }
            self.rebuild_special_below(t);
        };
        version::change(|| self.clear_versions_below(), write);
    }

    /// Whether the class has abstract methods (`__abstractmethods__` is not empty).
    pub fn set_abstract(&self, t: &Thread, is_abstract: bool) {
        let _held = t.interpreter().lock_classes();
        let write = || self.abstract_methods.store(is_abstract, Ordering::Release);
        version::change(|| self.clear_versions_below(), write);
    }

    pub fn is_abstract(&self) -> bool {
        self.abstract_methods.load(Ordering::Relaxed)
    }

    /// Clears the versions of all shapes of the class and its subclasses. Under the lock on classes.
    fn clear_versions_below(&self) {
        self.root_shape().clear_versions();
        if self.root_shape().attributes() == Attributes::Slots {
            self.dictionary_shape().clear_versions();
        }
        self.each_subclass(&mut |class| class.clear_versions_below());
    }

    /// Builds new tables for the class and its subclasses. Under the lock on classes.
    fn rebuild_special_below(&self, t: &Thread) {
        let order: Vec<_> = self.special().mro().map(NonNull::from).collect();
        self.install_special(t, order);
        self.each_subclass(&mut |class| class.rebuild_special_below(t));
    }

    /// Makes this class's `__getattribute__` the one that counts as the default: `object`'s.
    pub(crate) fn adopt_default_getattribute(&self, t: &Thread) {
        if let Some(default) = self.special().binary(Binary::GetAttribute) {
            t.interpreter().set_object_getattribute(default);
        }
        let _held = t.interpreter().lock_classes();
        self.rebuild_special_below(t);
    }

    /// Replaces the method resolution order of a class that has no subclasses yet by what its metaclass's `mro()` answered.
    pub(crate) fn set_order(&self, t: &Thread, order: &[Obj<Class>]) {
        // The table holds the classes without counts: who reaches this class reaches them.
        for class in order {
            drop(crate::fields::admit(t, self.header(), class.to_value()));
        }
        let _held = t.interpreter().lock_classes();
        let flags = self.special().flags.with(ClassFlags::CUSTOM_ORDER);
        let order = order.iter().map(|class| NonNull::from(&**class)).collect();
        let write = || self.install_special_with(t, order, flags);
        version::change(|| self.clear_versions_below(), write);
    }

    /// Adds flags to the class and, if they are inherited, to its subclasses.
    pub fn add_flags(&self, t: &Thread, flags: ClassFlags) {
        let _held = t.interpreter().lock_classes();
        let write = || {
            let order: Vec<_> = self.special().mro().map(NonNull::from).collect();
            self.install_special_with(t, order, self.special().flags.with(flags));
            self.each_subclass(&mut |class| class.rebuild_special_below(t));
        };
        version::change(|| self.clear_versions_below(), write);
    }

    /// Builds and publishes the table for a method resolution order. Under the lock on classes.
    fn install_special(&self, t: &Thread, order: Vec<NonNull<Object<Class>>>) {
        self.install_special_with(t, order, self.special().flags);
    }

    fn install_special_with(&self, t: &Thread, order: Vec<NonNull<Object<Class>>>, flags: ClassFlags) {
        let table = Box::into_raw(Box::new(build::fill_table(t, self, flags, order)));
        let old = std::ptr::from_ref(self.special()).cast_mut();
        self.root_shape().set_special(table);
        // SAFETY: null, or lives as long as the class.
        if let Some(dictionary) = unsafe { self.dictionary.load(Ordering::Relaxed).as_ref() } {
            dictionary.set_special(table);
        }
        // SAFETY: unlinked from all shapes; readers use it until their next safepoint at most.
        t.retire_box(unsafe { Box::from_raw(old) });
    }

    fn each_subclass(&self, work: &mut dyn FnMut(&Object<Class>)) {
        let list: Vec<_> = self.subclasses.lock().clone();
        for subclass in list {
            // SAFETY: see `subclasses`; the lock on classes is held.
            work(unsafe { subclass.cast::<Object<Class>>().as_ref() });
        }
    }
}

impl Drop for Class {
    fn drop(&mut self) {
        // The bases' lists are cleaned by the collector, which alone frees classes, through `forget_subclass`.
        // SAFETY: no instance is left, so nobody uses the shapes and their table any more.
        unsafe {
            let root = *self.root.get_mut();
            if !root.is_null() {
                let root = Box::from_raw(root);
                drop(Box::from_raw(std::ptr::from_ref(root.special()).cast_mut()));
            }
            let dictionary = *self.dictionary.get_mut();
            if !dictionary.is_null() {
                drop(Box::from_raw(dictionary));
            }
        }
    }
}

impl Object<Class> {
    /// Takes this class off its bases' lists of subclasses. The collector calls it before it frees a class.
    pub fn forget_as_subclass(&self, t: &Thread) {
        let _held = t.interpreter().lock_classes();
        for base in self.bases(t).items() {
            if let Some(base) = base.downcast::<Class>() {
                base.subclasses.lock().retain(|subclass| !std::ptr::eq(subclass.as_ptr(), self.header()));
            }
        }
    }
}
