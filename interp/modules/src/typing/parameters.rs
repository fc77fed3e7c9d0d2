//! `TypeVar`, `ParamSpec`, `TypeVarTuple`, and what stands for an absent default.

use ungil_macros::{class, function};
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::fields::Fixed;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::text::name_of;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::types::union::Union;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use super::{Lazy, call_typing, no_default, running_module};
use crate::payload::payload_struct;

/// The payload of the class of `NoDefault`.
pub struct NoDefaultType;

ungil_objects::payload!(NoDefaultType, plain);

impl Trace for NoDefaultType {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// The class of `NoDefault`, which stands for the default of a type parameter that has none.
#[class(name = "NoDefaultType", module = "typing", final)]
impl NoDefaultType {
    #[new]
    fn new_no_default(t: &mut Thread, _class: &Object<Class>) -> Value {
        no_default(t)
    }

    #[method]
    fn __repr__(_this: &Object<NoDefaultType>) -> &'static str {
        "typing.NoDefault"
    }

    #[method]
    fn __reduce__(_this: &Object<NoDefaultType>) -> &'static str {
        "NoDefault"
    }
}

payload_struct! {
    /// The payload of `typing.TypeVar`.
    TypeVar {
        name: Fixed,
        bound: Lazy,
        constraints: Lazy,
        default: Lazy,
        module: Fixed,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    }
}

payload_struct! {
    /// The payload of `typing.ParamSpec`.
    ParamSpec {
        name: Fixed,
        bound: Lazy,
        default: Lazy,
        module: Fixed,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    }
}

payload_struct! {
    /// The payload of `typing.TypeVarTuple`.
    TypeVarTuple { name: Fixed, default: Lazy, module: Fixed }
}

payload_struct! {
    /// The payload of `P.args`.
    ParamSpecArgs { origin: Fixed }
}

payload_struct! {
    /// The payload of `P.kwargs`.
    ParamSpecKwargs { origin: Fixed }
}

/// A type variable as `class C[T]` makes it, whose variance is inferred.
fn type_variable(t: &mut Thread, name: Ref<'_>, bound: Lazy, constraints: Lazy) -> Obj<TypeVar> {
    let module = Fixed::new(running_module(t));
    t.alloc(TypeVar {
        name: Fixed::new(name.to_value()),
        bound,
        constraints,
        default: Lazy::of(None),
        module,
        covariant: false,
        contravariant: false,
        infer_variance: true,
    })
}

#[function]
pub fn _make_type_variable(t: &mut Thread, name: Ref<'_>) -> Obj<TypeVar> {
    type_variable(t, name, Lazy::of(None), Lazy::of(None))
}

#[function]
pub fn _make_bound_type_variable(t: &mut Thread, name: Ref<'_>, evaluate: Ref<'_>) -> Obj<TypeVar> {
    type_variable(t, name, Lazy::by(evaluate.to_value()), Lazy::of(None))
}

#[function]
pub fn _make_constrained_type_variable(t: &mut Thread, name: Ref<'_>, evaluate: Ref<'_>) -> Obj<TypeVar> {
    type_variable(t, name, Lazy::of(None), Lazy::by(evaluate.to_value()))
}

#[function]
pub fn _make_parameter_specification(t: &mut Thread, name: Ref<'_>) -> Obj<ParamSpec> {
    let module = Fixed::new(running_module(t));
    t.alloc(ParamSpec {
        name: Fixed::new(name.to_value()),
        bound: Lazy::of(None),
        default: Lazy::of(None),
        module,
        covariant: false,
        contravariant: false,
        infer_variance: true,
    })
}

#[function]
pub fn _make_type_variable_tuple(t: &mut Thread, name: Ref<'_>) -> Obj<TypeVarTuple> {
    let module = Fixed::new(running_module(t));
    t.alloc(TypeVarTuple { name: Fixed::new(name.to_value()), default: Lazy::of(None), module })
}

#[function]
pub fn _set_default(t: &mut Thread, parameter: Ref<'_>, evaluate: Ref<'_>) -> Value {
    if let Some(this) = parameter.downcast::<TypeVar>() {
        this.default.set_function(t, this, evaluate);
    } else if let Some(this) = parameter.downcast::<ParamSpec>() {
        this.default.set_function(t, this, evaluate);
    } else if let Some(this) = parameter.downcast::<TypeVarTuple>() {
        this.default.set_function(t, this, evaluate);
    }
    parameter.to_value()
}

