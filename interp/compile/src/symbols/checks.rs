//! What the parser's semantic checker asks about the block that the walk of `collect` is in.

use super::collect::Collector;
use super::{Scope, ScopeKind};
use crate::syntax::ast::PythonVersion;
use crate::syntax::{LazyImportContext, SemanticSyntaxContext, SemanticSyntaxError, TextRange};

impl Collector<'_> {
    /// Kinds of the scopes from the current one outwards.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &Scope> {
        std::iter::successors(Some(&self.symbols[self.current]), |scope| {
            scope.parent.map(|id| &self.symbols[id])
        })
    }
}

impl SemanticSyntaxContext for Collector<'_> {
    fn future_annotations_or_stub(&self) -> bool {
        self.settings.future_annotations
    }

    fn lazy_import_context(&self) -> Option<LazyImportContext> {
        None
    }

    fn python_version(&self) -> PythonVersion {
        PythonVersion::PY314
    }

    fn source(&self) -> &str {
        self.settings.source
    }

    fn global(&self, name: &str) -> Option<TextRange> {
        self.symbols[self.current].global_ranges.get(name).copied()
    }

    fn has_nonlocal_binding(&self, _name: &str) -> bool {
        // Decided by the second pass, which knows all bindings.
        true
    }

    fn in_async_context(&self) -> bool {
        self.kinds().find(|scope| !scope.is_comprehension()).is_some_and(|scope| scope.is_async)
    }

    fn in_await_allowed_context(&self) -> bool {
        let kind = self.kinds().find(|scope| !scope.is_comprehension()).map(|scope| scope.kind);
        matches!(kind, Some(ScopeKind::Function | ScopeKind::Lambda)) || self.in_notebook()
    }

    fn in_yield_allowed_context(&self) -> bool {
        matches!(self.symbols[self.current].kind, ScopeKind::Function | ScopeKind::Lambda)
    }

    fn in_sync_comprehension(&self) -> bool {
        false
    }

    fn in_class_body_comprehension(&self) -> bool {
        self.kinds()
            .find(|scope| !scope.is_comprehension())
            .is_some_and(|scope| scope.kind == ScopeKind::Class)
    }

    fn in_module_scope(&self) -> bool {
        self.symbols[self.current].kind == ScopeKind::Module
    }

    fn in_function_scope(&self) -> bool {
        matches!(self.symbols[self.current].kind, ScopeKind::Function | ScopeKind::Lambda)
    }

    fn in_generator_context(&self) -> bool {
        self.kinds().any(|scope| scope.kind == ScopeKind::Generator)
    }

    fn in_notebook(&self) -> bool {
        let outer = self.kinds().find(|scope| !scope.is_comprehension());
        self.settings.top_level_await && outer.is_some_and(|scope| scope.kind == ScopeKind::Module)
    }

    fn report_semantic_error(&self, error: SemanticSyntaxError) {
        self.reported.borrow_mut().push(error);
    }

    fn in_loop_context(&self) -> bool {
        self.loops > 0
    }

    fn is_bound_parameter(&self, _name: &str) -> bool {
        // `declare` reports these itself.
        false
    }
}
