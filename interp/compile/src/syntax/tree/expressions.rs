//! Expressions.

use ruff_text_size::{Ranged, TextRange};
use ungil_bytecode::Const;

use super::{Field, Node, Writer, bare, flag, name, optional_name, plain};
use crate::codegen::number;
use crate::syntax::ast::{self, BoolOp, CmpOp, Expr, ExprContext, Operator, UnaryOp};
use crate::syntax::bytes_value;

pub(super) fn operator(operator: Operator) -> Field {
    bare(match operator {
        Operator::Add => "Add",
        Operator::Sub => "Sub",
        Operator::Mult => "Mult",
        Operator::MatMult => "MatMult",
        Operator::Div => "Div",
        Operator::Mod => "Mod",
        Operator::Pow => "Pow",
        Operator::LShift => "LShift",
        Operator::RShift => "RShift",
        Operator::BitOr => "BitOr",
        Operator::BitXor => "BitXor",
        Operator::BitAnd => "BitAnd",
        Operator::FloorDiv => "FloorDiv",
    })
}

fn unary(operator: UnaryOp) -> Field {
    bare(match operator {
        UnaryOp::Invert => "Invert",
        UnaryOp::Not => "Not",
        UnaryOp::UAdd => "UAdd",
        UnaryOp::USub => "USub",
    })
}

fn comparison(operator: CmpOp) -> Field {
    bare(match operator {
        CmpOp::Eq => "Eq",
        CmpOp::NotEq => "NotEq",
        CmpOp::Lt => "Lt",
        CmpOp::LtE => "LtE",
        CmpOp::Gt => "Gt",
        CmpOp::GtE => "GtE",
        CmpOp::Is => "Is",
        CmpOp::IsNot => "IsNot",
        CmpOp::In => "In",
        CmpOp::NotIn => "NotIn",
    })
}

fn context(context: ExprContext) -> (&'static str, Field) {
    let class = match context {
        // A source with an invalid one has a syntax error.
        ExprContext::Load | ExprContext::Invalid => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
    };
    ("ctx", bare(class))
}