fn check_variance(t: &Thread, covariant: bool, contravariant: bool, infer: bool) -> Result<()> {
    if covariant && contravariant {
        raise!(t, ValueError, "Bivariant types are not supported.");
    }
    if infer && (covariant || contravariant) {
        raise!(t, ValueError, "Variance cannot be specified with infer_variance.");
    }
    Ok(())
}

/// The name as `repr` shows it: with the sign of its variance.
fn shown(name: Ref<'_>, covariant: bool, contravariant: bool, infer: bool) -> String {
    let sign = match (infer, covariant, contravariant) {
        (true, ..) => "",
        (_, true, _) => "+",
        (_, _, true) => "-",
        _ => "~",
    };
    format!("{sign}{}", name_of(name))
}

/// What `__parameters__`-like attributes of the three classes have in common.
macro_rules! common {
    ($($type:ident $part:ident),*) => {
        $(
            #[ungil_macros::methods($part)]
            impl $type {
                #[getter]
                fn __name__(&self) -> Value {
                    self.name.get().to_value()
                }

                #[getter]
                fn __module__(&self) -> Value {
                    self.module.get().to_value()
                }

                #[getter]
                fn __default__(t: &mut Thread, this: &Object<$type>) -> Result<Value> {
                    Ok(this.default.get(t, this)?.unwrap_or_else(|| no_default(t)))
                }

                #[getter]
                fn evaluate_default(t: &mut Thread, this: &Object<$type>) -> Option<Value> {
                    this.default.function(t, this)
                }

                #[method]
                fn has_default(t: &mut Thread, this: &Object<$type>) -> bool {
                    this.default.is_set(t, this)
                }

                #[method]
                fn __reduce__(&self) -> Value {
                    self.name.get().to_value()
                }

                #[method]
                fn __mro_entries__(t: &mut Thread, _this: &Object<$type>, _bases: Ref<'_>) -> Result<Value> {
                    raise!(t, TypeError, concat!("Cannot subclass an instance of ", stringify!($type)))
                }
            }
        )*
    };
}

common!(TypeVar COMMON, ParamSpec COMMON, TypeVarTuple COMMON);

/// A default as it was given: not `NoDefault`.
fn given_default(t: &Thread, default: Option<Ref<'_>>) -> Lazy {
    let absent = no_default(t);
    Lazy::of(default.filter(|default| !default.is(absent.borrow())).map(Ref::to_value))
}

/// A parameter that stands for one type: the `T` of `class C[T]`.
#[class(name = "TypeVar", module = "typing", final, members = [COMMON])]
impl TypeVar {
    #[allow(clippy::too_many_arguments, reason = "the parameters are those of the Python function")]
    #[new(
        signature = "(name, *constraints, bound=None, default=..., covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn new_type_variable(
        t: &mut Thread,
        class: &Object<Class>,
        name: &Object<Str>,
        constraints: &[Ref<'_>],
        bound: Option<Ref<'_>>,
        default: Option<Ref<'_>>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> Result<Obj<TypeVar>> {
        check_variance(t, covariant, contravariant, infer_variance)?;
        if constraints.len() == 1 {
            raise!(t, TypeError, "A single constraint is not allowed");
        }
        if !constraints.is_empty() && bound.is_some() {
            raise!(t, TypeError, "Constraints cannot be combined with bound=...");
        }
        let constraints = (!constraints.is_empty())
            .then(|| Tuple::from_values(t, constraints.iter().map(|each| each.to_value())).into_value());
        let variable = TypeVar {
            name: Fixed::new(name.to_value()),
            bound: Lazy::of(bound.map(Ref::to_value)),
            constraints: Lazy::of(constraints),
            default: given_default(t, default),
            module: Fixed::new(running_module(t)),
            covariant,
            contravariant,
            infer_variance,
        };
        Ok(t.alloc_with_shape(class.root_shape(), variable))
    }

    #[getter]
    fn __bound__(t: &mut Thread, this: &Object<TypeVar>) -> Result<Option<Value>> {
        this.bound.get(t, this)
    }

    #[getter]
    fn evaluate_bound(t: &mut Thread, this: &Object<TypeVar>) -> Option<Value> {
        this.bound.function(t, this)
    }

