//! Loading, storing and deleting names.

use ungil_bytecode::Opcode;

use super::Generator;
use crate::emit::{Bank, Register};
use crate::symbols::{Resolution, ScopeKind, mangle};

/// Where a name is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A local register.
    Local(Register),
    /// A cell, its own or a free one.
    Cell(Register),
    /// Globals, then built-ins.
    Global,
    /// The frame's namespace, then globals, then built-ins.
    Namespace,
    /// The class body's namespace, then the cell.
    ClassOrCell(Register),
    /// The class body's namespace, then globals.
    ClassOrGlobal,
}

impl Generator<'_> {
    /// The name as the block knows it: private names mangled.
    pub fn mangled(&self, name: &str) -> Box<str> {
        mangle(self.scope().private.as_deref(), name)
    }

    /// Finds a mangled name.
    pub fn place(&self, name: &str) -> Place {
        let mut from_comprehension = false;
        for inlined in self.block.inlined.iter().rev() {
            match self.symbols[inlined.scope].resolution(name) {
                Resolution::Local => {
                    if let Some(&register) = inlined.variables.get(name) {
                        return Place::Local(register);
                    }
                }
                Resolution::Cell => {
                    if let Some(&register) = inlined.variables.get(name) {
                        return Place::Cell(register);
                    }
                }
                // What runs in a namespace of its own, like the text of `eval`, sees that from its comprehensions too.
                Resolution::GlobalImplicit if self.scope().kind == ScopeKind::Module => {
                    return Place::Namespace;
                }
                Resolution::GlobalExplicit | Resolution::GlobalImplicit => return Place::Global,
                Resolution::Free | Resolution::Unknown => {}
            }
            from_comprehension = true;
        }
        self.place_in_block(name, from_comprehension)
    }

    fn place_in_block(&self, name: &str, from_comprehension: bool) -> Place {
        let scope = self.scope();
        let cell = self.block.cell(name);
        if from_comprehension && scope.kind == ScopeKind::Class {
            return cell.map_or(Place::Global, Place::Cell);
        }
        match (scope.resolution(name), scope.kind) {
            (Resolution::GlobalExplicit, ScopeKind::Module) => Place::Namespace,
            (Resolution::GlobalExplicit, _) => Place::Global,
            (Resolution::Local, ScopeKind::Module | ScopeKind::Class) => Place::Namespace,
            (Resolution::Local, _) => match self.block.locals.get(name) {
                Some(&index) => Place::Local(Register::new(Bank::Local, index)),
                None => Place::Global,
            },
            (Resolution::Cell, _) => cell.map_or(Place::Global, Place::Cell),
            (Resolution::Free, kind) => match cell {
                Some(cell) if kind == ScopeKind::Class => Place::ClassOrCell(cell),
                Some(cell) if scope.sees_class && name != "__classdict__" => Place::ClassOrCell(cell),
                Some(cell) => Place::Cell(cell),
                None => Place::Global,
            },
            (_, ScopeKind::Module | ScopeKind::Class) => Place::Namespace,
            _ if scope.sees_class => Place::ClassOrGlobal,
            _ => Place::Global,
        }
    }

    /// The register of a name that can be read in place; its check is emitted.
    pub fn local_in_place(&mut self, name: &str) -> Option<Register> {
        let name = self.mangled(name);
        let Place::Local(register) = self.place(&name) else { return None };
        self.unit.emit(Opcode::CheckBound, register, 0u32, 0u32);
        Some(register)
    }

    /// The register of a name that values can be written to directly.
    pub fn local_target(&self, name: &str) -> Option<Register> {
        match self.place(&self.mangled(name)) {
            Place::Local(register) => Some(register),
            _ => None,
        }
    }

    pub fn load_name(&mut self, name: &str, destination: Register) {
        let name = self.mangled(name);
        self.load_mangled(&name, destination);
    }

    pub fn load_mangled(&mut self, name: &str, destination: Register) {
        match self.place(name) {
            Place::Local(register) => {
                self.unit.emit(Opcode::CheckBound, register, 0u32, 0u32);
                self.unit.mov(destination, register);
            }
            Place::Cell(cell) => self.unit.emit(Opcode::LoadCell, destination, cell, 0u32),
            Place::Global => {
                let index = self.unit.name(name);
                self.unit.emit(Opcode::LoadGlobal, destination, index, 0u32);
            }
            Place::Namespace => {
                let index = self.unit.name(name);
                self.unit.emit(Opcode::LoadName, destination, index, 0u32);
            }
            Place::ClassOrCell(cell) => {
                let mapping = self.class_namespace();
                self.unit.emit(Opcode::LoadFromMappingOrCell, destination, mapping, cell);
            }
            Place::ClassOrGlobal => {
                let mapping = self.class_namespace();
                let index = self.unit.name(name);
                self.unit.emit(Opcode::LoadFromMappingOrGlobal, destination, mapping, index);
            }
        }
    }

    /// Pushes the namespace of the class body that the block is or sees.
    fn class_namespace(&mut self) -> Register {
        let mapping = self.unit.next();
        match self.block.cell("__classdict__").filter(|_| self.scope().kind != ScopeKind::Class) {
            Some(cell) => self.unit.emit(Opcode::LoadCell, mapping, cell, 0u32),
            None => self.unit.emit(Opcode::LoadLocals, mapping, 0u32, 0u32),
        }
        mapping
    }

    /// Binds a name to a value, which is consumed if it is a temporary.
    pub fn store_name(&mut self, name: &str, value: Register) {
        let name = self.mangled(name);
        self.store_mangled(&name, value);
    }

    pub fn store_mangled(&mut self, name: &str, value: Register) {
        match self.place(name) {
            Place::Local(register) => self.unit.mov(register, value),
            // A class body binds in its namespace even what it would load from a cell.
            Place::ClassOrCell(_) if !self.is_nonlocal(name) => self.store_in_namespace(name, value),
            Place::Cell(cell) | Place::ClassOrCell(cell) => {
                self.unit.emit(Opcode::StoreCell, cell, value, 0u32)
            }
            Place::Global | Place::ClassOrGlobal => {
                let index = self.unit.name(name);
                self.unit.emit(Opcode::StoreGlobal, value, index, 0u32);
            }
            Place::Namespace => self.store_in_namespace(name, value),
        }
    }

    fn is_nonlocal(&self, name: &str) -> bool {
        let symbol = self.scope().symbols.get(name);
        symbol.is_some_and(|symbol| symbol.occurrence.has(crate::symbols::Occurrence::NONLOCAL))
    }

    pub fn store_in_namespace(&mut self, name: &str, value: Register) {
        let index = self.unit.name(name);
        self.unit.emit(Opcode::StoreName, value, index, 0u32);
    }

    /// `del name`.
    pub fn delete_name(&mut self, name: &str) {
        let name = self.mangled(name);
        match self.place(&name) {
            Place::Local(register) => {
                self.unit.emit(Opcode::CheckBound, register, 0u32, 0u32);
                self.unit.clear(register);
            }
            Place::Cell(cell) | Place::ClassOrCell(cell) => {
                self.unit.emit(Opcode::DeleteCell, cell, 0u32, 0u32)
            }
            Place::Global | Place::ClassOrGlobal => {
                let index = self.unit.name(&name);
                self.unit.emit(Opcode::DeleteGlobal, 0u32, index, 0u32);
            }
            Place::Namespace => {
                let index = self.unit.name(&name);
                self.unit.emit(Opcode::DeleteName, 0u32, index, 0u32);
            }
        }
    }
}
