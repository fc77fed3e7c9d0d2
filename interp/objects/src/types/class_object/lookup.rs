//! `Class.name`, `Class.name = …`, `del Class.name`: the metaclass's data descriptors, then the class and its bases, then the rest
//! of the metaclass.

use super::{check_name, immutable};
use crate::class::{Binary, Class, ClassFlags, Ternary};
use crate::error::Result;
use crate::object::Object;
use crate::protocol::attribute::{attribute_error, no_attribute};
use crate::protocol::call;
use crate::protocol::text::name_of;
use crate::thread::Thread;
use crate::value::{NONE, Ref, Value};

/// `type.__getattribute__`.
pub(super) fn get(t: &mut Thread, class: &Object<Class>, name: Ref<'_>) -> Result<Value> {
    check_name(t, name)?;
    let name = t.interpreter().intern_value(t, name);
    let metaclass = class.borrow().class(t);
    let of_metaclass = metaclass.lookup(t, name);
    if let Some(descriptor) = &of_metaclass {
        let special = descriptor.borrow().shape(t).special();
        let is_data = special.ternary(Ternary::Set).is_some() || special.binary(Binary::Delete).is_some();
        if is_data && let Some(get) = special.ternary(Ternary::Get) {
            return get(t, descriptor.borrow(), class.borrow(), metaclass.borrow());
        }
    }
    if let Some(found) = class.lookup(t, name) {
        return match found.borrow().shape(t).special().ternary(Ternary::Get) {
            Some(get) => get(t, found.borrow(), NONE, class.borrow()),
            None => Ok(found),
        };
    }
    match of_metaclass {
        Some(descriptor) => call::bind(t, descriptor, Some(class.borrow()), metaclass.borrow()),
        None => Err(no_attribute(t, class.borrow(), name)),
    }
}

/// `type.__setattr__` and, without a value, `type.__delattr__`.
pub fn set_class_attribute(
    t: &mut Thread,
    class: &Object<Class>,
    name: Ref<'_>,
    value: Option<Value>,
) -> Result<()> {
    check_name(t, name)?;
    let name = t.interpreter().intern_value(t, name);
    if !class.has(ClassFlags::HEAP) {
        return Err(immutable(t, class, name));
    }
    if let Some(descriptor) = class.borrow().class(t).lookup(t, name) {
        let special = descriptor.borrow().shape(t).special();
        match (&value, special.ternary(Ternary::Set), special.binary(Binary::Delete)) {
            (Some(value), Some(set), _) => {
                return set(t, descriptor.borrow(), class.borrow(), value.borrow()).map(drop);
            }
            (None, _, Some(delete)) => return delete(t, descriptor.borrow(), class.borrow()).map(drop),
            _ => {}
        }
    }
    if class.set_own_attribute(t, name, value)? {
        return Ok(());
    }
    let message = format!("type object '{}' has no attribute '{}'", class.name(t), name_of(name));
    Err(attribute_error(t, &message, class.borrow(), name))
}
