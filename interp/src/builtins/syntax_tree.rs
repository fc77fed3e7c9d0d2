//! Syntax trees as Python sees them: the compiler's tree becomes objects of the classes of `_ast`.

use std::collections::HashMap;

use ungil_bytecode::Position;
use ungil_compile::{Field, Mode, Node};
use ungil_modules::ast::make_node;
use ungil_objects::error::Result;
use ungil_objects::protocol::instance::is_instance;
use ungil_objects::types::int::Int;
use ungil_objects::types::list::List;
use ungil_objects::types::module::Module;
use ungil_objects::{Ref, Thread, Value, raise};

use super::compile::syntax_error;
use crate::code::constants;

/// The tree of a source.
///
/// # Errors
/// `SyntaxError` and its subclasses.
pub(super) fn parse(t: &mut Thread, source: &str, filename: &str, mode: Mode) -> Result<Value> {
    if source.contains('\0') {
        raise!(t, SyntaxError, "source code string cannot contain null bytes");
    }
    let tree = match ungil_compile::syntax_tree(source, filename, mode) {
        Ok(tree) => tree,
        Err(error) => return Err(syntax_error(t, &error)),
    };
    let module = t.import("_ast")?;
    Builder { module: module.borrow(), bare: HashMap::new() }.node(t, &tree)
}

/// Whether a value is a tree already.
pub(super) fn is_tree(t: &mut Thread, value: Ref<'_>) -> Result<bool> {
    let module = t.import("_ast")?;
    match module.downcast_ref::<Module>().and_then(|module| module.get(t, "AST")) {
        Some(root) => is_instance(t, value, root.borrow()),
        None => Ok(false),
    }
}

struct Builder<'m> {
    module: Ref<'m>,
    /// Operators and contexts, of which one node stands in all places.
    bare: HashMap<&'static str, Value>,
}

impl Builder<'_> {
    fn node(&mut self, t: &mut Thread, node: &Node) -> Result<Value> {
        t.check_stack(" during ast construction")?;
        let is_bare = node.fields.is_empty() && node.position.is_none();
        if is_bare && let Some(made) = self.bare.get(node.class) {
            return Ok(made.clone());
        }
        let mut attributes = Vec::with_capacity(node.fields.len() + 4);
        for (name, field) in &node.fields {
            attributes.push((*name, self.field(t, field)?));
        }
        if let Some(position) = node.position {
            attributes.extend(positions(t, position));
        }
        let made = make_node(t, self.module, node.class, attributes)?;
        if is_bare {
            self.bare.insert(node.class, made.clone());
        }
        Ok(made)
    }

    fn field(&mut self, t: &mut Thread, field: &Field) -> Result<Value> {
        Ok(match field {
            Field::Absent => Value::NONE,
            Field::Node(node) => self.node(t, node)?,
            Field::Many(fields) => {
                let mut values = Vec::with_capacity(fields.len());
                for field in fields {
                    values.push(self.field(t, field)?);
                }
                List::from_values(t, values).into_value()
            }
            Field::Name(name) => t.interpreter().intern(t, name).to_value(),
            Field::Number(number) => Int::from_i64(t, *number),
            Field::Constant(constant) => constants::value(t, constant)?,
        })
    }
}

fn positions(t: &Thread, position: Position) -> [(&'static str, Value); 4] {
    let number = |number: u32| Int::from_i64(t, number.into());
    [
        ("lineno", number(position.line)),
        ("col_offset", number(position.column)),
        ("end_lineno", number(position.end_line)),
        ("end_col_offset", number(position.end_column)),
    ]
}