impl Writer<'_> {
    pub(super) fn optional(&self, expression: Option<&Expr>) -> Field {
        expression.map(|expression| self.expression(expression)).into()
    }

    pub(super) fn expressions<'e>(&self, expressions: impl IntoIterator<Item = &'e Expr>) -> Field {
        expressions.into_iter().map(|expression| self.expression(expression)).collect::<Vec<Node>>().into()
    }

    pub(super) fn constant(&self, range: TextRange, value: Const) -> Node {
        self.node("Constant", range, [("value", Field::Constant(value)), ("kind", Field::Absent)])
    }

    pub(super) fn expression(&self, expression: &Expr) -> Node {
        let range = expression.range();
        let one =
            |class, field, inner: &Expr| self.node(class, range, [(field, self.expression(inner).into())]);
        match expression {
            Expr::BoolOp(node) => {
                let operator = bare(if node.op == BoolOp::And { "And" } else { "Or" });
                self.node("BoolOp", range, [("op", operator), ("values", self.expressions(&node.values))])
            }
            Expr::Named(node) => {
                let (target, value) =
                    (self.expression(&node.target).into(), self.expression(&node.value).into());
                self.node("NamedExpr", range, [("target", target), ("value", value)])
            }
            Expr::BinOp(node) => {
                let (left, right) = (self.expression(&node.left).into(), self.expression(&node.right).into());
                self.node("BinOp", range, [("left", left), ("op", operator(node.op)), ("right", right)])
            }
            Expr::UnaryOp(node) => {
                let operand = self.expression(&node.operand).into();
                self.node("UnaryOp", range, [("op", unary(node.op)), ("operand", operand)])
            }
            Expr::Lambda(node) => {
                let parameters = self.parameters(node.parameters.as_deref()).into();
                let body = self.expression(&node.body).into();
                self.node("Lambda", range, [("args", parameters), ("body", body)])
            }
            Expr::If(node) => {
                let [test, body, orelse] =
                    [&node.test, &node.body, &node.orelse].map(|part| self.expression(part).into());
                self.node("IfExp", range, [("test", test), ("body", body), ("orelse", orelse)])
            }
            Expr::Dict(node) => {
                let keys = node.items.iter().map(|item| self.optional(item.key.as_ref())).collect();
                let values = self.expressions(node.items.iter().map(|item| &item.value));
                self.node("Dict", range, [("keys", Field::Many(keys)), ("values", values)])
            }
            Expr::Set(node) => self.node("Set", range, [("elts", self.expressions(&node.elts))]),
            Expr::ListComp(node) => self.comprehension("ListComp", range, &node.elt, &node.generators),
            Expr::SetComp(node) => self.comprehension("SetComp", range, &node.elt, &node.generators),
            Expr::Generator(node) => self.comprehension("GeneratorExp", range, &node.elt, &node.generators),
            Expr::DictComp(node) => {
                let (key, value) = (self.optional(node.key.as_deref()), self.expression(&node.value).into());
                let generators = self.generators(&node.generators);
                self.node("DictComp", range, [("key", key), ("value", value), ("generators", generators)])
            }
            Expr::Await(node) => one("Await", "value", &node.value),
            Expr::Yield(node) => self.node("Yield", range, [("value", self.optional(node.value.as_deref()))]),
            Expr::YieldFrom(node) => one("YieldFrom", "value", &node.value),
            Expr::Compare(node) => {
                let left = self.expression(&node.left).into();
                let operators = Field::Many(node.ops.iter().map(|operator| comparison(*operator)).collect());
                let comparators = self.expressions(&node.comparators);
                self.node(
                    "Compare",
                    range,
                    [("left", left), ("ops", operators), ("comparators", comparators)],
                )
            }
            Expr::Call(node) => self.call(node, range),
            Expr::FString(node) => self.f_string(node),
            Expr::TString(node) => self.t_string(node),
            Expr::StringLiteral(node) => self.string(node),
            Expr::BytesLiteral(node) => self.constant(range, Const::Bytes(bytes_value(&node.value))),
            Expr::NumberLiteral(node) => self.constant(range, number(&node.value)),
            Expr::BooleanLiteral(node) => {
                self.constant(range, if node.value { Const::True } else { Const::False })
            }
            Expr::NoneLiteral(_) => self.constant(range, Const::None),
            // The parser's mode has no escape commands.
            Expr::EllipsisLiteral(_) | Expr::IpyEscapeCommand(_) => self.constant(range, Const::Ellipsis),
            Expr::Attribute(node) => {
                let value = self.expression(&node.value).into();
                self.node(
                    "Attribute",
                    range,
                    [("value", value), ("attr", name(&node.attr)), context(node.ctx)],
                )
            }
            Expr::Subscript(node) => {
                let (value, slice) =
                    (self.expression(&node.value).into(), self.expression(&node.slice).into());
                self.node("Subscript", range, [("value", value), ("slice", slice), context(node.ctx)])
            }
            Expr::Starred(node) => {
                let value = self.expression(&node.value).into();
                self.node("Starred", range, [("value", value), context(node.ctx)])
            }
            Expr::Name(node) => {
                self.node("Name", range, [("id", Field::Name(node.id.as_str().into())), context(node.ctx)])
            }
            Expr::List(node) => {
                self.node("List", range, [("elts", self.expressions(&node.elts)), context(node.ctx)])
            }
            Expr::Tuple(node) => {
                self.node("Tuple", range, [("elts", self.expressions(&node.elts)), context(node.ctx)])
            }
            Expr::Slice(node) => {
                let [lower, upper, step] =
                    [&node.lower, &node.upper, &node.step].map(|part| self.optional(part.as_deref()));
                self.node("Slice", range, [("lower", lower), ("upper", upper), ("step", step)])
            }
        }
    }

    fn comprehension(
        &self,
        class: &'static str,
        range: TextRange,
        element: &Expr,
        generators: &[ast::Comprehension],
    ) -> Node {
        let (element, generators) = (self.expression(element).into(), self.generators(generators));
        self.node(class, range, [("elt", element), ("generators", generators)])
    }

    fn generators(&self, generators: &[ast::Comprehension]) -> Field {
        let generators = generators.iter().map(|generator| {
            let fields = [
                ("target", self.expression(&generator.target).into()),
                ("iter", self.expression(&generator.iter).into()),
                ("ifs", self.expressions(&generator.ifs)),
                ("is_async", flag(generator.is_async)),
            ];
            plain("comprehension", fields)
        });
        generators.collect::<Vec<Node>>().into()
    }

    fn call(&self, node: &ast::ExprCall, range: TextRange) -> Node {
        let function = self.expression(&node.func).into();
        let arguments = match &*node.arguments.args {
            // A generator that is the only argument has the call's parentheses.
            [Expr::Generator(generator)] if !generator.parenthesized => {
                let range = node.arguments.range;
                vec![self.comprehension("GeneratorExp", range, &generator.elt, &generator.generators)].into()
            }
            arguments => self.expressions(arguments),
        };
        let keywords = self.keywords(&node.arguments.keywords);
        self.node("Call", range, [("func", function), ("args", arguments), ("keywords", keywords)])
    }

    pub(super) fn keywords(&self, keywords: &[ast::Keyword]) -> Field {
        let keywords = keywords.iter().map(|keyword| {
            let fields = [
                ("arg", optional_name(keyword.arg.as_ref())),
                ("value", self.expression(&keyword.value).into()),
            ];
            self.node("keyword", keyword.range, fields)
        });
        keywords.collect::<Vec<Node>>().into()
    }
}
