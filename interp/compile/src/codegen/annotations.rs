//! Annotations, which a function `__annotate__` computes when they are asked for (PEP 649, PEP 749).

use std::collections::HashMap;

use ungil_bytecode::{CodeSpec, Const, Opcode};

use super::Generator;
use super::function::{ANNOTATE, ANNOTATIONS};
use crate::emit::{Bank, Register};
use crate::error::Result;
use crate::symbols::{Role, ScopeId, ScopeKey, ScopeKind};
use crate::syntax::ast::statement_visitor::{StatementVisitor, walk_stmt};
use crate::syntax::ast::{self, Expr, Stmt};
use crate::syntax::{Ranged, TextRange};

/// The annotated names of a module or class body, in order.
#[derive(Default)]
struct Annotated<'a> {
    assignments: Vec<(&'a ast::StmtAnnAssign, bool)>,
    nesting: usize,
}

impl<'a> StatementVisitor<'a> for Annotated<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::AnnAssign(assignment) if assignment.simple && assignment.target.is_name_expr() => {
                self.assignments.push((assignment, self.nesting > 0));
            }
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            _ => {
                self.nesting += 1;
                walk_stmt(self, statement);
                self.nesting -= 1;
            }
        }
    }
}

impl<'a> Generator<'a> {
    /// Makes the `__annotate__` of a module or class body and stores it in the namespace.
    pub fn body_annotations(&mut self, body: &'a [Stmt]) -> Result<()> {
        let mut annotated = Annotated::default();
        annotated.visit_body(body);
        if annotated.assignments.is_empty() {
            return Ok(());
        }
        if self.future_annotations {
            self.unit.emit(Opcode::SetupAnnotations, 0u32, 0u32, 0u32);
            return Ok(());
        }
        let Some(scope) = self.symbols.get(ScopeKey::of_scope(self.block.scope, Role::Annotations)) else {
            return Ok(());
        };
        if self.scope().has_conditional_annotations {
            let set = self.unit.next();
            self.unit.emit(Opcode::BuildSet, set, set, 0u32);
            self.store_mangled("__conditional_annotations__", set);
        }
        let is_module = self.scope().kind == ScopeKind::Module;
        let mut conditional = HashMap::new();
        for (assignment, nested) in &annotated.assignments {
            if is_module || *nested {
                let index = conditional.len() as i64;
                conditional.insert(std::ptr::from_ref(*assignment), index);
            }
        }
        let base = self.unit.next();
        let code = self.annotate_function(scope, &TextRange::empty(body[0].start()), |generator| {
            generator.annotation_dict(&annotated.assignments, &conditional)
        })?;
        self.at(&body[0]);
        self.function_object(code, base, 0);
        let name = if is_module { "__annotate__" } else { "__annotate_func__" };
        self.store_in_namespace(name, base);
        self.block.conditional_annotations = conditional;
        Ok(())
    }

