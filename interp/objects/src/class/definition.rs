//! Classes defined in Rust: their static description and how each interpreter makes them.

use super::{Class, ClassFlags, NewClass, new_class};
use crate::call::{FnCall, NativeDef, PropertyDef};
use crate::error::Result;
use crate::layout::{Layout, Payload};
use crate::object::{Obj, Object};
use crate::shape::Attributes;
use crate::thread::Thread;
use crate::types::dict::Dict;
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
        call: None,
    };
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
    let class = make_class(t, T::layout(), def, base)?;
    t.interpreter().register_class(T::layout().index(), &class);
    t.interpreter().keep(std::ptr::NonNull::from(class.header()));
    // The interpreter's own reference.
    std::mem::forget(class.clone());
    Ok(class)
}

/// Makes one class from its description; for classes that share a layout with their base, such as exceptions.
pub fn make_class(
    t: &mut Thread,
    layout: &'static Layout,
    def: &'static ClassDef,
    base: Option<&Object<Class>>,
) -> Result<Obj<Class>> {
    let namespace = Dict::new(t);
    let names = t.names();
    namespace.set_str(t, names.__module__, Str::from_str(t, def.module).into_value())?;
    let doc = if def.doc.is_empty() { Value::NONE } else { Str::from_str(t, def.doc).into_value() };
    namespace.set_str(t, names.__doc__, doc)?;
    let name = t.interpreter().intern(t, def.name).to_value();
    let qualname = t.interpreter().intern(t, def.name.rsplit('.').next().unwrap_or(def.name)).to_value();
    let inherits = base.is_some_and(|base| base.root_shape().attributes() == Attributes::Slots);
    let metaclass = t.shape_of::<Class>();
    let class = new_class(
        t,
        NewClass {
            metaclass,
            name,
            qualname,
            bases: base.map(Object::to_obj).into_iter().collect(),
            namespace,
            layout,
            flags: def.flags,
            attributes: if def.has_attributes || inherits { Attributes::Slots } else { Attributes::Closed },
            member_slots: 0,
            inline_slots: if def.has_attributes || inherits { 2 } else { 0 },
            declared: t.interpreter().declared(layout.index()),
        },
    )?;
    native::define_members(t, &class, def)?;
    Ok(class)
}

impl Object<Class> {
    /// The native function that calls instances, of this class or its nearest base with one.
    pub(super) fn native_call(&self, t: &Thread) -> Option<FnCall> {
        t.interpreter().definition(self.layout().index())?.call
    }
}
