//! `typing.Generic`: the base of generic classes. It has the layout of `object`, so that it goes with any other base.

use ungil_objects::call::{Args, Binding, Convention, NativeDef};
use ungil_objects::class::{Class, ClassDef, make_class};
use ungil_objects::layout::Payload;
use ungil_objects::object::Obj;
use ungil_objects::types::object::Instance;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Result, Thread};

use super::call_typing;

static GENERIC: ClassDef = ClassDef {
    name: "Generic",
    module: "typing",
    doc: "The base of classes that take type parameters.",
    methods: &[
        NativeDef {
            name: "__class_getitem__",
            signature: "($type, /, *args, **kwargs)",
            doc: "Fills in the class's type parameters.",
            convention: Convention::Args(|t, args: Args<'_>| call_typing(t, "_generic_class_getitem", args)),
            binding: Binding::ClassMethod,
        },
        NativeDef {
            name: "__init_subclass__",
            signature: "($type, /, *args, **kwargs)",
            doc: "Works out the type parameters of a new subclass.",
            convention: Convention::Args(|t, args: Args<'_>| call_typing(t, "_generic_init_subclass", args)),
            binding: Binding::ClassMethod,
        },
    ],
    ..ClassDef::EMPTY
};

/// Makes the class.
pub(super) fn make(t: &mut Thread) -> Result<Obj<Class>> {
    let base = t.shape_of::<Instance>().class();
    let class = make_class(t, Instance::layout(), &GENERIC, &[base])?;
    let slots = Tuple::from_values(t, []).into_value();
    class.set_own_attribute(t, t.names().__slots__, Some(slots))?;
    Ok(class)
}
