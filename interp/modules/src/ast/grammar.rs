//! The abstract grammar of Python 3.14 as one table, in the notation that the documentation of the module `ast` uses.
//!
//! A family is a kind of node with alternatives, or one node by itself. A field is written as its kind, `?` if it may be absent,
//! `*` if it is a list, and its name.

/// Which positions in the source the nodes of a family carry.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) enum Position {
    Absent,
    Required,
    /// The end may be left out.
    OptionalEnd,
}

/// A kind of node.
pub(super) struct Family {
    pub name: &'static str,
    pub position: Position,
    /// The alternatives, each a class of its own; none for a node by itself.
    pub nodes: &'static [&'static str],
    /// What a node by itself looks like; empty for alternatives.
    pub own: &'static str,
}

impl Family {
    /// The rule of the grammar: the alternatives with their fields.
    pub fn documentation(&self) -> String {
        if self.nodes.is_empty() {
            return self.own.to_owned();
        }
        // Long rules have an alternative a line, enumerations are one line.
        let separator = match self.nodes.iter().any(|node| node.contains('(')) {
            true => format!("\n{} | ", " ".repeat(self.name.len())),
            false => " | ".to_owned(),
        };
        format!("{} = {}", self.name, self.nodes.join(&separator))
    }
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Count {
    One,
    Optional,
    Many,
}

#[derive(PartialEq, Eq, Debug)]
pub(super) struct Field<'a> {
    pub kind: &'a str,
    pub count: Count,
    pub name: &'a str,
}

/// The name of a node and its fields.
pub(super) fn parse(node: &str) -> (&str, Vec<Field<'_>>) {
    let Some((name, fields)) = node.split_once('(') else { return (node, Vec::new()) };
    let fields = fields.trim_end_matches(')').split(", ").filter_map(|field| {
        let (kind, name) = field.split_once(' ')?;
        let count = match kind.chars().last() {
            Some('*') => Count::Many,
            Some('?') => Count::Optional,
            _ => Count::One,
        };
        Some(Field { kind: kind.trim_end_matches(['*', '?']), count, name })
    });
    (name, fields.collect())
}