    /// Pushes the dict of a body's annotations, those that were executed.
    fn annotation_dict(
        &mut self,
        assignments: &[(&'a ast::StmtAnnAssign, bool)],
        conditional: &HashMap<*const ast::StmtAnnAssign, i64>,
    ) -> Result<()> {
        let dict = self.unit.next();
        self.unit.emit(Opcode::BuildMap, dict, dict, 0u32);
        for (assignment, _) in assignments {
            let Expr::Name(name) = &*assignment.target else { continue };
            self.at(&*assignment.annotation);
            let skip = self.unit.new_label();
            if let Some(&index) = conditional.get(&std::ptr::from_ref(*assignment)) {
                let executed = self.push_const(Const::Int(index));
                let set = self.unit.next();
                self.load_mangled("__conditional_annotations__", set);
                self.unit.emit(Opcode::Contains, executed, executed, set);
                self.unit.jump_if(executed, false, skip);
            }
            let name = self.mangled(&name.id);
            let key = self.push_const(Const::Str((&*name).into()));
            let value = self.push(&assignment.annotation)?;
            self.unit.emit(Opcode::MapAdd, dict, key, value);
            self.unit.bind(skip);
        }
        Ok(())
    }

    /// What an annotated assignment does where it is executed.
    pub fn variable_annotation(&mut self, statement: &'a ast::StmtAnnAssign) -> Result<()> {
        let Expr::Name(name) = &*statement.target else { return Ok(()) };
        if !statement.simple || self.scope().is_function_like() {
            return Ok(());
        }
        if self.future_annotations {
            let text = self.annotation_text(&statement.annotation);
            self.at(&*statement.annotation);
            let value = self.push_const(text);
            let annotations = self.unit.next();
            self.load_name("__annotations__", annotations);
            let name = self.mangled(&name.id);
            let key = self.push_const(Const::Str((&*name).into()));
            self.unit.emit(Opcode::StoreSubscript, annotations, key, value);
            return Ok(());
        }
        if let Some(&index) = self.block.conditional_annotations.get(&std::ptr::from_ref(statement)) {
            self.at(&*statement.annotation);
            let set = self.unit.next();
            self.load_mangled("__conditional_annotations__", set);
            let value = self.push_const(Const::Int(index));
            self.unit.emit(Opcode::SetAdd, set, value, 0u32);
            self.unit.drop_top();
        }
        Ok(())
    }

    /// Under `from __future__ import annotations` an annotation is its source text.
    fn annotation_text(&self, annotation: &Expr) -> Const {
        let text = &self.source[annotation.range()];
        let text = match text.contains('\n') {
            true => text.split_whitespace().collect::<Vec<_>>().join(" "),
            false => text.to_owned(),
        };
        Const::Str(text.as_str().into())
    }

    /// Pushes what a function needs for its annotations; returns the bit for `make_function`.
    pub fn function_annotations(&mut self, function: &'a ast::StmtFunctionDef) -> Result<u32> {
        let annotations = function_annotations(function);
        if annotations.is_empty() {
            return Ok(0);
        }
        let base = self.unit.next();
        if self.future_annotations {
            for (name, annotation) in &annotations {
                let name = self.mangled(name);
                self.push_const(Const::Str((&*name).into()));
                let text = self.annotation_text(annotation);
                self.push_const(text);
            }
            self.unit.emit(Opcode::BuildMap, base, base, annotations.len() as u32);
            return Ok(ANNOTATIONS);
        }
        let scope = self.symbols.by_node[&ScopeKey::new(function, Role::Annotations)];
        let code = self.annotate_function(scope, &function.name, |generator| {
            let dict = generator.unit.next();
            for (name, annotation) in &annotations {
                generator.at(*annotation);
                let name = generator.mangled(name);
                generator.push_const(Const::Str((&*name).into()));
                match annotation {
                    // `*args: *Ts` annotates with the single element of the unpacked iterable.
                    Expr::Starred(starred) => {
                        let element = generator.unit.next();
                        let value = generator.operand(&starred.value)?;
                        generator.unit.emit(Opcode::UnpackSequence, element, value, 1u32);
                    }
                    annotation => drop(generator.push(annotation)?),
                }
            }
            generator.unit.emit(Opcode::BuildMap, dict, dict, annotations.len() as u32);
            Ok(())
        })?;
        self.function_object(code, base, 0);
        Ok(ANNOTATE)
    }

    fn annotate_function(
        &mut self,
        scope: ScopeId,
        node: &impl Ranged,
        compile: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<CodeSpec> {
        self.evaluator(scope, "__annotate__", node, compile)
    }

    /// A function with the one positional-only parameter `format`, which refuses the formats that compiled code
    /// cannot give; `compile` pushes its result.
    pub fn evaluator(
        &mut self,
        scope: ScopeId,
        name: &str,
        node: &impl Ranged,
        compile: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<CodeSpec> {
        self.nested(scope, name, node, |generator| {
            generator.block.counts = [1, 1, 0];
            generator.at(node);
            generator.prologue();
            let supported = generator.unit.new_label();
            let test = generator.unit.next();
            // `annotationlib.Format.VALUE_WITH_FAKE_GLOBALS`
            let limit = generator.unit.constant(Const::Int(2));
            let format = match generator.block.cell(".format") {
                Some(cell) => {
                    generator.unit.emit(Opcode::LoadCell, test, cell, 0u32);
                    test
                }
                None => Register::new(Bank::Local, 0),
            };
            generator.unit.emit(Opcode::GreaterConst, test, format, limit);
            generator.unit.jump_if(test, false, supported);
            generator.unit.emit(Opcode::LoadCommonConstant, test, 1u32, 0u32);
            generator.unit.emit(Opcode::Raise, test, 0u32, 0u32);
            generator.unit.bind(supported);
            let result = generator.unit.next();
            compile(generator)?;
            generator.at(node);
            generator.unit.emit(Opcode::ReturnValue, result, 0u32, 0u32);
            Ok(())
        })
    }
}

/// Names and annotations of a function's parameters and result.
fn function_annotations(function: &ast::StmtFunctionDef) -> Vec<(&str, &Expr)> {
    let parameters = &*function.parameters;
    let plain = parameters.posonlyargs.iter().chain(&parameters.args).map(|parameter| &parameter.parameter);
    let variadic = parameters.vararg.as_deref().into_iter();
    let keyword = parameters.kwonlyargs.iter().map(|parameter| &parameter.parameter);
    let all = plain.chain(variadic).chain(keyword).chain(parameters.kwarg.as_deref());
    let annotated =
        all.filter_map(|parameter| Some((parameter.name.as_str(), parameter.annotation.as_deref()?)));
    annotated.chain(function.returns.as_deref().map(|returns| ("return", returns))).collect()
}
