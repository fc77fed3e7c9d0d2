//! `ast.AST`, from which all classes of nodes derive: fields are attributes of instances, and classes say which there are.

use ungil_macros::class;
use ungil_objects::attributes;
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::error::Exc;
use ungil_objects::object::Object;
use ungil_objects::protocol::text::name_of;
use ungil_objects::protocol::{attribute, call, iterate};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::generic_alias::GenericAlias;
use ungil_objects::types::list::List;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::types::union::Union;
use ungil_objects::{Ref, Result, Thread, Value, payload, raise};

use super::{LOAD, show};

/// The payload of nodes: they have attributes only.
pub struct Node;

payload!(Node, collected);

impl Trace for Node {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// A tuple of names that the class of a node has under a name.
pub(super) fn names_of(t: &mut Thread, class: &Object<Class>, name: &str) -> Result<Vec<Value>> {
    let name = t.interpreter().intern(t, name);
    match attribute::get_if_any(t, class.borrow(), name)? {
        Some(names) => iterate::collect(t, names.borrow()),
        None => Ok(Vec::new()),
    }
}

fn contains(names: &[Value], name: Ref<'_>) -> bool {
    let name = name_of(name);
    names.iter().any(|each| name_of(each.borrow()) == name)
}

/// The kind of a field, where the class says it.
fn kind_of_field(t: &mut Thread, class: &Object<Class>, field: Ref<'_>) -> Result<Option<Value>> {
    let types = t.interpreter().intern(t, "_field_types");
    let types = attribute::get_if_any(t, class.borrow(), types)?;
    match types.as_ref().and_then(|types| types.downcast_ref::<Dict>()) {
        Some(types) => types.get(t, field),
        None => Ok(None),
    }
}

fn has_field_types(t: &mut Thread, class: &Object<Class>) -> Result<bool> {
    let types = t.interpreter().intern(t, "_field_types");
    Ok(attribute::get_if_any(t, class.borrow(), types)?.is_some())
}

fn is_expression_context(t: &Thread, kind: Ref<'_>) -> bool {
    let load = t.interpreter().root(t, LOAD);
    load.is_some_and(|load| load.borrow().class(t).best_base(t).is_some_and(|base| base.is(kind)))
}

/// Gives a field that the constructor was not told its default, or warns that there is none.
fn fill_in(t: &mut Thread, node: Ref<'_>, class: &Object<Class>, field: Ref<'_>) -> Result<()> {
    let (class_name, name) = (class.name(t), name_of(field));
    let Some(kind) = kind_of_field(t, class, field)? else {
        let message = format!(
            "Field '{name}' is missing from {class_name}._field_types. This will become an error in Python 3.15."
        );
        return t.warn(Exc::DeprecationWarning, &message);
    };
    if kind.downcast_ref::<Union>().is_some() {
        // The class has the default.
        return Ok(());
    }
    if kind.downcast_ref::<GenericAlias>().is_some() {
        let empty = List::from_values(t, []).into_value();
        return attribute::set(t, node, field, empty);
    }
    if is_expression_context(t, kind.borrow()) {
        let load = t.interpreter().root(t, LOAD).unwrap_or(Value::NONE);
        return attribute::set(t, node, field, load);
    }
    let message = format!(
        "{class_name}.__init__ missing 1 required positional argument: '{name}'. This will become an error in Python 3.15."
    );
    t.warn(Exc::DeprecationWarning, &message)
}

/// The attributes of an instance as a new dict.
fn own_attributes(t: &mut Thread, node: Ref<'_>) -> Result<ungil_objects::Obj<Dict>> {
    let copied = Dict::new(t);
    for (name, value) in attributes::to_vec(t, node) {
        copied.set(t, name.borrow(), value)?;
    }
    Ok(copied)
}

#[class(name = "AST", module = "ast", attributes)]
impl Node {
    #[new]
    fn new_node(t: &mut Thread, class: &Object<Class>, _args: Args<'_>) -> Value {
        t.alloc_with_shape(class.root_shape(), Node).into_value()
    }

