//! `_ast`: the classes of abstract syntax trees, made from the table in [`grammar`] when the module is imported.

mod grammar;
mod node;
mod show;

use ungil_macros::module;
use ungil_objects::class::Class;
use ungil_objects::object::Object;
use ungil_objects::protocol::{attribute, call};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::generic_alias::GenericAlias;
use ungil_objects::types::int::Int;
use ungil_objects::types::list::List;
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::object::Instance;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::types::union::Union;
use ungil_objects::value::NONE;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use self::grammar::{Count, FAMILIES, Family, Field, Position};
use self::node::Node;

/// The interpreter's reference to an instance of `Load`, which contexts are by default.
const LOAD: &str = "ast.Load()";

/// The classes of abstract syntax trees.
#[module(name = "_ast", classes(Node))]
pub mod module {
    use super::*;

    #[constant(name = "PyCF_ALLOW_TOP_LEVEL_AWAIT")]
    const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
    #[constant(name = "PyCF_ONLY_AST")]
    const ONLY_AST: i64 = 0x400;
    #[constant(name = "PyCF_TYPE_COMMENTS")]
    const TYPE_COMMENTS: i64 = 0x1000;
    #[constant(name = "PyCF_OPTIMIZED_AST")]
    const OPTIMIZED_AST: i64 = 0x8400;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        let root = t.shape_of::<Node>().class().to_value();
        for name in ["_fields", "_attributes", "__match_args__"] {
            let empty = Tuple::from_values(t, []).into_value();
            set(t, root.borrow(), name, empty)?;
        }
        for family in FAMILIES {
            let base = make_class(t, root.borrow(), family.name, &family.documentation())?;
            set_positions(t, base.borrow(), family.position)?;
            add_to_module(t, module, family.name, base.clone())?;
            for node in family.nodes {
                let (name, _) = grammar::parse(node);
                let class = make_class(t, base.borrow(), name, node)?;
                add_to_module(t, module, name, class)?;
            }
        }
        for family in FAMILIES {
            set_fields_of(t, module, family)?;
        }
        if let Some(load) = module.get(t, "Load") {
            let load = call::call(t, load.borrow(), &[])?;
            t.interpreter().set_root(t, LOAD, load);
        }
        Ok(())
    }
}

/// Makes a node of a class of this module, with all of its fields and attributes.
///
/// # Errors
/// `SystemError` if there is no such class.
pub fn make_node<'f>(
    t: &mut Thread,
    module: Ref<'_>,
    class: &str,
    attributes: impl IntoIterator<Item = (&'f str, Value)>,
) -> Result<Value> {
    let class = module.downcast::<Module>().and_then(|module| module.get(t, class));
    let Some(class) = class.as_ref().and_then(|class| class.downcast_ref::<Class>()) else {
        raise!(t, SystemError, "there is no such class of nodes");
    };
    let node = t.alloc_with_shape(class.root_shape(), Node).into_value();
    for (name, value) in attributes {
        let name = t.interpreter().intern(t, name);
        attribute::set(t, node.borrow(), name, value)?;
    }
    Ok(node)
}

fn set(t: &mut Thread, class: Ref<'_>, name: &str, value: Value) -> Result<()> {
    let Some(class) = class.downcast::<Class>() else { raise!(t, SystemError, "not a class") };
    let name = t.interpreter().intern(t, name);
    class.set_own_attribute(t, name, Some(value)).map(drop)
}

/// An empty class of the module `ast`.
fn make_class(t: &mut Thread, base: Ref<'_>, name: &str, documentation: &str) -> Result<Value> {
    let namespace = Dict::new(t);
    let module = t.interpreter().intern(t, "ast").to_value();
    namespace.set_str(t, t.names().__module__, module)?;
    let documentation = Str::from_str(t, documentation).into_value();
    namespace.set_str(t, t.names().__doc__, documentation)?;
    let name = t.interpreter().intern(t, name);
    let bases = Tuple::from_values(t, [base.to_value()]);
    let class = t.shape_of::<Class>().class();
    call::call(t, class.borrow(), &[name, bases.borrow(), namespace.borrow()])
}

/// Where nodes of a family have positions, and which of these may be absent.
fn set_positions(t: &mut Thread, class: Ref<'_>, position: Position) -> Result<()> {
    let names: &[&str] = match position {
        Position::Absent => &[],
        Position::Required | Position::OptionalEnd => {
            &["lineno", "col_offset", "end_lineno", "end_col_offset"]
        }
    };
    let names: Vec<Value> = names.iter().map(|name| t.interpreter().intern(t, name).to_value()).collect();
    let names = Tuple::from_values(t, names).into_value();
    set(t, class, "_attributes", names)?;
    if position == Position::OptionalEnd {
        for name in ["end_lineno", "end_col_offset"] {
            set(t, class, name, Value::NONE)?;
        }
    }
    Ok(())
}

fn set_fields_of(t: &mut Thread, module: &Object<Module>, family: &Family) -> Result<()> {
    // The nodes of an alternative inherit none, and what is a node by itself has its own.
    for text in family.nodes.iter().copied().chain([family.own]) {
        let (name, fields) = grammar::parse(text);
        let name = if text.is_empty() { family.name } else { name };
        let Some(class) = module.get(t, name) else { continue };
        set_fields(t, module, class.borrow(), &fields)?;
    }
    Ok(())
}

fn set_fields(t: &mut Thread, module: &Object<Module>, class: Ref<'_>, fields: &[Field<'_>]) -> Result<()> {
    let mut names = Vec::new();
    let types = Dict::new(t);
    for field in fields {
        let name = t.interpreter().intern(t, field.name);
        let kind = type_of_field(t, module, field)?;
        types.set_str(t, name, kind)?;
        if field.count == Count::Optional {
            set(t, class, field.name, Value::NONE)?;
        }
        names.push(name.to_value());
    }
    let names = Tuple::from_values(t, names).into_value();
    set(t, class, "_fields", names.clone())?;
    set(t, class, "__match_args__", names)?;
    let types = types.into_value();
    set(t, class, "_field_types", types.clone())?;
    // Annotations are those of the class itself: families of alternatives have none.
    let annotations = t.interpreter().intern(t, "__annotations__");
    attribute::set(t, class, annotations, types)
}

fn type_of_field(t: &mut Thread, module: &Object<Module>, field: &Field<'_>) -> Result<Value> {
    let single = match field.kind {
        "identifier" | "string" => t.shape_of::<Str>().class().to_value(),
        "int" => t.shape_of::<Int>().class().to_value(),
        "constant" => t.shape_of::<Instance>().class().to_value(),
        name => match module.get(t, name) {
            Some(class) => class,
            None => raise!(t, SystemError, "the grammar has no '{name}'"),
        },
    };
    match field.count {
        Count::One => Ok(single),
        Count::Optional => Union::of(t, &[single.borrow(), NONE]),
        Count::Many => {
            let list = t.shape_of::<List>().class();
            Ok(GenericAlias::of_class(t, list, single.borrow()))
        }
    }
}
