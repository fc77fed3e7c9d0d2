//! Calls: windows, methods, keywords, unpacked arguments, `super()`.

use ungil_bytecode::{Const, Opcode};

use super::names::Place;
use super::{Generator, MANY};
use crate::emit::{Bank, Register};
use crate::error::Result;
use crate::symbols::ScopeKind;
use crate::syntax::Ranged;
use crate::syntax::ast::{self, Expr};

impl<'a> Generator<'a> {
    pub fn call(&mut self, call: &'a ast::ExprCall, destination: Register) -> Result<()> {
        self.check_callable(call);
        let (positional, keywords) = (&call.arguments.args, &call.arguments.keywords);
        if needs_unpacking(positional, keywords, 0) {
            let base = self.push(&call.func)?;
            self.unpacked_arguments(base, 0, positional, keywords, call)?;
            return self.call_unpacked(base, keywords, call, destination);
        }
        let base = self.unit.next();
        self.callable(&call.func)?;
        self.windowed_arguments(base, 0, positional, keywords, call, destination)
    }

    /// Begins a window for the callable.
    fn callable(&mut self, callable: &'a Expr) -> Result<()> {
        let base = self.unit.next();
        match callable {
            Expr::Attribute(attribute) => {
                if self.super_attribute(attribute, base, true)? {
                    return Ok(());
                }
                let object = self.operand(&attribute.value)?;
                self.at_attribute(attribute);
                let name = self.mangled(&attribute.attr);
                let name = self.unit.name(&name);
                self.unit.emit(Opcode::LoadMethod, base, object, name);
            }
            Expr::Name(name) if self.place(&self.mangled(&name.id)) == Place::Global => {
                self.at(callable);
                let name = self.mangled(&name.id);
                let name = self.unit.name(&name);
                self.unit.emit(Opcode::LoadGlobalCallable, base, name, 0u32);
            }
            _ => {
                let source = self.operand(callable)?;
                self.at(callable);
                self.unit.emit(Opcode::PushCallable, base, source, 0u32);
            }
        }
        Ok(())
    }

    /// Pushes arguments behind `leading` that are there already, and calls the window at `base`.
    pub fn windowed_arguments(
        &mut self,
        base: Register,
        leading: u32,
        positional: &'a [Expr],
        keywords: &'a [ast::Keyword],
        node: &impl Ranged,
        destination: Register,
    ) -> Result<()> {
        for argument in positional {
            self.push(argument)?;
        }
        for keyword in keywords {
            self.push(&keyword.value)?;
        }
        let count = leading + (positional.len() + keywords.len()) as u32;
        self.at(node);
        if keywords.is_empty() {
            self.unit.emit(Opcode::Call, destination, base, count);
            return Ok(());
        }
        let names = keywords.iter().filter_map(|keyword| keyword.arg.as_ref());
        let names: Vec<Const> = names.map(|name| Const::Str(name.as_str().into())).collect();
        let names = self.unit.constant(Const::Tuple(names.into()));
        self.unit.emit(Opcode::CallKw, base, count, names);
        self.unit.mov(destination, base);
        Ok(())
    }

    /// Pushes, above the callable at `base`, the positional arguments as one iterable (`leading` of them lie there
    /// already) and the keyword arguments, if any, as a dict.
    pub fn unpacked_arguments(
        &mut self,
        base: Register,
        leading: u32,
        positional: &'a [Expr],
        keywords: &'a [ast::Keyword],
        node: &impl Ranged,
    ) -> Result<()> {
        let first = Register::temporary(base.index() + 1);
        let starred = positional.iter().any(Expr::is_starred_expr);
        match positional {
            [Expr::Starred(only)] if leading == 0 => drop(self.push(&only.value)?),
            _ if leading == 0 && (starred || positional.len() > MANY) => {
                self.argument_list(positional, node)?;
                self.at(node);
                self.unit.emit(Opcode::ListToTuple, first, first, 0u32);
            }
            _ if !starred => {
                for argument in positional {
                    self.push(argument)?;
                }
                self.at(node);
                self.unit.emit(Opcode::BuildTuple, first, first, leading + positional.len() as u32);
            }
            _ => {
                self.at(node);
                self.unit.emit(Opcode::BuildList, first, first, leading);
                self.extend_list(first, positional, node)?;
                self.unit.emit(Opcode::ListToTuple, first, first, 0u32);
            }
        }
        if !keywords.is_empty() {
            self.keyword_arguments(base, keywords, node)?;
        }
        Ok(())
    }

