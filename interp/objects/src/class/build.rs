//! Making classes: the class object, its shapes, its table of special methods.
//!
//! This is the part that `class` statements and native definitions share; what `type.__new__` does around it (metaclass,
//! `__slots__`, `__set_name__`, `__init_subclass__`) is in [`types::class_object`](crate::types::class_object).

use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use parking_lot::Mutex;
use ungil_storage::version;

use super::special::{call_trampoline, next_trampoline};
use super::{Binary, Class, ClassFlags, SlotTable, Ternary, Unary, order};
use crate::call::{Convention, Fn1};
use crate::error::Result;
use crate::fields::{Fixed, Slot};
use crate::layout::{Layout, Payload};
use crate::object::{Obj, Object};
use crate::raise;
use crate::shape::{Attributes, Shape};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::native::native_def;
use crate::types::object::Instance;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};
use crate::word::Word;

/// What a new class is made of.
pub struct NewClass<'a> {
    pub metaclass: &'a Shape,
    pub name: Value,
    pub qualname: Value,
    pub bases: Vec<Obj<Class>>,
    pub namespace: Obj<Dict>,
    pub layout: &'static Layout,
    pub flags: ClassFlags,
    pub attributes: Attributes,
    /// Slots in front that belong to `__slots__`, those of the bases included.
    pub member_slots: usize,
    /// Inline slots in all: members and the attributes that instances are expected to have.
    pub inline_slots: usize,
    /// The class object that was declared ahead of its definition.
    pub declared: Option<NonNull<Object<Class>>>,
}

/// Makes a class.
///
/// # Errors
/// `TypeError` if the bases have no consistent method resolution order.
pub fn new_class(t: &mut Thread, new: NewClass<'_>) -> Result<Obj<Class>> {
    // From the look at the bases until they know their new subclass, so that no change of them passes it by.
    let _held = t.interpreter().lock_classes();
    let order = {
        let bases: Vec<&Object<Class>> = new.bases.iter().map(|base| &**base).collect();
        order::linearise(t, &bases)?
    };
    make(t, new, order)
}

fn make(t: &Thread, new: NewClass<'_>, behind: Vec<NonNull<Object<Class>>>) -> Result<Obj<Class>> {
    let bases = Tuple::from_values(t, new.bases.iter().map(|base| base.to_value()));
    let payload = Class {
        name: Slot::new(Some(new.name)),
        qualname: Slot::new(Some(new.qualname)),
        bases: Slot::new(Some(bases.into_value())),
        namespace: Fixed::new(new.namespace.into_value()),
        layout: new.layout,
        root: AtomicPtr::default(),
        dictionary: AtomicPtr::default(),
        member_slots: new.member_slots,
        subclasses: Mutex::default(),
        abstract_methods: AtomicBool::new(false),
    };
    let class = match new.declared {
        // SAFETY: declared for this layout, not yet defined.
        Some(declared) => unsafe { t.define_declared(declared, payload) },
        None => t.alloc_with_shape(new.metaclass, payload),
    };
    // Only the collector frees classes.
    class.header().set_deferred(t.owner());
    let pointer = NonNull::from(&*class);
    let order = [pointer].into_iter().chain(behind).collect();
    let table = Box::into_raw(Box::new(fill_table(t, &class, new.flags, order)));
    let storage = new.attributes != Attributes::Closed || new.inline_slots > 0;
    let at = match (storage, new.layout.has_tail()) {
        (true, false) => new.layout.size as u16,
        _ => 0,
    };
    let shape = |attributes, names| {
        Box::into_raw(Box::new(Shape::root(
            new.layout,
            pointer,
            table,
            at,
            new.inline_slots as u16,
            attributes,
            names,
        )))
    };
    let members: Box<[Word]> = vec![Word::UNBOUND; new.member_slots].into();
    if new.attributes != Attributes::Closed {
        class.dictionary.store(shape(Attributes::Dictionary, members.clone()), Ordering::Release);
    }
    match new.declared {
        // Its root shape was made with the declaration.
        Some(_) => {
            let root = t.interpreter().shape_at(new.layout.index());
            class.root.store(root, Ordering::Release);
            let old = std::ptr::from_ref(class.special()).cast_mut();
            class.root_shape().set_special(table);
            // SAFETY: the empty table of the declaration, which nobody uses any more.
            drop(unsafe { Box::from_raw(old) });
        }
        None => class.root.store(shape(new.attributes, members), Ordering::Release),
    }
    for base in &new.bases {
        base.subclasses.lock().push(NonNull::from(class.header()));
    }
    Ok(class)
}

