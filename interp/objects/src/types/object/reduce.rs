//! Pickling and copying by default: `__reduce_ex__`, `__reduce__`, `__getstate__` (PEP 307, protocol 2).

use ungil_macros::methods;

use super::Instance;
use crate::attributes;
use crate::error::Result;
use crate::layout::Payload;
use crate::object::Obj;
use crate::protocol::{attribute, call, convert, iterate};
use crate::raise;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::exception::Exception;
use crate::types::list::List;
use crate::types::native::MethodDescriptor;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

#[methods(PICKLING)]
impl Instance {
    /// Helper for pickle.
    #[method]
    fn __reduce_ex__(t: &mut Thread, this: Ref<'_>, protocol: i64) -> Result<Value> {
        let reduce = call::lookup_special(t, this, t.names().__reduce__);
        let object = t.shape_of::<Instance>().class().borrow();
        let is_default = |method: &Value| {
            method.downcast_ref::<MethodDescriptor>().is_some_and(|method| method.class().is(object))
        };
        match reduce.filter(|reduce| !is_default(reduce)) {
            Some(_) => call::call_method(t, this, t.names().__reduce__, &[]),
            None if protocol >= 2 => reduce_by_new(t, this),
            None => reduce_by_copyreg(t, this, protocol),
        }
    }

    /// Helper for pickle.
    #[method]
    fn __reduce__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        reduce_by_copyreg(t, this, 0)
    }

    /// Helper for pickle.
    #[method]
    fn __getstate__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        default_state(t, this)
    }
}

fn copyreg(t: &mut Thread, function: &str, args: &[Ref<'_>]) -> Result<Value> {
    let function = copyreg_function(t, function)?;
    call::call(t, function.borrow(), args)
}

fn copyreg_function(t: &mut Thread, function: &str) -> Result<Value> {
    let module = t.import("copyreg")?;
    let name = t.interpreter().intern(t, function);
    attribute::get(t, module.borrow(), name)
}

fn reduce_by_copyreg(t: &mut Thread, this: Ref<'_>, protocol: i64) -> Result<Value> {
    let protocol = crate::types::int::Int::from_i64(t, protocol);
    copyreg(t, "_reduce_ex", &[this, protocol.borrow()])
}

/// Protocol 2: `copyreg.__newobj__`, its arguments, the state, the items of a list and of a dict.
fn reduce_by_new(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
    let names = t.names();
    if this.class(t).lookup(t, names.__new__).is_none() {
        raise!(t, TypeError, "cannot pickle '{}' object", this.class(t).name(t));
    }
    let class = this.class(t).to_value();
    let (arguments, keywords) = arguments_of_new(t, this)?;
    let (is_list, is_dict) = (this.downcast::<List>().is_some(), this.downcast::<Dict>().is_some());
    let layout = this.class(t).layout();
    let is_transparent = is_list
        || is_dict
        || arguments.is_some()
        || std::ptr::eq(layout, Instance::layout())
        || std::ptr::eq(layout, Exception::layout());
    if !is_transparent {
        raise!(t, TypeError, "cannot pickle '{}' object", this.class(t).name(t));
    }
    let state = call::call_method(t, this, names.__getstate__, &[])?;
    let arguments = arguments.unwrap_or_else(|| Tuple::from_values(t, []));
    let (function, arguments) = match keywords {
        Some(keywords) => {
            let all = [class, arguments.into_value(), keywords];
            (copyreg_function(t, "__newobj_ex__")?, Tuple::from_values(t, all))
        }
        None => {
            let all = [class].into_iter().chain(arguments.to_vec());
            (copyreg_function(t, "__newobj__")?, Tuple::from_values(t, all))
        }
    };
    let list_items = if is_list { iterate::iter(t, this)? } else { Value::NONE };
    let dict_items = if is_dict {
        let items = t.interpreter().intern(t, "items");
        let items = call::call_method(t, this, items, &[])?;
        iterate::iter(t, items.borrow())?
    } else {
        Value::NONE
    };
    let parts = [function, arguments.into_value(), state, list_items, dict_items];
    Ok(Tuple::from_values(t, parts).into_value())
}

/// What `__getnewargs_ex__` or `__getnewargs__` answers: positional arguments, if one is there, and keywords, if there are any.
fn arguments_of_new(t: &mut Thread, this: Ref<'_>) -> Result<(Option<Obj<Tuple>>, Option<Value>)> {
    let names = t.names();
    if let Some(method) = call::bind_special(t, this, names.__getnewargs_ex__)? {
        let answer = call::call(t, method.borrow(), &[])?;
        let Some(both) = answer.downcast_ref::<Tuple>() else {
            let class = answer.borrow().class(t).name(t);
            raise!(t, TypeError, "__getnewargs_ex__ should return a tuple, not '{class}'");
        };
        let (Some(arguments), Some(keywords)) = (both.get(0), both.get(1)) else {
            raise!(t, ValueError, "__getnewargs_ex__ should return a tuple of length 2, not {}", both.len());
        };
        let Ok(arguments) = arguments.to_value().downcast::<Tuple>() else {
            let class = arguments.class(t).name(t);
            raise!(
                t,
                TypeError,
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{class}'"
            );
        };
        let Some(keywords) = keywords.downcast::<Dict>() else {
            let class = keywords.class(t).name(t);
            raise!(
                t,
                TypeError,
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{class}'"
            );
        };
        return Ok((Some(arguments), (!keywords.is_empty()).then(|| keywords.to_value())));
    }
    if let Some(method) = call::bind_special(t, this, names.__getnewargs__)? {
        let answer = call::call(t, method.borrow(), &[])?;
        return match answer.downcast::<Tuple>() {
            Ok(arguments) => Ok((Some(arguments), None)),
            Err(other) => {
                let class = other.borrow().class(t).name(t);
                raise!(t, TypeError, "__getnewargs__ should return a tuple, not '{class}'")
            }
        };
    }
    Ok((None, None))
}

/// The attributes as a new dict, `None` if there are none; with members a pair of that and a dict of the members.
fn default_state(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
    let class = this.class(t).to_obj();
    let own = if Instance::has_dict(&class) { attributes::to_vec(t, this) } else { Vec::new() };
    let state = if own.is_empty() {
        Value::NONE
    } else {
        let copy = Dict::new(t);
        for (name, value) in own {
            copy.set(t, name.borrow(), value)?;
        }
        copy.into_value()
    };
    if class.member_slots() == 0 {
        return Ok(state);
    }
    let members = Dict::new(t);
    let names = copyreg(t, "_slotnames", &[class.borrow()])?;
    for name in iterate::collect(t, names.borrow())? {
        if let Some(value) = attribute::get_if_any(t, this, name.borrow())? {
            members.set(t, name.borrow(), value)?;
        }
    }
    if !convert::is_true(t, members.borrow())? {
        return Ok(state);
    }
    Ok(Tuple::from_values(t, [state, members.into_value()]).into_value())
}
