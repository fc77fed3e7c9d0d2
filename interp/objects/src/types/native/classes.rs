//! The classes of native functions: what they tell of themselves, how they bind.

use ungil_macros::class;

use super::{MethodDescriptor, NativeFunction, Property};
use crate::call::{Args, Binding, catch_panic};
use crate::class::{Binary, Class, Ternary, Unary};
use crate::error::Result;
use crate::object::Object;
use crate::protocol::text::name_of;
use crate::protocol::{attribute, hash};
use crate::raise;
use crate::thread::Thread;
use crate::types::module::Module;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// Documentation or a signature, `None` if it is empty.
fn text_or_none(t: &Thread, text: &'static str) -> Option<Value> {
    (!text.is_empty()).then(|| Str::from_str(t, text).into_value())
}

/// Pickles a callable as `getattr(object, name)`.
pub(in crate::types) fn reduce_as_attribute(t: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Result<Value> {
    let builtins = t.import("builtins")?;
    let getattr = t.interpreter().intern(t, "getattr");
    let getattr = attribute::get(t, builtins.borrow(), getattr)?;
    let args = Tuple::from_values(t, [object.to_value(), name.to_value()]);
    Ok(Tuple::from_values(t, [getattr, args.into_value()]).into_value())
}

/// The class in a descriptor's class field.
fn class_name(t: &Thread, class: Ref<'_>) -> String {
    class.downcast::<Class>().map(|class| class.name(t)).unwrap_or_default()
}

fn class_qualname(t: &Thread, class: Ref<'_>, name: &str) -> String {
    let class = class.downcast::<Class>().map_or(Value::NONE, |class| class.qualname_value(t));
    format!("{}.{name}", name_of(class.borrow()))
}

fn is_special(name: &str) -> bool {
    Unary::NAMES.contains(&name)
        || Binary::NAMES.contains(&name)
        || Ternary::NAMES.contains(&name)
        || matches!(name, "__init__" | "__call__" | "__next__")
}

/// A function written in Rust.
#[class(name = "builtin_function_or_method", no_new, final)]
impl NativeFunction {
    #[getter]
    fn __name__(&self) -> &'static str {
        self.def.name
    }

    #[getter]
    fn __qualname__(t: &Thread, this: &Object<NativeFunction>) -> String {
        let name = this.def.name;
        match this.receiver() {
            Some(receiver) if receiver.downcast::<Class>().is_some() => class_qualname(t, receiver, name),
            Some(receiver) if this.is_bound() => class_qualname(t, receiver.class(t).borrow(), name),
            _ => name.to_owned(),
        }
    }

    #[getter]
    fn __module__(t: &Thread, this: &Object<NativeFunction>) -> Option<Value> {
        let module = this.receiver()?.downcast::<Module>()?;
        module.namespace().get_str(t, t.names().__name__)
    }

    #[getter]
    fn __doc__(t: &Thread, this: &Object<NativeFunction>) -> Option<Value> {
        text_or_none(t, this.def.doc)
    }

    #[getter]
    fn __text_signature__(t: &Thread, this: &Object<NativeFunction>) -> Option<Value> {
        text_or_none(t, this.def.signature)
    }

    #[getter]
    fn __self__(&self) -> Option<Value> {
        self.receiver().map(Ref::to_value)
    }

    #[method]
    fn __call__(t: &mut Thread, this: Ref<'_>, args: Args<'_>) -> Result<Value> {
        NativeFunction::call(t, this, args)
    }

    #[method]
    fn __repr__(t: &Thread, this: &Object<NativeFunction>) -> String {
        let name = this.def.name;
        match this.receiver().filter(|receiver| receiver.downcast::<Module>().is_none()) {
            Some(receiver) => {
                let (class, at) = (receiver.class(t).name(t), receiver.word().identity());
                format!("<built-in method {name} of {class} object at {at:#x}>")
            }
            None => format!("<built-in function {name}>"),
        }
    }

    #[method]
    fn __eq__(this: &Object<NativeFunction>, other: &Object<NativeFunction>) -> bool {
        let receiver = |function: &Object<NativeFunction>| function.receiver().map(|of| of.word().identity());
        std::ptr::eq(this.def, other.def) && receiver(this) == receiver(other)
    }

    #[method]
    fn __hash__(this: &Object<NativeFunction>) -> i64 {
        let receiver = this.receiver().map_or(0, |receiver| receiver.word().identity());
        hash::hash_identity(receiver ^ std::ptr::from_ref(this.def) as u64)
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<NativeFunction>) -> Result<Value> {
        let name = t.interpreter().intern(t, this.def.name);
        match this.receiver().filter(|receiver| receiver.downcast::<Module>().is_none()) {
            Some(receiver) => reduce_as_attribute(t, receiver, name),
            None => Ok(name.to_value()),
        }
    }
}

