//! Scopes and symbols: which name means what in which block.
//!
//! Two passes. [`collect`] walks the syntax tree and records for every block how each name occurs; [`resolve`] then
//! decides for each whether it is a local, a cell, a free variable or a global. The rules are those of CPython's
//! `Python/symtable.c` (PEP 227, 572, 649, 695, 709).
//!
//! A comprehension is *inlined* into the block around it (PEP 709): it keeps a scope of its own here, but its code
//! uses the registers of the enclosing block's frame. A name that an inlined comprehension merely uses therefore
//! makes no cell of the enclosing block's local.

mod checks;
mod collect;
mod resolve;
mod walk;

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;

use crate::syntax::TextRange;

pub use collect::{Settings, collect};
pub use resolve::resolve;

/// Index of a scope in [`Symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeId(pub usize);

/// What kind of block a scope belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    /// A list, set or dict comprehension.
    Comprehension,
    /// A generator expression.
    Generator,
    /// The function that computes annotations.
    Annotations,
    /// The function around a generic function, class or alias that makes its type parameters.
    TypeParameters,
    /// The function that computes the value of a type alias, or the bound or default of a type parameter.
    TypeEvaluator,
}

/// Which of the scopes that belong to one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Body,
    Annotations,
    TypeParameters,
    Value,
    Bound,
    Default,
}

/// Identifies a scope by the address of its syntax node, which does not move while it is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeKey(usize, Role);

impl ScopeKey {
    pub fn new<T>(node: &T, role: Role) -> ScopeKey {
        ScopeKey(std::ptr::from_ref(node).addr(), role)
    }

    /// A scope that belongs to a scope rather than to a node; ids are smaller than any address.
    pub fn of_scope(scope: ScopeId, role: Role) -> ScopeKey {
        ScopeKey(scope.0, role)
    }
}

/// How a name occurs in a block: a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occurrence(u16);

impl Occurrence {
    /// Declared `global`.
    pub const GLOBAL: Occurrence = Occurrence(1);
    /// Assigned, deleted, or otherwise bound here.
    pub const BOUND: Occurrence = Occurrence(2);
    /// A parameter.
    pub const PARAMETER: Occurrence = Occurrence(4);
    /// Declared `nonlocal`.
    pub const NONLOCAL: Occurrence = Occurrence(8);
    /// Read.
    pub const USED: Occurrence = Occurrence(16);
    /// Annotated.
    pub const ANNOTATED: Occurrence = Occurrence(32);
    /// The target of a comprehension's `for`.
    pub const ITERATION: Occurrence = Occurrence(64);
    /// A type parameter.
    pub const TYPE_PARAMETER: Occurrence = Occurrence(128);
    /// A free variable that blocks inside a class body need, while the class body may bind the name itself.
    pub const FREE_IN_CLASS: Occurrence = Occurrence(256);

    pub fn has(self, other: Occurrence) -> bool {
        self.0 & other.0 != 0
    }

    pub fn insert(&mut self, other: Occurrence) {
        self.0 |= other.0;
    }

    /// Whether the block binds the name.
    pub fn binds(self) -> bool {
        self.has(Occurrence(Occurrence::BOUND.0 | Occurrence::PARAMETER.0 | Occurrence::TYPE_PARAMETER.0))
    }
}

/// Where a name lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// Not yet decided.
    Unknown,
    Local,
    /// A local that inner blocks capture.
    Cell,
    /// A cell of an enclosing block.
    Free,
    /// Declared `global`.
    GlobalExplicit,
    GlobalImplicit,
}

/// A name in a block.
#[derive(Clone, Debug)]
pub struct Symbol {
    pub occurrence: Occurrence,
    pub resolution: Resolution,
    /// Where it occurs first.
    pub range: TextRange,
}

/// A block.
#[derive(Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    pub parent: Option<ScopeId>,
    pub children: Vec<ScopeId>,
    pub symbols: IndexMap<Box<str>, Symbol>,
    /// Parameters in register order: positional, keyword-only, `*args`, `**kwargs`.
    pub parameters: Vec<Box<str>>,
    /// Name of the class whose private names are mangled here.
    pub private: Option<Box<str>>,
    pub is_async: bool,
    pub has_yield: bool,
    /// Has `await`, or an asynchronous comprehension.
    pub has_await: bool,
    /// Is nested in a function.
    pub nested: bool,
    /// A comprehension whose code is part of the enclosing block's.
    pub inlined: bool,
    /// Looks names up in the namespace of the class body around it.
    pub sees_class: bool,
    /// Has an assignment expression, itself or in a comprehension inlined into it.
    pub has_named_expression: bool,
    /// A class body whose methods use `__class__`.
    pub needs_class_cell: bool,
    /// A class body whose annotation scopes need its namespace.
    pub needs_class_dict: bool,
    /// Some annotations may or may not be executed.
    pub has_conditional_annotations: bool,
    /// Class body: attributes that methods set on `self`.
    pub static_attributes: BTreeSet<Box<str>>,
    /// Ranges of `global` declarations.
    pub global_ranges: HashMap<Box<str>, TextRange>,
}

impl Scope {
    /// Whether the block's names live in registers.
    pub fn is_function_like(&self) -> bool {
        !matches!(self.kind, ScopeKind::Module | ScopeKind::Class)
    }

    /// Whether it is a comprehension or a generator expression.
    pub fn is_comprehension(&self) -> bool {
        matches!(self.kind, ScopeKind::Comprehension | ScopeKind::Generator)
    }

    /// What the block knows of a name.
    pub fn resolution(&self, name: &str) -> Resolution {
        self.symbols.get(name).map_or(Resolution::GlobalImplicit, |symbol| symbol.resolution)
    }
}

/// All scopes of a compilation.
#[derive(Debug, Default)]
pub struct Symbols {
    pub scopes: Vec<Scope>,
    pub by_node: HashMap<ScopeKey, ScopeId>,
    /// What the walk found to warn about.
    pub warnings: Vec<(String, TextRange)>,
}

impl Symbols {
    pub const MODULE: ScopeId = ScopeId(0);

    pub fn get(&self, key: ScopeKey) -> Option<ScopeId> {
        self.by_node.get(&key).copied()
    }
}

impl std::ops::Index<ScopeId> for Symbols {
    type Output = Scope;

    fn index(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0]
    }
}

impl std::ops::IndexMut<ScopeId> for Symbols {
    fn index_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0]
    }
}

/// Mangles a private name of class `class` (`__x` becomes `_class__x`).
pub fn mangle(class: Option<&str>, name: &str) -> Box<str> {
    let private = name.starts_with("__") && !name.ends_with("__") && !name.contains('.');
    match class.map(|class| class.trim_start_matches('_')) {
        Some(class) if private && !class.is_empty() => format!("_{class}{name}").into(),
        _ => name.into(),
    }
}