    #[method]
    fn __init__(t: &mut Thread, this: &Object<Node>, args: Args<'_>) -> Result<()> {
        let node = this.borrow();
        let class = node.class(t);
        let fields = names_of(t, class, "_fields")?;
        let given = args.positional().len();
        if given > fields.len() {
            let (name, most) = (class.name(t), fields.len());
            let plural = if most == 1 { "" } else { "s" };
            raise!(t, TypeError, "{name} constructor takes at most {most} positional argument{plural}");
        }
        for (field, value) in fields.iter().zip(args.positional()) {
            attribute::set(t, node, field.borrow(), value.to_value())?;
        }
        let mut missing = fields[given..].to_vec();
        for (name, value) in args.keywords() {
            let text = name_of(name);
            if contains(&fields[..given], name) {
                let class = class.name(t);
                raise!(t, TypeError, "{class} got multiple values for argument '{text}'");
            }
            missing.retain(|field| name_of(field.borrow()) != text);
            if !contains(&fields, name) && !contains(&names_of(t, class, "_attributes")?, name) {
                let class = class.name(t);
                let message = format!(
                    "{class}.__init__ got an unexpected keyword argument '{text}'. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15."
                );
                t.warn(Exc::DeprecationWarning, &message)?;
            }
            attribute::set(t, node, name, value.to_value())?;
        }
        if missing.is_empty() || !has_field_types(t, class)? {
            return Ok(());
        }
        missing.iter().try_for_each(|field| fill_in(t, node, class, field.borrow()))
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Node>) -> Result<String> {
        show::node(t, this.borrow(), show::DEPTH)
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<Node>) -> Result<Value> {
        let class = this.borrow().class(t);
        let state = own_attributes(t, this.borrow())?;
        // The constructor gets a value for each leading field that there is, so that it misses none; the state has them all.
        let mut places = Vec::new();
        for field in names_of(t, class, "_fields")? {
            if state.get(t, field.borrow())?.is_none() {
                break;
            }
            places.push(Value::NONE);
        }
        let places = Tuple::from_values(t, places).into_value();
        Ok(Tuple::from_values(t, [class.to_value(), places, state.into_value()]).into_value())
    }

    /// Another node of the same class, in which the fields and positions named by keywords differ.
    #[method]
    fn __replace__(t: &mut Thread, this: &Object<Node>, args: Args<'_>) -> Result<Value> {
        let class = this.borrow().class(t);
        let name = class.name(t);
        if !args.positional().is_empty() {
            raise!(t, TypeError, "__replace__() takes no positional arguments");
        }
        let fields = names_of(t, class, "_fields")?;
        let positions = names_of(t, class, "_attributes")?;
        let parts = own_attributes(t, this.borrow())?;
        for (field, value) in args.keywords() {
            if !contains(&fields, field) && !contains(&positions, field) {
                let field = name_of(field);
                raise!(t, TypeError, "{name}.__replace__ got an unexpected keyword argument '{field}'.");
            }
            parts.set(t, field, value.to_value())?;
        }
        let mut missing = Vec::new();
        for field in &fields {
            let kind = kind_of_field(t, class, field.borrow())?;
            let is_optional = kind.is_some_and(|kind| kind.downcast_ref::<Union>().is_some());
            if !is_optional && parts.get(t, field.borrow())?.is_none() {
                missing.push(format!("'{}'", name_of(field.borrow())));
            }
        }
        if !missing.is_empty() {
            let plural = if missing.len() == 1 { "" } else { "s" };
            let (count, missing) = (missing.len(), missing.join(", "));
            raise!(t, TypeError, "{name}.__replace__ missing {count} keyword argument{plural}: {missing}.");
        }
        let (names, values): (Vec<Value>, Vec<Value>) = parts.items(t).into_iter().unzip();
        let values: Vec<Ref<'_>> = values.iter().map(Value::borrow).collect();
        let names = Tuple::from_values(t, names);
        call::call_args(t, class.borrow(), Args::new(&values, Some(&names)))
    }
}
