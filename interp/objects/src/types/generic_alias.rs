//! `types.GenericAlias`: `list[int]` and the like (PEP 585).

use ungil_macros::class;
use ungil_text::TextBuf;

use crate::call::Args;
use crate::class::Class;
use crate::error::{Exc, Result};
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::compare::{self, Comparison};
use crate::protocol::{attribute, call, hash, subscript, text};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::list::List;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::types::union::Union;
use crate::value::{Ref, Value};

/// The payload of `types.GenericAlias`.
pub struct GenericAlias {
    origin: Fixed,
    arguments: Fixed,
    /// The type variables in the arguments.
    parameters: Fixed,
    /// Whether this is `*tuple[int]`, what iterating an alias gives.
    starred: bool,
}

crate::payload!(GenericAlias, collected, deferrable);

impl Trace for GenericAlias {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.origin.trace(tracer);
        self.arguments.trace(tracer);
        self.parameters.trace(tracer);
    }
}

impl GenericAlias {
    /// `class[item]`, as classes answer that are generic without more ado.
    pub fn of_class(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        match GenericAlias::with_item(t, class.to_value(), item, false) {
            Ok(alias) => alias.into_value(),
            Err(_) => class.to_value(),
        }
    }

    /// `origin[item]`; a tuple between the brackets is several arguments.
    ///
    /// # Errors
    /// What looking at the arguments' attributes raises.
    pub fn with_item(
        t: &mut Thread,
        origin: Value,
        item: Ref<'_>,
        starred: bool,
    ) -> Result<Obj<GenericAlias>> {
        let arguments = match item.downcast::<Tuple>() {
            Some(items) => items.to_obj(),
            None => Tuple::from_values(t, [item.to_value()]),
        };
        let mut parameters = Vec::new();
        collect_parameters(t, arguments.as_slice(), &mut parameters)?;
        let parameters = Tuple::from_values(t, parameters);
        Ok(t.alloc(GenericAlias {
            origin: Fixed::new(origin),
            arguments: Fixed::new(arguments.into_value()),
            parameters: Fixed::new(parameters.into_value()),
            starred,
        }))
    }

    pub fn origin(&self) -> Ref<'_> {
        self.origin.get()
    }

    pub fn arguments(&self) -> &[Ref<'_>] {
        self.arguments.get().downcast::<Tuple>().map_or(&[], |arguments| arguments.as_slice())
    }

    fn parameters(&self) -> &[Ref<'_>] {
        self.parameters.get().downcast::<Tuple>().map_or(&[], |parameters| parameters.as_slice())
    }
}

/// `value.name` for a name that is no constant of the runtime, if there is one.
fn attribute_if_any(t: &mut Thread, value: Ref<'_>, name: &str) -> Result<Option<Value>> {
    let name = t.interpreter().intern(t, name);
    attribute::get_if_any(t, value, name)
}

/// Adds the type variables in arguments: what has `__typing_subst__` itself, and the `__parameters__` of the others.
pub(super) fn collect_parameters(t: &mut Thread, items: &[Ref<'_>], found: &mut Vec<Value>) -> Result<()> {
    t.check_stack(" while collecting type parameters")?;
    for item in items {
        if item.downcast::<Class>().is_some() {
            continue;
        }
        if let Some(tuple) = item.downcast::<Tuple>() {
            collect_parameters(t, tuple.as_slice(), found)?;
        } else if let Some(list) = item.downcast::<List>() {
            let items = list.to_vec(t);
            let items: Vec<_> = items.iter().map(Value::borrow).collect();
            collect_parameters(t, &items, found)?;
        } else if attribute_if_any(t, *item, "__typing_subst__")?.is_some() {
            add_once(found, item.to_value());
        } else if let Some(parameters) = attribute::get_if_any(t, *item, t.names().__parameters__)?
            && let Some(parameters) = parameters.downcast_ref::<Tuple>()
        {
            parameters.to_vec().into_iter().for_each(|parameter| add_once(found, parameter));
        }
    }
    Ok(())
}

fn add_once(found: &mut Vec<Value>, value: Value) {
    if !found.iter().any(|other| other.borrow().is(value.borrow())) {
        found.push(value);
    }
}

/// Shows a type argument as `repr` of aliases and unions does: classes by name.
pub(super) fn push_argument(t: &mut Thread, out: &mut TextBuf, item: Ref<'_>) -> Result<()> {
    let names = t.names();
    if item.is(crate::value::ELLIPSIS) {
        out.push_str("...");
        return Ok(());
    }
    if let Some(list) = item.downcast::<List>() {
        let items = list.to_vec(t);
        out.push_str("[");
        for (at, item) in items.iter().enumerate() {
            out.push_str(if at > 0 { ", " } else { "" });
            push_argument(t, out, item.borrow())?;
        }
        out.push_str("]");
        return Ok(());
    }
    let is_alias = attribute::get_if_any(t, item, names.__origin__)?.is_some()
        && attribute_if_any(t, item, "__args__")?.is_some();
    if !is_alias
        && let Some(qualname) = attribute::get_if_any(t, item, names.__qualname__)?
        && let Some(module) = attribute::get_if_any(t, item, names.__module__)?
        && !module.is_none()
    {
        let (qualname, module) = (text::str(t, qualname.borrow())?, text::str(t, module.borrow())?);
        if !module.is_text("builtins") {
            out.push_text(module.text());
            out.push_str(".");
        }
        out.push_text(qualname.text());
        return Ok(());
    }
    let shown = text::repr(t, item)?;
    out.push_text(shown.text());
    Ok(())
}

/// The attributes that an alias answers itself; all others are its origin's.
const OWN_ATTRIBUTES: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];

