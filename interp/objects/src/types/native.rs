//! Functions written in Rust, as Python objects: functions of modules, methods of classes, both bound and not. What they tell of
//! themselves is in [`classes`].

mod classes;

use crate::call::{Args, Binding, NativeDef, PropertyDef, call_native};
use crate::class::{Class, ClassDef};
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::call::with_first;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};

pub(super) use self::classes::reduce_as_attribute;

/// `builtin_function_or_method`: a function of a module, or a method with its receiver.
pub struct NativeFunction {
    pub def: &'static NativeDef,
    /// The module of a function, the receiver of a method.
    receiver: Option<Fixed>,
    /// Whether the receiver is passed as the first argument.
    bound: bool,
}

crate::payload!(NativeFunction, collected, hot 6);

impl Trace for NativeFunction {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.receiver.trace(tracer);
    }
}

/// `method_descriptor` (and `wrapper_descriptor`, `classmethod_descriptor`): a method in its class.
pub struct MethodDescriptor {
    pub def: &'static NativeDef,
    class: Fixed,
}

crate::payload!(MethodDescriptor, collected, hot 7);

impl Trace for MethodDescriptor {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.class.trace(tracer);
    }
}

/// `getset_descriptor`: a computed attribute.
pub struct Property {
    pub def: &'static PropertyDef,
    class: Fixed,
}

crate::payload!(Property, collected);

impl Trace for Property {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.class.trace(tracer);
    }
}

impl NativeFunction {
    /// A function of a module.
    pub fn new(t: &Thread, def: &'static NativeDef, module: Option<Value>) -> Obj<NativeFunction> {
        let function = t.alloc(NativeFunction { def, receiver: module.map(Fixed::new), bound: false });
        function.header().set_deferred(t.owner());
        function
    }

    /// A method bound to its receiver.
    pub fn bound(t: &Thread, def: &'static NativeDef, receiver: Value) -> Obj<NativeFunction> {
        t.alloc(NativeFunction { def, receiver: Some(Fixed::new(receiver)), bound: true })
    }

    pub fn receiver(&self) -> Option<Ref<'_>> {
        self.receiver.as_ref().map(Fixed::get)
    }

    pub fn is_bound(&self) -> bool {
        self.bound
    }

    /// Calls the function; the `call` of its class.
    pub fn call(t: &mut Thread, callable: Ref<'_>, args: Args<'_>) -> Result<Value> {
        let Some(function) = callable.downcast::<NativeFunction>() else { return not_callable(t, callable) };
        match &function.receiver {
            Some(receiver) if function.bound => {
                let values = with_first(receiver.get(), args);
                call_native(t, function.def, Args::new(&values, args.names()))
            }
            _ => call_native(t, function.def, args),
        }
    }
}

impl MethodDescriptor {
    pub fn new(t: &Thread, def: &'static NativeDef, class: &Object<Class>) -> Obj<MethodDescriptor> {
        let method = t.alloc(MethodDescriptor { def, class: Fixed::new(class.to_value()) });
        method.header().set_deferred(t.owner());
        method
    }

    pub fn class(&self) -> Ref<'_> {
        self.class.get()
    }

    /// Calls the method with its receiver as first argument; the `call` of its class.
    pub fn call(t: &mut Thread, callable: Ref<'_>, args: Args<'_>) -> Result<Value> {
        match callable.downcast::<MethodDescriptor>() {
            Some(method) => call_native(t, method.def, args),
            None => not_callable(t, callable),
        }
    }
}

impl Property {
    pub fn new(t: &Thread, def: &'static PropertyDef, class: &Object<Class>) -> Obj<Property> {
        let property = t.alloc(Property { def, class: Fixed::new(class.to_value()) });
        property.header().set_deferred(t.owner());
        property
    }

    pub fn class(&self) -> Ref<'_> {
        self.class.get()
    }
}

/// The definition behind a native method or function, for what treats them specially.
#[inline]
pub fn native_def(value: Ref<'_>) -> Option<&'static NativeDef> {
    if let Some(method) = value.downcast::<MethodDescriptor>() {
        return Some(method.def);
    }
    value.downcast::<NativeFunction>().map(|function| function.def)
}

#[cold]
fn not_callable(t: &Thread, value: Ref<'_>) -> Result<Value> {
    crate::raise!(t, TypeError, "'{}' object is not callable", value.class(t).name(t))
}

/// Puts a definition's methods and properties into the namespace of its class.
pub(crate) fn define_members(t: &mut Thread, class: &Object<Class>, def: &'static ClassDef) {
    let mut members = Vec::with_capacity(def.methods.len() + def.properties.len());
    let defines = |name| def.methods.iter().any(|method| method.name == name);
    if defines("__eq__") && !defines("__hash__") {
        members.push((t.names().__hash__, Value::NONE));
    }
    for method in def.methods {
        let value = match method.binding {
            Binding::StaticMethod => NativeFunction::new(t, method, Some(class.to_value())).into_value(),
            _ => MethodDescriptor::new(t, method, class).into_value(),
        };
        members.push((t.interpreter().intern(t, method.name), value));
    }
    let defines = |name| def.methods.iter().any(|method| method.name == name);
    if defines("__eq__") && !defines("__hash__") {
        members.push((t.names().__hash__, Value::NONE));
    }
    for def in def.properties {
        let property = Property::new(t, def, class).into_value();
        members.push((t.interpreter().intern(t, def.name), property));
    }
    class.define(t, members);
}

/// Puts a computed attribute into the namespace of a class.
pub(crate) fn define_property(
    t: &mut Thread,
    class: &Object<Class>,
    def: &'static PropertyDef,
) -> Result<()> {
    let name = t.interpreter().intern(t, def.name);
    let property = Property::new(t, def, class).into_value();
    class.set_own_attribute(t, name, Some(property)).map(drop)
}
