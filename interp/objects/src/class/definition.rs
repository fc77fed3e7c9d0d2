//! Classes defined in Rust: their static description and how each interpreter makes them.

use super::{Class, ClassFlags, NewClass, new_class};
use crate::call::{FnCall, NativeDef, PropertyDef};
use crate::error::Result;
use crate::layout::{Layout, Payload};
use crate::object::{Obj, Object};
use crate::shape::Attributes;
use crate::thread::Thread;
use crate::types::class_object;
use crate::types::dict::Dict;
use crate::types::member::{MemberDescriptor, MemberKind};
use crate::types::native;
use crate::types::object::Instance;
use crate::types::text::Str;
use crate::value::Value;

/// The static description of a class. The `class` attribute macro writes these.
pub struct ClassDef {
    pub name: &'static str,
    pub module: &'static str,
    pub doc: &'static str,
    /// The layout of the base class; `object`'s if none.
    pub base: Option<fn() -> &'static Layout>,
    pub flags: ClassFlags,
    /// Whether instances take attributes beyond those that the class defines.
    pub has_attributes: bool,
    pub methods: &'static [NativeDef],
    pub properties: &'static [PropertyDef],
    /// Attributes that lie in slots of their own in front of the others.
    pub fields: &'static [FieldDef],
    /// Calls an instance, if instances are callable.
    pub call: Option<FnCall>,
}

impl ClassDef {
    /// Defaults for struct update syntax.
    pub const EMPTY: ClassDef = ClassDef {
        name: "",
        module: "builtins",
        doc: "",
        base: None,
        flags: ClassFlags::BASE,
        has_attributes: false,
        methods: &[],
        properties: &[],
        fields: &[],
        call: None,
    };
}

/// An attribute in a slot of its own, `None` until it is set.
#[derive(Copy, Clone, Debug)]
pub struct FieldDef {
    pub name: &'static str,
    pub read_only: bool,
}

/// The members that one more `impl` block adds to a class.
pub struct Members {
    pub methods: &'static [NativeDef],
    pub properties: &'static [PropertyDef],
}

/// A payload type with a class of its own.
pub trait NativeClass: Payload {
    fn def() -> &'static ClassDef;
}

/// Makes the class of a payload type in this interpreter, unless it exists; its base first.
pub fn make_native_class<T: NativeClass>(t: &mut Thread) -> Result<Obj<Class>> {
    if t.interpreter().definition(T::layout().index()).is_some()
        && let Some(class) = t.interpreter().class_at(T::layout().index())
    {
        return Ok(class.to_obj());
    }
    let def = T::def();
    let base = match def.base {
        Some(layout) => t.interpreter().class_at(layout().index()),
        None => {
            let root = Instance::layout();
            let is_root = std::ptr::eq(root, T::layout());
            if is_root { None } else { t.interpreter().class_at(root.index()) }
        }
    };
    t.interpreter().register_definition(T::layout().index(), def);
    let class = make_class(t, T::layout(), def, base.as_slice())?;
    t.interpreter().register_class(T::layout().index(), &class);
    t.interpreter().keep(std::ptr::NonNull::from(class.header()));
    // The interpreter's own reference.
    std::mem::forget(class.clone());
    Ok(class)
}

/// Inline slots for attributes of instances of native classes.
const SPARE_SLOTS: usize = 2;

/// Makes one class from its description, with the layout of its first base; for classes that share a layout with their base, such as exceptions.
pub fn make_class(
    t: &mut Thread,
    layout: &'static Layout,
    def: &'static ClassDef,
    bases: &[&Object<Class>],
) -> Result<Obj<Class>> {
    let namespace = Dict::new(t);
    let names = t.names();
    namespace.set_str(t, names.__module__, Str::from_str(t, def.module).into_value())?;
    let doc = if def.doc.is_empty() { Value::NONE } else { Str::from_str(t, def.doc).into_value() };
    namespace.set_str(t, names.__doc__, doc)?;
    let name = t.interpreter().intern(t, def.name).to_value();
    let qualname = t.interpreter().intern(t, def.name.rsplit('.').next().unwrap_or(def.name)).to_value();
    let base = bases.first();
    let inherits = base.is_some_and(|base| base.root_shape().attributes() == Attributes::Slots);
    let metaclass = t.shape_of::<Class>();
    let has_attributes = def.has_attributes || inherits;
    let member_slots = base.map_or(0, |base| base.member_slots()) + def.fields.len();
    let class = new_class(
        t,
        NewClass {
            metaclass,
            name,
            qualname,
            bases: bases.iter().map(|base| base.to_obj()).collect(),
            namespace,
            layout,
            flags: def.flags,
            attributes: if has_attributes { Attributes::Slots } else { Attributes::Closed },
            member_slots,
            inline_slots: member_slots + if has_attributes { SPARE_SLOTS } else { 0 },
            declared: t.interpreter().declared(layout.index()),
        },
    )?;
    native::define_members(t, &class, def);
    if has_attributes && !inherits {
        native::define_property(t, &class, &class_object::DICT)?;
    }
    for (at, field) in def.fields.iter().enumerate() {
        let kind = if field.read_only { MemberKind::ReadOnlyField } else { MemberKind::Field };
        let index = member_slots - def.fields.len() + at;
        let name = t.interpreter().intern(t, field.name);
        let member = MemberDescriptor::new(t, name.to_value(), &class, index, kind);
        class.set_own_attribute(t, name, Some(member.into_value()))?;
    }
    Ok(class)
}

impl Object<Class> {
    /// The native function that calls instances, of this class or its nearest base with one.
    pub(super) fn native_call(&self, t: &Thread) -> Option<FnCall> {
        t.interpreter().definition(self.layout().index())?.call
    }
}
