//! Assignments of all kinds, and `del`.

use ungil_bytecode::{Const, Opcode};

use super::operators::inplace_forms;
use super::{Generator, MANY};
use crate::emit::Register;
use crate::error::{CompileError, Result};
use crate::syntax::Ranged;
use crate::syntax::ast::{self, Expr};

impl<'a> Generator<'a> {
    pub fn assign_statement(&mut self, statement: &'a ast::StmtAssign) -> Result<()> {
        let Some((last, targets)) = statement.targets.split_last() else { return Ok(()) };
        if targets.is_empty() {
            return self.assign_value(last, &statement.value);
        }
        let value = self.operand(&statement.value)?;
        let all: Vec<&Expr> = statement.targets.iter().collect();
        let value = self.shield(value, &all);
        for target in targets {
            if !value.is_temporary() {
                self.assign(target, value)?;
                continue;
            }
            self.at(target);
            let copy = target.as_name_expr().and_then(|name| self.local_target(&name.id));
            let copy_to = copy.unwrap_or(self.unit.next());
            self.unit.emit(Opcode::Copy, copy_to, value, 0u32);
            if copy.is_none() {
                self.assign(target, copy_to)?;
            }
        }
        self.assign(last, value)
    }

    /// `target = value` with one target.
    pub fn assign_value(&mut self, target: &'a Expr, value: &'a Expr) -> Result<()> {
        if let Some(register) = target.as_name_expr().and_then(|name| self.local_target(&name.id)) {
            return self.value_to(value, register);
        }
        if let (Some(targets), Expr::Tuple(values)) = (target_list(target), value)
            && self.assign_in_parallel(targets, &values.elts)?
        {
            return Ok(());
        }
        let register = self.operand(value)?;
        let register = self.shield(register, &[target]);
        self.assign(target, register)
    }

    /// `a, b = x, y` without making a tuple. Says whether it applied.
    fn assign_in_parallel(&mut self, targets: &'a [Expr], values: &'a [Expr]) -> Result<bool> {
        let applies = targets.len() == values.len()
            && (2..=MANY).contains(&values.len())
            && !targets.iter().chain(values).any(Expr::is_starred_expr);
        if !applies {
            return Ok(false);
        }
        let locals: Option<Vec<Register>> = targets
            .iter()
            .map(|target| target.as_name_expr().and_then(|name| self.local_target(&name.id)))
            .collect();
        let distinct =
            locals.filter(|locals| (1..locals.len()).all(|index| !locals[..index].contains(&locals[index])));
        if let Some(locals) = distinct {
            // All but the last value wait in temporaries; nobody reads the last target any more.
            let last = values.len() - 1;
            for value in &values[..last] {
                self.push(value)?;
            }
            self.value_to(&values[last], locals[last])?;
            for (target, &local) in targets[..last].iter().zip(&locals).rev() {
                self.at(target);
                let value = self.unit.top();
                self.unit.mov(local, value);
            }
            return Ok(true);
        }
        let first = self.unit.next();
        for value in values {
            self.push(value)?;
        }
        self.unit.emit(Opcode::Reverse, first, values.len() as u32, 0u32);
        for target in targets {
            let value = self.unit.top();
            self.assign(target, value)?;
        }
        Ok(true)
    }

    /// Assigns a value, which is consumed if it is a temporary (then the uppermost).
    pub fn assign(&mut self, target: &'a Expr, value: Register) -> Result<()> {
        match target {
            Expr::Name(name) => {
                self.at(name);
                self.store_name(&name.id, value);
            }
            Expr::Attribute(attribute) => {
                let object = self.operand(&attribute.value)?;
                self.at_attribute(attribute);
                self.store_attribute(object, attribute, value);
            }
            Expr::Subscript(subscript) => self.assign_subscript(subscript, value)?,
            Expr::Starred(starred) => {
                return Err(CompileError::syntax(
                    "starred assignment target must be in a list or tuple",
                    starred.range,
                ));
            }
            _ => match target_list(target) {
                Some(targets) => self.unpack(targets, target, value)?,
                None => return Err(CompileError::syntax("cannot assign to expression", target.range())),
            },
        }
        Ok(())
    }

