//! Calling a class: `__new__`, then `__init__`, without the bound methods in between.
//!
//! Most classes written in Python have `object`'s `__new__`, so that a call is an allocation and a call of `__init__`. What
//! `object.__new__` and `object.__init__` say about extra arguments depends on which of the two the class overrides.

use crate::call::Args;
use crate::class::{Class, ClassFlags};
use crate::error::Result;
use crate::object::Object;
use crate::protocol::call;
use crate::protocol::text::name_of;
use crate::raise;
use crate::thread::Thread;
use crate::types::native::{MethodDescriptor, NativeFunction};
use crate::types::object::Instance;
use crate::value::{Ref, Value};

/// Whether this is `object.__new__`.
#[inline]
pub fn has_default_new(t: &Thread, new: Ref<'_>) -> bool {
    let object = t.shape_of::<Instance>().class();
    new.downcast::<NativeFunction>()
        .is_some_and(|new| new.receiver().is_some_and(|class| class.is(object.borrow())))
}

/// Whether this is `object.__init__`.
#[inline]
pub fn has_default_init(t: &Thread, init: Ref<'_>) -> bool {
    let object = t.shape_of::<Instance>().class();
    init.downcast::<MethodDescriptor>().is_some_and(|init| init.class().is(object.borrow()))
}

/// `type.__call__`.
pub(super) fn call_class(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
    if std::ptr::eq(class, t.shape_of::<Class>().class()) {
        match (args.positional(), args.keyword_count()) {
            ([value], 0) => return Ok(value.class(t).to_value()),
            ([_, _, _], _) => {}
            _ => raise!(t, TypeError, "type() takes 1 or 3 arguments"),
        }
    }
    instantiate(t, class, args)
}

/// `Class(…)` for any class but `type` with one argument.
pub fn instantiate(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
    let names = t.names();
    let new = match class.lookup(t, names.__new__) {
        Some(new) if !class.has(ClassFlags::NO_NEW) => new,
        _ => raise!(t, TypeError, "cannot create '{}' instances", class.full_name(t)),
    };
    let made = if has_default_new(t, new.borrow()) && is_plain(class) {
        let init = class.lookup(t, names.__init__);
        match init.filter(|init| !has_default_init(t, init.borrow())) {
            Some(init) => {
                let made = make_plain(t, class)?;
                return initialise(t, made, init.borrow(), args);
            }
            None if args.values().is_empty() => return make_plain(t, class),
            None => raise!(t, TypeError, "{}() takes no arguments", class.name(t)),
        }
    } else if new.borrow().downcast::<NativeFunction>().is_some() {
        call::call_with_first(t, new.borrow(), class.borrow(), args)?
    } else {
        let new = call::bind(t, new, None, class.borrow())?;
        call::call_with_first(t, new.borrow(), class.borrow(), args)?
    };
    initialised(t, class, made, args)
}

/// The rest of a call of a class when `__new__` has made something: its `__init__`, if it is an instance.
pub fn initialised(t: &mut Thread, class: &Object<Class>, made: Value, args: Args<'_>) -> Result<Value> {
    let names = t.names();
    if !made.borrow().class(t).is_subclass(class) {
        return Ok(made);
    }
    match made.borrow().class(t).lookup(t, names.__init__) {
        Some(init) => initialise(t, made, init.borrow(), args),
        None => Ok(made),
    }
}

/// The `__init__` of a class whose calls are an allocation and a call of that, as [`new_instance`] and no more does it; `Some(None)` if
/// even `__init__` is `object`'s; `None` if calls do something else.
pub fn plain_initialiser(t: &Thread, class: &Object<Class>) -> Option<Option<Value>> {
    let names = t.names();
    let is_plain = is_plain(class)
        && !class.has(ClassFlags::NO_NEW)
        && !class.is_abstract()
        && class.lookup(t, names.__new__).is_some_and(|new| has_default_new(t, new.borrow()));
    is_plain.then(|| class.lookup(t, names.__init__).filter(|init| !has_default_init(t, init.borrow())))
}

