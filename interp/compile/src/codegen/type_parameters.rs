//! Type parameters and the `type` statement (PEP 695, PEP 696).

use ungil_bytecode::{Const, Opcode};

use super::Generator;
use super::function::DEFAULTS;
use crate::emit::Register;
use crate::error::Result;
use crate::symbols::{Role, ScopeKey};
use crate::syntax::ast::{self, Expr, TypeParam};

impl<'a> Generator<'a> {
    /// Makes and binds the type parameters; leaves their tuple in the next temporary.
    pub fn type_parameters(&mut self, parameters: &'a ast::TypeParams) -> Result<Register> {
        let tuple = self.unit.next();
        for parameter in &parameters.type_params {
            self.at(parameter);
            let value = self.unit.next();
            let (name, default) = match parameter {
                TypeParam::TypeVar(variable) => {
                    self.type_variable(variable, value)?;
                    (&variable.name, self.default_of(variable, &variable.name, variable.default.as_deref())?)
                }
                TypeParam::TypeVarTuple(variables) => {
                    self.make_named(Opcode::MakeTypeVariableTuple, &variables.name, value);
                    (
                        &variables.name,
                        self.default_of(variables, &variables.name, variables.default.as_deref())?,
                    )
                }
                TypeParam::ParamSpec(specification) => {
                    self.make_named(Opcode::MakeParameterSpecification, &specification.name, value);
                    let default = specification.default.as_deref();
                    (&specification.name, self.default_of(specification, &specification.name, default)?)
                }
            };
            if let Some(default) = default {
                self.unit.emit(Opcode::SetTypeParameterDefault, value, default, 0u32);
            }
            let copy = self.unit.next();
            self.unit.emit(Opcode::Copy, copy, value, 0u32);
            self.store_name(name, copy);
        }
        self.at(parameters);
        self.unit.emit(Opcode::BuildTuple, tuple, tuple, parameters.type_params.len() as u32);
        Ok(tuple)
    }

    fn make_named(&mut self, opcode: Opcode, name: &ast::Identifier, destination: Register) {
        let name = self.unit.constant(Const::Str(name.as_str().into()));
        self.unit.emit(opcode, destination, name, 0u32);
    }

    fn type_variable(&mut self, variable: &'a ast::TypeParamTypeVar, destination: Register) -> Result<()> {
        let Some(bound) = &variable.bound else {
            self.make_named(Opcode::MakeTypeVariable, &variable.name, destination);
            return Ok(());
        };
        let opcode = match &**bound {
            Expr::Tuple(_) => Opcode::MakeTypeVariableConstrained,
            _ => Opcode::MakeTypeVariableBound,
        };
        let evaluator = self.value_function(ScopeKey::new(variable, Role::Bound), &variable.name, bound)?;
        self.at(variable);
        let name = self.unit.constant(Const::Str(variable.name.as_str().into()));
        self.unit.emit(opcode, destination, evaluator, name);
        Ok(())
    }

    fn default_of<T>(&mut self, node: &T, name: &str, default: Option<&'a Expr>) -> Result<Option<Register>> {
        default
            .map(|default| self.value_function(ScopeKey::new(node, Role::Default), name, default))
            .transpose()
    }

    /// Pushes a function that computes the value of an expression.
    fn value_function(&mut self, key: ScopeKey, name: &str, value: &'a Expr) -> Result<Register> {
        let scope = self.symbols.by_node[&key];
        let base = self.push_const(Const::Tuple([Const::Int(1)].into()));
        let code = self.evaluator(scope, name, value, |generator| match value {
            // The default of a tuple of type variables may be an unpacked iterable.
            Expr::Starred(starred) => {
                let element = generator.unit.next();
                let iterable = generator.operand(&starred.value)?;
                generator.unit.emit(Opcode::UnpackSequence, element, iterable, 1u32);
                Ok(())
            }
            value => generator.push(value).map(drop),
        })?;
        self.at(value);
        self.function_object(code, base, DEFAULTS);
        Ok(base)
    }

    pub fn type_alias(&mut self, alias: &'a ast::StmtTypeAlias) -> Result<()> {
        let Expr::Name(name) = &*alias.name else { return Ok(()) };
        let base = self.unit.next();
        match &alias.type_params {
            None => self.alias_object(alias, &name.id, None)?,
            Some(parameters) => {
                let scope = self.symbols.by_node[&ScopeKey::new(alias, Role::TypeParameters)];
                let scope_name: Box<str> = format!("<generic parameters of {}>", name.id).into();
                let code = self.nested(scope, &scope_name, alias, |generator| {
                    generator.at(alias);
                    generator.prologue();
                    let result = generator.unit.next();
                    generator.alias_object(alias, &name.id, Some(parameters))?;
                    generator.unit.emit(Opcode::ReturnValue, result, 0u32, 0u32);
                    Ok(())
                })?;
                self.at(alias);
                self.function_object(code, base, 0);
                self.unit.emit(Opcode::PushCallable, base, base, 0u32);
                self.unit.emit(Opcode::Call, base, base, 0u32);
            }
        }
        self.at(&*alias.name);
        self.store_name(&name.id, base);
        Ok(())
    }

    /// Pushes the alias object.
    fn alias_object(
        &mut self,
        alias: &'a ast::StmtTypeAlias,
        name: &str,
        parameters: Option<&'a ast::TypeParams>,
    ) -> Result<()> {
        let base = self.push_const(Const::Str(name.into()));
        match parameters {
            Some(parameters) => drop(self.type_parameters(parameters)?),
            None => drop(self.push_const(Const::None)),
        }
        self.value_function(ScopeKey::new(alias, Role::Value), name, &alias.value)?;
        self.at(alias);
        self.unit.emit(Opcode::MakeTypeAlias, base, 0u32, 0u32);
        Ok(())
    }
}