/// A method written in Rust, in its class.
#[class(name = "method_descriptor", no_new, method_descriptor, final)]
impl MethodDescriptor {
    #[getter]
    fn __name__(&self) -> &'static str {
        self.def.name
    }

    #[getter]
    fn __qualname__(t: &Thread, this: &Object<MethodDescriptor>) -> String {
        class_qualname(t, this.class(), this.def.name)
    }

    #[getter]
    fn __doc__(t: &Thread, this: &Object<MethodDescriptor>) -> Option<Value> {
        text_or_none(t, this.def.doc)
    }

    #[getter]
    fn __text_signature__(t: &Thread, this: &Object<MethodDescriptor>) -> Option<Value> {
        text_or_none(t, this.def.signature)
    }

    #[getter]
    fn __objclass__(&self) -> Value {
        self.class().to_value()
    }

    #[method]
    fn __call__(t: &mut Thread, this: Ref<'_>, args: Args<'_>) -> Result<Value> {
        MethodDescriptor::call(t, this, args)
    }

    #[method]
    fn __get__(
        t: &mut Thread,
        this: &Object<MethodDescriptor>,
        receiver: Ref<'_>,
        class: Option<Ref<'_>>,
    ) -> Result<Value> {
        let receiver = match (this.def.binding, class) {
            (Binding::ClassMethod, Some(class)) if !class.is_none() => class.to_value(),
            (Binding::ClassMethod, _) => receiver.class(t).to_value(),
            // `None` as the receiver means access through the class, unless `None` is the instance.
            _ if receiver.is_none() && !class.is_some_and(|class| class.is(receiver.class(t).borrow())) => {
                return Ok(this.to_value());
            }
            _ => receiver.to_value(),
        };
        this.check_receiver(t, receiver.borrow())?;
        Ok(NativeFunction::bound(t, this.def, receiver).into_value())
    }

    #[method]
    fn __repr__(t: &Thread, this: &Object<MethodDescriptor>) -> String {
        let (name, class) = (this.def.name, class_name(t, this.class()));
        let kind = if is_special(name) { "slot wrapper" } else { "method" };
        format!("<{kind} '{name}' of '{class}' objects>")
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<MethodDescriptor>) -> Result<Value> {
        let name = t.interpreter().intern(t, this.def.name);
        reduce_as_attribute(t, this.class(), name)
    }
}

impl Object<MethodDescriptor> {
    fn check_receiver(&self, t: &Thread, receiver: Ref<'_>) -> Result<()> {
        let Some(class) = self.class().downcast::<Class>() else { return Ok(()) };
        let fits = match (self.def.binding, receiver.downcast::<Class>()) {
            (Binding::ClassMethod, Some(receiver)) => receiver.is_subclass(class),
            (Binding::ClassMethod, None) => false,
            _ => receiver.class(t).is_subclass(class),
        };
        if fits {
            return Ok(());
        }
        let (name, class, given) = (self.def.name, class.name(t), receiver.class(t).name(t));
        raise!(t, TypeError, "descriptor '{name}' for '{class}' objects doesn't apply to a '{given}' object")
    }
}

/// A computed attribute of a class written in Rust.
#[class(name = "getset_descriptor", no_new, final)]
impl Property {
    #[getter]
    fn __name__(&self) -> &'static str {
        self.def.name
    }

    #[getter]
    fn __qualname__(t: &Thread, this: &Object<Property>) -> String {
        class_qualname(t, this.class(), this.def.name)
    }

    #[getter]
    fn __doc__(t: &Thread, this: &Object<Property>) -> Option<Value> {
        text_or_none(t, this.def.doc)
    }

    #[getter]
    fn __objclass__(&self) -> Value {
        self.class().to_value()
    }

    #[method]
    fn __get__(
        t: &mut Thread,
        this: &Object<Property>,
        receiver: Ref<'_>,
        class: Option<Ref<'_>>,
    ) -> Result<Value> {
        if receiver.is_none() && !class.is_some_and(|class| class.is(receiver.class(t).borrow())) {
            return Ok(this.to_value());
        }
        this.check_receiver(t, receiver)?;
        catch_panic(t, || this.def.name, |t| (this.def.get)(t, receiver))
    }

    #[method]
    fn __set__(t: &mut Thread, this: &Object<Property>, receiver: Ref<'_>, value: Ref<'_>) -> Result<()> {
        this.change(t, receiver, Some(value))
    }

    #[method]
    fn __delete__(t: &mut Thread, this: &Object<Property>, receiver: Ref<'_>) -> Result<()> {
        this.change(t, receiver, None)
    }

    #[method]
    fn __repr__(t: &Thread, this: &Object<Property>) -> String {
        format!("<attribute '{}' of '{}' objects>", this.def.name, class_name(t, this.class()))
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<Property>) -> Result<Value> {
        let name = t.interpreter().intern(t, this.def.name);
        reduce_as_attribute(t, this.class(), name)
    }
}

impl Object<Property> {
    fn check_receiver(&self, t: &Thread, receiver: Ref<'_>) -> Result<()> {
        match self.class().downcast::<Class>() {
            Some(class) if !receiver.class(t).is_subclass(class) => {
                let (name, class, given) = (self.def.name, class.name(t), receiver.class(t).name(t));
                raise!(
                    t,
                    TypeError,
                    "descriptor '{name}' for '{class}' objects doesn't apply to a '{given}' object"
                )
            }
            _ => Ok(()),
        }
    }

    fn change(&self, t: &mut Thread, receiver: Ref<'_>, value: Option<Ref<'_>>) -> Result<()> {
        self.check_receiver(t, receiver)?;
        match self.def.set {
            Some(set) => catch_panic(t, || self.def.name, |t| set(t, receiver, value)),
            None => {
                let (name, class) = (self.def.name, class_name(t, self.class()));
                raise!(t, AttributeError, "attribute '{name}' of '{class}' objects is not writable")
            }
        }
    }
}
