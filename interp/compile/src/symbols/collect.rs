//! The first pass: walks the syntax tree and records how names occur in every block.
//!
//! It also runs the parser's semantic checker, for which it is the context (`checks`).

use std::cell::RefCell;

use super::{Occurrence, Resolution, Role, Scope, ScopeId, ScopeKey, ScopeKind, Symbol, Symbols, mangle};
use crate::error::{CompileError, Result};
use crate::syntax::ast::visitor::Visitor;
use crate::syntax::ast::{self, Expr, ExprContext, Stmt};
use crate::syntax::{
    Ranged, SemanticSyntaxChecker, SemanticSyntaxContext, SemanticSyntaxError, TextRange, Tree,
    semantic_error,
};

/// What the collector is told about the compilation.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    pub source: &'a str,
    pub future_annotations: bool,
    pub top_level_await: bool,
}

/// Collects the scopes of a source.
///
/// # Errors
/// The first syntax error that the walk or the semantic checker finds.
pub fn collect(tree: &Tree, settings: Settings<'_>) -> Result<Symbols> {
    let mut collector = Collector {
        settings,
        symbols: Symbols::default(),
        current: Symbols::MODULE,
        loops: 0,
        conditional: 0,
        star_clause: None,
        depth: 0,
        checker: Some(SemanticSyntaxChecker::new()),
        reported: RefCell::default(),
        error: None,
    };
    let module = collector.new_scope(ScopeKind::Module, None);
    collector.symbols.scopes.push(module);
    match tree {
        Tree::Module(module) => collector.visit_body(&module.body),
        Tree::Expression(expression) => collector.visit_expr(&expression.body),
    }
    let reported = collector.reported.into_inner();
    let first = reported.iter().min_by_key(|error| error.range.start());
    match (collector.error, first) {
        (Some(error), None) => Err(error),
        (Some(error), Some(reported)) if error.range().start() <= reported.range.start() => Err(error),
        (_, Some(reported)) => Err(semantic_error(settings.source, reported)),
        (None, None) => Ok(collector.symbols),
    }
}

pub(super) struct Collector<'a> {
    pub(super) settings: Settings<'a>,
    pub(super) symbols: Symbols,
    pub(super) current: ScopeId,
    /// Loops of this block around the walk.
    pub(super) loops: usize,
    /// Conditional statements of this block around the walk.
    conditional: usize,
    /// Inside an `except*` clause: the loops around it.
    star_clause: Option<usize>,
    /// Nesting of the walk.
    pub(super) depth: usize,
    pub(super) checker: Option<SemanticSyntaxChecker>,
    pub(super) reported: RefCell<Vec<SemanticSyntaxError>>,
    pub(super) error: Option<CompileError>,
}

impl<'a> Collector<'a> {
    fn new_scope(&self, kind: ScopeKind, parent: Option<ScopeId>) -> Scope {
        let outer = parent.map(|parent| &self.symbols[parent]);
        let in_class = outer.is_some_and(|outer| outer.kind == ScopeKind::Class || outer.sees_class);
        Scope {
            kind,
            parent,
            children: Vec::new(),
            symbols: indexmap::IndexMap::new(),
            parameters: Vec::new(),
            private: outer.and_then(|outer| outer.private.clone()),
            is_async: false,
            has_yield: false,
            has_await: false,
            nested: outer.is_some_and(|outer| outer.nested || outer.is_function_like()),
            inlined: kind == ScopeKind::Comprehension && !outer.is_some_and(|outer| outer.sees_class),
            sees_class: in_class
                && matches!(
                    kind,
                    ScopeKind::Annotations | ScopeKind::TypeParameters | ScopeKind::TypeEvaluator
                ),
            has_named_expression: false,
            needs_class_cell: false,
            needs_class_dict: false,
            has_conditional_annotations: false,
            static_attributes: Default::default(),
            global_ranges: Default::default(),
        }
    }

    /// Runs `walk` in a new scope inside the current one.
    fn enter<T>(&mut self, key: ScopeKey, kind: ScopeKind, walk: impl FnOnce(&mut Self) -> T) -> T {
        let id = self.create(key, kind);
        self.inside(id, walk)
    }

    fn create(&mut self, key: ScopeKey, kind: ScopeKind) -> ScopeId {
        let scope = self.new_scope(kind, Some(self.current));
        let id = ScopeId(self.symbols.scopes.len());
        let sees_class = scope.sees_class;
        self.symbols.scopes.push(scope);
        let current = self.current;
        self.symbols[current].children.push(id);
        self.symbols.by_node.insert(key, id);
        if sees_class {
            self.inside(id, |collector| {
                collector.note("__classdict__", Occurrence::USED, TextRange::default())
            });
        }
        id
    }

