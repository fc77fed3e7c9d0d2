//! Parameters of functions, and of types.

use ruff_text_size::Ranged;

use super::{Field, Node, Writer, name, plain};
use crate::syntax::ast::{self, Expr, Parameter, ParameterWithDefault, TypeParam};

impl Writer<'_> {
    pub(super) fn parameters(&self, parameters: Option<&ast::Parameters>) -> Node {
        let Some(parameters) = parameters else {
            let none = || Field::Many(Vec::new());
            return plain(
                "arguments",
                [
                    ("posonlyargs", none()),
                    ("args", none()),
                    ("vararg", Field::Absent),
                    ("kwonlyargs", none()),
                    ("kw_defaults", none()),
                    ("kwarg", Field::Absent),
                    ("defaults", none()),
                ],
            );
        };
        let many = |parameters: &[ParameterWithDefault]| {
            let parameters = parameters.iter().map(|each| self.parameter(&each.parameter));
            parameters.collect::<Vec<Node>>().into()
        };
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let defaults = self.expressions(positional.filter_map(|each| each.default.as_deref()));
        let of_keywords = parameters.kwonlyargs.iter().map(|each| self.optional(each.default.as_deref()));
        let rest = |parameter: Option<&Parameter>| parameter.map(|each| self.parameter(each)).into();
        plain(
            "arguments",
            [
                ("posonlyargs", many(&parameters.posonlyargs)),
                ("args", many(&parameters.args)),
                ("vararg", rest(parameters.vararg.as_deref())),
                ("kwonlyargs", many(&parameters.kwonlyargs)),
                ("kw_defaults", Field::Many(of_keywords.collect())),
                ("kwarg", rest(parameters.kwarg.as_deref())),
                ("defaults", defaults),
            ],
        )
    }

    /// The parser's range begins at the stars, Python's at the name.
    fn parameter(&self, parameter: &Parameter) -> Node {
        let range = ruff_text_size::TextRange::new(parameter.name.start(), parameter.range.end());
        let annotation = self.optional(parameter.annotation.as_deref());
        let fields =
            [("arg", name(&parameter.name)), ("annotation", annotation), ("type_comment", Field::Absent)];
        self.node("arg", range, fields)
    }

    pub(super) fn type_parameters(&self, parameters: Option<&ast::TypeParams>) -> Field {
        let parameters = parameters.map(|parameters| &parameters.type_params[..]).unwrap_or_default();
        parameters.iter().map(|parameter| self.type_parameter(parameter)).collect::<Vec<Node>>().into()
    }

    fn type_parameter(&self, parameter: &TypeParam) -> Node {
        let range = parameter.range();
        let default = |default: &Option<Box<Expr>>| ("default_value", self.optional(default.as_deref()));
        match parameter {
            TypeParam::TypeVar(node) => {
                let bound = self.optional(node.bound.as_deref());
                let fields = [("name", name(&node.name)), ("bound", bound), default(&node.default)];
                self.node("TypeVar", range, fields)
            }
            TypeParam::ParamSpec(node) => {
                self.node("ParamSpec", range, [("name", name(&node.name)), default(&node.default)])
            }
            TypeParam::TypeVarTuple(node) => {
                self.node("TypeVarTuple", range, [("name", name(&node.name)), default(&node.default)])
            }
        }
    }
}