impl Object<Class> {
    /// Replaces the bases; the caller has checked that the layouts agree. Subclasses get new orders, too.
    pub fn set_bases(&self, t: &mut Thread, bases: Vec<Obj<Class>>) -> Result<()> {
        let tuple = Tuple::from_values(t, bases.iter().map(|base| base.to_value()));
        // From the check to the last change: two threads could make a cycle together.
        let held = t.interpreter().lock_classes();
        if bases.iter().any(|base| base.is_subclass(self)) {
            raise!(t, TypeError, "a __bases__ item causes an inheritance cycle");
        }
        order::linearise(t, &bases.iter().map(|base| &**base).collect::<Vec<_>>())?;
        let write = || {
            let old = self.exchange_bases(t, tuple);
            let result = self.reorder_below(t);
            if result.is_ok() {
                return (old, result);
            }
            // A subclass has no order with these bases. With the former ones, all had.
            let new = self.exchange_bases(t, old);
            let restored = self.reorder_below(t);
            debug_assert!(restored.is_ok(), "the former bases had an order");
            (new, result)
        };
        let (unused, result) = version::change(|| self.clear_versions_below(), write);
        drop(held);
        drop(unused);
        result
    }

    /// Replaces the tuple of bases, and tells them. Under the lock on classes.
    fn exchange_bases(&self, t: &Thread, bases: Obj<Tuple>) -> Obj<Tuple> {
        let old = self.bases(t);
        self.forget_as_subclass(t);
        for base in bases.items().filter_map(|base| base.downcast::<Class>()) {
            base.subclasses.lock().push(NonNull::from(self.header()));
        }
        self.bases.set(t, self.header(), bases.into_value());
        old
    }

    /// Computes new orders for the class and its subclasses. Under the lock on classes.
    fn reorder_below(&self, t: &Thread) -> Result<()> {
        let bases = self.bases(t);
        let bases: Vec<&Object<Class>> = bases.items().filter_map(|base| base.downcast::<Class>()).collect();
        let mut order = vec![NonNull::from(self)];
        order.extend(order::linearise(t, &bases)?);
        self.install_special(t, order);
        let mut result = Ok(());
        self.each_subclass(&mut |class| {
            if result.is_ok() {
                result = class.reorder_below(t);
            }
        });
        result
    }
}