const fn alternatives(name: &'static str, position: Position, nodes: &'static [&'static str]) -> Family {
    Family { name, position, nodes, own: "" }
}

const fn single(name: &'static str, position: Position, own: &'static str) -> Family {
    Family { name, position, nodes: &[], own }
}

use Position::{Absent, OptionalEnd, Required};

pub(super) static FAMILIES: &[Family] = &[
    alternatives(
        "mod",
        Absent,
        &[
            "Module(stmt* body, type_ignore* type_ignores)",
            "Interactive(stmt* body)",
            "Expression(expr body)",
            "FunctionType(expr* argtypes, expr returns)",
        ],
    ),
    alternatives(
        "stmt",
        OptionalEnd,
        &[
            "FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
            "AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
            "ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params)",
            "Return(expr? value)",
            "Delete(expr* targets)",
            "Assign(expr* targets, expr value, string? type_comment)",
            "TypeAlias(expr name, type_param* type_params, expr value)",
            "AugAssign(expr target, operator op, expr value)",
            "AnnAssign(expr target, expr annotation, expr? value, int simple)",
            "For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
            "AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
            "While(expr test, stmt* body, stmt* orelse)",
            "If(expr test, stmt* body, stmt* orelse)",
            "With(withitem* items, stmt* body, string? type_comment)",
            "AsyncWith(withitem* items, stmt* body, string? type_comment)",
            "Match(expr subject, match_case* cases)",
            "Raise(expr? exc, expr? cause)",
            "Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
            "TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
            "Assert(expr test, expr? msg)",
            "Import(alias* names)",
            "ImportFrom(identifier? module, alias* names, int? level)",
            "Global(identifier* names)",
            "Nonlocal(identifier* names)",
            "Expr(expr value)",
            "Pass",
            "Break",
            "Continue",
        ],
    ),
    alternatives(
        "expr",
        OptionalEnd,
        &[
            "BoolOp(boolop op, expr* values)",
            "NamedExpr(expr target, expr value)",
            "BinOp(expr left, operator op, expr right)",
            "UnaryOp(unaryop op, expr operand)",
            "Lambda(arguments args, expr body)",
            "IfExp(expr test, expr body, expr orelse)",
            "Dict(expr?* keys, expr* values)",
            "Set(expr* elts)",
            "ListComp(expr elt, comprehension* generators)",
            "SetComp(expr elt, comprehension* generators)",
            "DictComp(expr key, expr value, comprehension* generators)",
            "GeneratorExp(expr elt, comprehension* generators)",
            "Await(expr value)",
            "Yield(expr? value)",
            "YieldFrom(expr value)",
            "Compare(expr left, cmpop* ops, expr* comparators)",
            "Call(expr func, expr* args, keyword* keywords)",
            "FormattedValue(expr value, int conversion, expr? format_spec)",
            "Interpolation(expr value, constant str, int conversion, expr? format_spec)",
            "JoinedStr(expr* values)",
            "TemplateStr(expr* values)",
            "Constant(constant value, string? kind)",
            "Attribute(expr value, identifier attr, expr_context ctx)",
            "Subscript(expr value, expr slice, expr_context ctx)",
            "Starred(expr value, expr_context ctx)",
            "Name(identifier id, expr_context ctx)",
            "List(expr* elts, expr_context ctx)",
            "Tuple(expr* elts, expr_context ctx)",
            "Slice(expr? lower, expr? upper, expr? step)",
        ],
    ),
    alternatives("expr_context", Absent, &["Load", "Store", "Del"]),
    alternatives("boolop", Absent, &["And", "Or"]),
    alternatives(
        "operator",
        Absent,
        &[
            "Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitOr", "BitXor",
            "BitAnd", "FloorDiv",
        ],
    ),
    alternatives("unaryop", Absent, &["Invert", "Not", "UAdd", "USub"]),
    alternatives("cmpop", Absent, &["Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"]),
    single("comprehension", Absent, "comprehension(expr target, expr iter, expr* ifs, int is_async)"),
    alternatives("excepthandler", OptionalEnd, &["ExceptHandler(expr? type, identifier? name, stmt* body)"]),
    single(
        "arguments",
        Absent,
        "arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults)",
    ),
    single("arg", OptionalEnd, "arg(identifier arg, expr? annotation, string? type_comment)"),
    single("keyword", OptionalEnd, "keyword(identifier? arg, expr value)"),
    single("alias", OptionalEnd, "alias(identifier name, identifier? asname)"),
    single("withitem", Absent, "withitem(expr context_expr, expr? optional_vars)"),
    single("match_case", Absent, "match_case(pattern pattern, expr? guard, stmt* body)"),
    alternatives(
        "pattern",
        Required,
        &[
            "MatchValue(expr value)",
            "MatchSingleton(constant value)",
            "MatchSequence(pattern* patterns)",
            "MatchMapping(expr* keys, pattern* patterns, identifier? rest)",
            "MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)",
            "MatchStar(identifier? name)",
            "MatchAs(pattern? pattern, identifier? name)",
            "MatchOr(pattern* patterns)",
        ],
    ),
    alternatives("type_ignore", Absent, &["TypeIgnore(int lineno, string tag)"]),
    alternatives(
        "type_param",
        Required,
        &[
            "TypeVar(identifier name, expr? bound, expr? default_value)",
            "ParamSpec(identifier name, expr? default_value)",
            "TypeVarTuple(identifier name, expr? default_value)",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_parse_into_fields() {
        let (name, fields) = parse("Dict(expr?* keys, expr* values)");
        assert_eq!(name, "Dict");
        assert_eq!(fields[0], Field { kind: "expr", count: Count::Many, name: "keys" });
        assert_eq!(parse("Return(expr? value)").1[0].count, Count::Optional);
        assert_eq!(parse("Pass"), ("Pass", vec![]));
    }

    #[test]
    fn every_kind_is_a_family_or_built_in() {
        for text in FAMILIES.iter().flat_map(|family| family.nodes.iter().copied().chain([family.own])) {
            for field in parse(text).1 {
                let known = ["identifier", "string", "int", "constant"].contains(&field.kind)
                    || FAMILIES.iter().any(|family| family.name == field.kind);
                assert!(known, "{} in {text}", field.kind);
            }
        }
    }
}
