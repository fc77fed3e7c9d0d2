//! Imports.

use ungil_bytecode::{Const, Opcode};

use super::Generator;
use crate::error::Result;
use crate::syntax::ast;

impl<'a> Generator<'a> {
    pub fn import_statement(&mut self, import: &'a ast::StmtImport) -> Result<()> {
        for alias in &import.names {
            self.at(import);
            let request = Const::Tuple([Const::Int(0), Const::None].into());
            let request = self.unit.constant(request);
            let module = self.unit.name(&alias.name);
            let first = alias.name.split('.').next().unwrap_or_default();
            match &alias.asname {
                None => {
                    let local = self.local_target(first);
                    let destination = local.unwrap_or(self.unit.next());
                    self.unit.emit(Opcode::ImportName, destination, module, request);
                    if local.is_none() {
                        self.store_name(first, destination);
                    }
                }
                Some(name) => self.import_as(alias, name, module, request),
            }
        }
        Ok(())
    }

    /// `import a.b.c as name` binds the innermost module.
    fn import_as(&mut self, alias: &'a ast::Alias, name: &'a ast::Identifier, module: u32, request: u32) {
        let mut submodules = alias.name.split('.').skip(1).peekable();
        if submodules.peek().is_none() {
            let local = self.local_target(name);
            let destination = local.unwrap_or(self.unit.next());
            self.unit.emit(Opcode::ImportName, destination, module, request);
            if local.is_none() {
                self.store_name(name, destination);
            }
            return;
        }
        let hidden = self.unit.borrow_hidden();
        self.unit.emit(Opcode::ImportName, hidden, module, request);
        for submodule in submodules {
            let submodule = self.unit.name(submodule);
            self.unit.emit(Opcode::ImportFrom, hidden, hidden, submodule);
        }
        self.store_name(name, hidden);
        self.unit.clear(hidden);
        self.unit.release(hidden);
    }

    pub fn import_from_statement(&mut self, import: &'a ast::StmtImportFrom) -> Result<()> {
        self.at(import);
        let names = import.names.iter().map(|alias| Const::Str(alias.name.as_str().into())).collect();
        let request = Const::Tuple([Const::Int(i64::from(import.level)), Const::Tuple(names)].into());
        let request = self.unit.constant(request);
        let module = import.module.as_ref().map_or("", |module| module.as_str());
        let module = self.unit.name(module);
        let imported = self.unit.next();
        self.unit.emit(Opcode::ImportName, imported, module, request);
        if import.names.first().is_some_and(|alias| alias.name.as_str() == "*") {
            self.unit.emit(Opcode::ImportStar, imported, 0u32, 0u32);
            return Ok(());
        }
        for alias in &import.names {
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            let local = self.local_target(bound);
            let destination = local.unwrap_or(self.unit.next());
            let name = self.unit.name(&alias.name);
            self.at(alias);
            self.unit.emit(Opcode::ImportFrom, destination, imported, name);
            if local.is_none() {
                self.store_name(bound, destination);
            }
        }
        self.at(import);
        self.unit.drop_top();
        Ok(())
    }
}
