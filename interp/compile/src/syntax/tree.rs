//! The abstract syntax tree as Python's `ast` has it: nodes by the names of their classes and fields.
//!
//! The parser's tree has other nodes in places: decorated definitions begin at their first decorator, `elif` is a clause, literals are of
//! many kinds. Here they become what the abstract grammar of Python 3.14 says (documentation of the module `ast`).

mod expressions;
mod parameters;
mod patterns;
mod statements;
mod strings;

use std::sync::Arc;

use ruff_text_size::{Ranged, TextRange, TextSize};
use ungil_bytecode::{Const, Position};

use super::lines::{LineIndex, universal_newlines};
use super::{Tree, ast, parse};
use crate::error::CompileError;
use crate::options::Mode;

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// The name of its class in the module `ast`.
    pub class: &'static str,
    /// Its fields by name, in the order of the class's `_fields`.
    pub fields: Vec<(&'static str, Field)>,
    /// Where it stands, if nodes of its class have positions. Columns are in bytes.
    pub position: Option<Position>,
}

/// The value of a field.
#[derive(Clone, Debug)]
pub enum Field {
    /// `None`, where a field is optional.
    Absent,
    /// A node.
    Node(Node),
    /// A list.
    Many(Vec<Field>),
    /// An identifier.
    Name(Box<str>),
    /// A number, of those that are no constants of the program.
    Number(i64),
    /// A constant of the program.
    Constant(Const),
}

/// Parses a source into a tree.
///
/// # Errors
/// The first syntax error. What only compiling finds, such as a `return` outside of a function, is none here.
pub fn syntax_tree(source: &str, filename: &str, mode: Mode) -> Result<Node, CompileError> {
    let source = &*universal_newlines(source);
    let lines = LineIndex::new(source, 1);
    let tree = parse(source, mode).map_err(|error| error.locate(&Arc::from(filename), &lines))?;
    let writer = Writer { source, lines };
    Ok(match (&tree, mode) {
        (Tree::Expression(expression), _) => {
            plain("Expression", [("body", writer.expression(&expression.body).into())])
        }
        (Tree::Module(module), Mode::Single) => plain("Interactive", [("body", writer.block(&module.body))]),
        (Tree::Module(module), _) => {
            let body = writer.block(&module.body);
            plain("Module", [("body", body), ("type_ignores", Field::Many(Vec::new()))])
        }
    })
}

impl From<Node> for Field {
    fn from(node: Node) -> Field {
        Field::Node(node)
    }
}

impl<T: Into<Field>> From<Option<T>> for Field {
    fn from(field: Option<T>) -> Field {
        field.map_or(Field::Absent, Into::into)
    }
}

impl From<Vec<Node>> for Field {
    fn from(nodes: Vec<Node>) -> Field {
        Field::Many(nodes.into_iter().map(Field::Node).collect())
    }
}

/// A node without a position.
fn plain<const N: usize>(class: &'static str, fields: [(&'static str, Field); N]) -> Node {
    Node { class, fields: fields.into(), position: None }
}

/// A node that is its class alone: an operator, a context.
fn bare(class: &'static str) -> Field {
    Field::Node(plain(class, []))
}

fn name(identifier: &ast::Identifier) -> Field {
    Field::Name(identifier.as_str().into())
}

fn optional_name(identifier: Option<&ast::Identifier>) -> Field {
    identifier.map_or(Field::Absent, name)
}

fn flag(value: bool) -> Field {
    Field::Number(value.into())
}

/// Makes nodes of the parser's.
struct Writer<'a> {
    source: &'a str,
    lines: LineIndex<'a>,
}

impl Writer<'_> {
    fn node<const N: usize>(
        &self,
        class: &'static str,
        range: TextRange,
        fields: [(&'static str, Field); N],
    ) -> Node {
        Node { class, fields: fields.into(), position: Some(self.lines.position(range)) }
    }

    /// The first place behind whitespace, comments and line ends.
    fn skip_trivia(&self, mut place: TextSize) -> TextSize {
        loop {
            let rest = &self.source[place.to_usize()..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\x0c', '\r', '\n', '\\']).len();
            let comment = match rest[blank..].starts_with('#') {
                true => rest[blank..].find(['\n', '\r']).unwrap_or(rest.len() - blank),
                false => 0,
            };
            if blank + comment == 0 {
                return place;
            }
            place += TextSize::new((blank + comment) as u32);
        }
    }

    /// The range of a definition without its decorators.
    fn undecorated(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        match decorators.last() {
            Some(last) => TextRange::new(self.skip_trivia(last.end()), range.end()),
            None => range,
        }
    }
}