    fn store_attribute(&mut self, object: Register, attribute: &ast::ExprAttribute, value: Register) {
        let name = self.mangled(&attribute.attr);
        let name = self.unit.name(&name);
        self.unit.emit(Opcode::StoreAttr, object, name, value);
    }

    fn assign_subscript(&mut self, subscript: &'a ast::ExprSubscript, value: Register) -> Result<()> {
        let object = self.operand(&subscript.value)?;
        let object = self.shield(object, &[&subscript.slice]);
        match &*subscript.slice {
            Expr::Slice(slice) if slice.step.is_none() => {
                let bounds = self.bounds(slice)?;
                self.at(subscript);
                self.unit.emit(Opcode::StoreSlice, object, bounds, value);
            }
            index if let Some(index) = self.fold_index(index) => {
                self.at(subscript);
                let index = self.unit.constant(index);
                self.unit.emit(Opcode::StoreSubscriptConst, object, index, value);
            }
            index => {
                let index = self.operand(index)?;
                self.at(subscript);
                self.unit.emit(Opcode::StoreSubscript, object, index, value);
            }
        }
        Ok(())
    }

    fn unpack(&mut self, targets: &'a [Expr], node: &'a Expr, value: Register) -> Result<()> {
        let base = if value.is_temporary() { value } else { self.unit.next() };
        self.at(node);
        let starred = targets.iter().position(Expr::is_starred_expr);
        if let ([Expr::Name(first), Expr::Name(second)], None) = (targets, starred)
            && let (Some(first), Some(second)) = (self.local_target(&first.id), self.local_target(&second.id))
        {
            self.unit.emit(Opcode::UnpackPair, first, second, value);
            return Ok(());
        }
        match starred {
            None => self.unit.emit(Opcode::UnpackSequence, base, value, targets.len() as u32),
            Some(before) => {
                let after = targets.len() - before - 1;
                if before >= 1 << 8 || after >= 1 << 23 {
                    let message = "too many expressions in star-unpacking assignment";
                    return Err(CompileError::syntax(message, node.range()));
                }
                self.unit.emit(Opcode::UnpackExtended, base, value, (before | after << 8) as u32);
            }
        }
        for target in targets {
            let element = self.unit.top();
            match target {
                Expr::Starred(starred) => self.assign(&starred.value, element)?,
                _ => self.assign(target, element)?,
            }
        }
        Ok(())
    }

    pub fn augmented_assignment(&mut self, statement: &'a ast::StmtAugAssign) -> Result<()> {
        let forms = inplace_forms(statement.op);
        match &*statement.target {
            Expr::Name(name) => {
                self.at(name);
                let (left, destination) = match self.local_in_place(&name.id) {
                    Some(local) => (self.shield(local, &[&statement.value]), local),
                    None => {
                        let temporary = self.unit.next();
                        self.load_name(&name.id, temporary);
                        (temporary, temporary)
                    }
                };
                self.apply(forms, left, &statement.value, statement, destination)?;
                if destination.is_temporary() {
                    self.store_name(&name.id, destination);
                }
            }
            Expr::Attribute(attribute) => {
                let object = self.operand(&attribute.value)?;
                let object = self.shield(object, &[&statement.value]);
                let value = self.unit.next();
                self.at_attribute(attribute);
                let copy = self.copy_above(object);
                let name = self.mangled(&attribute.attr);
                let name = self.unit.name(&name);
                self.unit.emit(Opcode::LoadAttr, value, copy, name);
                self.apply(forms, value, &statement.value, statement, value)?;
                self.at_attribute(attribute);
                self.store_attribute(object, attribute, value);
            }
            Expr::Subscript(subscript) => self.augmented_subscript(statement, subscript)?,
            target => {
                let message = "expression is an illegal expression for augmented assignment";
                return Err(CompileError::syntax(message, target.range()));
            }
        }
        Ok(())
    }

