//! Function definitions and lambdas.

use std::sync::Arc;

use ungil_bytecode::{CodeFlags, CodeSpec, Const, Opcode};

use super::Generator;
use crate::emit::{Bank, Register};
use crate::error::Result;
use crate::symbols::{Role, ScopeKey, ScopeKind};
use crate::syntax::Ranged;
use crate::syntax::ast::{self, Expr};

/// Bits of `make_function`'s last operand.
pub const DEFAULTS: u32 = 1;
pub const KEYWORD_DEFAULTS: u32 = 2;
pub const ANNOTATIONS: u32 = 4;
pub const CLOSURE: u32 = 8;
pub const ANNOTATE: u32 = 16;

impl<'a> Generator<'a> {
    pub fn function_definition(&mut self, function: &'a ast::StmtFunctionDef) -> Result<()> {
        let windows = self.decorators(&function.decorator_list)?;
        let value = self.unit.next();
        self.at(&function.name);
        match &function.type_params {
            None => {
                let defaults = self.defaults(&function.parameters)?;
                self.function(function, value, defaults)?;
            }
            Some(parameters) => self.generic_function(function, parameters, value)?,
        }
        self.apply_decorators(&function.decorator_list, &windows);
        self.at(&function.name);
        let value = self.unit.top();
        self.store_name(&function.name, value);
        Ok(())
    }

    /// Begins a call window for every decorator, the outermost first.
    pub fn decorators(&mut self, decorators: &'a [ast::Decorator]) -> Result<Vec<Register>> {
        let mut windows = Vec::new();
        for decorator in decorators {
            let base = self.unit.next();
            let callable = self.operand(&decorator.expression)?;
            self.at(&decorator.expression);
            self.unit.emit(Opcode::PushCallable, base, callable, 0u32);
            windows.push(base);
        }
        Ok(windows)
    }

    /// Calls the windows, the innermost first, each with the result of the one before.
    pub fn apply_decorators(&mut self, decorators: &'a [ast::Decorator], windows: &[Register]) {
        for (decorator, &base) in decorators.iter().zip(windows).rev() {
            self.at(&decorator.expression);
            self.unit.emit(Opcode::Call, base, base, 1u32);
        }
    }

    /// Pushes the tuple and the dict of defaults, those of them that there are; returns their bits.
    fn defaults(&mut self, parameters: &'a ast::Parameters) -> Result<u32> {
        let mut bits = 0;
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let positional: Vec<&Expr> =
            positional.filter_map(|parameter| parameter.default.as_deref()).collect();
        let first = self.unit.next();
        if !positional.is_empty() {
            bits |= DEFAULTS;
            match positional.iter().map(|default| self.fold(default)).collect::<Option<Vec<_>>>() {
                Some(constants) => drop(self.push_const(Const::Tuple(constants.into()))),
                None => {
                    for default in &positional {
                        self.push(default)?;
                    }
                    self.unit.emit(Opcode::BuildTuple, first, first, positional.len() as u32);
                }
            }
        }
        let keyword = parameters.kwonlyargs.iter().filter(|parameter| parameter.default.is_some());
        let keyword: Vec<&ast::ParameterWithDefault> = keyword.collect();
        let first = self.unit.next();
        if !keyword.is_empty() {
            bits |= KEYWORD_DEFAULTS;
            for parameter in &keyword {
                let name = self.mangled(&parameter.parameter.name);
                self.push_const(Const::Str((&*name).into()));
                if let Some(default) = &parameter.default {
                    self.push(default)?;
                }
            }
            self.unit.emit(Opcode::BuildMap, first, first, keyword.len() as u32);
        }
        Ok(bits)
    }

    /// Makes the function at `base`, where its defaults lie as `bits` says.
    fn function(&mut self, function: &'a ast::StmtFunctionDef, base: Register, bits: u32) -> Result<()> {
        let annotations = self.function_annotations(function)?;
        let code = self.function_code(function)?;
        self.at(&function.name);
        self.function_object(code, base, bits | annotations);
        Ok(())
    }

    /// `make_function` with the closure that the code needs.
    pub fn function_object(&mut self, code: CodeSpec, base: Register, mut bits: u32) {
        if !code.freevars.is_empty() {
            bits |= CLOSURE;
            self.closure(&code.freevars);
        }
        let code = self.unit.constant(Const::Code(Arc::new(code)));
        self.unit.emit(Opcode::MakeFunction, base, code, bits);
    }

    /// Pushes the tuple of the cells that inner code refers to.
    fn closure(&mut self, names: &[Box<str>]) {
        let first = self.unit.next();
        self.cells(names);
        self.unit.emit(Opcode::BuildTuple, first, first, names.len() as u32);
    }

    /// Pushes the cells that inner code refers to.
    pub fn cells(&mut self, names: &[Box<str>]) {
        for name in names {
            let next = self.unit.next();
            if let Some(cell) = self.cell_for_closure(name) {
                self.unit.mov(next, cell);
            }
        }
    }

