//! Class definitions.

use ungil_bytecode::{CodeSpec, Const, Opcode};

use super::Generator;
use super::call::needs_unpacking;
use crate::emit::Register;
use crate::error::Result;
use crate::symbols::{Role, ScopeKey};
use crate::syntax::ast;
use crate::syntax::{Ranged, TextRange};

impl<'a> Generator<'a> {
    pub fn class_definition(&mut self, class: &'a ast::StmtClassDef) -> Result<()> {
        let windows = self.decorators(&class.decorator_list)?;
        let value = self.unit.next();
        self.at(&class.name);
        match &class.type_params {
            None => self.class_object(class, None, value)?,
            Some(parameters) => self.generic_class(class, parameters, value)?,
        }
        self.apply_decorators(&class.decorator_list, &windows);
        self.at(&class.name);
        let value = self.unit.top();
        self.store_name(&class.name, value);
        Ok(())
    }

    /// Calls `__build_class__`; `generic_base` is the base that type parameters add.
    fn class_object(
        &mut self,
        class: &'a ast::StmtClassDef,
        generic_base: Option<&str>,
        base: Register,
    ) -> Result<()> {
        let (positional, keywords) = match &class.arguments {
            Some(arguments) => (&*arguments.args, &arguments.keywords[..]),
            None => (&[][..], &[][..]),
        };
        self.at(&class.name);
        self.unit.emit(Opcode::LoadBuildClass, base, 0u32, 0u32);
        // A generic class passes its extra base behind the others, which only the unpacking form allows.
        let unpacking = generic_base.is_some() || needs_unpacking(positional, keywords, 2);
        if !unpacking {
            self.unit.emit(Opcode::PushCallable, base, base, 0u32);
        }
        let first = self.unit.next();
        let code = self.class_code(class)?;
        self.at(&class.name);
        self.function_object(code, first, 0);
        self.push_const(Const::Str(class.name.as_str().into()));
        if !unpacking {
            return self.windowed_arguments(base, 2, positional, keywords, &class.name, base);
        }
        match generic_base {
            None => self.unpacked_arguments(base, 2, positional, keywords, &class.name)?,
            Some(name) => {
                self.unit.emit(Opcode::BuildList, first, first, 2u32);
                self.extend_list(first, positional, &class.name)?;
                let extra = self.unit.next();
                self.load_mangled(name, extra);
                self.unit.emit(Opcode::ListAppend, first, extra, 0u32);
                self.unit.emit(Opcode::ListToTuple, first, first, 0u32);
                if !keywords.is_empty() {
                    self.keyword_arguments(base, keywords, &class.name)?;
                }
            }
        }
        self.call_unpacked(base, keywords, &class.name, base)
    }

    fn class_code(&mut self, class: &'a ast::StmtClassDef) -> Result<CodeSpec> {
        let scope = self.symbols.by_node[&ScopeKey::new(class, Role::Body)];
        let start = class.decorator_list.first().map_or(class.name.range(), |decorator| decorator.range());
        self.nested(scope, &class.name, &start, |generator| {
            generator.unit.range = class.name.range();
            generator.prologue();
            generator.class_prologue(class)?;
            let body = generator.documentation(&class.body)?;
            generator.body_annotations(body)?;
            generator.statements(body)?;
            generator.unit.range = TextRange::default();
            generator.class_epilogue();
            Ok(())
        })
    }

    fn class_prologue(&mut self, class: &'a ast::StmtClassDef) -> Result<()> {
        let value = self.unit.next();
        let name = self.unit.name("__name__");
        self.unit.emit(Opcode::LoadName, value, name, 0u32);
        self.store_in_namespace("__module__", value);
        let qualname = Const::Str((&*self.block.qualname).into());
        self.push_const(qualname);
        self.store_in_namespace("__qualname__", value);
        self.push_const(Const::Int(i64::from(self.block.first_line)));
        self.store_in_namespace("__firstlineno__", value);
        if class.type_params.is_some() {
            self.load_mangled(".type_params", value);
            self.store_in_namespace("__type_params__", value);
        }
        if let Some(cell) = self.block.cell("__classdict__").filter(|_| self.scope().needs_class_dict) {
            self.unit.emit(Opcode::LoadLocals, value, 0u32, 0u32);
            self.unit.emit(Opcode::StoreCell, cell, value, 0u32);
        }
        Ok(())
    }

    /// What follows a class body: bookkeeping in its namespace, and the `__class__` cell as result.
    fn class_epilogue(&mut self) {
        if !self.unit.is_reachable() {
            return;
        }
        let attributes =
            self.scope().static_attributes.iter().map(|name| Const::Str((&**name).into())).collect();
        let value = self.push_const(Const::Tuple(attributes));
        self.store_in_namespace("__static_attributes__", value);
        if let Some(cell) = self.block.cell("__classdict__").filter(|_| self.scope().needs_class_dict) {
            self.unit.mov(value, cell);
            self.store_in_namespace("__classdictcell__", value);
        }
        match self.block.cell("__class__").filter(|_| self.scope().needs_class_cell) {
            Some(cell) => {
                self.unit.mov(value, cell);
                self.store_in_namespace("__classcell__", value);
                self.unit.emit(Opcode::ReturnValue, cell, 0u32, 0u32);
            }
            None => self.return_none(),
        }
    }

    /// A class with type parameters: made by a function of its own.
    fn generic_class(
        &mut self,
        class: &'a ast::StmtClassDef,
        parameters: &'a ast::TypeParams,
        base: Register,
    ) -> Result<()> {
        let scope = self.symbols.by_node[&ScopeKey::new(class, Role::TypeParameters)];
        let name: Box<str> = format!("<generic parameters of {}>", class.name).into();
        let code = self.nested(scope, &name, &class.name, |generator| {
            generator.unit.range = class.name.range();
            generator.prologue();
            let tuple = generator.type_parameters(parameters)?;
            let copy = generator.unit.next();
            generator.unit.emit(Opcode::Copy, copy, tuple, 0u32);
            generator.store_mangled(".type_params", copy);
            generator.unit.emit(Opcode::SubscriptGeneric, tuple, tuple, 0u32);
            generator.store_mangled(".generic_base", tuple);
            let result = generator.unit.next();
            generator.class_object(class, Some(".generic_base"), result)?;
            generator.unit.emit(Opcode::ReturnValue, result, 0u32, 0u32);
            Ok(())
        })?;
        self.at(&class.name);
        self.function_object(code, base, 0);
        self.unit.emit(Opcode::PushCallable, base, base, 0u32);
        self.unit.emit(Opcode::Call, base, base, 0u32);
        Ok(())
    }
}
