//! The block being compiled: its variables, the comprehensions inlined into it, the statements around the current
//! one; and entering and leaving blocks.

use std::collections::HashMap;
use std::sync::Arc;

use ungil_bytecode::{CellVariable, CodeFlags, CodeSpec, Opcode};

use super::Generator;
use super::control::Control;
use crate::emit::{Bank, Register};
use crate::error::Result;
use crate::symbols::{Occurrence, Resolution, Scope, ScopeId, ScopeKind, Symbols};
use crate::syntax::{Ranged, TextRange, TextSize, ast};

/// A comprehension inlined into the block.
pub struct Inlined {
    pub scope: ScopeId,
    /// Registers of its variables: hidden locals, or cells.
    pub variables: HashMap<Box<str>, Register>,
}

pub struct Block<'a> {
    pub scope: ScopeId,
    pub name: Box<str>,
    pub qualname: Box<str>,
    pub first_line: u32,
    pub locals: HashMap<Box<str>, u32>,
    pub varnames: Vec<Box<str>>,
    pub cells: HashMap<Box<str>, u32>,
    pub cellvars: Vec<CellVariable>,
    pub free: HashMap<Box<str>, u32>,
    pub freevars: Vec<Box<str>>,
    /// Comprehensions around the walk, innermost last.
    pub inlined: Vec<Inlined>,
    /// Statements around the walk that leaving them must unwind, innermost last.
    pub control: Vec<Control<'a>>,
    pub flags: CodeFlags,
    /// `co_posonlyargcount`, `co_argcount`, `co_kwonlyargcount`.
    pub counts: [u32; 3],
    pub has_named_expression: bool,
    /// Numbers of the annotations that may or may not be executed.
    pub conditional_annotations: HashMap<*const ast::StmtAnnAssign, i64>,
}

impl<'a> Block<'a> {
    pub fn new(
        symbols: &Symbols,
        id: ScopeId,
        name: Box<str>,
        qualname: Box<str>,
        first_line: u32,
    ) -> Block<'a> {
        let scope = &symbols[id];
        let mut block = Block {
            scope: id,
            name,
            qualname,
            first_line,
            locals: HashMap::new(),
            varnames: Vec::new(),
            cells: HashMap::new(),
            cellvars: Vec::new(),
            free: HashMap::new(),
            freevars: Vec::new(),
            inlined: Vec::new(),
            control: Vec::new(),
            flags: base_flags(scope),
            counts: [0; 3],
            has_named_expression: scope.has_named_expression,
            conditional_annotations: HashMap::new(),
        };
        block.allocate(scope);
        block
    }

    fn allocate(&mut self, scope: &Scope) {
        for parameter in &scope.parameters {
            self.add_local(parameter);
        }
        let mut cells: Vec<&Box<str>> = Vec::new();
        let mut free: Vec<&Box<str>> = Vec::new();
        for (name, symbol) in &scope.symbols {
            match symbol.resolution {
                Resolution::Local if scope.is_function_like() => self.add_local(name),
                Resolution::Cell => cells.push(name),
                _ => {}
            }
            if symbol.resolution == Resolution::Free || symbol.occurrence.has(Occurrence::FREE_IN_CLASS) {
                free.push(name);
            }
        }
        let (class_cell, class_dict): (Box<str>, Box<str>) = ("__class__".into(), "__classdict__".into());
        cells.extend(scope.needs_class_cell.then_some(&class_cell));
        cells.extend(scope.needs_class_dict.then_some(&class_dict));
        cells.sort_unstable();
        free.sort_unstable();
        for name in cells {
            self.cells.insert(name.clone(), self.cellvars.len() as u32);
            let argument = self.locals.get(name).copied();
            self.cellvars.push(CellVariable { name: name.clone(), argument });
        }
        for name in free {
            self.free.insert(name.clone(), self.freevars.len() as u32);
            self.freevars.push(name.clone());
        }
    }

    fn add_local(&mut self, name: &str) {
        if !self.locals.contains_key(name) {
            self.locals.insert(name.into(), self.varnames.len() as u32);
            // The parameter of annotation scopes hides behind a name that no source can use.
            self.varnames.push(if name == ".format" { "format".into() } else { name.into() });
        }
    }

    /// The register of a cell or free variable of the block itself.
    pub fn cell(&self, name: &str) -> Option<Register> {
        let cell = self.cells.get(name).map(|&index| Register::new(Bank::Cell, index));
        cell.or_else(|| self.free.get(name).map(|&index| Register::new(Bank::Free, index)))
    }

    /// A new cell register for a variable of an inlined comprehension.
    pub fn new_cell(&mut self, name: &str) -> Register {
        self.cellvars.push(CellVariable { name: name.into(), argument: None });
        Register::new(Bank::Cell, self.cellvars.len() as u32 - 1)
    }
}

fn base_flags(scope: &Scope) -> CodeFlags {
    let mut flags = CodeFlags::default();
    if scope.is_function_like() {
        flags.insert(CodeFlags::OPTIMIZED);
        flags.insert(CodeFlags::NEWLOCALS);
        if scope.nested {
            flags.insert(CodeFlags::NESTED);
        }
    }
    let is_generator = scope.has_yield || scope.kind == ScopeKind::Generator;
    match (scope.is_async || scope.kind == ScopeKind::Module && scope.has_await, is_generator) {
        (true, true) => flags.insert(CodeFlags::ASYNC_GENERATOR),
        (true, false) => flags.insert(CodeFlags::COROUTINE),
        (false, true) => flags.insert(CodeFlags::GENERATOR),
        (false, false) => {}
    }
    flags
}

