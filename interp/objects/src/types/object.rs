//! `object`: the payload of instances that have nothing but attributes, and what every value can do. Pickling is in [`reduce`].

mod reduce;

use ungil_macros::class;

use crate::attributes;
use crate::call::Args;
use crate::class::{Binary, Class, ClassFlags, Unary};
use crate::error::Result;
use crate::layout::Payload;
use crate::object::{Obj, Object};
use crate::protocol::text::repr;
use crate::protocol::{attribute, convert, hash};
use crate::raise;
use crate::shape::Attributes;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::class_object;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::text::Str;
use crate::value::{Ref, Value};

/// The payload of `object` and of classes that derive from it alone.
pub struct Instance;

crate::payload!(Instance, collected, deferrable);

impl Trace for Instance {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// The class from which all others derive.
///
/// Its own instances are good for nothing but their identity.
#[class(name = "object", members = [PICKLING])]
impl Instance {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
        class_object::new_object(t, class, args)
    }

    /// Does nothing. Raises `TypeError` for arguments that no `__new__` or `__init__` of the class takes.
    #[method]
    fn __init__(t: &mut Thread, this: Ref<'_>, args: Args<'_>) -> Result<()> {
        class_object::init_object(t, this, args)
    }

    /// Looks an attribute up in the class and in the value itself.
    #[method]
    fn __getattribute__(t: &mut Thread, this: Ref<'_>, name: Ref<'_>) -> Result<Value> {
        attribute::generic_get(t, this, name)
    }

    /// Gives the value an attribute, or calls the descriptor that the class has for it.
    #[method]
    fn __setattr__(t: &mut Thread, this: Ref<'_>, name: Ref<'_>, value: Ref<'_>) -> Result<()> {
        attribute::generic_set(t, this, name, Some(value.to_value()))
    }

    /// Takes an attribute away, or calls the descriptor that the class has for it.
    #[method]
    fn __delattr__(t: &mut Thread, this: Ref<'_>, name: Ref<'_>) -> Result<()> {
        attribute::generic_set(t, this, name, None)
    }

    /// A number that stands for the value's identity.
    #[method]
    fn __hash__(this: Ref<'_>) -> i64 {
        hash::hash_identity(this.word().identity())
    }

    /// A text that names the class and the value's identity.
    #[method]
    fn __repr__(t: &Thread, this: Ref<'_>) -> String {
        format!("<{} object at {:#x}>", this.class(t).full_name(t), this.word().identity())
    }