/// A class with type arguments, such as `list[int]`: `__origin__` is the class, `__args__` the tuple of arguments.
#[class(name = "GenericAlias", module = "types")]
impl GenericAlias {
    #[new]
    fn new(t: &mut Thread, _class: &Object<Class>, args: Args<'_>) -> Result<Obj<GenericAlias>> {
        let [Some(origin), Some(item)] = args.unpack(t, "GenericAlias", 2)? else {
            raise!(t, TypeError, "GenericAlias expected 2 arguments, got {}", args.values().len());
        };
        GenericAlias::with_item(t, origin.to_value(), item, false)
    }

    #[getter]
    fn __origin__(this: &Object<GenericAlias>) -> Value {
        this.origin().to_value()
    }

    #[getter]
    fn __args__(this: &Object<GenericAlias>) -> Value {
        this.arguments.get().to_value()
    }

    #[getter]
    fn __parameters__(this: &Object<GenericAlias>) -> Value {
        this.parameters.get().to_value()
    }

    #[getter]
    fn __unpacked__(this: &Object<GenericAlias>) -> bool {
        this.starred
    }

    #[getter]
    fn __typing_unpacked_tuple_args__(t: &mut Thread, this: &Object<GenericAlias>) -> Value {
        let is_tuple = this.origin().is(t.shape_of::<Tuple>().class().borrow());
        if this.starred && is_tuple { this.arguments.get().to_value() } else { Value::NONE }
    }

    #[method]
    fn __getattribute__(t: &mut Thread, this: &Object<GenericAlias>, name: Ref<'_>) -> Result<Value> {
        let own = name
            .downcast::<Str>()
            .is_none_or(|name| name.as_ascii().is_some_and(|name| OWN_ATTRIBUTES.contains(&name)));
        if own {
            attribute::generic_get(t, this.borrow(), name)
        } else {
            attribute::get(t, this.origin(), name)
        }
    }

    /// Calls the origin, and tells the result what it was made by if it takes attributes.
    #[method]
    fn __call__(t: &mut Thread, this: &Object<GenericAlias>, args: Args<'_>) -> Result<Value> {
        let made = call::call_args(t, this.origin(), args)?;
        match attribute::set(t, made.borrow(), t.names().__orig_class__, this.to_value()) {
            Err(raised) if !raised.is(t, Exc::AttributeError) && !raised.is(t, Exc::TypeError) => Err(raised),
            _ => Ok(made),
        }
    }

    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<GenericAlias>, item: Ref<'_>) -> Result<Value> {
        this.substitute(t, item)
    }

    /// Type checkers see `*alias` in an argument list; at run time it is an alias that says so.
    #[method]
    fn __iter__(t: &mut Thread, this: &Object<GenericAlias>) -> Result<Value> {
        let starred =
            GenericAlias::with_item(t, this.origin().to_value(), this.arguments.get(), true)?.into_value();
        let one = Tuple::from_values(t, [starred]);
        crate::protocol::iterate::iter(t, one.borrow())
    }

    #[method]
    fn __mro_entries__(t: &mut Thread, this: &Object<GenericAlias>, _bases: Ref<'_>) -> Obj<Tuple> {
        Tuple::from_values(t, [this.origin().to_value()])
    }

    #[method]
    fn __instancecheck__(t: &mut Thread, _this: &Object<GenericAlias>, _instance: Ref<'_>) -> Result<bool> {
        raise!(t, TypeError, "isinstance() argument 2 cannot be a parameterized generic")
    }

    #[method]
    fn __subclasscheck__(t: &mut Thread, _this: &Object<GenericAlias>, _class: Ref<'_>) -> Result<bool> {
        raise!(t, TypeError, "issubclass() argument 2 cannot be a parameterized generic")
    }

    #[method]
    fn __or__(t: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Result<Value> {
        Union::of_operands(t, left, right)
    }

    #[method]
    fn __ror__(t: &mut Thread, right: Ref<'_>, left: Ref<'_>) -> Result<Value> {
        Union::of_operands(t, left, right)
    }

    #[method]
    fn __eq__(t: &mut Thread, this: &Object<GenericAlias>, other: &Object<GenericAlias>) -> Result<bool> {
        Ok(this.starred == other.starred
            && compare::equal(t, this.origin(), other.origin())?
            && compare::equal(t, this.arguments.get(), other.arguments.get())?)
    }

    #[method]
    fn __ne__(t: &mut Thread, this: &Object<GenericAlias>, other: &Object<GenericAlias>) -> Result<bool> {
        compare::holds(t, Comparison::Equal, this.borrow(), other.borrow()).map(|equal| !equal)
    }

    #[method]
    fn __hash__(t: &mut Thread, this: &Object<GenericAlias>) -> Result<i64> {
        Ok(hash::hash(t, this.origin())? ^ hash::hash(t, this.arguments.get())?)
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<GenericAlias>) -> Result<Obj<Str>> {
        t.check_stack(" while getting the repr of an alias")?;
        let mut out = TextBuf::new();
        out.push_str(if this.starred { "*" } else { "" });
        push_argument(t, &mut out, this.origin())?;
        out.push_str("[");
        for (at, item) in this.arguments().iter().enumerate() {
            out.push_str(if at > 0 { ", " } else { "" });
            push_argument(t, &mut out, *item)?;
        }
        out.push_str(if this.arguments().is_empty() { "()]" } else { "]" });
        Ok(Str::from_buf(t, &out))
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<GenericAlias>) -> Value {
        let class = this.borrow().class(t).to_value();
        let parts = [this.origin().to_value(), this.arguments.get().to_value()];
        let parts = Tuple::from_values(t, parts);
        Tuple::from_values(t, [class, parts.into_value()]).into_value()
    }
}

