//! `module`: a namespace with a name. What modules do as Python values is in [`attributes`].

mod attributes;

use crate::call::NativeDef;
use crate::class::{NativeClass, make_native_class};
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::shape::Shape;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::dict::Dict;
use crate::types::native::NativeFunction;
use crate::types::text::Str;
use crate::value::Value;

/// The payload of modules.
pub struct Module {
    namespace: Fixed,
}

crate::payload!(Module, collected, hot 9);

impl Trace for Module {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.namespace.trace(tracer);
    }
}

impl Module {
    /// A module around a namespace, whose `__name__` and the like the caller sets.
    pub fn new(t: &Thread, namespace: Obj<Dict>) -> Obj<Module> {
        Module::with_shape(t, t.shape_of::<Module>(), namespace)
    }

    fn with_shape(t: &Thread, shape: &Shape, namespace: Obj<Dict>) -> Obj<Module> {
        namespace.header().set_deferred(t.owner());
        let module = t.alloc_with_shape(shape, Module { namespace: Fixed::new(namespace.into_value()) });
        module.header().set_deferred(t.owner());
        module
    }

    /// The dict of the module's attributes.
    #[inline(always)]
    pub fn namespace(&self) -> &Object<Dict> {
        self.namespace.as_value().downcast_ref::<Dict>().expect("a module's namespace is a dict")
    }

    pub fn namespace_value(&self) -> Value {
        self.namespace.get().to_value()
    }
}

impl Object<Module> {
    pub fn get(&self, t: &Thread, name: &str) -> Option<Value> {
        let name = t.interpreter().intern(t, name);
        self.namespace().get_str(t, name)
    }
}

/// Adds to a module what is not a function.
pub type Setup = fn(&mut Thread, &Object<Module>) -> Result<()>;

/// The static description of a module in Rust. The `module` attribute macro writes these.
pub struct ModuleDef {
    pub name: &'static str,
    pub doc: &'static str,
    pub functions: &'static [NativeDef],
    /// Adds what is not a function.
    pub setup: Option<Setup>,
}

/// Makes a module from its description.
pub fn make_module(t: &mut Thread, def: &'static ModuleDef) -> Result<Obj<Module>> {
    let namespace = Dict::new(t);
    let names = t.names();
    namespace.set_str(t, names.__name__, Str::from_str(t, def.name).into_value())?;
    let doc = if def.doc.is_empty() { Value::NONE } else { Str::from_str(t, def.doc).into_value() };
    namespace.set_str(t, names.__doc__, doc)?;
    for name in [names.__package__, names.__loader__, names.__spec__] {
        namespace.set_str(t, name, Value::NONE)?;
    }
    let module = Module::new(t, namespace);
    for function in def.functions {
        let value = NativeFunction::new(t, function, Some(module.to_value())).into_value();
        add_to_module(t, &module, function.name, value)?;
    }
    if let Some(setup) = def.setup {
        setup(t, &module)?;
    }
    Ok(module)
}

/// Binds a name in a module.
pub fn add_to_module(t: &mut Thread, module: &Object<Module>, name: &str, value: Value) -> Result<()> {
    let name = t.interpreter().intern(t, name);
    module.namespace().set_str(t, name, value)
}

/// Makes a class and binds its name in a module.
pub fn add_class_to_module<T: NativeClass>(t: &mut Thread, module: &Object<Module>) -> Result<()> {
    let class = make_native_class::<T>(t)?;
    add_to_module(t, module, T::def().name, class.into_value())
}