    /// What `repr` answers.
    #[method]
    fn __str__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        match this.shape(t).special().unary(Unary::Repr) {
            Some(method) => method(t, this),
            None => repr(t, this).map(Obj::into_value),
        }
    }

    /// What `str` answers. Raises `TypeError` for a format that is not empty.
    #[method]
    fn __format__(t: &mut Thread, this: Ref<'_>, spec: &Object<Str>) -> Result<Obj<Str>> {
        if !spec.is_empty() {
            let class = this.class(t).name(t);
            raise!(t, TypeError, "unsupported format string passed to {class}.__format__");
        }
        crate::protocol::text::str(t, this)
    }

    /// `True` for the value itself, else `NotImplemented`.
    #[method]
    fn __eq__(this: Ref<'_>, other: Ref<'_>) -> Value {
        if this.is(other) { Value::TRUE } else { Value::NOT_IMPLEMENTED }
    }

    /// The opposite of what `__eq__` answers.
    #[method]
    fn __ne__(t: &mut Thread, this: Ref<'_>, other: Ref<'_>) -> Result<Value> {
        let Some(equal) = this.shape(t).special().binary(Binary::Equal) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let answer = equal(t, this, other)?;
        if answer.is_not_implemented() {
            return Ok(answer);
        }
        Ok(Value::from_bool(!convert::is_true(t, answer.borrow())?))
    }

    /// `NotImplemented`: values have no order unless their class defines it.
    #[method]
    fn __lt__(_this: Ref<'_>, _other: Ref<'_>) -> Value {
        Value::NOT_IMPLEMENTED
    }

    /// `NotImplemented`: values have no order unless their class defines it.
    #[method]
    fn __le__(_this: Ref<'_>, _other: Ref<'_>) -> Value {
        Value::NOT_IMPLEMENTED
    }

    /// `NotImplemented`: values have no order unless their class defines it.
    #[method]
    fn __gt__(_this: Ref<'_>, _other: Ref<'_>) -> Value {
        Value::NOT_IMPLEMENTED
    }

    /// `NotImplemented`: values have no order unless their class defines it.
    #[method]
    fn __ge__(_this: Ref<'_>, _other: Ref<'_>) -> Value {
        Value::NOT_IMPLEMENTED
    }

    /// The names of the attributes of the value, its class and the class's bases.
    #[method]
    fn __dir__(t: &mut Thread, this: Ref<'_>) -> Result<Obj<List>> {
        let names = Dict::new(t);
        if let Some(own) = attribute::get_if_any(t, this, t.names().__dict__)?
            && let Some(own) = own.downcast_ref::<Dict>()
        {
            for (name, _) in own.items(t) {
                names.set(t, name.borrow(), Value::NONE)?;
            }
        }
        for class in this.class(t).mro(t) {
            for (name, _) in class.namespace().items(t) {
                names.set(t, name.borrow(), Value::NONE)?;
            }
        }
        Ok(List::from_values(t, names.items(t).into_iter().map(|(name, _)| name)))
    }

    /// How many bytes the value takes, not counting those it refers to.
    #[method]
    fn __sizeof__(t: &Thread, this: Ref<'_>) -> usize {
        let shape = this.shape(t);
        shape.layout().size as usize + size_of::<u64>() * shape.inline_slots() as usize
    }

    /// Called for every new subclass, with the keywords of its `class` statement.
    ///
    /// This one takes none: it raises `TypeError` for any.
    #[classmethod]
    fn __init_subclass__(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<()> {
        if args.keyword_count() > 0 {
            raise!(t, TypeError, "{}.__init_subclass__() takes no keyword arguments", class.name(t));
        }
        if !args.values().is_empty() {
            let given = args.values().len();
            raise!(t, TypeError, "{}.__init_subclass__() takes no arguments ({given} given)", class.name(t));
        }
        Ok(())
    }

    /// Asked by `issubclass` of an abstract base class first; a class may override it.
    ///
    /// `NotImplemented` leaves the answer to the usual rules.
    #[classmethod]
    fn __subclasshook__(_class: &Object<Class>, _subclass: Ref<'_>) -> Value {
        Value::NOT_IMPLEMENTED
    }

    /// The class of the value.
    #[getter]
    fn __class__(t: &Thread, this: Ref<'_>) -> Value {
        this.class(t).to_value()
    }

    #[setter(__class__)]
    fn set_class(t: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Result<()> {
        let Some(new) = value.downcast::<Class>() else {
            let given = value.class(t).name(t);
            raise!(t, TypeError, "__class__ must be set to a class, not '{given}' object");
        };
        let old = this.class(t);
        let is_module = |class: &Object<Class>| std::ptr::eq(class.layout(), Module::layout());
        let by_statements = old.has(ClassFlags::HEAP) && new.has(ClassFlags::HEAP);
        let mutable = by_statements || is_module(old) && is_module(new);
        if !mutable {
            raise!(
                t,
                TypeError,
                "__class__ assignment only supported for mutable types or ModuleType subclasses"
            );
        }
        if !class_object::have_same_storage(t, old, new) {
            let (new, old) = (new.name(t), old.name(t));
            raise!(t, TypeError, "__class__ assignment: '{new}' object layout differs from '{old}'");
        }
        attributes::set_class(t, this, new);
        Ok(())
    }
}

impl Instance {
    /// Whether values of this class have a `__dict__` of their own.
    fn has_dict(class: &Class) -> bool {
        class.root_shape().attributes() != Attributes::Closed
    }
}