impl Object<GenericAlias> {
    /// `alias[item]`: the alias with its type variables replaced.
    fn substitute(&self, t: &mut Thread, item: Ref<'_>) -> Result<Value> {
        if self.parameters().is_empty() {
            let shown = text::repr(t, self.borrow())?;
            raise!(t, TypeError, "{} is not a generic class", &**shown);
        }
        let mut given = item.to_value();
        for parameter in self.parameters() {
            if let Some(prepare) = attribute_if_any(t, *parameter, "__typing_prepare_subst__")?
                && !prepare.is_none()
            {
                let as_tuple = match given.downcast_ref::<Tuple>() {
                    Some(_) => given,
                    None => Tuple::from_values(t, [given]).into_value(),
                };
                given = call::call(t, prepare.borrow(), &[self.borrow(), as_tuple.borrow()])?;
            }
        }
        let given = match given.downcast_ref::<Tuple>() {
            Some(given) => given.to_vec(),
            None => vec![given],
        };
        let (actual, wanted) = (given.len(), self.parameters().len());
        if actual != wanted {
            let shown = text::repr(t, self.borrow())?;
            let how = if actual > wanted { "many" } else { "few" };
            raise!(t, TypeError, "Too {how} arguments for {}; actual {actual}, expected {wanted}", &**shown);
        }
        let mut arguments = Vec::new();
        for argument in self.arguments() {
            self.substitute_one(t, *argument, &given, &mut arguments)?;
        }
        let arguments = Tuple::from_values(t, arguments);
        GenericAlias::with_item(t, self.origin().to_value(), arguments.borrow(), self.starred)
            .map(Obj::into_value)
    }

    /// One argument with `given` in the place of the parameters, which may become several.
    fn substitute_one(
        &self,
        t: &mut Thread,
        argument: Ref<'_>,
        given: &[Value],
        out: &mut Vec<Value>,
    ) -> Result<()> {
        let position = |parameter: Ref<'_>| self.parameters().iter().position(|own| own.is(parameter));
        if argument.downcast::<Class>().is_some() {
            out.push(argument.to_value());
            return Ok(());
        }
        let starred = attribute_if_any(t, argument, "__typing_is_unpacked_typevartuple__")?;
        let spreads = match starred {
            Some(starred) => crate::protocol::convert::is_true(t, starred.borrow())?,
            None => false,
        };
        let replaced = if let Some(substitute) = attribute_if_any(t, argument, "__typing_subst__")? {
            match position(argument) {
                Some(at) => call::call(t, substitute.borrow(), &[given[at].borrow()])?,
                None => argument.to_value(),
            }
        } else if let Some(inner) = attribute::get_if_any(t, argument, t.names().__parameters__)?
            && let Some(inner) = inner.downcast_ref::<Tuple>()
            && !inner.is_empty()
        {
            let items: Vec<_> = inner.items().filter_map(&position).map(|at| given[at].clone()).collect();
            let items = Tuple::from_values(t, items);
            subscript::get(t, argument, items.borrow())?
        } else {
            argument.to_value()
        };
        match replaced.downcast_ref::<Tuple>().filter(|_| spreads) {
            Some(several) => out.extend(several.to_vec()),
            None => out.push(replaced),
        }
        Ok(())
    }
}
