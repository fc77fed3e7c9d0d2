//! Patterns of `match` statements.

use ruff_text_size::Ranged;
use ungil_bytecode::Const;

use super::{Field, Node, Writer, name, optional_name, plain};
use crate::syntax::ast::{self, Pattern, Singleton};

impl Writer<'_> {
    pub(super) fn case(&self, case: &ast::MatchCase) -> Node {
        let fields = [
            ("pattern", self.pattern(&case.pattern).into()),
            ("guard", self.optional(case.guard.as_deref())),
            ("body", self.block(&case.body)),
        ];
        plain("match_case", fields)
    }

    fn patterns<'p>(&self, patterns: impl IntoIterator<Item = &'p Pattern>) -> Field {
        patterns.into_iter().map(|pattern| self.pattern(pattern)).collect::<Vec<Node>>().into()
    }

    fn pattern(&self, pattern: &Pattern) -> Node {
        let range = pattern.range();
        match pattern {
            Pattern::MatchValue(node) => {
                self.node("MatchValue", range, [("value", self.expression(&node.value).into())])
            }
            Pattern::MatchSingleton(node) => {
                let value = match node.value {
                    Singleton::None => Const::None,
                    Singleton::True => Const::True,
                    Singleton::False => Const::False,
                };
                self.node("MatchSingleton", range, [("value", Field::Constant(value))])
            }
            Pattern::MatchSequence(node) => {
                self.node("MatchSequence", range, [("patterns", self.patterns(&node.patterns))])
            }
            Pattern::MatchMapping(node) => {
                let (keys, patterns) = (self.expressions(&node.keys), self.patterns(&node.patterns));
                let rest = optional_name(node.rest.as_ref());
                self.node("MatchMapping", range, [("keys", keys), ("patterns", patterns), ("rest", rest)])
            }
            Pattern::MatchClass(node) => {
                let arguments = &node.arguments;
                let names = arguments.keywords.iter().map(|keyword| name(&keyword.attr)).collect();
                let fields = [
                    ("cls", self.expression(&node.cls).into()),
                    ("patterns", self.patterns(&arguments.patterns)),
                    ("kwd_attrs", Field::Many(names)),
                    (
                        "kwd_patterns",
                        self.patterns(arguments.keywords.iter().map(|keyword| &keyword.pattern)),
                    ),
                ];
                self.node("MatchClass", range, fields)
            }
            Pattern::MatchStar(node) => {
                self.node("MatchStar", range, [("name", optional_name(node.name.as_ref()))])
            }
            Pattern::MatchAs(node) => {
                let inner = node.pattern.as_deref().map(|pattern| self.pattern(pattern)).into();
                self.node("MatchAs", range, [("pattern", inner), ("name", optional_name(node.name.as_ref()))])
            }
            Pattern::MatchOr(node) => {
                self.node("MatchOr", range, [("patterns", self.patterns(&node.patterns))])
            }
        }
    }
}
