//! `typing.TypeAliasType`: what `type X = …` makes.

use ungil_macros::{class, function};
use ungil_objects::class::Class;
use ungil_objects::fields::Fixed;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::text::name_of;
use ungil_objects::types::generic_alias::GenericAlias;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::types::union::Union;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use super::{Lazy, running_module};
use crate::payload::payload_struct;

payload_struct! {
    /// The payload of `typing.TypeAliasType`.
    TypeAliasType { name: Fixed, parameters: Fixed, value: Lazy, module: Fixed }
}

#[function]
pub fn _make_type_alias(
    t: &mut Thread,
    name: Ref<'_>,
    parameters: Ref<'_>,
    evaluate: Ref<'_>,
) -> Obj<TypeAliasType> {
    let parameters = match parameters.downcast::<Tuple>() {
        Some(parameters) => parameters.to_value(),
        None => Tuple::from_values(t, []).into_value(),
    };
    let module = Fixed::new(running_module(t));
    let (name, parameters) = (Fixed::new(name.to_value()), Fixed::new(parameters));
    t.alloc(TypeAliasType { name, parameters, value: Lazy::by(evaluate.to_value()), module })
}

/// Type alias.
#[class(name = "TypeAliasType", module = "typing", final)]
impl TypeAliasType {
    #[new(signature = "(name, value, *, type_params=())")]
    fn new_alias(
        t: &mut Thread,
        class: &Object<Class>,
        name: &Object<Str>,
        value: Ref<'_>,
        type_params: Option<Ref<'_>>,
    ) -> Result<Obj<TypeAliasType>> {
        let parameters = match type_params {
            Some(given) if given.downcast::<Tuple>().is_none() => {
                raise!(t, TypeError, "type_params must be a tuple")
            }
            Some(given) => given.to_value(),
            None => Tuple::from_values(t, []).into_value(),
        };
        let module = Fixed::new(running_module(t));
        let (name, parameters) = (Fixed::new(name.to_value()), Fixed::new(parameters));
        let alias = TypeAliasType { name, parameters, value: Lazy::of(Some(value.to_value())), module };
        Ok(t.alloc_with_shape(class.root_shape(), alias))
    }

    #[getter]
    fn __name__(&self) -> Value {
        self.name.get().to_value()
    }

    #[getter]
    fn __module__(&self) -> Value {
        self.module.get().to_value()
    }

    #[getter]
    fn __value__(t: &mut Thread, this: &Object<TypeAliasType>) -> Result<Option<Value>> {
        this.value.get(t, this)
    }

    #[getter]
    fn evaluate_value(t: &mut Thread, this: &Object<TypeAliasType>) -> Option<Value> {
        this.value.function(t, this)
    }

    #[getter]
    fn __type_params__(&self) -> Value {
        self.parameters.get().to_value()
    }

    #[getter]
    fn __parameters__(&self) -> Value {
        self.parameters.get().to_value()
    }

    #[method]
    fn __repr__(&self) -> String {
        name_of(self.name.get())
    }

    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<TypeAliasType>, item: Ref<'_>) -> Result<Value> {
        if this.parameters.as_value().downcast_ref::<Tuple>().is_none_or(|parameters| parameters.is_empty()) {
            raise!(t, TypeError, "Only generic type aliases are subscriptable");
        }
        let class = t.shape_of::<GenericAlias>().class();
        ungil_objects::protocol::call::call(t, class.borrow(), &[this.borrow(), item])
    }

    #[method]
    fn __or__(t: &mut Thread, this: Ref<'_>, other: Ref<'_>) -> Result<Value> {
        Union::of(t, &[this, other])
    }

    #[method]
    fn __ror__(t: &mut Thread, this: Ref<'_>, other: Ref<'_>) -> Result<Value> {
        Union::of(t, &[other, this])
    }
}
