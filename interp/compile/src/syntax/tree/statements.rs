//! Statements.

use ruff_text_size::{Ranged, TextRange};

use super::{Field, Node, Writer, flag, name, optional_name};
use crate::syntax::ast::{self, Stmt};

/// What is no part of a program's text.
const NO_COMMENT: (&str, Field) = ("type_comment", Field::Absent);

impl Writer<'_> {
    pub(super) fn block(&self, statements: &[Stmt]) -> Field {
        Field::Many(statements.iter().map(|statement| self.statement(statement).into()).collect())
    }

    fn statement(&self, statement: &Stmt) -> Node {
        let range = statement.range();
        match statement {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Return(node) => {
                self.node("Return", range, [("value", self.optional(node.value.as_deref()))])
            }
            Stmt::Delete(node) => self.node("Delete", range, [("targets", self.expressions(&node.targets))]),
            Stmt::TypeAlias(node) => {
                let parameters = self.type_parameters(node.type_params.as_deref());
                let (alias, value) =
                    (self.expression(&node.name).into(), self.expression(&node.value).into());
                self.node(
                    "TypeAlias",
                    range,
                    [("name", alias), ("type_params", parameters), ("value", value)],
                )
            }
            Stmt::Assign(node) => {
                let (targets, value) = (self.expressions(&node.targets), self.expression(&node.value).into());
                self.node("Assign", range, [("targets", targets), ("value", value), NO_COMMENT])
            }
            Stmt::AugAssign(node) => {
                let (target, value) =
                    (self.expression(&node.target).into(), self.expression(&node.value).into());
                let operator = super::expressions::operator(node.op);
                self.node("AugAssign", range, [("target", target), ("op", operator), ("value", value)])
            }
            Stmt::AnnAssign(node) => self.annotated(node),
            Stmt::For(node) => {
                let class = if node.is_async { "AsyncFor" } else { "For" };
                let (target, iter) =
                    (self.expression(&node.target).into(), self.expression(&node.iter).into());
                let (body, orelse) = (self.block(&node.body), self.block(&node.orelse));
                let fields =
                    [("target", target), ("iter", iter), ("body", body), ("orelse", orelse), NO_COMMENT];
                self.node(class, range, fields)
            }
            Stmt::While(node) => {
                let test = self.expression(&node.test).into();
                let (body, orelse) = (self.block(&node.body), self.block(&node.orelse));
                self.node("While", range, [("test", test), ("body", body), ("orelse", orelse)])
            }
            Stmt::If(node) => {
                let orelse = self.clauses(&node.elif_else_clauses, range);
                self.branch(&node.test, &node.body, orelse, range)
            }
            Stmt::With(node) => {
                let class = if node.is_async { "AsyncWith" } else { "With" };
                let items: Vec<Node> = node.items.iter().map(|item| self.with_item(item)).collect();
                let body = self.block(&node.body);
                self.node(class, range, [("items", items.into()), ("body", body), NO_COMMENT])
            }
            Stmt::Match(node) => {
                let cases: Vec<Node> = node.cases.iter().map(|case| self.case(case)).collect();
                let subject = self.expression(&node.subject).into();
                self.node("Match", range, [("subject", subject), ("cases", cases.into())])
            }
            Stmt::Raise(node) => {
                let (exc, cause) = (self.optional(node.exc.as_deref()), self.optional(node.cause.as_deref()));
                self.node("Raise", range, [("exc", exc), ("cause", cause)])
            }
            Stmt::Try(node) => self.attempt(node),
            Stmt::Assert(node) => {
                let (test, msg) = (self.expression(&node.test).into(), self.optional(node.msg.as_deref()));
                self.node("Assert", range, [("test", test), ("msg", msg)])
            }
            Stmt::Import(node) => self.node("Import", range, [("names", self.aliases(&node.names))]),
            Stmt::ImportFrom(node) => {
                let module = optional_name(node.module.as_ref());
                let (names, level) = (self.aliases(&node.names), Field::Number(node.level.into()));
                self.node("ImportFrom", range, [("module", module), ("names", names), ("level", level)])
            }
            Stmt::Global(node) => self.node("Global", range, [("names", names(&node.names))]),
            Stmt::Nonlocal(node) => self.node("Nonlocal", range, [("names", names(&node.names))]),
            Stmt::Expr(node) => self.node("Expr", range, [("value", self.expression(&node.value).into())]),
            // The parser's mode has no escape commands.
            Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => self.node("Pass", range, []),
            Stmt::Break(_) => self.node("Break", range, []),
            Stmt::Continue(_) => self.node("Continue", range, []),
        }
    }

    fn decorators(&self, decorators: &[ast::Decorator]) -> Field {
        let decorators = decorators.iter().map(|decorator| self.expression(&decorator.expression));
        decorators.collect::<Vec<Node>>().into()
    }

    fn function(&self, function: &ast::StmtFunctionDef) -> Node {
        let class = if function.is_async { "AsyncFunctionDef" } else { "FunctionDef" };
        let range = self.undecorated(function.range, &function.decorator_list);
        self.node(
            class,
            range,
            [
                ("name", name(&function.name)),
                ("args", self.parameters(Some(&function.parameters)).into()),
                ("body", self.block(&function.body)),
                ("decorator_list", self.decorators(&function.decorator_list)),
                ("returns", self.optional(function.returns.as_deref())),
                NO_COMMENT,
                ("type_params", self.type_parameters(function.type_params.as_deref())),
            ],
        )
    }

    fn class(&self, class: &ast::StmtClassDef) -> Node {
        let range = self.undecorated(class.range, &class.decorator_list);
        let (bases, keywords) = match class.arguments.as_deref() {
            Some(arguments) => (self.expressions(&arguments.args), self.keywords(&arguments.keywords)),
            None => (Field::Many(Vec::new()), Field::Many(Vec::new())),
        };
        self.node(
            "ClassDef",
            range,
            [
                ("name", name(&class.name)),
                ("bases", bases),
                ("keywords", keywords),
                ("body", self.block(&class.body)),
                ("decorator_list", self.decorators(&class.decorator_list)),
                ("type_params", self.type_parameters(class.type_params.as_deref())),
            ],
        )
    }

    fn annotated(&self, node: &ast::StmtAnnAssign) -> Node {
        // A target in parentheses annotates no name.
        let simple = node.target.is_name_expr() && node.target.start() == node.range.start();
        self.node(
            "AnnAssign",
            node.range,
            [
                ("target", self.expression(&node.target).into()),
                ("annotation", self.expression(&node.annotation).into()),
                ("value", self.optional(node.value.as_deref())),
                ("simple", flag(simple)),
            ],
        )
    }

    fn branch(&self, test: &ast::Expr, body: &[Stmt], orelse: Field, range: TextRange) -> Node {
        let (test, body) = (self.expression(test).into(), self.block(body));
        self.node("If", range, [("test", test), ("body", body), ("orelse", orelse)])
    }

    /// What follows an `if`: an `elif` is an `if` of its own in the other branch.
    fn clauses(&self, clauses: &[ast::ElifElseClause], range: TextRange) -> Field {
        let Some((first, rest)) = clauses.split_first() else { return Field::Many(Vec::new()) };
        match &first.test {
            None => self.block(&first.body),
            Some(test) => {
                let range = TextRange::new(first.start(), range.end());
                let orelse = self.clauses(rest, range);
                vec![self.branch(test, &first.body, orelse, range)].into()
            }
        }
    }

    fn with_item(&self, item: &ast::WithItem) -> Node {
        let (context, target) =
            (self.expression(&item.context_expr).into(), self.optional(item.optional_vars.as_deref()));
        super::plain("withitem", [("context_expr", context), ("optional_vars", target)])
    }

    fn attempt(&self, node: &ast::StmtTry) -> Node {
        let class = if node.is_star { "TryStar" } else { "Try" };
        let handlers: Vec<Node> = node
            .handlers
            .iter()
            .map(|ast::ExceptHandler::ExceptHandler(handler)| {
                let fields = [
                    ("type", self.optional(handler.type_.as_deref())),
                    ("name", optional_name(handler.name.as_ref())),
                    ("body", self.block(&handler.body)),
                ];
                self.node("ExceptHandler", handler.range, fields)
            })
            .collect();
        let fields = [
            ("body", self.block(&node.body)),
            ("handlers", handlers.into()),
            ("orelse", self.block(&node.orelse)),
            ("finalbody", self.block(&node.finalbody)),
        ];
        self.node(class, node.range, fields)
    }

    fn aliases(&self, aliases: &[ast::Alias]) -> Field {
        let aliases = aliases.iter().map(|alias| {
            let fields = [("name", name(&alias.name)), ("asname", optional_name(alias.asname.as_ref()))];
            self.node("alias", alias.range, fields)
        });
        aliases.collect::<Vec<Node>>().into()
    }
}

fn names(identifiers: &[ast::Identifier]) -> Field {
    Field::Many(identifiers.iter().map(name).collect())
}