    fn augmented_subscript(
        &mut self,
        statement: &'a ast::StmtAugAssign,
        subscript: &'a ast::ExprSubscript,
    ) -> Result<()> {
        let forms = inplace_forms(statement.op);
        let object = self.operand(&subscript.value)?;
        let object = self.shield(object, &[&subscript.slice, &statement.value]);
        match &*subscript.slice {
            Expr::Slice(slice) if slice.step.is_none() => {
                let bounds = self.bounds(slice)?;
                let upper = Register::temporary(bounds.index() + 1);
                let value = self.unit.next();
                self.at(subscript);
                let object_copy = self.copy_above(object);
                let bounds_copy = self.copy_above(bounds);
                self.copy_above(upper);
                self.unit.emit(Opcode::LoadSlice, value, object_copy, bounds_copy);
                self.apply(forms, value, &statement.value, statement, value)?;
                self.at(subscript);
                self.unit.emit(Opcode::StoreSlice, object, bounds, value);
            }
            index if let Some(index) = self.fold_index(index) => {
                let index = self.unit.constant(index);
                let value = self.unit.next();
                self.at(subscript);
                let object_copy = self.copy_above(object);
                self.unit.emit(Opcode::LoadSubscriptConst, value, object_copy, index);
                self.apply(forms, value, &statement.value, statement, value)?;
                self.at(subscript);
                self.unit.emit(Opcode::StoreSubscriptConst, object, index, value);
            }
            index => {
                let index = self.operand(index)?;
                let index = self.shield(index, &[&statement.value]);
                let value = self.unit.next();
                self.at(subscript);
                let object_copy = self.copy_above(object);
                let index_copy = self.copy_above(index);
                self.unit.emit(Opcode::LoadSubscript, value, object_copy, index_copy);
                self.apply(forms, value, &statement.value, statement, value)?;
                self.at(subscript);
                self.unit.emit(Opcode::StoreSubscript, object, index, value);
            }
        }
        Ok(())
    }

    /// A copy of a temporary in the next one; a local needs none.
    fn copy_above(&mut self, register: Register) -> Register {
        if !register.is_temporary() {
            return register;
        }
        let copy = self.unit.next();
        self.unit.emit(Opcode::Copy, copy, register, 0u32);
        copy
    }

    pub fn annotated_assignment(&mut self, statement: &'a ast::StmtAnnAssign) -> Result<()> {
        match &statement.value {
            Some(value) => self.assign_value(&statement.target, value)?,
            None => self.check_annotated_target(&statement.target)?,
        }
        self.variable_annotation(statement)
    }

    /// Evaluates the parts of a target that is annotated but not assigned.
    fn check_annotated_target(&mut self, target: &'a Expr) -> Result<()> {
        match target {
            Expr::Attribute(attribute) => self.discard(&attribute.value),
            Expr::Subscript(subscript) => {
                self.discard(&subscript.value)?;
                self.discard(&subscript.slice)
            }
            _ => Ok(()),
        }
    }

    pub fn delete_statement(&mut self, statement: &'a ast::StmtDelete) -> Result<()> {
        statement.targets.iter().try_for_each(|target| self.delete(target))
    }

    fn delete(&mut self, target: &'a Expr) -> Result<()> {
        match target {
            Expr::Name(name) => {
                self.at(name);
                self.delete_name(&name.id);
            }
            Expr::Attribute(attribute) => {
                let object = self.operand(&attribute.value)?;
                self.at_attribute(attribute);
                let name = self.mangled(&attribute.attr);
                let name = self.unit.name(&name);
                self.unit.emit(Opcode::DeleteAttr, object, name, 0u32);
            }
            Expr::Subscript(subscript) => {
                let (object, index) = self.operands(&subscript.value, &subscript.slice)?;
                self.at(subscript);
                self.unit.emit(Opcode::DeleteSubscript, object, index, 0u32);
            }
            _ => match target_list(target) {
                Some(targets) => targets.iter().try_for_each(|target| self.delete(target))?,
                None => return Err(CompileError::syntax("cannot delete expression", target.range())),
            },
        }
        Ok(())
    }

    /// Unbinds a name that may be unbound already, as at the end of an `except` clause.
    pub fn unbind(&mut self, name: &ast::Identifier) {
        match self.local_target(name) {
            Some(local) => self.unit.clear(local),
            None => {
                let none = self.unit.next();
                self.unit.load_const(none, Const::None);
                self.store_name(name, none);
                self.delete_name(name);
            }
        }
    }
}

/// The elements of a tuple or list target.
fn target_list(target: &Expr) -> Option<&[Expr]> {
    match target {
        Expr::Tuple(tuple) => Some(&tuple.elts),
        Expr::List(list) => Some(&list.elts),
        _ => None,
    }
}