    /// Adds positional arguments, starred ones element by element, to a list.
    pub fn extend_list(&mut self, list: Register, positional: &'a [Expr], node: &impl Ranged) -> Result<()> {
        for argument in positional {
            let (opcode, value) = match argument {
                Expr::Starred(starred) => (Opcode::ListExtend, &*starred.value),
                _ => (Opcode::ListAppend, argument),
            };
            let value = self.operand(value)?;
            self.at(node);
            self.unit.emit(opcode, list, value, 0u32);
        }
        Ok(())
    }

    /// Pushes a dict of keyword arguments, named ones in runs, unpacked mappings merged in between.
    pub fn keyword_arguments(
        &mut self,
        callable: Register,
        keywords: &'a [ast::Keyword],
        node: &impl Ranged,
    ) -> Result<()> {
        let dict = self.unit.next();
        let mut rest = keywords;
        let mut first = true;
        while !rest.is_empty() || first {
            let named = rest.iter().take(MANY / 2).take_while(|keyword| keyword.arg.is_some()).count();
            let (run, behind) = rest.split_at(named);
            if first || !run.is_empty() {
                let pairs = self.unit.next();
                for keyword in run {
                    if let Some(name) = &keyword.arg {
                        self.at(node);
                        let key = self.unit.next();
                        let name = Const::Str(name.as_str().into());
                        self.unit.load_const(key, name);
                    }
                    self.push(&keyword.value)?;
                }
                self.at(node);
                self.unit.emit(Opcode::BuildMap, pairs, pairs, run.len() as u32);
                if !first {
                    self.unit.emit(Opcode::DictMerge, dict, pairs, callable);
                }
            }
            first = false;
            rest = behind;
            if let Some((unpacked, behind)) = rest.split_first().filter(|(keyword, _)| keyword.arg.is_none())
            {
                let mapping = self.operand(&unpacked.value)?;
                self.at(node);
                self.unit.emit(Opcode::DictMerge, dict, mapping, callable);
                rest = behind;
            }
        }
        Ok(())
    }

    pub fn call_unpacked(
        &mut self,
        base: Register,
        keywords: &[ast::Keyword],
        node: &impl Ranged,
        destination: Register,
    ) -> Result<()> {
        self.at(node);
        let count = if keywords.is_empty() { 2u32 } else { 3 };
        self.unit.emit(Opcode::CallEx, destination, base, count);
        Ok(())
    }

    /// `super().name` and `super(class, object).name`, without making the proxy. Says whether it applied.
    pub fn super_attribute(
        &mut self,
        attribute: &'a ast::ExprAttribute,
        destination: Register,
        method: bool,
    ) -> Result<bool> {
        let Expr::Call(call) = &*attribute.value else { return Ok(false) };
        if !self.is_super_call(call) {
            return Ok(false);
        }
        let base = self.unit.next();
        self.at(&*call.func);
        self.load_name("super", base);
        let explicit = !call.arguments.args.is_empty();
        if explicit {
            for argument in &call.arguments.args {
                self.push(argument)?;
            }
        } else {
            self.at(call);
            let class = self.unit.next();
            self.load_mangled("__class__", class);
            let object = self.unit.next();
            self.load_first_argument(object);
        }
        self.at_attribute(attribute);
        let name = self.mangled(&attribute.attr);
        let name = self.unit.name(&name);
        let opcode = if method { Opcode::LoadSuperMethod } else { Opcode::LoadSuperAttr };
        self.unit.emit(opcode, base, name, u32::from(explicit));
        if !method {
            self.unit.mov(destination, base);
        }
        Ok(true)
    }

