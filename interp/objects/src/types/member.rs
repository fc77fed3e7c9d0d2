//! `member_descriptor`: finds an attribute that lies in a slot of its own, in front of an instance's other attributes.
//!
//! Both `__slots__` and the fields of native classes (the `name` of an `AttributeError`) are members. A class's members have the same
//! slots in all its subclasses: those of the base come first, and of several bases with members one derives from the others.

use ungil_macros::class;

use crate::attributes;
use crate::class::Class;
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::attribute::{attribute_error, no_attribute};
use crate::protocol::text::name_of;
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};

/// What an unset member reads as, and whether it can be set.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum MemberKind {
    /// Of `__slots__`: reading it unset is an `AttributeError`.
    Slot,
    /// Of a native class: `None` while unset.
    Field,
    ReadOnlyField,
}

/// The payload of `member_descriptor`.
pub struct MemberDescriptor {
    name: Fixed,
    class: Fixed,
    index: usize,
    kind: MemberKind,
}

crate::payload!(MemberDescriptor, collected);

impl Trace for MemberDescriptor {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.name.trace(tracer);
        self.class.trace(tracer);
    }
}

impl MemberDescriptor {
    pub fn new(
        t: &Thread,
        name: Value,
        class: &Object<Class>,
        index: usize,
        kind: MemberKind,
    ) -> Obj<MemberDescriptor> {
        let (name, class) = (Fixed::new(name), Fixed::new(class.to_value()));
        let member = t.alloc(MemberDescriptor { name, class, index, kind });
        member.header().set_deferred(t.owner());
        member
    }

    /// The slot, for inline caches.
    pub fn index(&self) -> usize {
        self.index
    }

    pub fn kind(&self) -> MemberKind {
        self.kind
    }

    /// Whether instances of a class have this member.
    pub fn applies_to(&self, class: &Object<Class>) -> bool {
        class.is_subclass(self.class())
    }

    fn class(&self) -> &Object<Class> {
        self.class.as_value().downcast_ref::<Class>().expect("a member belongs to a class")
    }

    fn check_receiver(&self, t: &Thread, receiver: Ref<'_>) -> Result<()> {
        if receiver.class(t).is_subclass(self.class()) {
            return Ok(());
        }
        let (name, class) = (name_of(self.name.get()), self.class().name(t));
        let given = receiver.class(t).name(t);
        raise!(t, TypeError, "descriptor '{name}' for '{class}' objects doesn't apply to a '{given}' object")
    }

    fn change(&self, t: &mut Thread, receiver: Ref<'_>, value: Option<Value>) -> Result<()> {
        self.check_receiver(t, receiver)?;
        if self.kind == MemberKind::ReadOnlyField {
            return Err(attribute_error(t, "readonly attribute", receiver, self.name.get()));
        }
        let is_deletion = value.is_none();
        let old = attributes::set_member(t, receiver, self.index, value);
        if is_deletion && old.is_none() && self.kind == MemberKind::Slot {
            let name = name_of(self.name.get());
            return Err(attribute_error(t, &name, receiver, self.name.get()));
        }
        Ok(())
    }
}

/// An attribute of instances in a slot of its own.
#[class(name = "member_descriptor", no_new)]
impl MemberDescriptor {
    #[method]
    fn __get__(
        t: &mut Thread,
        this: &Object<MemberDescriptor>,
        receiver: Ref<'_>,
        _class: Option<Ref<'_>>,
    ) -> Result<Value> {
        if receiver.is_none() {
            return Ok(this.to_value());
        }
        this.check_receiver(t, receiver)?;
        match attributes::member(t, receiver, this.index) {
            Some(value) => Ok(value),
            None if this.kind == MemberKind::Slot => Err(no_attribute(t, receiver, this.name.get())),
            None => Ok(Value::NONE),
        }
    }

    #[method]
    fn __set__(
        t: &mut Thread,
        this: &Object<MemberDescriptor>,
        receiver: Ref<'_>,
        value: Ref<'_>,
    ) -> Result<()> {
        this.change(t, receiver, Some(value.to_value()))
    }

    #[method]
    fn __delete__(t: &mut Thread, this: &Object<MemberDescriptor>, receiver: Ref<'_>) -> Result<()> {
        this.change(t, receiver, None)
    }

    #[method]
    fn __repr__(t: &Thread, this: &Object<MemberDescriptor>) -> String {
        format!("<member '{}' of '{}' objects>", name_of(this.name.get()), this.class().name(t))
    }

    #[getter]
    fn __name__(&self) -> Value {
        self.name.get().to_value()
    }

    #[getter]
    fn __qualname__(t: &Thread, this: &Object<MemberDescriptor>) -> String {
        format!("{}.{}", name_of(this.class().qualname_value(t).borrow()), name_of(this.name.get()))
    }

    #[getter]
    fn __objclass__(&self) -> Value {
        self.class.get().to_value()
    }

    #[getter]
    fn __doc__(_this: Ref<'_>) -> Value {
        Value::NONE
    }
}
