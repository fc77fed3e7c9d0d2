//! `_types`: the classes that have no name elsewhere.

use ungil_macros::{class, module};
use ungil_objects::object::Object;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::{Result, Thread, payload, raise};

/// Each name with the class it stands for. Methods written in Rust have one class, where CPython tells several kinds.
const NAMES: &[(&str, &str)] = &[
    ("AsyncGeneratorType", "async_generator"),
    ("BuiltinFunctionType", "builtin_function_or_method"),
    ("BuiltinMethodType", "builtin_function_or_method"),
    ("CapsuleType", "PyCapsule"),
    ("CellType", "cell"),
    ("ClassMethodDescriptorType", "method_descriptor"),
    ("CodeType", "code"),
    ("CoroutineType", "coroutine"),
    ("EllipsisType", "ellipsis"),
    ("FrameType", "frame"),
    ("FunctionType", "function"),
    ("GeneratorType", "generator"),
    ("GenericAlias", "GenericAlias"),
    ("GetSetDescriptorType", "getset_descriptor"),
    ("LambdaType", "function"),
    ("MappingProxyType", "mappingproxy"),
    ("MemberDescriptorType", "member_descriptor"),
    ("MethodDescriptorType", "method_descriptor"),
    ("MethodType", "method"),
    ("MethodWrapperType", "builtin_function_or_method"),
    ("ModuleType", "module"),
    ("NoneType", "NoneType"),
    ("NotImplementedType", "NotImplementedType"),
    ("SimpleNamespace", "SimpleNamespace"),
    ("TracebackType", "traceback"),
    ("UnionType", "Union"),
    ("WrapperDescriptorType", "method_descriptor"),
];

/// The classes that the module `types` has names for.
#[module(name = "_types")]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        ungil_objects::boot::make::<Capsule>(t)?;
        for (name, class) in NAMES {
            match t.interpreter().native_class(class) {
                Some(class) => add_to_module(t, module, name, class.to_value())?,
                // `types` then finds out by itself what it can.
                None => raise!(t, ImportError, "there is no class '{class}' for {name}"),
            }
        }
        Ok(())
    }
}

/// The payload of capsules, of which an interpreter without C extensions has none.
pub struct Capsule;

payload!(Capsule, plain);

impl Trace for Capsule {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// A pointer of a C extension, wrapped as an object. There are none without C extensions.
#[class(name = "PyCapsule", no_new, final)]
impl Capsule {}