/// The native `__new__` of a class, which is not `object`'s, and its `__init__` if that is native and not `object`'s; `None` if a call
/// of the class does anything else.
pub fn native_constructor(t: &Thread, class: &Object<Class>) -> Option<(Value, Option<Value>)> {
    let names = t.names();
    if class.has(ClassFlags::NO_NEW) || std::ptr::eq(class, t.shape_of::<Class>().class()) {
        return None;
    }
    let new = class.lookup(t, names.__new__)?;
    new.borrow().downcast_exact::<NativeFunction>(t)?;
    let init = class.lookup(t, names.__init__)?;
    if has_default_new(t, new.borrow()) {
        return None;
    }
    if has_default_init(t, init.borrow()) {
        return Some((new, None));
    }
    init.borrow().downcast_exact::<MethodDescriptor>(t)?;
    Some((new, Some(init)))
}

/// An instance without attributes of a class that has a [`plain_initialiser`].
#[inline]
pub fn new_instance(t: &Thread, class: &Object<Class>) -> Value {
    t.alloc_with_shape(class.root_shape(), Instance).into_value()
}

fn initialise(t: &mut Thread, made: Value, init: Ref<'_>, args: Args<'_>) -> Result<Value> {
    let answer = call::call_unbound_with_first(t, init, made.borrow(), args)?;
    if !answer.is_none() {
        let class = answer.borrow().class(t).name(t);
        raise!(t, TypeError, "__init__() should return None, not '{class}'");
    }
    Ok(made)
}

/// Whether instances are nothing but attributes.
fn is_plain(class: &Object<Class>) -> bool {
    std::ptr::eq(class.layout(), <Instance as crate::layout::Payload>::layout())
}

/// An instance without attributes of a class with the layout of `object`.
fn make_plain(t: &mut Thread, class: &Object<Class>) -> Result<Value> {
    if class.is_abstract() {
        return refuse_abstract(t, class);
    }
    Ok(new_instance(t, class))
}

#[cold]
fn refuse_abstract(t: &mut Thread, class: &Object<Class>) -> Result<Value> {
    let names = t.names();
    let Some(methods) = class.lookup(t, names.__abstractmethods__) else {
        return Ok(t.alloc_with_shape(class.root_shape(), Instance).into_value());
    };
    let mut methods: Vec<String> = crate::protocol::iterate::collect(t, methods.borrow())?
        .iter()
        .map(|name| format!("'{}'", name_of(name.borrow())))
        .collect();
    methods.sort();
    let plural = if methods.len() == 1 { "" } else { "s" };
    let (class, methods) = (class.name(t), methods.join(", "));
    raise!(
        t,
        TypeError,
        "Can't instantiate abstract class {class} without an implementation for abstract method{plural} {methods}"
    )
}

/// `object.__new__`.
pub(in crate::types) fn new_object(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Value> {
    if !args.values().is_empty() {
        let names = t.names();
        if !class.lookup(t, names.__new__).is_some_and(|new| has_default_new(t, new.borrow())) {
            raise!(t, TypeError, "object.__new__() takes exactly one argument (the type to instantiate)");
        }
        if class.lookup(t, names.__init__).is_some_and(|init| has_default_init(t, init.borrow())) {
            raise!(t, TypeError, "{}() takes no arguments", class.name(t));
        }
    }
    make_plain(t, class)
}

/// `object.__init__`.
pub(in crate::types) fn init_object(t: &Thread, this: Ref<'_>, args: Args<'_>) -> Result<()> {
    if args.values().is_empty() {
        return Ok(());
    }
    let (names, class) = (t.names(), this.class(t));
    if !class.lookup(t, names.__init__).is_some_and(|init| has_default_init(t, init.borrow())) {
        raise!(t, TypeError, "object.__init__() takes exactly one argument (the instance to initialize)");
    }
    if class.lookup(t, names.__new__).is_some_and(|new| has_default_new(t, new.borrow())) {
        let class = class.name(t);
        raise!(t, TypeError, "{class}.__init__() takes exactly one argument (the instance to initialize)");
    }
    Ok(())
}
