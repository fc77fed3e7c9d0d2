//! `type`: what class objects do as Python values. Making them is in [`create`], calling them in [`instance`], their attributes
//! in [`lookup`] and [`attributes`], what a `class` statement does around it in [`statement`].

mod annotations;
mod attributes;
mod create;
mod instance;
mod lookup;
mod slots;
pub mod statement;

use ungil_macros::class;

pub use self::attributes::DICT;
pub use self::create::{best_base, have_same_storage};
pub use self::instance::{
    has_default_init, has_default_new, initialised, instantiate, native_constructor, new_instance,
    plain_initialiser,
};
pub(in crate::types) use self::instance::{init_object, new_object};
pub use self::lookup::set_class_attribute;
pub use self::statement::new_class_from_statement;

use crate::call::Args;
use crate::class::Class;
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::text::name_of;
use crate::raise;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::types::union::Union;
use crate::value::{Ref, Value};

/// The class of classes. Called with one value, it answers the value's class; with a name, bases and a namespace,
/// it makes a class, whose `__init_subclass__` is given the keywords.
#[class(name = "type", metaclass, members = [ATTRIBUTES, ANNOTATIONS])]
impl Class {
    #[new]
    fn new_type(t: &mut Thread, metaclass: &Object<Class>, args: Args<'_>) -> Result<Value> {
        create::new_type(t, metaclass, args)
    }

    #[method]
    fn __init__(t: &mut Thread, this: &Object<Class>, args: Args<'_>) -> Result<()> {
        let _ = this;
        match (args.positional().len(), args.keyword_count()) {
            (3, _) | (1, 0) => Ok(()),
            (1, _) => raise!(t, TypeError, "type.__init__() takes no keyword arguments"),
            _ => raise!(t, TypeError, "type.__init__() takes 1 or 3 arguments"),
        }
    }

    /// Makes an instance: `__new__`, then `__init__` if that made an instance of the class.
    #[method]
    fn __call__(t: &mut Thread, this: &Object<Class>, args: Args<'_>) -> Result<Value> {
        instance::call_class(t, this, args)
    }

    #[method]
    fn __getattribute__(t: &mut Thread, this: &Object<Class>, name: Ref<'_>) -> Result<Value> {
        lookup::get(t, this, name)
    }

    #[method]
    fn __setattr__(t: &mut Thread, this: &Object<Class>, name: Ref<'_>, value: Ref<'_>) -> Result<()> {
        set_class_attribute(t, this, name, Some(value.to_value()))
    }

    #[method]
    fn __delattr__(t: &mut Thread, this: &Object<Class>, name: Ref<'_>) -> Result<()> {
        set_class_attribute(t, this, name, None)
    }

    #[method]
    fn __repr__(t: &Thread, this: &Object<Class>) -> String {
        format!("<class '{}'>", this.full_name(t))
    }

    /// Computes the order in which a class and its bases are searched for attributes.
    ///
    /// A metaclass may override it.
    #[method]
    fn mro(t: &mut Thread, this: &Object<Class>) -> Result<Obj<List>> {
        let order = this.default_order(t)?;
        Ok(List::from_values(t, order.into_iter().map(Obj::into_value)))
    }

    /// The classes that name this one among their bases and are still alive.
    #[method]
    fn __subclasses__(t: &Thread, this: &Object<Class>) -> Obj<List> {
        List::from_values(t, this.subclasses(t).into_iter().map(Obj::into_value))
    }

    /// The empty dictionary in which the body of a `class` statement runs.
    #[classmethod]
    fn __prepare__(t: &mut Thread, _metaclass: &Object<Class>, args: Args<'_>) -> Obj<Dict> {
        let _ = args;
        Dict::new(t)
    }

    /// Answers `isinstance(instance, self)`.
    #[method]
    fn __instancecheck__(t: &mut Thread, this: &Object<Class>, instance: Ref<'_>) -> Result<bool> {
        crate::protocol::instance::is_instance_by_class(t, instance, this.borrow())
    }

    /// Answers `issubclass(subclass, self)`.
    #[method]
    fn __subclasscheck__(t: &mut Thread, this: &Object<Class>, subclass: Ref<'_>) -> Result<bool> {
        crate::protocol::instance::is_subclass_by_bases(t, subclass, this.borrow())
    }

    /// The names of all attributes of the class, its own and those of its bases.
    #[method]
    fn __dir__(t: &mut Thread, this: &Object<Class>) -> Result<Obj<List>> {
        let names = Dict::new(t);
        for class in this.mro(t) {
            for (name, _) in class.namespace().items(t) {
                names.set(t, name.borrow(), Value::NONE)?;
            }
        }
        Ok(List::from_values(t, names.items(t).into_iter().map(|(name, _)| name)))
    }

    /// The union of the class with another type, as annotations use it.
    #[method]
    fn __or__(t: &mut Thread, this: Ref<'_>, other: Ref<'_>) -> Result<Value> {
        Union::of_operands(t, this, other)
    }

    /// The union of another type with the class, as annotations use it.
    #[method]
    fn __ror__(t: &mut Thread, this: Ref<'_>, other: Ref<'_>) -> Result<Value> {
        Union::of_operands(t, other, this)
    }

    /// How many bytes the class takes, with its table of slots.
    #[method]
    fn __sizeof__(&self) -> usize {
        size_of::<Object<Class>>() + size_of::<crate::class::SlotTable>()
    }
}

impl Object<Class> {
    /// The method resolution order as it is now, the class itself first.
    pub fn mro(&self, t: &Thread) -> Vec<Obj<Class>> {
        let _held = t.interpreter().lock_classes();
        self.special().mro().map(Object::to_obj).collect()
    }

    /// The base that determines the layout, `__base__`.
    pub fn best_base(&self, t: &Thread) -> Option<Obj<Class>> {
        let bases = self.bases(t);
        let bases: Vec<_> = bases.items().filter_map(|base| base.downcast::<Class>()).collect();
        best_base(t, &bases).ok().map(Object::to_obj)
    }
}

/// The classes in a tuple of bases.
fn classes_of<'a>(t: &Thread, bases: &'a Tuple) -> Result<Vec<&'a Object<Class>>> {
    bases
        .items()
        .map(|base| match base.downcast::<Class>() {
            Some(class) => Ok(class),
            None => raise!(t, TypeError, "bases must be types"),
        })
        .collect()
}

/// The text of an attribute's name, or the error for a name that is no string.
fn check_name(t: &Thread, name: Ref<'_>) -> Result<()> {
    if name.downcast::<crate::types::text::Str>().is_none() {
        let class = name.class(t).name(t);
        raise!(t, TypeError, "attribute name must be string, not '{class}'");
    }
    Ok(())
}

/// The error for a change of a class that is not made by a `class` statement.
fn immutable(t: &Thread, class: &Object<Class>, name: Ref<'_>) -> crate::error::Raised {
    let (name, class) = (name_of(name), class.name(t));
    crate::error!(t, TypeError, "cannot set '{name}' attribute of immutable type '{class}'")
}