    fn is_super_call(&self, call: &ast::ExprCall) -> bool {
        let names_super = call.func.as_name_expr().is_some_and(|name| name.id == "super");
        let scope = self.scope();
        if !names_super
            || !call.arguments.keywords.is_empty()
            || !matches!(scope.kind, ScopeKind::Function | ScopeKind::Lambda)
            || !self.block.inlined.is_empty()
            || self.place("super") != Place::Global
        {
            return false;
        }
        match &*call.arguments.args {
            [] => self.block.counts[1] > 0 && self.block.free.contains_key("__class__"),
            [class, object] => !class.is_starred_expr() && !object.is_starred_expr(),
            _ => false,
        }
    }

    fn load_first_argument(&mut self, destination: Register) {
        let name = self.block.varnames[0].clone();
        match self.block.cells.get(&name) {
            Some(&cell) => {
                self.unit.emit(Opcode::LoadCell, destination, Register::new(Bank::Cell, cell), 0u32)
            }
            None => {
                let argument = Register::new(Bank::Local, 0);
                self.unit.emit(Opcode::CheckBound, argument, 0u32, 0u32);
                self.unit.mov(destination, argument);
            }
        }
    }

    /// Warns of subscripts of displays by what cannot be an index, which come of a forgotten comma.
    pub fn check_index(&mut self, subscript: &'a ast::ExprSubscript) {
        let kind = match &*subscript.value {
            Expr::StringLiteral(_) | Expr::FString(_) => "str",
            Expr::BytesLiteral(_) => "bytes",
            Expr::Tuple(_) => "tuple",
            Expr::List(_) | Expr::ListComp(_) => "list",
            _ => return,
        };
        let index = match &*subscript.slice {
            Expr::StringLiteral(_) | Expr::FString(_) => "str",
            Expr::BytesLiteral(_) => "bytes",
            Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Float(_), .. }) => "float",
            Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Complex { .. }, .. }) => {
                "complex"
            }
            Expr::NoneLiteral(_) => "NoneType",
            Expr::EllipsisLiteral(_) => "ellipsis",
            Expr::Tuple(_) => "tuple",
            Expr::List(_) | Expr::ListComp(_) => "list",
            Expr::Dict(_) | Expr::DictComp(_) => "dict",
            Expr::Set(_) | Expr::SetComp(_) => "set",
            _ => return,
        };
        let message =
            format!("{kind} indices must be integers or slices, not {index}; perhaps you missed a comma?");
        self.warn(message, subscript);
    }

    /// Warns of calls of literals, which come of a forgotten comma.
    fn check_callable(&mut self, call: &'a ast::ExprCall) {
        let kind = match &*call.func {
            Expr::NumberLiteral(_) => "int",
            Expr::StringLiteral(_) | Expr::FString(_) => "str",
            Expr::BytesLiteral(_) => "bytes",
            Expr::Tuple(_) => "tuple",
            Expr::List(_) | Expr::ListComp(_) => "list",
            Expr::Dict(_) | Expr::DictComp(_) => "dict",
            Expr::Set(_) | Expr::SetComp(_) => "set",
            Expr::Generator(_) => "generator",
            _ => return,
        };
        self.warn(format!("'{kind}' object is not callable; perhaps you missed a comma?"), call);
    }
}

/// Whether a call unpacks arguments or has too many for a window.
pub fn needs_unpacking(positional: &[Expr], keywords: &[ast::Keyword], leading: usize) -> bool {
    positional.iter().any(Expr::is_starred_expr)
        || keywords.iter().any(|keyword| keyword.arg.is_none())
        || leading + positional.len() + keywords.len() > MANY
}