    /// The register of the cell that an inner block means by a name.
    fn cell_for_closure(&self, name: &str) -> Option<Register> {
        for inlined in self.block.inlined.iter().rev() {
            let register = inlined.variables.get(name).copied();
            if let Some(cell) = register.filter(|register| register.bank() == Bank::Cell) {
                return Some(cell);
            }
        }
        self.block.cell(name)
    }

    fn function_code(&mut self, function: &'a ast::StmtFunctionDef) -> Result<CodeSpec> {
        let scope = self.symbols.by_node[&ScopeKey::new(function, Role::Body)];
        let in_class = self.scope().kind == ScopeKind::Class || self.scope().sees_class;
        let (text, body) = self.split_documentation(&function.body);
        let start =
            function.decorator_list.first().map_or(function.name.range(), |decorator| decorator.range());
        let code = self.nested(scope, &function.name, &start, |generator| {
            generator.parameters(&function.parameters);
            if in_class {
                generator.block.flags.insert(CodeFlags::METHOD);
            }
            if let Some(text) = text {
                generator.unit.constant(Const::Str(text));
                generator.block.flags.insert(CodeFlags::HAS_DOCSTRING);
            }
            generator.unit.range = function.name.range();
            generator.prologue();
            generator.statements(body)?;
            generator.nowhere();
            if let Some(last) = body.last() {
                generator.at(last);
            }
            generator.return_none();
            Ok(())
        })?;
        Ok(code)
    }

    fn parameters(&mut self, parameters: &'a ast::Parameters) {
        let positional_only = parameters.posonlyargs.len() as u32;
        let positional = positional_only + parameters.args.len() as u32;
        self.block.counts = [positional_only, positional, parameters.kwonlyargs.len() as u32];
        if parameters.vararg.is_some() {
            self.block.flags.insert(CodeFlags::VARARGS);
        }
        if parameters.kwarg.is_some() {
            self.block.flags.insert(CodeFlags::VARKEYWORDS);
        }
    }

    pub fn lambda(&mut self, lambda: &'a ast::ExprLambda, destination: Register) -> Result<()> {
        let base = self.unit.next();
        let bits = match &lambda.parameters {
            Some(parameters) => self.defaults(parameters)?,
            None => 0,
        };
        let scope = self.symbols.by_node[&ScopeKey::new(lambda, Role::Body)];
        let in_class = self.scope().kind == ScopeKind::Class;
        let code = self.nested(scope, "<lambda>", lambda, |generator| {
            if let Some(parameters) = &lambda.parameters {
                generator.parameters(parameters);
            }
            if in_class {
                generator.block.flags.insert(CodeFlags::METHOD);
            }
            generator.unit.range = lambda.range;
            generator.prologue();
            let value = generator.operand(&lambda.body)?;
            generator.at(&*lambda.body);
            generator.unit.emit(Opcode::ReturnValue, value, 0u32, 0u32);
            Ok(())
        })?;
        self.at(lambda);
        self.function_object(code, base, bits);
        self.unit.mov(destination, base);
        Ok(())
    }

    /// A function with type parameters: made by a function of its own, which is called with the defaults.
    fn generic_function(
        &mut self,
        function: &'a ast::StmtFunctionDef,
        parameters: &'a ast::TypeParams,
        base: Register,
    ) -> Result<()> {
        let scope = self.symbols.by_node[&ScopeKey::new(function, Role::TypeParameters)];
        let name: Box<str> = format!("<generic parameters of {}>", function.name).into();
        let bits = default_bits(&function.parameters);
        let code = self.nested(scope, &name, &function.name, |generator| {
            generator.block.counts = [0, bits.count_ones(), 0];
            generator.unit.range = function.name.range();
            generator.prologue();
            let tuple = generator.type_parameters(parameters)?;
            let base = generator.unit.next();
            for (index, _) in [DEFAULTS, KEYWORD_DEFAULTS].iter().filter(|&&bit| bits & bit != 0).enumerate()
            {
                let next = generator.unit.next();
                generator.unit.mov(next, Register::new(Bank::Local, index as u32));
            }
            generator.function(function, base, bits)?;
            generator.unit.emit(Opcode::SetFunctionTypeParameters, tuple, base, tuple);
            generator.unit.emit(Opcode::ReturnValue, tuple, 0u32, 0u32);
            Ok(())
        })?;
        self.at(&function.name);
        self.function_object(code, base, 0);
        self.unit.emit(Opcode::PushCallable, base, base, 0u32);
        self.defaults(&function.parameters)?;
        self.at(&function.name);
        self.unit.emit(Opcode::Call, base, base, bits.count_ones());
        Ok(())
    }
}

fn default_bits(parameters: &ast::Parameters) -> u32 {
    let positional =
        parameters.posonlyargs.iter().chain(&parameters.args).any(|parameter| parameter.default.is_some());
    let keyword = parameters.kwonlyargs.iter().any(|parameter| parameter.default.is_some());
    (u32::from(positional) * DEFAULTS) | (u32::from(keyword) * KEYWORD_DEFAULTS)
}