    fn inside<T>(&mut self, id: ScopeId, walk: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.current, id);
        let loops = std::mem::take(&mut self.loops);
        let conditional = std::mem::take(&mut self.conditional);
        let star_clause = std::mem::take(&mut self.star_clause);
        let result = walk(self);
        (self.current, self.loops, self.conditional) = (outer, loops, conditional);
        self.star_clause = star_clause;
        result
    }

    pub(super) fn scope(&mut self) -> &mut Scope {
        let current = self.current;
        &mut self.symbols[current]
    }

    fn fail(&mut self, message: String, range: TextRange) {
        self.error.get_or_insert_with(|| CompileError::syntax(message, range));
    }

    fn note(&mut self, name: &str, occurrence: Occurrence, range: TextRange) {
        let name = mangle(self.scope().private.as_deref(), name);
        let unknown = Symbol { occurrence: Occurrence::default(), resolution: Resolution::Unknown, range };
        self.scope().symbols.entry(name).or_insert(unknown).occurrence.insert(occurrence);
    }

    pub(super) fn note_identifier(&mut self, identifier: &ast::Identifier, occurrence: Occurrence) {
        self.note(identifier.as_str(), occurrence, identifier.range);
    }

    pub(super) fn note_import(&mut self, alias: &ast::Alias) {
        let bound = alias.asname.as_ref().unwrap_or(&alias.name);
        let first = bound.as_str().split('.').next().unwrap_or_default();
        if first != "*" {
            self.note(first, Occurrence::BOUND, bound.range);
        }
    }

    pub(super) fn name(&mut self, name: &ast::ExprName) {
        match name.ctx {
            ExprContext::Load => {
                self.note(&name.id, Occurrence::USED, name.range);
                if name.id == "super" && self.scope().is_function_like() {
                    self.note("__class__", Occurrence::USED, name.range);
                }
            }
            _ => self.note(&name.id, Occurrence::BOUND, name.range),
        }
    }

    /// `global` and `nonlocal`.
    pub(super) fn declare(
        &mut self,
        names: &[ast::Identifier],
        statement: TextRange,
        occurrence: Occurrence,
        word: &str,
    ) {
        for identifier in names {
            let name = mangle(self.scope().private.as_deref(), identifier.as_str());
            let previous =
                self.scope().symbols.get(&name).map(|symbol| symbol.occurrence).unwrap_or_default();
            let problem = if previous.has(Occurrence::PARAMETER) {
                Some(format!("name '{name}' is parameter and {word}"))
            } else if occurrence == Occurrence::NONLOCAL && self.scope().kind == ScopeKind::Module {
                Some("nonlocal declaration not allowed at module level".to_owned())
            } else if previous.has(Occurrence::ANNOTATED) {
                Some(format!("annotated name '{name}' can't be {word}"))
            } else if previous.binds() {
                Some(format!("name '{name}' is assigned to before {word} declaration"))
            } else if previous.has(Occurrence::USED) {
                Some(format!("name '{name}' is used prior to {word} declaration"))
            } else if occurrence == Occurrence::GLOBAL && previous.has(Occurrence::NONLOCAL)
                || occurrence == Occurrence::NONLOCAL && previous.has(Occurrence::GLOBAL)
            {
                Some(format!("name '{name}' is nonlocal and global"))
            } else {
                None
            };
            if let Some(problem) = problem {
                let first = self.scope().global_ranges.get(&name).copied();
                self.fail(problem, first.unwrap_or(statement));
            }
            self.note(identifier.as_str(), occurrence, statement);
            if occurrence == Occurrence::GLOBAL {
                self.scope().global_ranges.entry(name.clone()).or_insert(statement);
                let unknown = Symbol { occurrence, resolution: Resolution::Unknown, range: identifier.range };
                self.symbols.scopes[0].symbols.entry(name).or_insert(unknown);
            }
        }
    }

    pub(super) fn conditionally(&mut self, walk: impl FnOnce(&mut Self)) {
        self.conditional += 1;
        walk(self);
        self.conditional -= 1;
    }

    pub(super) fn looping(&mut self, body: &'a [Stmt], orelse: &'a [Stmt]) {
        self.loops += 1;
        self.visit_body(body);
        self.loops -= 1;
        self.visit_body(orelse);
    }

    // Blocks.

    pub(super) fn function(&mut self, function: &'a ast::StmtFunctionDef) {
        self.note_identifier(&function.name, Occurrence::BOUND);
        function.decorator_list.iter().for_each(|decorator| self.visit_expr(&decorator.expression));
        self.defaults(&function.parameters);
        let Some(type_parameters) = &function.type_params else { return self.function_body(function) };
        let key = ScopeKey::new(function, Role::TypeParameters);
        self.enter(key, ScopeKind::TypeParameters, |collector| {
            if has_defaults(&function.parameters, false) {
                collector.parameter(".defaults", TextRange::default());
            }
            if has_defaults(&function.parameters, true) {
                collector.parameter(".kwdefaults", TextRange::default());
            }
            collector.type_parameters(type_parameters);
            collector.function_body(function);
        });
    }

    fn function_body(&mut self, function: &'a ast::StmtFunctionDef) {
        self.function_annotations(function);
        self.enter(ScopeKey::new(function, Role::Body), ScopeKind::Function, |collector| {
            collector.scope().is_async = function.is_async;
            collector.parameters(&function.parameters);
            collector.visit_body(&function.body);
        });
    }

    fn defaults(&mut self, parameters: &'a ast::Parameters) {
        for default in parameters.iter_non_variadic_params().filter_map(|parameter| parameter.default()) {
            self.visit_expr(default);
        }
    }

    fn parameter(&mut self, name: &str, range: TextRange) {
        self.note(name, Occurrence::PARAMETER, range);
        let name = mangle(self.scope().private.as_deref(), name);
        self.scope().parameters.push(name);
    }

    fn parameters(&mut self, parameters: &'a ast::Parameters) {
        let plain = parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs);
        let variadic = parameters.vararg.iter().chain(&parameters.kwarg).map(|parameter| &parameter.name);
        for name in plain.map(|parameter| &parameter.parameter.name).chain(variadic) {
            self.parameter(name.as_str(), name.range);
        }
    }

    fn function_annotations(&mut self, function: &'a ast::StmtFunctionDef) {
        let parameters = function.parameters.iter().map(|parameter| parameter.as_parameter());
        let annotations: Vec<&'a Expr> = parameters
            .filter_map(|parameter| parameter.annotation.as_deref())
            .chain(function.returns.as_deref())
            .collect();
        if annotations.is_empty() || self.settings.future_annotations {
            return;
        }
        self.enter(ScopeKey::new(function, Role::Annotations), ScopeKind::Annotations, |collector| {
            collector.parameter(".format", TextRange::default());
            annotations.into_iter().for_each(|annotation| collector.visit_expr(annotation));
        });
    }

    pub(super) fn class(&mut self, class: &'a ast::StmtClassDef) {
        self.note_identifier(&class.name, Occurrence::BOUND);
        class.decorator_list.iter().for_each(|decorator| self.visit_expr(&decorator.expression));
        let Some(type_parameters) = &class.type_params else { return self.class_body(class) };
        let key = ScopeKey::new(class, Role::TypeParameters);
        self.enter(key, ScopeKind::TypeParameters, |collector| {
            collector.type_parameters(type_parameters);
            collector.note(".type_params", Occurrence::BOUND, class.range);
            collector.note(".generic_base", Occurrence::BOUND, class.range);
            collector.class_body(class);
        });
    }

    fn class_body(&mut self, class: &'a ast::StmtClassDef) {
        if let Some(arguments) = &class.arguments {
            self.visit_arguments(arguments);
        }
        self.enter(ScopeKey::new(class, Role::Body), ScopeKind::Class, |collector| {
            collector.scope().private = Some(class.name.as_str().into());
            if class.type_params.is_some() {
                collector.note("__type_params__", Occurrence::BOUND, class.range);
                collector.note(".type_params", Occurrence::USED, class.range);
            }
            collector.visit_body(&class.body);
        });
    }

    fn type_parameters(&mut self, type_parameters: &'a ast::TypeParams) {
        for parameter in &type_parameters.type_params {
            let occurrence = Occurrence::TYPE_PARAMETER;
            match parameter {
                ast::TypeParam::TypeVar(variable) => {
                    self.note_identifier(&variable.name, occurrence);
                    self.evaluator(variable, Role::Bound, variable.bound.as_deref());
                    self.evaluator(variable, Role::Default, variable.default.as_deref());
                }
                ast::TypeParam::TypeVarTuple(variables) => {
                    self.note_identifier(&variables.name, occurrence);
                    self.evaluator(variables, Role::Default, variables.default.as_deref());
                }
                ast::TypeParam::ParamSpec(specification) => {
                    self.note_identifier(&specification.name, occurrence);
                    let default = specification.default.as_deref();
                    self.evaluator(specification, Role::Default, default);
                }
            }
        }
    }

    fn evaluator<T>(&mut self, node: &T, role: Role, value: Option<&'a Expr>) {
        let Some(value) = value else { return };
        self.enter(ScopeKey::new(node, role), ScopeKind::TypeEvaluator, |collector| {
            collector.parameter(".format", TextRange::default());
            collector.visit_expr(value);
        });
    }

    pub(super) fn type_alias(&mut self, alias: &'a ast::StmtTypeAlias) {
        self.visit_expr(&alias.name);
        let Some(type_parameters) = &alias.type_params else {
            return self.evaluator(alias, Role::Value, Some(&alias.value));
        };
        let key = ScopeKey::new(alias, Role::TypeParameters);
        self.enter(key, ScopeKind::TypeParameters, |collector| {
            collector.type_parameters(type_parameters);
            collector.evaluator(alias, Role::Value, Some(&alias.value));
        });
    }

    pub(super) fn annotated_assignment(&mut self, assignment: &'a ast::StmtAnnAssign) {
        if let Expr::Name(name) = &*assignment.target {
            let mangled = mangle(self.scope().private.as_deref(), &name.id);
            let previous =
                self.scope().symbols.get(&mangled).map(|symbol| symbol.occurrence).unwrap_or_default();
            let declared = previous.has(Occurrence::GLOBAL) && self.scope().kind != ScopeKind::Module;
            if assignment.simple && (declared || previous.has(Occurrence::NONLOCAL)) {
                let word = if declared { "global" } else { "nonlocal" };
                self.fail(format!("annotated name '{}' can't be {word}", name.id), assignment.range);
            }
            if assignment.simple {
                self.note(&name.id, Occurrence::ANNOTATED, name.range);
                self.note(&name.id, Occurrence::BOUND, name.range);
            } else if assignment.value.is_some() {
                self.note(&name.id, Occurrence::BOUND, name.range);
            }
        } else {
            self.visit_expr(&assignment.target);
        }
        self.deferred_annotation(assignment);
        if let Some(value) = &assignment.value {
            self.visit_expr(value);
        }
    }

    /// The annotation of a variable of a module or class belongs to the block's `__annotate__`; all others are never
    /// evaluated.
    fn deferred_annotation(&mut self, assignment: &'a ast::StmtAnnAssign) {
        let kind = self.scope().kind;
        let kept = assignment.simple && matches!(kind, ScopeKind::Module | ScopeKind::Class);
        if !kept {
            return;
        }
        if self.settings.future_annotations {
            return self.note("__annotations__", Occurrence::BOUND, assignment.range);
        }
        let conditional = kind == ScopeKind::Module || self.conditional > 0;
        if conditional && !self.scope().has_conditional_annotations {
            self.scope().has_conditional_annotations = true;
            self.note("__conditional_annotations__", Occurrence::BOUND, assignment.range);
        }
        let key = ScopeKey::of_scope(self.current, Role::Annotations);
        let id = match self.symbols.get(key) {
            Some(id) => id,
            None => {
                let id = self.create(key, ScopeKind::Annotations);
                self.inside(id, |collector| collector.parameter(".format", TextRange::default()));
                id
            }
        };
        self.inside(id, |collector| {
            if conditional {
                collector.note("__conditional_annotations__", Occurrence::USED, assignment.range);
            }
            collector.visit_expr(&assignment.annotation);
        });
    }

    pub(super) fn try_statement(&mut self, statement: &'a ast::StmtTry) {
        self.visit_body(&statement.body);
        for (index, handler) in statement.handlers.iter().enumerate() {
            let ast::ExceptHandler::ExceptHandler(clause) = handler;
            if clause.type_.is_none() && index + 1 < statement.handlers.len() {
                self.fail("default 'except:' must be last".to_owned(), clause.range);
            }
            let outer = self.star_clause;
            if statement.is_star {
                self.star_clause = Some(self.loops);
            }
            self.visit_except_handler(handler);
            self.star_clause = outer;
        }
        self.visit_body(&statement.orelse);
        self.visit_body(&statement.finalbody);
    }

    /// Nothing may jump out of an `except*` clause.
    pub(super) fn check_star_clause(&mut self, statement: &Stmt) {
        let Some(loops) = self.star_clause else { return };
        if statement.is_return_stmt() || self.loops == loops {
            let message = "'break', 'continue' and 'return' cannot appear in an except* block";
            self.fail(message.to_owned(), statement.range());
        }
    }

    pub(super) fn lambda(&mut self, lambda: &'a ast::ExprLambda) {
        if let Some(parameters) = &lambda.parameters {
            self.defaults(parameters);
        }
        self.enter(ScopeKey::new(lambda, Role::Body), ScopeKind::Lambda, |collector| {
            if let Some(parameters) = &lambda.parameters {
                collector.parameters(parameters);
            }
            collector.visit_expr(&lambda.body);
        });
    }

    pub(super) fn comprehension(
        &mut self,
        key: ScopeKey,
        kind: ScopeKind,
        elements: &[Option<&'a Expr>],
        generators: &'a [ast::Comprehension],
    ) {
        let Some((first, rest)) = generators.split_first() else { return };
        self.visit_expr(&first.iter);
        let (is_async, inlined) = self.enter(key, kind, |collector| {
            if !collector.scope().inlined {
                collector.parameter(".0", TextRange::default());
            }
            collector.iteration_target(first);
            for generator in rest {
                collector.visit_expr(&generator.iter);
                collector.iteration_target(generator);
            }
            elements.iter().copied().flatten().for_each(|element| collector.visit_expr(element));
            let is_async =
                generators.iter().any(|generator| generator.is_async) || collector.scope().has_await;
            collector.scope().is_async = is_async;
            (is_async && kind == ScopeKind::Comprehension, collector.scope().inlined)
        });
        if is_async {
            if !self.scope().is_comprehension() && !self.in_async_context() && !self.in_notebook() {
                self.fail(
                    "asynchronous comprehension outside of an asynchronous function".to_owned(),
                    first.range,
                );
            }
            self.scope().has_await = true;
        }
        if inlined {
            let child = self.symbols.by_node[&key];
            self.scope().has_named_expression |= self.symbols[child].has_named_expression;
        }
    }

    fn iteration_target(&mut self, generator: &'a ast::Comprehension) {
        let before = self.scope().symbols.len();
        self.visit_expr(&generator.target);
        for (_, symbol) in self.scope().symbols.iter_mut().skip(before) {
            if symbol.occurrence.has(Occurrence::BOUND) {
                symbol.occurrence.insert(Occurrence::ITERATION);
            }
        }
        generator.ifs.iter().for_each(|condition| self.visit_expr(condition));
    }

    /// `name := value`; inside comprehensions the name belongs to the block around them.
    pub(super) fn named_expression(&mut self, named: &'a ast::ExprNamed) {
        self.visit_expr(&named.value);
        self.scope().has_named_expression = true;
        let Expr::Name(target) = &*named.target else { return };
        if !self.scope().is_comprehension() {
            return self.note(&target.id, Occurrence::BOUND, target.range);
        }
        let mut comprehensions = Vec::new();
        let mut id = self.current;
        while self.symbols[id].is_comprehension() {
            comprehensions.push(id);
            let Some(parent) = self.symbols[id].parent else { return };
            id = parent;
        }
        let outer = &self.symbols[id];
        let mangled = mangle(outer.private.as_deref(), &target.id);
        let declared_global =
            outer.symbols.get(&mangled).is_some_and(|symbol| symbol.occurrence.has(Occurrence::GLOBAL));
        let is_global = outer.kind == ScopeKind::Module || declared_global;
        let (here, inside) = match is_global {
            true => (Occurrence::BOUND, Occurrence::GLOBAL),
            false => (Occurrence::BOUND, Occurrence::NONLOCAL),
        };
        comprehensions
            .into_iter()
            .for_each(|id| self.inside(id, |collector| collector.note(&target.id, inside, target.range)));
        self.inside(id, |collector| collector.note(&target.id, here, target.range));
    }

    pub(super) fn static_attribute(&mut self, attribute: &ast::ExprAttribute) {
        let on_self = attribute.value.as_name_expr().is_some_and(|name| name.id == "self");
        if !on_self || attribute.ctx != ExprContext::Store {
            return;
        }
        let mut id = Some(self.current);
        while let Some(scope) = id {
            if self.symbols[scope].kind == ScopeKind::Class {
                self.symbols[scope].static_attributes.insert(attribute.attr.as_str().into());
                return;
            }
            id = self.symbols[scope].parent;
        }
    }
}

/// Whether there are defaults among the keyword-only or the other parameters.
fn has_defaults(parameters: &ast::Parameters, keyword_only: bool) -> bool {
    match keyword_only {
        true => parameters.kwonlyargs.iter().any(|parameter| parameter.default.is_some()),
        false => {
            parameters.posonlyargs.iter().chain(&parameters.args).any(|parameter| parameter.default.is_some())
        }
    }
}