    #[getter]
    fn __constraints__(t: &mut Thread, this: &Object<TypeVar>) -> Result<Value> {
        Ok(this.constraints.get(t, this)?.unwrap_or_else(|| Tuple::from_values(t, []).into_value()))
    }

    #[getter]
    fn evaluate_constraints(t: &mut Thread, this: &Object<TypeVar>) -> Option<Value> {
        this.constraints.function(t, this)
    }

    #[getter]
    fn __covariant__(&self) -> bool {
        self.covariant
    }

    #[getter]
    fn __contravariant__(&self) -> bool {
        self.contravariant
    }

    #[getter]
    fn __infer_variance__(&self) -> bool {
        self.infer_variance
    }

    #[method]
    fn __repr__(&self) -> String {
        shown(self.name.get(), self.covariant, self.contravariant, self.infer_variance)
    }

    #[method]
    fn __typing_subst__(t: &mut Thread, this: Ref<'_>, arg: Ref<'_>) -> Result<Value> {
        call_typing(t, "_typevar_subst", Args::positional_only(&[this, arg]))
    }

    #[method]
    fn __typing_prepare_subst__(
        t: &mut Thread,
        this: &Object<TypeVar>,
        alias: Ref<'_>,
        args: Ref<'_>,
    ) -> Result<Value> {
        prepare(t, this.borrow(), this.default.is_set(t, this), alias, args)
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

/// The arguments of a subscription with the default of the parameter where none was given for it.
fn prepare(
    t: &mut Thread,
    parameter: Ref<'_>,
    has_default: bool,
    alias: Ref<'_>,
    args: Ref<'_>,
) -> Result<Value> {
    use ungil_objects::protocol::{attribute, compare, iterate};
    let parameters = attribute::get(t, alias, t.names().__parameters__)?;
    let parameters = iterate::collect(t, parameters.borrow())?;
    let mut given = iterate::collect(t, args)?;
    let mut index = parameters.len();
    for (at, each) in parameters.iter().enumerate() {
        if compare::equal(t, each.borrow(), parameter)? {
            index = at;
            break;
        }
    }
    if index < given.len() {
        return Ok(args.to_value());
    }
    if index == given.len() && has_default {
        let name = t.interpreter().intern(t, "__default__");
        given.push(attribute::get(t, parameter, name)?);
        return Ok(Tuple::from_values(t, given).into_value());
    }
    let alias = ungil_objects::protocol::text::str(t, alias)?;
    let (expected, count) = (parameters.len(), given.len());
    raise!(t, TypeError, "Too few arguments for {}; actual {count}, expected {expected}", &**alias)
}

/// A parameter that stands for a callable's parameters: the `P` of `class C[**P]`.
#[class(name = "ParamSpec", module = "typing", final, members = [COMMON])]
impl ParamSpec {
    #[allow(clippy::too_many_arguments, reason = "the parameters are those of the Python function")]
    #[new(
        signature = "(name, *, bound=None, default=..., covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn new_parameter_specification(
        t: &mut Thread,
        class: &Object<Class>,
        name: &Object<Str>,
        bound: Option<Ref<'_>>,
        default: Option<Ref<'_>>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> Result<Obj<ParamSpec>> {
        check_variance(t, covariant, contravariant, infer_variance)?;
        let parameters = ParamSpec {
            name: Fixed::new(name.to_value()),
            bound: Lazy::of(bound.map(Ref::to_value)),
            default: given_default(t, default),
            module: Fixed::new(running_module(t)),
            covariant,
            contravariant,
            infer_variance,
        };
        Ok(t.alloc_with_shape(class.root_shape(), parameters))
    }

    #[getter]
    fn args(t: &mut Thread, this: &Object<ParamSpec>) -> Obj<ParamSpecArgs> {
        t.alloc(ParamSpecArgs { origin: Fixed::new(this.to_value()) })
    }

    #[getter]
    fn kwargs(t: &mut Thread, this: &Object<ParamSpec>) -> Obj<ParamSpecKwargs> {
        t.alloc(ParamSpecKwargs { origin: Fixed::new(this.to_value()) })
    }

    #[getter]
    fn __bound__(t: &mut Thread, this: &Object<ParamSpec>) -> Result<Option<Value>> {
        this.bound.get(t, this)
    }

    #[getter]
    fn __covariant__(&self) -> bool {
        self.covariant
    }

    #[getter]
    fn __contravariant__(&self) -> bool {
        self.contravariant
    }

    #[getter]
    fn __infer_variance__(&self) -> bool {
        self.infer_variance
    }

    #[method]
    fn __repr__(&self) -> String {
        shown(self.name.get(), self.covariant, self.contravariant, self.infer_variance)
    }

    #[method]
    fn __typing_subst__(t: &mut Thread, this: Ref<'_>, arg: Ref<'_>) -> Result<Value> {
        call_typing(t, "_paramspec_subst", Args::positional_only(&[this, arg]))
    }

    #[method]
    fn __typing_prepare_subst__(
        t: &mut Thread,
        this: Ref<'_>,
        alias: Ref<'_>,
        args: Ref<'_>,
    ) -> Result<Value> {
        call_typing(t, "_paramspec_prepare_subst", Args::positional_only(&[this, alias, args]))
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

/// A parameter that stands for any number of types: the `Ts` of `class C[*Ts]`.
#[class(name = "TypeVarTuple", module = "typing", final, members = [COMMON])]
impl TypeVarTuple {
    #[new(signature = "(name, *, default=...)")]
    fn new_type_variable_tuple(
        t: &mut Thread,
        class: &Object<Class>,
        name: &Object<Str>,
        default: Option<Ref<'_>>,
    ) -> Obj<TypeVarTuple> {
        let variables = TypeVarTuple {
            name: Fixed::new(name.to_value()),
            default: given_default(t, default),
            module: Fixed::new(running_module(t)),
        };
        t.alloc_with_shape(class.root_shape(), variables)
    }

    #[method]
    fn __iter__(t: &mut Thread, this: Ref<'_>) -> Result<Value> {
        let typing = t.import("typing")?;
        let name = t.interpreter().intern(t, "Unpack");
        let unpack = ungil_objects::protocol::attribute::get(t, typing.borrow(), name)?;
        let unpacked = ungil_objects::protocol::subscript::get(t, unpack.borrow(), this)?;
        let single = Tuple::from_values(t, [unpacked]);
        ungil_objects::protocol::iterate::iter(t, single.borrow())
    }

    #[method]
    fn __repr__(&self) -> String {
        name_of(self.name.get())
    }

    #[method]
    fn __typing_subst__(t: &mut Thread, _this: Ref<'_>, _arg: Ref<'_>) -> Result<Value> {
        raise!(t, TypeError, "Substitution of bare TypeVarTuple is not supported")
    }

    #[method]
    fn __typing_prepare_subst__(
        t: &mut Thread,
        this: Ref<'_>,
        alias: Ref<'_>,
        args: Ref<'_>,
    ) -> Result<Value> {
        call_typing(t, "_typevartuple_prepare_subst", Args::positional_only(&[this, alias, args]))
    }
}

macro_rules! parts_of_specification {
    ($($(#[$doc:meta])* $type:ident $name:literal $suffix:literal),*) => {
        $(
            $(#[$doc])*
            #[class(name = $name, module = "typing", final)]
            impl $type {
                #[new]
                fn new_part(t: &mut Thread, class: &Object<Class>, origin: Ref<'_>) -> Obj<$type> {
                    t.alloc_with_shape(class.root_shape(), $type { origin: Fixed::new(origin.to_value()) })
                }

                #[getter]
                fn __origin__(&self) -> Value {
                    self.origin.get().to_value()
                }

                #[method]
                fn __repr__(t: &mut Thread, this: &Object<$type>) -> Result<String> {
                    let origin = this.origin.get();
                    let shown = match origin.downcast::<ParamSpec>() {
                        Some(origin) => name_of(origin.name.get()),
                        None => ungil_objects::protocol::text::repr(t, origin)?.to_string(),
                    };
                    Ok(format!("{shown}{}", $suffix))
                }

                #[method]
                fn __eq__(t: &mut Thread, this: &Object<$type>, other: &Object<$type>) -> Result<bool> {
                    ungil_objects::protocol::compare::equal(t, this.origin.get(), other.origin.get())
                }
            }
        )*
    };
}

parts_of_specification!(
    /// What `P.args` is for a `ParamSpec` named `P`: the annotation of `*args`.
    ParamSpecArgs "ParamSpecArgs" ".args",
    /// What `P.kwargs` is for a `ParamSpec` named `P`: the annotation of `**kwargs`.
    ParamSpecKwargs "ParamSpecKwargs" ".kwargs"
);
