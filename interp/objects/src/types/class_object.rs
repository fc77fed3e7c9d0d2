//! `type`: what class objects do as Python values.

use ungil_macros::class;

use crate::call::Args;
use crate::class::{Class, ClassFlags};
use crate::error::Result;
use crate::object::Object;
use crate::protocol::call;
use crate::raise;
use crate::thread::Thread;
use crate::value::Value;

/// type(object) -> the object's type
/// type(name, bases, dict, **kwds) -> a new type
#[class(name = "type", metaclass)]
impl Class {
    #[getter]
    fn __name__(t: &Thread, this: &Object<Class>) -> Value {
        this.name_value(t)
    }

    /// Makes an instance: `__new__`, then `__init__` if that made an instance of the class.
    #[method]
    fn __call__(t: &mut Thread, this: &Object<Class>, args: Args<'_>) -> Result<Value> {
        let names = t.names();
        if this.has(ClassFlags::NO_NEW) {
            raise!(t, TypeError, "cannot create '{}' instances", this.full_name(t));
        }
        let Some(new) = this.lookup(t, names.__new__) else {
            raise!(t, TypeError, "cannot create '{}' instances", this.full_name(t));
        };
        let new = call::bind(t, new, None, this.borrow())?;
        let made = call::call_with_first(t, new.borrow(), this.borrow(), args)?;
        if !made.borrow().class(t).is_subclass(this) {
            return Ok(made);
        }
        if let Some(init) = made.borrow().class(t).lookup(t, names.__init__) {
            let answer = call::call_unbound_with_first(t, init.borrow(), made.borrow(), args)?;
            if !answer.is_none() {
                let class = answer.borrow().class(t).name(t);
                raise!(t, TypeError, "__init__() should return None, not '{class}'");
            }
        }
        Ok(made)
    }
}
