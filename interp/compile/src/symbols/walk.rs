//! The walk of `collect` over statements and expressions: which construct means what for the names in it.

use super::collect::Collector;
use super::{Occurrence, Role, ScopeKey, ScopeKind};
use crate::codegen::with_stack;
use crate::error::{CompileError, ErrorKind};
use crate::syntax::ast::visitor::{self, Visitor};
use crate::syntax::ast::{self, Expr, Pattern, Stmt};
use crate::syntax::{Ranged, TextRange, TextSize, invalid_escape};

/// Nesting of expressions and statements that is followed; CPython's is of the same order.
const DEPTH: usize = 6000;

impl<'a> Collector<'a> {
    fn check_escapes(&mut self, range: TextRange, is_bytes: bool) {
        if let Some((position, message)) = invalid_escape(&self.settings.source[range], is_bytes) {
            let start = range.start() + TextSize::new(position as u32);
            self.symbols.warnings.push((message, TextRange::at(start, TextSize::new(2))));
        }
    }

    /// Walks one level deeper, with enough native stack.
    fn descend(&mut self, range: TextRange, walk: impl FnOnce(&mut Self)) {
        if self.error.as_ref().is_some_and(|error| error.kind == ErrorKind::Recursion) {
            return;
        }
        if self.depth > DEPTH {
            let message = "maximum recursion depth exceeded during compilation";
            self.error = Some(CompileError::new(ErrorKind::Recursion, message, range));
            return;
        }
        self.depth += 1;
        with_stack(|| walk(self));
        self.depth -= 1;
    }

    fn statement(&mut self, statement: &'a Stmt) {
        if let Some(mut checker) = self.checker.take() {
            checker.visit_stmt(statement, self);
            self.checker = Some(checker);
        }
        match statement {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::TypeAlias(alias) => self.type_alias(alias),
            Stmt::AnnAssign(assignment) => self.annotated_assignment(assignment),
            Stmt::Global(global) => self.declare(&global.names, global.range, Occurrence::GLOBAL, "global"),
            Stmt::Nonlocal(nonlocal) => {
                self.declare(&nonlocal.names, nonlocal.range, Occurrence::NONLOCAL, "nonlocal")
            }
            Stmt::Import(import) => import.names.iter().for_each(|alias| self.note_import(alias)),
            Stmt::ImportFrom(import) => import.names.iter().for_each(|alias| self.note_import(alias)),
            Stmt::For(statement) => {
                self.visit_expr(&statement.iter);
                self.visit_expr(&statement.target);
                self.conditionally(|collector| collector.looping(&statement.body, &statement.orelse));
            }
            Stmt::While(statement) => {
                self.visit_expr(&statement.test);
                self.conditionally(|collector| collector.looping(&statement.body, &statement.orelse));
            }
            Stmt::Try(statement) => self.conditionally(|collector| collector.try_statement(statement)),
            Stmt::Return(_) | Stmt::Break(_) | Stmt::Continue(_) => {
                self.check_star_clause(statement);
                visitor::walk_stmt(self, statement);
            }
            Stmt::If(_) | Stmt::With(_) | Stmt::Match(_) => {
                self.conditionally(|collector| visitor::walk_stmt(collector, statement));
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn expression(&mut self, expression: &'a Expr) {
        if let Some(mut checker) = self.checker.take() {
            checker.visit_expr(expression, self);
            self.checker = Some(checker);
        }
        match expression {
            Expr::Name(name) => self.name(name),
            Expr::StringLiteral(literal) => {
                let parts = literal.value.iter().filter(|part| !part.flags.prefix().is_raw());
                parts.for_each(|part| self.check_escapes(part.content_range(), false));
            }
            Expr::BytesLiteral(literal) => {
                let parts = literal.value.iter().filter(|part| !part.flags.prefix().is_raw());
                parts.for_each(|part| self.check_escapes(part.content_range(), true));
            }
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::Named(named) => self.named_expression(named),
            Expr::ListComp(list) => {
                let key = ScopeKey::new(list, Role::Body);
                self.comprehension(key, ScopeKind::Comprehension, &[Some(&list.elt)], &list.generators);
            }
            Expr::SetComp(set) => {
                let key = ScopeKey::new(set, Role::Body);
                self.comprehension(key, ScopeKind::Comprehension, &[Some(&set.elt)], &set.generators);
            }
            Expr::DictComp(dict) => {
                let key = ScopeKey::new(dict, Role::Body);
                self.comprehension(
                    key,
                    ScopeKind::Comprehension,
                    &[dict.key.as_deref(), Some(&dict.value)],
                    &dict.generators,
                );
            }
            Expr::Generator(generator) => {
                let key = ScopeKey::new(generator, Role::Body);
                self.comprehension(key, ScopeKind::Generator, &[Some(&generator.elt)], &generator.generators);
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                self.scope().has_yield = true;
                visitor::walk_expr(self, expression);
            }
            Expr::Await(_) => {
                self.scope().has_await = true;
                visitor::walk_expr(self, expression);
            }
            Expr::Attribute(attribute) => {
                self.static_attribute(attribute);
                visitor::walk_expr(self, expression);
            }
            _ => visitor::walk_expr(self, expression),
        }
    }
}

impl<'a> Visitor<'a> for Collector<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        self.descend(statement.range(), |collector| collector.statement(statement));
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        self.descend(expression.range(), |collector| collector.expression(expression));
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(handler) = handler;
        if let Some(class) = &handler.type_ {
            self.visit_expr(class);
        }
        if let Some(name) = &handler.name {
            self.note_identifier(name, Occurrence::BOUND);
        }
        self.visit_body(&handler.body);
    }

    fn visit_f_string(&mut self, string: &'a ast::FString) {
        if !string.flags.prefix().is_raw() {
            string.elements.literals().for_each(|literal| self.check_escapes(literal.range, false));
        }
        visitor::walk_f_string(self, string);
    }

    fn visit_t_string(&mut self, string: &'a ast::TString) {
        if !string.flags.prefix().is_raw() {
            string.elements.literals().for_each(|literal| self.check_escapes(literal.range, false));
        }
        visitor::walk_t_string(self, string);
    }

    fn visit_string_literal(&mut self, literal: &'a ast::StringLiteral) {
        // Plain parts of a formatted string.
        if !literal.flags.prefix().is_raw() {
            self.check_escapes(literal.content_range(), false);
        }
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let captured = match pattern {
            Pattern::MatchAs(pattern) => pattern.name.as_ref(),
            Pattern::MatchStar(pattern) => pattern.name.as_ref(),
            Pattern::MatchMapping(pattern) => pattern.rest.as_ref(),
            _ => None,
        };
        visitor::walk_pattern(self, pattern);
        if let Some(name) = captured {
            self.note_identifier(name, Occurrence::BOUND);
        }
    }
}
