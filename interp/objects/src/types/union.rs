//! `typing.Union`: `int | str` (PEP 604).

use ungil_macros::class;
use ungil_text::TextBuf;

use super::generic_alias::{GenericAlias, collect_parameters, push_argument};
use crate::class::{Class, Operator};
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::{compare, hash, instance, operator, subscript};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::singletons::NoneType;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The payload of unions: at least two different members.
pub struct Union {
    members: Fixed,
    parameters: Fixed,
}

crate::payload!(Union, collected, deferrable);

impl Trace for Union {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.members.trace(tracer);
        self.parameters.trace(tracer);
    }
}

impl Union {
    /// `left | right` as types answer: `NotImplemented` if one is nothing that stands in unions.
    ///
    /// # Errors
    /// What comparing the members raises.
    pub fn of_operands(t: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Result<Value> {
        if !is_unionable(left) || !is_unionable(right) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        Union::of(t, &[left, right])
    }

    /// The union of all these: unions among them are opened, equal ones taken once. A single one is itself.
    ///
    /// # Errors
    /// What comparing the members raises.
    pub fn of(t: &mut Thread, types: &[Ref<'_>]) -> Result<Value> {
        let mut members: Vec<Value> = Vec::new();
        for each in types {
            let inner = match each.downcast::<Union>() {
                Some(union) => union.members().iter().map(|member| member.to_value()).collect(),
                None if each.is_none() => vec![t.shape_of::<NoneType>().class().to_value()],
                None => vec![each.to_value()],
            };
            for member in inner {
                let mut known = false;
                for other in &members {
                    known = known || compare::equal(t, other.borrow(), member.borrow())?;
                }
                if !known {
                    members.push(member);
                }
            }
        }
        if members.len() == 1
            && let Some(only) = members.pop()
        {
            return Ok(only);
        }
        let members = Tuple::from_values(t, members);
        let mut parameters = Vec::new();
        collect_parameters(t, members.as_slice(), &mut parameters)?;
        let parameters = Tuple::from_values(t, parameters);
        let union = Union {
            members: Fixed::new(members.into_value()),
            parameters: Fixed::new(parameters.into_value()),
        };
        Ok(t.alloc(union).into_value())
    }

    /// The classes and aliases that the union is made of.
    pub fn members(&self) -> &[Ref<'_>] {
        self.members.get().downcast::<Tuple>().map_or(&[], |members| members.as_slice())
    }
}

fn is_unionable(value: Ref<'_>) -> bool {
    value.is_none()
        || value.downcast::<Class>().is_some()
        || value.downcast::<GenericAlias>().is_some()
        || value.downcast::<Union>().is_some()
}

/// A choice of types, such as `int | None`.
#[class(name = "Union", module = "typing", no_new, final)]
impl Union {
    #[getter]
    fn __args__(this: &Object<Union>) -> Value {
        this.members.get().to_value()
    }

    #[getter]
    fn __parameters__(this: &Object<Union>) -> Value {
        this.parameters.get().to_value()
    }

    #[getter]
    fn __origin__(t: &mut Thread, this: &Object<Union>) -> Value {
        this.borrow().class(t).to_value()
    }

    #[getter]
    fn __name__(_this: &Object<Union>) -> &'static str {
        "Union"
    }

    #[getter]
    fn __qualname__(_this: &Object<Union>) -> &'static str {
        "Union"
    }

    /// Whether a value is an instance of one of the members.
    #[method]
    fn __instancecheck__(t: &mut Thread, this: &Object<Union>, value: Ref<'_>) -> Result<bool> {
        for member in this.members() {
            if instance::is_instance(t, value, *member)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a class is a subclass of one of the members.
    #[method]
    fn __subclasscheck__(t: &mut Thread, this: &Object<Union>, class: Ref<'_>) -> Result<bool> {
        for member in this.members() {
            if instance::is_subclass(t, class, *member)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[method]
    fn __or__(t: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Result<Value> {
        Union::of_operands(t, left, right)
    }

    #[method]
    fn __ror__(t: &mut Thread, right: Ref<'_>, left: Ref<'_>) -> Result<Value> {
        Union::of_operands(t, left, right)
    }

    /// `Union[int, str]`
    #[classmethod]
    fn __class_getitem__(t: &mut Thread, _class: &Object<Class>, item: Ref<'_>) -> Result<Value> {
        match item.downcast::<Tuple>() {
            Some(items) if items.is_empty() => {
                raise!(t, TypeError, "Cannot take a Union of no types.")
            }
            Some(items) => Union::of(t, items.as_slice()),
            None => Union::of(t, &[item]),
        }
    }

    /// The union with its type variables replaced.
    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<Union>, item: Ref<'_>) -> Result<Value> {
        let origin = this.borrow().class(t).to_value();
        let alias = GenericAlias::with_item(t, origin, this.members.get(), false)?;
        let replaced = subscript::get(t, alias.borrow(), item)?;
        let Some(replaced) = replaced.downcast_ref::<GenericAlias>() else { return Ok(replaced) };
        let mut members = replaced.arguments().iter();
        let Some(first) = members.next() else { return Ok(Value::NONE) };
        let mut union = first.to_value();
        for member in members {
            union = operator::binary(t, Operator::Or, union.borrow(), *member)?;
        }
        Ok(union)
    }

    #[method]
    fn __eq__(t: &mut Thread, this: &Object<Union>, other: &Object<Union>) -> Result<bool> {
        same_members(t, this, other)
    }

    #[method]
    fn __ne__(t: &mut Thread, this: &Object<Union>, other: &Object<Union>) -> Result<bool> {
        same_members(t, this, other).map(|same| !same)
    }

    #[method]
    fn __hash__(t: &mut Thread, this: &Object<Union>) -> Result<i64> {
        // Equal in any order, so the hashes are combined without one.
        let mut sum = 0x9E37_79B9;
        for member in this.members() {
            sum ^= hash::hash(t, *member)?.wrapping_mul(0x1000_0000_01B3);
        }
        Ok(if sum == -1 { -2 } else { sum })
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Union>) -> Result<Obj<Str>> {
        let mut out = TextBuf::new();
        for (at, member) in this.members().iter().enumerate() {
            out.push_str(if at > 0 { " | " } else { "" });
            match member.is(t.shape_of::<NoneType>().class().borrow()) {
                true => out.push_str("None"),
                false => push_argument(t, &mut out, *member)?,
            }
        }
        Ok(Str::from_buf(t, &out))
    }
}

fn same_members(t: &mut Thread, a: &Union, b: &Union) -> Result<bool> {
    if a.members().len() != b.members().len() {
        return Ok(false);
    }
    for member in a.members() {
        let mut found = false;
        for other in b.members() {
            found = found || compare::equal(t, *member, *other)?;
        }
        if !found {
            return Ok(false);
        }
    }
    Ok(true)
}