/// The table for a class with this order. Runs no code.
pub(super) fn fill_table(
    t: &Thread,
    class: &Object<Class>,
    flags: ClassFlags,
    order: Vec<NonNull<Object<Class>>>,
) -> SlotTable {
    let mut table = SlotTable::new(ClassFlags::NONE, order);
    let names = t.names();
    let find = |table: &SlotTable, name: Ref<'_>| {
        table.mro().find_map(|class| {
            class.namespace().get_str(t, name).map(|value| (std::ptr::from_ref(class), value))
        })
    };
    for (index, &method) in Unary::ALL.iter().enumerate() {
        let function = find(&table, names.unary(index)).map(|(_, value)| match native_def(value.borrow()) {
            Some(def) => match def.convention {
                Convention::One(function) => function,
                _ => Unary::TRAMPOLINES[index],
            },
            None if value.is_none() && method == Unary::Hash => unhashable as Fn1,
            None => Unary::TRAMPOLINES[index],
        });
        table.set_unary(method, function);
    }
    for (index, &method) in Binary::ALL.iter().enumerate() {
        let function = find(&table, names.binary(index)).map(|(_, value)| match native_def(value.borrow()) {
            Some(def) => match def.convention {
                Convention::Two(function) => function,
                _ => Binary::TRAMPOLINES[index],
            },
            None => Binary::TRAMPOLINES[index],
        });
        table.set_binary(method, function);
    }
    for (index, &method) in Ternary::ALL.iter().enumerate() {
        let function =
            find(&table, names.ternary(index)).map(|(_, value)| match native_def(value.borrow()) {
                Some(def) => match def.convention {
                    Convention::Three(function) => function,
                    _ => Ternary::TRAMPOLINES[index],
                },
                None => Ternary::TRAMPOLINES[index],
            });
        table.set_ternary(method, function);
    }
    table.next = find(&table, names.__next__).map(|(_, value)| {
        match native_def(value.borrow()).map(|def| def.convention) {
            Some(Convention::Next(function)) => function,
            _ => next_trampoline,
        }
    });
    table.call = find(&table, names.__call__).map(|(owner, value)| {
        // SAFETY: the owner is in the order of a class that is alive.
        let native = native_def(value.borrow()).and_then(|_| unsafe { &*owner }.native_call(t));
        native.unwrap_or(call_trampoline)
    });
    table.flags = computed_flags(t, &table, class, flags);
    table
}

fn computed_flags(t: &Thread, table: &SlotTable, class: &Object<Class>, own: ClassFlags) -> ClassFlags {
    let inherited = table.mro().skip(1).fold(ClassFlags::NONE, |flags, class| {
        // Bases have their tables already; the class itself is being made.
        flags.with(class.special().flags.inherited())
    });
    let names = t.names();
    let mut flags = own.with(inherited).without(ClassFlags::FINALIZER);
    let find = |name: Ref<'_>| table.mro().find_map(|class| class.namespace().get_str(t, name));
    // SAFETY: null, or the shape of `object`, which lives as long as the interpreter.
    let object = unsafe { t.interpreter().shape_at(Instance::layout().index()).as_ref() }.map(Shape::class);
    let is_default = |name: Ref<'_>| {
        let owner = table.mro().find(|class| class.namespace().get_str(t, name).is_some());
        owner.is_none_or(|owner| object.is_some_and(|object| std::ptr::eq(object, owner)))
    };
    if find(names.__del__).is_some() {
        flags = flags.with(ClassFlags::FINALIZER);
    }
    let mut set = |flag, on: bool| flags = if on { flags.with(flag) } else { flags.without(flag) };
    let own_getattribute = table.binary(Binary::GetAttribute).map(|f| f as usize);
    set(
        ClassFlags::CUSTOM_GETATTRIBUTE,
        own_getattribute != t.interpreter().object_getattribute().map(|f| f as usize)
            || find(names.__getattr__).is_some(),
    );
    set(ClassFlags::CUSTOM_SETATTR, !is_default(names.__setattr__) || !is_default(names.__delattr__));
    set(ClassFlags::ABSTRACT, class.is_abstract());
    flags
}

/// `__hash__ = None`.
fn unhashable(t: &mut Thread, value: Ref<'_>) -> Result<Value> {
    raise!(t, TypeError, "unhashable type: '{}'", value.class(t).name(t))
}

/// The root shape of a class that is declared ahead of its definition: closed, with an empty table.
pub(crate) fn empty_root(layout: &'static Layout, class: NonNull<Object<Class>>) -> *mut Shape {
    let table = Box::into_raw(Box::new(SlotTable::new(ClassFlags::NONE, vec![class])));
    Box::into_raw(Box::new(Shape::root(layout, class, table, 0, 0, Attributes::Closed, Box::default())))
}