/// Whether calls make a generator, a coroutine or an asynchronous generator.
pub fn suspends(flags: CodeFlags) -> bool {
    [CodeFlags::GENERATOR, CodeFlags::COROUTINE, CodeFlags::ASYNC_GENERATOR]
        .iter()
        .any(|&flag| flags.contains(flag))
}

impl<'a> Generator<'a> {
    /// Compiles a block of its own: `scope`'s, called `name`, beginning at `node`.
    pub fn nested(
        &mut self,
        scope: ScopeId,
        name: &str,
        node: &impl Ranged,
        compile: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<CodeSpec> {
        let (first_line, _) = self.lines.byte_column(node.range().start());
        let qualname = self.qualified(scope, name);
        let block = Block::new(self.symbols, scope, name.into(), qualname, first_line);
        let block = std::mem::replace(&mut self.block, block);
        let unit = std::mem::take(&mut self.unit);
        self.outer.push((unit, block));
        let result = compile(self).and_then(|()| self.finish_block());
        if let Some((unit, block)) = self.outer.pop() {
            (self.unit, self.block) = (unit, block);
        }
        result
    }

    /// The qualified name (PEP 3155) of a block about to be entered.
    fn qualified(&self, scope: ScopeId, name: &str) -> Box<str> {
        let mut parent = &self.block;
        if self.symbols[parent.scope].kind == ScopeKind::TypeParameters
            && let Some((_, outer)) = self.outer.last()
        {
            parent = outer;
        }
        let parent_scope = &self.symbols[parent.scope];
        let is_definition = matches!(self.symbols[scope].kind, ScopeKind::Function | ScopeKind::Class);
        let mangled = crate::symbols::mangle(parent_scope.private.as_deref(), name);
        let declared_global =
            is_definition && parent_scope.resolution(&mangled) == Resolution::GlobalExplicit;
        if parent_scope.kind == ScopeKind::Module || declared_global {
            return name.into();
        }
        let locals = if parent_scope.is_function_like() { ".<locals>" } else { "" };
        format!("{}{locals}.{name}", parent.qualname).into()
    }

    /// The instructions at the start of every block.
    pub fn prologue(&mut self) {
        let free = self.block.freevars.len() as u32;
        if free > 0 {
            self.unit.emit(Opcode::CopyFreeVariables, Register::new(Bank::Free, 0), free, 0u32);
        }
        for (index, cell) in self.block.cellvars.iter().enumerate() {
            let register = Register::new(Bank::Cell, index as u32);
            match cell.argument {
                Some(argument) => {
                    let argument = Register::new(Bank::Local, argument);
                    self.unit.emit(Opcode::MakeCellFrom, register, argument, 0u32);
                }
                None => self.unit.emit(Opcode::MakeCell, register, 0u32, 0u32),
            }
        }
        if suspends(self.block.flags) {
            // What is thrown into a generator that has not begun comes from the line of its definition, not from a part of it.
            let range = self.unit.range;
            let line = range.start().max(TextSize::new(1));
            self.unit.range = TextRange::empty(line);
            self.unit.emit(Opcode::ReturnGenerator, 0u32, 0u32, 0u32);
            self.unit.range = range;
            let wrapper = self.unit.new_handler();
            self.unit.protect(Some(wrapper));
        }
        self.unit.emit(Opcode::Resume, 0u32, 0u32, 0u32);
    }

    /// Ends the block: the handler around a generator's body, and assembly.
    pub fn finish_block(&mut self) -> Result<CodeSpec> {
        debug_assert!(!self.unit.is_reachable(), "control runs off the end of {}", self.block.qualname);
        if let Some(wrapper) = self.unit.protect(None) {
            self.nowhere();
            self.unit.bind_handler(wrapper);
            let exception = self.unit.top();
            self.unit.emit(Opcode::WrapStopIteration, exception, exception, 0u32);
            self.unit.emit(Opcode::Reraise, exception, 0u32, 0u32);
        }
        if self.unit.max_depth > u32::from(u16::MAX) {
            return Err(self.too_deep(self.unit.range));
        }
        if self.future_annotations {
            self.block.flags.insert(CodeFlags::FUTURE_ANNOTATIONS);
        }
        let block = &mut self.block;
        let mut code = CodeSpec {
            name: std::mem::take(&mut block.name),
            qualname: std::mem::take(&mut block.qualname),
            filename: Arc::clone(&self.filename),
            first_line: block.first_line,
            positional_only_count: block.counts[0],
            argument_count: block.counts[1],
            keyword_only_count: block.counts[2],
            flags: block.flags,
            varnames: std::mem::take(&mut block.varnames),
            cellvars: std::mem::take(&mut block.cellvars),
            freevars: std::mem::take(&mut block.freevars),
            ..CodeSpec::default()
        };
        let arguments = self.symbols[block.scope].parameters.len() as u32;
        std::mem::take(&mut self.unit).assemble(&mut code, arguments, self.lines);
        Ok(code)
    }
}
