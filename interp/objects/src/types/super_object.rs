//! `super`: attribute lookup that starts behind a class in the method resolution order of an object or class.

use ungil_macros::class;

use crate::call::Args;
use crate::class::{Class, Ternary};
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::attribute;
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{NONE, Ref, Value};

/// The payload of `super`.
pub struct Super {
    /// Lookup starts behind this class …
    class: Fixed,
    /// … in the order of `order`, and binds to `receiver`; both are absent while the object is not bound.
    bound: Option<(Fixed, Fixed)>,
}

crate::payload!(Super, collected, deferrable);

impl Trace for Super {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.class.trace(tracer);
        self.bound.trace(tracer);
    }
}

/// The class whose order `super(class, receiver)` follows.
///
/// # Errors
/// `TypeError` if the receiver is neither an instance nor a subclass of the class.
pub fn class_to_follow(t: &mut Thread, class: &Object<Class>, receiver: Ref<'_>) -> Result<Obj<Class>> {
    if let Some(receiver) = receiver.downcast::<Class>()
        && receiver.is_subclass(class)
    {
        return Ok(receiver.to_obj());
    }
    let own = receiver.class(t);
    if own.is_subclass(class) {
        return Ok(own.to_obj());
    }
    let shown = attribute::get_if_any(t, receiver, t.names().__class__)?;
    if let Some(Ok(shown)) = shown.map(Value::downcast::<Class>)
        && shown.is_subclass(class)
    {
        return Ok(shown);
    }
    let (kind, given) = match receiver.downcast::<Class>() {
        Some(class) => ("type", class.name(t)),
        None => ("instance of", own.name(t)),
    };
    let class = class.name(t);
    raise!(
        t,
        TypeError,
        "super(type, obj): obj ({kind} {given}) is not an instance or subtype of type ({class})."
    )
}

/// What the classes behind `class` in the order of `order` have under a name, not bound.
pub fn find_behind(t: &Thread, class: &Object<Class>, order: &Object<Class>, name: Ref<'_>) -> Option<Value> {
    let mut behind = order.special().mro().skip_while(|next| !std::ptr::eq(*next, class)).skip(1);
    behind.find_map(|next| next.namespace().get_str(t, name))
}

/// `super(class, receiver).name`, without making the `super` object; `order` comes from [`class_to_follow`].
pub fn get(
    t: &mut Thread,
    class: &Object<Class>,
    receiver: Ref<'_>,
    order: &Object<Class>,
    name: Ref<'_>,
) -> Result<Option<Value>> {
    let Some(found) = find_behind(t, class, order, name) else { return Ok(None) };
    match found.borrow().shape(t).special().ternary(Ternary::Get) {
        // Looked up through the class itself: nothing to bind to.
        Some(get) if order.is(receiver) => get(t, found.borrow(), NONE, order.borrow()).map(Some),
        Some(get) => get(t, found.borrow(), receiver, order.borrow()).map(Some),
        None => Ok(Some(found)),
    }
}

impl Super {
    fn start(&self) -> &Object<Class> {
        self.class.as_value().downcast_ref::<Class>().expect("checked when the object was made")
    }

    fn receiver(&self) -> Option<Ref<'_>> {
        self.bound.as_ref().map(|(receiver, _)| receiver.get())
    }

    fn order(&self) -> Option<&Object<Class>> {
        self.bound.as_ref().and_then(|(_, order)| order.as_value().downcast_ref::<Class>())
    }
}

/// Looks attributes up in the classes that follow one in a method resolution order, and binds them.
///
/// `super(cls, receiver)` follows the order of the receiver's class, or of the receiver if it is a class itself.
/// In a method, `super()` means the class around it and its first argument.
#[class(name = "super")]
impl Super {
    #[new]
    fn new_super(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
        if args.keyword_count() > 0 {
            raise!(t, TypeError, "super() takes no keyword arguments");
        }
        let (start, receiver) = match args.positional() {
            [] => {
                let arguments = t.interpreter().hooks().super_arguments;
                let (start, receiver) = arguments(t)?;
                (start, Some(receiver))
            }
            [start] => (start.to_value(), None),
            [start, receiver] => (start.to_value(), Some(receiver.to_value())),
            more => raise!(t, TypeError, "super() expected at most 2 arguments, got {}", more.len()),
        };
        let Some(behind) = start.downcast_ref::<Class>() else {
            let given = start.borrow().class(t).name(t);
            raise!(t, TypeError, "super() argument 1 must be a type, not {given}");
        };
        let bound = match receiver.filter(|receiver| !receiver.is_none()) {
            Some(receiver) => {
                let order = class_to_follow(t, behind, receiver.borrow())?;
                Some((Fixed::new(receiver), Fixed::new(order.into_value())))
            }
            None => None,
        };
        let made = Super { class: Fixed::new(start), bound };
        Ok(t.alloc_with_shape(class.root_shape(), made).into_value())
    }

    #[method]
    fn __init__(_this: &Object<Super>, _args: Args<'_>) {}

    #[method]
    fn __getattribute__(t: &mut Thread, this: &Object<Super>, name: Ref<'_>) -> Result<Value> {
        let name = t.interpreter().intern_value(t, name);
        if let (Some(receiver), Some(order)) = (this.receiver(), this.order())
            && !name.is(t.names().__class__)
            && let Some(found) = get(t, this.start(), receiver, order, name)?
        {
            return Ok(found);
        }
        attribute::generic_get(t, this.borrow(), name)
    }

    #[method]
    fn __get__(
        t: &mut Thread,
        this: &Object<Super>,
        receiver: Ref<'_>,
        _class: Option<Ref<'_>>,
    ) -> Result<Value> {
        if receiver.is_none() || this.bound.is_some() {
            return Ok(this.to_value());
        }
        let own = this.borrow().class(t).to_value();
        crate::protocol::call::call(t, own.borrow(), &[this.class.get(), receiver])
    }

    #[method]
    fn __repr__(t: &Thread, this: &Object<Super>) -> String {
        let start = this.start().name(t);
        match this.order() {
            Some(order) => format!("<super: <class '{start}'>, <{} object>>", order.name(t)),
            None => format!("<super: <class '{start}'>, NULL>"),
        }
    }

    #[getter]
    fn __thisclass__(&self) -> Value {
        self.class.get().to_value()
    }

    #[getter]
    fn __self__(&self) -> Option<Value> {
        self.receiver().map(Ref::to_value)
    }

    #[getter]
    fn __self_class__(&self) -> Option<Value> {
        self.order().map(Object::to_value)
    }
}
